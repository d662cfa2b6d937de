//! What a user does with cases.

mod add;
mod edit;
mod list;
mod show;

pub use add::{AddRequest, Judgement, Verdict};
pub use list::{CaseFilter, stage_of};
pub use show::CaseRecord;
