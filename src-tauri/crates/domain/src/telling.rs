//! When a person wants to be told: quiet hours and days, and changes gathered for a time of the day or the week.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday};
use chrono_tz::Tz;

use crate::status::Stage;

/// Some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Weekdays(u8);

impl Weekdays {
    /// No day.
    pub const NONE: Self = Self(0);

    /// These days.
    #[must_use]
    pub fn of(days: &[Weekday]) -> Self {
        Self(days.iter().fold(0, |set, day| set | bit(*day)))
    }

    /// Whether the day is one of them.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// The days from Monday to Sunday as `mo`, `tu` ..., with spaces between: the stable code used in the settings.
    #[must_use]
    pub fn code(self) -> String {
        let names = CODES.iter().filter(|(day, _)| self.contains(*day)).map(|(_, name)| *name);
        names.collect::<Vec<_>>().join(" ")
    }

    /// The days with this code; words that are no day are left out.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let day = |word: &str| CODES.iter().find(|(_, name)| *name == word).map(|(day, _)| *day);
        Self::of(&code.split_ascii_whitespace().filter_map(day).collect::<Vec<_>>())
    }
}

const CODES: [(Weekday, &str); 7] = [
    (Weekday::Mon, "mo"),
    (Weekday::Tue, "tu"),
    (Weekday::Wed, "we"),
    (Weekday::Thu, "th"),
    (Weekday::Fri, "fr"),
    (Weekday::Sat, "sa"),
    (Weekday::Sun, "su"),
];

const TIME: &str = "%H:%M";

fn time(code: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(code, TIME).ok()
}

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

/// The hours of a day in which nothing is told, by the clock on the wall; over midnight where they end before they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuietHours {
    /// When they begin.
    pub from: NaiveTime,
    /// When they end. The same as the beginning: there are none.
    pub to: NaiveTime,
}

impl QuietHours {
    /// The stable code used in the settings: `22:00-07:00`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{}-{}", self.from.format(TIME), self.to.format(TIME))
    }

    /// The hours with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let (from, to) = code.split_once('-')?;
        Some(Self { from: time(from)?, to: time(to)? })
    }

    fn contains(self, time: NaiveTime) -> bool {
        if self.from <= self.to { (self.from..self.to).contains(&time) } else { time >= self.from || time < self.to }
    }
}

/// Whether changes are told as they come, or gathered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Digest {
    /// As they come.
    #[default]
    AsItComes,
    /// Once a day, at this time on the wall.
    Daily(NaiveTime),
    /// Once a week, at this time of this day.
    Weekly(Weekday, NaiveTime),
}

impl Digest {
    /// The stable code used in the settings: `as_it_comes`, `daily 17:00`, `weekly mo 08:00`.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Self::AsItComes => "as_it_comes".to_owned(),
            Self::Daily(time) => format!("daily {}", time.format(TIME)),
            Self::Weekly(day, time) => format!("weekly {} {}", Weekdays::of(&[day]).code(), time.format(TIME)),
        }
    }

    /// The digest with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code.split_ascii_whitespace().collect::<Vec<_>>()[..] {
            ["as_it_comes"] => Some(Self::AsItComes),
            ["daily", at] => Some(Self::Daily(time(at)?)),
            ["weekly", day, at] => {
                let (day, _) = CODES.iter().find(|(_, name)| *name == day)?;
                Some(Self::Weekly(*day, time(at)?))
            }
            _ => None,
        }
    }

    /// The first time at or after `from` at which what was gathered is told; `from` itself where nothing is gathered.
    fn first(self, from: NaiveDateTime) -> NaiveDateTime {
        let on = |day: NaiveDate, time: NaiveTime| day.and_time(time);
        let time = match self {
            Self::AsItComes => return from,
            Self::Daily(time) | Self::Weekly(_, time) => time,
        };
        let today = from.date();
        let days = (0..=7).filter_map(|days| today.checked_add_days(Days::new(days)));
        let mut wanted = days.filter(|day| !matches!(self, Self::Weekly(weekday, _) if day.weekday() != weekday));
        wanted.find(|day| on(*day, time) >= from).map_or(from, |day| on(day, time))
    }
}

