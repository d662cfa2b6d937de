//! Saving the slot file so that at every moment one that opens is there whole, and that a second copy of it lies beside.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

use casefolio_system::private;

use crate::error::Error;

/// The slot file.
pub(crate) const NAME: &str = "keys.json";
/// Its copy: during a change the one before, after it the same once more.
pub(crate) const COPY: &str = "keys.json.previous";
/// Where a damaged one is kept.
const DAMAGED: &str = "keys.json.damaged";
/// No slot file is longer; a longer one is not read at all.
const LONGEST: u64 = 64 * 1024;

/// One step of a change. Cut off before, within or after any of them, a whole file is left under each name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step<'a> {
    /// Writes a new file beside the name and makes sure of it on the disk.
    Write(&'static str, &'a [u8]),
    /// Gives the file beside the name.
    Rename(&'static str),
    /// Reads the file back.
    Prove(&'static str, &'a [u8]),
}

/// The file of this name; none where there is no such file. One that is too long is damaged.
pub(crate) fn read(folder: &Path, name: &str) -> Result<Option<Vec<u8>>, Error> {
    let file = match File::open(folder.join(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST { Err(Error::Damaged) } else { Ok(Some(bytes)) }
}

/// Puts `bytes` in the place of the slot file, which is `held` now; that one stays as the copy.
pub(crate) fn replace(folder: &Path, held: Option<&[u8]>, bytes: &[u8]) -> Result<(), Error> {
    let copy = readable_copy(folder);
    run(folder, &replacing(held, copy.as_deref(), bytes))
}

/// Makes the copy the same as the slot file, which is `bytes`. Where it cannot be written it is removed: what it opens by may
/// be a passphrase that was given up.
pub(crate) fn level(folder: &Path, bytes: &[u8]) -> Result<(), Error> {
    let copy = readable_copy(folder);
    run(folder, &levelling(copy.as_deref(), bytes)).or_else(|error| match fs::remove_file(folder.join(COPY)) {
        Ok(()) => Ok(private::sync_folder(folder)?),
        Err(removing) if removing.kind() == ErrorKind::NotFound => Ok(()),
        Err(_) => Err(error),
    })
}

/// Gives the slot file, if there is one, a name under which it is kept.
pub(crate) fn set_aside(folder: &Path) -> Result<(), Error> {
    let free = |path: &PathBuf| !path.try_exists().unwrap_or(true);
    let numbered = (2..).map(|number: u32| folder.join(format!("{DAMAGED}.{number}")));
    let Some(aside) = std::iter::once(folder.join(DAMAGED)).chain(numbered.take(1_000)).find(free) else {
        return Err(io::Error::from(ErrorKind::AlreadyExists).into());
    };
    match private::rename(&folder.join(NAME), &aside) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        done => Ok(done?),
    }
}

/// A copy that cannot be read is one to be replaced.
fn readable_copy(folder: &Path) -> Option<Vec<u8>> {
    read(folder, COPY).ok().flatten()
}

fn replacing<'a>(held: Option<&'a [u8]>, copy: Option<&[u8]>, bytes: &'a [u8]) -> Vec<Step<'a>> {
    let before = held.map(|held| levelling(copy, held));
    let change = [Step::Write(NAME, bytes), Step::Rename(NAME), Step::Prove(NAME, bytes)];
    before.into_iter().flatten().chain(change).collect()
}

fn levelling<'a>(copy: Option<&[u8]>, bytes: &'a [u8]) -> Vec<Step<'a>> {
    if copy == Some(bytes) {
        return Vec::new();
    }
    vec![Step::Write(COPY, bytes), Step::Rename(COPY), Step::Prove(COPY, bytes)]
}

