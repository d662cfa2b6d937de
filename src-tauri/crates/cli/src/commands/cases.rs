//! `add`, `import`, `cases` and `show`.

use std::path::PathBuf;

use casefolio_core::Portfolio;
use casefolio_core::cases::{AddRequest, CaseFilter, CaseRecord, Judgement, Verdict};
use casefolio_domain::{Case, Glance, ReceiptNumber, Stage};
use clap::ArgMatches;

use super::{readable, text, texts};
use crate::context::Context;
use crate::error::{Error, Exit, refused_words};
use crate::language::Words;
use crate::secrets;
use crate::wire::{CaseWire, RecordWire, VerdictWire};

/// The operand that stands for standard input.
const STDIN: &str = "-";

/// Adds receipts from the arguments or, with `-`, from standard input.
pub(super) async fn add(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let receipts = texts(matches, "receipt");
    let (person, label) = (text(matches, "person"), text(matches, "label"));
    let from_stdin = receipts.iter().any(|receipt| receipt == STDIN);
    if from_stdin && receipts.len() > 1 {
        return Err(Error::Arguments { words: context.words.say("cli.usage.stdin_alone") });
    }
    let portfolio = context.open().await?;
    let request = if from_stdin {
        AddRequest::of_bytes(&secrets::list()?, person, label)?
    } else {
        AddRequest::of_receipts(&receipts, person, label)
    };
    judge(context, &portfolio, &request)
}

/// Adds the receipts of a file.
pub(super) async fn import(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let path = matches.get_one::<PathBuf>("file").cloned().unwrap_or_default();
    let request = AddRequest { dry_run: matches.get_flag("dry-run"), ..AddRequest::of_file(&path)? };
    let portfolio = context.open().await?;
    judge(context, &portfolio, &request)
}

fn judge(context: &Context, portfolio: &Portfolio, request: &AddRequest) -> Result<Exit, Error> {
    let verdicts = portfolio.add(request)?;
    for verdict in &verdicts {
        let message = reason_words(verdict, context.words);
        let wire = VerdictWire::of(verdict, message.clone(), request.dry_run);
        context.output.print(&wire, || verdict_words(verdict, message, context.words))?;
    }
    let refused = verdicts.iter().any(|verdict| matches!(verdict.judgement, Judgement::Refused(_)));
    Ok(if refused { Exit::Receipts } else { Exit::Done })
}

/// Why a receipt was refused, or what is remarkable about one that was not.
fn reason_words(verdict: &Verdict, words: Words) -> Option<String> {
    if let Judgement::Refused(problem) = &verdict.judgement {
        return Some(refused_words(problem, words));
    }
    verdict.reason().map(|code| words.say(&format!("receipt.remark.{code}")))
}

fn verdict_words(verdict: &Verdict, message: Option<String>, words: Words) -> String {
    let receipt = verdict.receipt.as_ref().map_or(verdict.input.as_str(), |receipt| receipt.as_str());
    let line = verdict.line.to_string();
    let said = words.fill(&format!("cli.verdict.{}", verdict.code()), &[("line", &line), ("receipt", receipt)]);
    [Some(said), message].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Lists cases. Needs no network.
pub(super) async fn list(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let filter = CaseFilter {
        stage: matches.get_one::<String>("stage").and_then(|code| Stage::from_code(code)),
        person: matches.get_one::<String>("person").cloned(),
        unread: matches.get_flag("unread"),
    };
    let cases = context.open().await?.cases(&filter)?;
    for case in &cases {
        context.output.print(&CaseWire::of(case), || case_words(case, context.words))?;
    }
    if cases.is_empty() {
        context.output.words(|| context.words.say("cli.cases.none"))?;
    }
    Ok(Exit::Done)
}

fn case_words(case: &Case<Glance>, words: Words) -> String {
    let form = case.last.as_ref().and_then(|last| last.form.as_ref()).map_or("-", |form| form.as_str());
    let title = case
        .last
        .as_ref()
        .map_or_else(|| words.say("stage.none"), |last| readable::in_language(&last.title, words).to_owned());
    let problem = case.problem.map(|kind| words.say(&format!("kind.{}.title", kind.code())));
    let unread = case.unread.then(|| words.say("cli.cases.unread"));
    let person = (!case.person.is_empty()).then(|| case.person.clone());
    let parts = [Some(case.receipt.as_str().to_owned()), Some(form.to_owned()), Some(title), person, unread, problem];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}

/// Shows one case with all that was seen of it. Needs no network.
pub(super) async fn show(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let receipt = ReceiptNumber::parse(text(matches, "receipt")).map_err(Error::Receipt)?;
    let record = context.open().await?.record(&receipt)?;
    context.output.print(&RecordWire::of(&record, context.words.0), || record_words(&record, context.words))?;
    Ok(Exit::Done)
}

fn record_words(record: &CaseRecord, words: Words) -> String {
    let case = &record.case;
    let mut lines = vec![case_words(&case.at_a_glance(), words)];
    let times = [("checked", readable::time(case.checked_at)), ("answered", readable::time(case.answered_at))];
    lines.push(words.fill("cli.show.times", &[(times[0].0, &times[0].1), (times[1].0, &times[1].1)]));
    lines.extend(case.last.as_ref().map(|last| readable::status(last, words)));
    if !record.changes.is_empty() {
        lines.push(words.say("cli.show.changes"));
    }
    lines.extend(record.changes.iter().map(|change| {
        let kind = words.say(&format!("change.{}", change.kind.code()));
        let title = |title: &Option<casefolio_domain::Bilingual>| {
            title.as_ref().map(|title| readable::in_language(title, words).to_owned())
        };
        let titles =
            [title(&change.before), title(&change.after)].into_iter().flatten().collect::<Vec<_>>().join(" → ");
        format!("  {} {kind} {titles}", readable::time(Some(change.at))).trim_end().to_owned()
    }));
    lines.join("\n")
}
