//! The tray: watching goes on without a window. Always with a menu, never relying on a click.

use casefolio_core::{Portfolio, PortfolioEvent};
use tauri::menu::{MenuBuilder, MenuItemBuilder};
use tauri::tray::TrayIconBuilder;
use tauri::{AppHandle, Manager};

use crate::language::words;
use crate::shell::Shell;
use crate::windows;

const TRAY: &str = "casefolio";
/// What the tray's menu offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Show the window.
    Open,
    /// Check every case now.
    Check,
    /// Close the view of the portfolio.
    Lock,
    /// End the program.
    Quit,
}

impl Choice {
    const ALL: [Self; 4] = [Self::Open, Self::Check, Self::Lock, Self::Quit];

    /// Its identity in the menu, which is the key of its words.
    fn key(self) -> &'static str {
        match self {
            Self::Open => "tray.open",
            Self::Check => "tray.check_now",
            Self::Lock => "tray.lock",
            Self::Quit => "tray.quit",
        }
    }
}

/// Puts the icon into the tray. Where there is no tray, the program goes on: every function is in the window too.
pub(crate) fn install(app: &AppHandle, chosen: fn(&AppHandle, Choice)) -> tauri::Result<()> {
    let icon = tauri::image::Image::from_bytes(include_bytes!("../../icons/tray.png"))?;
    let builder = TrayIconBuilder::with_id(TRAY).icon(icon).tooltip("Casefolio").menu(&menu(app)?);
    let built = builder
        .on_menu_event(move |app, event| {
            if let Some(choice) = Choice::ALL.into_iter().find(|choice| choice.key() == event.id().as_ref()) {
                chosen(app, choice);
            }
        })
        .build(app);
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
            windows::on_main_thread(&app, move |_| {
                let _gone = tray.set_tooltip(Some(tooltip));
            });
        }
    }));
}

fn menu(app: &AppHandle) -> tauri::Result<tauri::menu::Menu<tauri::Wry>> {
    let shell = app.state::<Shell>();
    let language = shell.language();
    let usable = !shell.is_locked();
    let item = |choice: Choice, enabled: bool| {
        MenuItemBuilder::with_id(choice.key(), words(choice.key(), language)).enabled(enabled).build(app)
    };
    MenuBuilder::new(app)
        .item(&item(Choice::Open, true)?)
        .item(&item(Choice::Check, shell.running().is_some())?)
        .item(&item(Choice::Lock, usable)?)
        .separator()
        .item(&item(Choice::Quit, true)?)
        .build()
}
