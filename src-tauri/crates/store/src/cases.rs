//! The table of cases.

use casefolio_domain::polling::{Past, Why};
use casefolio_domain::{Bilingual, Case, CaseId, Doubt, Glance, ProblemKind, ReceiptNumber, Wishes};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Params, Row, Transaction, params};

use crate::columns::{from_time, to_count, to_optional_time, to_time};
use crate::error::Error;
use crate::observations::{ANSWER_COLUMNS, AnswerRow, ObservationId, form, receipt};

/// A case to be watched from now on.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// Its receipt number.
    pub receipt: ReceiptNumber,
    /// Whom it is about; may be empty.
    pub person: String,
    /// The user's label; may be empty.
    pub label: String,
    /// When it is added; it is due at once.
    pub added_at: DateTime<Utc>,
}

/// A check that brought a status.
#[derive(Debug, Clone, Copy)]
pub struct Answered {
    /// When the answer came.
    pub now: DateTime<Utc>,
    /// When the case is due next, and why then.
    pub due: (DateTime<Utc>, Why),
    /// Whether the answer is a change (the first sight is none).
    pub changed: bool,
}

/// A check that brought no status.
#[derive(Debug, Clone, Copy)]
pub struct Failed {
    /// When it failed.
    pub now: DateTime<Utc>,
    /// When the case is due next, and why then; none where that stays as it was.
    pub due: Option<(DateTime<Utc>, Why)>,
    /// Why it failed.
    pub kind: ProblemKind,
    /// Failures in a row that concern this receipt alone, this one included where it is one.
    pub failures: u32,
    /// How often in a row the service has not recognised the receipt since a status was found, this time included.
    pub doubt: Option<Doubt>,
}

/// Adds a case, due at once. `None`: the receipt is in the portfolio already, and nothing is changed.
pub fn insert(t: &Transaction<'_>, new: &NewCase) -> Result<Option<CaseId>, Error> {
    let inserted = t
        .prepare_cached(
            "INSERT INTO cases (receipt, person, label, added_at, due_at) VALUES (?1, ?2, ?3, ?4, ?4)
             ON CONFLICT (receipt) DO NOTHING",
        )?
        .execute(params![new.receipt.as_str(), new.person, new.label, from_time(new.added_at)])?;
    Ok((inserted == 1).then(|| CaseId(t.last_insert_rowid())))
}

/// Every case, in the order in which they were added.
pub fn list(c: &Connection) -> Result<Vec<Case<Glance>>, Error> {
    glance(c, "ORDER BY k.id", [])
}

/// The case of a receipt.
pub fn by_receipt(c: &Connection, receipt: &ReceiptNumber) -> Result<Option<Case>, Error> {
    Ok(select(c, "WHERE k.receipt = ?1", [receipt.as_str()])?.pop())
}

/// The case with this identity.
pub fn by_id(c: &Connection, id: CaseId) -> Result<Option<Case>, Error> {
    Ok(select(c, "WHERE k.id = ?1", [id.0])?.pop())
}

/// The cases due at `now`, the longest due first.
pub fn due(c: &Connection, now: DateTime<Utc>) -> Result<Vec<Case<Glance>>, Error> {
    glance(c, "WHERE k.due_at <= ?1 ORDER BY k.due_at, k.id", [from_time(now)])
}

/// When the first case is due; none without cases.
pub fn next_due(c: &Connection) -> Result<Option<DateTime<Utc>>, Error> {
    let first: Option<i64> = c
        .prepare_cached("SELECT min(due_at) FROM cases WHERE due_why IS NOT 'until_asked'")?
        .query_row([], |row| row.get(0))?;
    first.map(|micros| to_time(micros, "due_at")).transpose()
}

/// How many cases have a change that was not read.
pub fn unread(c: &Connection) -> Result<u64, Error> {
    let count: i64 =
        c.prepare_cached("SELECT count(*) FROM cases WHERE unread <> 0")?.query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The cases with a change that was not read, the latest first: so many at most.
pub fn latest_unread(c: &Connection, most: usize) -> Result<Vec<Case<Glance>>, Error> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    glance(c, "WHERE k.unread <> 0 ORDER BY k.changed_at DESC, k.id DESC LIMIT ?1", [most])
}

