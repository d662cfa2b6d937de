//! Words for people, where no JSON is asked for, and exit codes of checks.

use casefolio_domain::{Bilingual, Observation, ProblemKind};
use chrono::{DateTime, Utc};

use crate::error::Exit;
use crate::language::Words;
use crate::wire::form_name;

/// The exit code of a check that failed.
pub(super) fn exit_of(kind: ProblemKind) -> Exit {
    match kind {
        ProblemKind::NotRecognised | ProblemKind::BadlyFormed => Exit::Receipts,
        ProblemKind::NotAuthorised
        | ProblemKind::Limited
        | ProblemKind::Closed
        | ProblemKind::NotData
        | ProblemKind::NoNetwork
        | ProblemKind::NotTrusted
        | ProblemKind::ProxyUnreachable
        | ProblemKind::ProxySignIn
        | ProblemKind::ProxyRefused
        | ProblemKind::TimedOut
        | ProblemKind::BudgetSpent => Exit::Service,
        ProblemKind::Unreadable | ProblemKind::WrongReceipt => Exit::Failed,
    }
}

/// What a failed check means, with the service's own words if it gave any.
pub(super) fn failure(kind: ProblemKind, message: Option<&str>, words: Words) -> String {
    let code = kind.code();
    let title = words.say(&format!("kind.{code}.title"));
    let what = words.say(&format!("kind.{code}.what"));
    let own = message.map(|message| words.fill("cli.check.service_says", &[("message", message)]));
    [Some(format!("{title}. {what}")), own].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// A status: form, title, stage, text, history and links.
pub(super) fn status(observation: &Observation, words: Words) -> String {
    let stage = casefolio_domain::Stage::of(&observation.title.en, &observation.text.en);
    let stage = words.say(&format!("stage.{}", stage.code()));
    let title = in_language(&observation.title, words);
    let mut lines = vec![format!("{title} ({stage})")];
    lines.extend(form(observation, words));
    lines.extend(in_language(&observation.text, words).lines().map(str::to_owned).filter(|line| !line.is_empty()));
    if !observation.history.is_empty() {
        lines.push(words.say("cli.check.history"));
    }
    lines.extend(observation.history.iter().map(|item| {
        let date = item.date.map_or_else(String::new, |day| day.format("%Y-%m-%d ").to_string());
        format!("  {date}{}", in_language(&item.text, words))
    }));
    lines.extend(observation.links.iter().map(|link| format!("  {}", link.url)));
    lines.join("\n")
}

fn form(observation: &Observation, words: Words) -> Option<String> {
    let form = observation.form.as_ref()?;
    let name = form_name(form, words.0).map_or_else(String::new, |name| format!(", {name}"));
    Some(format!("{}{name}", form.as_str()))
}

/// The service's words in the user's language.
pub(super) fn in_language(text: &Bilingual, words: Words) -> &str {
    text.in_language(words.0)
}

/// A time for people: to the minute, in UTC; a dash for none.
pub(super) fn time(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.format("%Y-%m-%d %H:%M UTC").to_string())
}
