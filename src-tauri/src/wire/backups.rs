//! Shapes of backups.

use casefolio_core::Error;
use casefolio_core::backup::{BackupEntry, BackupKind, InItsPlace};
use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::portfolio::Opener;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::case::time;
use super::typed::Typed;

/// The backups of a portfolio, newest first.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupsView {
    pub(crate) folder: String,
    pub(crate) last_at: Option<String>,
    pub(crate) overdue: bool,
    pub(crate) entries: Vec<BackupRow>,
}

/// One backup.
#[derive(Debug, Clone, Serialize, Type)]
pub(crate) struct BackupRow {
    at: String,
    kind: BackupKindCode,
    damaged: bool,
}

impl From<&BackupEntry> for BackupRow {
    fn from(entry: &BackupEntry) -> Self {
        let kind = match entry.kind {
            BackupKind::Daily => BackupKindCode::Daily,
            BackupKind::BeforeUpdate => BackupKindCode::BeforeUpdate,
            BackupKind::ByHand => BackupKindCode::ByHand,
        };
        Self { at: time(entry.at), kind, damaged: entry.damaged }
    }
}

/// Why a backup was made.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "snake_case")]
enum BackupKindCode {
    Daily,
    BeforeUpdate,
    ByHand,
}

/// A backup that was chosen in the system's dialog. Its path stays with the program.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupChosen {
    pub(crate) file_name: String,
}

/// What may be where a backup is to be restored.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub(crate) enum InItsPlaceCode {
    /// Nothing.
    Nothing,
    /// The same portfolio, provably damaged: it is set aside.
    Damaged,
    /// The same; and where its key file is damaged, so that nothing can be proven, the person takes that for enough.
    DamagedUnproven,
}

impl From<InItsPlaceCode> for InItsPlace {
    fn from(code: InItsPlaceCode) -> Self {
        match code {
            InItsPlaceCode::Nothing => Self::Nothing,
            InItsPlaceCode::Damaged => Self::Damaged,
            InItsPlaceCode::DamagedUnproven => Self::DamagedUnproven,
        }
    }
}

/// By what a portfolio or a backup of it is opened.
#[derive(Deserialize, Type)]
#[serde(tag = "by", rename_all = "snake_case", rename_all_fields = "camelCase", deny_unknown_fields)]
pub(crate) enum OpenerRequest {
    Passphrase { passphrase: Typed },
    RecoveryCode { recovery_code: Typed },
}

/// What was typed to open something, understood.
pub(crate) enum Proof {
    Passphrase(Passphrase),
    RecoveryCode(RecoveryCode),
}

impl OpenerRequest {
    pub(crate) fn understood(self) -> Result<Proof, Error> {
        Ok(match self {
            Self::Passphrase { passphrase } => {
                Proof::Passphrase(Passphrase::typed(passphrase.into_inner()).map_err(Error::Passphrase)?)
            }
            Self::RecoveryCode { recovery_code } => {
                Proof::RecoveryCode(RecoveryCode::parse(&recovery_code.into_inner()).map_err(Error::RecoveryCode)?)
            }
        })
    }
}

impl Proof {
    pub(crate) fn opener(&self) -> Opener<'_> {
        match self {
            Self::Passphrase(passphrase) => Opener::Passphrase(passphrase),
            Self::RecoveryCode(code) => Opener::RecoveryCode(code),
        }
    }
}
