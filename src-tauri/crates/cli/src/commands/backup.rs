//! `backup create | list | verify | restore`.

use std::path::{Path, PathBuf};

use casefolio_core::backup::{BackupEntry, BackupKind};
use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::portfolio::Opener;
use clap::ArgMatches;
use serde::Serialize;

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

/// Makes a portfolio of a backup.
pub(super) fn restore(context: &Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let file = file(matches);
    let (entry, report) = context.core()?.restore_and_report(file, Given::of(context, matches)?.opener())?;
    let name = file.to_string_lossy();
    context.output.print(&VerifiedWire { file: &name, verified: true, cases: report.cases }, || {
        let values = [("user_id", entry.user_id.as_str()), ("cases", &report.cases.to_string())];
        context.words.fill("cli.backup.restored", &values)
    })?;
    Ok(Exit::Done)
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

/// What a person gave to open a backup.
enum Given {
    Passphrase(Passphrase),
    RecoveryCode(RecoveryCode),
    Nothing,
}

impl Given {
    fn of(context: &Context, matches: &ArgMatches) -> Result<Self, Error> {
        if matches.get_flag("recovery-code-stdin") {
            let typed = context.input.recovery_code_line()?;
            return Ok(Self::RecoveryCode(RecoveryCode::parse(&typed).map_err(casefolio_core::Error::RecoveryCode)?));
        }
        Ok(match context.input.password()? {
            Some(typed) => Self::Passphrase(Passphrase::typed(typed).map_err(casefolio_core::Error::Passphrase)?),
            None => Self::Nothing,
        })
    }

    fn opener(&self) -> Opener<'_> {
        match self {
            Self::Passphrase(passphrase) => Opener::Passphrase(passphrase),
            Self::RecoveryCode(code) => Opener::RecoveryCode(code),
            Self::Nothing => Opener::Computer,
        }
    }
}
