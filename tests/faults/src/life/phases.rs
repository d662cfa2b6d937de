//! The phases, in the order in which they are lived.

use casefolio_core::Error;
use casefolio_core::backup::InItsPlace;
use casefolio_core::cases::AddRequest;
use casefolio_core::error::BackupProblem;
use casefolio_core::health::SalvageRequest;
use casefolio_core::portfolio::{CreateRequest, Mode, Opener};

use super::round::Says;
use super::{BUNDLE, CASES, Life, NEW, OLD, SAVED, USER, passphrase, receipt, say};

/// A piece of the life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// A portfolio is made.
    Create,
    /// Two hundred receipts are added at once.
    Import,
    /// The service is asked about some of them for the first time.
    FirstRound,
    /// It is asked again: most of them changed, and that is told.
    Round,
    /// The passphrase is changed.
    Passwd,
    /// A new recovery code is shown and typed again.
    RecoveryCode,
    /// The first backup.
    FirstBackup,
    /// The one of another day.
    Backup,
    /// The portfolio is made of its backup, where there is none.
    Restore,
    /// A portfolio of the first schema is opened.
    Migrate,
    /// The portfolio goes over to strict mode.
    ToStrict,
    /// It is locked: the service is asked from the watch store alone, and what comes is sealed.
    BehindLock,
    /// It is unlocked, takes over what came meanwhile, and asks on.
    Unlock,
    /// From behind the lock it goes back to computer mode.
    ToComputer,
    /// The portfolio gets a new key.
    NewKey,
    /// It gets one while something from behind the lock waits.
    NewKeyBehindLock,
    /// A backup is verified again, some time after it was made.
    Verify,
    /// What is whole in a damaged portfolio is saved into a new one.
    Salvage,
    /// A backup takes the place of its damaged portfolio.
    RestoreInPlace,
}

/// From what a phase starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// An empty folder.
    Nothing,
    /// What another phase left.
    After(Phase),
    /// The last backup of another phase, without its portfolio.
    BackupOf(Phase),
    /// What another phase left, and its database damaged since; its last backup, if it has one, lies beside.
    Damaged(Phase),
    /// The portfolio of schema 1 among the fixtures.
    FirstSchema,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 19] = [
        Self::Create,
        Self::Import,
        Self::FirstRound,
        Self::Round,
        Self::Passwd,
        Self::RecoveryCode,
        Self::FirstBackup,
        Self::Backup,
        Self::Restore,
        Self::Migrate,
        Self::ToStrict,
        Self::BehindLock,
        Self::Unlock,
        Self::ToComputer,
        Self::NewKey,
        Self::NewKeyBehindLock,
        Self::Verify,
        Self::Salvage,
        Self::RestoreInPlace,
    ];

    /// Its name, as the program takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Import => "import",
            Self::FirstRound => "first-round",
            Self::Round => "round",
            Self::Passwd => "passwd",
            Self::RecoveryCode => "recovery-code",
            Self::FirstBackup => "first-backup",
            Self::Backup => "backup",
            Self::Restore => "restore",
            Self::Migrate => "migrate",
            Self::ToStrict => "to-strict",
            Self::BehindLock => "behind-lock",
            Self::Unlock => "unlock",
            Self::ToComputer => "to-computer",
            Self::NewKey => "new-key",
            Self::NewKeyBehindLock => "new-key-behind-lock",
            Self::Verify => "verify",
            Self::Salvage => "salvage",
            Self::RestoreInPlace => "restore-in-place",
        }
    }

    /// From what it starts.
    #[must_use]
    pub fn start(self) -> Start {
        match self {
            Self::Create => Start::Nothing,
            Self::Import => Start::After(Self::Create),
            Self::FirstRound => Start::After(Self::Import),
            Self::Round => Start::After(Self::FirstRound),
            Self::Passwd | Self::RecoveryCode | Self::FirstBackup | Self::ToStrict | Self::NewKey => {
                Start::After(Self::Round)
            }
            Self::BehindLock => Start::After(Self::ToStrict),
            Self::Unlock | Self::ToComputer | Self::NewKeyBehindLock => Start::After(Self::BehindLock),
            Self::Backup | Self::Verify => Start::After(Self::FirstBackup),
            Self::Restore => Start::BackupOf(Self::FirstBackup),
            Self::Migrate => Start::FirstSchema,
            Self::Salvage => Start::Damaged(Self::Round),
            Self::RestoreInPlace => Start::Damaged(Self::FirstBackup),
        }
    }

    /// The phase of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }

    /// Hours from the beginning of the life: more than a day after the phase before.
    pub(super) fn hour(self) -> i64 {
        const APART: i64 = 30;
        let place = Self::ALL.iter().position(|phase| *phase == self).and_then(|at| i64::try_from(at).ok());
        place.unwrap_or_default() * APART
    }
}

