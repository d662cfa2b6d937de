//! Sealing for the portfolio behind its lock: whoever has the lid puts something in, only the portfolio's key opens it (HPKE, RFC 9180;
//! docs/decisions/0009).

use data_encoding::HEXLOWER;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::{Kem, X25519HkdfSha256};
use hpke::{Deserializable, OpModeR, OpModeS, Serializable};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::key::PortfolioKey;

type PrivateKey = <X25519HkdfSha256 as Kem>::PrivateKey;
type PublicKey = <X25519HkdfSha256 as Kem>::PublicKey;

/// From what the key pair is derived.
const LABEL: &str = "casefolio inbox";
/// What the sealing is for: part of every key that is agreed on.
const PURPOSE: &[u8] = b"casefolio inbox 1";
/// Bytes of the share that begins a sealed item.
const SHARE: usize = 32;

/// Where in an inbox something lies. It opens nowhere else.
#[derive(Debug, Clone, Copy)]
pub struct InboxPlace<'a> {
    /// The portfolio.
    pub portfolio_id: &'a str,
    /// The number of the item, which is never given twice.
    pub item: i64,
}

impl InboxPlace<'_> {
    fn beside(&self) -> Vec<u8> {
        [&self.item.to_le_bytes(), self.portfolio_id.as_bytes()].concat()
    }
}

/// Opens what was sealed for a portfolio. Derived from the portfolio's key; wiped when dropped.
pub struct InboxKey(PrivateKey);

impl InboxKey {
    /// The inbox key of a portfolio.
    #[must_use]
    pub fn of(key: &PortfolioKey) -> Self {
        Self(X25519HkdfSha256::derive_keypair(key.derive(LABEL).as_slice()).0)
    }

    /// What seals for it.
    #[must_use]
    pub fn lid(&self) -> InboxLid {
        InboxLid(X25519HkdfSha256::sk_to_pk(&self.0))
    }

    /// What was sealed at this place. Fails with [`Error::Cipher`] where it was altered, moved or sealed for another.
    pub fn open(&self, sealed: &[u8], place: &InboxPlace<'_>) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (share, body) = sealed.split_at_checked(SHARE).ok_or(Error::Cipher)?;
        let share = <X25519HkdfSha256 as Kem>::EncappedKey::from_bytes(share).map_err(|_| Error::Cipher)?;
        let mode = OpModeR::Base;
        let mut context =
            hpke::setup_receiver::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&mode, &self.0, &share, PURPOSE)
                .map_err(|_| Error::Cipher)?;
        context.open(body, &place.beside()).map(Zeroizing::new).map_err(|_| Error::Cipher)
    }
}

impl std::fmt::Debug for InboxKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InboxKey(hidden)")
    }
}

/// Seals for a portfolio, and opens nothing.
#[derive(Clone)]
pub struct InboxLid(PublicKey);

impl InboxLid {
    /// A lid as [`InboxLid::to_text`] wrote it. Fails with [`Error::Cipher`] where it is none.
    pub fn from_text(text: &str) -> Result<Self, Error> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| Error::Cipher)?;
        PublicKey::from_bytes(&bytes).map(Self).map_err(|_| Error::Cipher)
    }

    /// To be kept.
    #[must_use]
    pub fn to_text(&self) -> String {
        HEXLOWER.encode(&self.0.to_bytes())
    }

    /// Seals something for this place. Needs fresh random bytes of the system.
    pub fn seal(&self, plain: &[u8], place: &InboxPlace<'_>) -> Result<Vec<u8>, Error> {
        let (share, mut context) =
            hpke::setup_sender::<ChaCha20Poly1305, HkdfSha256, X25519HkdfSha256>(&OpModeS::Base, &self.0, PURPOSE)
                .map_err(|_| Error::Cipher)?;
        let mut sealed = share.to_bytes().to_vec();
        sealed.extend(context.seal(plain, &place.beside()).map_err(|_| Error::Cipher)?);
        Ok(sealed)
    }
}

impl std::fmt::Debug for InboxLid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InboxLid")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: InboxPlace<'_> = InboxPlace { portfolio_id: "0123", item: 7 };

    fn inbox() -> InboxKey {
        InboxKey::of(&PortfolioKey::random().unwrap())
    }

    #[test]
    fn what_is_sealed_opens_with_its_own_key_at_its_own_place() {
        let key = PortfolioKey::random().unwrap();
        let kept = InboxLid::from_text(&InboxKey::of(&key).lid().to_text()).unwrap();
        let sealed = kept.seal(b"an answer", &PLACE).unwrap();
        assert_eq!(InboxKey::of(&key).open(&sealed, &PLACE).unwrap().as_slice(), b"an answer");
        assert!(inbox().open(&sealed, &PLACE).is_err());
        assert!(InboxKey::of(&key).open(&sealed, &InboxPlace { item: 8, ..PLACE }).is_err());
        assert!(InboxKey::of(&key).open(&sealed, &InboxPlace { portfolio_id: "0124", ..PLACE }).is_err());
    }

    #[test]
    fn an_altered_bit_anywhere_is_refused() {
        let inbox = inbox();
        let sealed = inbox.lid().seal(b"an answer", &PLACE).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(inbox.open(&altered, &PLACE).is_err(), "bit {bit}");
        }
        assert!((0..sealed.len()).all(|length| inbox.open(&sealed[..length], &PLACE).is_err()));
    }

    #[test]
    fn the_same_words_never_look_the_same() {
        let inbox = inbox();
        let lid = inbox.lid();
        assert_ne!(lid.seal(b"an answer", &PLACE).unwrap(), lid.seal(b"an answer", &PLACE).unwrap());
        assert!(InboxLid::from_text(&"01".repeat(31)).is_err());
    }
}
