//! The phases, in the order in which they are lived.

use casefolio_core::Error;
use casefolio_core::cases::AddRequest;
use casefolio_core::portfolio::CreateRequest;

use super::{CASES, Life, NEW, OLD, USER, passphrase, receipt, say};

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
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 5] = [Self::Create, Self::Import, Self::FirstRound, Self::Round, Self::Passwd];

    /// Its name, as the program takes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Import => "import",
            Self::FirstRound => "first-round",
            Self::Round => "round",
            Self::Passwd => "passwd",
        }
    }

    /// The phase of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.name() == name)
    }

    /// Hours from the beginning of the life.
    pub(super) fn hour(self) -> i64 {
        Self::ALL.iter().position(|phase| *phase == self).and_then(|at| i64::try_from(at).ok()).unwrap_or_default()
    }
}

impl Life {
    /// Brings about what a phase is for.
    pub(super) fn phase(&mut self, phase: Phase) -> Result<(), Error> {
        match phase {
            Phase::Create => self.create(),
            Phase::Import => self.import(),
            Phase::FirstRound => self.round(false),
            Phase::Round => self.round(true),
            Phase::Passwd => self.passwd(),
        }
    }

    fn create(&mut self) -> Result<(), Error> {
        let request = CreateRequest { user_id: USER.to_owned(), passphrase: passphrase(OLD)?, computer_slot: true, watch_behind_lock: false };
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
}
