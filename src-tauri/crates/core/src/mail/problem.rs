//! What is wrong with what was typed about e-mail.

use casefolio_mail::oauth::ProviderProblem;
use casefolio_mail::{AddressProblem, ServerProblem, TextProblem};

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
