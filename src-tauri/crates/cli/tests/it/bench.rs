//! A data folder of its own, a practice service inside the test, and the program run as a child.

use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use casefolio_core::cases::AddRequest;
use casefolio_core::parts::{Channel, KdfStrength, NoKeyStore, Passphrase};
use casefolio_core::portfolio::CreateRequest;
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::{Clock, Core, Home, Parts, Portfolio, SystemClock};
use casefolio_practice::{Practice, PracticeSettings, Running, Script};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use zeroize::Zeroizing;

pub(crate) const PASSWORD: &str = "lantern river orange seven";

/// Variables by which the machine of the test could leak into the program.
const LEAKS: [&str; 12] = [
    "CASEFOLIO_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "XDG_RUNTIME_DIR",
    "LANG",
    "LC_ALL",
    "LC_MESSAGES",
    "HTTP_PROXY",
    "http_proxy",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
];

/// What a run of the program left.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The JSON lines of standard output.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect()
    }

    /// The one JSON line of standard output.
    pub(crate) fn one(&self) -> Value {
        let mut lines = self.lines();
        assert_eq!(lines.len(), 1, "{}{}", self.stdout, self.stderr);
        lines.remove(0)
    }

    /// The lines of this event.
    pub(crate) fn events(&self, event: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["event"] == event).collect()
    }
}

/// The program over this data folder, not started.
pub(crate) fn program(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_casefolio-cli"));
    for leak in LEAKS {
        command.env_remove(leak);
    }
    command.env("HOME", home).env("CASEFOLIO_HOME", home.join("data")).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts a command and gives it this input.
pub(crate) fn start(mut command: Command, stdin: &str) -> Child {
    let mut child = command.spawn().unwrap();
    // A program that ends before it has read everything closes the pipe; that is its right.
    drop(child.stdin.take().unwrap().write_all(stdin.as_bytes()));
    child
}

/// Runs a command to its end.
pub(crate) fn finish(command: Command, stdin: &str) -> Run {
    let output = start(command, stdin).wait_with_output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A data folder, with a practice service whose cases the test moves.
pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    pub(crate) runtime: Runtime,
    service: Option<Running>,
}

impl Bench {
    /// An empty data folder and a service with these cases, each received.
    pub(crate) fn new(receipts: &[String]) -> Self {
        let script =
            receipts.iter().fold(Script::new(), |script, receipt| script.case(receipt).before(40, "Case Was Received"));
        let runtime = Runtime::new().unwrap();
        let clock = Arc::new(|| SystemClock.now());
        let service = runtime.block_on(Practice::start(script, PracticeSettings::default(), clock)).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), runtime, service: Some(service) }
    }

    /// The same with a portfolio that holds the receipts and has the service set.
    pub(crate) fn with_portfolio(receipts: &[String]) -> Self {
        let bench = Self::new(receipts);
        let portfolio = bench.new_portfolio();
        let secret = Some(Zeroizing::new(bench.service().client_secret()));
        portfolio.set_service(&SetServiceRequest { settings: bench.settings(), secret }).unwrap();
        portfolio.add(&AddRequest::of_receipts(receipts, "", "")).unwrap();
        bench
    }

    /// The same with a portfolio that has no service set, and no case.
    pub(crate) fn with_fresh_portfolio() -> Self {
        let bench = Self::new(&[]);
        drop(bench.new_portfolio());
        bench
    }

    fn new_portfolio(&self) -> Portfolio {
        let passphrase = Passphrase::new(Zeroizing::new(PASSWORD.to_owned())).unwrap();
        let request =
            CreateRequest { user_id: "ana".to_owned(), passphrase, computer_slot: false, watch_behind_lock: false };
        self.core().create(&request).unwrap().portfolio
    }

    fn settings(&self) -> ServiceSettings {
        ServiceSettings {
            preset: Preset::Other,
            token_url: self.service().token_url(),
            api_base: self.service().api_base(),
            client_id: self.service().client_id(),
            per_second: 1_000,
            per_day: 1_000_000,
        }
    }

    fn core(&self) -> Core {
        let parts = Parts {
            clock: Arc::new(SystemClock),
            key_store: Arc::new(NoKeyStore),
            strength: KdfStrength::SMALLEST_ACCEPTED,
            channel: Channel::Console,
        };
        Core::new(Home::at(self.folder.path().join("data")), parts)
    }

    /// The portfolio, opened inside the test; the program must not run meanwhile.
    pub(crate) fn portfolio(&self) -> Portfolio {
        let core = self.core();
        let passphrase = Passphrase::typed(Zeroizing::new(PASSWORD.to_owned())).unwrap();
        core.unlock(&core.choose(None).unwrap(), &passphrase).unwrap()
    }

    pub(crate) fn service(&self) -> &Running {
        self.service.as_ref().unwrap()
    }

    /// Stops the service: its port answers no more.
    pub(crate) fn stop_service(&mut self) {
        let service = self.service.take().unwrap();
        self.runtime.block_on(service.stop());
    }

    /// Runs the program without a password.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        finish(program(self.folder.path(), arguments), "")
    }

    /// Runs the program with the password, and JSON.
    pub(crate) fn open(&self, arguments: &[&str]) -> Run {
        self.open_with(arguments, "")
    }

    /// Runs the program with the password and these lines after it, and JSON.
    pub(crate) fn open_with(&self, arguments: &[&str], more: &str) -> Run {
        finish(self.opening(arguments), &format!("{PASSWORD}\n{more}"))
    }

    /// The program with JSON, waiting for the password.
    pub(crate) fn opening(&self, arguments: &[&str]) -> Command {
        program(self.folder.path(), &[arguments, &["--json", "--password-stdin"]].concat())
    }
}

/// So many well-formed, invented receipt numbers.
pub(crate) fn receipts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("IOE98{number:08}")).collect()
}
