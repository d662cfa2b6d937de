//! Practice mode: the whole program against the built-in stand-in of the service, with invented cases, in a folder of its own.

use std::fs;
use std::sync::Arc;

use casefolio_core::cases::AddRequest;
use casefolio_core::parts::Passphrase;
use casefolio_core::portfolio::{CreateRequest, random_passphrase};
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::{Error, Portfolio};
use casefolio_practice::{Practice, PracticeSettings, Running, Script, demo_receipts};
use tauri::{AppHandle, Manager};
use zeroize::Zeroizing;

use crate::shell::Shell;
use crate::{events, opening, windows};

/// Opens practice mode at the program's start, in the background; the window opens when it is ready.
pub(crate) fn start_at_once(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let opened = start(&app).await;
        windows::on_main_thread(&app, move |app| {
            app.state::<Shell>().set_started();
            let shown = if opened.is_ok() { windows::open_main(app) } else { windows::open_gate(app) };
            if shown.is_err() {
                app.exit(1);
            }
        });
    });
}

/// Starts the practice service and a throw-away portfolio that watches it.
pub(crate) async fn start(app: &AppHandle) -> Result<(), Error> {
    let shell = app.state::<Shell>();
    if shell.running().is_some_and(|session| session.practice.is_some()) {
        opening::end(app).await;
    }
    let clock = shell.core.clock();
    let now = move || clock.now();
    let service = Practice::start(Script::demo(), PracticeSettings::default(), Arc::new(now))
        .await
        .map_err(|_| Error::Stopped)?;
    let core = shell.practice_core();
    let settings = settings_of(&service);
    let portfolio = tauri::async_runtime::spawn_blocking(move || {
        // What an earlier practice left behind is of no use to anyone.
        if let Err(error) = fs::remove_dir_all(core.home().path())
            && error.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::Home(error));
        }
        let passphrase = Passphrase::new(random_passphrase()?).map_err(Error::Passphrase)?;
        let created = core.create(&CreateRequest {
            user_id: "Practice".into(),
            passphrase,
            computer_slot: false,
            watch_behind_lock: false,
        })?;
        furnish(&created.portfolio, &settings)?;
        Ok(created.portfolio)
    })
    .await
    .map_err(|_| Error::Stopped)??;
    if let Some(path) = &shell.arguments.events {
        events::write_changes(&portfolio, path);
    }
    // Only now: a practice mode that cannot start leaves the watching of a real portfolio alone.
    opening::end(app).await;
    opening::begin(app, portfolio, Some(service))
}

fn settings_of(service: &Running) -> SetServiceRequest {
    let settings = ServiceSettings {
        preset: Preset::Practice,
        token_url: service.token_url(),
        api_base: service.api_base(),
        client_id: service.client_id(),
        per_second: 10,
        per_day: 400_000,
    };
    SetServiceRequest { settings, secret: Some(Zeroizing::new(service.client_secret())) }
}

fn furnish(portfolio: &Portfolio, service: &SetServiceRequest) -> Result<(), Error> {
    portfolio.set_service(service)?;
    for (receipt, person) in demo_receipts() {
        portfolio.add(&AddRequest::of_receipts(&[receipt], &person, ""))?;
    }
    Ok(())
}
