//! Saving what is healthy in a damaged portfolio into a new one. The damaged files are read page by page without the engine, which
//! would give up all for one damaged page of the schema, and would write to them; they stay as they are, byte for byte.

mod owners;
mod putting;
mod shapes;

use std::path::Path;

use chrono::{DateTime, Utc};
use rusqlite::Transaction;
use rusqlite::types::Value;

use crate::ending::AtWork;
use crate::engine::{self, DatabaseKey};
use crate::error::Error;
use crate::file::{DatabaseFile, UNUSED};
use crate::generation::Seal;
use crate::opening;
use crate::place::Place;
use crate::records::{Cell, TreePage};
use crate::store::Store;

use owners::{Entry, Owners};
use putting::Target;
use shapes::Schema;

/// What a salvage brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SalvageReport {
    /// Cases saved whole.
    pub cases: u64,
    /// Cases of which only the receipt number was left: added anew.
    pub cases_anew: u64,
    /// Cases of which something was left, but no receipt number: they are lost.
    pub cases_lost: u64,
    /// Stretches of time in which an answer was the current one, saved.
    pub observations: u64,
    /// Those known to be lost.
    pub observations_lost: u64,
    /// Changes saved.
    pub changes: u64,
    /// Changes known to be lost.
    pub changes_lost: u64,
    /// Damaged or missing pages that were passed over.
    pub damaged_pages: u64,
    /// Whether a journal was left aside that is not the portfolio's own.
    pub journal_left_aside: bool,
}

/// The damaged portfolio that is to be saved.
#[derive(Debug, Clone, Copy)]
pub struct Damaged<'a> {
    /// Its folder.
    pub folder: &'a Path,
    /// Its key.
    pub key: &'a DatabaseKey,
    /// Its portfolio id.
    pub portfolio_id: &'a str,
}

/// Saves what is healthy in `damaged` into `target`, a portfolio just made, in one transaction. Cases of which only the receipt number
/// is left are added anew at `now`. Takes the damaged portfolio's lock. [`Error::WrongKey`] where nothing in it was made with the key.
pub fn salvage(damaged: &Damaged<'_>, target: &Store, now: DateTime<Utc>) -> Result<SalvageReport, Error> {
    let _at_work = AtWork::begin();
    engine::assure()?;
    let place = Place::take(damaged.folder)?;
    place.assure_encrypted_file()?;
    let mut file = DatabaseFile::open(&place, damaged.key, &Seal::new(damaged.key, damaged.portfolio_id))?;
    if !file.knows_its_key()? {
        return Err(Error::WrongKey);
    }
    let journal_left_aside = leave_a_foreign_journal(&place, damaged, &mut file)?;
    let mut sweep = Sweep { file, owners: Owners::default(), damaged_pages: 0 };
    target.write(|t| {
        let schema = Schema::of(t)?;
        sweep.survey(&schema)?;
        let mut target = Target::new(t, &schema)?;
        sweep.save(&schema, &mut target)?;
        let damaged_pages = sweep.damaged_pages;
        Ok(SalvageReport { damaged_pages, journal_left_aside, ..target.finish(now)? })
    })
}

/// Whether a journal was left aside because it is another database's, or was written upon another state of this one.
fn leave_a_foreign_journal(place: &Place, damaged: &Damaged<'_>, file: &mut DatabaseFile) -> Result<bool, Error> {
    if file.journal.is_empty() {
        return Ok(false);
    }
    let fits = file.journal.foreign == 0 && {
        let connection = opening::journalled(&place.database())?;
        engine::unlock(&connection, damaged.key)?;
        connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE; PRAGMA query_only = ON;")?;
        let commits = file.journal.commits;
        !matches!(opening::assure_continuity(place, damaged.key, &connection, commits), Err(Error::ForeignJournal))
    };
    if !fits {
        file.without_journal();
    }
    Ok(!fits)
}

struct Sweep {
    file: DatabaseFile,
    owners: Owners,
    damaged_pages: u64,
}

impl Sweep {
    /// Which page belongs to which table, as far as healthy pages say it; and how many are damaged.
    fn survey(&mut self, schema: &Schema) -> Result<(), Error> {
        for number in 1..=self.last()? {
            let Some(page) = self.file.page(number)? else {
                self.damaged_pages += u64::from(number != UNUSED);
                continue;
            };
            let Some(tree) = TreePage::of(number, page.bytes()) else { continue };
            self.owners.below(number, tree.children());
            for cell in tree.cells().flatten() {
                if cell.row_id.is_some()
                    && let Some(values) = values(&mut self.file, cell)?
                {
                    self.owners.learn(&values);
                }
            }
        }
        self.damaged_pages += u64::from(self.file.salt_lost);
        self.owners.settle(schema);
        Ok(())
    }

    /// Reads every healthy row once more and puts it into its table.
    fn save(&mut self, schema: &Schema, target: &mut Target<'_, '_>) -> Result<(), Error> {
        for number in 1..=self.last()? {
            let Some(page) = self.file.page(number)? else { continue };
            let Some(tree) = TreePage::of(number, page.bytes()) else { continue };
            let owner = self.owners.of(number);
            for cell in tree.cells() {
                let Some(cell) = cell else { continue };
                let row_id = cell.row_id;
                let entry = match values(&mut self.file, cell)? {
                    Some(values) => Entry::of(owner, schema, row_id, values),
                    // A row that goes on where it cannot be read: what is known is that there was one.
                    None => Entry::lost(owner, row_id),
                };
                target.put(entry)?;
            }
        }
        Ok(())
    }

    fn last(&mut self) -> Result<u32, Error> {
        Ok(self.file.last_page()?)
    }
}

/// The values of a row, those on further pages included.
fn values(file: &mut DatabaseFile, cell: Cell) -> Result<Option<Vec<Value>>, Error> {
    cell.values(|number| Ok(file.page(number)?.map(|page| page.bytes().to_vec())))
}

/// The transaction a salvage writes in.
type Writing<'c, 't> = &'t Transaction<'c>;