/// How many cases there are.
pub fn count(c: &Connection) -> Result<u64, Error> {
    let count: i64 = c.prepare_cached("SELECT count(*) FROM cases")?.query_row([], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// Notes a check that brought a status, which was recorded as an observation just before.
pub fn answered(t: &Transaction<'_>, id: CaseId, answered: &Answered) -> Result<(), Error> {
    let noted = t
        .prepare_cached(
            "UPDATE cases SET checked_at = ?2, answered_at = ?2, due_at = ?3, due_why = ?5, problem = NULL, failures = 0,
             missing = 0, missing_since = NULL, doubtful = 0, changed_at = iif(?4, ?2, changed_at),
             unread = iif(?4, 1, unread) WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            from_time(answered.now),
            from_time(answered.due.0),
            answered.changed,
            answered.due.1.code()
        ])?;
    one(noted)
}

/// Notes a check that brought none. Of the last known status nothing is touched; the doubt about it is noted beside it.
pub fn failed(t: &Transaction<'_>, id: CaseId, failed: &Failed) -> Result<(), Error> {
    let noted = t
        .prepare_cached(
            "UPDATE cases SET checked_at = ?2, due_at = ifnull(?3, due_at), due_why = ifnull(?8, due_why), problem = ?4,
             failures = ?5, missing = ?6, missing_since = ?7 WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            from_time(failed.now),
            failed.due.map(|(at, _)| from_time(at)),
            failed.kind.code(),
            failed.failures,
            failed.doubt.map_or(0, |doubt| doubt.sightings),
            failed.doubt.map(|doubt| from_time(doubt.since)),
            failed.due.map(|(_, why)| why.code())
        ])?;
    one(noted)
}

/// Another plan: when the case is due, and why then.
pub fn planned(t: &Transaction<'_>, id: CaseId, (at, why): (DateTime<Utc>, Why)) -> Result<(), Error> {
    let mut statement = t.prepare_cached("UPDATE cases SET due_at = ?2, due_why = ?3 WHERE id = ?1")?;
    one(statement.execute(params![id.0, from_time(at), why.code()])?)
}

/// What its pace is learnt from.
pub fn past(c: &Connection, id: CaseId) -> Result<Past, Error> {
    let mut statement = c.prepare_cached("SELECT past_seen, past_supposed FROM cases WHERE id = ?1")?;
    statement.query_row([id.0], |row| past_of(row, 0)).optional()?.ok_or(Error::NoSuchCase)
}

