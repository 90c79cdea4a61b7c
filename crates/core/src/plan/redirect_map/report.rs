//! The answer to a pasted list: a table with what is wrong with each line and how it came out when it was tried, what could
//! not be read, and the rules to copy. Pure: without evidence it is what can be said without a network.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;

use super::course::Course;
use super::trial::Trial;
use super::{
    Format, Kind, Left, MAX_TRIED, Permanence, Problem, ReadAs, RedirectRule, Rules, Tried, Unread, tried,
};
use crate::answers::Stop;
use crate::dns::{RecordType, addresses};
use crate::engine::evidence::Evidence;
use crate::fixes::redirect_rules::{formats_of, render_within};
use crate::providers::networks::of_answer;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The site that paths without a host are on: `https://example.com/`.
    pub site: Url,
    /// The lines that could be read.
    pub moves: Vec<RedirectRule>,
    /// The lines that could not.
    pub unread: Vec<Unread>,
    /// What the list was read as.
    pub read_as: Option<ReadAs>,
    /// The formats of the rules; where there is none, those of the host in use, as far as the evidence shows it.
    pub formats: Vec<Format>,
}

/// Everything there is to say about a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedirectReport {
    /// The site that paths without a host are on.
    pub site: String,
    /// The format that the list was recognised as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_as: Option<ReadAs>,
    /// One row for each line that could be read, in their order.
    pub rows: Vec<RedirectRow>,
    /// The lines that could not be read, and why.
    pub unread: Vec<Unread>,
    /// How many lines were not tried, because a list may be longer than what is tried in one go.
    pub untried: usize,
    /// The rules to copy, for each format asked for.
    pub rules: Vec<Written>,
    /// What was left out so that the answer is not much larger than the list, and what to do, in sentences; absent where
    /// nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// How many times the bytes of the list its sheet may have.
pub const ANSWER_GROWTH: usize = 20;

/// Bytes that a sheet may have however short the list is.
pub const LEAST_ANSWER: usize = 128 * 1024;

/// Bytes that no sheet has more of, however long the list is: what a Worker can hold while it writes it.
pub const MOST_ANSWER: usize = 10_000_000;

/// Bytes that are kept for saying what was left out of a sheet.
const SAYING_SO: usize = 1024;

/// Characters of a way that was tried, in a row that had to be shortened; one of twice as many stays as it is.
const SHORT_WAY: usize = 200;

/// Bytes that the sheet of a list of so many bytes may have, as JSON: see [`RedirectReport::within`].
#[must_use]
pub fn most_of_answer(list: usize) -> usize {
    (list * ANSWER_GROWTH).clamp(LEAST_ANSWER, MOST_ANSWER)
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedirectRow {
    /// The line, from 1.
    pub line: usize,
    /// The old address, as it was pasted.
    pub from: String,
    /// Where it should lead, as it was pasted.
    pub to: String,
    /// What the line asks for; absent for a move.
    #[serde(default, skip_serializing_if = "Kind::is_move")]
    pub kind: Kind,
    /// Whether the list asks for a permanent redirect or a temporary one; absent where the answer had to be short and it is permanent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permanence: Option<Permanence>,
    /// The status that the list names; absent where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// What is wrong with it by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
    /// The same as a sentence, or what a line that is no move asks for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// How it came out; absent where it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tried: Option<Tried>,
}

/// Rules for one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Written {
    /// The format.
    pub format: Format,
    /// Where they go.
    pub place: String,
    /// The text to copy.
    pub text: String,
    /// The moves that this format cannot say.
    pub left_out: Vec<Left>,
    /// The lines that are written, but not with all that they say, and what is missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partly: Vec<Left>,
}

impl Asked {
    /// What a scan of its own does to try the list.
    #[must_use]
    pub fn trial(&self) -> Trial {
        Trial {
            site: self.site.clone(),
            rules: self.moves.iter().filter(|rule| rule.kind.is_move()).take(MAX_TRIED).cloned().collect(),
        }
    }

