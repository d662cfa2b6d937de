//! Tests that need a bus of a certain kind around them. They are marked as ignored, so that a plain `cargo test` on somebody's desktop
//! leaves that desktop's key store alone; here each gets what it needs, and must run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command::{Counts, cargo, program, step};
use crate::workspace::{SELECTION, Workspace};

/// The files whose ignored tests are run here, and no other may hold any.
pub(crate) const FILES: [&str; 2] =
    ["src-tauri/crates/keys/tests/it/session.rs", "src-tauri/crates/system/tests/it/session.rs"];

const WITH_BUS: &str = "session::whatever_becomes_of_the_service_it_is_never_prompted_and_works_again_later";
const MOMENTS: &str = "session::sleep_and_the_screen_lock_are_told_by_whoever_knows_of_them";
const HOLD: &str =
    "session::sleep_is_let_go_when_the_views_are_locked_or_when_that_takes_too_long_and_held_again_after_it";
const SILENT: &str = "session::a_logind_that_never_answers_keeps_nobody_from_hearing_the_screen_saver_and_of_sleep";
const WITHOUT_BUS: &str = "session::without_a_bus_nothing_is_reachable_and_nothing_hangs";

/// A bus without service files: nothing answers on it but what the test itself starts.
const BUS: &str = include_str!("../../../../tests/e2e/src/bus.xml");

/// Runs the tests of the key store against a real one and without any, and that of sleep and the screen lock.
pub(crate) fn session_tests(workspace: &Workspace) -> Result<Counts> {
    let folder = std::env::temp_dir().join(format!("casefolio-session-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let outcome = all(workspace, &folder);
    std::fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    outcome
}

fn all(workspace: &Workspace, folder: &Path) -> Result<Counts> {
    let (config, socket) = (folder.join("bus.conf"), folder.join("bus"));
    std::fs::write(&config, BUS.replace("SOCKET", &socket.to_string_lossy()))?;
    let test = |name| [&["test"], &SELECTION[..], &["--test", "it", "--", "--ignored", "--exact", name]].concat();
    let config = format!("--config-file={}", config.display());
    let on_a_bus = |name| {
        let command = cargo(workspace.root(), &test(name));
        let words: Vec<String> = std::iter::once(command.get_program())
            .chain(command.get_args())
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        let words: Vec<&str> = [config.as_str(), "--"].into_iter().chain(words.iter().map(String::as_str)).collect();
        apart(program("dbus-run-session", workspace.root(), &words), folder)
    };
    let mut counts = one("key store", on_a_bus(WITH_BUS))?;
    for (name, test) in [("sleep and screen lock", MOMENTS), ("the hold on sleep", HOLD), ("a silent logind", SILENT)] {
        let mut moments = on_a_bus(test);
        // One bus stands for both.
        moments.env("DBUS_SYSTEM_BUS_ADDRESS", format!("unix:path={}", socket.display()));
        counts.add(one(name, moments)?);
    }
    counts.add(one("no key store", apart(cargo(workspace.root(), &test(WITHOUT_BUS)), folder))?);
    Ok(counts)
}

/// With private folders, and without the display and the bus of whoever runs this.
fn apart(mut command: Command, folder: &Path) -> Command {
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"] {
        command.env_remove(name);
    }
    let folder: PathBuf = folder.to_path_buf();
    command.env("XDG_RUNTIME_DIR", &folder).env("XDG_DATA_HOME", &folder);
    command
}

fn one(name: &str, command: Command) -> Result<Counts> {
    let counts = step(name, command)?;
    ensure!(
        counts.passed == 1,
        "the test of step \"{name}\" did not run: was it renamed? (xtask/src/session_tests.rs)"
    );
    Ok(counts)
}
