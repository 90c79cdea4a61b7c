//! When a certificate should have been renewed, and by whom.

use super::Certificate;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// A certificate that is valid for less is renewed when half of its time is over, any other when a third is left: Let's
/// Encrypt, "Integration Guide" (read 2026-11).
const SHORT_LIVED: u64 = 10 * DAY;

/// Nobody needs to be told earlier than this of a certificate that somebody may renew by hand: the time at which authorities begin to
/// remind of certificates that are valid for a year. The longest that may be issued are of 200 days since 2026-03-15, of 100 days from
/// 2027-03-15, and of 47 from 2029-03-15 (CA/Browser Forum, ballot SC-081v3).
const LONGEST_NOTICE: u64 = 30 * DAY;

/// A certificate that has more than this left is not nearly gone, however long it was valid.
const LONGEST_GOING: u64 = 10 * DAY;

/// How many seconds before its end a certificate is late: it should have been renewed, and was not. With 90 days that is 30 days before
/// the end, with 47 days 15, with 6 days 3.
#[must_use]
pub fn notice(certificate: &Certificate, comes_by_software: bool) -> u64 {
    let notice = window(certificate.lifetime());
    if is_automatic(certificate, comes_by_software) { notice } else { notice.min(LONGEST_NOTICE) }
}

/// How many seconds before its end a certificate that is late is nearly gone: a tenth of its time, and at least a day.
#[must_use]
pub fn going(certificate: &Certificate, comes_by_software: bool) -> u64 {
    nearly_gone(certificate.lifetime()).min(notice(certificate, comes_by_software))
}

fn window(lifetime: u64) -> u64 {
    if lifetime < SHORT_LIVED { lifetime / 2 } else { lifetime / 3 }
}

fn nearly_gone(lifetime: u64) -> u64 {
    (lifetime / 10).clamp(DAY, LONGEST_GOING)
}

/// Whether it comes from an authority whose certificates are ordered and renewed by software only, which the caller knows, or is so short-lived that
/// nobody renews it by hand. Whether that software still runs cannot be seen.
#[must_use]
pub fn is_automatic(certificate: &Certificate, comes_by_software: bool) -> bool {
    certificate.lifetime() <= LONGEST_AUTOMATIC || comes_by_software
}

/// What is valid for no more than this is renewed four times a year and more.
const LONGEST_AUTOMATIC: u64 = 100 * DAY;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_is_less_than_a_third_and_nearly_gone_less_than_a_tenth() {
        for (days, late, gone) in
            [(90, 30, 9), (47, 15, 4), (64, 21, 6), (10, 3, 1), (6, 3, 1), (398, 132, 10)]
        {
            assert_eq!((window(days * DAY) / DAY, nearly_gone(days * DAY) / DAY), (late, gone), "{days}");
        }
        assert_eq!((window(0), nearly_gone(0)), (0, DAY));
    }
}
