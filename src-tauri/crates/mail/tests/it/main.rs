//! Letters to a real mail server over loopback, and to servers that refuse, lie and die.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

// The certificates of these tests come from an authority that lives as long as a test. Windows and macOS judge by rules of their own
// what such an authority may be, and Debian has the real server; so what needs TLS runs on Linux.
#[cfg(target_os = "linux")]
mod delivery;
#[cfg(target_os = "linux")]
mod encryption;
mod injection;
mod oauth;
#[cfg(target_os = "linux")]
mod refusals;
#[cfg(target_os = "linux")]
mod scripted;
mod written;
