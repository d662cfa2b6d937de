//! Turns an error into a stable code with parameters. The words for it stand in the locales as `problem.CODE`.

use casefolio_files::ListProblem;
use casefolio_keys::{KeyStoreProblem, PassphraseProblem, RecoveryProblem};
use casefolio_system::storage;

use crate::error::{BackupProblem, Error};

/// What went wrong, for a person: a code that has words in every language, and what is to be put into them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The code; `problem.CODE` in the locales.
    pub code: &'static str,
    /// Named values for the words: numbers and codes, nothing typed by a user.
    pub params: Vec<(&'static str, String)>,
    /// How grave it is, for exit codes.
    pub nature: Nature,
}

/// What kind of trouble a problem is. The command line's exit codes follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// Something failed.
    Failed,
    /// The request cannot be carried out as it was put.
    Usage,
    /// A wrong passphrase or code, or a portfolio that stays locked.
    Locked,
    /// The service is not set or cannot be reached.
    Service,
    /// A file is damaged.
    Damaged,
}

impl Problem {
    fn new(nature: Nature, code: &'static str) -> Self {
        Self { code, params: Vec::new(), nature }
    }

    fn with(mut self, name: &'static str, value: impl Into<u64>) -> Self {
        self.params.push((name, value.into().to_string()));
        self
    }

    /// The problem of an error.
    #[must_use]
    pub fn of(error: &Error) -> Self {
        use Nature::{Failed, Locked, Service, Usage};
        match error {
            Error::UserIdInvalid => Self::new(Usage, "user_id_invalid"),
            Error::UserIdTaken => Self::new(Usage, "user_id_taken"),
            Error::NoSuchPortfolio => Self::new(Usage, "no_such_portfolio"),
            Error::NoPortfolio => Self::new(Usage, "no_portfolio"),
            Error::SeveralPortfolios => Self::new(Usage, "several_portfolios"),
            Error::Passphrase(problem) => of_passphrase(*problem),
            Error::RecoveryCode(problem) => of_recovery(*problem),
            Error::RecoveryCodeDiffers => Self::new(Usage, "recovery_code_differs"),
            Error::Locked => Self::new(Locked, "locked"),
            Error::TooManyTries { seconds } => Self::new(Locked, "too_many_tries").with("seconds", *seconds),
            Error::Keys(error) => of_keys(error),
            Error::Store(error) => of_store(error),
            Error::List(problem) => of_list(*problem),
            Error::FileUnreadable(error) => of_disk_asked_by(Usage, error, "file_unreadable"),
            Error::FileUnwritable(error) => of_disk(error, "file_unwritable"),
            Error::Home(error) => of_disk(error, "data_folder"),
            Error::ServiceNotSet => Self::new(Service, "service_not_set"),
            Error::Endpoint(problem) => Self::new(Usage, problem.code()),
            Error::LimitInvalid => Self::new(Usage, "limit_invalid"),
            Error::ClientIdMissing => Self::new(Usage, "client_id_missing"),
            Error::SecretMissing => Self::new(Usage, "secret_missing"),
            Error::SecretBoundToHost => Self::new(Usage, "secret_bound_to_host"),
            Error::Client(_) => Self::new(Failed, "network_client"),
            Error::NoSuchCase => Self::new(Usage, "no_such_case"),
            Error::Backup(problem) => of_backup(*problem),
            Error::UpdateHeldBack(error) => Self::new(Self::of(error).nature, "update_held_back"),
            Error::Mail(problem) => Self::new(Usage, problem.code()),
            Error::Network(problem) => Self::new(Usage, problem.code()),
            Error::Randomness => Self::new(Failed, "randomness"),
            Error::Stopped => Self::new(Failed, "stopped"),
        }
    }
}

fn of_passphrase(problem: PassphraseProblem) -> Problem {
    match problem {
        PassphraseProblem::TooShort { minimum } => {
            Problem::new(Nature::Usage, "passphrase_too_short").with("minimum", minimum as u64)
        }
        PassphraseProblem::TooLong { maximum } => {
            Problem::new(Nature::Usage, "passphrase_too_long").with("maximum", maximum as u64)
        }
        PassphraseProblem::Common => Problem::new(Nature::Usage, "passphrase_common"),
    }
}

