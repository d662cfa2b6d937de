//! The generation of a portfolio: a number that every writing transaction raises, so that an older database in the place of this one
//! is noticed. It stands in the database, in a small file beside it, and where the caller keeps it besides.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use casefolio_system::private;
use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::engine::DatabaseKey;
use crate::error::Error;
use crate::pages::{SALT, Salt};

/// Bytes of a generation that is kept outside the database: what it is, the number, the salt, and an HMAC over these.
pub const SEALED: usize = BODY + PROOF;
const BODY: usize = 8 + 8 + SALT;
const PROOF: usize = 32;
/// What a kept generation begins with; the last byte is the version of the form.
const BEGINNING: [u8; 8] = *b"CFolGen\x01";
/// The two places in the file, written in turn and far enough apart that one torn write hits one of them.
const SLOTS: [u64; 2] = [0, 512];
const LABEL: &[u8] = b"casefolio generation";
/// An accepted older database begins a new line: its number is above all that was ever seen, and says by its upper half that the
/// step was not made of single transactions.
const LINE: u32 = 32;

/// Raises the generation by one, within the transaction that writes. Returns the new one.
pub(crate) fn raise(t: &Transaction<'_>) -> Result<u64, Error> {
    let raised: i64 = t
        .prepare_cached("UPDATE portfolio SET generation = generation + 1 RETURNING generation")?
        .query_row([], |row| row.get(0))?;
    Ok(raised.unsigned_abs())
}

/// The generation in a database of schema 2 or newer.
pub(crate) fn read(c: &Connection) -> Result<u64, Error> {
    let found: i64 = c.query_row("SELECT generation FROM portfolio", [], |row| row.get(0))?;
    Ok(found.unsigned_abs())
}

/// Whether `later` can be what `steps` transactions at most made of `earlier`.
pub(crate) fn follows(later: u64, earlier: u64, steps: u64) -> bool {
    later >> LINE != earlier >> LINE && later > earlier || (earlier..=earlier.saturating_add(steps)).contains(&later)
}

/// How many transactions `earlier` lacks of `later`; where a line lies between them that is the least it can be.
fn missing(later: u64, earlier: u64) -> u64 {
    if later <= earlier {
        return 0;
    }
    let since = if later >> LINE == earlier >> LINE { earlier } else { later >> LINE << LINE };
    (later - since).max(1)
}

/// A generation as it was kept outside the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) generation: u64,
    pub(crate) salt: Salt,
}

/// Seals generations of one portfolio, and knows its own again.
pub(crate) struct Seal {
    key: Zeroizing<[u8; 32]>,
    portfolio_id: String,
}

impl Seal {
    pub(crate) fn new(key: &DatabaseKey, portfolio_id: &str) -> Self {
        Self { key: key.derived(LABEL), portfolio_id: portfolio_id.to_owned() }
    }

    pub(crate) fn close(&self, kept: Kept) -> [u8; SEALED] {
        let mut sealed = [0; SEALED];
        sealed[..8].copy_from_slice(&BEGINNING);
        sealed[8..16].copy_from_slice(&kept.generation.to_le_bytes());
        sealed[16..BODY].copy_from_slice(&kept.salt);
        let proof = self.mac(&sealed[..BODY]).finalize().into_bytes();
        sealed[BODY..].copy_from_slice(&proof);
        sealed
    }

    /// None where it was altered or is another portfolio's.
    pub(crate) fn open(&self, sealed: &[u8]) -> Option<Kept> {
        let sealed: &[u8; SEALED] = sealed.try_into().ok()?;
        self.mac(&sealed[..BODY]).verify_slice(&sealed[BODY..]).ok()?;
        let generation = u64::from_le_bytes(sealed[8..16].try_into().ok()?);
        (sealed[..8] == BEGINNING).then_some(Kept { generation, salt: sealed[16..BODY].try_into().ok()? })
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice()).expect("a key of any length");
        mac.update(self.portfolio_id.as_bytes());
        mac.update(body);
        mac
    }
}

