//! Casefolio's desktop shell: the window, the tray and the notifications over `casefolio-core`.
//!
//! Floor 3. Commands are thin: they read a request, call one use case and shape a view.

rust_i18n::i18n!("../locales", fallback = "en");

mod arguments;
mod attending;
mod backups;
mod behind_lock;
mod beside;
mod bindings;
mod clipboard;
mod commands;
mod dialogs;
mod events;
mod instance;
mod language;
mod links;
mod locking;
mod masking;
mod moments;
mod news;
mod notifier;
mod opening;
mod practice;
mod secrets;
mod session;
mod shell;
mod tray;
mod unlocking;
mod upkeep;
mod windows;
mod wire;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use casefolio_core::Home;
use casefolio_core::locking::LockReason;
use casefolio_core::log::{LogEvent, note_faults};
use casefolio_system::{anew, console, identity};
use tauri::{AppHandle, Manager, RunEvent};

use crate::arguments::{Arguments, Refusal};
use crate::behind_lock::BehindLock;
use crate::beside::Beside;
use crate::clipboard::Clip;
use crate::commands::backups::{Restoring, SetAside};
use crate::commands::damage::Damaged;
use crate::commands::diagnostics::Shown;
use crate::commands::health::MemoryWarning;
use crate::commands::mail::SigningIn;
use crate::masking::Masking;
use crate::secrets::Secrets;
use crate::shell::Shell;
use crate::tray::Choice;
use crate::unlocking::Unlocking;

/// Who the program is to the desktop; `tauri.conf.json` and the installers name the same.
const APP_ID: &str = "org.casefolio.Casefolio";

/// Runs the program until the user quits it.
#[must_use]
pub fn run() -> ExitCode {
    // What a fault says of itself may hold what a person typed: its place has to do.
    note_faults(None);
    identity::announce(APP_ID);
    let arguments = match Arguments::of_process() {
        Ok(arguments) => arguments,
        Err(Refusal::UnknownArgument) => return complain("cli.desktop.unknown_argument", ExitCode::from(2)),
        Err(Refusal::Debugger) => return complain("cli.desktop.debugger", ExitCode::FAILURE),
    };
    let Some(home) = arguments.home.clone().map(Home::at).or_else(Home::of_this_user) else {
        return complain("problem.data_folder", ExitCode::FAILURE);
    };
    let handler = bindings::builder();
    let invoke = handler.invoke_handler();
    let built = tauri::Builder::default()
        // First: a second start must end before it touches anything.
        .plugin(tauri_plugin_single_instance::init(|app, words, _| {
            // The system starts the program at sign-in, also beside one that a person started sooner.
            if !words.iter().any(|word| word == arguments::HIDDEN) {
                windows::raise_soon(app);
            }
        }))
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(invoke)
        .setup(move |app| {
            handler.mount_events(app);
            // The first one was not found by the bus, or it would have been called and this one ended before.
            let Ok(claim) = instance::claim(&home) else { end_beside_another(app.handle()) };
            app.manage(claim);
            let shell = Shell::compose(&arguments, home);
            shell.log.begin();
            note_faults(Some(Arc::clone(&shell.log)));
            app.manage(shell);
            app.manage(BehindLock::default());
            app.manage(Beside::default());
            app.manage(Unlocking::default());
            app.manage(Masking::default());
            app.manage(Secrets::default());
            app.manage(MemoryWarning::default());
            app.manage(Restoring::default());
            app.manage(Damaged::default());
            app.manage(SetAside::default());
            app.manage(Shown::default());
            app.manage(SigningIn::default());
            app.manage(Clip::default());
            start(app.handle(), &arguments);
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(on_event);
            ExitCode::SUCCESS
        }
        Err(error) => {
            // The program that was running ended while it was told of this start: now this one is the first.
            if matches!(error, tauri::Error::PluginInitialization(..)) && !arguments::is_anew() {
                anew::start();
            }
            complain("problem.unknown", ExitCode::FAILURE)
        }
    }
}

fn start(app: &AppHandle, arguments: &Arguments) {
    tray::install(app, chosen);
    notifier::open_on_click(app);
    moments::heed(app);
    locking::keep_time(app);
    if arguments.practice {
        practice::start_at_once(app);
    } else if arguments.hidden {
        opening::open_hidden(app);
    } else {
        opening::open_by_computer(app);
    }
}

/// Ends a program that found another one over its data folder. No window was opened yet.
fn end_beside_another(app: &AppHandle) -> ! {
    complain("problem.already_running", ExitCode::FAILURE);
    app.cleanup_before_exit();
    std::process::exit(1)
}

/// Says on standard error, in the computer's language, why the program ends.
fn complain(key: &str, code: ExitCode) -> ExitCode {
    console::attach();
    // Without a terminal nobody reads it.
    let _unread = writeln!(std::io::stderr(), "Casefolio: {}", language::words(key, language::of_system()));
    code
}

/// Ends the program when what was asked of the service is committed, or after two seconds.
fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        end_in_time(&app).await;
        app.exit(0);
    });
}

async fn end_in_time(app: &AppHandle) {
    let _late = tokio::time::timeout(Duration::from_secs(2), opening::end(app)).await;
    clipboard::wipe(app);
}

/// Does what was chosen in the tray's menu.
fn chosen(app: &AppHandle, choice: Choice) {
    match choice {
        Choice::Open => windows::raise(app),
        Choice::Check => {
            if let Some(session) = app.state::<Shell>().running() {
                tauri::async_runtime::spawn(async move { session.watcher.check_now(Vec::new()).await });
            }
            behind_lock::check_now(app);
            beside::check_now(app);
        }
        Choice::Lock => locking::lock(app, LockReason::Person, None),
        Choice::Quit => quit(app),
        Choice::Case(case) => notifier::show_case(app, Some(case)),
    }
}

fn on_event(app: &AppHandle, event: RunEvent) {
    // The icon in the Dock was clicked.
    #[cfg(target_os = "macos")]
    if matches!(event, RunEvent::Reopen { .. }) {
        windows::raise_soon(app);
    }
    // Ended from outside, as macOS does without asking before.
    if matches!(event, RunEvent::Exit) {
        tauri::async_runtime::block_on(end_in_time(app));
        if let Some(shell) = app.try_state::<Shell>() {
            shell.log.note(&LogEvent::Ended);
        }
    }
    // Closing the last window leaves the watching on, if the user wants that.
    if let RunEvent::ExitRequested { api, code: None, .. } = event {
        api.prevent_exit();
        let shell = app.state::<Shell>();
        // Before anything was opened there is no window to be the last.
        let beside_alone = shell.running().is_none() && beside::stays_in_tray(app);
        let stays = shell.stays_in_tray() || behind_lock::stays_in_tray(app) || beside_alone;
        if shell.is_started() && !stays {
            quit(app);
        } else if !shell.is_locked() && shell.is_strict() {
            locking::lock(app, LockReason::LastWindow, None);
        }
    }
}
