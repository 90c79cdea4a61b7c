//! Dates as strangers write them, in whole days. The core has no clock: "today" is the `Date` of an answer in the
//! evidence, so the same evidence gives the same judgement for ever.
//!
//! ```
//! use launch_ready_protocols::date::Day;
//!
//! let today = Day::from_http("Mon, 30 Nov 2026 12:00:00 GMT").unwrap();
//! let expiry = Day::from_rfc3339("2026-12-24T00:00:00Z").unwrap();
//! assert_eq!(today.until(expiry), 24);
//! ```

use std::fmt;

/// A day of the Gregorian calendar, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    /// The day of that date; `None` where there is none.
    #[must_use]
    pub fn new(year: i64, month: u32, day: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = match month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => return None,
        };
        if !(1..=length).contains(&day) || !(0..=9999).contains(&year) {
            return None;
        }
        // Days since the first of March of year 0, counted in years that begin in March: the leap day comes last.
        let shifted = if month <= 2 { year - 1 } else { year };
        let from_march = i64::from((month + 9) % 12);
        let days = shifted * 365 + shifted.div_euclid(4) - shifted.div_euclid(100)
            + shifted.div_euclid(400)
            + (from_march * 153 + 2) / 5
            + i64::from(day);
        Some(Self(days))
    }

    /// The day of an HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7; the form that servers must
    /// send).
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        let (_, rest) = text.trim().split_once(", ")?;
        let mut words = rest.split_ascii_whitespace();
        let day = words.next()?.parse().ok()?;
        let month = words.next()?;
        let month = MONTHS.iter().position(|name| *name == month)?;
        let year = words.next()?.parse().ok()?;
        words.next_back().filter(|zone| *zone == "GMT")?;
        Self::new(year, u32::try_from(month).ok()? + 1, day)
    }

    /// The day of a timestamp that begins with `2026-11-22` (RFC 3339). The time behind it, and its offset, can move
    /// it by a day at most.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let date = text.trim().get(..10)?;
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        if year.len() != 4 || month.len() != 2 || parts.next().is_some() {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// The day of a time in seconds since 1970.
    #[must_use]
    pub fn from_unix(seconds: u64) -> Self {
        let days = i64::try_from(seconds / 86_400).unwrap_or(i64::MAX / 2);
        // No date that is written down lies beyond the year 9999.
        Self(FIRST_OF_1970.saturating_add(days).min(LAST_OF_9999))
    }

    /// Days from `self` to `later`; negative where that is before.
    #[must_use]
    pub fn until(self, later: Self) -> i64 {
        later.0 - self.0
    }
}

/// `2026-11-22`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Each date has one number: find the year by its length, then month and day within it.
        let mut year = self.0 * 400 / 146_097;
        while Self::new(year + 1, 1, 1).is_some_and(|next| next <= *self) {
            year += 1;
        }
        while year > 0 && Self::new(year, 1, 1).is_some_and(|first| first > *self) {
            year -= 1;
        }
        let month = (1..=12).rev().find(|m| Self::new(year, *m, 1).is_some_and(|first| first <= *self));
        let month = month.unwrap_or(1);
        let day = Self::new(year, month, 1).map_or(1, |first| first.until(*self) + 1);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// The number of 1970-01-01.
const FIRST_OF_1970: i64 = 719_469;
/// The number of 9999-12-31.
const LAST_OF_9999: i64 = 3_652_365;

static MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_notations_give_the_same_day() {
        let http = Day::from_http("Sun, 22 Nov 2026 09:00:00 GMT").unwrap();
        assert_eq!(Day::from_rfc3339("2026-11-22T23:59:59Z"), Some(http));
        assert_eq!(http.to_string(), "2026-11-22");
        assert_eq!(Day::new(1970, 1, 1).unwrap().until(http), 20_779);
        assert_eq!(Day::new(2024, 2, 29).unwrap().until(Day::new(2024, 3, 1).unwrap()), 1);
    }

    #[test]
    fn seconds_since_1970_have_a_day() {
        assert_eq!(Day::from_unix(0), Day::new(1970, 1, 1).unwrap());
        assert_eq!(Day::from_unix(86_399), Day::new(1970, 1, 1).unwrap());
        assert_eq!(Day::from_unix(1_798_631_999).to_string(), "2026-12-30");
        assert_eq!(Day::from_unix(u64::MAX), Day::new(9999, 12, 31).unwrap());
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "2026", "2026-13-01", "2026-02-30", "20261122T00", "tomorrow!!", "２０２６-11-22"]
        {
            assert_eq!(Day::from_rfc3339(text), None, "{text}");
        }
        for text in [
            "",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 31 Feb 2026 00:00:00 GMT",
        ] {
            assert_eq!(Day::from_http(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_date_prints_as_itself(year in 0i64..=9999, month in 1u32..=12, day in 1u32..=31) {
            if let Some(date) = Day::new(year, month, day) {
                proptest::prop_assert_eq!(date.to_string(), format!("{year:04}-{month:02}-{day:02}"));
                proptest::prop_assert_eq!(Day::from_rfc3339(&date.to_string()), Some(date));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = (Day::from_http(&text), Day::from_rfc3339(&text));
        }
    }
}
