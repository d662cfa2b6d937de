//! The table of what is still to be told: a row for each change, channel and recipient, written with the change itself, so that
//! nothing noticed goes untold. Claiming, telling and noting "told" are three commits; a crash between them tells
//! twice at most.

use casefolio_domain::{CaseId, Stage};
use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::changes::ChangeId;
use crate::columns::{from_time, to_count, to_optional_time, to_time};
use crate::error::Error;
use crate::recipients::RecipientId;

/// A way in which a change is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    /// A notification on the desktop.
    Desktop,
    /// A line of the command line's `watch`.
    Console,
    /// E-mail: a message for each recipient.
    Email,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 3] = [Self::Desktop, Self::Console, Self::Email];

    /// The stable code used in the database.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Desktop => "desktop",
            Self::Console => "console",
            Self::Email => "email",
        }
    }
}

/// The identity of a message; the same at every attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OutboxId(pub i64);

/// A message that is still to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Its identity.
    pub id: OutboxId,
    /// The change to be told.
    pub change: ChangeId,
    /// The case of the change.
    pub case: CaseId,
    /// To whom; none where the channel has no recipients.
    pub recipient: Option<RecipientId>,
    /// The first of those with which it is told in one message; none before the first attempt.
    pub together: Option<OutboxId>,
    /// How often it has been claimed.
    pub attempts: u32,
    /// When the change was noticed.
    pub created_at: DateTime<Utc>,
    /// Before when nothing of the case is to be told.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// The stage of the case, as it is now.
    pub stage: Stage,
}

/// Puts a message in, to be told from `not_before` on. One that is there already stays as it is.
pub fn enqueue(
    t: &Transaction<'_>,
    change: ChangeId,
    (channel, recipient): (Channel, Option<RecipientId>),
    not_before: DateTime<Utc>,
) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO outbox (change_id, channel, recipient_id, not_before) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?
    .execute(params![change.0, channel.code(), recipient.map(|id| id.0), from_time(not_before)])?;
    Ok(())
}

/// Puts a message in that was told already, at `now` or before.
pub fn enqueue_told(t: &Transaction<'_>, change: ChangeId, channel: Channel, now: DateTime<Utc>) -> Result<(), Error> {
    t.prepare_cached(
        "INSERT INTO outbox (change_id, channel, state, attempts, not_before, delivered_at)
         VALUES (?1, ?2, 'delivered', 1, ?3, ?3) ON CONFLICT DO NOTHING",
    )?
    .execute(params![change.0, channel.code(), from_time(now)])?;
    Ok(())
}

/// The longest a message can have been claimed or put off for. What waits for longer does so by a clock that was set back since.
const LONGEST_WAIT: TimeDelta = TimeDelta::days(1);

/// What of the channel can be claimed at `now`, oldest first: what waits, and what was claimed by somebody who is gone.
pub fn open(c: &Connection, channel: Channel, now: DateTime<Utc>) -> Result<Vec<OutboxItem>, Error> {
    let mut statement = c.prepare_cached(
        "SELECT m.id, m.change_id, ch.case_id, m.recipient_id, m.together, m.attempts, ch.at, k.snoozed_until, k.title_en, k.text_en
         FROM outbox m JOIN changes ch ON ch.id = m.change_id JOIN cases k ON k.id = ch.case_id
         WHERE m.channel = ?1 AND m.state IN ('pending', 'leased')
         AND iif(m.state = 'leased', m.lease_until, m.not_before) NOT BETWEEN ?2 + 1 AND ?3 ORDER BY m.id",
    )?;
    let mut rows = statement.query(params![channel.code(), from_time(now), from_time(now + LONGEST_WAIT)])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        items.push(item(row)?);
    }
    Ok(items)
}

/// Claims these messages and gives those it got: somebody else may have been first. Nobody else gets them until `lease_until`.
pub fn claim(
    t: &Transaction<'_>,
    items: Vec<OutboxItem>,
    now: DateTime<Utc>,
    lease_until: DateTime<Utc>,
) -> Result<Vec<OutboxItem>, Error> {
    let mut lease = t.prepare_cached(
        "UPDATE outbox SET state = 'leased', lease_until = ?2, attempts = attempts + 1 WHERE id = ?1
         AND state IN ('pending', 'leased') AND iif(state = 'leased', lease_until, not_before) NOT BETWEEN ?3 + 1 AND ?4",
    )?;
    let (now, latest) = (from_time(now), from_time(now + LONGEST_WAIT));
    let mut claimed = Vec::with_capacity(items.len());
    for item in items {
        if lease.execute(params![item.id.0, from_time(lease_until), now, latest])? == 1 {
            claimed.push(item);
        }
    }
    Ok(claimed)
}

