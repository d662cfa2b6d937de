//! Writes what the service said into the portfolio: the one way for a status to enter it.

use std::sync::Arc;

use casefolio_domain::polling::{Past, Planner, PolledCase, Prices, Why};
use casefolio_domain::{Case, Change, ChangeKind, Doubt, Glance, LastKnown, Observation, ProblemKind, compare};
use casefolio_store::cases::{self, Answered, Failed};
use casefolio_store::changes::{self, ChangeId, NewChange};
use casefolio_store::outbox::{self, Channel};
use casefolio_store::watch_store::{Content, Letter};
use casefolio_store::{Transaction, budget, muted, observations, recipients};
use casefolio_uscis::{Answer, Failure};
use chrono::{DateTime, NaiveDate, Utc};
use tokio::sync::mpsc;

use super::book::{Askable, Book, Booking, Outcome};
use super::lessons::Lessons;
use super::planning::{self, NextDue};
use super::schedule::{self, Schedule, Seen, chance};
use crate::clock::Clock;
use crate::error::Error;
use crate::events::{PortfolioEvent, RoundReport};
use crate::portfolio::{Listener, Portfolio};
use crate::preferences::Preferences;
use crate::service::{Preset, Service};
use crate::waits::Waits;

/// How many results share a commit at most: those that came in while the commit before was under way.
const GROUP: usize = 64;

/// Commits outcomes in groups until there are no more, and tells of each only after its commit. Blocks: for a thread of its own.
pub(super) fn record_all(
    book: &dyn Book,
    schedule: &Schedule,
    mut outcomes: mpsc::Receiver<Outcome>,
) -> Result<RoundReport, Error> {
    let mut report = RoundReport::default();
    while let Some(first) = outcomes.blocking_recv() {
        let mut group = vec![first];
        while group.len() < GROUP
            && let Ok(next) = outcomes.try_recv()
        {
            group.push(next);
        }
        for event in book.record(schedule, &group)? {
            count(&mut report, &event);
            book.tell(&event);
        }
    }
    Ok(report)
}

fn count(report: &mut RoundReport, event: &PortfolioEvent) {
    match event {
        PortfolioEvent::Checked { told, .. } => {
            report.checked += 1;
            report.changed += u32::from(*told);
        }
        PortfolioEvent::Failed { .. } => report.failed += 1,
        PortfolioEvent::Notified { .. }
        | PortfolioEvent::RoundStarted { .. }
        | PortfolioEvent::RoundEnded(_)
        | PortfolioEvent::CasesEdited
        | PortfolioEvent::SettingsEdited
        | PortfolioEvent::BackupsChanged
        | PortfolioEvent::HealthChanged => {}
    }
}

type StoreResult<T> = Result<T, casefolio_store::Error>;

impl Book for Portfolio {
    fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    fn service(&self) -> Result<Arc<Service>, Error> {
        Self::service(self)
    }

    fn listen(&self, listener: Listener) {
        Self::listen(self, listener);
    }

    fn tell(&self, event: &PortfolioEvent) {
        Self::tell(self, event);
    }

    fn askable(&self, due_at: Option<DateTime<Utc>>) -> Result<Vec<Askable>, Error> {
        self.take_over_what_is_left();
        let cases = self.store.read(|c| due_at.map_or_else(|| cases::list(c), |now| cases::due(c, now)))?;
        let (now, pasts) = (self.clock.now(), self.pasts_of(&cases)?);
        let (lessons, waits) = self.store.read(|c| Ok((Lessons::kept(c)?, Waits::kept(c)?)))?;
        let bounds = (now, waits.intervals());
        let askable = |(case, past): (Case<Glance>, Past)| {
            let stage = case.last.as_ref().map(Glance::stage);
            Askable {
                polled: PolledCase { id: case.id, due_at: case.due_at, stage },
                watched: Some(planning::watched(&lessons, &case, (stage, past), bounds)),
                receipt: case.receipt,
            }
        };
        Ok(cases.into_iter().zip(pasts).map(askable).collect())
    }

    fn next_due(&self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.store.read(cases::next_due)?)
    }

    fn spent(&self, day: NaiveDate) -> Result<u32, Error> {
        Ok(self.store.read(|c| budget::spent(c, day))?)
    }

    fn book_calls(&self, day: NaiveDate, booking: Booking) -> Result<(), Error> {
        self.store.write(|t| booking.write(t, day))?;
        // Before the calls are made: should the program be killed, they count behind the lock, too.
        self.keep_calls_behind_lock(day);
        Ok(())
    }

    fn plan(&self, now: DateTime<Utc>, known: &Prices) -> Result<Option<Arc<Planner>>, Error> {
        Self::plan(self, now, known)
    }

    fn record(&self, schedule: &Schedule, outcomes: &[Outcome]) -> Result<Vec<PortfolioEvent>, Error> {
        Recorder { portfolio: self, preferences: self.preferences()?, schedule: schedule.clone() }.commit(outcomes)
    }
}

