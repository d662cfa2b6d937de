//! Waiting after failures: exponential with full jitter.

use chrono::TimeDelta;

/// A rule for waiting after failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The longest wait after the first failure, in seconds.
    pub base_seconds: u32,
    /// The longest wait at all, in seconds.
    pub cap_seconds: u32,
}

impl Backoff {
    /// For a call that is repeated at once: 2 s doubling up to 5 minutes.
    pub const CALL: Self = Self { base_seconds: 2, cap_seconds: 300 };
    /// For a case that is put off: 15 minutes doubling up to 6 hours.
    pub const CASE: Self = Self { base_seconds: 15 * 60, cap_seconds: 6 * 3600 };

    /// The longest wait after `failures` failures in a row; nothing after none.
    #[must_use]
    pub fn longest(self, failures: u32) -> TimeDelta {
        let Some(doublings) = failures.checked_sub(1) else { return TimeDelta::zero() };
        let factor = 1_u64 << doublings.min(31);
        let seconds = u64::from(self.base_seconds).saturating_mul(factor).min(u64::from(self.cap_seconds));
        TimeDelta::seconds(i64::try_from(seconds).unwrap_or(i64::MAX / 1000))
    }

    /// The wait after `failures` failures in a row. `unit_random` is drawn evenly from 0 to 1; values outside are clamped.
    /// The wait lies between a tenth of [`Backoff::longest`] and all of it, so that a retry is never immediate.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "milliseconds of six hours fit exactly"
    )]
    pub fn delay(self, failures: u32, unit_random: f64) -> TimeDelta {
        let longest = self.longest(failures).num_milliseconds() as f64;
        let unit = if unit_random.is_finite() { unit_random.clamp(0.0, 1.0) } else { 1.0 };
        TimeDelta::milliseconds((longest * (0.1 + 0.9 * unit)) as i64)
    }
}

/// How long a case is put off after `failures` failures in a row: [`Backoff::CASE`].
#[must_use]
pub fn backoff(failures: u32, unit_random: f64) -> TimeDelta {
    Backoff::CASE.delay(failures, unit_random)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_wait_doubles_up_to_its_cap() {
        let minutes: Vec<i64> = (0..8).map(|failures| Backoff::CASE.longest(failures).num_minutes()).collect();
        assert_eq!(minutes, [0, 15, 30, 60, 120, 240, 360, 360]);
        assert_eq!(Backoff::CALL.longest(1).num_seconds(), 2);
        assert_eq!(Backoff::CALL.longest(u32::MAX).num_seconds(), 300);
        assert_eq!(backoff(0, 1.0), TimeDelta::zero());
    }

    proptest! {
        #[test]
        fn a_wait_is_never_immediate_and_never_beyond_the_cap(failures in 1_u32.., unit in any::<f64>()) {
            let wait = backoff(failures, unit);
            prop_assert!(wait >= TimeDelta::seconds(90));
            prop_assert!(wait <= TimeDelta::hours(6));
        }

        #[test]
        fn more_chance_is_a_longer_wait(failures in 1_u32..20, low in 0.0_f64..=1.0, high in 0.0_f64..=1.0) {
            prop_assert!(backoff(failures, low.min(high)) <= backoff(failures, low.max(high)));
        }
    }
}