/// From now on these are told in one message, of which `first` is the first.
pub fn bind(t: &Transaction<'_>, items: &[OutboxItem], first: OutboxId) -> Result<(), Error> {
    let mut bind = t.prepare_cached("UPDATE outbox SET together = ?2 WHERE id = ?1 AND together IS NULL")?;
    items.iter().try_for_each(|item| Ok(bind.execute([item.id.0, first.0]).map(drop)?))
}

/// How many messages of the channel were given up, and the class of the last one's failure.
pub fn given_up(c: &Connection, channel: Channel) -> Result<(u64, Option<String>), Error> {
    let count: i64 = c
        .prepare_cached("SELECT count(*) FROM outbox WHERE channel = ?1 AND state = 'given_up'")?
        .query_row([channel.code()], |row| row.get(0))?;
    let last = c
        .prepare_cached(
            "SELECT error_class FROM outbox WHERE channel = ?1 AND state = 'given_up' ORDER BY id DESC LIMIT 1",
        )?
        .query_row([channel.code()], |row| row.get(0))
        .optional()?;
    Ok((count.unsigned_abs(), last.flatten()))
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
         WHERE id = ?1 AND state IN ('pending', 'leased')",
    )?
    .execute(params![id.0, from_time(not_before), error_class])?;
    Ok(())
}

/// The message can never be told (the server refused it for good, say). `error_class` is a short code without anything private.
pub fn gave_up(t: &Transaction<'_>, id: OutboxId, error_class: &str) -> Result<(), Error> {
    t.prepare_cached(
        "UPDATE outbox SET state = 'given_up', lease_until = NULL, error_class = ?2
         WHERE id = ?1 AND state IN ('pending', 'leased')",
    )?
    .execute(params![id.0, error_class])?;
    Ok(())
}

/// What was put off is tried again at once: what kept it from being told was mended.
pub fn hurry(t: &Transaction<'_>, channel: Channel) -> Result<(), Error> {
    t.prepare_cached("UPDATE outbox SET not_before = 0 WHERE channel = ?1 AND state = 'pending'")?
        .execute([channel.code()])?;
    Ok(())
}

/// Forgets what waits to be told on this channel.
pub fn forget(t: &Transaction<'_>, channel: Channel) -> Result<(), Error> {
    t.prepare_cached("DELETE FROM outbox WHERE channel = ?1 AND state IN ('pending', 'leased')")?
        .execute([channel.code()])?;
    Ok(())
}

/// When something was last told on this channel.
pub fn last_delivered(c: &Connection, channel: Channel) -> Result<Option<DateTime<Utc>>, Error> {
    let mut statement = c.prepare_cached("SELECT max(delivered_at) FROM outbox WHERE channel = ?1")?;
    let at: Option<i64> = statement.query_row([channel.code()], |row| row.get(0))?;
    at.map(|at| to_time(at, "outbox.delivered_at")).transpose()
}

/// Why what waits longest was not told when it was tried; none where nothing was tried in vain.
pub fn trouble(c: &Connection, channel: Channel) -> Result<Option<String>, Error> {
    let mut statement = c.prepare_cached(
        "SELECT error_class FROM outbox WHERE channel = ?1 AND state IN ('pending', 'leased') AND error_class IS NOT NULL
         ORDER BY id LIMIT 1",
    )?;
    Ok(statement.query_row([channel.code()], |row| row.get(0)).optional()?)
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
    let mut statement =
        c.prepare_cached("SELECT count(*) FROM outbox WHERE channel = ?1 AND state IN ('pending', 'leased')")?;
    let count: i64 = statement.query_row([channel.code()], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

fn item(row: &Row<'_>) -> Result<OutboxItem, Error> {
    let text = |value: Option<String>| value.unwrap_or_default();
    Ok(OutboxItem {
        id: OutboxId(row.get(0)?),
        change: ChangeId(row.get(1)?),
        case: CaseId(row.get(2)?),
        recipient: row.get::<_, Option<i64>>(3)?.map(RecipientId),
        together: row.get::<_, Option<i64>>(4)?.map(OutboxId),
        attempts: to_count(row.get(5)?),
        created_at: to_time(row.get(6)?, "changes.at")?,
        snoozed_until: to_optional_time(row.get(7)?, "cases.snoozed_until")?,
        stage: Stage::of(&text(row.get(8)?), &text(row.get(9)?)),
    })
}
