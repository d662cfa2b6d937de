//! Windows: a value in the `Run` key of this user.

use std::io;
use std::path::Path;

use windows_registry::{CURRENT_USER, Key, Result};

use super::windows_command::{command, is_switched_off};

/// The value's name.
const NAME: &str = "Casefolio";
/// What a missing key or value is called: `ERROR_FILE_NOT_FOUND` as an `HRESULT`.
const MISSING: u32 = 0x8007_0002;

/// The keys below this user's own.
#[derive(Debug, Clone)]
pub(super) struct Place {
    run: String,
    /// Where the Task Manager keeps what it switched off.
    approved: String,
}

impl Place {
    #[expect(clippy::unnecessary_wraps, reason = "the same signature as elsewhere; here every user has these keys")]
    pub(super) fn of_this_user() -> Option<Self> {
        Some(Self::below(r"Software\Microsoft\Windows\CurrentVersion"))
    }

    fn below(above: &str) -> Self {
        Self { run: format!(r"{above}\Run"), approved: format!(r"{above}\Explorer\StartupApproved\Run") }
    }

    /// A form that cannot be written down cannot be there either.
    pub(super) fn starts(&self, program: &Path, arguments: &[String]) -> io::Result<bool> {
        let Ok(wanted) = command(program, arguments) else {
            return Ok(false);
        };
        let found = read(&self.run, |key| key.get_string(NAME))?;
        let mark = read(&self.approved, |key| key.get_value(NAME))?;
        Ok(found.is_some_and(|found| found == wanted) && !mark.is_some_and(|mark| is_switched_off(&mark)))
    }

    pub(super) fn put(&self, program: &Path, arguments: &[String]) -> io::Result<()> {
        let command = command(program, arguments)?;
        CURRENT_USER.create(&self.run)?.set_string(NAME, command)?;
        remove(&self.approved)
    }

    pub(super) fn clear(&self) -> io::Result<()> {
        remove(&self.run)?;
        remove(&self.approved)
    }

    /// Keys of its own, removed with what is given back.
    #[cfg(test)]
    pub(super) fn of_a_test() -> (Self, Removed) {
        let folder = tempfile::tempdir().unwrap();
        let above = format!(r"Software\Casefolio tests\{}", folder.path().file_name().unwrap().to_string_lossy());
        (Self::below(&above), Removed(above))
    }
}

fn read<T>(path: &str, value: impl FnOnce(&Key) -> Result<T>) -> io::Result<Option<T>> {
    present(CURRENT_USER.open(path).and_then(|key| value(&key)))
}

fn remove(path: &str) -> io::Result<()> {
    // `open` alone is for reading.
    let key = present(CURRENT_USER.options().read().write().open(path))?;
    key.map_or(Ok(()), |key| present(key.remove_value(NAME)).map(drop))
}

fn present<T>(outcome: Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.code().0 == MISSING.cast_signed() => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
pub(super) struct Removed(String);

#[cfg(test)]
impl Drop for Removed {
    fn drop(&mut self) {
        CURRENT_USER.remove_tree(&self.0).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use windows_registry::Type;

    use super::*;

    /// catalogue 116
    #[test]
    fn what_the_task_manager_switched_off_is_off_until_it_is_turned_on_again() {
        let (place, _kept) = Place::of_a_test();
        let (program, arguments) = (Path::new(r"C:\Program Files\casefolio.exe"), ["--hidden".to_owned()]);
        place.put(program, &arguments).unwrap();
        let approved = CURRENT_USER.create(&place.approved).unwrap();
        let mut mark = [0_u8; 12];
        for (first, on) in [(2, true), (3, false)] {
            mark[0] = first;
            approved.set_bytes(NAME, Type::Bytes, &mark).unwrap();
            assert_eq!(place.starts(program, &arguments).unwrap(), on);
        }
        place.put(program, &arguments).unwrap();
        assert!(place.starts(program, &arguments).unwrap());
        assert_eq!(present(approved.get_value(NAME)).unwrap(), None, "the mark is gone");
    }

    #[test]
    fn the_value_is_the_quoted_command() {
        let (place, _kept) = Place::of_a_test();
        place.put(Path::new(r"C:\a b\casefolio.exe"), &["--hidden".to_owned()]).unwrap();
        let found = CURRENT_USER.open(&place.run).unwrap().get_string(NAME).unwrap();
        assert_eq!(found, r#""C:\a b\casefolio.exe" --hidden"#);
    }
}
