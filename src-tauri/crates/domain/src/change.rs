//! Two observations that differ.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::case::LastKnown;
use crate::dates;
use crate::observation::{Bilingual, HistoryItem, Observation};
use crate::status::normalise_title;

/// What kind of difference it is; the code is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Another status title, after normalisation.
    Title,
    /// The same title, but the substance of the text differs.
    Text,
    /// Only dates moved (in the text, or the two dates of the case).
    DatesOnly,
    /// The history has sentences it did not have.
    HistoryGrew,
    /// The service knows the receipt again after "not recognised".
    Reappeared,
    /// The service has not recognised the receipt for a while.
    Disappeared,
}

impl ChangeKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::Title, Self::Text, Self::DatesOnly, Self::HistoryGrew, Self::Reappeared, Self::Disappeared];

    /// The stable code used in the database, in JSON and in the locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Text => "text",
            Self::DatesOnly => "dates_only",
            Self::HistoryGrew => "history_grew",
            Self::Reappeared => "reappeared",
            Self::Disappeared => "disappeared",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One difference between the last known status and a new answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another title.
    Title {
        /// The title before.
        before: Bilingual,
        /// The title now.
        after: Bilingual,
    },
    /// Another text under the same title.
    Text,
    /// Only dates moved.
    DatesOnly,
    /// New sentences in the history.
    HistoryGrew {
        /// The sentences that were not there before.
        added: Vec<HistoryItem>,
    },
    /// Known again.
    Reappeared,
    /// Not recognised for a while; it comes alone, for there is no answer with it.
    Disappeared,
}

impl Change {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> ChangeKind {
        match self {
            Self::Title { .. } => ChangeKind::Title,
            Self::Text => ChangeKind::Text,
            Self::DatesOnly => ChangeKind::DatesOnly,
            Self::HistoryGrew { .. } => ChangeKind::HistoryGrew,
            Self::Reappeared => ChangeKind::Reappeared,
            Self::Disappeared => ChangeKind::Disappeared,
        }
    }
}

/// Compares the last known status with a new answer. Equal answers give no change; the order is that of [`ChangeKind::ALL`].
///
/// - [`Change::Title`]: another title, capitals, apostrophes and white space aside. Another text or other dates then go without saying.
/// - [`Change::Text`]: under the same title the text differs in more than dates, links and white space.
/// - [`Change::HistoryGrew`]: sentences that were not there before, or not as often.
/// - [`Change::DatesOnly`]: nothing of the above, but a date moved, in the texts or of the case. A date that appears or disappears is
///   no move (answers about IOE receipts have none).
/// - [`Change::Reappeared`]: the case had become doubtful ([`crate::Doubt`]); may stand beside any other.
///
/// The English words are compared; the Spanish ones only where both answers lack English.
#[must_use]
pub fn compare(before: &LastKnown, after: &Observation) -> Vec<Change> {
    let old = &before.observation;
    let mut changes = Vec::new();
    if title_key(&old.title) != title_key(&after.title) {
        changes.push(Change::Title { before: old.title.clone(), after: after.title.clone() });
    } else if text_differs(&old.text, &after.text) {
        changes.push(Change::Text);
    }
    let added = added_sentences(&old.history, &after.history);
    if changes.is_empty() && added.is_empty() && dates_moved(old, after) {
        changes.push(Change::DatesOnly);
    }
    if !added.is_empty() {
        changes.push(Change::HistoryGrew { added });
    }
    if before.doubtful {
        changes.push(Change::Reappeared);
    }
    changes
}

/// What of an answer is worth telling, by the rules of [`compare`]: where two have the same, no more than dates moved between them. For
/// comparing without knowing the answer before.
#[must_use]
pub fn gist(observation: &Observation) -> String {
    let mut history: Vec<String> = observation.history.iter().map(|item| substance(compared(&item.text))).collect();
    history.sort();
    [title_key(&observation.title), substance(compared(&observation.text)), history.join("\n")].join("\n")
}

/// What titles are compared by.
fn title_key(title: &Bilingual) -> String {
    normalise_title(compared(title))
}

