//! Where the portfolio lies: its folder, its files, who may read them, and who has them open.

use std::fs::{self, File, TryLockError};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use casefolio_system::private;

use crate::error::Error;
use crate::pages::PAGE;

const DATABASE: &str = "portfolio.db";
const WATCH: &str = "watch.db";
const LOCK: &str = "portfolio.lock";
const GENERATION: &str = "generation";
/// How every plain database begins; an encrypted one begins with random bytes.
const PLAIN: &[u8; 16] = b"SQLite format 3\0";

/// One of the two databases of a portfolio's folder. The folder is locked for this [`Place`] and those made from it while one of them lives.
pub(crate) struct Place {
    folder: PathBuf,
    database: &'static str,
    lock: Arc<FolderLock>,
}

struct FolderLock(File);

impl Drop for FolderLock {
    /// Closing the file is not enough on Unix: a process that is being started meanwhile has it open too, for an instant.
    fn drop(&mut self) {
        // Where that fails, closing the file does it.
        let _ = self.0.unlock();
    }
}

impl Place {
    /// Makes the folder, if need be, and takes it.
    pub(crate) fn make(folder: &Path) -> Result<Self, Error> {
        private::create_folder(folder)?;
        Self::take(folder)
    }

    /// Takes the folder, if no other has it.
    pub(crate) fn take(folder: &Path) -> Result<Self, Error> {
        let lock = private::open_or_create(&folder.join(LOCK))
            .map_err(|error| if error.kind() == ErrorKind::NotFound { Error::Missing } else { Error::Io(error) })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Error::Busy),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let place = Self { folder: folder.to_owned(), database: DATABASE, lock: Arc::new(FolderLock(lock)) };
        place.close_to_others()?;
        Ok(place)
    }

    /// The watch store of the same folder, under the same lock.
    pub(crate) fn of_watch(&self) -> Result<Self, Error> {
        let watch = Self { folder: self.folder.clone(), database: WATCH, lock: Arc::clone(&self.lock) };
        watch.close_to_others()?;
        Ok(watch)
    }

    /// Whether a watch store lies in a folder.
    pub(crate) fn watch_in(folder: &Path) -> bool {
        fs::symlink_metadata(folder.join(WATCH)).is_ok()
    }

    /// The database.
    pub(crate) fn database(&self) -> PathBuf {
        self.folder.join(self.database)
    }

    /// The journal beside the database.
    pub(crate) fn journal(&self) -> PathBuf {
        self.beside("-wal")
    }

    /// The file that keeps the generation.
    pub(crate) fn generation(&self) -> PathBuf {
        self.folder.join(GENERATION)
    }

    /// A copy that is being given another key.
    pub(crate) fn renewing(&self) -> PathBuf {
        self.beside(".renewing")
    }

    /// A proven copy with another key.
    pub(crate) fn renewed(&self) -> PathBuf {
        self.beside(".renewed")
    }

    /// Looks at the database from outside, before the engine does: missing, empty, not a file, not encrypted.
    pub(crate) fn assure_encrypted_file(&self) -> Result<(), Error> {
        let path = self.database();
        let seen = match fs::symlink_metadata(&path) {
            Ok(seen) => seen,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(Error::Missing),
            Err(error) => return Err(error.into()),
        };
        if !seen.is_file() {
            return Err(Error::NotOurs);
        }
        if seen.len() == 0 {
            return Err(Error::Empty);
        }
        let mut beginning = Vec::new();
        // No connection of ours is open yet: closing this handle drops no lock of the engine's.
        File::open(&path)?.take(PLAIN.len() as u64).read_to_end(&mut beginning)?;
        if beginning == PLAIN {
            return Err(Error::NotOurs);
        }
        // The engine would take a piece of a page for an empty database.
        if seen.len() < PAGE as u64 { Err(Error::Truncated) } else { Ok(()) }
    }

    /// Whether the database ends within a page.
    pub(crate) fn ends_within_a_page(&self) -> Result<bool, Error> {
        Ok(fs::symlink_metadata(self.database())?.len() % PAGE as u64 != 0)
    }

    /// Reads the database and its journal from one end to the other, to see whether the disk gives every byte. Nothing of it may be open:
    /// closing a file drops the engine's locks on it.
    pub(crate) fn read_through(&self) -> Result<(), Error> {
        [self.database(), self.journal()].iter().try_for_each(|path| read_through(path))
    }

    /// Whether a journal with something in it lies beside the database.
    pub(crate) fn has_journal(&self) -> Result<bool, Error> {
        match fs::symlink_metadata(self.journal()) {
            Ok(seen) if !seen.is_file() => Err(Error::NotOurs),
            Ok(seen) => Ok(seen.len() > 0),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// An empty file, readable for its owner alone, in which a new database is made before it gets the name.
    pub(crate) fn begin(&self) -> Result<PathBuf, Error> {
        if fs::symlink_metadata(self.database()).is_ok() {
            return Err(Error::AlreadyThere);
        }
        let path = self.beside(".new");
        remove_whole(&path)?;
        private::new_file(&path)?;
        Ok(path)
    }

    /// Gives the finished database its name.
    pub(crate) fn finish(&self, unfinished: &Path) -> Result<(), Error> {
        // A journal of a database that is gone would be taken for this one's.
        for ending in ["-wal", "-shm"] {
            if fs::symlink_metadata(self.beside(ending)).is_ok() {
                return Err(Error::ForeignJournal);
            }
        }
        // The engine does not say that it could not take its own away.
        remove(&beside(unfinished, "-journal"))?;
        Ok(private::rename(unfinished, &self.database())?)
    }

    /// Gives the database and its journal other names, which no database has: the journal first, so that it is never met without it.
    pub(crate) fn set_aside(&self) -> Result<(), Error> {
        let mut number = 1;
        let free = |number: u32| fs::symlink_metadata(self.beside(&format!(".aside-{number}"))).is_err();
        while !free(number) {
            number += 1;
        }
        for ending in ["-wal", "-shm", ""] {
            match private::rename(&self.beside(ending), &self.beside(&format!(".aside-{number}{ending}"))) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    /// Deletes the database and what lies beside it: the database first, so that none is met without its journal.
    pub(crate) fn remove(&self) -> Result<(), Error> {
        remove_whole(&self.database())?;
        remove_whole(&self.beside(".new"))?;
        Ok(private::sync_folder(&self.folder)?)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        self.folder.join(format!("{}{ending}", self.database))
    }

    /// Closes the folder and its files to everyone else, however open they were.
    fn close_to_others(&self) -> Result<(), Error> {
        private::close_folder(&self.folder)?;
        let files = ["", "-wal", "-shm"].map(|ending| self.beside(ending));
        for path in files.into_iter().chain([self.folder.join(LOCK), self.generation()]) {
            match private::close_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }
}

/// Reads a file from one end to the other. One that is not there, or is none, has no byte that could fail.
pub(crate) fn read_through(path: &Path) -> Result<(), Error> {
    match fs::symlink_metadata(path) {
        Ok(seen) if seen.is_file() => {}
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    while file.read(&mut buffer)? > 0 {}
    Ok(())
}

/// Removes a database and what the engine lays beside it: the database first, so that none is met without its journal.
pub(crate) fn remove_whole(path: &Path) -> Result<(), Error> {
    ["", "-journal", "-wal", "-shm"].into_iter().try_for_each(|ending| remove(&beside(path, ending)))
}

/// The file whose name is longer by `ending`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Removes a file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lock_is_given_up_also_where_a_started_process_still_has_the_file_open() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::make(folder.path()).unwrap();
        let inherited = place.lock.0.try_clone().unwrap();
        assert!(matches!(Place::take(folder.path()), Err(Error::Busy)));
        drop(place);
        assert!(Place::take(folder.path()).is_ok());
        drop(inherited);
    }
}
