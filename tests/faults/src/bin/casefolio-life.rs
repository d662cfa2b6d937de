//! Lives one phase of the scripted life of a portfolio: `casefolio-life PHASE FOLDER`. What it prints is committed.

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    use casefolio_faults::life::{Life, Phase};

    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = arguments.as_slice() else { return std::process::ExitCode::from(2) };
    let Some(phase) = Phase::named(name) else { return std::process::ExitCode::from(2) };
    if Life::at(folder.as_ref(), phase).live(phase) {
        std::process::ExitCode::SUCCESS
    } else {
        std::process::ExitCode::FAILURE
    }
}

#[cfg(not(target_os = "linux"))]
fn main() {}
