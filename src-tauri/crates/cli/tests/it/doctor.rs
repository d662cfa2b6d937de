//! Damage, as a script sees it.

use std::path::PathBuf;

use serde_json::json;

use crate::bench::{Bench, PASSWORD, Run, finish, program, receipts};

const PAGE: usize = 4096;

fn folder(bench: &Bench) -> PathBuf {
    let portfolios = bench.folder.path().join("data/portfolios");
    std::fs::read_dir(portfolios).unwrap().next().unwrap().unwrap().path()
}

fn with_input(bench: &Bench, arguments: &[&str], stdin: &str) -> Run {
    finish(program(bench.folder.path(), arguments), stdin)
}

/// Flips a bit in a page, counted from 1; gives the bytes as they are then.
fn damage_page(bench: &Bench, page: usize) -> Vec<u8> {
    let file = folder(bench).join("portfolio.db");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[(page - 1) * PAGE + 700] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    bytes
}

#[test]
fn a_healthy_portfolio_is_said_to_be_so() {
    let bench = Bench::with_portfolio(&receipts(3));
    let fine = bench.open(&["doctor"]);
    let wire = json!({"user_id": "ana", "whole": true, "findings": [], "warnings": []});
    assert_eq!((fine.code, fine.one()), (0, wire), "{}", fine.stderr);
    let outside = bench.run(&["doctor", "--json"]);
    assert_eq!((outside.code, &outside.one()["whole"]), (0, &json!(false)));
    assert!(bench.run(&["doctor"]).stdout.contains("passphrase"));
}

#[test]
fn damage_is_named_saved_and_the_damaged_file_stays_byte_for_byte() {
    let bench = Bench::with_portfolio(&receipts(6));
    let damaged = damage_page(&bench, 6);
    let found = bench.open(&["doctor"]);
    assert_eq!(found.code, 6, "{}", found.stderr);
    assert_eq!(found.one()["findings"], json!([{"kind": "damaged_page", "count": 1}]));
    let told = with_input(&bench, &["doctor", "--password-stdin"], &format!("{PASSWORD}\n"));
    assert!(told.stdout.contains("--salvage") && told.stdout.contains("--set-damaged-aside"), "{}", told.stdout);
    for word in ["delete", "remove", "erase"] {
        assert!(!told.stdout.contains(word), "{}", told.stdout);
    }
    let both = format!("{PASSWORD}\nmuseum copper window nine\n");
    let taken = with_input(&bench, &["doctor", "--salvage", "ana", "--password-stdin"], &both);
    assert_eq!(taken.code, 2, "{}", taken.stderr);
    let damaged_folder = folder(&bench);
    let saved = with_input(&bench, &["doctor", "--salvage", "ana 2", "--json", "--password-stdin"], &both);
    let wire = saved.one();
    assert_eq!((saved.code, &wire["user_id"]), (0, &json!("ana 2")), "{}", saved.stderr);
    let cases = wire["cases"].as_u64().unwrap();
    assert_eq!(cases + wire["cases_lost"].as_u64().unwrap(), 6);
    assert!(wire["recovery_code"].as_str().unwrap().len() > 20);
    assert!(std::fs::read(damaged_folder.join("portfolio.db")).unwrap() == damaged);
    let arguments = ["cases", "--portfolio", "ana 2", "--json", "--password-stdin"];
    let listed = with_input(&bench, &arguments, "museum copper window nine\n");
    assert_eq!((listed.code, listed.lines().len() as u64), (0, cases), "{}", listed.stderr);
}

/// catalogue 9
#[test]
fn a_damaged_key_file_is_mended_by_its_copy() {
    let bench = Bench::with_portfolio(&receipts(1));
    let keys = folder(&bench).join("keys.json");
    std::fs::write(&keys, b"{").unwrap();
    assert_eq!(bench.open(&["cases"]).code, 6);
    let found = bench.run(&["doctor", "--json"]);
    assert_eq!((found.code, &found.one()["findings"]), (6, &json!([{"kind": "keys_damaged"}])), "{}", found.stderr);
    let mended = bench.run(&["doctor", "--repair-keys", "--json"]);
    assert_eq!((mended.code, mended.one()), (0, json!({"user_id": "ana", "keys_repaired": true})), "{}", mended.stderr);
    assert_eq!(std::fs::read(keys.with_file_name("keys.json.damaged")).unwrap(), b"{");
    assert_eq!(bench.open(&["cases"]).code, 0);
    assert_eq!(bench.open(&["doctor"]).code, 0);
}

#[test]
fn a_damaged_portfolio_is_set_aside_for_its_backup_and_a_healthy_one_is_not() {
    let bench = Bench::with_portfolio(&receipts(3));
    let file = bench.open(&["backup", "create"]).one()["file"].as_str().unwrap().to_owned();
    let kept = bench.folder.path().join("kept.casefolio");
    std::fs::copy(&file, &kept).unwrap();
    let arguments = ["backup", "restore", kept.to_str().unwrap(), "--set-damaged-aside"];
    let refused = bench.open(&arguments);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("in order"), "{}", refused.stderr);

    let damaged = damage_page(&bench, 6);
    assert_eq!(bench.open(&arguments[..3]).code, 2, "only when it is asked for");
    let restored = bench.open(&arguments);
    assert_eq!((restored.code, &restored.one()["cases"]), (0, &json!(3)), "{}", restored.stderr);
    let aside = PathBuf::from(restored.one()["set_aside"].as_str().unwrap());
    assert!(std::fs::read(aside.join("portfolio.db")).unwrap() == damaged);
    assert_eq!(bench.open(&["cases"]).lines().len(), 3);
    assert_eq!(bench.run(&["portfolio", "list", "--json"]).lines().len(), 1);
}

#[test]
fn an_older_copy_is_said_on_standard_error_until_it_is_accepted() {
    let bench = Bench::with_portfolio(&receipts(3));
    let database = folder(&bench).join("portfolio.db");
    let older = std::fs::read(&database).unwrap();
    assert_eq!(bench.open(&["add", "IOE0812345678"]).code, 0);
    std::fs::write(&database, older).unwrap();
    let said = bench.open(&["cases"]);
    assert_eq!(said.code, 0);
    assert!(said.stderr.contains("older copy"), "{}", said.stderr);
    let found = bench.open(&["doctor"]);
    assert_eq!((found.code, &found.one()["findings"][0]["kind"]), (6, &json!("rolled_back")));
    assert_eq!(bench.open(&["doctor", "--accept-older"]).one(), json!({"user_id": "ana", "older_accepted": true}));
    assert!(!bench.open(&["cases"]).stderr.contains("older copy"));
    assert_eq!(bench.open(&["doctor"]).code, 0);
}
