//! Trying whether the service accepts the credentials.

use casefolio_store::budget;
use casefolio_uscis::Failure;

use super::ServiceSettings;
use crate::error::Error;
use crate::portfolio::Portfolio;

impl Portfolio {
    /// Asks the service for a token, and for nothing else. The inner result is the service's answer.
    pub async fn test_service(&self) -> Result<Result<(), Failure>, Error> {
        let service = self.service()?;
        let now = self.clock.now();
        let before = service.client.calls_made();
        let answer = service.client.test(now).await;
        let calls = service.calls_since(before);
        let day = casefolio_domain::polling::day_of(now, ServiceSettings::RESET);
        self.store.write(|t| budget::spend(t, day, "token", calls))?;
        Ok(answer)
    }
}
