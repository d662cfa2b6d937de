//! The key of a portfolio.

use std::sync::Arc;

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::locked::Locked;
use crate::stack::leaving_no_trace;

/// The 32 random bytes that encrypt a portfolio, kept out of the swap file where the system allows that. Clones share them; they
/// are wiped when the last one goes.
#[derive(Clone)]
pub struct PortfolioKey(Arc<Locked>);

impl PortfolioKey {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        Locked::filled(|bytes| getrandom::fill(bytes)).map(Self::from)
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        self.0.expose()
    }

    /// A key of its own for another use, named by `label`: HKDF-SHA256 (RFC 5869) without salt. It tells nothing of this key.
    #[must_use]
    #[expect(
        clippy::expect_used,
        clippy::missing_panics_doc,
        reason = "HKDF gives any 32 bytes; zeros in their place would be no key"
    )]
    pub fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        leaving_no_trace(|| {
            Hkdf::<Sha256>::new(None, self.expose())
                .expand(label.as_bytes(), derived.as_mut_slice())
                .expect("32 bytes");
        });
        derived
    }
}

impl From<Locked> for PortfolioKey {
    fn from(bytes: Locked) -> Self {
        Self(Arc::new(bytes))
    }
}

impl std::fmt::Debug for PortfolioKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PortfolioKey(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use data_encoding::HEXLOWER;

    use super::*;

    /// What `openssl kdf -keylen 32 -kdfopt digest:SHA2-256 -kdfopt hexkey:000102… -kdfopt info:LABEL HKDF` gives.
    /// catalogue 6
    #[test]
    fn a_derived_key_has_the_bytes_that_another_program_derives() {
        let ascending = Locked::filled(|bytes| {
            *bytes = std::array::from_fn(|at| u8::try_from(at).unwrap());
            Ok::<(), std::convert::Infallible>(())
        });
        let key = PortfolioKey::from(ascending.unwrap());
        for (label, bytes) in [
            ("casefolio watch store", "064395d46b023e75362528512a977b77f5f2206bf980fcd9f339b204c338824f"),
            ("casefolio inbox", "92e47070427e23a9d4d8749bf71c388e86faa4e248f0b5791250850136e1277c"),
        ] {
            assert_eq!(HEXLOWER.encode(key.derive(label).as_slice()), bytes, "{label}");
        }
    }

    #[test]
    fn every_use_and_every_portfolio_has_a_key_of_its_own() {
        let keys = [PortfolioKey::random().unwrap(), PortfolioKey::random().unwrap()];
        let labels = ["casefolio watch store", "casefolio inbox", "casefolio generation", "casefolio log", ""];
        let derived: HashSet<_> = keys.iter().flat_map(|key| labels.map(|label| *key.derive(label))).collect();
        assert_eq!(derived.len(), 10);
        assert!(keys.iter().all(|key| !derived.contains(key.expose())));
    }
}
