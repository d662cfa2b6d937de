//! What the changes that were seen tell of the agency's hours.

use chrono::{DateTime, TimeDelta, Utc};

use super::work::{Almanac, WorkCalendar};

/// A belief in the agency's hours that learns from every change.
///
/// Many calendars are held possible: days of work from any of the usual hours to any other, with and without work on days off, and no calendar
/// at all. Of a change it is known between which checks it was made. A calendar is the likelier the more of its work lies there, as a part of
/// all its work that lies between the checks of all cases, each case counting as much as it is expected to change (Bayes). Without that measure
/// hours that were looked at most would seem to be the busiest. [`Habit::calendar`] is the mean of what is likely.
#[derive(Debug, Clone, PartialEq)]
pub struct Habit {
    /// What is held possible, and the logarithm of how likely it is, but for what was looked at.
    possible: Vec<(WorkCalendar, f64)>,
    /// The hours that were looked at, times the rates that were supposed.
    looked_at: HoursOfDays,
    /// The changes seen.
    changes: f64,
    almanac: Almanac,
}

/// The calendar one begins with is as likely as this many others together.
const FAVOUR: f64 = 100.0;
/// What part of an hour's usual work may be done at any hour, whatever the calendar says: so that no single change rules one out.
const ANY_HOUR: f64 = 0.03;
/// An hour with less than this part of the busiest one's work is one without.
const HARDLY: f64 = 0.08;
/// No figure that is kept is larger than this, unless it was damaged.
const HUGE: f64 = 1e12;
/// The longest time between two checks that says anything, in hours: four weeks.
const LONGEST: i64 = 28 * 24;

impl Habit {
    /// Begins with the belief in a calendar.
    #[must_use]
    pub fn new(believed: &WorkCalendar) -> Self {
        let usual = (4..=11).flat_map(|opens| (15..=23).map(move |closes| WorkCalendar::weekdays(opens, closes)));
        let usual: Vec<WorkCalendar> = usual.collect();
        let busy_weekends = usual.iter().map(|calendar| {
            let hours = std::array::from_fn(|hour| calendar.share(hour, true));
            WorkCalendar::new(hours, hours.map(|share| share * 0.3))
        });
        let others =
            usual.iter().cloned().chain(busy_weekends).chain([WorkCalendar::EVEN, WorkCalendar::weekdays(0, 24)]);
        let mut possible: Vec<(WorkCalendar, f64)> = others.map(|calendar| (loosened(&calendar), 0.0)).collect();
        possible.push((loosened(believed), FAVOUR.ln()));
        Self { possible, looked_at: HoursOfDays::default(), changes: 0.0, almanac: Almanac::default() }
    }

    /// Its figures, to be kept: the changes, the hours that were looked at, and how likely each calendar is.
    pub fn figures(&self) -> impl Iterator<Item = f64> {
        let looked_at = self.looked_at.workday.iter().chain(&self.looked_at.day_off).copied();
        [self.changes].into_iter().chain(looked_at).chain(self.possible.iter().map(|(_, likely)| *likely))
    }

    /// What was kept of one that began with the belief in this calendar; none if it was of other calendars, or is no figures at all.
    #[must_use]
    pub fn of(believed: &WorkCalendar, figures: &[f64]) -> Option<Self> {
        let mut habit = Self::new(believed);
        let (measured, likely) = figures.split_at_checked(49)?;
        if likely.len() != habit.possible.len()
            || figures.iter().any(|figure| !figure.is_finite() || figure.abs() > HUGE)
        {
            return None;
        }
        habit.changes = measured[0].max(0.0);
        let hours = habit.looked_at.workday.iter_mut().chain(&mut habit.looked_at.day_off);
        hours.zip(&measured[1..]).for_each(|(hours, kept)| *hours = kept.max(0.0));
        habit.possible.iter_mut().zip(likely).for_each(|(possible, kept)| possible.1 = *kept);
        Some(habit)
    }

