//! Parts for tests of this and higher floors.

use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::{America::New_York, Tz};

use casefolio_store::{Store, settings};

use crate::clock::Clock;
use crate::error::Error;
use crate::portfolio::Portfolio;
use crate::telling::{Notice, Notifier, NotifyProblem};

/// A clock that stands until it is set. It hangs in Washington.
pub struct FakeClock(Mutex<(DateTime<Utc>, Tz)>);

impl FakeClock {
    /// A clock that shows `at`.
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        Self(Mutex::new((at, New_York)))
    }

    /// Moves the clock; a negative delta sets it back.
    pub fn advance(&self, by: TimeDelta) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 += by;
    }

    /// Hangs it elsewhere.
    pub fn move_to(&self, zone: Tz) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = zone;
    }
}

impl Clock for FakeClock {
    fn now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0
    }

    fn zone(&self) -> Tz {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

/// The store of a portfolio, for what no use case does: a history of years in a minute.
#[must_use]
pub fn store_of(portfolio: &Portfolio) -> &Store {
    &portfolio.store
}

/// Makes the table of settings hold these rows and no others, whatever stands in them.
pub fn put_settings(portfolio: &Portfolio, rows: &[(&str, &str)]) -> Result<(), Error> {
    portfolio.store.write(|t| {
        settings::clear(t)?;
        rows.iter().try_for_each(|(key, value)| settings::set_text(t, key, value))
    })?;
    Ok(())
}

/// A notifier that keeps what it was told, and can be made to fail.
#[derive(Default)]
pub struct KeptNotices {
    notices: Mutex<Vec<Notice>>,
    problem: Mutex<Option<NotifyProblem>>,
}

impl KeptNotices {
    /// What was told so far.
    #[must_use]
    pub fn all(&self) -> Vec<Notice> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on nothing can be told, for this reason; with none, everything can.
    pub fn fail(&self, problem: Option<NotifyProblem>) {
        *self.problem.lock().unwrap_or_else(PoisonError::into_inner) = problem;
    }
}

impl Notifier for KeptNotices {
    fn notify(&self, notice: &Notice) -> Result<(), NotifyProblem> {
        if let Some(problem) = *self.problem.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(problem);
        }
        self.notices.lock().unwrap_or_else(PoisonError::into_inner).push(notice.clone());
        Ok(())
    }
}
