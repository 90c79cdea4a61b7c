//! The names below a domain: the usual ones, and those that its mail records, its certificate and its home page mention.

use std::net::IpAddr;

use launch_ready_providers::Provider;

use super::purpose::{ASKED, USUAL, marks_staging, purpose, shows_pages};
use super::wildcard::{Wildcard, wildcard};
use crate::answers::{Stop, Unmeasured, if_measured};
use crate::dns::address::special_purpose;
use crate::dns::{Lookup, addresses, texts};
use crate::dns::{RecordData, RecordType};
use crate::domain::Domain;
use crate::email::spf;
use crate::email::spf::Mechanism;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::facts::home_page::home_page;
use crate::facts::site_certificate::site_certificate;
use crate::providers::networks::of_answer;
use crate::target::Target;
use crate::tls::Certificate;

/// A name below the domain that has records of its own.
#[derive(Debug, Clone)]
pub struct Subdomain<'e> {
    /// The whole name.
    pub name: String,
    /// What it is for.
    pub purpose: &'static str,
    /// What DNS says, in the first resolver's words. An alias that leads nowhere is kept: it was set up.
    pub lookup: Lookup<'e>,
}

impl Subdomain<'_> {
    /// Its IPv4 addresses.
    #[must_use]
    pub fn addresses(&self) -> Vec<IpAddr> {
        addresses(&self.lookup.records)
    }

    /// The service that answers for it, where that is known.
    #[must_use]
    pub fn host(&self) -> Option<&'static Provider> {
        of_answer(&self.lookup.aliases, &self.addresses())
    }
}

/// What was found below a domain.
#[derive(Debug, Clone)]
pub struct Subdomains<'e> {
    /// The names that exist, in the order of asking.
    pub found: Vec<Subdomain<'e>>,
    /// What a wildcard answers; names that answer just that are not among the found.
    pub wildcard: Option<Wildcard>,
    /// How many names were asked for.
    pub asked: usize,
    /// What could not be had.
    pub missed: Vec<Unmeasured>,
}

impl Subdomains<'_> {
    /// The names that show pages, as far as DNS tells, and may be asked for one: with addresses, all of them public, and not
    /// for mail alone. The most telling first; for a default scan the first, for a deep one ten.
    pub fn web(&self, target: &Target) -> impl Iterator<Item = &Subdomain<'_>> {
        let most = if target.deep { MAX_VISITED.1 } else { MAX_VISITED.0 };
        let shown = self.found.iter().filter(|subdomain| {
            let addresses = subdomain.addresses();
            let public = addresses.iter().all(|address| special_purpose(*address).is_none());
            !addresses.is_empty() && public && shows_pages(subdomain.purpose)
        });
        shown.take(most)
    }
}

/// Names in the mail records that are looked at besides the usual ones.
const MAX_MENTIONED: usize = 4;
/// Names on the home page that are looked at besides: in a default scan, and in a deep one.
const MAX_LINKED: (usize, usize) = (2, 8);
/// Names in the certificate that are looked at besides: in a default scan, and in a deep one.
const MAX_CERTIFIED: (usize, usize) = (2, 12);
/// Names that are asked for a page: in a default scan, and in a deep one.
const MAX_VISITED: (usize, usize) = (1, 10);

/// Asks for the names below the target's domain: the first few of the usual ones, for a deep scan all of them. One question each, not
/// confirmed: nothing is said about a name that was not found.
///
/// # Errors
/// Pending until every name is answered; not measured where DNS does not say whether there is a wildcard.
pub fn subdomains<'e>(target: &Target, evidence: &'e Evidence) -> Result<Subdomains<'e>, Stop> {
    evidence.unless_waiting("names below the domain", || look(target, evidence))
}

fn look<'e>(target: &Target, evidence: &'e Evidence) -> Result<Subdomains<'e>, Stop> {
    let domain = &target.domain;
    let most = if target.deep { USUAL.len() } else { ASKED };
    let mut names: Vec<(String, &'static str)> =
        USUAL.iter().take(most).map(|usual| (domain.child(usual.label), usual.purpose)).collect();
    let wild = wildcard(evidence, domain);
    let usual: Vec<_> =
        names.iter().map(|(name, _)| evidence.lookup_first(name, RecordType::A).map(drop)).collect();
    // Both are asked for before anybody waits.
    let (linked, mentioned) = (linked(target, evidence), mentioned(target, evidence));
    let certificate = if_measured(site_certificate(target, evidence));
    for (name, purpose) in mentioned?.into_iter().chain(linked?) {
        if !names.iter().any(|(known, _)| *known == name) {
            names.push((name, purpose));
        }
    }
    let certified = certificate?.flatten().map(|certificate| certified(target, &certificate, &names));
    names.extend(certified.unwrap_or_default());
    let wild = wild?;
    if usual.contains(&Err(Stop::Pending)) {
        return Err(Stop::Pending);
    }
    let mut subdomains =
        Subdomains { found: Vec::new(), wildcard: wild, asked: names.len(), missed: Vec::new() };
    let mut pending = false;
    for (name, purpose) in names {
        match evidence.lookup_first(&name, RecordType::A) {
            Err(Stop::Pending) => pending = true,
            Err(Stop::NotMeasured(gap)) => subdomains.missed.push(gap),
            Ok(lookup) => {
                let there = !lookup.records.is_empty() || !lookup.aliases.is_empty();
                let wild = subdomains.wildcard.as_ref().is_some_and(|wildcard| wildcard.explains(&lookup));
                if there && !wild {
                    subdomains.found.push(Subdomain { name, purpose, lookup });
                }
            }
        }
    }
    if pending { Err(Stop::Pending) } else { Ok(subdomains) }
}

