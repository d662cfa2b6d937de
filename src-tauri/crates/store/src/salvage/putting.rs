//! Putting saved rows into the new portfolio.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use rusqlite::types::Value;
use rusqlite::{ErrorCode, OptionalExtension, params, params_from_iter};

use super::owners::Entry;
use super::shapes::{Column, Schema};
use super::{SalvageReport, Writing};
use crate::cases;
use crate::columns::from_time;
use crate::error::Error;

/// Settings that tell of the files of the damaged portfolio, not of the user's wishes, begin with one of these.
const OF_THE_FILES: [&str; 5] = ["health.", "backup.", "recovery.", "mode.", "watch_store."];

/// The new portfolio.
pub(super) struct Target<'c, 't> {
    t: Writing<'c, 't>,
    schema: &'t Schema,
    /// By receipt: the case's id.
    receipts: BTreeMap<String, i64>,
    sequences: HashMap<String, i64>,
    /// The ids of the rows of each table that are known to be there or to have been.
    known: HashMap<String, HashSet<i64>>,
}

impl<'c, 't> Target<'c, 't> {
    pub(super) fn new(t: Writing<'c, 't>, schema: &'t Schema) -> Result<Self, Error> {
        // Rows come in the order of their pages: what refers to what is asked at the end.
        t.execute_batch("PRAGMA defer_foreign_keys = ON")?;
        Ok(Self { t, schema, receipts: BTreeMap::new(), sequences: HashMap::new(), known: HashMap::new() })
    }

    pub(super) fn put(&mut self, entry: Entry) -> Result<(), Error> {
        match entry {
            Entry::Row { table, row_id, values } => self.row(&table, row_id, &values)?,
            Entry::Receipt { receipt, case } => {
                self.receipts.insert(receipt, case);
            }
            Entry::Sequence { table, last } => {
                let kept = self.sequences.entry(table).or_default();
                *kept = last.max(*kept);
            }
            Entry::Known { table, row_id } => {
                self.known(&table).insert(row_id);
            }
            Entry::Nothing => {}
        }
        Ok(())
    }

    fn known(&mut self, table: &str) -> &mut HashSet<i64> {
        self.known.entry(table.to_owned()).or_default()
    }

