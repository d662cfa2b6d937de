//! Whose page is whose.

use std::collections::HashMap;

use casefolio_domain::ReceiptNumber;
use rusqlite::types::Value;

use super::shapes::Schema;

/// Which table or index the pages belong to, by the schema as far as it can be read and the pages that lead to others.
#[derive(Default)]
pub(super) struct Owners {
    /// The first page of each table and index, by name.
    roots: HashMap<String, u32>,
    below: HashMap<u32, Vec<u32>>,
    owned: HashMap<u32, Owner>,
}

/// A table or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Owner {
    Table(String),
    /// An index of this table.
    Index(String),
    /// Something that is not saved.
    Else,
}

impl Owners {
    /// These pages belong to whom this one belongs to.
    pub(super) fn below(&mut self, page: u32, children: Vec<u32>) {
        if !children.is_empty() {
            self.below.insert(page, children);
        }
    }

    /// Learns from a row of the schema: kind, name, table, first page, words.
    pub(super) fn learn(&mut self, values: &[Value]) {
        let [Value::Text(kind), Value::Text(name), Value::Text(_), Value::Integer(root), _] = values else { return };
        if let Ok(root) = u32::try_from(*root)
            && (kind == "table" || kind == "index")
            && root > 0
        {
            self.roots.insert(name.clone(), root);
        }
    }

    /// Follows the pages from each first one.
    pub(super) fn settle(&mut self, schema: &Schema) {
        let roots = self.roots.drain().map(|(name, root)| (root, owner(&name, schema)));
        let mut waiting: Vec<(u32, Owner)> = roots.chain([(1, Owner::Else)]).collect();
        while let Some((page, owner)) = waiting.pop() {
            if self.owned.contains_key(&page) {
                continue;
            }
            waiting.extend(self.below.get(&page).into_iter().flatten().map(|child| (*child, owner.clone())));
            self.owned.insert(page, owner);
        }
    }

    /// The owner of a page, if it is known.
    pub(super) fn of(&self, page: u32) -> Option<&Owner> {
        self.owned.get(&page)
    }
}

fn owner(name: &str, schema: &Schema) -> Owner {
    if schema.tables.contains_key(name) {
        Owner::Table(name.to_owned())
    } else if let Some(table) = schema.indexes.get(name) {
        Owner::Index(table.clone())
    } else {
        Owner::Else
    }
}

/// What a healthy cell says.
pub(super) enum Entry {
    /// A row of a table.
    Row { table: String, row_id: Option<i64>, values: Vec<Value> },
    /// There is a case with this receipt number: out of the index.
    Receipt { receipt: String, case: i64 },
    /// The last number given to a row of a table.
    Sequence { table: String, last: i64 },
    /// There is, or was, such a row of this table.
    Known { table: String, row_id: i64 },
    /// Nothing that can be saved.
    Nothing,
}

const CASES: &str = "cases";

impl Entry {
    /// What a cell with these values is, on a page of this owner.
    pub(super) fn of(owner: Option<&Owner>, schema: &Schema, row_id: Option<i64>, values: Vec<Value>) -> Self {
        match owner {
            Some(Owner::Table(table)) => {
                let fits = schema.tables.get(table).is_some_and(|table| table.fits(&values));
                if fits { Self::Row { table: table.clone(), row_id, values } } else { Self::lost(owner, row_id) }
            }
            Some(Owner::Index(table)) => Self::of_index(table, &values),
            Some(Owner::Else) => Self::sequence(&values).unwrap_or(Self::Nothing),
            None => Self::told_by_looks(schema, row_id, values),
        }
    }

    /// What is known of a row that cannot be read.
    pub(super) fn lost(owner: Option<&Owner>, row_id: Option<i64>) -> Self {
        match (owner, row_id) {
            (Some(Owner::Table(table)), Some(row_id)) => Self::Known { table: table.clone(), row_id },
            _ => Self::Nothing,
        }
    }

    fn told_by_looks(schema: &Schema, row_id: Option<i64>, values: Vec<Value>) -> Self {
        if row_id.is_none()
            && let Some(receipt) = Self::receipt(&values)
        {
            return receipt;
        }
        match schema.told_by(row_id, &values) {
            Some(table) => Self::Row { table: table.to_owned(), row_id, values },
            None if row_id.is_some() => Self::sequence(&values).unwrap_or(Self::Nothing),
            None => Self::Nothing,
        }
    }

    /// The last value of an entry of an index is the row's id.
    fn of_index(table: &str, values: &[Value]) -> Self {
        let receipt = (table == CASES).then(|| Self::receipt(values)).flatten();
        receipt.unwrap_or_else(|| match values.last() {
            Some(Value::Integer(row_id)) => Self::Known { table: table.to_owned(), row_id: *row_id },
            Some(_) | None => Self::Nothing,
        })
    }

    fn receipt(values: &[Value]) -> Option<Self> {
        match values {
            [Value::Text(receipt), Value::Integer(case)] if ReceiptNumber::parse(receipt).is_ok() => {
                Some(Self::Receipt { receipt: receipt.clone(), case: *case })
            }
            _ => None,
        }
    }

    fn sequence(values: &[Value]) -> Option<Self> {
        match values {
            [Value::Text(table), Value::Integer(last)] => Some(Self::Sequence { table: table.clone(), last: *last }),
            _ => None,
        }
    }
}
