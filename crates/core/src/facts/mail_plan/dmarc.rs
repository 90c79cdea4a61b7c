//! The DMARC record that a domain should end with, and the way there.

use crate::answers::Stop;
use crate::diagnostic::Severity;
use crate::dns::{RecordType, texts};
use crate::email::dmarc;
use crate::email::dmarc::discover::Discovered;
use crate::email::dmarc::{Draft, Policy};
use crate::engine::evidence::Evidence;
use crate::facts::dmarc_rollout;
use crate::facts::mail_profile::MailProfile;
use crate::facts::mail_servers::takes_mail;
use crate::target::Target;

/// What to do about the DMARC record of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DmarcPlan {
    /// The name the record stands at: `_dmarc.example.com`.
    pub owner: String,
    /// What is published there as DMARC; where receivers take none of it for a record, what was meant as one.
    pub there: Vec<String>,
    /// The name of somebody else that this one is an alias of: the record is changed there.
    pub hosted: Option<String>,
    /// The name of the alias that leads to a name of the domain's own: the record takes its place.
    pub own_alias: Option<String>,
    /// What was meant as the record and stands where no receiver looks for it.
    pub misplaced: Vec<Misplaced>,
    /// The record that should be there now; `None` where what is there may stay.
    pub text: Option<String>,
    /// What the record says otherwise on purpose, each with the reason.
    pub notes: Vec<String>,
    /// What the record needs to work.
    pub steps: Vec<String>,
    /// The record as it will be, whether it is there already or not.
    draft: Draft,
    is_silent: bool,
    is_inherited: bool,
}

/// What was meant as a DMARC record, at a name where no receiver looks for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// The name.
    pub name: String,
    /// The texts there.
    pub texts: Vec<String>,
}

impl DmarcPlan {
    /// The plan for the name that `profile` is about, where `discovered` is what receivers find for it.
    ///
    /// # Errors
    /// Pending until the answers are there.
    pub fn of(
        target: &Target,
        evidence: &Evidence,
        profile: &MailProfile<'_>,
        discovered: &Discovered,
    ) -> Result<Self, Stop> {
        let takes = match &profile.mx {
            Ok(lookup) => takes_mail(evidence, lookup)?,
            Err(_) => None,
        };
        // Where only the panel's addition to the server's name is in the way, it will.
        let will = profile.meant_mail_servers() != profile.mail_servers();
        Self::taking(target, evidence, profile, discovered, takes == Some(true) || will)
    }

    /// The same where it is known whether the domain takes mail, or will.
    ///
    /// # Errors
    /// As [`DmarcPlan::of`].
    pub fn taking(
        target: &Target,
        evidence: &Evidence,
        profile: &MailProfile<'_>,
        discovered: &Discovered,
        takes: bool,
    ) -> Result<Self, Stop> {
        let own = discovered.walk.steps.first();
        let owner = format!("_dmarc.{}", profile.zone);
        let records = own.map(|step| step.records.as_slice()).unwrap_or_default();
        let near_misses = own.map(|step| step.near_misses.as_slice()).unwrap_or_default();
        let is_recognised = !records.is_empty();
        let there = if is_recognised { records.to_vec() } else { near_misses.to_vec() };
        // What cannot be told is taken for a sender: a policy that is too mild loses no mail.
        let is_silent = match profile.sends_nothing(target, evidence) {
            Err(Stop::Pending) => return Err(Stop::Pending),
            Ok(is_silent) => is_silent,
            Err(Stop::NotMeasured(_)) => false,
        };
        let (mut notes, mut steps) = (Vec::new(), Vec::new());
        let misplaced = if there.is_empty() { misplaced(evidence, profile)? } else { Vec::new() };
        for place in &misplaced {
            notes.push(format!(
                "A DMARC record stands at {}, where no receiver looks: they ask for {owner} alone. It belongs there.",
                place.name
            ));
        }
        let elsewhere = misplaced.iter().flat_map(|place| &place.texts);
        let meant: Vec<&String> = there.iter().chain(elsewhere).collect();
        let mut draft = Draft::merged(&meant);
        for unread in &draft.unread {
            notes.push(format!("“{unread}” is removed: receivers ignore it."));
        }
        notes.append(&mut draft.changes);
        if is_silent {
            silence(&mut draft, &mut notes);
        } else {
            if !is_recognised && draft.policy > Some(Policy::None) {
                notes.push(format!(
                    "p={} comes later: receivers have not applied it so far. Start with p=none and read the reports.",
                    draft.policy.unwrap_or(Policy::None)
                ));
                draft.policy = Some(Policy::None);
                for (name, policy) in
                    [("sp", draft.subdomain_policy.take()), ("np", draft.nonexistent_policy.take())]
                {
                    notes.extend(
                        policy
                            .map(|policy| format!("“{name}={policy}” comes back with it, for names below.")),
                    );
                }
                draft.testing = false;
            }
            if records.len() > 1 {
                notes.push(
                    "Receivers that find several records use none; this one keeps every address of all."
                        .to_owned(),
                );
            }
            if draft.aggregate_reports.is_empty() {
                report_address(&mut draft, profile.zone.as_str(), takes, &mut steps);
            }
        }
        let text = draft.text();
        let may_stay = records.len() == 1 && records.first().is_some_and(|text| is_fine(text, &draft));
        let alias = own.and_then(|step| step.alias.clone());
        let (own_alias, hosted) = if alias.as_deref().is_some_and(|alias| is_of(alias, profile.zone.as_str()))
        {
            (own.and_then(|step| step.next.clone()), None)
        } else {
            (None, alias)
        };
        notes.extend(own_alias.iter().map(|alias| {
            format!("{owner} is an alias of {alias}, a name of your own: no TXT record can stand beside an alias, so it goes.")
        }));
        Ok(Self {
            owner,
            there,
            hosted,
            own_alias,
            misplaced,
            text: (!may_stay).then_some(text),
            notes,
            steps,
            draft,
            is_silent,
            is_inherited: discovered.is_inherited(),
        })
    }

