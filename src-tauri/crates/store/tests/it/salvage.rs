//! Every healthy row of a damaged portfolio is saved. Which rows are healthy is told by the engine's own map of the intact file
//! (`dbstat`), not by the code under test.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use casefolio_domain::polling::Why;
use casefolio_domain::{CaseId, Change, Observation};
use casefolio_store::cases::{self, Answered, NewCase};
use casefolio_store::changes::{self, NewChange};
use casefolio_store::outbox::{self, Channel};
use casefolio_store::{
    Damaged, DatabaseKey, Error, Finding, SalvageReport, Store, Transaction, budget, observations, salvage, settings,
};
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use super::damage::{PAGE, folder, found};
use super::opening::{files, outside};
use super::{PORTFOLIO, answer, created, key, minute, receipt, watch};

const NEW: &str = "aaaabbbbccccddddaaaabbbbccccdddd";

type Files = BTreeMap<String, Vec<u8>>;
type Row = Vec<Value>;
/// By table and row id: the row, and the pages it stands on.
type Map = BTreeMap<(String, i64), (Row, BTreeSet<u32>)>;

const TABLES: [&str; 6] = ["cases", "answers", "bodies", "observations", "changes", "outbox"];

/// A portfolio with this many cases; every third has two answers and a change, and some have bodies of several pages.
fn filled(folder: &Path, cases: u32) {
    let store = created(folder);
    store.write(|t| (1..=cases).try_for_each(|number| fill(t, number))).unwrap();
    store
        .write(|t| {
            settings::set_text(t, "preferences.language", "es")?;
            settings::set_text(t, "health.checked_at", "7")?;
            budget::spend(t, minute(0).date_naive(), "found", 9)
        })
        .unwrap();
    let gone = watch(&store, cases + 1);
    store.write(|t| cases::remove(t, gone)).unwrap();
}

fn fill(t: &Transaction<'_>, number: u32) -> Result<(), Error> {
    let new = NewCase {
        receipt: receipt(number),
        person: format!("Person {number}"),
        label: "x".repeat(number as usize % 90),
        added_at: minute(i64::from(number)),
    };
    let case = cases::insert(t, &new)?.unwrap();
    if number.is_multiple_of(3) {
        let first = answer(number, "Case Was Received");
        observations::record(t, case, &first, &body(number), minute(1))?;
        let second = answer(number, "Case Was Approved");
        let seen = observations::record(t, case, &second, &body(number + 1), minute(2))?;
        note_change(t, case, seen, &first, &second)?;
        cases::answered(t, case, &Answered { now: minute(2), due: (minute(99), Why::Worth), changed: true })?;
    }
    Ok(())
}

fn note_change(
    t: &Transaction<'_>,
    case: CaseId,
    observation: observations::ObservationId,
    before: &Observation,
    after: &Observation,
) -> Result<(), Error> {
    let change = Change::Title { before: before.title.clone(), after: after.title.clone() };
    let id = changes::record(t, &NewChange { case, observation, change: &change, at: minute(2) })?;
    outbox::enqueue(t, id, (Channel::Desktop, None), minute(2))
}

fn body(number: u32) -> String {
    "{\"body\":1}".repeat(if number.is_multiple_of(10) { 1_500 } else { 20 })
}

/// The rows of a database and the pages on which each stands.
fn map(connection: &Connection) -> Map {
    let mut map = Map::new();
    for table in TABLES {
        let mut rows = rows(connection, table).into_iter();
        let mut pages: Vec<(String, u32, u32, String)> = connection
            .prepare("SELECT path, pageno, ncell, pagetype FROM dbstat WHERE name = ?1 ORDER BY path")
            .unwrap()
            .query_map([table], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let overflow: Vec<(String, u32)> = pages
            .extract_if(.., |page| page.3 == "overflow")
            .map(|(path, page, ..)| (path.split('+').next().unwrap().to_owned(), page))
            .collect();
        for (path, page, cells, _) in pages.into_iter().filter(|page| page.3 == "leaf") {
            for cell in 0..cells {
                let (id, row) = rows.next().unwrap();
                let own = format!("{path}{cell:03x}");
                let further = overflow.iter().filter(|(path, _)| *path == own).map(|(_, page)| *page);
                map.insert((table.to_owned(), id), (row, further.chain([page]).collect()));
            }
        }
        assert!(rows.next().is_none(), "{table}");
    }
    map
}

fn rows(connection: &Connection, table: &str) -> Vec<(i64, Row)> {
    let mut statement = connection.prepare(&format!("SELECT rowid, * FROM {table} ORDER BY rowid")).unwrap();
    let columns = statement.column_count();
    let row =
        |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (1..columns).map(|at| row.get(at)).collect::<Result<_, _>>()?));
    statement.query_map([], row).unwrap().collect::<Result<_, _>>().unwrap()
}

