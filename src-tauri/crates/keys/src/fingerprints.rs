//! Keyed fingerprints: two things can be compared by them, and neither is told.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::PortfolioKey;

const LABEL: &str = "casefolio fingerprints";

/// The key of a portfolio's fingerprints. Wiped when dropped.
#[derive(Clone)]
pub struct FingerprintKey(Zeroizing<[u8; 32]>);

impl FingerprintKey {
    /// The fingerprint key of a portfolio.
    #[must_use]
    pub fn of(key: &PortfolioKey) -> Self {
        Self(key.derive(LABEL))
    }

    /// The key as [`FingerprintKey::to_text`] wrote it.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let bytes = Zeroizing::new(HEXLOWER.decode(text.as_bytes()).map_err(|_| Error::Cipher)?);
        let mut key = Zeroizing::new([0; 32]);
        if bytes.len() != key.len() {
            return Err(Error::Cipher);
        }
        key.copy_from_slice(&bytes);
        Ok(Self(key))
    }

    /// To be kept in a place that is encrypted.
    #[must_use]
    pub fn to_text(&self) -> String {
        HEXLOWER.encode(self.0.as_slice())
    }

    /// HMAC-SHA256.
    #[must_use]
    #[expect(clippy::expect_used, clippy::missing_panics_doc, reason = "HMAC takes keys of any length")]
    pub fn mark(&self, what: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice()).expect("a key of any length");
        mac.update(what);
        mac.finalize().into_bytes().into()
    }
}

impl std::fmt::Debug for FingerprintKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FingerprintKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_the_same_for_the_same_and_tells_portfolios_apart() {
        let key = FingerprintKey::of(&PortfolioKey::random().unwrap());
        let kept = FingerprintKey::from_text(&key.to_text()).unwrap();
        assert_eq!(kept.mark(b"one"), key.mark(b"one"));
        assert_ne!(key.mark(b"one"), key.mark(b"other"));
        assert_ne!(key.mark(b"one"), FingerprintKey::of(&PortfolioKey::random().unwrap()).mark(b"one"));
        assert!(FingerprintKey::from_text("00").is_err());
    }
}
