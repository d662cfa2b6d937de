//! A program that is killed while it tells.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use casefolio_core::mail::{MailSettings, Recipient, Scope, Security, SetMailRequest, SignInWay};
use casefolio_domain::notice::Detail;
use casefolio_domain::{ChangeKind, Language};
use casefolio_journeys::{PASSPHRASE, Setting, Story, receipts, reviewed, status};
use casefolio_mail::testing::MailServer;
use serde_json::Value;

const ROUNDS: usize = 170;
const CASES: u32 = 3;
const KILLS: usize = 40;

/// The program; it dies with the test.
struct Teller {
    child: Child,
    orders: ChildStdin,
    answers: mpsc::Receiver<String>,
}

impl Teller {
    fn start(home: &Path, root: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_casefolio-teller"))
            .args([home, root])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut orders, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        writeln!(orders, "{PASSPHRASE}").unwrap();
        let answers = heard(output);
        assert_eq!(answers.recv().unwrap(), "ready");
        Self { child, orders, answers }
    }

    /// One round, if the program lives that long: it is killed after `life`.
    fn round(&mut self, life: Option<Duration>) -> bool {
        writeln!(self.orders, "go").unwrap();
        match life {
            None => self.answers.recv().is_ok(),
            Some(life) => {
                let done = self.answers.recv_timeout(life).is_ok();
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                done
            }
        }
    }
}

impl Drop for Teller {
    fn drop(&mut self) {
        let _dead_already = self.child.kill();
        let _status = self.child.wait();
    }
}

fn heard(output: ChildStdout) -> mpsc::Receiver<String> {
    let (tell, answers) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                break;
            }
        }
    });
    answers
}

async fn begun(server: &MailServer) -> Story {
    let story = Setting::of(reviewed(&receipts(CASES))).begin().await;
    story.add(&receipts(CASES));
    story.ordered().await;
    let at = server.server();
    let settings = MailSettings {
        host: at.host().to_owned(),
        port: at.port(),
        security: at.security(),
        address: "ana@example.com".to_owned(),
        name: String::new(),
        user: "ana@example.com".to_owned(),
        way: SignInWay::Password,
    };
    let secret = Some("correct horse".to_owned().into());
    story.portfolio().set_mail(&SetMailRequest { settings, secret }).unwrap();
    let clerk = Recipient {
        address: "clerk@example.org".to_owned(),
        name: String::new(),
        language: Language::English,
        detail: Detail::Detailed,
        scope: Scope::Everything,
    };
    story.portfolio().add_recipient(&clerk).unwrap();
    story
}

fn header<'a>(message: &'a Value, name: &str) -> &'a str {
    let headers = message["headers"].as_array().unwrap();
    headers.iter().find(|pair| pair[0] == name).unwrap()[1].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_changes_with_kills_between_lose_no_letter_and_repeat_one_only_as_the_same() {
    let server = MailServer::start(Security::Tls);
    let mut story = begun(&server).await;
    let (home, root) = (story.folder().join("home"), story.folder().join("root.pem"));
    std::fs::write(&root, server.root_pem()).unwrap();
    story.close();
    let mut teller = Teller::start(&home, &root);
    let mut kills = 0;
    for round in 0..ROUNDS {
        for receipt in receipts(CASES) {
            story.service.set(&receipt, status(&format!("Case Came To Step {round}")));
        }
        if kills < KILLS && round % 4 == 0 {
            // From the first call to the last letter takes some 60 ms: each kill falls somewhere else.
            teller.round(Some(Duration::from_millis(1 + (round as u64 * 13) % 90)));
            kills += 1;
            teller = Teller::start(&home, &root);
        }
        assert!(teller.round(None));
    }
    drop(teller);
    story.unlock();
    let letters = server.end();
    let mut said: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for letter in &letters {
        said.entry(header(letter, "Message-ID")).or_default().insert(letter["plain"].as_str().unwrap());
    }
    assert!(said.values().all(|words| words.len() == 1), "the same letter says the same");
    let told: Vec<&str> = said.values().flatten().copied().collect();
    for receipt in receipts(CASES) {
        let titles: Vec<String> = (0..ROUNDS).map(|round| format!("Case Came To Step {round}")).collect();
        let record = story.record(&receipt).changes;
        let recorded = record.iter().filter(|change| change.kind == ChangeKind::Title);
        let recorded: Vec<&str> = recorded.map(|change| change.after.as_ref().unwrap().en.as_str()).collect();
        assert_eq!(recorded, titles, "each change once");
        for title in &titles {
            let row = format!("mail.letter.row.status: {title}\r\n");
            let by = told.iter().filter(|words| words.contains(&receipt) && words.contains(&row)).count();
            assert_eq!(by, 1, "{title}");
        }
    }
    let repeated = letters.len() - said.len();
    assert!(repeated <= kills, "{repeated} letters twice for {kills} kills");
}
