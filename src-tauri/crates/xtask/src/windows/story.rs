//! A portfolio's life under Wine: made, filled, watched, killed in the middle, gone on with. Then its folder goes to Linux and back, and
//! one made on Linux goes the other way.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::cross::Cross;
use crate::command::{cargo, step, timed};
use crate::wine::{Wine, windows_path};
use crate::workspace::SELECTION;

const PASSWORD: &str = "lantern river orange seven";
const CASES: usize = 200;
/// Every such case has moved when the service is started for the second time.
const MOVED: usize = 7;
/// After so many lines of a round the program is killed.
const KILLED_AFTER: usize = 60;

/// Plays the story; every scene checks what it left.
pub(super) fn play(cross: &Cross) -> Result<()> {
    let linux = [&["build"], &SELECTION[..], &["--bin", "casefolio-cli"]].concat();
    step("cargo build (the command line for Linux)", cargo(cross.workspace().root(), &linux))?;
    let stage = Stage::set(cross)?;
    timed("story: made and killed under Wine", || stage.made_under_wine())?;
    timed("story: from Wine to Linux and back", || stage.crosses("home", Side::Linux))?;
    timed("story: made on Linux", || stage.made_on_linux())?;
    timed("story: from Linux to Wine and back", || stage.crosses("other home", Side::Wine))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Wine,
    Linux,
}

struct Stage {
    wine: Wine,
    folder: PathBuf,
    windows_programs: PathBuf,
    linux_program: PathBuf,
}

/// What a run of the command line printed.
struct Run {
    code: Option<i32>,
    lines: Vec<Value>,
}

