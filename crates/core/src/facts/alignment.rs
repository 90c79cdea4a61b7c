//! Which way a message passes DMARC: SPF or DKIM has to pass for a domain that agrees with the one in `From`
//! ([RFC 9989, 4.4 and 4.10.2](https://www.rfc-editor.org/rfc/rfc9989#section-4.4)).
//!
//! Without a message at hand this is told from what the domain publishes and from what is known of each service: where
//! its bounces go, and which selectors it signs with.

use std::fmt;

use crate::answers::Stop;
use crate::dns::{RecordType, texts};
use crate::engine::evidence::Evidence;

use super::dkim_selectors::{Asked, Origin, Survey};
use super::mail_plan::return_paths::handed_over;
use super::mail_profile::{MailProfile, Spf, lets_nobody_send, spf_names};
use crate::email::dkim;
use crate::email::dmarc;
use crate::email::dmarc::Alignment;
use crate::email::spf;
use crate::providers::mail_services::{Envelope, MailServiceInUse, Service, Sign};

/// Whether a domain that SPF or DKIM passed for agrees with that in `From`. `organizations`: the organizational domain
/// of each.
#[must_use]
pub fn is_aligned(mode: Alignment, from: &str, authenticated: &str, organizations: (&str, &str)) -> bool {
    match mode {
        Alignment::Strict => from.eq_ignore_ascii_case(authenticated),
        Alignment::Relaxed => organizations.0.eq_ignore_ascii_case(organizations.1),
    }
}

/// What is known of one way to pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    /// It passes and agrees.
    Passes(String),
    /// It does not.
    Fails(String),
    /// It cannot be told from outside.
    Unknown(String),
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passes(why) => write!(f, "passes: {why}"),
            Self::Fails(why) => write!(f, "fails: {why}"),
            Self::Unknown(why) => write!(f, "not known: {why}"),
        }
    }
}

impl Path {
    /// The same, unless the domain's own SPF record breaks for some senders, or may: then a pass by it is not sure.
    /// Whether it breaks before or behind a sender depends on the message.
    fn unless(self, doubt: Option<&str>, envelope: &Envelope) -> Self {
        match (self, doubt) {
            (Self::Passes(_), Some(why)) if *envelope == Envelope::Domain => Self::Unknown(why.to_owned()),
            (path, _) => path,
        }
    }
}

/// Both ways for the mail of one sender, with `From` at the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The service; `None` for senders that are none of the known ones.
    pub service: Option<&'static Service>,
    /// By SPF.
    pub spf: Path,
    /// By DKIM.
    pub dkim: Path,
}

impl Route {
    /// The sender's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.service.map_or("Your own senders", |service| service.name.as_str())
    }

    /// Whether the mail passes one way at least.
    #[must_use]
    pub const fn passes(&self) -> bool {
        matches!(self.spf, Path::Passes(_)) || matches!(self.dkim, Path::Passes(_))
    }

    /// Whether the mail passes neither way, and both are known.
    #[must_use]
    pub const fn fails(&self) -> bool {
        matches!(self.spf, Path::Fails(_)) && matches!(self.dkim, Path::Fails(_))
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DKIM {}; SPF {}", self.dkim, self.spf)
    }
}

/// The routes of every sender that the domain shows. `in_use`: the services, recognised with the help of `survey`.
/// `record`: the DMARC record that holds, for how strictly domains must agree. Names below the domain are taken for the
/// same organization: the founder sets them up.
///
/// # Errors
/// Pending until the answers are there; a deep scan asks for the SPF record of each name that bounces go to.
pub fn routes(
    evidence: &Evidence,
    posture: &MailProfile<'_>,
    survey: &Survey,
    in_use: &[MailServiceInUse],
    record: Option<&dmarc::Record<'_>>,
    deep: bool,
) -> Result<Vec<Route>, Stop> {
    let mode = record.and_then(|record| record.spf_alignment.value()).unwrap_or_default();
    let hold = posture.spf_hold(evidence, deep)?;
    let senders: Vec<&MailServiceInUse> = in_use.iter().filter(|one| one.sends()).collect();
    // All of them before waiting for one.
    let routes: Vec<Result<Route, Stop>> = senders
        .iter()
        .map(|one| {
            let spf =
                spf_path(evidence, posture, one, mode, deep)?.unless(hold.doubt(), &one.service.envelope);
            let dkim = dkim_path(posture, survey, one, senders.len() == 1);
            Ok(Route { service: Some(one.service), spf, dkim })
        })
        .collect();
    let mut routes = routes.into_iter().collect::<Result<Vec<_>, _>>()?;
    if routes.is_empty() {
        routes.extend(unnamed(posture, survey, hold.doubt()));
    }
    Ok(routes)
}

