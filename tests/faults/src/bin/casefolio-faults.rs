//! Every fault at every call of the scripted life: `casefolio-faults [PHASE ...] [FAULT ...] [--most N]`, a part of `cargo xtask faults`.
//! Phases and kinds of faults go by their names in the table; without any, all come.
//! With `--most`, each kind of fault comes at N calls of each phase at most.
//! Prints the table of phases, calls and outcomes; ends with 1 if anything was found that must not be.

#[cfg(target_os = "linux")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer tool speaks on the terminal")]
fn main() -> std::process::ExitCode {
    match full::run() {
        Ok(table) => {
            println!("{table}");
            println!("{} faults, {} findings", table.tried(), table.findings().len());
            if table.findings().is_empty() { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(target_os = "linux")]
mod full {
    use std::sync::Mutex;
    use std::time::Instant;

    use casefolio_faults::campaign::{FULL, FULL_FROM, HALF, IO, KILL, Kind, SHORT, campaign};
    use casefolio_faults::layer::Program;
    use casefolio_faults::life::Phase;
    use casefolio_faults::power::{self, power_cuts};
    use casefolio_faults::stage::Stage;
    use casefolio_faults::table::Table;

    /// How often the power fails in each phase.
    const POWER_CUTS: u64 = 300;
    const SEED: u64 = 0x5eed;
    /// Every kind of fault; none stands for power cuts.
    const KINDS: [Option<Kind>; 7] = [Some(KILL), Some(HALF), Some(IO), Some(FULL), Some(FULL_FROM), Some(SHORT), None];

    #[expect(clippy::print_stderr, clippy::disallowed_methods, reason = "it takes long, and says how far it has come")]
    pub(super) fn run() -> Result<Table, String> {
        let own = std::env::current_exe().map_err(|error| error.to_string())?;
        let mut names: Vec<String> = std::env::args().skip(1).collect();
        let most = match names.iter().position(|word| word == "--most") {
            Some(at) => {
                let number = names.drain(at..).nth(1).and_then(|number| number.parse().ok());
                number.ok_or("--most wants a number, and stands last")?
            }
            None => u64::MAX,
        };
        let phases = named(&mut names, &Phase::ALL, |phase| phase.name());
        let kinds = named(&mut names, &KINDS, |kind| name(*kind));
        if let Some(unknown) = names.first() {
            return Err(format!("there is no phase and no fault called {unknown}"));
        }
        let stage = Stage::set(Program::at(own.with_file_name("casefolio-life")), &phases)?;
        let table = Mutex::new(Table::default());
        let begun = Instant::now();
        for phase in phases {
            for kind in &kinds {
                let so_far = table.lock().map_or(0, |table| table.tried());
                eprintln!("{:>6} s, {so_far} faults: {} {}", begun.elapsed().as_secs(), phase.name(), name(*kind));
                match kind {
                    Some(kind) => campaign(&stage, phase, *kind, most, &table)?,
                    None => power_cuts(&stage, phase, most.min(POWER_CUTS), SEED, &table)?,
                }
            }
        }
        table.into_inner().map_err(|_| "a thread of the harness panicked".into())
    }

    fn name(kind: Option<Kind>) -> &'static str {
        kind.map_or(power::NAME, |(name, ..)| name)
    }

    /// Those of `all` that are named, which are taken out of the names; all of them if none is.
    fn named<T: Copy>(names: &mut Vec<String>, all: &[T], name: impl Fn(&T) -> &'static str) -> Vec<T> {
        let chosen: Vec<T> = all.iter().copied().filter(|one| names.iter().any(|word| word == name(one))).collect();
        names.retain(|word| !all.iter().any(|one| word == name(one)));
        if chosen.is_empty() { all.to_vec() } else { chosen }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
