//! Declares every command, so that each window is granted its own by name (see `capabilities/`).

const COMMANDS: &[&str] = &[
    "gate",
    "create_portfolio",
    "confirm_recovery_code",
    "choose_portfolio",
    "unlock",
    "start_practice",
    "quick_check",
    "set_language",
    "open_secret",
    "secret",
    "session",
    "list_cases",
    "show_case",
    "read_receipts",
    "add_cases",
    "describe_case",
    "remove_case",
    "mark_read",
    "mark_all_read",
    "check_now",
    "service_settings",
    "set_service",
    "test_service",
    "preferences",
    "set_preferences",
    "test_notification",
    "open_link",
    "computer",
    "start_at_sign_in",
    "copy_receipt",
    "copy_phone",
    "copy_recovery_code",
    "backups",
    "back_up",
    "choose_backup",
    "restore_backup",
    "damage",
    "repair_keys",
    "salvage",
    "accept_older",
    "open_repair",
    "diagnostics",
    "save_diagnostics",
    "security",
    "set_watch_behind_lock",
    "health",
    "set_masked",
    "lock",
    "still_here",
    "quit",
];

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest)) {
        // A build script has no other way to be heard.
        panic!("{error:#}");
    }
}
