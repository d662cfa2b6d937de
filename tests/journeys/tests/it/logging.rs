//! What the log and the diagnostics say of a portfolio that has seen every trouble: codes and numbers.

use std::sync::Arc;

use casefolio_core::cases::AddRequest;
use casefolio_core::log::{Deed, KeyMode, Log, LogEvent, Program, Way, diagnostics, save_diagnostics};
use casefolio_core::parts::RecoveryCode;
use casefolio_core::{Error, Problem};
use casefolio_journeys::{
    ONLINE, PAPER, PASSPHRASE, PROCESSED, Story, passphrase, receipt, receipts, reviewed, status,
};
use casefolio_practice::Fault;
use serde_json::Value;

/// A name as nobody has it: a new line, a colour of the terminal, letters that run the other way.
const NAME: &str = "Zoila\u{202e}Quispe";
const LABEL: &str = "A098765432\u{1b}[31m";
/// What the service says of a case, with the same in it.
const TITLE: &str = "Case\nof \u{202e}Zoila Quispe\u{1b}[2J";

fn log(story: &Story) -> Arc<Log> {
    let log = Log::of(story.core.home(), Program::Window, story.core.clock());
    log.begin();
    log
}

/// What goes wrong at the door.
fn refusals(story: &Story) -> Vec<Error> {
    let core = &story.core;
    let wrong = passphrase("another lantern in the harbour");
    let typed = RecoveryCode::parse("not a recovery code").map(drop).map_err(Error::RecoveryCode);
    vec![
        core.unlock(&story.entry, &wrong).map(drop).unwrap_err(),
        core.change_passphrase(&story.entry, &wrong, &wrong).unwrap_err(),
        core.choose(Some(NAME)).map(drop).unwrap_err(),
        core.unlock_with_computer(&story.entry).map(drop).unwrap_err(),
        story.portfolio().record(&receipt("IOE0999999999")).map(drop).unwrap_err(),
        typed.unwrap_err(),
        Error::Home(std::io::Error::other(format!("{}: {NAME}", story.folder().display()))),
    ]
}

/// A portfolio that has met with everything, and its log.
async fn troubled() -> (Story, Arc<Log>) {
    let all: Vec<String> = [ONLINE, PAPER].map(str::to_owned).into_iter().chain(receipts(30)).collect();
    let story = Story::of(reviewed(&all)).await;
    let log = log(&story);
    let portfolio = story.portfolio();
    log.follow(portfolio);
    let marks = portfolio.marks();
    let mode = KeyMode::Computer;
    log.note(&LogEvent::Opened { portfolio: marks.portfolio(), by: Way::Person, mode, cases: 0 });
    portfolio.add(&AddRequest::of_receipts(&all, NAME, LABEL)).unwrap();
    story.ordered().await;
    story.look_and_find(ONLINE, PROCESSED).await;
    story.service.set(PAPER, status(TITLE));
    for fault in [
        Fault::NotRecognised,
        Fault::BadlyFormed,
        Fault::TokenExpired,
        Fault::Limited(None),
        Fault::ClosedPage,
        Fault::UnreadableJson,
        Fault::WrongReceipt,
        Fault::ChallengePage,
        Fault::Redirect,
        Fault::CutAnswer,
    ] {
        story.service.faults().set_service(Some(fault));
        story.ordered().await;
    }
    for error in refusals(&story) {
        log.note(&LogEvent::Refused { what: Deed::Open, code: (&Problem::of(&error)).into() });
    }
    log.note(&LogEvent::Closed);
    log.note(&LogEvent::Ended);
    (story, log)
}

/// catalogue 123, 125
#[tokio::test]
async fn no_trouble_brings_a_name_a_receipt_or_a_secret_into_log_or_diagnostics() {
    let (story, log) = troubled().await;
    let seen = diagnostics(&story.core, &log, Some(story.portfolio()));
    let files = std::fs::read_to_string(story.core.home().path().join("logs/casefolio.log")).unwrap();
    let (secret, folder) = (story.service.client_secret(), story.folder().display().to_string());
    let id = story.entry.folder.file_name().unwrap().to_string_lossy().into_owned();
    let address = "127.0.0.1";
    for text in [&seen, &files] {
        let markers = [ONLINE, PAPER, "IOE", "EAC", "Zoila", "Quispe", "A098765432", "Case", PASSPHRASE, "harbour"];
        for marker in markers.into_iter().chain([secret.as_str(), &folder, &id, address, "practice", "http"]) {
            assert!(!text.contains(marker), "{marker} in {text}");
        }
        assert!(text.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ' || letter == '\n'), "{text}");
    }
    let lines: Vec<Value> = files.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |event: &str| lines.iter().filter(|line| line["event"] == event).count();
    assert_eq!((count("started"), count("opened"), count("refused"), count("ended")), (1, 1, 7, 1));
    assert_eq!(count("round"), 12);
    assert!(count("check_failed") >= 10, "{files}");
    assert!(seen.contains("cases: 32") && seen.contains("portfolios: 1") && seen.contains(r#""event":"ended""#));
}

/// catalogue 123
#[tokio::test]
async fn one_case_has_one_mark_in_the_log_and_another_in_another_portfolio() {
    let mut marks = Vec::new();
    for _ in 0..2 {
        let story = Story::of_one_case().await;
        let log = log(&story);
        log.follow(story.portfolio());
        story.service.faults().set_service(Some(Fault::NotRecognised));
        story.ordered().await;
        story.ordered().await;
        let mut cases: Vec<String> = log.last(100).iter().filter_map(|line| mark(line)).collect();
        assert_eq!(cases.len(), 2);
        cases.dedup();
        assert_eq!(cases.len(), 1);
        marks.append(&mut cases);
    }
    assert_ne!(marks[0], marks[1]);
}

fn mark(line: &str) -> Option<String> {
    let line: Value = serde_json::from_str(line).unwrap();
    line["case"].as_str().map(str::to_owned)
}

#[tokio::test]
async fn diagnostics_are_saved_for_this_user_alone_over_what_was_there() {
    let story = Story::of_one_case().await;
    let text = diagnostics(&story.core, &log(&story), None);
    assert!(text.contains("portfolio: locked"), "{text}");
    let path = story.folder().join("diagnostics.txt");
    std::fs::write(&path, "x".repeat(text.len() * 2)).unwrap();
    save_diagnostics(&text, &path).unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    #[cfg(unix)]
    assert!(casefolio_system::private::is_private(&path).unwrap());
    assert!(matches!(save_diagnostics(&text, story.folder()), Err(Error::FileUnwritable(_))));
}
