//! Kinds of faults, each tried at every call of a phase or at a spread of them.

use std::sync::Mutex;

use crate::layer::Fault;
use crate::life::Phase;
use crate::stage::{Stage, in_parallel};
use crate::table::Table;

/// A kind of fault.
pub type Kind = (&'static str, fn(u64) -> Fault, Fault);

/// The program is killed before a call.
pub const KILL: Kind = ("kill", Fault::Kill, Fault::Count);
/// The program is killed in the midst of a write.
pub const HALF: Kind = ("half+kill", Fault::HalfAndKill, Fault::CountWrites);
/// A call fails by the disk.
pub const IO: Kind = ("EIO", Fault::Io, Fault::CountAny);
/// A call finds no space.
pub const FULL: Kind = ("ENOSPC", Fault::Full, Fault::Count);
/// The disk is full from a call on.
pub const FULL_FROM: Kind = ("disk full", Fault::FullFrom, Fault::Count);
/// A write is done by half, and the next one finds no space.
pub const SHORT: Kind = ("short", Fault::Short, Fault::CountWrites);

/// Numbers of calls: all of them if there are no more than `most`, else that many, evenly spread, the first and the last among them.
#[must_use]
pub fn spread(calls: u64, most: u64) -> Vec<u64> {
    if calls <= most || most < 2 {
        return (1..=calls).collect();
    }
    (0..most).map(|at| 1 + at * (calls - 1) / (most - 1)).collect()
}

/// Tries a kind of fault at up to `most` calls of a phase and enters what it led to.
pub fn campaign(stage: &Stage, phase: Phase, kind: Kind, most: u64, table: &Mutex<Table>) -> Result<(), String> {
    let (name, fault, count) = kind;
    let calls = stage.calls(phase, count)?;
    let faults: Vec<Fault> = spread(calls, most).into_iter().map(fault).collect();
    let broken = |_| "a thread of the harness panicked".to_owned();
    table.lock().map_err(broken)?.calls(phase, name, calls);
    in_parallel(&faults, &|fault| {
        let (outcome, call) = stage.attempt(phase, *fault);
        if let Ok(mut table) = table.lock() {
            table.enter((phase, name), &format!("{fault:?}"), outcome, call);
        }
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn a_spread_has_the_first_call_and_the_last() {
        assert_eq!(spread(4, 10), [1, 2, 3, 4]);
        assert_eq!(spread(100, 4), [1, 34, 67, 100]);
        assert_eq!(spread(0, 4), Vec::<u64>::new());
    }
}
