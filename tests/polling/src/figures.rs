//! What is measured, and the goals it is held against.

use casefolio_domain::polling::WorkCalendar;

use crate::bound::least_unseen;
use crate::planned::Planned;
use crate::play::{Outcome, play};
use crate::policy::{Belief, EqualIntervals, FixedPerPhase, Policy, RandomOrder};
use crate::portfolio::{Mix, TrueCourse, portfolio};
use crate::time::{Time, real};

/// The learned plan's delay, at most, as a part of the least possible.
pub const OF_OPTIMUM: f64 = 1.15;
/// The learned plan's delay at one call a case and day, at most, as a part of equal intervals'.
pub const OF_EQUAL: f64 = 0.4;
/// What wrong beliefs may cost.
pub const OF_LEARNED: f64 = 1.25;

/// Numbers of cases.
pub const CASES: [usize; 3] = [100, 1_000, 10_000];
/// Calls a day.
pub const CALLS: [usize; 3] = [1_000, 10_000, 400_000];

/// One portfolio and budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its stages.
    pub mix: Mix,
    /// Its cases.
    pub cases: usize,
    /// Calls a day.
    pub per_day: usize,
}

/// What came of every policy in one setting.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// The setting.
    pub setting: Setting,
    /// The planner as it is used.
    pub learned: Outcome,
    /// The planner told the true rates and calendar.
    pub known: Outcome,
    /// Equal intervals.
    pub equal: Outcome,
    /// Random order.
    pub random: Outcome,
    /// A fixed interval for each stage.
    pub fixed: Outcome,
    /// The least mean delay possible, in hours.
    pub optimum: f64,
}

/// Every setting of the bench, the ones that take longest first.
#[must_use]
pub fn settings() -> Vec<Setting> {
    let sizes = CASES.into_iter().rev().flat_map(|cases| CALLS.into_iter().map(move |per_day| (cases, per_day)));
    sizes.flat_map(|(cases, per_day)| Mix::ALL.map(|mix| Setting { mix, cases, per_day })).collect()
}

impl Setting {
    /// Its portfolio.
    #[must_use]
    pub fn portfolio(&self, time: &Time, seed: u64) -> Vec<TrueCourse> {
        portfolio(time, self.mix, self.cases, seed)
    }

    /// The planner with a belief in rates and in a calendar.
    #[must_use]
    pub fn planned(&self, time: &Time, belief: Belief, calendar: &WorkCalendar) -> Planned {
        Planned::new(time, self.cases, self.per_day, belief, calendar)
    }

    /// The planner played with a belief in rates and in a calendar.
    #[must_use]
    pub fn play(&self, time: &Time, courses: &[TrueCourse], belief: Belief, calendar: &WorkCalendar) -> Outcome {
        play(time, courses, self.per_day, &mut self.planned(time, belief, calendar))
    }

    /// Every policy played.
    #[must_use]
    pub fn figures(self, time: &Time, seed: u64) -> Figures {
        let courses = self.portfolio(time, seed);
        let run = |policy: &mut dyn Policy| play(time, &courses, self.per_day, policy);
        let learned = self.play(time, &courses, Belief::Supposed(1.0), &WorkCalendar::default());
        let optimum = least_unseen(time, &courses, self.per_day, &learned) / learned.unseen * learned.mean;
        Figures {
            setting: self,
            optimum,
            known: self.play(time, &courses, Belief::Known, &WorkCalendar::default()),
            equal: run(&mut EqualIntervals::new(self.cases, self.per_day)),
            random: run(&mut RandomOrder::new(self.cases, self.per_day, seed)),
            fixed: run(&mut FixedPerPhase::new(time, self.cases, seed)),
            learned,
        }
    }
}

impl Figures {
    /// The learned plan's delay as a part of the least possible.
    #[must_use]
    pub fn of_optimum(&self) -> f64 {
        self.learned.mean / self.optimum
    }

