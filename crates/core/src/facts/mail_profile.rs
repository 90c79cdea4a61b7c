//! What a domain's own records say about its mail: asked for once, read by every check that judges them together.

use std::borrow::Cow;

use crate::answers::{Stop, Unmeasured};
use crate::dns::{Lookup, RecordData, RecordType, texts};
use crate::domain::Domain;
use crate::engine::evidence::Evidence;
use crate::engine::lookup::zone_apex;
use crate::target::{MailUse, Target};

use super::dkim_selectors::{Health, Survey, survey};
use super::mail_plan::services::{forwarder, united};
use crate::email::spf;
use crate::email::spf::Meant;
use crate::email::spf::tree::{Reach, Tree};
use crate::email::spf::{MAX_LOOKUP_TERMS, Mechanism, Modifier, Qualifier, TermKind};
use crate::providers::mail_services::{Kind, MailServiceInUse, Published, Service, Sign, recognise};

/// Why nothing can be said about a domain's own sent mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoOwnMail {
    /// A platform handed the name out: mail at it is not the founder's.
    Platform,
    /// The domain sends none.
    NotSending,
}

/// The TXT and MX records of the domain that mail is sent from.
#[derive(Debug)]
pub struct MailProfile<'e> {
    /// The registered domain: mail is its business, whatever name below it the site has.
    pub zone: Domain,
    /// What the founder says that the domain does with mail.
    pub intent: Option<MailUse>,
    /// The TXT records, or why they could not be had.
    pub txt: Result<Lookup<'e>, Unmeasured>,
    /// The MX records, or why they could not be had.
    pub mx: Result<Lookup<'e>, Unmeasured>,
    /// Whether more may be asked than in a default scan.
    pub deep: bool,
}

impl<'e> MailProfile<'e> {
    /// Asks for both at once. What the `mx` and `spf-…` checks ask for too, so it costs nothing.
    ///
    /// # Errors
    /// Pending until both are answered; not measured where DNS does not say which zone the name lies in.
    pub fn ask(target: &Target, evidence: &'e Evidence) -> Result<Self, Stop> {
        let zone = zone_apex(evidence, &target.domain)?;
        Self::at(zone, target, evidence)
    }

    /// The same for the mail of one name, whatever zone it lies in.
    ///
    /// # Errors
    /// Pending until both are answered.
    pub fn at(zone: Domain, target: &Target, evidence: &'e Evidence) -> Result<Self, Stop> {
        let txt = evidence.lookup(zone.as_str(), RecordType::Txt);
        let mx = evidence.lookup(zone.as_str(), RecordType::Mx);
        Ok(Self { intent: target.mail, txt: answered(txt)?, mx: answered(mx)?, deep: target.deep, zone })
    }

    /// The same for a domain whose sent mail is judged; what there is to say instead where it sends none, or none of its
    /// own.
    ///
    /// # Errors
    /// As [`MailProfile::ask`], and not measured where it is not known whether anything is sent.
    pub fn of_sender(target: &Target, evidence: &'e Evidence) -> Result<Result<Self, NoOwnMail>, Stop> {
        if target.domain.platform().is_some() {
            return Ok(Err(NoOwnMail::Platform));
        }
        let posture = Self::ask(target, evidence)?;
        Ok(if posture.sends_nothing(target, evidence)? { Err(NoOwnMail::NotSending) } else { Ok(posture) })
    }

    /// The texts at the domain; empty where they could not be had.
    #[must_use]
    pub fn texts(&self) -> Vec<Vec<u8>> {
        self.txt.as_ref().map(|lookup| texts(&lookup.records)).unwrap_or_default()
    }

    /// What the domain's SPF record is.
    #[must_use]
    pub fn spf(&self) -> Spf {
        if let Err(gap) = &self.txt {
            return Spf::Unknown(gap.clone());
        }
        let texts = self.texts();
        let selected = spf::select(&texts);
        match selected.records.as_slice() {
            [] => Spf::Missing,
            [text] => Spf::One(text.to_string()),
            several => Spf::Several(several.iter().map(Cow::to_string).collect()),
        }
    }

