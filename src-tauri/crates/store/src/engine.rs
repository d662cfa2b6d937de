//! The engine under the portfolio: the key, the settings of every connection, and what engine is good enough.

use hkdf::Hkdf;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::Error;

/// WAL could lose pages in every `SQLite` before 3.51.3; before `SQLCipher` 4.14 comes none newer.
const OLDEST_SQLITE: [u32; 3] = [3, 51, 3];
const OLDEST_CIPHER: [u32; 3] = [4, 14, 0];

/// The 32 bytes that encrypt the database. They never move, and are wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct DatabaseKey(Box<[u8; 32]>);

impl DatabaseKey {
    /// Takes over the bytes, and wipes what was handed in.
    #[must_use]
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let mut kept = Box::new([0; 32]);
        kept.copy_from_slice(&bytes);
        bytes.zeroize();
        Self(kept)
    }

    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key of its own for another use: HKDF-SHA256 of this one.
    #[expect(clippy::expect_used, reason = "HKDF gives any 32 bytes")]
    pub(crate) fn derived(&self, label: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        let source = Hkdf::<Sha256>::new(None, self.0.as_slice());
        source.expand(label, derived.as_mut_slice()).expect("32 bytes");
        derived
    }

    /// `PRAGMA key = "x'…64 hexadecimal digits…'"`: a raw key, so that nothing is derived at each opening.
    fn pragma(&self) -> Zeroizing<String> {
        const DIGITS: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
        // As long as it gets, so that it never moves and leaves a copy.
        let mut sql = Zeroizing::new(String::with_capacity(96));
        sql.push_str("PRAGMA key = \"x'");
        for &byte in self.0.iter() {
            sql.push(DIGITS[usize::from(byte >> 4)]);
            sql.push(DIGITS[usize::from(byte & 15)]);
        }
        sql.push_str("'\"");
        sql
    }
}

impl std::fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DatabaseKey(hidden)")
    }
}

/// Refuses an engine without encryption or an old one, before any file is touched.
pub(crate) fn assure() -> Result<(), Error> {
    let probe = Connection::open_in_memory()?;
    let cipher: Option<String> = probe.query_row("PRAGMA cipher_version", [], |row| row.get(0)).ok();
    if good_enough(cipher.as_deref(), rusqlite::version()) { Ok(()) } else { Err(Error::EngineTooOld) }
}

fn good_enough(cipher: Option<&str>, sqlite: &str) -> bool {
    cipher.is_some_and(|version| numbers(version) >= OLDEST_CIPHER) && numbers(sqlite) >= OLDEST_SQLITE
}

/// `4.19.0 community` is 4, 19, 0.
fn numbers(version: &str) -> [u32; 3] {
    let mut parts = version.split([' ', '.']).map(|part| part.parse().unwrap_or(0));
    std::array::from_fn(|_| parts.next().unwrap_or(0))
}

/// Gives the connection its key. Touches no file yet.
pub(crate) fn unlock(connection: &Connection, key: &DatabaseKey) -> Result<(), Error> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    // First, so that the engine wipes its copies of the key too.
    connection.execute_batch("PRAGMA cipher_memory_security = ON; PRAGMA cipher_log_level = NONE;")?;
    // The engine's error would quote the statement, key and all.
    connection.execute_batch(&key.pragma()).map_err(|_| Error::SettingRefused("key"))
}

/// Everything a connection to a proven database is set to.
pub(crate) fn settle(connection: &Connection) -> Result<(), Error> {
    let journal: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if !journal.eq_ignore_ascii_case("wal") {
        return Err(Error::SettingRefused("journal_mode"));
    }
    connection.execute_batch(
        "PRAGMA synchronous = FULL;
         PRAGMA temp_store = MEMORY;
         PRAGMA mmap_size = 0;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA secure_delete = ON;
         PRAGMA cache_size = -16000;",
    )?;
    // Only these reach the platter on macOS; elsewhere they do nothing.
    connection.execute_batch("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;")?;
    connection.set_prepared_statement_cache_capacity(64);
    [("synchronous", 2), ("foreign_keys", 1), ("trusted_schema", 0), ("secure_delete", 1), ("temp_store", 2)]
        .into_iter()
        .try_for_each(|(setting, wanted)| expect_setting(connection, setting, wanted))
}

fn expect_setting(connection: &Connection, setting: &'static str, wanted: i64) -> Result<(), Error> {
    let found: i64 = connection.pragma_query_value(None, setting, |row| row.get(0))?;
    if found == wanted { Ok(()) } else { Err(Error::SettingRefused(setting)) }
}

/// What the first line of a check of the engine's says. A page that the disk did not give is told there too, and says nothing of the
/// database: [`Error::DiskFailed`].
pub(crate) fn is_in_order(verdict: &str) -> Result<bool, Error> {
    const CODE: &str = "error code=";
    let code = verdict.split_once(CODE).map(|(_, code)| code.trim_end());
    match code.and_then(|code| code.parse::<i32>().ok()) {
        Some(code) if code & 0xff == rusqlite::ffi::SQLITE_IOERR => Err(Error::DiskFailed),
        Some(_) | None => Ok(verdict == "ok"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 35, 36
    #[test]
    fn an_engine_without_encryption_or_too_old_is_refused() {
        assert!(good_enough(Some("4.14.0 community"), "3.51.3"));
        assert!(good_enough(Some("4.19.0 community"), "3.53.4"));
        assert!(good_enough(Some("5.0"), "4.0.0"));
        assert!(!good_enough(None, "3.53.4"));
        assert!(!good_enough(Some(""), "3.53.4"));
        assert!(!good_enough(Some("4.13.9 community"), "3.53.4"));
        assert!(!good_enough(Some("4.19.0 community"), "3.51.2"));
    }

    #[test]
    fn the_linked_engine_is_good_enough() {
        assure().unwrap();
    }

    #[test]
    fn the_key_is_a_raw_one_and_never_shown() {
        let key = DatabaseKey::new([0xa7; 32]);
        assert_eq!(*key.pragma(), format!("PRAGMA key = \"x'{}'\"", "a7".repeat(32)));
        assert_eq!(format!("{key:?}"), "DatabaseKey(hidden)");
    }

    #[test]
    fn a_page_that_the_disk_did_not_give_is_no_damage() {
        let failed = "Tree 2 page 5: unable to get the page. error code=266";
        assert!(matches!(is_in_order(failed), Err(Error::DiskFailed)));
        assert!(!is_in_order("Tree 2 page 5: unable to get the page. error code=11").unwrap());
        assert!(!is_in_order("row 3 missing from index by_receipt").unwrap());
        assert!(is_in_order("ok").unwrap());
    }
}
