//! An opened portfolio.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::backup::Source;
use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::findings::{self, Finding};
use crate::generation::{self, Generations, SEALED, Seal};
use crate::place::Place;
use crate::{migrate, opening};

/// An opened portfolio: one connection that writes, one that reads, and the lock on the folder. Closing is dropping.
pub struct Store {
    // The connections stand before the place: they close before the lock is given up.
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    generations: Generations,
    /// Whether damage was met in reading or writing.
    damage_met: AtomicBool,
    /// For connections made later.
    key: DatabaseKey,
    portfolio_id: String,
    place: Place,
}

impl Store {
    /// Makes a new portfolio in `folder` and opens it. A database that is there already is not touched.
    pub fn create(folder: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        engine::assure()?;
        let place = Place::make(folder)?;
        opening::make(&place, key, portfolio_id)?;
        Self::open_in(place, key, portfolio_id, |_| Ok(()))
    }

    /// Opens the portfolio in `folder`. Every refusal leaves the files as they were.
    pub fn open(folder: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<Self, Error> {
        Self::open_keeping(folder, key, portfolio_id, |_| Ok(()))
    }

    /// The same; but before the first step of a migration `keep` is called with the database as it is, and where it fails nothing is
    /// migrated.
    pub fn open_keeping<E: From<Error>>(
        folder: &Path,
        key: &DatabaseKey,
        portfolio_id: &str,
        keep: impl FnOnce(&Source<'_>) -> Result<(), E>,
    ) -> Result<Self, E> {
        engine::assure()?;
        Self::open_in(Place::take(folder)?, key, portfolio_id, keep)
    }

    fn open_in<E: From<Error>>(
        place: Place,
        key: &DatabaseKey,
        portfolio_id: &str,
        keep: impl FnOnce(&Source<'_>) -> Result<(), E>,
    ) -> Result<Self, E> {
        let salt = findings::surely(&place, || opening::prove(&place, key, portfolio_id))?;
        let mut writer = findings::surely(&place, || opening::connect(&place.database(), key))?;
        if migrate::version(&writer)? < migrate::known() {
            keep(&Source { database: place.database(), key, portfolio_id, writer: None })?;
        }
        let seal = Seal::new(key, portfolio_id);
        let settled = migrate::bring_up_to_date(&mut writer)
            .and_then(|()| Generations::open(&mut writer, place.generation(), seal, salt));
        let generations = settled.map_err(|error| told_apart(error, &place, key))?;
        let reader = reading(&place, key)?;
        Ok(Self {
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            generations,
            damage_met: AtomicBool::new(false),
            key: key.clone(),
            portfolio_id: portfolio_id.to_owned(),
            place,
        })
    }

    /// The database, for copies of it.
    #[must_use]
    pub fn source(&self) -> Source<'_> {
        let (key, portfolio_id) = (&self.key, self.portfolio_id.as_str());
        Source { database: self.place.database(), key, portfolio_id, writer: Some(&self.writer) }
    }

    /// Reads. What one call reads in several statements may come from before and after a write; where that matters,
    /// read within [`Store::write`].
    pub fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let mut reader = held(&self.reader);
        work(&reader).map_err(|error| self.met(error, &mut reader, reading))
    }

    /// Writes in one transaction, which raises the portfolio's generation. Returns after the commit is on the disk; an error leaves
    /// nothing of it.
    pub fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let mut writer = held(&self.writer);
        let fresh = |place: &Place, key: &DatabaseKey| opening::connect(&place.database(), key);
        let outcome = commit(&mut writer, work).map_err(|error| self.met(error, &mut writer, fresh));
        let (value, generation) = outcome?;
        self.generations.note(generation);
        Ok(value)
    }

    /// After a damaged page the engine gives up the connection, for healthy pages too: the next call gets a fresh one. Gives the error by
    /// its right name. Damage that was met once is not looked for again: that takes as long as reading everything.
    fn met(
        &self,
        error: Error,
        worn: &mut Connection,
        fresh: impl FnOnce(&Place, &DatabaseKey) -> Result<Connection, Error>,
    ) -> Error {
        if !matches!(error, Error::Damaged) {
            return error;
        }
        if let Ok(fresh) = fresh(&self.place, &self.key) {
            *worn = fresh;
        }
        let known = self.damage_met.load(Ordering::Relaxed);
        let error = if known { error } else { told_apart(error, &self.place, &self.key) };
        if matches!(error, Error::Damaged) {
            self.damage_met.store(true, Ordering::Relaxed);
        }
        error
    }