impl Stage {
    fn set(cross: &Cross) -> Result<Self> {
        let folder = cross.folder().join("story");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            wine: Wine::fresh(cross.folder().join("wine"))?,
            folder,
            windows_programs: cross.programs(),
            linux_program: cross.workspace().program("casefolio-cli"),
        })
    }

    /// A portfolio whose cases were each checked once; the service in which some have moved since then.
    fn begun(&self, home: &str, side: Side) -> Result<Service> {
        self.create(home, side)?;
        let service = self.service("before.json", false, 0)?;
        self.furnish(home, side, &service)?;
        let first = self.once(home, side)?;
        ensure!(first.round()? == (CASES, 0), "the first round did not check every case");
        let port = service.port()?;
        drop(service);
        self.service("after.json", true, port)
    }

    fn made_under_wine(&self) -> Result<()> {
        let _service = self.begun("home", Side::Wine)?;
        let told = self.killed("home")?;
        let rest = self.once("home", Side::Wine)?;
        let changed: BTreeSet<String> = told.union(&rest.receipts("changed")).cloned().collect();
        ensure!(changed == moved(), "{} cases moved, {} were told", moved().len(), changed.len());
        let again = self.once("home", Side::Wine)?;
        ensure!(again.round()? == (CASES, 0), "a change was told twice");
        self.has_history("home", Side::Wine)
    }

    fn made_on_linux(&self) -> Result<()> {
        let _service = self.begun("other home", Side::Linux)?;
        let second = self.once("other home", Side::Linux)?;
        ensure!(second.round()? == (CASES, moved().len()), "the second round told other changes than there were");
        self.has_history("other home", Side::Linux)
    }

    /// The folder is read on both sides, written on the `guest`'s, and read on both again: the same each time.
    fn crosses(&self, home: &str, guest: Side) -> Result<()> {
        self.reads_the_same(home)?;
        let receipt = receipt(0);
        let added = self.run(home, guest, &["add", "EAC9999103403", "--person", "Muñoz, Ana"], &[PASSWORD])?;
        ensure!(added.code == Some(0), "the guest could not add a case");
        self.reads_the_same(home)?;
        let shown = |side| self.run(home, side, &["show", &receipt], &[PASSWORD]).map(|run| run.lines);
        ensure!(shown(Side::Wine)? == shown(Side::Linux)?, "the history differs between the systems");
        let wrong = self.run(home, guest, &["cases"], &["not the password"])?;
        ensure!(wrong.code == Some(3), "a wrong password ended with {:?}", wrong.code);
        Ok(())
    }

    fn reads_the_same(&self, home: &str) -> Result<()> {
        let cases = |side| self.run(home, side, &["cases"], &[PASSWORD]);
        let (wine, linux) = (cases(Side::Wine)?, cases(Side::Linux)?);
        ensure!(wine.code == Some(0) && wine.lines.len() >= CASES, "Windows listed {} cases", wine.lines.len());
        ensure!(wine.lines == linux.lines, "the list of cases differs between the systems");
        Ok(())
    }

    fn create(&self, home: &str, side: Side) -> Result<()> {
        let created = self.run(home, side, &["portfolio", "create", "--user-id", "ana"], &[PASSWORD])?;
        let code = created.lines.first().and_then(|line| line["recovery_code"].as_str()).unwrap_or_default();
        ensure!(created.code == Some(0) && !code.is_empty(), "no portfolio was made");
        Ok(())
    }

    fn furnish(&self, home: &str, side: Side, service: &Service) -> Result<()> {
        let set =
            ["service", "set", "--token-url", service.word("token URL")?, "--api-base", service.word("API base")?];
        let limits = ["--client-id", service.word("client id")?, "--per-second", "500", "--per-day", "100000"];
        let secret = service.word("client secret")?;
        ensure!(
            self.run(home, side, &[&set[..], &limits].concat(), &[PASSWORD, secret])?.code == Some(0),
            "service set"
        );
        let list = self.folder.join("list.csv");
        std::fs::write(&list, (0..CASES).map(|number| receipt(number) + "\n").collect::<String>())?;
        let imported = self.run(home, side, &["import", &said(side, &list)], &[PASSWORD])?;
        let added = imported.lines.iter().filter(|line| line["verdict"] == "added").count();
        ensure!(added == CASES, "{added} of {CASES} receipts were added");
        Ok(())
    }

    fn once(&self, home: &str, side: Side) -> Result<Run> {
        let run = self.run(home, side, &["watch", "--once", "--all"], &[PASSWORD])?;
        ensure!(run.code == Some(0), "the round ended with {:?}", run.code);
        Ok(run)
    }

    /// Begins a round, kills it, and gives the receipts whose change was told before.
    fn killed(&self, home: &str) -> Result<BTreeSet<String>> {
        let mut child = self.start(home, Side::Wine, &["watch", "--once", "--all"], &[PASSWORD])?;
        let mut lines = Vec::new();
        for line in BufReader::new(child.stdout.take().context("no output")?).lines().map_while(Result::ok) {
            lines.extend(serde_json::from_str(&line));
            if lines.len() == KILLED_AFTER {
                child.kill()?;
            }
        }
        ensure!(!child.wait()?.success(), "the round was over before it could be killed");
        let killed = Run { code: None, lines };
        let kept = self.run(home, Side::Wine, &["cases"], &[PASSWORD])?;
        let unread: BTreeSet<String> =
            kept.lines.iter().filter(|line| line["unread"] == true).filter_map(receipt_of).collect();
        let told = killed.receipts("changed");
        ensure!(told.is_subset(&unread), "a change was told before the kill and is not in the portfolio");
        Ok(told)
    }

    fn has_history(&self, home: &str, side: Side) -> Result<()> {
        let shown = self.run(home, side, &["show", &receipt(0)], &[PASSWORD])?;
        let one = shown.lines.first().context("nothing was shown")?;
        let list = |name: &str| one[name].as_array().cloned().unwrap_or_default();
        let titles = list("changes").iter().filter(|change| change["kind"] == "title").count();
        ensure!(list("observations").len() == 2 && titles == 1, "the history of a moved case is not whole");
        Ok(())
    }

    fn run(&self, home: &str, side: Side, arguments: &[&str], input: &[&str]) -> Result<Run> {
        let output = self.start(home, side, arguments, input)?.wait_with_output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Run {
            code: output.status.code(),
            lines: text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
        })
    }

    fn start(&self, home: &str, side: Side, arguments: &[&str], input: &[&str]) -> Result<Child> {
        let home = said(side, &self.folder.join(home));
        let common = ["--json", "--password-stdin", "--home", &home];
        let arguments = [arguments, &common].concat();
        let mut command = match side {
            Side::Wine => self.wine.command(&self.windows_program("casefolio-cli"), &arguments),
            Side::Linux => {
                let mut command = Command::new(&self.linux_program);
                // The key store of whoever runs this is left alone.
                command.args(&arguments).env_remove("DBUS_SESSION_BUS_ADDRESS").env("XDG_RUNTIME_DIR", &self.folder);
                command
            }
        };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut stdin = child.stdin.take().context("no input")?;
        stdin.write_all((input.join("\n") + "\n").as_bytes())?;
        Ok(child)
    }

    fn windows_program(&self, name: &str) -> String {
        windows_path(&self.windows_programs.join(format!("{name}.exe")))
    }

    /// The Windows practice service, where every [`MOVED`]th case has moved, or none.
    fn service(&self, script: &str, has_moved: bool, port: u16) -> Result<Service> {
        let path = self.folder.join(script);
        std::fs::write(&path, serde_json::to_string(&script_of(has_moved))?)?;
        let (port, path) = (port.to_string(), windows_path(&path));
        let mut command =
            self.wine.command(&self.windows_program("casefolio-practice"), &["--port", &port, "--script", &path]);
        let mut child = command.stdout(Stdio::piped()).spawn().context("the practice service was not started")?;
        let lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let words: Vec<String> = lines.take(4).map_while(Result::ok).collect();
        Ok(Service { child, words })
    }
}

