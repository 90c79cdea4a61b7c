//! # DKIM keys (`dkim-keys`)
//!
//! ## What it checks
//! Whether the keys that your mail is signed with are published, and can be read: at the selectors that you named, at
//! those of the services that your SPF and MX records show, and at a few common ones.
//!
//! ## Why it matters
//! A DKIM signature is the only proof of origin that survives forwarding, and Gmail, Yahoo and Outlook ask for it. With a
//! key that is missing, cut off or withdrawn, every signature fails.
//!
//! ## How to fix it
//! Turn DKIM on in each service that sends for you, and publish the record that it shows, whole. DNS does not list
//! selectors: if none was found here, open a message that you sent, look for `s=` in its `DKIM-Signature` header, and
//! name that selector.
//!
//! ## Sources
//! RFC 6376 section 3.6, RFC 8463 (Ed25519). A selector that nobody named is a guess, so nothing is said where no key was
//! found. What stands at `_domainkey` itself (RFC 8020) is shown as a hint only.
//!
//! ## Covers
//! E2, E10
//!
//! ## Examples
//! The selectors of Google Workspace are asked for because the MX record shows it.
//! ```evidence
//! example.com. MX 1 smtp.google.com.
//! google._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => found
//! ```
//! ```evidence
//! target example.com selectors=pm20260101
//! pm20260101._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => found
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:spf.protection.outlook.com -all"
//! selector1._domainkey.example.com. CNAME selector1-example-com._domainkey.example.n-v1.dkim.mail.microsoft.
//! selector1-example-com._domainkey.example.n-v1.dkim.mail.microsoft. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => found
//! ```
//! Nothing found says nothing: DNS does not list selectors.
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! => selector-unknown
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! hidden._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => selector-unknown
//! ```
//! ```evidence
//! target example.com selectors=october
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => named-missing
//! ```
//! A record of 255 characters that ends within the key was cut off where it was entered.
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqveYm51e/xDIsSbfi7UpYWKhSfVaLia4FXdKHWTvh69a/Yo1DrIeuzP2kFAfh7tCi4mBg/QCNBnTd6TbrAA0qUzAg+pNzXF2/KjATL3HiCrR7YlBCtTYYJEp28+prszzlYoX/1lYOrI67Pw1EE82OixbG+q5i/4qVfCtHZCljZBnDtEpP+ItU4X7WQl3BfLqt"
//! => truncated
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=not a key"
//! => broken
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=dsa; p=AAAA"
//! => unknown-kind
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 include:servers.mcsv.net ~all"
//! k2._domainkey.example.com. CNAME dkim9.mcsv.net.
//! dkim2.mcsv.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => dangling
//! ```
//! The panel appended the domain to the name of the key.
//! ```evidence
//! example.com. TXT "v=spf1 include:sendgrid.net ~all"
//! s1._domainkey.example.com. CNAME s1.domainkey.u1.wl2.sendgrid.net.example.com.
//! s1.domainkey.u1.wl2.sendgrid.net. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => dangling
//! ```
//! Microsoft publishes nothing at one of its two selectors until the keys change.
//! ```evidence
//! example.com. TXT "v=spf1 include:spf.protection.outlook.com -all"
//! selector1._domainkey.example.com. CNAME selector1-example-com._domainkey.example.n-v1.dkim.mail.microsoft.
//! selector2._domainkey.example.com. CNAME selector2-example-com._domainkey.example.n-v1.dkim.mail.microsoft.
//! selector1-example-com._domainkey.example.n-v1.dkim.mail.microsoft. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => found
//! ```
//! Two strings of one record were entered as two records.
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCdHrmh8hFGYrfV0vEpLSPF5aJUnVO+Br8K1yMqUe+gyLitc+xPux3fmjDouzZEW6aO"
//! default._domainkey.example.com. TXT "9aKZQaIPn2rBL7REc6zCwc5aPftk7+PA++VQTz3kUUsFOjQ8jhQUU7w6qW6B+z2LFE37KsyWkQZ9f7U3Ndchzl+fitQRXR6dU85bqqy6swIDAQAB"
//! => divided
//! ```
//! At a selector that was only guessed, it may be a leftover.
//! ```evidence
//! k2._domainkey.example.com. CNAME dkim9.mcsv.net.
//! k1._domainkey.example.com. CNAME dkim.mcsv.net.
//! => dangling-guess
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! mail._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=not a key"
//! => partly-broken
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! default._domainkey.example.com. TXT "v=DKIM1; p="
//! => several
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; t=y; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => test-mode
//! ```
//! ```evidence
//! target example.com selectors=default
//! default._domainkey.example.com. TXT "v=DKIM1; p="
//! => revoked
//! ```
//! A withdrawn key at a selector that was guessed is what changing keys leaves behind.
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; p="
//! => only-withdrawn
//! ```
//! ```evidence
//! *._domainkey.example.com. TXT "v=DKIM1; p="
//! => wildcard
//! ```
//! A wildcard alias for the whole domain answers for every selector, and is none.
//! ```evidence
//! *.example.com. CNAME sites.mailhost.net.
//! sites.mailhost.net. A 76.76.21.21
//! => wildcard
//! ```
//! ```evidence
//! *.example.com. TXT "v=spf1 -all"
//! => selector-unknown
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! => not-sending
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! A key that was found says nothing about the one that was named.
//! ```evidence
//! target example.com selectors=october,default
//! october._domainkey.example.com. TXT TIMEOUT
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => not-measured
//! ```
//! ```evidence
//! resend._domainkey.example.com. TXT TIMEOUT
//! default._domainkey.example.com. TXT TIMEOUT
//! s1._domainkey.example.com. TXT TIMEOUT
//! k1._domainkey.example.com. TXT TIMEOUT
//! mail._domainkey.example.com. TXT TIMEOUT
//! dkim._domainkey.example.com. TXT TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::{NOT_SENDING, PLATFORM};
use crate::checks::mail_records;
use crate::domain::Domain;
use crate::email::dkim;
use crate::email::txt::quoted;
use crate::engine::evidence::Evidence;
use crate::facts::dkim_selectors::{Asked, Health, Origin, State, Survey};
use crate::facts::mail_profile::MailProfile;
use crate::providers::mail_services::MailServiceInUse;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "dkim-keys",
    area: Area::Email,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Minutes, Who::DnsPanel),
    outcomes: &[
        &FOUND,
        &TEST_MODE,
        &SEVERAL,
        &PARTLY_BROKEN,
        &NAMED_MISSING,
        &DIVIDED,
        &TRUNCATED,
        &UNKNOWN_KIND,
        &BROKEN,
        &DANGLING,
        &DANGLING_GUESS,
        &REVOKED,
        &ONLY_WITHDRAWN,
        &WILDCARD,
        &SELECTOR_UNKNOWN,
        &NOT_SENDING,
        &PLATFORM,
    ],
    run,
};

