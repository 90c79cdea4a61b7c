//! What could not be had, once for each cause: thirty checks that miss the same page are one statement, with what to do about it.

use serde::{Deserialize, Serialize};

use crate::answers::{Cause, Unmeasured};
use crate::checks::check::Check;
use crate::checks::finding::{Finding, Level};
use crate::shortened;

/// Something that could not be had, and the checks that needed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gap {
    /// What was asked and how that failed, in one sentence.
    pub cause: String,
    /// What to do about it.
    pub advice: String,
    /// The checks that needed it: the one whose finding says most, then the others in the order of the checks.
    pub checks: Vec<String>,
}

/// The check whose finding says most about a page that was not seen.
const SPEAKS_FIRST: &str = "home-page";

impl Gap {
    /// Whether the finding of `check` says nothing that the gap, or the finding of its first check, does not say.
    #[must_use]
    pub fn speaks_for(&self, check: &str) -> bool {
        self.checks.iter().skip(1).any(|known| known == check)
    }
}

/// What several checks could not have, the widest gap first.
pub(super) fn gather(domain: &str, found: &[(&'static Check, Finding)]) -> Vec<Gap> {
    let mut groups: Vec<(&Unmeasured, Vec<&str>)> = Vec::new();
    for (check, finding) in found {
        let Some(missed) = finding.missed.as_ref().filter(|_| finding.outcome.level == Level::NotMeasured)
        else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| *known == missed) {
            // The check that says what stands where the home page should be speaks for all that miss that page.
            Some((_, checks)) if check.id == SPEAKS_FIRST => checks.insert(0, check.id),
            Some((_, checks)) => checks.push(check.id),
            None => groups.push((missed, vec![check.id])),
        }
    }
    groups.retain(|(_, checks)| checks.len() > 1);
    groups.sort_by_key(|(_, checks)| std::cmp::Reverse(checks.len()));
    let told = |(missed, checks): (&Unmeasured, Vec<&str>)| Gap {
        cause: format!(
            "{}{} {}.",
            if is_lookup(&missed.asked) { "The DNS lookup " } else { "" },
            shortened::name(&missed.asked),
            shortened::name(&missed.failure.to_string())
        ),
        advice: advice(missed.failure.cause, is_lookup(&missed.asked), domain),
        checks: checks.into_iter().map(str::to_owned).collect(),
    };
    groups.into_iter().map(told).collect()
}

/// Whether it was a question to DNS: `MX example.com`, in contrast to `GET https://example.com/` and `TLS example.com`.
fn is_lookup(asked: &str) -> bool {
    const WEB: [&str; 4] = ["GET", "HEAD", "POST", "TLS"];
    !WEB.contains(&asked.split(' ').next().unwrap_or_default())
}

/// What to do about something that could not be had.
fn advice(cause: Cause, is_lookup: bool, domain: &str) -> String {
    match cause {
        Cause::Timeout | Cause::Unreachable | Cause::Malformed if is_lookup => {
            "Check again in a minute. If it stays like this, ask your DNS provider whether the name servers answer."
                .to_owned()
        }
        Cause::Challenged => format!(
            "Allow the user agent LaunchReady in your bot protection, or run `launch-ready check {domain}` on your computer."
        ),
        Cause::NotTheSite => "Open your home page and see where it leads.".to_owned(),
        Cause::TlsHandshake | Cause::TlsUntrusted => {
            "Fix the certificate first, then check again.".to_owned()
        }
        Cause::Timeout | Cause::Unreachable | Cause::Malformed | Cause::NoSuchHost => {
            "Open the address in a private window. If it works there, check again in a minute.".to_owned()
        }
        Cause::Budget | Cause::Deadline => {
            format!(
                "Use \"Check again\" on single items, or run `launch-ready check {domain} --deep` on your computer, which may ask more."
            )
        }
        Cause::NoResolver => "Our resolvers failed. Check again in a minute.".to_owned(),
        Cause::NotRecorded => "Make a new recording.".to_owned(),
        Cause::OptedOut | Cause::OwnerUnknown => {
            "The owner of that host decides whether it is checked.".to_owned()
        }
        Cause::PrivateAddress => "Point the name at a public address.".to_owned(),
        _ => "Check again in a minute.".to_owned(),
    }
}
