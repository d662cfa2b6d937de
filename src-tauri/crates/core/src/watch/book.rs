//! What a round asks about and writes into: a portfolio, or the watch behind its lock.

use std::sync::Arc;

use casefolio_domain::polling::{Planner, PolledCase, Prices, Watched};
use casefolio_domain::{CaseId, ProblemKind, ReceiptNumber};
use casefolio_store::{Transaction, budget};
use casefolio_uscis::{Answer, Failure};
use chrono::{DateTime, NaiveDate, Utc};

use super::schedule::Schedule;
use crate::clock::Clock;
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Listener;
use crate::service::Service;

/// A case that may be asked about.
#[derive(Debug, Clone)]
pub struct Askable {
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// What is known of it in every book.
    pub polled: PolledCase,
    /// What the plan goes by; none where there is no plan.
    pub watched: Option<Watched>,
}

impl Askable {
    pub(super) fn id(&self) -> CaseId {
        self.polled.id
    }
}

/// A change of the day's calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booking {
    /// So many are set aside before they are made.
    SetAside(u32),
    /// So many were set aside and not made.
    GiveBack(u32),
    /// So many went out beside those that were set aside: for tokens, and those that were repeated.
    Beside(u32),
}

impl Booking {
    pub(crate) fn write(self, t: &Transaction<'_>, day: NaiveDate) -> Result<(), casefolio_store::Error> {
        match self {
            Self::SetAside(calls) => budget::set_aside(t, day, calls),
            Self::GiveBack(calls) => budget::give_back(t, day, calls),
            Self::Beside(calls) => budget::spend(t, day, "token", calls),
        }
    }
}

/// What one check brought.
pub struct Outcome {
    pub(crate) case: Askable,
    /// The day from whose budget the call was taken.
    pub(crate) day: NaiveDate,
    /// How the call before it failed and from which day's budget that was taken, where it was tried a second time.
    pub(crate) first_try: Option<(NaiveDate, ProblemKind)>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) result: Result<Answer, Failure>,
}

/// What the watcher works on. Everything a method returns is on the disk.
pub trait Book: Send + Sync {
    /// The clock it lives by.
    fn clock(&self) -> &dyn Clock;
    /// The service that is asked.
    fn service(&self) -> Result<Arc<Service>, Error>;
    /// Tells `listener` of everything that happens from now on.
    fn listen(&self, listener: Listener);
    /// Tells the listeners.
    fn tell(&self, event: &PortfolioEvent);
    /// The cases due at `due_at`, or all of them.
    fn askable(&self, due_at: Option<DateTime<Utc>>) -> Result<Vec<Askable>, Error>;
    /// When the first case is due; none without cases.
    fn next_due(&self) -> Result<Option<DateTime<Utc>>, Error>;
    /// The calls spent on `day`, those set aside included.
    fn spent(&self, day: NaiveDate) -> Result<u32, Error>;
    /// Books calls of `day`.
    fn book_calls(&self, day: NaiveDate, booking: Booking) -> Result<(), Error>;
    /// Plans anew at `now`, beginning with the prices of the plan before, and writes down when each case is due. None where there is no
    /// plan: then each case is due after an interval of its own.
    fn plan(&self, now: DateTime<Utc>, known: &Prices) -> Result<Option<Arc<Planner>>, Error>;
    /// Records outcomes in one commit; what is to be told of them.
    fn record(&self, schedule: &Schedule, outcomes: &[Outcome]) -> Result<Vec<PortfolioEvent>, Error>;
}
