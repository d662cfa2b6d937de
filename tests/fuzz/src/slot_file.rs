//! The slot file `keys.json`: refused, or byte for byte what the program writes; and whatever opens, opens to the one key.

use std::fs;
use std::path::Path;

use casefolio_keys::{
    Error, KeyFile, KeyStore, KeyStoreProblem, MemoryKeyStore, Passphrase, PortfolioKey, RecoveryCode,
};
use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Check, wording};

/// What opens the seeds, and the key they hold.
const PASSPHRASE: &str = "lantern river orange seven";
const CODE: &str = "EB14-NEKG-EEW9-TQRD-9GNA-D4Q2-SGKZ-1FNG-B";
const SECRET: &str = "a4db1f942128b500ca9854c7da9dbfd8fb2839bc7ca0de96c6fa259bc2373744";
const KEY: &str = "2e2c1e852f25754742f874464cc73d4c993b697ba0670c897e715e8ce3f0687a";
const ACCOUNT: &str = "portfolio 5eed5eed5eed5eed5eed5eed5eed5eed";

/// A derivation is tried up to this cost, which is that of the seeds.
const SMALL_KIB: u64 = 19 * 1024;

const SAID: &[&str] = &[
    "the key file is damaged",
    "the key file has version #, this program knows #",
    "the cost of the key derivation is not accepted",
    "memory cost out of range",
    "number of passes out of range",
    "number of lanes out of range",
    "the passphrase is wrong",
    "the recovery code is of another portfolio or was replaced",
    "the key file has no such slot",
    "the key store did not answer as hoped",
    "the key store has no such entry",
    "the entry of the key store is unusable",
];

pub(crate) fn start() -> Check {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryKeyStore::new();
    store.write(ACCOUNT, &HEXLOWER.decode(SECRET.as_bytes()).unwrap()).unwrap();
    Box::new(move |bytes| {
        look(folder.path(), bytes, &store);
        // The sum over the file would stop almost every mutation: once more with a sum that fits.
        if let Some(summed) = with_sum(bytes) {
            look(folder.path(), &summed, &store);
        }
    })
}

fn look(folder: &Path, bytes: &[u8], store: &dyn KeyStore) {
    fs::write(folder.join("keys.json"), bytes).unwrap();
    match KeyFile::load(folder) {
        Ok(file) => {
            assert_eq!(file.to_bytes().unwrap(), bytes, "accepted, but not what would be written");
            open(&file, bytes, store);
        }
        Err(error) => wording::assert_own(&error, SAID),
    }
    assert_eq!(fs::read(folder.join("keys.json")).unwrap(), bytes, "reading changes nothing");
}

fn open(file: &KeyFile, bytes: &[u8], store: &dyn KeyStore) {
    judge(file.unlock_with_recovery(&RecoveryCode::parse(CODE).unwrap()));
    let by_computer = file.unlock_with_computer(store);
    assert!(file.has_computer_slot() || matches!(by_computer, Err(Error::NoSlot)));
    judge(by_computer);
    if is_cheap(bytes) {
        judge(file.unlock_with_passphrase(&Passphrase::new(PASSPHRASE.to_owned().into()).unwrap()));
    }
}

fn judge(opened: Result<PortfolioKey, Error>) {
    match opened {
        Ok(key) => assert_eq!(HEXLOWER.encode(key.expose()), KEY, "another key"),
        Err(error) => {
            assert!(!matches!(error, Error::Io(_) | Error::KeyStore(KeyStoreProblem::Unavailable)), "{error}");
            wording::assert_own(&error, SAID);
        }
    }
}

/// Whether a derivation is tried: it costs little, and the file is one of an eighth of all, so that the rest goes fast.
fn is_cheap(bytes: &[u8]) -> bool {
    let Ok(form) = serde_json::from_slice::<Value>(bytes) else { return false };
    let number = |key: &str| form["passphrase"][key].as_u64().unwrap_or(u64::MAX);
    number("memory_kib") <= SMALL_KIB && number("passes") == 1 && Sha256::digest(bytes)[0].is_multiple_of(8)
}

/// The file with the sum that fits it, if there is a place for one.
fn with_sum(bytes: &[u8]) -> Option<Vec<u8>> {
    const BEFORE: &[u8] = b"\"check\": \"";
    let at = bytes.windows(BEFORE.len()).rposition(|window| window == BEFORE)? + BEFORE.len();
    let mut summed = bytes.to_vec();
    summed.get_mut(at..at + 64)?.fill(b'0');
    let sum = HEXLOWER.encode(&Sha256::digest(&summed));
    summed.get_mut(at..at + 64)?.copy_from_slice(sum.as_bytes());
    Some(summed)
}