/// When a person wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TellingTimes {
    /// The hours in which nothing is told.
    pub quiet_hours: Option<QuietHours>,
    /// The days on which nothing is told. Where that is every day, it is none: nobody means never.
    pub quiet_days: Weekdays,
    /// Whether changes are gathered.
    pub digest: Digest,
    /// Whether what cannot wait ([`cannot_wait`]) is told at once all the same.
    pub urgent_at_once: bool,
}

impl TellingTimes {
    /// When a change that was seen at `seen` is told, by the clock on the wall of `zone`. Never before it was seen.
    #[must_use]
    pub fn due(&self, seen: DateTime<Utc>, zone: Tz, urgent: bool) -> DateTime<Utc> {
        if urgent && self.urgent_at_once {
            return seen;
        }
        let local = seen.with_timezone(&zone).naive_local();
        let due = self.first_digest(local).unwrap_or_else(|first| self.after_quiet(first));
        if due == local { seen } else { instant(due, zone).max(seen) }
    }

    /// The first digest that falls in no quiet time; else, as an error, the first of all.
    fn first_digest(&self, from: NaiveDateTime) -> Result<NaiveDateTime, NaiveDateTime> {
        let first = self.digest.first(from);
        let mut digest = first;
        for _ in 0..8 {
            if !self.is_quiet(digest) {
                return Ok(digest);
            }
            digest = self.digest.first(digest + TimeDelta::minutes(1));
        }
        Err(first)
    }

    fn is_quiet(&self, local: NaiveDateTime) -> bool {
        self.is_quiet_day(local.date()) || self.quiet_hours.is_some_and(|hours| hours.contains(local.time()))
    }

    fn is_quiet_day(&self, day: NaiveDate) -> bool {
        self.quiet_days != Weekdays::of(&CODES.map(|(day, _)| day)) && self.quiet_days.contains(day.weekday())
    }

    /// The end of the quiet time in which `from` lies; `from` itself where it lies in none.
    fn after_quiet(&self, from: NaiveDateTime) -> NaiveDateTime {
        let mut at = from;
        // A week has no more than seven quiet days with hours between them.
        for _ in 0..16 {
            if self.is_quiet_day(at.date()) {
                at = tomorrow(at).and_time(NaiveTime::MIN);
            } else if let Some(hours) = self.quiet_hours.filter(|hours| hours.contains(at.time())) {
                let day = if at.time() < hours.to { at.date() } else { tomorrow(at) };
                at = day.and_time(hours.to);
            } else {
                break;
            }
        }
        at
    }
}

fn tomorrow(at: NaiveDateTime) -> NaiveDate {
    at.date().checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}

/// The moment at which the clock on the wall shows this; where it skips the time, an hour later.
fn instant(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    let shown = |local: NaiveDateTime| zone.from_local_datetime(&local).earliest();
    let later = |hours| local.checked_add_signed(TimeDelta::hours(hours)).and_then(shown);
    let moment = shown(local).or_else(|| later(1)).or_else(|| later(24));
    moment.map_or_else(|| local.and_utc(), |moment| moment.with_timezone(&Utc))
}

/// When a case that is snoozed until a day is told of again: at eight in the morning of that day, by the clock on the wall of `zone`.
#[must_use]
pub fn morning(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    instant(day.and_time(NaiveTime::MIN) + TimeDelta::hours(8), zone)
}

/// Whether a status cannot wait for the end of quiet hours, where the person wants that: a request for evidence (a notice of intent to
/// deny among them), an intent to revoke, an interview, a denial.
#[must_use]
pub fn cannot_wait(stage: Stage) -> bool {
    matches!(stage, Stage::EvidenceRequested | Stage::Revocation | Stage::Interview | Stage::Denied)
}

