//! Trying whether the service accepts the credentials.

use casefolio_domain::ProblemKind;
use casefolio_uscis::Failure;

use crate::error::Error;
use crate::portfolio::Portfolio;

impl Portfolio {
    /// Asks the service for a token, and for nothing else. The inner result is the service's answer.
    pub async fn test_service(&self) -> Result<Result<(), Failure>, Error> {
        let service = self.service()?;
        if self.calls_left(&service)? == 0 {
            return Ok(Err(Failure::of(ProblemKind::BudgetSpent)));
        }
        let before = service.client.calls_made();
        let answer = service.client.test(self.clock.now()).await;
        self.book("token", service.calls_since(before))?;
        Ok(answer)
    }
}
