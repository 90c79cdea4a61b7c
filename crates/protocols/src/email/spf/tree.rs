//! Everything that an SPF record draws in: each `include` and `redirect`, and those in the records behind them.
//!
//! The tree is the **worst case**: what a receiver meets for a sender that no earlier term matches. For one sender
//! [`check_host`](super::evaluate::check_host) says what is met.

use std::fmt;

use serde::Serialize;

use crate::answers::Resolve;
use crate::answers::Stop;
use crate::diagnostic::Severity;
use crate::dns;
use crate::dns::{RecordType, Resolution};

use super::evaluate::MAX_VOID_LOOKUPS;
use super::expand;
use super::macros::{Expansion, Letter, Part};
use super::{DomainSpec, MAX_LOOKUP_TERMS, Mechanism, Modifier, Qualifier, Record, TermKind, outline};

/// How far a tree is followed. Whatever lies beyond is more than [`MAX_LOOKUP_TERMS`] anyway: each record but the
/// first costs a lookup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Records, the domain's own included.
    pub names: usize,
}

impl Reach {
    /// What a default scan has room for.
    pub const DEFAULT: Self = Self { names: 14 };
    /// What a deep scan may ask.
    pub const DEEP: Self = Self { names: 24 };

    /// The reach for a target that asked for a deep scan, or did not.
    #[must_use]
    pub const fn of(deep: bool) -> Self {
        if deep { Self::DEEP } else { Self::DEFAULT }
    }
}

/// The records behind an SPF record; the first one is the domain's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tree {
    /// Every record in the order in which it was found, level by level.
    pub nodes: Vec<Node>,
}

/// One name that should have an SPF record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// The name.
    pub name: String,
    /// The node whose record leads here; `None` for the domain's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// What was found there.
    pub state: State,
    /// One for each term of the record, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
}

impl Node {
    /// The record, where there is one that receivers can read.
    #[must_use]
    pub fn record(&self) -> Option<Record<'_>> {
        match &self.state {
            State::Found { text } => Some(super::parse(text).0),
            _ => None,
        }
    }
}

/// What was found at a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum State {
    /// The name stands above itself: a receiver goes round until the limit ends it.
    Circle,
    /// Not looked at: the tree was followed far enough.
    Cut,
    /// One record that receivers can read.
    Found {
        /// The record.
        text: String,
    },
    /// One record that receivers cannot read.
    Invalid {
        /// The record.
        text: String,
        /// The first thing wrong with it.
        why: String,
    },
    /// No SPF record, and two resolvers say so.
    Missing {
        /// What DNS said.
        words: String,
    },
    /// The name depends on the message.
    PerMessage,
    /// More than one record.
    Several {
        /// How many.
        count: usize,
    },
    /// The answer could not be had.
    Unknown {
        /// What was asked, and how that failed.
        words: String,
    },
    /// Resolvers get no answer from the name's zone.
    Unreachable {
        /// What they said.
        words: String,
    },
}

impl State {
    /// What a receiver makes of it where it is no record: `None` for one that can be read and for what is not known.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        Some(match self {
            Self::Circle => "leads round in a circle".to_owned(),
            Self::Invalid { why, .. } => {
                format!("has an SPF record that receivers cannot read: {}", why.trim_end_matches('.'))
            }
            Self::Missing { words } => format!("has no SPF record ({words})"),
            Self::Several { count } => format!("has {count} SPF records, and receivers then use none"),
            Self::Cut
            | Self::Found { .. }
            | Self::PerMessage
            | Self::Unknown { .. }
            | Self::Unreachable { .. } => return None,
        })
    }

    /// Why what lies below is not known, where it is not.
    #[must_use]
    pub fn gap(&self) -> Option<String> {
        Some(match self {
            Self::Cut => "was not looked at: the tree is cut here".to_owned(),
            Self::Unknown { words } => words.clone(),
            _ => return None,
        })
    }
}

/// One term of a record, as the tree sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The term as published.
    pub term: String,
    /// Whether no receiver ever gets here: it stands behind an `all`.
    #[serde(skip_serializing_if = "is_false")]
    pub is_dead: bool,
    /// One where the term counts against [`MAX_LOOKUP_TERMS`].
    #[serde(skip_serializing_if = "is_zero")]
    pub lookups: usize,
    /// What its lookup gave, for `a`, `mx` and `exists`.
    #[serde(skip_serializing_if = "Answer::is_not_asked")]
    pub answer: Answer,
    /// The node that an `include` or `redirect` leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leads_to: Option<usize>,
    /// Whether it is an `ip4` or `ip6`, of which records have many.
    #[serde(skip)]
    is_network: bool,
}

