//! A DMARC record, as it was read.

use std::fmt;

use crate::dns::Resolution;

use crate::email::tags;
use crate::email::tags::{Setting, Tags};
use crate::email::uri::ReportUris;

//------------ Record --------------------------------------------------------

/// One DMARC record: `dmarc-record = dmarc-version *(dmarc-sep dmarc-tag) [dmarc-sep]`.
///
/// *Display*: the tags in their order, one form of blanks between them, values as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'t> {
    /// The record as published.
    pub text: &'t str,
    /// `p`: the policy for the domain itself.
    pub policy: Setting<Policy>,
    /// `sp`: the policy for subdomains that exist. Means something in an organizational domain's record only.
    pub subdomain_policy: Setting<Policy>,
    /// `np`: the policy for subdomains that do not exist.
    pub nonexistent_policy: Setting<Policy>,
    /// `adkim`: how the domain of a DKIM signature must agree with the sender.
    pub dkim_alignment: Setting<Alignment>,
    /// `aspf`: how the domain that SPF passed for must agree with the sender.
    pub spf_alignment: Setting<Alignment>,
    /// `t`: `y` asks receivers to act one level below the policy.
    pub testing: Setting<bool>,
    /// `psd`: whether the domain is one below which others register.
    pub public_suffix: Setting<PublicSuffix>,
    /// `fo`: which failures are reported to [`Self::failure_reports`].
    pub failure_options: Setting<FailureOptions>,
    /// `rua`: where daily reports go.
    pub aggregate_reports: ReportUris<'t>,
    /// `ruf`: where reports of single failures go.
    pub failure_reports: ReportUris<'t>,
    /// `pct`, historic: the share of mail that RFC 7489 applied the policy to.
    pub percentage: Setting<u8>,
    /// `ri`, historic: the seconds between reports in RFC 7489.
    pub report_interval: Setting<u32>,
    pub(crate) valid: bool,
}

impl<'t> Record<'t> {
    /// Whether receivers take this for a DMARC record: it begins with `v=DMARC1`. Whatever else is wrong, they
    /// ignore that part. [RFC 9989, 4.7](https://www.rfc-editor.org/rfc/rfc9989#section-4.7)
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// Every tag as written, in order, also those nobody knows.
    #[must_use]
    pub fn tags(&self) -> Tags<'t> {
        tags::tags(self.text)
    }

    /// The policy the record asks for, before [`Self::applied_policy`] takes the test mode into account.
    ///
    /// The record must be the one that holds for `subject`; the first record on the way up need not be.
    #[must_use]
    pub fn requested_policy(&self, subject: Subject) -> EffectivePolicy {
        // The nearest tag that is there decides, and each falls back to the next.
        let settings: &[Setting<Policy>] = match subject {
            Subject::Domain => &[self.policy],
            Subject::Subdomain => &[self.subdomain_policy, self.policy],
            Subject::NonExistentSubdomain => &[self.nonexistent_policy, self.subdomain_policy, self.policy],
        };
        let defined = settings.iter().find_map(Setting::value).unwrap_or(Policy::None);
        // RFC 9989, 4.10.1: without a valid p, or with an invalid sp or np, the record counts as p=none if it
        // names a valid place for reports, and otherwise as nothing.
        let others = [self.subdomain_policy, self.nonexistent_policy];
        let is_sound = self.policy.value().is_some()
            && !others.iter().any(|setting| matches!(setting, Setting::Invalid { .. }));
        let discovered = if is_sound {
            Some(defined)
        } else if self.aggregate_reports.iter().any(|uri| uri.is_valid()) {
            Some(Policy::None)
        } else {
            None
        };
        EffectivePolicy { defined, discovered }
    }

    /// The policy that receivers act on: the requested one, one level lower in test mode.
    #[must_use]
    pub fn applied_policy(&self, subject: Subject) -> EffectivePolicy {
        let requested = self.requested_policy(subject);
        if self.testing.value() == Some(true) {
            EffectivePolicy {
                defined: requested.defined.lowered(),
                discovered: requested.discovered.map(Policy::lowered),
            }
        } else {
            requested
        }
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tags::write(f, self.text)
    }
}

//------------ Values --------------------------------------------------------

/// `dmarc-request = "none" / "quarantine" / "reject"`, from the mildest to the strictest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Policy {
    /// Nothing is asked for; reports only.
    None,
    /// Failing mail is suspicious.
    Quarantine,
    /// Failing mail should be refused.
    Reject,
}

impl Policy {
    /// One level lower, as test mode asks for.
    #[must_use]
    pub const fn lowered(self) -> Self {
        match self {
            Self::None | Self::Quarantine => Self::None,
            Self::Reject => Self::Quarantine,
        }
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        })
    }
}

/// Whose mail a policy is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The domain that publishes the record.
    Domain,
    /// A subdomain for which DNS says that there is no such name (NXDOMAIN).
    NonExistentSubdomain,
    /// A subdomain that exists and has no record of its own.
    Subdomain,
}

impl Subject {
    /// A name without a record of its own, by what DNS says about it. A name without records, or with names below it only,
    /// exists: `np` is for NXDOMAIN alone. [RFC 9989, A.4](https://www.rfc-editor.org/rfc/rfc9989#appendix-A.4)
    #[must_use]
    pub const fn below(outcome: Resolution) -> Self {
        match outcome {
            Resolution::NxDomain => Self::NonExistentSubdomain,
            _ => Self::Subdomain,
        }
    }
}

/// The policy in force. The two readings differ where `p` is missing or a policy means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EffectivePolicy {
    /// As the definitions of the tags have it: a missing `p` is `none`.
    /// [RFC 9989, 4.7](https://www.rfc-editor.org/rfc/rfc9989#section-4.7)
    pub defined: Policy,
    /// As the discovery of the policy has it: without a valid address for reports there is no DMARC at all.
    /// [RFC 9989, 4.10.1](https://www.rfc-editor.org/rfc/rfc9989#section-4.10.1)
    pub discovered: Option<Policy>,
}

/// `dmarc-rors = "r" / "s"`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Alignment {
    /// The same organizational domain.
    #[default]
    Relaxed,
    /// The same domain.
    Strict,
}

/// `dmarc-psd = "y" / "n" / "u"`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum PublicSuffix {
    /// It is an organizational domain.
    No,
    /// Not said; the tree walk finds out.
    #[default]
    Unknown,
    /// Others register below it.
    Yes,
}

/// `dmarc-fo`: which failures are reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct FailureOptions {
    /// `1`: any mechanism that does not give an aligned pass, instead of all of them.
    pub any: bool,
    /// `d`: a DKIM signature that fails.
    pub dkim: bool,
    /// `s`: SPF that fails.
    pub spf: bool,
}
