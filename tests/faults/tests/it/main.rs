//! Faults at a spread of the calls of each phase; `cargo xtask faults` tries every call.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod faults;
mod memory;
