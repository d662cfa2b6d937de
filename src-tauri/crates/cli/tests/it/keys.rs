//! Portfolios, passwords, recovery codes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::bench::{Bench, finish, program};

/// Every file below a folder with its bytes, but for the log.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("logs") {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

#[test]
fn a_portfolio_is_created_its_password_changed_and_recovered() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], stdin: &str| finish(program(folder.path(), arguments), stdin);

    let mut create = vec!["--json", "portfolio", "create", "--user-id", "ana", "--password-stdin"];
    // Elsewhere no variable hides the key store of whoever runs the test.
    let hidden = cfg!(target_os = "linux");
    if !hidden {
        create.push("--no-computer-slot");
    }
    let created = run(&create, "lantern river orange seven\n");
    assert_eq!(created.code, 0, "{}", created.stderr);
    assert_eq!(created.stderr.contains("no key store"), hidden, "{}", created.stderr);
    let wire = created.one();
    let code = wire["recovery_code"].as_str().unwrap();
    assert_eq!(wire, json!({"user_id": "ana", "recovery_code": code}));

    assert_eq!(run(&["portfolio", "list", "--json"], "").one(), json!({"user_id": "ana", "computer_slot": false}));
    let again = run(&["portfolio", "create", "--user-id", "ana", "--password-stdin"], "lantern river orange seven\n");
    assert_eq!((again.code, again.stdout.as_str()), (2, ""));

    let changed = run(&["portfolio", "passwd", "--json"], "lantern river orange seven\nmuseum copper window nine\n");
    assert_eq!((changed.code, &changed.one()["user_id"]), (0, &json!("ana")), "{}", changed.stderr);
    assert_eq!(run(&["cases", "--password-stdin"], "lantern river orange seven\n").code, 3);
    assert_eq!(run(&["cases", "--password-stdin"], "museum copper window nine\n").code, 0);

    let recovered = run(&["portfolio", "recover"], &format!("{}\nvelvet garden thunder six\n", code.to_lowercase()));
    assert_eq!(recovered.code, 0, "{}", recovered.stderr);
    assert_eq!(run(&["cases", "--password-stdin"], "velvet garden thunder six\n").code, 0);
    assert_eq!(run(&["portfolio", "recover"], "ABCD-EFGH\nvelvet garden thunder six\n").code, 3);
}

#[test]
fn a_new_recovery_code_is_printed_once_and_the_old_one_stops_working() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], stdin: &str| finish(program(folder.path(), arguments), stdin);
    let password = "lantern river orange seven\n";
    let create = ["--json", "portfolio", "create", "--user-id", "ana", "--password-stdin", "--no-computer-slot"];
    let first = run(&create, password).one()["recovery_code"].as_str().unwrap().to_owned();

    let refused = run(&["portfolio", "recovery-code", "--json"], "lantern river orange eight\n");
    assert_eq!((refused.code, refused.stdout.as_str()), (3, ""));
    let made = run(&["portfolio", "recovery-code", "--json"], password);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let second = made.one()["recovery_code"].as_str().unwrap().to_owned();
    assert_eq!(made.one(), json!({"user_id": "ana", "recovery_code": second}));
    assert_ne!(first, second);

    let recover = |code: &str| run(&["portfolio", "recover"], &format!("{code}\nvelvet garden thunder six\n"));
    assert_eq!((recover(&first).code, recover(&second).code), (3, 0));
    let help = run(&["portfolio", "recovery-code", "--help"], "").stdout;
    assert!(help.contains("old one stops working"), "{help}");
}

/// catalogue 11
#[test]
fn a_new_key_is_made_by_the_password_and_prints_its_recovery_code_once() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str], stdin: &str| finish(program(folder.path(), arguments), stdin);
    let password = "lantern river orange seven\n";
    let create = ["--json", "portfolio", "create", "--user-id", "ana", "--password-stdin", "--no-computer-slot"];
    let first = run(&create, password).one()["recovery_code"].as_str().unwrap().to_owned();
    let before = files(folder.path());
    let refused = run(&["portfolio", "renew-key", "--json"], "lantern river orange eight\n");
    assert_eq!((refused.code, refused.stdout.as_str()), (3, ""));
    assert_eq!(files(folder.path()), before);

    let renewed = run(&["portfolio", "renew-key", "--json"], password);
    assert_eq!(renewed.code, 0, "{}", renewed.stderr);
    let second = renewed.one()["recovery_code"].as_str().unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(run(&["cases", "--password-stdin"], password).code, 0);
    let recover = |code: &str| run(&["portfolio", "recover"], &format!("{code}\nvelvet garden thunder six\n"));
    assert_eq!((recover(&first).code, recover(&second).code), (3, 0));
}

