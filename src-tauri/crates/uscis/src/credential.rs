//! The credential of the registered app.

use std::fmt;

use zeroize::Zeroizing;

/// The client id and secret which the service gave for the user's app. Neither shows in `Debug`.
#[derive(Clone)]
pub struct Credential {
    /// The client id (consumer key).
    pub client_id: String,
    /// The client secret (consumer secret); wiped when dropped.
    pub secret: Zeroizing<String>,
}

impl Credential {
    /// Pairs an id with its secret. Spaces around either, as copied from a letter, are dropped.
    #[must_use]
    pub fn new(client_id: &str, secret: &str) -> Self {
        Self { client_id: client_id.trim().to_owned(), secret: Zeroizing::new(secret.trim().to_owned()) }
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(redacted)")
    }
}
