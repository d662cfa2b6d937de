//! What the rows of each table look like, so that a page of which nobody says whose it is can be told by its rows.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::error::Error;

/// The tables of a portfolio that are saved, and what their rows look like.
pub(super) struct Schema {
    pub(super) tables: BTreeMap<String, Table>,
    /// The table of each index.
    pub(super) indexes: BTreeMap<String, String>,
}

pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    /// Whether its rows have an id; without one they stand in an index.
    pub(super) has_row_id: bool,
}

pub(super) struct Column {
    pub(super) name: String,
    kind: String,
    nullable: bool,
    /// Whether it is the row's id by another name: then nothing stands in the row.
    pub(super) is_row_id: bool,
    /// Whether rows from before it was added do without it.
    omissible: bool,
}

/// The table of which the row is another one in the new portfolio.
const OWN: &str = "portfolio";

impl Schema {
    /// The schema of a portfolio of this program.
    pub(super) fn of(c: &Connection) -> Result<Self, Error> {
        let mut tables = BTreeMap::new();
        let mut listed = c.prepare(
            "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%'",
        )?;
        let names = listed.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, bool>(1)?)))?;
        for listed in names {
            let (name, without) = listed?;
            if name != OWN {
                let table = Table { columns: columns(c, &name, !without)?, has_row_id: !without };
                tables.insert(name, table);
            }
        }
        let mut listed = c.prepare("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'")?;
        let indexes = listed.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        Ok(Self { tables, indexes })
    }

    /// The one table whose rows look like this one; none where there are several.
    pub(super) fn told_by(&self, row_id: Option<i64>, values: &[Value]) -> Option<&str> {
        let mut fitting = self
            .tables
            .iter()
            .filter(|(_, table)| table.has_row_id == row_id.is_some() && table.fits(values))
            .map(|(name, _)| name.as_str());
        fitting.next().filter(|_| fitting.next().is_none())
    }
}

fn columns(c: &Connection, table: &str, has_row_id: bool) -> Result<Vec<Column>, Error> {
    let mut listed =
        c.prepare(r#"SELECT name, type, "notnull", pk, dflt_value FROM pragma_table_info(?1) ORDER BY cid"#)?;
    let mut columns: Vec<Column> = listed
        .query_map([table], |row| {
            let kind: String = row.get(1)?;
            let (mandatory, key): (bool, i64) = (row.get(2)?, row.get(3)?);
            let nullable = !mandatory && key == 0;
            Ok(Column {
                name: row.get(0)?,
                is_row_id: has_row_id && key == 1 && kind.eq_ignore_ascii_case("INTEGER"),
                omissible: nullable || row.get::<_, Option<String>>(4)?.is_some(),
                kind,
                nullable,
            })
        })?
        .collect::<Result<_, _>>()?;
    // Only columns at the end can have been added later.
    let mut later = true;
    for column in columns.iter_mut().rev() {
        later &= column.omissible;
        column.omissible = later;
    }
    // A key of several columns is no row id.
    if columns.iter().filter(|column| column.is_row_id).count() > 1 {
        for column in &mut columns {
            column.is_row_id = false;
        }
    }
    Ok(columns)
}

impl Table {
    /// Whether a row of these values can be this table's.
    pub(super) fn fits(&self, values: &[Value]) -> bool {
        let missing = self.columns.get(values.len()..);
        missing.is_some_and(|columns| columns.iter().all(|column| column.omissible))
            && self.columns.iter().zip(values).all(|(column, value)| column.fits(value))
    }
}

impl Column {
    fn fits(&self, value: &Value) -> bool {
        match value {
            Value::Null => self.nullable || self.is_row_id,
            // A whole number in a column of real ones stands there as a whole one.
            Value::Integer(_) => matches!(self.kind.as_str(), "INTEGER" | "REAL") && !self.is_row_id,
            Value::Real(_) => self.kind == "REAL",
            Value::Text(_) => self.kind == "TEXT",
            Value::Blob(_) => self.kind == "BLOB",
        }
    }
}
