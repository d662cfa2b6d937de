//! What is wrong with a portfolio's files, said as exactly as it can be. Nothing is ever written, moved or removed here.

use std::path::Path;

use rusqlite::Connection;

use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::file::DatabaseFile;
use crate::generation::{self, FileState, Seal};
use crate::opening;
use crate::place::Place;

/// How many disorders the engine lists before it stops looking.
const ENOUGH: u32 = 100;

/// Something that is wrong with a portfolio's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Finding {
    /// There is no database in the folder.
    Missing,
    /// The database has no bytes.
    Empty,
    /// The file is something else than this portfolio's database.
    NotOurs,
    /// A newer Casefolio wrote the database.
    Newer {
        /// The schema version of the file.
        found: u32,
        /// The newest schema version this program knows.
        known: u32,
    },
    /// Nothing in the file was made with this key.
    WrongKey,
    /// The end of the database is missing.
    Truncated,
    /// The journal beside the database is not its own.
    ForeignJournal,
    /// Pages of the database are not what was written.
    DamagedPages {
        /// How many.
        pages: u64,
    },
    /// Every page is what was written, but they do not hang together.
    Disordered,
    /// The database is older than what was seen of it before.
    RolledBack {
        /// How many changes it lacks, at least.
        missing: u64,
    },
}

impl Finding {
    /// What an error in opening says of the files; none where it says nothing of them.
    #[must_use]
    pub fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Missing => Some(Self::Missing),
            Error::Empty => Some(Self::Empty),
            Error::NotOurs => Some(Self::NotOurs),
            Error::Newer { found, known } => Some(Self::Newer { found: *found, known: *known }),
            Error::WrongKey => Some(Self::WrongKey),
            Error::Truncated => Some(Self::Truncated),
            Error::ForeignJournal => Some(Self::ForeignJournal),
            Error::Damaged | Error::Unreadable(_) => Some(Self::Disordered),
            Error::AlreadyThere
            | Error::Busy
            | Error::DiskFull
            | Error::DiskFailed
            | Error::EngineTooOld
            | Error::SettingRefused(_)
            | Error::NoSuchCase
            | Error::Io(_)
            | Error::Sql(_) => None,
        }
    }
}

/// What an examination found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examined {
    /// What is wrong, gravest first. Empty: nothing that can be told.
    pub findings: Vec<Finding>,
    /// Whether the file that keeps the generation is damaged or another's, so that it cannot tell an older database.
    pub generation_unreadable: bool,
}

/// Looks at everything in a portfolio's folder, every page included, and changes nothing. Without key and portfolio id only from
/// outside. `kept` are sealed generations kept elsewhere. Takes the portfolio's lock: [`Error::Busy`] where it is open.
pub fn examine(folder: &Path, key: Option<(&DatabaseKey, &str)>, kept: &[Vec<u8>]) -> Result<Examined, Error> {
    engine::assure()?;
    let place = match Place::take(folder) {
        Err(Error::Missing) => return Ok(Examined { findings: vec![Finding::Missing], ..Examined::default() }),
        place => place?,
    };
    let first = look(&place, key, kept)?;
    if first.findings.is_empty() {
        return Ok(first);
    }
    // A disk that fails while the engine reads looks like damage: what is found again on a disk that gives every byte counts.
    place.read_through()?;
    look(&place, key, kept)
}

fn look(place: &Place, key: Option<(&DatabaseKey, &str)>, kept: &[Vec<u8>]) -> Result<Examined, Error> {
    match from_outside(place) {
        Ok(()) => {}
        Err(error) => return found_by(error).map(|findings| Examined { findings, ..Examined::default() }),
    }
    key.map_or_else(|| Ok(Examined::default()), |(key, id)| Examination::new(place, key, id, kept)?.run())
}

fn found_by(error: Error) -> Result<Vec<Finding>, Error> {
    Finding::of(&error).map(|finding| vec![finding]).ok_or(error)
}

/// What can be told without a key.
fn from_outside(place: &Place) -> Result<(), Error> {
    place.assure_encrypted_file()?;
    if !place.has_journal()? && place.ends_within_a_page()? { Err(Error::Truncated) } else { Ok(()) }
}

struct Examination<'a> {
    place: &'a Place,
    key: &'a DatabaseKey,
    portfolio_id: &'a str,
    file: DatabaseFile,
    kept: Vec<generation::Kept>,
    findings: Vec<Finding>,
}

