//! Where the cases stand when a plan is made, and the calls that follow from it.

use super::ahead::{Ahead, FORECAST};
use super::course::Course;

/// When a case was last asked about, as the plan counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Last {
    /// Never.
    Never,
    /// Before the plan begins, when the work stood at this.
    Before(f64),
    /// At this moment of the plan.
    At(usize),
}

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    /// Which of the courses is its own.
    pub(super) course: usize,
    /// Which of the reaches is its own.
    pub(super) reach: usize,
    /// Its last check.
    pub(super) last: Last,
    /// The first moment at which it may be asked about.
    pub(super) soonest: usize,
    /// The last moment to which it may wait.
    pub(super) latest: usize,
}

impl Standing {
    /// The moment of its first call.
    pub(super) fn first(&self, courses: &[Course]) -> usize {
        self.within(self.wanted(courses))
    }

    /// A moment, but neither too soon nor too late.
    pub(super) fn within(&self, wanted: usize) -> usize {
        wanted.min(self.latest).max(self.soonest)
    }

    /// The moment at which a call is worth its price.
    pub(super) fn wanted(&self, courses: &[Course]) -> usize {
        match (self.last, courses.get(self.course)) {
            (Last::Before(work), Some(course)) => course.first(work),
            (Last::At(index), Some(course)) => course.next(index),
            (Last::Never, _) | (_, None) => 0,
        }
    }
}

/// For each moment the last one to which a patience reaches from it.
pub(super) type Reach = Vec<u32>;

/// The reach of a patience of so many hours.
pub(super) fn reach(ahead: &Ahead, patience: f64) -> Reach {
    let last = ahead.moments.len().saturating_sub(1);
    let bound = |(index, hours)| ahead.last_until(hours + patience).max(index + 1).min(last);
    let moments = ahead.moments.iter().map(|moment| moment.hours).enumerate();
    moments.map(|moment| u32::try_from(bound(moment)).unwrap_or(u32::MAX)).collect()
}

/// The calls of each day that the cases make along their courses. The cases come ordered by course and reach.
pub(super) fn calls(ahead: &Ahead, courses: &[Course], reaches: &[Reach], cases: &[Standing]) -> Vec<f64> {
    let mut days = vec![0.0; FORECAST];
    let mut due = vec![0.0; ahead.moments.len()];
    let near = ahead.moments.partition_point(|moment| moment.day < FORECAST);
    for group in cases.chunk_by(|left, right| (left.course, left.reach) == (right.course, right.reach)) {
        let Some(one) = group.first() else { continue };
        let (Some(course), Some(reach)) = (courses.get(one.course), reaches.get(one.reach)) else { continue };
        for case in group {
            due[case.first(courses)] += 1.0;
        }
        for index in 0..near {
            let cases = std::mem::take(&mut due[index]);
            if cases > 0.0 {
                days[ahead.moments[index].day] += cases;
                let latest = usize::try_from(reach[index]).unwrap_or(index);
                due[course.next(index).min(latest)] += cases;
            }
        }
        due[near..].fill(0.0);
    }
    days
}
