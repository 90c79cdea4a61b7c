//! # DKIM key strength (`dkim-strength`)
//!
//! ## What it checks
//! Whether the DKIM keys that were found are long enough, and of a kind that every receiver can check. The size is read
//! from the key itself.
//!
//! ## Why it matters
//! Receivers must not accept signatures with RSA keys of fewer than 1024 bits, which can be broken in hours. Keys of 1024
//! bits still pass everywhere, but not for long.
//!
//! ## How to fix it
//! Make a new key of 2048 bits in the service that signs, publish it at a new selector, switch over, and withdraw the old
//! key a week later.
//!
//! ## Sources
//! RFC 8301 section 3.2 (at least 1024 bits to verify, 2048 to sign; no SHA-1), RFC 8463 (Ed25519). Google asks for at
//! least 1024 bits and recommends 2048 (email sender guidelines, in force since 2024-02).
//!
//! ## Covers
//! E2
//!
//! ## Examples
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqveYm51e/xDIsSbfi7UpYWKhSfVaLia4FXdKHWTvh69a/Yo1DrIeuzP2kFAfh7tCi4mBg/QCNBnTd6TbrAA0qUzAg+pNzXF2/KjATL3HiCrR7YlBCtTYYJEp28+prszzlYoX/1lYOrI67Pw1EE82OixbG+q5i/4qVfCtHZCljZBnDtEpP+ItU4X7WQl3BfLqt" "+1RlbZYbMp42na9P6pbfxb3YpI3+hSc4ICviga+823tvOs7spQ6+yT8oGnh9SATwLKFRBr6PPywIoaBOKUC+2Ljmz4etvJ7eTP/+TwFkBca+5vpvrikH9/pr4bd0cRDyRKITHDfydwB9t/XqPWQUwIDAQAB"
//! => strong
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCdHrmh8hFGYrfV0vEpLSPF5aJUnVO+Br8K1yMqUe+gyLitc+xPux3fmjDouzZEW6aO9aKZQaIPn2rBL7REc6zCwc5aPftk7+PA++VQTz3kUUsFOjQ8jhQUU7w6qW6B+z2LFE37KsyWkQZ9f7U3Ndchzl+fitQRXR6dU85bqqy6swIDAQAB"
//! => weak
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAPr6FVxgc3M1/6iTUPp/A18YkBrAf6q9zb6hfRdrxQwK5hDERJ9TfNqD0juvpL5yTGcP5BiWxxWFxd7RODn5YEsCAwEAAQ=="
//! => too-short
//! ```
//! The weakest key is judged: whoever breaks it signs as you.
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqveYm51e/xDIsSbfi7UpYWKhSfVaLia4FXdKHWTvh69a/Yo1DrIeuzP2kFAfh7tCi4mBg/QCNBnTd6TbrAA0qUzAg+pNzXF2/KjATL3HiCrR7YlBCtTYYJEp28+prszzlYoX/1lYOrI67Pw1EE82OixbG+q5i/4qVfCtHZCljZBnDtEpP+ItU4X7WQl3BfLqt" "+1RlbZYbMp42na9P6pbfxb3YpI3+hSc4ICviga+823tvOs7spQ6+yT8oGnh9SATwLKFRBr6PPywIoaBOKUC+2Ljmz4etvJ7eTP/+TwFkBca+5vpvrikH9/pr4bd0cRDyRKITHDfydwB9t/XqPWQUwIDAQAB"
//! mail._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCdHrmh8hFGYrfV0vEpLSPF5aJUnVO+Br8K1yMqUe+gyLitc+xPux3fmjDouzZEW6aO9aKZQaIPn2rBL7REc6zCwc5aPftk7+PA++VQTz3kUUsFOjQ8jhQUU7w6qW6B+z2LFE37KsyWkQZ9f7U3Ndchzl+fitQRXR6dU85bqqy6swIDAQAB"
//! => weak
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; h=sha1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQCdHrmh8hFGYrfV0vEpLSPF5aJUnVO+Br8K1yMqUe+gyLitc+xPux3fmjDouzZEW6aO9aKZQaIPn2rBL7REc6zCwc5aPftk7+PA++VQTz3kUUsFOjQ8jhQUU7w6qW6B+z2LFE37KsyWkQZ9f7U3Ndchzl+fitQRXR6dU85bqqy6swIDAQAB"
//! => sha1-only
//! ```
//! The name of a way to sign is no hash.
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; h=rsa-sha256; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => hash-unknown
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => ed25519-only
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! mail._domainkey.example.com. TXT "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqveYm51e/xDIsSbfi7UpYWKhSfVaLia4FXdKHWTvh69a/Yo1DrIeuzP2kFAfh7tCi4mBg/QCNBnTd6TbrAA0qUzAg+pNzXF2/KjATL3HiCrR7YlBCtTYYJEp28+prszzlYoX/1lYOrI67Pw1EE82OixbG+q5i/4qVfCtHZCljZBnDtEpP+ItU4X7WQl3BfLqt" "+1RlbZYbMp42na9P6pbfxb3YpI3+hSc4ICviga+823tvOs7spQ6+yT8oGnh9SATwLKFRBr6PPywIoaBOKUC+2Ljmz4etvJ7eTP/+TwFkBca+5vpvrikH9/pr4bd0cRDyRKITHDfydwB9t/XqPWQUwIDAQAB"
//! => strong
//! ```
//! ```evidence
//! default._domainkey.example.com. TXT "v=DKIM1; p=MIICIzANBgkqhkiG9w0BAQEFAAOCAhAAMIICCwKCAgIAr8io3GlWqovljkrouogkNM0XSqBuAAuhY7mcjvdgtzpOK6YJmGV/KDNmh27XMKyHrCkKtnddjbIwkKKsD/2J41zkhPgH6F8Lm4uJtz0StlCHtMAqFYc0OOY3/kUs7HocJCETBBjrWIEq5Kb83X3Mzj5SmQ/a9SEfgIns/c3Dz2E6AoDgzolX/CNB5xIASADVoy4tyAOJ" "EaE5PKJSeaedDC5Xyl/VrR4EVOeEk+Ef8NcsvHFoCdWvnWNG2WAEAS5Zpn7Lb2iO2wEAGmow8NjNNZDGAvb4t2SbQgrHeWTGsokpDq9wCoMsTXMY4DLoO61Hn2TZCpKTG0tTH4vejgUvJjHGy6kBk7mdE7Uc6TGbvaDcSLx1Zwq1x/3Nl0OoPay5u5n3eR8PPO4NcnJ5fUusA7W/1wNN0gljjGmk0mXiM8o92HHsJyk7uivVMZcKVTPsS8P27D9" "dem/azaCgmUbtcqRoX/OAsjGA6mgtbcZobZ4vF55iV9sgDpsMR8G3Tvw+atceDm3Q3vGi0uucaQ19iOWe8pOw1cG7bUZdZLcd53d4qmg4mx9F2Z+M49jEG/r+5iaFsu3G/jOGEMdWJOhCc7vvCXKgLnRApj4Ap2zu28DErc/OSFzFbPJytnh21KknCh44jPJuWlPGABnoYgEVAzLrP/p4eEdInpenzO7gaKwZAgMBAAE="
//! => too-long
//! ```
//! ```evidence
//! example.com. MX 10 mx.mailhost.net.
//! => no-key
//! ```
//! ```evidence
//! example.com. TXT "v=spf1 -all"
//! => not-sending
//! ```
//! ```evidence
//! target shop.vercel.app
//! => platform
//! ```
//! The key that was named may be the weakest.
//! ```evidence
//! target example.com selectors=october,default
//! october._domainkey.example.com. TXT TIMEOUT
//! default._domainkey.example.com. TXT "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
//! => not-measured
//! ```
//! ```evidence
//! target app.example.co
//! app.example.co. SOA TIMEOUT
//! => not-measured
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::mail_outcomes::{NOT_SENDING, PLATFORM};
use crate::email::dkim;
use crate::email::dkim::{GOOD_RSA_BITS, MAX_RSA_BITS, MIN_RSA_BITS, PublicKey};
use crate::email::txt::quoted;
use crate::engine::evidence::Evidence;
use crate::facts::dkim_selectors::{Asked, Survey};
use crate::facts::mail_profile::MailProfile;
use crate::providers::mail_services::{MailServiceInUse, Published, Sign, recognise};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "dkim-strength",
    area: Area::Email,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Mail, Effort::Hour, Who::MailService),
    outcomes: &[
        &STRONG,
        &ED25519_ONLY,
        &WEAK,
        &TOO_LONG,
        &TOO_SHORT,
        &SHA1_ONLY,
        &HASH_UNKNOWN,
        &NO_KEY,
        &NOT_SENDING,
        &PLATFORM,
    ],
    run,
};

