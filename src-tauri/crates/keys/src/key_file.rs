//! The slot file `keys.json`: the portfolio's key, wrapped once for each way to open it.

use std::path::{Path, PathBuf};

use casefolio_system::private;
use data_encoding::HEXLOWER;

use crate::error::Error;
use crate::file_form::{FORMAT, FileForm, Hex, VERSION};
use crate::kdf::KdfStrength;
use crate::key::PortfolioKey;
use crate::key_store::{KeyStore, KeyStoreProblem};
use crate::locked::Locked;
use crate::passphrase::Passphrase;
use crate::recovery::RecoveryCode;
use crate::saving::{self, COPY, NAME};
use crate::slots::{self, Owner};
use crate::wrapping::random;

/// What a new slot file says about its portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKeys {
    /// The portfolio: 16 random bytes in hexadecimal digits.
    pub portfolio_id: String,
    /// Its user: 16 random bytes in hexadecimal digits.
    pub user_id: String,
    /// When it was made, in seconds since 1970 UTC.
    pub created_at: i64,
}

impl NewKeys {
    /// Fresh identities.
    pub fn random(created_at: i64) -> Result<Self, Error> {
        let (portfolio, user) = (random::<16>()?, random::<16>()?);
        Ok(Self { portfolio_id: HEXLOWER.encode(&portfolio), user_id: HEXLOWER.encode(&user), created_at })
    }
}

/// The slot file of one portfolio. Its checks tell a damaged file from a wrong passphrase; every slot authenticates
/// whose it is. Each change is saved before it counts: written beside, made sure of on the disk, renamed, read back. Beside it
/// lies its copy `keys.json.previous`, the same once more: what a change took away opens neither of the two.
pub struct KeyFile {
    folder: PathBuf,
    form: FileForm,
}

impl KeyFile {
    /// Makes a new key with a passphrase slot and a recovery slot, and saves the file (folder 0700, file 0600). The code
    /// is shown to the user now or never. An existing slot file is not touched: [`Error::AlreadyThere`].
    pub fn create(
        folder: &Path,
        new: &NewKeys,
        passphrase: &Passphrase,
        strength: KdfStrength,
    ) -> Result<(Self, PortfolioKey, RecoveryCode), Error> {
        if folder.join(NAME).try_exists()? {
            return Err(Error::AlreadyThere);
        }
        let (key, code) = (PortfolioKey::random()?, RecoveryCode::random()?);
        let owner = Owner { portfolio_id: &new.portfolio_id, user_id: &new.user_id, created_at: new.created_at };
        let form = FileForm {
            format: FORMAT.to_owned(),
            version: VERSION,
            portfolio_id: new.portfolio_id.clone(),
            user_id: new.user_id.clone(),
            created_at: new.created_at,
            seal: owner.seal(&key)?,
            passphrase: slots::wrap_with_passphrase(&owner, &key, passphrase, strength)?,
            recovery: slots::wrap_with_recovery(&owner, &key, &code)?,
            computer: None,
            check: Hex([0; 32]),
        };
        private::create_folder(folder)?;
        let file = Self { folder: folder.to_owned(), form };
        let bytes = file.to_bytes()?;
        saving::replace(folder, None, &bytes)?;
        saving::level(folder, &bytes)?;
        Ok((file, key, code))
    }

