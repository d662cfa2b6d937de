//! An opened portfolio.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::place::Place;
use crate::{generation, migrate, opening};

/// An opened portfolio: one connection that writes, one that reads, and the lock on the folder. Closing is dropping.
pub struct Store {
    // The connections stand before the place: they close before the lock is given up.
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    _place: Place,
}

impl Store {
    /// Makes a new portfolio in `folder` and opens it. A database that is there already is not touched.
    pub fn create(folder: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        engine::assure()?;
        let place = Place::make(folder)?;
        opening::make(&place, key, portfolio_id)?;
        Self::open_in(place, key, portfolio_id)
    }

    /// Opens the portfolio in `folder`. Every refusal leaves the files as they were.
    pub fn open(folder: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        engine::assure()?;
        Self::open_in(Place::take(folder)?, key, portfolio_id)
    }

    fn open_in(place: Place, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        opening::prove(&place, key, portfolio_id)?;
        let mut writer = opening::connect(&place.database(), key)?;
        migrate::bring_up_to_date(&mut writer)?;
        let reader = opening::connect(&place.database(), key)?;
        reader.pragma_update(None, "query_only", "ON")?;
        Ok(Self { writer: Mutex::new(writer), reader: Mutex::new(reader), _place: place })
    }

    /// Reads. What one call reads in several statements may come from before and after a write; where that matters,
    /// read within [`Store::write`].
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        work(&held(&self.reader))
    }

    /// Writes in one transaction, which raises the portfolio's generation. Returns after the commit is on the disk; an error leaves nothing of it.
    pub fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut writer = held(&self.writer);
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        generation::raise(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Asks the engine whether the database is in order, quickly: [`Error::Damaged`] if not.
    pub fn check(&self) -> Result<(), Error> {
        self.read(opening::quick_check)
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

/// A panic in the midst of a transaction rolled it back: the connection is sound.
fn held(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}