    /// A check of a case came so long after the one before, while `rate` was supposed of it, and found a change or none.
    pub fn saw(&mut self, before: DateTime<Utc>, seen: DateTime<Utc>, rate: f64, changed: bool) {
        let hours = HoursOfDays::between(&mut self.almanac, before, seen);
        self.looked_at.add(&hours, rate.max(0.0));
        if changed {
            self.changes += 1.0;
            for (calendar, likely) in &mut self.possible {
                *likely += hours.work(calendar).max(f64::MIN_POSITIVE).ln();
            }
        }
    }

    /// How likely each calendar is: the likeliest has 1.
    fn likely(&self) -> impl Iterator<Item = (&WorkCalendar, f64)> {
        let logarithm = |(calendar, likely): &(WorkCalendar, f64)| {
            likely - self.changes * self.looked_at.work(calendar).max(f64::MIN_POSITIVE).ln()
        };
        let most = self.possible.iter().map(logarithm).fold(f64::NEG_INFINITY, f64::max);
        self.possible.iter().map(move |possible| (&possible.0, (logarithm(possible) - most).exp()))
    }

    /// The mean of the calendars by how likely they are, with as many hours of work in a week as [`WorkCalendar::default`].
    #[must_use]
    pub fn calendar(&self) -> WorkCalendar {
        let usual = WorkCalendar::default().hours_a_week();
        let (mut workday, mut day_off) = ([0.0; 24], [0.0; 24]);
        for (calendar, likely) in self.likely() {
            let weight = likely / calendar.hours_a_week();
            for hour in 0..24 {
                workday[hour] += weight * calendar.share(hour, true);
                day_off[hour] += weight * calendar.share(hour, false);
            }
        }
        let busiest = workday.iter().chain(&day_off).copied().fold(0.0, f64::max);
        let kept = |share: f64| if share < busiest * HARDLY { 0.0 } else { share };
        let mean = WorkCalendar::new(workday.map(kept), day_off.map(kept));
        let factor = usual / mean.hours_a_week().max(f64::MIN_POSITIVE);
        WorkCalendar::new(workday.map(kept).map(|share| share * factor), day_off.map(kept).map(|share| share * factor))
    }
}

/// A calendar in which a little work may be done at any hour.
fn loosened(calendar: &WorkCalendar) -> WorkCalendar {
    let loose = |is_workday| std::array::from_fn(|hour| calendar.share(hour, is_workday).max(ANY_HOUR));
    WorkCalendar::new(loose(true), loose(false))
}

/// So much of each hour of the day, on days of work and on days off.
#[derive(Debug, Clone, PartialEq, Default)]
struct HoursOfDays {
    workday: [f64; 24],
    day_off: [f64; 24],
}

impl HoursOfDays {
    /// What lies between two moments.
    #[expect(clippy::cast_precision_loss, reason = "seconds of an hour")]
    fn between(almanac: &mut Almanac, from: DateTime<Utc>, to: DateTime<Utc>) -> Self {
        let mut hours = Self::default();
        let from = from.max(to.checked_sub_signed(TimeDelta::hours(LONGEST)).unwrap_or(from));
        let mut at = from.timestamp();
        while at < to.timestamp() {
            let next = (at.div_euclid(3600) + 1).saturating_mul(3600).min(to.timestamp());
            let (hour, is_workday) = almanac.hour_of(DateTime::from_timestamp(at, 0).unwrap_or(from));
            let day = if is_workday { &mut hours.workday } else { &mut hours.day_off };
            if let Some(sum) = day.get_mut(hour) {
                *sum += (next - at) as f64 / 3600.0;
            }
            at = next;
        }
        hours
    }

    fn add(&mut self, hours: &Self, times: f64) {
        let mine = self.workday.iter_mut().chain(&mut self.day_off);
        mine.zip(hours.workday.iter().chain(&hours.day_off)).for_each(|(sum, part)| *sum += part * times);
    }

