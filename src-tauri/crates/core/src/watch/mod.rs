//! Asking the service about the cases that are due.

mod activity;
mod actor;
pub mod behind_lock;
mod book;
mod circuit;
mod ledger;
mod lessons;
mod orders;
mod planning;
mod recorder;
mod round;
mod schedule;
mod state;

pub use activity::{Deed, What};
pub use actor::{Tempo, Watch, Watcher};
pub use book::{Askable, Book, Booking, Outcome};
pub use round::{Order, run_round};
pub use schedule::Schedule;
pub use state::WatchState;
