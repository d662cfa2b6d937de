//! When to ask the service, and about which case.

pub mod backoff;
pub mod calendar;
pub mod plan;
pub mod quota;

pub use backoff::{Backoff, backoff};
pub use calendar::Hours;
pub use plan::{Budget, DueFacts, Intervals, Plan, PolledCase, next_due, plan};
pub use quota::{ResetZone, day_of, next_reset};
