//! Tests that need a bus of a certain kind around them. They are marked as ignored, so that a plain `cargo test` on somebody's desktop
//! leaves that desktop's key store alone; here each gets what it needs, and must run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command::{Counts, cargo, program, step};
use crate::workspace::{SELECTION, Workspace};

/// The file whose tests are run here, and no other may hold ignored ones.
pub(crate) const FILE: &str = "src-tauri/crates/keys/tests/it/session.rs";

const WITH_BUS: &str = "session::whatever_becomes_of_the_service_it_is_never_prompted_and_works_again_later";
const WITHOUT_BUS: &str = "session::without_a_bus_nothing_is_reachable_and_nothing_hangs";

/// A bus without service files: nothing answers on it but what the test itself starts.
const BUS: &str = include_str!("../../../../tests/e2e/src/bus.xml");

/// Runs the tests of the key store against a real one, and without any.
pub(crate) fn key_store(workspace: &Workspace) -> Result<Counts> {
    let folder = std::env::temp_dir().join(format!("casefolio-key-store-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let outcome = both(workspace, &folder);
    std::fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be removed", folder.display()))?;
    outcome
}

fn both(workspace: &Workspace, folder: &Path) -> Result<Counts> {
    let config = folder.join("bus.conf");
    std::fs::write(&config, BUS.replace("SOCKET", &folder.join("bus").to_string_lossy()))?;
    let test = |name| [&["test"], &SELECTION[..], &["--test", "it", "--", "--ignored", "--exact", name]].concat();
    let config = format!("--config-file={}", config.display());
    let with_bus = cargo(workspace.root(), &test(WITH_BUS));
    let words: Vec<String> = std::iter::once(with_bus.get_program())
        .chain(with_bus.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    let words: Vec<&str> = [config.as_str(), "--"].into_iter().chain(words.iter().map(String::as_str)).collect();
    let mut counts = one("key store", apart(program("dbus-run-session", workspace.root(), &words), folder))?;
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
