//! A round: one pass over the cases that are due, or over those a person asked for.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use casefolio_domain::polling::{self, Budget, PolledCase};
use casefolio_domain::{Case, CaseId, ProblemKind};
use casefolio_store::{budget, cases};
use casefolio_uscis::{Answer, Failure};
use chrono::{DateTime, NaiveDate, Utc};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::ledger::Ledger;
use super::recorder::{Outcome, record_all};
use super::schedule::chance;
use crate::cases::stage_of;
use crate::error::Error;
use crate::events::{PortfolioEvent, RoundReport};
use crate::portfolio::Portfolio;
use crate::service::{Service, ServiceSettings};

/// How many calls are under way at once, at most.
const IN_FLIGHT: usize = 8;
/// How many results may wait for their commit before asking pauses.
const WAITING_RESULTS: usize = 256;
/// After how many failures of the service in a row, with no answer between, a planned round stops.
const FAILURES_THAT_STOP: u32 = 3;
/// How many calls of a round may be tried a second time.
const SECOND_TRIES: u32 = 20;

/// Whom a round asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// The cases that are due; the round stops when the service as a whole fails.
    Due,
    /// Every case: a person's own order, carried on whatever the service says, within pace and budget.
    All,
    /// These cases: likewise.
    These(Vec<CaseId>),
}

/// Asks about the cases of `order` and records every answer. Ends when all that was asked is committed.
pub async fn run_round(portfolio: &Arc<Portfolio>, order: &Order) -> Result<RoundReport, Error> {
    let service = portfolio.service()?;
    let now = portfolio.clock.now();
    let mut ledger = Ledger::new(&portfolio.store, service.settings.per_day, now);
    let (queue, mut held_back) = queue(portfolio, order, ledger.left()?)?;
    portfolio.tell(&PortfolioEvent::RoundStarted { total: queue.len() });
    let before = service.client.calls_made();
    let (sender, receiver) = mpsc::channel(WAITING_RESULTS);
    let recorder = tokio::task::spawn_blocking({
        let (portfolio, preset) = (Arc::clone(portfolio), service.settings.preset);
        move || record_all(&portfolio, preset, receiver)
    });
    let mut asking = Asking::new(Arc::clone(portfolio), Arc::clone(&service), order, sender);
    let asked = asking.ask_all(queue, &mut ledger).await;
    let (left_over, stopped_by) = (asking.left_over, asking.stopped_by());
    drop(asking);
    let committed = recorder.await.map_err(|_| Error::Stopped)?;
    ledger.give_back()?;
    asked?;
    held_back += left_over;
    let calls = service.calls_since(before);
    let mut report = committed?;
    book_the_rest(portfolio, now, calls.saturating_sub(report.checked + report.failed))?;
    report.calls = calls;
    report.held_back = u32::try_from(held_back).unwrap_or(u32::MAX);
    report.stopped_by = stopped_by.or((held_back > 0).then_some(ProblemKind::BudgetSpent));
    portfolio.tell(&PortfolioEvent::RoundEnded(report));
    Ok(report)
}

/// Calls for tokens and second tries belong to no result; they count all the same.
fn book_the_rest(portfolio: &Portfolio, now: DateTime<Utc>, calls: u32) -> Result<(), Error> {
    if calls == 0 {
        return Ok(());
    }
    let day = polling::day_of(now, ServiceSettings::RESET);
    Ok(portfolio.store.write(|t| budget::spend(t, day, "token", calls))?)
}

fn queue(portfolio: &Portfolio, order: &Order, left_today: u32) -> Result<(VecDeque<Case>, usize), Error> {
    let now = portfolio.clock.now();
    let all = portfolio.store.read(|c| match order {
        Order::Due => cases::due(c, now),
        Order::All => cases::list(c),
        Order::These(ids) => Ok(cases::list(c)?.into_iter().filter(|case| ids.contains(&case.id)).collect()),
    })?;
    let polled: Vec<PolledCase> = all
        .iter()
        .map(|case| {
            // A person's own order makes every one of its cases due.
            let due_at = if *order == Order::Due { case.due_at } else { case.due_at.min(now) };
            PolledCase { id: case.id, due_at, stage: case.last.as_ref().map(|_| stage_of(case)) }
        })
        .collect();
    let plan = polling::plan(now, &polled, Budget { left_today });
    let mut by_id: HashMap<CaseId, Case> = all.into_iter().map(|case| (case.id, case)).collect();
    Ok((plan.ask.iter().filter_map(|id| by_id.remove(id)).collect(), plan.held_back))
}

