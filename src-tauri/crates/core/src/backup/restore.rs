//! Verifying a backup file and making a portfolio of it.

use std::path::{Path, PathBuf};

use casefolio_keys::{KeyFile, PortfolioKey};
use casefolio_store::{DatabaseKey, SEALED, Store};
use casefolio_system::private;
use chrono::{DateTime, Utc};

use super::BackupKind;
use crate::bundle::{Bundle, Shelf, Unpacked, blamed};
use crate::core::{Core, PortfolioEntry, new_portfolio_id, remove_unfinished};
use crate::error::{BackupProblem, Error};
use crate::portfolio::Opener;
use crate::{generation, health};

/// What a backup holds, as was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// The user ID of its portfolio.
    pub user_id: String,
    /// When it was made, to the second.
    pub at: DateTime<Utc>,
    /// Why.
    pub kind: BackupKind,
    /// How many cases it holds.
    pub cases: u64,
    /// The schema version of its database.
    pub schema: u32,
}

/// What may be where a backup is to be restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InItsPlace {
    /// Nothing.
    Nothing,
    /// The same portfolio, provably damaged: it is set aside.
    Damaged,
    /// The same; and where its slot file is damaged, so that nothing can be proven, a person takes that for enough.
    DamagedUnproven,
}

/// What a restore made.
#[derive(Debug)]
pub struct Restored {
    /// The portfolio.
    pub entry: PortfolioEntry,
    /// What was restored.
    pub report: BackupReport,
    /// Where the damaged portfolio is now that was in its place.
    pub set_aside: Option<PathBuf>,
}

impl BackupReport {
    fn of(unpacked: &Unpacked, key: &PortfolioKey) -> Result<Self, Error> {
        let contents = unpacked.prove(key)?;
        Ok(Self {
            user_id: unpacked.keys.user_id().to_owned(),
            at: unpacked.manifest.at,
            kind: unpacked.manifest.kind,
            cases: contents.cases(),
            schema: contents.schema,
        })
    }
}

impl Core {
    /// Verifies a backup: every byte is as it was written, the key opens it, and the database in it passes every check. Needs the
    /// space of the database for as long as it takes.
    pub fn verify_backup(&self, file: &Path, opener: Opener<'_>) -> Result<BackupReport, Error> {
        let unpacked = self.unpacked(file)?;
        let key = self.key_tried_at(file, &unpacked.keys, opener).map_err(blamed)?;
        BackupReport::of(&unpacked, &key)
    }

    /// Makes a portfolio of a backup, where neither it nor another one with its user ID is. It is made under a name that is no
    /// portfolio's and renamed when it was proven, so that one cut off halfway is never met. What opens it is what opened the portfolio
    /// when the backup was made; this computer opens it where its key store takes the secret, else no longer.
    pub fn restore(&self, file: &Path, opener: Opener<'_>) -> Result<PortfolioEntry, Error> {
        Ok(self.restore_in_place_of(file, opener, InItsPlace::Nothing)?.entry)
    }

    /// The same in the place of a portfolio that is damaged, which is set aside in one step when the backup was proven. Nothing of it is
    /// deleted; the backups in its folder go on with the restored one. Cut off between the two steps, nothing is in the place, and the same
    /// restore succeeds.
    pub fn restore_in_place_of(
        &self,
        file: &Path,
        opener: Opener<'_>,
        in_its_place: InItsPlace,
    ) -> Result<Restored, Error> {
        let mut unpacked = self.unpacked(file)?;
        let (folder, taken) = self.place_for(&unpacked.keys)?;
        if taken && in_its_place == InItsPlace::Nothing {
            return Err(BackupProblem::PortfolioExists.into());
        }
        let key = self.key_tried_at(file, &unpacked.keys, opener).map_err(blamed)?;
        let report = BackupReport::of(&unpacked, &key)?;
        if taken {
            self.assure_damaged(&folder, &key, opener, in_its_place == InItsPlace::DamagedUnproven)?;
        }
        self.settle(&mut unpacked.keys, &key)?;
        let sealed = self.settle_generation(&unpacked, &key)?;
        private::sync_folder(unpacked.staging.path()).map_err(Error::Home)?;
        let id = unpacked.keys.portfolio_id().to_owned();
        let set_aside = self.take_place(unpacked, &folder, taken)?;
        if let Some(sealed) = sealed {
            generation::keep(&self.parts.key_store, &id, sealed);
        }
        Ok(Restored { entry: PortfolioEntry::of(folder), report, set_aside })
    }

