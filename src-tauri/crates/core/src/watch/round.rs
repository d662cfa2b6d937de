//! A round: one pass over the cases that are due, or over those a person asked for.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use casefolio_domain::polling::{self, Budget, Planner, Prices, Watched};
use casefolio_domain::{CaseId, ProblemKind};
use casefolio_uscis::{Answer, Calls, Failure};
use chrono::NaiveDate;
use tokio::sync::mpsc;
use tokio::task::{Id, JoinError, JoinSet};

use super::book::{Askable, Book, Outcome};
use super::ledger::Ledger;
use super::recorder::record_all;
use super::schedule::{Schedule, chance};
use crate::error::Error;
use crate::events::{PortfolioEvent, RoundReport};
use crate::service::Service;

/// How many calls are under way at once, at most.
const IN_FLIGHT: usize = 8;
/// How many results may wait for their commit before asking pauses.
const WAITING_RESULTS: usize = 256;
/// After how many failures of the service in a row, with no answer between, a planned round stops.
const FAILURES_THAT_STOP: u32 = 3;
/// How many calls of a round may be tried a second time.
const SECOND_TRIES: u32 = 20;
/// The longest wait the service may ask for before a second try; one that asks for more is left alone.
const SHORT_WAIT: Duration = Duration::from_secs(5);

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
pub async fn run_round<B: Book + 'static>(book: &Arc<B>, order: &Order) -> Result<RoundReport, Error> {
    let book: Arc<dyn Book> = Arc::<B>::clone(book);
    let plan = book.plan(book.clock().now(), &Prices::default())?;
    let prepared = Prepared::new(book.as_ref(), order, Way { plan, probes: false })?;
    let report = prepared.carry_out(&book, &AtomicBool::new(false)).await;
    book.tell(&PortfolioEvent::RoundEnded(report.as_ref().copied().unwrap_or_default()));
    report
}

/// Like [`run_round`], but by a plan that is there, asks about no further case once `stop` is set, and leaves it to the caller to tell of
/// the round's end.
pub(super) async fn run_round_until(
    book: &Arc<dyn Book>,
    order: &Order,
    way: Way,
    stop: &AtomicBool,
) -> Result<RoundReport, Error> {
    Prepared::new(book.as_ref(), order, way)?.carry_out(book, stop).await
}

/// How a round goes about it.
pub(super) struct Way {
    /// The plan; none where there is none.
    pub(super) plan: Option<Arc<Planner>>,
    /// Whether the service failed before: then one call finds out whether it is well again, and the others wait for its answer.
    pub(super) probes: bool,
}

/// A round before its first call.
struct Prepared<'a> {
    service: Arc<Service>,
    own_order: bool,
    way: Way,
    ledger: Ledger<'a>,
    queue: VecDeque<Askable>,
    held_back: usize,
}

impl<'a> Prepared<'a> {
    fn new(book: &'a dyn Book, order: &Order, way: Way) -> Result<Self, Error> {
        let service = book.service()?;
        let ledger = Ledger::new(book, (service.settings.per_day, Arc::clone(&service.seat)), book.clock().now());
        let (queue, held_back) = queue(book, order, way.plan.as_deref(), ledger.left()?)?;
        Ok(Self { service, own_order: *order != Order::Due, way, ledger, queue, held_back })
    }

    async fn carry_out(self, book: &Arc<dyn Book>, stop: &AtomicBool) -> Result<RoundReport, Error> {
        let Self { service, own_order, way, ledger, queue, held_back } = self;
        book.tell(&PortfolioEvent::RoundStarted { total: queue.len() });
        let (results, received) = mpsc::channel(WAITING_RESULTS);
        let recording = tokio::task::spawn_blocking({
            let (book, schedule) = (Arc::clone(book), Schedule { preset: service.settings.preset, plan: way.plan });
            move || record_all(book.as_ref(), &schedule, received)
        });
        let mut asking = Asking::new(Arc::clone(book), service, (own_order, way.probes), ledger, results);
        let asked = asking.ask_all(queue, stop).await;
        let ending = asking.end();
        let outcome = recording.await.map_err(|_| Error::Stopped);
        // What kept the answers from being recorded is also what ended the asking: it goes first.
        outcome.flatten().and_then(|recorded| asked.and(ending).map(|ending| ending.report(recorded, held_back)))
    }
}

