//! Looking at files and tables from outside.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use casefolio_journeys::{PASSPHRASE, passphrase};
use casefolio_keys::KeyFile;
use casefolio_store::{Connection, DatabaseKey, Error, Store};

/// A folder and all that is in it.
pub(crate) fn everything(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(everything(&path)) } else { found.push(path) }
    }
    found
}

/// No file among `paths` holds any of the markers, in UTF-8 or UTF-16.
pub(crate) fn assert_hidden(paths: &[PathBuf], markers: &[&str]) {
    let mut bytes = 0;
    // The lock file is empty, and in Windows closed to everyone while the portfolio is open.
    let read = |path: &&PathBuf| path.is_file() && !path.ends_with("portfolio.lock");
    for path in paths.iter().filter(read) {
        let content = fs::read(path).unwrap();
        bytes += content.len();
        for marker in markers {
            let wide: Vec<u8> = marker.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let holds = |needle: &[u8]| content.windows(needle.len()).any(|window| window == needle);
            assert!(!holds(marker.as_bytes()) && !holds(&wide), "{marker} stands in {}", path.display());
        }
    }
    assert!(bytes > 10_000, "something was looked at");
}

/// Every row of every table of the portfolio in `folder`, which nobody has open.
pub(crate) fn rows(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let file = KeyFile::load(folder).unwrap();
    let key = file.unlock_with_passphrase(&passphrase(PASSPHRASE)).unwrap();
    rows_of_store(&Store::open(folder, &DatabaseKey::new(*key.expose()), file.portfolio_id()).unwrap())
}

/// Every row of every table.
pub(crate) fn rows_of_store(store: &Store) -> BTreeMap<String, Vec<String>> {
    store.read(rows_of).unwrap()
}

fn rows_of(c: &Connection) -> Result<BTreeMap<String, Vec<String>>, Error> {
    let mut statement = c.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let tables: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    tables.into_iter().map(|table| Ok((table.clone(), rows_of_table(c, &table)?))).collect()
}

fn rows_of_table(c: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut statement = c.prepare(&format!("SELECT * FROM \"{table}\""))?;
    let columns = statement.column_count();
    let shown = statement.query_map([], |row| {
        (0..columns).map(|at| row.get_ref(at).map(|value| format!("{value:?}"))).collect::<Result<Vec<_>, _>>()
    })?;
    let mut shown: Vec<String> = shown.map(|row| row.map(|row| row.join(" | "))).collect::<Result<_, _>>()?;
    shown.sort();
    Ok(shown)
}
