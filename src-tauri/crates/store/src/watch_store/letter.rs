//! What lies sealed in an item of the inbox, as JSON.

use casefolio_domain::{Observation, ProblemKind, ReceiptNumber};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::columns::{from_time, to_time};
use crate::error::Error;
use crate::observations::{AnswerRow, receipt};

/// What came of checks behind the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The case.
    pub receipt: ReceiptNumber,
    /// When the check was made, the last one where it speaks of several.
    pub at: DateTime<Utc>,
    /// Of how many checks it speaks.
    pub times: u32,
    /// What came.
    pub content: Content,
}

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// An answer.
    Answer {
        /// The answer.
        observation: Box<Observation>,
        /// The body as the service sent it.
        raw: String,
    },
    /// The same answer as before.
    Same,
    /// No status.
    Failed {
        /// Why the last check failed.
        kind: ProblemKind,
        /// Failures in a row that concern this receipt alone.
        failures: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct LetterRow {
    receipt: String,
    at: i64,
    times: u32,
    content: ContentRow,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ContentRow {
    Answer { fields: Vec<Option<String>>, raw: String },
    Same,
    Failed { kind: String, failures: u32 },
}

impl Letter {
    /// As it is sealed.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let content = match &self.content {
            Content::Answer { observation, raw } => {
                ContentRow::Answer { fields: AnswerRow::of(observation)?.into_fields().to_vec(), raw: raw.clone() }
            }
            Content::Same => ContentRow::Same,
            Content::Failed { kind, failures } => {
                ContentRow::Failed { kind: kind.code().to_owned(), failures: *failures }
            }
        };
        let row =
            LetterRow { receipt: self.receipt.as_str().to_owned(), at: from_time(self.at), times: self.times, content };
        serde_json::to_vec(&row).map_err(|_| Error::Unreadable("letter"))
    }

    /// As it was sealed.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        let unreadable = || Error::Unreadable("letter");
        let row: LetterRow = serde_json::from_slice(bytes).map_err(|_| unreadable())?;
        let receipt = receipt(&row.receipt)?;
        let content = match row.content {
            ContentRow::Answer { fields, raw } => {
                let fields = fields.try_into().map_err(|_| unreadable())?;
                let observation =
                    AnswerRow::from_fields(fields).ok_or_else(unreadable)?.observation(receipt.clone())?;
                Content::Answer { observation: Box::new(observation), raw }
            }
            ContentRow::Same => Content::Same,
            ContentRow::Failed { kind, failures } => {
                Content::Failed { kind: ProblemKind::from_code(&kind).ok_or_else(unreadable)?, failures }
            }
        };
        Ok(Self { receipt, at: to_time(row.at, "letter")?, times: row.times, content })
    }
}
