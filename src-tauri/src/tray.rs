//! The tray: watching goes on without a window. Always with a menu, never relying on a click.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use casefolio_core::{Portfolio, PortfolioEvent};
use casefolio_domain::Language;
use casefolio_system::taskbar;
use tauri::image::Image;
use tauri::menu::{Menu, MenuBuilder, MenuItemBuilder};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use crate::language::words;
use crate::masking;
use crate::news::{Line, News};
use crate::shell::Shell;
use crate::windows;

const TRAY: &str = "casefolio";
/// The first line of the menu, which is read and not chosen.
const STATE: &str = "state";

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
    /// Show a case with an unread change.
    Case(u32),
}

/// The identities in the menu of the choices that are always there, which are the keys of their words.
const OPEN: &str = "tray.open";
const CHECK: &str = "tray.check_now";
const LOCK: &str = "tray.lock";
const QUIT: &str = "tray.quit";
/// With what the identity of a case's line begins.
const CASE: &str = "case.";

impl Choice {
    /// The choice of a line, by its identity in the menu.
    fn of(line: &str) -> Option<Self> {
        match line {
            OPEN => Some(Self::Open),
            CHECK => Some(Self::Check),
            LOCK => Some(Self::Lock),
            QUIT => Some(Self::Quit),
            other => other.strip_prefix(CASE)?.parse().ok().map(Self::Case),
        }
    }
}

/// What the tray is to show, and what it shows. Managed by Tauri.
#[derive(Default)]
pub(crate) struct Tray {
    /// Unread changes, or those that were seen behind the lock.
    unread: AtomicU64,
    /// Whether a closed portfolio is watched behind its lock.
    behind_lock: AtomicBool,
    /// Whether portfolios are watched beside the one that can be seen, and what is unread in them.
    beside: AtomicBool,
    unread_beside: AtomicU64,
    /// The latest of what is unread in the portfolio that is shown.
    news: Mutex<News>,
    shown: Mutex<Option<Look>>,
}

/// All that can be seen of the tray.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Look {
    language: Language,
    /// Whether cases are checked: those of an open portfolio, or behind the lock.
    checking: bool,
    locked: bool,
    unread: u64,
    lines: Vec<Line>,
    dark: bool,
}

impl Look {
    fn of(app: &AppHandle) -> Self {
        let shell = app.state::<Shell>();
        let tray = app.state::<Tray>();
        let in_background = tray.behind_lock.load(Ordering::Relaxed) || tray.beside.load(Ordering::Relaxed);
        let (language, locked) = (shell.language(), shell.is_locked());
        let names = !locked && !masking::is_on(app);
        Self {
            language,
            checking: shell.running().is_some() || in_background,
            locked,
            unread: tray.unread.load(Ordering::Relaxed) + tray.unread_beside.load(Ordering::Relaxed),
            lines: tray.news().lines(language, names),
            dark: taskbar::is_dark(),
        }
    }

    /// How it stands, in words: for the menu, since Linux shows no tooltip, and for the tooltip.
    fn words(&self) -> String {
        let locale = self.language.code();
        match (self.checking, self.locked, self.unread) {
            (false, _, _) => rust_i18n::t!("tray.state.closed", locale = locale),
            (true, true, 0) => rust_i18n::t!("tray.state.locked", locale = locale),
            (true, false, 0) => rust_i18n::t!("tray.state.calm", locale = locale),
            (true, true, unread) => rust_i18n::t!("tray.state.locked_unread", locale = locale, count = unread),
            (true, false, unread) => rust_i18n::t!("tray.state.unread", locale = locale, count = unread),
        }
        .into_owned()
    }
}

