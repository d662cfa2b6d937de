//! `cargo xtask TASK`: everything a developer or CI runs, in one place.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a developer tool speaks on the terminal")]

mod bench;
mod bindings;
mod command;
mod dist;
mod faults;
mod fuzz;
mod icons;
mod locales;
mod run;
mod session_tests;
mod test;
mod tidy;
mod tools;
mod windows;
mod wine;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};
use workspace::Workspace;

const USAGE: &str = "\
usage: cargo xtask TASK

  run [--headless]     install what is missing, build, open Casefolio in practice mode;
                       without a display: a tour in a virtual one, pictures in target/run/
  test                 every check there is, the real window included
  setup                install what is missing, nothing else
  tidy [--catalogue]   the rules of the house; --catalogue lists the faults that tests name
  bench store          the store with 10,000 cases and 1,000,000 rows of history, against its limits
  bench idle           what the window's program costs for ten minutes while nothing is due
  bench polling        how long changes wait to be seen, against simpler plans and the least possible
  fuzz [TARGET ...] [--minutes 10]
                       what comes from outside under libFuzzer: slot_file, import, answers, settings, script
  faults [PHASE ...]   files that fail at every call of a portfolio's scripted life: killed, refused, full, forgotten
  faults --kills N     the real command line killed N times under load
  locales              English and Spanish word lists against each other and the sources
  windows [STEP ...]   the Windows program, built on Debian and tried out under Wine:
                       build, test, story, installer; without a name, these four; and lint
  dist                 .deb and .rpm on the shelf target/dist/
  dist --check         the .deb of the shelf tried out in a fresh Debian
  dist --windows       the Windows installer of what `windows build` built, tried out under Wine
  icons [--check]      every icon from icons/casefolio.svg; --check says whether they are so already
  bindings             write ui/src/ipc/bindings.ts from the Rust commands";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let Some((task, options)) = words.split_first() else { bail!("no task named\n{USAGE}") };
    let workspace = Workspace::locate()?;
    match (*task, options) {
        ("run", []) => run::run(&workspace, run::has_display()),
        ("run", ["--headless"]) => run::run(&workspace, false),
        ("test", []) => test::test(&workspace),
        ("setup", []) => tools::setup(&workspace, tools::Need::Tests),
        ("tidy", []) => tidy::tidy(&workspace),
        ("tidy", ["--catalogue"]) => tidy::print_catalogue(&workspace),
        ("bench", ["store"]) => bench::store(&workspace),
        ("bench", ["idle"]) => bench::idle(&workspace),
        ("bench", ["polling"]) => bench::polling(&workspace),
        ("fuzz", options) => fuzz::fuzz(&workspace, options),
        ("faults", options) => faults::faults(&workspace, options),
        ("locales", []) => locales::locales(&workspace),
        ("windows", steps) => windows::windows(&workspace, steps),
        ("dist", ["--windows"]) => windows::windows(&workspace, &["installer"]),
        ("dist", options) => dist::dist(&workspace, options),
        ("icons", []) => icons::icons(&workspace),
        ("icons", ["--check"]) => icons::check(&workspace),
        ("bindings", []) => bindings::bindings(&workspace),
        ("help" | "--help" | "-h", _) => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("unknown task: {}\n{USAGE}", words.join(" ")),
    }
}
