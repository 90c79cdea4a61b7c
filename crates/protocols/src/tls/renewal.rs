//! When a certificate should have been renewed, and by whom.

use super::Certificate;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A certificate that is valid for less is renewed when half of its time is over, any other when a third is left: Let's
/// Encrypt, "Integration Guide" (read 2026-11).
const SHORT_LIVED: u64 = 10 * DAY;

/// Nobody needs to be told earlier than this: the time at which authorities begin to remind of certificates that are valid
/// for a year. The longest that may be issued are of 200 days since 2026-03-15, of 100 days from 2027-03-15, and of 47
/// from 2029-03-15 (CA/Browser Forum, ballot SC-081v3).
const LONGEST_NOTICE: u64 = 30 * DAY;

/// How many seconds before its end a certificate is late: half of the time in which it should be renewed has passed, and
/// it was not. With 90 days that is 15 days before the end, with 47 days it is 7.
#[must_use]
pub fn notice(lifetime: u64) -> u64 {
    let window = if lifetime < SHORT_LIVED { lifetime / 2 } else { lifetime / 3 };
    (window / 2).min(LONGEST_NOTICE)
}

/// Whether it comes from an authority whose certificates are ordered and renewed by software, or is so short-lived that
/// nobody renews it by hand. Whether that software still runs cannot be seen.
#[must_use]
pub fn is_automatic(certificate: &Certificate) -> bool {
    let issuer = certificate.issuer.organisation.as_deref().unwrap_or_default();
    certificate.lifetime() <= LONGEST_AUTOMATIC || AUTOMATIC.contains(&issuer)
}

/// What is valid for no more than this is renewed four times a year and more.
const LONGEST_AUTOMATIC: u64 = 100 * DAY;

/// Organisations in the names of authorities whose certificates come by ACME (RFC 8555) or from the host that serves the
/// site, and in no other way; from their own documentation. As of 2026-11.
static AUTOMATIC: &[&str] =
    &["Amazon", "Google Trust Services", "Google Trust Services LLC", "Let's Encrypt"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notice_is_given_when_half_of_the_time_for_renewal_has_passed() {
        for (days, expected) in [(90, 15), (45, 7), (47, 7), (100, 16), (200, 30), (398, 30), (6, 1)] {
            assert_eq!(notice(days * DAY) / DAY, expected, "{days}");
        }
        assert_eq!(notice(0), 0);
    }
}