static FOUND: Outcome = Outcome::pass("found", "A DKIM key is published and can be read");
static TEST_MODE: Outcome =
    Outcome::warn("test-mode", "DKIM is in test mode: receivers may treat your mail as unsigned");
static SEVERAL: Outcome =
    Outcome::warn("several", "Two DKIM keys stand at one selector, and receivers pick either");
static PARTLY_BROKEN: Outcome = Outcome::warn("partly-broken", "One of the DKIM keys cannot be used");
static NAMED_MISSING: Outcome =
    Outcome::warn("named-missing", "There is no DKIM key at the selector that you named");
static DIVIDED: Outcome =
    Outcome::fail("divided", "The DKIM key stands in two records, so no signature can be checked")
        .important();
static TRUNCATED: Outcome =
    Outcome::fail("truncated", "The DKIM key is cut off, so no signature can be checked");
static UNKNOWN_KIND: Outcome =
    Outcome::fail("unknown-kind", "The DKIM key is of a kind that receivers do not know");
static BROKEN: Outcome =
    Outcome::fail("broken", "The DKIM key cannot be read, so no signature can be checked");
static DANGLING: Outcome = Outcome::fail("dangling", "The DKIM record leads to a name without a key");
static DANGLING_GUESS: Outcome =
    Outcome::warn("dangling-guess", "A DKIM record leads to a name without a key");
