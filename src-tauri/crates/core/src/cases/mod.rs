//! What a user does with cases.

mod add;
mod edit;
mod list;
mod show;

pub use add::{AddRequest, Judgement, Verdict};
pub use list::CaseFilter;
pub use show::CaseRecord;
