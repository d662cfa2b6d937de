//! Commands about the window as a whole.

use casefolio_core::Error;
use casefolio_domain::Language;
use tauri::{AppHandle, Manager, State};

use super::blocking;
use crate::session::Session as Watched;
use crate::shell::Shell;
use crate::wire::activity::DeedView;
use crate::wire::case::time;
use crate::wire::mask::Mask;
use crate::wire::problem::Answer;
use crate::wire::session::{OutlookView, RoundProgress, ServiceState, Session, WatchState};
use crate::wire::settings::LanguageCode;
use crate::{beside, masking, tray};

/// What the main window shows around everything else.
#[tauri::command]
#[specta::specta]
pub(crate) async fn session(app: AppHandle, shell: State<'_, Shell>) -> Answer<Session> {
    let (session, language, open_case) = (shell.session()?, shell.language(), shell.take_next());
    let mask = masking::mask(&app);
    let (core, unread) = (shell.core.clone(), beside::unread(&app));
    blocking(move || {
        let others = core.home().portfolio_folders().is_ok_and(|folders| folders.len() > 1);
        let several = session.practice.is_none() && others;
        view(&session, language, (open_case, several.then_some(unread)), mask)
    })
    .await
}

fn view(
    session: &Watched,
    language: Language,
    (open_case, others): (Option<u32>, Option<u64>),
    mask: Mask,
) -> Result<Session, Error> {
    let portfolio = &session.portfolio;
    let (settings, preferences) = (portfolio.service_settings()?, portfolio.preferences()?);
    let count = |many: u64| u32::try_from(many).unwrap_or(u32::MAX);
    let service = match &settings {
        None => ServiceState::NotSet,
        Some(_) if session.practice.is_some() => ServiceState::Practice,
        Some(_) => ServiceState::Ready,
    };
    Ok(Session {
        user_id: mask.name(portfolio.user_id()),
        masked: mask.is_on(),
        practice: session.practice.is_some(),
        language: preferences.language.unwrap_or(language).into(),
        theme: preferences.theme.into(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cases: count(portfolio.case_count()?),
        unread: count(portfolio.unread_count()?),
        others: others.map(count),
        service,
        watch: watch_state(session, settings.map_or(0, |settings| settings.per_day))?,
        open_case,
    })
}

fn watch_state(session: &Watched, per_day: u32) -> Result<WatchState, Error> {
    let state = session.watcher.state();
    let small = |many: usize| u32::try_from(many).unwrap_or(u32::MAX);
    Ok(WatchState {
        running: state.running,
        round: state.round.map(|(done, total)| RoundProgress { done: small(done), total: small(total) }),
        next_round_at: state.next_round_at.map(time),
        calls_today: session.portfolio.calls_today()?,
        calls_per_day: per_day,
        service_problem: state.problem.map(|kind| kind.code().to_owned()),
        portfolio_problem: state.error.map(str::to_owned),
    })
}

/// How many of the cases that are due next are shown.
const NEXT: usize = 8;

/// What the day's calls went to, and what comes next.
#[tauri::command]
#[specta::specta]
pub(crate) async fn outlook(app: AppHandle, shell: State<'_, Shell>) -> Answer<OutlookView> {
    let (session, mask) = (shell.session()?, masking::mask(&app));
    blocking(move || session.portfolio.outlook(NEXT).map(|outlook| OutlookView::of(outlook, mask))).await
}

/// What the watcher did and decided lately, the latest first.
#[tauri::command]
#[specta::specta]
pub(crate) async fn activity(shell: State<'_, Shell>) -> Answer<Vec<DeedView>> {
    let session = shell.session()?;
    Ok(session.watcher.activity().into_iter().map(DeedView::from).collect())
}

/// Chooses the language, in either window; an open portfolio keeps it.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_language(app: AppHandle, language: LanguageCode) -> Answer<()> {
    speak(&app, language.into()).await
}

/// As the person chose, from whichever window.
pub(super) async fn speak(app: &AppHandle, language: Language) -> Answer<()> {
    let shell = app.state::<Shell>();
    shell.choose_language(language);
    tray::refresh(app);
    // Behind a lock too: the choice is of no case, and the notices follow it.
    let Some(session) = shell.running() else {
        return Ok(());
    };
    blocking(move || {
        let preferences = session.portfolio.preferences()?;
        session
            .portfolio
            .set_preferences(casefolio_core::preferences::Preferences { language: Some(language), ..preferences })
    })
    .await
}

/// Hides names and numbers from the window, or shows them again. The window then reads again what it shows.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_masked(app: AppHandle, shell: State<'_, Shell>, on: bool) -> Answer<()> {
    let _open = shell.session()?;
    masking::turn(&app, on);
    tray::refresh(&app);
    Ok(())
}

/// Ends the program, after what was asked of the service is committed.
#[tauri::command]
#[specta::specta]
pub(crate) async fn quit(app: AppHandle) -> Answer<()> {
    crate::quit(&app);
    Ok(())
}
