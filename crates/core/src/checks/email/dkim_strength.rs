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
use crate::engine::evidence::Evidence;
use crate::facts::mail_profile::MailProfile;
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
static NO_KEY: Outcome = Outcome::not_measured("no-key", "No DKIM key was found that could be measured");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let posture = match MailProfile::of_sender(target, evidence)? {
        Ok(posture) => posture,
        Err(outcome) => return Ok(outcome.found()),
    };
    let survey = posture.dkim(target, evidence)?;
    let mut weakest: Option<(usize, &str)> = None;
    let mut longest: Option<(usize, &str)> = None;
    let (mut sha1_only, mut ed25519, mut strict) = (None, false, None);
    for (asked, _) in survey.found().filter(|(_, health)| health.is_usable()) {
        for text in asked.texts() {
            let (record, _) = dkim::parse(text);
            match record.public_key {
                PublicKey::Rsa { bits, .. } => {
                    weakest = weakest.filter(|(least, _)| *least <= bits).or(Some((bits, &asked.name)));
                    longest = longest.filter(|(most, _)| *most >= bits).or(Some((bits, &asked.name)));
                }
                PublicKey::Ed25519(_) => ed25519 = true,
                _ => continue,
            }
            if !record.hashes.sha256 {
                sha1_only = sha1_only.or(Some(asked.name.as_str()));
            }
            if record.strict {
                strict = strict.or(Some(asked.name.as_str()));
            }
        }
    }
    let show = |outcome: &'static Outcome| survey.shown(outcome.found());
    let new_key = |name: &str| {
        Fix::step(format!(
            "In the service that signs with the key at {name}, make a new key of {GOOD_RSA_BITS} bits, publish it at a new selector, and withdraw the old one a week after the switch."
        ))
    };
    if let Some((bits, name)) = weakest.filter(|(bits, _)| *bits < MIN_RSA_BITS) {
        return Ok(show(&TOO_SHORT)
            .detail(format!("The key at {name} has {bits} bits; receivers refuse fewer than {MIN_RSA_BITS}."))
            .fix(new_key(name)));
    }
    if let Some(name) = sha1_only {
        return Ok(show(&SHA1_ONLY).detail(format!("The key at {name} says h=sha1.")).fix(Fix::step(
            format!("Take h=sha1 out of the record at {name}, and let the service sign with rsa-sha256."),
        )));
    }
    if let Some((bits, name)) = weakest.filter(|(bits, _)| *bits < GOOD_RSA_BITS) {
        return Ok(show(&WEAK)
            .detail(format!("The key at {name} has {bits} bits; sign with at least {GOOD_RSA_BITS}."))
            .fix(new_key(name)));
    }
    if let Some((bits, name)) = longest.filter(|(bits, _)| *bits > MAX_RSA_BITS) {
        return Ok(show(&TOO_LONG)
            .detail(format!(
                "The key at {name} has {bits} bits; receivers need not support more than {MAX_RSA_BITS}."
            ))
            .fix(new_key(name)));
    }
    let strict = strict.map(|name| {
        format!(" The key at {name} says t=s: it signs for addresses at exactly this domain, not below it.")
    });
    let strict = strict.unwrap_or_default();
    if let Some(gap) = survey.expected_gap() {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    match (weakest, ed25519) {
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
