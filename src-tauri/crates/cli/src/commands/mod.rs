//! The commands of the program.

mod backup;
mod cases;
mod check;
mod doctor;
mod events;
mod given;
mod interrupt;
mod mode;
mod portfolio;
mod practice;
mod readable;
mod service;
mod upkeep;
mod watch;

use clap::ArgMatches;

use crate::context::Context;
use crate::error::{Error, Exit};

/// Runs the command that was asked for.
pub(crate) async fn run(mut context: Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let context = &mut context;
    match path(matches) {
        ("portfolio", Some(("create", own))) => portfolio::create(context, own),
        ("portfolio", Some(("list", _))) => portfolio::list(context),
        ("portfolio", Some(("mode", own))) => mode::mode(context, own),
        ("portfolio", Some(("passwd", _))) => portfolio::passwd(context),
        ("portfolio", Some(("recover", _))) => portfolio::recover(context),
        ("portfolio", Some(("recovery-code", _))) => portfolio::recovery_code(context),
        ("portfolio", Some(("renew-key", _))) => portfolio::renew_key(context),
        ("service", Some(("set", own))) => service::set(context, own).await,
        ("service", Some(("show", _))) => service::show(context).await,
        ("service", Some(("test", _))) => service::test(context).await,
        ("check", Some((_, own))) => check::check(context, own).await,
        ("add", Some((_, own))) => cases::add(context, own).await,
        ("import", Some((_, own))) => cases::import(context, own).await,
        ("cases", Some((_, own))) => cases::list(context, own).await,
        ("show", Some((_, own))) => cases::show(context, own).await,
        ("watch", Some((_, own))) => watch::watch(context, own).await,
        ("backup", Some(("create", own))) => backup::create(context, own).await,
        ("backup", Some(("list", _))) => backup::list(context),
        ("backup", Some(("verify", own))) => backup::verify(context, own),
        ("backup", Some(("restore", own))) => backup::restore(context, own),
        ("doctor", Some((_, own))) => doctor::doctor(context, own),
        ("practice", Some((_, own))) => practice::practice(context, own).await,
        // The arguments were read by a description of exactly these commands.
        _ => Err(Error::Arguments { words: context.words.say("cli.usage.unknown_command") }),
    }
}

/// The command and the one inside it; a command without others inside stands for itself.
fn path(matches: &ArgMatches) -> (&str, Option<(&str, &ArgMatches)>) {
    match matches.subcommand() {
        Some((outer, own)) => (outer, own.subcommand().or(Some((outer, own)))),
        None => ("", None),
    }
}

/// The value of an option or operand that is text.
fn text<'a>(matches: &'a ArgMatches, name: &str) -> &'a str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}

/// Every value of an operand that is text.
fn texts(matches: &ArgMatches, name: &str) -> Vec<String> {
    matches.get_many::<String>(name).into_iter().flatten().cloned().collect()
}
