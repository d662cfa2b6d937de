//! The files of the log. Crates that rotate files know either modes or several processes, none both; it is forty lines.

use std::fs::{self, File, TryLockError};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use casefolio_system::private;

/// How many files there are at most.
const FILES: usize = 5;
/// How large each may become, in bytes.
const SIZE: u64 = 1 << 20;
/// How often a lock that another process holds is tried again, a millisecond after the last time.
const TRIES: u32 = 100;

/// `casefolio.log` and those before it, `casefolio.log.1` to `.4`. Each line is written under a lock between processes, so that lines are
/// whole and no process writes into a file that another one has just put aside.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    size: u64,
}

impl Files {
    pub(super) fn in_folder(folder: PathBuf) -> Self {
        Self { folder, size: SIZE }
    }

    /// Closes what is there to everyone else.
    pub(super) fn close(&self) -> io::Result<()> {
        private::create_folder(&self.folder)?;
        private::close_folder(&self.folder)?;
        for path in (0..FILES).map(|number| self.path(number)).filter(|path| path.exists()) {
            private::close_file(&path)?;
        }
        Ok(())
    }

    /// Appends a line.
    pub(super) fn append(&self, line: &str) -> io::Result<()> {
        private::create_folder(&self.folder)?;
        let lock = private::open_or_create(&self.folder.join("lock"))?;
        hold(&lock)?;
        let bytes = format!("{line}\n").into_bytes();
        if length(&self.path(0)) + bytes.len() as u64 > self.size {
            self.put_aside()?;
        }
        let mut file = private::open_or_create(&self.path(0))?;
        let start = file.seek(SeekFrom::End(0))?;
        // A disk that became full in the middle leaves no half line.
        file.write_all(&bytes).inspect_err(|_| drop(file.set_len(start)))
    }

    /// The last lines, oldest first.
    pub(super) fn last(&self, count: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for number in 0..FILES {
            // Damaged bytes are shown as such.
            let text = fs::read(self.path(number)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            let missing = count - lines.len();
            let text = text.unwrap_or_default();
            let older: Vec<&str> = text.lines().collect();
            let older = &older[older.len().saturating_sub(missing)..];
            lines.splice(0..0, older.iter().map(|line| (*line).to_owned()));
        }
        lines
    }

    fn put_aside(&self) -> io::Result<()> {
        for number in (0..FILES - 1).rev() {
            match fs::rename(self.path(number), self.path(number + 1)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(())
    }

    fn path(&self, number: usize) -> PathBuf {
        let name = if number == 0 { "casefolio.log".to_owned() } else { format!("casefolio.log.{number}") };
        self.folder.join(name)
    }
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |file| file.len())
}

/// Waits for the lock, but not for a process that hangs with it.
fn hold(lock: &File) -> io::Result<()> {
    for _ in 0..TRIES {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(size: u64) -> (tempfile::TempDir, Files) {
        let home = tempfile::tempdir().unwrap();
        let files = Files { folder: home.path().join("logs"), size };
        (home, files)
    }

    fn sizes(files: &Files) -> Vec<u64> {
        (0..FILES).map(|number| length(&files.path(number))).collect()
    }

    #[test]
    fn it_keeps_the_newest_lines_and_never_more_than_five_files_of_the_size() {
        let (_home, files) = files(100);
        for number in 0..200 {
            files.append(&format!("line {number:03}")).unwrap();
            assert!(sizes(&files).iter().all(|size| *size <= 100));
        }
        assert_eq!(sizes(&files), [18, 99, 99, 99, 99]);
        assert_eq!(fs::read_dir(&files.folder).unwrap().count(), FILES + 1, "and the lock");
        assert_eq!(files.last(3), ["line 197", "line 198", "line 199"]);
        let all = files.last(1_000);
        assert_eq!((all.len(), all[0].as_str(), all[45].as_str()), (46, "line 154", "line 199"));
    }

    #[test]
    fn several_at_once_write_whole_lines() {
        let (home, first) = files(4_000);
        drop(first);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let folder = home.path().join("logs");
                scope.spawn(move || {
                    // Its own lock, as another process has.
                    let files = Files { folder, size: 4_000 };
                    for number in 0..150 {
                        drop(files.append(&format!("<{writer}:{number}:{}>", "x".repeat(40))));
                    }
                });
            }
        });
        let files = Files { folder: home.path().join("logs"), size: 4_000 };
        let lines = files.last(10_000);
        let whole = |line: &&String| line.starts_with('<') && line.ends_with("x>") && line.matches('<').count() == 1;
        assert!(lines.len() > 100 && lines.iter().all(|line| whole(&line)), "{lines:?}");
        assert!(sizes(&files).iter().all(|size| *size <= 4_000));
    }

    /// catalogue 38
    #[cfg(unix)]
    #[test]
    fn folder_and_files_are_for_this_user_alone_also_where_they_were_not() {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let (_home, files) = files(100);
        files.append("line").unwrap();
        assert_eq!((mode(&files.folder), mode(&files.path(0))), (0o700, 0o600));
        fs::set_permissions(&files.folder, fs::Permissions::from_mode(0o755)).unwrap();
        fs::set_permissions(files.path(0), fs::Permissions::from_mode(0o644)).unwrap();
        files.close().unwrap();
        assert_eq!((mode(&files.folder), mode(&files.path(0))), (0o700, 0o600));
    }

    #[test]
    fn a_folder_that_cannot_be_made_and_a_lock_that_is_not_given_back_are_errors_and_nothing_worse() {
        let (home, files) = files(100);
        fs::write(home.path().join("logs"), b"in the way").unwrap();
        assert!(files.append("line").is_err() && files.close().is_err());
        assert!(files.last(5).is_empty());
        fs::remove_file(home.path().join("logs")).unwrap();
        files.append("line").unwrap();
        let held = private::open_or_create(&files.folder.join("lock")).unwrap();
        held.lock().unwrap();
        assert_eq!(files.append("lost").unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(held);
        assert_eq!(files.last(5), ["line"]);
    }
}