/// A case, the day its call was taken from, and what came of it.
type Asked = (Case, NaiveDate, Result<Answer, Failure>);

/// The asking half of a round.
struct Asking {
    portfolio: Arc<Portfolio>,
    service: Arc<Service>,
    own_order: bool,
    results: mpsc::Sender<Outcome>,
    calls: JoinSet<Asked>,
    second_tries: u32,
    failures_in_a_row: u32,
    stopped_by: Option<ProblemKind>,
    left_over: usize,
}

impl Asking {
    fn new(portfolio: Arc<Portfolio>, service: Arc<Service>, order: &Order, results: mpsc::Sender<Outcome>) -> Self {
        let own_order = *order != Order::Due;
        let (calls, second_tries) = (JoinSet::new(), SECOND_TRIES);
        Self {
            portfolio,
            service,
            own_order,
            results,
            calls,
            second_tries,
            failures_in_a_row: 0,
            stopped_by: None,
            left_over: 0,
        }
    }

    fn stopped_by(&self) -> Option<ProblemKind> {
        self.stopped_by
    }

    async fn ask_all(&mut self, mut queue: VecDeque<Case>, ledger: &mut Ledger<'_>) -> Result<(), Error> {
        while let Some(case) = queue.pop_front() {
            while self.calls.len() >= IN_FLIGHT {
                self.settle_one().await?;
            }
            self.service.keep_pace().await;
            self.settle_those_done().await?;
            if self.stopped_by.is_some() {
                self.left_over = queue.len() + 1;
                break;
            }
            let Some(day) = ledger.take(self.portfolio.clock.now())? else {
                self.stopped_by = Some(ProblemKind::BudgetSpent);
                self.left_over = queue.len() + 1;
                break;
            };
            self.ask(case, day);
        }
        while !self.calls.is_empty() {
            self.settle_one().await?;
        }
        Ok(())
    }

    fn ask(&mut self, case: Case, day: NaiveDate) {
        let (service, portfolio) = (Arc::clone(&self.service), Arc::clone(&self.portfolio));
        let pause = self.second_try_pause();
        self.calls.spawn(async move {
            let mut result = service.client.fetch(&case.receipt, portfolio.clock.now()).await;
            if let (Err(failure), Some(pause)) = (&result, pause)
                && deserves_second_try(failure)
            {
                tokio::time::sleep(failure.retry_after.map_or(pause, |told| told.min(Duration::from_secs(5)))).await;
                service.keep_pace().await;
                result = service.client.fetch(&case.receipt, portfolio.clock.now()).await;
            }
            (case, day, result)
        });
    }

    /// How long to wait before a second try, while the round has some left: half a second to one and a half.
    fn second_try_pause(&self) -> Option<Duration> {
        let unit = chance().ok()?;
        (self.second_tries > 0).then(|| Duration::from_millis(500) + Duration::from_secs(1).mul_f64(unit))
    }

    async fn settle_those_done(&mut self) -> Result<(), Error> {
        while let Some(joined) = self.calls.try_join_next() {
            self.settle(joined.map_err(|_| Error::Stopped)?).await?;
        }
        Ok(())
    }

    async fn settle_one(&mut self) -> Result<(), Error> {
        match self.calls.join_next().await {
            Some(joined) => self.settle(joined.map_err(|_| Error::Stopped)?).await,
            None => Ok(()),
        }
    }

    async fn settle(&mut self, (case, day, result): Asked) -> Result<(), Error> {
        self.judge(&result);
        let at = self.portfolio.clock.now();
        self.results.send(Outcome { case, day, at, result }).await.map_err(|_| Error::Stopped)
    }

    /// Decides whether a planned round goes on: credentials refused or a closed service end it at once, other failures of the
    /// service when they come in a row.
    fn judge(&mut self, result: &Result<Answer, Failure>) {
        let Err(failure) = result else {
            self.failures_in_a_row = 0;
            return;
        };
        if deserves_second_try(failure) {
            self.second_tries = self.second_tries.saturating_sub(1);
        }
        if self.own_order || !failure.kind.concerns_the_service() {
            return;
        }
        self.failures_in_a_row += 1;
        let at_once = matches!(failure.kind, ProblemKind::NotAuthorised | ProblemKind::Closed);
        if at_once || self.failures_in_a_row >= FAILURES_THAT_STOP {
            self.stopped_by.get_or_insert(failure.kind);
        }
    }
}

/// A call that came too soon after another, or was cut off, may go through a moment later.
fn deserves_second_try(failure: &Failure) -> bool {
    matches!(failure.kind, ProblemKind::Limited | ProblemKind::NoNetwork)
}
