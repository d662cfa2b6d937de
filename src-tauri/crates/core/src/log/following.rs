//! What of a portfolio's events goes into the log.

use std::sync::{Arc, Mutex, PoisonError};

use casefolio_domain::ReceiptNumber;
use chrono::{DateTime, Utc};

use super::{Log, LogEvent, RoundLine};
use crate::events::{PortfolioEvent, RoundReport};
use crate::marks::Mark;
use crate::portfolio::{Listener, Portfolio};
use crate::watch::Book;
use crate::watch::behind_lock::LockedWatch;

/// How many failed checks of a round are noted one by one; the report counts them all.
const NOTED: u32 = 20;

/// The round in progress.
struct Round {
    began: DateTime<Utc>,
    failed: u32,
}

impl Round {
    fn line(&self, report: &RoundReport, now: DateTime<Utc>) -> LogEvent {
        let seconds = u64::try_from((now - self.began).num_seconds()).unwrap_or_default();
        LogEvent::Round(RoundLine::of(report, seconds))
    }
}

impl Log {
    /// Notes the rounds of `portfolio` and the checks that fail, from now on.
    pub fn follow(self: &Arc<Self>, portfolio: &Portfolio) {
        let marks = portfolio.marks().clone();
        portfolio.listen(self.listener(move |receipt| Some(marks.case(receipt))));
    }

    /// Notes the rounds behind the lock, from now on. Which cases they are nobody can say there.
    pub fn follow_behind_lock(self: &Arc<Self>, watch: &LockedWatch) {
        watch.listen(self.listener(|_| None));
    }

    fn listener(self: &Arc<Self>, mark: impl Fn(&ReceiptNumber) -> Option<Mark> + Send + Sync + 'static) -> Listener {
        let log = Arc::clone(self);
        let round = Mutex::new(Round { began: self.clock.now(), failed: 0 });
        Box::new(move |event| {
            let mut round = round.lock().unwrap_or_else(PoisonError::into_inner);
            match event {
                PortfolioEvent::RoundStarted { .. } => *round = Round { began: log.clock.now(), failed: 0 },
                PortfolioEvent::Failed { receipt, kind, .. } => {
                    round.failed += 1;
                    if let Some(case) = mark(receipt).filter(|_| round.failed <= NOTED) {
                        log.note(&LogEvent::CheckFailed { case, kind: (*kind).into() });
                    }
                }
                PortfolioEvent::RoundEnded(report) => log.note(&round.line(report, log.clock.now())),
                PortfolioEvent::Checked { .. }
                | PortfolioEvent::Notified { .. }
                | PortfolioEvent::CasesEdited
                | PortfolioEvent::SettingsEdited
                | PortfolioEvent::BackupsChanged
                | PortfolioEvent::HealthChanged => {}
            }
        })
    }
}
