//! What the program leaves in the log.

use std::process::Child;

use casefolio_practice::Fault;
use serde_json::Value;

use crate::bench::{Bench, PASSWORD, finish, receipts, start};

fn log(bench: &Bench) -> (String, Vec<Value>) {
    let text = std::fs::read_to_string(bench.folder.path().join("data/logs/casefolio.log")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (text, lines)
}

fn events(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().unwrap()).collect()
}

/// catalogue 123
#[test]
fn a_watch_leaves_counts_and_codes_in_the_log_and_nothing_of_its_cases() {
    let all = receipts(3);
    let bench = Bench::with_portfolio(&all);
    bench.service().faults().set_case(&all[0], Some(Fault::NotRecognised));
    assert_eq!(bench.open(&["watch", "--once", "--all"]).code, 0);
    assert_eq!(finish(bench.opening(&["watch", "--once"]), "lantern river orange eight\n").code, 3);
    let (text, lines) = log(&bench);
    assert_eq!(events(&lines), ["started", "check_failed", "round", "ended", "started", "refused", "ended"]);
    assert_eq!(
        (&lines[1]["kind"], &lines[2]["checked"], &lines[2]["failed"]),
        (&"not_recognised".into(), &2.into(), &1.into())
    );
    assert_eq!(lines[5]["code"], "wrong_passphrase");
    let secret = bench.service().client_secret();
    for marker in [all[0].as_str(), &all[1], "IOE", "ana", PASSWORD, "lantern", &secret, "127.0.0.1"] {
        assert!(!text.contains(marker), "{marker} in {text}");
    }
}

#[test]
fn a_log_that_cannot_be_written_changes_nothing() {
    let bench = Bench::with_portfolio(&receipts(2));
    std::fs::write(bench.folder.path().join("data/logs"), b"in the way").unwrap();
    let run = bench.open(&["watch", "--once"]);
    assert_eq!((run.code, run.events("checked").len()), (0, 2), "{}", run.stderr);
}

#[test]
fn two_programs_at_once_write_whole_lines() {
    let bench = Bench::with_portfolio(&receipts(2));
    // One of them has the portfolio, the others find it open elsewhere.
    let watch = || start(bench.opening(&["watch", "--once", "--all"]), &format!("{PASSWORD}\n"));
    let children: Vec<Child> = (0..4).map(|_| watch()).collect();
    for child in children {
        child.wait_with_output().unwrap();
    }
    let (_, lines) = log(&bench);
    let count = |event: &str| events(&lines).iter().filter(|one| **one == event).count();
    assert_eq!((count("started"), count("ended")), (4, 4));
    assert_eq!(count("round") + count("refused"), 4);
}
