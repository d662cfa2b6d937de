//! Rounds: what is printed of them, in which order, and what stays.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
#[cfg(unix)]
use std::process::Command;

use casefolio_practice::Fault;
use serde_json::{Value, json};

use crate::bench::{Bench, PASSWORD, Run, finish, receipts, start};

fn receipts_of(lines: &[Value]) -> BTreeSet<String> {
    lines.iter().map(|line| line["receipt"].as_str().unwrap().to_owned()).collect()
}

fn count(run: &Run, field: &str) -> u64 {
    run.events("round")[0][field].as_u64().unwrap()
}

#[test]
fn of_a_thousand_imported_cases_exactly_the_changed_ones_are_told() {
    let all = receipts(1_000);
    let bench = Bench::with_portfolio(&[]);
    for receipt in &all {
        bench.service().set(receipt, "Case Was Received");
    }
    let list = bench.folder.path().join("list.txt");
    std::fs::write(&list, all.join("\n")).unwrap();
    let imported = bench.open(&["import", list.to_str().unwrap()]);
    assert_eq!((imported.code, imported.lines().len()), (0, 1_000));

    let first = bench.open(&["watch", "--once"]);
    assert_eq!((first.code, first.events("checked").len(), first.events("changed").len()), (0, 1_000, 0));
    assert_eq!((count(&first, "checked"), count(&first, "changed"), count(&first, "failed")), (1_000, 0, 0));

    let moved: BTreeSet<String> = all.iter().step_by(27).take(37).cloned().collect();
    for receipt in &moved {
        bench.service().set(receipt, "Request for Evidence Was Sent");
    }
    let second = bench.open(&["watch", "--once", "--all"]);
    assert_eq!(second.code, 0, "{}", second.stderr);
    let changed = second.events("changed");
    assert_eq!((changed.len(), receipts_of(&changed)), (37, moved.clone()));
    assert_eq!(receipts_of(&second.events("notified")), moved);
    assert_eq!((count(&second, "changed"), second.events("notified").len()), (37, 37));
    assert_eq!(second.lines().last().unwrap()["event"], "round", "everything of a round comes before it");
    let one = &changed[0];
    assert_eq!((&one["title"], &one["before"]), (&json!("Request for Evidence Was Sent"), &json!("Case Was Received")));
    assert_eq!((&one["kind"], &one["stage"]), (&json!("title"), &json!("evidence_requested")));
    assert!(one["title_es"].is_string() && one["before_es"].is_string() && one["at"].is_string());

    let third = bench.open(&["watch", "--once", "--all"]);
    assert_eq!((third.events("changed").len(), count(&third, "checked")), (0, 1_000));
    assert_eq!(count(&bench.open(&["watch", "--once"]), "checked"), 0, "nothing is due");
}

/// A failure of every kind, and the exit code of a watch that met nothing else.
fn failures() -> Vec<(Fault, &'static str, i32)> {
    vec![
        (Fault::NotRecognised, "not_recognised", 0),
        (Fault::BadlyFormed, "badly_formed", 0),
        (Fault::UnreadableJson, "unreadable", 0),
        (Fault::WrongReceipt, "wrong_receipt", 0),
        (Fault::TokenExpired, "not_authorised", 5),
        (Fault::Limited(None), "limited", 5),
        (Fault::ClosedNested, "closed", 5),
        (Fault::PortalPage, "not_data", 5),
    ]
}

fn assert_kept(bench: &Bench, kind: &str) {
    for case in bench.open(&["cases"]).lines() {
        assert_eq!((&case["title"], &case["problem"]), (&json!("Case Was Received"), &json!(kind)), "{kind}");
        let (checked, answered) = (case["checked_at"].as_str().unwrap(), case["answered_at"].as_str().unwrap());
        assert!(checked > answered, "{kind}: {checked} {answered}");
        assert_eq!(case["unread"], false, "{kind}");
    }
}

#[test]
fn a_failure_of_any_kind_keeps_the_last_known_status() {
    let all = receipts(3);
    let mut bench = Bench::with_portfolio(&all);
    for receipt in &all {
        // A status that cannot be written without quotes, so that the defect of the real service shows.
        let status = casefolio_practice::Status::titled("Case Was Received")
            .text("<a href=\"https://egov.uscis.gov/\">x</a>", "");
        bench.service().set(receipt, status);
    }
    assert_eq!(bench.open(&["watch", "--once"]).events("checked").len(), 3);
    for (fault, kind, code) in failures() {
        bench.service().faults().set_service(Some(fault));
        let failed = bench.open(&["watch", "--once", "--all"]);
        let problems: Vec<Value> =
            failed.events("problem").into_iter().filter(|line| !line["receipt"].is_null()).collect();
        assert_eq!(problems.len(), 3, "{kind} {}", failed.stdout);
        assert!(problems.iter().all(|line| line["kind"] == kind), "{kind} {}", failed.stdout);
        assert_eq!(
            (failed.code, failed.events("checked").len(), failed.events("changed").len()),
            (code, 0, 0),
            "{kind}"
        );
        assert_eq!(count(&failed, "failed"), 3, "{kind}");
        assert_kept(&bench, kind);
    }
    bench.stop_service();
    assert_eq!(bench.open(&["watch", "--once", "--all"]).code, 5);
    assert_kept(&bench, "no_network");
}

