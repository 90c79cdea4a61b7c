//! A redirect map: a pasted list of old addresses and where each should lead. Read tolerantly, looked over without a network,
//! written as rules for the host in use, and tested against evidence.

mod course;
mod encoding;
mod formats;
mod lines;
mod list_format;
mod parse;
mod report;
mod trial;

pub(crate) use course::Course;

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::fixes::redirect_rules::bare_host;
pub use crate::fixes::redirect_rules::{Format, Left, Rules, format_of, render};
pub use course::MAX_STEPS;
pub use encoding::decode;
pub use lines::{List, MAX_LINES, ReadAs, TooManyLines, Unread};
pub use list_format::ListFormat;
pub use parse::{parse, parse_pair, parse_whole};
pub use report::{
    ANSWER_GROWTH, Asked, LEAST_ANSWER, MOST_ANSWER, RedirectReport, RedirectRow, Written, most_of_answer,
};

pub use crate::redirect_rule::{Kind, Permanence, RedirectRule};
pub use trial::Trial;

use crate::answers::Stop;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::http::Chain;

/// Something about the map itself that would go wrong on any host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "RedirectProblem"))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Problem {
    /// The target is itself an old address: two redirects where one would do.
    Chain {
        /// The line it begins on.
        line: usize,
        /// The addresses on the way, from the old one to where it ends; of many the first ones and the last.
        through: Vec<String>,
        /// How many addresses before the last one are not listed.
        #[serde(default, skip_serializing_if = "is_zero")]
        left_out: usize,
    },
    /// An old address stands in the list twice, with different targets: the first one counts.
    Conflict {
        /// The line that is not followed.
        line: usize,
        /// The line that counts.
        first: usize,
    },
    /// An old address stands in the list twice, with the same target.
    Duplicate {
        /// The line that adds nothing.
        line: usize,
        /// The line that says the same.
        first: usize,
    },
    /// The old address names a place on a page, which no server sees.
    Fragment {
        /// The line.
        line: usize,
    },
    /// The target leads into a circle of other lines.
    IntoLoop {
        /// The line.
        line: usize,
        /// The first line of the circle.
        first: usize,
    },
    /// The addresses lead round in a circle.
    Loop {
        /// The line it begins on.
        line: usize,
        /// The addresses of the circle, the first one again at its end; of many the first ones.
        through: Vec<String>,
        /// How many addresses before the last one are not listed.
        #[serde(default, skip_serializing_if = "is_zero")]
        left_out: usize,
    },
    /// An address is none on this site: another scheme, or no address at all.
    NotAnAddress {
        /// The line.
        line: usize,
    },
    /// The old address and its target are the same.
    Same {
        /// The line.
        line: usize,
        /// What has to be overlooked for that; absent where they are the same as they stand.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<Alike>,
    },
}

/// Under which rules two addresses are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Alike {
    /// Rules that match an address with any query.
    AnyQuery,
    /// Hosts that overlook a slash at the end.
    TrailingSlash,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What is wrong with the map by itself, in the order of its lines. Needs no network.
#[must_use]
pub fn problems(moves: &[RedirectRule], site: &Url) -> Vec<Problem> {
    Course::of(moves, site).problems().into_iter().flatten().collect()
}

impl Problem {
    /// The line that it is about.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Chain { line, .. }
            | Self::Conflict { line, .. }
            | Self::Duplicate { line, .. }
            | Self::Fragment { line }
            | Self::IntoLoop { line, .. }
            | Self::Loop { line, .. }
            | Self::NotAnAddress { line }
            | Self::Same { line, .. } => *line,
        }
    }

    /// What there is to say, in one sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Chain { through, left_out, .. } => {
                let redirects = (through.len() + left_out).saturating_sub(1);
                format!("Takes {redirects} redirects: redirect straight to the last URL.")
            }
            Self::Conflict { first, .. } => {
                format!("Line {first} redirects the same URL elsewhere; the first one wins.")
            }
            Self::Duplicate { first, .. } => format!("Same as line {first}."),
            Self::Fragment { .. } => {
                "Servers never see what follows the #, so they cannot redirect it.".to_owned()
            }
            Self::IntoLoop { first, .. } => {
                format!("Leads into the loop of line {first}: visitors would get an error.")
            }
            Self::Loop { .. } => "Redirect loop: visitors would get an error.".to_owned(),
            Self::NotAnAddress { .. } => "One of the two is not a URL.".to_owned(),
            Self::Same { when: None, .. } => "Redirects to itself.".to_owned(),
            Self::Same { when: Some(Alike::AnyQuery), .. } => {
                "Redirects to itself where rules match any query: only some hosts can match it without one."
                    .to_owned()
            }
            Self::Same { when: Some(Alike::TrailingSlash), .. } => {
                "Redirects to itself on hosts that ignore a trailing slash.".to_owned()
            }
        }
    }
}