fn of_recovery(problem: RecoveryProblem) -> Problem {
    Problem::new(
        Nature::Locked,
        match problem {
            RecoveryProblem::WrongLength => "recovery_code_length",
            RecoveryProblem::WrongCharacter => "recovery_code_character",
            RecoveryProblem::WrongCheck => "recovery_code_check",
        },
    )
}

fn of_keys(error: &casefolio_keys::Error) -> Problem {
    use casefolio_keys::Error as Keys;
    match error {
        Keys::Missing => Problem::new(Nature::Damaged, "keys_missing"),
        Keys::AlreadyThere | Keys::Cipher | Keys::NoRandomness(_) => Problem::new(Nature::Failed, "keys_failed"),
        Keys::Damaged | Keys::Strength(_) | Keys::WrongKey => Problem::new(Nature::Damaged, "keys_damaged"),
        Keys::NoHealthyCopy => Problem::new(Nature::Damaged, "keys_no_copy"),
        Keys::ChangedMeanwhile => Problem::new(Nature::Failed, "keys_changed"),
        Keys::Newer { .. } => Problem::new(Nature::Damaged, "portfolio_newer"),
        Keys::WrongPassphrase => Problem::new(Nature::Locked, "wrong_passphrase"),
        Keys::WrongRecoveryCode => Problem::new(Nature::Locked, "wrong_recovery_code"),
        Keys::NoSlot => Problem::new(Nature::Locked, "locked"),
        Keys::KeyStore(problem) => of_key_store(*problem),
        Keys::Io(error) => of_disk(error, "data_folder"),
    }
}

/// The disk did not do as asked: it is full, it fails, or what `code` says.
fn of_disk(error: &std::io::Error, code: &'static str) -> Problem {
    of_disk_asked_by(Nature::Failed, error, code)
}

fn of_disk_asked_by(nature: Nature, error: &std::io::Error, code: &'static str) -> Problem {
    use std::io::ErrorKind::{QuotaExceeded, StorageFull};
    if matches!(error.kind(), StorageFull | QuotaExceeded) {
        return Problem::new(Nature::Failed, "disk_full");
    }
    if storage::disk_failed(error) { Problem::new(Nature::Failed, "disk_failed") } else { Problem::new(nature, code) }
}

fn of_backup(problem: BackupProblem) -> Problem {
    let nature = match problem {
        BackupProblem::Damaged | BackupProblem::Newer => Nature::Damaged,
        BackupProblem::NotOne
        | BackupProblem::Exists
        | BackupProblem::Place
        | BackupProblem::PortfolioExists
        | BackupProblem::InOrder
        | BackupProblem::Unproven => Nature::Usage,
    };
    Problem::new(nature, problem.code())
}

fn of_key_store(problem: KeyStoreProblem) -> Problem {
    match problem {
        KeyStoreProblem::NoEntry => Problem::new(Nature::Locked, "key_store_no_entry"),
        KeyStoreProblem::Unavailable => Problem::new(Nature::Locked, "key_store_unavailable"),
        KeyStoreProblem::Refused => Problem::new(Nature::Locked, "key_store_refused"),
        KeyStoreProblem::Unusable => Problem::new(Nature::Locked, "key_store_unusable"),
    }
}

fn of_list(problem: ListProblem) -> Problem {
    match problem {
        ListProblem::TooLarge => Problem::new(Nature::Usage, "list_too_large"),
        ListProblem::NotText => Problem::new(Nature::Usage, "list_not_text"),
        ListProblem::NoReceiptColumn => Problem::new(Nature::Usage, "list_no_receipt_column"),
        ListProblem::Malformed { line } => Problem::new(Nature::Usage, "list_malformed").with("line", line),
    }
}

