//! E-mail: one letter to one recipient over an encrypted connection, and what became of it.
//!
//! Floor 1. The message is put together by `lettre` and checked before it is sent; the conversation with the server is held here
//! (docs/decisions/0012). No error holds an address, a host, a user or words of a server; no secret shows in `Debug`.

mod address;
mod client;
mod failure;
mod letter;
mod message_id;
pub mod oauth;
mod page;
mod reply;
mod secret;
mod session;
mod settings;
mod sign_in;
#[cfg(feature = "testing")]
pub mod testing;
mod text;
mod wire;

pub use address::{Address, AddressProblem};
pub use client::{Client, SetupProblem};
pub use failure::{CertificateProblem, Course, Failure};
pub use letter::{Letter, LetterProblem};
pub use message_id::{MessageId, MessageIdProblem};
pub use page::{Html, Page};
pub use reply::{Enhanced, Said};
pub use secret::Secret;
pub use settings::{Security, Sender, Server, ServerProblem, Settings, Timing};
pub use sign_in::SignIn;
pub use text::{DisplayName, Subject, TextProblem};
