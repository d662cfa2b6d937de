//! A key store in a folder, so that what a killed program wrote is there for the next one.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use casefolio_keys::{KeyStore, KeyStoreProblem};
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

/// A file for each secret, replaced whole, like the entries of a real key store. For tests: nothing in it is encrypted.
#[derive(Debug)]
pub struct FolderKeyStore(PathBuf);

impl FolderKeyStore {
    /// The key store in this folder, which need not exist yet.
    #[must_use]
    pub fn at(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn file(&self, account: &str) -> PathBuf {
        self.0.join(HEXLOWER.encode(account.as_bytes()))
    }

    fn put(&self, account: &str, secret: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        if let Some(above) = self.0.parent() {
            File::open(above)?.sync_all()?;
        }
        let beside = self.0.join("being-written");
        let written = self.put_by_way_of(&beside, account, secret);
        if written.is_err() {
            // What went wrong first is what counts.
            drop(fs::remove_file(&beside));
        }
        written
    }

    fn put_by_way_of(&self, beside: &Path, account: &str, secret: &[u8]) -> io::Result<()> {
        let mut file = File::create(beside)?;
        file.write_all(secret)?;
        file.sync_all()?;
        fs::rename(beside, self.file(account))?;
        File::open(&self.0)?.sync_all()
    }
}

fn problem(error: &io::Error) -> KeyStoreProblem {
    if error.kind() == ErrorKind::NotFound { KeyStoreProblem::NoEntry } else { KeyStoreProblem::Unavailable }
}

impl KeyStore for FolderKeyStore {
    fn read(&self, account: &str) -> Result<Zeroizing<Vec<u8>>, KeyStoreProblem> {
        fs::read(self.file(account)).map(Zeroizing::new).map_err(|error| problem(&error))
    }

    fn write(&self, account: &str, secret: &[u8]) -> Result<(), KeyStoreProblem> {
        self.put(account, secret).map_err(|error| problem(&error))
    }

    fn delete(&self, account: &str) -> Result<(), KeyStoreProblem> {
        fs::remove_file(self.file(account)).map_err(|error| problem(&error))?;
        File::open(&self.0).and_then(|folder| folder.sync_all()).map_err(|error| problem(&error))
    }
}
