//! Changing the passphrase.

use casefolio_keys::{KeyFile, Passphrase, RecoveryCode, leaving_no_trace};

use super::Opener;
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;

impl Core {
    /// Whether a passphrase opens a portfolio, which stays as it is: for one that is open already.
    pub fn try_passphrase(&self, entry: &PortfolioEntry, passphrase: &Passphrase) -> Result<(), Error> {
        self.key(&KeyFile::load(&entry.folder)?, Opener::Passphrase(passphrase)).map(drop)
    }

    /// Gives a portfolio a new passphrase by its recovery code: for one that is open already.
    pub fn reset_passphrase(&self, entry: &PortfolioEntry, code: &RecoveryCode, new: &Passphrase) -> Result<(), Error> {
        let mut file = KeyFile::load(&entry.folder)?;
        let key = self.key(&file, Opener::RecoveryCode(code))?;
        Ok(leaving_no_trace(|| file.set_passphrase(&key, new, self.strength()))?)
    }

    /// Replaces the passphrase of a portfolio. The old one opens it until the new slot is safely written, then the new one does.
    pub fn change_passphrase(&self, entry: &PortfolioEntry, old: &Passphrase, new: &Passphrase) -> Result<(), Error> {
        let mut file = KeyFile::load(&entry.folder)?;
        let key = self.key(&file, Opener::Passphrase(old))?;
        Ok(leaving_no_trace(|| file.set_passphrase(&key, new, self.strength()))?)
    }
}