static STRONG: Outcome = Outcome::pass("strong", "The DKIM keys are long enough");
static ED25519_ONLY: Outcome = Outcome::pass(
    "ed25519-only",
    "The DKIM keys that were found are Ed25519, which not every receiver checks",
);
static WEAK: Outcome = Outcome::warn("weak", "A DKIM key is shorter than 2048 bits");
static TOO_LONG: Outcome = Outcome::warn("too-long", "A DKIM key is longer than receivers have to support");
static TOO_SHORT: Outcome = Outcome::fail("too-short", "A DKIM key is so short that receivers refuse it");
static SHA1_ONLY: Outcome =
    Outcome::fail("sha1-only", "A DKIM key allows only SHA-1, which receivers must not accept");
static HASH_UNKNOWN: Outcome =
    Outcome::fail("hash-unknown", "A DKIM key allows no hash that receivers know").important();
static NO_KEY: Outcome = Outcome::not_measured("no-key", "No DKIM key was found that could be measured");

/// What was measured of the keys that can be used.
#[derive(Default)]
struct Measured<'s> {
    /// The shortest RSA key.
    weakest: Option<(usize, &'s Asked)>,
    /// The longest.
    longest: Option<(usize, &'s Asked)>,
    /// A key that does not allow SHA-256, its text, and what it says in `h`.
    without_sha256: Option<(&'s Asked, &'s str, String)>,
    /// Whether a key is Ed25519.
    ed25519: bool,
    /// A key for addresses at exactly this domain.
    strict: Option<&'s Asked>,
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let profile = match MailProfile::of_sender(target, evidence)? {
        Ok(profile) => profile,
        Err(outcome) => return Ok(outcome.found()),
    };
    let survey = profile.dkim(target, evidence)?;
    let measured = measure(&survey);
    if let Some(problem) = problem(&survey, &measured) {
        return Ok(problem);
    }
    let show = |outcome: &'static Outcome| survey.shown(outcome.found());
    let strict = measured.strict.map(|asked| {
        format!(
            " The key at {} says t=s: it signs for addresses at exactly this domain, not below it.",
            asked.name
        )
    });
    let strict = strict.unwrap_or_default();
    if let Some(gap) = survey.expected_gap() {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    match (measured.weakest, measured.ed25519) {
        (Some(_), _) => Ok(show(&STRONG).detail(strict.trim_start())),
        (None, true) => Ok(show(&ED25519_ONLY).detail(format!(
            "Sign with an RSA key of 2048 bits as well: receivers that do not know Ed25519 see unsigned mail.{strict}"
        ))),
        (None, false) => {
            if let Some(gap) = survey.gap() {
                return Err(Stop::NotMeasured(gap.clone()));
            }
            Ok(show(&NO_KEY).with_evidence("Selectors asked for", survey.names()))
        }
    }
}

fn measure(survey: &Survey) -> Measured<'_> {
    let mut measured = Measured::default();
    for (asked, _) in survey.found().filter(|(_, health)| health.is_usable()) {
        for text in asked.texts() {
            let (record, _) = dkim::parse(text);
            match record.public_key {
                PublicKey::Rsa { bits, .. } => {
                    measured.weakest =
                        measured.weakest.filter(|(least, _)| *least <= bits).or(Some((bits, asked)));
                    measured.longest =
                        measured.longest.filter(|(most, _)| *most >= bits).or(Some((bits, asked)));
                }
                PublicKey::Ed25519(_) => measured.ed25519 = true,
                _ => continue,
            }
            if !record.hashes.sha256 {
                let written = record.tags().find(|tag| tag.name == "h").map(|tag| tag.value().to_owned());
                measured.without_sha256.get_or_insert((asked, text, written.unwrap_or_default()));
            }
            if record.strict {
                measured.strict = measured.strict.or(Some(asked));
            }
        }
    }
    measured
}

/// What is wrong with the keys, the worst first.
fn problem(survey: &Survey, measured: &Measured<'_>) -> Option<Finding> {
    let show = |outcome: &'static Outcome| survey.shown(outcome.found());
    if let Some((bits, asked)) = measured.weakest.filter(|(bits, _)| *bits < MIN_RSA_BITS) {
        return Some(
            show(&TOO_SHORT)
                .detail(format!(
                    "The key at {} has {bits} bits; receivers refuse fewer than {MIN_RSA_BITS}.",
                    asked.name
                ))
                .fix(new_key(&asked.name)),
        );
    }
    if let Some((asked, text, written)) = &measured.without_sha256 {
        let is_sha1 = written.split(':').any(|hash| hash.trim().eq_ignore_ascii_case("sha1"));
        let outcome = if is_sha1 { &SHA1_ONLY } else { &HASH_UNKNOWN };
        let finding = show(outcome)
            .detail(format!("The key at {} says h={written}; only sha256 is left to sign with.", asked.name));
        return Some(match asked.alias() {
            None => finding.fix(
                Fix::record(&asked.name, "TXT", quoted(&without_hashes(text))).replacing(Some(quoted(text))),
            ),
            Some(alias) => finding.fix(Fix::step(format!(
                "Ask the service behind {alias} to take “h={written}” out of its key."
            ))),
        });
    }
    if let Some((bits, asked)) = measured.weakest.filter(|(bits, _)| *bits < GOOD_RSA_BITS) {
        let finding = show(&WEAK).detail(format!(
            "The key at {} has {bits} bits; sign with at least {GOOD_RSA_BITS}.",
            asked.name
        ));
        return Some(finding.fix(longer_key(survey, asked)));
    }
    let (bits, asked) = measured.longest.filter(|(bits, _)| *bits > MAX_RSA_BITS)?;
    Some(
        show(&TOO_LONG)
            .detail(format!(
                "The key at {} has {bits} bits; receivers need not support more than {MAX_RSA_BITS}.",
                asked.name
            ))
            .fix(new_key(&asked.name)),
    )
}

fn new_key(name: &str) -> Fix {
    Fix::step(format!(
        "In the service that signs with the key at {name}, make a new key of {GOOD_RSA_BITS} bits, publish it at a new selector, and withdraw the old one a week after the switch."
    ))
}

/// A longer key, where the service has any to give.
fn longer_key(survey: &Survey, asked: &Asked) -> Fix {
    let in_use = recognise(Published { dkim: &survey.aliases(), ..Published::default() });
    let is_its = |one: &&MailServiceInUse| {
        one.signs.iter().any(|sign| matches!(sign, Sign::Dkim(selector) if *selector == asked.selector))
    };
    let service = in_use.iter().find(is_its).map(|one| one.service);
    match (service, asked.alias()) {
        (Some(service), _) if service.longest_key.is_some() => Fix::step(format!(
            "{} issues no longer keys, so there is nothing to change at your DNS provider. Ask it for {GOOD_RSA_BITS} bits.",
            service.name
        )),
        (Some(service), Some(_)) => Fix::step(format!(
            "The key is kept by {}: look in its settings for a new one of {GOOD_RSA_BITS} bits, or ask for it.",
            service.name
        )),
        (None, Some(alias)) => Fix::step(format!(
            "The key is kept at {alias}: ask the service behind it for one of {GOOD_RSA_BITS} bits."
        )),
        _ => new_key(&asked.name),
    }
}

/// The same key without `h`: then every hash is allowed, and signers use SHA-256.
fn without_hashes(text: &str) -> String {
    let tags = dkim::parse(text).0.tags().filter(|tag| tag.name != "h" && !tag.name.is_empty());
    tags.map(|tag| format!("{}={}", tag.name, tag.value())).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_go_and_everything_else_stays() {
        assert_eq!(without_hashes("v=DKIM1; k=rsa; h=rsa-sha256; p=AA=="), "v=DKIM1; k=rsa; p=AA==");
        assert_eq!(without_hashes("h=sha1;p=AA==;"), "p=AA==");
    }
}
