//! Signing in with a provider: a person allows Casefolio to send, and Casefolio keeps a refresh token in place of a password.
//!
//! Casefolio has no client id of its own: it is the user's, as for the case status service (docs/decisions/0012).

mod device;
mod failure;
mod grant;
mod loopback;
mod provider;
mod web;

pub use device::DeviceCode;
pub use failure::Failure;
pub use grant::Grant;
pub use loopback::{Answers, Loopback};
pub use provider::{Provider, ProviderProblem};
pub use web::OAuth;
