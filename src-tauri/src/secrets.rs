//! What the window of secrets was opened for, and the recovery code that is shown in it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use casefolio_core::portfolio::NewRecoveryCode;
use tauri::{AppHandle, Manager};
use zeroize::Zeroizing;

use crate::wire::secret::SecretJob;

/// The state of the window of secrets. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Mutex<Held>);

#[derive(Debug, Default)]
struct Held {
    job: Option<SecretJob>,
    new_code: Option<NewRecoveryCode>,
}

/// Begins a job; a code that was shown for another one is gone.
pub(crate) fn begin(app: &AppHandle, job: SecretJob) {
    *held(&app.state::<Secrets>()) = Held { job: Some(job), new_code: None };
}

/// Ends whatever was begun.
pub(crate) fn end(app: &AppHandle) {
    *held(&app.state::<Secrets>()) = Held::default();
}

/// Whether the window was opened for this job.
pub(crate) fn is_for(app: &AppHandle, job: SecretJob) -> bool {
    held(&app.state::<Secrets>()).job == Some(job)
}

/// Keeps a new recovery code until it was typed again. Answers with how it is shown.
pub(crate) fn keep(app: &AppHandle, new: NewRecoveryCode) -> Zeroizing<String> {
    let shown = new.code().show();
    held(&app.state::<Secrets>()).new_code = Some(new);
    shown
}

/// The new recovery code as it is shown.
pub(crate) fn shown_code(app: &AppHandle) -> Option<Zeroizing<String>> {
    held(&app.state::<Secrets>()).new_code.as_ref().map(|new| new.code().show())
}

/// Does something with the new recovery code, which goes if that succeeds.
pub(crate) fn use_up<E>(
    app: &AppHandle,
    work: impl FnOnce(&NewRecoveryCode) -> Result<(), E>,
) -> Option<Result<(), E>> {
    let state = app.state::<Secrets>();
    let mut held = held(&state);
    let outcome = work(held.new_code.as_ref()?);
    if outcome.is_ok() {
        held.new_code = None;
    }
    Some(outcome)
}

fn held(state: &Secrets) -> MutexGuard<'_, Held> {
    state.0.lock().unwrap_or_else(PoisonError::into_inner)
}
