//! The tray: watching goes on without a window. Always with a menu, never relying on a click.

use casefolio_core::{Portfolio, PortfolioEvent};
use tauri::menu::{MenuBuilder, MenuItemBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};

use crate::language::words;
use crate::shell::Shell;
use crate::{commands, windows};

const TRAY: &str = "casefolio";
const OPEN: &str = "open";
const CHECK: &str = "check";
const LOCK: &str = "lock";
const QUIT: &str = "quit";

/// Puts the icon into the tray. Where there is no tray, the program goes on: every function is in the window too.
pub(crate) fn install(app: &AppHandle) -> tauri::Result<()> {
    let icon = tauri::image::Image::from_bytes(include_bytes!("../../icons/tray.png"))?;
    let builder = TrayIconBuilder::with_id(TRAY).icon(icon).tooltip("Casefolio").menu(&menu(app)?);
    let built = builder.on_menu_event(|app, event| chosen(app, event.id().as_ref())).build(app);
    // Without a tray host the window is raised by starting the program again.
    drop(built);
    Ok(())
}

/// Shows the menu in the language of now, with what can be done now.
pub(crate) fn refresh(app: &AppHandle) {
    if let (Some(tray), Ok(menu)) = (app.tray_by_id(TRAY), menu(app)) {
        let _gone = tray.set_menu(Some(menu));
    }
}

/// Keeps the tray's tooltip at the number of unread changes.
pub(crate) fn follow(app: &AppHandle, portfolio: &Portfolio) {
    let app = app.clone();
    portfolio.listen(Box::new(move |event| {
        let concerns = matches!(event, PortfolioEvent::Checked { told: true, .. } | PortfolioEvent::CasesEdited);
        if concerns && let (Some(tray), Some(session)) = (app.tray_by_id(TRAY), app.state::<Shell>().running()) {
            let unread = session.portfolio.unread_count().unwrap_or_default();
            let tooltip = if unread == 0 {
                "Casefolio".to_owned()
            } else {
                let locale = app.state::<Shell>().language().code();
                rust_i18n::t!("tray.unread", locale = locale, count = unread).into_owned()
            };
            let _gone = tray.set_tooltip(Some(tooltip));
        }
    }));
}

fn menu(app: &AppHandle) -> tauri::Result<tauri::menu::Menu<tauri::Wry>> {
    let shell = app.state::<Shell>();
    let language = shell.language();
    let usable = !shell.is_locked();
    let item = |id: &str, key: &str, enabled: bool| {
        MenuItemBuilder::with_id(id, words(key, language)).enabled(enabled).build(app)
    };
    MenuBuilder::new(app)
        .item(&item(OPEN, "tray.open", true)?)
        .item(&item(CHECK, "tray.check_now", shell.running().is_some())?)
        .item(&item(LOCK, "tray.lock", usable)?)
        .separator()
        .item(&item(QUIT, "tray.quit", true)?)
        .build()
}

fn chosen(app: &AppHandle, id: &str) {
    match id {
        OPEN => windows::raise(app),
        CHECK => {
            if let Some(session) = app.state::<Shell>().running() {
                tauri::async_runtime::spawn(async move { session.watcher.check_now(Vec::new()).await });
            }
        }
        LOCK => commands::lock_now(app),
        QUIT => app.exit(0),
        _ => {}
    }
}
