//! Starting programs that never outlive the one who started them.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// The name of the variable that marks every process of a session with the session's folder.
pub(crate) const MARK: &str = "CASEFOLIO_E2E_SESSION";

/// The environment of a session: nothing of the environment outside it, save the path.
pub(crate) type Environment = Vec<(String, String)>;

/// A program that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
}

impl Daemon {
    /// Starts a program, its output in a file. `setpriv` has the kernel kill it should this process die before it drops the daemon.
    pub(crate) fn start(words: &[&str], environment: &Environment, output: &Path, input: Stdio) -> Result<Self> {
        let file = File::create(output).with_context(|| format!("{} cannot be written", output.display()))?;
        let errors = file.try_clone()?;
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).args(words).env_clear().envs(environment.iter().cloned());
        let child = command
            .stdin(input)
            .stdout(file)
            .stderr(errors)
            .spawn()
            .with_context(|| format!("{} could not be started", words[0]))?;
        Ok(Self { child })
    }

    pub(crate) fn stdin(&mut self) -> Option<std::process::ChildStdin> {
        self.child.stdin.take()
    }

    /// An error once the program has ended by itself.
    pub(crate) fn still_runs(&mut self) -> Result<()> {
        match self.child.try_wait()? {
            Some(status) => bail!("it ended with {status}"),
            None => Ok(()),
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // A program that is gone already cannot be killed, and need not be.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs a short program in the session and returns what it prints.
pub(crate) fn output(words: &[&str], environment: &Environment) -> Result<String> {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).env_clear().envs(environment.iter().cloned()).stdin(Stdio::null());
    let output = command.output().with_context(|| format!("{} could not be started", words[0]))?;
    if !output.status.success() {
        bail!("{} ended with {}: {}", words[0], output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Kills every process that carries the mark of a session: programs started by programs that the session started.
pub(crate) fn kill_marked(mark: &str) {
    let marked = format!("{MARK}={mark}");
    let Ok(processes) = std::fs::read_dir("/proc") else { return };
    for process in processes.flatten() {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        let is_marked = environment.split(|byte| *byte == 0).any(|variable| variable == marked.as_bytes());
        if is_marked {
            let id = process.file_name().to_string_lossy().into_owned();
            // One that ended in between is as good as killed.
            let _ = Command::new("sh").args(["-c", "kill -9 \"$0\"", &id]).stderr(Stdio::null()).status();
        }
    }
}

/// The time that each process of Casefolio and of its pages' engine in the session has spent on processors.
pub(crate) fn processor_times(environment: &Environment) -> Result<BTreeMap<String, Duration>> {
    let ticks: u64 = output(&["getconf", "CLK_TCK"], environment)?.trim().parse().context("ticks of a second")?;
    let names = ["casefolio", "WebKitWebProcess", "WebKitNetworkProcess", "WebKitGPUProcess"];
    let mut times = BTreeMap::new();
    for process in names.iter().flat_map(|name| marked_programs(environment, name)) {
        // One that ended in between has no times any more.
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // The name in brackets may hold anything; utime and stime are the 12th and 13th after it (proc(5)).
        let after_name = stat.rsplit_once(") ").map_or("", |(_, after)| after);
        let spent: u64 = after_name.split(' ').skip(11).take(2).filter_map(|time| time.parse::<u64>().ok()).sum();
        times.insert(process, Duration::from_millis(spent * 1_000 / ticks));
    }
    Ok(times)
}

/// The ids of the session's processes that run a program of this name.
pub(crate) fn marked_programs(environment: &Environment, name: &str) -> Vec<String> {
    let mark = environment.iter().find(|(known, _)| known == MARK).map(|(_, mark)| format!("{MARK}={mark}"));
    let Ok(processes) = std::fs::read_dir("/proc") else { return Vec::new() };
    let runs = processes.flatten().filter(|process| {
        let environment = std::fs::read(process.path().join("environ")).unwrap_or_default();
        let is_marked = environment.split(|byte| *byte == 0).any(|one| Some(one) == mark.as_deref().map(str::as_bytes));
        let program = std::fs::read_link(process.path().join("exe")).unwrap_or_default();
        is_marked && program.file_name().is_some_and(|file| file == name)
    });
    runs.map(|process| process.file_name().to_string_lossy().into_owned()).collect()
}

/// A program that was built into the same folder as the running one (or as the test program in its `deps`).
pub fn program(name: &str) -> Result<PathBuf> {
    let running = std::env::current_exe().context("the running program has no path")?;
    let found = running.ancestors().skip(1).take(2).map(|folder| folder.join(name)).find(|path| path.is_file());
    found.with_context(|| {
        format!("{name} is not built: run `cargo xtask test` or `cargo xtask run`, which build it first")
    })
}

/// Where programs are looked for.
#[expect(clippy::disallowed_methods, reason = "the one place where the harness reads the environment outside")]
pub(crate) fn search_path() -> String {
    std::env::var("PATH").unwrap_or_else(|_| "/usr/local/bin:/usr/bin:/bin".to_owned())
}
