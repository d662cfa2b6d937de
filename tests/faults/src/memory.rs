//! Looking through the memory of another process.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;

use memchr::memmem::find_iter;

/// What to look for, by name.
#[derive(Clone)]
pub struct Secret {
    /// What it is.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// How much is looked through at a time, in bytes.
const PIECE: usize = 8 << 20;
const PAGE: usize = 4096;

/// The names of the secrets that stand anywhere in the readable and writable memory of a process, and where.
pub fn scan(process: u32, secrets: &[Secret]) -> io::Result<Vec<String>> {
    let memory = Memory::of(process)?;
    let longest = secrets.iter().map(|secret| secret.bytes.len()).max().unwrap_or(0);
    let mut found = Vec::new();
    for line in fs::read_to_string(format!("/proc/{process}/maps"))?.lines() {
        let Some((start, length, what)) = writable(line) else { continue };
        for (start, length) in memory.in_use(start, length) {
            for offset in (0..length).step_by(PIECE) {
                // A secret may stand across the end of a piece.
                let mut bytes = vec![0; (PIECE + longest).min(length - offset)];
                let at = start + offset as u64;
                // A mapping of the kernel's own cannot be read; no program could write to it either.
                if memory.bytes.read_exact_at(&mut bytes, at).is_err() {
                    continue;
                }
                for secret in secrets {
                    let places = find_iter(&bytes, &secret.bytes).filter(|place| *place < PIECE);
                    found.extend(places.map(|place| format!("{} at {:#x} of {what}", secret.name, at + place as u64)));
                }
            }
        }
    }
    Ok(found)
}

struct Memory {
    bytes: File,
    /// Eight bytes a page: the two highest bits say whether it is there, in memory or in the swap file.
    pages: File,
}

impl Memory {
    fn of(process: u32) -> io::Result<Self> {
        let open = |name| File::open(format!("/proc/{process}/{name}"));
        Ok(Self { bytes: open("mem")?, pages: open("pagemap")? })
    }

    /// The stretches of a mapping that were ever written to or read, each with its length: the page's engine sets
    /// gigabytes aside that it does not use, and to read a page puts it there.
    fn in_use(&self, start: u64, length: usize) -> Vec<(u64, usize)> {
        let mut stretches: Vec<(u64, usize)> = Vec::new();
        let mut entries = vec![0; PAGE * 8];
        for first in (0..length / PAGE).step_by(PAGE) {
            let entries = &mut entries[..(length / PAGE - first).min(PAGE) * 8];
            if self.pages.read_exact_at(entries, (start / PAGE as u64 + first as u64) * 8).is_err() {
                break;
            }
            let is_there = |entry: &[u8]| entry[7] & 0b1100_0000 != 0;
            for (page, _) in entries.chunks(8).enumerate().filter(|(_, entry)| is_there(entry)) {
                let at = start + ((first + page) * PAGE) as u64;
                match stretches.last_mut() {
                    Some((start, length)) if *start + *length as u64 == at => *length += PAGE,
                    _ => stretches.push((at, PAGE)),
                }
            }
        }
        stretches
    }
}

/// Where a mapping that can be read and written begins, how long it is, and what it is.
fn writable(line: &str) -> Option<(u64, usize, &str)> {
    let mut words = line.split_ascii_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let (start, end) = range.split_once('-')?;
    let (start, end) = (u64::from_str_radix(start, 16).ok()?, u64::from_str_radix(end, 16).ok()?);
    let what = words.nth(3).unwrap_or("memory of its own");
    rights.starts_with("rw").then_some((start, usize::try_from(end - start).ok()?, what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_across_the_end_of_a_piece() {
        let secret = b"a secret of this test, in its own memory".to_vec();
        let mut kept = vec![0; 3 * PIECE];
        let at = kept.as_ptr() as usize % PAGE;
        kept[PIECE - at - 20..][..secret.len()].copy_from_slice(&secret);
        let found = scan(std::process::id(), &[Secret { name: "secret", bytes: secret }]).unwrap();
        assert!(found.len() > 1, "{found:?}");
        drop(kept);
    }

    #[test]
    fn mappings_that_can_be_written_are_looked_through() {
        assert_eq!(writable("7f00-7f10 rw-p 00000000 00:00 0    [heap]"), Some((0x7f00, 0x10, "[heap]")));
        assert_eq!(writable("7f00-7f10 r-xp 00000000 00:00 0    /lib/x"), None);
    }
}
