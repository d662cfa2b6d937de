//! `casefolio-cli`: Casefolio on the command line. What it prints as JSON and its exit codes are a contract with scripts.

rust_i18n::i18n!("../../../locales", fallback = "en");

mod arguments;
mod commands;
mod context;
mod environment;
mod error;
mod language;
mod output;
mod secrets;
mod wire;

use std::alloc::System;
use std::ffi::OsString;
use std::process::ExitCode;

use arguments::Asked;
use casefolio_core::log::note_faults;
use casefolio_system::memory;
use context::Context;
use environment::Environment;
use error::{Error, Exit};
use language::Words;
use output::{Output, remark};
use zeroizing_alloc::ZeroAlloc;

/// What the program frees is wiped (docs/decisions/0010).
#[global_allocator]
static MEMORY: ZeroAlloc<System> = ZeroAlloc(System);

fn main() -> ExitCode {
    memory::never_dump();
    // What a fault says of itself may hold what a person typed: its place has to do.
    note_faults(None);
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let environment = Environment::read();
    let words = Words::choose(&arguments, &environment);
    let exit = run(arguments, environment, words).unwrap_or_else(|error| {
        if let Some(text) = error.words(words) {
            remark(&text);
        }
        error.exit()
    });
    ExitCode::from(exit as u8)
}

fn run(arguments: Vec<OsString>, environment: Environment, words: Words) -> Result<Exit, Error> {
    match arguments::read(arguments, words)? {
        Asked::Words(text) => {
            Output::new(false).words(|| text.trim_end().to_owned())?;
            Ok(Exit::Done)
        }
        Asked::Command(globals, matches) => {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Error::Runtime)?;
            runtime.block_on(commands::run(Context::new(*globals, environment, words), &matches))
        }
    }
}
