//! Commands of the gate: before any portfolio is open.

use casefolio_core::Error;
use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::portfolio::CreateRequest;
use tauri::{AppHandle, Manager, State};

use super::damage::Damaged;
use super::entering::enter;
use super::{blocking, on_main_thread};
use crate::shell::Shell;
use crate::wire::gate::{self, Created, GateView, PortfolioView};
use crate::wire::problem::Answer;
use crate::wire::typed::Typed;
use crate::{beside, practice, unlocking, windows};

/// What the gate shows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn gate(app: AppHandle, shell: State<'_, Shell>) -> Answer<GateView> {
    let core = shell.core.clone();
    let (language, theme) = (shell.language().into(), shell.theme().into());
    let problem = shell.take_refusal();
    let running = shell.running();
    blocking(move || {
        let damaged = app.state::<Damaged>().note(&app, problem.as_ref());
        let view = |entry: casefolio_core::core::PortfolioEntry| PortfolioView {
            unread_beside: beside::unread_in(&app, &entry).map(|unread| u32::try_from(unread).unwrap_or(u32::MAX)),
            user_id: entry.user_id,
            computer_slot: entry.computer_slot,
            problem: entry.problem.map(str::to_owned),
        };
        let portfolios = core.portfolios()?.into_iter().map(view).collect();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let service_ready = match running {
            Some(session) => session.portfolio.service_settings()?.is_some(),
            None => false,
        };
        Ok(GateView {
            portfolios,
            language,
            theme,
            key_store: core.key_store_answers(),
            version,
            problem,
            damaged,
            service_ready,
        })
    })
    .await
}

/// Makes a portfolio; it is opened once its recovery code was typed again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn create_portfolio(app: AppHandle, request: gate::CreateRequest) -> Answer<Created> {
    blocking(move || {
        let shell = app.state::<Shell>();
        let passphrase = Passphrase::new(request.passphrase.into_inner()).map_err(Error::Passphrase)?;
        let request = CreateRequest {
            user_id: request.user_id,
            passphrase,
            computer_slot: request.computer_slot,
            watch_behind_lock: request.watch_behind_lock,
        };
        let created = shell.core.create(&request)?;
        let view =
            Created { recovery_code: created.recovery_code.show().to_string(), computer_slot: created.computer_slot };
        shell.keep_unconfirmed(created.portfolio, created.recovery_code);
        Ok(view)
    })
    .await
}

/// Compares the code typed again with the one that was shown, and opens the portfolio.
#[tauri::command]
#[specta::specta]
pub(crate) async fn confirm_recovery_code(app: AppHandle, code: Typed) -> Answer<()> {
    let typed = RecoveryCode::parse(&code.into_inner()).map_err(Error::RecoveryCode)?;
    let portfolio = app.state::<Shell>().confirm(&typed)?;
    portfolio.note_recovery_confirmed()?;
    let portfolio = blocking(move || portfolio.note_recovery_confirmed().map(|()| portfolio)).await?;
    enter(&app, portfolio).await
}

/// Opens the unlock window of a portfolio.
#[tauri::command]
#[specta::specta]
pub(crate) async fn choose_portfolio(app: AppHandle, shell: State<'_, Shell>, user_id: String) -> Answer<()> {
    let core = shell.core.clone();
    let entry = blocking(move || core.choose(Some(&user_id))).await?;
    unlocking::choose(&app, entry.user_id);
    on_main_thread(&app, windows::open_closed).await
}

/// Opens practice mode.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_practice(app: AppHandle) -> Answer<()> {
    practice::start(&app).await?;
    on_main_thread(&app, windows::open_main).await
}
