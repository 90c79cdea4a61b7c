//! Who may send: the addresses that an SPF record and everything behind it let through.

use std::net::IpAddr;

use serde::Serialize;

use crate::answers::Resolve;
use crate::answers::{Stop, Unmeasured};
use crate::dns;
use crate::dns::{Lookup, RecordType, Resolution};

use super::evaluate::exchanges;
use super::expand;
use super::ranges::Addresses;
use super::tree::{Reach, Tree, fixed_name};
use super::{DualCidr, Mechanism, Qualifier};

/// More IPv4 addresses than this are unreasonably many: 2²⁴, one of the 256 blocks of the whole address space. The
/// largest mailbox provider's records list 0.3 million. Own survey of 343 published records, 2026-11.
pub const WIDE_V4: u64 = 1 << 24;

/// More IPv6 networks of 64 bits than this are unreasonably many: 2³², what a network operator gets at once
/// (RIPE NCC, ripe-738, 5.1.2: a /32). Google's mail lists 0.4 of it. As of 2026-11.
pub const WIDE_V6: u128 = 1 << 32;

/// A network of more IPv4 addresses than this in the domain's own record is wider than what a founder's servers use,
/// and looks like a block that a cloud shares out among its customers: 2¹⁶, a /16. Own survey, 2026-11: of 343
/// published records, one that is not a mail provider's has a larger one.
pub const WIDE_OWN_NETWORK: u64 = 1 << 16;

/// From this many IPv4 addresses on, "who may send" is everybody: half of the address space. A record that avoids
/// `/0` by writing two `/1` is the same.
pub const EVERYBODY_V4: u64 = 1 << 31;

/// The same for IPv6, of which an eighth is in use (2000::/3, IANA, 2026-11): half of that eighth, in networks of 64
/// bits.
pub const EVERYBODY_V6: u128 = 1 << 60;

/// A record that lists the addresses of every customer of a cloud, and so of strangers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedRecord<'c> {
    /// Its name.
    pub name: &'c str,
    /// What the cloud is called.
    pub cloud: &'c str,
}

/// Who may send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Senders {
    /// IPv4 addresses; overlaps count once.
    pub v4: u64,
    /// IPv6 networks of 64 bits, of which one host commonly has a whole one; overlaps count once.
    pub v6_networks: u128,
    /// What each term of the domain's own record lets through by itself.
    pub terms: Vec<Share>,
    /// Terms that let everybody through.
    pub everybody: Vec<Place>,
    /// Terms that let through more than they should.
    pub wide: Vec<Wide>,
    /// Terms whose senders depend on the message, so that nobody can count them.
    pub per_message: Vec<Place>,
    /// Terms whose senders could not be had, with the reason.
    pub unknown: Vec<(Place, String)>,
    /// The first of these that lets a whole network send around each address: how many that are, nobody can say.
    #[serde(skip)]
    pub unknown_network: Option<Place>,
}

impl Senders {
    /// The count in words: `1,024 IPv4 addresses and 16 IPv6 networks (/64)`.
    #[must_use]
    pub fn words(&self) -> String {
        let is_all_known = self.unknown.is_empty() || (self.v4 == 0 && self.v6_networks == 0);
        format!("{}{}", if is_all_known { "" } else { "at least " }, counted(self.v4, self.v6_networks))
    }

    /// Who may send by each term of the domain's own record, a line for each.
    #[must_use]
    pub fn lines(&self) -> String {
        let line = |share: &Share| {
            let count = match (share.is_all_known, share.addresses.is_empty()) {
                (true, _) => counted(share.v4, share.v6_networks),
                (false, true) => "not known".to_owned(),
                (false, false) => format!("at least {}", counted(share.v4, share.v6_networks)),
            };
            format!("{}  {count}", share.term)
        };
        self.terms.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// Whether everybody may send: by one term, or by all of them together.
    #[must_use]
    pub fn is_everybody(&self) -> bool {
        !self.everybody.is_empty() || self.v4 >= EVERYBODY_V4 || self.v6_networks >= EVERYBODY_V6
    }

    /// Whether there is nobody who may send.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        self.v4 == 0 && self.v6_networks == 0 && self.per_message.is_empty() && self.unknown.is_empty()
    }
}

