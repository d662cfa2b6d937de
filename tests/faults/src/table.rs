//! What faults led to, phase by phase.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use crate::life::Phase;
use crate::stage::{Finding, Outcome, State};

/// A line of the table: one phase with one kind of fault.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// How many calls the phase makes that this fault may come at.
    pub calls: u64,
    /// How many of them it came at.
    pub tried: u64,
    /// How many left the old state, one between, and the new one.
    pub left: [u64; 3],
    /// How many did not matter.
    pub unharmed: u64,
    /// Codes of problems, and how often each was the answer.
    pub refused: BTreeMap<String, u64>,
    /// How many led to something that must not be.
    pub findings: u64,
}

/// Lines by phase and kind of fault, and everything that must not be.
#[derive(Debug, Clone, Default)]
pub struct Table {
    lines: BTreeMap<(Phase, &'static str), Line>,
    findings: Vec<Finding>,
}

impl Table {
    /// Says how many calls a phase makes.
    pub fn calls(&mut self, phase: Phase, kind: &'static str, calls: u64) {
        self.lines.entry((phase, kind)).or_default().calls = calls;
    }

    /// Enters what a fault led to.
    pub fn enter(&mut self, (phase, kind): (Phase, &'static str), fault: &str, outcome: Outcome, call: String) {
        let line = self.lines.entry((phase, kind)).or_default();
        line.tried += u64::from(outcome != Outcome::NotReached);
        match outcome {
            Outcome::NotReached => {}
            Outcome::Unharmed => line.unharmed += 1,
            Outcome::Left(state) => line.leave(state),
            Outcome::Refused(code) => *line.refused.entry(code).or_default() += 1,
            Outcome::Finding(what) => {
                line.findings += 1;
                self.findings.push(Finding { phase, fault: fault.to_owned(), call, what });
            }
        }
    }

    /// What must not be.
    #[must_use]
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many faults came.
    #[must_use]
    pub fn tried(&self) -> u64 {
        self.lines.values().map(|line| line.tried).sum()
    }
}

impl Line {
    fn leave(&mut self, state: State) {
        let at = match state {
            State::Old => 0,
            State::Between => 1,
            State::New => 2,
        };
        if let Some(count) = self.left.get_mut(at) {
            *count += 1;
        }
    }
}

impl Display for Table {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(to, "{:<20}{:<11}{:>6}{:>7}  outcome", "phase", "fault", "calls", "tried")?;
        for ((phase, kind), line) in &self.lines {
            write!(to, "{:<20}{kind:<11}{:>6}{:>7} ", phase.name(), line.calls, line.tried)?;
            let [old, between, new] = line.left;
            for (count, what) in [(old, "old"), (between, "between"), (new, "new"), (line.unharmed, "did not matter")] {
                if count > 0 {
                    write!(to, " {what} {count}")?;
                }
            }
            for (code, count) in &line.refused {
                write!(to, " {code} {count}")?;
            }
            writeln!(to, "{}", if line.findings > 0 { format!(" FINDINGS {}", line.findings) } else { String::new() })?;
        }
        for finding in &self.findings {
            writeln!(to, "FINDING {finding}")?;
        }
        Ok(())
    }
}
