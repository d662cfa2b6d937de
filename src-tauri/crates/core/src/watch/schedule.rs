//! When a case is asked about next.

use casefolio_domain::polling::{self, DueFacts, Intervals};
use casefolio_domain::{Case, Observation, ProblemKind, Stage};
use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Error;
use crate::service::Preset;

/// Cases of the practice service move within seconds, so they are asked about within seconds.
const PRACTICE_INTERVAL: TimeDelta = TimeDelta::seconds(5);

/// When a case whose status was found now is due next. `chance` is a random number from 0 to 1.
pub(super) fn after_answer(now: DateTime<Utc>, seen: &Seen<'_>, preset: Preset, chance: f64) -> DateTime<Utc> {
    if preset == Preset::Practice {
        return now + PRACTICE_INTERVAL;
    }
    let since = if seen.changed { now } else { seen.case.changed_at.unwrap_or(seen.case.added_at) };
    let stage = Stage::of(&seen.found.title.en, &seen.found.text.en);
    let facts = DueFacts { stage: Some(stage), since_change: now - since, answered: true };
    polling::next_due(now, &facts, chance * 2.0 - 1.0, preset.hours(), &Intervals::default())
}

/// A case and the status that was just found of it.
pub(super) struct Seen<'a> {
    pub(super) case: &'a Case,
    pub(super) found: &'a Observation,
    pub(super) changed: bool,
}

/// When a case whose check failed now is due next, and how many failures in a row of its own it then has.
/// A failure of the service as a whole leaves the case as it was: the watcher waits as a whole.
pub(super) fn after_failure(
    now: DateTime<Utc>,
    case: &Case,
    kind: ProblemKind,
    preset: Preset,
    chance: f64,
) -> (DateTime<Utc>, u32) {
    if kind.concerns_the_service() {
        return (case.due_at, case.failures);
    }
    let failures = case.failures.saturating_add(1);
    if preset == Preset::Practice {
        return (now + PRACTICE_INTERVAL, failures);
    }
    let due = now + polling::backoff(failures, chance);
    (preset.hours().next_opening(due), failures)
}

/// A random number from 0 to 1.
pub(super) fn chance() -> Result<f64, Error> {
    let bits = getrandom::u32().map_err(|_| Error::Randomness)?;
    Ok(f64::from(bits) / f64::from(u32::MAX))
}
