//! Mending a damaged slot file.

use casefolio_keys::KeyFile;

use crate::core::{Core, PortfolioEntry};
use crate::error::Error;

impl Core {
    /// Puts the healthy copy `keys.json.previous` in the place of a damaged or missing `keys.json`; the damaged one is kept beside.
    /// Refused, with nothing changed, where the copy is damaged as well or is of another portfolio than the folder. The entry as it
    /// is now.
    pub fn repair_keys(&self, entry: &PortfolioEntry) -> Result<PortfolioEntry, Error> {
        // A portfolio's folder bears its identity.
        let id = entry.folder.file_name().unwrap_or_default().to_string_lossy();
        KeyFile::repair(&entry.folder, &id)?;
        Ok(PortfolioEntry::of(entry.folder.clone()))
    }
}
