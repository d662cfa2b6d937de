//! The quick check: one receipt, no portfolio needed, nothing kept.

use casefolio_domain::polling::day_of;
use casefolio_domain::{Observation, ProblemKind, ReceiptNumber};
use casefolio_store::budget;
use casefolio_uscis::Failure;

use crate::clock::Clock;
use crate::error::Error;
use crate::portfolio::Portfolio;
use crate::service::{Service, ServiceSettings};

/// Asks the service about one receipt, once. Records nothing.
pub async fn quick_check(
    service: &Service,
    receipt: &ReceiptNumber,
    clock: &dyn Clock,
) -> Result<Observation, Failure> {
    Ok(service.client.fetch(receipt, clock.now()).await?.observation)
}

impl Portfolio {
    /// A quick check with the portfolio's service, within its pace and the day's calls. The answer is not recorded.
    pub async fn quick_check(&self, receipt: &ReceiptNumber) -> Result<Result<Observation, Failure>, Error> {
        let service = self.service()?;
        // A token may have to be asked for as well.
        if self.calls_left(&service)? < 2 {
            return Ok(Err(Failure::of(ProblemKind::BudgetSpent)));
        }
        service.keep_pace().await;
        let before = service.client.calls_made();
        let answer = quick_check(&service, receipt, self.clock.as_ref()).await;
        let kind = answer.as_ref().map_or_else(|failure| failure.kind.code(), |_| "found");
        self.book(kind, service.calls_since(before))?;
        Ok(answer)
    }

    /// The calls that may still be made today.
    pub(crate) fn calls_left(&self, service: &Service) -> Result<u32, Error> {
        let day = day_of(self.clock.now(), ServiceSettings::RESET);
        let spent = self.store.read(|c| budget::spent(c, day))?;
        let mut pages = service.seat.pages();
        pages.say(day, spent);
        Ok(service.settings.per_day.saturating_sub(spent).saturating_sub(pages.of_others(day)))
    }

    /// Books calls that were made outside a round.
    pub(crate) fn book(&self, kind: &str, calls: u32) -> Result<(), Error> {
        let day = day_of(self.clock.now(), ServiceSettings::RESET);
        Ok(self.store.write(|t| budget::spend(t, day, kind, calls))?)
    }
}
