//! Pages as they stand in the file: proven and decrypted without the engine, one by one. The engine gives up a whole database for one
//! damaged page of its schema, and takes another database's journal for its own; here each page answers for itself.
//!
//! The form is that of `SQLCipher` 4 with a raw key: AES-256-CBC, an initialisation vector and an HMAC-SHA512 at the end of each
//! page, the page's number within the HMAC, and the HMAC's key derived from the key and the salt that the file begins with.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use aes::Aes256;
use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha512;
use zeroize::{Zeroize, Zeroizing};

use crate::engine::DatabaseKey;

/// Bytes of a page in the file.
pub(crate) const PAGE: usize = 4096;
/// Bytes of a page that the database uses; after them come the initialisation vector and the HMAC.
pub(crate) const USABLE: usize = PAGE - IV - PROOF;
/// Bytes of the salt at the beginning of the file, in the place of the words every plain database begins with.
pub(crate) const SALT: usize = 16;
const IV: usize = 16;
const PROOF: usize = 64;
/// What tells the HMAC's salt from the file's, and how often it is derived: constants of the engine.
const SALT_MASK: u8 = 0x3a;

/// The salt of a database.
pub(crate) type Salt = [u8; SALT];

/// The keys that prove and open the pages of one database.
pub(crate) struct PageKeys {
    cipher: Zeroizing<[u8; 32]>,
    proof: Zeroizing<[u8; 32]>,
}

/// What a proven page holds. Wiped when dropped.
pub(crate) struct Page(Vec<u8>);

impl Drop for Page {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Page {
    /// The part that the database uses.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0[..USABLE]
    }

    /// How many pages the database has by its first page, this one; none where that was not kept up.
    pub(crate) fn database_pages(&self) -> Option<u32> {
        let number = |at: usize| u32::from_be_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]]);
        (number(24) == number(92) && number(28) > 0).then(|| number(28))
    }
}

impl PageKeys {
    pub(crate) fn new(key: &DatabaseKey, salt: &Salt) -> Self {
        let mut proof = Zeroizing::new([0; 32]);
        // PBKDF2-HMAC-SHA512 of two rounds and one block.
        let mut salted = salt.map(|byte| byte ^ SALT_MASK).to_vec();
        salted.extend([0, 0, 0, 1]);
        let first = Zeroizing::new(authenticated(key.expose(), &[&salted]));
        let second = Zeroizing::new(authenticated(key.expose(), &[first.as_slice()]));
        for (byte, (a, b)) in proof.iter_mut().zip(first.iter().zip(second.iter())) {
            *byte = a ^ b;
        }
        Self { cipher: Zeroizing::new(*key.expose()), proof }
    }

    /// Whether a page is what was written with this key under this number.
    pub(crate) fn prove(&self, number: u32, page: &[u8; PAGE]) -> bool {
        let signed = &page[start(number)..USABLE + IV];
        let mut mac = mac(&self.proof);
        mac.update(signed);
        mac.update(&number.to_le_bytes());
        mac.verify_slice(&page[USABLE + IV..]).is_ok()
    }

    /// What a page holds, if it is proven.
    pub(crate) fn open(&self, number: u32, page: &[u8; PAGE]) -> Option<Page> {
        if !self.prove(number, page) {
            return None;
        }
        let mut opened = Page(page.to_vec());
        let cipher =
            cbc::Decryptor::<Aes256>::new_from_slices(self.cipher.as_slice(), &page[USABLE..USABLE + IV]).ok()?;
        cipher.decrypt_padded::<NoPadding>(&mut opened.0[start(number)..USABLE]).ok()?;
        Some(opened)
    }
}

/// Where the encrypted part of a page begins.
fn start(number: u32) -> usize {
    if number == 1 { SALT } else { 0 }
}

fn authenticated(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 64] {
    let mut mac = mac(key);
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
fn mac(key: &[u8; 32]) -> Hmac<Sha512> {
    Hmac::new_from_slice(key).expect("a key of any length")
}

/// The page `number`, or the frame's page, that begins at `at`; none where the file ends before it does.
pub(crate) fn read_at(file: &mut File, at: u64) -> io::Result<Option<[u8; PAGE]>> {
    let mut page = [0; PAGE];
    file.seek(SeekFrom::Start(at))?;
    match file.read_exact(&mut page) {
        Ok(()) => Ok(Some(page)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where a page begins in the file.
pub(crate) fn offset(number: u32) -> u64 {
    u64::from(number.saturating_sub(1)) * PAGE as u64
}
