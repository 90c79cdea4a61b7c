//! A header's value as the parts that it is made of: a fix changes the part that it is about, and the rest of what a site sends stays.

use crate::checks::fix::Fix;
use crate::http::Headers;

/// How a value is made of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Policies parted by commas, each of directives parted by semicolons (CSP section 2.2).
    Policies,
    /// Directives parted by semicolons (RFC 6797 section 6.1).
    Directives,
    /// Members parted by commas that stand in no list and no quotes (RFC 9110 section 5.6.1, RFC 9651).
    Members,
}

/// A value's parts; of policies a list for each.
type Groups = Vec<Vec<String>>;

impl Shape {
    /// That of a header; `None` where a value is one thing.
    fn of(name: &str) -> Option<Self> {
        const SHAPES: [(&str, Shape); 6] = [
            ("content-security-policy", Shape::Policies),
            ("content-security-policy-report-only", Shape::Policies),
            ("strict-transport-security", Shape::Directives),
            ("permissions-policy", Shape::Members),
            ("cache-control", Shape::Members),
            ("vary", Shape::Members),
        ];
        SHAPES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, shape)| *shape)
    }

    fn read(self, value: &str) -> Groups {
        match self {
            Self::Policies => parted(value, ',')
                .iter()
                .map(|policy| parted(policy, ';'))
                .filter(|it| !it.is_empty())
                .collect(),
            Self::Directives => vec![parted(value, ';')],
            Self::Members => vec![parted(value, ',')],
        }
    }

    fn written(self, groups: &Groups) -> String {
        let between = if self == Self::Members { ", " } else { "; " };
        groups.iter().map(|parts| parts.join(between)).collect::<Vec<_>>().join(", ")
    }

    /// What a part is about: two of one value have different ones.
    fn key(part: &str) -> String {
        let end = part.find(|c: char| c == '=' || c.is_ascii_whitespace()).unwrap_or(part.len());
        part.get(..end).unwrap_or_default().to_ascii_lowercase()
    }
}

