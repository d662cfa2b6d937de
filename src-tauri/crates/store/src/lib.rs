//! The encrypted portfolio on disk: `SQLCipher` through `rusqlite`, one file a table.
//!
//! Floor 1. Reads take a [`Connection`], writes take a [`Transaction`]; time is always an argument.

pub mod backup;
pub mod budget;
pub mod cases;
pub mod changes;
mod columns;
mod ending;
mod engine;
mod error;
mod file;
mod findings;
mod generation;
mod journal;
mod migrate;
pub mod muted;
pub mod observations;
mod opening;
pub mod outbox;
mod pages;
mod place;
pub mod recipients;
mod records;
mod renewal;
mod salvage;
pub mod settings;
mod store;
pub mod watch_store;

pub use engine::DatabaseKey;
pub use error::Error;
pub use findings::{Examined, Finding, examine};
pub use generation::SEALED;
pub use renewal::Renewal;
pub use rusqlite::types::Value;
pub use rusqlite::{Connection, Transaction};
pub use salvage::{Damaged, SalvageReport, salvage};
pub use store::Store;
