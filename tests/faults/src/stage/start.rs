//! What phases start from that no other phase leaves.

use std::fs;
use std::path::Path;

use casefolio_keys::KeyFile;

use super::words;
use crate::key_store::FolderKeyStore;
use crate::life::{BUNDLE, OLD, passphrase};
use crate::tree;

/// Of a life only its newest backup is left, as on another computer, and the key store, as on this one.
pub(super) fn leave_the_backup(folder: &Path) -> Result<(), String> {
    let files = tree::files(folder).map_err(words)?;
    let newest = files.iter().rfind(|file| file.extension().is_some_and(|ending| ending == "casefolio"));
    let newest = newest.ok_or("there is no backup")?;
    fs::rename(folder.join(newest), folder.join(BUNDLE)).map_err(words)?;
    fs::remove_dir_all(folder.join("home")).map_err(words)
}

/// A page in the midst of the database is not what was written any more. The last backup, if there is one, lies beside.
pub(super) fn damage(folder: &Path) -> Result<(), String> {
    const WITHIN_A_PAGE_IN_THE_MIDST: usize = 10 * 4096 + 1000;
    let files = tree::files(folder).map_err(words)?;
    let database = files.iter().find(|file| file.ends_with("portfolio.db")).ok_or("there is no database")?;
    let mut bytes = fs::read(folder.join(database)).map_err(words)?;
    *bytes.get_mut(WITHIN_A_PAGE_IN_THE_MIDST).ok_or("the database is small")? ^= 1;
    fs::write(folder.join(database), bytes).map_err(words)?;
    let backup = files.iter().rfind(|file| file.extension().is_some_and(|ending| ending == "casefolio"));
    backup.map_or(Ok(0), |backup| fs::copy(folder.join(backup), folder.join(BUNDLE))).map(drop).map_err(words)
}

/// A portfolio as another version made it, which this computer may open.
pub(super) fn put_fixture(from: &Path, folder: &Path) -> Result<(), String> {
    let id = KeyFile::load(from).map_err(words)?.portfolio_id().to_owned();
    let portfolio = folder.join("home/portfolios").join(id);
    fs::create_dir_all(&portfolio).map_err(words)?;
    for name in ["keys.json", "portfolio.db"] {
        fs::copy(from.join(name), portfolio.join(name)).map_err(words)?;
    }
    let mut file = KeyFile::load(&portfolio).map_err(words)?;
    let passphrase = passphrase(OLD).map_err(words)?;
    let key = file.unlock_with_passphrase(&passphrase).map_err(words)?;
    file.add_computer_slot(&key, &FolderKeyStore::at(folder.join("key-store"))).map_err(words)
}
