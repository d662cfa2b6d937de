//! The two windows: the gate, before a portfolio is open, and the main window over it.

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};

use crate::shell::Shell;

/// The label of the small window that sees passphrases.
pub(crate) const GATE: &str = "gate";
/// The label of the window over the portfolio.
pub(crate) const MAIN: &str = "main";

/// Opens the gate, and closes the main window: while the gate stands, nothing of a portfolio is seen.
pub(crate) fn open_gate(app: &AppHandle) -> tauri::Result<()> {
    if app.get_webview_window(GATE).is_none() {
        window(app, GATE, "gate.html").inner_size(460.0, 680.0).min_inner_size(400.0, 560.0).build()?;
    }
    destroy(app, MAIN)
}

/// Opens the main window, and closes the gate.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<()> {
    if app.get_webview_window(MAIN).is_none() {
        window(app, MAIN, "index.html").inner_size(1280.0, 820.0).min_inner_size(880.0, 560.0).build()?;
    }
    destroy(app, GATE)
}

/// Whether the window over the portfolio is open.
pub(crate) fn main_is_open(app: &AppHandle) -> bool {
    app.get_webview_window(MAIN).is_some()
}

/// Whether any window is open.
pub(crate) fn any_is_open(app: &AppHandle) -> bool {
    main_is_open(app) || app.get_webview_window(GATE).is_some()
}

/// Does something with windows where windows are done with. A program that is ending does nothing any more.
pub(crate) fn on_main_thread(app: &AppHandle, work: impl FnOnce(&AppHandle) + Send + 'static) {
    let handle = app.clone();
    let _ending = app.run_on_main_thread(move || work(&handle));
}

/// Brings the window to the front that should be seen, soon. For callers from anywhere: one that stands in a call of the system,
/// as a second start does on Windows, must not open a window inside it.
pub(crate) fn raise_soon(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move { on_main_thread(&app, raise) });
}

/// Brings the window that should be seen to the front; opens it where there is none.
pub(crate) fn raise(app: &AppHandle) {
    // A second start may come before this one has its state: then it opens a window by itself.
    let Some(shell) = app.try_state::<Shell>().filter(|shell| shell.is_started()) else { return };
    let label = if shell.is_locked() { GATE } else { MAIN };
    let opened = if label == GATE { open_gate(app) } else { open_main(app) };
    if opened.is_ok()
        && let Some(window) = app.get_webview_window(label)
    {
        show(&window);
    }
}

fn show(window: &WebviewWindow) {
    // A window manager may refuse any of these; the window is open all the same.
    let _refused = window.show();
    let _refused = window.unminimize();
    let _refused = window.set_focus();
}

fn destroy(app: &AppHandle, label: &str) -> tauri::Result<()> {
    app.get_webview_window(label).map_or(Ok(()), |window| window.destroy())
}

/// A window that shows the program's own pages and nothing else, and leaves nothing behind on the disk.
fn window<'a>(app: &'a AppHandle, label: &str, page: &str) -> WebviewWindowBuilder<'a, Wry, AppHandle> {
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into()))
        .title("Casefolio")
        .incognito(!app.state::<Shell>().arguments.driven)
        .general_autofill_enabled(false)
        .devtools(false)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
}

/// Whether an address is one of the program's own pages. Tauri lets the frame that checks their messages through by itself on Linux
/// and macOS; Windows asks about the window's own page alone.
fn is_own_page(url: &Url) -> bool {
    // Windows has no schemes of its own: its web view takes the pages of this host from the program.
    let own = if cfg!(windows) { ("http", "tauri.localhost") } else { ("tauri", "localhost") };
    let is_own = (url.scheme(), url.host_str().unwrap_or_default()) == own && url.port().is_none();
    is_own || url.as_str() == "about:blank"
}

#[cfg(test)]
mod tests {
    use super::is_own_page;

    /// catalogue 108
    #[test]
    fn only_the_programs_own_pages_are_shown() {
        let home = if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" };
        for own in [home.to_owned(), format!("{home}/gate.html"), "about:blank".to_owned()] {
            assert!(is_own_page(&own.parse().unwrap()), "{own}");
        }
        for foreign in [
            "https://www.uscis.gov/",
            "file:///etc/passwd",
            "data:text/html,x",
            "tauri://elsewhere/",
            "tauri://localhost:8000/",
            "javascript:alert(1)",
            "http://localhost/",
            "https://tauri.localhost/",
            "http://tauri.localhost:8000/",
            "http://tauri.localhost.example.org/",
            "http://isolation-1.example.org/",
        ] {
            assert!(!is_own_page(&foreign.parse().unwrap()), "{foreign}");
        }
    }
}
