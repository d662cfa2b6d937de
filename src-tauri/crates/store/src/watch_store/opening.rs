//! Opening a watch store: every refusal comes before the first write, as with the portfolio.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};

use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::migrate;
use crate::opening::{journalled, open_for_writing, still};
use crate::place::Place;

/// `CFwa`: marks the file as a watch store of Casefolio's.
const APPLICATION_ID: i32 = 0x4346_7761;

const STEPS: [&str; 1] = [include_str!("../../migrations/watch_0001_start.sql")];

/// Makes a whole new one under a passing name, so that a half-made one never has the real one.
pub(super) fn make(place: &Place, key: &DatabaseKey, portfolio_id: &str, store_id: &str) -> Result<(), Error> {
    let path = place.begin()?;
    let mut connection = open_for_writing(&path)?;
    engine::unlock(&connection, key)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    bring_up_to_date(&mut connection)?;
    connection.execute(
        "INSERT INTO watch (only_row, portfolio_id, store_id) VALUES (1, ?1, ?2)",
        params![portfolio_id, store_id],
    )?;
    engine::keep_journal(&connection)?;
    connection.close().map_err(|(_, error)| error)?;
    place.finish(&path)
}

/// Takes the steps that are missing, each in a transaction of its own.
pub(super) fn bring_up_to_date(connection: &mut Connection) -> Result<(), Error> {
    for (step, number) in STEPS.iter().zip(1_u32..) {
        if migrate::version(connection)? < number {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", number)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

/// Proves key, owner and schema without writing. Gives the store's identity.
pub(super) fn prove(place: &Place, key: &DatabaseKey, portfolio_id: &str) -> Result<String, Error> {
    place.assure_encrypted_file()?;
    let path = place.database();
    let connection = if place.has_journal()? { journalled(&path)? } else { still(&path)? };
    inspect(&connection, key, portfolio_id)
}

fn inspect(connection: &Connection, key: &DatabaseKey, portfolio_id: &str) -> Result<String, Error> {
    engine::unlock(connection, key)?;
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;")?;
    let opened: Result<i64, _> = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    opened.map_err(|error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => Error::WrongKey,
        Some(_) | None => error.into(),
    })?;
    let application: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Err(Error::NotOurs);
    }
    let (found, known) = (migrate::version(connection)?, u32::try_from(STEPS.len()).unwrap_or(u32::MAX));
    if found > known {
        return Err(Error::Newer { found, known });
    }
    // It is small: every page is looked at.
    crate::findings::quick_check(connection)?;
    let ours: Option<(String, String)> = connection
        .query_row("SELECT portfolio_id, store_id FROM watch", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    ours.filter(|(owner, _)| owner == portfolio_id).map(|(_, store)| store).ok_or(Error::NotOurs)
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn a_released_migration_never_changes() {
        let hashes =
            STEPS.map(|step| Sha256::digest(step).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")));
        assert_eq!(hashes, ["e2ccba657191a85aea85be0b8377552ef7aa87420176dc7db48110fcfd4b2a52"]);
    }
}
