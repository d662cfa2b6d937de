//! Making a backup: a copy of the database by the engine, proven, then one file with the slot file.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use casefolio_keys::{KeyFile, PortfolioKey};
use casefolio_store::backup::Source;
use chrono::{DateTime, SubsecRound, Utc};
use sha2::{Digest, Sha256};

use super::form;
use super::manifest::Manifest;
use super::shelf::Shelf;
use super::staging::Staging;
use super::{BackupKind, BackupMade};
use crate::error::Error;

/// What kind of backup is wanted, when, and where if not in the portfolio's folder.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Order<'a> {
    pub(crate) kind: BackupKind,
    pub(crate) at: DateTime<Utc>,
    pub(crate) to: Option<&'a Path>,
}

/// Makes a backup of the portfolio in `folder`. It has its name only when it was proven; then those kept no longer go.
pub(crate) fn make(
    source: &Source<'_>,
    key: &PortfolioKey,
    folder: &Path,
    order: Order<'_>,
) -> Result<BackupMade, Error> {
    let at = order.at.trunc_subsecs(0);
    let shelf = Shelf::prepared(folder)?;
    let goal = match order.to {
        Some(file) => shelf.goal_of_user(file)?,
        None => shelf.goal(at, order.kind)?,
    };
    let keys = slot_file(folder, key)?;
    let staging = Staging::make(shelf.staging())?;
    let contents = source.copy_to(&staging.database())?;
    let mut database = File::open(staging.database()).map_err(Error::Home)?;
    let manifest = Manifest {
        at,
        kind: order.kind,
        portfolio_id: source.portfolio_id().to_owned(),
        schema: contents.schema,
        cases: contents.cases(),
        keys: Sha256::digest(&keys).into(),
        database: sum(&mut database).map_err(Error::Home)?,
    };
    let manifest = manifest.to_bytes()?;
    goal.reach(|file| form::write(file, &manifest, &keys, &mut database))?;
    // The backup is made; one too many does no harm and goes the next time.
    let _ = shelf.rotate(order.at);
    Ok(BackupMade { file: goal.file, at, cases: contents.cases() })
}

/// Makes the backup without which no database is migrated.
pub(crate) fn before_update(
    source: &Source<'_>,
    key: &PortfolioKey,
    folder: &Path,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let order = Order { kind: BackupKind::BeforeUpdate, at, to: None };
    make(source, key, folder, order).map(drop).map_err(|error| Error::UpdateHeldBack(Box::new(error)))
}

/// The slot file as it is now, proven to be whole and of this key: a backup with another could never be opened.
fn slot_file(folder: &Path, key: &PortfolioKey) -> Result<Vec<u8>, Error> {
    let file = KeyFile::load(folder)?;
    if file.belongs_to(key) { Ok(file.to_bytes()?) } else { Err(casefolio_keys::Error::WrongKey.into()) }
}

/// SHA-256 of a file, which is at its beginning before and after.
fn sum(file: &mut File) -> io::Result<[u8; 32]> {
    let (mut sum, mut buffer) = (Sha256::new(), vec![0; 64 * 1024]);
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => sum.update(&buffer[..read]),
        }
    }
    file.rewind()?;
    Ok(sum.finalize().into())
}
