//! When the agency works, and so when statuses change.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc, Weekday};
use chrono_tz::America::New_York;

use super::holidays::federal_holidays;

/// How much of the agency's work falls into each hour of the day, Eastern: 1 is an hour in which all of it is at work.
///
/// Not the hours in which the service answers ([`super::Hours`]): a change that is made by day can be read at night.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkCalendar {
    /// On days of work.
    workday: [f64; 24],
    /// On Saturdays, Sundays and federal holidays.
    day_off: [f64; 24],
}

/// A day of the agency's work, in hours of [`WorkCalendar::default`]. Rates are given per such hour.
pub const HOURS_OF_A_WORKDAY: f64 = 13.0;

impl Default for WorkCalendar {
    /// Monday to Friday, 7:00 to 20:00 Eastern, without federal holidays: offices from Vermont to California at work from 8 to 17 local time.
    fn default() -> Self {
        Self::weekdays(7, 20)
    }
}

impl WorkCalendar {
    /// The same in every hour of every day.
    pub const EVEN: Self = Self { workday: [1.0; 24], day_off: [1.0; 24] };

    /// Evenly on days of work from one hour to another, Eastern; nothing at other times.
    #[must_use]
    pub fn weekdays(opens: usize, closes: usize) -> Self {
        let workday = std::array::from_fn(|hour| if (opens..closes).contains(&hour) { 1.0 } else { 0.0 });
        Self { workday, day_off: [0.0; 24] }
    }

    /// By hours of the day, Eastern. What is not a finite number from 0 up counts as 0.
    #[must_use]
    pub fn new(workday: [f64; 24], day_off: [f64; 24]) -> Self {
        let cleaned = |hours: [f64; 24]| hours.map(|share| if share.is_finite() { share.max(0.0) } else { 0.0 });
        Self { workday: cleaned(workday), day_off: cleaned(day_off) }
    }

    /// How much of the work falls into this hour of a day.
    #[must_use]
    pub fn share(&self, hour: usize, is_workday: bool) -> f64 {
        let day = if is_workday { &self.workday } else { &self.day_off };
        day.get(hour).copied().unwrap_or_default()
    }

    /// The hours of work in a week without holidays.
    #[must_use]
    pub fn hours_a_week(&self) -> f64 {
        5.0 * self.workday.iter().sum::<f64>() + 2.0 * self.day_off.iter().sum::<f64>()
    }
}

/// Which hour of which kind of day a moment falls into, remembering the holidays it has looked up.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Almanac {
    holidays: BTreeMap<i32, Vec<NaiveDate>>,
}

impl Almanac {
    /// The hour of the day, Eastern, and whether it is a day of work.
    pub fn hour_of(&mut self, at: DateTime<Utc>) -> (usize, bool) {
        let local = at.with_timezone(&New_York);
        let is_workday = self.is_workday(local.date_naive());
        (usize::try_from(local.hour()).unwrap_or_default(), is_workday)
    }

    fn is_workday(&mut self, day: NaiveDate) -> bool {
        let holidays = self.holidays.entry(day.year()).or_insert_with(|| federal_holidays(day.year()));
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holidays.contains(&day)
    }
}

/// A quarter of an hour in seconds: the step of every plan.
pub const STEP_SECONDS: i64 = 900;

/// The agency's work added up over a stretch of time, in steps of a quarter of an hour, so that asking for the work between two moments is
/// a look into a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Effort {
    /// Seconds since 1970 of the first entry, a whole number of steps.
    begins: i64,
    /// Hours of work from the first entry to each.
    work: Vec<f64>,
    /// The integral of `work`, in hours times hours.
    area: Vec<f64>,
    /// Hours of work for an hour of the wall clock, where the table does not reach.
    usual: f64,
}

/// Where a moment is in the table.
struct Place {
    index: usize,
    /// Which part of the step after the entry has passed.
    part: f64,
    /// Hours before the table (negative) or after it.
    outside: f64,
}

impl Effort {
    /// The work of a calendar from `from` to `to`, at least.
    #[must_use]
    pub fn new(calendar: &WorkCalendar, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let begins = from.timestamp().div_euclid(3600).saturating_mul(3600);
        let hours = usize::try_from(to.timestamp().saturating_sub(begins).div_euclid(3600) + 1).unwrap_or_default();
        let mut almanac = Almanac::default();
        let (mut sum, mut at) = (0.0, DateTime::from_timestamp(begins, 0).unwrap_or(from));
        let mut work = Vec::with_capacity(hours * 4 + 1);
        work.push(0.0);
        for _ in 0..hours {
            // Offsets of Eastern time are whole hours: an hour of UTC is one of the calendar.
            let (hour, is_workday) = almanac.hour_of(at);
            let quarter = calendar.share(hour, is_workday) / 4.0;
            for _ in 0..4 {
                sum += quarter;
                work.push(sum);
            }
            at = at.checked_add_signed(TimeDelta::hours(1)).unwrap_or(at);
        }
        let mut area = Vec::with_capacity(work.len());
        area.push(0.0);
        for pair in work.windows(2) {
            area.push(area.last().copied().unwrap_or_default() + f64::midpoint(pair[0], pair[1]) / 4.0);
        }
        Self { begins, work, area, usual: calendar.hours_a_week() / 168.0 }
    }

