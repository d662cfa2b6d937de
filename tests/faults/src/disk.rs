//! A disk that forgets: what was made sure of stays; of the rest anything may be there or not when the power fails.
//!
//! The model is harder than any file system of today. Of a file's writes since its last sync each sector of 512 bytes may have
//! reached the disk or not, whatever came before or after it; so may each setting of its length. A name made, changed or removed counts
//! only from the next sync of its folder; before, those of one folder may be there up to any point (`Names::InOrder`, what every
//! journalling file system holds) or each by itself (`Names::AnyOrder`). Syncing a file does not make its name sure.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use crate::dice::Dice;
use crate::trace::{Names, Step};

/// Bytes that reach the disk together or not at all.
const SECTOR: usize = 512;

/// What happens to what was not made sure of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// How many of a hundred sectors reach the disk.
    pub sectors: usize,
    /// How many of a hundred changes of names reach the disk.
    pub names: usize,
    /// Whether names of one folder reach the disk in any order.
    pub any_order: bool,
}

type Id = usize;

#[derive(Debug, Clone)]
enum NameChange {
    Set(String, Id),
    Gone(String),
    /// In one step, as a rename is.
    Moved(String, String, Id),
}

impl NameChange {
    fn apply(&self, entries: &mut BTreeMap<String, Id>) {
        match self {
            Self::Set(name, id) => drop(entries.insert(name.clone(), *id)),
            Self::Gone(name) => drop(entries.remove(name)),
            Self::Moved(from, to, id) => {
                entries.remove(from);
                entries.insert(to.clone(), *id);
            }
        }
    }
}

#[derive(Debug, Clone)]
enum ByteChange {
    Write(usize, Vec<u8>),
    Length(usize),
}

#[derive(Debug, Clone)]
enum Node {
    Folder { sure: BTreeMap<String, Id>, now: BTreeMap<String, Id>, pending: Vec<NameChange> },
    File { sure: Vec<u8>, pending: Vec<ByteChange> },
}

/// The disk, step by step.
#[derive(Debug, Clone)]
pub struct Disk(Vec<Node>);

impl Disk {
    /// A disk that holds a folder, all of it sure.
    pub fn holding(folder: &Path) -> io::Result<Self> {
        let mut disk = Self(Vec::new());
        disk.load(folder)?;
        Ok(disk)
    }

    fn load(&mut self, folder: &Path) -> io::Result<Id> {
        let id = self.add(Node::Folder { sure: BTreeMap::new(), now: BTreeMap::new(), pending: Vec::new() });
        let mut entries = BTreeMap::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let node = if entry.file_type()?.is_dir() {
                self.load(&entry.path())?
            } else {
                let sure = fs::read(entry.path())?;
                self.add(Node::File { sure, pending: Vec::new() })
            };
            entries.insert(entry.file_name().to_string_lossy().into_owned(), node);
        }
        self.0[id] = Node::Folder { sure: entries.clone(), now: entries, pending: Vec::new() };
        Ok(id)
    }

    fn add(&mut self, node: Node) -> Id {
        self.0.push(node);
        self.0.len() - 1
    }

    fn find(&self, path: &[String]) -> Option<Id> {
        path.iter().try_fold(0, |at, name| match self.0.get(at)? {
            Node::Folder { now, .. } => now.get(name).copied(),
            Node::File { .. } => None,
        })
    }

    /// Does a step. What cannot be found was removed while it was open, and does not matter any more.
    pub fn take(&mut self, step: &Step) {
        match step {
            Step::File(path) => self.make(path, Node::File { sure: Vec::new(), pending: Vec::new() }),
            Step::Folder(path) => {
                let empty = Node::Folder { sure: BTreeMap::new(), now: BTreeMap::new(), pending: Vec::new() };
                self.make(path, empty);
            }
            Step::Write(path, offset, bytes) => self.change_bytes(path, ByteChange::Write(*offset, bytes.clone())),
            Step::Length(path, length) => self.change_bytes(path, ByteChange::Length(*length)),
            Step::Rename(from, to) => self.rename(from, to),
            Step::Link(from, to) => {
                if let (Some(id), Some(name)) = (self.find(from), to.last()) {
                    self.change_names(to, NameChange::Set(name.clone(), id));
                }
            }
            Step::Remove(path) => {
                if let Some(name) = path.last() {
                    self.change_names(path, NameChange::Gone(name.clone()));
                }
            }
            Step::Sync(path) | Step::SyncFolder(path) => self.make_sure(path),
            Step::Said(_) => {}
        }
    }

    fn make(&mut self, path: &Names, node: Node) {
        let id = self.add(node);
        if let Some(name) = path.last() {
            self.change_names(path, NameChange::Set(name.clone(), id));
        }
    }

    fn rename(&mut self, from: &Names, to: &Names) {
        let (Some(id), Some((old, old_folder)), Some((new, new_folder))) =
            (self.find(from), from.split_last(), to.split_last())
        else {
            return;
        };
        if old_folder == new_folder {
            self.change_names(from, NameChange::Moved(old.clone(), new.clone(), id));
        } else {
            self.change_names(to, NameChange::Set(new.clone(), id));
            self.change_names(from, NameChange::Gone(old.clone()));
        }
    }

    /// A change of a name in the folder that the path lies in.
    fn change_names(&mut self, path: &[String], change: NameChange) {
        let folder = path.split_last().and_then(|(_, folder)| self.find(folder));
        if let Some(Node::Folder { now, pending, .. }) = folder.and_then(|id| self.0.get_mut(id)) {
            change.apply(now);
            pending.push(change);
        }
    }

    fn change_bytes(&mut self, path: &[String], change: ByteChange) {
        if let Some(Node::File { pending, .. }) = self.find(path).and_then(|id| self.0.get_mut(id)) {
            pending.push(change);
        }
    }

    fn make_sure(&mut self, path: &[String]) {
        match self.find(path).and_then(|id| self.0.get_mut(id)) {
            Some(Node::Folder { sure, now, pending }) => {
                sure.clone_from(now);
                pending.clear();
            }
            Some(Node::File { sure, pending }) => {
                for change in pending.drain(..) {
                    keep_all(sure, &change);
                }
            }
            None => {}
        }
    }

    /// Writes into `folder`, which is made, what a power cut may leave.
    pub fn cut(&self, folder: &Path, cut: Cut, dice: &mut Dice) -> io::Result<()> {
        self.cut_folder(0, folder, cut, dice)
    }

    fn cut_folder(&self, id: Id, to: &Path, cut: Cut, dice: &mut Dice) -> io::Result<()> {
        fs::create_dir(to)?;
        let Some(Node::Folder { sure, pending, .. }) = self.0.get(id) else { return Ok(()) };
        let mut entries = sure.clone();
        for change in pending {
            if dice.in_a_hundred(cut.names) {
                change.apply(&mut entries);
            } else if !cut.any_order {
                break;
            }
        }
        for (name, id) in entries {
            match self.0.get(id) {
                Some(Node::Folder { .. }) => self.cut_folder(id, &to.join(name), cut, dice)?,
                Some(Node::File { sure, pending }) => {
                    let mut bytes = sure.clone();
                    for change in pending {
                        keep_some(&mut bytes, change, cut.sectors, dice);
                    }
                    fs::write(to.join(name), bytes)?;
                }
                None => {}
            }
        }
        Ok(())
    }
}

