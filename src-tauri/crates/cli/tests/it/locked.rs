//! Keys where no memory may be locked. Linux alone: there the limit can be set from outside.

use std::process::{Command, Stdio};

use crate::bench::{Bench, PASSWORD, finish, program};

/// `CAP_IPC_LOCK`, for which the limit does not count. Source: Linux, `include/uapi/linux/capability.h`.
const IPC_LOCK: u64 = 1 << 14;

/// A command started with the limit for locked memory at 0, and without the right to go beyond it.
fn without_locked_memory(command: &Command) -> Command {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let capabilities = status.lines().find_map(|line| line.strip_prefix("CapEff:")).unwrap();
    let mut limited = Command::new("prlimit");
    limited.arg("--memlock=0:0");
    if u64::from_str_radix(capabilities.trim(), 16).unwrap() & IPC_LOCK != 0 {
        limited.args(["setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"]);
    }
    limited.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    limited
}

/// catalogue 15
#[test]
fn where_no_memory_may_be_locked_one_line_says_so_and_everything_works() {
    let bench = Bench::with_fresh_portfolio();
    let open = format!("{PASSWORD}\n");
    for (arguments, stdin) in [
        (&["cases", "--json", "--password-stdin"][..], open.clone()),
        (&["add", "EAC9999103403", "--password-stdin"], open.clone()),
        (&["portfolio", "recovery-code"], open.clone()),
        (&["portfolio", "passwd"], format!("{PASSWORD}\nmuseum copper window nine\n")),
    ] {
        let ran = finish(without_locked_memory(&program(bench.folder.path(), arguments)), &stdin);
        assert_eq!(ran.code, 0, "{arguments:?} {}", ran.stderr);
        assert_eq!(ran.stderr.matches("lock keys in memory").count(), 1, "{arguments:?} {}", ran.stderr);
    }
    let allowed = finish(program(bench.folder.path(), &["cases", "--password-stdin"]), "museum copper window nine\n");
    assert_eq!((allowed.code, allowed.stderr.as_str()), (0, ""));
}
