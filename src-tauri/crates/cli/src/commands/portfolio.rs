//! `portfolio create | list | passwd | recover | recovery-code`.

use casefolio_core::core::PortfolioEntry;
use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::portfolio::CreateRequest;
use clap::ArgMatches;
use serde::Serialize;
use zeroize::Zeroizing;

use super::text;
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::language::Words;
use crate::output::remark;

#[derive(Serialize)]
struct RecoveryCodeWire<'a> {
    user_id: &'a str,
    recovery_code: &'a str,
}

#[derive(Serialize)]
struct EntryWire<'a> {
    user_id: &'a str,
    computer_slot: bool,
    /// Why it cannot be opened; left out of a healthy one.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'static str>,
}

#[derive(Serialize)]
struct PasswordSetWire<'a> {
    user_id: &'a str,
    password_set: bool,
}

/// Makes a portfolio and prints its recovery code, once.
pub(super) fn create(context: &Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let passphrase = chosen(context.input.new_password()?)?;
    let computer_slot = !matches.get_flag("no-computer-slot");
    let user_id = text(matches, "user-id").to_owned();
    let request = CreateRequest { user_id, passphrase, computer_slot, watch_behind_lock: true };
    let created = context.core()?.create(&request)?;
    // It is on the screen or in the script's hands: nobody types it again here.
    created.portfolio.note_recovery_confirmed()?;
    if computer_slot && !created.computer_slot {
        remark(&context.words.say("cli.remark.no_computer_slot"));
    }
    let (user_id, code) = (created.portfolio.user_id(), created.recovery_code.show());
    context.output.print(&RecoveryCodeWire { user_id, recovery_code: &code }, || {
        context.words.fill("cli.portfolio.created", &[("user_id", user_id), ("recovery_code", &code)])
    })?;
    Ok(Exit::Done)
}

/// Lists the portfolios; needs no password.
pub(super) fn list(context: &Context) -> Result<Exit, Error> {
    let entries = context.core()?.portfolios()?;
    for entry in &entries {
        let PortfolioEntry { user_id, computer_slot, problem, .. } = entry;
        let wire = EntryWire { user_id, computer_slot: *computer_slot, problem: *problem };
        context.output.print(&wire, || entry_words(entry, context.words))?;
    }
    if entries.is_empty() {
        context.output.words(|| context.words.say("cli.portfolio.none"))?;
    }
    Ok(Exit::Done)
}

fn entry_words(entry: &PortfolioEntry, words: Words) -> String {
    let user_id = entry.user_id.as_str();
    if let Some(code) = entry.problem {
        let problem = words.say(&format!("problem.{code}"));
        return words.fill("cli.portfolio.entry_damaged", &[("user_id", user_id), ("problem", &problem)]);
    }
    let key = if entry.computer_slot { "cli.portfolio.entry_with_key" } else { "cli.portfolio.entry" };
    words.fill(key, &[("user_id", user_id)])
}

/// Replaces the password.
pub(super) fn passwd(context: &Context) -> Result<Exit, Error> {
    let core = context.core()?;
    let entry = core.choose(context.portfolio_name())?;
    let old = Passphrase::typed(context.input.current_password()?).map_err(casefolio_core::Error::Passphrase)?;
    let new = chosen(context.input.new_password()?)?;
    core.change_passphrase(&entry, &old, &new)?;
    told(context, &entry.user_id)
}

/// Opens a portfolio by its recovery code and gives it a new password.
pub(super) fn recover(context: &Context) -> Result<Exit, Error> {
    let core = context.core()?;
    let entry = core.choose(context.portfolio_name())?;
    let typed = RecoveryCode::parse(&context.input.recovery_code()?).map_err(casefolio_core::Error::RecoveryCode)?;
    let new = chosen(context.input.new_password()?)?;
    drop(core.recover(&entry, &typed, &new)?);
    told(context, &entry.user_id)
}

/// Prints a new recovery code, once; the one before opens nothing any more.
pub(super) fn recovery_code(context: &Context) -> Result<Exit, Error> {
    let core = context.core()?;
    let entry = core.choose(context.portfolio_name())?;
    let typed = Passphrase::typed(context.input.current_password()?).map_err(casefolio_core::Error::Passphrase)?;
    let new = core.new_recovery_code(&entry, &typed)?;
    core.confirm_recovery_code(&entry, &new, new.code())?;
    show_code(context, "cli.portfolio.recovery_code", &entry.user_id, new.code())
}

/// Gives the portfolio a new key; prints the new recovery code, once.
pub(super) fn renew_key(context: &Context) -> Result<Exit, Error> {
    let core = context.core()?;
    let entry = core.choose(context.portfolio_name())?;
    let typed = Passphrase::typed(context.input.current_password()?).map_err(casefolio_core::Error::Passphrase)?;
    let renewed = core.renew_key(&entry, &typed)?;
    show_code(context, "cli.portfolio.key_renewed", &entry.user_id, &renewed)
}

fn show_code(context: &Context, words: &str, user_id: &str, code: &RecoveryCode) -> Result<Exit, Error> {
    let shown = code.show();
    context.output.print(&RecoveryCodeWire { user_id, recovery_code: &shown }, || {
        context.words.fill(words, &[("user_id", user_id), ("recovery_code", &shown)])
    })?;
    Ok(Exit::Done)
}

fn told(context: &Context, user_id: &str) -> Result<Exit, Error> {
    context.output.print(&PasswordSetWire { user_id, password_set: true }, || {
        context.words.fill("cli.portfolio.password_set", &[("user_id", user_id)])
    })?;
    Ok(Exit::Done)
}

/// A passphrase being chosen, held to the rules.
pub(super) fn chosen(typed: Zeroizing<String>) -> Result<Passphrase, Error> {
    Ok(Passphrase::new(typed).map_err(casefolio_core::Error::Passphrase)?)
}
