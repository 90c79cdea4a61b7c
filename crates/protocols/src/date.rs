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

    /// The day of an HTTP date in any of its three forms (RFC 9110 section 5.6.7).
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        Time::from_http(text).map(|time| time.day)
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

    /// Seconds from the beginning of 1970 to the beginning of the day.
    #[must_use]
    pub fn unix(self) -> i64 {
        (self.0 - FIRST_OF_1970) * 86_400
    }

    /// Days from `self` to `later`; negative where that is before.
    #[must_use]
    pub fn until(self, later: Self) -> i64 {
        later.0 - self.0
    }
}

/// A moment, in UTC and whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    /// Its day.
    pub day: Day,
    /// Seconds since the day began.
    pub seconds: u32,
}

impl Time {
    /// An HTTP date in any of its three forms (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, which servers must send,
    /// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`, which everybody must understand.
    #[must_use]
    pub fn from_http(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        let (day, month, year, clock) = match words.as_slice() {
            [_, day, month, year, clock, "GMT"] => (*day, *month, year.parse().ok()?, *clock),
            [_, date, clock, "GMT"] => {
                let mut parts = date.split('-');
                let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
                (day, month, century(year)?, *clock)
            }
            [_, month, day, clock, year] => (*day, *month, year.parse().ok()?, *clock),
            _ => return None,
        };
        let month = MONTHS.iter().position(|name| *name == month)?;
        let day = Day::new(year, u32::try_from(month).ok()? + 1, day.parse().ok()?)?;
        Some(Self { day, seconds: clock_seconds(clock)? })
    }

    /// The date of a cookie, which browsers read far more leniently (RFC 6265bis section 5.1.1): the words that look like a time, a
    /// day, a month and a year, in that order, whatever stands between them.
    #[must_use]
    pub fn from_cookie(text: &str) -> Option<Self> {
        let is_delimiter = |c: char| !(c.is_ascii_alphanumeric() || c == ':' || !c.is_ascii());
        let (mut clock, mut day, mut month, mut year) = (None, None, None, None);
        for word in text.split(is_delimiter).filter(|word| !word.is_empty()) {
            let digits = word.bytes().take_while(u8::is_ascii_digit).count();
            let number = || word.get(..digits).and_then(|digits| digits.parse::<u32>().ok());
            if clock.is_none() && word.contains(':') && clock_seconds(word).is_some() {
                clock = clock_seconds(word);
            } else if day.is_none() && (1..=2).contains(&digits) {
                day = number();
            } else if month.is_none()
                && let Some(known) = MONTHS
                    .iter()
                    .position(|name| word.get(..3).is_some_and(|word| word.eq_ignore_ascii_case(name)))
            {
                month = u32::try_from(known).ok().map(|known| known + 1);
            } else if year.is_none() && (2..=4).contains(&digits) {
                year = number();
            }
        }
        let year = match year? {
            year @ 70..=99 => year + 1900,
            year @ 0..=69 => year + 2000,
            year => year,
        };
        let day = Day::new(i64::from(year), month?, day?).filter(|_| year >= 1601)?;
        Some(Self { day, seconds: clock? })
    }

    /// A timestamp of RFC 3339, with its offset applied: `2026-11-22T09:00:00Z`, `2026-11-22T10:00:00.5+01:00`.
    #[must_use]
    pub fn from_rfc3339(text: &str) -> Option<Self> {
        let text = text.trim();
        let day = Day::from_rfc3339(text)?;
        let rest = text.get(10..)?;
        let rest = rest.strip_prefix(['T', 't', ' '])?;
        let clock = rest.get(..8)?;
        let rest = rest.get(8..)?;
        let fraction =
            rest.strip_prefix('.').map_or(0, |rest| 1 + rest.bytes().take_while(u8::is_ascii_digit).count());
        if fraction == 1 {
            return None;
        }
        let seconds = i64::from(clock_seconds(clock)?);
        let offset = match rest.get(fraction..)? {
            "Z" | "z" => 0,
            offset => {
                let sign = if offset.starts_with('-') { -1 } else { 1 };
                let (hours, minutes) = offset.strip_prefix(['+', '-'])?.split_once(':')?;
                let two = |part: &str, below: i64| {
                    (part.len() == 2).then(|| part.parse::<i64>().ok().filter(|n| (0..below).contains(n)))?
                };
                sign * (two(hours, 24)? * 3600 + two(minutes, 60)? * 60)
            }
        };
        Some(Self::from_unix_signed(day.unix() + seconds - offset))
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.day.unix() + i64::from(self.seconds)
    }

