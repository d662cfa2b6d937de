//! The thread that tells what waits in the outbox.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Weak};
use std::time::Duration;

use casefolio_domain::CaseId;
use casefolio_domain::notice::{Batch, plan_batch};
use casefolio_domain::telling::TellingTimes;
use casefolio_store::outbox::{self, Channel, OutboxItem};
use casefolio_store::{cases, changes};
use chrono::{DateTime, TimeDelta, Utc};

use super::waiting::Waiting;
use super::{Notice, Notifier, NotifyProblem, Occasion};
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::{Listener, Portfolio};

/// How long a claimed notice is nobody else's.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How many notices are claimed in one commit, where each is told by itself.
const PORTION: usize = 64;
/// For how long the changes of a round in progress are gathered, so that many become one notice.
const GATHER: TimeDelta = TimeDelta::seconds(10);
/// For how long nothing is told after a summary, so that what follows it becomes one as well.
const AFTER_SUMMARY: TimeDelta = TimeDelta::minutes(1);
/// How long a notice waits after it could not be told.
const TRY_AGAIN: TimeDelta = TimeDelta::seconds(60);
/// How often the outbox is looked at when nobody says that there is something in it.
const LOOK: Duration = Duration::from_secs(30);

pub(super) enum Call {
    Look,
    Flush(mpsc::Sender<()>),
}

/// The hold on a thread that tells what waits. The thread ends with the portfolio, at the latest at its next look.
#[derive(Clone)]
pub struct Dispatcher {
    calls: mpsc::Sender<Call>,
}

/// What tells: the outbox of a portfolio, or the inbox behind its lock.
pub(super) trait Teller: Send + 'static {
    /// Tells what may be told now. False when there is nothing left that could be told of.
    fn look(&mut self) -> bool;
}

impl Dispatcher {
    /// Starts telling what waits for the portfolio's channel, and what comes.
    pub fn start(portfolio: &Arc<Portfolio>, notifier: Arc<dyn Notifier>) -> Result<Self, Error> {
        let (dispatcher, received) = Self::new();
        let in_round = dispatcher.hear(|listener| portfolio.listen(listener));
        let portfolio = Arc::downgrade(portfolio);
        let restraint = Restraint::new(in_round);
        dispatcher.spawn(Telling { portfolio, notifier, told: VecDeque::new(), restraint }, received)
    }

    pub(super) fn new() -> (Self, mpsc::Receiver<Call>) {
        let (calls, received) = mpsc::channel();
        (Self { calls }, received)
    }

    /// Looks whenever something to tell was committed and when a round is over. Gives whether a round is in progress.
    pub(super) fn hear(&self, listen: impl FnOnce(Listener)) -> Arc<AtomicBool> {
        let in_round = Arc::new(AtomicBool::new(false));
        let (wake, round) = (self.clone(), Arc::clone(&in_round));
        listen(Box::new(move |event| match event {
            PortfolioEvent::Checked { told: true, .. } => wake.look(),
            PortfolioEvent::RoundStarted { .. } => round.store(true, Ordering::Relaxed),
            PortfolioEvent::RoundEnded(_) => {
                round.store(false, Ordering::Relaxed);
                wake.look();
            }
            PortfolioEvent::Checked { .. }
            | PortfolioEvent::Failed { .. }
            | PortfolioEvent::Notified { .. }
            | PortfolioEvent::CasesEdited
            | PortfolioEvent::SettingsEdited
            | PortfolioEvent::BackupsChanged
            | PortfolioEvent::HealthChanged => {}
        }));
        in_round
    }

    pub(super) fn spawn(self, mut teller: impl Teller, calls: mpsc::Receiver<Call>) -> Result<Self, Error> {
        let work = move || serve(&mut teller, &calls);
        std::thread::Builder::new().name("notices".into()).spawn(work).map_err(|_| Error::Stopped)?;
        Ok(self)
    }

    /// Says that there may be something to tell.
    pub fn look(&self) {
        // A thread that has ended has nobody to tell.
        let _ended = self.calls.send(Call::Look);
    }

    /// Returns when everything that may be told by now was tried. Blocks. The thread then holds the portfolio no longer, until it
    /// looks again.
    pub fn flush(&self) {
        let (done, wait) = mpsc::channel();
        if self.calls.send(Call::Flush(done)).is_ok() {
            let _ended = wait.recv();
        }
    }
}

