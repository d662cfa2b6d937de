//! Ways of deciding whom to ask about when.

use casefolio_domain::polling::{Budget, DueFacts, Hours, Intervals, PolledCase, next_due, plan};
use casefolio_domain::{CaseId, Stage};
use chrono::TimeDelta;

use crate::chance::Chance;
use crate::portfolio::Piece;
use crate::time::{HOUR, Time, real};

/// What a check found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// Which case.
    pub case: usize,
    /// How it stands.
    pub piece: &'a Piece,
    /// When it was asked about before, if ever.
    pub before: Option<usize>,
    /// Whether it had changed since then.
    pub changed: bool,
}

/// A way of deciding whom to ask about when.
pub trait Policy {
    /// The cases to ask about at a step, the most valuable first; no more than are left.
    fn ask(&mut self, time: &Time, step: usize, left_today: usize) -> Vec<usize>;
    /// What a check of a case found.
    fn learn(&mut self, time: &Time, step: usize, found: Found<'_>);
}

/// The shortest time between two checks of a case, in steps. The same for every policy.
pub const SHORTEST: usize = HOUR;

/// The calls that the pace of the service leaves for a quarter of an hour: eight a second.
pub const PACE: usize = 8 * 900;

/// Every case in turn, the calls of a day spread evenly over it.
#[derive(Debug)]
pub struct EqualIntervals {
    cases: usize,
    per_day: usize,
    /// Calls that were due until now, in parts of a day's steps.
    credit: usize,
    next: usize,
}

impl EqualIntervals {
    /// For so many cases and calls a day.
    #[must_use]
    pub fn new(cases: usize, per_day: usize) -> Self {
        Self { cases, per_day: per_day.min(cases * 24), credit: 0, next: 0 }
    }
}

impl Policy for EqualIntervals {
    fn ask(&mut self, _: &Time, _: usize, left_today: usize) -> Vec<usize> {
        self.credit += self.per_day;
        let calls = (self.credit / (24 * HOUR)).min(left_today);
        self.credit -= calls * 24 * HOUR;
        let asked = (0..calls).map(|n| (self.next + n) % self.cases).collect();
        self.next = (self.next + calls) % self.cases;
        asked
    }

    fn learn(&mut self, _: &Time, _: usize, _: Found<'_>) {}
}

/// Any case, the calls of a day spread evenly over it.
#[derive(Debug)]
pub struct RandomOrder {
    chance: Chance,
    per_day: usize,
    credit: usize,
    last: Vec<Option<usize>>,
}

impl RandomOrder {
    /// For so many cases and calls a day.
    #[must_use]
    pub fn new(cases: usize, per_day: usize, seed: u64) -> Self {
        Self { chance: Chance::new(seed), per_day: per_day.min(cases * 24), credit: 0, last: vec![None; cases] }
    }
}

impl Policy for RandomOrder {
    fn ask(&mut self, _: &Time, step: usize, left_today: usize) -> Vec<usize> {
        self.credit += self.per_day;
        let calls = (self.credit / (24 * HOUR)).min(left_today);
        self.credit -= calls * 24 * HOUR;
        let mut asked = Vec::new();
        for _ in 0..calls {
            let case = self.chance.below(self.last.len());
            if self.last[case].is_none_or(|last| last + SHORTEST <= step) {
                self.last[case] = Some(step);
                asked.push(case);
            }
        }
        asked
    }

    fn learn(&mut self, _: &Time, _: usize, _: Found<'_>) {}
}

/// A fixed interval for each stage, the most overdue first: Casefolio's first plan.
#[derive(Debug)]
pub struct FixedPerPhase {
    cases: Vec<PolledCase>,
    chance: Chance,
}

impl FixedPerPhase {
    /// For so many cases.
    #[must_use]
    pub fn new(time: &Time, cases: usize, seed: u64) -> Self {
        let case = |id| PolledCase { id: CaseId(id), due_at: time.at(0), stage: None };
        Self { cases: (0..).take(cases).map(case).collect(), chance: Chance::new(seed) }
    }
}

impl Policy for FixedPerPhase {
    fn ask(&mut self, time: &Time, step: usize, left_today: usize) -> Vec<usize> {
        let budget = Budget { left_today: u32::try_from(left_today).unwrap_or(u32::MAX) };
        plan(time.at(step), &self.cases, budget).ask.iter().filter_map(|id| usize::try_from(id.0).ok()).collect()
    }

    fn learn(&mut self, time: &Time, step: usize, found: Found<'_>) {
        let facts =
            DueFacts { stage: Some(found.piece.stage), since_change: stood(found.piece.since, step), answered: true };
        let jitter = self.chance.unit() * 2.0 - 1.0;
        let case = &mut self.cases[found.case];
        case.due_at = next_due(time.at(step), &facts, jitter, Hours::Always, &Intervals::default());
        case.stage = Some(found.piece.stage);
    }
}

/// For how long a stage has stood that began at a moment.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "minutes of some years")]
pub fn stood(since: f64, step: usize) -> TimeDelta {
    TimeDelta::minutes(((real(step) - since) * 15.0) as i64)
}

/// How much of the supposed rates a planner believes: for trying out wrong ones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Belief {
    /// The true rate of each case, as of its last check.
    Known,
    /// What is supposed of the stage times this, corrected by the case's own past.
    Supposed(f64),
    /// The same, three times too high for every other stage and three times too low for the rest.
    Skewed,
}

impl Belief {
    /// By what the supposed rate of a stage is multiplied.
    #[must_use]
    pub fn factor(self, stage: Stage) -> f64 {
        match self {
            Self::Known => 1.0,
            Self::Supposed(factor) => factor,
            Self::Skewed => {
                let index = Stage::ALL.iter().position(|other| *other == stage).unwrap_or_default();
                if index % 2 == 0 { 3.0 } else { 1.0 / 3.0 }
            }
        }
    }
}
