//! Saving what is whole in a damaged portfolio into a new one.

use casefolio_keys::KeyFile;
use casefolio_store::{Damaged, DatabaseKey, SalvageReport, salvage};

use crate::core::{Core, PortfolioEntry};
use crate::error::Error;
use crate::portfolio::{CreateRequest, Created, Opener};

/// What a salvage takes.
pub struct SalvageRequest<'a> {
    /// What opens the damaged portfolio.
    pub opener: Opener<'a>,
    /// What the new one is made from: a user ID of its own, a passphrase.
    pub new: CreateRequest,
}

/// What a salvage made.
pub struct Salvaged {
    /// The new portfolio, open, with its own key and recovery code.
    pub created: Created,
    /// What was saved and what is lost.
    pub report: SalvageReport,
}

impl Core {
    /// Saves every row that is whole in a damaged portfolio into a new one, which is there when all of it is on the disk and not before.
    /// The damaged one, which must not be open, stays as it is, byte for byte. Takes as long as reading it twice.
    pub fn salvage(&self, entry: &PortfolioEntry, request: &SalvageRequest<'_>) -> Result<Salvaged, Error> {
        let keys = KeyFile::load(&entry.folder)?;
        let key = DatabaseKey::new(*self.key(&keys, request.opener)?.expose());
        let damaged = Damaged { folder: &entry.folder, key: &key, portfolio_id: keys.portfolio_id() };
        let now = self.parts.clock.now();
        let (created, report) = self.create_filled(&request.new, |target| Ok(salvage(&damaged, target, now)?))?;
        Ok(Salvaged { created, report })
    }
}