static REVOKED: Outcome =
    Outcome::fail("revoked", "The DKIM key at the selector that you named is withdrawn");
static ONLY_WITHDRAWN: Outcome =
    Outcome::not_measured("only-withdrawn", "Only withdrawn DKIM keys were found: tell us your selector");
static WILDCARD: Outcome =
    Outcome::not_measured("wildcard", "A wildcard answers for every DKIM selector: tell us yours");
static SELECTOR_UNKNOWN: Outcome =
    Outcome::not_measured("selector-unknown", "No DKIM key was found by guessing: tell us your selector");

/// Services whose records are shown where no key was found; more would bury them.
const MAX_SERVICES: usize = 3;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let profile = match MailProfile::of_sender(target, evidence)? {
        Ok(profile) => profile,
        Err(outcome) => return Ok(outcome.found()),
    };
    let survey = profile.dkim(target, evidence)?;
    if let Some(gap) = survey.gap()
        && survey.asked.iter().all(|asked| matches!(asked.state, State::Unknown(_)))
    {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    let keys =
        Keys { zone: &profile.zone, survey: &survey, found: found(&survey), in_use: profile.services(&[]) };
    if keys.found.is_empty() {
        return Ok(nothing(&survey, &profile.zone, &keys.in_use));
    }
    if !keys.found.iter().any(|(_, health)| health.is_usable()) {
        return Ok(keys.unusable());
    }
    match keys.usable() {
        Some(finding) => Ok(finding),
        None => match survey.expected_gap() {
            Some(gap) => Err(Stop::NotMeasured(gap.clone())),
            None => Ok(survey.shown(FOUND.found())),
        },
    }
}

/// What stands at the selectors, but for those that their service leaves empty while its other one has a key.
fn found(survey: &Survey) -> Vec<(&Asked, Health)> {
    let all: Vec<(&Asked, Health)> = survey.found().collect();
    let is_spare = |(asked, health): &(&Asked, Health)| match asked.origin {
        Origin::Service(service) if *health == Health::Dangling => {
            let others = |(other, health): &(&Asked, Health)| {
                health.is_usable() && matches!(other.origin, Origin::Service(of) if of.id == service.id)
            };
            service.spare_selectors.contains(&asked.selector) && all.iter().any(others)
        }
        _ => false,
    };
    all.iter().filter(|one| !is_spare(one)).copied().collect()
}

/// What was found at the selectors of a domain.
struct Keys<'k> {
    zone: &'k Domain,
    survey: &'k Survey,
    found: Vec<(&'k Asked, Health)>,
    in_use: Vec<MailServiceInUse>,
}

