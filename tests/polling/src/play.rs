//! Playing a policy against a portfolio.

use casefolio_domain::polling::{Concern, Intervals, Patience};

use crate::policy::{Found, PACE, Policy, stood};
use crate::portfolio::TrueCourse;
use crate::time::{HOUR, MEASURED, Time, WARM_UP, WEEK, real};

/// The longest delay that the distribution tells apart, in steps.
const LONGEST: usize = 70 * 24 * HOUR;

/// What came of a policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The integral of the changes unseen over the measured weeks, in hours: what a policy is to keep small.
    pub unseen: f64,
    /// Mean delay of a change, in hours.
    pub mean: f64,
    /// The delay that 95 of 100 changes stay below, in hours.
    pub p95: f64,
    /// The longest time any case waited for a check, as a part of its ceiling.
    pub longest_wait: f64,
    /// The most calls of a day.
    pub most_calls: usize,
    /// Calls in the measured weeks.
    pub calls: usize,
    /// The last check of each case when the measured weeks begin.
    pub at_start: Vec<usize>,
    /// And when they end.
    pub at_end: Vec<usize>,
}

/// The step at which measuring begins, and the one at which it ends.
pub const WINDOW: (usize, usize) = (WARM_UP * WEEK, (WARM_UP + MEASURED) * WEEK);

struct Play<'a> {
    time: &'a Time,
    courses: &'a [TrueCourse],
    last: Vec<Option<usize>>,
    /// Changes expected by delay, in steps.
    delays: Vec<f64>,
    unseen: f64,
    longest_wait: f64,
    calls: Vec<usize>,
}

/// Plays a policy from the beginning of the warm-up to the end of the measured weeks.
pub fn play(time: &Time, courses: &[TrueCourse], per_day: usize, policy: &mut dyn Policy) -> Outcome {
    let mut play = Play {
        time,
        courses,
        last: vec![None; courses.len()],
        delays: vec![0.0; LONGEST + 1],
        unseen: 0.0,
        longest_wait: 0.0,
        calls: vec![0; time.day(time.end()) + 1],
    };
    let mut at_start = Vec::new();
    for step in 0..WINDOW.1 {
        if step == WINDOW.0 {
            at_start = play.last.iter().map(|last| last.unwrap_or_default()).collect();
        }
        let day = time.day(step);
        let left = per_day.saturating_sub(play.calls[day]);
        let asked = policy.ask(time, step, left);
        for case in asked.into_iter().take(left.min(PACE)) {
            play.calls[day] += 1;
            let found = play.check(case, step);
            policy.learn(time, step, found);
        }
    }
    play.outcome(at_start)
}

impl<'a> Play<'a> {
    fn check(&mut self, case: usize, step: usize) -> Found<'a> {
        let before = self.last[case].replace(step);
        self.account(case, before.unwrap_or_default(), step);
        let course = &self.courses[case];
        let piece = course.at(step);
        let changed = before.is_some_and(|before| course.at(before).changes < piece.changes);
        if before.is_some() && step > WINDOW.0 {
            self.record_delays(case, before.unwrap_or_default(), step);
        }
        Found { case, piece, before, changed }
    }

    /// Adds what the changes of an interval cost in the measured weeks, and how long the case waited.
    fn account(&mut self, case: usize, before: usize, step: usize) {
        let course = &self.courses[case];
        if step > WINDOW.0 {
            let from = before.max(WINDOW.0);
            let old = course.expected(self.time, real(before), real(from));
            self.unseen += old * real(step - from) / real(HOUR) + course.unseen(self.time, real(from), real(step));
        }
        let piece = course.at(before);
        let concern = Concern {
            stage: Some(piece.stage),
            since_change: stood(piece.since, before),
            starred: false,
            deadline: false,
        };
        if let Patience::Bounded { ceiling, .. } = concern.patience(&Intervals::default()) {
            let ceiling = real(usize::try_from(ceiling.num_hours()).unwrap_or_default() * HOUR);
            self.longest_wait = self.longest_wait.max(real(step - before) / ceiling);
        }
    }

    /// Adds the delays of the changes seen by a check.
    fn record_delays(&mut self, case: usize, before: usize, step: usize) {
        for (from, to, rate) in self.courses[case].between(real(before), real(step)) {
            let mut at = from;
            while at < to {
                let next = (at.floor() + 1.0).min(to);
                let changes = rate * (self.time.work(next) - self.time.work(at));
                let delay = whole(real(step) - f64::midpoint(at, next));
                self.delays[delay.min(LONGEST)] += changes;
                at = next;
            }
        }
    }

    fn outcome(mut self, at_start: Vec<usize>) -> Outcome {
        for case in 0..self.courses.len() {
            let last = self.last[case].unwrap_or_default();
            self.account(case, last, WINDOW.1);
        }
        let (from, to) = (real(WINDOW.0), real(WINDOW.1));
        let changes: f64 = self.courses.iter().map(|course| course.expected(self.time, from, to)).sum();
        let mut beyond: f64 = self.delays.iter().sum::<f64>() * 0.95;
        let p95 = self.delays.iter().position(|changes| {
            beyond -= changes;
            beyond <= 0.0
        });
        let measured = self.time.day(WINDOW.0)..self.time.day(WINDOW.1);
        Outcome {
            unseen: self.unseen,
            mean: self.unseen / changes,
            p95: real(p95.unwrap_or_default()) / real(HOUR) + 0.125,
            longest_wait: self.longest_wait,
            most_calls: self.calls.iter().copied().max().unwrap_or_default(),
            calls: self.calls[measured].iter().sum(),
            at_start,
            at_end: self.last.iter().map(|last| last.unwrap_or_default()).collect(),
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "steps")]
fn whole(steps: f64) -> usize {
    steps.max(0.0) as usize
}
