//! Every fault at every call of the scripted life: `casefolio-faults [PHASE ...] [--most N]`, a part of `cargo xtask faults`.
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

    use casefolio_faults::campaign::{ALL, campaign};
    use casefolio_faults::layer::Program;
    use casefolio_faults::life::Phase;
    use casefolio_faults::power::power_cuts;
    use casefolio_faults::stage::Stage;
    use casefolio_faults::table::Table;

    /// How often the power fails in each phase.
    const POWER_CUTS: u64 = 300;
    const SEED: u64 = 0x5eed;

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
        let phases: Vec<Phase> = Phase::ALL
            .into_iter()
            .filter(|phase| names.is_empty() || names.iter().any(|name| name == phase.name()))
            .collect();
        if phases.is_empty() {
            return Err("no such phase".into());
        }
        let stage = Stage::set(Program::at(own.with_file_name("casefolio-life")), &phases)?;
        let table = Mutex::new(Table::default());
        for phase in phases {
            for kind in ALL {
                campaign(&stage, phase, kind, most, &table)?;
            }
            power_cuts(&stage, phase, most.min(POWER_CUTS), SEED, &table)?;
        }
        table.into_inner().map_err(|_| "a thread of the harness panicked".into())
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
