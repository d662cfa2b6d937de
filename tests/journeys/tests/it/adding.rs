//! Adding cases: a verdict for every line.

use casefolio_core::Error;
use casefolio_core::cases::{AddRequest, CaseFilter, Verdict};
use casefolio_domain::{ReceiptNumber, Stage};
use casefolio_journeys::{ONLINE, PAPER, Story, receipts, reviewed, status};
use casefolio_practice::Script;

const LIST: &str =
    "Receipt Number;Person;Note\nIOE0911223301;Ana Peña;green card\nEAC2190012345;José Ruiz;work permit\n";

fn codes(verdicts: &[Verdict]) -> Vec<(&'static str, Option<&'static str>)> {
    verdicts.iter().map(|verdict| (verdict.code(), verdict.reason())).collect()
}

#[tokio::test]
async fn every_line_gets_its_verdict() {
    let story = Story::of(Script::new()).await;
    let verdicts = story.add(&[
        ONLINE,
        " ioe-0911-223-301 ",
        "IOEO911223302",
        "A012345678",
        "123456789012",
        "",
        "IOE091122",
        "QQQ0911223301",
        "EAC9999103403",
    ]);
    assert_eq!(
        codes(&verdicts),
        [
            ("added", None),
            ("duplicate", None),
            ("refused", Some("slip")),
            ("refused", Some("a_number")),
            ("refused", Some("online_account_number")),
            ("refused", Some("empty")),
            ("refused", Some("too_short")),
            ("added", Some("unknown_prefix")),
            ("added", Some("sandbox")),
        ]
    );
    assert_eq!(verdicts.iter().map(|verdict| verdict.line).collect::<Vec<_>>(), (1..=9).collect::<Vec<_>>());
    assert_eq!(verdicts[2].proposal().map(ReceiptNumber::as_str), Some("IOE0911223302"));
    assert!(verdicts[2].receipt.is_none(), "proposed, not taken");
    assert_eq!(verdicts[1].input, " ioe-0911-223-301 ");
    assert_eq!(story.cases().len(), 3);
    assert!(story.cases().iter().all(|case| case.due_at <= story.now() && case.person == "Zoila Quispe"));
}

#[tokio::test]
async fn a_dry_run_judges_alike_and_adds_nothing() {
    let story = Story::of(Script::new()).await;
    story.add(&[PAPER]);
    let receipts = [ONLINE, ONLINE, PAPER, "A012345678"].map(str::to_owned);
    let request = AddRequest { dry_run: true, ..AddRequest::of_receipts(&receipts, "", "") };
    let before = story.events().len();
    let verdicts = story.portfolio().add(&request).unwrap();
    let judged: Vec<_> = verdicts.iter().map(Verdict::code).collect();
    assert_eq!(judged, ["new", "duplicate", "duplicate", "refused"]);
    assert_eq!((story.cases().len(), story.events().len()), (1, 0), "{before}");
}

#[tokio::test]
async fn a_pasted_table_with_a_header_brings_persons_and_labels() {
    let story = Story::of(Script::new()).await;
    let request =
        AddRequest::of_text("recibo\tpersona\nIOE0911223301\tAna Peña\nEAC2190012345\t\n", "Me", "x").unwrap();
    let verdicts = story.portfolio().add(&request).unwrap();
    assert_eq!(verdicts.iter().map(|verdict| verdict.line).collect::<Vec<_>>(), [2, 3]);
    let cases = story.cases();
    let described: Vec<_> = cases.iter().map(|case| (case.person.as_str(), case.label.as_str())).collect();
    assert_eq!(described, [("Ana Peña", "x"), ("Me", "x")]);
}

#[tokio::test]
async fn of_a_name_and_a_label_of_any_length_the_first_characters_are_kept() {
    let story = Story::of(Script::new()).await;
    let list = format!("receipt,person,label\nIOE0911223301,{},{}x\n", "ñ".repeat(9_000), "ab ".repeat(85));
    let verdicts = story.portfolio().add(&AddRequest::of_text(&list, "", "").unwrap()).unwrap();
    assert_eq!(codes(&verdicts), [("added", None)]);
    let case = story.case("IOE0911223301");
    assert_eq!((case.person, case.label), ("ñ".repeat(256), format!("{}x", "ab ".repeat(85))));
}

