//! A finding's fixes as they are shown: records that one record takes the place of stand beside it, headers that go to one
//! place are one text, and every line to copy can be pasted as it is.

use super::FixShown;
use crate::checks::fix::Fix;

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remedy {
    /// An instruction.
    Step(String),
    /// Lines to copy.
    Lines {
        /// What to do with them.
        verb: String,
        /// What they take the place of.
        replaced: Vec<String>,
        /// Each line with what it is, where that has to be said.
        lines: Vec<(&'static str, String)>,
    },
}

/// What `fixes` come to, in their order.
#[must_use]
pub fn remedies(fixes: &[FixShown]) -> Vec<Remedy> {
    let mut all: Vec<Remedy> = Vec::new();
    for FixShown { verb, line, fix } in fixes {
        match fix {
            Fix::Step { text } => all.push(Remedy::Step(text.clone())),
            Fix::Record { name, record_type, replaces, .. } => {
                let owner = (name.as_str(), record_type.as_str());
                let gone = fixes.iter().filter(|other| removes(&other.fix, owner)).map(|other| &other.line);
                // Each as a whole line, so that all of them are found at the provider in the same way.
                let old = replaces.iter().map(|value| format!("{name}. {record_type} {value}"));
                let replaced: Vec<String> = old.chain(gone.cloned()).collect();
                let verb = match replaced.len() {
                    0 => verb.clone(),
                    1 => "Replace the record with this one".to_owned(),
                    2 => "Replace both records with this one".to_owned(),
                    n => format!("Replace these {n} records with this one"),
                };
                all.push(Remedy::Lines { verb, replaced, lines: vec![("", line.clone())] });
            }
            // Said with the record that takes its place.
            Fix::RemoveRecord { name, record_type, .. } if replaced(fixes, name, record_type) => {}
            Fix::RemoveRecord { .. } => all.push(one(verb, line)),
            Fix::Header { path: None, replaces, .. } if replaces.is_empty() => match all.last_mut() {
                Some(Remedy::Lines { verb: before, lines, .. }) if before.starts_with(HEADERS) => {
                    SEVERAL.clone_into(before);
                    if let [(_, text)] = lines.as_mut_slice() {
                        text.push('\n');
                        text.push_str(line);
                    }
                }
                _ => all.push(one(ONE, line)),
            },
            Fix::Header { name, replaces, .. } => all.push(Remedy::Lines {
                verb: verb.clone(),
                replaced: replaces.iter().map(|old| format!("{name}: {old}")).collect(),
                lines: vec![("", line.clone())],
            }),
            Fix::Redirect { from, to } => all.push(Remedy::Lines {
                verb: match fix.keeps_path() {
                    true => "Add a permanent redirect (301) that keeps path and query".to_owned(),
                    false => "Add a permanent redirect (301)".to_owned(),
                },
                replaced: Vec::new(),
                lines: vec![("From", place(from)), ("To", place(to))],
            }),
        }
    }
    all
}

const HEADERS: &str = "Send th";
const ONE: &str = "Send this header with every page";
const SEVERAL: &str = "Send these headers with every page";

fn one(verb: &str, line: &str) -> Remedy {
    Remedy::Lines { verb: verb.to_owned(), replaced: Vec::new(), lines: vec![("", line.to_owned())] }
}

fn removes(fix: &Fix, owner: (&str, &str)) -> bool {
    matches!(fix, Fix::RemoveRecord { name, record_type, .. } if (name.as_str(), record_type.as_str()) == owner)
}

/// Whether one of the fixes is a record of that name and type.
fn replaced(fixes: &[FixShown], owner: &str, of_type: &str) -> bool {
    fixes.iter().any(|other| {
        matches!(&other.fix, Fix::Record { name, record_type, .. } if name == owner && record_type == of_type)
    })
}

/// An origin as an address.
fn place(url: &str) -> String {
    let has_path = url.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
    if has_path { url.to_owned() } else { format!("{url}/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(fixes: Vec<Fix>) -> Vec<Remedy> {
        let of = |fix: Fix| FixShown { verb: fix.verb().to_owned(), line: fix.line(), fix };
        remedies(&fixes.into_iter().map(of).collect::<Vec<_>>())
    }

    fn remove(value: &str) -> Fix {
        Fix::RemoveRecord { name: "a.example".into(), record_type: "TXT".into(), value: value.into() }
    }

    #[test]
    fn a_record_that_takes_the_place_of_others_is_one_replacement() {
        let all = shown(vec![Fix::record("a.example", "TXT", "\"new\""), remove("\"x\""), remove("\"y\"")]);
        let [Remedy::Lines { verb, replaced, lines }] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(verb, "Replace both records with this one");
        assert_eq!(replaced, &["a.example. TXT \"x\"", "a.example. TXT \"y\""]);
        assert_eq!(lines, &[("", "a.example. TXT \"new\"".to_owned())]);
    }

    #[test]
    fn a_record_of_another_name_is_removed_by_itself() {
        let all = shown(vec![Fix::record("b.example", "TXT", "\"new\""), remove("\"x\"")]);
        assert_eq!(all.len(), 2);
    }

    #[test]
    fn headers_for_every_page_are_one_text() {
        let all = shown(vec![Fix::header("A", "1"), Fix::header("B", "2"), Fix::step("Test it.")]);
        let [Remedy::Lines { verb, lines, .. }, Remedy::Step(_)] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(verb, SEVERAL);
        assert_eq!(lines, &[("", "A: 1\nB: 2".to_owned())]);
        assert!(ONE.starts_with(HEADERS) && SEVERAL.starts_with(HEADERS));
    }

    #[test]
    fn a_header_that_takes_the_place_of_one_stands_by_itself_with_the_old_value() {
        let merged = Fix::header("A", "1; 2").instead_of(["1"]);
        let all = shown(vec![Fix::header("B", "2"), merged]);
        let [_, Remedy::Lines { verb, replaced, lines }] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(verb, "Send this header in place of the one that is sent today");
        assert_eq!((replaced.as_slice(), lines.len()), (["A: 1".to_owned()].as_slice(), 1));
    }

    #[test]
    fn a_redirect_to_one_page_promises_no_path_and_no_query() {
        let one = Fix::Redirect { from: "https://a.example/x".into(), to: "https://a.example/y".into() };
        let all = shown(vec![one]);
        let [Remedy::Lines { verb, .. }] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(verb, "Add a permanent redirect (301)");
    }

    #[test]
    fn a_redirect_is_two_addresses_that_can_be_pasted() {
        let all =
            shown(vec![Fix::Redirect { from: "http://a.example".into(), to: "https://a.example".into() }]);
        let [Remedy::Lines { lines, .. }] = all.as_slice() else { panic!("{all:?}") };
        assert_eq!(
            lines,
            &[("From", "http://a.example/".to_owned()), ("To", "https://a.example/".to_owned())]
        );
    }
}
