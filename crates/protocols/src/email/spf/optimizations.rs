//! Lookups that a record can do without, where doing without is safe.
//!
//! Copying a provider's addresses into one's own record ("flattening") is **not** among them: providers change their
//! addresses without telling anybody, and mail then fails weeks later for no visible reason. What is offered here
//! changes nothing about who may send today, and each offer names what it leaves to be remembered.

use serde::Serialize;

use super::senders::Senders;
use super::tree::{Answer, Entry, Node, State, Tree};
use super::{Directive, LONG_RECORD, Mechanism, Qualifier, Record, TermKind};

/// One term of the domain's own record that can go, or be written differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Saving {
    /// What kind of saving it is.
    pub kind: Kind,
    /// The term as published.
    pub term: String,
    /// Its place among the terms of the record.
    #[serde(skip)]
    index: usize,
    /// What takes its place; empty where nothing does.
    pub instead: String,
    /// Lookups saved in the worst case.
    pub lookups: usize,
}

/// Why a term can go; the safest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The same term stands before it.
    Repeated,
    /// Its lookup leads nowhere.
    Void,
    /// The record it includes is included by another term as well.
    Nested,
    /// It leads to another record of the same domain, whose terms can stand here.
    Own,
    /// Everybody it lets through is let through by the other terms.
    Covered,
}

impl Saving {
    /// What to do and what to remember, in a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let Self { term, instead, .. } = self;
        match self.kind {
            Kind::Repeated => format!("“{term}” is in the record twice; the second one only costs lookups."),
            Kind::Void => format!(
                "“{term}” points to a name that does not resolve. Anyone who registers it can send as you. Remove the term: no sender is lost."
            ),
            Kind::Nested => format!(
                "What “{term}” includes is included by another term as well, so here it only costs lookups. Should that \
                 service take it out one day, it has to come back."
            ),
            Kind::Covered => format!(
                "Every server behind “{term}” is let through by another term as well. That is so today; before you drop \
                 it, make sure that its service names the other term in its instructions."
            ),
            Kind::Own => format!(
                "“{term}” is your own record: put its terms “{instead}” here instead, and change them here from now on."
            ),
        }
    }
}

