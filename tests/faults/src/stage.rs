//! The stage: a life up to each phase, from where a phase can be lived again and again, each time with another fault.

mod damaged;
mod expected;
mod locked;
mod start;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempDir;

use crate::acknowledged::Acknowledged;
use crate::inspection::{self, Seen};
use crate::layer::{Fault, Program, Run};
use crate::life::{Phase, Start};
use crate::tree;

pub use expected::State;

/// What one fault led to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The phase had fewer calls this time.
    NotReached,
    /// The program was cut off; that is what was left.
    Left(State),
    /// The call did not matter: the phase ended well.
    Unharmed,
    /// A clear error: the code of its problem.
    Refused(String),
    /// Something that must not be.
    Finding(String),
}

/// One fault that led to something that must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The phase.
    pub phase: Phase,
    /// The fault.
    pub fault: String,
    /// The call it came at.
    pub call: String,
    /// What was wrong.
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} with {} at {}: {}", self.phase.name(), self.fault, self.call, self.what)
    }
}

/// A life lived without faults, kept as it was before each phase.
pub struct Stage {
    program: Program,
    folder: TempDir,
    trials: AtomicU64,
}

/// Memory where there is some to be had: the layer decides what reaches the disk, not the disk.
fn scratch() -> io::Result<TempDir> {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir())
}

/// Where the recovery code of the portfolio is kept, in the folder of the life.
pub(crate) const CODE: &str = "recovery-code";
/// What a program may say when its disk fails: a person is to look at the disk, and not for damage or for another program.
const OF_A_FAILING_DISK: [&str; 6] =
    ["data_folder", "disk_failed", "disk_full", "file_unreadable", "key_store_unavailable", "update_held_back"];
/// The portfolio that the first version made.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/schemas/1");

impl Stage {
    /// Prepares what the phases start from.
    pub fn set(program: Program, phases: &[Phase]) -> Result<Self, String> {
        let stage = Self { program, folder: scratch().map_err(words)?, trials: AtomicU64::new(0) };
        phases.iter().try_for_each(|phase| stage.prepare(*phase).map(drop))?;
        Ok(stage)
    }

    /// The life as it is before a phase, made if it is not there yet.
    fn prepare(&self, phase: Phase) -> Result<PathBuf, String> {
        let before = self.before(phase);
        if before.exists() {
            return Ok(before);
        }
        match phase.start() {
            Start::Nothing => fs::create_dir(&before).map_err(words)?,
            Start::After(earlier) => tree::copy(&self.after(earlier)?, &before).map_err(words)?,
            Start::BackupOf(earlier) => {
                tree::copy(&self.after(earlier)?, &before).map_err(words)?;
                start::leave_the_backup(&before)?;
            }
            Start::Damaged(earlier) => {
                tree::copy(&self.after(earlier)?, &before).map_err(words)?;
                start::damage(&before)?;
                self.count_what_can_be_saved(phase, &before)?;
            }
            Start::FirstSchema => start::put_fixture(Path::new(FIXTURE), &before)?,
        }
        Ok(before)
    }

    /// The life as it is after a phase.
    fn after(&self, phase: Phase) -> Result<PathBuf, String> {
        let after = self.folder.path().join(format!("after-{}", phase.name()));
        if !after.exists() {
            tree::copy(&self.prepare(phase)?, &after).map_err(words)?;
            let run = self.program.live(phase, &after, Fault::Count).map_err(words)?;
            let said = Acknowledged::of(&run.lines)?;
            if !said.ended {
                return Err(format!("{} without a fault: {:?} {}", phase.name(), run.lines.last(), run.stderr));
            }
            if let Some(code) = said.created {
                fs::write(after.join(CODE), code).map_err(words)?;
            }
        }
        Ok(after)
    }

    /// How many cases a salvage saves is what it saves without a fault.
    fn count_what_can_be_saved(&self, phase: Phase, before: &Path) -> Result<(), String> {
        let trial = self.place();
        tree::copy(before, &trial).map_err(words)?;
        let run = self.program.live(phase, &trial, Fault::Count).map_err(words)?;
        fs::remove_dir_all(&trial).map_err(words)?;
        let saved = Acknowledged::of(&run.lines)?.salvaged;
        saved.map_or(Ok(()), |saved| fs::write(before.join(damaged::COUNT), saved.to_string())).map_err(words)
    }

    /// What can be seen of the portfolio that a phase is about.
    fn look(&self, phase: Phase, folder: &Path) -> Result<Seen, String> {
        match phase.start() {
            Start::Damaged(_) => damaged::look(phase, &self.before(phase), folder),
            Start::Nothing | Start::After(_) | Start::BackupOf(_) | Start::FirstSchema => inspection::look(folder),
        }
    }

    fn before(&self, phase: Phase) -> PathBuf {
        self.folder.path().join(format!("before-{}", phase.name()))
    }

    /// The program.
    #[must_use]
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// A place for one more trial, where nothing is yet.
    pub fn place(&self) -> PathBuf {
        self.folder.path().join(format!("trial-{}", self.trials.fetch_add(1, Ordering::Relaxed)))
    }

