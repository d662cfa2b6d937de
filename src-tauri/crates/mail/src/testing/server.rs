//! A real mail server, run by Python.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use serde_json::Value;
use tempfile::TempDir;

use crate::settings::{Security, Server};
use casefolio_network::ExtraRoot;
use casefolio_network::testing::Authority;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/testing/mail_server.py");

/// A running server. It ends with the test.
pub struct MailServer {
    child: Child,
    /// What it says; taken from its output at once, for a server whose output is full takes no more messages.
    lines: Receiver<String>,
    port: u16,
    authority: Authority,
    security: Security,
    _folder: TempDir,
}

impl MailServer {
    /// Starts one with a certificate of a new authority. It knows one user, `ana@example.com` with the password `correct horse`, and no
    /// recipient whose address begins with `nobody`.
    #[must_use]
    pub fn start(security: Security) -> Self {
        let authority = Authority::invent();
        let identity = authority.identity("localhost");
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("certificate.pem"), folder.path().join("key.pem"));
        std::fs::write(&certificate, identity.certificate).unwrap();
        std::fs::write(&key, identity.key).unwrap();
        let mut child = Command::new(python())
            .args([SCRIPT, security.code()])
            .args([&certificate, &key])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, lines) = mpsc::channel();
        std::thread::spawn(move || output.map_while(Result::ok).try_for_each(|line| tell.send(line)));
        let first: Value = serde_json::from_str(&lines.recv().unwrap()).unwrap();
        let port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        Self { child, lines, port, authority, security, _folder: folder }
    }

    /// Where it is.
    #[must_use]
    pub fn server(&self) -> Server {
        Server::parse("localhost", self.port, self.security).unwrap()
    }

    /// The authority that made its certificate.
    #[must_use]
    pub fn root(&self) -> ExtraRoot {
        self.authority.root()
    }

    /// The same as a file that a user could choose.
    #[must_use]
    pub fn root_pem(&self) -> &str {
        self.authority.pem()
    }

    /// The next message that it took.
    pub fn message(&mut self) -> Value {
        serde_json::from_str(&self.lines.recv().unwrap()).unwrap()
    }

    /// The messages that it took so far and that were not looked at.
    #[must_use]
    pub fn taken(&mut self) -> Vec<Value> {
        self.lines.try_iter().map(|line| serde_json::from_str(&line).unwrap()).collect()
    }

    /// Ends it, and gives the messages that were not looked at.
    #[must_use]
    pub fn end(mut self) -> Vec<Value> {
        self.child.kill().unwrap();
        self.lines.iter().map(|line| serde_json::from_str(&line).unwrap()).collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A Python that has aiosmtpd: the system's own first, since Debian's packages are for that one.
fn python() -> &'static str {
    let has_it = |python: &&str| {
        let look = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        look.is_ok_and(|status| status.success())
    };
    ["/usr/bin/python3", "python3"].into_iter().find(has_it).unwrap_or_else(|| {
        panic!(
            "these tests hand mail to a real mail server, and Python's aiosmtpd is missing: `sudo apt-get install python3-aiosmtpd` \
             on Debian and Ubuntu (`cargo xtask test` does it), python3-aiosmtpd on Fedora, python-aiosmtpd on Arch"
        )
    })
}
