//! The key store of each operating system, by the package `keyring`. On Linux a look comes before every call.

mod entry;
#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service_look;

pub(crate) use entry::{delete, read, write};

/// The name under which the systems list our entries.
const SERVICE: &str = "org.casefolio.Casefolio";
