//! The commands, one by one.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};

use casefolio_domain::Stage;

use crate::language::Words;

/// Every command of the program.
pub(super) fn all(words: Words) -> Vec<Command> {
    vec![
        portfolio(words),
        service(words),
        check(words),
        add(words),
        import(words),
        cases(words),
        show(words),
        watch(words),
        backup(words),
        doctor(words),
        practice(words),
    ]
}

/// A command with its words. The name of a command inside another is `outer-inner`.
pub(super) fn command(name: &'static str, words: Words) -> Command {
    let key = name.replace('-', "_");
    let own = name.split_once('-').map_or(name, |(_, own)| if key == "casefolio_cli" { name } else { own });
    let usage = words.say("cli.heading.usage");
    Command::new(own)
        .about(words.say(&format!("cli.command.{key}")))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_value_name("COMMAND")
        .subcommand_help_heading(words.say("cli.heading.commands"))
        .next_help_heading(words.say("cli.heading.options"))
        .help_template(format!("{{about}}\n\n{usage}: {{usage}}\n\n{{all-args}}{{after-help}}"))
}

/// An option with a value.
pub(super) fn option(name: &'static str, value: &'static str, words: Words) -> Arg {
    flag(name, words).action(ArgAction::Set).value_name(value)
}

/// An option without a value.
pub(super) fn flag(name: &'static str, words: Words) -> Arg {
    let key = name.replace('-', "_");
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(words.say(&format!("cli.option.{key}")))
}

fn operand(name: &'static str, value: &'static str, words: Words) -> Arg {
    Arg::new(name)
        .required(true)
        .value_name(value)
        .help(words.say(&format!("cli.operand.{name}")))
        .help_heading(words.say("cli.heading.operands"))
}

fn receipts(words: Words) -> Arg {
    operand("receipt", "RECEIPT", words).num_args(1..)
}

fn portfolio(words: Words) -> Command {
    let user_id = option("user-id", "ID", words).required(true);
    command("portfolio", words).subcommand_required(true).subcommands([
        command("portfolio-create", words).arg(user_id).arg(flag("no-computer-slot", words)),
        command("portfolio-list", words),
        command("portfolio-mode", words)
            .arg(operand("mode", "MODE", words).required(false).value_parser(["computer", "strict"])),
        command("portfolio-passwd", words),
        command("portfolio-recover", words),
        command("portfolio-recovery-code", words),
        command("portfolio-renew-key", words),
    ])
}

fn service(words: Words) -> Command {
    let whole = value_parser!(u32);
    command("service", words).subcommand_required(true).subcommands([
        command("service-set", words)
            .arg(option("token-url", "U", words).required(true))
            .arg(option("api-base", "U", words).required(true))
            .arg(option("client-id", "ID", words).required(true))
            .arg(option("per-second", "N", words).value_parser(whole))
            .arg(option("per-day", "N", words).value_parser(value_parser!(u32))),
        command("service-show", words),
        command("service-test", words),
    ])
}

fn check(words: Words) -> Command {
    command("check", words)
        .arg(receipts(words))
        .arg(option("token-url", "U", words).requires_all(["api-base", "client-id"]))
        .arg(option("api-base", "U", words).requires_all(["token-url", "client-id"]))
        .arg(option("client-id", "ID", words).requires_all(["token-url", "api-base"]))
        .arg(flag("client-secret-stdin", words).requires("token-url"))
}

fn add(words: Words) -> Command {
    let person = option("person", "NAME", words).help(words.say("cli.option.person_of"));
    command("add", words).arg(receipts(words)).arg(person).arg(option("label", "TEXT", words))
}

fn import(words: Words) -> Command {
    let file = operand("file", "FILE", words).value_parser(value_parser!(PathBuf));
    command("import", words).arg(file).arg(flag("dry-run", words))
}

fn cases(words: Words) -> Command {
    let stages: Vec<&'static str> = Stage::ALL.iter().map(|stage| stage.code()).collect();
    let help = words.fill("cli.option.stage", &[("stages", &stages.join(" "))]);
    let stage =
        Arg::new("stage").long("stage").value_name("S").value_parser(stages).hide_possible_values(true).help(help);
    command("cases", words).arg(stage).arg(option("person", "P", words)).arg(flag("unread", words))
}

fn show(words: Words) -> Command {
    command("show", words).arg(operand("receipt", "RECEIPT", words).help(words.say("cli.operand.one_receipt")))
}

fn watch(words: Words) -> Command {
    command("watch", words)
        .arg(flag("once", words))
        .arg(flag("all", words).requires("once"))
        .arg(option("for", "SECONDS", words).value_parser(seconds).conflicts_with("all"))
        .group(ArgGroup::new("how").args(["once", "for"]).required(true))
}

fn backup(words: Words) -> Command {
    let file = || operand("backup", "FILE", words).value_parser(value_parser!(PathBuf));
    let code = || flag("recovery-code-stdin", words);
    command("backup", words).subcommand_required(true).subcommands([
        command("backup-create", words).arg(file().required(false).help(words.say("cli.operand.file"))),
        command("backup-list", words),
        command("backup-verify", words).arg(file()).arg(code()),
        command("backup-restore", words)
            .arg(file())
            .arg(code())
            .arg(flag("set-damaged-aside", words))
            .arg(flag("confirm-damaged-keys", words).requires("set-damaged-aside")),
    ])
}

fn doctor(words: Words) -> Command {
    command("doctor", words)
        .arg(flag("repair-keys", words))
        .arg(flag("accept-older", words))
        .arg(option("salvage", "NEW_USER_ID", words))
        .arg(flag("recovery-code-stdin", words))
        .group(ArgGroup::new("what").args(["repair-keys", "accept-older", "salvage"]))
}

fn practice(words: Words) -> Command {
    command("practice", words)
        .arg(option("port", "P", words).required(true).value_parser(value_parser!(u16)))
        .arg(option("script", "FILE", words).value_parser(value_parser!(PathBuf)))
        .arg(option("speed", "X", words).value_parser(value_parser!(f64)))
}

/// A number of seconds, with decimals if need be.
fn seconds(text: &str) -> Result<std::time::Duration, String> {
    let number: f64 = text.parse().map_err(|_| String::new())?;
    std::time::Duration::try_from_secs_f64(number).map_err(|_| String::new())
}