/// The words that are compared: the English ones, else the Spanish ones.
fn compared(words: &Bilingual) -> &str {
    if words.en.trim().is_empty() { &words.es } else { &words.en }
}

/// The two texts in a language both have; none where they share none, for an absent text says nothing.
fn in_common<'a>(old: &'a Bilingual, new: &'a Bilingual) -> Option<(&'a str, &'a str)> {
    let both = |old: &'a str, new: &'a str| (!old.trim().is_empty() && !new.trim().is_empty()).then_some((old, new));
    both(&old.en, &new.en).or_else(|| both(&old.es, &new.es))
}

fn text_differs(old: &Bilingual, new: &Bilingual) -> bool {
    in_common(old, new).is_some_and(|(old, new)| substance(old) != substance(new))
}

/// A text without white space, addresses, apostrophes and capitals, and with its dates masked.
fn substance(text: &str) -> String {
    dates::mask(text)
        .split_whitespace()
        .filter(|word| !is_address(word))
        .flat_map(str::chars)
        .filter(|sign| !matches!(sign, '\'' | '‘' | '’' | '"' | '“' | '”'))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a word is a web address, punctuation around it aside.
fn is_address(word: &str) -> bool {
    let bare = word.trim_start_matches(|sign: char| !sign.is_alphanumeric()).to_ascii_lowercase();
    ["http://", "https://", "www."].iter().any(|front| bare.starts_with(front)) || bare.contains("uscis.gov")
}

/// The sentences of the new history beyond those of the old one, each as often as it is new. Where a sentence stands more often than
/// before, those with a date that was not there are the new ones.
fn added_sentences(old: &[HistoryItem], new: &[HistoryItem]) -> Vec<HistoryItem> {
    let mut known: HashMap<String, usize> = HashMap::new();
    for item in old {
        *known.entry(substance(compared(&item.text))).or_default() += 1;
    }
    let dated_before = |item: &HistoryItem| {
        old.iter()
            .any(|other| other.date == item.date && substance(compared(&other.text)) == substance(compared(&item.text)))
    };
    let mut by_novelty: Vec<(usize, &HistoryItem)> = new.iter().enumerate().collect();
    by_novelty.sort_by_key(|(place, item)| (!dated_before(item), *place));
    let mut added: Vec<(usize, &HistoryItem)> = by_novelty
        .into_iter()
        .filter(|(_, item)| match known.get_mut(&substance(compared(&item.text))) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            Some(_) | None => true,
        })
        .collect();
    added.sort_by_key(|(place, _)| *place);
    added.into_iter().map(|(_, item)| item.clone()).collect()
}

/// Whether a date moved: in the text, of a sentence of the history, or of the case.
fn dates_moved(old: &Observation, new: &Observation) -> bool {
    let in_text = in_common(&old.text, &new.text).is_some_and(|(old, new)| days_of(old) != days_of(new));
    in_text
        || moved(old.submitted, new.submitted)
        || moved(old.modified, new.modified)
        || history_dates_moved(&old.history, &new.history)
}

fn days_of(text: &str) -> Vec<NaiveDate> {
    dates::find(text).into_iter().map(|date| date.day).collect()
}

/// Whether both are there and differ.
fn moved<T: PartialEq>(old: Option<T>, new: Option<T>) -> bool {
    matches!((old, new), (Some(old), Some(new)) if old != new)
}

/// Whether a sentence that stands in both histories has another date. Histories of different length are not compared.
fn history_dates_moved(old: &[HistoryItem], new: &[HistoryItem]) -> bool {
    fn sorted(items: &[HistoryItem]) -> Vec<(String, Option<NaiveDate>)> {
        let mut keys: Vec<_> = items.iter().map(|item| (substance(compared(&item.text)), item.date)).collect();
        keys.sort();
        keys
    }
    old.len() == new.len()
        && sorted(old).iter().zip(&sorted(new)).any(|(old, new)| old.0 == new.0 && moved(old.1, new.1))
}

#[cfg(test)]
mod tests;
