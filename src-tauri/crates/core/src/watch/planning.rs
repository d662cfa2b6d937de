//! The plan of a portfolio: who is asked about when, by what is known of each case.

use std::collections::HashMap;
use std::sync::Arc;

use casefolio_domain::polling::{
    Budget, Concern, Effort, Intervals, Past, Planner, Prices, Terms, Watched, Why, WorkCalendar, day_of,
};
use casefolio_domain::{Case, CaseId, Glance, Observation, Stage};
use casefolio_store::cases;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::lessons::{Check, Lessons};
use crate::error::Error;
use crate::portfolio::Portfolio;
use crate::service::{Preset, Service, ServiceSettings};
use crate::waits::Waits;

/// A case whose time moves by less than this keeps the one it has: nothing is written for nothing.
const SAME: TimeDelta = TimeDelta::minutes(10);
/// One that is due by now stays so, unless a new plan has it wait for longer than this: the plan goes by quarters of an hour, and one that is
/// made within the quarter of a case would have it wait for the next.
const SAME_IF_DUE: TimeDelta = TimeDelta::minutes(20);

/// When a case is due that is asked about only when the user says so, in seconds since 1970: the year 9999.
const NEVER: i64 = 253_370_764_800;

/// When a case is due next, and why then.
pub(super) type NextDue = (DateTime<Utc>, Why);

/// So many failures in a row of one receipt are each followed by a check as soon as the wait is over; later ones by one that is worth its
/// call besides.
const RETRIES: u32 = 4;

/// When a case whose check failed, and which was put off until `case.due_at`, is due by a plan.
pub(super) fn due_again<S>(plan: &Planner, now: DateTime<Utc>, case: &Case<S>, of: &Watched) -> NextDue {
    if case.failures <= RETRIES { (case.due_at, Why::PutOff) } else { due(plan, now, of) }
}

/// When `case` is due by a plan.
pub(super) fn due(plan: &Planner, now: DateTime<Utc>, case: &Watched) -> NextDue {
    let never = || (DateTime::from_timestamp(NEVER, 0).unwrap_or(DateTime::<Utc>::MAX_UTC), Why::UntilAsked);
    plan.due(now, case).map_or_else(never, |due| (due.at, due.why))
}

/// Whether a plan still holds at `now`. One that was made later than that is of a clock that was set back since.
pub(super) fn holds(plan: &Planner, now: DateTime<Utc>) -> bool {
    (plan.made_at()..plan.good_until()).contains(&now)
}

/// What the plan goes by, of a case.
pub(super) fn watched<S>(
    lessons: &Lessons,
    case: &Case<S>,
    (stage, past): (Option<Stage>, Past),
    (now, intervals): (DateTime<Utc>, Intervals),
) -> Watched {
    let since_change = now.signed_duration_since(since(case)).max(TimeDelta::zero());
    let concern = Concern { stage, since_change, starred: case.wishes.starred, deadline: false };
    let rate = past.rate(lessons.supposed(stage, since_change));
    Watched {
        id: case.id,
        asked_at: case.answered_at,
        worth: rate * concern.weight(),
        rate,
        after: past.rate_after(lessons.supposed_after(stage)) * concern.weight(),
        patience: concern.patience(&intervals),
        not_before: (case.failures > 0).then_some(case.due_at),
    }
}

/// Since when its status has stood, as far as was seen.
fn since<S>(case: &Case<S>) -> DateTime<Utc> {
    case.changed_at.unwrap_or(case.added_at)
}

/// What a check that brought a status teaches of the pace of a case, given as it was before, and, where there was one before it, of its
/// stage and of the agency's hours.
pub(super) fn learn(
    lessons: &Lessons,
    (case, past): (&Case, Past),
    found: &Observation,
    (at, changed): (DateTime<Utc>, bool),
) -> (Past, Option<Check>) {
    let work = |from: DateTime<Utc>| Effort::new(&WorkCalendar::default(), from, at).between(from, at).max(0.0);
    if let (Some(last), Some(before)) = (&case.last, case.answered_at) {
        let stage = stage_of(last);
        let of_stage = lessons.supposed(Some(stage), before.signed_duration_since(since(case)));
        let (before, of_case) = (before.min(at), past.rate(of_stage));
        let hours = work(before);
        let past = if changed { past.changed(hours, of_stage) } else { past.unchanged(hours, of_stage) };
        return (past, Some(Check { stage, between: (before, at), hours, of_stage, of_case, changed }));
    }
    // The first sight: the answer says since when the status has stood.
    let past = found.modified.map_or(past, |modified| {
        let stood = modified.and_utc().min(at);
        let supposed = lessons.supposed(Some(stage_of(found)), at.signed_duration_since(stood));
        past.unchanged(work(stood), supposed)
    });
    (past, None)
}

