//! Verifying a backup file and making a portfolio of it.

use std::path::{Path, PathBuf};

use casefolio_keys::{KeyFile, PortfolioKey};
use casefolio_system::private;
use chrono::{DateTime, Utc};

use super::BackupKind;
use crate::bundle::{Bundle, Unpacked, blamed};
use crate::core::{Core, PortfolioEntry, new_portfolio_id, remove_unfinished};
use crate::error::{BackupProblem, Error};
use crate::portfolio::Opener;

/// What a backup holds, as was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// The user ID of its portfolio.
    pub user_id: String,
    /// When it was made, to the second.
    pub at: DateTime<Utc>,
    /// Why.
    pub kind: BackupKind,
    /// How many cases it holds.
    pub cases: u64,
    /// The schema version of its database.
    pub schema: u32,
}

impl BackupReport {
    fn of(unpacked: &Unpacked, key: &PortfolioKey) -> Result<Self, Error> {
        let contents = unpacked.prove(key)?;
        Ok(Self {
            user_id: unpacked.keys.user_id().to_owned(),
            at: unpacked.manifest.at,
            kind: unpacked.manifest.kind,
            cases: contents.cases(),
            schema: contents.schema,
        })
    }
}

impl Core {
    /// Verifies a backup: every byte is as it was written, the key opens it, and the database in it passes every check. Needs the
    /// space of the database for as long as it takes.
    pub fn verify_backup(&self, file: &Path, opener: Opener<'_>) -> Result<BackupReport, Error> {
        let unpacked = self.unpacked(file)?;
        let key = self.key_in_backup(&unpacked.keys, opener)?;
        BackupReport::of(&unpacked, &key)
    }

    /// Makes a portfolio of a backup, where neither it nor another one with its user ID is. It is made under a name that is no
    /// portfolio's and renamed when it was proven, so that one cut off halfway is never met. What opens it is what opened the portfolio
    /// when the backup was made; this computer opens it where its key store takes the secret, else no longer.
    pub fn restore(&self, file: &Path, opener: Opener<'_>) -> Result<PortfolioEntry, Error> {
        Ok(self.restore_and_report(file, opener)?.0)
    }

    /// The same, and what was restored.
    pub fn restore_and_report(&self, file: &Path, opener: Opener<'_>) -> Result<(PortfolioEntry, BackupReport), Error> {
        let mut unpacked = self.unpacked(file)?;
        let folder = self.free_place_for(&unpacked.keys)?;
        let key = self.key_in_backup(&unpacked.keys, opener)?;
        let report = BackupReport::of(&unpacked, &key)?;
        self.settle(&mut unpacked.keys, &key)?;
        private::sync_folder(unpacked.staging.path()).map_err(Error::Home)?;
        unpacked.staging.become_folder(&folder)?;
        Ok((PortfolioEntry::of(folder), report))
    }

    fn unpacked(&self, file: &Path) -> Result<Unpacked, Error> {
        let bundle = Bundle::open(file)?;
        let portfolios = self.home().portfolios();
        private::create_folder(&portfolios).map_err(Error::Home)?;
        remove_unfinished(&portfolios).map_err(Error::Home)?;
        Unpacked::of(bundle, portfolios.join(format!(".new-{}", new_portfolio_id()?)))
    }

    fn free_place_for(&self, keys: &KeyFile) -> Result<PathBuf, Error> {
        let folder = self.home().portfolios().join(keys.portfolio_id());
        let same_user = |entry: &PortfolioEntry| entry.problem.is_none() && entry.user_id == keys.user_id();
        if folder.symlink_metadata().is_ok() || self.portfolios()?.iter().any(same_user) {
            return Err(BackupProblem::PortfolioExists.into());
        }
        Ok(folder)
    }

    fn key_in_backup(&self, keys: &KeyFile, opener: Opener<'_>) -> Result<PortfolioKey, Error> {
        self.key(keys, opener).map_err(blamed)
    }

    /// A portfolio without a slot for this computer stays so. Else it gets one by the key store of this computer, or none: never one
    /// that opens nothing.
    fn settle(&self, keys: &mut KeyFile, key: &PortfolioKey) -> Result<(), Error> {
        if keys.has_computer_slot() && keys.settle_computer_slot(key, self.parts.key_store.as_ref()).is_err() {
            keys.drop_computer_slot()?;
        }
        Ok(())
    }
}
