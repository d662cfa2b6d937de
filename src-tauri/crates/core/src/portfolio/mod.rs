//! One encrypted store with its user ID, open.

mod create;
mod mode;
mod passphrase;
mod recovery;
mod renew;
mod repair;
mod unlock;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use casefolio_keys::{KeyFile, KeyStore, PortfolioKey};
use casefolio_store::outbox::{self, Channel};
use casefolio_store::{DatabaseKey, Store, budget};
use chrono::{DateTime, NaiveDate, Utc};

pub use create::{CreateRequest, Created, random_passphrase};
pub use mode::Mode;
pub use recovery::NewRecoveryCode;
pub use unlock::Opener;

use crate::bundle;
use crate::client::Service;
use crate::clock::Clock;
use crate::core::Core;
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::generation;
use crate::marks::Marks;
use crate::sharing::Sharing;
use crate::strict::{Strict, WatchKeys};

/// Someone who is told what happens, on the thread that committed it, in the order of the commits. Returns quickly.
pub type Listener = Box<dyn Fn(&PortfolioEvent) + Send + Sync>;

/// An open portfolio. Cheap to share in an `Arc`; the database is closed when the last one goes.
pub struct Portfolio {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) channel: Channel,
    pub(crate) service: Mutex<Option<Arc<Service>>>,
    pub(crate) sharing: Sharing,
    pub(crate) key_store: Arc<dyn KeyStore>,
    strict: Mutex<Strict>,
    pub(crate) key: PortfolioKey,
    /// Held by whoever works in the folder of backups; in it stands when their upkeep last failed.
    pub(crate) backing_up: Mutex<Option<DateTime<Utc>>>,
    listeners: RwLock<Vec<Listener>>,
    marks: Marks,
    user_id: String,
    pub(crate) id: String,
    folder: PathBuf,
    was_updated: bool,
}

impl Drop for Portfolio {
    /// What is locked now is watched from here on.
    fn drop(&mut self) {
        self.refresh_watch_store();
        self.keep_generation();
    }
}

impl std::fmt::Debug for Portfolio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Portfolio")
    }
}

impl Portfolio {
    /// The user ID.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.user_id
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Whether this opening brought its database to the schema of this program.
    #[must_use]
    pub fn was_updated(&self) -> bool {
        self.was_updated
    }

    /// The clock it lives by.
    #[must_use]
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Makes the marks of its cases in the log.
    #[must_use]
    pub fn marks(&self) -> &Marks {
        &self.marks
    }

    /// Tells `listener` of everything that happens from now on.
    pub fn listen(&self, listener: Listener) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    pub(crate) fn tell(&self, event: &PortfolioEvent) {
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(event);
        }
        if event.may_change_what_is_watched() {
            self.refresh_watch_store();
        }
        if matches!(event, PortfolioEvent::RoundEnded(_)) {
            self.keep_generation();
        }
    }

    /// Has this computer remember how far the portfolio has come, so that an older copy of it is noticed.
    pub(crate) fn keep_generation(&self) {
        // None while transactions are missing: what was seen of the newer one would be forgotten.
        if let Some(sealed) = self.store.sealed_generation() {
            generation::keep(&self.key_store, &self.id, sealed);
        }
    }

    /// Says behind the lock how many calls were made today.
    pub(crate) fn keep_calls_behind_lock(&self, day: NaiveDate) {
        if let Some(watch) = &self.strict().watch {
            // Where it cannot be said, it is at the next refresh.
            let _later = self.store.read(|c| budget::spent(c, day)).and_then(|spent| watch.keep_calls(day, spent));
        }
    }

    /// Forgets the client of the service, so that the next call is made by the settings of then.
    pub(crate) fn forget_service(&self) {
        *self.service.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn open(core: &Core, folder: &Path, file: &KeyFile, key: &PortfolioKey) -> Result<Self, Error> {
        let (parts, at) = (&core.parts, core.parts.clock.now());
        let mut was_updated = false;
        let store = Store::open_keeping(folder, &DatabaseKey::new(*key.expose()), file.portfolio_id(), |source| {
            was_updated = true;
            bundle::before_update(source, key, folder, at)
        })?;
        // One process holds the portfolio: a notice still leased was being told when that process ended.
        store.write(outbox::release_all)?;
        if let Some(seen) = generation::kept(&parts.key_store, file.portfolio_id()) {
            store.compare_generation(&seen)?;
        }
        let keys = WatchKeys::of(key, file.portfolio_id());
        let portfolio = Self {
            store: Arc::new(store),
            clock: Arc::clone(&parts.clock),
            channel: parts.channel,
            service: Mutex::new(None),
            sharing: core.sharing.clone(),
            key_store: Arc::clone(&parts.key_store),
            strict: Mutex::new(Strict::new(keys, Mode::of(file.has_computer_slot()))),
            key: key.clone(),
            backing_up: Mutex::new(None),
            listeners: RwLock::new(Vec::new()),
            marks: Marks::of(key),
            user_id: file.user_id().to_owned(),
            id: file.portfolio_id().to_owned(),
            folder: folder.to_owned(),
            was_updated,
        };
        portfolio.take_up_mode();
        Ok(portfolio)
    }
}