fn of_store(error: &casefolio_store::Error) -> Problem {
    use casefolio_store::Error as Store;
    match error {
        Store::Missing => Problem::new(Nature::Damaged, "portfolio_missing"),
        Store::Empty => Problem::new(Nature::Damaged, "portfolio_empty"),
        Store::NotOurs => Problem::new(Nature::Damaged, "portfolio_not_ours"),
        // The key came out of a sealed slot, so it is the right one: the file is damaged.
        Store::WrongKey | Store::Damaged | Store::Unreadable(_) => Problem::new(Nature::Damaged, "portfolio_damaged"),
        Store::Truncated => Problem::new(Nature::Damaged, "portfolio_truncated"),
        Store::ForeignJournal => Problem::new(Nature::Damaged, "portfolio_foreign_journal"),
        Store::Newer { .. } => Problem::new(Nature::Damaged, "portfolio_newer"),
        Store::Busy => Problem::new(Nature::Failed, "portfolio_busy"),
        Store::DiskFull => Problem::new(Nature::Failed, "disk_full"),
        Store::DiskFailed => Problem::new(Nature::Failed, "disk_failed"),
        Store::EngineTooOld | Store::SettingRefused(_) => Problem::new(Nature::Failed, "engine"),
        Store::NoSuchCase => Problem::new(Nature::Usage, "no_such_case"),
        Store::Io(error) => of_disk(error, "data_folder"),
        Store::AlreadyThere | Store::Sql(_) => Problem::new(Nature::Failed, "data_folder"),
    }
}

#[cfg(test)]
mod tests {
    use casefolio_uscis::EndpointProblem;
    use serde_json::Value;

    use super::*;

    fn io() -> std::io::Error {
        std::io::Error::other("maria.txt")
    }

    fn of_core() -> Vec<Error> {
        vec![
            Error::UserIdInvalid,
            Error::UserIdTaken,
            Error::NoSuchPortfolio,
            Error::NoPortfolio,
            Error::SeveralPortfolios,
            Error::Passphrase(PassphraseProblem::TooShort { minimum: 12 }),
            Error::Passphrase(PassphraseProblem::TooLong { maximum: 1_024 }),
            Error::Passphrase(PassphraseProblem::Common),
            Error::RecoveryCode(RecoveryProblem::WrongLength),
            Error::RecoveryCode(RecoveryProblem::WrongCharacter),
            Error::RecoveryCode(RecoveryProblem::WrongCheck),
            Error::RecoveryCodeDiffers,
            Error::Locked,
            Error::TooManyTries { seconds: 8 },
            Error::List(ListProblem::TooLarge),
            Error::List(ListProblem::NotText),
            Error::List(ListProblem::NoReceiptColumn),
            Error::List(ListProblem::Malformed { line: 3 }),
            Error::FileUnreadable(io()),
            Error::FileUnwritable(io()),
            Error::Home(io()),
            Error::ServiceNotSet,
            Error::LimitInvalid,
            Error::ClientIdMissing,
            Error::SecretMissing,
            Error::SecretBoundToHost,
            Error::NoSuchCase,
            Error::UpdateHeldBack(Box::new(Error::Home(io()))),
            Error::Randomness,
            Error::Stopped,
        ]
    }

    fn of_keys() -> Vec<Error> {
        use casefolio_keys::{Error as Keys, KdfProblem};
        let key_store = [
            KeyStoreProblem::NoEntry,
            KeyStoreProblem::Unavailable,
            KeyStoreProblem::Refused,
            KeyStoreProblem::Unusable,
        ];
        let mut errors = vec![
            Keys::Missing,
            Keys::AlreadyThere,
            Keys::Damaged,
            Keys::NoHealthyCopy,
            Keys::ChangedMeanwhile,
            Keys::Newer { found: 9, known: 1 },
            Keys::Strength(KdfProblem::Memory),
            Keys::WrongPassphrase,
            Keys::WrongRecoveryCode,
            Keys::WrongKey,
            Keys::NoSlot,
            Keys::Cipher,
            Keys::Io(io()),
        ];
        errors.extend(key_store.map(Keys::KeyStore));
        errors.into_iter().map(Error::Keys).collect()
    }

    fn of_store() -> Vec<Error> {
        use casefolio_store::Error as Store;
        let errors = [
            Store::Missing,
            Store::Empty,
            Store::NotOurs,
            Store::WrongKey,
            Store::Damaged,
            Store::Truncated,
            Store::Unreadable("cases.receipt"),
            Store::ForeignJournal,
            Store::Newer { found: 9, known: 1 },
            Store::Busy,
            Store::DiskFull,
            Store::DiskFailed,
            Store::EngineTooOld,
            Store::NoSuchCase,
            Store::AlreadyThere,
            Store::Io(io()),
        ];
        errors.into_iter().map(Error::Store).collect()
    }

