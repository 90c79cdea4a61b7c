//! Where the lines of a map lead in the end. Each line is followed once, however long the chains are: following each to its
//! end would take half a million steps for a chain of a thousand lines.

use std::collections::BTreeMap;

use url::Url;

use super::{Problem, RedirectRule};
use crate::fixes::redirect_ends::{End, ends};

/// Addresses that are listed of a chain or a circle: the first ones and the last.
pub const MAX_STEPS: usize = 6;

/// A list, followed to its ends.
pub(crate) struct Course<'m> {
    moves: &'m [RedirectRule],
    /// Old address and target of each line; `None` where one of them is no web address.
    addresses: Vec<Option<(Url, Url)>>,
    /// Of each line that leads somewhere else, the first line with the same old address: mostly itself.
    firsts: Vec<Option<usize>>,
    /// Which line the target of a line is the old address of.
    next: Vec<Option<usize>>,
    ends: Vec<End>,
}

impl<'m> Course<'m> {
    /// Follows `moves` on `site`.
    pub(crate) fn of(moves: &'m [RedirectRule], site: &Url) -> Self {
        let addresses: Vec<Option<(Url, Url)>> = moves.iter().map(|a_move| a_move.on(site)).collect();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let mut firsts: Vec<Option<usize>> = Vec::with_capacity(moves.len());
        for (at, addresses) in addresses.iter().enumerate() {
            let elsewhere = addresses.as_ref().filter(|(from, to)| from != to);
            firsts.push(elsewhere.map(|(from, _)| *known.entry(from.as_str()).or_insert(at)));
        }
        let next = |(at, addresses): (usize, &Option<(Url, Url)>)| {
            let (_, to) = addresses.as_ref().filter(|_| firsts[at] == Some(at))?;
            known.get(to.as_str()).copied()
        };
        let next: Vec<Option<usize>> = addresses.iter().enumerate().map(next).collect();
        let ends = ends(moves.len(), &mut |at| next[at]);
        Self { moves, addresses, firsts, next, ends }
    }

    /// What is wrong with each line by itself.
    pub(crate) fn problems(&self) -> Vec<Option<Problem>> {
        // Each circle is told once, by the first line that leads into it.
        let mut told = vec![false; self.moves.len()];
        let problem = |(at, a_move): (usize, &RedirectRule)| {
            let line = a_move.line;
            let Some((_, to)) = &self.addresses[at] else { return Some(Problem::NotAnAddress { line }) };
            let Some(first) = self.firsts[at] else { return Some(Problem::Same { line }) };
            if first != at {
                let says_the_same = self.target(first) == Some(to);
                let first = self.moves[first].line;
                return Some(match says_the_same {
                    true => Problem::Duplicate { line, first },
                    false => Problem::Conflict { line, first },
                });
            }
            match self.ends[at] {
                End::At { steps: 0, .. } => None,
                End::At { place, steps } => {
                    let mut through = self.way(at, (steps + 1).min(MAX_STEPS - 1));
                    through.extend(self.target(place).map(Url::to_string));
                    let left_out = (steps + 2).saturating_sub(through.len());
                    Some(Problem::Chain { line, through, left_out })
                }
                End::Circle { entry } if told[entry] => None,
                End::Circle { entry } => {
                    let (mut members, mut member) = (0_usize, entry);
                    while !told[member] {
                        told[member] = true;
                        members += 1;
                        member = self.next[member].unwrap_or(entry);
                    }
                    let mut through = self.way(entry, members.min(MAX_STEPS - 1));
                    through.extend(through.first().cloned());
                    let left_out = (members + 1).saturating_sub(through.len());
                    Some(Problem::Loop { line, through, left_out })
                }
            }
        };
        self.moves.iter().enumerate().map(problem).collect()
    }

    /// Old addresses and where they lead in the end; without circles and repetitions. Not copies: many may lead to one long
    /// address.
    pub(crate) fn straight(&self) -> Vec<(&Url, &Url)> {
        let straight = |at: usize| match self.ends[at] {
            End::At { place, .. } if self.firsts[at] == Some(at) => {
                Some((self.old(at)?, self.target(place)?))
            }
            _ => None,
        };
        (0..self.moves.len()).filter_map(straight).collect()
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
