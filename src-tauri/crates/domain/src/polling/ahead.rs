//! The moments of the coming weeks at which a call may be worth its price.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::calendar::Hours;
use super::quota::{ResetZone, day_of, next_reset};
use super::work::{Effort, STEP_SECONDS, WorkCalendar};

/// How far the plan looks back for the work since a check; before that the usual measure counts.
const BACK: TimeDelta = TimeDelta::days(45);
/// For how many days the plan goes by quarters of an hour. They have prices of their own; later days have that of the week before.
pub(super) const DAYS: usize = 14;
/// For how many days the calls are counted: where calls are few, one call of a case follows another after weeks.
pub(super) const FORECAST: usize = 42;
/// How many days it looks ahead in all, so that the end of the plan has no influence on its beginning.
const FAR_DAYS: i64 = 77;
/// Later on it goes by this many steps.
const FAR_STRIDE: i64 = 24;
/// An hour in steps.
const HOUR: i64 = 3600 / STEP_SECONDS;
/// Less work than this in the past hour, and it is enough to look once an hour.
const LITTLE_WORK: f64 = 0.1;

/// A moment at which a call may be made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moment {
    /// Hours of the wall clock since the plan begins.
    pub(super) hours: f64,
    /// Hours of the agency's work, as [`Effort::at`] counts them.
    pub(super) work: f64,
    /// The integral of `work` over `hours`.
    pub(super) area: f64,
    /// Which day of the quota it belongs to, counted from the first.
    pub(super) day: usize,
}

/// What decides which moments there are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame<'a> {
    pub(super) calendar: &'a WorkCalendar,
    pub(super) hours: Hours,
    pub(super) zone: ResetZone,
}

/// The moments of the coming weeks, in order. At least one.
#[derive(Debug, Clone)]
pub(super) struct Ahead {
    pub(super) begins: DateTime<Utc>,
    pub(super) effort: Effort,
    pub(super) moments: Vec<Moment>,
    /// The first day of the quota.
    pub(super) first_day: NaiveDate,
}

impl Ahead {
    pub(super) fn new(now: DateTime<Utc>, frame: Frame<'_>) -> Self {
        let effort = Effort::new(frame.calendar, earlier(now, BACK), later(now, TimeDelta::days(FAR_DAYS + 1)));
        let mut walk = Walk::new(now, frame, &effort);
        let first = now.timestamp().div_euclid(STEP_SECONDS) + 1;
        let near = first + i64::try_from(DAYS).unwrap_or_default() * 24 * HOUR;
        for step in first..near {
            walk.step(step);
        }
        for step in near..near + (FAR_DAYS * 24 * HOUR) - i64::try_from(DAYS).unwrap_or_default() * 24 * HOUR {
            walk.far_step(step);
        }
        let moments = walk.moments;
        Self { begins: now, effort, moments, first_day: day_of(now, frame.zone) }
    }

    /// When a moment is.
    pub(super) fn time(&self, index: usize) -> DateTime<Utc> {
        let hours = self.moments.get(index).map_or(0.0, |moment| moment.hours);
        later(self.begins, seconds(hours * 3600.0))
    }

    /// Hours since the plan begins; negative before.
    pub(super) fn hours_at(&self, at: DateTime<Utc>) -> f64 {
        hours(at.signed_duration_since(self.begins))
    }

    /// The first moment there is: when the plan begins, or when the service opens after that.
    pub(super) fn opens_at(&self) -> DateTime<Utc> {
        self.time(0)
    }

    /// The first moment at or after so many hours; the last one if there is none.
    pub(super) fn first_from(&self, hours: f64) -> usize {
        self.moments.partition_point(|moment| moment.hours < hours - MINUTE).min(self.moments.len().saturating_sub(1))
    }

    /// The last moment up to so many hours; the first one if there is none.
    pub(super) fn last_until(&self, hours: f64) -> usize {
        self.moments.partition_point(|moment| moment.hours <= hours + MINUTE).saturating_sub(1)
    }
}

/// Moments are told apart by whole minutes.
const MINUTE: f64 = 1.0 / 60.0;

/// A duration in hours.
#[expect(clippy::cast_precision_loss, reason = "seconds of a few centuries fit exactly")]
pub(super) fn hours(duration: TimeDelta) -> f64 {
    duration.num_seconds() as f64 / 3600.0
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of a plan, rounded")]
fn seconds(seconds: f64) -> TimeDelta {
    TimeDelta::seconds(seconds.round() as i64)
}

fn later(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_add_signed(by).unwrap_or(at)
}

fn earlier(at: DateTime<Utc>, by: TimeDelta) -> DateTime<Utc> {
    at.checked_sub_signed(by).unwrap_or(at)
}

/// Goes from step to step and keeps the moments worth looking at.
struct Walk<'a> {
    frame: Frame<'a>,
    effort: &'a Effort,
    begins: DateTime<Utc>,
    moments: Vec<Moment>,
    /// Where the walk stands.
    here: Moment,
    /// The work at the last four steps, the oldest first.
    hour_ago: [f64; 4],
    reset: DateTime<Utc>,
    was_open: bool,
    /// The day of the last moment kept.
    kept_day: Option<usize>,
}

impl<'a> Walk<'a> {
    fn new(now: DateTime<Utc>, frame: Frame<'a>, effort: &'a Effort) -> Self {
        let work = effort.at(now);
        let here = Moment { hours: 0.0, work, area: 0.0, day: 0 };
        let hour_ago = [60, 45, 30, 15].map(|minutes| effort.at(earlier(now, TimeDelta::minutes(minutes))));
        let was_open = frame.hours.is_open(now);
        let moments = if was_open { vec![here] } else { Vec::new() };
        let kept_day = was_open.then_some(0);
        Self {
            frame,
            effort,
            begins: now,
            moments,
            here,
            hour_ago,
            reset: next_reset(now, frame.zone),
            was_open,
            kept_day,
        }
    }

    /// Moves to a step; true if the service is open there.
    fn advance(&mut self, step: i64) -> bool {
        let at = DateTime::from_timestamp(step.saturating_mul(STEP_SECONDS), 0).unwrap_or(self.begins);
        let (hours, work) = (hours(at.signed_duration_since(self.begins)), self.effort.at(at));
        self.here.area += f64::midpoint(self.here.work, work) * (hours - self.here.hours);
        (self.here.hours, self.here.work) = (hours, work);
        if at >= self.reset {
            self.here.day += 1;
            self.reset = next_reset(at, self.frame.zone);
        }
        self.frame.hours.is_open(at)
    }

    fn step(&mut self, step: i64) {
        let is_open = self.advance(step);
        let [hour_ago, newer @ ..] = self.hour_ago;
        self.hour_ago = [newer[0], newer[1], newer[2], self.here.work];
        let done = self.here.work - hour_ago;
        let is_worth = done >= LITTLE_WORK || (done > 0.0 && step.rem_euclid(HOUR) == 0);
        let is_first = !self.was_open || self.kept_day != Some(self.here.day);
        self.was_open = is_open;
        if is_open && (is_worth || is_first) {
            self.keep();
        }
    }

    fn far_step(&mut self, step: i64) {
        if self.advance(step) && step.rem_euclid(FAR_STRIDE) == 0 {
            self.keep();
        }
    }

    fn keep(&mut self) {
        self.kept_day = Some(self.here.day);
        self.moments.push(self.here);
    }
}
