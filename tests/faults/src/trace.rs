//! What a program did to its files, in order, as the layer wrote it down.

use std::path::Path;

/// The names of a path, from the folder that the layer watches.
pub type Names = Vec<String>;

/// One call that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A file was made.
    File(Names),
    /// A folder was made.
    Folder(Names),
    /// Bytes were written at an offset.
    Write(Names, usize, Vec<u8>),
    /// A length was set.
    Length(Names, usize),
    /// Another name was given.
    Rename(Names, Names),
    /// One more name was given.
    Link(Names, Names),
    /// A file or an empty folder was removed.
    Remove(Names),
    /// The contents of a file were made sure of.
    Sync(Names),
    /// The names in a folder were made sure of.
    SyncFolder(Names),
    /// The program said something.
    Said(String),
}

/// The steps in a trace of a program over `root`.
pub fn steps(mut bytes: &[u8], root: &Path) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    while !bytes.is_empty() {
        let step = step(&mut bytes, root).ok_or_else(|| format!("the trace is cut off after {} steps", steps.len()))?;
        steps.extend(step);
    }
    Ok(steps)
}

/// The next step; none inside for something outside the folder.
#[expect(clippy::option_option, reason = "no step at all, and a step that does not concern the folder")]
fn step(bytes: &mut &[u8], root: &Path) -> Option<Option<Step>> {
    let letter = *take(bytes, 1)?.first()?;
    let lengths = [number(bytes, 4)?, number(bytes, 4)?];
    let (offset, length) = (number(bytes, 8)?, number(bytes, 8)?);
    let path = String::from_utf8(take(bytes, lengths[0])?.to_vec()).ok()?;
    let other = String::from_utf8(take(bytes, lengths[1])?.to_vec()).ok()?;
    let written = take(bytes, length)?.to_vec();
    if letter == b'a' {
        return Some(Some(Step::Said(String::from_utf8(written).ok()?)));
    }
    let (Some(path), other) = (names(&path, root), names(&other, root)) else { return Some(None) };
    Some(Some(match letter {
        b'c' => Step::File(path),
        b'k' => Step::Folder(path),
        b'w' => Step::Write(path, offset, written),
        b't' => Step::Length(path, offset),
        b'm' => Step::Rename(path, other?),
        b'l' => Step::Link(path, other?),
        b'u' => Step::Remove(path),
        b's' => Step::Sync(path),
        b'd' => Step::SyncFolder(path),
        _ => return None,
    }))
}

fn names(path: &str, root: &Path) -> Option<Names> {
    let inside = Path::new(path).strip_prefix(root).ok()?;
    Some(inside.iter().map(|name| name.to_string_lossy().into_owned()).collect())
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (front, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(front)
}

fn number(bytes: &mut &[u8], length: usize) -> Option<usize> {
    let mut whole = [0; 8];
    whole.get_mut(..length)?.copy_from_slice(take(bytes, length)?);
    usize::try_from(u64::from_le_bytes(whole)).ok()
}
