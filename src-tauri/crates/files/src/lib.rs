//! Files that go in and out of Casefolio. Floor 1: knows bytes, rows and columns, nothing of cases.

pub mod list;

pub use list::{ListProblem, ListRow, read_list};
