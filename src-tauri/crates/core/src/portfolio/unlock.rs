//! Opening a portfolio.

use casefolio_keys::{KeyFile, Passphrase, RecoveryCode};

use super::Portfolio;
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;

impl Core {
    /// Opens a portfolio with its passphrase. A wrong one leaves every file as it was.
    pub fn unlock(&self, entry: &PortfolioEntry, passphrase: &Passphrase) -> Result<Portfolio, Error> {
        let file = KeyFile::load(&entry.folder)?;
        let key = file.unlock_with_passphrase(passphrase)?;
        Portfolio::open(&self.parts, &entry.folder, &file, &key)
    }

    /// Opens a portfolio with the key that this computer's key store holds. Fails with [`Error::Locked`] where it holds none or
    /// does not answer; nothing is ever made anew because a read failed.
    pub fn unlock_with_computer(&self, entry: &PortfolioEntry) -> Result<Portfolio, Error> {
        let file = KeyFile::load(&entry.folder)?;
        if !file.has_computer_slot() {
            return Err(Error::Locked);
        }
        let key = file.unlock_with_computer(self.parts.key_store.as_ref()).map_err(|error| {
            let no_key = matches!(error, casefolio_keys::Error::KeyStore(_) | casefolio_keys::Error::NoSlot);
            if no_key { Error::Locked } else { Error::Keys(error) }
        })?;
        Portfolio::open(&self.parts, &entry.folder, &file, &key)
    }

    /// Opens a portfolio with its recovery code and gives it a new passphrase.
    pub fn recover(&self, entry: &PortfolioEntry, code: &RecoveryCode, new: &Passphrase) -> Result<Portfolio, Error> {
        let mut file = KeyFile::load(&entry.folder)?;
        let key = file.unlock_with_recovery(code)?;
        // Opened first: a portfolio that cannot be opened keeps the passphrase it has.
        let portfolio = Portfolio::open(&self.parts, &entry.folder, &file, &key)?;
        file.set_passphrase(&key, new, self.parts.strength)?;
        Ok(portfolio)
    }
}
