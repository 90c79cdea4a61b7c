//! Where the lines of a map lead in the end. Each line is followed once, however long the chains are: following each to its
//! end would take half a million steps for a chain of a thousand lines.

use std::collections::BTreeMap;

use url::{Position, Url};

use super::{Alike, Problem, RedirectRule};
use crate::fixes::redirect_ends::{End, ends};
use crate::fixes::redirect_rules::{Left, Step, Wanted};
use crate::redirect_rule::{Permanence, canonical};

/// Addresses that are listed of a chain or a circle: the first ones and the last.
pub const MAX_STEPS: usize = 6;

/// An address as servers compare it: without fragment, in one spelling.
struct Key {
    /// With its query.
    whole: String,
    /// Without it; the same where it has none.
    bare: String,
    /// [`Self::whole`] without a slash at the end of its path.
    loose: String,
    /// [`Self::bare`] without one.
    loose_bare: String,
}

impl Key {
    fn of(url: &Url) -> Self {
        let bare = format!("{}{}", &url[..Position::BeforePath], canonical(url.path(), false));
        let query = url.query().map(|query| format!("?{}", canonical(query, true))).unwrap_or_default();
        let loose_bare = bare.trim_end_matches('/').to_owned();
        Self { whole: format!("{bare}{query}"), loose: format!("{loose_bare}{query}"), bare, loose_bare }
    }
}

/// A list, followed to its ends.
pub(crate) struct Course<'m> {
    moves: &'m [RedirectRule],
    /// Old address and target of each move; `None` where one of them is no web address, or the line no move.
    addresses: Vec<Option<(Url, Url)>>,
    /// Of each line that leads somewhere else, the first line with the same old address: mostly itself.
    firsts: Vec<Option<usize>>,
    /// What a line that leads to itself overlooks; `None` where it does not.
    same: Vec<Option<Option<Alike>>>,
    /// Which line the target of a line is the old address of, as the most forgiving server sees it.
    next: Vec<Option<usize>>,
    /// Where the lines end, as that server sees it; used for circles.
    ends: Vec<End>,
    /// The same, with slashes that count; used for chains.
    chains: Vec<End>,
    /// The same as the list has it, and no temporary line behind a permanent one; used for the rules.
    rules: Vec<End>,
    /// Of a line whose old address has a fragment, an earlier line about the same page.
    pages: BTreeMap<usize, usize>,
    /// Of each line of a circle, the first line of it.
    circles: BTreeMap<usize, usize>,
}

impl<'m> Course<'m> {
    /// Follows `moves` on `site`.
    pub(crate) fn of(moves: &'m [RedirectRule], site: &Url) -> Self {
        let addresses: Vec<Option<(Url, Url)>> = moves.iter().map(|a_move| a_move.on(site)).collect();
        let keys: Vec<Option<(Key, Key)>> = addresses
            .iter()
            .map(|both| both.as_ref().map(|(from, to)| (Key::of(from), Key::of(to))))
            .collect();
        let (mut known, mut loosely): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = Default::default();
        let mut firsts: Vec<Option<usize>> = Vec::with_capacity(moves.len());
        let mut same: Vec<Option<Option<Alike>>> = Vec::with_capacity(moves.len());
        let mut pages = BTreeMap::new();
        for (at, keys) in keys.iter().enumerate() {
            let alike = keys.as_ref().and_then(|(from, to)| alike(from, to));
            same.push(alike);
            if moves[at].has_fragment()
                && let Some(first) = keys.as_ref().and_then(|(from, _)| known.get(from.whole.as_str()))
            {
                pages.insert(at, *first);
            }
            let elsewhere = keys.as_ref().filter(|_| alike != Some(None) && !moves[at].has_fragment());
            firsts.push(elsewhere.map(|(from, _)| {
                loosely.entry(&from.loose).or_insert(at);
                *known.entry(&from.whole).or_insert(at)
            }));
        }
        let target = |at: usize| keys[at].as_ref().filter(|_| firsts[at] == Some(at)).map(|(_, to)| to);
        // A line that leads to itself leads no further.
        let further = |at: usize, found: Option<usize>| found.filter(|next| *next != at);
        let exactly = |at: usize| further(at, known.get(target(at)?.whole.as_str()).copied());
        let any_query = |at: usize| {
            let to = target(at)?;
            exactly(at).or_else(|| further(at, known.get(to.bare.as_str()).copied()))
        };
        let next = |at: usize| {
            let to = target(at)?;
            let loose = || loosely.get(to.loose.as_str()).or_else(|| loosely.get(to.loose_bare.as_str()));
            any_query(at).or_else(|| further(at, loose().copied()))
        };
        let next: Vec<Option<usize>> = (0..moves.len()).map(next).collect();
        let lasting = |at: usize| moves[at].permanence() == Permanence::Permanent;
        let rules = ends(moves.len(), &mut |at| exactly(at).filter(|next| !lasting(at) || lasting(*next)));
        let chains = ends(moves.len(), &mut |at| any_query(at));
        let ends = ends(moves.len(), &mut |at| next[at]);
        let mut circles = BTreeMap::new();
        for (at, end) in ends.iter().enumerate() {
            if *end == (End::Circle { entry: at }) && !circles.contains_key(&at) {
                let mut member = at;
                while !circles.contains_key(&member) {
                    circles.insert(member, at);
                    member = next[member].unwrap_or(at);
                }
            }
        }
        Self { moves, addresses, firsts, same, next, ends, chains, rules, pages, circles }
    }