impl Keys<'_> {
    fn first_of(&self, wanted: Health) -> Option<&Asked> {
        self.found.iter().find(|(_, health)| *health == wanted).map(|(asked, _)| *asked)
    }

    fn show(&self, outcome: &'static Outcome) -> Finding {
        self.survey.shown(outcome.found())
    }

    /// No key can be used.
    fn unusable(&self) -> Finding {
        for (health, outcome) in [
            (Health::Divided, &DIVIDED),
            (Health::Truncated, &TRUNCATED),
            (Health::UnknownKind, &UNKNOWN_KIND),
            (Health::Broken, &BROKEN),
        ] {
            if let Some(asked) = self.first_of(health) {
                return self.repaired(self.show(outcome), asked);
            }
        }
        let is_named =
            |(asked, health): &&(&Asked, Health)| *health == Health::Revoked && asked.origin == Origin::Named;
        if let Some((asked, _)) = self.found.iter().find(is_named) {
            return self.show(&REVOKED).fix(Fix::step(format!(
                "In the service that signs with {}, make a new key and publish it; if it signs with another selector by now, name that one.",
                asked.selector
            )));
        }
        if let Some(asked) = self.first_of(Health::Dangling) {
            return self.dangling(asked);
        }
        let withdrawn = self.found.first().map(|(asked, _)| asked.name.as_str()).unwrap_or_default();
        nothing(self.survey, self.zone, &self.in_use)
            .detail(format!("The key at {withdrawn} has been withdrawn."))
    }

    fn dangling(&self, asked: &Asked) -> Finding {
        let alias = asked.alias().unwrap_or_default();
        let is_guess = asked.origin == Origin::Common && asked.without_zone(self.zone.as_str()).is_none();
        let finding = self
            .show(if is_guess { &DANGLING_GUESS } else { &DANGLING })
            .detail(format!("{} is an alias of {alias}, where no key stands.", asked.name));
        if is_guess {
            // The service may be gone from here: then so may its record.
            return finding.fix(Fix::RemoveRecord {
                name: asked.name.clone(),
                record_type: "CNAME".to_owned(),
                value: format!("{alias}."),
            });
        }
        self.repaired(finding, asked)
    }

    /// Some key can be used: what is still wrong, if anything is.
    fn usable(&self) -> Option<Finding> {
        let missing = |asked: &&Asked| asked.origin == Origin::Named && asked.state == State::Absent;
        if let Some(asked) = self.survey.asked.iter().find(missing) {
            return Some(self.show(&NAMED_MISSING).with_evidence(format!("TXT {}", asked.name), "no such record").fix(Fix::step(format!(
                "Look for s= in the DKIM-Signature header of a message that you sent. If it is {}, publish its key at {}; if not, name the selector that stands there.",
                asked.selector, asked.name
            ))));
        }
        let broken = self.found.iter().find(|(_, health)| !health.is_usable() && *health != Health::Revoked);
        if let Some((asked, _)) = broken {
            let finding =
                self.show(&PARTLY_BROKEN).detail(format!("What stands at {} cannot be used.", asked.name));
            return Some(self.repaired(finding, asked));
        }
        if let Some(asked) = self.first_of(Health::Several) {
            return Some(self.show(&SEVERAL).fix(Fix::step(format!(
                "Delete all records at {} but the one that the service shows today.",
                asked.name
            ))));
        }
        let usable = || self.found.iter().filter(|(_, health)| health.is_usable());
        usable().all(|(_, health)| *health == Health::Testing).then(|| {
            usable().fold(self.show(&TEST_MODE), |finding, (asked, _)| out_of_test_mode(finding, asked))
        })
    }

    /// The alias without the domain that the panel appended.
    fn without_zone(&self, asked: &Asked) -> Option<Fix> {
        let bare = asked.without_zone(self.zone.as_str())?;
        let old = format!("{}.", asked.alias().unwrap_or_default());
        Some(Fix::record(&asked.name, "CNAME", format!("{bare}.")).replacing(Some(old)))
    }

    /// The finding with the record that belongs at a selector, as far as it is known, and where to get it otherwise.
    fn repaired(&self, finding: Finding, asked: &Asked) -> Finding {
        if let (Some(whole), State::Keys { texts, .. }) = (asked.joined(), &asked.state) {
            return mail_records::one_text(&asked.name, texts, &whole)
                .into_iter()
                .fold(finding, Finding::fix);
        }
        if let (Some(better), State::Keys { texts, .. }) = (asked.mended(), &asked.state) {
            return mail_records::one_text(&asked.name, texts, &better)
                .into_iter()
                .fold(finding, Finding::fix);
        }
        if asked.without_zone(self.zone.as_str()).is_some() {
            // What happened to one alias happened to the others of the service, too.
            let mended = self.found.iter().filter_map(|(asked, _)| self.without_zone(asked));
            return mended.fold(finding, Finding::fix).fix(Fix::step(
                "The panel appended your domain to the name: where it does so, type the name with a dot at its end.",
            ));
        }
        let records = match asked.origin {
            Origin::Service(service) => mail_records::records_of(service, self.zone, Some(&asked.selector)),
            Origin::Common | Origin::Named => Vec::new(),
        };
        let records = records.into_iter().flat_map(|record| self.survey.in_place(record));
        let finding = records.fold(finding, Finding::fix);
        finding.fix(Fix::step(format!(
            "Copy the record for {} again from the service that signs with it, whole; a long value goes into the record in pieces of at most 255 characters, which most DNS providers do by themselves.",
            asked.name
        )))
    }
}