/// Text between marks that stand in no quotes and no parentheses, without blanks around it.
fn parted(text: &str, mark: char) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut parts = vec![String::new()];
    for c in text.chars() {
        if c == mark && depth == 0 && !quoted {
            parts.push(String::new());
            continue;
        }
        match c {
            '"' if !escaped => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// What is sent, with these parts in the place of those about the same, or behind all others. Of several policies the first gets a
/// new part: one that forbids is enough.
pub(crate) fn changed<'p>(name: &str, sent: &[&str], parts: impl IntoIterator<Item = &'p str>) -> String {
    let Some(shape) = Shape::of(name) else { return parts.into_iter().collect::<Vec<_>>().join(", ") };
    let mut groups = shape.read(&sent.join(", "));
    for part in parts {
        put(&mut groups, part);
    }
    shape.written(&groups)
}

fn put(groups: &mut Groups, part: &str) {
    let key = Shape::key(part);
    let mut is_there = false;
    for known in groups.iter_mut().flatten().filter(|known| Shape::key(known) == key) {
        part.clone_into(known);
        is_there = true;
    }
    if is_there {
        return;
    }
    match groups.first_mut() {
        Some(first) => first.push(part.to_owned()),
        None => groups.push(vec![part.to_owned()]),
    }
}

/// One value for two changes of the same value; `None` where they contradict each other, or a value is one thing.
pub(crate) fn both(name: &str, sent: &[String], first: &str, second: &str) -> Option<String> {
    if first == second {
        return Some(first.to_owned());
    }
    // Two words to caches are two intentions.
    let shape = Shape::of(name).filter(|_| !name.eq_ignore_ascii_case("cache-control"))?;
    let before = shape.read(&sent.join(", "));
    let (mut all, second) = (shape.read(first), shape.read(second));
    if all.len() != second.len() || before.len() > all.len() {
        return None;
    }
    for (at, (all, second)) in all.iter_mut().zip(&second).enumerate() {
        let before = before.get(at).map(Vec::as_slice).unwrap_or_default();
        for part in second.iter().filter(|part| !before.contains(part)) {
            let key = Shape::key(part);
            match all.iter_mut().find(|known| Shape::key(known) == key) {
                None => all.push(part.clone()),
                Some(known) if known == part => {}
                Some(known) if before.contains(known) => known.clone_from(part),
                Some(_) => return None,
            }
        }
        let gone = |part: &String| {
            before.contains(part) && !second.iter().any(|it| Shape::key(it) == Shape::key(part))
        };
        all.retain(|part| !gone(part));
    }
    Some(shape.written(&all))
}

/// A word to caches in the place of what is sent: what says how long and for whom goes, everything else stays.
pub(crate) fn caching(sent: &[&str], wanted: &str) -> String {
    /// RFC 9111 section 5.2.2, RFC 5861 section 3, RFC 8246.
    const LIFETIMES: [&str; 11] = [
        "immutable",
        "max-age",
        "must-revalidate",
        "must-understand",
        "no-cache",
        "no-store",
        "private",
        "proxy-revalidate",
        "public",
        "s-maxage",
        "stale-while-revalidate",
    ];
    let mut parts = parted(wanted, ',');
    for part in parted(&sent.join(", "), ',') {
        let key = Shape::key(&part);
        if !LIFETIMES.contains(&key.as_str()) && !parts.iter().any(|known| Shape::key(known) == key) {
            parts.push(part);
        }
    }
    parts.join(", ")
}

const POLICY: &str = "Content-Security-Policy";

/// The policy that the site sends, with this directive in it. One with a nonce is written by the app, anew for every answer: no
/// line of a configuration can hold it.
pub(crate) fn policy_with(headers: &Headers, directive: &str) -> Fix {
    let sent: Vec<&str> = headers.all(POLICY).collect();
    if sent.iter().any(|value| holds_nonce(value)) {
        return Fix::step(format!(
            "Where the app writes the {POLICY}, let it say “{directive}”, once. There is a nonce in the policy, which is new in every answer, so a host's settings or a configuration file cannot send it."
        ));
    }
    Fix::header(POLICY, changed(POLICY, &sent, [directive])).instead_of(sent)
}

/// Whether a policy names a nonce.
pub(crate) fn holds_nonce(policy: &str) -> bool {
    let sources = policy.split([' ', '\t', ';', ',']);
    let nonce = |source: &str| source.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("'nonce-"));
    sources.into_iter().any(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_keeps_what_it_says_and_gets_a_directive_or_another_one_in_its_place() {
        let with = |sent: &[&str], part| changed(POLICY, sent, [part]);
        assert_eq!(with(&[], "upgrade-insecure-requests"), "upgrade-insecure-requests");
        assert_eq!(
            with(&["default-src 'self' ;img-src *;"], "upgrade-insecure-requests"),
            "default-src 'self'; img-src *; upgrade-insecure-requests"
        );
        assert_eq!(
            with(
                &["script-src 'self'; Frame-Ancestors *", "frame-ancestors *; base-uri 'none'"],
                "frame-ancestors 'self'"
            ),
            "script-src 'self'; frame-ancestors 'self', frame-ancestors 'self'; base-uri 'none'"
        );
    }

    #[test]
    fn commas_in_lists_and_quotes_part_nothing() {
        let sent = r#"camera=*, geolocation=(self "https://a.example,b"), sync-xhr=()"#;
        assert_eq!(
            changed("permissions-policy", &[sent], ["camera=(self)"]),
            r#"camera=(self), geolocation=(self "https://a.example,b"), sync-xhr=()"#
        );
        assert_eq!(
            changed("Vary", &["Origin", "Cookie"], ["Accept-Encoding"]),
            "Origin, Cookie, Accept-Encoding"
        );
        assert_eq!(
            changed("strict-transport-security", &["max-age=300; includeSubDomains; preload"], ["max-age=9"]),
            "max-age=9; includeSubDomains; preload"
        );
    }

    #[test]
    fn caches_are_told_one_lifetime_and_the_rest_stays() {
        let sent = ["max-age=0, must-revalidate", "no-transform, stale-if-error=60"];
        assert_eq!(caching(&sent, "private, no-store"), "private, no-store, no-transform, stale-if-error=60");
        assert_eq!(caching(&[], "no-cache"), "no-cache");
    }

    #[test]
    fn two_changes_of_one_value_are_one_value_unless_they_contradict() {
        let sent = ["default-src 'self'; frame-ancestors *".to_owned()];
        let framed = "default-src 'self'; frame-ancestors 'self'";
        let upgraded = "default-src 'self'; frame-ancestors *; upgrade-insecure-requests";
        let all = "default-src 'self'; frame-ancestors 'self'; upgrade-insecure-requests";
        assert_eq!(both(POLICY, &sent, framed, upgraded).as_deref(), Some(all));
        assert_eq!(both(POLICY, &sent, upgraded, framed).as_deref(), Some(all));
        assert_eq!(both(POLICY, &sent, framed, "default-src 'self'; frame-ancestors 'none'"), None);
        assert_eq!(
            both(POLICY, &[], "frame-ancestors 'self'", "upgrade-insecure-requests").as_deref(),
            Some("frame-ancestors 'self'; upgrade-insecure-requests")
        );
        assert_eq!(both("X-Frame-Options", &[], "DENY", "SAMEORIGIN"), None);
        assert_eq!(both("Cache-Control", &[], "no-cache", "private"), None);
    }

    #[test]
    fn a_policy_with_a_nonce_is_the_apps() {
        let headers = |value: &str| Headers::new([("content-security-policy".to_owned(), value.to_owned())]);
        let step = policy_with(&headers("script-src 'Nonce-abc'"), "upgrade-insecure-requests");
        assert!(
            matches!(&step, Fix::Step { text } if text.contains("upgrade-insecure-requests")),
            "{step:?}"
        );
        let line = policy_with(&headers("script-src https://x.example/'nonce-"), "base-uri 'none'");
        assert_eq!(
            line.line(),
            "Content-Security-Policy: script-src https://x.example/'nonce-; base-uri 'none'"
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_sent_is_lost(parts in proptest::collection::vec("[a-z]{1,6}-src [a-z*' ]{1,8}", 0..6)) {
            let sent = parts.join("; ");
            let value = changed(POLICY, &[sent.as_str()], ["upgrade-insecure-requests"]);
            for part in &parts {
                proptest::prop_assert!(value.contains(part.trim()), "{value} has lost {part}");
            }
        }
    }
}
