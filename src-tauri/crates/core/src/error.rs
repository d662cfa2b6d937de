//! What can go wrong in a use case.

use casefolio_files::ListProblem;
use casefolio_keys::{PassphraseProblem, RecoveryProblem};
use casefolio_mail::oauth::ProviderProblem;
use casefolio_mail::{AddressProblem, ServerProblem, TextProblem};
use casefolio_network::{ProxyProblem, RootProblem};
use casefolio_uscis::EndpointProblem;

/// Why a use case did not do what was asked. No receipt, name, token, address or key stands in any of the texts.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The user ID is empty, longer than 64 characters, or holds control characters.
    #[error("the user ID cannot be used")]
    UserIdInvalid,
    /// There is a portfolio with this user ID already.
    #[error("the user ID is taken")]
    UserIdTaken,
    /// There is no portfolio with this user ID.
    #[error("there is no such portfolio")]
    NoSuchPortfolio,
    /// There is no portfolio at all.
    #[error("there is no portfolio")]
    NoPortfolio,
    /// There are several portfolios and none was named.
    #[error("there are several portfolios")]
    SeveralPortfolios,
    /// A new passphrase breaks a rule.
    #[error("the passphrase cannot be used")]
    Passphrase(#[source] PassphraseProblem),
    /// A recovery code was typed wrongly.
    #[error("the recovery code was typed wrongly")]
    RecoveryCode(#[source] RecoveryProblem),
    /// The recovery code typed to confirm is not the one that was shown.
    #[error("the recovery code differs")]
    RecoveryCodeDiffers,
    /// The portfolio is locked: no passphrase was given and this computer holds no key for it.
    #[error("the portfolio is locked")]
    Locked,
    /// Too many wrong passphrases or recovery codes: the next try has to wait. Nothing was tried.
    #[error("too many wrong tries")]
    TooManyTries {
        /// How long, in seconds; at least 1, at most 60.
        seconds: u32,
    },
    /// The slot file, a passphrase or the key store.
    #[error("the keys")]
    Keys(#[source] casefolio_keys::Error),
    /// The encrypted database.
    #[error("the store")]
    Store(#[source] casefolio_store::Error),
    /// A list of receipts could not be read.
    #[error("the list")]
    List(#[source] ListProblem),
    /// A file could not be read.
    #[error("a file could not be read")]
    FileUnreadable(#[source] std::io::Error),
    /// A file could not be written.
    #[error("a file could not be written")]
    FileUnwritable(#[source] std::io::Error),
    /// The data folder could not be used.
    #[error("the data folder")]
    Home(#[source] std::io::Error),
    /// No service is set.
    #[error("no service is set")]
    ServiceNotSet,
    /// An address of the service cannot be used.
    #[error("an address of the service cannot be used")]
    Endpoint(#[source] EndpointProblem),
    /// A limit is zero or beyond what the service could allow.
    #[error("a limit cannot be used")]
    LimitInvalid,
    /// A client id is missing.
    #[error("the client id is missing")]
    ClientIdMissing,
    /// No secret is known for the service.
    #[error("the secret is missing")]
    SecretMissing,
    /// The secret was typed for another host and is not sent to this one.
    #[error("the secret belongs to another host")]
    SecretBoundToHost,
    /// The HTTP client could not be built.
    #[error("the network client")]
    Client(#[source] casefolio_uscis::Error),
    /// There is no such case.
    #[error("there is no such case")]
    NoSuchCase,
    /// A backup is not what it should be, or cannot be put where it was wanted.
    #[error("a backup")]
    Backup(#[source] BackupProblem),
    /// The backup before an update did not succeed, so the portfolio was not updated.
    #[error("the update was held back for want of a backup")]
    UpdateHeldBack(#[source] Box<Error>),
    /// Settings of e-mail, or somebody to write to.
    #[error("e-mail")]
    Mail(#[source] MailProblem),
    /// Settings of the network.
    #[error("the network")]
    Network(#[source] NetworkProblem),
    /// The computer gave no random bytes.
    #[error("no random bytes")]
    Randomness,
    /// A part that runs in the background ended before its time.
    #[error("a background part ended")]
    Stopped,
}

/// What is wrong with a backup, or with where it is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BackupProblem {
    /// The file is something else.
    #[error("not a backup")]
    NotOne,
    /// The file is a backup, and not as it was written.
    #[error("the backup is damaged")]
    Damaged,
    /// A newer Casefolio made the backup.
    #[error("the backup is of a newer version")]
    Newer,
    /// A backup was to be made where there is a file already. It was not touched.
    #[error("there is a file already")]
    Exists,
    /// A backup was to be made within the folders of portfolios, elsewhere than in `backups`.
    #[error("no place for a backup")]
    Place,
    /// A backup was to be restored where its portfolio, or another one with its user ID, is already. It was not touched.
    #[error("there is such a portfolio already")]
    PortfolioExists,
    /// A portfolio was to be set aside as damaged that is in order. It was not touched.
    #[error("the portfolio is in order")]
    InOrder,
    /// A portfolio was to be set aside whose slot file is damaged, so that nobody can prove what else is. It was not touched.
    #[error("that the portfolio is damaged cannot be proven")]
    Unproven,
}

impl BackupProblem {
    /// Every problem.
    pub const ALL: [Self; 8] = [
        Self::NotOne,
        Self::Damaged,
        Self::Newer,
        Self::Exists,
        Self::Place,
        Self::PortfolioExists,
        Self::InOrder,
        Self::Unproven,
    ];

    /// The stable code; `problem.CODE` in the locales.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotOne => "backup_not_one",
            Self::Damaged => "backup_damaged",
            Self::Newer => "backup_newer",
            Self::Exists => "backup_exists",
            Self::Place => "backup_place",
            Self::PortfolioExists => "restore_exists",
            Self::InOrder => "restore_in_order",
            Self::Unproven => "restore_unproven",
        }
    }
}

/// Why settings of e-mail, or somebody to write to, were refused. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailProblem {
    /// The mail server's name or port cannot be used.
    #[error("the mail server cannot be used")]
    Server(#[source] ServerProblem),
    /// The sender's address cannot be used.
    #[error("the sender's address cannot be used")]
    Sender(#[source] AddressProblem),
    /// A name beside an address cannot be used.
    #[error("a name cannot be used")]
    Name(#[source] TextProblem),
    /// The user's name is missing, or no line of text.
    #[error("the user's name cannot be used")]
    User,
    /// The client id of the sign-in cannot be used.
    #[error("the client id cannot be used")]
    Provider(#[source] ProviderProblem),
    /// No password is known, or nobody has signed in.
    #[error("the password is missing")]
    SecretMissing,
    /// The password was typed for another mail server and is not sent to this one.
    #[error("the password belongs to another mail server")]
    SecretBound,
    /// No mail server is set.
    #[error("no mail server is set")]
    NotSet,
    /// A recipient's address cannot be used.
    #[error("a recipient's address cannot be used")]
    Address(#[source] AddressProblem),
    /// Somebody is written to at this address already.
    #[error("the address is there already")]
    Taken,
    /// There is no such recipient.
    #[error("there is no such recipient")]
    NoSuchRecipient,
}

impl MailProblem {
    /// The stable code; `problem.CODE` in the locales.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Server(ServerProblem::BadHost) => "mail_host",
            Self::Server(ServerProblem::BadPort) => "mail_port",
            Self::Sender(_) => "mail_sender",
            Self::Name(_) => "mail_name",
            Self::User => "mail_user",
            Self::Provider(_) => "mail_client_id",
            Self::SecretMissing => "mail_secret_missing",
            Self::SecretBound => "mail_secret_bound",
            Self::NotSet => "mail_not_set",
            Self::Address(_) => "mail_address",
            Self::Taken => "mail_address_taken",
            Self::NoSuchRecipient => "no_such_recipient",
        }
    }
}

impl From<MailProblem> for Error {
    fn from(problem: MailProblem) -> Self {
        Self::Mail(problem)
    }
}

impl From<BackupProblem> for Error {
    fn from(problem: BackupProblem) -> Self {
        Self::Backup(problem)
    }
}

impl From<casefolio_store::Error> for Error {
    fn from(error: casefolio_store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<casefolio_keys::Error> for Error {
    fn from(error: casefolio_keys::Error) -> Self {
        Self::Keys(error)
    }
}

/// Why settings of the network were refused. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkProblem {
    /// The proxy cannot be used.
    #[error("the proxy cannot be used")]
    Proxy(#[source] ProxyProblem),
    /// The password for the proxy is missing: none is known, or it was typed for another proxy or user.
    #[error("the password for the proxy is missing")]
    PasswordMissing,
    /// The file holds no certificate of an authority.
    #[error("the certificate cannot be used")]
    Root(#[source] RootProblem),
}

impl NetworkProblem {
    /// The stable code; `problem.CODE` in the locales.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Proxy(problem) => problem.code(),
            Self::PasswordMissing => "proxy_password_missing",
            Self::Root(RootProblem::NotACertificate) => "root_not_a_certificate",
            Self::Root(RootProblem::TooLong) => "root_too_long",
        }
    }
}

impl From<NetworkProblem> for Error {
    fn from(problem: NetworkProblem) -> Self {
        Self::Network(problem)
    }
}
