//! Casefolio's planner as a policy.

use std::collections::{BTreeMap, HashSet};

use casefolio_domain::polling::{
    Budget, Concern, Effort, Experience, Habit, Hours, Intervals, Past, Planner, Prices, ResetZone, Terms, Watched,
    WorkCalendar, supposed_after, supposed_rate,
};
use casefolio_domain::{CaseId, Stage};
use chrono::TimeDelta;

use crate::policy::{Belief, Found, PACE, Policy, stood};
use crate::time::{Time, real};

/// How much of the true pace of a stage goes over to the next.
const CARRIED: f64 = 0.7;

/// What the planner knows of a case.
#[derive(Debug, Clone)]
struct Known {
    watched: Watched,
    stage: Option<Stage>,
    /// When its status changed, as far as known, in steps.
    since: f64,
    past: Past,
    /// Its true rate at the last check.
    rate: f64,
}

/// Casefolio's planner. Weights are all 1, so that what is measured is what it minimises.
#[derive(Debug)]
pub struct Planned {
    belief: Belief,
    terms: Terms,
    /// What it learns of the calendar; none if it knows it.
    habit: Option<Habit>,
    experience: Experience,
    effort: Effort,
    cases: Vec<Known>,
    prices: Prices,
    planner: Option<Planner>,
    /// Who is due at which step.
    due: BTreeMap<usize, Vec<usize>>,
    /// Who was due and is not asked yet.
    waiting: Vec<usize>,
}

impl Planned {
    /// With a belief in rates and in a calendar.
    #[must_use]
    pub fn new(time: &Time, cases: usize, per_day: usize, belief: Belief, calendar: &WorkCalendar) -> Self {
        let intervals = Intervals::default();
        let terms = Terms {
            calendar: calendar.clone(),
            hours: Hours::Always,
            zone: ResetZone::Eastern,
            per_day: u32::try_from(per_day).unwrap_or(u32::MAX),
            intervals,
            spread: 7,
        };
        let concern = Concern { stage: None, since_change: TimeDelta::zero(), starred: false, deadline: false };
        let known = |id| {
            let rate = supposed_rate(None, TimeDelta::zero());
            let patience = concern.patience(&intervals);
            let watched =
                Watched { id: CaseId(id), asked_at: None, worth: rate, rate, after: rate, patience, not_before: None };
            Known { watched, stage: None, since: 0.0, past: Past::default(), rate }
        };
        Self {
            habit: (belief != Belief::Known).then(|| Habit::new(calendar)),
            experience: Experience::default(),
            belief,
            terms,
            effort: Effort::new(calendar, time.at(0) - TimeDelta::days(400), time.at(time.end())),
            cases: (0..).take(cases).map(known).collect(),
            prices: Prices::default(),
            planner: None,
            due: BTreeMap::new(),
            waiting: Vec::new(),
        }
    }

    /// The cases as the planner sees them.
    #[must_use]
    pub fn watched(&self) -> Vec<Watched> {
        self.cases.iter().map(|case| case.watched).collect()
    }

