//! The folder `backups` of a portfolio: names, what is in it, what may go.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use casefolio_system::private;
use chrono::{DateTime, NaiveDateTime, Utc};

use super::form::Bundle;
use super::{BackupEntry, BackupKind, retention};
use crate::error::{BackupProblem, Error};

const FOLDER: &str = "backups";
const ENDING: &str = ".casefolio";
/// A backup that was found to be damaged bears this behind its name.
const DAMAGED: &str = ".damaged";
const TIME: &str = "%Y-%m-%dT%H%M%SZ";
/// Passing names: of the folder in which one is made, and of files (beginning and ending).
const STAGING: &str = ".new";
const PASSING: (&str, &str) = (".casefolio-", ".new");

/// The folder `backups` of a portfolio.
pub(crate) struct Shelf(PathBuf);

impl Shelf {
    /// The one in a portfolio's folder, which may not be there yet.
    pub(crate) fn of(portfolio: &Path) -> Self {
        Self(portfolio.join(FOLDER))
    }

    /// The same, made if need be, closed to others, and free of what a program that was killed left in it.
    pub(crate) fn prepared(portfolio: &Path) -> Result<Self, Error> {
        let shelf = Self::of(portfolio);
        shelf.prepare(portfolio).map_err(Error::Home)?;
        Ok(shelf)
    }

    /// Gives it, as it is, to the portfolio in another folder, which has none yet.
    pub(crate) fn move_to(&self, portfolio: &Path) -> io::Result<()> {
        private::rename(&self.0, &portfolio.join(FOLDER))?;
        self.0.parent().map_or(Ok(()), private::sync_folder)
    }

    fn prepare(&self, portfolio: &Path) -> io::Result<()> {
        private::create_folder(&self.0)?;
        private::close_folder(&self.0)?;
        private::sync_folder(portfolio)?;
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == STAGING {
                fs::remove_dir_all(entry.path())?;
            } else if name.starts_with(PASSING.0) && name.ends_with(PASSING.1) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The folder in which a backup is made or proven.
    pub(crate) fn staging(&self) -> PathBuf {
        self.0.join(STAGING)
    }

    /// What is in it, newest first.
    pub(crate) fn entries(&self) -> Result<Vec<BackupEntry>, Error> {
        let listed = match fs::read_dir(&self.0) {
            Ok(listed) => listed,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(Error::Home(error)),
        };
        let mut entries = Vec::new();
        for listed in listed {
            let listed = listed.map_err(Error::Home)?;
            if listed.file_type().map_err(Error::Home)?.is_file() {
                entries.extend(entry(listed.path()));
            }
        }
        entries.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.file.cmp(&a.file)));
        Ok(entries)
    }

    /// Where the next one goes.
    pub(super) fn goal(&self, at: DateTime<Utc>, kind: BackupKind) -> Result<Goal, Error> {
        let name = format!("{}-{}", at.format(TIME), kind.code());
        let free = (1..100).map(|number| match number {
            1 => self.0.join(format!("{name}{ENDING}")),
            _ => self.0.join(format!("{name}-{number}{ENDING}")),
        });
        let file = free.into_iter().find(|file| !is_there(file)).ok_or(BackupProblem::Exists)?;
        Goal::at(file, Error::Home)
    }

    /// Where the user wants one: not within the folders of portfolios, this shelf aside, and never in the place of another file.
    pub(super) fn goal_of_user(&self, file: &Path) -> Result<Goal, Error> {
        if is_there(file) {
            return Err(BackupProblem::Exists.into());
        }
        let goal = Goal::at(file.to_owned(), Error::FileUnwritable)?;
        let folder = goal.folder().canonicalize().map_err(Error::FileUnwritable)?;
        let own = self.0.canonicalize().map_err(Error::Home)?;
        let portfolios = own.ancestors().nth(2).unwrap_or(&own);
        if folder.starts_with(portfolios) && folder != own {
            return Err(BackupProblem::Place.into());
        }
        Ok(goal)
    }

    /// Removes what is kept no longer. To be called after a new one was proven, never else.
    pub(super) fn rotate(&self, now: DateTime<Utc>) -> Result<(), Error> {
        for entry in retention::surplus(&self.entries()?, now) {
            fs::remove_file(&entry.file).map_err(Error::Home)?;
        }
        Ok(())
    }
}

/// Marks a backup as damaged.
pub(crate) fn set_aside(entry: &BackupEntry) -> Result<BackupEntry, Error> {
    let mut name = entry.file.clone().into_os_string();
    name.push(DAMAGED);
    let file = PathBuf::from(name);
    private::rename(&entry.file, &file).map_err(Error::Home)?;
    Ok(BackupEntry { file, damaged: true, ..*entry })
}

