//! Lives one phase of the scripted life of a portfolio: `casefolio-life PHASE FOLDER`. What it prints is committed.
//! `casefolio-life guarded FOLDER` opens a portfolio with a passphrase from standard input, and locks it when told to;
//! `casefolio-life leaving FOLDER` ends while other threads work on a portfolio.

#[cfg(target_os = "linux")]
mod linux {
    use std::alloc::System;
    use std::process::ExitCode;

    use casefolio_faults::life::{Life, Phase, leave_in_the_midst, open_and_lock, say};
    use zeroizing_alloc::ZeroAlloc;

    /// What the program frees is wiped, as in the programs for users (docs/decisions/0010).
    #[global_allocator]
    static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

    pub(super) fn run() -> ExitCode {
        const USAGE: u8 = 2;
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let [name, folder] = arguments.as_slice() else { return ExitCode::from(USAGE) };
        let well = match (name.as_str(), Phase::named(name)) {
            ("guarded", _) => open_and_lock(folder.as_ref()).inspect_err(|error| say(error)).is_ok(),
            ("leaving", _) => leave_in_the_midst(folder.as_ref()).inspect_err(|error| say(error)).is_ok(),
            (_, Some(phase)) => Life::at(folder.as_ref(), phase).live(phase),
            (_, None) => return ExitCode::from(USAGE),
        };
        if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::run()
}

#[cfg(not(target_os = "linux"))]
fn main() {}