/// What the lookup of an `a`, `mx` or `exists` gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Answer {
    /// There are records.
    Found,
    /// Nothing was asked: the term needs no lookup, or depends on the message.
    NotAsked,
    /// Nobody gets an answer, or we did not.
    Unknown {
        /// How that failed.
        words: String,
    },
    /// Nothing: a void lookup.
    Void,
}

impl Answer {
    fn is_not_asked(&self) -> bool {
        *self == Self::NotAsked
    }
}

/// What the record at the end of the redirects says about everybody who is not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The node that has the last word.
    pub node: usize,
    /// What its `all` says; `None` where it has none, or where there is no record to say it.
    pub all: Option<Qualifier>,
}

impl Tree {
    /// Follows the record of `name` as far as `reach` goes, level by level: a level's questions go out side by side.
    ///
    /// # Errors
    /// Pending until the answers are there. What could not be had is part of the tree.
    pub fn resolve(answers: &dyn Resolve, name: &str, reach: Reach) -> Result<Self, Stop> {
        match Self::records(answers, name, reach)? {
            (tree, false) => Ok(tree),
            (_, true) => Err(Stop::Pending),
        }
    }

    /// The same for a record that is not published, or not yet: `text` in the place of what stands at `name`.
    ///
    /// # Errors
    /// As [`Tree::resolve`].
    pub fn of_text(answers: &dyn Resolve, name: &str, text: &str, reach: Reach) -> Result<Self, Stop> {
        let root = Node { state: State::Found { text: text.to_owned() }, ..Node::wanted(name, None) };
        match Self::below(answers, root, reach)? {
            (tree, false) => Ok(tree),
            (_, true) => Err(Stop::Pending),
        }
    }

    /// All records, and whether answers about the terms in them are still to come.
    pub(crate) fn records(answers: &dyn Resolve, name: &str, reach: Reach) -> Result<(Self, bool), Stop> {
        Self::below(answers, Node::wanted(name, None), reach)
    }

    fn below(answers: &dyn Resolve, root: Node, reach: Reach) -> Result<(Self, bool), Stop> {
        let mut walk = Walk { answers, nodes: vec![root], waits: false, left: reach.names };
        let mut level = 0..1;
        while !level.is_empty() {
            let read: Vec<Option<State>> = level.clone().map(|index| walk.read(index)).collect();
            let mut is_complete = true;
            for (index, state) in level.clone().zip(read) {
                match (state, walk.nodes.get_mut(index)) {
                    (Some(state), Some(node)) => node.state = state,
                    _ => is_complete = false,
                }
            }
            if !is_complete {
                return Err(Stop::Pending);
            }
            let next = walk.nodes.len();
            level.for_each(|index| walk.enter(index));
            level = next..walk.nodes.len();
        }
        // Answers that decide nothing about where the tree goes are waited for at the end.
        Ok((Self { nodes: walk.nodes }, walk.waits))
    }

    /// Lookups in the worst case, as far as they are known.
    #[must_use]
    pub fn lookups(&self) -> usize {
        self.nodes.iter().flat_map(|node| &node.entries).map(|entry| entry.lookups).sum()
    }

    /// Lookups in the worst case by one term and everything below it.
    #[must_use]
    pub fn lookups_of(&self, entry: &Entry) -> usize {
        // A node stands behind its parent, so this ends.
        let below = entry.leads_to.and_then(|node| self.nodes.get(node));
        entry.lookups
            + below.map_or(0, |node| node.entries.iter().map(|entry| self.lookups_of(entry)).sum::<usize>())
    }

    /// Every live term with the node it stands in.
    pub fn entries(&self) -> impl Iterator<Item = (&Node, &Entry)> {
        self.nodes.iter().flat_map(|node| node.entries.iter().map(move |entry| (node, entry)))
    }

    /// Lookups that lead nowhere, with the record they stand in.
    pub fn voids(&self) -> impl Iterator<Item = (&Node, &Entry)> {
        self.entries().filter(|(_, entry)| entry.answer == Answer::Void)
    }