fn queue(
    book: &dyn Book,
    order: &Order,
    plan: Option<&Planner>,
    left_today: u32,
) -> Result<(VecDeque<Askable>, usize), Error> {
    let now = book.clock().now();
    let mut wanted = book.askable((*order == Order::Due).then_some(now))?;
    if let Order::These(ids) = order {
        let ids: HashSet<&CaseId> = ids.iter().collect();
        wanted.retain(|case| ids.contains(&case.id()));
    }
    if *order != Order::Due {
        // A person's own order makes every one of its cases due.
        for case in &mut wanted {
            case.polled.due_at = case.polled.due_at.min(now);
        }
    }
    let watched: Option<Vec<Watched>> = wanted.iter().map(|case| case.watched).collect();
    let (ask, held_back) = if let Some((plan, watched)) = plan.zip(watched) {
        let mut ask = plan.order(now, &watched);
        let room = usize::try_from(left_today).unwrap_or(usize::MAX).min(ask.len());
        let held_back = ask.len() - room;
        ask.truncate(room);
        (ask, held_back)
    } else {
        let polled: Vec<_> = wanted.iter().map(|case| case.polled).collect();
        let plan = polling::plan(now, &polled, Budget { left_today });
        (plan.ask, plan.held_back)
    };
    let mut by_id: HashMap<CaseId, Askable> = wanted.into_iter().map(|case| (case.id(), case)).collect();
    Ok((ask.iter().filter_map(|id| by_id.remove(id)).collect(), held_back))
}

/// A call that is under way.
struct Call {
    case: Askable,
    /// The day it was taken from.
    day: NaiveDate,
    /// How the first try failed, and the day that one was taken from, if this is the second.
    first_try: Option<(NaiveDate, ProblemKind)>,
}

/// The asking half of a round.
struct Asking<'a> {
    book: Arc<dyn Book>,
    service: Arc<Service>,
    own_order: bool,
    /// Whether nothing is known yet but that the service failed before.
    probing: bool,
    ledger: Ledger<'a>,
    results: mpsc::Sender<Outcome>,
    calls: JoinSet<Result<Answer, Failure>>,
    /// What each call under way is about.
    about: HashMap<Id, Call>,
    made_before: Calls,
    /// Calls that were taken from the ledger and have ended.
    settled: u32,
    second_tries: u32,
    failures_in_a_row: u32,
    ending: Ending,
}

/// How the asking ended.
#[derive(Debug, Clone, Copy, Default)]
struct Ending {
    left_over: usize,
    stopped_by: Option<ProblemKind>,
    retry_after: Option<Duration>,
    /// Calls that went out beside those taken from the ledger.
    beside: u32,
    made: u32,
}

impl Ending {
    fn report(self, recorded: RoundReport, held_back: usize) -> RoundReport {
        RoundReport {
            calls: self.made,
            held_back: u32::try_from(held_back + self.left_over).unwrap_or(u32::MAX),
            stopped_by: self.stopped_by.or((held_back > 0).then_some(ProblemKind::BudgetSpent)),
            retry_after: self.retry_after,
            ..recorded
        }
    }
}

impl<'a> Asking<'a> {
    fn new(
        book: Arc<dyn Book>,
        service: Arc<Service>,
        (own_order, probing): (bool, bool),
        ledger: Ledger<'a>,
        results: mpsc::Sender<Outcome>,
    ) -> Self {
        Self {
            made_before: service.client.calls_made(),
            book,
            service,
            own_order,
            probing,
            ledger,
            results,
            calls: JoinSet::new(),
            about: HashMap::new(),
            settled: 0,
            second_tries: SECOND_TRIES,
            failures_in_a_row: 0,
            ending: Ending::default(),
        }
    }

    /// Books what is left to book and gives back what was not used. Dropping the results ends the recording half.
    fn end(mut self) -> Result<Ending, Error> {
        self.account()?;
        self.ledger.give_back()?;
        Ok(Ending { made: self.service.calls_since(self.made_before), ..self.ending })
    }

    async fn ask_all(&mut self, mut queue: VecDeque<Askable>, stop: &AtomicBool) -> Result<(), Error> {
        while let Some(case) = queue.pop_front() {
            while self.calls.len() >= if self.probing { 1 } else { IN_FLIGHT } {
                self.settle_one().await?;
            }
            self.service.keep_pace().await;
            self.settle_those_done().await?;
            if self.ending.stopped_by.is_some() || stop.load(Ordering::Relaxed) {
                self.ending.left_over = queue.len() + 1;
                break;
            }
            self.account()?;
            let Some(day) = self.ledger.take(self.book.clock().now())? else {
                self.ending.stopped_by = Some(ProblemKind::BudgetSpent);
                self.ending.left_over = queue.len() + 1;
                break;
            };
            self.ask(Call { case, day, first_try: None }, None);
        }
        while !self.calls.is_empty() {
            self.settle_one().await?;
        }
        Ok(())
    }

