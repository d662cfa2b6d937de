//! The inbox: what came while the portfolio was locked, sealed. An answer equal to the last replaces the item that said so before, and
//! so does a failure, so that it grows with changes and not with time.

use casefolio_domain::CaseId;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::columns::to_count;
use crate::error::Error;

/// What an item speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// An answer that differs from the one before, or the first.
    Answer,
    /// The same answer as before.
    Same,
    /// A check that brought no status.
    Failed,
}

impl ItemKind {
    fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Same => "same",
            Self::Failed => "failed",
        }
    }
}

/// Whether an item was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// There is nothing in it to tell.
    Nothing,
    /// It waits to be told.
    Waiting,
    /// It was told.
    Told,
}

impl Told {
    fn code(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Waiting => "waiting",
            Self::Told => "told",
        }
    }

    fn from_code(code: &str) -> Result<Self, Error> {
        let known = [Self::Nothing, Self::Waiting, Self::Told].into_iter().find(|told| told.code() == code);
        known.ok_or(Error::Unreadable("inbox.told"))
    }
}

/// An item to be put in.
#[derive(Debug, Clone, Copy)]
pub struct NewItem {
    /// The case, by its identity here.
    pub case: CaseId,
    /// What it speaks of.
    pub kind: ItemKind,
    /// Whether there is something to tell.
    pub told: Told,
}

/// An item as it lies there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number, part of the seal.
    pub seq: i64,
    /// What was sealed.
    pub sealed: Vec<u8>,
    /// Whether it was told.
    pub told: Told,
}

/// Puts an item in. `seal` gets its number and how many checks it speaks of.
pub fn put<E: From<Error>>(
    t: &Transaction<'_>,
    new: NewItem,
    seal: impl FnOnce(i64, u32) -> Result<Vec<u8>, E>,
) -> Result<(), E> {
    let before = if new.kind == ItemKind::Answer { None } else { replaced(t, new)? };
    let times = before.map_or(0, |(_, times)| times).saturating_add(1);
    let seq = insert(t, new, times)?;
    if let Some((seq, _)) = before {
        t.execute("DELETE FROM inbox WHERE seq = ?1", [seq]).map_err(Error::from)?;
    }
    let sealed = seal(seq, times)?;
    t.execute("UPDATE inbox SET sealed = ?2 WHERE seq = ?1", params![seq, sealed]).map_err(Error::from)?;
    Ok(())
}

fn insert(t: &Transaction<'_>, new: NewItem, times: u32) -> Result<i64, Error> {
    t.prepare_cached("INSERT INTO inbox (case_id, kind, times, sealed, told) VALUES (?1, ?2, ?3, x'', ?4)")?
        .execute(params![new.case.0, new.kind.code(), times, new.told.code()])?;
    Ok(t.last_insert_rowid())
}

/// The item of this kind since the case's last answer, unless the portfolio is taking it over.
fn replaced(t: &Transaction<'_>, new: NewItem) -> Result<Option<(i64, u32)>, Error> {
    let mut statement = t.prepare_cached(
        "SELECT seq, times FROM inbox WHERE case_id = ?1 AND kind = ?2
         AND seq > coalesce((SELECT max(seq) FROM inbox WHERE case_id = ?1 AND kind = 'answer'), 0)
         AND seq > coalesce((SELECT offered_to FROM watch), 0) ORDER BY seq DESC LIMIT 1",
    )?;
    let found = statement.query_row(params![new.case.0, new.kind.code()], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(found.optional()?.map(|(seq, times)| (seq, to_count(times))))
}

/// The numbers of the items that wait to be told.
pub fn waiting(c: &Connection) -> Result<Vec<i64>, Error> {
    let mut statement = c.prepare_cached("SELECT seq FROM inbox WHERE told = 'waiting' ORDER BY seq")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// These items were told.
pub fn mark_told(t: &Transaction<'_>, items: &[i64]) -> Result<(), Error> {
    let mut mark = t.prepare_cached("UPDATE inbox SET told = 'told' WHERE seq = ?1 AND told = 'waiting'")?;
    items.iter().try_for_each(|seq| mark.execute([seq]).map(drop))?;
    Ok(())
}

/// The items after `seq` up to `last`, in order, `limit` at most.
pub(super) fn after(c: &Connection, seq: i64, last: i64, limit: u32) -> Result<Vec<Item>, Error> {
    let mut statement =
        c.prepare_cached("SELECT seq, sealed, told FROM inbox WHERE seq > ?1 AND seq <= ?2 ORDER BY seq LIMIT ?3")?;
    let mut rows = statement.query(params![seq, last, limit])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        let told: String = row.get(2)?;
        items.push(Item { seq: row.get(0)?, sealed: row.get(1)?, told: Told::from_code(&told)? });
    }
    Ok(items)
}
