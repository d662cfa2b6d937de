//! When to ask the service, and about which case.

mod ahead;
pub mod backoff;
pub mod calendar;
pub mod concern;
mod course;
pub mod habit;
pub mod holidays;
pub mod plan;
pub mod planner;
pub mod price;
pub mod quota;
pub mod rates;
mod scarce;
pub mod settings;
mod standing;
mod turns;
pub mod work;

pub use crate::why::Why;
pub use backoff::{Backoff, backoff};
pub use calendar::Hours;
pub use concern::{Concern, Patience};
pub use habit::Habit;
pub use holidays::{federal_holidays, is_federal_holiday};
pub use plan::{Budget, DueFacts, Intervals, Plan, PolledCase, next_due, plan};
pub use planner::Planner;
pub use price::Prices;
pub use quota::{ResetZone, day_of, next_reset};
pub use rates::{Experience, Past, supposed_after, supposed_rate};
pub use settings::{Due, Round, Terms, Watched};
pub use work::{Effort, WorkCalendar};