    /// Whether the domain's one SPF record, where it can be read, holds for every sender: behind it may stand more
    /// lookups than receivers make, or a record that they cannot use. Asks for nothing that the `spf-lookups` check does
    /// not.
    ///
    /// # Errors
    /// Pending until the answers are there.
    pub fn spf_hold(&self, evidence: &Evidence, deep: bool) -> Result<Hold, Stop> {
        match self.spf() {
            Spf::One(text) if spf::parse(&text).0.is_valid() => {}
            _ => return Ok(Hold::Firm),
        }
        let tree = Tree::resolve(evidence, self.zone.as_str(), Reach::of(deep))?;
        let lookups = tree.lookups();
        if lookups > MAX_LOOKUP_TERMS {
            return Ok(Hold::Breaks(format!(
                "the SPF record needs {lookups} lookups, and receivers stop at {MAX_LOOKUP_TERMS}"
            )));
        }
        if let Some((node, fault)) = tree.faults().next() {
            return Ok(Hold::Breaks(format!("the SPF record leads to {}, which {fault}", node.name)));
        }
        Ok(match tree.gaps().next() {
            Some((node, gap)) => {
                Hold::Unknown(format!("the SPF record leads to {}, which is not known: {gap}", node.name))
            }
            None => Hold::Firm,
        })
    }

    /// The mail servers, most preferred first; empty where there are none, or where the domain says that it takes no
    /// mail.
    #[must_use]
    pub fn mail_servers(&self) -> Vec<String> {
        let mut servers: Vec<(u16, &str)> = self.exchanges().filter(|(_, name)| !name.is_empty()).collect();
        servers.sort();
        servers.into_iter().map(|(_, name)| name.to_owned()).collect()
    }

    /// The mail servers as they were meant: where a panel appended the domain to the name of a known service's server, without
    /// it.
    #[must_use]
    pub fn meant_mail_servers(&self) -> Vec<String> {
        let meant =
            |name: String| known_mail_server(&name, self.zone.as_str()).map_or(name.clone(), str::to_owned);
        self.mail_servers().into_iter().map(meant).collect()
    }

    /// Whether the domain says that it takes no mail: a null MX.
    /// [RFC 7505, 3](https://www.rfc-editor.org/rfc/rfc7505#section-3)
    #[must_use]
    pub fn takes_no_mail(&self) -> bool {
        let mut exchanges = self.exchanges().peekable();
        exchanges.peek().is_some() && exchanges.all(|(_, name)| name.is_empty())
    }

    /// The texts that were published as the domain's SPF record: those that receivers take for one; where there are none,
    /// those that only a mistake in typing keeps from being one.
    #[must_use]
    pub fn spf_texts(&self) -> Vec<String> {
        let texts = self.texts();
        let selected = spf::select(&texts);
        let chosen = if selected.records.is_empty() { selected.near_misses } else { selected.records };
        chosen.iter().map(ToString::to_string).collect()
    }

    /// What the SPF record says, or was meant to say. `None` where there is none.
    #[must_use]
    pub fn meant(&self) -> Option<Meant> {
        let texts = self.spf_texts();
        (!texts.is_empty()).then(|| spf::meant(&texts, &[]))
    }

