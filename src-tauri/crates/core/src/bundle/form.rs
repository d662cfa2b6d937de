//! A bundle as bytes: a tar of `manifest.json`, `keys.json` and `portfolio.db`, in the one spelling that this program writes. Whatever is
//! spelled otherwise, another name, a link, a fourth file, a byte too many, is refused; so nothing of tar's long history is interpreted.

use std::fs::{self, File};
use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use tar::{EntryType, Header};

use super::manifest::{FORMAT, Manifest};
use crate::error::{BackupProblem, Error};

/// The names of the files in a bundle, in their order.
const MANIFEST: &str = "manifest.json";
pub(super) const KEYS: &str = "keys.json";
pub(super) const DATABASE: &str = "portfolio.db";
/// The longest manifest and slot file, in bytes.
const LONGEST_MANIFEST: u64 = 4 * 1024;
const LONGEST_KEYS: u64 = 64 * 1024;
/// A tar is made of blocks of this many bytes, and ends with two empty ones.
const BLOCK: u64 = 512;
const END: u64 = 2 * BLOCK;

/// A bundle being read: its manifest and slot file are in memory, its database is the next thing in the file.
pub(crate) struct Bundle {
    /// What it says of itself.
    pub(crate) manifest: Manifest,
    /// The slot file.
    pub(super) keys: Vec<u8>,
    reader: BufReader<File>,
    /// Bytes of the database.
    database: u64,
}

impl Bundle {
    /// Opens a bundle and reads all of it but the database, whose size is known by then to be what the file holds.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let seen = fs::metadata(path).map_err(Error::FileUnreadable)?;
        if !seen.is_file() {
            return Err(BackupProblem::NotOne.into());
        }
        let file = File::open(path).map_err(Error::FileUnreadable)?;
        let ours = is_ours(&file).map_err(Error::FileUnreadable)?;
        match Self::read(BufReader::with_capacity(64 * 1024, file), seen.len()) {
            Err(Error::Backup(BackupProblem::Damaged)) if !ours => Err(BackupProblem::NotOne.into()),
            outcome => outcome,
        }
    }

    fn read(mut reader: BufReader<File>, length: u64) -> Result<Self, Error> {
        let manifest = Manifest::from_bytes(&small(&mut reader, MANIFEST, LONGEST_MANIFEST)?)?;
        let keys = small(&mut reader, KEYS, LONGEST_KEYS)?;
        let database = entry(&mut reader, DATABASE, length)?;
        let before = [manifest.to_bytes()?.len() as u64, keys.len() as u64].map(|size| BLOCK + padded(size));
        let whole = before.iter().sum::<u64>() + BLOCK + padded(database) + END;
        if whole != length || Sha256::digest(&keys)[..] != manifest.keys {
            return Err(BackupProblem::Damaged.into());
        }
        Ok(Self { manifest, keys, reader, database })
    }

    /// Writes the database to `out` and reads the bundle to its end. Only then is the sum of the database known to be right.
    pub(super) fn pour(mut self, out: &mut impl Write) -> Result<(), Error> {
        let mut sum = Sha256::new();
        let (mut left, mut buffer) = (self.database, vec![0; 64 * 1024]);
        while left > 0 {
            let piece = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            take(&mut self.reader, &mut buffer[..piece])?;
            sum.update(&buffer[..piece]);
            out.write_all(&buffer[..piece]).map_err(Error::Home)?;
            left -= piece as u64;
        }
        blank(&mut self.reader, padded(self.database) - self.database + END)?;
        if sum.finalize()[..] == self.manifest.database { Ok(()) } else { Err(BackupProblem::Damaged.into()) }
    }

    /// Reads the bundle to its end and compares the sums.
    pub(super) fn check(self) -> Result<(), Error> {
        self.pour(&mut io::sink())
    }
}

/// Writes a bundle to an empty file and makes sure of it on the disk.
pub(crate) fn write(out: File, manifest: &[u8], keys: &[u8], database: &mut File) -> io::Result<()> {
    let mut tar = tar::Builder::new(out);
    tar.append(&header(MANIFEST, manifest.len() as u64)?, manifest)?;
    tar.append(&header(KEYS, keys.len() as u64)?, keys)?;
    tar.append(&header(DATABASE, database.metadata()?.len())?, database)?;
    tar.into_inner()?.sync_all()
}

/// The one spelling of a header.
fn header(name: &str, size: u64) -> io::Result<Header> {
    let mut header = Header::new_gnu();
    header.set_path(name)?;
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_mode(0o600);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_cksum();
    Ok(header)
}

/// Whether this was a bundle once, damaged as it may be now: by its first header or by the name of its format.
fn is_ours(mut file: &File) -> io::Result<bool> {
    use std::io::Seek;
    let mut beginning = Vec::new();
    file.take(BLOCK + LONGEST_MANIFEST).read_to_end(&mut beginning)?;
    file.rewind()?;
    let named = beginning.windows(FORMAT.len()).any(|window| window == FORMAT.as_bytes());
    let first = beginning.first_chunk::<512>().map(|block| Header::from_byte_slice(block).clone());
    let headed = first.is_some_and(|first| {
        first.entry_size().and_then(|size| header(MANIFEST, size)).is_ok_and(|ours| ours.as_bytes() == first.as_bytes())
    });
    Ok(named || headed)
}

/// A file small enough for the memory, with what fills up its last block.
fn small(reader: &mut impl Read, name: &str, longest: u64) -> Result<Vec<u8>, Error> {
    let size = entry(reader, name, longest)?;
    let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
    take(reader, &mut bytes)?;
    blank(reader, padded(size) - size)?;
    Ok(bytes)
}

/// The size of the next file, whose header must be spelled as ours.
fn entry(reader: &mut impl Read, name: &str, longest: u64) -> Result<u64, Error> {
    let mut block = [0; BLOCK as usize];
    take(reader, &mut block)?;
    let size = Header::from_byte_slice(&block).entry_size().map_err(|_| BackupProblem::Damaged)?;
    let ours = header(name, size).map_err(|_| BackupProblem::Damaged)?;
    if size <= longest && *ours.as_bytes() == block { Ok(size) } else { Err(BackupProblem::Damaged.into()) }
}

/// So many bytes that must be zero.
fn blank(reader: &mut impl Read, count: u64) -> Result<(), Error> {
    let mut bytes = vec![0; usize::try_from(count).unwrap_or_default()];
    take(reader, &mut bytes)?;
    if bytes.iter().all(|byte| *byte == 0) { Ok(()) } else { Err(BackupProblem::Damaged.into()) }
}

fn take(reader: &mut impl Read, bytes: &mut [u8]) -> Result<(), Error> {
    reader.read_exact(bytes).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => BackupProblem::Damaged.into(),
        _ => Error::FileUnreadable(error),
    })
}

/// The size with its last block filled up.
fn padded(size: u64) -> u64 {
    size.div_ceil(BLOCK).saturating_mul(BLOCK)
}
