//! Debian's Rust, told to build for Windows. rustup brings no target here, so the standard library is built from Debian's sources of
//! it, by Debian's own compiler of the same version.

use std::path::PathBuf;
use std::process::Command;

use crate::command::program;
use crate::workspace::{SELECTION, Workspace, variable};

/// Where Debian's compiler lies; rustup's may come first in the path.
const DEBIAN: &str = "/usr/bin";
const TARGET: &str = "x86_64-pc-windows-gnu";
const BUILD_STD: &str = "-Zbuild-std=std,panic_unwind";

/// What is built for Windows: everything but what drives a Linux desktop.
const LEFT_AT_HOME: [&str; 2] = ["--exclude", "casefolio-e2e"];

/// Cargo for Windows over this workspace; what it builds lies in a folder of its own, and stays for the next time.
pub(super) struct Cross<'a> {
    workspace: &'a Workspace,
}

impl<'a> Cross<'a> {
    pub(super) fn new(workspace: &'a Workspace) -> Self {
        Self { workspace }
    }

    pub(super) fn workspace(&self) -> &Workspace {
        self.workspace
    }

    /// Everything that is made for and by Windows here.
    pub(super) fn folder(&self) -> PathBuf {
        self.workspace.target().join("windows")
    }

    /// Where the programs come to lie.
    pub(super) fn programs(&self) -> PathBuf {
        self.folder().join(TARGET).join("release")
    }

    /// `cargo build`, `cargo test` ... in release, over the packages that are made for Windows.
    pub(super) fn cargo(&self, task: &str, options: &[&str]) -> Command {
        self.command("cargo", &[task], &[&["--release"], options].concat())
    }

    /// `cargo clippy`: called by its own name, because cargo would look for rustup's first.
    pub(super) fn clippy(&self) -> Command {
        // For this target it asks of every thread's own value that it be `const`, also where it is.
        let mistaken = "clippy::missing-const-for-thread-local";
        self.command("cargo-clippy", &["clippy"], &["--all-targets", "--", "-D", "warnings", "-A", mistaken])
    }

    fn command(&self, name: &str, before: &[&str], after: &[&str]) -> Command {
        let target = [BUILD_STD, "--target", TARGET];
        let arguments = [before, &target, &SELECTION, &LEFT_AT_HOME, after].concat();
        let mut command = program(&format!("{DEBIAN}/{name}"), self.workspace.root(), &arguments);
        let path = variable("PATH").unwrap_or_default();
        command
            .env("PATH", format!("{DEBIAN}:{path}"))
            .env("CARGO", format!("{DEBIAN}/cargo"))
            .env("RUSTC", format!("{DEBIAN}/rustc"))
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", self.folder());
        command
    }
}
