//! The latest changes that nobody has read, as the tray's menu lists them.

use casefolio_core::Portfolio;
use casefolio_domain::notice::Detail;
use casefolio_domain::{Bilingual, Case, Glance, Language};
use chrono::NaiveDateTime;

/// How many are listed.
const MOST: usize = 5;
/// The longest line, in characters.
const LONGEST: usize = 60;

/// What is unread in the portfolio that is shown.
#[derive(Clone, Default)]
pub(crate) struct News {
    changes: Vec<Change>,
    /// Whether the user wants to read who and what outside the window.
    detailed: bool,
}

#[derive(Clone)]
struct Change {
    case: u32,
    about: String,
    status: Option<Bilingual>,
    /// By the clock on the wall.
    at: Option<NaiveDateTime>,
}

/// A line of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) case: u32,
    pub(crate) words: String,
}

impl News {
    /// What is unread now. What cannot be read now is read at the next change.
    pub(crate) fn of(portfolio: &Portfolio) -> Self {
        let zone = portfolio.clock().zone();
        let change = |case: Case<Glance>| {
            let about = if case.person.is_empty() { case.receipt.as_str().to_owned() } else { case.person.clone() };
            let at = case.changed_at.map(|at| at.with_timezone(&zone).naive_local());
            Some(Change { case: u32::try_from(case.id.0).ok()?, about, status: case.last.map(|last| last.title), at })
        };
        let cases = portfolio.latest_unread(MOST).unwrap_or_default();
        let detailed = portfolio.preferences().is_ok_and(|preferences| preferences.detail == Detail::Detailed);
        Self { changes: cases.into_iter().filter_map(change).collect(), detailed }
    }

    /// The lines, the latest first. Without `names` they say when, and not who nor what.
    pub(crate) fn lines(&self, language: Language, names: bool) -> Vec<Line> {
        let line = |change: &Change| Line { case: change.case, words: change.words(language, names && self.detailed) };
        self.changes.iter().map(line).collect()
    }
}

impl Change {
    fn words(&self, language: Language, detailed: bool) -> String {
        let status = self.status.as_ref().filter(|_| detailed).map(|status| status.in_language(language));
        if let Some(status) = status {
            return shortened(&format!("{}: {status}", self.about));
        }
        let locale = language.code();
        let form = match language {
            Language::English => "%m/%d %H:%M",
            Language::Spanish => "%d/%m %H:%M",
        };
        match self.at {
            Some(at) => rust_i18n::t!("tray.change_at", locale = locale, time = at.format(form)).into_owned(),
            None => rust_i18n::t!("notice.change.title", locale = locale).into_owned(),
        }
    }
}

fn shortened(words: &str) -> String {
    match words.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", words[..end].trim_end()),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn news(detailed: bool) -> News {
        let change = Change {
            case: 7,
            about: "Amara Okafor".to_owned(),
            status: Some(Bilingual::new("Case Was Approved", "Caso Fue Aprobado")),
            at: "2026-03-02T14:05:00".parse().ok(),
        };
        News { changes: vec![change], detailed }
    }

    fn line(news: &News, language: Language, names: bool) -> String {
        news.lines(language, names).remove(0).words
    }

    #[test]
    fn a_line_says_who_and_what_only_where_the_user_wants_that_and_names_are_shown() {
        assert_eq!(line(&news(true), Language::Spanish, true), "Amara Okafor: Caso Fue Aprobado");
        for (detailed, names) in [(true, false), (false, true), (false, false)] {
            assert_eq!(line(&news(detailed), Language::English, names), "A case changed, 03/02 14:05");
            assert_eq!(line(&news(detailed), Language::Spanish, names), "Un caso cambió, 02/03 14:05");
        }
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        assert_eq!(shortened(&"ñ".repeat(LONGEST)), "ñ".repeat(LONGEST));
        assert_eq!(shortened(&"ñ".repeat(90)), format!("{}…", "ñ".repeat(LONGEST)));
    }
}
