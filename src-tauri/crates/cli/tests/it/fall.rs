//! The program falls: nothing of its memory lies on the disk.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use crate::bench::{program, start};

/// What `sh` runs: a shell that lets core files be as large as they like becomes the program.
const UNLIMITED: &str = "ulimit -c unlimited; exec \"$0\" \"$@\"";
const SIGABRT: i32 = 6;

/// catalogue 14
#[test]
fn a_program_that_is_aborted_leaves_no_core_file() {
    let folder = tempfile::tempdir().unwrap();
    let target = program(folder.path(), &["practice", "--port", "0", "--json"]);
    let mut command = Command::new("sh");
    command.args(["-c", UNLIMITED]).arg(target.get_program()).args(target.get_args()).current_dir(folder.path());
    command.env("HOME", folder.path()).env("CASEFOLIO_HOME", folder.path().join("data"));
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = start(command, "");
    // It has begun to work when it prints.
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty());
    #[cfg(target_os = "linux")]
    assert_eq!(core_limits(child.id()), ["1", "1"]);
    assert!(Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap().success());
    let end = child.wait().unwrap();
    assert_eq!(end.signal(), Some(SIGABRT));
    assert!(!end.core_dumped());
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("core")), "{left:?}");
}

/// The soft and the hard limit on core files of a process, as the system shows them.
#[cfg(target_os = "linux")]
fn core_limits(process: u32) -> Vec<String> {
    let limits = std::fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let line = limits.lines().find_map(|line| line.strip_prefix("Max core file size")).unwrap();
    line.split_whitespace().take(2).map(str::to_owned).collect()
}
