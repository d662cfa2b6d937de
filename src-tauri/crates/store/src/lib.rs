//! The encrypted portfolio on disk: `SQLCipher` through `rusqlite`, one file a table.
//!
//! Floor 1. Reads take a [`Connection`], writes take a [`Transaction`]; time is always an argument.

pub mod budget;
pub mod cases;
pub mod changes;
mod columns;
mod engine;
mod error;
mod generation;
mod migrate;
pub mod observations;
mod opening;
pub mod outbox;
mod place;
pub mod settings;
mod store;

pub use engine::DatabaseKey;
pub use error::Error;
pub use rusqlite::{Connection, Transaction};
pub use store::Store;
