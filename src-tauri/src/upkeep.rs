//! What an open portfolio needs from time to time, done in the background: its daily backup, a look at those that lie there, and the
//! thorough check of its database.

use std::sync::{Arc, Weak};
use std::time::Duration;

use casefolio_core::log::{Deed, LogEvent};
use casefolio_core::{Error, Portfolio};
use tauri::async_runtime::JoinHandle;
use tauri::{AppHandle, Manager};
use tokio::sync::Mutex;

use crate::shell::Shell;

/// How long after the opening it is looked for the first time: the person's first clicks come first.
const FIRST: Duration = Duration::from_secs(60);
/// How often after that. What is due the clock says.
const LOOK: Duration = Duration::from_secs(3_600);

/// The upkeep of one portfolio.
pub(crate) struct Upkeep {
    task: JoinHandle<()>,
    /// Held while it works.
    working: Arc<Mutex<()>>,
}

impl Upkeep {
    /// Begins. Needs the async runtime.
    pub(crate) fn start(app: &AppHandle, portfolio: &Arc<Portfolio>) -> Self {
        let working = Arc::new(Mutex::new(()));
        let (app, portfolio, work) = (app.clone(), Arc::downgrade(portfolio), Arc::clone(&working));
        let task = tauri::async_runtime::spawn(async move {
            let mut wait = FIRST;
            loop {
                tokio::time::sleep(wait).await;
                wait = LOOK;
                // Goes with the work: also where nobody waits for this task any more.
                let turn = Arc::clone(&work).lock_owned().await;
                let (app, portfolio) = (app.clone(), Weak::clone(&portfolio));
                let done = tauri::async_runtime::spawn_blocking(move || {
                    let _turn = turn;
                    portfolio.upgrade().map(|portfolio| look_after(&app, &portfolio))
                });
                if !matches!(done.await, Ok(Some(()))) {
                    return;
                }
            }
        });
        Self { task, working }
    }

    /// Ends, and returns when nothing of it holds the portfolio any more.
    pub(crate) async fn stop(&self) {
        self.task.abort();
        drop(self.working.lock().await);
    }
}

fn look_after(app: &AppHandle, portfolio: &Portfolio) {
    note(app, Deed::BackUp, portfolio.back_up_if_due().map(|made| made.is_some()));
    note(app, Deed::VerifyBackup, portfolio.verify_stored_if_due().map(|verified| verified.is_some()));
    let checked = portfolio.check_thoroughly_if_due();
    for finding in checked.iter().flatten().flat_map(|check| &check.findings) {
        app.state::<Shell>().log.note(&LogEvent::Found { what: finding.into() });
    }
    note(app, Deed::Check, checked.map(|check| check.is_some()));
}

/// Notes what was done, and what could not be.
fn note(app: &AppHandle, what: Deed, outcome: Result<bool, Error>) {
    let shell = app.state::<Shell>();
    match outcome {
        Ok(true) => shell.log.note(&LogEvent::Done { what }),
        Ok(false) => {}
        Err(error) => shell.note_refused(what, &error),
    }
}
