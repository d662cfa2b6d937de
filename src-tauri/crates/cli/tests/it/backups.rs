//! Backups.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bench::{Bench, PASSWORD, finish, program, receipts};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn shelf(bench: &Bench) -> PathBuf {
    let portfolios = bench.folder.path().join("data/portfolios");
    std::fs::read_dir(portfolios).unwrap().next().unwrap().unwrap().path().join("backups")
}

#[test]
fn a_backup_is_made_listed_verified_and_restored_on_another_machine() {
    let bench = Bench::with_portfolio(&receipts(3));
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("ana.casefolio");
    let made = bench.open(&["backup", "create", text(&file)]);
    assert_eq!(
        (made.code, made.one()),
        (0, json!({"file": text(&file), "verified": true, "cases": 3})),
        "{}",
        made.stderr
    );
    assert_eq!(bench.open(&["backup", "create", text(&file)]).code, 2, "never over a file");
    assert_eq!(bench.open(&["backup", "create", text(&shelf(&bench).with_file_name("x.casefolio"))]).code, 2);

    let own = bench.open(&["backup", "create"]);
    assert_eq!((own.code, &own.one()["cases"]), (0, &json!(3)));
    let listed = bench.run(&["backup", "list", "--json"]).one();
    assert_eq!(
        (&listed["file"], &listed["kind"], &listed["damaged"]),
        (&own.one()["file"], &json!("by-hand"), &json!(false))
    );
    assert!(bench.run(&["backup", "list"]).stdout.contains("by hand"));

    let verify = ["--json", "--password-stdin", "backup", "verify", text(&file)];
    let other = |arguments: &[&str], stdin: &str| finish(program(elsewhere.path(), arguments), stdin);
    let verified = other(&verify, &format!("{PASSWORD}\n"));
    assert_eq!(
        (verified.code, verified.one()),
        (0, json!({"file": text(&file), "verified": true, "cases": 3})),
        "{}",
        verified.stderr
    );
    let wrong = other(&verify, "lantern river orange eight\n");
    assert_eq!((wrong.code, wrong.stdout.as_str()), (3, ""));
    assert_eq!(other(&["backup", "restore", text(&file)], "").code, 3, "nothing given, and no key here");

    let restore = ["--json", "--password-stdin", "backup", "restore", text(&file)];
    let restored = other(&restore, &format!("{PASSWORD}\n"));
    assert_eq!(
        (restored.code, restored.one()),
        (0, json!({"file": text(&file), "verified": true, "cases": 3})),
        "{}",
        restored.stderr
    );
    assert_eq!(other(&restore, &format!("{PASSWORD}\n")).code, 2, "it is there already");
    assert_eq!(other(&["cases", "--json", "--password-stdin"], &format!("{PASSWORD}\n")).lines().len(), 3);
}

#[test]
fn what_is_damaged_and_what_is_no_backup_have_their_exit_codes() {
    let bench = Bench::with_portfolio(&receipts(1));
    let file = PathBuf::from(bench.open(&["backup", "create"]).one()["file"].as_str().unwrap());
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[20_000] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    for command in ["verify", "restore"] {
        let arguments = ["backup", command, text(&file), "--password-stdin"];
        let refused = finish(program(elsewhere.path(), &arguments), &format!("{PASSWORD}\n"));
        assert_eq!((refused.code, refused.stdout.as_str()), (6, ""), "{}", refused.stderr);
        assert!(refused.stderr.contains("damaged"), "{}", refused.stderr);
    }
    std::fs::write(&file, b"Dear Ana").unwrap();
    let refused = bench.open(&["backup", "verify", text(&file)]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("not a Casefolio backup"), "{}", refused.stderr);
}

#[test]
fn a_recovery_code_verifies_and_restores() {
    let here = tempfile::tempdir().unwrap();
    let there = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], stdin: &str| finish(program(here.path(), arguments), stdin);
    let create = ["--json", "portfolio", "create", "--user-id", "ana", "--password-stdin", "--no-computer-slot"];
    let created = run(&create, &format!("{PASSWORD}\n"));
    let code = created.one()["recovery_code"].as_str().unwrap().to_owned();
    let file = here.path().join("ana.casefolio");
    assert_eq!(run(&["backup", "create", text(&file), "--password-stdin"], &format!("{PASSWORD}\n")).code, 0);
    for (command, typed, expected) in
        [("verify", "", 3), ("verify", "AAAA-BBBB", 3), ("verify", code.as_str(), 0), ("restore", code.as_str(), 0)]
    {
        let arguments = ["--json", "backup", command, text(&file), "--recovery-code-stdin"];
        let run = finish(program(there.path(), &arguments), &format!("{typed}\n"));
        assert_eq!(run.code, expected, "{command} {}", run.stderr);
        if expected == 0 {
            assert_eq!(run.one(), json!({"file": text(&file), "verified": true, "cases": 0}));
        }
    }
}

/// catalogue 45
#[test]
fn a_watch_makes_the_daily_backup_after_its_first_round_and_says_nothing_of_it() {
    let bench = Bench::with_portfolio(&receipts(2));
    let first = bench.open(&["watch", "--once"]);
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert_eq!(first.lines().last().unwrap()["event"], "round");
    let listed = bench.run(&["backup", "list", "--json"]).one();
    assert_eq!(listed["kind"], "daily");
    assert_eq!(bench.open(&["watch", "--once", "--all"]).code, 0);
    assert_eq!(bench.run(&["backup", "list", "--json"]).lines().len(), 1, "one a day");
    let verified = bench.open(&["backup", "verify", listed["file"].as_str().unwrap()]);
    assert_eq!((verified.code, &verified.one()["cases"]), (0, &json!(2)));
}

#[test]
fn a_watch_over_a_time_makes_it_too() {
    let bench = Bench::with_portfolio(&receipts(2));
    assert_eq!(bench.open(&["watch", "--for", "1"]).code, 0);
    assert_eq!(bench.run(&["backup", "list", "--json"]).one()["kind"], "daily");
}

#[test]
fn practice_makes_no_daily_backup() {
    let bench = Bench::with_fresh_portfolio();
    bench.open(&["add", "EAC9999103403"]);
    assert_eq!(bench.open(&["--practice", "watch", "--once"]).code, 0);
    assert_eq!(bench.run(&["backup", "list", "--json"]).stdout, "");
}

#[test]
fn a_backup_that_fails_is_said_and_the_watch_goes_on() {
    let bench = Bench::with_portfolio(&receipts(2));
    std::fs::write(shelf(&bench), b"in the way").unwrap();
    let watched = bench.open(&["watch", "--once"]);
    assert_eq!((watched.code, watched.events("checked").len()), (0, 2));
    assert!(watched.stderr.contains("daily backup did not succeed"), "{}", watched.stderr);
}

#[test]
fn a_stored_backup_that_rotted_is_told_by_the_watch() {
    let bench = Bench::with_portfolio(&receipts(1));
    let file = PathBuf::from(bench.open(&["backup", "create"]).one()["file"].as_str().unwrap());
    let old = file.with_file_name("2026-01-02T030405Z-daily.casefolio");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[20_000] ^= 1;
    std::fs::write(&old, bytes).unwrap();
    let watched = bench.open(&["watch", "--once"]);
    assert_eq!(watched.code, 0);
    assert!(watched.stderr.contains("daily.casefolio.damaged"), "{}", watched.stderr);
    let listed = bench.run(&["backup", "list", "--json"]).lines();
    assert_eq!(listed.iter().filter(|entry| entry["damaged"] == true).count(), 1);
}
