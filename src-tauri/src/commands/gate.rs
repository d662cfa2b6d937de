//! Commands of the gate: the only ones that see a passphrase.

use casefolio_core::parts::{KdfStrength, Passphrase, RecoveryCode};
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::preferences::Theme;
use casefolio_core::{Error, Portfolio};
use tauri::{AppHandle, Manager, State};

use super::{blocking, on_main_thread};
use crate::shell::Shell;
use crate::wire::gate::{self, Created, GateView, PortfolioView, RecoverRequest, UnlockRequest};
use crate::wire::problem::Answer;
use crate::wire::typed::Typed;
use crate::{opening, practice, windows};

/// What the gate shows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn gate(shell: State<'_, Shell>) -> Answer<GateView> {
    let core = shell.core.clone();
    let language = shell.language().into();
    let problem = shell.take_refusal();
    let running = shell.running();
    blocking(move || {
        let view = |entry: casefolio_core::core::PortfolioEntry| PortfolioView {
            user_id: entry.user_id,
            computer_slot: entry.computer_slot,
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
            theme: Theme::System.into(),
            key_store: core.key_store_answers(),
            version,
            problem,
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
        let request = CreateRequest { user_id: request.user_id, passphrase, computer_slot: request.computer_slot };
        let created = shell.core.with_strength(calibrated()).create(&request)?;
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
    enter(&app, portfolio).await
}

/// Opens a portfolio with its passphrase, or shows again the one that goes on behind a lock.
#[tauri::command]
#[specta::specta]
pub(crate) async fn unlock(app: AppHandle, request: UnlockRequest) -> Answer<()> {
    let handle = app.clone();
    let opened = blocking(move || {
        let shell = handle.state::<Shell>();
        let passphrase = Passphrase::typed(request.passphrase.into_inner()).map_err(Error::Passphrase)?;
        let entry = shell.core.choose(Some(&request.user_id))?;
        match shell.running_for(&entry.user_id) {
            Some(_) => shell.core.try_passphrase(&entry, &passphrase).map(|()| None),
            None => shell.core.unlock(&entry, &passphrase).map(Some),
        }
    })
    .await?;
    enter_or_show_again(&app, opened).await
}

/// Opens a portfolio with its recovery code and gives it a new passphrase. One that goes on behind a lock is shown again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn recover_portfolio(app: AppHandle, request: RecoverRequest) -> Answer<()> {
    let code = RecoveryCode::parse(&request.recovery_code.into_inner()).map_err(Error::RecoveryCode)?;
    let new = Passphrase::new(request.passphrase.into_inner()).map_err(Error::Passphrase)?;
    let handle = app.clone();
    let opened = blocking(move || {
        let shell = handle.state::<Shell>();
        let calibrated = shell.core.with_strength(calibrated());
        let entry = calibrated.choose(Some(&request.user_id))?;
        match shell.running_for(&entry.user_id) {
            Some(_) => calibrated.reset_passphrase(&entry, &code, &new).map(|()| None),
            None => calibrated.recover(&entry, &code, &new).map(Some),
        }
    })
    .await?;
    enter_or_show_again(&app, opened).await
}

/// Opens practice mode.
#[tauri::command]
#[specta::specta]
pub(crate) async fn start_practice(app: AppHandle) -> Answer<()> {
    practice::start(&app).await?;
    on_main_thread(&app, windows::open_main).await
}

/// The cost of guessing a passphrase, raised to half a second on this computer.
#[expect(clippy::disallowed_methods, reason = "the stopwatch of the calibration")]
fn calibrated() -> KdfStrength {
    KdfStrength::calibrated(&mut |work| {
        let start = std::time::Instant::now();
        work();
        start.elapsed()
    })
}

/// Enters a portfolio that was just opened; none means that the one behind the lock is shown again.
async fn enter_or_show_again(app: &AppHandle, opened: Option<Portfolio>) -> Answer<()> {
    match opened {
        Some(portfolio) => enter(app, portfolio).await,
        None => show_again(app).await,
    }
}

async fn enter(app: &AppHandle, portfolio: Portfolio) -> Answer<()> {
    // One portfolio is watched at a time: another one's watch ends first.
    opening::end(app).await;
    opening::begin(app, portfolio, None)?;
    on_main_thread(app, windows::open_main).await
}

async fn show_again(app: &AppHandle) -> Answer<()> {
    app.state::<Shell>().unlock();
    crate::tray::refresh(app);
    on_main_thread(app, windows::open_main).await
}