    /// The service that takes the domain's mail and sends it on.
    #[must_use]
    pub fn forwarder(&self) -> Option<&'static Service> {
        forwarder(&self.meant_mail_servers())
    }

    /// Whether the domain sends mail as itself, and what shows it.
    ///
    /// An SPF record that lets nobody send says that it does not, unless keys, mailboxes or the record's own idle terms show
    /// that somebody does.
    ///
    /// # Errors
    /// Not measured where only the SPF record could tell, and could not be had.
    pub fn sending(&self, target: &Target, evidence: &Evidence) -> Result<Sending, Stop> {
        match (self.intent, self.spf()) {
            (Some(mail), _) if mail.sends() => Ok(Sending::Said),
            (Some(_), _) => Ok(Sending::Denied),
            (None, Spf::One(text)) if lets_nobody_send(&text) => {
                if let Some(term) = idle_terms(&text).first() {
                    return Ok(Sending::Shown(format!("the SPF record was to name a sender: “{term}”")));
                }
                // Where people's mailboxes are decides it.
                if let Err(gap) = &self.mx {
                    return Err(Stop::NotMeasured(gap.clone()));
                }
                let mailboxes = self.services(&[]).into_iter().find(|one| {
                    one.service.kind == Kind::Mailboxes
                        && one.signs.iter().any(|sign| matches!(sign, Sign::Mx(_)))
                });
                if let Some(one) = mailboxes {
                    return Ok(Sending::Shown(format!("people's mailboxes are at {}", one.service.name)));
                }
                let survey = self.dkim(target, evidence)?;
                Ok(match usable_key(&survey) {
                    Some(name) => Sending::Shown(format!("a key for signing mail stands at {name}")),
                    None => Sending::Closed,
                })
            }
            (None, Spf::One(_) | Spf::Missing | Spf::Several(_)) => Ok(Sending::NotSaid),
            (None, Spf::Unknown(gap)) => Err(Stop::NotMeasured(gap)),
        }
    }

    /// Whether nothing is to be judged as sent: the founder says so, or the SPF record lets nobody send and nothing shows
    /// otherwise.
    ///
    /// # Errors
    /// As [`MailProfile::sending`].
    pub fn sends_nothing(&self, target: &Target, evidence: &Evidence) -> Result<bool, Stop> {
        Ok(matches!(self.sending(target, evidence)?, Sending::Closed | Sending::Denied))
    }

    /// The services that the records show, or were meant to show. `dkim`: selectors that were found, with the name each is an
    /// alias of.
    #[must_use]
    pub fn services(&self, dkim: &[(String, Option<String>)]) -> Vec<MailServiceInUse> {
        let texts: Vec<String> =
            self.texts().iter().map(|text| String::from_utf8_lossy(text).into_owned()).collect();
        let spf = self.meant().map(|meant| spf_names(&meant.text)).unwrap_or_default();
        united(recognise(Published { spf: &spf, mx: &self.meant_mail_servers(), texts: &texts, dkim }))
    }

    /// What stands at the DKIM selectors of the domain's services, and at the usual ones.
    ///
    /// # Errors
    /// Pending until the answers are there.
    pub fn dkim(&self, target: &Target, evidence: &Evidence) -> Result<Survey, Stop> {
        evidence
            .unless_waiting("DKIM selectors", || survey(evidence, target, &self.zone, &self.services(&[])))
    }

    fn exchanges(&self) -> impl Iterator<Item = (u16, &'e str)> {
        let records = self.mx.as_ref().map(|lookup| lookup.records.clone()).unwrap_or_default();
        records.into_iter().filter_map(|record| match &record.data {
            RecordData::Mx { preference, exchange } => Some((*preference, exchange.as_str())),
            _ => None,
        })
    }
}

/// Whether what stands behind an SPF record lets receivers come to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// It breaks for some senders, and why.
    Breaks(String),
    /// It does not break, as far as the record itself goes.
    Firm,
    /// It may: something behind it could not be had.
    Unknown(String),
}

impl Hold {
    /// Why a pass by the record is not sure, where it is not.
    #[must_use]
    pub fn doubt(&self) -> Option<&str> {
        match self {
            Self::Breaks(why) | Self::Unknown(why) => Some(why),
            Self::Firm => None,
        }
    }
}

/// Whether a domain sends mail as itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sending {
    /// Its SPF record lets nobody send, and nothing shows otherwise.
    Closed,
    /// The founder says that it does not.
    Denied,
    /// Nobody says that it does not.
    NotSaid,
    /// The founder says so.
    Said,
    /// Its SPF record lets nobody send, and this shows that it does.
    Shown(String),
}

/// The mail server of a known service that a name was meant to be, where the panel appended `zone` to it.
pub(crate) fn known_mail_server<'n>(name: &'n str, zone: &str) -> Option<&'n str> {
    let bare = name.strip_suffix(zone)?.strip_suffix('.')?;
    let names = [bare.to_owned()];
    (!recognise(Published { mx: &names, ..Published::default() }).is_empty()).then_some(bare)
}