/// A term in the record of a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The term as published.
    pub term: String,
    /// The name whose record holds it.
    pub name: String,
    /// Whether that is the domain's own record.
    pub is_own: bool,
}

/// A term that lets through more than it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Wide {
    /// Which.
    pub place: Place,
    /// Why it is too much.
    pub why: String,
}

/// What one term of the domain's own record lets through by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The term as published.
    pub term: String,
    /// IPv4 addresses.
    pub v4: u64,
    /// IPv6 networks of 64 bits.
    pub v6_networks: u128,
    /// The addresses themselves.
    #[serde(skip)]
    addresses: Addresses,
    /// Its place among the terms of the record.
    #[serde(skip)]
    index: usize,
    /// Whether that is all the term lets through: nothing depends on the message, everything could be had.
    #[serde(skip)]
    is_all_known: bool,
}

impl Senders {
    /// Follows the record of `name` and counts who may send by it. What the tree needs and what the count needs is
    /// asked side by side.
    ///
    /// # Errors
    /// Pending until the answers are there. What could not be had is part of the tree, and listed as unknown.
    pub fn survey(
        answers: &dyn Resolve,
        name: &str,
        reach: Reach,
        shared: &[SharedRecord<'_>],
    ) -> Result<(Tree, Self), Stop> {
        let (tree, waits) = Tree::records(answers, name, reach)?;
        let senders = Self::count(answers, &tree, shared)?;
        if waits { Err(Stop::Pending) } else { Ok((tree, senders)) }
    }

    /// Counts who may send by the records of `tree`.
    ///
    /// # Errors
    /// Pending until the addresses behind `a` and `mx` are there. What could not be had is listed as unknown.
    pub fn count(answers: &dyn Resolve, tree: &Tree, shared: &[SharedRecord<'_>]) -> Result<Self, Stop> {
        let mut survey = Survey {
            answers,
            tree,
            shared,
            waits: false,
            found: Self {
                v4: 0,
                v6_networks: 0,
                terms: Vec::new(),
                everybody: Vec::new(),
                wide: Vec::new(),
                per_message: Vec::new(),
                unknown: Vec::new(),
                unknown_network: None,
            },
        };
        let passing = survey.passing(0, true);
        if survey.waits {
            return Err(Stop::Pending);
        }
        let mut found = survey.found;
        found.v4 = passing.v4_addresses();
        found.v6_networks = passing.v6_networks();
        Ok(found)
    }

    /// Whether it is known that the term at `index` of the domain's own record lets nobody through.
    pub(crate) fn lets_nobody(&self, index: usize) -> bool {
        self.terms.iter().any(|term| term.index == index && term.is_all_known && term.addresses.is_empty())
    }

    /// Whether everybody whom the term at `index` of the domain's own record lets through is let through without it
    /// and without those at `gone`. `false` where not all of them are known.
    pub(crate) fn is_covered(&self, index: usize, gone: &[usize]) -> bool {
        let Some(term) = self.terms.iter().find(|term| term.index == index) else { return false };
        let mut others = Addresses::default();
        for other in self.terms.iter().filter(|other| other.index != index && !gone.contains(&other.index)) {
            others.union(&other.addresses);
        }
        term.is_all_known && !term.addresses.is_empty() && term.addresses.minus(&others).is_empty()
    }
}

/// A count on its way.
struct Survey<'s> {
    answers: &'s dyn Resolve,
    tree: &'s Tree,
    shared: &'s [SharedRecord<'s>],
    /// Whether an answer is not here yet.
    waits: bool,
    found: Senders,
}

