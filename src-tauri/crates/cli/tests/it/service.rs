//! Setting, showing and testing the service.

use serde_json::json;

use crate::bench::Bench;

fn set(bench: &Bench, more: &[&str], secret: &str) -> crate::bench::Run {
    let (token, base, id) = (bench.service().token_url(), bench.service().api_base(), bench.service().client_id());
    let arguments = ["service", "set", "--token-url", &token, "--api-base", &base, "--client-id", &id];
    bench.open_with(&[&arguments[..], more].concat(), secret)
}

#[test]
fn the_secret_follows_the_password_on_stdin_and_is_never_printed() {
    let bench = Bench::with_portfolio(&[]);
    let secret = bench.service().client_secret();
    let done = set(&bench, &["--per-second", "50", "--per-day", "5000"], &format!("{secret}\n"));
    assert_eq!(done.code, 0, "{}", done.stderr);
    let shown = bench.open(&["service", "show"]);
    let expected = json!({"set": true, "preset": "practice", "token_url": bench.service().token_url(),
        "api_base": bench.service().api_base(), "client_id": bench.service().client_id(), "per_second": 50, "per_day": 5000,
        "secret_set": true});
    assert_eq!(shown.one(), expected);
    assert_eq!(done.one(), expected);
    for text in [&done.stdout, &done.stderr, &shown.stdout, &shown.stderr] {
        assert!(!text.contains(&secret));
    }
    assert_eq!(bench.open(&["service", "test"]).one(), json!({"ok": true, "problem": null, "message": null}));
}

#[test]
fn an_empty_secret_line_keeps_the_one_that_is_known_for_the_same_host_only() {
    let bench = Bench::with_portfolio(&[]);
    assert_eq!(set(&bench, &[], "").code, 0);
    assert_eq!(bench.open(&["service", "test"]).code, 0);
    let elsewhere =
        ["service", "set", "--token-url", "https://api.example.com/t", "--api-base", "https://api.example.com/c"];
    let refused = bench.open(&[&elsewhere[..], &["--client-id", "x"]].concat());
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert_eq!(bench.open(&["service", "test"]).code, 0, "the service is as it was");
}

#[test]
fn credentials_refused_and_a_service_that_is_gone_exit_5() {
    let mut bench = Bench::with_portfolio(&[]);
    assert_eq!(set(&bench, &[], "another secret\n").code, 0);
    let refused = bench.open(&["service", "test"]);
    assert_eq!((refused.code, &refused.one()["problem"]), (5, &json!("not_authorised")));
    bench.stop_service();
    let gone = bench.open(&["service", "test"]);
    assert_eq!((gone.code, &gone.one()["problem"]), (5, &json!("no_network")));
}

#[test]
fn an_address_that_is_not_https_is_refused() {
    let bench = Bench::with_portfolio(&[]);
    let arguments =
        ["service", "set", "--token-url", "http://api.example.com/t", "--api-base", "http://api.example.com/c"];
    let refused = bench.open_with(&[&arguments[..], &["--client-id", "x"]].concat(), "secret\n");
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("https"), "{}", refused.stderr);
}
