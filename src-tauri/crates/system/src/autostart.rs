//! Starting at login, by each system's own convention: Windows the `Run` key of this user, Linux an entry in the
//! desktop's autostart folder, macOS a launch agent. Why not by a ready-made package: docs/decisions/0006.

#[cfg(all(unix, any(test, not(target_os = "macos"))))]
mod desktop_entry;
#[cfg(all(unix, any(test, target_os = "macos")))]
mod launch_agent;
#[cfg(unix)]
mod one_file;
#[cfg(windows)]
mod run_key;
#[cfg(any(test, windows))]
mod windows_command;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

#[cfg(all(unix, not(target_os = "macos")))]
use desktop_entry as form;
#[cfg(target_os = "macos")]
use launch_agent as form;
#[cfg(unix)]
use one_file::Place;
#[cfg(windows)]
use run_key::Place;

/// A program's entry among what this user's session starts at login. There is one for Casefolio, whichever program it
/// names.
#[derive(Debug, Clone)]
pub struct Autostart {
    program: PathBuf,
    arguments: Vec<String>,
    place: Option<Place>,
}

impl Autostart {
    /// The entry that starts `program` (an absolute path) with `arguments`. Nothing is read or written yet.
    #[must_use]
    pub fn of(program: PathBuf, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|&argument| argument.to_owned()).collect();
        Self { program, arguments, place: Place::of_this_user() }
    }

    /// Whether the session will start exactly this program with these arguments: the entry is there, names them, and was
    /// not switched off by the means of the system (in Windows the Task Manager).
    pub fn is_on(&self) -> io::Result<bool> {
        self.place()?.starts(&self.program, &self.arguments)
    }

    /// Writes the entry and reads it back. Over what another version, or this one at another path, left there.
    /// `InvalidInput` where program or arguments cannot be written down in the system's form.
    pub fn turn_on(&self) -> io::Result<()> {
        let place = self.place()?;
        place.put(&self.program, &self.arguments)?;
        if place.starts(&self.program, &self.arguments)? {
            return Ok(());
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "the entry does not read back as it was written"))
    }

    /// Removes the entry, whichever program it names. None being there is no error.
    pub fn turn_off(&self) -> io::Result<()> {
        self.place()?.clear()
    }

    fn place(&self) -> io::Result<&Place> {
        self.place.as_ref().ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "this user has no home folder"))
    }
}

/// The program to start at login: the one that is running, or the `AppImage` it lies in, which stays where it is when
/// the program inside is unpacked elsewhere the next time.
pub fn this_program() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    if cfg!(target_os = "linux") {
        return Ok(outermost(program, environment("APPIMAGE"), environment("APPDIR")));
    }
    Ok(program)
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks where an AppImage lies")]
fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// A program that an `AppImage` started inherits its variables, and does not lie in it.
fn outermost(program: PathBuf, image: Option<OsString>, unpacked: Option<OsString>) -> PathBuf {
    match (image, unpacked) {
        (Some(image), Some(unpacked)) if Path::new(&image).is_absolute() && program.starts_with(&unpacked) => {
            image.into()
        }
        _ => program,
    }
}

/// The path as text without control characters, or why it cannot be written down.
fn writable(path: &Path) -> io::Result<&str> {
    path.to_str()
        .filter(|text| path.is_absolute() && !text.chars().any(char::is_control))
        .ok_or_else(|| unwritable("the path of the program"))
}

fn unwritable(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("{what} cannot be written into an entry for the login"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 116
    #[test]
    fn an_app_image_is_started_by_its_own_path_and_no_other_is_taken_for_it() {
        let path = |text: &str| Some(OsString::from(text));
        let root = if cfg!(windows) { "C:/" } else { "/" };
        let inside = PathBuf::from(format!("{root}mounted/usr/bin/casefolio"));
        let (image, folder) = (format!("{root}apps/a b.AppImage"), format!("{root}mounted"));
        assert_eq!(outermost(inside.clone(), path(&image), path(&folder)), PathBuf::from(&image));
        assert_eq!(outermost(inside.clone(), None, None), inside);
        assert_eq!(outermost(inside.clone(), path("relative.AppImage"), path(&folder)), inside);
        let elsewhere = PathBuf::from(format!("{root}usr/bin/casefolio"));
        assert_eq!(outermost(elsewhere.clone(), path(&image), path(&folder)), elsewhere);
    }

    #[test]
    fn the_running_program_has_a_path() {
        assert!(this_program().unwrap().is_absolute());
    }

    fn entry(place: &Place, program: &str, arguments: &[&str]) -> Autostart {
        let root = if cfg!(windows) { "C:\\" } else { "/" };
        Autostart { place: Some(place.clone()), ..Autostart::of(PathBuf::from(format!("{root}{program}")), arguments) }
    }

    /// catalogue 116
    #[test]
    fn what_is_turned_on_is_on_until_it_is_turned_off() {
        let (place, _kept) = Place::of_a_test();
        for program in ["casefolio", "with spaces and ñ/casefolio", "$HOME/100%/`a`/it's/casefolio"] {
            let entry = entry(&place, program, &["--hidden", "a word"]);
            assert!(!entry.is_on().unwrap(), "{program}");
            entry.turn_on().unwrap();
            assert!(entry.is_on().unwrap(), "{program}");
            entry.turn_on().unwrap();
            entry.turn_off().unwrap();
            assert!(!entry.is_on().unwrap(), "{program}");
            entry.turn_off().unwrap();
        }
    }

    /// catalogue 116
    #[test]
    fn an_entry_for_a_program_that_moved_is_not_on_and_is_mended_by_turning_it_on() {
        let (place, _kept) = Place::of_a_test();
        entry(&place, "old place/casefolio", &["--hidden"]).turn_on().unwrap();
        let moved = entry(&place, "new place/casefolio", &["--hidden"]);
        assert!(!moved.is_on().unwrap());
        moved.turn_on().unwrap();
        assert!(moved.is_on().unwrap());
        assert!(!entry(&place, "old place/casefolio", &["--hidden"]).is_on().unwrap());
        assert!(!entry(&place, "new place/casefolio", &[]).is_on().unwrap(), "other arguments");
    }

    #[test]
    fn a_program_that_cannot_be_written_down_is_refused_and_nothing_is_left() {
        let (place, _kept) = Place::of_a_test();
        for (program, arguments) in [("line\nbreak", &["--hidden"][..]), ("casefolio", &["a\u{7}b"][..])] {
            let entry = entry(&place, program, arguments);
            assert_eq!(entry.turn_on().unwrap_err().kind(), io::ErrorKind::InvalidInput);
            assert!(!entry.is_on().unwrap());
        }
        let relative = Autostart { place: Some(place), ..Autostart::of("casefolio".into(), &[]) };
        assert_eq!(relative.turn_on().unwrap_err().kind(), io::ErrorKind::InvalidInput);
    }

    #[test]
    fn a_user_without_a_home_is_told_so() {
        let homeless = Autostart { place: None, ..Autostart::of("casefolio".into(), &[]) };
        assert_eq!(homeless.is_on().unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
