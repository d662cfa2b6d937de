//! The table of changes: what was noticed, when, and in which answer.

use casefolio_domain::{Bilingual, CaseId, Change, ChangeKind, HistoryItem};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, Params, Row, Transaction, params};

use crate::columns::{from_history, from_time, to_history, to_time};
use crate::error::Error;
use crate::observations::ObservationId;

/// The identity of a recorded change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChangeId(pub i64);

/// A change to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct NewChange<'a> {
    /// The case.
    pub case: CaseId,
    /// The answer that brought it.
    pub observation: ObservationId,
    /// What changed.
    pub change: &'a Change,
    /// When it was noticed.
    pub at: DateTime<Utc>,
}

/// A change as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedChange {
    /// Its identity.
    pub id: ChangeId,
    /// The case.
    pub case: CaseId,
    /// When it was noticed.
    pub at: DateTime<Utc>,
    /// What kind of change it is.
    pub kind: ChangeKind,
    /// The title before, for [`ChangeKind::Title`].
    pub before: Option<Bilingual>,
    /// The title after, for [`ChangeKind::Title`].
    pub after: Option<Bilingual>,
    /// The new sentences, for [`ChangeKind::HistoryGrew`].
    pub added: Vec<HistoryItem>,
}

/// Records a change.
pub fn record(t: &Transaction<'_>, new: &NewChange<'_>) -> Result<ChangeId, Error> {
    let (before, after, added): (Option<&Bilingual>, Option<&Bilingual>, &[HistoryItem]) = match new.change {
        Change::Title { before, after } => (Some(before), Some(after), &[]),
        Change::HistoryGrew { added } => (None, None, added),
        Change::Text | Change::DatesOnly | Change::Reappeared | Change::Disappeared => (None, None, &[]),
    };
    t.prepare_cached(
        "INSERT INTO changes (case_id, observation_id, at, kind, before_en, before_es, after_en, after_es, added)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        new.case.0,
        new.observation.0,
        from_time(new.at),
        new.change.kind().code(),
        before.map(|title| &title.en),
        before.map(|title| &title.es),
        after.map(|title| &title.en),
        after.map(|title| &title.es),
        from_history(added)?
    ])?;
    Ok(ChangeId(t.last_insert_rowid()))
}

/// The changes of a case, oldest first.
pub fn list(c: &Connection, case: CaseId) -> Result<Vec<RecordedChange>, Error> {
    select(c, "WHERE case_id = ?1 ORDER BY id", [case.0])
}

/// The change with this identity.
pub fn by_id(c: &Connection, id: ChangeId) -> Result<Option<RecordedChange>, Error> {
    Ok(select(c, "WHERE id = ?1", [id.0])?.pop())
}

fn select(c: &Connection, restriction: &str, values: impl Params) -> Result<Vec<RecordedChange>, Error> {
    let sql = format!(
        "SELECT id, case_id, at, kind, before_en, before_es, after_en, after_es, added FROM changes {restriction}"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let mut rows = statement.query(values)?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(ChangeRow::read(row)?.change()?);
    }
    Ok(changes)
}

/// A change as it stands in the table.
struct ChangeRow {
    id: i64,
    case: i64,
    at: i64,
    kind: String,
    before: [Option<String>; 2],
    after: [Option<String>; 2],
    added: String,
}

impl ChangeRow {
    fn read(row: &Row<'_>) -> Result<Self, Error> {
        Ok(Self {
            id: row.get(0)?,
            case: row.get(1)?,
            at: row.get(2)?,
            kind: row.get(3)?,
            before: [row.get(4)?, row.get(5)?],
            after: [row.get(6)?, row.get(7)?],
            added: row.get(8)?,
        })
    }

    fn change(self) -> Result<RecordedChange, Error> {
        Ok(RecordedChange {
            id: ChangeId(self.id),
            case: CaseId(self.case),
            at: to_time(self.at, "changes.at")?,
            kind: ChangeKind::from_code(&self.kind).ok_or(Error::Unreadable("changes.kind"))?,
            before: title(self.before),
            after: title(self.after),
            added: to_history(&self.added)?,
        })
    }
}

fn title([en, es]: [Option<String>; 2]) -> Option<Bilingual> {
    Some(Bilingual { en: en?, es: es.unwrap_or_default() })
}
