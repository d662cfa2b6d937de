//! Backups: made when they are due and on demand, verified again while they lie there, restored.

mod restore;
mod stored;

use std::path::Path;
use std::sync::{MutexGuard, PoisonError};

use casefolio_store::settings;
use chrono::{DateTime, TimeDelta, Utc};

pub use crate::bundle::{BackupEntry, BackupKind, BackupMade};
use crate::bundle::{Order, Shelf, make};
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;
pub use restore::{BackupReport, InItsPlace, Restored};

/// The setting that holds when the last backup outside the portfolio's folder was made.
const ELSEWHERE: &str = "backup.elsewhere";
/// After an attempt of [`Portfolio::keep_backups`] that failed, the next one is made no sooner.
const REST: TimeDelta = TimeDelta::hours(1);

/// What [`Portfolio::keep_backups`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Upkeep {
    /// The backup that was due.
    pub made: Option<BackupMade>,
    /// The stored backup whose turn it was to be verified again; marked as damaged where it is.
    pub verified: Option<BackupEntry>,
}

impl Core {
    /// The backups in a portfolio's folder, newest first. Needs no key.
    pub fn backups(&self, entry: &PortfolioEntry) -> Result<Vec<BackupEntry>, Error> {
        Shelf::of(&entry.folder).entries()
    }
}

impl Portfolio {
    /// Makes a backup: in the portfolio's folder, or as the file `to`, which must not exist. It counts, and has its name, only when
    /// it was verified. Takes as long as reading and writing the whole database: not for a UI thread.
    pub fn back_up(&self, kind: BackupKind, to: Option<&Path>) -> Result<BackupMade, Error> {
        let made = {
            let _one_at_a_time = self.backing_up();
            self.back_up_alone(kind, to)?
        };
        if to.is_some() {
            // The backup is there; that it could not be noted makes it no worse.
            let _ = self.store.write(|t| settings::set_text(t, ELSEWHERE, &made.at.to_rfc3339()));
        }
        self.tell(&PortfolioEvent::BackupsChanged);
        Ok(made)
    }

    /// Makes the daily backup where there is a case and a day has passed since the last backup in the portfolio's folder. One of a
    /// time still to come, by a clock that once was wrong, does not count.
    pub fn back_up_if_due(&self) -> Result<Option<BackupMade>, Error> {
        let made = {
            let _one_at_a_time = self.backing_up();
            if !self.backup_is_due()? {
                return Ok(None);
            }
            self.back_up_alone(BackupKind::Daily, None)?
        };
        self.tell(&PortfolioEvent::BackupsChanged);
        Ok(Some(made))
    }

    /// When the last verified backup was made, in the portfolio's folder or elsewhere.
    pub fn last_backup(&self) -> Result<Option<DateTime<Utc>>, Error> {
        let now = self.clock.now();
        let elsewhere = self.store.read(|c| settings::text(c, ELSEWHERE))?;
        let elsewhere = elsewhere.and_then(|text| DateTime::parse_from_rfc3339(&text).ok()).map(|at| at.to_utc());
        let entries = Shelf::of(self.folder()).entries()?;
        let here = entries.iter().filter(|entry| !entry.damaged).map(|entry| entry.at);
        Ok(here.chain(elsewhere).filter(|at| *at <= now).max())
    }

    /// What is to be done about backups from time to time, after a round say: [`Portfolio::back_up_if_due`], then
    /// [`Portfolio::verify_stored_if_due`]. After a failure nothing is tried for an hour, and nothing said. Not for a UI thread.
    pub fn keep_backups(&self) -> Result<Upkeep, Error> {
        let now = self.clock.now();
        if self.backing_up().is_some_and(|failed| is_within(failed, REST, now)) {
            return Ok(Upkeep::default());
        }
        let outcome = self.kept();
        *self.backing_up() = outcome.is_err().then_some(now);
        outcome
    }

    fn kept(&self) -> Result<Upkeep, Error> {
        Ok(Upkeep { made: self.back_up_if_due()?, verified: self.verify_stored_if_due()? })
    }

    fn back_up_alone(&self, kind: BackupKind, to: Option<&Path>) -> Result<BackupMade, Error> {
        make(&self.store.source(), &self.key, self.folder(), Order { kind, at: self.clock.now(), to })
    }

    fn backup_is_due(&self) -> Result<bool, Error> {
        let now = self.clock.now();
        let entries = Shelf::of(self.folder()).entries()?;
        let recent = entries.iter().any(|entry| !entry.damaged && is_within(entry.at, TimeDelta::days(1), now));
        Ok(!recent && self.case_count()? > 0)
    }

    /// Held by whoever works in the folder of backups; in it stands when an upkeep last failed.
    fn backing_up(&self) -> MutexGuard<'_, Option<DateTime<Utc>>> {
        self.backing_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a moment is past by less than `span`. One still to come is not: the clock that told it was wrong, then or now.
fn is_within(moment: DateTime<Utc>, span: TimeDelta, now: DateTime<Utc>) -> bool {
    moment <= now && now - moment < span
}
