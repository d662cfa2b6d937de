use std::path::Path;

use casefolio_keys::{Error, KdfProblem, KeyFile, KeyStoreProblem, MemoryKeyStore, PortfolioKey, RecoveryCode};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{WORDS, bytes, made, passphrase};

/// Writes the file with `alter` done to its text and the sum made to fit, as an attacker would.
fn forge(folder: &Path, alter: impl FnOnce(String) -> String) {
    let text = String::from_utf8(bytes(folder)).unwrap();
    let altered = alter(text);
    let at = altered.find("\"check\": \"").unwrap() + 10;
    let blank = format!("{}{}{}", &altered[..at], "0".repeat(64), &altered[at + 64..]);
    let sum = HEXLOWER.encode(&Sha256::digest(&blank));
    std::fs::write(folder.join("keys.json"), blank.replace(&"0".repeat(64), &sum)).unwrap();
}

fn opened(folder: &Path, code: &RecoveryCode) -> Vec<Result<PortfolioKey, Error>> {
    match KeyFile::load(folder) {
        Ok(file) => vec![file.unlock_with_passphrase(&passphrase(WORDS)), file.unlock_with_recovery(code)],
        Err(error) => vec![Err(error)],
    }
}

/// catalogue 3
#[test]
fn one_flipped_bit_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let whole = bytes(folder.path());
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            std::fs::write(folder.path().join("keys.json"), &flipped).unwrap();
            assert!(KeyFile::load(folder.path()).is_err(), "byte {at}, bit {bit}");
        }
    }
}

#[test]
fn a_cut_or_lengthened_file_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let whole = bytes(folder.path());
    for wrong in
        [&whole[..0], &whole[..whole.len() - 1], &whole[..100], &[&whole[..], b" "].concat(), &vec![b' '; 70_000]]
    {
        std::fs::write(folder.path().join("keys.json"), wrong).unwrap();
        assert!(matches!(KeyFile::load(folder.path()), Err(Error::Damaged)), "{} bytes", wrong.len());
    }
}

#[test]
fn the_forger_of_these_tests_makes_files_that_load() {
    let folder = tempfile::tempdir().unwrap();
    let (_, key, code) = made(folder.path());
    forge(folder.path(), |text| text);
    assert!(opened(folder.path(), &code).iter().all(|outcome| outcome.as_ref().unwrap().expose() == key.expose()));
}

/// catalogue 4
#[test]
fn a_cost_outside_the_range_is_refused_on_load() {
    for (from, to, problem) in [
        ("\"memory_kib\": 19456", "\"memory_kib\": 8", KdfProblem::Memory),
        ("\"memory_kib\": 19456", "\"memory_kib\": 4294967295", KdfProblem::Memory),
        ("\"passes\": 1", "\"passes\": 4294967295", KdfProblem::Passes),
        ("\"lanes\": 1", "\"lanes\": 0", KdfProblem::Lanes),
    ] {
        let folder = tempfile::tempdir().unwrap();
        made(folder.path());
        forge(folder.path(), |text| text.replace(from, to));
        assert!(matches!(KeyFile::load(folder.path()), Err(Error::Strength(found)) if found == problem), "{to}");
    }
}

#[test]
fn a_cost_altered_within_the_range_opens_nothing() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    forge(folder.path(), |text| text.replace("\"passes\": 1", "\"passes\": 2"));
    let file = KeyFile::load(folder.path()).unwrap();
    assert!(matches!(file.unlock_with_passphrase(&passphrase(WORDS)), Err(Error::WrongPassphrase)));
}