fn serve(teller: &mut impl Teller, calls: &mpsc::Receiver<Call>) {
    let mut flushed: Option<mpsc::Sender<()>> = None;
    while teller.look() {
        if let Some(done) = flushed.take() {
            let _gone = done.send(());
        }
        match calls.recv_timeout(LOOK) {
            Ok(Call::Look) | Err(RecvTimeoutError::Timeout) => {}
            Ok(Call::Flush(done)) => flushed = Some(done),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// Keeps many notices from coming one after the other.
pub(super) struct Restraint {
    /// Whether a round is in progress.
    in_round: Arc<AtomicBool>,
    /// When several were last told as one.
    summary_at: Option<DateTime<Utc>>,
    /// Since when the changes of the round in progress are gathered.
    gathering_since: Option<DateTime<Utc>>,
}

impl Restraint {
    pub(super) fn new(in_round: Arc<AtomicBool>) -> Self {
        Self { in_round, summary_at: None, gathering_since: None }
    }

    /// Several were told as one.
    pub(super) fn summed_up(&mut self, now: DateTime<Utc>) {
        self.summary_at = Some(now);
    }

    /// Whether a person at a desktop is better told a little later.
    pub(super) fn holds_back(&mut self, now: DateTime<Utc>) -> bool {
        let recent = |at: DateTime<Utc>, span: TimeDelta| at <= now && now - at < span;
        if self.summary_at.is_some_and(|at| recent(at, AFTER_SUMMARY)) {
            return true;
        }
        if !self.in_round.load(Ordering::Relaxed) {
            self.gathering_since = None;
            return false;
        }
        let since = *self.gathering_since.get_or_insert(now);
        let gathers = recent(since, GATHER);
        if !gathers {
            self.gathering_since = None;
        }
        gathers
    }
}

struct Telling {
    portfolio: Weak<Portfolio>,
    notifier: Arc<dyn Notifier>,
    /// When notices were told one by one, the last minute's.
    told: VecDeque<DateTime<Utc>>,
    restraint: Restraint,
}

impl Teller for Telling {
    fn look(&mut self) -> bool {
        let Some(portfolio) = self.portfolio.upgrade() else { return false };
        // What cannot be told now waits in the outbox; the next look tries again.
        drop(self.tell_all(&portfolio));
        true
    }
}

impl Telling {
    fn tell_all(&mut self, portfolio: &Portfolio) -> Result<(), Error> {
        let times = Self::times(portfolio)?;
        loop {
            let now = portfolio.clock.now();
            let mut waiting = Waiting::of(portfolio, portfolio.channel, &times, now)?;
            if waiting.is_empty() || portfolio.channel == Channel::Desktop && self.holds_back(portfolio, now)? {
                return Ok(());
            }
            if portfolio.channel == Channel::Console {
                waiting.keep(PORTION);
            }
            let Waiting { items, since, gathered } = waiting;
            let items = portfolio.store.write(|t| outbox::claim(t, items, now, now + LEASE))?;
            self.tell(portfolio, &Waiting { items, since, gathered }, now)?;
        }
    }

    /// A console is told of everything as it comes.
    fn times(portfolio: &Portfolio) -> Result<TellingTimes, Error> {
        match portfolio.channel {
            Channel::Desktop => Ok(portfolio.telling_rules()?.desktop),
            Channel::Console | Channel::Email => Ok(TellingTimes::default()),
        }
    }

    /// Whether a person at a desktop is better told a little later, or wants to be told nothing.
    fn holds_back(&mut self, portfolio: &Portfolio, now: DateTime<Utc>) -> Result<bool, Error> {
        Ok(!portfolio.preferences()?.notifications || self.restraint.holds_back(now))
    }

    fn tell(&mut self, portfolio: &Portfolio, waiting: &Waiting, now: DateTime<Utc>) -> Result<(), Error> {
        while self.told.front().is_some_and(|at| now - *at > TimeDelta::minutes(1) || *at > now) {
            self.told.pop_front();
        }
        let told = u32::try_from(self.told.len()).unwrap_or(u32::MAX);
        let items = &waiting.items;
        let together = match portfolio.channel {
            Channel::Console | Channel::Email => None,
            Channel::Desktop if waiting.gathered => Some(Occasion::Digest),
            Channel::Desktop => match plan_batch(&waiting.since, now, told) {
                Batch::Each => None,
                Batch::Summary => Some(Occasion::Many),
                Batch::WhileAway => Some(Occasion::WhileAway),
            },
        };
        match together {
            None => items.iter().try_for_each(|item| self.tell_one(portfolio, item)),
            Some(occasion) => self.tell_together(portfolio, items, occasion),
        }
    }

    fn tell_one(&mut self, portfolio: &Portfolio, item: &OutboxItem) -> Result<(), Error> {
        let (case, change) =
            portfolio.store.read(|c| Ok((cases::by_id(c, item.case)?, changes::by_id(c, item.change)?)))?;
        let (Some(case), Some(change)) = (case, change) else {
            return Self::settle(portfolio, std::slice::from_ref(item), Ok(()), None);
        };
        let receipt = case.receipt.clone();
        let detail = portfolio.preferences()?.detail;
        let answer = self.notifier.notify(&Notice::Change { case: Box::new(case), change: Box::new(change), detail });
        if answer.is_ok() {
            self.told.push_back(portfolio.clock.now());
        }
        Self::settle(portfolio, std::slice::from_ref(item), answer, Some(receipt))
    }

    fn tell_together(&mut self, portfolio: &Portfolio, items: &[OutboxItem], occasion: Occasion) -> Result<(), Error> {
        let mut cases: Vec<CaseId> = items.iter().map(|item| item.case).collect();
        cases.sort_unstable();
        cases.dedup();
        let changes = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let answer = self.notifier.notify(&Notice::Summary { changes, cases, occasion });
        if answer.is_ok() {
            self.restraint.summed_up(portfolio.clock.now());
        }
        Self::settle(portfolio, items, answer, None)
    }

    fn settle(
        portfolio: &Portfolio,
        items: &[OutboxItem],
        answer: Result<(), NotifyProblem>,
        receipt: Option<casefolio_domain::ReceiptNumber>,
    ) -> Result<(), Error> {
        let at = portfolio.clock.now();
        portfolio.store.write(|t| {
            items.iter().try_for_each(|item| match answer {
                Ok(()) => outbox::delivered(t, item.id, at),
                Err(problem) => outbox::postponed(t, item.id, at + TRY_AGAIN, problem.code()),
            })
        })?;
        if answer.is_ok() {
            let changes = u32::try_from(items.len()).unwrap_or(u32::MAX);
            portfolio.tell(&PortfolioEvent::Notified { receipt, changes, at });
        }
        Ok(())
    }
}
