//! The two windows: the gate, before a portfolio is open, and the main window over it.

use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};

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

/// Brings the window that should be seen to the front; opens it where there is none.
pub(crate) fn raise(app: &AppHandle) {
    let label = if app.state::<Shell>().is_locked() { GATE } else { MAIN };
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
        .incognito(true)
        .general_autofill_enabled(false)
        .devtools(false)
        .on_navigation(|url| is_own_page(url.as_str()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
}

fn is_own_page(url: &str) -> bool {
    // The second and third form are those of Windows; the isolation frame has a host of its own.
    [
        "tauri://localhost/",
        "http://tauri.localhost/",
        "https://tauri.localhost/",
        "isolation://",
        "http://isolation-",
        "https://isolation-",
    ]
    .iter()
    .any(|own| url.starts_with(own))
        || url == "about:blank"
}
