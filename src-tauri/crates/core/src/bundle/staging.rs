//! A folder under a passing name in which the parts of a bundle stand while they are proven.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use casefolio_keys::{KeyFile, PortfolioKey};
use casefolio_store::backup::{Contents, prove};
use casefolio_store::{DatabaseKey, Error as StoreError};
use casefolio_system::private;

use super::form::{Bundle, DATABASE, KEYS};
use super::manifest::Manifest;
use crate::error::{BackupProblem, Error};

/// A private folder that goes when this goes, with all that is in it.
pub(crate) struct Staging(PathBuf);

impl Staging {
    /// Makes the folder anew; what a program that was killed left there goes.
    pub(crate) fn make(folder: PathBuf) -> Result<Self, Error> {
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::Home(error)),
            Ok(()) | Err(_) => {}
        }
        private::create_folder(&folder).map_err(Error::Home)?;
        Ok(Self(folder))
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Where the database stands in it.
    pub(super) fn database(&self) -> PathBuf {
        self.0.join(DATABASE)
    }

    /// Puts a slot file into it and reads it: the folder may then be opened like a portfolio's.
    pub(super) fn put_keys(&self, bytes: &[u8]) -> Result<KeyFile, Error> {
        let mut file = private::new_file(&self.0.join(KEYS)).map_err(Error::Home)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Error::Home)?;
        Ok(KeyFile::load(&self.0)?)
    }

    fn put_database(&self, bundle: Bundle) -> Result<(), Error> {
        let mut file = private::new_file(&self.database()).map_err(Error::Home)?;
        bundle.pour(&mut file)?;
        file.sync_all().and_then(|()| private::sync_folder(&self.0)).map_err(Error::Home)
    }

    /// Gives the folder another name and keeps it.
    pub(crate) fn become_folder(mut self, folder: &Path) -> Result<(), Error> {
        private::rename(&self.0, folder).map_err(Error::Home)?;
        self.0.clear();
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if !self.0.as_os_str().is_empty() {
            // What stays is removed by the next one.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A bundle whose parts stand in a folder, on the disk. They fit together; whether they open is still to be proven.
pub(crate) struct Unpacked {
    /// What the bundle says of itself.
    pub(crate) manifest: Manifest,
    /// Its slot file.
    pub(crate) keys: KeyFile,
    /// The folder.
    pub(crate) staging: Staging,
}

impl Unpacked {
    /// Unpacks a bundle into the folder `into`, which is made anew.
    pub(crate) fn of(bundle: Bundle, into: PathBuf) -> Result<Self, Error> {
        let staging = Staging::make(into)?;
        let manifest = bundle.manifest.clone();
        let keys = staging.put_keys(&bundle.keys).map_err(blamed)?;
        // It names a folder later on.
        let id = keys.portfolio_id();
        let well_formed = id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !well_formed || id != manifest.portfolio_id {
            return Err(BackupProblem::Damaged.into());
        }
        staging.put_database(bundle)?;
        Ok(Self { manifest, keys, staging })
    }

    /// Proves the whole of it by the portfolio's key: the slot file is of the holder of this key, and the database passes every check
    /// and is what the manifest says.
    pub(crate) fn prove(&self, key: &PortfolioKey) -> Result<Contents, Error> {
        if !self.keys.belongs_to(key) {
            return Err(BackupProblem::Damaged.into());
        }
        let database = DatabaseKey::new(*key.expose());
        let contents = prove(&self.staging.database(), &database, self.keys.portfolio_id())
            .map_err(|error| blamed(error.into()))?;
        let said = (self.manifest.schema, self.manifest.cases);
        if said == (contents.schema, contents.cases()) { Ok(contents) } else { Err(BackupProblem::Damaged.into()) }
    }
}

/// The same error, said of the bundle where it is the bundle's.
pub(crate) fn blamed(error: Error) -> Error {
    use casefolio_keys::Error as Keys;
    match error {
        Error::Keys(Keys::Newer { .. }) | Error::Store(StoreError::Newer { .. }) => BackupProblem::Newer.into(),
        Error::Keys(Keys::Damaged | Keys::Missing | Keys::Strength(_) | Keys::WrongKey)
        | Error::Store(
            StoreError::Damaged
            | StoreError::Truncated
            | StoreError::WrongKey
            | StoreError::NotOurs
            | StoreError::Unreadable(_),
        ) => BackupProblem::Damaged.into(),
        other => other,
    }
}
