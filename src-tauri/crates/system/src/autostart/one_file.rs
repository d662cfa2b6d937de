//! An entry that is a file of its own in a certain folder: Linux and macOS.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::form;

/// The folder that holds the entries.
#[derive(Debug, Clone)]
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn of_this_user() -> Option<Self> {
        directories::BaseDirs::new().map(|dirs| Self(form::folder(&dirs)))
    }

    /// A form that cannot be written down cannot be there either.
    pub(super) fn starts(&self, program: &Path, arguments: &[String]) -> io::Result<bool> {
        let Ok(wanted) = form::text(program, arguments) else {
            return Ok(false);
        };
        match fs::read_to_string(self.file()) {
            Ok(found) => Ok(form::starts_the_same(&found, &wanted)),
            Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::InvalidData].contains(&error.kind()) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Written beside and renamed, so that no login meets half an entry.
    pub(super) fn put(&self, program: &Path, arguments: &[String]) -> io::Result<()> {
        let text = form::text(program, arguments)?;
        fs::create_dir_all(&self.0)?;
        // Without the ending that the system looks for.
        let beside = self.0.join(format!(".{}.new", form::NAME));
        let mut file = fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, self.file())
    }

    pub(super) fn clear(&self) -> io::Result<()> {
        match fs::remove_file(self.file()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn file(&self) -> PathBuf {
        self.0.join(form::NAME)
    }

    /// A place of its own, with what must be kept for as long as it is used.
    #[cfg(test)]
    pub(super) fn of_a_test() -> (Self, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        (Self(folder.path().join("not yet there")), folder)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn an_entry_that_the_desktop_switched_off_is_not_on() {
        let (place, _kept) = Place::of_a_test();
        let (program, arguments) = (Path::new("/usr/bin/casefolio"), ["--hidden".to_owned()]);
        place.put(program, &arguments).unwrap();
        let text = fs::read_to_string(place.file()).unwrap();
        for line in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
            fs::write(place.file(), format!("{text}{line}\n")).unwrap();
            assert!(!place.starts(program, &arguments).unwrap(), "{line}");
        }
        fs::write(place.file(), format!("{text}Comment=by a newer version\n")).unwrap();
        assert!(place.starts(program, &arguments).unwrap());
        fs::write(place.file(), [0xff, 0xfe]).unwrap();
        assert!(!place.starts(program, &arguments).unwrap(), "not text");
        let files: Vec<_> = fs::read_dir(&place.0).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(files, [form::NAME], "nothing else is left");
    }
}