/// The moves that can be written as rules: circles, repetitions and what is no address left out, chains led straight to
/// their end.
#[must_use]
pub fn straightened(moves: &[RedirectRule], site: &Url) -> Vec<(Url, Url)> {
    let course = Course::of(moves, site);
    course.straight().into_iter().map(|step| (step.from.clone(), step.to.clone())).collect()
}

/// How a move came out when it was tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Tried {
    /// It arrives where it should, permanently and in one step.
    Good,
    /// It arrives, but in more steps than one, or by a temporary redirect.
    Roundabout {
        /// The chain, drawn.
        chain: String,
    },
    /// It ends somewhere else, or nowhere.
    Wrong {
        /// The chain, drawn.
        chain: String,
    },
    /// It could not be seen.
    NotMeasured {
        /// What was asked and how that failed.
        why: String,
    },
}

/// On one line: `good`, or the kind and what there is to say. [`Tried::read`] reads it again.
impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, told) = match self {
            Self::Good => return f.write_str("good"),
            Self::Roundabout { chain } => ("roundabout", chain),
            Self::Wrong { chain } => ("wrong", chain),
            Self::NotMeasured { why } => ("not-measured", why),
        };
        write!(f, "{kind} {told}")
    }
}

impl Tried {
    /// What stands on such a line.
    #[must_use]
    pub fn read(line: &str) -> Option<Self> {
        let (kind, told) = line.split_once(' ').unwrap_or((line, ""));
        let told = told.to_owned();
        Some(match kind {
            "good" => Self::Good,
            "roundabout" => Self::Roundabout { chain: told },
            "wrong" => Self::Wrong { chain: told },
            "not-measured" => Self::NotMeasured { why: told },
            _ => return None,
        })
    }
}

/// Moves that are tried in one go: each may cost several requests.
pub const MAX_TRIED: usize = 20;

/// Tries the first [`MAX_TRIED`] moves. The guard that every request passes holds here too: an address on a private
/// network is never asked.
///
/// # Errors
/// Pending until every chain is there.
pub fn tried(moves: &[RedirectRule], site: &Url, evidence: &Evidence) -> Result<Vec<(usize, Tried)>, Stop> {
    let mut out = Vec::new();
    let mut pending = false;
    for a_move in moves.iter().filter(|a_move| a_move.kind.is_move()).take(MAX_TRIED) {
        let Some((from, to)) = a_move.on(site) else { continue };
        match follow(evidence, from.as_str()) {
            Err(Stop::Pending) => pending = true,
            Err(Stop::NotMeasured(gap)) => {
                out.push((a_move.line, Tried::NotMeasured { why: format!("{} {}", gap.asked, gap.failure) }));
            }
            Ok(chain) => out.push((a_move.line, outcome(&chain, &to, a_move.permanence()))),
        }
    }
    if pending { Err(Stop::Pending) } else { Ok(out) }
}