fn run(folder: &Path, steps: &[Step<'_>]) -> Result<(), Error> {
    steps.iter().try_for_each(|step| match *step {
        Step::Write(name, bytes) => Ok(write(&beside(folder, name), bytes).inspect_err(|_| clear(folder, name))?),
        Step::Rename(name) => {
            let renamed = private::rename(&beside(folder, name), &folder.join(name));
            Ok(renamed.inspect_err(|_| clear(folder, name))?)
        }
        Step::Prove(name, bytes) => {
            if read(folder, name)?.as_deref() == Some(bytes) {
                Ok(())
            } else {
                Err(Error::Damaged)
            }
        }
    })
}

/// Nothing half-written stays behind, not even under a passing name; what went wrong first is what counts.
fn clear(folder: &Path, name: &str) {
    drop(fs::remove_file(beside(folder, name)));
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // One left by a program that was killed.
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let mut file = private::new_file(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn beside(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.new"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kdf::KdfStrength;
    use crate::key::PortfolioKey;
    use crate::key_file::{KeyFile, NewKeys};
    use crate::passphrase::Passphrase;
    use crate::recovery::RecoveryCode;
    use zeroize::Zeroizing;

    const CHEAP: KdfStrength = KdfStrength::SMALLEST_ACCEPTED;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::typed(Zeroizing::new(text.to_owned())).unwrap()
    }

    /// One slot file before and after its passphrase and its recovery code were changed.
    struct Change {
        id: String,
        key: PortfolioKey,
        before: (Vec<u8>, RecoveryCode),
        after: (Vec<u8>, RecoveryCode),
    }

    impl Change {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let new = NewKeys::random(1_790_000_000).unwrap();
            let (mut file, key, code) = KeyFile::create(folder.path(), &new, &passphrase("before"), CHEAP).unwrap();
            let before = (file.to_bytes().unwrap(), code);
            let code = RecoveryCode::random().unwrap();
            file.set_passphrase(&key, &passphrase("after"), CHEAP).unwrap();
            file.set_recovery(&key, &code).unwrap();
            Self { id: new.portfolio_id, key, before, after: (file.to_bytes().unwrap(), code) }
        }

        fn steps(&self, copy: Option<&[u8]>) -> Vec<Step<'_>> {
            let (before, after) = (self.before.0.as_slice(), self.after.0.as_slice());
            [replacing(Some(before), copy, after), levelling(Some(before), after)].concat()
        }

        /// A folder in which the change was cut off after `done` steps; `torn` bytes of the next one were written.
        fn cut_off(&self, copy: Option<&[u8]>, done: usize, torn: Option<usize>) -> tempfile::TempDir {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join(NAME), &self.before.0).unwrap();
            if let Some(copy) = copy {
                fs::write(folder.path().join(COPY), copy).unwrap();
            }
            let steps = self.steps(copy);
            run(folder.path(), &steps[..done]).unwrap();
            if let (Some(torn), Some(Step::Write(name, bytes))) = (torn, steps.get(done)) {
                fs::write(beside(folder.path(), name), &bytes[..torn]).unwrap();
            }
            folder
        }

        /// Whether a file opens by the old passphrase and code, or else by the new ones.
        fn is_old(&self, file: &KeyFile) -> bool {
            let opens = |words: &str, code: &RecoveryCode| {
                let outcomes = [file.unlock_with_passphrase(&passphrase(words)), file.unlock_with_recovery(code)];
                outcomes.map(|outcome| outcome.is_ok_and(|key| key.expose() == self.key.expose()))
            };
            match (opens("before", &self.before.1), opens("after", &self.after.1)) {
                ([true, true], [false, false]) => true,
                ([false, false], [true, true]) => false,
                other => panic!("neither old nor new: {other:?}"),
            }
        }
    }

    /// catalogue 10
    #[test]
    fn a_change_cut_off_anywhere_leaves_the_old_or_the_new_and_the_next_one_goes_through() {
        let change = Change::new();
        let other = [b"half a file".as_slice(), &change.after.0];
        for copy in [Some(change.before.0.as_slice()), None, Some(other[0]), Some(other[1])] {
            let mut seen_new = false;
            let all = change.steps(copy).len();
            for done in 0..=all {
                for torn in [None, Some(0), Some(100)] {
                    let folder = change.cut_off(copy, done, torn);
                    let mut file = KeyFile::load(folder.path()).unwrap();
                    let old = change.is_old(&file);
                    assert!(!(old && seen_new), "the new one was there already before step {done}");
                    seen_new |= !old;
                    if done == all {
                        assert_eq!(fs::read(folder.path().join(COPY)).unwrap(), change.after.0);
                    }
                    file.set_passphrase(&change.key, &passphrase("next"), CHEAP).unwrap();
                    for name in [NAME, COPY] {
                        assert_eq!(fs::read(folder.path().join(name)).unwrap(), file.to_bytes().unwrap(), "{name}");
                    }
                    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "something was left lying about");
                }
            }
            assert!(seen_new);
        }
    }

    /// catalogue 10
    #[test]
    fn a_change_cut_off_anywhere_leaves_a_whole_copy_as_soon_as_the_slot_file_is_touched() {
        let change = Change::new();
        for done in 0..=change.steps(None).len() {
            let folder = change.cut_off(None, done, None);
            fs::write(folder.path().join(NAME), "the disk lost it").unwrap();
            let repaired = KeyFile::repair(folder.path(), &change.id);
            match done {
                0 | 1 => assert!(matches!(repaired, Err(Error::NoHealthyCopy)), "step {done}"),
                _ => assert_eq!(change.is_old(&repaired.unwrap()), done < change.steps(None).len() - 1, "step {done}"),
            }
        }
    }

    /// catalogue 24
    #[test]
    fn a_file_that_cannot_be_saved_leaves_nothing_lying_about() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join(NAME).join("in the way")).unwrap();
        assert!(run(folder.path(), &[Step::Write(NAME, b"new"), Step::Rename(NAME)]).is_err());
        assert!(!beside(folder.path(), NAME).exists());
    }

    #[test]
    fn a_slot_file_that_does_not_read_back_ends_the_change_with_the_copy_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(NAME), "what the disk made of it").unwrap();
        fs::write(folder.path().join(COPY), "before").unwrap();
        assert!(matches!(run(folder.path(), &[Step::Prove(NAME, b"after")]), Err(Error::Damaged)));
        assert_eq!(fs::read(folder.path().join(COPY)).unwrap(), b"before");
    }

    /// catalogue 24
    #[test]
    fn a_copy_that_cannot_be_made_level_is_removed_rather_than_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(COPY), "the passphrase before").unwrap();
        // A folder in the way: the copy can be neither written beside nor cleared.
        fs::create_dir(beside(folder.path(), COPY)).unwrap();
        level(folder.path(), b"the passphrase now").unwrap();
        assert!(!folder.path().join(COPY).exists());
        fs::create_dir(folder.path().join(COPY)).unwrap();
        assert!(level(folder.path(), b"the passphrase now").is_err(), "one that cannot be removed either is told");
    }
}
