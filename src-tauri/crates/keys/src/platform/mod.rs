//! What each operating system calls its key store. Every module has the same three functions over text.

#[cfg(all(unix, not(target_os = "macos")))]
mod secret_service_store;
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) use secret_service_store::{delete, read, write};

#[cfg(any(windows, target_os = "macos"))]
mod native_store;
#[cfg(any(windows, target_os = "macos"))]
pub(crate) use native_store::{delete, read, write};

/// The name under which the systems list our entries.
const SERVICE: &str = "org.casefolio.Casefolio";
