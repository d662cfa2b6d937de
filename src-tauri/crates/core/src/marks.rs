//! Marks by which a log tells cases apart and nobody can tell which they are.

use casefolio_domain::ReceiptNumber;
use casefolio_keys::PortfolioKey;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::error::Error;

/// A mark: four hexadecimal digits that only the portfolio's key leads to, with what they are of before them (`case#7f3a`).
/// Some cases of a large portfolio share one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Mark(String);

/// Makes the marks of one portfolio. Another portfolio gives the same receipt another mark.
#[derive(Clone)]
pub struct Marks(Zeroizing<[u8; 32]>);

impl std::fmt::Debug for Marks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Marks(hidden)")
    }
}

impl Marks {
    pub(crate) fn of(key: &PortfolioKey) -> Result<Self, Error> {
        let mut derived = Zeroizing::new([0; 32]);
        let expanded = Hkdf::<Sha256>::new(None, key.expose()).expand(b"casefolio log", derived.as_mut_slice());
        expanded.map_err(|_| Error::Keys(casefolio_keys::Error::Cipher))?;
        Ok(Self(derived))
    }

    /// The mark of a case.
    #[must_use]
    pub fn case(&self, receipt: &ReceiptNumber) -> Mark {
        self.mark("case", receipt.as_str())
    }

    /// The mark of the portfolio itself.
    #[must_use]
    pub fn portfolio(&self) -> Mark {
        self.mark("portfolio", "")
    }

    fn mark(&self, kind: &'static str, of: &str) -> Mark {
        // Keys of every length are taken.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.as_slice()) else { return Mark(format!("{kind}#")) };
        mac.update(kind.as_bytes());
        mac.update(of.as_bytes());
        let bytes = mac.finalize().into_bytes();
        Mark(format!("{kind}#{:02x}{:02x}", bytes[0], bytes[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(byte: u8) -> Marks {
        Marks(Zeroizing::new([byte; 32]))
    }

    #[test]
    fn a_case_has_one_mark_in_its_portfolio_and_another_elsewhere() {
        let receipt = ReceiptNumber::parse("IOE0911223301").unwrap();
        let other = ReceiptNumber::parse("IOE0911223302").unwrap();
        let mark = marks(1).case(&receipt);
        assert_eq!(mark, marks(1).case(&receipt));
        assert_ne!(mark, marks(1).case(&other));
        assert_ne!(mark, marks(2).case(&receipt));
        assert_ne!(marks(1).portfolio(), marks(2).portfolio());
        let digits = mark.0.strip_prefix("case#").unwrap();
        assert!(digits.len() == 4 && digits.chars().all(|digit| digit.is_ascii_hexdigit()), "{mark:?}");
    }
}
