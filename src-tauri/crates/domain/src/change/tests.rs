//! Tests of the comparison.

use chrono::{NaiveDate, NaiveDateTime};
use proptest::prelude::*;

use super::*;
use crate::receipt::ReceiptNumber;

fn time(text: &str) -> NaiveDateTime {
    format!("{text}T10:00:00").parse().unwrap()
}

fn item(date: &str, en: &str) -> HistoryItem {
    HistoryItem { date: date.parse().ok(), text: Bilingual::new(en, "") }
}

fn observation(title: &str, text: &str) -> Observation {
    Observation {
        receipt: ReceiptNumber::parse("EAC1512350678").unwrap(),
        form: None,
        submitted: Some(time("2025-01-17")),
        modified: Some(time("2025-01-18")),
        title: Bilingual::new(title, ""),
        text: Bilingual::new(text, ""),
        links: Vec::new(),
        history: vec![item("2025-01-17", "We received your Form I-130.")],
    }
}

fn seen(observation: &Observation) -> LastKnown {
    LastKnown { observation: observation.clone(), doubtful: false }
}

fn kinds(before: &Observation, after: &Observation) -> Vec<ChangeKind> {
    compare(&seen(before), after).iter().map(Change::kind).collect()
}

const TEXT: &str =
    "As of June 25, 2025, we are reviewing your case. Write by 07/30/2025. Go to www.uscis.gov/e-request .";

#[test]
fn another_title_is_one_change_whatever_else_moved() {
    let before = observation("Case Was Received", "On June 1, 2025, we received it.");
    let mut after = observation("Case Was Approved", "On July 1, 2025, we approved it.");
    after.modified = Some(time("2025-07-01"));
    assert_eq!(kinds(&before, &after), [ChangeKind::Title]);
    let Some(Change::Title { before: old, after: new }) = compare(&seen(&before), &after).pop() else { panic!() };
    assert_eq!((old.en.as_str(), new.en.as_str()), ("Case Was Received", "Case Was Approved"));
}

#[test]
fn a_title_written_otherwise_is_the_same_title() {
    let before = observation("Response To USCIS' Request For Evidence Was Received", TEXT);
    let after = observation(" response to USCIS&#039; request  for evidence was received.", TEXT);
    assert_eq!(kinds(&before, &after), []);
}

#[test]
fn white_space_links_and_quotes_are_not_the_substance_of_a_text() {
    let before = observation("Case Was Received", TEXT);
    let after = observation(
        "Case Was Received",
        "As of June 25,  2025, we are reviewing\nyour case. Write by 07/30/2025. Go to https://egov.uscis.gov/other .",
    );
    assert_eq!(kinds(&before, &after), []);
}

#[test]
fn another_text_under_the_same_title_is_a_change_of_text() {
    let before = observation("Card Was Produced", "On April 15, 2025, the tracking number assigned is UNAVAILABLE.");
    let after = observation("Card Was Produced", "On April 16, 2025, the tracking number assigned is 9400.");
    assert_eq!(kinds(&before, &after), [ChangeKind::Text]);
}

#[test]
fn dates_that_move_alone_are_told_apart_in_every_form() {
    for (old, new) in [
        ("As of June 25, 2025, we work.", "As of July 2, 2025, we work."),
        ("Before 07/30/2025.", "Before 08/30/2025."),
        ("Before 2025-07-30.", "Before 2025-08-30."),
        ("El 04 de Junio de 2025, trabajamos.", "El 05 de Julio de 2025, trabajamos."),
    ] {
        let (before, after) = (observation("Case Remains Pending", old), observation("Case Remains Pending", new));
        assert_eq!(kinds(&before, &after), [ChangeKind::DatesOnly], "{old}");
    }
    let before = observation("Case Remains Pending", TEXT);
    let mut after = before.clone();
    after.modified = Some(time("2025-09-01"));
    assert_eq!(kinds(&before, &after), [ChangeKind::DatesOnly]);
    let mut after = before.clone();
    after.history = vec![item("2025-01-20", "We received your Form I-130.")];
    assert_eq!(kinds(&before, &after), [ChangeKind::DatesOnly]);
}

#[test]
fn dates_that_are_absent_have_not_moved() {
    let before = observation("Case Was Received", TEXT);
    let mut electronic = before.clone();
    (electronic.submitted, electronic.modified) = (None, None);
    assert_eq!(kinds(&before, &electronic), []);
    assert_eq!(kinds(&electronic, &before), []);
    assert_eq!(kinds(&electronic, &electronic.clone()), []);
}

