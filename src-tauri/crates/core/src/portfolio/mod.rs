//! One encrypted store with its user ID, open.

mod create;
mod passphrase;
mod recovery;
mod repair;
mod unlock;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use casefolio_keys::{KeyFile, PortfolioKey};
use casefolio_store::outbox::{self, Channel};
use casefolio_store::{DatabaseKey, Store};
use chrono::{DateTime, Utc};

pub use create::{CreateRequest, Created, random_passphrase};
pub use recovery::NewRecoveryCode;
pub use unlock::Opener;

use crate::bundle;
use crate::client::Service;
use crate::clock::Clock;
use crate::core::Parts;
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::marks::Marks;

/// Someone who is told what happens, on the thread that committed it, in the order of the commits. Returns quickly.
pub type Listener = Box<dyn Fn(&PortfolioEvent) + Send + Sync>;

/// An open portfolio. Cheap to share in an `Arc`; the database is closed when the last one goes.
pub struct Portfolio {
    pub(crate) store: Arc<Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) channel: Channel,
    pub(crate) service: Mutex<Option<Arc<Service>>>,
    pub(crate) key: PortfolioKey,
    /// Held by whoever works in the folder of backups; in it stands when their upkeep last failed.
    pub(crate) backing_up: Mutex<Option<DateTime<Utc>>>,
    listeners: RwLock<Vec<Listener>>,
    marks: Marks,
    user_id: String,
    folder: PathBuf,
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
    }

    /// Forgets the client of the service, so that the next call is made by the settings of then.
    pub(crate) fn forget_service(&self) {
        *self.service.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    fn open(parts: &Parts, folder: &Path, file: &KeyFile, key: &PortfolioKey) -> Result<Self, Error> {
        let at = parts.clock.now();
        let store = Store::open_keeping(folder, &DatabaseKey::new(*key.expose()), file.portfolio_id(), |source| {
            bundle::before_update(source, key, folder, at)
        })?;
        // One process holds the portfolio: a notice still leased was being told when that process ended.
        store.write(outbox::release_all)?;
        Ok(Self {
            store: Arc::new(store),
            clock: Arc::clone(&parts.clock),
            channel: parts.channel,
            service: Mutex::new(None),
            key: key.clone(),
            backing_up: Mutex::new(None),
            listeners: RwLock::new(Vec::new()),
            marks: Marks::of(key)?,
            user_id: file.user_id().to_owned(),
            folder: folder.to_owned(),
        })
    }
}
