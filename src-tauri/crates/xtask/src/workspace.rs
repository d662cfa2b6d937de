//! Where things are: the repository's root, cargo's target folder, and the environment's few words.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The selection of packages that every heavy cargo call shares. Cargo unites the features of the packages that are selected together,
/// so two selections would build Tauri, tokio and the rest twice. xtask stays out: it is running while the others build.
pub(crate) const SELECTION: [&str; 3] = ["--workspace", "--exclude", "xtask"];

/// The repository and where cargo builds it.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    /// Walks up from the current folder to the manifest that declares the workspace.
    pub(crate) fn locate() -> Result<Self> {
        let here = std::env::current_dir().context("no current folder")?;
        let root = here
            .ancestors()
            .find(|folder| {
                std::fs::read_to_string(folder.join("Cargo.toml")).is_ok_and(|text| text.contains("[workspace]"))
            })
            .with_context(|| format!("no workspace at or above {}", here.display()))?
            .to_path_buf();
        let target = variable("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |folder| here.join(folder));
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// Where cargo builds.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A program of this workspace in the dev profile.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

/// An environment variable that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one place where xtask reads the environment")]
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