    fn from_unix_signed(seconds: i64) -> Self {
        let day = Day(FIRST_OF_1970 + seconds.div_euclid(86_400));
        Self { day, seconds: u32::try_from(seconds.rem_euclid(86_400)).unwrap_or(0) }
    }
}

/// The year that two digits mean; a date that seems to be more than fifty years ahead is in the last century (RFC 9110 section
/// 5.6.7). There is no clock here: 2026 is when this was written.
fn century(year: &str) -> Option<i64> {
    let digits: i64 = year.parse().ok().filter(|_| year.bytes().all(|byte| byte.is_ascii_digit()))?;
    Some(match year.len() {
        2 if digits > 76 => 1900 + digits,
        2 => 2000 + digits,
        // What many write instead: the same form with the whole year.
        4 => digits,
        _ => return None,
    })
}

/// `08:49:37`, one digit or two each; what follows behind the last one is skipped.
fn clock_seconds(text: &str) -> Option<u32> {
    let mut parts = text.splitn(3, ':');
    let mut part = |below: u32| {
        let part = parts.next()?;
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let number = part.get(..digits).filter(|_| (1..=2).contains(&digits))?;
        number.parse::<u32>().ok().filter(|number| *number < below)
    };
    // A leap second is the sixty-first.
    Some(part(24)? * 3600 + part(60)? * 60 + part(61)?)
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
    fn all_three_forms_of_an_http_date_are_read() {
        let time = Time::from_http("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(time.unix(), 784_111_777);
        for text in
            ["Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06-Nov-1994 08:49:37 GMT"]
        {
            assert_eq!(Time::from_http(text), Some(time), "{text}");
        }
        assert_eq!(Day::from_http("Sunday, 22-Nov-26 00:00:00 GMT"), Day::new(2026, 11, 22));
    }

    #[test]
    fn cookies_have_dates_as_browsers_read_them() {
        let time = Time::from_cookie("Tue, 12-Oct-1999 00:00:00 GMT").unwrap();
        assert_eq!(time.day.to_string(), "1999-10-12");
        for text in ["12 Oct 99 0:00:00", "Oct/12/1999;00:00:00x", "tuesday 12 OCTOBER 1999 00:0:0 +0100"] {
            assert_eq!(Time::from_cookie(text), Some(time), "{text}");
        }
        for text in ["", "0", "-1", "Oct 1999 00:00:00", "12 Oct 1600 00:00:00", "32 Oct 1999 00:00:00"] {
            assert_eq!(Time::from_cookie(text), None, "{text}");
        }
    }

    #[test]
    fn offsets_are_applied() {
        let read = |text: &str| Time::from_rfc3339(text).map(Time::unix);
        assert_eq!(read("1970-01-02T00:00:00Z"), Some(86_400));
        assert_eq!(read("1970-01-02T01:30:00.25+01:30"), Some(86_400));
        assert_eq!(read("1970-01-01T23:00:00-01:00"), Some(86_400));
        for text in [
            "1970-01-02",
            "1970-01-02T00:00:00",
            "1970-01-02T00:00Z",
            "1970-01-02T00:00:00.Z",
            "1970-01-02T24:00:00Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
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
        for text in ["", "0", "-1", "Sun, 31 Feb 2026 00:00:00 GMT", "Sun, 22 Nov 2026 25:00:00 GMT"] {
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
            let _ = (Time::from_http(&text), Day::from_rfc3339(&text));
            let _ = (Time::from_cookie(&text), Time::from_rfc3339(&text));
        }
    }
}
