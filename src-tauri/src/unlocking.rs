//! Which portfolio the user stands before, and what the unlock window says of it.

use std::sync::{Mutex, PoisonError};

use casefolio_core::Error;
use casefolio_core::core::PortfolioEntry;
use tauri::{AppHandle, Manager};

use crate::behind_lock;
use crate::shell::Shell;
use crate::wire::problem::Problem;
use crate::wire::unlocking::UnlockView;

/// The portfolio that was chosen at the gate. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Unlocking {
    chosen: Mutex<Option<String>>,
}

/// Chooses the portfolio that is to be unlocked.
pub(crate) fn choose(app: &AppHandle, user_id: String) {
    *app.state::<Unlocking>().chosen.lock().unwrap_or_else(PoisonError::into_inner) = Some(user_id);
}

/// The portfolio that was chosen, else the only one there is; also where its files are damaged.
pub(crate) fn any_entry(app: &AppHandle) -> Option<PortfolioEntry> {
    let chosen = app.state::<Unlocking>().chosen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    app.state::<Shell>().core.choose_any(chosen.as_deref()).ok()
}

/// The portfolio the user stands before: the one that was chosen or opened last, else the one behind the lock, else the only one there is. None
/// where the gate has to ask, or where its keys are damaged.
pub(crate) fn entry(app: &AppHandle) -> Option<PortfolioEntry> {
    let shell = app.state::<Shell>();
    let behind = shell.running().filter(|session| session.practice.is_none());
    let chosen = app.state::<Unlocking>().chosen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let user_id = chosen.or_else(|| behind.map(|session| session.portfolio.user_id().to_owned()));
    shell.core.choose(user_id.as_deref()).ok()
}

/// What the unlock window knows of the portfolio; none where the gate has to speak first.
pub(crate) fn view(app: &AppHandle) -> Option<UnlockView> {
    let shell = app.state::<Shell>();
    if shell.is_damaged() {
        return None;
    }
    let entry = entry(app)?;
    let refusal = shell.take_refusal();
    let behind = shell.running_for(&entry.user_id);
    Some(UnlockView {
        language: shell.language().into(),
        theme: shell.theme().into(),
        problem: waiting(&shell, &entry).or(refusal),
        goes_on: behind.is_some() || behind_lock::is_for(app, &entry.user_id),
        user_id: entry.user_id,
    })
}

/// That wrong tries at a portfolio are followed by a wait, while there is one.
pub(crate) fn waiting(shell: &Shell, entry: &PortfolioEntry) -> Option<Problem> {
    shell.core.wait_before_next_try(entry).map(|seconds| Error::TooManyTries { seconds }.into())
}
