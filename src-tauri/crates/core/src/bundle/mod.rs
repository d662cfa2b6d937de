//! Backups as files: what a bundle is made of, the folder they are kept in, how one is made and how one is proven.

mod form;
mod making;
mod manifest;
mod retention;
mod shelf;
mod staging;

use std::path::PathBuf;

use chrono::{DateTime, Utc};

pub(crate) use form::Bundle;
pub(crate) use making::{Order, before_update, make};
pub(crate) use shelf::Shelf;
pub(crate) use staging::{Unpacked, blamed};

/// Why a backup was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum BackupKind {
    /// A day had passed since the last one.
    Daily,
    /// A newer version of Casefolio was about to change the form of the database.
    BeforeUpdate,
    /// Somebody asked for it.
    ByHand,
}

impl BackupKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Daily, Self::BeforeUpdate, Self::ByHand];

    /// The stable code; it stands in the file's name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::BeforeUpdate => "before-update",
            Self::ByHand => "by-hand",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A backup in the portfolio's folder, as its name tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupEntry {
    /// The file.
    pub file: PathBuf,
    /// When it was made, to the second.
    pub at: DateTime<Utc>,
    /// Why.
    pub kind: BackupKind,
    /// Whether it was found to be damaged. It is kept, and counts for nothing.
    pub damaged: bool,
}

/// A backup that was just made and proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupMade {
    /// The file.
    pub file: PathBuf,
    /// The moment whose state it holds, to the second.
    pub at: DateTime<Utc>,
    /// How many cases it holds.
    pub cases: u64,
}

/// What tests need to put a bundle together that this program would not write.
#[cfg(test)]
pub(crate) mod crafting {
    pub(crate) use super::form::write;
    pub(crate) use super::manifest::Manifest;

    pub(crate) fn manifest_bytes(manifest: &Manifest) -> Vec<u8> {
        manifest.to_bytes().unwrap()
    }
}
