//! The words for wrong arguments. What was typed may be a receipt or a name, so only names of options are repeated.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::language::Words;

/// What is wrong, and where help is.
pub(super) fn words(error: &clap::Error, words: Words) -> String {
    let argument = argument(error);
    let named = |key: &str| words.fill(key, &[("argument", &argument)]);
    let what = match error.kind() {
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            words.say("cli.usage.no_command")
        }
        ErrorKind::InvalidSubcommand => words.say("cli.usage.unknown_command"),
        ErrorKind::UnknownArgument if argument.starts_with('-') => named("cli.usage.unknown_option"),
        ErrorKind::UnknownArgument => words.say("cli.usage.too_much"),
        ErrorKind::MissingRequiredArgument => named("cli.usage.missing"),
        ErrorKind::ArgumentConflict => named("cli.usage.conflict"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::InvalidUtf8 => named("cli.usage.value"),
        ErrorKind::NoEquals | ErrorKind::TooFewValues | ErrorKind::TooManyValues | ErrorKind::WrongNumberOfValues => {
            named("cli.usage.value_count")
        }
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::Io | ErrorKind::Format | _ => {
            words.say("cli.usage.other") // the enum is open: kinds may be added
        }
    };
    format!("{what} {}", words.say("cli.usage.see_help"))
}

/// The names of the options the error is about, without values.
fn argument(error: &clap::Error) -> String {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => without_typed_value(name),
        Some(ContextValue::Strings(names)) => names.join(", "),
        Some(_) | None => String::new(),
    }
}

/// An unknown option as typed may carry a value: `--name=value`.
fn without_typed_value(name: &str) -> String {
    name.split('=').next().unwrap_or_default().to_owned()
}