/// Why SPF passes for nobody, whatever service sends; `None` where it may pass.
fn spf_fault(spf: &Spf) -> Option<Path> {
    match spf {
        Spf::Unknown(gap) => Some(Path::Unknown(format!("{} {}", gap.asked, gap.failure))),
        Spf::Missing => Some(Path::Fails("there is no SPF record".to_owned())),
        Spf::Several(_) => {
            Some(Path::Fails("there are several SPF records, so SPF passes for nobody".to_owned()))
        }
        Spf::One(text) if !spf::parse(text).0.is_valid() => {
            Some(Path::Fails("the SPF record cannot be read, so SPF passes for nobody".to_owned()))
        }
        Spf::One(_) => None,
    }
}

/// The route of whoever sends where no service is recognised, if the domain shows that anybody does.
fn unnamed(posture: &MailProfile<'_>, survey: &Survey, doubt: Option<&str>) -> Option<Route> {
    let zone = &posture.zone;
    let key = usable(survey).next();
    let spf = posture.spf();
    if key.is_none() && matches!(spf, Spf::Missing | Spf::Unknown(_)) {
        return None;
    }
    let names_senders = matches!(&spf, Spf::One(text) if names_senders(text));
    let spf = spf_fault(&spf).unwrap_or_else(|| {
        if names_senders {
            Path::Passes(format!("servers that the SPF record names, with bounces to {zone}"))
        } else {
            Path::Fails("the SPF record names no sender".to_owned())
        }
    });
    let dkim = match key {
        Some(asked) => Path::Passes(format!("whoever signs with selector {} as {zone}", asked.selector)),
        None => Path::Unknown("no key was found; the selector is not known".to_owned()),
    };
    Some(Route { service: None, spf: spf.unless(doubt, &Envelope::Domain), dkim })
}

/// Whether an SPF record lets anybody pass: by a term that receivers get to.
fn names_senders(text: &str) -> bool {
    spf::parse(text).0.passing().next().is_some()
}

fn spf_path(
    evidence: &Evidence,
    posture: &MailProfile<'_>,
    one: &MailServiceInUse,
    mode: Alignment,
    deep: bool,
) -> Result<Path, Stop> {
    let zone = &posture.zone;
    let name = &one.service.name;
    Ok(match &one.service.envelope {
        Envelope::Service => {
            Path::Fails(format!("bounces go to {name}, so it passes for their domain and not for yours"))
        }
        Envelope::Below(_) if mode == Alignment::Strict => {
            Path::Fails(format!("bounces go to a name below {zone}, and aspf=s asks for {zone} itself"))
        }
        Envelope::Below(label) if label.is_empty() => {
            Path::Unknown("bounces go to a name below yours, if it is set up".to_owned())
        }
        Envelope::Below(label) => {
            let below = zone.child(label);
            // Where the domain itself lets nobody send, all hangs on it.
            let decides = match posture.spf() {
                Spf::Missing => true,
                Spf::One(text) => lets_nobody_send(&text),
                _ => false,
            };
            if !deep && !decides {
                return Ok(Path::Unknown(format!(
                    "bounces go to {below}, if it is set up; a deep scan looks there"
                )));
            }
            let answer = evidence.lookup_any(&below, RecordType::Txt);
            if let Some(service) = handed_over(evidence, &below, &answer)?
                && service.id == one.service.id
            {
                return Ok(Path::Passes(format!("bounces go to {below}, which is an alias of {name}'s")));
            }
            match answer {
                Err(Stop::Pending) => return Err(Stop::Pending),
                Ok(lookup) if spf::select(&texts(&lookup.records)).only().is_some() => {
                    Path::Passes(format!("bounces go to {below}, which has an SPF record"))
                }
                _ => Path::Unknown(format!("no SPF record was found at {below}, where bounces usually go")),
            }
        }
        Envelope::Domain => {
            if let Some(fault) = spf_fault(&posture.spf()) {
                return Ok(fault);
            }
            let text = match posture.spf() {
                Spf::One(text) => text,
                _ => String::new(),
            };
            let names = spf_names(&text);
            let named = one.signs.iter().find_map(|sign| match sign {
                Sign::Spf(name) => Some(name),
                _ => None,
            });
            match named {
                Some(include) if names.contains(include) => {
                    Path::Passes(format!("the SPF record includes {include}"))
                }
                Some(include) => Path::Fails(format!("receivers never get to {include} in the SPF record")),
                None if lets_nobody_send(&text) => Path::Fails("the SPF record lets nobody send".to_owned()),
                None => Path::Unknown(format!(
                    "the SPF record does not name {name}; it may list its servers otherwise"
                )),
            }
        }
    })
}