    fn all() -> Vec<Error> {
        let endpoints = EndpointProblem::ALL.into_iter().map(Error::Endpoint);
        let backups = BackupProblem::ALL.into_iter().map(Error::Backup);
        of_core().into_iter().chain(of_keys()).chain(of_store()).chain(endpoints).chain(backups).collect()
    }

    fn words(language: &str) -> Value {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../locales");
        serde_json::from_str(&std::fs::read_to_string(format!("{root}/{language}.json")).unwrap()).unwrap()
    }

    #[test]
    fn every_problem_has_words_in_both_languages_and_its_values_have_places_in_them() {
        for language in ["en", "es"] {
            let words = words(language);
            for problem in all().iter().map(Problem::of).chain([Problem::new(Nature::Failed, "network_client")]) {
                let text = words["problem"][problem.code].as_str();
                assert!(text.is_some_and(|text| !text.trim().is_empty()), "{language}: problem.{}", problem.code);
                for (name, _) in &problem.params {
                    let place = format!("%{{{name}}}");
                    assert!(text.unwrap().contains(&place), "{language}: problem.{} lacks {place}", problem.code);
                }
            }
        }
    }

    #[test]
    fn no_words_stand_for_a_value_that_is_not_given() {
        for language in ["en", "es"] {
            let words = words(language);
            for problem in all().iter().map(Problem::of) {
                let text = words["problem"][problem.code].as_str().unwrap_or_default();
                assert_eq!(text.matches("%{").count(), problem.params.len(), "{language}: problem.{}", problem.code);
            }
        }
    }

    #[test]
    fn the_nature_of_a_problem_gives_the_exit_code_of_the_contract() {
        let nature = |error: &Error| Problem::of(error).nature;
        assert_eq!(nature(&Error::Keys(casefolio_keys::Error::WrongPassphrase)), Nature::Locked);
        assert_eq!(nature(&Error::Locked), Nature::Locked);
        assert_eq!(nature(&Error::TooManyTries { seconds: 1 }), Nature::Locked);
        assert_eq!(nature(&Error::Store(casefolio_store::Error::Damaged)), Nature::Damaged);
        assert_eq!(nature(&Error::Keys(casefolio_keys::Error::Damaged)), Nature::Damaged);
        assert_eq!(nature(&Error::ServiceNotSet), Nature::Service);
        assert_eq!(nature(&Error::UserIdTaken), Nature::Usage);
        assert_eq!(nature(&Error::Store(casefolio_store::Error::DiskFull)), Nature::Failed);
        assert_eq!(nature(&Error::Backup(BackupProblem::Damaged)), Nature::Damaged);
        assert_eq!(nature(&Error::Backup(BackupProblem::PortfolioExists)), Nature::Usage);
    }

    #[test]
    fn a_full_disk_is_called_so_wherever_it_is_met() {
        let full = || std::io::Error::from(std::io::ErrorKind::StorageFull);
        let errors = [
            Error::Home(full()),
            Error::FileUnwritable(full()),
            Error::Store(casefolio_store::Error::Io(full())),
            Error::Keys(casefolio_keys::Error::Io(full())),
        ];
        assert!(errors.iter().all(|error| Problem::of(error).code == "disk_full"));
    }

    #[test]
    fn a_failing_disk_is_called_so_wherever_it_is_met_and_never_damage() {
        // `EIO`, and what Windows calls the like.
        let failed = || std::io::Error::from_raw_os_error(if cfg!(windows) { 1_117 } else { 5 });
        let errors = [
            Error::Home(failed()),
            Error::FileUnreadable(failed()),
            Error::FileUnwritable(failed()),
            Error::Store(casefolio_store::Error::Io(failed())),
            Error::Store(casefolio_store::Error::DiskFailed),
            Error::Keys(casefolio_keys::Error::Io(failed())),
        ];
        for error in errors {
            let problem = Problem::of(&error);
            assert_eq!((problem.code, problem.nature), ("disk_failed", Nature::Failed));
        }
    }

    #[test]
    fn no_problem_shows_a_path() {
        for error in all() {
            let shown = format!("{error} {:?}", Problem::of(&error));
            assert!(!shown.contains("maria"), "{shown}");
        }
    }
}