impl Portfolio {
    fn pasts_of(&self, of: &[Case<Glance>]) -> Result<Vec<Past>, Error> {
        Ok(self.store.read(|c| of.iter().map(|case| cases::past(c, case.id)).collect())?)
    }
}

/// When an answer came, and what that means for what follows.
#[derive(Clone, Copy)]
struct Moment {
    at: DateTime<Utc>,
    /// A random number from 0 to 1.
    chance: f64,
    /// Whether its change was told behind the lock.
    told_before: bool,
}

pub(super) struct Recorder<'a> {
    pub(super) portfolio: &'a Portfolio,
    pub(super) preferences: Preferences,
    pub(super) schedule: Schedule,
}

impl Recorder<'_> {
    fn commit(&self, group: &[Outcome]) -> Result<Vec<PortfolioEvent>, Error> {
        let mut chances = Vec::with_capacity(group.len());
        for _ in group {
            chances.push(chance()?);
        }
        let events = self.portfolio.store.write(|t| {
            let events = group.iter().zip(&chances).map(|(outcome, chance)| self.record(t, outcome, *chance));
            Ok(events.collect::<StoreResult<Vec<_>>>()?.into_iter().flatten().collect())
        })?;
        Ok(events)
    }

    /// Records one outcome; nothing of a case that was removed while it was asked about, but the call it cost.
    fn record(&self, t: &Transaction<'_>, outcome: &Outcome, chance: f64) -> StoreResult<Option<PortfolioEvent>> {
        let kind = outcome.result.as_ref().map_or_else(|failure| failure.kind.code(), |_| "found");
        budget::book(t, outcome.day, kind)?;
        if let Some((day, kind)) = outcome.first_try {
            budget::book(t, day, kind.code())?;
        }
        let Some(case) = cases::by_id(t, outcome.case.id())? else {
            return Ok(None);
        };
        let event = match &outcome.result {
            Ok(answer) => {
                self.record_answer(t, &case, answer, Moment { at: outcome.at, chance, told_before: false })?
            }
            Err(failure) => self.record_failure(t, &case, failure, (outcome.at, chance))?,
        };
        Ok(Some(event))
    }

    fn record_answer(
        &self,
        t: &Transaction<'_>,
        case: &Case,
        answer: &Answer,
        Moment { at, chance, told_before }: Moment,
    ) -> StoreResult<PortfolioEvent> {
        let found = &answer.observation;
        let changes = match &case.last {
            Some(last) => {
                let doubtful = case.doubtful_since.is_some();
                compare(&LastKnown { observation: last.clone(), doubtful }, found)
            }
            None => Vec::new(),
        };
        let observation = observations::record(t, case.id, found, &answer.raw, at)?;
        let console = casefolio_domain::notice::Preferences { enabled: true, ..self.preferences.notice() };
        let worth_telling = console.headline(&changes).map(Change::kind);
        for change in &changes {
            let id = changes::record(t, &NewChange { case: case.id, observation, change, at })?;
            if Some(change.kind()) == worth_telling {
                self.enqueue(t, case, id, (at, told_before))?;
            }
        }
        let told = worth_telling.is_some();
        let due = self.learn(t, case, found, (at, told, chance))?;
        cases::answered(t, case.id, &Answered { now: at, due, changed: told })?;
        let changes: Vec<ChangeKind> = changes.iter().map(Change::kind).collect();
        Ok(PortfolioEvent::Checked { case: case.id, receipt: case.receipt.clone(), changes, told, at })
    }

    /// Learns from a check that found a status; when the case is due next. The practice service, whose cases move within seconds, teaches
    /// nothing of the agency.
    fn learn(
        &self,
        t: &Transaction<'_>,
        case: &Case,
        found: &Observation,
        (at, changed, chance): (DateTime<Utc>, bool, f64),
    ) -> StoreResult<NextDue> {
        let lessons = Lessons::kept(t)?;
        let (past, check) = planning::learn(&lessons, (case, cases::past(t, case.id)?), found, (at, changed));
        cases::learnt(t, case.id, past)?;
        let due = if let Some(plan) = &self.schedule.plan {
            let changed_at = if changed { Some(at) } else { case.changed_at };
            let after = Case { answered_at: Some(at), changed_at, failures: 0, ..case.at_a_glance() };
            let known = (Some(planning::stage_of(found)), past);
            planning::due(plan, at, &planning::watched(&lessons, &after, known, (at, Waits::kept(t)?.intervals())))
        } else {
            let seen = Seen::of(case, found, changed, at);
            (schedule::after_answer(at, &seen, self.schedule.preset, chance), Why::Worth)
        };
        if let Some(check) = check.filter(|_| self.schedule.preset != Preset::Practice) {
            lessons.learn(t, &check)?;
        }
        Ok(due)
    }

    fn record_failure(
        &self,
        t: &Transaction<'_>,
        case: &Case,
        failure: &Failure,
        (at, chance): (DateTime<Utc>, f64),
    ) -> StoreResult<PortfolioEvent> {
        let (due_at, failures) =
            schedule::after_failure(at, (case.due_at, case.failures), failure.kind, self.schedule.preset, chance);
        self.note_failure(t, case, (failure.kind, failures), (at, due_at))?;
        let (receipt, kind, message) = (case.receipt.clone(), failure.kind, failure.message.clone());
        Ok(PortfolioEvent::Failed { case: case.id, receipt, kind, message, at })
    }

    /// Records what came behind the lock, at its own time; nothing of a case that was removed since.
    pub(super) fn record_letter(
        &self,
        t: &Transaction<'_>,
        letter: Letter,
        told_before: bool,
        chance: f64,
    ) -> StoreResult<()> {
        let Some(case) = cases::by_receipt(t, &letter.receipt)? else { return Ok(()) };
        match letter.content {
            Content::Answer { observation, raw } => {
                let answer = Answer { observation: *observation, raw };
                self.record_answer(t, &case, &answer, Moment { at: letter.at, chance, told_before }).map(drop)
            }
            Content::Same => self.record_same(t, &case, (letter.times, letter.at), chance),
            Content::Failed { kind, failures } => {
                let before = (case.due_at, failures.saturating_sub(1));
                let (due_at, _) = schedule::after_failure(letter.at, before, kind, self.schedule.preset, chance);
                self.note_failure(t, &case, (kind, failures), (letter.at, due_at))
            }
        }
    }

    /// The last known status came again.
    fn record_same(
        &self,
        t: &Transaction<'_>,
        case: &Case,
        (times, at): (u32, DateTime<Utc>),
        chance: f64,
    ) -> StoreResult<()> {
        let Some(found) = &case.last else { return Ok(()) };
        observations::seen_again(t, case.id, times, at)?;
        let due = self.learn(t, case, found, (at, false, chance))?;
        cases::answered(t, case.id, &Answered { now: at, due, changed: false })
    }

    /// When a case that was put off until `due_at` is due.
    fn due_again(
        &self,
        t: &Transaction<'_>,
        case: &Case,
        (now, due_at, failures): (DateTime<Utc>, DateTime<Utc>, u32),
    ) -> StoreResult<NextDue> {
        let Some(plan) = &self.schedule.plan else { return Ok((due_at, Why::PutOff)) };
        let after = Case { due_at, failures, ..case.at_a_glance() };
        let stage = case.last.as_ref().map(planning::stage_of);
        let bounds = (now, Waits::kept(t)?.intervals());
        let watched = planning::watched(&Lessons::kept(t)?, &after, (stage, cases::past(t, case.id)?), bounds);
        Ok(planning::due_again(plan, now, &after, &watched))
    }

    /// Notes a failed check. Where it makes the last known status doubtful, that is a change of its own.
    fn note_failure(
        &self,
        t: &Transaction<'_>,
        case: &Case,
        (kind, failures): (ProblemKind, u32),
        (now, due_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> StoreResult<()> {
        let known = cases::doubt(t, case.id)?;
        let sighted = kind == ProblemKind::NotRecognised && case.last.is_some();
        let doubt = if sighted { Some(Doubt::after(known, now, 1)) } else { known };
        let due =
            if kind.concerns_the_service() { None } else { Some(self.due_again(t, case, (now, due_at, failures))?) };
        cases::failed(t, case.id, &Failed { now, due, kind, failures, doubt })?;
        let founded = sighted && doubt.is_some_and(|doubt| doubt.is_well_founded(now));
        if founded && case.doubtful_since.is_none() {
            let observation = cases::called_doubtful(t, case.id, now)?;
            let new = NewChange { case: case.id, observation, change: &Change::Disappeared, at: now };
            let id = changes::record(t, &new)?;
            self.enqueue(t, case, id, (now, false))?;
        }
        Ok(())
    }

    /// Puts a change that is worth telling into the outbox of whoever is to be told. A console is told of everything.
    fn enqueue(
        &self,
        t: &Transaction<'_>,
        case: &Case,
        change: ChangeId,
        (at, told_before): (DateTime<Utc>, bool),
    ) -> StoreResult<()> {
        let is_muted = case.wishes.muted || muted::mutes(t, case)?;
        let channel = self.portfolio.channel;
        let here = match channel {
            Channel::Console => true,
            Channel::Desktop | Channel::Email => self.preferences.notifications && !is_muted,
        };
        if told_before {
            outbox::enqueue_told(t, change, channel, at)?;
        } else if here {
            outbox::enqueue(t, change, (channel, None), at)?;
        }
        let recipients = if is_muted { Vec::new() } else { recipients::of_case(t, case)? };
        recipients.into_iter().try_for_each(|to| outbox::enqueue(t, change, (Channel::Email, Some(to)), at))
    }
}
