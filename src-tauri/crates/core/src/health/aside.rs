//! Setting a damaged portfolio aside, so that a backup of it can take its place.

use std::path::{Path, PathBuf};

use casefolio_keys::{Error as KeysError, KeyFile, PortfolioKey};
use casefolio_store::{DatabaseKey, Error as StoreError, Finding as StoreFinding, examine};
use casefolio_system::private;
use chrono::{DateTime, Utc};

use super::Finding;
use crate::core::Core;
use crate::error::{BackupProblem, Error};
use crate::home::SET_ASIDE;
use crate::portfolio::Opener;

impl Core {
    /// Makes sure that the portfolio in `folder` is damaged: `key`, which opens a backup of it, or else `opener` opens its slot file and the
    /// database is not in order; or its slot file is damaged and `unproven` says that a person takes that for enough. One that is in order
    /// is refused, however old it is, and so is one of a newer program.
    pub(crate) fn assure_damaged(
        &self,
        folder: &Path,
        key: &PortfolioKey,
        opener: Opener<'_>,
        unproven: bool,
    ) -> Result<(), Error> {
        let keys = match KeyFile::load(folder) {
            Err(KeysError::Damaged | KeysError::Missing | KeysError::Strength(_)) if unproven => return Ok(()),
            Err(KeysError::Damaged | KeysError::Missing | KeysError::Strength(_)) => {
                return Err(BackupProblem::Unproven.into());
            }
            keys => keys?,
        };
        // A key that was replaced since the backup was made is not the backup's.
        let key = if keys.belongs_to(key) { key.clone() } else { self.key(&keys, opener)? };
        let examined = examine(folder, Some((&DatabaseKey::new(*key.expose()), keys.portfolio_id())), &[])?;
        if let Some(StoreFinding::Newer { found, known }) =
            examined.findings.iter().find(|finding| matches!(finding, StoreFinding::Newer { .. }))
        {
            return Err(StoreError::Newer { found: *found, known: *known }.into());
        }
        let damaged = examined.findings.into_iter().any(|finding| Finding::Database(finding).is_damage());
        if damaged { Ok(()) } else { Err(BackupProblem::InOrder.into()) }
    }
}

/// Gives the folder of a damaged portfolio a name under which no portfolio is looked for, in the same folder: one step, after which it is
/// whole under the one name or the other. Gives the new path.
pub(crate) fn set_aside(folder: &Path, now: DateTime<Utc>) -> Result<PathBuf, Error> {
    let id = folder.file_name().unwrap_or_default().to_string_lossy();
    let name = format!("{SET_ASIDE}{}-{id}", now.format("%Y-%m-%dT%H%M%SZ"));
    let aside = folder.with_file_name(name);
    if aside.symlink_metadata().is_ok() {
        return Err(Error::Home(std::io::ErrorKind::AlreadyExists.into()));
    }
    private::rename(folder, &aside).map_err(Error::Home)?;
    Ok(aside)
}

/// Puts it back, where what was to take its place did not come.
pub(crate) fn put_back(aside: &Path, folder: &Path) -> Result<(), Error> {
    private::rename(aside, folder).map_err(Error::Home)
}
