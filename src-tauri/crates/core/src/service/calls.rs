//! The day's calls, in sight.

use casefolio_domain::polling::day_of;
use casefolio_store::budget;

use crate::client::ServiceSettings;
use crate::error::Error;
use crate::portfolio::Portfolio;

impl Portfolio {
    /// The calls spent today, by the service's day; those set aside for a round in progress count.
    pub fn calls_today(&self) -> Result<u32, Error> {
        let day = day_of(self.clock.now(), ServiceSettings::RESET);
        Ok(self.store.read(|c| budget::spent(c, day))?)
    }
}