    /// What is wrong with each line by itself.
    pub(crate) fn problems(&self) -> Vec<Option<Problem>> {
        (0..self.moves.len()).map(|at| self.problem(at)).collect()
    }

    fn problem(&self, at: usize) -> Option<Problem> {
        let line = self.moves[at].line;
        if !self.moves[at].kind.is_move() {
            return None;
        }
        let Some((_, to)) = &self.addresses[at] else { return Some(Problem::NotAnAddress { line }) };
        if self.same[at] == Some(None) {
            return Some(Problem::Same { line, when: None });
        }
        let Some(first) = self.firsts[at] else { return Some(self.fragment(at)) };
        if first != at {
            let says_the_same = self.target(first) == Some(to)
                && self.moves[first].permanence() == self.moves[at].permanence();
            let first = self.moves[first].line;
            return Some(match says_the_same {
                true => Problem::Duplicate { line, first },
                false => Problem::Conflict { line, first },
            });
        }
        if let Some(when) = self.same[at] {
            return Some(Problem::Same { line, when });
        }
        if let End::Circle { entry } = self.ends[at] {
            let first = self.circles.get(&entry).copied().unwrap_or(entry);
            if entry != at {
                return Some(Problem::IntoLoop { line, first: self.moves[first].line });
            }
            // Each circle is told once, by its first line.
            if first != at {
                return None;
            }
            let members = std::iter::successors(self.next[at], |member| self.next[*member]);
            let members = 1 + members.take_while(|member| *member != at).count();
            let mut through = self.way(at, members.min(MAX_STEPS - 1));
            through.extend(through.first().cloned());
            let left_out = (members + 1).saturating_sub(through.len());
            return Some(Problem::Loop { line, through, left_out });
        }
        match self.chains[at] {
            End::At { place, steps } if steps > 0 => {
                let mut through = self.way(at, (steps + 1).min(MAX_STEPS - 1));
                through.extend(self.target(place).map(Url::to_string));
                let left_out = (steps + 2).saturating_sub(through.len());
                Some(Problem::Chain { line, through, left_out })
            }
            _ => None,
        }
    }

    /// A line whose old address has a fragment: an earlier line about the page may say the same.
    fn fragment(&self, at: usize) -> Problem {
        let line = self.moves[at].line;
        match self.pages.get(&at) {
            Some(first) if self.target(*first) == self.target(at) => {
                Problem::Duplicate { line, first: self.moves[*first].line }
            }
            _ => Problem::Fragment { line },
        }
    }

