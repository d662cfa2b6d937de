//! The arguments of the program: its commands and options, and what is said about wrong ones.

mod commands;
mod refusal;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::error::{Error, Exit};
use crate::language::Words;

/// What the arguments ask for.
pub(crate) enum Asked {
    /// A command, with the options that hold for every command.
    Command(Box<Globals>, Box<ArgMatches>),
    /// Help or the version: these words, on standard output.
    Words(String),
}

/// The options that hold for every command.
pub(crate) struct Globals {
    /// The data folder.
    pub(crate) home: Option<PathBuf>,
    /// The user ID of the portfolio.
    pub(crate) portfolio: Option<String>,
    /// JSON on standard output.
    pub(crate) json: bool,
    /// The password is the first line of standard input.
    pub(crate) password_stdin: bool,
    /// The practice service runs in this process and is used.
    pub(crate) practice: bool,
}

/// Reads the arguments; the first one is the program's name.
pub(crate) fn read(arguments: Vec<OsString>, words: Words) -> Result<Asked, Error> {
    let program = program(words);
    match program.try_get_matches_from(arguments) {
        Ok(matches) => Ok(Asked::Command(Box::new(globals(&matches)), Box::new(matches))),
        Err(error) if error.exit_code() == Exit::Done as i32 => Ok(Asked::Words(error.render().to_string())),
        Err(error) => Err(Error::Arguments { words: refusal::words(&error, words) }),
    }
}

fn globals(matches: &ArgMatches) -> Globals {
    Globals {
        home: matches.get_one::<PathBuf>("home").cloned(),
        portfolio: matches.get_one::<String>("portfolio").cloned(),
        json: matches.get_flag("json"),
        password_stdin: matches.get_flag("password-stdin"),
        practice: matches.get_flag("practice"),
    }
}

fn program(words: Words) -> Command {
    let version = Arg::new("version").short('V').long("version").action(ArgAction::Version);
    let global = |arg: Arg| arg.global(true).help_heading(words.say("cli.heading.global"));
    let help = Arg::new("help").short('h').long("help").action(ArgAction::Help);
    commands::command("casefolio-cli", words)
        // Else Windows would say `casefolio-cli.exe`.
        .bin_name("casefolio-cli")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .subcommand_required(true)
        .after_help(words.say("cli.exit_codes"))
        .arg(version.help(words.say("cli.option.version")).help_heading(words.say("cli.heading.global")))
        .arg(global(help.help(words.say("cli.option.help"))))
        .arg(global(commands::option("home", "DIR", words).value_parser(value_parser!(PathBuf))))
        .arg(global(commands::option("portfolio", "USER_ID", words)))
        .arg(global(commands::flag("json", words)))
        .arg(global(commands::option("lang", "en|es", words).value_parser(["en", "es"]).hide_possible_values(true)))
        .arg(global(commands::flag("password-stdin", words)))
        .arg(global(commands::flag("practice", words)))
        .subcommands(commands::all(words))
}

#[cfg(test)]
mod tests {
    use casefolio_domain::Language;

    use super::*;

    fn read_all(arguments: &[&str]) -> Result<Asked, Error> {
        let arguments = std::iter::once("casefolio-cli").chain(arguments.iter().copied()).map(OsString::from);
        read(arguments.collect(), Words(Language::English))
    }

    #[test]
    fn every_command_and_option_is_declared_without_contradiction() {
        for language in [Language::English, Language::Spanish] {
            program(Words(language)).debug_assert();
        }
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for arguments in
            [["--json", "--practice", "cases"], ["cases", "--practice", "--json"], ["--json", "cases", "--practice"]]
        {
            let Ok(Asked::Command(globals, _)) = read_all(&arguments) else { panic!("{arguments:?}") };
            assert!(globals.json && globals.practice && !globals.password_stdin, "{arguments:?}");
        }
        let Ok(Asked::Command(globals, _)) = read_all(&["portfolio", "list", "--home", "x"]) else { panic!() };
        assert_eq!(globals.home, Some(PathBuf::from("x")));
    }

    #[test]
    fn two_dashes_end_the_options() {
        let Ok(Asked::Command(globals, matches)) = read_all(&["check", "--", "--json"]) else { panic!() };
        assert!(!globals.json);
        let (_, check) = matches.subcommand().unwrap();
        assert_eq!(check.get_many::<String>("receipt").unwrap().collect::<Vec<_>>(), ["--json"]);
    }

    #[test]
    fn wrong_usage_is_told_and_nothing_typed_is_repeated() {
        for arguments in [
            vec![],
            vec!["EAC9999103403"],
            vec!["check"],
            vec!["check", "--token-url", "http://127.0.0.1"],
            vec!["watch"],
            vec!["watch", "--for", "soon"],
            vec!["watch", "--once", "--for", "3"],
            vec!["portfolio", "create"],
            vec!["--lang", "EAC9999103403", "cases"],
        ] {
            let Err(Error::Arguments { words }) = read_all(&arguments) else { panic!("{arguments:?}") };
            assert!(!words.contains("EAC") && !words.contains("soon") && !words.is_empty(), "{words}");
        }
    }

    #[test]
    fn help_is_in_the_language_asked_for() {
        let arguments = ["casefolio-cli", "watch", "--help"].map(OsString::from).to_vec();
        let Ok(Asked::Words(help)) = read(arguments, Words(Language::Spanish)) else { panic!() };
        assert!(help.contains("Uso:") && !help.contains("Usage:") && !help.contains("Options:"), "{help}");
    }
}
