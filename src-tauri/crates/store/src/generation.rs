//! The generation of a portfolio: a number that every writing transaction raises, so that an older database in the place of
//! this one is noticed.

use rusqlite::Transaction;

use crate::error::Error;

/// Raises the generation by one, within the transaction that writes. Returns the new one.
pub(crate) fn raise(t: &Transaction<'_>) -> Result<u64, Error> {
    let raised: i64 = t
        .prepare_cached("UPDATE portfolio SET generation = generation + 1 RETURNING generation")?
        .query_row([], |row| row.get(0))?;
    Ok(raised.unsigned_abs())
}
