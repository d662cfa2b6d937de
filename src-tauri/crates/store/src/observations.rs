//! The tables of answers and of when each was the current one.

use casefolio_domain::{Bilingual, CaseId, FormType, Observation, ReceiptNumber};
use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use sha2::{Digest, Sha256};

use crate::columns::{
    from_history, from_links, from_local, from_time, to_count, to_history, to_links, to_local, to_time,
};
use crate::error::Error;

/// The columns an [`AnswerRow`] is read from, in its order; `answers` goes by the name `a`.
pub(crate) const ANSWER_COLUMNS: &str =
    "a.form, a.submitted, a.modified, a.title_en, a.title_es, a.text_en, a.text_es, a.links, a.history";

/// The identity of one stretch of time in which an answer was the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObservationId(pub i64);

/// An answer with the time in which it was the current one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Its identity.
    pub id: ObservationId,
    /// The answer.
    pub observation: Observation,
    /// When it came first.
    pub first_seen: DateTime<Utc>,
    /// When it came last.
    pub last_seen: DateTime<Utc>,
    /// How often it came.
    pub times_seen: u32,
}

/// Records an answer and makes it the last known status of its case. One equal to the last extends that row, whatever
/// the raw body; one the case had before is stored once. Its receipt is the case's, which is what `compare` relies on.
pub fn record(
    t: &Transaction<'_>,
    case: CaseId,
    observation: &Observation,
    raw: &str,
    now: DateTime<Utc>,
) -> Result<ObservationId, Error> {
    let answer = AnswerRow::of(observation)?;
    let fingerprint = answer.fingerprint();
    if let Some((id, last)) = last_fingerprint(t, case)?
        && last == fingerprint
    {
        t.prepare_cached(
            "UPDATE observations SET last_seen = max(last_seen, ?2), times_seen = times_seen + 1 WHERE id = ?1",
        )?
        .execute(params![id.0, from_time(now)])?;
        return Ok(id);
    }
    let answer_id = match answer_with(t, case, &fingerprint)? {
        Some(id) => id,
        None => answer.insert(t, case, &fingerprint, raw)?,
    };
    t.prepare_cached(
        "INSERT INTO observations (case_id, answer_id, first_seen, last_seen, times_seen) VALUES (?1, ?2, ?3, ?3, 1)",
    )?
    .execute(params![case.0, answer_id, from_time(now)])?;
    let id = ObservationId(t.last_insert_rowid());
    t.prepare_cached(
        "UPDATE cases SET last_observation_id = ?2, form = ?3, title_en = ?4, title_es = ?5, text_en = ?6 WHERE id = ?1",
    )?
    .execute(params![case.0, id.0, answer.form, answer.title.en, answer.title.es, answer.text.en])?;
    Ok(id)
}

/// What tells an answer from another: equal ones are equal answers, whatever the raw body.
pub fn fingerprint(observation: &Observation) -> Result<[u8; 32], Error> {
    Ok(AnswerRow::of(observation)?.fingerprint())
}

/// The last known answer of a case came again, `times` times and last at `at`. Returns its row; none of a case without one.
pub fn seen_again(
    t: &Transaction<'_>,
    case: CaseId,
    times: u32,
    at: DateTime<Utc>,
) -> Result<Option<ObservationId>, Error> {
    let mut statement = t.prepare_cached(
        "UPDATE observations SET last_seen = max(last_seen, ?2), times_seen = times_seen + ?3
         WHERE id = (SELECT last_observation_id FROM cases WHERE id = ?1) RETURNING id",
    )?;
    Ok(statement.query_row(params![case.0, from_time(at), times], |row| row.get(0)).optional()?.map(ObservationId))
}