    /// Hours of work from the beginning of the table to a moment; negative before it. Beyond the table the usual measure goes on.
    #[must_use]
    pub fn at(&self, at: DateTime<Utc>) -> f64 {
        let Place { index, part, outside } = self.place(at);
        self.within(index, part) + outside * self.usual
    }

    /// The integral of [`Effort::at`] over the hours from the beginning of the table to a moment.
    #[must_use]
    pub fn area(&self, at: DateTime<Utc>) -> f64 {
        let Place { index, part, outside } = self.place(at);
        let (from, to) = (self.within(index, 0.0), self.within(index, part));
        let inside = self.area.get(index).copied().unwrap_or_default() + f64::midpoint(from, to) * part / 4.0;
        inside + to * outside + self.usual * outside * outside / 2.0
    }

    fn within(&self, index: usize, part: f64) -> f64 {
        let here = self.work.get(index).copied().unwrap_or_default();
        let next = self.work.get(index + 1).copied().unwrap_or(here);
        here + (next - here) * part
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds of a few centuries fit exactly, and what is truncated is a table index checked to be one"
    )]
    fn place(&self, at: DateTime<Utc>) -> Place {
        let steps = at.timestamp().saturating_sub(self.begins) as f64 / STEP_SECONDS as f64;
        let last = self.work.len().saturating_sub(1);
        let outside = if steps < 0.0 { steps } else { (steps - last as f64).max(0.0) };
        let index = (steps.max(0.0) as usize).min(last);
        Place { index, part: (steps.max(0.0) - index as f64).clamp(0.0, 1.0), outside: outside / 4.0 }
    }

    /// Hours of work between two moments.
    #[must_use]
    pub fn between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> f64 {
        self.at(to) - self.at(from)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(from: &str, to: &str) -> f64 {
        Effort::new(&WorkCalendar::default(), at(from), at(to)).between(at(from), at(to))
    }

    fn same(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-9
    }

    #[test]
    fn a_week_has_five_days_of_thirteen_hours_and_a_holiday_none() {
        assert!(same(hours("2026-01-05T00:00:00Z", "2026-01-12T00:00:00Z"), 65.0));
        assert!(same(hours("2026-01-19T05:00:00Z", "2026-01-20T05:00:00Z"), 0.0), "Martin Luther King's birthday");
        assert!(same(hours("2026-07-03T04:00:00Z", "2026-07-04T04:00:00Z"), 0.0), "the Fourth, had off on the third");
        assert!(same(WorkCalendar::default().hours_a_week(), 65.0));
        assert!(same(WorkCalendar::EVEN.hours_a_week(), 168.0));
    }

    /// catalogue 94
    #[test]
    fn the_weeks_of_the_clock_changes_and_a_leap_day_have_as_much_work_as_any() {
        for monday in ["2026-03-02", "2026-03-09", "2026-10-26", "2026-11-02", "2028-02-28"] {
            let from = at(&format!("{monday}T03:00:00Z"));
            let effort = Effort::new(&WorkCalendar::default(), from, from + TimeDelta::days(7));
            assert!(same(effort.between(from, from + TimeDelta::days(7)), 65.0), "{monday}");
        }
        assert!(
            same(hours("2026-03-06T23:00:00Z", "2026-03-09T12:00:00Z"), 3.0),
            "Friday from 18, Monday until 8 in summer time"
        );
        assert!(same(hours("2028-02-29T05:00:00Z", "2028-03-01T05:00:00Z"), 13.0));
    }

    #[test]
    fn part_of_an_hour_counts_in_part() {
        assert!(same(hours("2026-01-05T12:05:00Z", "2026-01-05T12:20:00Z"), 0.25));
        assert!(same(hours("2026-01-05T11:50:00Z", "2026-01-05T12:10:00Z"), 10.0 / 60.0));
    }

    #[test]
    fn a_calendar_of_odd_numbers_is_cleaned() {
        let odd = WorkCalendar::new([f64::NAN; 24], [-1.0; 24]);
        assert!(same(odd.hours_a_week(), 0.0));
    }

    proptest! {
        #[test]
        fn work_never_goes_back_and_adds_up(a in -90_000_i64..600_000, b in 0_i64..600_000, c in 0_i64..600_000) {
            let from = at("2026-02-27T09:00:00Z");
            let effort = Effort::new(&WorkCalendar::default(), from, from + TimeDelta::days(5));
            let [x, y, z] = [a, a + b, a + b + c].map(|seconds| from + TimeDelta::seconds(seconds));
            prop_assert!(effort.between(x, y) >= 0.0);
            prop_assert!((effort.between(x, y) + effort.between(y, z) - effort.between(x, z)).abs() < 1e-6);
            let middle = y + TimeDelta::seconds(c / 2);
            let simpson = effort.at(y) + 4.0 * effort.at(middle) + effort.at(z);
            let few = c < 1800;
            let hours = super::super::ahead::hours(z - y);
            prop_assert!(!few || (effort.area(z) - effort.area(y) - simpson * hours / 6.0).abs() < 0.05);
        }
    }
}
