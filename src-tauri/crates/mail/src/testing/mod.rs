//! A real mail server on loopback, for the tests of this and higher floors.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up should stop where it stands"
)]

mod server;

pub use server::MailServer;
