//! What stands between a client and a service, for the tests of this and higher floors: certificates, TLS in front of a service that
//! speaks none, and proxies.
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up should stop where it stands"
)]

mod authority;
mod front;
mod relay;

pub use authority::{Authority, Identity};
pub use front::{Front, Manner};
pub use relay::{Relay, Rule};
