//! Power cuts: disks that a phase may leave when the power fails in its midst, each looked at and lived on from.

use std::fs;
use std::sync::Mutex;

use crate::acknowledged::Acknowledged;
use crate::dice::Dice;
use crate::disk::{Cut, Disk};
use crate::life::Phase;
use crate::stage::{Outcome, Stage, in_parallel, words};
use crate::table::Table;
use crate::trace::{Step, steps};

/// The name of this kind of fault in the table.
pub const NAME: &str = "power cut";

/// What becomes of what was not made sure of, from all to nothing.
const CUTS: [Cut; 6] = [
    Cut { sectors: 0, names: 0, any_order: false },
    Cut { sectors: 0, names: 100, any_order: false },
    Cut { sectors: 100, names: 0, any_order: false },
    Cut { sectors: 50, names: 50, any_order: false },
    Cut { sectors: 90, names: 90, any_order: true },
    Cut { sectors: 20, names: 50, any_order: true },
];

/// One power cut: after how many steps, and how.
#[derive(Debug, Clone, Copy)]
struct Moment {
    after: usize,
    cut: Cut,
    seed: u64,
}

/// A phase that was lived once, and every step of it.
struct Traced<'a> {
    stage: &'a Stage,
    phase: Phase,
    before: Disk,
    steps: Vec<Step>,
}

/// Cuts the power `times` times in a phase, at moments drawn by `seed`, and enters what was left.
pub fn power_cuts(stage: &Stage, phase: Phase, times: u64, seed: u64, table: &Mutex<Table>) -> Result<(), String> {
    let traced = Traced::of(stage, phase)?;
    let mut dice = Dice::seeded(seed);
    let moments: Vec<Moment> = (0..times)
        .map(|number| Moment {
            after: dice.below(traced.steps.len() + 1),
            cut: CUTS[usize::try_from(number).unwrap_or_default() % CUTS.len()],
            seed: seed.wrapping_add(number),
        })
        .collect();
    table.lock().map_err(|_| "broken table")?.calls(phase, NAME, traced.steps.len() as u64);
    in_parallel(&moments, &|moment| {
        let outcome = traced.cut(moment).unwrap_or_else(Outcome::Finding);
        if let Ok(mut table) = table.lock() {
            table.enter((phase, NAME), &format!("{moment:?}"), outcome, traced.last_step(moment));
        }
    });
    Ok(())
}

impl<'a> Traced<'a> {
    fn of(stage: &'a Stage, phase: Phase) -> Result<Self, String> {
        let folder = stage.fresh(phase).map_err(words)?;
        let before = Disk::holding(&folder).map_err(words)?;
        let file = folder.with_extension("trace");
        let run = stage.program().trace(phase, &folder, &file).map_err(words)?;
        if run.lines.last().is_none_or(|line| line != "done") {
            return Err(format!("{} being traced: {:?} {}", phase.name(), run.lines.last(), run.stderr));
        }
        let steps = steps(&fs::read(&file).map_err(words)?, &folder)?;
        fs::remove_file(file).and_then(|()| fs::remove_dir_all(folder)).map_err(words)?;
        Ok(Self { stage, phase, before, steps })
    }

    fn cut(&self, moment: &Moment) -> Result<Outcome, String> {
        let mut disk = self.before.clone();
        let done = &self.steps[..moment.after];
        for step in done {
            disk.take(step);
        }
        let said: String = done.iter().filter_map(said).collect();
        let said = Acknowledged::of(&said.lines().collect::<Vec<_>>())?;
        let folder = self.stage.place();
        disk.cut(&folder, moment.cut, &mut Dice::seeded(moment.seed)).map_err(words)?;
        let outcome = self.stage.left(self.phase, &folder, &said);
        fs::remove_dir_all(&folder).map_err(words)?;
        outcome
    }

    /// What was done last before a moment, for a finding.
    fn last_step(&self, moment: &Moment) -> String {
        let name = |step: &Step| {
            if let Step::Write(path, offset, bytes) = step {
                return format!("write {} at {offset}, {} bytes", path.join("/"), bytes.len());
            }
            format!("{step:?}")
        };
        self.steps[..moment.after].last().map_or_else(|| "the beginning".to_owned(), name)
    }
}

fn said(step: &Step) -> Option<&str> {
    match step {
        Step::Said(text) => Some(text),
        Step::File(_)
        | Step::Folder(_)
        | Step::Write(..)
        | Step::Length(..)
        | Step::Rename(..)
        | Step::Link(..)
        | Step::Remove(_)
        | Step::Sync(_)
        | Step::SyncFolder(_) => None,
    }
}
