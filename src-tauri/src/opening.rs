//! From an open portfolio to a session: watched, told of, shown.

use std::sync::Arc;

use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::{Tempo, Watcher};
use casefolio_core::{Error, Portfolio};
use casefolio_practice::Running;
use tauri::{AppHandle, Manager};

use crate::notifier::DesktopNotifier;
use crate::session::Session;
use crate::shell::Shell;
use crate::{events, tray};

/// Begins a session: from here on the portfolio is watched and can be shown. Needs the async runtime.
pub(crate) fn begin(app: &AppHandle, portfolio: Portfolio, practice: Option<Running>) -> Result<(), Error> {
    let portfolio = Arc::new(portfolio);
    events::forward(app, &portfolio);
    tray::follow(app, &portfolio);
    Dispatcher::start(&portfolio, Arc::new(DesktopNotifier::new(app)))?;
    let tempo = if practice.is_some() { Tempo::PRACTICE } else { Tempo::USUAL };
    let watcher = Watcher::start(Arc::clone(&portfolio), tempo);
    app.state::<Shell>().begin(Session { portfolio, watcher, practice });
    tray::refresh(app);
    Ok(())
}

/// Opens the only portfolio with the key that this computer's key store holds. False leaves it to a person.
pub(crate) fn open_by_computer(app: &AppHandle) -> bool {
    let shell = app.state::<Shell>();
    let opened = shell.core.choose(None).and_then(|entry| shell.core.unlock_with_computer(&entry));
    // The watcher needs the runtime; the program's start is not on it.
    opened.is_ok_and(|portfolio| tauri::async_runtime::block_on(async { begin(app, portfolio, None) }).is_ok())
}