impl<'s> Survey<'s> {
    /// The addresses for which the record of a node says pass. `counts` is false where that does not let anybody
    /// send: below an include that is not a pass itself.
    fn passing(&mut self, index: usize, counts: bool) -> Addresses {
        let mut passing = Addresses::default();
        let tree = self.tree;
        let Some(node) = tree.nodes.get(index) else { return passing };
        let Some(record) = node.record() else { return passing };
        // The first term that matches an address decides.
        let mut decided = Addresses::default();
        for (at, (term, entry)) in record.terms.iter().zip(&node.entries).enumerate() {
            if entry.is_dead {
                continue;
            }
            let (matched, qualifier) = match &term.kind {
                super::TermKind::Directive(directive) => {
                    let qualifier = directive.result();
                    let counts = counts && qualifier == Qualifier::Pass;
                    let place =
                        Place { term: entry.term.clone(), name: node.name.clone(), is_own: index == 0 };
                    let doubts = self.doubts();
                    let matched = match (&directive.mechanism, entry.leads_to) {
                        (Mechanism::Include(_), Some(below)) => self.included(below, counts, &place),
                        (mechanism, _) => self.matched(mechanism, &node.name, counts, &place),
                    };
                    if index == 0 && qualifier == Qualifier::Pass {
                        let is_all_known = self.doubts() == doubts;
                        self.found.terms.push(Share {
                            term: entry.term.clone(),
                            v4: matched.v4_addresses(),
                            v6_networks: matched.v6_networks(),
                            addresses: matched.clone(),
                            index: at,
                            is_all_known,
                        });
                    }
                    (matched, qualifier)
                }
                super::TermKind::Modifier(_) => match entry.leads_to {
                    Some(below) => {
                        let place =
                            Place { term: entry.term.clone(), name: node.name.clone(), is_own: index == 0 };
                        (self.included(below, counts, &place), Qualifier::Pass)
                    }
                    None => continue,
                },
                super::TermKind::Malformed => continue,
            };
            if qualifier == Qualifier::Pass {
                passing.union(&matched.minus(&decided));
            }
            decided.union(&matched);
        }
        passing
    }

    /// Terms that something is not known about.
    fn doubts(&self) -> usize {
        self.found.per_message.len() + self.found.unknown.len()
    }

    /// What an include or a redirect lets through.
    fn included(&mut self, below: usize, counts: bool, place: &Place) -> Addresses {
        let tree = self.tree;
        let Some(node) = tree.nodes.get(below) else { return Addresses::default() };
        if let Some(gap) = node.state.gap() {
            self.found.unknown.push((place.clone(), gap));
        }
        match &node.state {
            super::tree::State::PerMessage => self.found.per_message.push(place.clone()),
            super::tree::State::Unreachable { words } => {
                self.found.unknown.push((place.clone(), words.clone()));
            }
            _ => {}
        }
        if let Some(shared) = self.shared.iter().find(|shared| shared.name == node.name && counts) {
            self.found.wide.push(Wide {
                place: place.clone(),
                why: format!("lists the addresses of every customer of {}", shared.cloud),
            });
        }
        self.passing(below, counts)
    }

    /// The addresses that a mechanism matches by itself.
    fn matched(&mut self, mechanism: &Mechanism<'_>, name: &str, counts: bool, place: &Place) -> Addresses {
        let unknown = self.found.unknown.len();
        let addresses = self.named(mechanism, name, place);
        if counts {
            self.judge(&addresses, place);
            if mechanism.has_prefix_length() && self.found.unknown.len() > unknown {
                self.found.unknown_network.get_or_insert_with(|| place.clone());
            }
        }
        addresses
    }

    /// The addresses that a mechanism names, or that stand in DNS where it points to.
    fn named(&mut self, mechanism: &Mechanism<'_>, name: &str, place: &Place) -> Addresses {
        match mechanism {
            Mechanism::All => Addresses::all(),
            Mechanism::Ip4 { network, prefix } => {
                Addresses::network(IpAddr::V4(*network), prefix.unwrap_or(32))
            }
            Mechanism::Ip6 { network, prefix } => {
                Addresses::network(IpAddr::V6(*network), prefix.unwrap_or(128))
            }
            Mechanism::A { cidr, .. } => {
                let Some(target) = self.target(mechanism, name, place) else { return Addresses::default() };
                self.around(&target, *cidr, place)
            }
            Mechanism::Mx { cidr, .. } => {
                let Some(target) = self.target(mechanism, name, place) else { return Addresses::default() };
                let Some(lookup) = self.lookup(&target, RecordType::Mx, place) else {
                    return Addresses::default();
                };
                let mut all = Addresses::default();
                for exchange in exchanges(&lookup) {
                    all.union(&self.around(exchange, *cidr, place));
                }
                all
            }
            Mechanism::Exists(_) | Mechanism::Ptr { .. } => {
                self.found.per_message.push(place.clone());
                Addresses::default()
            }
            Mechanism::Include(_) => Addresses::default(),
        }
    }