/// The last known status of a case.
pub fn latest(c: &Connection, case: CaseId) -> Result<Option<(ObservationId, Observation)>, Error> {
    let sql = format!(
        "SELECT {ANSWER_COLUMNS}, k.receipt, o.id FROM cases k
         JOIN observations o ON o.id = k.last_observation_id JOIN answers a ON a.id = o.answer_id WHERE k.id = ?1"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let mut rows = statement.query([case.0])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let receipt = receipt(row.get_ref(9)?.as_str().map_err(|_| Error::Unreadable("cases.receipt"))?)?;
    Ok(Some((ObservationId(row.get(10)?), AnswerRow::read(row, 0)?.observation(receipt)?)))
}

/// Every stretch of a case, oldest first.
pub fn list(c: &Connection, case: CaseId) -> Result<Vec<Seen>, Error> {
    let sql = format!(
        "SELECT {ANSWER_COLUMNS}, k.receipt, o.id, o.first_seen, o.last_seen, o.times_seen FROM observations o
         JOIN answers a ON a.id = o.answer_id JOIN cases k ON k.id = o.case_id WHERE o.case_id = ?1 ORDER BY o.id"
    );
    let mut statement = c.prepare_cached(&sql)?;
    let mut rows = statement.query([case.0])?;
    let mut seen = Vec::new();
    while let Some(row) = rows.next()? {
        let receipt: String = row.get(9)?;
        seen.push(Seen {
            id: ObservationId(row.get(10)?),
            observation: AnswerRow::read(row, 0)?.observation(self::receipt(&receipt)?)?,
            first_seen: to_time(row.get(11)?, "observations.first_seen")?,
            last_seen: to_time(row.get(12)?, "observations.last_seen")?,
            times_seen: to_count(row.get(13)?),
        });
    }
    Ok(seen)
}

/// A receipt number as it stands in a column.
pub(crate) fn receipt(text: &str) -> Result<ReceiptNumber, Error> {
    ReceiptNumber::parse(text).map_err(|_| Error::Unreadable("cases.receipt"))
}

/// A form as it stands in a column.
pub(crate) fn form(text: Option<String>) -> Result<Option<FormType>, Error> {
    text.map(|form| FormType::parse(&form).ok_or(Error::Unreadable("answers.form"))).transpose()
}

/// An answer as it stands in the table.
pub(crate) struct AnswerRow {
    form: Option<String>,
    submitted: Option<String>,
    modified: Option<String>,
    title: Bilingual,
    text: Bilingual,
    links: String,
    history: String,
}

impl AnswerRow {
    pub(crate) fn of(observation: &Observation) -> Result<Self, Error> {
        Ok(Self {
            form: observation.form.as_ref().map(|form| form.as_str().to_owned()),
            submitted: observation.submitted.map(from_local),
            modified: observation.modified.map(from_local),
            title: observation.title.clone(),
            text: observation.text.clone(),
            links: from_links(&observation.links)?,
            history: from_history(&observation.history)?,
        })
    }

    /// Reads [`ANSWER_COLUMNS`] from the column `at` on.
    pub(crate) fn read(row: &Row<'_>, at: usize) -> Result<Self, Error> {
        Ok(Self {
            form: row.get(at)?,
            submitted: row.get(at + 1)?,
            modified: row.get(at + 2)?,
            title: Bilingual { en: row.get(at + 3)?, es: row.get(at + 4)? },
            text: Bilingual { en: row.get(at + 5)?, es: row.get(at + 6)? },
            links: row.get(at + 7)?,
            history: row.get(at + 8)?,
        })
    }

    pub(crate) fn observation(self, receipt: ReceiptNumber) -> Result<Observation, Error> {
        Ok(Observation {
            receipt,
            form: form(self.form)?,
            submitted: to_local(self.submitted.as_deref(), "answers.submitted")?,
            modified: to_local(self.modified.as_deref(), "answers.modified")?,
            title: self.title,
            text: self.text,
            links: to_links(&self.links)?,
            history: to_history(&self.history)?,
        })
    }

    /// The fields, in the order of [`ANSWER_COLUMNS`].
    pub(crate) fn into_fields(self) -> [Option<String>; 9] {
        [
            self.form,
            self.submitted,
            self.modified,
            Some(self.title.en),
            Some(self.title.es),
            Some(self.text.en),
            Some(self.text.es),
            Some(self.links),
            Some(self.history),
        ]
    }

    /// The row of such fields; none where one is missing that every answer has.
    pub(crate) fn from_fields(fields: [Option<String>; 9]) -> Option<Self> {
        let [form, submitted, modified, title, title_in_spanish, text, text_in_spanish, links, history] = fields;
        Some(Self {
            form,
            submitted,
            modified,
            title: Bilingual { en: title?, es: title_in_spanish? },
            text: Bilingual { en: text?, es: text_in_spanish? },
            links: links?,
            history: history?,
        })
    }

    /// SHA-256 over every field with its length, so that equal fingerprints are equal answers. The receipt is left out:
    /// answers are compared within one case.
    fn fingerprint(&self) -> [u8; 32] {
        let fields = [
            self.form.as_deref(),
            self.submitted.as_deref(),
            self.modified.as_deref(),
            Some(&*self.title.en),
            Some(&*self.title.es),
            Some(&*self.text.en),
            Some(&*self.text.es),
            Some(&*self.links),
            Some(&*self.history),
        ];
        let mut hash = Sha256::new();
        for field in fields {
            hash.update([u8::from(field.is_some())]);
            hash.update((field.unwrap_or_default().len() as u64).to_le_bytes());
            hash.update(field.unwrap_or_default());
        }
        hash.finalize().into()
    }

    fn insert(&self, t: &Transaction<'_>, case: CaseId, fingerprint: &[u8; 32], raw: &str) -> Result<i64, Error> {
        t.prepare_cached(
            "INSERT INTO answers (case_id, fingerprint, form, submitted, modified, title_en, title_es, text_en, text_es,
             links, history) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            case.0,
            fingerprint,
            self.form,
            self.submitted,
            self.modified,
            self.title.en,
            self.title.es,
            self.text.en,
            self.text.es,
            self.links,
            self.history
        ])
        .map_err(no_such_case)?;
        let id = t.last_insert_rowid();
        t.prepare_cached("INSERT INTO bodies (answer_id, body) VALUES (?1, ?2)")?.execute(params![id, raw])?;
        Ok(id)
    }
}

/// A broken foreign key here says that the case is not there.
fn no_such_case(error: rusqlite::Error) -> Error {
    match error.sqlite_error() {
        Some(cause) if cause.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Error::NoSuchCase,
        Some(_) | None => error.into(),
    }
}

fn last_fingerprint(c: &Connection, case: CaseId) -> Result<Option<(ObservationId, [u8; 32])>, Error> {
    let mut statement = c.prepare_cached(
        "SELECT o.id, a.fingerprint FROM cases k JOIN observations o ON o.id = k.last_observation_id
         JOIN answers a ON a.id = o.answer_id WHERE k.id = ?1",
    )?;
    Ok(statement.query_row([case.0], |row| Ok((ObservationId(row.get(0)?), row.get(1)?))).optional()?)
}

fn answer_with(c: &Connection, case: CaseId, fingerprint: &[u8; 32]) -> Result<Option<i64>, Error> {
    let mut statement = c.prepare_cached("SELECT id FROM answers WHERE case_id = ?1 AND fingerprint = ?2")?;
    Ok(statement.query_row(params![case.0, fingerprint], |row| row.get(0)).optional()?)
}
