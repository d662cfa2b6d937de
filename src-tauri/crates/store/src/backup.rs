//! Copies of the database, each proven before it counts. The live file is never copied: the engine writes a whole new one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use casefolio_system::private;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode};

use crate::ending::AtWork;
use crate::engine::DatabaseKey;
use crate::error::Error;
use crate::findings::Finding;
use crate::{findings, migrate, opening, place};

/// What a database holds, as far as two can be compared by counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The schema version.
    pub schema: u32,
    /// How many rows each table has.
    pub rows: BTreeMap<String, u64>,
}

impl Contents {
    /// How many cases there are.
    #[must_use]
    pub fn cases(&self) -> u64 {
        self.rows.get("cases").copied().unwrap_or_default()
    }

    fn of(connection: &Connection) -> Result<Self, Error> {
        let mut statement = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
        let tables: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let mut rows = BTreeMap::new();
        for table in tables {
            let quoted = table.replace('"', "\"\"");
            let count: i64 =
                connection.query_row(&format!("SELECT count(*) FROM \"{quoted}\""), [], |row| row.get(0))?;
            rows.insert(table, count.unsigned_abs());
        }
        Ok(Self { schema: migrate::version(connection)?, rows })
    }
}

/// A database of which copies can be made.
pub struct Source<'a> {
    pub(crate) database: PathBuf,
    pub(crate) key: &'a DatabaseKey,
    pub(crate) portfolio_id: &'a str,
    /// The one connection that writes; none where nobody can write yet.
    pub(crate) writer: Option<&'a Mutex<Connection>>,
}

impl Source<'_> {
    /// Whose database this is.
    #[must_use]
    pub fn portfolio_id(&self) -> &str {
        self.portfolio_id
    }

    /// Writes a copy to `path`, where nothing may be yet, makes sure of it on the disk, and proves it on a connection of its own:
    /// every page, every reference, and as many rows in every table as the source had in the very state that was copied.
    /// [`Error::Damaged`] where it is not so. Whatever goes wrong, `path` may be left unfinished.
    pub fn copy_to(&self, path: &Path) -> Result<Contents, Error> {
        let _at_work = AtWork::begin();
        self.copied_and_proven(path).map_err(|error| findings::told_apart(&self.database, self.key, error))
    }

    fn copied_and_proven(&self, path: &Path) -> Result<Contents, Error> {
        let contents = self.write_out(path)?;
        make_sure(path)?;
        if prove(path, self.key, self.portfolio_id)? == contents { Ok(contents) } else { Err(Error::Damaged) }
    }

    /// The engine counts and copies in two reads. Where somebody wrote in between, it does both again while nobody may.
    fn write_out(&self, path: &Path) -> Result<Contents, Error> {
        let connection = opening::connect(&self.database, self.key)?;
        if let Some(contents) = counted_and_copied(&connection, path)? {
            return Ok(contents);
        }
        fs::remove_file(path)?;
        let _nobody_writes = self.writer.map(|writer| writer.lock().unwrap_or_else(PoisonError::into_inner));
        counted_and_copied(&connection, path)?.ok_or(Error::Busy)
    }
}

impl std::fmt::Debug for Source<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

/// `None`: another connection wrote meanwhile.
fn counted_and_copied(connection: &Connection, path: &Path) -> Result<Option<Contents>, Error> {
    drop(private::new_file(path)?);
    let before = data_version(connection)?;
    let contents = {
        let _one_state = connection.unchecked_transaction()?;
        Contents::of(connection)?
    };
    // Bytes, for a path need not be text.
    let name = ToSqlOutput::Borrowed(ValueRef::Text(path.as_os_str().as_encoded_bytes()));
    connection.execute("VACUUM INTO ?1", [name])?;
    Ok((data_version(connection)? == before).then_some(contents))
}

/// Makes sure of a copy on the disk.
pub(crate) fn make_sure(path: &Path) -> Result<(), Error> {
    File::options().write(true).open(path)?.sync_all()?;
    Ok(path.parent().map_or(Ok(()), private::sync_folder)?)
}

/// Differs from the one before where another connection committed in between.
fn data_version(connection: &Connection) -> Result<i64, Error> {
    Ok(connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
}

/// Proves a database that nobody has open: key, owner, schema, every page and every reference. Nothing is written.
/// What the file itself is to blame for is [`Error::Damaged`], [`Error::WrongKey`], [`Error::NotOurs`] or [`Error::Newer`].
pub fn prove(path: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<Contents, Error> {
    let _at_work = AtWork::begin();
    let outcome = match proven(path, key, portfolio_id) {
        // An engine whose read failed takes it for damage: asked once more where the disk gives every byte.
        Err(error) if Finding::of(&error).is_some() => {
            place::read_through(path)?;
            proven(path, key, portfolio_id)
        }
        outcome => outcome,
    };
    let of_the_file = matches!(&outcome, Err(Error::Sql(error)) if !is_of_the_computer(error));
    if of_the_file { Err(Error::Damaged) } else { outcome }
}

fn proven(path: &Path, key: &DatabaseKey, portfolio_id: &str) -> Result<Contents, Error> {
    let connection = opening::still(path)?;
    opening::inspect(&connection, key, portfolio_id)?;
    // The file may come from anywhere.
    connection
        .execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;")?;
    let in_order = findings::damaged_by_engine(&connection)?.is_empty() && findings::hangs_together(&connection)?;
    if in_order { Contents::of(&connection) } else { Err(Error::Damaged) }
}

/// Whether the disk or the memory failed, and not what is written in the file.
fn is_of_the_computer(error: &rusqlite::Error) -> bool {
    use ErrorCode::{
        CannotOpen, DatabaseBusy, DatabaseLocked, DiskFull, FileLockingProtocolFailed, OutOfMemory, PermissionDenied,
        SystemIoFailure,
    };
    let codes = [
        CannotOpen,
        DatabaseBusy,
        DatabaseLocked,
        DiskFull,
        FileLockingProtocolFailed,
        OutOfMemory,
        PermissionDenied,
        SystemIoFailure,
    ];
    error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
}