    /// The goals missed, in words.
    #[must_use]
    pub fn missed(&self) -> Vec<String> {
        let Setting { mix, cases, per_day } = self.setting;
        let place = format!("{}, {cases} cases, {per_day} calls a day", mix.name());
        let mut missed = Vec::new();
        if self.of_optimum() > OF_OPTIMUM {
            missed.push(format!("{place}: {:.3} of the optimum, at most {OF_OPTIMUM}", self.of_optimum()));
        }
        let of_equal = self.learned.mean / self.equal.mean;
        if per_day == cases && of_equal > OF_EQUAL {
            missed.push(format!("{place}: {of_equal:.3} of equal intervals, at most {OF_EQUAL}"));
        }
        if self.learned.longest_wait > 1.0 {
            missed.push(format!("{place}: a case waited {:.2} of its ceiling", self.learned.longest_wait));
        }
        if self.learned.most_calls > per_day {
            missed.push(format!("{place}: {} calls in a day", self.learned.most_calls));
        }
        missed
    }

    /// A row of the table.
    #[must_use]
    pub fn row(&self) -> String {
        let Setting { mix, cases, per_day } = self.setting;
        let pair = |outcome: &Outcome| format!("{:.2} / {:.1}", outcome.mean, outcome.p95);
        let cells = [
            format!("{} {}", grouped(cases), mix.name()),
            grouped(per_day),
            format!("{:.2}", self.optimum),
            pair(&self.learned),
            format!("{:.3}", self.of_optimum()),
            pair(&self.known),
            pair(&self.equal),
            format!("{:.2}", self.learned.mean / self.equal.mean),
            pair(&self.random),
            pair(&self.fixed),
            format!("{:.2}", self.learned.longest_wait),
            format!("{:.0}", real(self.learned.calls) / 28.0),
        ];
        format!("| {} |", cells.join(" | "))
    }
}

/// What the columns of [`Figures::row`] are.
pub const HEAD: &str = "| cases | calls a day | optimum | learned | of optimum | known | equal | learned of equal | random | fixed | longest wait | calls made a day |
|---|---|---|---|---|---|---|---|---|---|---|---|";

/// A number with its thousands set apart.
fn grouped(number: usize) -> String {
    if number < 1_000 { number.to_string() } else { format!("{},{:03}", number / 1_000, number % 1_000) }
}

/// What the planner wrongly believes, by name.
#[must_use]
pub fn wrong_beliefs() -> Vec<(&'static str, Belief, WorkCalendar)> {
    let usual = WorkCalendar::default;
    vec![
        ("all rates three times too high", Belief::Supposed(3.0), usual()),
        ("all rates three times too low", Belief::Supposed(1.0 / 3.0), usual()),
        ("every other stage three times too high, the rest too low", Belief::Skewed, usual()),
        ("work at all hours of all days", Belief::Supposed(1.0), WorkCalendar::EVEN),
        ("work three hours later", Belief::Supposed(1.0), WorkCalendar::weekdays(10, 23)),
        ("work three hours earlier", Belief::Supposed(1.0), WorkCalendar::weekdays(4, 17)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_figures_and_no_policy_beats_the_least_possible() {
        let time = Time::new(&WorkCalendar::default());
        let setting = Setting { mix: Mix::Mixed, cases: 3, per_day: 3 };
        let courses = setting.portfolio(&time, 1);
        let play = || setting.play(&time, &courses, Belief::Supposed(1.0), &WorkCalendar::default());
        let learned = play();
        assert_eq!(play(), learned);
        let equal = crate::play::play(&time, &courses, setting.per_day, &mut EqualIntervals::new(3, 3));
        for outcome in [learned, equal] {
            assert!(outcome.most_calls <= setting.per_day);
            assert!(least_unseen(&time, &courses, setting.per_day, &outcome) <= outcome.unseen);
        }
        let other: Vec<_> = setting.portfolio(&time, 2).iter().map(|course| *course.at(0)).collect();
        assert_ne!(other, courses.iter().map(|course| *course.at(0)).collect::<Vec<_>>());
    }
}