/// Every safe saving in the domain's own record, in the order of its terms.
#[must_use]
pub fn savings(tree: &Tree, senders: &Senders) -> Vec<Saving> {
    let Some(root) = tree.nodes.first() else { return Vec::new() };
    let Some(record) = root.record() else { return Vec::new() };
    let costs = |entry: &Entry| !entry.is_dead && entry.lookups > 0;
    let passes: Vec<(usize, &Entry, &Mechanism<'_>)> = record
        .terms
        .iter()
        .zip(&root.entries)
        .enumerate()
        .filter_map(|(index, (term, entry))| match &term.kind {
            TermKind::Directive(directive) if costs(entry) && directive.result() == Qualifier::Pass => {
                Some((index, entry, &directive.mechanism))
            }
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    let mut gone = Vec::new();
    for &(index, entry, mechanism) in &passes {
        let is_same = |before: &&(usize, &Entry, &Mechanism<'_>)| {
            before.0 < index && bare(&before.1.term).eq_ignore_ascii_case(bare(&entry.term))
        };
        let kind = if passes.iter().any(|before| is_same(&before)) {
            Kind::Repeated
        } else if entry.answer == Answer::Void && lets_nobody(mechanism, index, senders) {
            Kind::Void
        } else {
            continue;
        };
        gone.push(index);
        found.push((kind, index, entry, String::new()));
    }
    // Where the record turns some senders away first, the order matters, and nothing is claimed.
    let only_passes = record
        .directives()
        .all(|(_, directive)| directive.mechanism == Mechanism::All || directive.result() == Qualifier::Pass);
    let may_go =
        |term: &&(usize, &Entry, &Mechanism<'_>)| matches!(term.2, Mechanism::Include(_)) && only_passes;
    for &(index, entry, _) in passes.iter().filter(may_go) {
        let mut others = passes.iter().filter(|(other, ..)| *other != index && !gone.contains(other));
        if !gone.contains(&index) && others.any(|(_, other, _)| holds(tree, other, entry)) {
            gone.push(index);
            found.push((Kind::Nested, index, entry, String::new()));
        }
    }
    for &(index, entry, _) in passes.iter().filter(may_go) {
        if gone.contains(&index) {
            continue;
        }
        // Each against what is left, so that two that cover each other do not both go.
        if let Some(terms) = own_terms(tree, root, entry) {
            found.push((Kind::Own, index, entry, terms));
        } else if senders.is_covered(index, &gone) {
            gone.push(index);
            found.push((Kind::Covered, index, entry, String::new()));
        }
    }
    found.sort_by_key(|(_, index, ..)| *index);
    let saving = |(kind, index, entry, instead): (Kind, usize, &Entry, String)| Saving {
        kind,
        term: entry.term.clone(),
        index,
        instead,
        lookups: if kind == Kind::Own { 1 } else { tree.lookups_of(entry) },
    };
    found.into_iter().map(saving).collect()
}

/// As many of the savings as it takes to come below `goal` lookups, the safest first.
#[must_use]
pub fn enough(tree: &Tree, savings: Vec<Saving>, goal: usize) -> Vec<Saving> {
    let mut by_safety = savings;
    by_safety.sort_by_key(|saving| saving.kind);
    let mut left = tree.lookups();
    by_safety.retain(|saving| {
        // What breaks nothing by going is worth it in any case.
        let is_wanted = left >= goal || saving.kind <= Kind::Void;
        if is_wanted {
            left = left.saturating_sub(saving.lookups);
        }
        is_wanted
    });
    by_safety
}

/// The domain's own record without some of its terms. As those may have stood for servers that do send, it ends in
/// `~all` and turns nobody away. `None` where nothing changes, and where nobody would be left to send: that is not
/// for a machine to propose.
#[must_use]
pub fn without(tree: &Tree, is_dropped: impl Fn(&Entry) -> bool) -> Option<String> {
    let root = tree.nodes.first()?;
    let is_kept = |entry: &&Entry| !is_dropped(entry) && !entry.is_dead;
    let kept: Vec<&str> = root.entries.iter().filter(is_kept).map(|entry| entry.term.as_str()).collect();
    if kept.len() == root.entries.len() {
        return None;
    }
    let kept = kept.into_iter().filter(|term| super::parse(&format!("v=spf1 {term}")).0.all().is_none());
    let text = std::iter::once("v=spf1").chain(kept).collect::<Vec<_>>().join(" ");
    let record = super::parse(&text).0;
    let has_redirect = record.redirect().is_some();
    if !lets_somebody(&record) {
        return None;
    }
    Some(if has_redirect { text } else { format!("{text} ~all") })
}

/// The record of the domain with the savings made. `None` where it would be too long for a safe answer, or nobody
/// would be left to send.
#[must_use]
pub fn applied(tree: &Tree, savings: &[Saving]) -> Option<String> {
    let root = tree.nodes.first()?;
    let mut out = "v=spf1".to_owned();
    for (index, entry) in root.entries.iter().enumerate() {
        let saving = savings.iter().find(|saving| saving.index == index);
        let term = saving.map_or(entry.term.as_str(), |saving| saving.instead.as_str());
        if !term.is_empty() && !entry.is_dead {
            out.push(' ');
            out.push_str(term);
        }
    }
    let record = super::parse(&out).0;
    let fits = out.len() <= LONG_RECORD && record.is_valid() && lets_somebody(&record);
    fits.then_some(out)
}

/// Whether a term of the record lets anybody through.
fn lets_somebody(record: &Record<'_>) -> bool {
    let passes = |(_, directive): (_, &Directive<'_>)| {
        directive.mechanism != Mechanism::All && directive.result() == Qualifier::Pass
    };
    record.redirect().is_some() || record.directives().any(passes)
}

/// Whether the record that `entry` leads to is one of those below `other`, each included as a pass.
fn holds(tree: &Tree, other: &Entry, entry: &Entry) -> bool {
    let name_of = |entry: &Entry| entry.leads_to.and_then(|node| tree.nodes.get(node)).map(|node| &node.name);
    let Some(below) = other.leads_to.and_then(|node| tree.nodes.get(node)) else { return false };
    let Some(record) = below.record() else { return false };
    record.terms.iter().zip(&below.entries).any(|(term, inner)| {
        let passes = match &term.kind {
            TermKind::Directive(directive) => directive.result() == Qualifier::Pass,
            // Behind a redirect stands the same question once more.
            TermKind::Modifier(_) => true,
            TermKind::Malformed => false,
        };
        // A node stands behind its parent, so this ends.
        passes && inner.leads_to.is_some() && (name_of(inner) == name_of(entry) || holds(tree, inner, entry))
    })
}

/// Whether a term whose lookup leads nowhere lets nobody through: `a` may still find an IPv6 address.
fn lets_nobody(mechanism: &Mechanism<'_>, index: usize, senders: &Senders) -> bool {
    matches!(mechanism, Mechanism::Exists(_)) || senders.lets_nobody(index)
}

/// A term without the plus sign that may stand before it.
fn bare(term: &str) -> &str {
    term.strip_prefix('+').unwrap_or(term)
}

/// The terms of a record of the domain itself that can stand in the place of the include that leads there: all of
/// them let senders through, and mean the same at another name.
fn own_terms(tree: &Tree, root: &Node, entry: &Entry) -> Option<String> {
    let node = tree.nodes.get(entry.leads_to?)?;
    let is_own = node.name.strip_suffix(&root.name).is_some_and(|before| before.ends_with('.'));
    if !is_own || !matches!(node.state, State::Found { .. }) {
        return None;
    }
    let record = node.record()?;
    let mut terms = Vec::new();
    for (term, _) in record.terms.iter().zip(&node.entries).filter(|(_, entry)| !entry.is_dead) {
        let TermKind::Directive(directive) = &term.kind else { return None };
        let written = term.span.of(record.text);
        match &directive.mechanism {
            // An include does not match those whom its `all` turns away; but one that lets all through does.
            Mechanism::All if directive.result() != Qualifier::Pass => {}
            _ if directive.result() != Qualifier::Pass => return None,
            Mechanism::All | Mechanism::Ptr { .. } | Mechanism::Exists(_) => return None,
            Mechanism::Ip4 { .. } | Mechanism::Ip6 { .. } => terms.push(written.to_owned()),
            Mechanism::A { domain: Some(domain), .. } | Mechanism::Mx { domain: Some(domain), .. }
                if domain.literal().is_some() =>
            {
                terms.push(written.to_owned());
            }
            Mechanism::A { domain: None, cidr } => terms.push(format!("a:{}{cidr}", node.name)),
            Mechanism::Mx { domain: None, cidr } => terms.push(format!("mx:{}{cidr}", node.name)),
            Mechanism::Include(domain) if domain.literal().is_some() => terms.push(written.to_owned()),
            _ => return None,
        }
    }
    (!terms.is_empty()).then(|| terms.join(" "))
}