impl Tray {
    fn news(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Puts the icon into the tray. Where there is no tray the program goes on: every function is in the windows too, and starting the
/// program again shows them.
pub(crate) fn install(app: &AppHandle, chosen: fn(&AppHandle, Choice)) {
    app.manage(Tray::default());
    // The library that draws Linux's tray is loaded here, and the crate that loads it panics where it is missing.
    let built = quietly(|| build(app, chosen));
    drop(built);
}

/// Whether there is an icon to be clicked. A desktop without a place for it does not say so.
pub(crate) fn is_there(app: &AppHandle) -> bool {
    app.tray_by_id(TRAY).is_some()
}

/// Shows how things stand now, in the language of now.
pub(crate) fn refresh(app: &AppHandle) {
    windows::on_main_thread(app, |app| {
        if let Some(tray) = app.tray_by_id(TRAY) {
            show(app, &tray);
        }
    });
}

/// Keeps the tray at the number of unread changes in `portfolio`.
pub(crate) fn follow(app: &AppHandle, portfolio: &Portfolio) {
    show_news(app, portfolio);
    let app = app.clone();
    portfolio.listen(Box::new(move |event| {
        let concerns = matches!(
            event,
            PortfolioEvent::Checked { told: true, .. } | PortfolioEvent::CasesEdited | PortfolioEvent::SettingsEdited
        );
        if concerns && let Some(session) = app.state::<Shell>().running() {
            show_news(&app, &session.portfolio);
        }
    }));
}

fn show_news(app: &AppHandle, portfolio: &Portfolio) {
    *app.state::<Tray>().news() = News::of(portfolio);
    count(app, portfolio.unread_count().unwrap_or_default());
}

/// No portfolio is followed any more.
pub(crate) fn follow_none(app: &AppHandle) {
    *app.state::<Tray>().news() = News::default();
    count(app, 0);
}

/// Shows whether a closed portfolio is watched behind its lock, and how many changes were seen there.
pub(crate) fn follow_behind_lock(app: &AppHandle, watching: bool, seen: u64) {
    app.state::<Tray>().behind_lock.store(watching, Ordering::Relaxed);
    count(app, seen);
}

/// Shows whether portfolios are watched beside the one that can be seen, and what is unread in them.
pub(crate) fn follow_beside(app: &AppHandle, watching: bool, unread: u64) {
    let tray = app.state::<Tray>();
    tray.beside.store(watching, Ordering::Relaxed);
    tray.unread_beside.store(unread, Ordering::Relaxed);
    refresh(app);
}

fn count(app: &AppHandle, unread: u64) {
    app.state::<Tray>().unread.store(unread, Ordering::Relaxed);
    refresh(app);
}

fn build(app: &AppHandle, chosen: fn(&AppHandle, Choice)) -> tauri::Result<TrayIcon> {
    let look = Look::of(app);
    TrayIconBuilder::with_id(TRAY)
        .icon(Image::from_bytes(picture(&look))?)
        .icon_as_template(cfg!(target_os = "macos"))
        .tooltip("Casefolio")
        .menu(&menu(app, &look)?)
        // Windows: a click opens, the other button has the menu.
        .show_menu_on_left_click(!cfg!(windows))
        .on_tray_icon_event(move |tray, event| {
            let left = matches!(
                event,
                TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. }
            );
            if left && cfg!(windows) {
                chosen(tray.app_handle(), Choice::Open);
            }
        })
        .on_menu_event(move |app, event| {
            if let Some(choice) = Choice::of(event.id().as_ref()) {
                chosen(app, choice);
            }
        })
        .build(app)
}

/// On the thread of the windows. What is shown already is left alone: a menu that is open would close.
fn show(app: &AppHandle, tray: &TrayIcon) {
    let look = Look::of(app);
    let state = app.state::<Tray>();
    let before = state.shown.lock().unwrap_or_else(PoisonError::into_inner).replace(look.clone());
    if before.as_ref() == Some(&look) {
        return;
    }
    // A tray that went away meanwhile has nothing to be changed.
    if let Ok(menu) = menu(app, &look) {
        let _gone = tray.set_menu(Some(menu));
    }
    let _gone = tray.set_tooltip(Some(format!("Casefolio: {}", look.words())));
    let is_new = before.is_none_or(|before| picture(&before) != picture(&look));
    if is_new && let Ok(icon) = Image::from_bytes(picture(&look)) {
        let _gone = tray.set_icon_with_as_template(Some(icon), cfg!(target_os = "macos"));
    }
}

fn menu(app: &AppHandle, look: &Look) -> tauri::Result<Menu<Wry>> {
    let item =
        |key: &str, enabled: bool| MenuItemBuilder::with_id(key, words(key, look.language)).enabled(enabled).build(app);
    let state = MenuItemBuilder::with_id(STATE, look.words()).enabled(false).build(app)?;
    let mut menu = MenuBuilder::new(app).item(&state);
    for line in &look.lines {
        // A single & would underline the letter after it.
        let words = line.words.replace('&', "&&");
        menu = menu.item(&MenuItemBuilder::with_id(format!("{CASE}{}", line.case), words).build(app)?);
    }
    menu.separator()
        .item(&item(OPEN, true)?)
        .item(&item(CHECK, look.checking)?)
        .item(&item(LOCK, !look.locked)?)
        .separator()
        .item(&item(QUIT, true)?)
        .build()
}

/// The icon's file.
fn picture(look: &Look) -> &'static [u8] {
    let [calm, news] = pictures(look.dark);
    if look.unread == 0 { calm } else { news }
}

