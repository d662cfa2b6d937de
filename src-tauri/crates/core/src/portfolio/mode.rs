//! Computer mode and strict mode, and the way from one to the other.

use std::sync::{MutexGuard, PoisonError};

use casefolio_keys::{KeyFile, KeyStore, KeyStoreProblem, Passphrase};
use casefolio_store::settings;
use casefolio_store::watch_store::WatchStore;

use super::{Opener, Portfolio};
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;
use crate::events::PortfolioEvent;
pub use crate::strict::Mode;
use crate::strict::{Strict, watch_account};

/// There may be something left of a mode that was left, or of a watch store that is not wanted any more.
const UNTIDY: &str = "mode.untidy";
/// Whether cases are to be checked behind the lock; yes, unless it says no.
pub(super) const WATCHES: &str = "mode.watch_behind_lock";

impl Core {
    /// The mode of a portfolio, without opening it.
    pub fn mode(&self, entry: &PortfolioEntry) -> Result<Mode, Error> {
        Ok(Mode::of(KeyFile::load(&entry.folder)?.has_computer_slot()))
    }

    /// Puts an open portfolio into another mode; the passphrase proves the person. The slot file decides which mode it is, and it is
    /// replaced in one step: killed anywhere, the old or the new mode holds, and what is left over is cleared away at the next opening.
    /// Into computer mode it fails where the key store does not take the key, and nothing is changed.
    pub fn set_mode(
        &self,
        entry: &PortfolioEntry,
        portfolio: &Portfolio,
        passphrase: &Passphrase,
        mode: Mode,
    ) -> Result<(), Error> {
        let mut file = KeyFile::load(&entry.folder)?;
        let key = self.key(&file, Opener::Passphrase(passphrase))?;
        if Mode::of(file.has_computer_slot()) == mode {
            // A try before this one may have failed after it had replaced the slot file, and before that was made sure of on the disk.
            file.level_copy()?;
        } else {
            portfolio.store.write(|t| settings::set_text(t, UNTIDY, "yes"))?;
            let store = self.parts.key_store.as_ref();
            let changed = match mode {
                Mode::Computer => file.add_computer_slot(&key, store),
                Mode::Strict => file.remove_computer_slot(store),
            };
            if Mode::of(file.has_computer_slot()) != mode {
                changed?;
            }
        }
        portfolio.strict().mode = mode;
        portfolio.take_up_mode();
        portfolio.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }
}

impl Portfolio {
    /// The mode.
    #[must_use]
    pub fn mode(&self) -> Mode {
        self.strict().mode
    }

    /// Whether cases are checked while the portfolio is locked in strict mode: it is wanted, and the key store holds the key for it.
    #[must_use]
    pub fn watches_behind_lock(&self) -> bool {
        let strict = self.strict();
        strict.key_kept && strict.watch.is_some()
    }

    /// Whether cases are to be checked while the portfolio is locked in strict mode.
    pub fn wants_watch_behind_lock(&self) -> Result<bool, Error> {
        Ok(self.store.read(|c| settings::text(c, WATCHES))?.as_deref() != Some("no"))
    }

    /// Switches the checks behind the lock on or off. Off: the watch store and its key are deleted.
    pub fn set_watch_behind_lock(&self, on: bool) -> Result<(), Error> {
        if on != self.wants_watch_behind_lock()? {
            self.store.write(|t| {
                settings::set_text(t, WATCHES, if on { "yes" } else { "no" })?;
                settings::set_text(t, UNTIDY, "yes")
            })?;
        }
        self.take_up_mode();
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }

    /// Brings the watch store to the state of the portfolio: after rounds, edits and new settings, and on closing. Nothing is written where
    /// nothing changed; what goes wrong is tried again the next time.
    pub fn refresh_watch_store(&self) {
        // An older state behind the lock asks about too much or too little for a while, and loses nothing.
        let _later = self.strict().refresh(&self.store, self.clock.now());
    }

    pub(crate) fn strict(&self) -> MutexGuard<'_, Strict> {
        self.strict.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Clears away what the mode does not want: a secret of the computer's slot without the slot, a watch store with its key. Where the key
    /// store does not answer it is tried again at the next opening.
    pub(crate) fn tidy_mode(&self, strict: &mut Strict, wanted: bool) -> Result<(), Error> {
        if self.store.read(|c| settings::text(c, UNTIDY))?.is_none() {
            return Ok(());
        }
        let store = self.key_store.as_ref();
        if !wanted {
            self.take_over_the_last(strict)?;
            strict.close();
            WatchStore::remove(&self.store)?;
            forget(store, &watch_account(&strict.keys.portfolio_id))?;
        }
        let file = KeyFile::load(&self.folder)?;
        if !file.has_computer_slot() {
            forget(store, &file.account())?;
        }
        Ok(self.store.write(|t| settings::remove(t, UNTIDY))?)
    }
}

fn forget(store: &dyn KeyStore, account: &str) -> Result<(), Error> {
    match store.delete(account) {
        Ok(()) | Err(KeyStoreProblem::NoEntry) => Ok(()),
        Err(problem) => Err(casefolio_keys::Error::from(problem).into()),
    }
}