fn out_of_test_mode(finding: Finding, asked: &Asked) -> Finding {
    match &asked.state {
        State::Keys { texts, alias: None } => texts.iter().fold(finding, |finding, text| {
            let record = Fix::record(&asked.name, "TXT", quoted(&without_test_mode(text)));
            finding.fix(record.replacing(Some(quoted(text))))
        }),
        _ => finding.fix(Fix::step(format!(
            "Ask the service behind {} to end the test mode of its key (t=y).",
            asked.name
        ))),
    }
}

/// What to say where no key was found that means anything.
fn nothing(survey: &Survey, zone: &Domain, in_use: &[MailServiceInUse]) -> Finding {
    let named = survey.asked.iter().find(|a| a.origin == Origin::Named && a.state == State::Absent);
    let withdrawn = survey.found().next().is_some();
    let outcome = match (&survey.wildcard, withdrawn, named) {
        (_, true, _) => &ONLY_WITHDRAWN,
        (Some(_), false, _) => &WILDCARD,
        (None, false, Some(_)) => &NAMED_MISSING,
        (None, false, None) => &SELECTOR_UNKNOWN,
    };
    let mut finding = survey.shown(outcome.found()).with_evidence("Selectors asked for", survey.names());
    if let Some(hint) = survey.hint {
        finding = finding.with_evidence("_domainkey", hint.to_string());
    }
    match &survey.wildcard {
        Some(State::Keys { texts, .. }) => {
            finding = finding.with_evidence("Every other selector", texts.join(", "));
        }
        Some(State::Dangling { target }) => {
            finding = finding.with_evidence("Every other selector", format!("is an alias of {target}"));
        }
        _ => {}
    }
    finding = finding.fix(Fix::step(
        "Open a message that you sent, look for s= in its DKIM-Signature header, and name that selector. If there is no such header, turn DKIM on in the service that sends for you.",
    ));
    // What each of the services would ask for, if it has not been asked yet.
    for one in in_use.iter().filter(|one| one.sends()).take(MAX_SERVICES) {
        finding = mail_records::records_of(one.service, zone, None).into_iter().fold(finding, Finding::fix);
    }
    finding
}

/// The same key without `t=y`.
fn without_test_mode(text: &str) -> String {
    let tags = dkim::parse(text).0.tags().filter_map(|tag| {
        if tag.name != "t" {
            return Some(format!("{}={}", tag.name, tag.value()));
        }
        let flags: Vec<&str> =
            tag.value().split(':').map(str::trim).filter(|flag| !flag.eq_ignore_ascii_case("y")).collect();
        (!flags.is_empty()).then(|| format!("t={}", flags.join(":")))
    });
    tags.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_mode_goes_and_everything_else_stays() {
        assert_eq!(without_test_mode("v=DKIM1; t=y; p=AA=="), "v=DKIM1; p=AA==");
        assert_eq!(without_test_mode("v=DKIM1; t=s:y; n=x; p=AA=="), "v=DKIM1; t=s; n=x; p=AA==");
    }
}
