//! The journal beside the database (`-wal`), read without the engine: what is committed in it, and whether it belongs there.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use crate::pages::{PAGE, PageKeys};

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// How a journal begins; the last bit says in which order the numbers of its checksums are read.
const MAGIC: u32 = 0x377f_0682;

/// What is committed in a journal.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    /// Where in the file the last committed state of each page begins.
    pub(crate) pages: HashMap<u32, u64>,
    /// How many transactions are committed in it.
    pub(crate) commits: u64,
    /// How many pages the database has after the last of them.
    pub(crate) database_pages: u32,
    /// Committed pages that were not written with the key they were to be proven by.
    pub(crate) foreign: u64,
}

impl Journal {
    /// Reads a journal as the engine does: up to the first frame whose checksum is wrong or that is of an earlier use of the file.
    pub(crate) fn read(path: &Path, keys: &PageKeys) -> io::Result<Self> {
        let mut file = BufReader::with_capacity(256 * 1024, File::open(path)?);
        let mut journal = Self::default();
        let mut header = [0; HEADER];
        if !fill(&mut file, &mut header)? {
            return Ok(journal);
        }
        let Some(mut sum) = Checksum::of_header(&header) else { return Ok(journal) };
        let mut frame = [0; FRAME_HEADER];
        let mut page = [0; PAGE];
        // What the transaction that is being read has written so far.
        let mut open: Vec<(u32, u64)> = Vec::new();
        let (mut strangers, mut at) = (0, (HEADER + FRAME_HEADER) as u64);
        while fill(&mut file, &mut frame)? && fill(&mut file, &mut page)? {
            if frame[8..16] != header[16..24] || number(&frame, 0) == 0 || !sum.takes(&frame, &page) {
                break;
            }
            strangers += u64::from(!keys.prove(number(&frame, 0), &page));
            open.push((number(&frame, 0), at));
            if number(&frame, 4) > 0 {
                journal.commit(&mut open, number(&frame, 4));
                journal.foreign += std::mem::take(&mut strangers);
            }
            at += (FRAME_HEADER + PAGE) as u64;
        }
        Ok(journal)
    }

    fn commit(&mut self, written: &mut Vec<(u32, u64)>, database_pages: u32) {
        self.commits += 1;
        self.database_pages = database_pages;
        self.pages.extend(written.drain(..));
    }

    /// Whether the engine will find a commit in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.commits == 0
    }
}

/// Two numbers that run over everything in the file, each word changing both.
struct Checksum {
    big_endian: bool,
    state: (u32, u32),
}

impl Checksum {
    /// None where this is no beginning of a journal, or it is damaged.
    fn of_header(header: &[u8; HEADER]) -> Option<Self> {
        let magic = number(header, 0);
        if magic & !1 != MAGIC || number(header, 8) as usize != PAGE {
            return None;
        }
        let mut sum = Self { big_endian: magic & 1 == 1, state: (0, 0) };
        sum.run(&header[..24]);
        (sum.state == (number(header, 24), number(header, 28))).then_some(sum)
    }

    fn takes(&mut self, frame: &[u8; FRAME_HEADER], page: &[u8; PAGE]) -> bool {
        self.run(&frame[..8]);
        self.run(page);
        self.state == (number(frame, 16), number(frame, 20))
    }

    fn run(&mut self, bytes: &[u8]) {
        let read = if self.big_endian { u32::from_be_bytes } else { u32::from_le_bytes };
        for pair in bytes.chunks_exact(8) {
            let word = |at: usize| read([pair[at], pair[at + 1], pair[at + 2], pair[at + 3]]);
            self.state.0 = self.state.0.wrapping_add(word(0)).wrapping_add(self.state.1);
            self.state.1 = self.state.1.wrapping_add(word(4)).wrapping_add(self.state.0);
        }
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Fills the buffer; false where the file ends before.
fn fill(file: &mut impl Read, buffer: &mut [u8]) -> io::Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}
