//! The tables of the people and matters of which nothing is told.

use casefolio_domain::Case;
use rusqlite::{Connection, Transaction};

use crate::error::Error;

/// What several cases may have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The person they are about.
    Person,
    /// The matter: what they are labelled.
    Matter,
}

impl Group {
    /// What a case has of it; empty where it belongs to none.
    #[must_use]
    pub fn of<S>(self, case: &Case<S>) -> &str {
        match self {
            Self::Person => &case.person,
            Self::Matter => &case.label,
        }
    }

    fn table(self) -> (&'static str, &'static str) {
        match self {
            Self::Person => ("muted_people", "person"),
            Self::Matter => ("muted_matters", "matter"),
        }
    }
}

/// Nothing of the cases of this group is told, or it is told again.
pub fn set(t: &Transaction<'_>, (group, name): (Group, &str), muted: bool) -> Result<(), Error> {
    let (table, column) = group.table();
    let sql = if muted {
        format!("INSERT INTO {table} ({column}) VALUES (?1) ON CONFLICT DO NOTHING")
    } else {
        format!("DELETE FROM {table} WHERE {column} = ?1")
    };
    t.prepare_cached(&sql)?.execute([name])?;
    Ok(())
}

/// Those of which nothing is told, by name.
pub fn list(c: &Connection, group: Group) -> Result<Vec<String>, Error> {
    let (table, column) = group.table();
    let mut statement = c.prepare_cached(&format!("SELECT {column} FROM {table} ORDER BY {column}"))?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Whether nothing is told of a case, by its person or its matter.
pub fn mutes<S>(c: &Connection, case: &Case<S>) -> Result<bool, Error> {
    for group in [Group::Person, Group::Matter] {
        let (table, column) = group.table();
        if c.prepare_cached(&format!("SELECT 1 FROM {table} WHERE {column} = ?1"))?.exists([group.of(case)])? {
            return Ok(true);
        }
    }
    Ok(false)
}