/// What the file beside the database says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileState {
    Absent,
    /// It is damaged in both its places, another portfolio's, or cannot be read.
    Unreadable,
    Says(Kept),
}

impl FileState {
    /// Looks at the file. Whatever is wrong with it is a state of its own and no error.
    pub(crate) fn look(path: &Path, seal: &Seal) -> Self {
        match fs::symlink_metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Self::Absent,
            Ok(seen) if seen.is_file() => {}
            Ok(_) | Err(_) => return Self::Unreadable,
        }
        let mut bytes = Vec::new();
        let read = File::open(path).and_then(|file| file.take(4096).read_to_end(&mut bytes));
        let slot = |at: u64| {
            let at = usize::try_from(at).ok()?;
            seal.open(bytes.get(at..at + SEALED)?)
        };
        let newest = SLOTS.into_iter().filter_map(slot).max_by_key(|kept| kept.generation);
        newest.filter(|_| read.is_ok()).map_or(Self::Unreadable, Self::Says)
    }

    /// What it says, if it says something.
    pub(crate) fn kept(self) -> Option<Kept> {
        match self {
            Self::Says(kept) => Some(kept),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

/// The generation of an open portfolio.
pub(crate) struct Generations {
    seal: Seal,
    salt: Salt,
    path: PathBuf,
    file: Mutex<Option<File>>,
    at_opening: u64,
    now: AtomicU64,
    /// The newest that was ever seen outside.
    newest: AtomicU64,
    missing: AtomicU64,
}

impl Generations {
    /// Compares the database with the file beside it. What is missing is noted in the database before anything else is written, so that
    /// it is said until it is accepted, however far the older database has come since.
    pub(crate) fn open(writer: &mut Connection, path: PathBuf, seal: Seal, salt: Salt) -> Result<Self, Error> {
        let (now, missing) = writer.query_row("SELECT generation, missing FROM portfolio", [], |row| {
            Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get::<_, i64>(1)?.unsigned_abs()))
        })?;
        let kept = FileState::look(&path, &seal).kept();
        let generations = Self {
            seal,
            salt,
            path,
            file: Mutex::new(None),
            at_opening: now,
            now: AtomicU64::new(now),
            newest: AtomicU64::new(now),
            missing: AtomicU64::new(missing),
        };
        kept.map_or(Ok(false), |kept| generations.compare(writer, kept.generation))?;
        Ok(generations)
    }

    /// Compares with a generation that was kept elsewhere. Returns whether it says something new.
    pub(crate) fn compare_sealed(&self, writer: &mut Connection, sealed: &[u8]) -> Result<bool, Error> {
        self.seal.open(sealed).map_or(Ok(false), |kept| self.compare(writer, kept.generation))
    }

    fn compare(&self, writer: &mut Connection, seen: u64) -> Result<bool, Error> {
        self.newest.fetch_max(seen, Ordering::Relaxed);
        let missing = missing(seen, self.at_opening);
        if missing <= self.missing.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("UPDATE portfolio SET missing = ?1", [signed(missing)])?;
        transaction.commit()?;
        self.missing.store(missing, Ordering::Relaxed);
        Ok(true)
    }

    /// The generation of the last commit.
    pub(crate) fn now(&self) -> u64 {
        self.now.load(Ordering::Relaxed)
    }

    /// How many transactions are missing, if any are.
    pub(crate) fn missing(&self) -> Option<u64> {
        Some(self.missing.load(Ordering::Relaxed)).filter(|missing| *missing > 0)
    }

    /// The older database is the right one from now on.
    pub(crate) fn accept(&self, writer: &mut Connection) -> Result<(), Error> {
        let newest = self.newest.load(Ordering::Relaxed).max(self.now.load(Ordering::Relaxed));
        let line = ((newest >> LINE) + 1) << LINE;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute("UPDATE portfolio SET missing = 0, generation = ?1", params![signed(line)])?;
        transaction.commit()?;
        self.missing.store(0, Ordering::Relaxed);
        self.note(line);
        Ok(())
    }

    /// Notes a generation that was just committed, in the file too. That one is not flushed to the disk and may fail: it then is older
    /// than the database, which says nothing.
    pub(crate) fn note(&self, generation: u64) {
        self.now.store(generation, Ordering::Relaxed);
        if self.missing().is_none() {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            if self.put(&mut file, generation).is_err() {
                *file = None;
            }
        }
    }

    fn put(&self, file: &mut Option<File>, generation: u64) -> io::Result<()> {
        if file.is_none() {
            if fs::symlink_metadata(&self.path).is_ok_and(|seen| !seen.is_file()) {
                return Err(ErrorKind::InvalidInput.into());
            }
            *file = Some(private::open_or_create(&self.path)?);
        }
        let Some(open) = file else { return Ok(()) };
        open.seek(SeekFrom::Start(SLOTS[usize::from(generation % 2 == 1)]))?;
        open.write_all(&self.seal.close(Kept { generation, salt: self.salt }))
    }

    /// The generation now, sealed, to be kept elsewhere; none while transactions are missing.
    pub(crate) fn sealed(&self) -> Option<[u8; SEALED]> {
        let kept = Kept { generation: self.now.load(Ordering::Relaxed), salt: self.salt };
        self.missing().is_none().then(|| self.seal.close(kept))
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// How many transactions a database of this generation lacks of the newest that was kept outside.
pub(crate) fn lacks(database: u64, kept: impl IntoIterator<Item = Kept>) -> u64 {
    kept.into_iter().map(|kept| missing(kept.generation, database)).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal() -> Seal {
        Seal::new(&DatabaseKey::new([7; 32]), "0123")
    }

    fn kept(generation: u64) -> Kept {
        Kept { generation, salt: [9; SALT] }
    }

    #[test]
    fn a_kept_generation_is_known_again_and_no_altered_one_is() {
        let sealed = seal().close(kept(77));
        assert_eq!(seal().open(&sealed), Some(kept(77)));
        for bit in 0..SEALED * 8 {
            let mut altered = sealed;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(seal().open(&altered), None, "bit {bit}");
        }
        assert_eq!(Seal::new(&DatabaseKey::new([8; 32]), "0123").open(&sealed), None);
        assert_eq!(Seal::new(&DatabaseKey::new([7; 32]), "0124").open(&sealed), None);
        assert_eq!(seal().open(&sealed[1..]), None);
    }

    #[test]
    fn a_torn_file_says_what_its_whole_place_says() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("generation");
        assert_eq!(FileState::look(&path, &seal()), FileState::Absent);
        let mut bytes = vec![0; 512 + SEALED];
        bytes[..SEALED].copy_from_slice(&seal().close(kept(6)));
        bytes[512..].copy_from_slice(&seal().close(kept(7)));
        fs::write(&path, &bytes).unwrap();
        assert_eq!(FileState::look(&path, &seal()), FileState::Says(kept(7)));
        bytes[512 + 10] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(FileState::look(&path, &seal()), FileState::Says(kept(6)));
        fs::write(&path, &bytes[..40]).unwrap();
        assert_eq!(FileState::look(&path, &seal()), FileState::Unreadable);
    }

    #[test]
    fn a_generation_follows_another_by_as_many_steps_as_were_made_or_by_a_new_line() {
        assert!(follows(12, 10, 2) && follows(10, 10, 0) && !follows(13, 10, 2) && !follows(9, 10, 5));
        assert!(follows(1 << LINE, 10, 1) && !follows(10, 1 << LINE, 1));
        assert_eq!((missing(12, 10), missing(10, 12), missing((1 << LINE) + 3, 10)), (2, 0, 3));
        assert_eq!((missing(1 << LINE, 10), missing(10, 1 << LINE)), (1, 0));
    }
}
