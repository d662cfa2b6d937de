//! The last steps into a portfolio, whichever window they begin in.

use casefolio_core::Portfolio;
use tauri::{AppHandle, Manager};

use super::on_main_thread;
use crate::shell::Shell;
use crate::wire::problem::{Answer, Problem};
use crate::{opening, tray, unlocking, windows};

/// Enters a portfolio that was just opened; none means that the one behind the lock is shown again.
pub(super) async fn enter_or_show_again(app: &AppHandle, opened: Option<Portfolio>) -> Answer<()> {
    match opened {
        Some(portfolio) => enter(app, portfolio).await,
        None => show_again(app).await,
    }
}

/// Begins the session of a portfolio and shows it.
pub(super) async fn enter(app: &AppHandle, portfolio: Portfolio) -> Answer<()> {
    // One portfolio is watched at a time: another one's watch ends first.
    opening::end(app).await;
    opening::begin(app, portfolio, None)?;
    on_main_thread(app, windows::open_main).await
}

async fn show_again(app: &AppHandle) -> Answer<()> {
    app.state::<Shell>().unlock();
    tray::refresh(app);
    on_main_thread(app, windows::open_main).await
}

/// What to do with a portfolio that did not open: damage is the gate's to name and to mend, the rest is said where it was tried.
pub(super) async fn refused(app: &AppHandle, user_id: String, problem: Problem) -> Answer<()> {
    if !problem.is_damage() {
        return Err(problem);
    }
    unlocking::choose(app, user_id);
    app.state::<Shell>().refuse(problem);
    on_main_thread(app, windows::open_gate).await
}