#[test]
fn a_short_password_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let refused =
        finish(program(folder.path(), &["portfolio", "create", "--user-id", "ana", "--password-stdin"]), "short\n");
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("too short") && !refused.stderr.contains("%{"), "{}", refused.stderr);
    assert_eq!(finish(program(folder.path(), &["portfolio", "list", "--json"]), "").stdout, "");
}

/// catalogue 2
#[test]
fn a_wrong_password_exits_3_and_leaves_every_byte() {
    let bench = Bench::with_portfolio(&[]);
    let before = files(bench.folder.path());
    for arguments in [&["cases", "--json"][..], &["watch", "--once"], &["add", "EAC9999103403"], &["service", "show"]] {
        let mut command = program(bench.folder.path(), arguments);
        command.arg("--password-stdin");
        let refused = finish(command, "lantern river orange eight\n");
        assert_eq!((refused.code, refused.stdout.as_str()), (3, ""), "{arguments:?} {}", refused.stderr);
        assert!(refused.stderr.contains("passphrase is wrong") && !refused.stderr.contains("lantern"));
    }
    assert_eq!(files(bench.folder.path()), before);
}

#[test]
fn without_password_and_key_the_portfolio_stays_locked() {
    let bench = Bench::with_portfolio(&[]);
    let locked = bench.run(&["cases", "--json"]);
    assert_eq!((locked.code, locked.stdout.as_str()), (3, ""));
    let empty = finish(bench.opening(&["cases"]), "");
    assert_eq!((empty.code, empty.stdout.as_str()), (3, ""));
}

#[test]
fn the_portfolio_is_named_by_its_user_id() {
    let bench = Bench::with_portfolio(&[]);
    assert_eq!(bench.open(&["--portfolio", "ana", "cases"]).code, 0);
    let unknown = bench.open(&["cases", "--portfolio", "bea"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
    let elsewhere = tempfile::tempdir().unwrap();
    let none = bench.open(&["cases", "--home", elsewhere.path().to_str().unwrap()]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("no portfolio"), "{}", none.stderr);
}

#[test]
fn a_portfolio_with_a_damaged_key_file_is_listed_with_its_problem() {
    let bench = Bench::with_portfolio(&[]);
    let keys = files(bench.folder.path()).into_keys().find(|path| path.ends_with("keys.json")).unwrap();
    std::fs::write(&keys, "{").unwrap();
    let listed = || bench.run(&["portfolio", "list", "--json"]).one();
    assert_eq!(
        listed(),
        json!({"user_id": "ana", "computer_slot": false, "problem": "keys_damaged"}),
        "as its copy says"
    );
    // Without a copy nobody can tell whose it is.
    std::fs::write(keys.with_file_name("keys.json.previous"), "{").unwrap();
    let folder = keys.parent().unwrap().file_name().unwrap().to_str().unwrap();
    assert_eq!(listed(), json!({"user_id": folder, "computer_slot": false, "problem": "keys_damaged"}));
    assert!(bench.run(&["portfolio", "list"]).stdout.contains("key file"));
    assert_eq!(bench.open(&["cases"]).code, 6);
}

#[test]
fn a_damaged_database_exits_6() {
    let bench = Bench::with_portfolio(&[]);
    let portfolio = files(bench.folder.path()).into_keys().find(|path| path.ends_with("portfolio.db")).unwrap();
    std::fs::write(&portfolio, []).unwrap();
    let damaged = bench.open(&["cases"]);
    assert_eq!((damaged.code, damaged.stdout.as_str()), (6, ""), "{}", damaged.stderr);
}