fn put(bytes: &mut Vec<u8>, offset: usize, written: &[u8]) {
    let end = offset + written.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(written);
}

fn keep_all(bytes: &mut Vec<u8>, change: &ByteChange) {
    match change {
        ByteChange::Write(offset, written) => put(bytes, *offset, written),
        ByteChange::Length(length) => bytes.resize(*length, 0),
    }
}

fn keep_some(bytes: &mut Vec<u8>, change: &ByteChange, percent: usize, dice: &mut Dice) {
    match change {
        ByteChange::Length(length) => {
            if dice.in_a_hundred(percent) {
                bytes.resize(*length, 0);
            }
        }
        ByteChange::Write(offset, written) => {
            let (mut at, end) = (*offset, offset + written.len());
            while at < end {
                let sector_end = ((at / SECTOR + 1) * SECTOR).min(end);
                if dice.in_a_hundred(percent) {
                    put(bytes, at, &written[at - offset..sector_end - offset]);
                } else if bytes.len() < sector_end && dice.in_a_hundred(percent) {
                    // The length reached the disk, the bytes did not.
                    bytes.resize(sector_end, 0);
                }
                at = sector_end;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Cut = Cut { sectors: 100, names: 100, any_order: false };
    const NOTHING: Cut = Cut { sectors: 0, names: 0, any_order: false };

    fn path(name: &str) -> Names {
        vec![name.to_owned()]
    }

    fn left(disk: &Disk, cut: Cut) -> Vec<(String, Vec<u8>)> {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().join("left");
        disk.cut(&to, cut, &mut Dice::seeded(1)).unwrap();
        let read = |file: std::path::PathBuf| (file.display().to_string(), fs::read(to.join(&file)).unwrap());
        crate::tree::files(&to).unwrap().into_iter().map(read).collect()
    }

    fn disk() -> Disk {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), b"sure").unwrap();
        Disk::holding(folder.path()).unwrap()
    }

    #[test]
    fn what_was_not_made_sure_of_may_be_there_or_not() {
        let mut disk = disk();
        disk.take(&Step::Write(path("a"), 2, b"xx".to_vec()));
        disk.take(&Step::Rename(path("a"), path("b")));
        assert_eq!(left(&disk, NOTHING), [("a".to_owned(), b"sure".to_vec())]);
        assert_eq!(left(&disk, ALL), [("b".to_owned(), b"suxx".to_vec())]);
        assert_eq!(left(&disk, Cut { names: 100, ..NOTHING }), [("b".to_owned(), b"sure".to_vec())]);
    }

    #[test]
    fn a_file_that_was_synced_is_lost_until_its_folder_was_too() {
        let mut disk = disk();
        disk.take(&Step::File(path("new")));
        disk.take(&Step::Write(path("new"), 0, b"content".to_vec()));
        disk.take(&Step::Sync(path("new")));
        assert_eq!(left(&disk, NOTHING).len(), 1);
        disk.take(&Step::SyncFolder(Vec::new()));
        assert_eq!(left(&disk, NOTHING)[1], ("new".to_owned(), b"content".to_vec()));
    }

    #[test]
    fn sectors_of_one_write_are_lost_one_by_one() {
        let mut disk = disk();
        disk.take(&Step::Write(path("a"), 0, vec![7; 64 * SECTOR]));
        let left = left(&disk, Cut { sectors: 50, ..NOTHING }).remove(0).1;
        assert!(left.chunks(SECTOR).any(|sector| sector[0] == 7) && left.chunks(SECTOR).any(|sector| sector[0] == 0));
    }
}
