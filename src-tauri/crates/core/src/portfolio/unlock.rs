//! Opening a portfolio.

use std::path::Path;

use casefolio_keys::{KeyFile, Passphrase, PortfolioKey, RecoveryCode, leaving_no_trace};

use super::Portfolio;
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;

/// By what a portfolio is opened.
#[derive(Debug, Clone, Copy)]
pub enum Opener<'a> {
    /// Its passphrase.
    Passphrase(&'a Passphrase),
    /// Its recovery code.
    RecoveryCode(&'a RecoveryCode),
    /// The key that this computer's key store holds.
    Computer,
}

impl Core {
    /// The key of a portfolio. Wrong passphrases and recovery codes are counted: after some, [`Error::TooManyTries`] for a while,
    /// in which nothing is derived. By the computer it fails with [`Error::Locked`] where it was never let in, else with what the key
    /// store said; nothing is ever made anew because a read failed.
    pub(crate) fn key(&self, file: &KeyFile, opener: Opener<'_>) -> Result<PortfolioKey, Error> {
        self.key_tried_at(file.folder(), file, opener)
    }

    /// The same; the tries are counted as those at `place`: a slot file out of a backup stands in another folder each time.
    pub(crate) fn key_tried_at(&self, place: &Path, file: &KeyFile, opener: Opener<'_>) -> Result<PortfolioKey, Error> {
        let (tries, clock) = (&self.tries, self.parts.clock.as_ref());
        leaving_no_trace(|| match opener {
            Opener::Passphrase(passphrase) => tries.make(place, clock, || file.unlock_with_passphrase(passphrase)),
            Opener::RecoveryCode(code) => tries.make(place, clock, || file.unlock_with_recovery(code)),
            Opener::Computer if !file.has_computer_slot() => Err(Error::Locked),
            Opener::Computer => Ok(file.unlock_with_computer(self.parts.key_store.as_ref())?),
        })
    }

    /// Opens a portfolio with its passphrase. A wrong one leaves every file as it was.
    pub fn unlock(&self, entry: &PortfolioEntry, passphrase: &Passphrase) -> Result<Portfolio, Error> {
        self.open(entry, Opener::Passphrase(passphrase))
    }

    /// Opens a portfolio with the key that this computer's key store holds.
    pub fn unlock_with_computer(&self, entry: &PortfolioEntry) -> Result<Portfolio, Error> {
        self.open(entry, Opener::Computer)
    }

    /// Opens a portfolio with its recovery code and gives it a new passphrase.
    pub fn recover(&self, entry: &PortfolioEntry, code: &RecoveryCode, new: &Passphrase) -> Result<Portfolio, Error> {
        leaving_no_trace(|| self.open_and_reset(entry, code, new))
    }

    fn open_and_reset(
        &self,
        entry: &PortfolioEntry,
        code: &RecoveryCode,
        new: &Passphrase,
    ) -> Result<Portfolio, Error> {
        let mut file = KeyFile::load(&entry.folder)?;
        let key = self.key(&file, Opener::RecoveryCode(code))?;
        // Opened first: a portfolio that cannot be opened keeps the passphrase it has.
        let portfolio = Portfolio::open(self, &entry.folder, &file, &key)?;
        portfolio.note_recovery_confirmed()?;
        file.set_passphrase(&key, new, self.strength())?;
        Ok(portfolio)
    }

    /// Opens a portfolio by whatever opens it.
    pub fn open(&self, entry: &PortfolioEntry, opener: Opener<'_>) -> Result<Portfolio, Error> {
        leaving_no_trace(|| self.open_by(entry, opener))
    }

    fn open_by(&self, entry: &PortfolioEntry, opener: Opener<'_>) -> Result<Portfolio, Error> {
        let file = KeyFile::load(&entry.folder)?;
        let key = self.key(&file, opener)?;
        // One that a killed program left behind. Where it cannot be written the portfolio opens all the same.
        let _not_level = file.level_copy();
        Portfolio::open(self, &entry.folder, &file, &key)
    }
}