    /// Old addresses and where they lead in the end; without circles and repetitions. Not copies: many may lead to one long
    /// address.
    pub(crate) fn straight(&self) -> Vec<Step<'_>> {
        let straight = |at: usize| match (self.ends[at], self.rules[at]) {
            (End::At { .. }, End::At { place, .. }) if self.firsts[at] == Some(at) => {
                let rule = &self.moves[at];
                let (line, status) = (rule.line, rule.redirect_status());
                let (from, to) = (self.old(at)?, self.target(place)?);
                Some(Step { line, from, to, status, manner: rule.manner, beside: &rule.beside })
            }
            _ => None,
        };
        (0..self.moves.len()).filter_map(straight).collect()
    }

    /// All that is to be written as rules, and what cannot be on any host.
    pub(crate) fn wanted(&self) -> Wanted<'_> {
        let others = self.moves.iter().filter(|rule| !rule.kind.is_move()).collect();
        let left = (0..self.moves.len()).filter_map(|at| {
            let RedirectRule { line, from, .. } = &self.moves[at];
            let circle = || "leads round in a circle".to_owned();
            let reason = match self.problem(at) {
                Some(Problem::NotAnAddress { .. }) => "one of the two is not a web address".to_owned(),
                Some(Problem::Same { when: None, .. }) => "redirects to itself".to_owned(),
                Some(Problem::Duplicate { first, .. }) => format!("line {first} says the same"),
                Some(Problem::Conflict { first, .. }) => {
                    format!("line {first} sends the same address somewhere else")
                }
                Some(Problem::Fragment { .. }) => "no server sees what follows the #".to_owned(),
                Some(Problem::IntoLoop { first, .. }) => format!("leads into the circle of line {first}"),
                Some(Problem::Loop { .. }) => circle(),
                _ if self.circles.contains_key(&at) => circle(),
                _ => return None,
            };
            let from = self.old(at).map_or_else(|| from.clone(), Url::to_string);
            Some(Left { from, reason, line: Some(*line) })
        });
        Wanted { steps: self.straight(), others, left: left.collect() }
    }

    fn old(&self, at: usize) -> Option<&Url> {
        self.addresses[at].as_ref().map(|(from, _)| from)
    }

    fn target(&self, at: usize) -> Option<&Url> {
        self.addresses[at].as_ref().map(|(_, to)| to)
    }

    /// The old addresses of `most` lines, from one on.
    fn way(&self, at: usize, most: usize) -> Vec<String> {
        let lines = std::iter::successors(Some(at), |at| self.next[*at]).take(most);
        lines.filter_map(|at| self.old(at).map(Url::to_string)).collect()
    }
}

/// What has to be overlooked so that two addresses are one; `None` where they are two whatever is overlooked.
fn alike(from: &Key, to: &Key) -> Option<Option<Alike>> {
    let has_query = from.whole != from.bare;
    match () {
        () if from.whole == to.whole => Some(None),
        () if !has_query && from.bare == to.bare => Some(Some(Alike::AnyQuery)),
        () if from.loose == to.loose || (!has_query && from.loose == to.loose_bare) => {
            Some(Some(Alike::TrailingSlash))
        }
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often `ends` asks where a place leads.
    fn questions(next: &[Option<usize>]) -> usize {
        let mut asked = 0;
        let _ = ends(next.len(), &mut |at| {
            asked += 1;
            next[at]
        });
        asked
    }

    #[test]
    fn each_place_is_asked_once_however_long_the_ways_are() {
        for len in [1, 1_000, 5_000, 20_000] {
            let chain: Vec<Option<usize>> = (1..len).map(Some).chain([None]).collect();
            let backwards: Vec<Option<usize>> = std::iter::once(None).chain((0..len - 1).map(Some)).collect();
            let circle: Vec<Option<usize>> = (0..len).map(|at| Some((at + 1) % len)).collect();
            let into_a_circle: Vec<Option<usize>> = (0..len).map(|at| Some((at + 1).min(len - 1))).collect();
            let star = vec![Some(0); len];
            for next in [chain, backwards, circle, into_a_circle, star] {
                assert_eq!(questions(&next), len);
            }
        }
    }

    /// Where a place leads, found by walking.
    fn walked(next: &[Option<usize>], start: usize) -> End {
        let (mut at, mut seen) = (start, Vec::new());
        while !seen.contains(&at) {
            seen.push(at);
            match next[at] {
                None => return End::At { place: at, steps: seen.len() - 1 },
                Some(further) => at = further,
            }
        }
        End::Circle { entry: at }
    }

    proptest::proptest! {
        #[test]
        fn the_ends_are_those_that_walking_finds(next in proptest::collection::vec(proptest::option::of(0usize..12), 12)) {
            let found = ends(next.len(), &mut |at| next[at]);
            let walked: Vec<End> = (0..next.len()).map(|start| walked(&next, start)).collect();
            proptest::prop_assert_eq!(found, walked);
        }
    }
}