impl Life {
    /// Brings about what a phase is for.
    pub(super) fn phase(&mut self, phase: Phase) -> Result<(), Error> {
        match phase {
            Phase::Create => self.create(),
            Phase::Import => self.import(),
            Phase::FirstRound => self.round(Says::First),
            Phase::Round => self.round(Says::Later),
            Phase::Passwd => self.passwd(),
            Phase::RecoveryCode => self.recovery_code(),
            Phase::FirstBackup | Phase::Backup => self.backup(),
            Phase::Restore => self.restore(),
            Phase::Migrate => self.portfolio().map(|_open| say("did migrate")),
            Phase::ToStrict => self.go_over_to(Mode::Strict),
            Phase::BehindLock => self.behind_lock(),
            Phase::Unlock => self.unlock(),
            Phase::ToComputer => self.go_over_to(Mode::Computer),
            Phase::NewKey | Phase::NewKeyBehindLock => self.new_key(),
            Phase::Salvage => self.salvage(),
            Phase::RestoreInPlace => self.restore_in_place(),
            Phase::Verify => self.portfolio()?.verify_stored_if_due().map(|_turn| say("did verify")),
        }
    }

    fn create(&mut self) -> Result<(), Error> {
        let request = CreateRequest {
            user_id: USER.to_owned(),
            passphrase: passphrase(OLD)?,
            computer_slot: true,
            watch_behind_lock: true,
        };
        match self.core.create(&request) {
            Ok(created) => {
                say(&format!("created {}", created.recovery_code.show().as_str()));
                Ok(())
            }
            Err(Error::UserIdTaken) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn import(&mut self) -> Result<(), Error> {
        let receipts: Vec<String> = (0..CASES).map(receipt).collect();
        let portfolio = self.portfolio()?;
        let verdicts = portfolio.add(&AddRequest::of_receipts(&receipts, "Zoila Quispe", "family"))?;
        say(&format!("added {}", verdicts.len()));
        Ok(())
    }

    fn passwd(&mut self) -> Result<(), Error> {
        let (entry, old, new) = (self.entry()?, passphrase(OLD)?, passphrase(NEW)?);
        match self.core.change_passphrase(&entry, &old, &new) {
            // Cut off after it was changed.
            Err(Error::Keys(casefolio_keys::Error::WrongPassphrase)) => self.core.try_passphrase(&entry, &new)?,
            outcome => outcome?,
        }
        say("did passwd");
        Ok(())
    }

    fn recovery_code(&mut self) -> Result<(), Error> {
        let entry = self.entry()?;
        let new = self.core.new_recovery_code(&entry, &passphrase(OLD)?)?;
        say(&format!("offered {}", new.code().show().as_str()));
        self.core.confirm_recovery_code(&entry, &new, new.code())?;
        say("did recovery-code");
        Ok(())
    }

    fn backup(&mut self) -> Result<(), Error> {
        self.portfolio()?.back_up_if_due()?;
        say("did backup");
        Ok(())
    }

    fn go_over_to(&mut self, mode: Mode) -> Result<(), Error> {
        let portfolio = self.portfolio()?;
        self.core.set_mode(&self.entry()?, &portfolio, &passphrase(OLD)?, mode)?;
        say("did mode");
        Ok(())
    }

    fn new_key(&mut self) -> Result<(), Error> {
        let code = self.core.renew_key(&self.entry()?, &passphrase(OLD)?)?;
        say(&format!("renewed {}", code.show().as_str()));
        Ok(())
    }

    fn unlock(&mut self) -> Result<(), Error> {
        self.portfolio()?;
        self.tell()?;
        say("did unlock");
        self.round(Says::AfterUnlock)
    }

    fn salvage(&mut self) -> Result<(), Error> {
        let new = CreateRequest {
            user_id: SAVED.to_owned(),
            passphrase: passphrase(OLD)?,
            computer_slot: true,
            watch_behind_lock: true,
        };
        let (damaged, opener) = (self.core.choose(Some(USER))?, passphrase(OLD)?);
        match self.core.salvage(&damaged, &SalvageRequest { opener: Opener::Passphrase(&opener), new }) {
            Ok(salvaged) => say(&format!("salvaged {}", salvaged.report.cases + salvaged.report.cases_anew)),
            // Cut off after all was saved.
            Err(Error::UserIdTaken) => {}
            Err(error) => return Err(error),
        }
        say("did salvage");
        Ok(())
    }

    fn restore_in_place(&mut self) -> Result<(), Error> {
        let (file, passphrase) = (self.folder.join(BUNDLE), passphrase(OLD)?);
        let opener = Opener::Passphrase(&passphrase);
        match self.core.restore_in_place_of(&file, opener, InItsPlace::Damaged) {
            // Or cut off after the backup was in its place.
            Ok(_) | Err(Error::Backup(BackupProblem::InOrder)) => {
                say("did restore");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    fn restore(&mut self) -> Result<(), Error> {
        match self.core.restore(&self.folder.join(BUNDLE), Opener::Passphrase(&passphrase(OLD)?)) {
            Ok(_) | Err(Error::Backup(BackupProblem::PortfolioExists)) => {
                say("did restore");
                Ok(())
            }
            Err(error) => Err(error),
        }
    }
}