#[test]
fn an_altered_identity_is_noticed_by_every_slot() {
    for field in ["portfolio_id", "user_id"] {
        let folder = tempfile::tempdir().unwrap();
        let (file, _, code) = made(folder.path());
        let id = if field == "user_id" { file.user_id() } else { file.portfolio_id() }.to_owned();
        forge(folder.path(), |text| text.replace(&id, &id.chars().rev().collect::<String>()));
        assert_eq!(opened(folder.path(), &code).iter().filter(|outcome| outcome.is_err()).count(), 2, "{field}");
    }
    let folder = tempfile::tempdir().unwrap();
    let (_, _, code) = made(folder.path());
    forge(folder.path(), |text| text.replace("1790000000", "1790000001"));
    assert_eq!(opened(folder.path(), &code).iter().filter(|outcome| outcome.is_err()).count(), 2);
}

/// The object behind a name, to its closing brace.
fn object<'a>(text: &'a str, name: &str) -> &'a str {
    let start = text.find(&format!("\"{name}\": {{")).unwrap();
    let mut depth = 0;
    for (at, character) in text[start..].char_indices() {
        depth += i32::from(character == '{') - i32::from(character == '}');
        if depth == 0 && character == '}' {
            return &text[start..=start + at];
        }
    }
    panic!("no end of {name}");
}

/// catalogue 5
#[test]
fn slots_of_another_portfolio_open_nothing() {
    for name in ["passphrase", "recovery"] {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        made(folder.path());
        let (_, _, strange_code) = made(other.path());
        let strange = String::from_utf8(bytes(other.path())).unwrap();
        let strange_slot = object(&strange, name).to_owned();
        forge(folder.path(), |text| text.replace(object(&text, name), &strange_slot));
        let file = KeyFile::load(folder.path()).unwrap();
        // The same passphrase and the code of the other portfolio: the slot is whole, only not of this portfolio.
        let outcome = match name {
            "passphrase" => file.unlock_with_passphrase(&passphrase(WORDS)),
            _ => file.unlock_with_recovery(&strange_code),
        };
        assert!(matches!(outcome, Err(Error::WrongPassphrase | Error::WrongRecoveryCode)), "{name}");
    }
}

/// catalogue 5
#[test]
fn slots_exchanged_within_a_portfolio_open_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = MemoryKeyStore::new();
    let (mut file, key, code) = made(folder.path());
    file.add_computer_slot(&key, &store).unwrap();
    forge(folder.path(), |text| {
        let (recovery, computer) = (object(&text, "recovery").to_owned(), object(&text, "computer").to_owned());
        let exchanged = text.replace(&recovery, "*").replace(&computer, &recovery.replace("recovery", "computer"));
        exchanged.replace('*', &computer.replace("computer", "recovery"))
    });
    let file = KeyFile::load(folder.path()).unwrap();
    assert!(matches!(file.unlock_with_recovery(&code), Err(Error::WrongRecoveryCode)));
    assert!(matches!(file.unlock_with_computer(&store), Err(Error::KeyStore(KeyStoreProblem::Unusable))));
    assert_eq!(file.unlock_with_passphrase(&passphrase(WORDS)).unwrap().expose(), key.expose());
}

#[test]
fn a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    made(folder.path());
    let text = String::from_utf8(bytes(folder.path())).unwrap();
    let newer = text.replace("\"version\": 1", "\"version\": 2").replace("\"seal\"", "\"new_field\": 1,\n  \"seal\"");
    std::fs::write(folder.path().join("keys.json"), &newer).unwrap();
    assert!(matches!(KeyFile::load(folder.path()), Err(Error::Newer { found: 2, known: 1 })));
    assert_eq!(bytes(folder.path()), newer.as_bytes());
}

#[test]
fn another_programs_json_is_damaged_not_ours() {
    let folder = tempfile::tempdir().unwrap();
    for text in [
        "null",
        "{}",
        "{\"format\":\"other\",\"version\":1}",
        "[1,2,3]",
        "{\"format\":\"casefolio-keys\",\"version\":0}",
    ] {
        std::fs::write(folder.path().join("keys.json"), text).unwrap();
        assert!(matches!(KeyFile::load(folder.path()), Err(Error::Damaged)), "{text}");
    }
}
