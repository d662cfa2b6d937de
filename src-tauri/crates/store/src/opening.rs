//! Opening: every refusal comes before the first write, so that a wrong key, a newer schema or another's file leaves
//! every byte as it was.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension};

use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::file::DatabaseFile;
use crate::generation::{self, Seal};
use crate::migrate;
use crate::pages::Salt;
use crate::place::Place;

/// A connection for reading and writing to a proven database. An engine that could not read the salt takes it for damaged: it is asked
/// once more where the disk gives the beginning of the file.
pub(crate) fn connect(path: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    match connect_once(path, key) {
        Err(Error::Damaged) => assure_readable(path).and_then(|()| connect_once(path, key)),
        outcome => outcome,
    }
}

/// Whether the disk gives the beginning of a database, by the engine itself and without a key: it may be open elsewhere in this program,
/// whose locks on it a file opened otherwise would drop when it is closed.
pub(crate) fn assure_readable(path: &Path) -> Result<(), Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let read: Result<i64, _> = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    match read.map_err(Error::from) {
        Err(Error::DiskFailed) => Err(Error::DiskFailed),
        // Without its key an encrypted one is no database.
        Ok(_) | Err(_) => Ok(()),
    }
}

fn connect_once(path: &Path, key: &DatabaseKey) -> Result<Connection, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    engine::unlock(&connection, key)?;
    engine::settle(&connection)?;
    Ok(connection)
}

/// Makes a whole new database under a passing name, so that a half-made one never has the real one.
pub(crate) fn make(place: &Place, key: &DatabaseKey, portfolio_id: &str) -> Result<(), Error> {
    let path = place.begin()?;
    fill(&path, key, portfolio_id).map_err(of_just_made)?;
    place.finish(&path)
}

fn fill(path: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<(), Error> {
    let mut connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    engine::unlock(&connection, key)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "application_id", migrate::APPLICATION_ID)?;
    migrate::bring_up_to_date(&mut connection)?;
    connection.execute("INSERT INTO portfolio (only_row, portfolio_id) VALUES (1, ?1)", [portfolio_id])?;
    Ok(connection.close().map_err(|(_, error)| error)?)
}

/// What cannot be read back of a file that was just written here is the disk's fault.
pub(crate) fn of_just_made(error: Error) -> Error {
    if matches!(error, Error::Damaged) { Error::DiskFailed } else { error }
}

/// Proves key, owner and schema without writing: no file is changed, made or removed, whatever the outcome. Reads the journal and a few
/// pages; whether every page is in order is asked later ([`crate::Store::check_thoroughly`]). Gives the database's salt.
pub(crate) fn prove(place: &Place, key: &DatabaseKey, portfolio_id: &str) -> Result<Salt, Error> {
    place.assure_encrypted_file()?;
    let mut file = DatabaseFile::open(place, key, &Seal::new(key, portfolio_id))?;
    file.refuse_what_does_not_belong()?;
    let path = place.database();
    if file.journal.is_empty() {
        inspect(&still(&path)?, key, portfolio_id)?;
    } else {
        let connection = journalled(&path)?;
        match inspect(&connection, key, portfolio_id) {
            Err(Error::Damaged) if file.is_cut_off()? => return Err(Error::Truncated),
            outcome => outcome?,
        }
        assure_continuity(place, key, &connection, file.journal.commits)?;
    }
    Ok(file.salt)
}

/// Refuses a journal of this very database that was written upon another state of it: of a file that was put back without its journal,
/// or the other way round. Such a journal fits by its key, and mixes pages of two times.
pub(crate) fn assure_continuity(
    place: &Place,
    key: &DatabaseKey,
    with_journal: &Connection,
    commits: u64,
) -> Result<(), Error> {
    let still = still(&place.database())?;
    engine::unlock(&still, key)?;
    // A file into which the journal was being copied when the program was killed may not be readable without it.
    let (Ok(before), Ok(after)) = (generation::read(&still), generation::read(with_journal)) else {
        return Ok(());
    };
    if generation::follows(after, before, commits) { Ok(()) } else { Err(Error::ForeignJournal) }
}

/// The file as it lies there, its journal left aside; the engine locks and writes nothing.
pub(crate) fn still(path: &Path) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    open(Path::new(&format!("file:{}?immutable=1", percent_encoded(path))), flags)
}

/// The file with its journal. Exclusive, so that the index of the journal stays in memory; nothing is written back.
pub(crate) fn journalled(path: &Path) -> Result<Connection, Error> {
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    Ok(connection)
}

/// A file for reading and writing, without its key.
pub(crate) fn open_for_writing(path: &Path) -> Result<Connection, Error> {
    open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

fn open(path: &Path, flags: OpenFlags) -> Result<Connection, Error> {
    Ok(Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?)
}

/// Whether every page is what was written and the tables hang together.
pub(crate) fn quick_check(connection: &Connection) -> Result<(), Error> {
    let verdict: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if engine::is_in_order(&verdict)? { Ok(()) } else { Err(Error::Damaged) }
}

/// Key, owner and schema.
pub(crate) fn inspect(connection: &Connection, key: &DatabaseKey, portfolio_id: &str) -> Result<(), Error> {
    engine::unlock(connection, key)?;
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;")?;
    let opened: Result<i64, _> = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    opened.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => Error::WrongKey,
        Some(_) | None => error.into(),
    })?;
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != migrate::APPLICATION_ID {
        return Err(Error::NotOurs);
    }
    let (found, known) = (migrate::version(connection)?, migrate::known());
    if found > known {
        return Err(Error::Newer { found, known });
    }
    let owner: Option<String> =
        connection.query_row("SELECT portfolio_id FROM portfolio", [], |row| row.get(0)).optional()?;
    if owner.as_deref() == Some(portfolio_id) { Ok(()) } else { Err(Error::NotOurs) }
}

/// The path as it may stand in a `file:` address. Separators are encoded too, so that the engine gets back the very path
/// and never reads a host into it: in Windows a path of a drive, of a share (`\\server\share`) or in the long form (`\\?\`).
fn percent_encoded(path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let mut address = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.extend(['%', hex_digit(byte >> 4), hex_digit(byte & 15)]);
        }
    }
    address
}

fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_any_sign_survives_the_address() {
        assert_eq!(percent_encoded(Path::new("/a b/ñ?#%.db")), "%2Fa%20b%2F%C3%B1%3F%23%25.db");
    }

    #[test]
    fn no_path_begins_like_an_address_with_a_host() {
        assert_eq!(percent_encoded(Path::new(r"C:\a b\x.db")), "C%3A%5Ca%20b%5Cx.db");
        assert_eq!(percent_encoded(Path::new(r"\\server\share\x.db")), "%5C%5Cserver%5Cshare%5Cx.db");
        assert_eq!(percent_encoded(Path::new(r"\\?\C:\x.db")), "%5C%5C%3F%5CC%3A%5Cx.db");
        assert_eq!(percent_encoded(Path::new("//server/x.db")), "%2F%2Fserver%2Fx.db");
    }
}