    /// Reads the slot file of the folder. Damage, a newer version and a cost outside the accepted range are refused here,
    /// before any derivation.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        Self::load_named(folder, NAME)
    }

    /// Puts the copy in the place of a damaged or missing slot file, and loads it; the damaged one is kept as `keys.json.damaged`,
    /// with a number where that is taken. A healthy one is left alone. [`Error::NoHealthyCopy`] where the copy is damaged as well,
    /// or is not of `portfolio_id`.
    pub fn repair(folder: &Path, portfolio_id: &str) -> Result<Self, Error> {
        match Self::load(folder) {
            Err(Error::Damaged | Error::Strength(_) | Error::Missing) => {}
            healthy_or_unknown => return healthy_or_unknown,
        }
        let copy = match Self::load_named(folder, COPY) {
            Err(Error::Damaged | Error::Strength(_) | Error::Missing) => Err(Error::NoHealthyCopy),
            healthy_or_unknown => healthy_or_unknown,
        }?;
        if copy.portfolio_id() != portfolio_id {
            return Err(Error::NoHealthyCopy);
        }
        saving::set_aside(folder)?;
        saving::replace(folder, None, &copy.to_bytes()?)?;
        Ok(copy)
    }

    /// The copy in a folder, if it is whole and of `portfolio_id`, so that it can take the place of a damaged slot file.
    #[must_use]
    pub fn healthy_copy(folder: &Path, portfolio_id: &str) -> Option<Self> {
        Self::load_named(folder, COPY).ok().filter(|copy| copy.portfolio_id() == portfolio_id)
    }

    /// Whether the copy is the same as the slot file.
    pub fn copy_is_level(&self) -> Result<bool, Error> {
        let copy = match saving::read(&self.folder, COPY) {
            Err(Error::Damaged) => None,
            read => read?,
        };
        Ok(copy == Some(self.to_bytes()?))
    }

    /// Makes the copy the same as the slot file, which it is not where a program was killed during a change. For a slot file that
    /// was just opened, and so is known to be good. One that was changed meanwhile is left alone.
    pub fn level_copy(&self) -> Result<(), Error> {
        self.unchanged().and_then(|bytes| saving::level(&self.folder, &bytes))
    }

    /// The folder it lies in.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The bytes of the file as they are written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        self.form.to_bytes()
    }

    /// The identity of the portfolio; unlocking proves it.
    #[must_use]
    pub fn portfolio_id(&self) -> &str {
        &self.form.portfolio_id
    }

    /// The identity of its user; unlocking proves it.
    #[must_use]
    pub fn user_id(&self) -> &str {
        &self.form.user_id
    }

    /// When the portfolio was made, in seconds since 1970 UTC.
    #[must_use]
    pub fn created_at(&self) -> i64 {
        self.form.created_at
    }

    /// Whether the operating system's key store can open the portfolio.
    #[must_use]
    pub fn has_computer_slot(&self) -> bool {
        self.form.computer.is_some()
    }

    /// The key, by the passphrase. Takes as long as the slot's cost wants: not for a UI thread.
    pub fn unlock_with_passphrase(&self, passphrase: &Passphrase) -> Result<PortfolioKey, Error> {
        self.proven(slots::unwrap_with_passphrase(&self.owner(), &self.form.passphrase, passphrase)?)
    }

    /// The key, by the recovery code.
    pub fn unlock_with_recovery(&self, code: &RecoveryCode) -> Result<PortfolioKey, Error> {
        self.proven(slots::unwrap_with_recovery(&self.owner(), &self.form.recovery, code)?)
    }

    /// The key, by the secret in the key store. Whatever goes wrong, nothing is written and no key is made.
    pub fn unlock_with_computer(&self, store: &dyn KeyStore) -> Result<PortfolioKey, Error> {
        let slot = self.form.computer.as_ref().ok_or(Error::NoSlot)?;
        let secret = computer_secret(store, &self.account())?;
        let opened = slots::unwrap_with_computer(&self.owner(), slot, secret.expose())?;
        self.proven(opened.ok_or(KeyStoreProblem::Unusable)?)
    }

    /// Lets the key store of this computer open the portfolio from now on. The secret is read back before the slot
    /// is saved.
    pub fn add_computer_slot(&mut self, key: &PortfolioKey, store: &dyn KeyStore) -> Result<(), Error> {
        self.prove(key)?;
        let account = self.account();
        let secret = Locked::filled(|bytes| getrandom::fill(bytes))?;
        store.write(&account, secret.expose())?;
        if computer_secret(store, &account)?.expose() != secret.expose() {
            return Err(KeyStoreProblem::Unusable.into());
        }
        let computer = Some(slots::wrap_with_computer(&self.owner(), key, secret.expose())?);
        self.save(FileForm { computer, ..self.form.clone() })
    }

    /// From now on the key store of this computer opens nothing. The slot is gone also where this fails because the
    /// store would not forget its secret.
    pub fn remove_computer_slot(&mut self, store: &dyn KeyStore) -> Result<(), Error> {
        self.save(FileForm { computer: None, ..self.form.clone() })?;
        match store.delete(&self.account()) {
            Ok(()) | Err(KeyStoreProblem::NoEntry) => Ok(()),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Whether this slot file was written by the holder of the key.
    #[must_use]
    pub fn belongs_to(&self, key: &PortfolioKey) -> bool {
        self.prove(key).is_ok()
    }

    /// For a slot file that comes out of a backup: lets the key store of this computer open the portfolio, by the secret that it holds
    /// for it already, which another copy of the portfolio may live by, else by a new one.
    pub fn settle_computer_slot(&mut self, key: &PortfolioKey, store: &dyn KeyStore) -> Result<(), Error> {
        self.prove(key)?;
        match computer_secret(store, &self.account()) {
            Ok(secret) => {
                let computer = Some(slots::wrap_with_computer(&self.owner(), key, secret.expose())?);
                self.save(FileForm { computer, ..self.form.clone() })
            }
            Err(KeyStoreProblem::NoEntry) => self.add_computer_slot(key, store),
            Err(problem) => Err(problem.into()),
        }
    }

    /// Takes the slot of the key store out of the file. The key store is not asked: its secret may be another copy's.
    pub fn drop_computer_slot(&mut self) -> Result<(), Error> {
        self.save(FileForm { computer: None, ..self.form.clone() })
    }

    /// Another passphrase in place of the one before.
    pub fn set_passphrase(
        &mut self,
        key: &PortfolioKey,
        passphrase: &Passphrase,
        strength: KdfStrength,
    ) -> Result<(), Error> {
        self.prove(key)?;
        let passphrase = slots::wrap_with_passphrase(&self.owner(), key, passphrase, strength)?;
        self.save(FileForm { passphrase, ..self.form.clone() })
    }

    /// Another recovery code in place of the one before, which opens nothing any more.
    pub fn set_recovery(&mut self, key: &PortfolioKey, code: &RecoveryCode) -> Result<(), Error> {
        self.prove(key)?;
        let recovery = slots::wrap_with_recovery(&self.owner(), key, code)?;
        self.save(FileForm { recovery, ..self.form.clone() })
    }

    /// A new key with slots of its own for the passphrase, a new recovery code and, where there is one, the computer's secret that
    /// is there already. Nothing is written: the file is the old key's until [`KeyFile::adopt`].
    pub fn renewed(
        &self,
        old: &PortfolioKey,
        passphrase: &Passphrase,
        strength: KdfStrength,
        store: &dyn KeyStore,
    ) -> Result<RenewedKeys, Error> {
        self.prove(old)?;
        let (owner, key, code) = (self.owner(), PortfolioKey::random()?, RecoveryCode::random()?);
        let computer = match &self.form.computer {
            Some(_) => {
                let secret = computer_secret(store, &self.account())?;
                Some(slots::wrap_with_computer(&owner, &key, secret.expose())?)
            }
            None => None,
        };
        let form = FileForm {
            seal: owner.seal(&key)?,
            passphrase: slots::wrap_with_passphrase(&owner, &key, passphrase, strength)?,
            recovery: slots::wrap_with_recovery(&owner, &key, &code)?,
            computer,
            ..self.form.clone()
        };
        Ok(RenewedKeys { form, key, code })
    }

    /// From now on the slots open the new key, and nothing opens the old one.
    pub fn adopt(&mut self, renewed: &RenewedKeys) -> Result<(), Error> {
        self.save(renewed.form.clone())
    }

    fn owner(&self) -> Owner<'_> {
        Owner::of(&self.form)
    }

    /// The name of the computer slot's secret in the key store.
    #[must_use]
    pub fn account(&self) -> String {
        format!("portfolio {}", self.form.portfolio_id)
    }

    fn prove(&self, key: &PortfolioKey) -> Result<(), Error> {
        if self.owner().seal(key)? == self.form.seal { Ok(()) } else { Err(Error::WrongKey) }
    }

    /// A slot that opened proves its owner already; this proves the seal.
    fn proven(&self, key: PortfolioKey) -> Result<PortfolioKey, Error> {
        self.prove(&key).map(|()| key).map_err(|_| Error::Damaged)
    }

    fn load_named(folder: &Path, name: &str) -> Result<Self, Error> {
        let form = FileForm::from_bytes(&saving::read(folder, name)?.ok_or(Error::Missing)?)?;
        KdfStrength::new(form.passphrase.memory_kib, form.passphrase.passes, form.passphrase.lanes)?;
        Ok(Self { folder: folder.to_owned(), form })
    }

    /// The bytes of the slot file, if it is still the one that was loaded.
    fn unchanged(&self) -> Result<Vec<u8>, Error> {
        let bytes = self.to_bytes()?;
        match saving::read(&self.folder, NAME)? {
            None => Err(Error::Missing),
            Some(held) if held != bytes => Err(Error::ChangedMeanwhile),
            Some(_) => Ok(bytes),
        }
    }

    /// The new form counts once it is on the disk and was read back.
    fn save(&mut self, form: FileForm) -> Result<(), Error> {
        let (held, bytes) = (self.unchanged()?, form.to_bytes()?);
        saving::replace(&self.folder, Some(&held), &bytes)?;
        self.form = form;
        saving::level(&self.folder, &bytes)
    }
}

/// A new key in the place of a portfolio's key, with its slots, before they are saved.
pub struct RenewedKeys {
    form: FileForm,
    /// The new key.
    pub key: PortfolioKey,
    /// The new recovery code, shown now or never.
    pub code: RecoveryCode,
}

impl std::fmt::Debug for RenewedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RenewedKeys(hidden)")
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile").field("computer", &self.has_computer_slot()).finish_non_exhaustive()
    }
}

fn computer_secret(store: &dyn KeyStore, account: &str) -> Result<Locked, KeyStoreProblem> {
    let kept = store.read(account)?;
    let kept: &[u8; 32] = kept.as_slice().try_into().map_err(|_| KeyStoreProblem::Unusable)?;
    Locked::filled(|bytes| {
        bytes.copy_from_slice(kept);
        Ok(())
    })
}
