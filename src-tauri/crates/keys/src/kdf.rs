//! From a passphrase to a wrapping key: Argon2id, and what it may cost.

use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, Version};

use crate::locked::Locked;

const MEMORY_KIB: std::ops::RangeInclusive<u32> = 19 * 1024..=1024 * 1024;
const PASSES: std::ops::RangeInclusive<u32> = 1..=16;
const LANES: std::ops::RangeInclusive<u32> = 1..=8;

/// No calibration asks for more memory than this, so that a small computer can still open the portfolio.
const CALIBRATED_MEMORY_KIB: u32 = 256 * 1024;
/// A derivation that takes at least this long is slow enough.
const CALIBRATED_TIME: Duration = Duration::from_millis(500);

#[cfg(any(test, feature = "testing"))]
thread_local! {
    static DERIVATIONS: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// How many derivations this thread has made so far: what opening costs, without a clock.
#[cfg(any(test, feature = "testing"))]
#[must_use]
pub fn derivations() -> u32 {
    DERIVATIONS.get()
}

/// Why a cost is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KdfProblem {
    /// Memory outside 19 MiB to 1 GiB.
    #[error("memory cost out of range")]
    Memory,
    /// Passes outside 1 to 16.
    #[error("number of passes out of range")]
    Passes,
    /// Lanes outside 1 to 8.
    #[error("number of lanes out of range")]
    Lanes,
}

/// What turning the passphrase into a key costs (Argon2id). A value of this type is always within the accepted range,
/// which holds off both a downgrade and a file that asks for all the memory there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KdfStrength {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl KdfStrength {
    /// The least a new portfolio gets: 64 MiB, 3 passes, 4 lanes.
    pub const FLOOR: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };
    /// The least that is accepted on load: 19 MiB, 1 pass, 1 lane. For tests and the practice mode.
    pub const SMALLEST_ACCEPTED: Self =
        Self { memory_kib: *MEMORY_KIB.start(), passes: *PASSES.start(), lanes: *LANES.start() };

    /// A cost, checked. Memory in KiB.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfProblem> {
        if !MEMORY_KIB.contains(&memory_kib) {
            return Err(KdfProblem::Memory);
        }
        if !PASSES.contains(&passes) {
            return Err(KdfProblem::Passes);
        }
        if !LANES.contains(&lanes) {
            return Err(KdfProblem::Lanes);
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    /// Raises this cost until one derivation takes half a second on this computer, to 256 MiB and 16 passes at most.
    /// The `stopwatch` does the work it is handed once and says how long that took.
    #[must_use]
    pub fn calibrated(self, stopwatch: &mut dyn FnMut(&mut dyn FnMut()) -> Duration) -> Self {
        let mut strength = self;
        while let Some(stronger) = strength.stronger() {
            // A derivation that fails (no memory for it) ends the search as a slow one does.
            let mut failed = false;
            let took = stopwatch(&mut || failed = strength.derive(b"calibration", &[0; 16]).is_err());
            if failed || took >= CALIBRATED_TIME {
                break;
            }
            strength = stronger;
        }
        strength
    }

    /// Memory in KiB.
    #[must_use]
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    #[must_use]
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes.
    #[must_use]
    pub fn lanes(self) -> u32 {
        self.lanes
    }

    fn stronger(self) -> Option<Self> {
        if self.memory_kib < CALIBRATED_MEMORY_KIB {
            Some(Self { memory_kib: self.memory_kib * 2, ..self })
        } else if self.passes < *PASSES.end() {
            Some(Self { passes: self.passes + 1, ..self })
        } else {
            None
        }
    }

    pub(crate) fn derive(self, secret: &[u8], salt: &[u8]) -> Result<Locked, argon2::Error> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))?;
        #[cfg(any(test, feature = "testing"))]
        DERIVATIONS.set(DERIVATIONS.get() + 1);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        Locked::filled(|key| argon.hash_password_into(secret, salt, key))
    }
}

impl Default for KdfStrength {
    fn default() -> Self {
        Self::FLOOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::AssociatedData;

    /// RFC 9106, section 5.3.
    /// catalogue 6
    #[test]
    fn argon2id_gives_the_bytes_of_the_standard() {
        let params = argon2::ParamsBuilder::new()
            .m_cost(32)
            .t_cost(3)
            .p_cost(4)
            .data(AssociatedData::new(&[4; 12]).unwrap())
            .output_len(32)
            .build()
            .unwrap();
        #[cfg(any(test, feature = "testing"))]
        DERIVATIONS.set(DERIVATIONS.get() + 1);
        let argon = Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params).unwrap();
        let mut tag = [0; 32];
        argon.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
        assert_eq!(
            data_encoding::HEXLOWER.encode(&tag),
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
        );
    }

    /// catalogue 4
    #[test]
    fn a_cost_outside_the_range_is_refused() {
        assert_eq!(KdfStrength::new(19 * 1024 - 1, 1, 1), Err(KdfProblem::Memory));
        assert_eq!(KdfStrength::new(1024 * 1024 + 1, 1, 1), Err(KdfProblem::Memory));
        assert_eq!(KdfStrength::new(64 * 1024, 0, 1), Err(KdfProblem::Passes));
        assert_eq!(KdfStrength::new(64 * 1024, 17, 1), Err(KdfProblem::Passes));
        assert_eq!(KdfStrength::new(64 * 1024, 3, 0), Err(KdfProblem::Lanes));
        assert_eq!(KdfStrength::new(64 * 1024, 3, 9), Err(KdfProblem::Lanes));
        assert_eq!(KdfStrength::new(19 * 1024, 1, 1), Ok(KdfStrength::SMALLEST_ACCEPTED));
        assert_eq!(KdfStrength::new(1024 * 1024, 16, 8).unwrap().memory_kib(), 1024 * 1024);
    }

    #[test]
    fn a_slow_computer_keeps_the_floor() {
        let strength = KdfStrength::FLOOR.calibrated(&mut |_| Duration::from_secs(2));
        assert_eq!(strength, KdfStrength::FLOOR);
    }

    #[test]
    fn a_fast_computer_gets_more_memory_first_and_more_passes_then() {
        let strength = KdfStrength::FLOOR.calibrated(&mut |_| Duration::from_millis(1));
        assert_eq!((strength.memory_kib(), strength.passes(), strength.lanes()), (256 * 1024, 16, 4));
    }

    #[test]
    fn the_stopwatch_gets_real_work() {
        let mut runs = 0;
        let _ = KdfStrength::FLOOR.calibrated(&mut |work| {
            runs += 1;
            work();
            Duration::from_secs(1)
        });
        assert_eq!(runs, 1);
    }
}