    /// Whether lookups whose answer could not be had might take the void ones past their limit.
    #[must_use]
    pub fn voids_are_open(&self) -> bool {
        let unknown = self.entries().filter(|(_, entry)| matches!(entry.answer, Answer::Unknown { .. }));
        let void = self.voids().count();
        void <= MAX_VOID_LOOKUPS && void + unknown.count() > MAX_VOID_LOOKUPS
    }

    /// Whether the answer for an `a`, `mx` or `exists` could not be had.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.entries().any(|(_, entry)| matches!(entry.answer, Answer::Unknown { .. }))
    }

    /// The nodes that are a permanent error to whoever gets there, with what is wrong.
    pub fn faults(&self) -> impl Iterator<Item = (&Node, String)> {
        self.nodes.iter().filter_map(|node| Some((node, node.state.fault()?)))
    }

    /// The nodes that nothing is known about, with the reason.
    pub fn gaps(&self) -> impl Iterator<Item = (&Node, String)> {
        self.nodes.iter().filter_map(|node| Some((node, node.state.gap()?)))
    }

    /// Whether a record is looked up under a name that depends on the message.
    #[must_use]
    pub fn is_per_message(&self) -> bool {
        self.nodes.iter().any(|node| node.state == State::PerMessage)
    }

    /// The terms of the domain's own record that a receiver does not get to the end of: the lookups up to there, and
    /// those below the term, are more than [`MAX_LOOKUP_TERMS`].
    #[must_use]
    pub fn beyond_limit(&self) -> Vec<&Entry> {
        let mut met = 0;
        let root = self.nodes.first().map_or(&[][..], |node| &node.entries);
        root.iter()
            .filter(|entry| {
                let needs = self.lookups_of(entry);
                met += needs;
                needs > 0 && met > MAX_LOOKUP_TERMS
            })
            .collect()
    }

    /// The term of the domain's own record that leads to the record of `name`, over however many others.
    #[must_use]
    pub fn way_to(&self, name: &str) -> Option<&Entry> {
        self.first_way(&|node| node.name == name)
    }

    /// The term of the domain's own record that leads to the first node that is meant, over however many others.
    #[must_use]
    pub fn first_way(&self, is_meant: &dyn Fn(&Node) -> bool) -> Option<&Entry> {
        let mut at = self.nodes.iter().position(is_meant)?;
        // A node stands behind its parent, so this ends.
        while let Some(parent) = self.nodes.get(at)?.parent.filter(|parent| *parent > 0) {
            at = parent;
        }
        self.nodes.first()?.entries.iter().find(|entry| entry.leads_to == Some(at))
    }

    /// Who has the last word about strangers, redirects followed.
    #[must_use]
    pub fn ending(&self) -> Ending {
        let mut at = 0;
        loop {
            let Some(node) = self.nodes.get(at) else { return Ending { node: at, all: None } };
            let all = node.record().and_then(|record| record.all().map(|(_, all)| all.result()));
            // A node stands behind its parent, so this ends.
            let redirect = node.entries.iter().find(|entry| entry.is_redirect() && !entry.is_dead);
            match redirect.and_then(|entry| entry.leads_to) {
                Some(next) if all.is_none() && next > at => at = next,
                _ => return Ending { node: at, all },
            }
        }
    }
}

impl Entry {
    fn is_redirect(&self) -> bool {
        self.term.split_once('=').is_some_and(|(name, _)| name.eq_ignore_ascii_case("redirect"))
    }
}

impl Node {
    fn wanted(name: &str, parent: Option<usize>) -> Self {
        Self { name: name.to_owned(), parent, state: State::Cut, entries: Vec::new() }
    }
}

//------------ The walk ------------------------------------------------------

/// A tree that is being followed.
struct Walk<'e> {
    answers: &'e dyn Resolve,
    nodes: Vec<Node>,
    /// Whether an answer is not here yet.
    waits: bool,
    /// Names that may still be asked for.
    left: usize,
}