impl Run {
    /// How many cases a round has checked, and how many had changed.
    fn round(&self) -> Result<(usize, usize)> {
        let round = self.lines.iter().rfind(|line| line["event"] == "round").context("no round was printed")?;
        let count = |name: &str| round[name].as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default();
        ensure!(count("failed") == 0, "{} checks failed", count("failed"));
        Ok((count("checked"), count("changed")))
    }

    fn receipts(&self, event: &str) -> BTreeSet<String> {
        self.lines.iter().filter(|line| line["event"] == event).filter_map(receipt_of).collect()
    }
}

/// A practice service that ends with this value.
struct Service {
    child: Child,
    words: Vec<String>,
}

impl Service {
    /// What it printed beside a name.
    fn word(&self, name: &str) -> Result<&str> {
        let found = self.words.iter().find_map(|line| line.strip_prefix(name));
        found.map(str::trim).with_context(|| format!("the practice service did not print its {name}"))
    }

    fn port(&self) -> Result<u16> {
        let address = self.word("API base")?.split("://").nth(1).and_then(|rest| rest.split('/').next());
        let port = address.and_then(|address| address.rsplit(':').next()).and_then(|port| port.parse().ok());
        port.context("the practice service printed no port")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // One that has ended by itself cannot be killed.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn script_of(has_moved: bool) -> Value {
    let moved = moved();
    let cases: Vec<Value> = (0..CASES)
        .map(|number| {
            let receipt = receipt(number);
            let mut steps = vec![serde_json::json!({ "at": -86_400, "title": "Case Was Received" })];
            if has_moved && moved.contains(&receipt) {
                steps.push(serde_json::json!({ "at": -60, "title": "Case Was Approved" }));
            }
            serde_json::json!({ "receipt": receipt, "steps": steps })
        })
        .collect();
    serde_json::json!({ "cases": cases })
}

fn moved() -> BTreeSet<String> {
    (0..CASES).step_by(MOVED).map(receipt).collect()
}

/// Invented: the fiscal year 99 is not given out.
fn receipt(number: usize) -> String {
    format!("IOE99{number:08}")
}

fn receipt_of(line: &Value) -> Option<String> {
    line["receipt"].as_str().map(str::to_owned)
}

fn said(side: Side, path: &Path) -> String {
    match side {
        Side::Wine => windows_path(path),
        Side::Linux => path.to_string_lossy().into_owned(),
    }
}
