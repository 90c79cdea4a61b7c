//! A redirect map: a pasted list of old addresses and where each should lead. Read tolerantly, looked over without a network,
//! written as rules for the host in use, and tested against evidence.

mod course;
mod parse;
mod report;

pub(crate) use course::Course;

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::fixes::redirect_rules::bare_host;
pub use crate::fixes::redirect_rules::{Format, Left, Rules, format_of, render};
pub use course::MAX_STEPS;
pub use parse::{MAX_LINES, TooManyLines, Unread, parse, parse_pair, parse_whole};
pub use report::{
    ANSWER_GROWTH, Asked, CHECK, LEAST_ANSWER, RedirectReport, RedirectRow, Written, most_of_answer,
};

pub use crate::redirect_rule::RedirectRule;

use crate::answers::Stop;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::http::Chain;

/// Something about the map itself that would go wrong on any host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    },
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
            | Self::Loop { line, .. }
            | Self::NotAnAddress { line }
            | Self::Same { line } => *line,
        }
    }

    /// What there is to say, in one sentence.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Chain { through, left_out, .. } => {
                let redirects = (through.len() + left_out).saturating_sub(1);
                format!("Takes {redirects} redirects: let it lead straight to the last address.")
            }
            Self::Conflict { first, .. } => {
                format!("Line {first} sends the same address somewhere else; the first one counts.")
            }
            Self::Duplicate { first, .. } => format!("Says the same as line {first}."),
            Self::Loop { .. } => "Leads round in a circle: nobody would see a page.".to_owned(),
            Self::NotAnAddress { .. } => "One of the two is not a web address.".to_owned(),
            Self::Same { .. } => "Leads to itself.".to_owned(),
        }
    }
}

/// The moves that can be written as rules: circles, repetitions and what is no address left out, chains led straight to
/// their end.
#[must_use]
pub fn straightened(moves: &[RedirectRule], site: &Url) -> Vec<(Url, Url)> {
    let course = Course::of(moves, site);
    course.straight().into_iter().map(|(from, to)| (from.clone(), to.clone())).collect()
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
    for a_move in moves.iter().take(MAX_TRIED) {
        let Some((from, to)) = a_move.on(site) else { continue };
        match follow(evidence, from.as_str()) {
            Err(Stop::Pending) => pending = true,
            Err(Stop::NotMeasured(gap)) => {
                out.push((a_move.line, Tried::NotMeasured { why: format!("{} {}", gap.asked, gap.failure) }));
            }
            Ok(chain) => out.push((a_move.line, outcome(&chain, &to))),
        }
    }
    if pending { Err(Stop::Pending) } else { Ok(out) }
}

fn outcome(chain: &Chain, to: &Url) -> Tried {
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
    let permanent = chain.hops.iter().rev().skip(1).all(|hop| matches!(hop.status, 301 | 308));
    if chain.hops.len() == 2 && permanent { Tried::Good } else { Tried::Roundabout { chain: drawn } }
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
            matches!(found("/a,/b\n/b,/a\n/c,/a").as_slice(), [Problem::Loop { line: 1, through, left_out: 0 }] if through.len() == 3)
        );
        assert!(matches!(found("/a,/a").as_slice(), [Problem::Same { line: 1 }]));
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
        assert_eq!(told[0].words(), "Takes 1000 redirects: let it lead straight to the last address.");
        let listed = told.iter().map(|problem| match problem {
            Problem::Chain { through, .. } => through.len(),
            _ => 0,
        });
        assert!(listed.sum::<usize>() <= 999 * MAX_STEPS);

        let circle: String = (0..1_000).map(|n| format!("/p{n},/p{}\n", (n + 1) % 1_000)).collect();
        let told = found(&format!("/in,/p7\n{circle}"));
        let [Problem::Loop { line: 1, through, left_out }] = told.as_slice() else { panic!("{told:?}") };
        let paths: Vec<&str> = through.iter().map(|step| step.rsplit('/').next().unwrap()).collect();
        assert_eq!((paths, *left_out), (vec!["p7", "p8", "p9", "p10", "p11", "p7"], 995));

        let short: String = (0..5).map(|n| format!("/p{n},/p{}\n", n + 1)).collect();
        assert!(found(&short).iter().all(|problem| !matches!(problem, Problem::Chain { left_out: 1.., .. })));
        assert!(straightened(&parse(&circle).0, &site()).is_empty());
        let moves = parse(&chain).0;
        assert!(straightened(&moves, &site()).iter().all(|(_, to)| to.path() == "/p1000"));
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
    }
}