impl Walk<'_> {
    /// What stands at a node; `None` while the answer is not here.
    fn read(&mut self, index: usize) -> Option<State> {
        let node = self.nodes.get(index)?;
        // What the name alone tells.
        if node.state != State::Cut {
            return Some(node.state.clone());
        }
        if self.above(index).any(|above| above.name == node.name) {
            return Some(State::Circle);
        }
        let Some(left) = self.left.checked_sub(1) else { return Some(State::Cut) };
        let state = self.state(&node.name);
        self.left = left;
        state
    }

    fn state(&self, name: &str) -> Option<State> {
        let lookup = match self.answers.lookup(name, RecordType::Txt) {
            Ok(lookup) => lookup,
            Err(Stop::Pending) => return None,
            Err(Stop::NotMeasured(gap)) => {
                return Some(State::Unknown { words: format!("{} {}", gap.asked, gap.failure) });
            }
        };
        if lookup.outcome == Resolution::ServFail {
            return Some(State::Unreachable { words: lookup.words() });
        }
        let texts = dns::texts(&lookup.records);
        let selected = super::select(&texts);
        Some(match selected.records.as_slice() {
            [] if texts.is_empty() => State::Missing { words: lookup.words() },
            [] => State::Missing { words: "its TXT records are about other things".to_owned() },
            [text] => {
                let (record, issues) = super::parse(text);
                let text = text.clone().into_owned();
                if record.is_valid() {
                    State::Found { text }
                } else {
                    let error = issues.into_iter().find(|issue| issue.severity == Severity::Error);
                    State::Invalid {
                        text,
                        why: error.map(|issue| issue.message.into_owned()).unwrap_or_default(),
                    }
                }
            }
            several => State::Several { count: several.len() },
        })
    }

    /// The nodes that lead to this one, the nearest first.
    fn above(&self, index: usize) -> impl Iterator<Item = &Node> {
        std::iter::successors(self.nodes.get(index), |node| self.nodes.get(node.parent?)).skip(1)
    }

    /// Goes through the terms of a node: asks for what they look up, and adds the nodes they lead to.
    fn enter(&mut self, index: usize) {
        let Some(node) = self.nodes.get(index) else { return };
        let State::Found { text } = &node.state else { return };
        let (name, text) = (node.name.clone(), text.clone());
        let (record, _) = super::parse(&text);
        let all = record.all().map(|(span, _)| span.start);
        let mut entries = Vec::with_capacity(record.terms.len());
        for term in &record.terms {
            let mut entry = Entry {
                term: term.span.of(&text).to_owned(),
                is_dead: false,
                lookups: 0,
                answer: Answer::NotAsked,
                leads_to: None,
                is_network: false,
            };
            match &term.kind {
                TermKind::Directive(_) if all.is_some_and(|all| all < term.span.start) => {
                    entry.is_dead = true;
                }
                TermKind::Directive(directive) => {
                    let mechanism = &directive.mechanism;
                    entry.lookups = usize::from(mechanism.needs_lookup());
                    entry.is_network = matches!(mechanism, Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. });
                    if let Mechanism::Include(target) = mechanism {
                        entry.leads_to = Some(self.add(target, &name, index));
                    } else {
                        entry.answer = self.ask(mechanism, &name);
                    }
                }
                TermKind::Modifier(Modifier::Redirect(_)) if all.is_some() => entry.is_dead = true,
                TermKind::Modifier(Modifier::Redirect(target)) => {
                    entry.lookups = 1;
                    entry.leads_to = Some(self.add(target, &name, index));
                }
                TermKind::Modifier(_) | TermKind::Malformed => {}
            }
            entries.push(entry);
        }
        if let Some(node) = self.nodes.get_mut(index) {
            node.entries = entries;
        }
    }

    /// Adds the node that a term leads to.
    fn add(&mut self, target: &DomainSpec<'_>, domain: &str, parent: usize) -> usize {
        let node = match self.fixed(target, domain) {
            Some(fixed) => match expand::dns_name(&fixed) {
                Some(name) => Node::wanted(&name, Some(parent)),
                None => {
                    let words = "the name does not fit into DNS".to_owned();
                    Node { state: State::Missing { words }, ..Node::wanted(&fixed, Some(parent)) }
                }
            },
            None => Node { state: State::PerMessage, ..Node::wanted(target.text(), Some(parent)) },
        };
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    /// Whether an `a`, `mx` or `exists` leads anywhere, for a sender with an IPv4 address.
    fn ask(&mut self, mechanism: &Mechanism<'_>, domain: &str) -> Answer {
        let record_type = match mechanism {
            Mechanism::A { .. } | Mechanism::Exists(_) => RecordType::A,
            Mechanism::Mx { .. } => RecordType::Mx,
            _ => return Answer::NotAsked,
        };
        let target = match mechanism.domain() {
            None => Some(domain.to_owned()),
            Some(spec) => self.fixed(spec, domain).and_then(|name| expand::dns_name(&name)),
        };
        let Some(target) = target else { return Answer::NotAsked };
        match self.answers.lookup(&target, record_type) {
            Ok(lookup) if lookup.is_missing() => Answer::Void,
            Ok(lookup) if lookup.outcome == Resolution::ServFail => Answer::Unknown { words: lookup.words() },
            Ok(_) => Answer::Found,
            Err(Stop::NotMeasured(gap)) => Answer::Unknown { words: gap.failure.to_string() },
            Err(Stop::Pending) => {
                self.waits = true;
                Answer::NotAsked
            }
        }
    }

    /// The name, where it is the same for every message that the domain sends.
    fn fixed(&self, target: &DomainSpec<'_>, domain: &str) -> Option<String> {
        fixed_name(target, domain, self.nodes.first().map_or(domain, |root| &root.name))
    }
}

