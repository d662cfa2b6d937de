//! The database as a file, looked at without the engine: before it opens it, to name what is damaged, and to save what is not.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::engine::DatabaseKey;
use crate::error::Error;
use crate::generation::{FileState, Kept, Seal};
use crate::journal::Journal;
use crate::pages::{self, PAGE, Page, PageKeys, SALT, Salt};
use crate::place::Place;

/// Of how many pages one must be proven for the key to be the right one, where nothing else says so.
const SAMPLE: u32 = 256;

/// The database's file with its journal, and the keys of its pages.
pub(crate) struct DatabaseFile {
    file: File,
    /// Whole pages in the file.
    pages: u32,
    /// Whether the file ends within a page.
    ragged: bool,
    keys: PageKeys,
    pub(crate) salt: Salt,
    /// Whether the salt in the file is damaged, and the one that was kept beside it is used.
    pub(crate) salt_lost: bool,
    /// Whether the file beside the database was sealed with this very key.
    key_known: bool,
    pub(crate) journal: Journal,
    journal_file: Option<File>,
    pub(crate) kept: FileState,
}

impl DatabaseFile {
    /// Opens the file for reading. It must be there, have a page at least and be no plain database: [`Place::assure_encrypted_file`].
    pub(crate) fn open(place: &Place, key: &DatabaseKey, seal: &Seal) -> Result<Self, Error> {
        let mut file = File::open(place.database())?;
        let length = file.metadata()?.len();
        let mut salt = [0; SALT];
        file.read_exact(&mut salt)?;
        let kept = FileState::look(&place.generation(), seal);
        let mut opened = Self {
            pages: u32::try_from(length / PAGE as u64).unwrap_or(u32::MAX),
            ragged: length % PAGE as u64 != 0,
            keys: PageKeys::new(key, &salt),
            salt,
            salt_lost: false,
            key_known: kept.kept().is_some(),
            journal: Journal::default(),
            journal_file: None,
            kept,
            file,
        };
        if let Some(kept) = opened.kept.kept() {
            opened.choose_salt(key, kept)?;
        }
        if place.has_journal()? {
            opened.take_journal(&place.journal())?;
        }
        Ok(opened)
    }

    fn choose_salt(&mut self, key: &DatabaseKey, kept: Kept) -> io::Result<()> {
        if kept.salt != self.salt && !self.proves_a_page()? {
            let of_the_file = std::mem::replace(&mut self.keys, PageKeys::new(key, &kept.salt));
            if self.proves_a_page()? {
                (self.salt, self.salt_lost) = (kept.salt, true);
            } else {
                self.keys = of_the_file;
            }
        }
        Ok(())
    }

    fn take_journal(&mut self, path: &Path) -> io::Result<()> {
        self.journal = Journal::read(path, &self.keys)?;
        self.journal_file = Some(File::open(path)?);
        Ok(())
    }

    /// Leaves the journal aside, as one that does not belong here.
    pub(crate) fn without_journal(&mut self) {
        self.journal = Journal::default();
        self.journal_file = None;
    }

    fn proves_a_page(&mut self) -> io::Result<bool> {
        for number in 1..=self.pages.min(SAMPLE) {
            if let Some(page) = pages::read_at(&mut self.file, pages::offset(number))?
                && self.keys.prove(number, &page)
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the key is this database's: something in the folder was made with it.
    pub(crate) fn knows_its_key(&mut self) -> io::Result<bool> {
        Ok(self.key_known || self.proves_a_page()?)
    }

    /// A page as it was last committed; none where it is damaged or missing.
    pub(crate) fn page(&mut self, number: u32) -> io::Result<Option<Page>> {
        let raw = match (self.journal.pages.get(&number), &mut self.journal_file) {
            (Some(at), Some(journal)) => pages::read_at(journal, *at)?,
            (Some(_) | None, _) => pages::read_at(&mut self.file, pages::offset(number))?,
        };
        Ok(raw.and_then(|raw| self.keys.open(number, &raw)))
    }

    /// Whether a page is there at all, damaged or not.
    pub(crate) fn has(&self, number: u32) -> bool {
        number != UNUSED && (number <= self.pages || self.journal.pages.contains_key(&number))
    }

    /// How many pages the database has; where its first page does not say it, those that are there.
    pub(crate) fn count(&mut self) -> io::Result<u32> {
        if !self.journal.is_empty() {
            return Ok(self.journal.database_pages);
        }
        let said = self.page(1)?.and_then(|first| first.database_pages());
        Ok(said.unwrap_or(self.pages))
    }

    /// The last page that may hold something: of the file, or of its journal.
    pub(crate) fn last_page(&mut self) -> io::Result<u32> {
        Ok(if self.journal.is_empty() { self.count()?.max(self.pages) } else { self.journal.database_pages })
    }

    /// Whether pages at the end are missing.
    pub(crate) fn is_cut_off(&mut self) -> io::Result<bool> {
        if self.journal.is_empty() && self.ragged {
            return Ok(true);
        }
        let count = self.count()?;
        Ok((self.pages + 1..=count).any(|number| number != UNUSED && !self.has(number)))
    }

    /// Refuses what the engine would take for something else, in the order in which the causes exclude each other.
    pub(crate) fn refuse_what_does_not_belong(&mut self) -> Result<(), Error> {
        let live = !self.journal.is_empty();
        if self.journal.foreign > 0 {
            return Err(if self.knows_its_key()? { Error::ForeignJournal } else { Error::WrongKey });
        }
        if self.salt_lost || self.page(1)?.is_none() {
            return Err(if self.knows_its_key()? { Error::Damaged } else { Error::WrongKey });
        }
        if !live && self.is_cut_off()? { Err(Error::Truncated) } else { Ok(()) }
    }
}

/// The page in which the engine sets its locks, at 1 GiB: never used.
pub(crate) const UNUSED: u32 = 1_073_741_824 / 4096 + 1;