    /// Whether the domain sends nothing, so that there is nothing to watch before mail is refused.
    #[must_use]
    pub const fn is_silent(&self) -> bool {
        self.is_silent
    }

    /// Whether the record of a name above holds, and the name has none of its own.
    #[must_use]
    pub const fn is_inherited(&self) -> bool {
        self.is_inherited
    }

    /// The stricter records that follow, each with what has to be so before; `held`: why they have to wait.
    #[must_use]
    pub fn then(&self, held: Option<&str>) -> Vec<String> {
        if self.is_silent {
            return Vec::new();
        }
        let mut draft = self.draft.clone();
        let mut steps = vec![dmarc_rollout::rung(draft.policy.unwrap_or(Policy::None)).watch.to_owned()];
        if let Some(why) = held {
            steps.insert(0, format!("{why} Until reports arrive, leave the policy as it is."));
        }
        while let Some(next) = dmarc_rollout::next(&draft) {
            let when = match draft.policy {
                Some(Policy::Quarantine) => "a month later, when no mail of yours is missing",
                _ => "when two weeks of reports show every service of yours passing",
            };
            steps.push(format!("Then, {when}: change the record at {} to “{}”.", self.owner, next.text()));
            draft = next;
        }
        steps
    }

    /// The record without weaker policies for names below, as a step: mail from those names is held to it, too.
    #[must_use]
    pub fn then_for_names_below(&self) -> String {
        let next = Draft { subdomain_policy: None, nonexistent_policy: None, ..self.draft.clone() };
        format!(
            "Look in the reports for mail from names below {}. Then, when all of it passes: change the record to “{}”.",
            self.owner.trim_start_matches("_dmarc."),
            next.text()
        )
    }
}

/// The records that were meant for `_dmarc` and stand at the domain itself, at the name without the underscore, or at that with
/// the domain twice. The domain's own texts are there already; the other names cost a question each.
fn misplaced(evidence: &Evidence, profile: &MailProfile<'_>) -> Result<Vec<Misplaced>, Stop> {
    let meant = |name: String, texts: &[Vec<u8>]| {
        let taken = dmarc::select(texts);
        let texts: Vec<String> =
            taken.records.iter().map(ToString::to_string).chain(dmarc::skipped(texts)).collect();
        (!texts.is_empty()).then_some(Misplaced { name, texts })
    };
    // Where the underscore is missing, and where the panel appended the domain to the whole name.
    let names = [profile.zone.child("dmarc"), profile.zone.child(&format!("_dmarc.{}", profile.zone))];
    let asked = names.map(|name| (evidence.lookup_first(&name, RecordType::Txt), name));
    let mut places = vec![meant(profile.zone.to_string(), &profile.texts())];
    for (answer, name) in asked {
        match answer {
            // What an alias leads to is somebody else's, or found already.
            Ok(lookup) if lookup.aliases.is_empty() => places.push(meant(name, &texts(&lookup.records))),
            Err(Stop::Pending) => return Err(Stop::Pending),
            _ => {}
        }
    }
    Ok(places.into_iter().flatten().collect())
}

/// Whether a name is `zone` or lies below it.
fn is_of(name: &str, zone: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.strip_suffix(zone).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a record that receivers take says what the draft says, with nothing in it that they ignore by mistake.
fn is_fine(text: &str, draft: &Draft) -> bool {
    let (record, issues) = dmarc::parse(text);
    let is_clean = issues.iter().all(|issue| issue.severity != Severity::Error);
    let is_heeded = dmarc::unheeded_addresses(text).is_empty();
    record.is_valid()
        && record.policy.value().is_some()
        && is_clean
        && is_heeded
        && Draft::of(text).text() == draft.text()
}

/// A domain that sends nothing asks for everything in its name to be refused.
fn silence(draft: &mut Draft, notes: &mut Vec<String>) {
    for (name, policy) in [("sp", draft.subdomain_policy.take()), ("np", draft.nonexistent_policy.take())] {
        if let Some(policy) = policy.filter(|policy| *policy != Policy::Reject) {
            notes.push(format!("“{name}={policy}” goes: nothing is sent from names below either."));
        }
    }
    draft.testing = false;
    draft.policy = Some(Policy::Reject);
}

/// An address for reports, where the domain can have one.
fn report_address(draft: &mut Draft, zone: &str, takes: bool, steps: &mut Vec<String>) {
    if takes {
        draft.aggregate_reports.push(format!("mailto:dmarc-reports@{zone}"));
        steps.push(format!(
            "The mailbox dmarc-reports@{zone} has to exist: create it, or put in an address that you read, or that of a report service."
        ));
    } else {
        steps.push(
            "Reports need a mailbox at a domain that takes mail: add “; rua=mailto:” and its address, or that of a report service.".to_owned(),
        );
    }
}
