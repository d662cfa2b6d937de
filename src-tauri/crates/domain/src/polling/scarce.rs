//! A plan where calls are few: the cases take turns.

use chrono::{DateTime, TimeDelta, Utc};

use super::ahead::{Moment, hours};
use super::concern::Patience;
use super::plan::Budget;
use super::planner::{Planner, cleaned, count, margin};
use super::settings::Watched;
use super::turns::{Turner, Turns};

/// Less than so many calls a day for each case are few.
const FEW: f64 = 0.5;

impl Planner {
    /// Whether calls are so few that cases take turns.
    pub(super) fn is_scarce(&self, cases: &[Watched]) -> bool {
        f64::from(self.terms.per_day) < FEW * count(cases.len())
    }

    /// Shares out the days where calls are few. Wishes that do not fit are given up then: the ceilings hold.
    pub(super) fn take_turns(&mut self, cases: &[Watched], budget: Budget) {
        if self.stretch > 1.0 {
            self.stretch = f64::from(u16::MAX);
        }
        let now = self.ahead.begins;
        let turners = cases.iter().filter_map(|case| Some(self.turner(now, case, self.standing(now, case)?.soonest)));
        let room = [budget.left_today, self.terms.per_day].map(|calls| usize::try_from(calls).unwrap_or(usize::MAX));
        self.turns = Some(Turns::new(&self.ahead, turners.collect(), (room[0], room[1])));
    }

    /// A case as it takes turns.
    pub(super) fn turner(&self, now: DateTime<Utc>, case: &Watched, soonest: usize) -> Turner {
        let patience = match case.patience {
            Patience::Bounded { wish, ceiling } => self.stretched(wish, ceiling),
            Patience::UntilAsked => TimeDelta::MAX,
        };
        Turner {
            asked: case.asked_at.map(|asked_at| self.moment_at(asked_at.min(now))),
            worth: cleaned(case.worth),
            rate: cleaned(case.rate),
            after: cleaned(case.after),
            patience: hours(patience - margin(patience)),
            soonest,
        }
    }

    /// Any moment, before the plan begins too, as the plan counts.
    pub(super) fn moment_at(&self, at: DateTime<Utc>) -> Moment {
        let effort = &self.ahead.effort;
        let area = effort.area(at) - effort.area(self.ahead.begins);
        Moment { hours: self.ahead.hours_at(at), work: effort.at(at), area, day: 0 }
    }
}