/// The name of a key that verifiers can use.
pub(crate) fn usable_key(survey: &Survey) -> Option<&str> {
    let mut found = survey
        .found()
        .filter(|(_, health)| matches!(health, Health::Sound | Health::Several | Health::Testing));
    found.next().map(|(asked, _)| asked.name.as_str())
}

/// The terms of an SPF record that were meant to let somebody send, and that no receiver heeds.
#[must_use]
pub fn idle_terms(text: &str) -> Vec<String> {
    let (record, _) = spf::parse(text);
    spf::idle(&record).into_iter().map(|(term, _)| term.span.of(text).to_owned()).collect()
}

/// What the domain's SPF record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spf {
    /// There is none.
    Missing,
    /// This one.
    One(String),
    /// Several, so receivers use none.
    Several(Vec<String>),
    /// It could not be had.
    Unknown(Unmeasured),
}

/// A lookup with records, or one of which it is certain that there are none.
fn answered(lookup: Result<Lookup<'_>, Stop>) -> Result<Result<Lookup<'_>, Unmeasured>, Stop> {
    match lookup {
        Ok(lookup) if lookup.records.is_empty() && !lookup.is_missing() => Ok(Err(lookup.gap())),
        Ok(lookup) => Ok(Ok(lookup)),
        Err(Stop::NotMeasured(gap)) => Ok(Err(gap)),
        Err(Stop::Pending) => Err(Stop::Pending),
    }
}

/// Whether an SPF record lets nobody send: `-all` comes before anything that could let somebody through.
/// [RFC 7208, 10.1.2](https://www.rfc-editor.org/rfc/rfc7208#section-10.1.2)
#[must_use]
pub fn lets_nobody_send(text: &str) -> bool {
    let (record, _) = spf::parse(text);
    let all = record.all().filter(|(_, all)| all.result() == Qualifier::Fail).map(|(span, _)| span.start);
    record.is_valid()
        && all.is_some_and(|all| {
            record
                .directives()
                .take_while(|(span, _)| span.start < all)
                .all(|(_, directive)| directive.result() == Qualifier::Fail)
        })
}

/// The names that an SPF record lets send by their own records: `include` with a pass, and `redirect`. Those that no receiver
/// gets to are not among them.
#[must_use]
pub fn spf_names(text: &str) -> Vec<String> {
    let (record, _) = spf::parse(text);
    let names = record.passing().filter_map(|term| match &term.kind {
        TermKind::Directive(directive) => match &directive.mechanism {
            Mechanism::Include(domain) => domain.literal(),
            _ => None,
        },
        TermKind::Modifier(Modifier::Redirect(domain)) => domain.literal(),
        TermKind::Modifier(_) | TermKind::Malformed => None,
    });
    names.map(crate::dns::dns_name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_may_send_only_where_all_comes_first_and_fails() {
        for (text, expected) in [
            ("v=spf1 -all", true),
            ("v=spf1 -ALL", true),
            ("v=spf1 -all ip4:192.0.2.1", true),
            ("v=spf1 ~all", false),
            ("v=spf1", false),
            ("v=spf1 all", false),
            ("v=spf1 ip4:192.0.2.1 -all", false),
            ("v=spf1 redirect=_spf.example.net", false),
            ("v=spf1 -all include: x", false),
            ("v=spf1 include=_spf.example.net -all", true),
            ("v=spf1 redirect=_spf.example.net -all", true),
            ("v=spf1 -all include:_spf.example.net", true),
            ("v=spf1 -mx -all", true),
            ("v=spf1 ?mx -all", false),
        ] {
            assert_eq!(lets_nobody_send(text), expected, "{text}");
        }
    }

    #[test]
    fn only_includes_that_pass_name_senders() {
        let text =
            "v=spf1 include:_SPF.google.com. ?include:a.net -include:b.net include:%{d}.c.net redirect=d.net";
        assert_eq!(spf_names(text), ["_spf.google.com", "d.net"]);
        assert_eq!(spf_names("v=spf1 include:a.net -all include:b.net redirect=c.net"), ["a.net"]);
    }
}