/// Without and with unread changes, for Windows' taskbar, light or dark.
#[cfg(windows)]
fn pictures(dark: bool) -> [&'static [u8]; 2] {
    if dark {
        [include_bytes!("../../icons/tray-dark.png"), include_bytes!("../../icons/tray-dark-unread.png")]
    } else {
        [include_bytes!("../../icons/tray-light.png"), include_bytes!("../../icons/tray-light-unread.png")]
    }
}

/// Without and with unread changes, as a template, which macOS colours by itself.
#[cfg(target_os = "macos")]
fn pictures(_dark: bool) -> [&'static [u8]; 2] {
    [include_bytes!("../../icons/tray-template.png"), include_bytes!("../../icons/tray-template-unread.png")]
}

/// Without and with unread changes. Linux does not say how its panel looks: the mark brings its own ground.
#[cfg(not(any(windows, target_os = "macos")))]
fn pictures(_dark: bool) -> [&'static [u8]; 2] {
    [include_bytes!("../../icons/tray.png"), include_bytes!("../../icons/tray-unread.png")]
}

/// Does what may panic; none if it did, and nothing of it on standard error.
fn quietly<T>(work: impl FnOnce() -> tauri::Result<T>) -> Option<T> {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let done = catch_unwind(AssertUnwindSafe(work));
    std::panic::set_hook(hook);
    done.ok()?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(checking: bool, locked: bool, unread: u64) -> String {
        Look { language: Language::English, checking, locked, unread, lines: Vec::new(), dark: false }.words()
    }

    #[test]
    fn each_line_of_the_menu_is_a_choice() {
        assert_eq!(Choice::of(OPEN), Some(Choice::Open));
        assert_eq!(Choice::of("case.7"), Some(Choice::Case(7)));
        for other in [STATE, "case.", "case.-1", "case.x", ""] {
            assert_eq!(Choice::of(other), None, "{other:?}");
        }
    }

    #[test]
    fn it_says_whether_anything_is_checked_and_what_is_unread() {
        assert_eq!(words(false, true, 0), "Locked: not checking");
        assert_eq!(words(true, true, 0), "Locked; checking goes on");
        assert_eq!(words(true, true, 3), "3 unread; locked");
        assert_eq!(words(true, false, 3), "3 unread");
        assert_eq!(words(true, false, 0), "Nothing unread");
    }

    #[test]
    fn its_icon_can_be_read_and_shows_whether_anything_is_unread() {
        for dark in [false, true] {
            let pictures = pictures(dark).map(|bytes| Image::from_bytes(bytes).unwrap());
            assert_ne!(pictures[0].rgba(), pictures[1].rgba());
        }
    }

    #[test]
    fn a_tray_that_cannot_be_made_is_no_reason_to_end() {
        assert_eq!(quietly(|| -> tauri::Result<()> { panic!("no library") }), None);
        assert_eq!(quietly(|| Ok(7)), Some(7));
    }
}
