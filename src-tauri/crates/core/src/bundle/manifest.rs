//! The first file of a bundle: what the bundle says of itself. It is compared with what the rest really is, and never trusted.

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::BackupKind;
use crate::error::BackupProblem;

/// What stands in `format`.
pub(super) const FORMAT: &str = "casefolio-backup";
/// The version this program writes and reads.
const VERSION: u32 = 1;

/// The manifest as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    format: String,
    version: u32,
    created_at: String,
    kind: String,
    portfolio_id: String,
    schema: u32,
    cases: u64,
    keys_sha256: String,
    database_sha256: String,
    /// SHA-256 of this file with this value empty: a flipped bit is noticed here as everywhere.
    check: String,
}

/// The part every version has.
#[derive(Deserialize)]
struct Heading {
    format: String,
    version: u32,
}

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Manifest {
    /// When it was made; whole seconds.
    pub(crate) at: DateTime<Utc>,
    /// Why.
    pub(crate) kind: BackupKind,
    /// Whose it is.
    pub(crate) portfolio_id: String,
    /// The schema version of the database.
    pub(crate) schema: u32,
    /// How many cases it holds.
    pub(crate) cases: u64,
    /// SHA-256 of the slot file.
    pub(crate) keys: [u8; 32],
    /// SHA-256 of the database.
    pub(crate) database: [u8; 32],
}

impl Manifest {
    /// The bytes of the file.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, BackupProblem> {
        let form = Form {
            format: FORMAT.to_owned(),
            version: VERSION,
            created_at: self.at.trunc_subsecs(0).to_rfc3339_opts(SecondsFormat::Secs, true),
            kind: self.kind.code().to_owned(),
            portfolio_id: self.portfolio_id.clone(),
            schema: self.schema,
            cases: self.cases,
            keys_sha256: HEXLOWER.encode(&self.keys),
            database_sha256: HEXLOWER.encode(&self.database),
            check: String::new(),
        };
        let check = HEXLOWER.encode(&Sha256::digest(spelled(&form)?));
        spelled(&Form { check, ..form })
    }

    /// Reads the bytes of a file. Whatever [`Manifest::to_bytes`] would not have written is damage.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, BackupProblem> {
        let heading: Heading = serde_json::from_slice(bytes).map_err(|_| BackupProblem::Damaged)?;
        if heading.format != FORMAT || heading.version == 0 {
            return Err(BackupProblem::Damaged);
        }
        if heading.version > VERSION {
            return Err(BackupProblem::Newer);
        }
        let form: Form = serde_json::from_slice(bytes).map_err(|_| BackupProblem::Damaged)?;
        let read = Self::of(form).ok_or(BackupProblem::Damaged)?;
        if read.to_bytes()? == bytes { Ok(read) } else { Err(BackupProblem::Damaged) }
    }

    fn of(form: Form) -> Option<Self> {
        let sum = |text: &str| HEXLOWER.decode(text.as_bytes()).ok()?.try_into().ok();
        Some(Self {
            at: DateTime::parse_from_rfc3339(&form.created_at).ok()?.to_utc(),
            kind: BackupKind::from_code(&form.kind)?,
            schema: form.schema,
            cases: form.cases,
            keys: sum(&form.keys_sha256)?,
            database: sum(&form.database_sha256)?,
            portfolio_id: form.portfolio_id,
        })
    }
}

fn spelled(form: &Form) -> Result<Vec<u8>, BackupProblem> {
    let mut bytes = serde_json::to_vec_pretty(form).map_err(|_| BackupProblem::Damaged)?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Manifest {
        Manifest {
            at: "2026-11-22T14:05:09Z".parse().unwrap(),
            kind: BackupKind::BeforeUpdate,
            portfolio_id: "00112233445566778899aabbccddeeff".into(),
            schema: 2,
            cases: 22,
            keys: [1; 32],
            database: [0xfe; 32],
        }
    }

    #[test]
    fn a_manifest_reads_back() {
        assert_eq!(Manifest::from_bytes(&sample().to_bytes().unwrap()), Ok(sample()));
    }

    #[test]
    fn any_flipped_bit_of_a_manifest_is_noticed() {
        let bytes = sample().to_bytes().unwrap();
        for at in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[at / 8] ^= 1 << (at % 8);
            assert!(Manifest::from_bytes(&altered).is_err(), "bit {at}");
        }
    }

    #[test]
    fn a_manifest_of_a_newer_program_is_told_from_a_damaged_one() {
        let text = String::from_utf8(sample().to_bytes().unwrap()).unwrap();
        let newer = text.replace("\"version\": 1", "\"version\": 2").replace("\"cases\"", "\"matters\"");
        assert_eq!(Manifest::from_bytes(newer.as_bytes()), Err(BackupProblem::Newer));
        let other = text.replace(FORMAT, "another-backup");
        assert_eq!(Manifest::from_bytes(other.as_bytes()), Err(BackupProblem::Damaged));
    }
}