    fn work(&self, calendar: &WorkCalendar) -> f64 {
        let sum = |hours: &[f64; 24], is_workday| -> f64 {
            hours.iter().enumerate().map(|(hour, part)| part * calendar.share(hour, is_workday)).sum()
        };
        sum(&self.workday, true) + sum(&self.day_off, false)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// A change in every hour of work from 7 to 20 Eastern, each found by one of two checks a few hours apart, while all hours are looked at
    /// alike.
    fn workdays(habit: &mut Habit, weeks: i64) {
        for week in 0..weeks {
            let monday = at("2026-01-05T05:00:00Z") + TimeDelta::days(week * 7);
            habit.saw(monday, monday + TimeDelta::days(7), 1.0, false);
        }
        for day in (0..weeks * 7).filter(|day| day % 7 < 5) {
            for hour in 0..13 {
                let made = at("2026-01-05T12:30:00Z") + TimeDelta::days(day) + TimeDelta::hours(hour);
                let early = TimeDelta::minutes((day * 7 + hour * 5) % 24 * 10 + 1);
                habit.saw(made - early, made + TimeDelta::hours(4) - early, 0.01, true);
            }
        }
    }

    #[test]
    fn what_is_believed_holds_until_something_is_seen() {
        let calendar = Habit::new(&WorkCalendar::default()).calendar();
        assert!((calendar.hours_a_week() - 65.0).abs() < 1e-6);
        assert!(calendar.share(10, true) > 0.8 && calendar.share(3, true) < 0.1 && calendar.share(10, false) < 0.2);
    }

    #[test]
    fn a_wrong_belief_in_work_around_the_clock_is_given_up() {
        let mut habit = Habit::new(&WorkCalendar::EVEN);
        workdays(&mut habit, 6);
        let calendar = habit.calendar();
        assert!(calendar.share(12, true) > 0.8, "{calendar:?}");
        assert!(calendar.share(2, true) < 0.1 && calendar.share(12, false) < 0.1, "{calendar:?}");
    }

    #[test]
    fn hours_that_were_looked_at_most_are_not_taken_for_the_busiest() {
        let mut habit = Habit::new(&WorkCalendar::default());
        let opens = at("2026-01-05T12:00:00Z");
        for hour in 0..200 {
            let from = opens + TimeDelta::hours(hour % 4);
            habit.saw(from, from + TimeDelta::hours(1), 0.1, hour % 10 == 0);
        }
        assert!(habit.calendar().share(18, true) > 0.7, "{:?}", habit.calendar());
    }

    #[test]
    fn hours_that_are_three_off_are_put_right() {
        for (opens, closes) in [(10, 23), (4, 17)] {
            let mut habit = Habit::new(&WorkCalendar::weekdays(opens, closes));
            workdays(&mut habit, 6);
            let calendar = habit.calendar();
            assert!(calendar.share(8, true) > 0.7 && calendar.share(19, true) > 0.3, "{calendar:?}");
            assert!(calendar.share(5, true) < 0.3 && calendar.share(22, true) < 0.3, "{calendar:?}");
        }
    }

    #[test]
    fn what_is_kept_of_a_habit_is_the_same_habit_and_what_is_damaged_is_none() {
        let usual = WorkCalendar::default();
        let mut habit = Habit::new(&usual);
        let monday = DateTime::from_timestamp(1_767_625_200, 0).unwrap();
        habit.saw(monday, monday + TimeDelta::hours(30), 0.01, true);
        let mut figures: Vec<f64> = habit.figures().collect();
        let again = Habit::of(&usual, &figures).unwrap();
        assert!(again.figures().eq(figures.iter().copied()) && again.calendar() == habit.calendar());
        figures[3] = f64::INFINITY;
        assert_eq!(Habit::of(&usual, &figures), None);
        assert_eq!(Habit::of(&usual, &figures[..20]), None);
    }

    proptest! {
        #[test]
        fn whatever_is_seen_a_week_keeps_its_hours(seen in prop::collection::vec((0_i64..100_000, 0_i64..60_000), 0..30)) {
            let mut habit = Habit::new(&WorkCalendar::default());
            for (from, minutes) in seen {
                let from = at("2026-01-05T00:00:00Z") + TimeDelta::minutes(from);
                habit.saw(from, from + TimeDelta::minutes(minutes), 0.01, minutes % 2 == 0);
            }
            prop_assert!((habit.calendar().hours_a_week() - 65.0).abs() < 1e-6);
        }
    }
}
