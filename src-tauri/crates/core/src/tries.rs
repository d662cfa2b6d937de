//! How long a person waits after wrong tries at a passphrase or a recovery code.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use casefolio_keys::Error as KeysError;
use chrono::{DateTime, TimeDelta, Utc};

use crate::clock::Clock;
use crate::error::Error;

/// Wrong tries that cost no waiting.
const FREE: u32 = 5;
/// The longest wait, in seconds.
const LONGEST: u32 = 60;

/// The tries at one portfolio. Kept in memory alone: whoever can start the program anew, or copy the files, is held off by the
/// cost of the derivation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tries {
    /// Wrong ones since the last right one.
    wrong: u32,
    /// When the wait began.
    since: DateTime<Utc>,
}

impl Tries {
    /// Seconds to wait before the next try; none when it may be made.
    fn wait(&mut self, now: DateTime<Utc>) -> Option<u32> {
        // A clock that was set back begins the wait once more, and does not add the hours it was set back by.
        self.since = self.since.min(now);
        let left = self.since + TimeDelta::seconds(self.delay().into()) - now;
        let seconds = left.num_milliseconds().max(0).unsigned_abs().div_ceil(1_000);
        u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)
    }

    fn wrong(&mut self, now: DateTime<Utc>) {
        *self = Self { wrong: self.wrong.saturating_add(1), since: now };
    }

    fn right(&mut self) {
        *self = Self::default();
    }

    /// 1 s after the first wrong try that is not free, then twice as long each time.
    fn delay(&self) -> u32 {
        let Some(doubled) = self.wrong.checked_sub(FREE + 1) else { return 0 };
        2_u32.checked_pow(doubled).map_or(LONGEST, |seconds| seconds.min(LONGEST))
    }
}

/// The tries at every portfolio, by its folder. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct AllTries(Arc<Mutex<HashMap<PathBuf, Arc<Mutex<Tries>>>>>);

impl AllTries {
    /// Makes one try at the portfolio in `folder`, one at a time, and counts it. While there is a wait nothing is tried.
    pub(crate) fn make<T>(
        &self,
        folder: &Path,
        clock: &dyn Clock,
        attempt: impl FnOnce() -> Result<T, KeysError>,
    ) -> Result<T, Error> {
        let tries = self.at(folder);
        // Held while it is tried: many at once would be counted too late.
        let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(seconds) = tries.wait(clock.now()) {
            return Err(Error::TooManyTries { seconds });
        }
        let outcome = attempt();
        match &outcome {
            Ok(_) => tries.right(),
            Err(KeysError::WrongPassphrase | KeysError::WrongRecoveryCode) => tries.wrong(clock.now()),
            Err(_) => {}
        }
        Ok(outcome?)
    }

    /// Seconds until the next try at the portfolio in `folder` is made at all. None while one is being made.
    pub(crate) fn wait(&self, folder: &Path, clock: &dyn Clock) -> Option<u32> {
        let tries = self.at(folder);
        tries.try_lock().ok()?.wait(clock.now())
    }

    fn at(&self, folder: &Path) -> Arc<Mutex<Tries>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(all.entry(folder.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::FakeClock;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn after(wrong: u32, now: DateTime<Utc>) -> Tries {
        let mut tries = Tries::default();
        (0..wrong).for_each(|_| tries.wrong(now));
        tries
    }

    /// catalogue 16
    #[test]
    fn five_wrong_tries_are_free_and_then_each_wait_is_twice_as_long_up_to_a_minute() {
        let waits: Vec<u32> = (0..=14).map(|wrong| after(wrong, at(0)).wait(at(0)).unwrap_or(0)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(after(u32::from(u16::MAX), at(0)).wait(at(0)), Some(60));
    }

    /// catalogue 16
    #[test]
    fn the_wait_runs_out_and_a_right_try_ends_it_for_good() {
        let mut tries = after(9, at(0));
        let told: Vec<Option<u32>> = [0, 1, 7, 8, 9].map(|now| tries.wait(at(now))).to_vec();
        assert_eq!(told, [Some(8), Some(7), Some(1), None, None]);
        let nearly = at(7) + TimeDelta::milliseconds(1);
        assert_eq!(tries.wait(nearly), Some(1), "a part of a second is waited for too");
        tries.wrong(at(8));
        assert_eq!(tries.wait(at(8)), Some(16));
        tries.right();
        assert_eq!(tries.wait(at(8)), None);
        tries.wrong(at(9));
        assert_eq!(tries.wait(at(9)), None, "five are free again");
    }

    #[test]
    fn a_clock_set_back_never_locks_out_for_longer_than_the_wait() {
        for wrong in [6, 9, 30] {
            let mut tries = after(wrong, at(0));
            let wait = tries.wait(at(0)).unwrap();
            let hour_before = -3_600;
            assert_eq!(tries.wait(at(hour_before)), Some(wait));
            assert_eq!(tries.wait(at(hour_before + i64::from(wait))), None);
        }
    }

    /// catalogue 16
    #[test]
    fn a_wait_is_known_without_a_try_and_nobody_waits_for_one_that_is_being_made() {
        let (all, clock, folder) = (AllTries::default(), FakeClock::at(at(0)), Path::new("portfolio"));
        let wrong = || all.make(folder, &clock, || Err::<(), _>(KeysError::WrongPassphrase)).map_err(drop);
        for _ in 0..5 {
            assert_eq!((wrong(), all.wait(folder, &clock)), (Err(()), None));
        }
        assert_eq!((wrong(), all.wait(folder, &clock)), (Err(()), Some(1)));
        assert_eq!(all.wait(Path::new("another"), &clock), None);
        clock.advance(TimeDelta::seconds(1));
        assert_eq!(all.wait(folder, &clock), None);
        let asked = all.make(folder, &clock, || Ok(all.wait(folder, &clock)));
        assert_eq!(asked.map_err(drop), Ok(None));
    }

    #[test]
    fn a_clock_set_back_or_forward_by_centuries_is_survived() {
        let mut tries = after(30, DateTime::<Utc>::MAX_UTC - TimeDelta::days(1));
        assert_eq!(tries.wait(DateTime::<Utc>::MIN_UTC), Some(60));
        assert_eq!(tries.wait(DateTime::<Utc>::MAX_UTC), None);
    }
}