    /// The sheet. Without `evidence` nothing is tried.
    ///
    /// # Errors
    /// Pending until every line that is tried has its chain: see [`Trial`].
    pub fn sheet(&self, evidence: Option<&Evidence>) -> Result<RedirectReport, Stop> {
        let Some(evidence) = evidence else { return Ok(self.laid_out(None, &self.formats)) };
        let outcomes = tried(&self.moves, &self.site, evidence)?;
        if self.formats.is_empty() {
            return Ok(self.laid_out(Some(&outcomes), &in_use(evidence, &self.site)));
        }
        Ok(self.laid_out(Some(&outcomes), &self.formats))
    }

    /// The sheet with what came out where the lines, by number, were tried before; and with rules in these formats.
    #[must_use]
    pub fn laid_out(&self, outcomes: Option<&[(usize, Tried)]>, formats: &[Format]) -> RedirectReport {
        let course = Course::of(&self.moves, &self.site);
        let outcomes: Option<BTreeMap<usize, &Tried>> =
            outcomes.map(|outcomes| outcomes.iter().map(|(line, outcome)| (*line, outcome)).collect());
        let outcome = |line: usize| outcomes.as_ref()?.get(&line).copied().cloned();
        let row = |(a_move, problem): (&RedirectRule, Option<Problem>)| RedirectRow {
            line: a_move.line,
            from: a_move.from.clone(),
            to: a_move.to.clone(),
            kind: a_move.kind,
            permanence: (!matches!(a_move.kind, Kind::Rewrite | Kind::Gone)).then(|| a_move.permanence()),
            status: a_move.status,
            words: problem.as_ref().map_or_else(|| a_move.words(), Problem::words),
            problem,
            tried: outcome(a_move.line),
        };
        let wanted = course.wanted();
        // As many bytes as of a list of these lines: one long address in it may be the end of thousands of them.
        let list: usize = self.moves.iter().map(|a_move| a_move.from.len() + a_move.to.len()).sum();
        let mut room = most_of_answer(list);
        let (mut rules, mut too_long) = (Vec::new(), Vec::new());
        for format in formats {
            let Some(Rules { text, left_out, partly }) = render_within(&wanted, &self.site, *format, room)
            else {
                too_long.push(*format);
                continue;
            };
            room -= text.len();
            rules.push(Written { format: *format, place: format.place().to_owned(), text, left_out, partly });
        }
        RedirectReport {
            site: self.site.to_string(),
            read_as: self.read_as.clone(),
            rows: self.moves.iter().zip(course.problems()).map(row).collect(),
            unread: self.unread.clone(),
            untried: outcomes.as_ref().map_or(0, |_| {
                self.moves.iter().filter(|rule| rule.kind.is_move()).count().saturating_sub(MAX_TRIED)
            }),
            rules,
            left_out: self.passed_over().into_iter().chain(without(&too_long)).collect(),
        }
    }
}

impl Asked {
    /// Says how many lines are about something else.
    fn passed_over(&self) -> Option<String> {
        let lines = self.read_as.as_ref().map(|read_as| read_as.passed_over)?;
        match lines {
            0 => None,
            1 => Some("1 line contains no redirect and was skipped.".to_owned()),
            lines => Some(format!("{lines} lines contain no redirect and were skipped.")),
        }
    }
}

