//! Backups.

use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::process::Stdio;

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

/// catalogue 24
#[cfg(target_os = "linux")]
#[test]
fn where_no_more_can_be_written_the_older_backups_stay_and_no_half_one_gets_a_name() {
    let bench = Bench::with_portfolio(&receipts(100));
    let first = PathBuf::from(bench.open(&["backup", "create"]).one()["file"].as_str().unwrap());
    let whole = std::fs::read(&first).unwrap();
    let (mut failed, mut made) = (0, 0);
    // No file may grow beyond so many KiB: the copy, the bundle or a journal is cut short.
    for limit in (0..whole.len() / 1024 + 24).step_by(12) {
        let mut command = std::process::Command::new("bash");
        let script = format!("trap '' XFSZ; ulimit -f {limit}; exec \"$@\"");
        command.args(["-c", &script, "bash", env!("CARGO_BIN_EXE_casefolio-cli")]);
        command
            .args(["--json", "--password-stdin", "backup", "create"])
            .arg("--home")
            .arg(bench.folder.path().join("data"));
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let run = finish(command, &format!("{PASSWORD}\n"));
        let files = std::fs::read_dir(shelf(&bench)).unwrap().map(|file| file.unwrap().path());
        let hidden = |file: &PathBuf| file.file_name().unwrap().to_str().unwrap().starts_with('.');
        let named: Vec<PathBuf> = files.filter(|file| !hidden(file) && *file != first).collect();
        if run.code == 0 {
            made += 1;
            assert_eq!(bench.open(&["backup", "verify", text(&named[0])]).code, 0);
            std::fs::remove_file(&named[0]).unwrap();
        } else {
            failed += 1;
            assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{limit} KiB: {}", run.stderr);
            assert!(named.is_empty() && !run.stderr.is_empty(), "{limit} KiB: {named:?}");
        }
        assert!(std::fs::read(&first).unwrap() == whole, "{limit} KiB");
    }
    assert!(failed > 3 && made > 0, "{failed} failed, {made} were made");
    assert_eq!(bench.open(&["backup", "create"]).code, 0, "and when there is room again, one is made");
    assert_eq!(std::fs::read_dir(shelf(&bench)).unwrap().count(), 2, "and nothing is left of the others");
}