#[tokio::test]
async fn a_pasted_text_is_one_receipt_a_line() {
    let story = Story::of(Script::new()).await;
    let request = AddRequest::of_text("\nIOE0911223301\r\n\r\nnonsense\nEAC-21-900-12345\n", " Ana ", "").unwrap();
    let verdicts = story.portfolio().add(&request).unwrap();
    assert_eq!(verdicts.iter().map(Verdict::code).collect::<Vec<_>>(), ["added", "refused", "added"]);
    assert!(story.cases().iter().all(|case| case.person == "Ana"));
}

#[tokio::test]
async fn a_file_is_read_in_whatever_form_a_spreadsheet_saved_it() {
    let utf16 = |text: &str| [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin = |text: &str| text.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
    let forms: [Vec<u8>; 5] = [
        LIST.into(),
        format!("\u{feff}{LIST}").into(),
        LIST.replace(';', ",").into(),
        utf16(&LIST.replace(';', "\t")),
        latin(LIST),
    ];
    for (number, form) in forms.into_iter().enumerate() {
        let story = Story::of(Script::new()).await;
        let path = story.folder().join("list.csv");
        std::fs::write(&path, form).unwrap();
        let verdicts = story.portfolio().add(&AddRequest::of_file(&path).unwrap()).unwrap();
        assert_eq!(codes(&verdicts), [("added", None), ("added", None)], "form {number}");
        assert_eq!(story.cases()[1].person, "José Ruiz", "form {number}");
        assert_eq!(story.cases()[0].label, "green card", "form {number}");
    }
}

#[tokio::test]
async fn what_is_no_list_is_refused_as_a_whole() {
    let story = Story::of(Script::new()).await;
    let path = story.folder().join("list.xlsx");
    assert!(matches!(AddRequest::of_file(&path), Err(Error::FileUnreadable(_))));
    std::fs::write(&path, b"PK\x03\x04\0\0\0\0").unwrap();
    assert!(matches!(AddRequest::of_file(&path), Err(Error::List(_))));
    assert!(matches!(AddRequest::of_text("name,colour\nAna,blue\n", "", ""), Err(Error::List(_))));
    assert!(story.cases().is_empty());
}

#[tokio::test]
async fn cases_are_described_filtered_and_removed() {
    let receipts = receipts(3);
    let story = Story::of(reviewed(&receipts)).await;
    story.add(&receipts);
    story.planned().await;
    story.service.set(&receipts[1], status("Interview Was Scheduled"));
    story.ordered().await;
    let portfolio = story.portfolio();
    portfolio.describe(story.case(&receipts[2]).id, " Ana Peña ", " asylum ").unwrap();
    let found = |filter: &CaseFilter| -> Vec<String> {
        portfolio.cases(filter).unwrap().iter().map(|case| case.receipt.as_str().to_owned()).collect()
    };
    assert_eq!(found(&CaseFilter { unread: true, ..CaseFilter::default() }), [receipts[1].clone()]);
    assert_eq!(found(&CaseFilter { stage: Some(Stage::Interview), ..CaseFilter::default() }), [receipts[1].clone()]);
    assert_eq!(found(&CaseFilter { person: Some("ana PEÑA".into()), ..CaseFilter::default() }), [receipts[2].clone()]);
    portfolio.mark_all_read().unwrap();
    assert!(found(&CaseFilter { unread: true, ..CaseFilter::default() }).is_empty());
    let gone = story.case(&receipts[0]).id;
    portfolio.remove(gone).unwrap();
    assert!(matches!(portfolio.remove(gone), Err(Error::NoSuchCase)));
    assert!(matches!(portfolio.record_of(gone), Err(Error::NoSuchCase)));
    assert_eq!(portfolio.case_count().unwrap(), 2);
    assert_eq!(story.add(&[&receipts[0]])[0].code(), "added", "a removed case can come back");
}

#[tokio::test]
async fn cases_survive_reopening_with_their_record() {
    let mut story = Story::of_one_case().await;
    story.ordered().await;
    story.look_and_find(ONLINE, "Interview Was Scheduled").await;
    let before = story.record(ONLINE);
    story.reopen();
    let after = story.record(ONLINE);
    assert_eq!((before.case, before.observations, before.changes), (after.case, after.observations, after.changes));
}
