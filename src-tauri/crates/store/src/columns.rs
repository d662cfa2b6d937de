//! How values stand in columns.

use casefolio_domain::{Bilingual, HistoryItem, Link};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::error::Error;

/// Microseconds since 1970 UTC.
pub(crate) fn from_time(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

pub(crate) fn to_time(micros: i64, column: &'static str) -> Result<DateTime<Utc>, Error> {
    DateTime::from_timestamp_micros(micros).ok_or(Error::Unreadable(column))
}

pub(crate) fn to_optional_time(micros: Option<i64>, column: &'static str) -> Result<Option<DateTime<Utc>>, Error> {
    micros.map(|micros| to_time(micros, column)).transpose()
}

/// A local time of the service, in ISO 8601 without a zone.
pub(crate) fn from_local(time: NaiveDateTime) -> String {
    time.format("%Y-%m-%dT%H:%M:%S%.f").to_string()
}

pub(crate) fn to_local(text: Option<&str>, column: &'static str) -> Result<Option<NaiveDateTime>, Error> {
    text.map(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").map_err(|_| Error::Unreadable(column)))
        .transpose()
}

/// A count, which is never below nothing.
pub(crate) fn to_count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}

#[derive(Serialize, Deserialize)]
struct HistoryRow {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    date: Option<String>,
    en: String,
    es: String,
}

#[derive(Serialize, Deserialize)]
struct LinkRow {
    label: String,
    url: String,
}

/// History sentences as a JSON list.
pub(crate) fn from_history(history: &[HistoryItem]) -> Result<String, Error> {
    let rows: Vec<HistoryRow> = history
        .iter()
        .map(|item| HistoryRow {
            date: item.date.map(|date| date.to_string()),
            en: item.text.en.clone(),
            es: item.text.es.clone(),
        })
        .collect();
    serde_json::to_string(&rows).map_err(|_| Error::Unreadable("history"))
}

pub(crate) fn to_history(text: &str) -> Result<Vec<HistoryItem>, Error> {
    let unreadable = || Error::Unreadable("history");
    let rows: Vec<HistoryRow> = serde_json::from_str(text).map_err(|_| unreadable())?;
    rows.into_iter()
        .map(|row| {
            let date = row.date.map(|date| date.parse::<NaiveDate>().map_err(|_| unreadable())).transpose()?;
            Ok(HistoryItem { date, text: Bilingual { en: row.en, es: row.es } })
        })
        .collect()
}

/// Links as a JSON list.
pub(crate) fn from_links(links: &[Link]) -> Result<String, Error> {
    let rows: Vec<LinkRow> =
        links.iter().map(|link| LinkRow { label: link.label.clone(), url: link.url.clone() }).collect();
    serde_json::to_string(&rows).map_err(|_| Error::Unreadable("links"))
}

pub(crate) fn to_links(text: &str) -> Result<Vec<Link>, Error> {
    let rows: Vec<LinkRow> = serde_json::from_str(text).map_err(|_| Error::Unreadable("links"))?;
    Ok(rows.into_iter().map(|row| Link { label: row.label, url: row.url }).collect())
}
