//! The recovery code: a new one, and whether the user has it.

use casefolio_keys::{KeyFile, Passphrase, PortfolioKey, RecoveryCode, leaving_no_trace};
use casefolio_store::settings;

use super::{Opener, Portfolio};
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;

/// A recovery code that is shown and does not open anything yet, with the key it is to open.
#[derive(Debug)]
pub struct NewRecoveryCode {
    key: PortfolioKey,
    code: RecoveryCode,
}

impl NewRecoveryCode {
    /// The code.
    #[must_use]
    pub fn code(&self) -> &RecoveryCode {
        &self.code
    }
}

impl Core {
    /// A new recovery code for a portfolio. The one before goes on being the valid one until this one was typed again
    /// ([`Core::confirm_recovery_code`]).
    pub fn new_recovery_code(&self, entry: &PortfolioEntry, passphrase: &Passphrase) -> Result<NewRecoveryCode, Error> {
        let key = self.key(&KeyFile::load(&entry.folder)?, Opener::Passphrase(passphrase))?;
        Ok(NewRecoveryCode { key, code: RecoveryCode::random()? })
    }

    /// Puts a new recovery code in the place of the one before, which opens nothing any more, if `typed` is the new one.
    /// Else [`Error::RecoveryCodeDiffers`], and nothing was changed.
    pub fn confirm_recovery_code(
        &self,
        entry: &PortfolioEntry,
        new: &NewRecoveryCode,
        typed: &RecoveryCode,
    ) -> Result<(), Error> {
        if new.code != *typed {
            return Err(Error::RecoveryCodeDiffers);
        }
        let mut file = KeyFile::load(&entry.folder)?;
        Ok(leaving_no_trace(|| file.set_recovery(&new.key, &new.code))?)
    }
}

const CONFIRMED: &str = "recovery.confirmed";

impl Portfolio {
    /// Whether the user has shown that the recovery code is written down: typed it again, or used it.
    pub fn recovery_confirmed(&self) -> Result<bool, Error> {
        Ok(self.store.read(|c| settings::text(c, CONFIRMED))?.is_some())
    }

    /// From now on it is not known whether the user has the recovery code, for it is another one.
    pub(super) fn forget_recovery_confirmed(&self) -> Result<(), Error> {
        Ok(self.store.write(|t| settings::remove(t, CONFIRMED))?)
    }

    /// Remembers that the user has the recovery code.
    pub fn note_recovery_confirmed(&self) -> Result<(), Error> {
        Ok(self.store.write(|t| settings::set_text(t, CONFIRMED, "yes"))?)
    }
}
