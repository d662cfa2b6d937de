//! The program as a script sees it: arguments, standard streams, exit codes, files.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod backups;
mod bench;
mod crash;
mod doctor;
#[cfg(unix)]
mod fall;
mod keys;
#[cfg(target_os = "linux")]
mod locked;
mod logging;
mod quick;
mod receipts;
mod service;
mod watching;
