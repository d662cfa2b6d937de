//! From an open portfolio to a session: watched, told of, shown.

use std::sync::Arc;

use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::{Tempo, Watcher};
use casefolio_core::{Error, Portfolio};
use casefolio_practice::Running;
use tauri::{AppHandle, Manager};

use crate::notifier::{self, DesktopNotifier};
use crate::session::Session;
use crate::shell::Shell;
use crate::{events, tray, windows};

/// Begins a session: from here on the portfolio is watched and can be shown. Needs the async runtime.
pub(crate) fn begin(app: &AppHandle, portfolio: Portfolio, practice: Option<Running>) -> Result<(), Error> {
    let shell = app.state::<Shell>();
    shell.agree_on_language(&portfolio)?;
    let portfolio = Arc::new(portfolio);
    events::forward(app, &portfolio);
    tray::follow(app, &portfolio);
    let tempo = if practice.is_some() { Tempo::PRACTICE } else { Tempo::USUAL };
    let watcher = Watcher::start(Arc::clone(&portfolio), tempo);
    let dispatcher = Dispatcher::start(&portfolio, Arc::new(DesktopNotifier::new(app)))?;
    shell.begin(Session { portfolio, watcher, dispatcher, practice });
    tray::refresh(app);
    Ok(())
}

/// Ends the session there is: when this returns, everything it asked is committed and nothing more is told of it.
pub(crate) async fn end(app: &AppHandle) {
    let Some(session) = app.state::<Shell>().end() else { return };
    session.watcher.stop().await;
    let dispatcher = session.dispatcher.clone();
    // A thread that is just telling a notice holds the portfolio until it is told.
    let _ended = tauri::async_runtime::spawn_blocking(move || dispatcher.flush()).await;
    notifier::take_back(app);
}

/// Opens the only portfolio with the key that this computer's key store holds, and shows it; otherwise the gate, which says why not.
/// Reading the key store may take seconds: away from the thread of the windows.
pub(crate) fn open_by_computer(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let handle = app.clone();
        let opened = tauri::async_runtime::spawn_blocking(move || {
            let core = handle.state::<Shell>().core.clone();
            let entry = core.choose(None)?;
            if entry.computer_slot { core.unlock_with_computer(&entry).map(Some) } else { Ok(None) }
        })
        .await
        .unwrap_or(Err(Error::Stopped))
        .and_then(|portfolio| portfolio.map(|portfolio| begin(&app, portfolio, None)).transpose());
        windows::on_main_thread(&app, move |app| show(app, opened));
    });
}

fn show(app: &AppHandle, opened: Result<Option<()>, Error>) {
    let shell = app.state::<Shell>();
    let main = matches!(opened, Ok(Some(())));
    match opened {
        // A first start and a choice among several need no explanation.
        Ok(_) | Err(Error::NoPortfolio | Error::SeveralPortfolios) => {}
        Err(error) => shell.refuse(error),
    }
    shell.set_started();
    let shown = if main { windows::open_main(app) } else { windows::open_gate(app) };
    if shown.is_err() {
        app.exit(1);
    }
}
