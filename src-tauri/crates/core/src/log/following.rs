//! What of a portfolio's events goes into the log.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::{Log, LogEvent, RoundLine};
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// How many failed checks of a round are noted one by one; the report counts them all.
const NOTED: u32 = 20;

/// The round in progress.
struct Round {
    began: DateTime<Utc>,
    failed: u32,
}

impl Log {
    /// Notes the rounds of `portfolio` and the checks that fail, from now on.
    pub fn follow(self: &Arc<Self>, portfolio: &Portfolio) {
        let (log, marks) = (Arc::clone(self), portfolio.marks().clone());
        let round = Mutex::new(Round { began: self.clock.now(), failed: 0 });
        portfolio.listen(Box::new(move |event| {
            let mut round = round.lock().unwrap_or_else(PoisonError::into_inner);
            match event {
                PortfolioEvent::RoundStarted { .. } => *round = Round { began: log.clock.now(), failed: 0 },
                PortfolioEvent::Failed { receipt, kind, .. } => {
                    round.failed += 1;
                    if round.failed <= NOTED {
                        log.note(&LogEvent::CheckFailed { case: marks.case(receipt), kind: (*kind).into() });
                    }
                }
                PortfolioEvent::RoundEnded(report) => {
                    let seconds = u64::try_from((log.clock.now() - round.began).num_seconds()).unwrap_or_default();
                    log.note(&LogEvent::Round(RoundLine::of(report, seconds)));
                }
                PortfolioEvent::Checked { .. }
                | PortfolioEvent::Notified { .. }
                | PortfolioEvent::CasesEdited
                | PortfolioEvent::SettingsEdited
                | PortfolioEvent::BackupsChanged => {}
            }
        }));
    }
}
