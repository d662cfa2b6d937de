//! Everything that exists before a portfolio is open.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casefolio_keys::{KdfStrength, KeyFile, KeyStore};
use casefolio_store::outbox::Channel;

use crate::clock::{Clock, Stopwatch};
use crate::error::Error;
use crate::home::Home;
use crate::problem::Problem;
use crate::sharing::Sharing;
use crate::tries::AllTries;

/// The parts a program composes its [`Core`] from.
#[derive(Clone)]
pub struct Parts {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// The key store of the operating system.
    pub key_store: Arc<dyn KeyStore>,
    /// How costly a guess at a passphrase is made, at least.
    pub strength: KdfStrength,
    /// By which way this program tells of a change.
    pub channel: Channel,
}

/// The data folder with the parts that open it. Portfolios are opened from here.
#[derive(Clone)]
pub struct Core {
    home: Home,
    pub(crate) parts: Parts,
    pub(crate) tries: AllTries,
    pub(crate) sharing: Sharing,
    stopwatch: Option<Arc<dyn Stopwatch>>,
}

/// A portfolio of this computer, as far as can be told without its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortfolioEntry {
    /// The user ID; of a damaged one as the copy of its slot file says, else the name of its folder.
    pub user_id: String,
    /// Whether this computer's key store may open it.
    pub computer_slot: bool,
    /// Its folder.
    pub folder: PathBuf,
    /// Why its slot file cannot be read: the code of a [`Problem`]. None of a healthy one.
    pub problem: Option<&'static str>,
}

impl PortfolioEntry {
    pub(crate) fn of(folder: PathBuf) -> Self {
        match KeyFile::load(&folder) {
            Ok(file) => Self {
                user_id: file.user_id().to_owned(),
                computer_slot: file.has_computer_slot(),
                folder,
                problem: None,
            },
            Err(error) => {
                // A portfolio's folder bears its identity.
                let id = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
                let copy = KeyFile::healthy_copy(&folder, &id);
                Self {
                    user_id: copy.map_or(id, |copy| copy.user_id().to_owned()),
                    computer_slot: false,
                    folder,
                    problem: Some(Problem::of(&Error::Keys(error)).code),
                }
            }
        }
    }

    /// The entry if it is healthy, else why not.
    fn healthy(self) -> Result<Self, Error> {
        if self.problem.is_some() {
            KeyFile::load(&self.folder)?;
        }
        Ok(self)
    }
}

impl Core {
    /// Casefolio over the data folder `home`.
    #[must_use]
    pub fn new(home: Home, parts: Parts) -> Self {
        Self { home, parts, tries: AllTries::default(), sharing: Sharing::default(), stopwatch: None }
    }

    /// The same, with passphrases as costly to guess as is bearable on this computer: half a second to a second a guess, and never
    /// less than the strength among the parts. Measured when one is set, which then takes some seconds.
    #[must_use]
    pub fn with_stopwatch(self, stopwatch: Arc<dyn Stopwatch>) -> Self {
        Self { stopwatch: Some(stopwatch), ..self }
    }

    /// How costly a guess at a passphrase that is set now is made.
    pub(crate) fn strength(&self) -> KdfStrength {
        match &self.stopwatch {
            Some(stopwatch) => self.parts.strength.calibrated(&mut |work| stopwatch.measure(work)),
            None => self.parts.strength,
        }
    }

    /// The data folder.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.parts.clock)
    }

    /// The portfolios of this computer, by user ID. A folder whose slot file is damaged stands at the end, marked as such:
    /// hiding a portfolio would look like losing it, and it must not lock out the others.
    pub fn portfolios(&self) -> Result<Vec<PortfolioEntry>, Error> {
        let folders = self.home.portfolio_folders().map_err(Error::Home)?;
        let mut entries: Vec<_> = folders.into_iter().map(PortfolioEntry::of).collect();
        entries.sort_by(|a, b| (a.problem.is_some(), &a.user_id).cmp(&(b.problem.is_some(), &b.user_id)));
        Ok(entries)
    }

    /// The portfolio with this user ID; without one the only portfolio there is. Nobody can tell whose a damaged one is: where there
    /// is one, a user ID that no other has fails with its problem, and none counts as the only one.
    pub fn choose(&self, user_id: Option<&str>) -> Result<PortfolioEntry, Error> {
        self.choose_any(user_id)?.healthy()
    }

    /// The same; but a damaged one is chosen too, to be looked at: by the name of its folder, or where nothing else fits.
    pub fn choose_any(&self, user_id: Option<&str>) -> Result<PortfolioEntry, Error> {
        let mut entries = self.portfolios()?;
        // Healthy ones come first.
        let all_damaged = entries.first().is_some_and(|entry| entry.problem.is_some());
        let at = match user_id {
            Some(wanted) => {
                let named = entries.iter().position(|entry| entry.user_id == wanted.trim());
                named
                    .or_else(|| entries.iter().position(|entry| entry.problem.is_some()))
                    .ok_or(Error::NoSuchPortfolio)?
            }
            None if entries.is_empty() => return Err(Error::NoPortfolio),
            None if entries.len() > 1 && !all_damaged => return Err(Error::SeveralPortfolios),
            None => 0,
        };
        Ok(entries.swap_remove(at))
    }

    /// Seconds that a person has to wait, after wrong tries, before the next passphrase or recovery code is tried at all.
    #[must_use]
    pub fn wait_before_next_try(&self, entry: &PortfolioEntry) -> Option<u32> {
        self.tries.wait(&entry.folder, self.parts.clock.as_ref())
    }

    /// Whether the key store answers at all (it may hold nothing).
    #[must_use]
    pub fn key_store_answers(&self) -> bool {
        use casefolio_keys::KeyStoreProblem;
        match self.parts.key_store.read("probe") {
            Ok(_) | Err(KeyStoreProblem::NoEntry | KeyStoreProblem::Unusable) => true,
            Err(KeyStoreProblem::Unavailable | KeyStoreProblem::Refused) => false,
        }
    }
}

/// Removes what a creation that was cut off left behind. Finished portfolios never have such a name.
pub(crate) fn remove_unfinished(portfolios: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(portfolios)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(".new-")) {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}

/// A new random identity of a portfolio: 32 hexadecimal digits.
pub(crate) fn new_portfolio_id() -> Result<String, Error> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| Error::Randomness)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}
