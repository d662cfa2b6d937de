//! A new key for the database: a whole copy of it, made with the new key and proven, takes the place of the one before. Nothing is
//! ever written over in place.
//!
//! What decides between old and new is the slot file, which is saved in between: at the next opening a finished copy that the
//! key opens takes the place, and one that it does not open is cleared away.

use std::fs;
use std::io;
use std::path::Path;

use casefolio_system::private;

use crate::backup::{self, Source};
use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::opening;
use crate::place::{self, Place};

/// A copy with the new key that lies ready. The folder stays locked to others until this is finished or dropped.
pub struct Renewal {
    place: Place,
}

/// Lays a proven copy of the open database with the key `new` beside it.
pub(crate) fn lay_ready(place: &Place, source: &Source<'_>, new: &DatabaseKey) -> Result<(), Error> {
    let (beside, ready) = (place.renewing(), place.renewed());
    clear_away(place)?;
    let contents = source.copy_to(&beside)?;
    give_key(&beside, source.key, new).map_err(of_the_copy)?;
    if backup::prove(&beside, new, source.portfolio_id).map_err(of_the_copy)? != contents {
        return Err(not_as_written());
    }
    Ok(private::rename(&beside, &ready)?)
}

/// The engine does not say where it could not read or write. Nothing is wrong with the portfolio itself, which was just read through.
fn of_the_copy(error: Error) -> Error {
    let blamed = matches!(error, Error::WrongKey | Error::Damaged | Error::NotOurs | Error::Empty);
    if blamed { not_as_written() } else { error }
}

fn not_as_written() -> Error {
    io::Error::other("the copy is not what was written").into()
}

/// Encrypts a copy that nobody knows of yet with another key. Cut off anywhere, it is a copy to be cleared away.
fn give_key(copy: &Path, old: &DatabaseKey, new: &DatabaseKey) -> Result<(), Error> {
    let connection = opening::open_for_writing(copy)?;
    engine::unlock(&connection, old)?;
    engine::change_key(&connection, new)?;
    engine::keep_journal(&connection)?;
    connection.close().map_err(|(_, error)| error)?;
    backup::make_sure(copy)
}

impl Renewal {
    /// Of a place whose copy lies ready and whose database is closed.
    pub(crate) fn of(place: Place) -> Result<Self, Error> {
        // A journal that outlived its connections would be taken for the copy's.
        if place.has_journal()? {
            return Err(io::Error::other("the journal could not be brought into the database").into());
        }
        place.of_watch()?.remove()?;
        Ok(Self { place })
    }

    /// The copy takes the place of the database. Where that fails, the next opening does it.
    pub fn finish(self) -> Result<(), Error> {
        take_over(&self.place)
    }
}

impl std::fmt::Debug for Renewal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Renewal")
    }
}

/// Finishes a renewal that was cut off after the slot file was saved. A copy of another key is left alone.
pub(crate) fn settle(place: &Place, key: &DatabaseKey, portfolio_id: &str) -> Result<(), Error> {
    if fs::symlink_metadata(place.renewed()).is_err() {
        return Ok(());
    }
    match backup::prove(&place.renewed(), key, portfolio_id) {
        Ok(_) if place.has_journal()? => Err(Error::ForeignJournal),
        Ok(_) => take_over(place),
        Err(Error::WrongKey | Error::Damaged | Error::NotOurs | Error::Empty | Error::Newer { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Clears away what a renewal that was cut off before its slot file was saved left behind. Only for a database that has proven to be
/// this key's.
pub(crate) fn clear_away(place: &Place) -> Result<(), Error> {
    place::remove_whole(&place.renewed())?;
    place::remove_whole(&place.renewing())
}

fn take_over(place: &Place) -> Result<(), Error> {
    private::rename(&place.renewed(), &place.database())?;
    // It is sealed with the key before, and is made anew at the next opening.
    place::remove(&place.generation())
}
