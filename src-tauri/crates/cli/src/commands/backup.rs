//! `backup create | list | verify | restore`.

use std::path::{Path, PathBuf};

use casefolio_core::backup::{BackupEntry, BackupKind, InItsPlace, Restored};
use clap::ArgMatches;
use serde::Serialize;

use super::given::Given;
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::language::Words;
use crate::wire::time;

#[derive(Serialize)]
struct VerifiedWire<'a> {
    file: &'a str,
    verified: bool,
    cases: u64,
}

#[derive(Serialize)]
struct RestoredWire<'a> {
    file: &'a str,
    verified: bool,
    cases: u64,
    /// Where the damaged portfolio is that was in the place.
    #[serde(skip_serializing_if = "Option::is_none")]
    set_aside: Option<&'a str>,
}

#[derive(Serialize)]
struct EntryWire<'a> {
    file: &'a str,
    at: String,
    kind: &'static str,
    damaged: bool,
}

/// Makes a backup.
pub(super) async fn create(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let portfolio = context.open().await?;
    let file = matches.get_one::<PathBuf>("backup").map(PathBuf::as_path);
    let made = portfolio.back_up(BackupKind::ByHand, file)?;
    told(context, &made.file, made.cases, "cli.backup.made")
}

/// Lists the backups in the portfolio's folder; needs no password.
pub(super) fn list(context: &Context) -> Result<Exit, Error> {
    let core = context.core()?;
    let entries = core.backups(&core.choose(context.portfolio_name())?)?;
    for entry in &entries {
        let file = entry.file.to_string_lossy();
        let wire = EntryWire { file: &file, at: time(entry.at), kind: entry.kind.code(), damaged: entry.damaged };
        context.output.print(&wire, || entry_words(entry, &file, context.words))?;
    }
    if entries.is_empty() {
        context.output.words(|| context.words.say("cli.backup.none"))?;
    }
    Ok(Exit::Done)
}

fn entry_words(entry: &BackupEntry, file: &str, words: Words) -> String {
    let key = if entry.damaged { "cli.backup.entry_damaged" } else { "cli.backup.entry" };
    let kind = words.say(&format!("cli.backup.kind.{}", entry.kind.code()));
    words.fill(key, &[("at", &time(entry.at)), ("kind", &kind), ("file", file)])
}

/// Verifies a backup.
pub(super) fn verify(context: &Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let file = file(matches);
    let report = context.core()?.verify_backup(file, Given::of(context, matches)?.opener())?;
    told(context, file, report.cases, "cli.backup.verified")
}

/// Makes a portfolio of a backup; where it is asked for, in the place of a damaged one, which is set aside.
pub(super) fn restore(context: &Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let file = file(matches);
    let given = Given::of(context, matches)?;
    let restored = context.core()?.restore_in_place_of(file, given.opener(), in_its_place(matches))?;
    let (name, aside) = (file.to_string_lossy(), restored.set_aside.as_ref().map(|folder| folder.to_string_lossy()));
    let cases = restored.report.cases;
    let wire = RestoredWire { file: &name, verified: true, cases, set_aside: aside.as_deref() };
    context.output.print(&wire, || restored_words(&restored, aside.as_deref(), context.words))?;
    Ok(Exit::Done)
}

fn in_its_place(matches: &ArgMatches) -> InItsPlace {
    match (matches.get_flag("set-damaged-aside"), matches.get_flag("confirm-damaged-keys")) {
        (true, true) => InItsPlace::DamagedUnproven,
        (true, false) => InItsPlace::Damaged,
        (false, _) => InItsPlace::Nothing,
    }
}

fn restored_words(restored: &Restored, set_aside: Option<&str>, words: Words) -> String {
    let values = [("user_id", restored.entry.user_id.as_str()), ("cases", &restored.report.cases.to_string())];
    let done = words.fill("cli.backup.restored", &values);
    match set_aside {
        Some(folder) => format!("{done}\n{}", words.fill("cli.backup.set_aside", &[("folder", folder)])),
        None => done,
    }
}

fn told(context: &Context, file: &Path, cases: u64, key: &str) -> Result<Exit, Error> {
    let file = file.to_string_lossy();
    context.output.print(&VerifiedWire { file: &file, verified: true, cases }, || {
        context.words.fill(key, &[("file", &file), ("cases", &cases.to_string())])
    })?;
    Ok(Exit::Done)
}

/// The operand; its description says that it is required.
fn file(matches: &ArgMatches) -> &Path {
    matches.get_one::<PathBuf>("backup").map_or(Path::new(""), PathBuf::as_path)
}
