//! Outcomes that several mail checks share.

use super::finding::{Finding, Outcome};
use crate::facts::mail_profile::NoOwnMail;

/// Said where a platform handed the name out: mail at it is not the founder's.
pub(super) static PLATFORM: Outcome =
    Outcome::not_applicable("platform", "Mail at this name is the platform's business");
/// Said by the checks of sent mail where there is none.
pub(super) static NOT_SENDING: Outcome = Outcome::not_applicable("not-sending", "The domain sends no mail");

impl NoOwnMail {
    /// The finding of a check that looks at sent mail.
    #[must_use]
    pub fn found(self) -> Finding {
        match self {
            Self::Platform => PLATFORM.found(),
            Self::NotSending => NOT_SENDING.found(),
        }
    }
}
