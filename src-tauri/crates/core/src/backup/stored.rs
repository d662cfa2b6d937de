//! Verifying again what lies in the folder of backups: files rot too.

use std::collections::BTreeMap;

use casefolio_store::settings;
use chrono::{DateTime, TimeDelta, Utc};

use super::is_within;
use crate::bundle::{BackupEntry, Bundle, Shelf, Unpacked, blamed, set_aside};
use crate::error::{BackupProblem, Error};
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// The setting that holds when each stored backup was verified again: lines of a file's name, a tab, and the time.
const VERIFIED: &str = "backup.verified";
/// How long a verification holds.
const HOLDS: TimeDelta = TimeDelta::days(7);
/// No more than one is verified in this time.
const PAUSE: TimeDelta = TimeDelta::days(1);

type Verified = BTreeMap<String, DateTime<Utc>>;

impl Portfolio {
    /// Verifies the stored backup whose last verification is the longest ago, if that is a week; one a day at most. One that is
    /// damaged gets the ending `.damaged` and counts no more. None: it was nobody's turn.
    pub fn verify_stored_if_due(&self) -> Result<Option<BackupEntry>, Error> {
        let (entry, now) = {
            let _one_at_a_time = self.backing_up();
            let now = self.clock.now();
            let entries = Shelf::of(self.folder()).entries()?;
            let verified = self.verified()?;
            let Some(entry) = whose_turn(entries, &verified, now) else { return Ok(None) };
            let entry = self.verify_stored(entry)?;
            (entry, now)
        };
        self.note_verified(&entry, now)?;
        self.tell(&PortfolioEvent::BackupsChanged);
        Ok(Some(entry))
    }

    fn verify_stored(&self, entry: BackupEntry) -> Result<BackupEntry, Error> {
        // The engine takes a page that the disk did not give for a damaged one: no backup is given up after one look.
        match self.proven(&entry).or_else(|_| self.proven(&entry)) {
            Ok(()) | Err(Error::Backup(BackupProblem::Newer)) => Ok(entry),
            Err(Error::Backup(BackupProblem::Damaged | BackupProblem::NotOne)) => set_aside(&entry),
            // The computer failed, not the backup.
            Err(error) => Err(error),
        }
    }

    fn proven(&self, entry: &BackupEntry) -> Result<(), Error> {
        let staging = Shelf::prepared(self.folder())?.staging();
        let proven = Bundle::open(&entry.file)
            .and_then(|bundle| Unpacked::of(bundle, staging))
            .and_then(|unpacked| unpacked.prove(&self.key));
        proven.map(drop).map_err(blamed)
    }

    fn verified(&self) -> Result<Verified, Error> {
        let text = self.store.read(|c| settings::text(c, VERIFIED))?.unwrap_or_default();
        let line = |line: &str| {
            let (name, time) = line.split_once('\t')?;
            Some((name.to_owned(), DateTime::parse_from_rfc3339(time).ok()?.to_utc()))
        };
        Ok(text.lines().filter_map(line).collect())
    }

    /// Forgets those that are no longer there.
    fn note_verified(&self, entry: &BackupEntry, now: DateTime<Utc>) -> Result<(), Error> {
        let mut verified = self.verified()?;
        verified.insert(name(entry), now);
        let there: Vec<String> = Shelf::of(self.folder()).entries()?.iter().map(name).collect();
        verified.retain(|name, _| there.contains(name));
        let lines: Vec<String> = verified.iter().map(|(name, at)| format!("{name}\t{}", at.to_rfc3339())).collect();
        let text = lines.join("\n");
        Ok(self.store.write(|t| settings::set_text(t, VERIFIED, &text))?)
    }
}

fn name(entry: &BackupEntry) -> String {
    entry.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn whose_turn(entries: Vec<BackupEntry>, verified: &Verified, now: DateTime<Utc>) -> Option<BackupEntry> {
    if verified.values().any(|at| is_within(*at, PAUSE, now)) {
        return None;
    }
    let last = |entry: &BackupEntry| verified.get(&name(entry)).copied().unwrap_or(entry.at);
    let due = entries.into_iter().filter(|entry| !entry.damaged && !is_within(last(entry), HOLDS, now));
    due.min_by_key(last)
}
