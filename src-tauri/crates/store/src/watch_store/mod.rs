//! The watch store: what is needed to ask about cases while the portfolio is locked, and a sealed inbox for what comes of it. A database
//! of its own beside the portfolio's, with a key of its own.

mod cases;
mod draining;
mod inbox;
mod letter;
mod opening;
mod standing;

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use cases::{Watched, by_id, due, list, next_due, noted};
pub use draining::{Offer, OwnCalls, note_portfolio_calls};
pub use inbox::{Item, ItemKind, NewItem, Told, mark_told, put, waiting};
pub use letter::{Content, Letter};
pub use standing::{MISSING, Standing, standings};

use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::findings::surely;
use crate::place::Place;
use crate::store::Store;

/// An open watch store: one connection, and the lock on the folder. Closing is dropping.
pub struct WatchStore {
    // Stands before the place: it closes before the lock is given up.
    connection: Mutex<Connection>,
    store_id: String,
    _place: Place,
}

impl WatchStore {
    /// Opens the watch store in `folder`, without the portfolio. Every refusal leaves the files as they were.
    pub fn open(folder: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        engine::assure()?;
        Self::open_in(Place::take(folder)?.of_watch()?, key, portfolio_id)
    }

    /// Opens the watch store beside an open portfolio.
    pub fn open_beside(portfolio: &Store, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        Self::open_in(portfolio.place().of_watch()?, key, portfolio_id)
    }

    /// Makes a new one beside an open portfolio. One that is there already is not touched.
    pub fn make_beside(
        portfolio: &Store,
        key: &DatabaseKey,
        portfolio_id: &str,
        store_id: &str,
    ) -> Result<Self, Error> {
        let place = portfolio.place().of_watch()?;
        opening::make(&place, key, portfolio_id, store_id)?;
        Self::open_in(place, key, portfolio_id)
    }

    /// Gives the files of a watch store that cannot be used other names. Nothing is deleted.
    pub fn set_aside(portfolio: &Store) -> Result<(), Error> {
        portfolio.place().of_watch()?.set_aside()
    }

    /// Deletes the watch store beside an open portfolio, if there is one. It must not be open.
    pub fn remove(portfolio: &Store) -> Result<(), Error> {
        portfolio.place().of_watch()?.remove()
    }

    /// Whether a watch store lies in `folder`.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        Place::watch_in(folder)
    }

    fn open_in(place: Place, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        let store_id = surely(&place, || opening::prove(&place, key, portfolio_id))?;
        let mut connection = crate::opening::connect(&place.database(), key)?;
        opening::bring_up_to_date(&mut connection)?;
        Ok(Self { connection: Mutex::new(connection), store_id, _place: place })
    }

    /// Which one it is: one made anew has another identity.
    #[must_use]
    pub fn store_id(&self) -> &str {
        &self.store_id
    }

    /// Reads.
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        work(&self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes in one transaction. Returns after the commit is on the disk; an error leaves nothing of it.
    pub fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }
}

impl std::fmt::Debug for WatchStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WatchStore")
    }
}
