//! Whether a portfolio's files are in order: what is wrong with them, and what lies before that is none of their fault. Looking changes
//! nothing; what can be done is in `salvage.rs` (what is whole, into a new portfolio), `aside.rs` (out of the way, for a restore) and
//! [`Core::repair_keys`]. Nothing is ever deleted.

mod aside;
mod salvage;

use std::path::Path;

use casefolio_keys::{Error as KeysError, KeyFile};
use casefolio_store::{DatabaseKey, Finding as StoreFinding, examine};
use casefolio_system::storage;

pub(crate) use aside::{put_back, set_aside};
pub use casefolio_store::SalvageReport;
pub use salvage::{SalvageRequest, Salvaged};

use crate::core::{Core, PortfolioEntry};
use crate::error::Error;
use crate::generation;
use crate::portfolio::{Opener, Portfolio};

/// Something that is wrong with a portfolio's files. The words for it stand in the locales under `finding`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// The slot file is damaged or missing.
    Keys {
        /// Whether the copy beside it is whole, so that [`Core::repair_keys`] mends it.
        copy: bool,
    },
    /// A newer Casefolio wrote the slot file.
    NewerKeys,
    /// Something of the database.
    Database(StoreFinding),
}

impl Finding {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Keys { .. } => "keys_damaged",
            Self::NewerKeys | Self::Database(StoreFinding::Newer { .. }) => "newer_version",
            Self::Database(StoreFinding::Missing) => "missing",
            Self::Database(StoreFinding::Empty) => "empty_file",
            Self::Database(StoreFinding::NotOurs) => "not_ours",
            Self::Database(StoreFinding::WrongKey) => "wrong_key",
            Self::Database(StoreFinding::Truncated) => "truncated",
            Self::Database(StoreFinding::ForeignJournal) => "foreign_journal",
            Self::Database(StoreFinding::DamagedPages { .. }) => "damaged_page",
            Self::Database(StoreFinding::Disordered) => "disordered",
            Self::Database(StoreFinding::RolledBack { .. }) => "rolled_back",
        }
    }

    /// How many pages are damaged, or how many transactions are missing; none where nothing is counted.
    #[must_use]
    pub fn count(self) -> Option<u64> {
        match self {
            Self::Database(
                StoreFinding::DamagedPages { pages: count } | StoreFinding::RolledBack { missing: count },
            ) => Some(count),
            Self::Keys { .. } | Self::NewerKeys | Self::Database(_) => None,
        }
    }

    /// Whether it is damage. An older copy and the files of a newer program are in order.
    #[must_use]
    pub fn is_damage(self) -> bool {
        !matches!(self, Self::NewerKeys | Self::Database(StoreFinding::Newer { .. } | StoreFinding::RolledBack { .. }))
    }

    /// Whether there may be something of the portfolio left to save, given its key.
    fn leaves_something(self) -> bool {
        matches!(
            self,
            Self::Database(
                StoreFinding::Truncated
                    | StoreFinding::ForeignJournal
                    | StoreFinding::DamagedPages { .. }
                    | StoreFinding::Disordered
            )
        )
    }
}

/// Something that is no damage and may lead to some.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// The folder lies on a drive of another computer.
    NetworkFolder,
    /// The folder is reached through a link.
    LinkedFolder,
    /// The copy of the slot file is not the same as the slot file.
    KeysCopyDiffers,
    /// The file that would tell an older copy of the database cannot be read.
    GenerationUnreadable,
    /// A stored backup was found to be damaged.
    BackupDamaged,
}

impl Warning {
    /// The stable code. The words stand in the locales under `finding`, as those of the findings.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NetworkFolder => "network_folder",
            Self::LinkedFolder => "linked_folder",
            Self::KeysCopyDiffers => "keys_copy_differs",
            Self::GenerationUnreadable => "generation_unreadable",
            Self::BackupDamaged => "backup_damaged",
        }
    }
}

/// What an examination of a portfolio's folder found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnosis {
    /// What is wrong, gravest first. Empty: nothing that can be told.
    pub findings: Vec<Finding>,
    /// What may lead to damage.
    pub warnings: Vec<Warning>,
    /// Whether the database was read, which takes its key; else it was looked at from outside.
    pub whole: bool,
}

impl Diagnosis {
    /// Whether the copy of the slot file can take its place.
    #[must_use]
    pub fn keys_can_be_repaired(&self) -> bool {
        self.findings.contains(&Finding::Keys { copy: true })
    }

