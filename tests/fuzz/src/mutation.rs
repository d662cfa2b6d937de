//! Random but repeatable mutations of seeds, for the ordinary tests: the engine of `cargo xtask fuzz` does far better, but is not at
//! hand there.

/// Bytes that parsers stumble over.
const AWKWARD: [&[u8]; 24] = [
    b"\0",
    b"\n",
    b"\r\n",
    b"\t",
    b" ",
    b"\"",
    b"\\",
    b"'",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"<",
    b">",
    b"&lt;",
    b"=",
    b"-1",
    b"99999999999999999999",
    b"null",
    b"\xFF\xFE",
    b"\xEF\xBB\xBF",
    b"\xE2\x80\xAE",
];
/// No mutation grows an input beyond this.
const LONGEST: usize = 64 * 1024;

/// Gives one mutation after the other, always the same ones for the same number.
pub struct Mutations(u64);

impl Mutations {
    /// Those of this number.
    #[must_use]
    pub fn of(number: u64) -> Self {
        Self(number)
    }

    /// One of the seeds, changed in one to eight places.
    pub fn next(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        let other = &seeds[self.below(seeds.len())];
        for _ in 0..=self.below(8) {
            self.change(&mut bytes, other);
        }
        bytes.truncate(LONGEST);
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let (from, to) = self.span(bytes.len());
        match self.below(8) {
            0 if from < bytes.len() => bytes[from] ^= 1 << self.below(8),
            1 => drop(bytes.drain(from..to)),
            2 => {
                let piece = bytes[from..to].to_vec();
                self.insert(bytes, &piece);
            }
            3 => {
                let (from, to) = self.span(other.len());
                self.insert(bytes, &other[from..to]);
            }
            4 => bytes.truncate(from),
            5 => {
                let piece = bytes[from..to].to_vec();
                let times = self.below(40);
                self.insert(bytes, &piece.repeat(times));
            }
            _ => {
                let piece = AWKWARD[self.below(AWKWARD.len())];
                let end = (from + self.below(2) * piece.len()).min(bytes.len());
                bytes.splice(from..end, piece.iter().copied());
            }
        }
    }

    fn insert(&mut self, bytes: &mut Vec<u8>, piece: &[u8]) {
        let at = self.below(bytes.len() + 1);
        bytes.splice(at..at, piece.iter().copied());
        bytes.truncate(LONGEST);
    }

    /// A stretch of at most 32 of `length` bytes.
    fn span(&mut self, length: usize) -> (usize, usize) {
        let from = self.below(length + 1);
        (from, (from + self.below(32)).min(length))
    }

    /// A number below `end`; 0 where there is none.
    fn below(&mut self, end: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % (end.max(1) as u64)).unwrap()
    }
}