fn outcome(chain: &Chain, to: &Url, permanence: Permanence) -> Tried {
    let drawn = chain.to_string();
    if let Some(gap) = chain.gap() {
        return Tried::NotMeasured { why: format!("{} {}", gap.asked, gap.failure) };
    }
    let found = chain.hops.last().is_some_and(|hop| (200..300).contains(&hop.status));
    // A slash at the end is the same page on nearly every host, and the site may be on either form of its name.
    let same = |end: &Url| {
        let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
        bare_host(end) == bare_host(to) && path(end) == path(to) && end.query() == to.query()
    };
    if !found || !chain.arrived().is_some_and(same) {
        return Tried::Wrong { chain: drawn };
    }
    // A list that asks for a temporary redirect gets one; one that asks for a permanent one may not get a temporary one.
    let lasting = |status: u16| matches!(status, 301 | 308) || permanence == Permanence::Temporary;
    let as_asked = chain.hops.iter().rev().skip(1).all(|hop| lasting(hop.status));
    if chain.hops.len() == 2 && as_asked { Tried::Good } else { Tried::Roundabout { chain: drawn } }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Url {
        Url::parse("https://example.com/").unwrap()
    }

    fn found(text: &str) -> Vec<Problem> {
        problems(&parse(text).0, &site())
    }

    #[test]
    fn circles_and_chains_are_seen_without_a_network() {
        assert_eq!(found("/a,/b\n/c,/d"), []);
        assert!(
            matches!(found("/a,/b\n/b,/c").as_slice(), [Problem::Chain { line: 1, through, left_out: 0 }] if through.len() == 3)
        );
        assert!(
            matches!(found("/a,/b\n/b,/a\n/c,/a").as_slice(), [Problem::Loop { line: 1, through, left_out: 0 }, Problem::IntoLoop { line: 3, first: 1 }] if through.len() == 3)
        );
        assert!(matches!(found("/a,/a").as_slice(), [Problem::Same { line: 1, when: None }]));
        assert!(matches!(found("/a,/a#top").as_slice(), [Problem::Same { line: 1, when: None }]));
        assert!(matches!(found("/a,/b\n/a,/c").as_slice(), [Problem::Conflict { line: 2, first: 1 }]));
        assert!(matches!(
            found("/a,/b\nhttps://EXAMPLE.com/a#x,/b").as_slice(),
            [Problem::Duplicate { line: 2, first: 1 }]
        ));
        assert!(matches!(found("/a,mailto:me@example.com").as_slice(), [Problem::NotAnAddress { line: 1 }]));
    }

    #[test]
    fn long_ways_list_their_first_steps_and_the_last_and_say_how_many_are_left_out() {
        let chain: String = (0..1_000).map(|n| format!("/p{n},/p{}\n", n + 1)).collect();
        let told = found(&chain);
        assert_eq!(told.len(), 999, "each line but the last");
        let Problem::Chain { line: 1, through, left_out } = &told[0] else { panic!("{:?}", told[0]) };
        let paths: Vec<&str> = through.iter().map(|step| step.rsplit('/').next().unwrap()).collect();
        assert_eq!((paths, *left_out), (vec!["p0", "p1", "p2", "p3", "p4", "p1000"], 995));
        assert_eq!(told[0].words(), "Takes 1000 redirects: redirect straight to the last URL.");
        let listed = told.iter().map(|problem| match problem {
            Problem::Chain { through, .. } => through.len(),
            _ => 0,
        });
        assert!(listed.sum::<usize>() <= 999 * MAX_STEPS);

        let circle: String = (0..1_000).map(|n| format!("/p{n},/p{}\n", (n + 1) % 1_000)).collect();
        let told = found(&format!("/in,/p7\n{circle}"));
        let [Problem::IntoLoop { line: 1, first: 2 }, Problem::Loop { line: 2, through, left_out }] =
            told.as_slice()
        else {
            panic!("{told:?}")
        };
        let paths: Vec<&str> = through.iter().map(|step| step.rsplit('/').next().unwrap()).collect();
        assert_eq!((paths, *left_out), (vec!["p0", "p1", "p2", "p3", "p4", "p0"], 995));

        let short: String = (0..5).map(|n| format!("/p{n},/p{}\n", n + 1)).collect();
        assert!(found(&short).iter().all(|problem| !matches!(problem, Problem::Chain { left_out: 1.., .. })));
        assert!(straightened(&parse(&circle).0, &site()).is_empty());
        let moves = parse(&chain).0;
        assert!(straightened(&moves, &site()).iter().all(|(_, to)| to.path() == "/p1000"));
    }

    #[test]
    fn circles_are_those_that_servers_see() {
        let told = |text: &str| -> Vec<(usize, String)> {
            let kind = |problem: &Problem| {
                serde_json::to_value(problem).unwrap()["kind"].as_str().unwrap().to_owned()
            };
            found(text).iter().map(|problem| (problem.line(), kind(problem))).collect()
        };
        let is = |text: &str, expected: &[(usize, &str)]| {
            let expected: Vec<(usize, String)> =
                expected.iter().map(|(line, kind)| (*line, (*kind).to_owned())).collect();
            assert_eq!(told(text), expected, "{text}");
        };
        is("/a -> /a?x=1\n/b,/b?q=", &[(1, "same"), (2, "same")]);
        is("/a?x=1,/a", &[]);
        is("/a,/b?x=1\n/b,/a", &[(1, "loop")]);
        is("/a,/b?x=1\n/b,/c", &[(1, "chain")]);
        is("/a,/b/\n/b,/a", &[(1, "loop")]);
        is("/b,/b/", &[(1, "same")]);
        is("/%c3%bc,/x\n/x,/%C3%BC", &[(1, "loop")]);
        is("/ü,/x\n/%c3%bc,/y", &[(2, "conflict")]);
        is("/a%7Eb,/a~b", &[(1, "same")]);
        is("/a,/b\n/b,/c\n/c,/b\n/d,/a", &[(1, "into-loop"), (2, "loop"), (4, "into-loop")]);
        is("/a#x,/b\n/c,/d#e\n/c,/d#f", &[(1, "fragment"), (3, "conflict")]);
    }

    #[test]
    fn a_temporary_line_is_not_made_permanent_by_the_way_to_it() {
        let moves = parse("/a,/b\n/b,/c,302\n/c,/d\n/e,/b,302").0;
        let site = site();
        let course = Course::of(&moves, &site);
        let shown: Vec<(&str, &str, u16)> =
            course.straight().iter().map(|step| (step.from.path(), step.to.path(), step.status)).collect();
        assert_eq!(shown, [("/a", "/b", 301), ("/b", "/d", 302), ("/c", "/d", 301), ("/e", "/d", 302)]);
    }

    #[test]
    fn an_outcome_on_one_line_is_read_again() {
        let told = || "http://example.com/a → 404 in 3 ms".to_owned();
        for outcome in [
            Tried::Good,
            Tried::Roundabout { chain: told() },
            Tried::Wrong { chain: told() },
            Tried::NotMeasured { why: told() },
        ] {
            assert_eq!(Tried::read(&outcome.to_string()), Some(outcome));
        }
        assert_eq!(Tried::read("splendid"), None);
    }

    #[test]
    fn what_is_written_as_rules_leads_straight_to_its_end() {
        let straight = |text: &str| -> Vec<String> {
            let moves = parse(text).0;
            straightened(&moves, &site())
                .iter()
                .map(|(from, to)| format!("{} {}", from.path(), to.path()))
                .collect()
        };
        assert_eq!(straight("/a,/b\n/b,/c\n/x,/x\n/a,/z"), ["/a /c", "/b /c"]);
        assert_eq!(straight("/a,/b\n/b,/a\n/c,/a\n/d,/e"), ["/d /e"]);
    }

    proptest::proptest! {
        #[test]
        fn no_map_panics_and_straight_rules_have_neither_chains_nor_circles(
            pairs in proptest::collection::vec((0u8..8, 0u8..8), 0..24),
        ) {
            let text: String = pairs.iter().map(|(from, to)| format!("/{from} -> /{to}\n")).collect();
            let moves = parse(&text).0;
            let _ = problems(&moves, &site());
            let rules = straightened(&moves, &site());
            for (_, to) in &rules {
                proptest::prop_assert!(!rules.iter().any(|(from, _)| from == to));
            }
        }

        #[test]
        fn rules_of_every_host_read_back_are_the_same_move(
            path in "[ -~ü漢]{0,16}", query in proptest::option::of("[ -~ü]{0,12}"),
            target in "[ -~ü]{0,12}", more in proptest::option::of("[ -~]{0,8}"),
            temporary: bool,
        ) {
            let cell = |address: String| format!("\"{}\"", address.replace('"', "\"\""));
            let asked = |path: &str, query: &Option<String>| {
                format!("/{path}{}", query.as_ref().map(|query| format!("?{query}")).unwrap_or_default())
            };
            let status = if temporary { "302" } else { "301" };
            // A path of its own, so that neither is the other.
            let (from, to) = (asked(&format!("a{path}"), &query), asked(&format!("b{target}"), &more));
            let list = format!("old,new,code\n{},{},{status}\n", cell(from), cell(to));
            let (moves, unread) = parse(&list);
            proptest::prop_assert_eq!(moves.len() + unread.len(), 1, "{}", list);
            let Some((from, to)) = moves.first().and_then(|rule| rule.on(&site())) else { return Ok(()) };
            let pairs = |url: &Url| url.query_pairs().into_owned().collect::<Vec<_>>();
            // A browser finds a place on the page by its name, escaped or not (HTML, "find a potential indicated element").
            let fragment = |url: &Url| {
                url.fragment().map(|name| percent_encoding::percent_decode_str(name).collect::<Vec<u8>>())
            };
            let same = |a: &Url, b: &Url| {
                let path = |url: &Url| crate::redirect_rule::canonical(url.path(), false);
                bare_host(a) == bare_host(b) && path(a) == path(b) && pairs(a) == pairs(b)
                    && fragment(a) == fragment(b)
            };
            for format in Format::ALL {
                // A condition on the query of vercel.json is a regular expression: read back where it is plain.
                let plain = |c: char| c.is_ascii_alphanumeric() || "=&-_.~".contains(c);
                if format == Format::Vercel && from.query().is_some_and(|query| !query.chars().all(plain)) {
                    continue;
                }
                let asked = Asked { site: site(), moves: moves.clone(), unread: Vec::new(), read_as: None, formats: Vec::new() };
                let written = asked.laid_out(None, &[format]).rules.remove(0);
                let (back, unread) = parse(&written.text);
                proptest::prop_assert!(unread.is_empty(), "{:?}: {:?} of {}", format, unread, written.text);
                proptest::prop_assert_eq!(back.len() + written.left_out.len(), 1, "{:?}: {}", format, written.text);
                if let Some(rule) = back.first() {
                    let read = rule.on(&site());
                    let is_same = read.as_ref().is_some_and(|(a, b)| same(a, &from) && same(b, &to));
                    proptest::prop_assert!(is_same, "{:?}: {:?} of {}", format, read, written.text);
                    proptest::prop_assert_eq!(rule.permanence(), moves[0].permanence(), "{:?}", format);
                }
            }
        }
    }
}
