//! Keys in a process that may lock no memory. Linux alone: there the limit can be set from outside.

use std::process::Command;

use casefolio_keys::{KeyFile, memory_is_locked};

use super::{WORDS, made, passphrase};

/// `CAP_IPC_LOCK`, for which the limit does not count. Source: Linux, `include/uapi/linux/capability.h`.
const IPC_LOCK: u64 = 1 << 14;

/// Whether this process may lock memory beyond every limit.
fn is_privileged() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let capabilities = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    u64::from_str_radix(capabilities.trim(), 16).unwrap() & IPC_LOCK != 0
}

/// The limit as this process has it, in bytes.
fn limit() -> String {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max locked memory")).unwrap();
    line.split_whitespace().nth(3).unwrap().to_owned()
}

/// catalogue 15
#[test]
fn where_no_memory_may_be_locked_everything_works_and_it_is_known() {
    let mut child = Command::new("prlimit");
    child.arg("--memlock=0:0");
    if is_privileged() {
        child.args(["setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"]);
    }
    child.arg(std::env::current_exe().unwrap());
    let ran = child.args(["--ignored", "--exact", "memory::the_process_without_locked_memory"]).output().unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success() && told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
#[ignore = "started by the test above, with its limit at 0"]
fn the_process_without_locked_memory() {
    assert_eq!((limit().as_str(), is_privileged()), ("0", false));
    let folder = tempfile::tempdir().unwrap();
    let (_, key, code) = made(folder.path());
    assert!(!memory_is_locked());
    let file = KeyFile::load(folder.path()).unwrap();
    assert_eq!(file.unlock_with_passphrase(&passphrase(WORDS)).unwrap().expose(), key.expose());
    assert_eq!(file.unlock_with_recovery(&code).unwrap().expose(), key.expose());
}