    /// Whether that is too much for one term.
    fn judge(&mut self, addresses: &Addresses, place: &Place) {
        let (v4, v6) = (addresses.v4_addresses(), addresses.v6_networks());
        if v4 >= EVERYBODY_V4 || v6 >= EVERYBODY_V6 {
            self.found.everybody.push(place.clone());
        } else if v4 >= WIDE_V4 || v6 > WIDE_V6 || (place.is_own && v4 > WIDE_OWN_NETWORK) {
            let why = format!("lets {} send", counted(v4, v6));
            self.found.wide.push(Wide { place: place.clone(), why });
        }
    }

    /// The name that a mechanism looks up, where it is the same for every message.
    fn target(&mut self, mechanism: &Mechanism<'_>, name: &str, place: &Place) -> Option<String> {
        let Some(spec) = mechanism.domain() else { return Some(name.to_owned()) };
        let sender = self.tree.nodes.first().map_or(name, |root| &root.name);
        let fixed = fixed_name(spec, name, sender);
        if fixed.is_none() {
            self.found.per_message.push(place.clone());
        }
        fixed.and_then(|fixed| expand::dns_name(&fixed))
    }

    /// The networks around the addresses of a name, of both families.
    fn around(&mut self, name: &str, cidr: DualCidr, place: &Place) -> Addresses {
        let lookups =
            [RecordType::A, RecordType::Aaaa].map(|record_type| self.lookup(name, record_type, place));
        let mut networks = Addresses::default();
        for address in lookups.iter().flatten().flat_map(|lookup| dns::addresses(&lookup.records)) {
            let prefix = match address {
                IpAddr::V4(_) => cidr.ip4.unwrap_or(32),
                IpAddr::V6(_) => cidr.ip6.unwrap_or(128),
            };
            networks.union(&Addresses::network(address, prefix));
        }
        networks
    }

    /// One answer; `None` where it is not here yet or could not be had.
    fn lookup(&mut self, name: &str, record_type: RecordType, place: &Place) -> Option<Lookup<'s>> {
        let unknown = match self.answers.lookup(name, record_type) {
            Ok(lookup) if lookup.outcome == Resolution::ServFail => lookup.words(),
            Ok(lookup) => return Some(lookup),
            Err(Stop::NotMeasured(Unmeasured { asked, failure })) => format!("{asked} {failure}"),
            Err(Stop::Pending) => {
                self.waits = true;
                return None;
            }
        };
        self.found.unknown.push((place.clone(), unknown));
        None
    }
}

/// `1,024 IPv4 addresses and 16 IPv6 networks (/64)`
fn counted(v4: u64, v6: u128) -> String {
    let plural = |count: u128, one: &str, many: &str| {
        format!("{} {}", grouped(count), if count == 1 { one } else { many })
    };
    let v4_words = plural(u128::from(v4), "IPv4 address", "IPv4 addresses");
    let v6_words = plural(v6, "IPv6 network (/64)", "IPv6 networks (/64)");
    match (v4, v6) {
        (0, 0) => "nobody".to_owned(),
        (ALL_V4, ALL_V6) => "everybody".to_owned(),
        (ALL_V4, 0) => "every IPv4 address".to_owned(),
        (0, ALL_V6) => "every IPv6 address".to_owned(),
        (_, 0) => v4_words,
        (0, _) => v6_words,
        _ => format!("{v4_words} and {v6_words}"),
    }
}

const ALL_V4: u64 = 1 << 32;
const ALL_V6: u128 = 1 << 64;

/// `1,024`
pub fn grouped(count: u128) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_people_write_them() {
        assert_eq!(counted(1, 0), "1 IPv4 address");
        assert_eq!(counted(1_234_567, 1), "1,234,567 IPv4 addresses and 1 IPv6 network (/64)");
        assert_eq!(counted(0, 1 << 32), "4,294,967,296 IPv6 networks (/64)");
        assert_eq!(counted(0, 0), "nobody");
        assert_eq!(counted(1 << 32, 0), "every IPv4 address");
        assert_eq!(counted(1 << 32, 1 << 64), "everybody");
    }
}
