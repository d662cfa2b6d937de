//! The ciphers: one wrapping key to a slot, and what is authenticated beside the wrapped bytes.

use chacha20poly1305::aead::{Aead, AeadInOut, KeyInit, Payload};
use chacha20poly1305::{Tag, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;

use crate::error::Error;
use crate::key::PortfolioKey;
use crate::locked::Locked;

/// Bytes of a nonce of XChaCha20-Poly1305.
pub(crate) const NONCE: usize = 24;
/// Bytes of a wrapped key: 32 and the tag.
pub(crate) const WRAPPED: usize = 48;
/// Bytes of a salt.
pub(crate) const SALT: usize = 16;

/// A key that wraps the portfolio's key in one slot.
pub(crate) struct WrappingKey(pub(crate) Locked);

impl WrappingKey {
    /// From a secret that is random already.
    pub(crate) fn from_random(secret: &[u8], salt: &[u8], label: &[u8]) -> Result<Self, Error> {
        Locked::filled(|bytes| expand(secret, salt, label, bytes)).map(Self)
    }

    pub(crate) fn wrap(&self, key: &PortfolioKey, nonce: &[u8; NONCE], beside: &[u8]) -> Result<[u8; WRAPPED], Error> {
        let payload = Payload { msg: key.expose(), aad: beside };
        let wrapped = self.cipher().encrypt(&XNonce::from(*nonce), payload).map_err(|_| Error::Cipher)?;
        wrapped.try_into().map_err(|_| Error::Cipher)
    }

    /// `None`: another wrapping key, or something beside or within was altered.
    pub(crate) fn unwrap(&self, wrapped: &[u8; WRAPPED], nonce: &[u8; NONCE], beside: &[u8]) -> Option<PortfolioKey> {
        let (sealed, tag) = wrapped.split_first_chunk::<32>()?;
        let tag = Tag::try_from(tag).ok()?;
        let plain = Locked::filled(|bytes| {
            *bytes = *sealed;
            self.cipher().decrypt_inout_detached(&XNonce::from(*nonce), beside, bytes.as_mut_slice().into(), &tag)
        });
        plain.ok().map(PortfolioKey::from)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(self.0.expose().into())
    }
}

/// HKDF-SHA256 to 32 bytes.
pub(crate) fn expand(secret: &[u8], salt: &[u8], label: &[u8], bytes: &mut [u8; 32]) -> Result<(), Error> {
    Hkdf::<Sha256>::new(Some(salt), secret).expand(label, bytes).map_err(|_| Error::Cipher)
}

/// Fresh random bytes.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::HEXLOWER;

    fn hex(text: &str) -> Vec<u8> {
        HEXLOWER.decode(text.as_bytes()).unwrap()
    }

    /// draft-irtf-cfrg-xchacha-03, section A.3.1.
    /// catalogue 6
    #[test]
    fn xchacha20_poly1305_gives_the_bytes_of_the_draft() {
        let key: [u8; 32] = std::array::from_fn(|at| 0x80 + u8::try_from(at).unwrap());
        let nonce: [u8; 24] = std::array::from_fn(|at| 0x40 + u8::try_from(at).unwrap());
        let plain = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
        let beside = hex("50515253c0c1c2c3c4c5c6c7");
        let key = Locked::filled(|bytes| {
            *bytes = key;
            Ok::<(), Error>(())
        });
        let cipher = WrappingKey(key.unwrap()).cipher();
        let sealed = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: &beside }).unwrap();
        assert_eq!(sealed[..16], hex("bd6d179d3e83d43b9576579493c0e939")[..]);
        assert_eq!(sealed[plain.len()..], hex("c0875924c1c7987947deafd8780acf49")[..]);
    }

    /// RFC 5869, test case 1: the first 32 bytes.
    /// catalogue 6
    #[test]
    fn hkdf_gives_the_bytes_of_the_standard() {
        let mut made = [0; 32];
        let (salt, label) = (hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"));
        expand(&[0x0b; 22], &salt, &label, &mut made).unwrap();
        assert_eq!(made[..], hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf")[..]);
    }

    #[test]
    fn a_wrapped_key_opens_only_with_all_that_stood_beside_it() {
        let key = PortfolioKey::random().unwrap();
        let wrapping = WrappingKey::from_random(&[7; 32], &[1; SALT], b"label").unwrap();
        let wrapped = wrapping.wrap(&key, &[9; NONCE], b"beside").unwrap();
        assert_eq!(wrapping.unwrap(&wrapped, &[9; NONCE], b"beside").unwrap().expose(), key.expose());
        assert!(wrapping.unwrap(&wrapped, &[9; NONCE], b"besides").is_none());
        assert!(wrapping.unwrap(&wrapped, &[8; NONCE], b"beside").is_none());
        let other = WrappingKey::from_random(&[7; 32], &[1; SALT], b"another label").unwrap();
        assert!(other.unwrap(&wrapped, &[9; NONCE], b"beside").is_none());
    }

    /// catalogue 12
    #[test]
    fn ten_thousand_keys_salts_and_nonces_are_all_different() {
        let keys: std::collections::HashSet<_> =
            (0..10_000).map(|_| *PortfolioKey::random().unwrap().expose()).collect();
        let salts: std::collections::HashSet<_> = (0..10_000).map(|_| random::<SALT>().unwrap()).collect();
        let nonces: std::collections::HashSet<_> = (0..10_000).map(|_| random::<NONCE>().unwrap()).collect();
        assert_eq!((keys.len(), salts.len(), nonces.len()), (10_000, 10_000, 10_000));
    }
}