/// Whether a selector is one of a service's. `is_only`: no other service sends.
fn is_its(asked: &Asked, one: &MailServiceInUse, is_only: bool) -> bool {
    let by_selector = matches!(asked.origin, Origin::Service(of) if of.id == one.service.id);
    let by_sign = one.signs.iter().any(|sign| matches!(sign, Sign::Dkim(s) if *s == asked.selector));
    by_selector || by_sign || (is_only && asked.origin == Origin::Named)
}

/// The key by which a service signs as the domain. `is_only`: no other service sends.
#[must_use]
pub fn signs_by<'s>(survey: &'s Survey, one: &MailServiceInUse, is_only: bool) -> Option<&'s Asked> {
    usable(survey).find(|asked| is_its(asked, one, is_only))
}

fn dkim_path(posture: &MailProfile<'_>, survey: &Survey, one: &MailServiceInUse, is_only: bool) -> Path {
    let zone = &posture.zone;
    let service = one.service;
    let is_its = |asked: &Asked| is_its(asked, one, is_only);
    if let Some(asked) = signs_by(survey, one, is_only) {
        return Path::Passes(format!("it signs as {zone} with selector {}", asked.selector));
    }
    // What was guessed and is not there proves nothing; a key that is there and cannot be used does, where it is the
    // one that the founder named, or where the service has no other selectors.
    let is_spoiled = |selector: &str| survey.found().any(|(asked, _)| asked.selector == selector);
    let fixed = service.fixed_selectors();
    if !fixed.is_empty() && fixed.iter().all(|selector| is_spoiled(selector)) {
        return Path::Fails(format!("the keys at its selectors {} cannot be used", fixed.join(", ")));
    }
    let mut named = survey.found().map(|(asked, _)| asked).filter(|asked| asked.origin == Origin::Named);
    if let Some(asked) = named.find(|asked| is_its(asked)) {
        return Path::Fails(format!("the key at {} cannot be used", asked.name));
    }
    Path::Unknown("no key of it was found; its selector is not known".to_owned())
}

/// The selectors with a key that receivers take: sound, and long enough.
pub(crate) fn usable(survey: &Survey) -> impl Iterator<Item = &Asked> {
    let is_taken = |asked: &&Asked| asked.texts().any(|text| dkim::parse(text).0.is_usable());
    survey.found().filter(|(_, health)| health.is_usable()).map(|(asked, _)| asked).filter(is_taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_spf_record_may_name_nobody() {
        for (text, expected) in [
            ("v=spf1 ip4:192.0.2.1 -all", true),
            ("v=spf1 redirect=_spf.example.net", true),
            ("v=spf1 ~all redirect=_spf.example.net", false),
            ("v=spf1 ~all", false),
            ("v=spf1 -mx ?all", false),
            ("v=spf1 -all ip4:192.0.2.1", false),
            ("v=spf1 ip4=192.0.2.1 -all", false),
        ] {
            assert_eq!(names_senders(text), expected, "{text}");
        }
    }

    #[test]
    fn strict_wants_the_same_name_and_relaxed_the_same_organization() {
        use Alignment::{Relaxed, Strict};
        let one = ("example.com", "example.com");
        for (mode, authenticated, organizations, expected) in [
            (Strict, "Example.com", one, true),
            (Strict, "mail.example.com", one, false),
            (Relaxed, "mail.example.com", one, true),
            (Relaxed, "example.net", ("example.com", "example.net"), false),
            (Strict, "example.net", ("example.com", "example.net"), false),
        ] {
            assert_eq!(
                is_aligned(mode, "example.com", authenticated, organizations),
                expected,
                "{authenticated}"
            );
        }
        // Two customers of one public suffix are two organizations.
        assert!(!is_aligned(Relaxed, "a.co.uk", "b.co.uk", ("a.co.uk", "b.co.uk")));
    }
}