impl RedirectReport {
    /// The same in at most so many bytes of JSON. What somebody can do without goes first, and only as far as it must: what is
    /// said twice in rows, from the last one on; the rules of whole formats, the last one first; lines that could not be read.
    #[must_use]
    pub fn within(mut self, most: usize) -> Self {
        let mut size = bytes(&self);
        if size <= most {
            return self;
        }
        let most = most.saturating_sub(SAYING_SO);
        let mut rows = 0;
        for row in self.rows.iter_mut().rev() {
            if size <= most {
                break;
            }
            let before = bytes(row);
            row.shorten();
            size -= before - bytes(row);
            rows += usize::from(bytes(row) < before);
        }
        // The same lines are left out of every format, and most have their problem in their row.
        let mut unlisted = 0;
        for rules in self.rules.iter_mut().rev() {
            while size > most
                && let Some(left) = rules.partly.pop().or_else(|| rules.left_out.pop())
            {
                size -= bytes(&left) + 1;
                unlisted += 1;
            }
        }
        let mut formats = Vec::new();
        while size > most
            && let Some(rules) = self.rules.pop()
        {
            size -= bytes(&rules);
            formats.push(rules.format);
        }
        let unread = self.unread.len();
        while size > most
            && let Some(line) = self.unread.pop()
        {
            size -= bytes(&line);
        }
        let unread = unread - self.unread.len();
        if rows > 0 {
            self.left_out
                .push(format!("{rows} rows omit the intermediate steps and the description of the problem."));
        }
        if unlisted > 0 {
            self.left_out.push(format!(
                "{unlisted} more lines are left out of the rules. Split the list to see them."
            ));
        }
        self.left_out.extend(without(&formats));
        if unread > 0 {
            self.left_out.push(format!("{unread} more lines are not readable. Split the list to see them."));
        }
        self
    }

    /// Whether every line was read, has nothing wrong with it, and leads where it should as far as it was tried.
    #[must_use]
    pub fn is_good(&self) -> bool {
        let fine = |row: &RedirectRow| row.problem.is_none() && matches!(row.tried, None | Some(Tried::Good));
        self.unread.is_empty() && self.rows.iter().all(fine)
    }

    /// Whether a line could not be seen, while nothing is known to be wrong with any other.
    #[must_use]
    pub fn is_unmeasured(&self) -> bool {
        let fine = |row: &RedirectRow| {
            row.problem.is_none() && matches!(row.tried, None | Some(Tried::Good | Tried::NotMeasured { .. }))
        };
        self.unread.is_empty() && !self.is_good() && self.rows.iter().all(fine)
    }
}

impl RedirectRow {
    /// Leaves out what is said in another way, too.
    fn shorten(&mut self) {
        self.words.clear();
        if self.permanence == Some(Permanence::Permanent) {
            self.permanence = None;
        }
        if let Some(Problem::Chain { through, left_out, .. } | Problem::Loop { through, left_out, .. }) =
            &mut self.problem
        {
            *left_out += through.len();
            through.clear();
        }
        if let Some(
            Tried::Roundabout { chain: told }
            | Tried::Wrong { chain: told }
            | Tried::NotMeasured { why: told },
        ) = &mut self.tried
            && told.chars().count() > 2 * SHORT_WAY
            && let Some((at, _)) = told.char_indices().nth(SHORT_WAY)
        {
            told.truncate(at);
            told.push('…');
        }
    }
}

/// Says which rules are not there.
fn without(formats: &[Format]) -> Option<String> {
    let names: Vec<&str> = formats.iter().map(|format| format.id()).collect();
    let told = || {
        format!(
            "No rules for {}: the answer would be too long. Ask for one format, or split the list.",
            names.join(", ")
        )
    };
    (!names.is_empty()).then(told)
}

/// The length of something as JSON.
fn bytes(told: &impl Serialize) -> usize {
    serde_json::to_vec(told).map_or(0, |json| json.len())
}

