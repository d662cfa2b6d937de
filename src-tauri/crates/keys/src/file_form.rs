//! The written form of the slot file: JSON with one canonical spelling and a sum over all of it.

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::wrapping::{NONCE, SALT, WRAPPED};

/// What stands in `format`.
pub(crate) const FORMAT: &str = "casefolio-keys";
/// The version this program writes and reads.
pub(crate) const VERSION: u32 = 1;

/// The slot file as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileForm {
    pub(crate) format: String,
    pub(crate) version: u32,
    pub(crate) portfolio_id: String,
    pub(crate) user_id: String,
    pub(crate) created_at: i64,
    /// Proof, made with the portfolio's key, of the lines above.
    pub(crate) seal: Hex<32>,
    pub(crate) passphrase: PassphraseForm,
    pub(crate) recovery: SlotForm,
    pub(crate) computer: Option<SlotForm>,
    /// SHA-256 of the file with this value all zeros: tells a damaged file from a wrong passphrase.
    pub(crate) check: Hex<32>,
}

/// The slot of the passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PassphraseForm {
    pub(crate) memory_kib: u32,
    pub(crate) passes: u32,
    pub(crate) lanes: u32,
    pub(crate) slot: SlotForm,
}

/// What every slot has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotForm {
    pub(crate) salt: Hex<SALT>,
    pub(crate) nonce: Hex<NONCE>,
    pub(crate) wrapped: Hex<WRAPPED>,
}

/// Bytes written as small hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct Hex<const N: usize>(pub(crate) [u8; N]);

impl<const N: usize> From<Hex<N>> for String {
    fn from(hex: Hex<N>) -> Self {
        HEXLOWER.encode(&hex.0)
    }
}

impl<const N: usize> TryFrom<String> for Hex<N> {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| "not hexadecimal")?;
        bytes.try_into().map(Self).map_err(|_| "wrong length")
    }
}

/// The part every version has.
#[derive(Deserialize)]
struct Heading {
    format: String,
    version: u32,
}

impl FileForm {
    /// The bytes of the file, with a fresh check.
    pub(crate) fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let mut checked = self.clone();
        checked.check = Hex([0; 32]);
        checked.check = Hex(Sha256::digest(checked.spelled()?).into());
        checked.spelled()
    }

    /// Reads the bytes of a file. Whatever `to_bytes` would not have written is damage.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let heading: Heading = serde_json::from_slice(bytes).map_err(|_| Error::Damaged)?;
        if heading.format != FORMAT || heading.version == 0 {
            return Err(Error::Damaged);
        }
        if heading.version > VERSION {
            return Err(Error::Newer { found: heading.version, known: VERSION });
        }
        let form: Self = serde_json::from_slice(bytes).map_err(|_| Error::Damaged)?;
        if form.to_bytes()? != bytes {
            return Err(Error::Damaged);
        }
        Ok(form)
    }

    fn spelled(&self) -> Result<Vec<u8>, Error> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|_| Error::Cipher)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}
