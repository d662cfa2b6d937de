//! The hours in which the service answers.

use chrono::{DateTime, Datelike, Days, NaiveTime, TimeZone, Timelike, Utc, Weekday};
use chrono_tz::America::New_York;

/// The hours in which the service is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Hours {
    /// At any time.
    Always,
    /// Monday to Friday, 7:00 to 20:00 Eastern: the documented hours of the sandbox (its 503 says "M-F 7:00AM EST - 8:00 PM EST"),
    /// and the hours in which the work of the agency changes statuses.
    #[default]
    WeekdaysEastern,
}

/// The first hour of the day, Eastern.
const OPENS: u32 = 7;
/// The hour at which the day ends, Eastern.
const CLOSES: u32 = 20;

impl Hours {
    /// The stable code used in the settings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::WeekdaysEastern => "weekdays_eastern",
        }
    }

    /// The hours with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Always, Self::WeekdaysEastern].into_iter().find(|hours| hours.code() == code)
    }

    /// Whether the service is open at `now`.
    #[must_use]
    pub fn is_open(self, now: DateTime<Utc>) -> bool {
        match self {
            Self::Always => true,
            Self::WeekdaysEastern => {
                let local = now.with_timezone(&New_York);
                is_weekday(local.weekday()) && (OPENS..CLOSES).contains(&local.hour())
            }
        }
    }

    /// `now` itself while the service is open, else the moment it opens next.
    #[must_use]
    pub fn next_opening(self, now: DateTime<Utc>) -> DateTime<Utc> {
        if self.is_open(now) {
            return now;
        }
        let today = now.with_timezone(&New_York).date_naive();
        let opening = NaiveTime::from_hms_opt(OPENS, 0, 0).unwrap_or_default();
        (0..8)
            .filter_map(|days| today.checked_add_days(Days::new(days)))
            .filter(|day| is_weekday(day.weekday()))
            .filter_map(|day| New_York.from_local_datetime(&day.and_time(opening)).earliest())
            .map(|opens| opens.with_timezone(&Utc))
            .find(|opens| *opens > now)
            .unwrap_or(now)
    }
}

fn is_weekday(day: Weekday) -> bool {
    !matches!(day, Weekday::Sat | Weekday::Sun)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_service_is_open_on_weekdays_from_seven_to_eight_eastern() {
        let hours = Hours::WeekdaysEastern;
        for (now, open, opening) in [
            ("2026-01-05T11:59:59Z", false, "2026-01-05T12:00:00Z"), // Monday before seven, winter
            ("2026-01-05T12:00:00Z", true, "2026-01-05T12:00:00Z"),
            ("2026-01-06T00:59:59Z", true, "2026-01-06T00:59:59Z"), // Monday 19:59:59
            ("2026-01-06T01:00:00Z", false, "2026-01-06T12:00:00Z"),
            ("2026-07-06T11:00:00Z", true, "2026-07-06T11:00:00Z"), // summer: an hour earlier in UTC
            ("2026-03-07T15:00:00Z", false, "2026-03-09T11:00:00Z"), // the weekend of the change to summer time
            ("2026-10-31T15:00:00Z", false, "2026-11-02T12:00:00Z"), // and back
        ] {
            assert_eq!(hours.is_open(at(now)), open, "{now}");
            assert_eq!(hours.next_opening(at(now)), at(opening), "{now}");
        }
    }

    #[test]
    fn always_is_always() {
        let sunday = at("2026-01-04T03:00:00Z");
        assert!(Hours::Always.is_open(sunday));
        assert_eq!(Hours::Always.next_opening(sunday), sunday);
        for hours in [Hours::Always, Hours::WeekdaysEastern] {
            assert_eq!(Hours::from_code(hours.code()), Some(hours));
        }
    }

    proptest! {
        #[test]
        fn the_next_opening_is_open_and_never_past(seconds in 0_i64..4_000_000_000) {
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let opening = Hours::WeekdaysEastern.next_opening(now);
            prop_assert!(opening >= now);
            prop_assert!(Hours::WeekdaysEastern.is_open(opening));
            prop_assert!(opening - now < chrono::TimeDelta::hours(60));
        }
    }
}
