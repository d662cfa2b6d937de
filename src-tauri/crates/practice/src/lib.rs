//! The stand-in of the status service: same paths, bodies, defects and limits, on loopback, with cases that move
//! through their stages as time passes and faults that can be switched on while it runs.
//!
//! It is what practice mode, journeys and the window's tests talk to. Every person and receipt number in it is invented,
//! save the receipt numbers which the service itself publishes for its sandbox.

mod answer;
mod calendar;
mod counts;
mod demo;
mod fault;
mod forms;
mod gate;
mod json;
mod pages;
mod render;
mod running;
mod sandbox;
mod script;
mod server;
mod settings;
mod status;
#[cfg(feature = "testing")]
pub mod testing;
mod words;

pub use counts::Counts;
pub use demo::demo_receipts;
pub use fault::{Fault, Faults};
pub use json::ScriptProblem;
pub use running::{Error, Practice, Running};
pub use sandbox::sandbox_receipts;
pub use script::Script;
pub use settings::{Clock, PracticeSettings};
pub use status::Status;