/// The name that `target` stands for in the record of `domain`, where it is the same for every message from `sender`.
pub(crate) fn fixed_name(target: &DomainSpec<'_>, domain: &str, sender: &str) -> Option<String> {
    let varies = |part| match part {
        Part::Expand(Expansion { letter, .. }) => !matches!(letter, Letter::Domain | Letter::SenderDomain),
        _ => false,
    };
    if target.value.parts().any(varies) {
        return None;
    }
    let values = expand::Values::of_domain(domain, sender);
    Some(expand::expand(&target.value, &values))
}

//------------ ChartKind -------------------------------------------------------

/// The tree with one line for each term, networks drawn together, at most [`MAX_LINES`] lines.
impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        self.draw(0, 0, &mut lines);
        let hidden = lines.len().saturating_sub(MAX_LINES);
        if hidden > 0 {
            lines.truncate(MAX_LINES);
            lines.push((0, format!("… {hidden} more lines")));
        }
        let name = self.nodes.first().map_or("", |node| node.name.as_str());
        let at_least = if self.gaps().next().is_some() { "at least " } else { "" };
        let head = format!("{name}  ({at_least}{} of {MAX_LOOKUP_TERMS} lookups)", self.lookups());
        f.write_str(&outline::draw(&head, lines))
    }
}

impl Tree {
    fn draw(&self, index: usize, depth: usize, lines: &mut Vec<(usize, String)>) {
        let Some(node) = self.nodes.get(index) else { return };
        let mut entries = node.entries.as_slice();
        while let Some((entry, rest)) = entries.split_first() {
            let networks = entries.iter().take_while(|entry| entry.is_network).count();
            if networks > SHOWN_NETWORKS {
                lines.push((depth, format!("{} and {} more", entry.term, networks - 1)));
                entries = entries.get(networks..).unwrap_or_default();
                continue;
            }
            entries = rest;
            let mut notes = Vec::new();
            let below = self.lookups_of(entry) - entry.lookups;
            match (entry.lookups, below) {
                (0, _) => {}
                (_, 0) => notes.push("1 lookup".to_owned()),
                _ => notes.push(format!("1 + {below} lookups")),
            }
            if entry.is_dead {
                notes.push("never reached".to_owned());
            }
            match &entry.answer {
                Answer::Void => notes.push("leads nowhere".to_owned()),
                Answer::Unknown { words } => notes.push(words.clone()),
                Answer::Found | Answer::NotAsked => {}
            }
            if let Some(below) = entry.leads_to.and_then(|node| self.nodes.get(node)) {
                notes.extend(below.state.fault().or_else(|| below.state.gap()));
                match &below.state {
                    State::PerMessage => notes.push("depends on the message".to_owned()),
                    State::Unreachable { words } => notes.push(words.clone()),
                    _ => {}
                }
            }
            let notes = if notes.is_empty() { String::new() } else { format!("  ({})", notes.join("; ")) };
            lines.push((depth, format!("{}{notes}", entry.term)));
            if let Some(below) = entry.leads_to {
                self.draw(below, depth + 1, lines);
            }
        }
    }
}

/// Networks in a row that are drawn one by one; more are drawn as one line.
const SHOWN_NETWORKS: usize = 3;
/// Lines of a drawn tree; enough for any record that a person wrote.
pub const MAX_LINES: usize = 80;

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
fn is_zero(n: &usize) -> bool {
    *n == 0
}