    fn row(&mut self, table: &str, row_id: Option<i64>, values: &[Value]) -> Result<(), Error> {
        let Some(known) = self.schema.tables.get(table) else { return Ok(()) };
        if table == "settings"
            && let Some(Value::Text(key)) = values.first()
            && OF_THE_FILES.iter().any(|beginning| key.starts_with(beginning))
        {
            return Ok(());
        }
        if let Some(row_id) = row_id {
            self.known(table).insert(row_id);
        }
        let whole: Vec<Value> =
            known.columns.iter().zip(values).map(|(column, value)| whole(column, row_id, value)).collect();
        let names: Vec<&str> = known.columns.iter().take(whole.len()).map(|column| column.name.as_str()).collect();
        let places = vec!["?"; whole.len()].join(", ");
        let sql = format!(r#"INSERT INTO "{table}" ("{}") VALUES ({places})"#, names.join(r#"", ""#));
        match self.t.prepare_cached(&sql)?.execute(params_from_iter(whole)) {
            Ok(_) => Ok(()),
            // It breaks a rule of its table: lost, as far as can be told.
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Adds the cases of which only the receipt is left, takes out what refers to nothing, and counts.
    pub(super) fn finish(mut self, now: DateTime<Utc>) -> Result<SalvageReport, Error> {
        let cases_anew = self.add_anew(now)?;
        self.settle_references()?;
        self.settle_sequences()?;
        cases::complete_glances(self.t)?;
        let (cases, cases_lost) = self.counted("cases")?;
        let (observations, observations_lost) = self.counted("observations")?;
        let (changes, changes_lost) = self.counted("changes")?;
        Ok(SalvageReport {
            cases: cases - cases_anew,
            cases_anew,
            cases_lost,
            observations,
            observations_lost,
            changes,
            changes_lost,
            ..SalvageReport::default()
        })
    }

    /// A case keeps its id, and with it all that was saved of its past. What its last status was nobody knows any more: it is due at once.
    fn add_anew(&mut self, now: DateTime<Utc>) -> Result<u64, Error> {
        let mut added = 0;
        for (receipt, case) in std::mem::take(&mut self.receipts) {
            let inserted = self
                .t
                .prepare_cached(
                    "INSERT INTO cases (id, receipt, person, label, added_at, due_at) VALUES (?1, ?2, '', '', ?3, ?3)
                     ON CONFLICT DO NOTHING",
                )?
                .execute(params![case, receipt, from_time(now)])?;
            added += inserted as u64;
            self.known("cases").insert(case);
        }
        Ok(added)
    }

    /// Takes out every row that refers to one that is lost, or its reference where the table does without.
    fn settle_references(&mut self) -> Result<(), Error> {
        loop {
            let broken: Vec<(String, i64, String, i64)> = self
                .t
                .prepare("PRAGMA foreign_key_check")?
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
                .collect::<Result<_, _>>()?;
            if broken.is_empty() {
                return Ok(());
            }
            for (table, row_id, parent, reference) in broken {
                self.settle_reference(&table, row_id, &parent, reference)?;
            }
        }
    }

    fn settle_reference(&mut self, table: &str, row_id: i64, parent: &str, reference: i64) -> Result<(), Error> {
        let mut rule =
            self.t.prepare_cached(r#"SELECT "from", on_delete FROM pragma_foreign_key_list(?1) WHERE id = ?2"#)?;
        let (column, on_delete): (String, String) =
            rule.query_row(params![table, reference], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let find = format!(r#"SELECT "{column}" FROM "{table}" WHERE rowid = ?1"#);
        // It may have gone with another one meanwhile.
        let missing: Option<i64> = self.t.prepare_cached(&find)?.query_row([row_id], |row| row.get(0)).optional()?;
        let Some(missing) = missing else { return Ok(()) };
        self.known(parent).insert(missing);
        let settle = if on_delete == "SET NULL" {
            format!(r#"UPDATE "{table}" SET "{column}" = NULL WHERE rowid = ?1"#)
        } else {
            format!(r#"DELETE FROM "{table}" WHERE rowid = ?1"#)
        };
        self.t.prepare_cached(&settle)?.execute([row_id])?;
        Ok(())
    }

    /// No number that was given to a row is given to another one.
    fn settle_sequences(&mut self) -> Result<(), Error> {
        for (table, known) in self.known.iter().map(|(table, known)| (table, known.iter().max())) {
            let last = self.sequences.entry(table.clone()).or_default();
            *last = known.copied().unwrap_or_default().max(*last);
        }
        let numbered =
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = ?1 AND sql LIKE '%AUTOINCREMENT%'";
        for (table, last) in &self.sequences {
            let is_numbered: i64 = self.t.prepare_cached(numbered)?.query_row([table], |row| row.get(0))?;
            if is_numbered == 0 {
                continue;
            }
            let raised = "UPDATE sqlite_sequence SET seq = max(seq, ?2) WHERE name = ?1";
            if self.t.prepare_cached(raised)?.execute(params![table, last])? == 0 {
                self.t.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?1, ?2)", params![table, last])?;
            }
        }
        Ok(())
    }

    /// How many rows of a table are there, and how many are known to be lost.
    fn counted(&mut self, table: &str) -> Result<(u64, u64), Error> {
        let there: i64 = self.t.query_row(&format!(r#"SELECT count(*) FROM "{table}""#), [], |row| row.get(0))?;
        let known = self.known(table).len() as u64;
        Ok((there.unsigned_abs(), known.saturating_sub(there.unsigned_abs())))
    }
}

/// The value of a column, the row's id in the place where it stands by another name.
fn whole(column: &Column, row_id: Option<i64>, value: &Value) -> Value {
    match row_id {
        Some(row_id) if column.is_row_id => Value::Integer(row_id),
        Some(_) | None => value.clone(),
    }
}
