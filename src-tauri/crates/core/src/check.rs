//! The quick check: one receipt, no portfolio needed, nothing kept.

use casefolio_domain::{Observation, ReceiptNumber};
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
    /// A quick check with the portfolio's service. Its calls count towards the day's budget; the answer is not recorded.
    pub async fn quick_check(&self, receipt: &ReceiptNumber) -> Result<Result<Observation, Failure>, Error> {
        let service = self.service()?;
        let before = service.client.calls_made();
        let answer = quick_check(&service, receipt, self.clock.as_ref()).await;
        let calls = service.calls_since(before);
        let day = casefolio_domain::polling::day_of(self.clock.now(), ServiceSettings::RESET);
        let kind = answer.as_ref().map_or_else(|failure| failure.kind.code(), |_| "found");
        self.store.write(|t| budget::spend(t, day, kind, calls))?;
        Ok(answer)
    }
}
