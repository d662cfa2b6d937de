//! The table of settings, the service secret among them: the database is encrypted.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::error::Error;

/// The value of a setting, if it was set.
pub fn text(c: &Connection, key: &str) -> Result<Option<String>, Error> {
    let mut statement = c.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
    Ok(statement.query_row([key], |row| row.get(0)).optional()?)
}

/// Sets a setting.
pub fn set_text(t: &Transaction<'_>, key: &str, value: &str) -> Result<(), Error> {
    t.prepare_cached("INSERT INTO settings (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2")?
        .execute(params![key, value])?;
    Ok(())
}

/// Forgets every setting.
pub fn clear(t: &Transaction<'_>) -> Result<(), Error> {
    t.prepare_cached("DELETE FROM settings")?.execute([])?;
    Ok(())
}

/// Forgets a setting; one that is not there stays so.
pub fn remove(t: &Transaction<'_>, key: &str) -> Result<(), Error> {
    t.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([key])?;
    Ok(())
}

/// The settings whose key begins with `beginning`, in the order of the keys.
pub fn beginning_with(c: &Connection, beginning: &str) -> Result<Vec<(String, String)>, Error> {
    let mut statement =
        c.prepare_cached("SELECT key, value FROM settings WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key")?;
    let rows = statement.query_map([beginning], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