/// Names below the domain that its home page links to or loads from. Other checks ask for the page, so it costs nothing here;
/// where it could not be had, there are none.
fn linked(target: &Target, evidence: &Evidence) -> Result<Vec<(String, &'static str)>, Stop> {
    let Some(Ok(home)) = if_measured(home_page(target, evidence))? else { return Ok(Vec::new()) };
    let page = &*home.page;
    let actions = page.forms.iter().filter_map(|form| form.action.as_ref());
    let sources = page.scripts.iter().filter_map(|script| script.src.as_ref());
    let images = page.images.iter().map(|image| &image.src);
    let most = if target.deep { MAX_LINKED.1 } else { MAX_LINKED.0 };
    let mut names: Vec<(String, &'static str)> = Vec::new();
    for address in actions.chain(&page.links).chain(sources).chain(&page.frames).chain(images) {
        // What is relative names no host.
        if names.len() >= most || !address.contains("//") {
            continue;
        }
        if let Some(host) = home.resolve(address).as_ref().and_then(|url| url.host_str()) {
            add(&mut names, target, host, "named on the home page");
        }
    }
    Ok(names)
}

/// Names below the domain that the site's certificate is for and that are not `known` from elsewhere, the most telling first: the
/// usual ones in their order, then those that mark a copy which is not production. A wildcard is no name; one below a name says
/// that somebody uses that name.
fn certified(
    target: &Target,
    certificate: &Certificate,
    known: &[(String, &'static str)],
) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for name in &certificate.names {
        add(&mut found, target, name.strip_prefix("*.").unwrap_or(name), "named in the certificate");
    }
    found.retain(|name| !known.iter().any(|(known, _)| *known == name.0));
    let rank = |name: &str| {
        let usual = USUAL.iter().position(|usual| Some(usual.label) == name.split('.').next());
        usual.unwrap_or(USUAL.len() + usize::from(marks_staging(name).is_none()))
    };
    let most = if target.deep { MAX_CERTIFIED.1 } else { MAX_CERTIFIED.0 };
    let mut chosen = Vec::new();
    while chosen.len() < most
        && let Some(first) = (0..found.len()).min_by_key(|at| found.get(*at).map(|(name, _)| rank(name)))
    {
        chosen.push(found.remove(first));
    }
    chosen
}

/// Adds a name, where it lies below the target's domain, is not just its `www` name and not there yet. What it is for is told by its
/// first label, where that is a usual one.
fn add(names: &mut Vec<(String, &'static str)>, target: &Target, name: &str, otherwise: &'static str) {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let Some(below) = Domain::from_host(&name) else { return };
    let is_known = below == target.domain
        || below.as_str() == target.www()
        || names.iter().any(|(known, _)| *known == below.as_str());
    if !is_known && below.is_within(target.domain.as_str()) {
        let label = below.labels().next().unwrap_or_default();
        names.push((below.to_string(), purpose(label).unwrap_or(otherwise)));
    }
}

/// Names below the domain that its MX and SPF records mention. Those records are asked for by the checks of mail, so they
/// cost nothing here.
fn mentioned(target: &Target, evidence: &Evidence) -> Result<Vec<(String, &'static str)>, Stop> {
    let zone = match zone_apex(evidence, &target.domain) {
        Err(Stop::NotMeasured(_)) => return Ok(Vec::new()),
        zone => zone?,
    };
    let mx = evidence.lookup_first(zone.as_str(), RecordType::Mx);
    let txt = evidence.lookup_first(zone.as_str(), RecordType::Txt);
    let mut names = Vec::new();
    match mx {
        Err(Stop::Pending) => {
            // Both are wished for before anybody waits.
            return Err(Stop::Pending);
        }
        Err(Stop::NotMeasured(_)) => {}
        Ok(lookup) => {
            for record in &lookup.records {
                if let RecordData::Mx { exchange, .. } = &record.data {
                    add(&mut names, target, exchange, "mail");
                }
            }
        }
    }
    match txt {
        Err(Stop::Pending) => return Err(Stop::Pending),
        Err(Stop::NotMeasured(_)) => {}
        Ok(lookup) => {
            for text in texts(&lookup.records) {
                let selected = [text];
                let selected = spf::select(&selected);
                let Some(record) = selected.only() else { continue };
                for (_, directive) in spf::parse(record).0.directives() {
                    if let Mechanism::A { domain: Some(spec), .. } | Mechanism::Mx { domain: Some(spec), .. } =
                        &directive.mechanism
                        && let Some(name) = spec.literal()
                    {
                        add(&mut names, target, name, "sending mail");
                    }
                }
            }
        }
    }
    names.truncate(MAX_MENTIONED);
    Ok(names)
}
