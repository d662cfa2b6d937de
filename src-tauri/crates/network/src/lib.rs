//! How Casefolio goes out: by which proxy, and whom it believes.
//!
//! Floor 0. The clients of the status service and of the providers of mail are made from one [`Way`], so that a network that was set up once
//! holds for all of them. Nothing is sent from here.

mod proxy;
mod root;
#[cfg(feature = "testing")]
pub mod testing;
mod trouble;
mod way;

pub use proxy::{ManualProxy, Proxy, ProxyProblem};
pub use root::{ExtraRoot, RootProblem, rules};
pub use trouble::Trouble;
pub use way::{RootRefused, Way};
