//! Casefolio's desktop shell: the window, the tray and the notifications over `casefolio-core`.
//!
//! Floor 3. Commands are thin: they read a request, call one use case and shape a view.

rust_i18n::i18n!("../locales", fallback = "en");

mod arguments;
mod bindings;
mod commands;
mod events;
mod language;
mod links;
mod notifier;
mod opening;
mod practice;
mod session;
mod shell;
mod tray;
mod windows;
mod wire;

use std::process::ExitCode;

use tauri::{AppHandle, Manager, RunEvent};

use crate::arguments::Arguments;
use crate::shell::Shell;
use crate::tray::Choice;

/// Runs the program until the user quits it.
#[must_use]
pub fn run() -> ExitCode {
    let Some(arguments) = Arguments::of_process() else {
        return ExitCode::from(2);
    };
    let handler = bindings::builder();
    let invoke = handler.invoke_handler();
    let built = tauri::Builder::default()
        // First: a second start must end before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| windows::raise(app)))
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(invoke)
        .setup(move |app| {
            handler.mount_events(app);
            app.manage(Shell::compose(&arguments));
            start(app.handle(), &arguments)?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn start(app: &AppHandle, arguments: &Arguments) -> tauri::Result<()> {
    tray::install(app, chosen)?;
    notifier::open_on_click(app);
    if arguments.practice {
        practice::start_at_once(app);
    } else if opening::open_by_computer(app) {
        windows::open_main(app)?;
    } else {
        windows::open_gate(app)?;
    }
    Ok(())
}

/// Does what was chosen in the tray's menu.
fn chosen(app: &AppHandle, choice: Choice) {
    match choice {
        Choice::Open => windows::raise(app),
        Choice::Check => {
            if let Some(session) = app.state::<Shell>().running() {
                tauri::async_runtime::spawn(async move { session.watcher.check_now(Vec::new()).await });
            }
        }
        Choice::Lock => commands::lock_now(app),
        Choice::Quit => app.exit(0),
    }
}

/// Closing the last window leaves the watching on, if the user wants that; quitting is said in the tray.
fn on_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::ExitRequested { api, code: None, .. } = event
        && app.state::<Shell>().stays_in_tray()
    {
        api.prevent_exit();
    }
}
