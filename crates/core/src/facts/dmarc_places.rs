//! Where the reports about a domain go, and whether they arrive.

use crate::answers::{Stop, Unmeasured};
use crate::email::dmarc::Record;
use crate::email::dmarc::discover::Discovered;
use crate::email::dmarc::reports::{Authorisation, authorisation};
use crate::email::uri::{Destination, ReportUri};
use crate::engine::evidence::Evidence;
use crate::facts::mail_profile::MailProfile;
use crate::facts::mail_servers::takes_mail;

/// Hosts whose consent a default scan asks for; RFC 9990 lets receivers stop after two addresses.
const MAX_HOSTS: usize = 2;

/// One host that reports are sent to, or one address that is none.
#[derive(Debug)]
pub struct Place<'t> {
    /// The host; what is written, where that is no address.
    pub name: &'t str,
    /// What becomes of the reports.
    pub fate: Fate,
}

/// What becomes of reports that are sent to a place.
#[derive(Debug)]
pub enum Fate {
    /// They arrive, as far as DNS shows.
    Arrives {
        /// Where the host agrees to take them, and its words; `None` where it needs not.
        consent: Option<(String, String)>,
        /// Another host that it names in its place, which receivers do not follow.
        stray: Option<String>,
    },
    /// Nobody sends them: the host has not agreed to take them.
    Lost,
    /// The domain itself takes no mail, so its own mailbox gets none.
    Refused,
    /// It was not asked about: receivers may stop before it.
    NotAsked,
    /// Nobody knows.
    Unknown(Unmeasured),
    /// Receivers cannot read the address.
    Unread,
}

impl Fate {
    /// What there is at the name of consent, for evidence, where it is missing.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self, Self::Lost | Self::Refused | Self::Unread)
    }
}

/// Every place that the `rua` of `record` names, each host once. `discovered`: the walk that found the record.
///
/// # Errors
/// Pending until the answers are there.
pub fn places<'t>(
    evidence: &Evidence,
    profile: &MailProfile<'_>,
    discovered: &Discovered,
    record: &Record<'t>,
    deep: bool,
) -> Result<Vec<Place<'t>>, Stop> {
    let domain = discovered.step().map(|step| step.domain.clone()).unwrap_or_default();
    let mut places = Vec::new();
    let mut hosts: Vec<&'t str> = Vec::new();
    for uri in record.aggregate_reports.iter() {
        match mailbox_host(&uri) {
            Some(host) if hosts.iter().any(|known| known.eq_ignore_ascii_case(host)) => {}
            Some(host) => hosts.push(host),
            None => places.push(Place { name: uri.text, fate: Fate::Unread }),
        }
    }
    hosts.sort();
    let limit = if deep { hosts.len() } else { MAX_HOSTS };
    // All of them before waiting for one.
    let asked: Vec<(&'t str, Option<Result<Authorisation, Stop>>)> = hosts
        .into_iter()
        .enumerate()
        .map(|(index, host)| (host, (index < limit).then(|| authorisation(evidence, &domain, host))))
        .collect();
    for (name, answer) in asked {
        let fate = match answer.transpose()? {
            None => Fate::NotAsked,
            Some(answer) => fate(evidence, profile, name, answer)?,
        };
        places.push(Place { name, fate });
    }
    Ok(places)
}

/// The host of a mailbox; `None` for what is none.
#[must_use]
pub fn mailbox_host<'t>(uri: &ReportUri<'t>) -> Option<&'t str> {
    if matches!(uri.destination, Destination::Mailto { .. }) { uri.destination.host() } else { None }
}

fn fate(
    evidence: &Evidence,
    profile: &MailProfile<'_>,
    host: &str,
    answer: Authorisation,
) -> Result<Fate, Stop> {
    Ok(match answer {
        Authorisation::Granted { name, text, stray } => Fate::Arrives { consent: Some((name, text)), stray },
        Authorisation::Missing { .. } => Fate::Lost,
        Authorisation::Unknown(gap) => Fate::Unknown(gap),
        // Only what the domain itself says about its own mail is known here for nothing.
        Authorisation::Internal if !host.eq_ignore_ascii_case(profile.zone.as_str()) => {
            Fate::Arrives { consent: None, stray: None }
        }
        Authorisation::Internal => match &profile.mx {
            Err(gap) => Fate::Unknown(gap.clone()),
            Ok(lookup) => match takes_mail(evidence, lookup)? {
                Some(false) => Fate::Refused,
                // A server that did not answer may be there.
                Some(true) | None => Fate::Arrives { consent: None, stray: None },
            },
        },
    })
}
