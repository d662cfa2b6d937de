//! The quick check, languages, usage.

use serde_json::{Value, json};

use crate::bench::{Bench, finish, program};

fn run(arguments: &[&str]) -> crate::bench::Run {
    let folder = tempfile::tempdir().unwrap();
    finish(program(folder.path(), arguments), "")
}

#[test]
fn one_receipt_is_checked_without_a_portfolio() {
    let checked = run(&["--practice", "check", "EAC9999103403", "--json"]);
    assert_eq!(checked.code, 0, "{}", checked.stderr);
    let wire = checked.one();
    assert_eq!(wire["receipt"], "EAC9999103403");
    assert_eq!((&wire["title"], &wire["title_es"]), (&json!("Case Was Approved"), &json!("Caso Fue Aprobado")));
    assert_eq!((&wire["form"], &wire["form_name"]), (&json!("I-130"), &json!("Petition for Alien Relative")));
    assert_eq!((&wire["stage"], &wire["problem"], &wire["message"]), (&json!("approved"), &Value::Null, &Value::Null));
    assert_eq!(wire["submitted"], "2023-09-05T14:28:46");
    let history = wire["history"].as_array().unwrap();
    assert_eq!(history.len(), 2);
    for item in history {
        assert!(item["date"].as_str().unwrap().starts_with("2023-"), "{item}");
        assert!(!item["text"].as_str().unwrap().is_empty() && !item["text_es"].as_str().unwrap().is_empty());
    }
    assert!(wire["links"].is_array() && wire["text"].is_string() && wire["text_es"].is_string());
}

#[test]
fn words_are_printed_where_no_json_is_asked_for() {
    let english = run(&["--practice", "check", "EAC9999103403"]);
    assert!(english.stdout.contains("Case Was Approved") && english.stdout.contains("History:"), "{}", english.stdout);
    let spanish = run(&["check", "EAC9999103403", "--practice", "--lang", "es"]);
    assert!(
        spanish.stdout.contains("Caso Fue Aprobado") && spanish.stdout.contains("Historial:"),
        "{}",
        spanish.stdout
    );
}

#[test]
fn an_online_account_number_is_told_apart_and_nothing_is_asked() {
    let refused = run(&["check", "123456789012", "--json"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    let wire = refused.one();
    let message = wire["message"].as_str().unwrap();
    assert!(message.contains("Online Account Number") && message.contains("I-797"), "{message}");
    let expected = json!({"input": "123456789012", "receipt": null, "verdict": "refused", "reason": "online_account_number",
        "message": message, "proposal": null});
    assert_eq!(wire, expected);
    let proposed = run(&["check", "EACO999103403", "--json", "--lang", "es"]).one();
    assert_eq!(proposed["proposal"], "EAC0999103403");
    assert!(proposed["message"].as_str().unwrap().contains("EAC0999103403"), "{proposed}");
}

#[test]
fn what_the_service_does_not_recognise_is_shown_in_its_own_words() {
    let asked = run(&["--practice", "check", "FAC9876543211", "--json"]);
    assert_eq!(asked.code, 4, "{}", asked.stderr);
    let wire = asked.one();
    assert_eq!(
        (&wire["problem"], &wire["title"], &wire["stage"]),
        (&json!("not_recognised"), &Value::Null, &json!("unknown"))
    );
    assert!(!wire["message"].as_str().unwrap().is_empty());
    let words = run(&["--practice", "check", "FAC9876543211"]);
    assert!(
        words.stdout.contains(wire["message"].as_str().unwrap()) || words.stdout.contains("The service says:"),
        "{}",
        words.stdout
    );
}

#[test]
fn the_service_is_named_in_the_arguments_and_its_secret_comes_on_stdin() {
    let mut bench = Bench::new(&["IOE9800000001".to_owned()]);
    let (token, base, id) = (bench.service().token_url(), bench.service().api_base(), bench.service().client_id());
    let secret = format!("{}\n", bench.service().client_secret());
    let arguments =
        ["check", "IOE9800000001", "--json", "--token-url", &token, "--api-base", &base, "--client-id", &id];
    let ask = |secret: &str| {
        let mut command = program(bench.folder.path(), &arguments);
        command.arg("--client-secret-stdin");
        finish(command, secret)
    };
    assert_eq!(ask(&secret).one()["title"], "Case Was Received");
    let wrong = ask("another\n");
    assert_eq!((wrong.code, &wrong.one()["problem"]), (5, &json!("not_authorised")));
    let missing = ask("");
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    bench.stop_service();
    let mut command = program(bench.folder.path(), &arguments);
    command.arg("--client-secret-stdin");
    let gone = finish(command, &secret);
    assert_eq!((gone.code, &gone.one()["problem"]), (5, &json!("no_network")));
}

#[test]
fn with_a_portfolio_its_service_is_asked_and_nothing_is_recorded() {
    let all = crate::bench::receipts(1);
    let bench = Bench::with_portfolio(&all);
    let found = bench.open(&["check", &all[0], "IOE9899999999"]);
    assert_eq!(found.code, 4, "{}", found.stderr);
    let problems: Vec<Value> = found.lines().iter().map(|line| line["problem"].clone()).collect();
    assert_eq!(problems, [Value::Null, json!("not_recognised")]);
    assert_eq!(bench.open(&["cases"]).one()["checked_at"], Value::Null);
    assert_eq!(bench.run(&["check", &all[0]]).code, 3, "without the password its service is nobody's to use");
}

#[test]
fn without_any_service_the_check_exits_5() {
    let nobody = run(&["check", "EAC9999103403", "--json"]);
    assert_eq!((nobody.code, nobody.stdout.as_str()), (5, ""), "{}", nobody.stderr);
}

#[test]
fn wrong_usage_exits_2_with_words_on_stderr_alone() {
    for arguments in [
        &[][..],
        &["nonsense"],
        &["check"],
        &["watch", "--json"],
        &["cases", "--stage", "nonsense"],
        &["add", "-", "x"],
    ] {
        let wrong = run(arguments);
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!wrong.stderr.is_empty() && !wrong.stderr.contains("cli."), "{}", wrong.stderr);
    }
}

#[test]
fn help_and_version_go_to_stdout_in_the_language_of_the_system() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path(), &["watch", "--help"]);
    command.env("LANG", "es_MX.UTF-8");
    let help = finish(command, "");
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    assert!(help.stdout.contains("Uso: casefolio-cli watch") && help.stdout.contains("--once"), "{}", help.stdout);
    assert!(!help.stdout.contains("cli.") && !help.stdout.contains("%{"), "{}", help.stdout);
    let version = run(&["--version"]);
    assert_eq!(
        (version.code, version.stdout.as_str()),
        (0, concat!("casefolio-cli ", env!("CARGO_PKG_VERSION"), "\n"))
    );
}

#[test]
fn errors_are_told_in_spanish_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path(), &["cases"]);
    command.env("LC_ALL", "es_US.UTF-8");
    let none = finish(command, "");
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("ningún portafolio"), "{}", none.stderr);
}
