//! The system's own dialogs for files. They are opened from here alone, and a path never comes from a page nor goes to one.

use std::path::PathBuf;

use rfd::{AsyncFileDialog, FileHandle};
use tauri::{AppHandle, Manager};

/// What a dialog is for.
pub(crate) struct Ask {
    /// The window it belongs to.
    pub(crate) window: &'static str,
    pub(crate) title: String,
    /// What the kind of file is called.
    pub(crate) kind: String,
    /// How its name may end, without the dot.
    pub(crate) endings: &'static [&'static str],
}

/// Asks for a file that is there. None if the person chose none.
pub(crate) async fn open(app: &AppHandle, ask: Ask) -> Option<PathBuf> {
    show(app, ask, |dialog| Box::pin(dialog.pick_file())).await
}

/// Asks where to save, and proposes a name. None if the person chose nothing.
pub(crate) async fn save(app: &AppHandle, ask: Ask, name: String) -> Option<PathBuf> {
    show(app, ask, |dialog| Box::pin(dialog.set_file_name(name).save_file())).await
}

type Answer = std::pin::Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// Dialogs are made on the thread of the windows, and waited for elsewhere.
async fn show(
    app: &AppHandle,
    ask: Ask,
    begin: impl FnOnce(AsyncFileDialog) -> Answer + Send + 'static,
) -> Option<PathBuf> {
    let (answer, wait) = tokio::sync::oneshot::channel();
    let handle = app.clone();
    app.run_on_main_thread(move || {
        let dialog = AsyncFileDialog::new().set_title(ask.title).add_filter(ask.kind, ask.endings);
        let dialog = match handle.get_webview_window(ask.window) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        };
        let chosen = begin(dialog);
        tauri::async_runtime::spawn(async move {
            // The command that waits may be gone with its window.
            let _gone = answer.send(chosen.await);
        });
    })
    .ok()?;
    wait.await.ok().flatten().map(|file| file.path().to_owned())
}
