//! Adding, importing, listing and showing.

use serde_json::{Value, json};

use crate::bench::{Bench, receipts};

#[test]
fn every_line_gets_a_verdict() {
    let bench = Bench::with_portfolio(&[]);
    let added = bench.open(&["add", "eac-15-123-45678", "EAC1512345678", "123456789012", "--person", "Ana Gómez"]);
    assert_eq!(added.code, 4, "{}", added.stderr);
    let lines = added.lines();
    let verdicts: Vec<(&Value, &Value, &Value)> =
        lines.iter().map(|line| (&line["line"], &line["receipt"], &line["verdict"])).collect();
    let receipt = json!("EAC1512345678");
    let expected = [
        (&json!(1), &receipt, &json!("added")),
        (&json!(2), &receipt, &json!("duplicate")),
        (&json!(3), &Value::Null, &json!("refused")),
    ];
    assert_eq!(verdicts, expected);
    assert_eq!((&lines[0]["input"], &lines[0]["reason"]), (&json!("eac-15-123-45678"), &Value::Null));
    assert_eq!(lines[2]["reason"], "online_account_number");
    assert_eq!(bench.open(&["cases", "--person", "gómez"]).one()["person"], "Ana Gómez");
    assert_eq!(bench.open(&["cases", "--person", "nobody"]).stdout, "");
}

#[test]
fn a_dash_reads_receipts_from_stdin_after_the_password() {
    let bench = Bench::with_portfolio(&[]);
    let added = bench.open_with(&["add", "-", "--label", "family"], "IOE9800000001\n\nioe 9800 000 002\r\n");
    assert_eq!(added.code, 0, "{}", added.stderr);
    let found: Vec<Value> = added.lines().into_iter().map(|line| line["receipt"].clone()).collect();
    assert_eq!(found, [json!("IOE9800000001"), json!("IOE9800000002")]);
    assert_eq!(bench.open(&["show", "IOE9800000002"]).one()["label"], "family");
}

#[test]
fn a_dry_run_adds_nothing() {
    let bench = Bench::with_portfolio(&[]);
    let list = bench.folder.path().join("list.csv");
    std::fs::write(&list, "Receipt number,Name\nIOE9800000001,Ana\nIOE98O0000002,Bea\nIOE9800000001,Ana\n").unwrap();
    let list = list.to_str().unwrap();
    let verdicts =
        |run: &crate::bench::Run| -> Vec<Value> { run.lines().iter().map(|line| line["verdict"].clone()).collect() };
    let dry = bench.open(&["import", list, "--dry-run"]);
    assert_eq!((dry.code, verdicts(&dry)), (4, vec![json!("added"), json!("refused"), json!("duplicate")]));
    assert!(dry.lines().iter().all(|line| line["dry_run"] == true));
    assert_eq!(dry.lines()[1]["proposal"], "IOE9800000002");
    assert_eq!(bench.open(&["cases"]).stdout, "");
    let real = bench.open(&["import", list]);
    assert_eq!((real.code, verdicts(&real)), (4, vec![json!("added"), json!("refused"), json!("duplicate")]));
    assert_eq!(bench.open(&["cases"]).one()["person"], "Ana");
    assert_eq!(bench.open(&["import", "no such file"]).code, 2);
}

#[test]
fn a_case_is_listed_with_the_fields_of_the_contract_and_shown_with_its_record() {
    let all = receipts(2);
    let bench = Bench::with_portfolio(&all);
    let before = bench.open(&["cases"]).lines();
    let expected = json!({"receipt": all[0], "form": null, "stage": "unknown", "title": null, "title_es": null, "person": "",
        "changed_at": null, "checked_at": null, "answered_at": null, "unread": false, "problem": null});
    assert_eq!(before[0], expected);

    assert_eq!(bench.open(&["watch", "--once"]).code, 0);
    bench.service().set(&all[0], "Case Was Approved");
    assert_eq!(bench.open(&["watch", "--once", "--all"]).code, 0);
    let unread = bench.open(&["cases", "--unread"]).one();
    assert_eq!(
        (&unread["receipt"], &unread["stage"], &unread["unread"]),
        (&json!(all[0]), &json!("approved"), &json!(true))
    );
    assert_eq!(bench.open(&["cases", "--stage", "accepted"]).one()["receipt"], json!(all[1]));

    let shown = bench.open(&["show", &all[0]]).one();
    let observations = shown["observations"].as_array().unwrap();
    let titles: Vec<&Value> = observations.iter().map(|seen| &seen["title"]).collect();
    assert_eq!(titles, [&json!("Case Was Received"), &json!("Case Was Approved")]);
    assert_eq!((&observations[0]["times_seen"], &observations[1]["times_seen"]), (&json!(1), &json!(1)));
    assert!(observations[0]["first_seen"].as_str().unwrap().ends_with('Z'));
    let change = &shown["changes"][0];
    assert_eq!((&change["kind"], &change["before"], &change["after"]), (&json!("title"), titles[0], titles[1]));
    assert_eq!(shown["title"], "Case Was Approved");
    let words = crate::bench::finish(
        crate::bench::program(bench.folder.path(), &["show", &all[0], "--password-stdin", "--lang", "es"]),
        &format!("{}\n", crate::bench::PASSWORD),
    );
    assert!(words.stdout.contains("Cambios:") && words.stdout.contains('→'), "{}", words.stdout);
}

#[test]
fn a_receipt_that_is_none_exits_4_and_one_that_is_not_there_2() {
    let bench = Bench::with_portfolio(&[]);
    let none = bench.open(&["show", "123456789012"]);
    assert_eq!((none.code, none.stdout.as_str()), (4, ""));
    let absent = bench.open(&["show", "IOE9800000001"]);
    assert_eq!((absent.code, absent.stdout.as_str()), (2, ""));
}