    /// Gives what was unpacked its name; what has it is set aside, and put back where this fails.
    fn take_place(&self, unpacked: Unpacked, folder: &Path, taken: bool) -> Result<Option<PathBuf>, Error> {
        let set_aside = taken.then(|| health::set_aside(folder, self.parts.clock.now())).transpose()?;
        if let Err(error) = unpacked.staging.become_folder(folder) {
            if let Some(aside) = &set_aside {
                health::put_back(aside, folder)?;
            }
            return Err(error);
        }
        if let Some(aside) = &set_aside {
            // Where they cannot be moved they stay where the user is told that the rest is.
            let _stays = Shelf::of(aside).move_to(folder);
        }
        Ok(set_aside)
    }

    fn unpacked(&self, file: &Path) -> Result<Unpacked, Error> {
        let bundle = Bundle::open(file)?;
        let portfolios = self.home().portfolios();
        private::create_folder(&portfolios).map_err(Error::Home)?;
        remove_unfinished(&portfolios).map_err(Error::Home)?;
        Unpacked::of(bundle, portfolios.join(format!(".new-{}", new_portfolio_id()?)))
    }

    /// The folder of the backup's portfolio, and whether there is one already. Another portfolio with its user ID is in the way for good.
    fn place_for(&self, keys: &KeyFile) -> Result<(PathBuf, bool), Error> {
        let folder = self.home().portfolios().join(keys.portfolio_id());
        let same_user = |entry: &PortfolioEntry| entry.problem.is_none() && entry.user_id == keys.user_id();
        if self.portfolios()?.iter().any(|entry| entry.folder != folder && same_user(entry)) {
            return Err(BackupProblem::PortfolioExists.into());
        }
        let taken = folder.symlink_metadata().is_ok();
        Ok((folder, taken))
    }

    /// A portfolio without a slot for this computer stays so. Else it gets one by the key store of this computer, or none: never one
    /// that opens nothing.
    fn settle(&self, keys: &mut KeyFile, key: &PortfolioKey) -> Result<(), Error> {
        if keys.has_computer_slot() && keys.settle_computer_slot(key, self.parts.key_store.as_ref()).is_err() {
            // It may have been replaced before that failed.
            *keys = KeyFile::load(keys.folder())?;
            keys.drop_computer_slot()?;
        }
        Ok(())
    }

