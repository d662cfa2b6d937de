//! When a case is asked about next.

use std::sync::Arc;

use casefolio_domain::polling::{self, DueFacts, Intervals, Planner};
use casefolio_domain::{Case, Observation, ProblemKind};
use chrono::{DateTime, TimeDelta, Utc};

use super::planning::stage_of;

use crate::error::Error;
use crate::service::Preset;

/// Cases of the practice service move within seconds, so they are asked about within seconds.
const PRACTICE_INTERVAL: TimeDelta = TimeDelta::seconds(5);

/// By what it is decided when a case is due next.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// The service that is asked.
    pub(super) preset: Preset,
    /// The plan; without one each case is due after an interval of its own.
    pub(super) plan: Option<Arc<Planner>>,
}

/// Without a plan: when a case whose status was found now is due next. `chance` is a random number from 0 to 1.
pub(super) fn after_answer(now: DateTime<Utc>, seen: &Seen<'_>, preset: Preset, chance: f64) -> DateTime<Utc> {
    if preset == Preset::Practice {
        return now + PRACTICE_INTERVAL;
    }
    let facts = DueFacts { stage: Some(stage_of(seen.found)), since_change: seen.since_change, answered: true };
    polling::next_due(now, &facts, chance * 2.0 - 1.0, preset.hours(), &Intervals::default())
}

/// The status that was just found of a case.
pub(super) struct Seen<'a> {
    pub(super) found: &'a Observation,
    /// The time since it changed.
    pub(super) since_change: TimeDelta,
}

impl<'a> Seen<'a> {
    /// Of a case that is known.
    pub(super) fn of(case: &Case, found: &'a Observation, changed: bool, now: DateTime<Utc>) -> Self {
        let since = if changed { now } else { case.changed_at.unwrap_or(case.added_at) };
        Self { found, since_change: now - since }
    }
}

/// When a case whose check failed now is due next, and how many failures in a row of its own it then has; given both as they were.
/// A failure of the service as a whole leaves the case as it was: the watcher waits as a whole.
pub(super) fn after_failure(
    now: DateTime<Utc>,
    (due_at, failures): (DateTime<Utc>, u32),
    kind: ProblemKind,
    preset: Preset,
    chance: f64,
) -> (DateTime<Utc>, u32) {
    if kind.concerns_the_service() {
        return (due_at, failures);
    }
    let failures = failures.saturating_add(1);
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

#[cfg(test)]
mod tests {
    use casefolio_domain::{Bilingual, CaseId, ReceiptNumber, Wishes};

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Monday, 10:00 Eastern.
    fn now() -> DateTime<Utc> {
        at("2026-03-02T15:00:00Z")
    }

    fn case() -> Case {
        Case {
            id: CaseId(1),
            receipt: ReceiptNumber::parse("IOE0911223301").unwrap(),
            person: String::new(),
            label: String::new(),
            added_at: at("2025-01-01T15:00:00Z"),
            last: None,
            changed_at: None,
            checked_at: None,
            answered_at: None,
            problem: None,
            due_at: at("2026-03-02T14:00:00Z"),
            due_why: None,
            failures: 0,
            unread: false,
            doubtful_since: None,
            wishes: Wishes::default(),
        }
    }

    fn standing(case: &Case) -> (DateTime<Utc>, u32) {
        (case.due_at, case.failures)
    }

    fn found(title: &str) -> Observation {
        Observation {
            receipt: case().receipt,
            form: None,
            submitted: None,
            modified: None,
            title: Bilingual::new(title, ""),
            text: Bilingual::default(),
            links: Vec::new(),
            history: Vec::new(),
        }
    }

    fn wait(title: &str, changed: bool, preset: Preset) -> TimeDelta {
        let (case, found) = (case(), found(title));
        after_answer(now(), &Seen::of(&case, &found, changed, now()), preset, 0.5) - now()
    }

    #[test]
    fn a_fresh_change_is_looked_at_sooner_than_a_case_that_has_long_been_still() {
        let title = "Case Was Received";
        assert_eq!(wait(title, true, Preset::Production), TimeDelta::hours(6));
        assert_eq!(wait(title, false, Preset::Production), TimeDelta::hours(12), "still for more than a year");
        assert!(wait("Request for Additional Evidence Was Sent", true, Preset::Production) < TimeDelta::hours(6));
    }

    #[test]
    fn in_the_sandbox_nothing_is_due_while_it_is_closed() {
        let night = at("2026-03-07T04:00:00Z");
        let (case, found) = (case(), found("Case Was Received"));
        for chance in [0.0, 0.5, 1.0] {
            let due = after_answer(night, &Seen::of(&case, &found, true, night), Preset::Sandbox, chance);
            assert!(Preset::Sandbox.hours().is_open(due) && due > at("2026-03-09T00:00:00Z"));
            let (due, _) = after_failure(night, standing(&case), ProblemKind::Unreadable, Preset::Sandbox, chance);
            assert!(Preset::Sandbox.hours().is_open(due));
        }
    }

    #[test]
    fn a_failure_of_the_service_leaves_the_case_as_it_was() {
        for kind in ProblemKind::ALL.into_iter().filter(|kind| kind.concerns_the_service()) {
            assert_eq!(
                after_failure(now(), standing(&case()), kind, Preset::Production, 1.0),
                (case().due_at, 0),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn a_failure_of_the_receipt_puts_it_off_longer_each_time() {
        let mut case = case();
        for longest in [15, 30, 60, 120, 240, 360, 360] {
            let (due, failures) =
                after_failure(now(), standing(&case), ProblemKind::NotRecognised, Preset::Production, 1.0);
            assert_eq!((due - now(), failures), (TimeDelta::minutes(longest), case.failures + 1));
            case.failures = failures;
        }
    }

    #[test]
    fn practice_cases_are_due_within_seconds_whatever_came() {
        assert_eq!(wait("Case Was Received", false, Preset::Practice), PRACTICE_INTERVAL);
        let (due, failures) =
            after_failure(now(), standing(&case()), ProblemKind::NotRecognised, Preset::Practice, 1.0);
        assert_eq!((due - now(), failures), (PRACTICE_INTERVAL, 1));
    }
}
