//! The scripted life of a portfolio, phase by phase. Each phase can be lived again where it was cut off: it brings about what is
//! missing and leaves what is there.

mod behind_lock;
mod guarded;
mod phases;
mod round;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use casefolio_core::core::PortfolioEntry;
use casefolio_core::telling::{Dispatcher, Notice, Notifier, NotifyProblem};
use casefolio_core::testing::FakeClock;
use casefolio_core::{Core, Error, Home, Parts, Portfolio, PortfolioEvent};
use casefolio_keys::{KdfStrength, Passphrase};
use casefolio_store::outbox::Channel;
use chrono::{DateTime, TimeDelta, Utc};

use crate::key_store::FolderKeyStore;
pub use guarded::{leave_in_the_midst, open_and_lock};
pub use phases::{Phase, Start};
pub(crate) use round::Says;

/// The user of every life.
pub const USER: &str = "faults";
/// The user of the portfolio into which a damaged one is saved.
pub const SAVED: &str = "saved";
/// The passphrase at first.
pub const OLD: &str = "eleven lanterns over the harbour";
/// The passphrase after the phase that changes it.
pub const NEW: &str = "twelve herons on a frozen canal";
/// The backup that is restored, in the folder of the life.
pub const BUNDLE: &str = "bundle.casefolio";
/// How many cases the portfolio of schema 1 has.
pub const CASES_OF_FIXTURE: u64 = 22;
/// How many cases are imported.
pub const CASES: u32 = 200;
/// About how many of them each round asks.
pub const ASKED: u32 = 16;
/// Of how many of those is told behind the lock what changed.
pub const TOLD_BEHIND_LOCK: u32 = 8;

/// A receipt number of the life.
#[must_use]
pub fn receipt(number: u32) -> String {
    format!("IOE{:010}", 912_000_000 + number)
}

/// A passphrase as it is typed.
pub fn passphrase(text: &str) -> Result<Passphrase, Error> {
    Passphrase::typed(text.to_owned().into()).map_err(Error::Passphrase)
}

/// When the life begins: Monday, 2 March 2026, 10:00 Eastern.
fn beginning() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_772_463_600)
}

/// When a phase is lived.
#[must_use]
pub fn time_of(phase: Phase) -> DateTime<Utc> {
    beginning() + TimeDelta::hours(phase.hour())
}

/// Casefolio over the data folder of a life, at the time of a phase.
#[must_use]
pub fn core(folder: &Path, phase: Phase) -> Core {
    let parts = Parts {
        clock: Arc::new(FakeClock::at(time_of(phase))),
        key_store: Arc::new(FolderKeyStore::at(folder.join("key-store"))),
        strength: KdfStrength::SMALLEST_ACCEPTED,
        channel: Channel::Console,
    };
    Core::new(Home::at(folder.join("home")), parts)
}

/// Says a line: what it says is committed. A reader that has gone is told nothing.
pub fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    drop(writeln!(out, "{line}").and_then(|()| out.flush()));
}

/// A life being lived.
pub struct Life {
    folder: PathBuf,
    core: Core,
    portfolio: Option<Arc<Portfolio>>,
    dispatcher: Option<Dispatcher>,
}

impl Life {
    /// The life in this folder, at a phase.
    #[must_use]
    pub fn at(folder: &Path, phase: Phase) -> Self {
        Self { folder: folder.to_owned(), core: core(folder, phase), portfolio: None, dispatcher: None }
    }

    /// The only portfolio's entry.
    fn entry(&self) -> Result<PortfolioEntry, Error> {
        self.core.choose(None)
    }

    /// The portfolio, opened if it is not yet: with the computer's key, else the passphrase.
    fn portfolio(&mut self) -> Result<Arc<Portfolio>, Error> {
        if let Some(portfolio) = &self.portfolio {
            return Ok(Arc::clone(portfolio));
        }
        let entry = self.entry()?;
        let opened = if entry.computer_slot {
            self.core.unlock_with_computer(&entry)?
        } else {
            self.core.unlock(&entry, &passphrase(OLD)?)?
        };
        opened.listen(Box::new(heard));
        Ok(Arc::clone(self.portfolio.insert(Arc::new(opened))))
    }

    /// Tells everything that waits, to this program's standard output.
    fn tell(&mut self) -> Result<(), Error> {
        let portfolio = self.portfolio()?;
        if self.dispatcher.is_none() {
            self.dispatcher = Some(Dispatcher::start(&portfolio, Arc::new(Teller(Mutex::new(()))))?);
        }
        if let Some(dispatcher) = &self.dispatcher {
            dispatcher.flush();
        }
        Ok(())
    }

    /// Closes the portfolio, if it is open.
    fn close(&mut self) {
        if let Some(dispatcher) = self.dispatcher.take() {
            dispatcher.flush();
        }
        self.portfolio = None;
    }

    /// Says that there is space on the disk again. The layer hears it; without it the folder is made and removed.
    fn space_returns(&self) {
        let sign = self.folder.join("space-returns");
        if std::fs::create_dir(&sign).is_ok() {
            drop(std::fs::remove_dir(&sign));
        }
    }

    /// Lives a phase. Where it fails, it says the problem's code, lets space return and tries again, as a person would.
    pub fn live(&mut self, phase: Phase) -> bool {
        let code = |error: &Error| casefolio_core::Problem::of(error).code;
        match self.phase(phase) {
            Ok(()) => {
                self.close();
                say("done");
                true
            }
            Err(error) => {
                say(&format!("problem {}", code(&error)));
                self.space_returns();
                let again = self.phase(phase).map_or_else(|error| code(&error), |()| "done");
                self.close();
                say(&format!("again {again}"));
                false
            }
        }
    }
}

/// What was committed is said at once.
fn heard(event: &PortfolioEvent) {
    if let PortfolioEvent::Checked { receipt, told, at, .. } = event {
        let verb = if *told { "changed" } else { "checked" };
        say(&format!("{verb} {} {}", receipt.as_str(), at.timestamp_micros()));
    }
}

/// Tells changes one by one, by their identity.
struct Teller(Mutex<()>);

impl Notifier for Teller {
    fn notify(&self, notice: &Notice) -> Result<(), NotifyProblem> {
        let _one_at_a_time = self.0.lock().map_err(|_| NotifyProblem::Absent)?;
        match notice {
            Notice::Change { change, .. } => say(&format!("told {}", change.id.0)),
            Notice::BehindLock { changes } => say(&format!("told-behind-lock {changes}")),
            Notice::Summary { .. } => return Err(NotifyProblem::Refused),
        }
        Ok(())
    }
}
