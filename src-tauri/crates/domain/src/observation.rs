//! One answer of the service about one receipt.

use chrono::{NaiveDate, NaiveDateTime};

use crate::form::FormType;
pub use crate::language::Language;
use crate::receipt::ReceiptNumber;

/// The same words in the service's two languages. Spanish is empty where the service gave none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bilingual {
    /// The English words.
    pub en: String,
    /// The Spanish words, or empty.
    pub es: String,
}

impl Bilingual {
    /// Pairs the two texts.
    pub fn new(en: impl Into<String>, es: impl Into<String>) -> Self {
        Self { en: en.into(), es: es.into() }
    }

    /// The words in `language`, or the English ones where there are none.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::Spanish if !self.es.is_empty() => &self.es,
            Language::Spanish | Language::English => &self.en,
        }
    }
}

/// A link that stood in a status text; only `https` links to uscis.gov and usps.com hosts are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The words of the link.
    pub label: String,
    /// The address, `https://…`.
    pub url: String,
}

/// One completed step as the service lists it: a sentence, not a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryItem {
    /// The day the service gives, where it could be read.
    pub date: Option<NaiveDate>,
    /// The sentence.
    pub text: Bilingual,
}

/// What the service said about one receipt: plain text only, no markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// The receipt that was asked for and echoed.
    pub receipt: ReceiptNumber,
    /// The form, where the service named one.
    pub form: Option<FormType>,
    /// When the form was received; local time of the service, zone not documented. Absent for IOE receipts.
    pub submitted: Option<NaiveDateTime>,
    /// When the service last touched the case; same remarks.
    pub modified: Option<NaiveDateTime>,
    /// The status title. The English one is never empty.
    pub title: Bilingual,
    /// The status text, reduced to plain text; paragraphs are separated by a line feed.
    pub text: Bilingual,
    /// The trusted links of the text.
    pub links: Vec<Link>,
    /// The completed steps in the order of their dates, oldest first.
    pub history: Vec<HistoryItem>,
}