/// The intact portfolio: its files and the map of its rows.
fn intact(cases: u32) -> (Files, Map, Vec<(u32, String)>) {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), cases);
    let files = files(folder.path());
    let connection = outside(folder.path());
    let owners = connection
        .prepare("SELECT pageno, name FROM dbstat ORDER BY pageno")
        .unwrap()
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    (files, map(&connection), owners)
}

/// Salvages a damaged folder into a new portfolio, which is sound. The damaged files stay as they are.
fn salvaged(damaged: &Path) -> (TempDir, SalvageReport) {
    let new = tempfile::tempdir().unwrap();
    let store = Store::create(new.path(), &key(), NEW).unwrap();
    let before = files(damaged);
    let damaged_one = Damaged { folder: damaged, key: &key(), portfolio_id: PORTFOLIO };
    let report = salvage(&damaged_one, &store, minute(1_000)).unwrap();
    assert_eq!(files(damaged), before, "the damaged files stay as they are");
    assert_eq!(store.check_thoroughly().unwrap(), []);
    drop(store);
    (new, report)
}

/// Damages these pages and compares what is saved with what the map says is healthy.
fn damage_and_compare(files: &Files, map: &Map, pages: &[u32]) -> SalvageReport {
    let mut files = files.clone();
    for (number, page) in pages.iter().enumerate() {
        files.get_mut("portfolio.db").unwrap()[(*page as usize - 1) * PAGE + 16 + number % 4_000] ^= 0x10;
    }
    let damaged = folder(&files);
    let (new, report) = salvaged(damaged.path());
    let connection = outside(new.path());
    let saved: BTreeMap<(String, i64), Row> = TABLES
        .iter()
        .flat_map(|table| rows(&connection, table).into_iter().map(|(id, row)| (((*table).to_owned(), id), row)))
        .collect();
    let healthy: BTreeMap<&(String, i64), &Row> = map
        .iter()
        .filter(|(_, (_, on))| on.iter().all(|page| !pages.contains(page)))
        .map(|(id, (row, _))| (id, row))
        .collect();
    for (id, row) in &saved {
        match map.get(id) {
            Some((original, _)) => assert_same(id, original, row, &healthy),
            None => panic!("{id:?} was never there"),
        }
    }
    for (id, row) in &healthy {
        assert!(
            saved.contains_key(*id) || hangs_on_a_lost_one(id, row, &saved),
            "{id:?} is healthy and was not saved: {pages:?}"
        );
    }
    report
}

/// A saved row is the original one. A case may have lost its last status, or everything but its receipt.
fn assert_same(id: &(String, i64), original: &Row, saved: &Row, healthy: &BTreeMap<&(String, i64), &Row>) {
    if id.0 == "cases" && !healthy.contains_key(id) {
        assert_eq!((&saved[1], &saved[2]), (&original[1], &Value::Text(String::new())), "added anew by its receipt");
        return;
    }
    assert!(healthy.contains_key(id), "{id:?} stands on a damaged page");
    let last_observation = 6;
    for (column, (original, saved)) in original.iter().zip(saved).enumerate() {
        let lost = id.0 == "cases" && column == last_observation && *saved == Value::Null;
        assert!(original == saved || lost, "{id:?}, column {column}: {original:?} became {saved:?}");
    }
}

/// Whether a row refers to one that was not saved.
fn hangs_on_a_lost_one(id: &(String, i64), row: &Row, saved: &BTreeMap<(String, i64), Row>) -> bool {
    let references: &[(usize, &str)] = match id.0.as_str() {
        "answers" => &[(1, "cases")],
        "bodies" => &[(0, "answers")],
        "observations" => &[(1, "cases"), (2, "answers")],
        "changes" => &[(1, "cases"), (2, "observations")],
        "outbox" => &[(1, "changes")],
        _ => &[],
    };
    references.iter().any(|(column, parent)| {
        let Value::Integer(referred) = row[*column] else { return false };
        !saved.contains_key(&((*parent).to_owned(), referred))
    })
}

/// catalogue 25
/// catalogue 27
#[test]
fn one_damaged_page_anywhere_costs_no_row_of_another_page() {
    let (files, map, owners) = intact(45);
    for (page, owner) in &owners {
        let report = damage_and_compare(&files, &map, &[*page]);
        assert_eq!(report.damaged_pages, 1, "page {page} of {owner}");
        let cases = report.cases + report.cases_anew;
        assert_eq!((cases, report.cases_lost), (45, 0), "page {page} of {owner}: the receipt stands in the index too");
    }
}

