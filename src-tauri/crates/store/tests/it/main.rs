//! The portfolio as its users see it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod backup;
mod damage;
mod generation;
mod opening;
mod privacy;
mod renewal;
mod salvage;
mod tables;
mod telling;
mod watch_store;

use std::path::Path;

use casefolio_domain::{Bilingual, CaseId, FormType, HistoryItem, Link, Observation, ReceiptNumber};
use casefolio_store::cases::{self, NewCase};
use casefolio_store::{DatabaseKey, Store};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

const PORTFOLIO: &str = "00112233445566778899aabbccddeeff";

fn key() -> DatabaseKey {
    DatabaseKey::new([7; 32])
}

fn created(folder: &Path) -> Store {
    Store::create(folder, &key(), PORTFOLIO).unwrap()
}

/// So many minutes after a certain noon.
fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

fn receipt(number: u32) -> ReceiptNumber {
    ReceiptNumber::parse(&format!("IOE{:010}", 900_000_000 + number)).unwrap()
}

fn watch(store: &Store, number: u32) -> CaseId {
    let new = NewCase {
        receipt: receipt(number),
        person: "Zoila Peña".into(),
        label: "wife's card".into(),
        added_at: minute(0),
    };
    store.write(|t| cases::insert(t, &new)).unwrap().unwrap()
}

fn answer(number: u32, title: &str) -> Observation {
    let day = NaiveDate::from_ymd_opt(2026, 2, 28).unwrap();
    Observation {
        receipt: receipt(number),
        form: FormType::parse("I-765"),
        submitted: day.and_hms_opt(9, 30, 15),
        modified: day.and_hms_milli_opt(23, 59, 59, 250),
        title: Bilingual::new(title, "Título"),
        text: Bilingual::new("On February 28, 2026, we did a thing.\nA second paragraph.", "El 28 de febrero…"),
        links: vec![Link { label: "address".into(), url: "https://egov.uscis.gov/coa".into() }],
        history: vec![
            HistoryItem { date: Some(day), text: Bilingual::new("Case was received.", "Se recibió el caso.") },
            HistoryItem { date: None, text: Bilingual::new("Undated.", "") },
        ],
    }
}
