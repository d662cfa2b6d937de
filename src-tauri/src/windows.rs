//! The windows: the gate, before a portfolio is chosen; the unlock window, before it is open; the main window over it.

use serde::Serialize;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder, Wry};

use crate::shell::Shell;
use crate::unlocking;
use crate::wire::secret::SecretView;
use crate::wire::unlocking::UnlockView;

/// A proxy that nobody but the system itself could run: the port of the discard protocol.
#[cfg(target_os = "linux")]
const NOWHERE: &str = "http://127.0.0.1:9";

/// The label of the window before a portfolio is chosen or made.
pub(crate) const GATE: &str = "gate";
/// The label of the small window in which a portfolio is unlocked.
pub(crate) const UNLOCK: &str = "unlock";
/// The label of the small window in which a passphrase is typed while the portfolio is open.
pub(crate) const SECRET: &str = "secret";
/// The label of the window over the portfolio.
pub(crate) const MAIN: &str = "main";

/// Opens the window that stands before a closed portfolio: the unlock window where it is clear which portfolio is meant, else the gate.
pub(crate) fn open_closed(app: &AppHandle) -> tauri::Result<()> {
    match unlocking::view(app) {
        Some(view) => open_unlock(app, &view),
        None => open_gate(app),
    }
}

fn open_unlock(app: &AppHandle, view: &UnlockView) -> tauri::Result<()> {
    if app.get_webview_window(UNLOCK).is_none() {
        window(app, UNLOCK, "unlock.html")
            .initialization_script(known(view)?)
            .inner_size(420.0, 560.0)
            .min_inner_size(380.0, 480.0)
            .build()?;
    }
    destroy(app, SECRET)?;
    destroy(app, MAIN)?;
    destroy(app, GATE)
}

/// Opens the window of secrets beside the main window. One that is open comes to the front, to be ended first.
pub(crate) fn open_secret(app: &AppHandle, view: &SecretView) -> tauri::Result<()> {
    if let Some(open) = app.get_webview_window(SECRET) {
        show(&open);
        return Ok(());
    }
    window(app, SECRET, "secret.html")
        .initialization_script(known(view)?)
        .inner_size(460.0, 600.0)
        .min_inner_size(400.0, 480.0)
        .build()?;
    Ok(())
}

/// Closes the window of secrets, and with it what was typed there.
pub(crate) fn close_secret(app: &AppHandle) -> tauri::Result<()> {
    destroy(app, SECRET)
}

/// The script by which a page knows something from its start, without a command to ask for it.
fn known(what: &impl Serialize) -> tauri::Result<String> {
    let json = serde_json::to_string(what)?;
    Ok(format!("Object.defineProperty(window, \"__CASEFOLIO_KNOWN__\", {{ value: Object.freeze({json}) }});"))
}

/// Opens the gate, and closes the main window: while the gate stands, nothing of a portfolio is seen.
pub(crate) fn open_gate(app: &AppHandle) -> tauri::Result<()> {
    if app.get_webview_window(GATE).is_none() {
        window(app, GATE, "gate.html").inner_size(460.0, 680.0).min_inner_size(400.0, 560.0).build()?;
    }
    destroy(app, SECRET)?;
    destroy(app, MAIN)?;
    destroy(app, UNLOCK)
}

/// Opens the main window, and closes those before it.
pub(crate) fn open_main(app: &AppHandle) -> tauri::Result<()> {
    if app.get_webview_window(MAIN).is_none() {
        window(app, MAIN, "index.html").inner_size(1280.0, 820.0).min_inner_size(880.0, 560.0).build()?;
    }
    destroy(app, GATE)?;
    destroy(app, UNLOCK)
}

/// Whether the window with this label is open.
pub(crate) fn is_open(app: &AppHandle, label: &str) -> bool {
    app.get_webview_window(label).is_some()
}

/// Whether a window over the portfolio is open.
pub(crate) fn portfolio_is_seen(app: &AppHandle) -> bool {
    [MAIN, SECRET].into_iter().any(|label| is_open(app, label))
}

/// Whether any window is open.
pub(crate) fn any_is_open(app: &AppHandle) -> bool {
    !app.webview_windows().is_empty()
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
    let before = [GATE, UNLOCK].into_iter().any(|label| is_open(app, label));
    let opened = match (shell.is_locked(), before) {
        (false, _) => open_main(app),
        (true, true) => Ok(()),
        (true, false) => open_closed(app),
    };
    let label = [MAIN, UNLOCK, GATE].into_iter().find_map(|label| app.get_webview_window(label));
    if let (Ok(()), Some(window)) = (opened, label) {
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
    without_network(WebviewWindowBuilder::new(app, label, WebviewUrl::App(page.into())))
        .title("Casefolio")
        .incognito(!app.state::<Shell>().arguments.driven)
        .general_autofill_enabled(false)
        .devtools(false)
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
}

/// A window whose page engine reaches no host: Linux' engine connects to where a script wants to go before it asks whether it may.
/// The program's own pages and commands come by schemes of their own.
#[cfg(target_os = "linux")]
fn without_network(builder: WebviewWindowBuilder<'_, Wry, AppHandle>) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
    match Url::parse(NOWHERE) {
        Ok(nowhere) => builder.proxy_url(nowhere),
        Err(_) => builder,
    }
}

/// Windows and macOS ask first.
#[cfg(not(target_os = "linux"))]
fn without_network(builder: WebviewWindowBuilder<'_, Wry, AppHandle>) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
    builder
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
