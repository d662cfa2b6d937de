//! The cases watched behind the lock.

use casefolio_domain::{CaseId, ReceiptNumber};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Params, Row, Transaction, params};

use crate::columns::{from_time, to_count, to_time};
use crate::error::Error;
use crate::observations::receipt;

/// A case, as far as it is known behind the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// A random identity, which is not the portfolio's.
    pub id: CaseId,
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// The keyed fingerprint of its last answer; none before the first.
    pub fingerprint: Option<[u8; 32]>,
    /// The keyed fingerprint of what of that answer is worth telling.
    pub gist: Option<[u8; 32]>,
    /// When it is due.
    pub due_at: DateTime<Utc>,
    /// Failures in a row that concern this receipt alone.
    pub failures: u32,
}

/// Every case, by receipt number.
pub fn list(c: &Connection) -> Result<Vec<Watched>, Error> {
    select(c, "ORDER BY receipt", [])
}

/// The cases due at `now`, the longest due first.
pub fn due(c: &Connection, now: DateTime<Utc>) -> Result<Vec<Watched>, Error> {
    select(c, "WHERE due_at <= ?1 ORDER BY due_at, id", [from_time(now)])
}

/// When the first case is due; none without cases.
pub fn next_due(c: &Connection) -> Result<Option<DateTime<Utc>>, Error> {
    let first: Option<i64> = c.prepare_cached("SELECT min(due_at) FROM cases")?.query_row([], |row| row.get(0))?;
    first.map(|micros| to_time(micros, "due_at")).transpose()
}

/// The case with this identity.
pub fn by_id(c: &Connection, id: CaseId) -> Result<Option<Watched>, Error> {
    Ok(select(c, "WHERE id = ?1", [id.0])?.pop())
}

/// Notes a case as it stands now, over what was noted of its receipt; its identity there stays.
pub fn noted(t: &Transaction<'_>, case: &Watched) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO cases (id, receipt, fingerprint, gist, due_at, failures) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (receipt) DO UPDATE SET fingerprint = ?3, gist = ?4, due_at = ?5, failures = ?6",
    )?
    .execute(params![
        case.id.0,
        case.receipt.as_str(),
        case.fingerprint,
        case.gist,
        from_time(case.due_at),
        case.failures
    ])?;
    Ok(())
}

pub(super) fn forget(t: &Transaction<'_>, id: CaseId) -> Result<(), Error> {
    t.prepare_cached("DELETE FROM cases WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

fn select(c: &Connection, restriction: &str, values: impl Params) -> Result<Vec<Watched>, Error> {
    let sql = format!("SELECT id, receipt, fingerprint, gist, due_at, failures FROM cases {restriction}");
    let mut statement = c.prepare_cached(&sql)?;
    let mut rows = statement.query(values)?;
    let mut cases = Vec::new();
    while let Some(row) = rows.next()? {
        cases.push(watched(row)?);
    }
    Ok(cases)
}

fn watched(row: &Row<'_>) -> Result<Watched, Error> {
    Ok(Watched {
        id: CaseId(row.get(0)?),
        receipt: receipt(row.get_ref(1)?.as_str().map_err(|_| Error::Unreadable("cases.receipt"))?)?,
        fingerprint: row.get(2)?,
        gist: row.get(3)?,
        due_at: to_time(row.get(4)?, "cases.due_at")?,
        failures: to_count(row.get(5)?),
    })
}
