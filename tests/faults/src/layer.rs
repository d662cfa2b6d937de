//! Running the program of the scripted life under the layer that makes files fail.

use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::life::Phase;

/// The layer, built by `build.rs`.
const LAYER: &str = env!("CASEFOLIO_FAULTS_LAYER");
/// Every call that counts.
const ANY: &str = "orwtsn";
/// Calls that change what lies on the disk, or make sure of it.
const CHANGING: &str = "owtsn";
/// Calls that can want space.
const WANTING_SPACE: &str = "owtsn";

/// What goes wrong. Calls are counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nothing; the calls that can be killed are counted.
    Count,
    /// Nothing; every call is counted.
    CountAny,
    /// Nothing; writes are counted.
    CountWrites,
    /// The program is killed before this changing call.
    Kill(u64),
    /// This write is done by half, then the program is killed.
    HalfAndKill(u64),
    /// This call of any kind fails by the disk, once.
    Io(u64),
    /// This call that wants space finds none, once.
    Full(u64),
    /// This one and all after it, until the program says that space has returned.
    FullFrom(u64),
    /// This write is done by half, and the next one finds no space.
    Short(u64),
}

impl Fault {
    fn words(self) -> (String, &'static str) {
        const EIO: i32 = 5;
        const ENOSPC: i32 = 28;
        match self {
            Self::Count => ("count".to_owned(), CHANGING),
            Self::CountAny => ("count".to_owned(), ANY),
            Self::CountWrites => ("count".to_owned(), "w"),
            Self::Kill(n) => (format!("kill {n}"), CHANGING),
            Self::HalfAndKill(n) => (format!("half {n}"), "w"),
            Self::Io(n) => (format!("fail {n} {EIO} once"), ANY),
            Self::Full(n) => (format!("fail {n} {ENOSPC} once"), WANTING_SPACE),
            Self::FullFrom(n) => (format!("fail {n} {ENOSPC} on"), WANTING_SPACE),
            Self::Short(n) => (format!("short {n}"), "w"),
        }
    }

    /// Whether the program dies of it.
    #[must_use]
    pub fn kills(self) -> bool {
        matches!(self, Self::Kill(_) | Self::HalfAndKill(_))
    }
}

/// What a run of the program left.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// Its exit code; none if a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// The whole lines it printed.
    pub lines: Vec<String>,
    /// What it said on standard error.
    pub stderr: String,
    /// The call at which the fault came: its kind and the path, from the folder.
    pub fired: Option<String>,
    /// How many calls there were; none where the program was killed.
    pub calls: u64,
}

/// The program of the scripted life.
#[derive(Debug, Clone)]
pub struct Program(PathBuf);

impl Program {
    /// The program at this path.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self(path)
    }

    /// Lives a phase in `folder` with a fault.
    pub fn live(&self, phase: Phase, folder: &Path, fault: Fault) -> io::Result<Run> {
        let (words, classes) = fault.words();
        self.run(phase, folder, &words, classes)
    }

    /// Lives a phase without faults, and writes to `trace` what it did to its files.
    pub fn trace(&self, phase: Phase, folder: &Path, trace: &Path) -> io::Result<Run> {
        self.run(phase, folder, &format!("trace {}", trace.display()), CHANGING)
    }

    /// The program, about to live a phase in `folder`, without the layer.
    #[must_use]
    pub fn command(&self, phase: Phase, folder: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command.arg(phase.name()).arg(folder).env_clear();
        command
    }

    fn run(&self, phase: Phase, folder: &Path, words: &str, classes: &str) -> io::Result<Run> {
        let report = folder.with_extension("report");
        let output = self
            .command(phase, folder)
            .env("LD_PRELOAD", LAYER)
            .env("CASEFOLIO_FAULT_FOLDER", folder)
            .env("CASEFOLIO_FAULT", words)
            .env("CASEFOLIO_FAULT_CLASSES", classes)
            .env("CASEFOLIO_FAULT_REPORT", &report)
            .stdin(Stdio::null())
            .output()?;
        let said = fs::read_to_string(&report).unwrap_or_default();
        // There is none where the program was killed before its end, or nothing was counted.
        drop(fs::remove_file(&report));
        let text = String::from_utf8_lossy(&output.stdout);
        let place = format!("{}/", folder.display());
        Ok(Run {
            code: output.status.code(),
            signal: output.status.signal(),
            // A line that was cut off was not said.
            lines: text.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n')).map(str::to_owned).collect(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            fired: said.lines().find_map(|line| line.strip_prefix("fired ")).map(|fired| fired.replace(&place, "")),
            calls: said.lines().find_map(|line| line.strip_prefix("calls ")?.parse().ok()).unwrap_or_default(),
        })
    }
}
