//! The tables of those to whom e-mail is sent, and of which cases.

use casefolio_domain::notice::Detail;
use casefolio_domain::{Case, CaseId, Language};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use crate::error::Error;

/// The identity of a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecipientId(pub i64);

/// Of which cases a recipient is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Of every case.
    Everything,
    /// Of the cases about these people, of these matters, and of these cases.
    Some {
        /// People, by the name that stands with their cases.
        people: Vec<String>,
        /// Matters, as the cases are labelled.
        matters: Vec<String>,
        /// Single cases.
        cases: Vec<CaseId>,
    },
}

/// Somebody to whom e-mail is sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient {
    /// The address.
    pub address: String,
    /// The name that stands beside it; may be empty.
    pub name: String,
    /// The language of the messages.
    pub language: Language,
    /// How much they say.
    pub detail: Detail,
    /// Of which cases.
    pub scope: Scope,
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Recipient")
    }
}

/// Adds a recipient. `None`: the address is there already, and nothing is changed.
pub fn insert(t: &Transaction<'_>, new: &Recipient) -> Result<Option<RecipientId>, Error> {
    let inserted = t
        .prepare_cached(
            "INSERT INTO recipients (address, name, language, detail, of_everything) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (address) DO NOTHING",
        )?
        .execute(columns(new))?;
    if inserted == 0 {
        return Ok(None);
    }
    let id = RecipientId(t.last_insert_rowid());
    set_scope(t, id, &new.scope)?;
    Ok(Some(id))
}

/// Replaces what is known of a recipient. False: another recipient has the address, or there is no such recipient.
pub fn update(t: &Transaction<'_>, id: RecipientId, new: &Recipient) -> Result<bool, Error> {
    let updated = t
        .prepare_cached(
            "UPDATE OR IGNORE recipients SET address = ?1, name = ?2, language = ?3, detail = ?4, of_everything = ?5
             WHERE id = ?6",
        )?
        .execute(params![
            new.address,
            new.name,
            new.language.code(),
            new.detail.code(),
            new.scope == Scope::Everything,
            id.0
        ])?;
    if updated == 1 {
        set_scope(t, id, &new.scope)?;
    }
    Ok(updated == 1)
}

/// Removes a recipient, with what was still to be sent to them.
pub fn remove(t: &Transaction<'_>, id: RecipientId) -> Result<(), Error> {
    t.prepare_cached("DELETE FROM recipients WHERE id = ?1")?.execute([id.0])?;
    Ok(())
}

/// Every recipient, in the order in which they were added.
pub fn list(c: &Connection) -> Result<Vec<(RecipientId, Recipient)>, Error> {
    let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM recipients ORDER BY id"))?;
    let rows = statement.query_map([], |row| Ok((RecipientId(row.get(0)?), StoredRow::read(row)?)))?;
    rows.map(|row| {
        let (id, row) = row?;
        Ok((id, row.recipient(c, id)?))
    })
    .collect()
}

/// The recipient with this identity.
pub fn by_id(c: &Connection, id: RecipientId) -> Result<Option<Recipient>, Error> {
    let mut statement = c.prepare_cached(&format!("SELECT {COLUMNS} FROM recipients WHERE id = ?1"))?;
    let row = statement.query_row([id.0], StoredRow::read).optional()?;
    row.map(|row| row.recipient(c, id)).transpose()
}

/// Who is told of a case.
pub fn of_case<S>(c: &Connection, case: &Case<S>) -> Result<Vec<RecipientId>, Error> {
    let mut statement = c.prepare_cached(
        "SELECT id FROM recipients r WHERE of_everything
         OR EXISTS (SELECT 1 FROM recipient_people WHERE recipient_id = r.id AND person = ?2 AND person <> '')
         OR EXISTS (SELECT 1 FROM recipient_matters WHERE recipient_id = r.id AND matter = ?3 AND matter <> '')
         OR EXISTS (SELECT 1 FROM recipient_cases WHERE recipient_id = r.id AND case_id = ?1) ORDER BY id",
    )?;
    let rows = statement.query_map(params![case.id.0, case.person, case.label], |row| row.get(0).map(RecipientId))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const COLUMNS: &str = "id, address, name, language, detail, of_everything";

fn columns(new: &Recipient) -> impl rusqlite::Params + '_ {
    let everything = new.scope == Scope::Everything;
    (&new.address, &new.name, new.language.code(), new.detail.code(), everything)
}

fn set_scope(t: &Transaction<'_>, id: RecipientId, scope: &Scope) -> Result<(), Error> {
    for table in ["recipient_people", "recipient_matters", "recipient_cases"] {
        t.prepare_cached(&format!("DELETE FROM {table} WHERE recipient_id = ?1"))?.execute([id.0])?;
    }
    let Scope::Some { people, matters, cases } = scope else { return Ok(()) };
    for person in people {
        t.prepare_cached("INSERT OR IGNORE INTO recipient_people (recipient_id, person) VALUES (?1, ?2)")?
            .execute(params![id.0, person])?;
    }
    for matter in matters {
        t.prepare_cached("INSERT OR IGNORE INTO recipient_matters (recipient_id, matter) VALUES (?1, ?2)")?
            .execute(params![id.0, matter])?;
    }
    for case in cases {
        t.prepare_cached("INSERT OR IGNORE INTO recipient_cases (recipient_id, case_id) VALUES (?1, ?2)")?
            .execute(params![id.0, case.0])?;
    }
    Ok(())
}

/// A recipient as it stands in the table.
struct StoredRow {
    address: String,
    name: String,
    language: String,
    detail: String,
    of_everything: bool,
}

impl StoredRow {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            address: row.get(1)?,
            name: row.get(2)?,
            language: row.get(3)?,
            detail: row.get(4)?,
            of_everything: row.get(5)?,
        })
    }

    fn recipient(self, c: &Connection, id: RecipientId) -> Result<Recipient, Error> {
        let scope = if self.of_everything { Scope::Everything } else { scope(c, id)? };
        Ok(Recipient {
            address: self.address,
            name: self.name,
            language: Language::from_tag(&self.language),
            detail: Detail::from_code(&self.detail).ok_or(Error::Unreadable("recipients.detail"))?,
            scope,
        })
    }
}

fn scope(c: &Connection, id: RecipientId) -> Result<Scope, Error> {
    let mut people = c.prepare_cached("SELECT person FROM recipient_people WHERE recipient_id = ?1 ORDER BY person")?;
    let people = people.query_map([id.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut matters =
        c.prepare_cached("SELECT matter FROM recipient_matters WHERE recipient_id = ?1 ORDER BY matter")?;
    let matters = matters.query_map([id.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut cases = c.prepare_cached("SELECT case_id FROM recipient_cases WHERE recipient_id = ?1 ORDER BY case_id")?;
    let cases = cases.query_map([id.0], |row| row.get(0).map(CaseId))?.collect::<Result<_, _>>()?;
    Ok(Scope::Some { people, matters, cases })
}
