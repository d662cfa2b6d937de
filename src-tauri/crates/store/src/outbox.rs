//! The table of what is still to be told: a row for each change and channel, written with the change itself, so that
//! nothing noticed goes untold. Claiming, telling and noting "told" are three commits; a crash between them tells
//! twice at most.

use casefolio_domain::CaseId;
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Row, Transaction, params};

use crate::changes::ChangeId;
use crate::columns::{from_time, to_count, to_time};
use crate::error::Error;

/// A way in which a change is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// A notification on the desktop.
    Desktop,
    /// A line of the command line's `watch`.
    Console,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Desktop, Self::Console];

    /// The stable code used in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Console => "console",
        }
    }
}

/// The identity of a message; the same at every attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutboxId(pub i64);

/// A message that was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Its identity.
    pub id: OutboxId,
    /// The change to be told.
    pub change: ChangeId,
    /// The case of the change.
    pub case: CaseId,
    /// How often it has been claimed, this time included.
    pub attempts: u32,
    /// When the change was noticed.
    pub created_at: DateTime<Utc>,
}

/// Puts a message in, to be told from `not_before` on. One that is there already stays as it is.
pub fn enqueue(
    t: &Transaction<'_>,
    change: ChangeId,
    channel: Channel,
    not_before: DateTime<Utc>,
) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO outbox (change_id, channel, not_before) VALUES (?1, ?2, ?3)
         ON CONFLICT (change_id, channel) DO NOTHING",
    )?
    .execute(params![change.0, channel.code(), from_time(not_before)])?;
    Ok(())
}

/// Puts a message in that was told already, at `now` or before.
pub fn enqueue_told(t: &Transaction<'_>, change: ChangeId, channel: Channel, now: DateTime<Utc>) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO outbox (change_id, channel, state, attempts, not_before, delivered_at)
         VALUES (?1, ?2, 'delivered', 1, ?3, ?3) ON CONFLICT (change_id, channel) DO NOTHING",
    )?
    .execute(params![change.0, channel.code(), from_time(now)])?;
    Ok(())
}

/// Claims up to `limit` messages, oldest first: those that wait and may be told at `now`, and those whose lease has
/// run out. Nobody else gets them until `lease_until`.
pub fn claim(
    t: &Transaction<'_>,
    channel: Channel,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<OutboxItem>, Error> {
    let items = claimable(t, channel, now, limit)?;
    let mut lease = t.prepare_cached(
        "UPDATE outbox SET state = 'leased', lease_until = ?2, attempts = attempts + 1 WHERE id = ?1",
    )?;
    for item in &items {
        lease.execute(params![item.id.0, from_time(lease_until)])?;
    }
    Ok(items)
}

/// The message has been told. Said twice, the first time counts; of a case removed meanwhile nothing is left to note.
pub fn delivered(t: &Transaction<'_>, id: OutboxId, now: DateTime<Utc>) -> Result<(), Error> {
    t.prepare_cached(
        "UPDATE outbox SET state = 'delivered', delivered_at = ?2, lease_until = NULL, error_class = NULL
         WHERE id = ?1 AND state <> 'delivered'",
    )?
    .execute(params![id.0, from_time(now)])?;
    Ok(())
}

/// The message could not be told; it waits until `not_before`. `error_class` is a short code without anything private.
pub fn postponed(t: &Transaction<'_>, id: OutboxId, not_before: DateTime<Utc>, error_class: &str) -> Result<(), Error> {
    t.prepare_cached(
        "UPDATE outbox SET state = 'pending', not_before = ?2, lease_until = NULL, error_class = ?3
         WHERE id = ?1 AND state <> 'delivered'",
    )?
    .execute(params![id.0, from_time(not_before), error_class])?;
    Ok(())
}

/// Ends every lease: for the start of the program, when nobody can be telling anything. Returns how many there were.
pub fn release_all(t: &Transaction<'_>) -> Result<u64, Error> {
    let released = t
        .prepare_cached("UPDATE outbox SET state = 'pending', lease_until = NULL WHERE state = 'leased'")?
        .execute([])?;
    Ok(released as u64)
}

/// How many messages of the channel have not been told, the claimed and the postponed included.
pub fn pending(c: &Connection, channel: Channel) -> Result<u64, Error> {
    let mut statement = c.prepare_cached("SELECT count(*) FROM outbox WHERE channel = ?1 AND state <> 'delivered'")?;
    let count: i64 = statement.query_row([channel.code()], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// How many messages of the channel [`claim`] would find at `now`, its limit aside.
pub fn waiting(c: &Connection, channel: Channel, now: DateTime<Utc>) -> Result<u64, Error> {
    let mut statement = c.prepare_cached(
        "SELECT count(*) FROM outbox WHERE channel = ?1 AND state <> 'delivered'
         AND iif(state = 'leased', lease_until, not_before) <= ?2",
    )?;
    let count: i64 = statement.query_row(params![channel.code(), from_time(now)], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

fn claimable(t: &Transaction<'_>, channel: Channel, now: DateTime<Utc>, limit: u32) -> Result<Vec<OutboxItem>, Error> {
    let mut statement = t.prepare_cached(
        "SELECT m.id, m.change_id, ch.case_id, m.attempts + 1, ch.at FROM outbox m JOIN changes ch ON ch.id = m.change_id
         WHERE m.channel = ?1 AND m.state <> 'delivered'
         AND iif(m.state = 'leased', m.lease_until, m.not_before) <= ?2 ORDER BY m.id LIMIT ?3",
    )?;
    let mut rows = statement.query(params![channel.code(), from_time(now), limit])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(item(row)?);
    }
    Ok(items)
}

fn item(row: &Row<'_>) -> Result<OutboxItem, Error> {
    Ok(OutboxItem {
        id: OutboxId(row.get(0)?),
        change: ChangeId(row.get(1)?),
        case: CaseId(row.get(2)?),
        attempts: to_count(row.get(3)?),
        created_at: to_time(row.get(4)?, "changes.at")?,
    })
}
