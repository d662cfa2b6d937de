//! Whether names and numbers are hidden, as for a shared screen. Locking does not change it; it ends with the program.

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{AppHandle, Manager};

use crate::wire::mask::Mask;

/// The switch. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Masking(AtomicBool);

/// How what crosses to the window is masked now.
pub(crate) fn mask(app: &AppHandle) -> Mask {
    Mask::new(is_on(app))
}

/// Whether names and numbers are hidden.
pub(crate) fn is_on(app: &AppHandle) -> bool {
    app.state::<Masking>().0.load(Ordering::Relaxed)
}

/// Hides names and numbers, or shows them again.
pub(crate) fn turn(app: &AppHandle, on: bool) {
    app.state::<Masking>().0.store(on, Ordering::Relaxed);
}
