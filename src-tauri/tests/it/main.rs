//! What the windows may do, against what was reviewed. A change here is a change of what a script in a window could reach: read the
//! window's commands again before it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

#[expect(clippy::unwrap_used, reason = "a test's own help")]
fn json_of(file: &str) -> Value {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[expect(clippy::unwrap_used, reason = "a test's own help")]
fn permissions(window: &str) -> Vec<String> {
    let list = json_of(&format!("capabilities/{window}.json"))["permissions"].clone();
    list.as_array().unwrap().iter().map(|permission| permission.as_str().unwrap().to_owned()).collect()
}

const GATE: &[&str] = &[
    "gate",
    "create_portfolio",
    "confirm_recovery_code",
    "copy_recovery_code",
    "choose_portfolio",
    "choose_backup",
    "restore_backup",
    "damage",
    "repair_keys",
    "salvage",
    "start_practice",
    "quick_check",
    "set_language",
];
const MAIN: &[&str] = &[
    "open_secret",
    "session",
    "outlook",
    "activity",
    "list_cases",
    "show_case",
    "read_receipts",
    "add_cases",
    "describe_case",
    "remove_case",
    "mark_read",
    "mark_all_read",
    "telling_rules",
    "set_telling_rules",
    "mail",
    "set_mail",
    "forget_mail",
    "test_mail",
    "write_to",
    "stop_writing_to",
    "sign_in_mail",
    "stop_signing_in",
    "network",
    "set_proxy",
    "choose_company_root",
    "forget_company_root",
    "mute_case",
    "mute_all_like",
    "snooze_case",
    "star_case",
    "check_now",
    "quick_check",
    "service_settings",
    "set_service",
    "test_service",
    "preferences",
    "set_preferences",
    "test_notification",
    "open_link",
    "computer",
    "start_at_sign_in",
    "set_language",
    "copy_receipt",
    "copy_phone",
    "set_masked",
    "health",
    "accept_older",
    "open_repair",
    "security",
    "set_watch_behind_lock",
    "backups",
    "back_up",
    "diagnostics",
    "save_diagnostics",
    "lock",
    "switch_portfolio",
    "still_here",
    "quit",
];
const UNLOCK: &[&str] = &["unlock"];
const SECRET: &[&str] = &["secret"];
/// What is not a command of the program's own.
const EVENTS: &[&str] = &["core:event:allow-listen", "core:event:allow-unlisten"];

const WINDOWS: [(&str, &[&str]); 4] = [("gate", GATE), ("main", MAIN), ("unlock", UNLOCK), ("secret", SECRET)];

/// catalogue 109
#[test]
fn each_window_has_the_commands_that_were_reviewed_for_it_and_no_other() {
    for (window, commands) in WINDOWS {
        let events = if window == "main" { EVENTS } else { &[] };
        let own = commands.iter().map(|command| format!("allow-{}", command.replace('_', "-")));
        let reviewed: BTreeSet<String> = own.chain(events.iter().map(|event| (*event).to_owned())).collect();
        let listed = permissions(window);
        assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), reviewed, "{window}");
        assert_eq!(listed.len(), reviewed.len(), "{window} lists something twice");
        let file = json_of(&format!("capabilities/{window}.json"));
        assert_eq!(file["windows"], json!([window]));
        assert!(file.get("remote").is_none() && file.get("webviews").is_none(), "{window}");
    }
}

/// catalogue 109
#[test]
fn no_capability_stands_beside_those_that_were_reviewed() {
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("capabilities")).unwrap();
    let files: BTreeSet<String> =
        folder.map(|file| file.unwrap().file_name().into_string().unwrap().replace(".json", "")).collect();
    let reviewed: BTreeSet<String> = WINDOWS.iter().map(|(window, _)| (*window).to_owned()).collect();
    assert_eq!(files, reviewed);
    let enabled = json_of("tauri.conf.json")["app"]["security"]["capabilities"].clone();
    let enabled: BTreeSet<String> = serde_json::from_value(enabled).unwrap();
    assert_eq!(enabled, reviewed);
}

#[test]
fn every_command_belongs_to_a_window() {
    let build = include_str!("../../build.rs");
    let list = build.split_once("&[&str] = &[").unwrap().1.split_once(']').unwrap().0;
    let declared: BTreeSet<&str> = list.split('"').skip(1).step_by(2).collect();
    let granted: BTreeSet<&str> = WINDOWS.iter().flat_map(|(_, commands)| commands.iter().copied()).collect();
    assert_eq!(declared, granted);
}

/// catalogue 110
#[test]
fn the_configuration_of_the_windows_is_the_one_that_was_reviewed() {
    let configuration = json_of("tauri.conf.json");
    let app = &configuration["app"];
    assert_eq!(app["windows"], json!([]), "windows are made in windows.rs alone");
    assert_eq!(app["withGlobalTauri"], json!(false));
    assert_eq!(configuration["build"]["removeUnusedCommands"], json!(true));
    assert!(configuration.get("plugins").is_none());
    let mut security = app["security"].clone();
    security.as_object_mut().unwrap().remove("capabilities");
    let reviewed = json!({
        "freezePrototype": true,
        "pattern": { "use": "isolation", "options": { "dir": "isolation" } },
        "csp": {
            "default-src": "'none'",
            "script-src": "'self'",
            "style-src": "'self'",
            "img-src": "'self'",
            "font-src": "'self'",
            "connect-src": "ipc: http://ipc.localhost",
            "object-src": "'none'",
            "base-uri": "'none'",
            "form-action": "'none'",
            "frame-ancestors": "'none'"
        },
        "assetProtocol": { "enable": false }
    });
    assert_eq!(security, reviewed);
}

/// catalogue 110
#[test]
fn every_window_is_made_without_autofill_tools_traces_and_ways_out() {
    let windows = include_str!("../../src/windows.rs");
    let one_place = windows.matches("WebviewWindowBuilder::new(").count();
    assert_eq!(one_place, 1, "every window is made by one function");
    for setting in [
        ".general_autofill_enabled(false)",
        ".devtools(false)",
        ".incognito(!app.state::<Shell>().arguments.driven)",
        ".on_navigation(is_own_page)",
        ".on_new_window(|_, _| NewWindowResponse::Deny)",
    ] {
        assert!(windows.contains(setting), "{setting}");
    }
}