#[test]
fn of_three_thousand_cases_and_many_damaged_pages_every_healthy_row_is_saved() {
    let (files, map, owners) = intact(3_000);
    let whole = damage_and_compare(&files, &map, &[]);
    assert_eq!((whole.cases, whole.observations, whole.changes), (3_000, 2_000, 1_000));
    assert_eq!((whole.cases_anew, whole.cases_lost, whole.observations_lost, whole.damaged_pages), (0, 0, 0, 0));
    for start in [1, 2, 3] {
        // The schema's pages and the ways to the rows are among them.
        let pages: Vec<u32> = owners.iter().map(|(page, _)| *page).skip(start - 1).step_by(17).collect();
        let report = damage_and_compare(&files, &map, &pages);
        assert_eq!(report.damaged_pages, pages.len() as u64);
        assert!(report.cases > 2_500 && report.observations > 1_400, "{report:?}");
    }
}

#[test]
fn losses_that_the_indexes_know_of_are_counted() {
    let (files, map, _) = intact(300);
    let page_of = |table: &str, id| *map[&(table.to_owned(), id)].1.first().unwrap();
    let on = |table: &str, page| map.iter().filter(|(id, (_, on))| id.0 == table && on.contains(&page)).count() as u64;
    let observations = page_of("observations", 30);
    let report = damage_and_compare(&files, &map, &[observations]);
    assert_eq!(report.observations_lost, on("observations", observations));
    let cases = page_of("cases", 100);
    let report = damage_and_compare(&files, &map, &[cases]);
    assert_eq!((report.cases_anew, report.cases_lost), (on("cases", cases), 0));
}

#[test]
fn settings_calls_and_numbers_given_are_saved_too() {
    let (files, _, _) = intact(30);
    let (new, _) = salvaged(folder(&files).path());
    let store = Store::open(new.path(), &key(), NEW).unwrap();
    let setting = |name| store.read(|c| settings::text(c, name)).unwrap();
    assert_eq!(setting("preferences.language").as_deref(), Some("es"));
    assert_eq!(setting("health.checked_at"), None, "that was said of the damaged files");
    assert_eq!(store.read(|c| budget::spent(c, minute(0).date_naive())).unwrap(), 9);
    assert_eq!(watch(&store, 999), CaseId(32), "31 was given to a case that was removed");
}

#[test]
fn commits_that_are_only_in_the_journal_are_saved_too() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    for number in 1..40 {
        watch(&store, number);
    }
    let running = files(folder.path());
    assert!(running["portfolio.db-wal"].len() > 10 * PAGE);
    drop(store);
    let (_new, report) = salvaged(super::damage::folder(&running).path());
    assert_eq!((report.cases, report.journal_left_aside), (39, false));
}

/// catalogue 31
#[test]
fn a_foreign_journal_is_left_aside_and_everything_else_is_saved() {
    let (mut files, _, _) = intact(20);
    let other = tempfile::tempdir().unwrap();
    let store = Store::create(other.path(), &DatabaseKey::new([9; 32]), PORTFOLIO).unwrap();
    watch(&store, 2);
    files.insert("portfolio.db-wal".into(), std::fs::read(other.path().join("portfolio.db-wal")).unwrap());
    let damaged = folder(&files);
    assert_eq!(found(damaged.path()), [Finding::ForeignJournal]);
    let (_new, report) = salvaged(damaged.path());
    assert_eq!((report.cases, report.damaged_pages, report.journal_left_aside), (20, 0, true));
}

/// catalogue 28
#[test]
fn of_a_file_that_is_cut_off_what_is_left_is_saved() {
    let (mut files, map, owners) = intact(300);
    let kept = owners.len() * 2 / 3;
    files.get_mut("portfolio.db").unwrap().truncate(kept * PAGE + 100);
    let cut_off: Vec<u32> = owners.iter().map(|(page, _)| *page).skip(kept).collect();
    let report = damage_and_compare_cut(&files, &map, &cut_off);
    assert_eq!(report.damaged_pages, cut_off.len() as u64);
}

fn damage_and_compare_cut(files: &Files, map: &Map, missing: &[u32]) -> SalvageReport {
    let damaged = folder(files);
    let (new, report) = salvaged(damaged.path());
    let connection = outside(new.path());
    let saved: BTreeSet<i64> = rows(&connection, "cases").into_iter().map(|(id, _)| id).collect();
    for ((table, id), (_, on)) in map {
        if table == "cases" && on.iter().all(|page| !missing.contains(page)) {
            assert!(saved.contains(id), "case {id} is healthy and was not saved");
        }
    }
    report
}

#[test]
fn nothing_is_saved_with_another_key() {
    let (files, _, _) = intact(3);
    let (damaged, new) = (folder(&files), tempfile::tempdir().unwrap());
    let store = Store::create(new.path(), &key(), NEW).unwrap();
    let other = DatabaseKey::new([8; 32]);
    let damaged_one = Damaged { folder: damaged.path(), key: &other, portfolio_id: PORTFOLIO };
    assert!(matches!(salvage(&damaged_one, &store, minute(0)), Err(Error::WrongKey)));
    assert_eq!(store.read(cases::count).unwrap(), 0);
}
