//! What a person gave to open a portfolio or a backup.

use casefolio_core::core::PortfolioEntry;
use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::portfolio::Opener;
use casefolio_core::{Core, Portfolio};
use clap::ArgMatches;

use crate::context::Context;
use crate::error::Error;

/// What was given.
pub(super) enum Given {
    Passphrase(Passphrase),
    RecoveryCode(RecoveryCode),
    Nothing,
}

impl Given {
    /// The recovery code where the option says so, else the passphrase.
    pub(super) fn of(context: &Context, matches: &ArgMatches) -> Result<Self, Error> {
        if matches.get_flag("recovery-code-stdin") {
            let typed = context.input.recovery_code_line()?;
            return Ok(Self::RecoveryCode(RecoveryCode::parse(&typed).map_err(casefolio_core::Error::RecoveryCode)?));
        }
        Ok(match context.input.password()? {
            Some(typed) => Self::Passphrase(Passphrase::typed(typed).map_err(casefolio_core::Error::Passphrase)?),
            None => Self::Nothing,
        })
    }

    /// Nothing: the key of this computer is to be tried.
    pub(super) fn opener(&self) -> Opener<'_> {
        match self {
            Self::Passphrase(passphrase) => Opener::Passphrase(passphrase),
            Self::RecoveryCode(code) => Opener::RecoveryCode(code),
            Self::Nothing => Opener::Computer,
        }
    }

    /// Opens a portfolio with it.
    pub(super) fn open(&self, core: &Core, entry: &PortfolioEntry) -> Result<Portfolio, Error> {
        Ok(core.open(entry, self.opener())?)
    }
}