/// A file that is to be a backup, and the passing name it has until it is one.
pub(super) struct Goal {
    /// The file.
    pub(super) file: PathBuf,
    passing: PathBuf,
    blame: fn(io::Error) -> Error,
}

impl Goal {
    fn at(file: PathBuf, blame: fn(io::Error) -> Error) -> Result<Self, Error> {
        let mut passing = OsString::from(PASSING.0);
        passing.push(file.file_name().ok_or(BackupProblem::Place)?);
        passing.push(PASSING.1);
        Ok(Self { passing: file.with_file_name(passing), file, blame })
    }

    fn folder(&self) -> &Path {
        self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
    }

    /// Has the bundle written under the passing name, reads it back, and gives it its own. Where that fails nothing of it stays.
    pub(super) fn reach(&self, write: impl FnOnce(File) -> io::Result<()>) -> Result<(), Error> {
        let outcome = self.attempt(write);
        if outcome.is_err() {
            // What stays is removed by the next one.
            let _ = fs::remove_file(&self.passing);
        }
        outcome
    }

    fn attempt(&self, write: impl FnOnce(File) -> io::Result<()>) -> Result<(), Error> {
        match fs::remove_file(&self.passing) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err((self.blame)(error)),
            Ok(()) | Err(_) => {}
        }
        private::new_file(&self.passing).and_then(write).map_err(self.blame)?;
        Bundle::open(&self.passing)?.check()?;
        if is_there(&self.file) {
            return Err(BackupProblem::Exists.into());
        }
        fs::rename(&self.passing, &self.file).and_then(|()| private::sync_folder(self.folder())).map_err(self.blame)
    }
}

fn is_there(file: &Path) -> bool {
    fs::symlink_metadata(file).is_ok()
}

/// What a file in the folder is, by its name; a backup that the user named is asked itself.
fn entry(file: PathBuf) -> Option<BackupEntry> {
    let name = file.file_name()?.to_str()?;
    let (name, damaged) = name.strip_suffix(DAMAGED).map_or((name, false), |name| (name, true));
    let name = name.strip_suffix(ENDING)?;
    if let Some((at, kind)) = told_by(name) {
        return Some(BackupEntry { file, at, kind, damaged });
    }
    let at = Bundle::open(&file).ok()?.manifest.at;
    Some(BackupEntry { file, at, kind: BackupKind::ByHand, damaged })
}

/// Time and kind out of a name without its ending: `2026-11-22T140509Z-daily`, and with a number behind it.
fn told_by(name: &str) -> Option<(DateTime<Utc>, BackupKind)> {
    let (time, kind) = name.split_at_checked(18)?;
    let kind = kind.strip_prefix('-')?;
    let at = NaiveDateTime::parse_from_str(time, TIME).ok()?.and_utc();
    let numbered = kind.rsplit_once('-').filter(|(_, number)| number.parse::<u8>().is_ok());
    Some((at, BackupKind::from_code(kind).or_else(|| BackupKind::from_code(numbered?.0))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_time_and_kind() {
        let at: DateTime<Utc> = "2026-11-22T14:05:09Z".parse().unwrap();
        for kind in BackupKind::ALL {
            let name = format!("2026-11-22T140509Z-{}", kind.code());
            assert_eq!(told_by(&name), Some((at, kind)));
            assert_eq!(told_by(&format!("{name}-17")), Some((at, kind)));
        }
        for other in [
            "",
            "2026-11-22T140509Z",
            "2026-11-22T140509Z-weekly",
            "2026-13-22T140509Z-daily",
            "ñ026-11-22T140509Z-daily",
        ] {
            assert_eq!(told_by(other), None, "{other}");
        }
    }

    #[test]
    fn two_of_one_second_have_two_names() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::prepared(folder.path()).unwrap();
        let at = "2026-11-22T14:05:09Z".parse().unwrap();
        let first = shelf.goal(at, BackupKind::Daily).unwrap().file;
        fs::write(&first, b"").unwrap();
        let second = shelf.goal(at, BackupKind::Daily).unwrap().file;
        assert!(first.ends_with("2026-11-22T140509Z-daily.casefolio"));
        assert!(second.ends_with("2026-11-22T140509Z-daily-2.casefolio"));
    }

    #[test]
    fn what_a_killed_program_left_is_removed_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::prepared(folder.path()).unwrap();
        fs::create_dir(shelf.staging()).unwrap();
        for name in [".new/portfolio.db", ".casefolio-2026-11-22T140509Z-daily.casefolio.new", "letter.new", ".hidden"]
        {
            fs::write(shelf.0.join(name), b"x").unwrap();
        }
        Shelf::prepared(folder.path()).unwrap();
        let mut left: Vec<_> = fs::read_dir(&shelf.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, [".hidden", "letter.new"]);
    }
}
