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

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use casefolio_core::Home;
use tauri::{AppHandle, Manager, RunEvent};

use crate::arguments::Arguments;
use crate::shell::Shell;
use crate::tray::Choice;

/// Runs the program until the user quits it.
#[must_use]
pub fn run() -> ExitCode {
    let Some(arguments) = Arguments::of_process() else {
        return complain("cli.desktop.unknown_argument", ExitCode::from(2));
    };
    let Some(home) = arguments.home.clone().map(Home::at).or_else(Home::of_this_user) else {
        return complain("problem.data_folder", ExitCode::FAILURE);
    };
    let handler = bindings::builder();
    let invoke = handler.invoke_handler();
    let built = tauri::Builder::default()
        // First: a second start must end before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| windows::on_main_thread(app, windows::raise)))
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(invoke)
        .setup(move |app| {
            handler.mount_events(app);
            app.manage(Shell::compose(&arguments, home));
            start(app.handle(), &arguments)?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(_) => complain("problem.unknown", ExitCode::FAILURE),
    }
}

fn start(app: &AppHandle, arguments: &Arguments) -> tauri::Result<()> {
    tray::install(app, chosen)?;
    notifier::open_on_click(app);
    if arguments.practice {
        practice::start_at_once(app);
    } else {
        opening::open_by_computer(app);
    }
    Ok(())
}

/// Says on standard error, in the computer's language, why the program ends.
fn complain(key: &str, code: ExitCode) -> ExitCode {
    // Without a terminal nobody reads it.
    let _unread = writeln!(std::io::stderr(), "Casefolio: {}", language::words(key, language::of_system()));
    code
}

/// Ends the program when what was asked of the service is committed, or after two seconds.
fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let _late = tokio::time::timeout(Duration::from_secs(2), opening::end(&app)).await;
        app.exit(0);
    });
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
        Choice::Quit => quit(app),
    }
}

/// Closing the last window leaves the watching on, if the user wants that.
fn on_event(app: &AppHandle, event: RunEvent) {
    if let RunEvent::ExitRequested { api, code: None, .. } = event {
        api.prevent_exit();
        let shell = app.state::<Shell>();
        // Before anything was opened there is no window to be the last.
        if shell.is_started() && !shell.stays_in_tray() {
            quit(app);
        }
    }
}