#[test]
fn a_closed_service_ends_a_planned_round_and_says_what_was_held_back() {
    let bench = Bench::with_portfolio(&receipts(50));
    bench.service().faults().set_service(Some(Fault::ClosedFlat));
    let closed = bench.open(&["watch", "--once"]);
    assert_eq!(closed.code, 5);
    let stop: Vec<Value> = closed.events("problem").into_iter().filter(|line| line["receipt"].is_null()).collect();
    assert_eq!((stop.len(), &stop[0]["kind"]), (1, &json!("closed")));
    assert!(stop[0]["words"].as_str().unwrap().contains("closed"), "in plain words: {}", stop[0]["words"]);
    assert!(stop[0]["held_back"].as_u64().unwrap() > 0 && count(&closed, "held_back") > 0, "{}", closed.stdout);
}

#[test]
fn a_round_asks_no_more_than_the_day_allows() {
    let all = receipts(10);
    let bench = Bench::with_portfolio(&all);
    let (token, base, id) = (bench.service().token_url(), bench.service().api_base(), bench.service().client_id());
    let limited = ["service", "set", "--token-url", &token, "--api-base", &base, "--client-id", &id, "--per-day", "5"];
    assert_eq!(bench.open(&limited).code, 0);
    let round = bench.open(&["watch", "--once", "--all"]);
    assert_eq!(round.code, 0, "{}", round.stderr);
    assert!(bench.service().counts().case + bench.service().counts().token <= 5);
    assert_eq!(round.events("problem")[0]["kind"], "budget_spent");
}

#[test]
fn a_round_without_cases_makes_no_call() {
    let bench = Bench::with_fresh_portfolio();
    let practised = bench.open(&["watch", "--once", "--practice"]);
    assert_eq!((practised.code, count(&practised, "calls")), (0, 0), "{}", practised.stderr);
}

#[test]
fn a_watch_ends_by_itself_and_prints_each_round() {
    let all = receipts(3);
    let bench = Bench::with_portfolio(&all);
    let watched = bench.open(&["watch", "--for", "1"]);
    assert_eq!(watched.code, 0, "{}", watched.stderr);
    assert_eq!(receipts_of(&watched.events("checked")), all.into_iter().collect());
    assert_eq!(count(&watched, "checked"), 3);
}

#[cfg(unix)]
#[test]
fn a_watch_that_is_asked_to_end_ends_properly() {
    let bench = Bench::with_portfolio(&receipts(3));
    let mut child = start(bench.opening(&["watch", "--for", "600"]), &format!("{PASSWORD}\n"));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("\"round\"")));
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(bench.portfolio().case_count().unwrap(), 3, "the portfolio is free again");
}

#[test]
fn an_output_that_is_closed_stops_the_watch_and_the_change_is_told_next_time() {
    let all = receipts(4);
    let bench = Bench::with_portfolio(&all);
    assert_eq!(bench.open(&["watch", "--once"]).code, 0);
    bench.service().set(&all[0], "Case Was Approved");
    let mut child = start(bench.opening(&["watch", "--once", "--all"]), &format!("{PASSWORD}\n"));
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), &b""[..]));
    let case = bench.open(&["cases", "--unread"]).one();
    assert_eq!(case["receipt"], json!(all[0]), "the answer was recorded all the same");
}

#[test]
fn invented_cases_move_in_practice_mode() {
    let bench = Bench::with_fresh_portfolio();
    for (receipt, person) in casefolio_practice::demo_receipts() {
        assert_eq!(bench.open(&["add", &receipt, "--person", &person]).code, 0);
    }
    let round = bench.open(&["watch", "--once", "--practice"]);
    assert_eq!((round.code, count(&round, "checked"), count(&round, "failed")), (0, 12, 0), "{}", round.stdout);
}

#[test]
fn a_real_portfolio_is_not_for_practice() {
    let all = receipts(1);
    let bench = Bench::with_portfolio(&all);
    for (language, word) in [("en", "practice"), ("es", "práctica")] {
        let refused = bench.open(&["watch", "--once", "--all", "--practice", "--lang", language]);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{}", refused.stderr);
        assert!(refused.stderr.lines().last().unwrap().contains(word), "{}", refused.stderr);
    }
    assert!(bench.open(&["cases"]).one()["checked_at"].is_null(), "nothing invented was written into it");
}

#[test]
fn the_practice_service_says_where_it_listens_and_takes_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script.json");
    std::fs::write(
        &script,
        r#"{"cases":[{"receipt":"IOE9800000009","steps":[{"at":0,"title":"Case Was Received"}]}]}"#,
    )
    .unwrap();
    let script = script.to_str().unwrap();
    let mut child = start(
        crate::bench::program(
            folder.path(),
            &["practice", "--port", "0", "--script", script, "--speed", "2", "--json"],
        ),
        "",
    );
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    let wire: Value = serde_json::from_str(&line).unwrap();
    let text = |field: &str| wire[field].as_str().unwrap().to_owned();
    let (token, base, id) = (text("token_url"), text("api_base"), text("client_id"));
    let arguments =
        ["check", "IOE9800000009", "--json", "--token-url", &token, "--api-base", &base, "--client-id", &id];
    let mut check = crate::bench::program(folder.path(), &arguments);
    check.arg("--client-secret-stdin");
    assert_eq!(finish(check, &format!("{}\n", text("client_secret"))).one()["title"], "Case Was Received");
    child.kill().unwrap();
    child.wait().unwrap();
    let wrong = finish(crate::bench::program(folder.path(), &["practice", "--port", "0", "--speed", "0"]), "");
    assert_eq!(wrong.code, 2);
}