    /// Whether there may be something to save into a new portfolio. Seen from outside, a database that shows nothing may be damaged.
    #[must_use]
    pub fn can_be_salvaged(&self) -> bool {
        let found = !self.whole || !self.findings.is_empty();
        found && self.findings.iter().all(|finding| finding.leaves_something())
    }
}

impl Core {
    /// Looks at everything in a portfolio's folder and changes nothing. Without an opener, or with a damaged slot file, the database is
    /// seen from outside alone. The portfolio must not be open.
    pub fn examine(&self, entry: &PortfolioEntry, opener: Option<Opener<'_>>) -> Result<Diagnosis, Error> {
        let mut diagnosis = Diagnosis { warnings: folder_warnings(&entry.folder), ..Diagnosis::default() };
        match (KeyFile::load(&entry.folder), opener) {
            (Ok(keys), Some(opener)) => self.look_inside(&keys, opener, &mut diagnosis)?,
            (Ok(_), None) => look_from_outside(&entry.folder, &mut diagnosis)?,
            // The folder bears the identity.
            (Err(KeysError::Damaged | KeysError::Missing | KeysError::Strength(_)), _) => {
                let id = entry.folder.file_name().unwrap_or_default().to_string_lossy();
                diagnosis.findings.push(Finding::Keys { copy: KeyFile::healthy_copy(&entry.folder, &id).is_some() });
                look_from_outside(&entry.folder, &mut diagnosis)?;
            }
            (Err(KeysError::Newer { .. }), _) => diagnosis.findings.push(Finding::NewerKeys),
            (Err(error), _) => return Err(error.into()),
        }
        if self.backups(entry).is_ok_and(|backups| backups.iter().any(|backup| backup.damaged)) {
            diagnosis.warnings.push(Warning::BackupDamaged);
        }
        Ok(diagnosis)
    }

    fn look_inside(&self, keys: &KeyFile, opener: Opener<'_>, diagnosis: &mut Diagnosis) -> Result<(), Error> {
        let key = DatabaseKey::new(*self.key(keys, opener)?.expose());
        let id = keys.portfolio_id();
        let kept: Vec<Vec<u8>> = generation::kept(&self.parts.key_store, id).into_iter().collect();
        let examined = examine(keys.folder(), Some((&key, id)), &kept)?;
        diagnosis.findings.extend(examined.findings.into_iter().map(Finding::Database));
        diagnosis.whole = true;
        if examined.generation_unreadable {
            diagnosis.warnings.push(Warning::GenerationUnreadable);
        }
        if !keys.copy_is_level()? {
            diagnosis.warnings.push(Warning::KeysCopyDiffers);
        }
        Ok(())
    }
}

fn look_from_outside(folder: &Path, diagnosis: &mut Diagnosis) -> Result<(), Error> {
    let examined = examine(folder, None, &[])?;
    diagnosis.findings.extend(examined.findings.into_iter().map(Finding::Database));
    Ok(())
}

impl Portfolio {
    /// How many transactions this portfolio lacks of what this computer saw of it before, if it is older; until
    /// [`Portfolio::accept_older`].
    #[must_use]
    pub fn missing_transactions(&self) -> Option<u64> {
        self.store.missing_transactions()
    }

    /// Takes this older portfolio for the right one from now on.
    pub fn accept_older(&self) -> Result<(), Error> {
        self.store.accept_older()?;
        self.keep_generation();
        Ok(())
    }

    /// Whether damage was met in reading or writing since the portfolio was opened. What was shown is right all the same.
    #[must_use]
    pub fn met_damage(&self) -> bool {
        self.store.met_damage()
    }

    /// What may lead to damage where the portfolio lies.
    #[must_use]
    pub fn folder_warnings(&self) -> Vec<Warning> {
        folder_warnings(self.folder())
    }
}

/// What cannot be told is not warned of.
fn folder_warnings(folder: &Path) -> Vec<Warning> {
    // The folder itself, or the one of all portfolios: what lies above is how this computer is set up.
    let linked =
        [Some(folder), folder.parent()].into_iter().flatten().any(|path| storage::is_link(path).unwrap_or(false));
    let network = storage::is_remote(folder).unwrap_or(false);
    let warnings = [(network, Warning::NetworkFolder), (linked, Warning::LinkedFolder)];
    warnings.into_iter().filter_map(|(holds, warning)| holds.then_some(warning)).collect()
}