/// The same of every case, in the order in which they were added.
pub fn pasts(c: &Connection) -> Result<Vec<(CaseId, Past)>, Error> {
    let mut statement = c.prepare_cached("SELECT id, past_seen, past_supposed FROM cases ORDER BY id")?;
    let rows = statement.query_map([], |row| Ok((CaseId(row.get(0)?), past_of(row, 1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Replaces it.
pub fn learnt(t: &Transaction<'_>, id: CaseId, past: Past) -> Result<(), Error> {
    let (seen, supposed) = past.figures();
    let mut statement = t.prepare_cached("UPDATE cases SET past_seen = ?2, past_supposed = ?3 WHERE id = ?1")?;
    one(statement.execute(params![id.0, seen, supposed])?)
}

fn past_of(row: &Row<'_>, first: usize) -> Result<Past, rusqlite::Error> {
    Ok(Past::of(row.get(first)?, row.get(first + 1)?))
}

/// The last known status has become doubtful, which is a change that nobody has read yet. The answer in which it was last seen.
pub fn called_doubtful(t: &Transaction<'_>, id: CaseId, now: DateTime<Utc>) -> Result<ObservationId, Error> {
    let noted = t
        .prepare_cached(
            "UPDATE cases SET doubtful = 1, unread = 1, changed_at = ?2 WHERE id = ?1 RETURNING last_observation_id",
        )?
        .query_row(params![id.0, from_time(now)], |row| row.get::<_, Option<i64>>(0))
        .optional()?;
    noted.flatten().map(ObservationId).ok_or(Error::NoSuchCase)
}

/// The case has been read.
pub fn mark_read(t: &Transaction<'_>, id: CaseId) -> Result<(), Error> {
    one(t.prepare_cached("UPDATE cases SET unread = 0 WHERE id = ?1")?.execute([id.0])?)
}

/// Every case has been read.
pub fn mark_all_read(t: &Transaction<'_>) -> Result<(), Error> {
    t.prepare_cached("UPDATE cases SET unread = 0 WHERE unread <> 0")?.execute([])?;
    Ok(())
}

/// Other words for person and label.
pub fn rename(t: &Transaction<'_>, id: CaseId, person: &str, label: &str) -> Result<(), Error> {
    let mut statement = t.prepare_cached("UPDATE cases SET person = ?2, label = ?3 WHERE id = ?1")?;
    one(statement.execute(params![id.0, person, label])?)
}

/// What the user wants of the case.
pub fn set_wishes(t: &Transaction<'_>, id: CaseId, wishes: &Wishes) -> Result<(), Error> {
    let mut statement =
        t.prepare_cached("UPDATE cases SET muted = ?2, snoozed_until = ?3, starred = ?4 WHERE id = ?1")?;
    let Wishes { muted, snoozed_until, starred } = wishes;
    one(statement.execute(params![id.0, muted, snoozed_until.map(from_time), starred])?)
}

/// Sets what lists show of a status where it is missing: for cases of an older schema that were put into the table row by row.
pub(crate) fn complete_glances(t: &Transaction<'_>) -> Result<(), Error> {
    t.execute(
        "UPDATE cases SET (form, title_en, title_es, text_en) = (SELECT a.form, a.title_en, a.title_es, a.text_en
         FROM observations o JOIN answers a ON a.id = o.answer_id WHERE o.id = cases.last_observation_id)
         WHERE last_observation_id IS NOT NULL AND title_en IS NULL",
        [],
    )?;
    Ok(())
}

/// Removes the case with everything that is known of it.
pub fn remove(t: &Transaction<'_>, id: CaseId) -> Result<(), Error> {
    one(t.prepare_cached("DELETE FROM cases WHERE id = ?1")?.execute([id.0])?)
}

/// How often in a row the service has not recognised the receipt since a status was found.
pub fn doubt(c: &Connection, id: CaseId) -> Result<Option<Doubt>, Error> {
    let mut statement = c.prepare_cached("SELECT missing, missing_since FROM cases WHERE id = ?1")?;
    let (sightings, since): (i64, Option<i64>) =
        statement.query_row([id.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?.ok_or(Error::NoSuchCase)?;
    let since = to_optional_time(since, "cases.missing_since")?;
    Ok(since.filter(|_| sightings > 0).map(|since| Doubt { since, sightings: to_count(sightings) }))
}

fn one(rows: usize) -> Result<(), Error> {
    if rows == 1 { Ok(()) } else { Err(Error::NoSuchCase) }
}

const CASE_COLUMNS: &str =
    "k.id, k.receipt, k.person, k.label, k.added_at, k.changed_at, k.checked_at, k.answered_at, k.problem,
    k.due_at, k.failures, k.unread, iif(k.doubtful, k.missing_since, NULL),
    k.muted, k.snoozed_until, k.starred, k.due_why, k.last_observation_id IS NOT NULL";

/// Cases with their last known status, in one query.
fn select(c: &Connection, restriction: &str, values: impl Params) -> Result<Vec<Case>, Error> {
    let sql = format!(
        "SELECT {CASE_COLUMNS}, {ANSWER_COLUMNS}
         FROM cases k LEFT JOIN observations o ON o.id = k.last_observation_id LEFT JOIN answers a ON a.id = o.answer_id
         {restriction}"
    );
    read(c, &sql, values, |row, receipt| AnswerRow::read(row, STATUS)?.observation(receipt.clone()))
}

/// Cases with what a list shows of their status: the table of answers is not touched.
fn glance(c: &Connection, restriction: &str, values: impl Params) -> Result<Vec<Case<Glance>>, Error> {
    let sql = format!("SELECT {CASE_COLUMNS}, k.form, k.title_en, k.title_es, k.text_en FROM cases k {restriction}");
    read(c, &sql, values, |row, _| {
        Ok(Glance {
            form: form(row.get(STATUS)?)?,
            title: Bilingual { en: row.get(STATUS + 1)?, es: row.get(STATUS + 2)? },
            text_en: row.get(STATUS + 3)?,
        })
    })
}

/// The column at which the status begins.
const STATUS: usize = 18;

fn read<S>(
    c: &Connection,
    sql: &str,
    values: impl Params,
    status: impl Fn(&Row<'_>, &ReceiptNumber) -> Result<S, Error>,
) -> Result<Vec<Case<S>>, Error> {
    let mut statement = c.prepare_cached(sql)?;
    let mut rows = statement.query(values)?;
    let mut cases = Vec::new();
    while let Some(row) = rows.next()? {
        cases.push(case(row, &status)?);
    }
    Ok(cases)
}

fn case<S>(row: &Row<'_>, status: impl Fn(&Row<'_>, &ReceiptNumber) -> Result<S, Error>) -> Result<Case<S>, Error> {
    let receipt = receipt(row.get_ref(1)?.as_str().map_err(|_| Error::Unreadable("cases.receipt"))?)?;
    let problem: Option<String> = row.get(8)?;
    let problem =
        problem.map(|code| ProblemKind::from_code(&code).ok_or(Error::Unreadable("cases.problem"))).transpose()?;
    let last = if row.get(STATUS - 1)? { Some(status(row, &receipt)?) } else { None };
    Ok(Case {
        id: CaseId(row.get(0)?),
        receipt,
        person: row.get(2)?,
        label: row.get(3)?,
        added_at: to_time(row.get(4)?, "cases.added_at")?,
        last,
        changed_at: to_optional_time(row.get(5)?, "cases.changed_at")?,
        checked_at: to_optional_time(row.get(6)?, "cases.checked_at")?,
        answered_at: to_optional_time(row.get(7)?, "cases.answered_at")?,
        problem,
        due_at: to_time(row.get(9)?, "cases.due_at")?,
        failures: to_count(row.get(10)?),
        unread: row.get(11)?,
        doubtful_since: to_optional_time(row.get(12)?, "cases.missing_since")?,
        wishes: Wishes {
            muted: row.get(13)?,
            snoozed_until: to_optional_time(row.get(14)?, "cases.snoozed_until")?,
            starred: row.get(15)?,
        },
        // One that a later program knows is none that can be told here.
        due_why: row.get_ref(16)?.as_str_or_null().ok().flatten().and_then(Why::from_code),
    })
}
