//! What can go wrong with the slot file.

use crate::kdf::KdfProblem;
use crate::key_store::KeyStoreProblem;

/// Why the slot file could not be made, read, opened or saved. No text holds a key or a passphrase.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no slot file in the folder.
    #[error("the key file is missing")]
    Missing,
    /// New keys were to be made where there is a slot file already. It was not touched.
    #[error("there is a key file already")]
    AlreadyThere,
    /// The slot file is not what was written.
    #[error("the key file is damaged")]
    Damaged,
    /// The slot file is damaged, and there is no healthy copy of it beside it. Nothing was touched.
    #[error("there is no healthy copy of the key file")]
    NoHealthyCopy,
    /// The slot file is no longer what was read from it: something else changed it meanwhile. It was not touched.
    #[error("the key file was changed meanwhile")]
    ChangedMeanwhile,
    /// A newer Casefolio wrote the slot file. It was not touched.
    #[error("the key file has version {found}, this program knows {known}")]
    Newer {
        /// The version of the file.
        found: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// The cost of the passphrase slot is outside what is accepted; nothing was computed.
    #[error("the cost of the key derivation is not accepted")]
    Strength(#[from] KdfProblem),
    /// The passphrase does not open its slot.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The recovery code does not open its slot.
    #[error("the recovery code is of another portfolio or was replaced")]
    WrongRecoveryCode,
    /// The key that was to be wrapped is not the key of this slot file.
    #[error("the key is of another portfolio")]
    WrongKey,
    /// There is no slot of this kind.
    #[error("the key file has no such slot")]
    NoSlot,
    /// The key store of the operating system did not give or take the secret.
    #[error("the key store did not answer as hoped")]
    KeyStore(#[from] KeyStoreProblem),
    /// The operating system gave no random bytes.
    #[error("no random bytes")]
    NoRandomness(#[from] getrandom::Error),
    /// A cipher or derivation refused its input.
    #[error("the cipher refused its input")]
    Cipher,
    /// The file system failed.
    #[error("the file system failed")]
    Io(#[from] std::io::Error),
}