#[test]
fn new_sentences_of_the_history_are_named() {
    let before = observation("Case Was Received", TEXT);
    let mut after = before.clone();
    after.modified = Some(time("2025-09-01"));
    let new = item("2025-02-01", "We took your fingerprints.");
    after.history.insert(0, new.clone());
    assert_eq!(compare(&seen(&before), &after), [Change::HistoryGrew { added: vec![new] }]);
    assert_eq!(kinds(&after, &before), [ChangeKind::DatesOnly], "a shorter history is no growth");
}

#[test]
fn a_sentence_that_comes_again_is_new() {
    let before = observation("Case Was Received", TEXT);
    let mut after = before.clone();
    let again = item("2025-03-01", "We received your Form I-130.");
    after.history.insert(0, again.clone());
    assert_eq!(compare(&seen(&before), &after), [Change::HistoryGrew { added: vec![again] }]);
}

#[test]
fn a_receipt_that_is_known_again_says_so_beside_what_changed() {
    let before = observation("Case Was Received", TEXT);
    let missing = LastKnown { observation: before.clone(), doubtful: true };
    assert_eq!(compare(&missing, &before), [Change::Reappeared]);
    let after = observation("Case Was Approved", TEXT);
    let kinds: Vec<ChangeKind> = compare(&missing, &after).iter().map(Change::kind).collect();
    assert_eq!(kinds, [ChangeKind::Title, ChangeKind::Reappeared]);
}

#[test]
fn spanish_words_that_arrive_or_are_polished_are_no_change() {
    let before = observation("Case Was Received", TEXT);
    let mut after = before.clone();
    after.title.es = "Caso Recibido".to_owned();
    after.text.es = "Recibimos su caso.".to_owned();
    after.history[0].text.es = "Recibimos su Formulario I-130.".to_owned();
    assert_eq!(kinds(&before, &after), []);
    let mut polished = after.clone();
    polished.text.es = "Hemos recibido su caso.".to_owned();
    assert_eq!(kinds(&after, &polished), []);
}

#[test]
fn a_text_that_is_absent_says_nothing() {
    let before = observation("Case Was Received", TEXT);
    assert_eq!(kinds(&before, &observation("Case Was Received", " ")), []);
    assert_eq!(kinds(&observation("Case Was Received", ""), &before), []);
}

prop_compose! {
    fn any_observation()(
        title in "[A-Z][a-z' ]{1,30}", text in any::<String>(), spanish in any::<String>(),
        steps in prop::collection::vec((0_i64..9, "[a-c]{1,2}"), 0..6), dated: bool,
    ) -> Observation {
        let epoch = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let mut observation = observation(&title, &text);
        observation.text.es = spanish;
        if !dated { observation.modified = None; }
        observation.history = steps.iter().map(|(days, words)| HistoryItem {
            date: epoch.checked_add_signed(chrono::TimeDelta::days(*days)),
            text: Bilingual::new(words.clone(), ""),
        }).collect();
        observation
    }
}

proptest! {
    #[test]
    fn an_answer_compared_with_itself_has_not_changed(one in any_observation()) {
        prop_assert_eq!(compare(&seen(&one), &one), []);
    }

    #[test]
    fn changes_come_in_order_and_each_kind_once(one in any_observation(), other in any_observation(), doubtful: bool) {
        let found: Vec<ChangeKind> =
            compare(&LastKnown { observation: one, doubtful }, &other).iter().map(Change::kind).collect();
        prop_assert!(found.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert_eq!(found.contains(&ChangeKind::Reappeared), doubtful);
    }

    #[test]
    fn answers_with_the_same_gist_differ_in_no_more_than_dates(one in any_observation(), other in any_observation()) {
        if gist(&one) == gist(&other) {
            prop_assert!(compare(&seen(&one), &other).iter().all(|change| change.kind() == ChangeKind::DatesOnly));
        }
        let mut later = one.clone();
        later.modified = Some(NaiveDate::from_ymd_opt(2026, 3, 1).unwrap().and_hms_opt(1, 2, 3).unwrap());
        later.history.reverse();
        prop_assert_eq!(gist(&one), gist(&later));
    }

    #[test]
    fn the_order_of_the_history_is_no_change(one in any_observation()) {
        let mut turned = one.clone();
        turned.history.reverse();
        prop_assert_eq!(compare(&seen(&one), &turned), []);
    }
}
