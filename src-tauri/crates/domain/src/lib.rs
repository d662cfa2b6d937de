//! Values and pure functions of Casefolio: what is true of receipt numbers, statuses, changes and notices.
//!
//! Floor 0. No async, no I/O, no clock, no serde, no randomness: time and chance come in as arguments.

pub mod case;
pub mod change;
pub mod dates;
pub mod doubt;
pub mod form;
pub mod language;
pub mod lookalike;
pub mod notice;
pub mod observation;
pub mod outcome;
pub mod polling;
pub mod prefix;
pub mod progress;
pub mod receipt;
mod slip;
pub mod status;
pub mod telling;
mod why;

pub use case::{Case, CaseId, Glance, LastKnown, Wishes};
pub use change::{Change, ChangeKind, compare, gist};
pub use doubt::Doubt;
pub use form::FormType;
pub use language::Language;
pub use lookalike::LookAlike;
pub use observation::{Bilingual, HistoryItem, Link, Observation};
pub use outcome::ProblemKind;
pub use receipt::{ReceiptNumber, ReceiptProblem, ReceiptRemark};
pub use status::Stage;