/// The stage of a status.
pub(super) fn stage_of(seen: &Observation) -> Stage {
    Stage::of(&seen.title.en, &seen.text.en)
}

impl Portfolio {
    /// Plans anew at `now`, beginning with the prices of the plan before, and writes down when each case is due where that moved. None
    /// without a service, and for the practice service, whose cases move within seconds.
    pub(super) fn plan(&self, now: DateTime<Utc>, known: &Prices) -> Result<Option<Arc<Planner>>, Error> {
        let Some(settings) = self.settings_in_use()?.filter(|settings| settings.preset != Preset::Practice) else {
            return Ok(None);
        };
        let day = day_of(now, ServiceSettings::RESET);
        let (listed, pasts, spent) =
            self.store.read(|c| Ok((cases::list(c)?, cases::pasts(c)?, casefolio_store::budget::spent(c, day)?)))?;
        let (lessons, waits) = self.store.read(|c| Ok((Lessons::kept(c)?, Waits::kept(c)?)))?;
        let intervals = waits.intervals();
        let pasts: HashMap<CaseId, Past> = pasts.into_iter().collect();
        let past = |case: &Case<Glance>| pasts.get(&case.id).copied().unwrap_or_default();
        let watched =
            |case| watched(&lessons, case, (case.last.as_ref().map(Glance::stage), past(case)), (now, intervals));
        let all: Vec<Watched> = listed.iter().map(watched).collect();
        let share = self.share(day, all.len());
        let left = settings.per_day.saturating_sub(spent).saturating_sub(share.of_others);
        let budget = Budget { left_today: share.of(left) };
        let terms = Terms { per_day: share.of(settings.per_day), ..self.terms(&settings, &lessons, intervals) };
        let plan = Planner::new(now, terms, &all, budget, known);
        let moved: Vec<(CaseId, NextDue)> = listed
            .iter()
            .zip(&all)
            .filter_map(|(case, watched)| {
                let next =
                    if case.failures > 0 { due_again(&plan, now, case, watched) } else { due(&plan, now, watched) };
                moves(case, next, now).then_some((case.id, next))
            })
            .collect();
        if !moved.is_empty() {
            self.store.write(|t| moved.iter().try_for_each(|(id, next)| cases::planned(t, *id, *next)))?;
        }
        Ok(Some(Arc::new(plan)))
    }

    /// What is left to this portfolio by those that share its client id. Without a client, which then cannot ask, everything.
    fn share(&self, day: NaiveDate, cases: usize) -> Share {
        let share = |service: Arc<Service>| Share {
            part: service.seat.part(cases),
            of_others: service.seat.pages().of_others(day),
        };
        self.service().map_or(Share { part: 1.0, of_others: 0 }, share)
    }

    fn terms(&self, settings: &ServiceSettings, lessons: &Lessons, intervals: Intervals) -> Terms {
        Terms {
            calendar: lessons.calendar(),
            hours: settings.preset.hours(),
            zone: ServiceSettings::RESET,
            per_day: settings.per_day,
            intervals,
            spread: spread(&self.id),
        }
    }
}

/// What portfolios that share a client id leave to one of them.
#[derive(Debug, Clone, Copy)]
struct Share {
    /// Its cases, as a part of all.
    part: f64,
    /// Calls that the others spent today.
    of_others: u32,
}

impl Share {
    /// Its part of these calls, rounded up.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a part of a number from 0 up")]
    fn of(self, calls: u32) -> u32 {
        (f64::from(calls) * self.part.clamp(0.0, 1.0)).ceil() as u32
    }
}

/// Whether a case is to be written down as due at another time.
fn moves(case: &Case<Glance>, (at, why): NextDue, now: DateTime<Utc>) -> bool {
    let (was, is) = (case.due_at.max(now), at.max(now));
    let same = if case.due_at <= now { SAME_IF_DUE } else { SAME };
    let is_off = was.signed_duration_since(is).abs() >= same;
    is_off || (case.due_why != Some(why) && (case.due_why.is_none() || why == Why::UntilAsked))
}

/// A number for each portfolio, of its random id.
fn spread(id: &str) -> u64 {
    id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
