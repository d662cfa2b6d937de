//! A real mail server, run by Python.

use std::io::{BufRead as _, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};

use casefolio_mail::{Client, Security, Server, Settings, Timing};
use serde_json::Value;
use tempfile::TempDir;

use crate::authority::Authority;
use crate::written::sender;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail_server.py");

/// A running server. It ends with the test.
pub(crate) struct Real {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    port: u16,
    authority: Authority,
    security: Security,
    _folder: TempDir,
}

impl Real {
    pub(crate) fn start(security: Security) -> Self {
        let authority = Authority::new();
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
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        let port = u16::try_from(first["port"].as_u64().unwrap()).unwrap();
        Self { child, lines, port, authority, security, _folder: folder }
    }

    /// A client that trusts this server.
    pub(crate) fn client(&self) -> Client {
        let server = Server::parse("localhost", self.port, self.security).unwrap();
        let settings = Settings { server, sender: sender(), extra_root: Some(self.authority.root()) };
        Client::new(settings, Timing::default()).unwrap()
    }

    /// The next message that it took.
    pub(crate) fn message(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }

    /// Ends it, and gives the messages that were not looked at.
    pub(crate) fn end(mut self) -> Vec<Value> {
        self.child.kill().unwrap();
        self.lines.by_ref().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect()
    }
}

impl Drop for Real {
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
