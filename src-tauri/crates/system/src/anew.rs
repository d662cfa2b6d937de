//! Starting the program anew in its own place.

/// The variable that tells a program that it was started anew.
pub const STARTED_ANEW: &str = "CASEFOLIO_STARTED_ANEW";

/// Starts the running program anew with the same arguments, in the same process. Returns only where that cannot be done, as on Windows.
pub fn start() {
    #[cfg(unix)]
    if let Ok(program) = std::env::current_exe() {
        use std::os::unix::process::CommandExt as _;
        let mut anew = std::process::Command::new(program);
        let _failed = anew.args(std::env::args_os().skip(1)).env(STARTED_ANEW, "1").exec();
    }
}
