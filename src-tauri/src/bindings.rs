//! The commands and events, typed for the window. The test writes or compares `ui/src/ipc/bindings.ts`.

use tauri_specta::{Builder, collect_commands, collect_events};

use crate::commands::{
    backups, cases, computer, copying, damage, diagnostics, gate, health, locking, mail, network, secret, security,
    service, session, telling, unlocking,
};
use crate::events::{OpenCase, PortfolioChanged};
use crate::wire::secret::SecretView;
use crate::wire::unlocking::UnlockView;

/// Everything that crosses between Rust and the windows.
#[expect(clippy::too_many_lines, reason = "a list, one command a line")]
pub(crate) fn builder() -> Builder<tauri::Wry> {
    Builder::<tauri::Wry>::new()
        .disable_serde_phases()
        .commands(collect_commands![
            gate::gate,
            gate::create_portfolio,
            gate::confirm_recovery_code,
            gate::choose_portfolio,
            gate::start_practice,
            damage::damage,
            damage::repair_keys,
            damage::salvage,
            unlocking::unlock,
            session::session,
            session::set_language,
            session::outlook,
            session::activity,
            backups::backups,
            backups::back_up,
            backups::choose_backup,
            backups::restore_backup,
            diagnostics::diagnostics,
            diagnostics::save_diagnostics,
            health::health,
            health::accept_older,
            health::open_repair,
            session::set_masked,
            locking::lock,
            locking::switch_portfolio,
            locking::still_here,
            session::quit,
            security::security,
            security::set_watch_behind_lock,
            secret::open_secret,
            secret::secret,
            cases::list_cases,
            cases::show_case,
            cases::read_receipts,
            cases::add_cases,
            cases::describe_case,
            cases::remove_case,
            cases::mark_read,
            cases::mark_all_read,
            cases::check_now,
            cases::quick_check,
            service::service_settings,
            service::set_service,
            service::test_service,
            service::preferences,
            service::set_preferences,
            service::test_notification,
            service::open_link,
            copying::copy_receipt,
            copying::copy_phone,
            copying::copy_recovery_code,
            computer::computer,
            computer::start_at_sign_in,
            telling::telling_rules,
            telling::set_telling_rules,
            mail::mail,
            mail::set_mail,
            mail::forget_mail,
            mail::test_mail,
            mail::write_to,
            mail::stop_writing_to,
            mail::sign_in_mail,
            mail::stop_signing_in,
            network::network,
            network::set_proxy,
            network::choose_company_root,
            network::forget_company_root,
            telling::mute_case,
            telling::mute_all_like,
            telling::snooze_case,
            telling::star_case,
        ])
        .typ::<UnlockView>()
        .typ::<SecretView>()
        .events(collect_events![PortfolioChanged, OpenCase])
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use specta_typescript::Typescript;

    use super::builder;

    /// Run with `CASEFOLIO_WRITE_BINDINGS=1` (`cargo xtask bindings`) to write the file anew.
    #[test]
    #[expect(clippy::disallowed_methods, reason = "the switch of a developer's command")]
    fn the_committed_bindings_are_those_of_the_commands() {
        let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/bindings.ts");
        let folder = std::env::temp_dir().join(format!("casefolio-bindings-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let fresh = folder.join("bindings.ts");
        builder().export(Typescript::default(), &fresh).unwrap();
        let text = fs::read_to_string(&fresh).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        if std::env::var_os("CASEFOLIO_WRITE_BINDINGS").is_some() {
            fs::write(&committed, &text).unwrap();
        }
        let kept = fs::read_to_string(&committed).unwrap_or_default();
        assert!(kept == text, "ui/src/ipc/bindings.ts is not current: run `cargo xtask bindings`");
    }
}
