//! Asking the service about the cases that are due.

mod actor;
mod ledger;
mod recorder;
mod round;
mod schedule;
mod state;

pub use actor::{Tempo, Watcher};
pub use round::{Order, run_round};
pub use state::WatchState;
