//! Commands of the gate about a damaged portfolio.

use std::sync::{Mutex, PoisonError};

use casefolio_core::core::PortfolioEntry;
use casefolio_core::health::{self, Diagnosis};
use casefolio_core::parts::Passphrase;
use casefolio_core::portfolio::{CreateRequest, Opener};
use casefolio_core::{Core, Error};
use tauri::{AppHandle, Manager, State};

use super::blocking;
use crate::shell::Shell;
use crate::wire::damage::{DamageView, SalvageRequest, Salvaged};
use crate::wire::gate::Created;
use crate::wire::problem::{Answer, Problem};
use crate::{behind_lock, unlocking};

/// Which portfolio did not open because a file of it is damaged, and why, until another one does not. Managed by Tauri.
#[derive(Debug, Default)]
pub(crate) struct Damaged(Mutex<Option<(String, Problem)>>);

impl Damaged {
    /// Remembers the portfolio the user stands before, if `problem` is damage. Gives its user ID.
    pub(super) fn note(&self, app: &AppHandle, problem: Option<&Problem>) -> Option<String> {
        let problem = problem.filter(|problem| problem.is_damage())?;
        let user_id = unlocking::any_entry(app)?.user_id;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((user_id.clone(), problem.clone()));
        Some(user_id)
    }

    fn problem_of(&self, user_id: &str) -> Option<Problem> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.as_ref().filter(|(noted, _)| noted == user_id).map(|(_, problem)| problem.clone())
    }
}

/// What is wrong with a portfolio, and what can be done.
#[tauri::command]
#[specta::specta]
pub(crate) async fn damage(
    app: AppHandle,
    shell: State<'_, Shell>,
    damaged: State<'_, Damaged>,
    user_id: String,
) -> Answer<DamageView> {
    let (core, noted) = (shell.core.clone(), damaged.problem_of(&user_id));
    let examined = blocking(move || {
        let entry = core.choose_any(Some(&user_id))?;
        let diagnosis = examined(&core, &entry)?;
        Ok((entry, diagnosis))
    });
    let (entry, diagnosis) = behind_lock::aside(&app, examined).await?;
    // A key file that cannot be read now is graver than whatever was met before.
    let of_keys = entry.problem.map(Problem::of_code);
    let problem = of_keys.or(noted).unwrap_or_else(|| Problem::of_code("portfolio_damaged"));
    Ok(DamageView::of(entry.user_id, problem, &diagnosis))
}

/// With the key of this computer where it has one, else from outside.
fn examined(core: &Core, entry: &PortfolioEntry) -> Result<Diagnosis, Error> {
    if entry.computer_slot {
        match core.examine(entry, Some(Opener::Computer)) {
            Err(Error::Keys(_) | Error::Locked) => {}
            examined => return examined,
        }
    }
    core.examine(entry, None)
}

/// Puts the copy of the key file in the place of the damaged one, which is kept.
#[tauri::command]
#[specta::specta]
pub(crate) async fn repair_keys(app: AppHandle, shell: State<'_, Shell>, user_id: String) -> Answer<()> {
    let core = shell.core.clone();
    let repaired = blocking(move || core.repair_keys(&core.choose_any(Some(&user_id))?));
    let entry = behind_lock::aside(&app, repaired).await?;
    unlocking::choose(&app, entry.user_id);
    Ok(())
}

/// Saves what is whole in a damaged portfolio into a new one; it is opened once its recovery code was typed again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn salvage(app: AppHandle, request: SalvageRequest) -> Answer<Salvaged> {
    let proof = request.opener.understood()?;
    let passphrase = Passphrase::new(request.passphrase.into_inner()).map_err(Error::Passphrase)?;
    let new = CreateRequest {
        user_id: request.user_id,
        passphrase,
        computer_slot: request.computer_slot,
        watch_behind_lock: request.watch_behind_lock,
    };
    let handle = app.clone();
    let salvaged = blocking(move || {
        let shell = handle.state::<Shell>();
        let entry = shell.core.choose(Some(&request.damaged))?;
        let salvaged = shell.core.salvage(&entry, &health::SalvageRequest { opener: proof.opener(), new })?;
        let (created, report) = (salvaged.created, salvaged.report.into());
        let view =
            Created { recovery_code: created.recovery_code.show().to_string(), computer_slot: created.computer_slot };
        shell.keep_unconfirmed(created.portfolio, created.recovery_code);
        Ok(Salvaged { created: view, report })
    });
    behind_lock::aside(&app, salvaged).await
}
