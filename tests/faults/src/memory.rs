//! Looking through the memory of another process.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;

/// What to look for, by name.
#[derive(Clone)]
pub struct Secret {
    /// What it is.
    pub name: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The names of the secrets that stand anywhere in the readable and writable memory of a process, and where.
pub fn scan(process: u32, secrets: &[Secret]) -> io::Result<Vec<String>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let memory = File::open(format!("/proc/{process}/mem"))?;
    let mut found = Vec::new();
    for line in maps.lines() {
        let Some((start, length, what)) = writable(line) else { continue };
        let mut bytes = vec![0; length];
        // A mapping of the kernel's own cannot be read; no program could write to it either.
        if memory.read_exact_at(&mut bytes, start).is_err() {
            continue;
        }
        for secret in secrets {
            for at in places(&bytes, &secret.bytes) {
                found.push(format!("{} at {:#x} of {what}", secret.name, start + at as u64));
            }
        }
    }
    Ok(found)
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

fn places<'a>(bytes: &'a [u8], wanted: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let first = wanted.first().copied();
    let begins =
        move |(at, byte): (usize, &u8)| (Some(*byte) == first && bytes[at..].starts_with(wanted)).then_some(at);
    bytes.iter().enumerate().filter_map(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_wherever_it_stands() {
        assert_eq!(places(b"xxabcxabc", b"abc").collect::<Vec<_>>(), [2, 6]);
        assert_eq!(places(b"xxab", b"abc").count(), 0);
    }

    #[test]
    fn mappings_that_can_be_written_are_looked_through() {
        assert_eq!(writable("7f00-7f10 rw-p 00000000 00:00 0    [heap]"), Some((0x7f00, 0x10, "[heap]")));
        assert_eq!(writable("7f00-7f10 r-xp 00000000 00:00 0    /lib/x"), None);
    }
}