    /// Whether damage was met in reading or writing since the portfolio was opened.
    #[must_use]
    pub fn met_damage(&self) -> bool {
        self.damage_met.load(Ordering::Relaxed)
    }

    /// Asks the engine whether the database is in order, quickly: [`Error::Damaged`] if not.
    pub fn check(&self) -> Result<(), Error> {
        self.read(opening::quick_check)
    }

    /// Looks at every page and every table on a connection of its own, while others read and write. Takes seconds for a large portfolio.
    /// Empty: everything is in order.
    pub fn check_thoroughly(&self) -> Result<Vec<Finding>, Error> {
        let first = disorder(&self.place, &self.key)?;
        if first.is_empty() {
            return Ok(first);
        }
        self.disorder_at_rest()
    }

    /// The same while nobody writes, with all that was committed copied out of the journal. A page that was looked at while it was being
    /// written looks damaged: what stays so counts.
    fn disorder_at_rest(&self) -> Result<Vec<Finding>, Error> {
        let writer = held(&self.writer);
        // Where a reader holds it up some pages stay in the journal: nothing is copied while this is held.
        writer.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        disorder(&self.place, &self.key)
    }

    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// The generation now: another after each writing transaction.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generations.now()
    }

    /// How many transactions this database lacks of what was seen of it before, if it is older; until [`Store::accept_older`].
    #[must_use]
    pub fn missing_transactions(&self) -> Option<u64> {
        self.generations.missing()
    }

    /// Takes this older database for the right one: its generation is above all that were ever seen from now on.
    pub fn accept_older(&self) -> Result<(), Error> {
        self.generations.accept(&mut held(&self.writer))
    }

    /// The generation now, sealed, to be kept outside the folder; none while transactions are missing.
    #[must_use]
    pub fn sealed_generation(&self) -> Option<[u8; SEALED]> {
        self.generations.sealed()
    }

    /// Compares this database, as it was when it was opened, with a generation that was kept outside before. Returns whether it is older
    /// by more than was known. One that was altered or is another portfolio's says nothing.
    pub fn compare_generation(&self, sealed: &[u8]) -> Result<bool, Error> {
        self.generations.compare_sealed(&mut held(&self.writer), sealed)
    }
}

/// What is wrong with every page and every table, by connections of its own.
fn disorder(place: &Place, key: &DatabaseKey) -> Result<Vec<Finding>, Error> {
    let damaged = findings::damaged_by_engine(&reading(place, key)?)?;
    if !damaged.is_empty() {
        return Ok(vec![Finding::DamagedPages { pages: damaged.len() as u64 }]);
    }
    let in_order = findings::hangs_together(&reading(place, key)?)?;
    Ok(if in_order { Vec::new() } else { vec![Finding::Disordered] })
}

/// The engine calls a page that the disk did not give damaged, here and there: where everything turns out to be in order, or the disk
/// fails again, the disk it was.
fn told_apart(error: Error, place: &Place, key: &DatabaseKey) -> Error {
    if !matches!(error, Error::Damaged) {
        return error;
    }
    match disorder(place, key) {
        Ok(found) if found.is_empty() => Error::DiskFailed,
        Err(Error::DiskFailed) => Error::DiskFailed,
        Ok(_) | Err(_) => Error::Damaged,
    }
}

/// A connection that cannot write.
fn reading(place: &Place, key: &DatabaseKey) -> Result<Connection, Error> {
    let reader = opening::connect(&place.database(), key)?;
    reader.pragma_update(None, "query_only", "ON")?;
    Ok(reader)
}

/// Does the work in one transaction; gives the generation it made.
fn commit<T>(
    writer: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Error>,
) -> Result<(T, u64), Error> {
    let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    let generation = generation::raise(&transaction)?;
    transaction.commit()?;
    Ok((value, generation))
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