    /// Its settings.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    fn supposed(&self, stage: Stage, since: f64, step: usize) -> f64 {
        supposed_rate(Some(stage), stood(since, step)) * self.belief.factor(stage) * self.experience.factor(stage)
    }

    /// Looks again at what a case is worth and how long it may wait.
    fn weigh(&mut self, case: usize, step: usize) {
        let known = &self.cases[case];
        let Some(stage) = known.stage else { return };
        let since_change = stood(known.since, step);
        let follows = supposed_after(Some(stage));
        let (rate, after) = match self.belief {
            Belief::Known => {
                let pace = known.rate / supposed_rate(Some(stage), stood(known.since, step));
                (known.rate, follows * (1.0 + CARRIED * (pace - 1.0)))
            }
            Belief::Supposed(_) | Belief::Skewed => {
                let follows = follows * self.belief.factor(stage) * self.experience.factor(stage);
                (known.past.rate(self.supposed(stage, known.since, step)), known.past.rate_after(follows))
            }
        };
        let concern = Concern { stage: Some(stage), since_change, starred: false, deadline: false };
        let patience = concern.patience(&self.terms.intervals);
        let watched = &mut self.cases[case].watched;
        (watched.worth, watched.rate, watched.after, watched.patience) = (rate, rate, after, patience);
    }

    fn plan(&mut self, time: &Time, step: usize, left_today: usize) {
        if let Some(habit) = &self.habit {
            self.terms.calendar = habit.calendar();
        }
        (0..self.cases.len()).for_each(|case| self.weigh(case, step));
        let budget = Budget { left_today: u32::try_from(left_today).unwrap_or(u32::MAX) };
        let planner = Planner::new(time.at(step), self.terms.clone(), &self.watched(), budget, &self.prices);
        self.prices = planner.prices().clone();
        self.planner = Some(planner);
        self.due.clear();
        self.waiting.clear();
        (0..self.cases.len()).for_each(|case| self.schedule(time, case, step));
    }

    fn schedule(&mut self, time: &Time, case: usize, step: usize) {
        let due = self.planner.as_ref().and_then(|planner| planner.due(time.at(step), &self.cases[case].watched));
        if let Some(due) = due {
            let minutes = due.at.signed_duration_since(time.at(0)).num_minutes();
            let due = usize::try_from(minutes / 15).unwrap_or_default().max(step);
            self.due.entry(due).or_default().push(case);
        }
    }
}

impl Policy for Planned {
    fn ask(&mut self, time: &Time, step: usize, left_today: usize) -> Vec<usize> {
        if self.planner.as_ref().is_none_or(|planner| planner.good_until() <= time.at(step)) {
            self.plan(time, step, left_today);
        }
        while let Some(entry) = self.due.first_entry()
            && *entry.key() <= step
        {
            self.waiting.append(&mut entry.remove());
        }
        let Some(planner) = self.planner.as_ref().filter(|_| left_today > 0 && !self.waiting.is_empty()) else {
            return Vec::new();
        };
        let waiting: Vec<Watched> = self.waiting.iter().map(|case| self.cases[*case].watched).collect();
        // Within its quarter of an hour each case has a moment of its own; here all are asked about at the beginning.
        let quarter = time.at(step) + TimeDelta::seconds(899);
        let budget = Budget { left_today: u32::try_from(left_today).unwrap_or(u32::MAX) };
        let round = planner.round(quarter, &waiting, budget);
        let asked: Vec<usize> = round.ask.iter().take(PACE).filter_map(|(id, _)| usize::try_from(id.0).ok()).collect();
        let gone: HashSet<usize> = asked.iter().copied().collect();
        self.waiting.retain(|case| !gone.contains(case));
        asked
    }

    fn learn(&mut self, time: &Time, step: usize, found: Found<'_>) {
        let case = found.case;
        let (known, stage) = (self.cases[case].clone(), found.piece.stage);
        let past = if let (Some(before_stage), Some(before)) = (known.stage, found.before) {
            let hours = self.effort.between(time.at(before), time.at(step));
            let supposed = self.supposed(before_stage, known.since, before);
            let first = supposed / self.experience.factor(before_stage);
            self.experience.add(before_stage, hours, first, found.changed);
            if let Some(habit) = &mut self.habit {
                habit.saw(time.at(before), time.at(step), known.past.rate(supposed), found.changed);
            }
            if found.changed { known.past.changed(hours, supposed) } else { known.past.unchanged(hours, supposed) }
        } else {
            // The answer says since when the status has stood.
            let since = time.at(step) - stood(found.piece.since, step);
            let hours = self.effort.between(since, time.at(step));
            Past::default().unchanged(hours, self.supposed(stage, found.piece.since, step))
        };
        let since = match (found.changed, found.before) {
            (true, Some(_)) => real(step),
            (_, None) => found.piece.since,
            (false, Some(_)) => known.since,
        };
        self.cases[case] = Known { past, since, stage: Some(stage), rate: found.piece.rate, ..known };
        self.cases[case].watched.asked_at = Some(time.at(step));
        self.weigh(case, step);
        self.schedule(time, case, step);
    }
}
