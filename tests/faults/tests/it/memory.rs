//! What a program still knows after locking.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use casefolio_core::portfolio::CreateRequest;
use casefolio_faults::life::{OLD, Phase, USER, core, passphrase};
use casefolio_faults::memory::{Secret, scan};
use casefolio_keys::KeyFile;
use data_encoding::{HEXLOWER, HEXUPPER};

/// The program that opens and locks; killed when dropped.
struct Guarded {
    child: Child,
    input: ChildStdin,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Guarded {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_casefolio-life"))
            .arg("guarded")
            .arg(folder)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, lines: BufReader::new(output).lines() }
    }

    /// Sends a line and waits for the answer.
    fn ask(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").unwrap();
        self.lines.next().unwrap().unwrap()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A strict portfolio, closed; and what must not be found when it is locked.
fn secrets_of_a_strict_portfolio(folder: &Path) -> Vec<Secret> {
    let core = core(folder, Phase::Create);
    let request = CreateRequest {
        user_id: USER.to_owned(),
        passphrase: passphrase(OLD).unwrap(),
        computer_slot: false,
        watch_behind_lock: false,
    };
    drop(core.create(&request).unwrap());
    let file = KeyFile::load(&core.choose(None).unwrap().folder).unwrap();
    let key = file.unlock_with_passphrase(&passphrase(OLD).unwrap()).unwrap();
    let (front, back) = key.expose().split_at(16);
    vec![
        Secret { name: "first half of the key", bytes: front.to_vec() },
        Secret { name: "second half of the key", bytes: back.to_vec() },
        Secret { name: "key in digits", bytes: HEXLOWER.encode(front).into_bytes() },
        Secret { name: "key in capital digits", bytes: HEXUPPER.encode(front).into_bytes() },
        Secret { name: "passphrase", bytes: OLD.as_bytes().to_vec() },
    ]
}

/// catalogue 13
#[test]
fn after_locking_neither_key_nor_passphrase_is_anywhere_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let secrets = secrets_of_a_strict_portfolio(folder.path());
    let mut program = Guarded::start(folder.path());
    assert_eq!(program.ask(OLD), "open");
    let while_open = scan(program.child.id(), &secrets).unwrap();
    assert!(while_open.iter().any(|found| found.contains("half of the key")), "the scan finds nothing: {while_open:?}");
    assert_eq!(program.ask("lock"), "locked");
    let found = scan(program.child.id(), &secrets).unwrap();
    assert!(found.is_empty(), "{found:#?}");
}

/// The engine takes itself apart at the end, keys first: a commit of that moment would leave a journal that nobody can open.
#[test]
fn a_program_that_is_quit_in_the_midst_of_its_work_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let core = core(folder.path(), Phase::Create);
    let request = CreateRequest {
        user_id: USER.to_owned(),
        passphrase: passphrase(OLD).unwrap(),
        computer_slot: true,
        watch_behind_lock: false,
    };
    drop(core.create(&request).unwrap());
    for _ in 0..40 {
        let mut leaving = Command::new(env!("CARGO_BIN_EXE_casefolio-life"));
        let status = leaving.arg("leaving").arg(folder.path()).env_clear().status().unwrap();
        assert!(status.success(), "{status}");
    }
}
