//! The three ways to wrap the portfolio's key, each bound to its portfolio, its kind and its cost.

use crate::error::Error;
use crate::file_form::{FORMAT, FileForm, Hex, PassphraseForm, SlotForm, VERSION};
use crate::kdf::KdfStrength;
use crate::key::PortfolioKey;
use crate::passphrase::Passphrase;
use crate::recovery::RecoveryCode;
use crate::wrapping::{SALT, WrappingKey, expand, random};

/// Whose slots these are. Every word of it is authenticated by every slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Owner<'a> {
    pub(crate) portfolio_id: &'a str,
    pub(crate) user_id: &'a str,
    pub(crate) created_at: i64,
}

impl<'a> Owner<'a> {
    pub(crate) fn of(form: &'a FileForm) -> Self {
        Self { portfolio_id: &form.portfolio_id, user_id: &form.user_id, created_at: form.created_at }
    }

    /// What stands beside a wrapped key: format, version, owner, kind of slot, cost and salt, each with its length.
    fn beside(&self, kind: &str, cost: [u32; 3], salt: &[u8]) -> Vec<u8> {
        let cost = cost.map(u32::to_le_bytes).concat();
        let (version, created) = (VERSION.to_le_bytes(), self.created_at.to_le_bytes());
        let parts: [&[u8]; 8] = [
            FORMAT.as_bytes(),
            &version,
            self.portfolio_id.as_bytes(),
            self.user_id.as_bytes(),
            &created,
            kind.as_bytes(),
            &cost,
            salt,
        ];
        parts
            .iter()
            .flat_map(|part| (part.len() as u64).to_le_bytes().into_iter().chain(part.iter().copied()))
            .collect()
    }

    /// The proof that the holder of the key wrote this owner down.
    pub(crate) fn seal(&self, key: &PortfolioKey) -> Result<Hex<32>, Error> {
        let mut seal = [0; 32];
        expand(key.expose(), b"casefolio keys seal", &self.beside("seal", [0; 3], &[]), &mut seal)?;
        Ok(Hex(seal))
    }
}

pub(crate) fn wrap_with_passphrase(
    owner: &Owner<'_>,
    key: &PortfolioKey,
    passphrase: &Passphrase,
    strength: KdfStrength,
) -> Result<PassphraseForm, Error> {
    let salt = random::<SALT>()?;
    let slot = wrap(&passphrase_key(passphrase, strength, &salt)?, key, salt, |salt| {
        owner.beside("passphrase", cost(strength), salt)
    })?;
    Ok(PassphraseForm { memory_kib: strength.memory_kib(), passes: strength.passes(), lanes: strength.lanes(), slot })
}

pub(crate) fn unwrap_with_passphrase(
    owner: &Owner<'_>,
    form: &PassphraseForm,
    passphrase: &Passphrase,
) -> Result<PortfolioKey, Error> {
    // Checked here too, so that no path reaches the derivation with a cost that was not.
    let strength = KdfStrength::new(form.memory_kib, form.passes, form.lanes)?;
    let beside = owner.beside("passphrase", cost(strength), &form.slot.salt.0);
    let wrapping = passphrase_key(passphrase, strength, &form.slot.salt.0)?;
    wrapping.unwrap(&form.slot.wrapped.0, &form.slot.nonce.0, &beside).ok_or(Error::WrongPassphrase)
}

pub(crate) fn wrap_with_recovery(
    owner: &Owner<'_>,
    key: &PortfolioKey,
    code: &RecoveryCode,
) -> Result<SlotForm, Error> {
    let salt = random::<SALT>()?;
    wrap(&recovery_key(code, &salt)?, key, salt, |salt| owner.beside("recovery", [0; 3], salt))
}

pub(crate) fn unwrap_with_recovery(
    owner: &Owner<'_>,
    slot: &SlotForm,
    code: &RecoveryCode,
) -> Result<PortfolioKey, Error> {
    let beside = owner.beside("recovery", [0; 3], &slot.salt.0);
    let wrapping = recovery_key(code, &slot.salt.0)?;
    wrapping.unwrap(&slot.wrapped.0, &slot.nonce.0, &beside).ok_or(Error::WrongRecoveryCode)
}

pub(crate) fn wrap_with_computer(owner: &Owner<'_>, key: &PortfolioKey, secret: &[u8; 32]) -> Result<SlotForm, Error> {
    let salt = random::<SALT>()?;
    wrap(&computer_key(secret, &salt)?, key, salt, |salt| owner.beside("computer", [0; 3], salt))
}

/// `None`: the secret is not the one of this slot.
pub(crate) fn unwrap_with_computer(
    owner: &Owner<'_>,
    slot: &SlotForm,
    secret: &[u8; 32],
) -> Result<Option<PortfolioKey>, Error> {
    let beside = owner.beside("computer", [0; 3], &slot.salt.0);
    Ok(computer_key(secret, &slot.salt.0)?.unwrap(&slot.wrapped.0, &slot.nonce.0, &beside))
}

fn wrap(
    wrapping: &WrappingKey,
    key: &PortfolioKey,
    salt: [u8; SALT],
    beside: impl FnOnce(&[u8]) -> Vec<u8>,
) -> Result<SlotForm, Error> {
    let nonce = random()?;
    let wrapped = wrapping.wrap(key, &nonce, &beside(&salt))?;
    Ok(SlotForm { salt: Hex(salt), nonce: Hex(nonce), wrapped: Hex(wrapped) })
}

fn cost(strength: KdfStrength) -> [u32; 3] {
    [strength.memory_kib(), strength.passes(), strength.lanes()]
}

fn passphrase_key(passphrase: &Passphrase, strength: KdfStrength, salt: &[u8]) -> Result<WrappingKey, Error> {
    strength.derive(passphrase.as_bytes(), salt).map(WrappingKey).map_err(|_| Error::Cipher)
}

fn recovery_key(code: &RecoveryCode, salt: &[u8]) -> Result<WrappingKey, Error> {
    WrappingKey::from_random(code.bits(), salt, b"casefolio recovery slot")
}

fn computer_key(secret: &[u8; 32], salt: &[u8]) -> Result<WrappingKey, Error> {
    WrappingKey::from_random(secret, salt, b"casefolio computer slot")
}
