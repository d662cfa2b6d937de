//! The table of calls spent: one row a day and kind.

use chrono::NaiveDate;
use rusqlite::{Connection, Transaction, params};

use crate::error::Error;

/// Adds `calls` to what was spent on `day`. `kind` is `found`, a problem code, or `token`.
pub fn spend(t: &Transaction<'_>, day: NaiveDate, kind: &str, calls: u32) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO budget (day, kind, calls) VALUES (?1, ?2, ?3)
         ON CONFLICT (day, kind) DO UPDATE SET calls = min(calls + ?3, 4294967295)",
    )?
    .execute(params![day.to_string(), kind, calls])?;
    Ok(())
}

/// The calls spent on `day`, of every kind.
pub fn spent(c: &Connection, day: NaiveDate) -> Result<u32, Error> {
    let mut statement = c.prepare_cached("SELECT coalesce(sum(calls), 0) FROM budget WHERE day = ?1")?;
    let calls: i64 = statement.query_row([day.to_string()], |row| row.get(0))?;
    Ok(u32::try_from(calls).unwrap_or(u32::MAX))
}

/// The calls spent on `day` by kind, in the order of the kinds' codes.
pub fn by_kind(c: &Connection, day: NaiveDate) -> Result<Vec<(String, u32)>, Error> {
    let mut statement = c.prepare_cached("SELECT kind, calls FROM budget WHERE day = ?1 ORDER BY kind")?;
    let rows = statement.query_map([day.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The kind of calls that are set aside for a round and not yet known to have been made.
const SET_ASIDE: &str = "set_aside";

/// Sets calls aside on `day` before they are made. They count as spent.
pub fn set_aside(t: &Transaction<'_>, day: NaiveDate, calls: u32) -> Result<(), Error> {
    spend(t, day, SET_ASIDE, calls)
}

/// Gives back calls that were set aside and not made.
pub fn give_back(t: &Transaction<'_>, day: NaiveDate, calls: u32) -> Result<(), Error> {
    t.prepare_cached("UPDATE budget SET calls = max(calls - ?3, 0) WHERE day = ?1 AND kind = ?2")?.execute(params![
        day.to_string(),
        SET_ASIDE,
        calls
    ])?;
    Ok(())
}

/// Books one call that was set aside under the kind of its result.
pub fn book(t: &Transaction<'_>, day: NaiveDate, kind: &str) -> Result<(), Error> {
    give_back(t, day, 1)?;
    spend(t, day, kind, 1)
}