#[cfg(test)]
mod tests {
    use chrono_tz::America::New_York;
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn time(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    fn nights() -> TellingTimes {
        TellingTimes { quiet_hours: Some(QuietHours { from: time(22, 0), to: time(7, 0) }), ..TellingTimes::default() }
    }

    fn due(times: &TellingTimes, seen: &str) -> String {
        let due = times.due(at(seen), New_York, false).with_timezone(&New_York);
        due.format("%a %Y-%m-%d %H:%M").to_string()
    }

    #[test]
    fn without_wishes_everything_is_told_when_it_is_seen() {
        let seen = at("2026-03-07T03:14:15.926Z");
        assert_eq!(TellingTimes::default().due(seen, New_York, false), seen);
    }

    /// catalogue 75
    #[test]
    fn what_is_seen_in_quiet_hours_is_told_at_their_end() {
        for (seen, told) in [
            ("2026-01-06T02:59:00Z", "Mon 2026-01-05 21:59"),
            ("2026-01-06T03:00:00Z", "Tue 2026-01-06 07:00"),
            ("2026-01-06T08:30:00Z", "Tue 2026-01-06 07:00"),
            ("2026-01-06T12:00:00Z", "Tue 2026-01-06 07:00"),
        ] {
            assert_eq!(due(&nights(), seen), told, "{seen}");
        }
        let noon = TellingTimes {
            quiet_hours: Some(QuietHours { from: time(12, 0), to: time(13, 0) }),
            ..TellingTimes::default()
        };
        assert_eq!(due(&noon, "2026-01-06T17:30:00Z"), "Tue 2026-01-06 13:00");
        let none = QuietHours { from: time(9, 0), to: time(9, 0) };
        assert!(!none.contains(time(9, 0)));
    }

    /// catalogue 75
    #[test]
    fn quiet_days_end_with_the_morning_after_them() {
        let weekend = TellingTimes { quiet_days: Weekdays::of(&[Weekday::Sat, Weekday::Sun]), ..nights() };
        assert_eq!(due(&weekend, "2026-01-10T15:00:00Z"), "Mon 2026-01-12 07:00");
        assert_eq!(due(&weekend, "2026-01-10T04:00:00Z"), "Mon 2026-01-12 07:00", "late on Friday");
        assert_eq!(due(&weekend, "2026-01-09T15:00:00Z"), "Fri 2026-01-09 10:00");
        let always = TellingTimes { quiet_days: Weekdays::from_code("mo tu we th fr sa su"), ..nights() };
        assert_eq!(due(&always, "2026-01-10T15:00:00Z"), "Sat 2026-01-10 10:00", "nobody means never");
    }

    #[test]
    fn a_digest_comes_once_a_day_or_once_a_week_and_not_in_quiet_times() {
        let daily = TellingTimes { digest: Digest::Daily(time(17, 0)), ..TellingTimes::default() };
        assert_eq!(due(&daily, "2026-01-06T15:00:00Z"), "Tue 2026-01-06 17:00");
        assert_eq!(due(&daily, "2026-01-06T22:30:00Z"), "Wed 2026-01-07 17:00");
        let weekly = TellingTimes { digest: Digest::Weekly(Weekday::Mon, time(8, 0)), ..TellingTimes::default() };
        assert_eq!(due(&weekly, "2026-01-05T13:00:00Z"), "Mon 2026-01-05 08:00");
        assert_eq!(due(&weekly, "2026-01-05T13:00:01Z"), "Mon 2026-01-12 08:00");
        let working = TellingTimes { quiet_days: Weekdays::of(&[Weekday::Sat, Weekday::Sun]), ..daily };
        assert_eq!(due(&working, "2026-01-10T15:00:00Z"), "Mon 2026-01-12 17:00");
        let at_night = TellingTimes { digest: Digest::Daily(time(23, 0)), ..nights() };
        assert_eq!(
            due(&at_night, "2026-01-06T15:00:00Z"),
            "Wed 2026-01-07 07:00",
            "a digest in quiet hours waits for their end"
        );
    }

    #[test]
    fn what_cannot_wait_passes_if_the_person_says_so() {
        let seen = at("2026-01-06T08:30:00Z");
        let urgent =
            TellingTimes { urgent_at_once: true, digest: Digest::Weekly(Weekday::Mon, time(8, 0)), ..nights() };
        assert_eq!(urgent.due(seen, New_York, true), seen);
        assert!(urgent.due(seen, New_York, false) > seen);
        assert!(nights().due(seen, New_York, true) > seen);
        for stage in Stage::ALL.into_iter().filter(|stage| cannot_wait(*stage)) {
            assert!(crate::notice::is_urgent(stage), "{stage:?}");
        }
        assert!(cannot_wait(Stage::of("Notice of Intent to Deny Was Sent", "")));
        assert!(cannot_wait(Stage::of("Intent to Revoke Notice Was Sent", "")));
        assert!(!cannot_wait(Stage::Approved));
    }

    /// catalogue 94
    #[test]
    fn a_time_that_the_clock_skips_comes_an_hour_later_and_one_that_comes_twice_counts_once() {
        let at_two = TellingTimes { digest: Digest::Daily(time(2, 30)), ..TellingTimes::default() };
        assert_eq!(due(&at_two, "2026-03-08T05:00:00Z"), "Sun 2026-03-08 03:30");
        assert_eq!(due(&at_two, "2026-11-01T04:00:00Z"), "Sun 2026-11-01 02:30");
        let at_one = TellingTimes { digest: Digest::Daily(time(1, 30)), ..TellingTimes::default() };
        assert_eq!(at_one.due(at("2026-11-01T04:00:00Z"), New_York, false), at("2026-11-01T05:30:00Z"));
    }

    #[test]
    fn days_are_read_back_from_their_code() {
        let weekend = Weekdays::of(&[Weekday::Sun, Weekday::Sat]);
        assert_eq!((weekend.code().as_str(), Weekdays::from_code("sa su")), ("sa su", weekend));
        assert_eq!(Weekdays::from_code("nonsense mo"), Weekdays::of(&[Weekday::Mon]));
        assert_eq!(Weekdays::NONE.code(), "");
    }

    #[test]
    fn hours_and_digests_are_read_back_from_their_code() {
        let hours = QuietHours { from: time(22, 0), to: time(7, 30) };
        assert_eq!((hours.code().as_str(), QuietHours::from_code("22:00-07:30")), ("22:00-07:30", Some(hours)));
        for digest in [Digest::AsItComes, Digest::Daily(time(17, 0)), Digest::Weekly(Weekday::Mon, time(8, 5))] {
            assert_eq!(Digest::from_code(&digest.code()), Some(digest));
        }
        assert_eq!(Digest::Weekly(Weekday::Mon, time(8, 5)).code(), "weekly mo 08:05");
        for nonsense in ["", "daily", "daily 25:00", "weekly 08:00", "weekly xx 08:00", "22:00", "7-8"] {
            assert_eq!((Digest::from_code(nonsense), QuietHours::from_code(nonsense)), (None, None), "{nonsense}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_told_early_in_quiet_times_or_more_than_two_weeks_late(
            seconds in 1_700_000_000_i64..1_900_000_000, from in 0_u32..24, to in 0_u32..24, days in 0_u8..128, digest in 0_u8..3,
        ) {
            let seen = DateTime::from_timestamp(seconds, 0).unwrap();
            let digest = match digest {
                0 => Digest::AsItComes,
                1 => Digest::Daily(time(to, 15)),
                _ => Digest::Weekly(Weekday::Wed, time(from, 45)),
            };
            let quiet = QuietHours { from: time(from, 0), to: time(to, 0) };
            let times = TellingTimes { quiet_hours: Some(quiet), quiet_days: Weekdays(days), digest, urgent_at_once: false };
            let due = times.due(seen, New_York, false);
            prop_assert!(due >= seen && due - seen < TimeDelta::days(17), "{due}");
            let local = due.with_timezone(&New_York).naive_local();
            // Where the clock is put forward, a quiet end that it skips is passed by an hour.
            prop_assert!(!times.is_quiet(local) || local.month() == 3 || local.month() == 11, "{local}");
        }
    }
}
