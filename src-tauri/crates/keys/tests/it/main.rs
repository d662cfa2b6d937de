//! The slot file as its users see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod altered;
mod computer;
mod copy;
#[cfg(target_os = "linux")]
mod session;
mod slots;
#[cfg(windows)]
mod windows;

use std::path::Path;

use casefolio_keys::{KdfStrength, KeyFile, NewKeys, Passphrase, PortfolioKey, RecoveryCode};
use zeroize::Zeroizing;

const WORDS: &str = "four lanterns by the sea";

fn passphrase(text: &str) -> Passphrase {
    Passphrase::typed(Zeroizing::new(text.to_owned())).unwrap()
}

/// New keys in `folder`, as cheap as is accepted.
fn made(folder: &Path) -> (KeyFile, PortfolioKey, RecoveryCode) {
    let new = NewKeys::random(1_790_000_000).unwrap();
    KeyFile::create(folder, &new, &passphrase(WORDS), KdfStrength::SMALLEST_ACCEPTED).unwrap()
}

fn bytes(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("keys.json")).unwrap()
}
