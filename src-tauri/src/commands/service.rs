//! Commands about the service and the preferences.

use casefolio_core::telling::NotifyProblem;
use tauri::{AppHandle, State};

use super::blocking;
use crate::notifier::DesktopNotifier;
use crate::shell::Shell;
use crate::wire::problem::{Answer, Problem};
use crate::wire::settings::{Preferences, ServiceSettings, ServiceTest, SetServiceRequest};
use crate::{links, tray};

/// The service's settings, without the secret.
#[tauri::command]
#[specta::specta]
pub(crate) async fn service_settings(shell: State<'_, Shell>) -> Answer<ServiceSettings> {
    let session = shell.session()?;
    blocking(move || {
        Ok(ServiceSettings::of(session.portfolio.service_settings()?, session.portfolio.service_secret_is_set()?))
    })
    .await
}

/// Replaces the service's settings.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_service(shell: State<'_, Shell>, request: SetServiceRequest) -> Answer<()> {
    let session = shell.session()?;
    let request = casefolio_core::service::SetServiceRequest::from(request);
    let portfolio = std::sync::Arc::clone(&session.portfolio);
    blocking(move || portfolio.set_service(&request)).await?;
    Ok(session.watcher.look_now().await?)
}

/// Asks the service for a token, and for nothing else.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_service(shell: State<'_, Shell>) -> Answer<ServiceTest> {
    let session = shell.session()?;
    Ok(match session.portfolio.test_service().await? {
        Ok(()) => ServiceTest { ok: true, problem: None, message: None },
        Err(failure) => {
            ServiceTest { ok: false, problem: Some(failure.kind.code().to_owned()), message: failure.message }
        }
    })
}

/// The preferences.
#[tauri::command]
#[specta::specta]
pub(crate) async fn preferences(shell: State<'_, Shell>) -> Answer<Preferences> {
    let (session, language) = (shell.session()?, shell.language());
    blocking(move || Ok(Preferences::of(session.portfolio.preferences()?, language))).await
}

/// Replaces the preferences.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_preferences(app: AppHandle, shell: State<'_, Shell>, preferences: Preferences) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.set_preferences(preferences.into())).await?;
    shell.set_language(preferences.language.into());
    tray::refresh(&app);
    Ok(())
}

/// Raises a notification, to see whether it is seen.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_notification(app: AppHandle) -> Answer<()> {
    let raised = tauri::async_runtime::spawn_blocking(move || DesktopNotifier::new(&app).test()).await;
    match raised {
        Ok(Ok(())) => Ok(()),
        Ok(Err(NotifyProblem::Absent | NotifyProblem::Refused)) | Err(_) => {
            Err(Problem::of_code("notification_service_missing"))
        }
    }
}

/// Opens an official page in the user's own browser.
#[tauri::command]
#[specta::specta]
pub(crate) async fn open_link(url: String) -> Answer<()> {
    if links::open(&url) { Ok(()) } else { Err(Problem::of_code("link_not_opened")) }
}
