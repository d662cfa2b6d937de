//! A new key for a portfolio: for when somebody else may know the passphrase and have a copy of the files.

use std::sync::Arc;

use casefolio_keys::{KeyFile, Passphrase, RecoveryCode, leaving_no_trace};
use casefolio_store::{DatabaseKey, Error as StoreError, Store};

use super::{Opener, Portfolio};
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;

impl Core {
    /// Gives a closed portfolio a new key, with the same passphrase and a new recovery code, which is not confirmed yet. The database is
    /// copied with the new key, the copy is proven, the slot file is saved (from here on the new key counts), and the copy takes the
    /// database's place. Cut off anywhere, the portfolio opens as before or as after. Copies and backups made before keep the old key.
    pub fn renew_key(&self, entry: &PortfolioEntry, passphrase: &Passphrase) -> Result<RecoveryCode, Error> {
        leaving_no_trace(|| self.renew(entry, passphrase))
    }

    fn renew(&self, entry: &PortfolioEntry, passphrase: &Passphrase) -> Result<RecoveryCode, Error> {
        let mut file = KeyFile::load(&entry.folder)?;
        let old = self.key(&file, Opener::Passphrase(passphrase))?;
        let store = Portfolio::open(self, &entry.folder, &file, &old)?.into_store()?;
        let renewed = file.renewed(&old, passphrase, self.strength(), self.parts.key_store.as_ref())?;
        let renewal = store.renew(&DatabaseKey::new(*renewed.key.expose()))?;
        let adopted = file.adopt(&renewed);
        if !file.belongs_to(&renewed.key) {
            adopted?;
        }
        // From here on the new key counts, and its code is to be shown: what does not come about now does at the next opening.
        drop(renewal.finish());
        if let Ok(portfolio) = Portfolio::open(self, &entry.folder, &file, &renewed.key) {
            drop(portfolio.forget_recovery_confirmed());
        }
        Ok(renewed.code)
    }
}

impl Portfolio {
    /// The store alone, its folder still locked, after everything that was found behind the lock was taken over.
    fn into_store(self) -> Result<Store, Error> {
        self.assure_drained()?;
        let store = Arc::clone(&self.store);
        drop(self);
        Ok(Arc::into_inner(store).ok_or(StoreError::Busy)?)
    }
}
