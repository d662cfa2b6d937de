//! A sign-in that came to nothing.

/// Why there is no access token. `Display` and `Debug` hold kinds only: no address, code, token or words of the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Failure {
    /// The connection to the provider could not be set up.
    #[error("the connection to the sign-in could not be set up")]
    Setup,
    /// The person said no.
    #[error("the sign-in was declined")]
    Declined,
    /// The person did not sign in in time.
    #[error("the time to sign in is over")]
    Expired,
    /// The refresh token is no longer good: a person has to sign in again.
    #[error("a new sign-in is needed")]
    SignInAgain,
    /// The provider does not take the client id, its secret, or what it asks for.
    #[error("the provider refused the client id")]
    ClientRefused,
    /// The provider has no such way to sign in.
    #[error("the provider has no such way to sign in")]
    NotOffered,
    /// The answer in the browser does not belong to the sign-in that was begun.
    #[error("the answer belongs to another sign-in")]
    Mismatch,
    /// No port of this computer could be opened for the browser's answer.
    #[error("this computer could not wait for the browser")]
    NoListener,
    /// The system gave no randomness.
    #[error("the system gave no randomness")]
    NoRandomness,
    /// The provider is out of order, or asks to try again later (HTTP status).
    #[error("the provider is not available (HTTP {0})")]
    Unavailable(u16),
    /// What came is no answer of a provider.
    #[error("the provider's answer could not be understood")]
    Unreadable,
    /// The provider could not be reached.
    #[error("the provider could not be reached")]
    NoNetwork,
    /// Whoever answered could not prove to be the provider.
    #[error("the provider could not be trusted")]
    NotTrusted,
    /// The proxy was not reached, or did not let the call through.
    #[error("the proxy did not let the call through")]
    Proxy,
    /// The provider took too long.
    #[error("the provider took too long")]
    TimedOut,
}

impl Failure {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::SignInAgain => "sign_in_again",
            Self::ClientRefused => "client_refused",
            Self::NotOffered => "not_offered",
            Self::Mismatch => "mismatch",
            Self::NoListener => "no_listener",
            Self::NoRandomness => "no_randomness",
            Self::Unavailable(_) => "unavailable",
            Self::Unreadable => "unreadable",
            Self::NoNetwork => "no_network",
            Self::NotTrusted => "not_trusted",
            Self::Proxy => "proxy",
            Self::TimedOut => "timed_out",
        }
    }
}
