//! What a user does with cases.

mod add;
mod edit;
mod list;
mod muted;
mod show;

pub use add::{AddRequest, Judgement, Verdict};
pub use list::CaseFilter;
pub use muted::{Group, Muted};
pub use show::CaseRecord;