    /// What this computer saw of the portfolio before may be newer. It is put back on purpose, so nothing is to be said of that: it begins
    /// a new line above all that was seen, which the key store is to hold from now on. Also where the key store does not answer now: it may
    /// when the portfolio is opened.
    fn settle_generation(&self, unpacked: &Unpacked, key: &PortfolioKey) -> Result<Option<[u8; SEALED]>, Error> {
        let (id, key_store) = (unpacked.keys.portfolio_id(), &self.parts.key_store);
        let store = Store::open(unpacked.staging.path(), &DatabaseKey::new(*key.expose()), id)?;
        if let Some(seen) = generation::kept(key_store, id) {
            store.compare_generation(&seen)?;
        }
        store.accept_older()?;
        Ok(store.sealed_generation())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::sync::Arc;

    use casefolio_keys::{KdfStrength, NewKeys, NoKeyStore, Passphrase};
    use casefolio_store::outbox::Channel;
    use sha2::{Digest, Sha256};

    use super::*;
    use crate::bundle::crafting::{Manifest, manifest_bytes, write};
    use crate::core::Parts;
    use crate::home::Home;
    use crate::portfolio::CreateRequest;
    use crate::testing::FakeClock;

    fn passphrase() -> Passphrase {
        Passphrase::new("eleven lanterns over the harbour".to_owned().into()).unwrap()
    }

    fn core() -> (tempfile::TempDir, Core) {
        let folder = tempfile::tempdir().unwrap();
        let parts = Parts {
            clock: Arc::new(FakeClock::at("2026-03-02T15:00:00Z".parse().unwrap())),
            key_store: Arc::new(NoKeyStore),
            strength: KdfStrength::SMALLEST_ACCEPTED,
            channel: Channel::Console,
        };
        let core = Core::new(Home::at(folder.path().join("home")), parts);
        (folder, core)
    }

    /// The parts of a backup, to be put together otherwise.
    struct Pieces {
        folder: tempfile::TempDir,
        manifest: Manifest,
        keys: Vec<u8>,
        database: Vec<u8>,
    }

    impl Pieces {
        fn of_new_portfolio(user_id: &str) -> Self {
            let (folder, core) = core();
            let request = CreateRequest {
                user_id: user_id.into(),
                passphrase: passphrase(),
                computer_slot: false,
                watch_behind_lock: false,
            };
            let portfolio = core.create(&request).unwrap().portfolio;
            let file = portfolio.back_up(BackupKind::ByHand, None).unwrap().file;
            let unpacked = Unpacked::of(Bundle::open(&file).unwrap(), folder.path().join("pieces")).unwrap();
            let read = |name| fs::read(unpacked.staging.path().join(name)).unwrap();
            Self {
                manifest: unpacked.manifest.clone(),
                keys: read("keys.json"),
                database: read("portfolio.db"),
                folder,
            }
        }

        /// With sums that are right for what is in it, as whoever means harm would write them.
        fn bundle(&self) -> PathBuf {
            let manifest = Manifest {
                keys: Sha256::digest(&self.keys).into(),
                database: Sha256::digest(&self.database).into(),
                ..self.manifest.clone()
            };
            let (file, database) = (self.folder.path().join("crafted"), self.folder.path().join("database"));
            fs::write(&database, &self.database).unwrap();
            let mut database = File::open(database).unwrap();
            write(File::create(&file).unwrap(), &manifest_bytes(&manifest), &self.keys, &mut database).unwrap();
            file
        }

        fn outcome(&self) -> Result<PortfolioEntry, Error> {
            let (_folder, core) = core();
            let restored = core.restore(&self.bundle(), Opener::Passphrase(&passphrase()));
            let portfolios = fs::read_dir(core.home().portfolios()).unwrap().count();
            assert_eq!(portfolios, usize::from(restored.is_ok()), "a refused one leaves nothing");
            restored
        }

        fn is_damaged(&self) -> bool {
            matches!(self.outcome(), Err(Error::Backup(BackupProblem::Damaged)))
        }
    }

    #[test]
    fn the_pieces_of_a_backup_put_together_again_are_one() {
        assert_eq!(Pieces::of_new_portfolio("ana").outcome().unwrap().user_id, "ana");
    }

    #[test]
    fn right_sums_make_no_backup_out_of_two_portfolios() {
        let (ana, bea) = (Pieces::of_new_portfolio("ana"), Pieces::of_new_portfolio("bea"));
        assert!(Pieces { keys: bea.keys.clone(), ..Pieces::of_new_portfolio("ana") }.is_damaged(), "another id");
        let mut mixed = Pieces::of_new_portfolio("ana");
        mixed.database.clone_from(&bea.database);
        assert!(mixed.is_damaged(), "the key does not open it");
        let mut mixed = ana;
        mixed.keys = bea.keys;
        mixed.manifest.portfolio_id = bea.manifest.portfolio_id;
        assert!(mixed.is_damaged());
    }

    #[test]
    fn what_the_manifest_says_wrongly_is_not_believed() {
        let alter = [
            |manifest: &mut Manifest| manifest.cases += 1,
            |manifest: &mut Manifest| manifest.schema += 1,
            |manifest: &mut Manifest| manifest.portfolio_id = "00112233445566778899aabbccddeeff".into(),
        ];
        for alter in alter {
            let mut pieces = Pieces::of_new_portfolio("ana");
            alter(&mut pieces.manifest);
            assert!(pieces.is_damaged());
        }
    }

    #[test]
    fn a_database_that_is_none_or_altered_is_refused_though_its_sum_is_right() {
        let mut pieces = Pieces::of_new_portfolio("ana");
        let whole = pieces.database.clone();
        for at in (0..whole.len()).step_by(4_001) {
            pieces.database[at] ^= 1;
            assert!(pieces.is_damaged(), "byte {at}");
            pieces.database[at] ^= 1;
        }
        for database in [Vec::new(), b"SQLite format 3\0".to_vec(), whole[..8_192].to_vec(), vec![0; 100_000]] {
            pieces.database = database;
            assert!(pieces.is_damaged(), "{} bytes", pieces.database.len());
        }
    }

    #[test]
    fn an_id_that_would_lead_out_of_the_data_folder_is_refused() {
        for id in
            ["../../../somewhere", "..", "", "0011223344556677889900AABBCCDDEE", "00112233445566778899aabbccddee/."]
        {
            let mut pieces = Pieces::of_new_portfolio("ana");
            let folder = pieces.folder.path().join("keys");
            let new = NewKeys { portfolio_id: id.into(), user_id: "ana".into(), created_at: 0 };
            KeyFile::create(&folder, &new, &passphrase(), KdfStrength::SMALLEST_ACCEPTED).unwrap();
            pieces.keys = fs::read(folder.join("keys.json")).unwrap();
            pieces.manifest.portfolio_id = id.into();
            assert!(pieces.is_damaged(), "{id}");
        }
    }
}
