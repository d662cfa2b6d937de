//! The day in which calls are counted.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::America::New_York;

/// In which zone the service's day begins. Which one it is, is not documented: a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ResetZone {
    /// Midnight in Washington, with daylight saving time.
    #[default]
    Eastern,
    /// Midnight UTC.
    Utc,
}

impl ResetZone {
    /// The stable code used in the settings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Eastern => "eastern",
            Self::Utc => "utc",
        }
    }

    /// The zone with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Eastern, Self::Utc].into_iter().find(|zone| zone.code() == code)
    }
}

/// The day `now` counts for.
#[must_use]
pub fn day_of(now: DateTime<Utc>, zone: ResetZone) -> NaiveDate {
    match zone {
        ResetZone::Eastern => now.with_timezone(&New_York).date_naive(),
        ResetZone::Utc => now.date_naive(),
    }
}

/// When the next day begins; always later than `now`.
#[must_use]
pub fn next_reset(now: DateTime<Utc>, zone: ResetZone) -> DateTime<Utc> {
    let midnight = day_of(now, zone).checked_add_days(Days::new(1)).map(|day| day.and_time(NaiveTime::MIN));
    let reset = midnight.and_then(|midnight| match zone {
        ResetZone::Eastern => New_York.from_local_datetime(&midnight).earliest().map(|local| local.with_timezone(&Utc)),
        ResetZone::Utc => Some(midnight.and_utc()),
    });
    reset.unwrap_or_else(|| now + TimeDelta::days(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// catalogue 94
    #[test]
    fn the_eastern_day_follows_daylight_saving_time() {
        for (now, day, reset) in [
            ("2026-01-05T04:59:59Z", "2026-01-04", "2026-01-05T05:00:00Z"),
            ("2026-01-05T05:00:00Z", "2026-01-05", "2026-01-06T05:00:00Z"),
            ("2026-03-08T05:00:00Z", "2026-03-08", "2026-03-09T04:00:00Z"), // a day of 23 hours
            ("2026-11-01T04:00:00Z", "2026-11-01", "2026-11-02T05:00:00Z"), // a day of 25 hours
            ("2024-02-29T12:00:00Z", "2024-02-29", "2024-03-01T05:00:00Z"),
        ] {
            assert_eq!(day_of(at(now), ResetZone::Eastern).to_string(), day, "{now}");
            assert_eq!(next_reset(at(now), ResetZone::Eastern), at(reset), "{now}");
        }
        assert_eq!(next_reset(at("2026-03-08T05:00:00Z"), ResetZone::Utc), at("2026-03-09T00:00:00Z"));
    }

    #[test]
    fn the_codes_of_the_zones_read_back() {
        for zone in [ResetZone::Eastern, ResetZone::Utc] {
            assert_eq!(ResetZone::from_code(zone.code()), Some(zone));
        }
    }

    proptest! {
        #[test]
        fn the_next_reset_begins_the_next_day(seconds in 0_i64..4_000_000_000, eastern: bool) {
            let zone = if eastern { ResetZone::Eastern } else { ResetZone::Utc };
            let now = DateTime::from_timestamp(seconds, 0).unwrap();
            let reset = next_reset(now, zone);
            prop_assert!(reset > now && reset - now <= TimeDelta::hours(25));
            prop_assert_eq!(day_of(reset, zone), day_of(now, zone) + Days::new(1));
            prop_assert_eq!(day_of(reset - TimeDelta::nanoseconds(1), zone), day_of(now, zone));
        }
    }
}