    /// Books the calls that went out beside those taken: for tokens, and those that the client repeated. Of calls under way it
    /// cannot be told yet what they are.
    fn account(&mut self) -> Result<(), Error> {
        let under_way = u32::try_from(self.calls.len()).unwrap_or(u32::MAX);
        let known = self.settled.saturating_add(under_way).saturating_add(self.ending.beside);
        let beside = self.service.calls_since(self.made_before).saturating_sub(known);
        if beside > 0 {
            self.ledger.charge(beside)?;
            self.ending.beside += beside;
        }
        Ok(())
    }

    /// Calls, after a pause where it is the second try.
    fn ask(&mut self, call: Call, pause: Option<Duration>) {
        let (service, book) = (Arc::clone(&self.service), Arc::clone(&self.book));
        let receipt = call.case.receipt.clone();
        let task = self.calls.spawn(async move {
            if let Some(pause) = pause {
                tokio::time::sleep(pause).await;
                service.keep_pace().await;
            }
            service.client.fetch(&receipt, book.clock().now()).await
        });
        self.about.insert(task.id(), call);
    }

    async fn settle_those_done(&mut self) -> Result<(), Error> {
        while let Some(joined) = self.calls.try_join_next_with_id() {
            self.settle(joined).await?;
        }
        Ok(())
    }

    async fn settle_one(&mut self) -> Result<(), Error> {
        match self.calls.join_next_with_id().await {
            Some(joined) => self.settle(joined).await,
            None => Ok(()),
        }
    }

    async fn settle(&mut self, joined: Result<(Id, Result<Answer, Failure>), JoinError>) -> Result<(), Error> {
        let (id, result) = match joined {
            Ok(done) => done,
            // An answer over which the program stumbles is none that it can read; the other cases are asked all the same.
            Err(panicked) => (panicked.id(), Err(Failure::of(ProblemKind::Unreadable))),
        };
        let Some(call) = self.about.remove(&id) else { return Err(Error::Stopped) };
        self.settled += 1;
        let at = self.book.clock().now();
        if let Err(failure) = &result
            && let Some(pause) = self.second_try_pause(&call, failure)
            && let Some(day) = self.ledger.take(at)?
        {
            self.second_tries -= 1;
            let first_try = Some((call.day, failure.kind));
            self.ask(Call { case: call.case, day, first_try }, Some(pause));
            return Ok(());
        }
        self.judge(&result);
        let Call { case, day, first_try } = call;
        self.results.send(Outcome { case, day, first_try, at, result }).await.map_err(|_| Error::Stopped)
    }

    /// How long to wait before a second try: as long as the service says if that is short, else half a second to one and a half.
    /// None where there is to be no second try.
    fn second_try_pause(&self, call: &Call, failure: &Failure) -> Option<Duration> {
        // A call that came too soon after another, or was cut off, may go through a moment later.
        let passing = matches!(failure.kind, ProblemKind::Limited | ProblemKind::NoNetwork);
        let spared = self.probing || self.ending.stopped_by.is_some() || self.second_tries == 0;
        let wanted = passing && call.first_try.is_none() && !spared;
        if !wanted {
            return None;
        }
        match failure.retry_after {
            Some(wait) => (wait <= SHORT_WAIT).then_some(wait),
            None => Some(Duration::from_millis(500) + Duration::from_secs(1).mul_f64(chance().ok()?)),
        }
    }

    /// Decides whether a planned round goes on: refused credentials, a closed service and one that asks to be left alone for
    /// long end it at once, other failures of the service when they come in a row.
    fn judge(&mut self, result: &Result<Answer, Failure>) {
        let Err(failure) = result else {
            self.failures_in_a_row = 0;
            self.probing = false;
            return;
        };
        if !failure.kind.concerns_the_service() {
            self.probing = false;
            return;
        }
        if self.own_order {
            return;
        }
        self.failures_in_a_row += 1;
        let at_once = self.probing
            || matches!(failure.kind, ProblemKind::NotAuthorised | ProblemKind::Closed)
            || failure.retry_after.is_some_and(|wait| wait > SHORT_WAIT);
        if (at_once || self.failures_in_a_row >= FAILURES_THAT_STOP) && self.ending.stopped_by.is_none() {
            self.ending.stopped_by = Some(failure.kind);
            self.ending.retry_after = failure.retry_after;
        }
    }
}