    /// A copy of the life as it is before a phase.
    pub fn fresh(&self, phase: Phase) -> io::Result<PathBuf> {
        let to = self.place();
        tree::copy(&self.before(phase), &to)?;
        Ok(to)
    }

    /// How many calls of the fault's kind a phase makes.
    pub fn calls(&self, phase: Phase, count: Fault) -> Result<u64, String> {
        let folder = self.fresh(phase).map_err(words)?;
        let run = self.program.live(phase, &folder, count).map_err(words)?;
        fs::remove_dir_all(folder).map_err(words)?;
        Ok(run.calls)
    }

    /// Lives a phase with a fault, looks, lives it again without, and looks again.
    #[must_use]
    pub fn attempt(&self, phase: Phase, fault: Fault) -> (Outcome, String) {
        let Ok(folder) = self.fresh(phase) else { return (Outcome::Finding("no room to try".into()), String::new()) };
        let mut call = String::new();
        let outcome = self.tried(phase, fault, &folder, &mut call).unwrap_or_else(Outcome::Finding);
        drop(fs::remove_dir_all(&folder));
        (outcome, call)
    }

    fn tried(&self, phase: Phase, fault: Fault, folder: &Path, call: &mut String) -> Result<Outcome, String> {
        let run = self.program.live(phase, folder, fault).map_err(words)?;
        let Some(fired) = run.fired.clone() else { return Ok(Outcome::NotReached) };
        *call = fired;
        let said = Acknowledged::of(&run.lines)?;
        ended_as_it_may(&run, &said, fault)?;
        let left = self.left(phase, folder, &said)?;
        Ok(match said.problem {
            _ if fault.kills() => left,
            Some(code) if !OF_A_FAILING_DISK.contains(&code.as_str()) => {
                return Err(format!("the disk failed, and the problem was said to be {code}"));
            }
            Some(code) => Outcome::Refused(code),
            None => Outcome::Unharmed,
        })
    }

    /// Which state is there, after what the program said: that before the phase, that after it, or one that may be between. Then the
    /// phase is lived to its end.
    pub fn left(&self, phase: Phase, folder: &Path, said: &Acknowledged) -> Result<Outcome, String> {
        let state = self.seen_in_a_copy(phase, folder, said)?;
        let (again, seen) = self.lived_again(phase, folder)?;
        expected::told_as_often_as_may_be(said, &again)?;
        if phase == Phase::BehindLock {
            locked::told_as_often_as_may_be(said, &again, &seen)?;
        }
        Ok(Outcome::Left(state))
    }

    /// Looking opens the portfolio, which mends it; the program has to do that by itself.
    fn seen_in_a_copy(&self, phase: Phase, folder: &Path, said: &Acknowledged) -> Result<State, String> {
        let copy = self.place();
        tree::copy(folder, &copy).map_err(words)?;
        let seen = self.look(phase, &copy)?;
        expected::acknowledged_is_there(&seen, said)?;
        let state = expected::state(phase, &copy, &seen, said);
        fs::remove_dir_all(&copy).map_err(words)?;
        state
    }

    /// Lives the phase without a fault: it must end well, and leave nothing lying about.
    fn lived_again(&self, phase: Phase, folder: &Path) -> Result<(Acknowledged, Seen), String> {
        let run = self.program.live(phase, folder, Fault::Count).map_err(words)?;
        let said = Acknowledged::of(&run.lines)?;
        if !said.ended || run.code != Some(0) {
            return Err(format!("the next run of the phase failed: {:?} {}", run.lines.last(), run.stderr));
        }
        let seen = self.look(phase, folder)?;
        expected::acknowledged_is_there(&seen, &said)?;
        expected::finished(phase, folder, &seen, &said)?;
        Ok((said, seen))
    }
}

/// A kill, or an end that the program chose: no panic, no other signal, a code for each problem, and well when tried again.
fn ended_as_it_may(run: &Run, said: &Acknowledged, fault: Fault) -> Result<(), String> {
    const SIGKILL: i32 = 9;
    if run.stderr.contains("panicked") {
        return Err(format!("a panic: {}", run.stderr.trim()));
    }
    match (run.signal, run.code) {
        (Some(SIGKILL), _) if fault.kills() => return Ok(()),
        (Some(signal), _) => return Err(format!("ended by signal {signal}")),
        (None, Some(0)) if said.ended => return Ok(()),
        (None, Some(1)) if said.problem.is_some() => {}
        (None, code) => return Err(format!("ended with {code:?} and {:?} {}", run.lines.last(), run.stderr)),
    }
    match said.again.as_deref() {
        Some("done") => Ok(()),
        other => Err(format!("{:?}, and tried again in the same program: {other:?}", said.problem)),
    }
}

/// Does the work for every item, on as many threads as there are processors.
pub fn in_parallel<T: Sync>(items: &[T], work: &(dyn Fn(&T) + Sync)) {
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let left = Mutex::new(items.iter());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = left.lock().ok().and_then(|mut left| left.next());
                    let Some(item) = next else { return };
                    work(item);
                }
            });
        }
    });
}

/// An error of the file system, for a finding.
pub(crate) fn words(error: impl std::fmt::Display) -> String {
    format!("the harness itself failed: {error}")
}
