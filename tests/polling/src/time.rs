//! The time of the simulation: quarters of an hour.

use casefolio_domain::polling::{Effort, ResetZone, WorkCalendar, day_of};
use chrono::{DateTime, TimeDelta, Utc};

/// Steps in an hour.
pub const HOUR: usize = 4;
/// Steps in a week.
pub const WEEK: usize = 7 * 24 * HOUR;
/// Weeks in which the policies learn, before anything is measured.
pub const WARM_UP: usize = 8;
/// Weeks measured.
pub const MEASURED: usize = 4;
/// Weeks after the measured ones for which the optimum is computed too, so that it knows what the state at their end is worth.
pub const AFTER: usize = 4;

/// Steps from a Monday at midnight, Eastern, each with the work done until then and the day of the quota it belongs to.
#[derive(Debug)]
pub struct Time {
    begins: DateTime<Utc>,
    /// Hours of the agency's work until each step.
    work: Vec<f64>,
    /// The integral of `work`, in hours times hours.
    area: Vec<f64>,
    /// The day of the quota, from 0.
    day: Vec<usize>,
}

impl Time {
    /// From 5 January 2026: the warm-up holds a holiday, the measured weeks another one and the change to summer time.
    #[must_use]
    pub fn new(calendar: &WorkCalendar) -> Self {
        let begins = DateTime::from_timestamp(1_767_589_200, 0).unwrap_or_default();
        let steps = (WARM_UP + MEASURED + AFTER) * WEEK;
        let at = |step: usize| begins + TimeDelta::minutes(15 * i64::try_from(step).unwrap_or_default());
        let effort = Effort::new(calendar, begins - TimeDelta::days(400), at(steps));
        let work: Vec<f64> = (0..=steps).map(|step| effort.between(begins, at(step))).collect();
        let mut area = vec![0.0];
        for pair in work.windows(2) {
            area.push(area.last().copied().unwrap_or_default() + f64::midpoint(pair[0], pair[1]) * 0.25);
        }
        let first = day_of(begins, ResetZone::Eastern);
        let day = |step| (day_of(at(step), ResetZone::Eastern) - first).num_days();
        let day = (0..=steps).map(|step| usize::try_from(day(step)).unwrap_or_default()).collect();
        Self { begins, work, area, day }
    }

    /// When a step is.
    #[must_use]
    pub fn at(&self, step: usize) -> DateTime<Utc> {
        self.begins + TimeDelta::minutes(15 * i64::try_from(step).unwrap_or_default())
    }

    /// The last step there is.
    #[must_use]
    pub fn end(&self) -> usize {
        self.work.len() - 1
    }

    /// The day of the quota a step belongs to.
    #[must_use]
    pub fn day(&self, step: usize) -> usize {
        self.day[step]
    }

    /// The work until a moment, in steps.
    #[must_use]
    pub fn work(&self, at: f64) -> f64 {
        let (step, part) = split(at, self.end());
        self.work[step] + (self.work[step + 1] - self.work[step]) * part
    }

    /// The integral of the work until a moment, in steps.
    #[must_use]
    pub fn area(&self, at: f64) -> f64 {
        let (step, part) = split(at, self.end());
        let work = self.work[step] + (self.work[step + 1] - self.work[step]) * part;
        self.area[step] + f64::midpoint(self.work[step], work) * part * 0.25
    }

    /// The first moment at which this much work is done; none if it never is.
    #[must_use]
    pub fn when(&self, work: f64) -> Option<f64> {
        let step = self.work.partition_point(|done| *done < work);
        let (before, after) = (step.checked_sub(1)?, self.work.get(step)?);
        Some(real(before) + (work - self.work[before]) / (after - self.work[before]))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a step from 0 to some thousands")]
fn split(at: f64, end: usize) -> (usize, f64) {
    let step = (at.max(0.0) as usize).min(end - 1);
    (step, (at - real(step)).clamp(0.0, 1.0))
}

/// A number of steps or cases, to reckon with.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "some thousands")]
pub fn real(number: usize) -> f64 {
    number as f64
}
