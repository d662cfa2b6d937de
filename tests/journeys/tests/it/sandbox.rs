//! The receipt numbers which the service publishes for its sandbox.

use casefolio_domain::ProblemKind;
use casefolio_journeys::Story;
use casefolio_practice::{Script, sandbox_receipts};

#[tokio::test]
async fn every_receipt_of_the_sandbox_gives_a_status_or_is_unreadable() {
    let story = Story::of(Script::new()).await;
    let receipts = sandbox_receipts();
    assert!(story.add(&receipts).iter().all(|verdict| verdict.code() == "added"));
    let report = story.planned().await;
    assert_eq!((report.checked, report.failed, report.held_back), (31, 19, 0));
    for case in story.cases() {
        match case.last {
            Some(last) => assert!(!last.title.en.is_empty() && !last.title.es.is_empty() && case.problem.is_none()),
            None => assert_eq!(case.problem, Some(ProblemKind::Unreadable)),
        }
    }
}

#[tokio::test]
async fn the_approved_petition_of_the_sandbox_has_a_history_in_order() {
    let story = Story::of(Script::new()).await;
    story.add(&["EAC9999103403"]);
    story.planned().await;
    let last = story.case("EAC9999103403").last.unwrap();
    assert_eq!(last.title.es, "Caso Fue Aprobado");
    assert_eq!(last.form.as_ref().map(casefolio_domain::FormType::as_str), Some("I-130"));
    assert_eq!(last.history.len(), 2);
    assert!(last.history[0].date <= last.history[1].date);
    assert!(!last.text.en.contains('<'), "plain text");
}