/// The format of the host in use: told by the alias and the address of the site.
fn in_use(evidence: &Evidence, site: &Url) -> Vec<Format> {
    let host = site.host_str().unwrap_or_default();
    let Ok(lookup) = evidence.lookup_first(host, RecordType::A) else { return Vec::new() };
    of_answer(&lookup.aliases, &addresses(&lookup.records)).map(formats_of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::redirect_map::{parse, parse_whole};

    fn asked(text: &str, formats: &[Format]) -> Asked {
        let (moves, unread) = parse(text);
        let read_as = parse_whole(text).ok().and_then(|list| list.read_as);
        let site = Url::parse("https://example.com/").unwrap();
        Asked { site, moves, unread, read_as, formats: formats.to_vec() }
    }

    #[test]
    fn without_a_network_the_list_is_looked_over_and_written_as_rules() {
        let sheet = asked("/a,/b\n/b,/a\n/c,/d\nnonsense", &[Format::Netlify]).sheet(None).unwrap();
        let shown: Vec<(usize, bool)> =
            sheet.rows.iter().map(|row| (row.line, row.problem.is_some())).collect();
        assert_eq!(shown, [(1, true), (2, false), (3, false)], "a circle is told once");
        assert_eq!(sheet.unread[0].line, 4);
        assert_eq!(sheet.rules[0].text, "/c /d 301!\n");
        assert!(!sheet.is_good() && sheet.rows.iter().all(|row| row.tried.is_none()));
        assert!(asked("/a,/b", &[]).sheet(None).unwrap().is_good());
        let json = serde_json::to_string(&sheet).unwrap();
        assert_eq!(serde_json::from_str::<RedirectReport>(&json).unwrap(), sheet);
    }

    /// Lists that get much out of few bytes, each with so many lines.
    fn nasty(lines: usize) -> Vec<(&'static str, String)> {
        let list = |line: &dyn Fn(usize) -> String| (0..lines).map(line).collect::<String>();
        let long = "x".repeat(1_900);
        vec![
            ("nothing wrong", list(&|n| format!("/old-{n}.html,/new/{n}\n"))),
            ("as short as can be", list(&|n| format!("/{n},/\n"))),
            ("chain", list(&|n| format!("/{n},/{}\n", n + 1))),
            ("chain, backwards", list(&|n| format!("/{},/{n}\n", n + 1))),
            ("circle", list(&|n| format!("/{n},/{}\n", (n + 1) % lines))),
            ("circles of two", list(&|n| format!("/{n},/{}\n", n ^ 1))),
            ("one long target", format!("/x,/{long}\n") + &list(&|n| format!("/{n},/x\n"))),
            (
                "one long target, escaped",
                format!("/x,/{}\n", "ü".repeat(1_900)) + &list(&|n| format!("/{n},/x\n")),
            ),
            ("duplicates", "/a,/b\n".repeat(lines)),
            ("contradictions", list(&|n| format!("/a,/{n}\n"))),
            ("to itself", "/,/\n".repeat(lines)),
            ("star", list(&|n| format!("/{n},/b\n"))),
            ("no addresses", "/,ftp:x\n".repeat(lines)),
            ("unread", "x\n".repeat(lines)),
            ("unread, escaped", "\u{1}\n".repeat(lines)),
            ("no line that fits into the rules", list(&|n| format!("//www.example.com/{n},/{n}\n"))),
            ("one long query", format!("/x,/?{long}\n") + &list(&|n| format!("/{n},/x\n"))),
            ("queries", list(&|n| format!("/?{n},/b\n"))),
            ("escaped", list(&|n| format!("/{n}{},/{}\n", ".|".repeat(20), "ü\"$".repeat(20)))),
            ("comments", "#\n".repeat(lines)),
        ]
    }

    #[test]
    fn no_sheet_is_much_larger_than_its_list() {
        let long_name = format!("https://{}/", vec!["x".repeat(62); 3].join(".") + ".example");
        let each = Format::ALL.map(|format| vec![format]);
        let all = vec![Format::ALL.to_vec()];
        for (site, lines, wanted) in [
            ("https://example.com/", 10, &all),
            ("https://example.com/", 300, &each.to_vec()),
            (long_name.as_str(), 300, &all),
            ("https://example.com/", 10_000, &all),
        ] {
            for (what, list) in nasty(lines) {
                let mut asked = asked(&list, &[]);
                asked.site = Url::parse(site).unwrap();
                let read = asked.moves.len();
                for formats in wanted {
                    asked.formats = formats.clone();
                    let whole = asked.laid_out(None, formats);
                    let said = whole.left_out.len();
                    let most = most_of_answer(list.len());
                    let sheet = whole.clone().within(most);
                    let size = serde_json::to_vec(&sheet).unwrap().len();
                    assert!(size <= most, "{what}: {size} bytes for {}", list.len());
                    assert_eq!(sheet.rows.len(), read, "{what}: every row is there");
                    let is_whole = sheet == whole;
                    assert_eq!(is_whole, sheet.left_out.len() == said, "{what}: what is left out is said");
                }
            }
        }
    }

    #[test]
    fn an_ordinary_list_has_its_rules_for_every_host() {
        let line = |n: usize| format!("/products/item-{n}.html,/shop/items/{n}\n");
        for lines in [1, 10_000] {
            let list: String = (0..lines).map(line).collect();
            let sheet = asked(&list, &Format::ALL).sheet(None).unwrap();
            assert_eq!(sheet.clone().within(most_of_answer(list.len())), sheet, "{lines} lines");
        }
    }

    #[test]
    fn what_a_sheet_has_no_room_for_is_left_out_from_the_least_on() {
        let list: String = (0..1_000).map(|n| format!("/p{n},/p{}\n", n + 1)).collect();
        let whole = asked(&list, &Format::ALL).sheet(None).unwrap();
        let all = serde_json::to_vec(&whole).unwrap().len();
        let little = whole.clone().within(all - 1);
        assert_eq!(little.rows[0], whole.rows[0], "from the last one on");
        assert_ne!(little.rows[998], whole.rows[998]);
        assert_eq!(little.rules, whole.rules);
        let chain = little.rows[998].problem.as_ref().unwrap();
        assert_eq!(chain.words(), whole.rows[998].words, "how many steps there are is known still");
        let less = whole.clone().within(all / 3);
        assert!(less.rules.len() < 6 && !less.rules.is_empty(), "{}", less.rules.len());
        assert_eq!(less.rules[0], whole.rules[0], "rules are there as a whole or not at all");
        assert!(
            less.left_out.iter().any(|said| said.starts_with("No rules for ") && said.contains("apache")),
            "{:?}",
            less.left_out
        );
        let json = serde_json::to_string(&less).unwrap();
        assert_eq!(serde_json::from_str::<RedirectReport>(&json).unwrap(), less);
    }

    #[test]
    fn what_sites_answer_does_not_lengthen_the_sheet_beyond_its_bound() {
        let list: String = (0..MAX_TRIED).map(|n| format!("/{n},/x\n")).collect();
        for length in [SHORT_WAY, SHORT_WAY + 1, 3 * SHORT_WAY, 200_000] {
            let outcomes: Vec<(usize, Tried)> =
                (1..=MAX_TRIED).map(|line| (line, Tried::Wrong { chain: "ü".repeat(length) })).collect();
            let whole = asked(&list, &Format::ALL).laid_out(Some(&outcomes), &Format::ALL);
            for most in [most_of_answer(list.len()), 14 * 1024] {
                let sheet = whole.clone().within(most);
                assert!(serde_json::to_vec(&sheet).unwrap().len() <= most, "{length}");
                assert_eq!(sheet.rows.len(), MAX_TRIED);
            }
        }
    }

    #[test]
    fn lines_are_told_apart_however_many_were_tried() {
        let list = "/a,/b\n".repeat(5_000);
        let asked = asked(&list, &[]);
        let outcomes: Vec<(usize, Tried)> = (1..=5_000).rev().map(|line| (line, Tried::Good)).collect();
        assert!(asked.laid_out(Some(&outcomes), &[]).rows.iter().all(|row| row.tried == Some(Tried::Good)));
    }

    proptest::proptest! {
        #[test]
        fn every_list_has_a_sheet_within_the_limit(
            lines in proptest::collection::vec("[/a-c,;>=\\- \"ü.:?]{0,12}|//?[a-d]{0,2}(,| -> )/[a-d]{0,2}", 0..300),
            skipped in 0usize..6,
        ) {
            let list = lines.join("\n");
            let sheet = asked(&list, &Format::ALL[skipped..]).sheet(None).unwrap().within(most_of_answer(list.len()));
            proptest::prop_assert!(serde_json::to_vec(&sheet).unwrap().len() <= most_of_answer(list.len()));
        }
    }

    #[test]
    fn no_more_is_tried_than_fits_into_one_scan() {
        let text: String = (0..100).map(|n| format!("/{n},/x{n}\n")).collect();
        assert_eq!(asked(&text, &[]).trial().rules.len(), MAX_TRIED);
        assert_eq!(asked(&text, &[]).sheet(None).unwrap().untried, 0, "nothing was to be tried");
    }
}
