//! A message that was not taken, and what to do about it.

use crate::letter::LetterProblem;
use crate::reply::Said;

/// Why a message was not taken, or may not have been. `Display` and `Debug` hold kinds and codes only: no address, host, user or
/// words of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Failure {
    /// The letter itself could not be put together.
    #[error("the message could not be made")]
    Letter(#[source] LetterProblem),
    /// The server has no time for us (421): every message waits.
    #[error("the mail server is busy ({0})")]
    Busy(Said),
    /// The server asks to try again later (4xx).
    #[error("the mail server refused for now ({0})")]
    Temporary(Said),
    /// The server does not speak to us at all (5xx as a greeting).
    #[error("the mail server turned the connection away ({0})")]
    TurnedAway(Said),
    /// The server refused the sender's address.
    #[error("the mail server refused the sender ({0})")]
    SenderRefused(Said),
    /// The server refused the recipient's address.
    #[error("the mail server refused the recipient ({0})")]
    RecipientRefused(Said),
    /// The server refused the message.
    #[error("the mail server refused the message ({0})")]
    MessageRefused(Said),
    /// The server refused user and password, wants a sign-in, or allows none of this kind.
    #[error("the mail server refused the sign-in ({0})")]
    SignInRefused(Said),
    /// The access token is not, or no longer, good. A new one may be: after a second refusal a person has to sign in again.
    #[error("the sign-in to the mail server has expired ({0})")]
    SignInExpired(Said),
    /// The server offers no way to sign in that Casefolio knows, or none at all.
    #[error("the mail server offers no fitting way to sign in")]
    SignInNotOffered,
    /// The server, or somebody before it, does not offer encryption. Neither name nor secret was sent.
    #[error("the mail server offers no encryption")]
    NoTls,
    /// The server's certificate was refused. Neither name nor secret was sent.
    #[error("the mail server's certificate was refused: {0}")]
    Certificate(CertificateProblem),
    /// Encryption could not be set up for another reason. Neither name nor secret was sent.
    #[error("encryption with the mail server failed")]
    TlsFailed,
    /// The server's name leads nowhere; without a network as well.
    #[error("the mail server was not found")]
    HostNotFound,
    /// The server could not be reached, or the connection broke off before the message was handed over.
    #[error("the mail server could not be reached")]
    NoNetwork,
    /// The server took too long before the message was handed over.
    #[error("the mail server took too long")]
    TimedOut,
    /// What came is not the language of mail servers.
    #[error("the mail server's answer could not be understood")]
    Unreadable,
    /// The message was handed over, and no answer came: it may have been taken. To be sent again with the same `Message-ID`.
    #[error("the mail server did not say whether it took the message")]
    Uncertain,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum CertificateProblem {
    /// No trusted authority issued it.
    #[error("not trusted")]
    Untrusted,
    /// It is for another host.
    #[error("for another name")]
    WrongName,
    /// Its time is over, or the computer's clock is wrong.
    #[error("expired")]
    Expired,
    /// Its time has not come, or the computer's clock is wrong.
    #[error("not valid yet")]
    NotYetValid,
    /// It was revoked.
    #[error("revoked")]
    Revoked,
    /// It is broken in another way.
    #[error("not in order")]
    Broken,
}

impl CertificateProblem {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::WrongName => "wrong_name",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Revoked => "revoked",
            Self::Broken => "broken",
        }
    }
}

/// What a failure asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Course {
    /// Try this message again after a while.
    Retry,
    /// Leave the server alone for a while, with every message.
    BackOff,
    /// Get a new access token, and try once more.
    Renew,
    /// Trying again changes nothing before a person changes the settings; other messages would fail in the same way.
    Settings,
    /// Trying this message again changes nothing; others may pass.
    Stop,
}

impl Failure {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Letter(_) => "letter",
            Self::Busy(_) => "busy",
            Self::Temporary(_) => "temporary",
            Self::TurnedAway(_) => "turned_away",
            Self::SenderRefused(_) => "sender_refused",
            Self::RecipientRefused(_) => "recipient_refused",
            Self::MessageRefused(_) => "message_refused",
            Self::SignInRefused(_) => "sign_in_refused",
            Self::SignInExpired(_) => "sign_in_expired",
            Self::SignInNotOffered => "sign_in_not_offered",
            Self::NoTls => "no_tls",
            Self::Certificate(_) => "certificate",
            Self::TlsFailed => "tls_failed",
            Self::HostNotFound => "host_not_found",
            Self::NoNetwork => "no_network",
            Self::TimedOut => "timed_out",
            Self::Unreadable => "unreadable",
            Self::Uncertain => "uncertain",
        }
    }

    /// The codes that the server gave, where it gave some.
    #[must_use]
    pub fn said(&self) -> Option<Said> {
        match self {
            Self::Busy(said)
            | Self::Temporary(said)
            | Self::TurnedAway(said)
            | Self::SenderRefused(said)
            | Self::RecipientRefused(said)
            | Self::MessageRefused(said)
            | Self::SignInRefused(said)
            | Self::SignInExpired(said) => Some(*said),
            Self::Letter(_)
            | Self::SignInNotOffered
            | Self::NoTls
            | Self::Certificate(_)
            | Self::TlsFailed
            | Self::HostNotFound
            | Self::NoNetwork
            | Self::TimedOut
            | Self::Unreadable
            | Self::Uncertain => None,
        }
    }

    /// What it asks for.
    #[must_use]
    pub fn course(&self) -> Course {
        match self {
            Self::Busy(_) => Course::BackOff,
            Self::Temporary(_)
            | Self::HostNotFound
            | Self::NoNetwork
            | Self::TimedOut
            | Self::Unreadable
            | Self::TlsFailed
            | Self::Uncertain => Course::Retry,
            Self::SignInExpired(_) => Course::Renew,
            Self::TurnedAway(_)
            | Self::SenderRefused(_)
            | Self::SignInRefused(_)
            | Self::SignInNotOffered
            | Self::NoTls
            | Self::Certificate(_) => Course::Settings,
            Self::RecipientRefused(_) | Self::MessageRefused(_) | Self::Letter(_) => Course::Stop,
        }
    }
}