impl<'a> Examination<'a> {
    fn new(place: &'a Place, key: &'a DatabaseKey, portfolio_id: &'a str, kept: &[Vec<u8>]) -> Result<Self, Error> {
        let seal = Seal::new(key, portfolio_id);
        let file = DatabaseFile::open(place, key, &seal)?;
        let kept = kept.iter().filter_map(|sealed| seal.open(sealed)).chain(file.kept.kept()).collect();
        Ok(Self { place, key, portfolio_id, file, kept, findings: Vec::new() })
    }

    fn run(mut self) -> Result<Examined, Error> {
        let generation_unreadable = self.file.kept == FileState::Unreadable;
        if !self.file.knows_its_key()? {
            return Ok(Examined { findings: vec![Finding::WrongKey], generation_unreadable });
        }
        if self.file.journal.foreign > 0 {
            self.findings.push(Finding::ForeignJournal);
            self.file.without_journal();
        }
        if self.file.is_cut_off()? {
            self.findings.push(Finding::Truncated);
        }
        let pages = damaged_pages(&mut self.file)?;
        if pages > 0 {
            self.findings.push(Finding::DamagedPages { pages });
        }
        if self.findings.is_empty() {
            self.ask_the_engine()?;
        }
        self.findings.sort_unstable();
        Ok(Examined { findings: self.findings, generation_unreadable })
    }

    /// Every page is proven: what remains is whose they are, whether they hang together, and of when they are.
    fn ask_the_engine(&mut self) -> Result<(), Error> {
        let path = self.place.database();
        let live = !self.file.journal.is_empty();
        let connection = if live { opening::journalled(&path)? } else { opening::still(&path)? };
        let commits = self.file.journal.commits;
        let proven = opening::inspect(&connection, self.key, self.portfolio_id).and_then(|()| {
            if live { opening::assure_continuity(self.place, self.key, &connection, commits) } else { Ok(()) }
        });
        match proven {
            Ok(()) => {}
            Err(error) => {
                self.findings.extend(found_by(error)?);
                return Ok(());
            }
        }
        if !hangs_together(&connection)? {
            self.findings.push(Finding::Disordered);
        }
        let missing = rolled_back(&connection, &self.kept);
        self.findings.extend((missing > 0).then_some(Finding::RolledBack { missing }));
        Ok(())
    }
}

/// How many pages of the database are there and damaged.
fn damaged_pages(file: &mut DatabaseFile) -> Result<u64, Error> {
    let mut damaged = u64::from(file.salt_lost);
    for number in 1..=file.count()? {
        let there = file.has(number);
        damaged += u64::from(there && file.page(number)?.is_none());
    }
    Ok(damaged)
}

/// Whether the tables agree with themselves, their indexes and each other.
pub(crate) fn hangs_together(connection: &Connection) -> Result<bool, Error> {
    let verdict: Result<String, _> =
        connection.query_row(&format!("PRAGMA integrity_check({ENOUGH})"), [], |row| row.get(0));
    let in_order = match verdict.map_err(Error::from) {
        Ok(verdict) => engine::is_in_order(&verdict)?,
        Err(Error::Damaged) => false,
        Err(error) => return Err(error),
    };
    Ok(in_order && !connection.prepare("PRAGMA foreign_key_check")?.exists([])?)
}

/// How many changes are missing: by what the database itself knows, and by what was kept outside.
fn rolled_back(connection: &Connection, kept: &[generation::Kept]) -> u64 {
    let known: i64 = connection.query_row("SELECT missing FROM portfolio", [], |row| row.get(0)).unwrap_or_default();
    // A database of before schema 2 has no generation: it is older than any that was kept.
    let generation = generation::read(connection).unwrap_or_default();
    known.unsigned_abs().max(generation::lacks(generation, kept.iter().copied()))
}

/// For a database that is not open. Asks once more where the answer is damage and the disk gives every byte: an engine whose read failed takes it for damage. Where the
/// disk does not give them, that is what is wrong.
pub(crate) fn surely<T>(place: &Place, mut ask: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
    match ask() {
        Err(error) if Finding::of(&error).is_some() => {
            place.read_through()?;
            ask()
        }
        outcome => outcome,
    }
}

/// Asks the engine for every page that is damaged in the file of an open portfolio. It lists those that the disk did not give as well:
/// [`Error::DiskFailed`].
pub(crate) fn damaged_by_engine(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
    let rows = statement.query_map([], |row| row.get(0))?;
    let damaged: Vec<String> = rows.collect::<Result<_, _>>()?;
    if damaged.iter().any(|page| page.starts_with("error reading")) { Err(Error::DiskFailed) } else { Ok(damaged) }
}
