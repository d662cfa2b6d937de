//! The key of a portfolio.

use zeroize::Zeroizing;

/// The 32 random bytes that encrypt a portfolio. Wiped when dropped.
#[derive(Clone)]
pub struct PortfolioKey(Zeroizing<[u8; 32]>);

impl PortfolioKey {
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    pub(crate) fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for PortfolioKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PortfolioKey(hidden)")
    }
}
