//! The one client of the case status service.
//!
//! Floor 1. Every way in which a check can go comes out as an [`Answer`] or a [`Failure`] with a kind; nothing here
//! panics on what the service sends, and no error text holds a receipt number, an address, a token or a secret.

mod answer;
mod body;
mod client;
mod credential;
mod dates;
mod endpoint;
mod failure;
mod mask;
mod plain;
mod problem;
mod resolver;
mod retry_after;
#[cfg(feature = "testing")]
pub mod testing;
mod token;
mod verdict;

pub use answer::Answer;
pub use client::{Calls, Client, Error, Timing};
pub use credential::Credential;
pub use endpoint::{Endpoint, EndpointProblem};
pub use failure::Failure;
