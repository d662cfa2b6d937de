//! The data folder: where portfolios lie on this computer.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How the name of a folder begins in which a damaged portfolio was set aside. No portfolio has such a name.
pub(crate) const SET_ASIDE: &str = "damaged-";

/// The folder that holds everything Casefolio keeps: `portfolios/ID/` with `portfolio.db` and `keys.json` each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home(PathBuf);

impl Home {
    /// The data folder at `path`.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// The folder the operating system's convention names for `org.casefolio.Casefolio`; none where the user has no home. On Windows the
    /// local one: what is watched from this computer does not travel with a domain profile.
    #[must_use]
    pub fn of_this_user() -> Option<Self> {
        directories::ProjectDirs::from("org", "casefolio", "Casefolio")
            .map(|dirs| Self(dirs.data_local_dir().to_owned()))
    }

    /// The folder itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// A data folder inside this one, for the throw-away portfolios of practice mode.
    #[must_use]
    pub fn practice(&self) -> Self {
        Self(self.0.join("practice"))
    }

    /// The folder that holds the portfolios.
    #[must_use]
    pub fn portfolios(&self) -> PathBuf {
        self.0.join("portfolios")
    }

    /// The folders of the portfolios, in a stable order. A data folder that does not exist has none.
    pub fn portfolio_folders(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(self.portfolios()) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut folders = Vec::new();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            // Unfinished ones, and damaged ones that were set aside.
            let other = name.starts_with('.') || name.starts_with(SET_ASIDE);
            if path.is_dir() && !other {
                folders.push(path);
            }
        }
        folders.sort();
        Ok(folders)
    }
}
