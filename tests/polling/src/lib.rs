//! The bench of the polling plan: made-up portfolios, ways of asking about them, and the least delay that any way could have.
//! Started by `cargo xtask bench polling`; the figures stand in `docs/performance.md`.

pub mod bound;
pub mod chance;
pub mod figures;
pub mod planned;
pub mod play;
pub mod policy;
pub mod portfolio;
pub mod time;
