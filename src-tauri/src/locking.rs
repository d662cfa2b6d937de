//! Locking: the views are closed, the watching goes on.

use tauri::{AppHandle, Manager};

use crate::shell::Shell;
use crate::{tray, windows};

/// Closes the view of the portfolio, on the thread of the windows. The gate takes the place of the window; where none is open, none
/// is opened.
pub(crate) fn lock(app: &AppHandle) {
    app.state::<Shell>().set_locked(true);
    tray::refresh(app);
    if windows::main_is_open(app) && windows::open_closed(app).is_err() {
        // Better no window at all than one that still shows the portfolio.
        app.exit(1);
    }
}
