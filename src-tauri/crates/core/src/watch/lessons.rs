//! What the checks of all cases together taught: how fast stages move, and when the agency works. Kept in the portfolio.

use casefolio_domain::Stage;
use casefolio_domain::polling::{Experience, Habit, WorkCalendar, supposed_after, supposed_rate};
use casefolio_store::{Connection, Transaction, settings};
use chrono::{DateTime, TimeDelta, Utc};

const STAGES: &str = "lessons.stages";
const HOURS: &str = "lessons.hours";

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lessons {
    experience: Experience,
    habit: Habit,
}

impl Default for Lessons {
    fn default() -> Self {
        Self { experience: Experience::default(), habit: Habit::new(&WorkCalendar::default()) }
    }
}

/// A check of a case and the one before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check {
    /// The stage that the check before had found.
    pub(super) stage: Stage,
    /// When both were.
    pub(super) between: (DateTime<Utc>, DateTime<Utc>),
    /// The hours of work between them.
    pub(super) hours: f64,
    /// The changes for each hour of work that were supposed of the stage.
    pub(super) of_stage: f64,
    /// And of this case.
    pub(super) of_case: f64,
    /// Whether it had changed.
    pub(super) changed: bool,
}

impl Lessons {
    /// What the portfolio keeps. What cannot be read is learnt anew.
    pub(super) fn kept(c: &Connection) -> Result<Self, casefolio_store::Error> {
        let (stages, hours) = (settings::text(c, STAGES)?, settings::text(c, HOURS)?);
        let hours: Vec<f64> =
            hours.iter().flat_map(|kept| kept.split(' ')).map_while(|kept| kept.parse().ok()).collect();
        let fresh = Self::default();
        Ok(Self {
            experience: stages.map_or(fresh.experience, |kept| Experience::of(kept.lines().filter_map(stage))),
            habit: Habit::of(&WorkCalendar::default(), &hours).unwrap_or(fresh.habit),
        })
    }

    /// Learns from a check, and keeps it.
    pub(super) fn learn(mut self, t: &Transaction<'_>, check: &Check) -> Result<(), casefolio_store::Error> {
        let first = check.of_stage / self.experience.factor(check.stage);
        self.experience.add(check.stage, check.hours, first, check.changed);
        self.habit.saw(check.between.0, check.between.1, check.of_case, check.changed);
        let stages =
            self.experience.figures().map(|(stage, seen, supposed)| format!("{} {seen} {supposed}", stage.code()));
        settings::set_text(t, STAGES, &stages.collect::<Vec<_>>().join("\n"))?;
        let hours = self.habit.figures().map(|figure| figure.to_string());
        settings::set_text(t, HOURS, &hours.collect::<Vec<_>>().join(" "))
    }

    /// The changes for each hour of work that are to be supposed of a stage which has stood for so long.
    pub(super) fn supposed(&self, stage: Option<Stage>, since_change: TimeDelta) -> f64 {
        supposed_rate(stage, since_change) * self.factor(stage)
    }

    /// And of what follows it.
    pub(super) fn supposed_after(&self, stage: Option<Stage>) -> f64 {
        supposed_after(stage) * self.factor(stage)
    }

    /// When the agency works.
    pub(super) fn calendar(&self) -> WorkCalendar {
        self.habit.calendar()
    }

    fn factor(&self, stage: Option<Stage>) -> f64 {
        stage.map_or(1.0, |stage| self.experience.factor(stage))
    }
}

fn stage(line: &str) -> Option<(Stage, f64, f64)> {
    let mut words = line.split(' ');
    let stage = Stage::from_code(words.next()?)?;
    Some((stage, words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}
