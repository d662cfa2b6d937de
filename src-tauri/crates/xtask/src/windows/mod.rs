//! `cargo xtask windows [STEP]`: the Windows program, built on Debian and tried out under Wine.

mod cross;
mod left_out;
mod story;
mod tests;

use anyhow::{Result, bail};

use crate::command::{program, step, timed};
use crate::tools::{Need, setup};
use crate::workspace::Workspace;
use cross::Cross;

/// A part of the work that can be done alone. Each goes on from what the earlier ones left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The lints for the Windows code; done when it is named, for a first time takes a quarter of an hour.
    Lint,
    /// The program, the command line and the practice service.
    Build,
    /// The tests, under Wine.
    Test,
    /// A portfolio's life under Wine, and its crossing to Linux and back.
    Story,
    /// The installer: made, unpacked, installed, removed.
    Installer,
}

const STEPS: [(&str, Step); 5] = [
    ("lint", Step::Lint),
    ("build", Step::Build),
    ("test", Step::Test),
    ("story", Step::Story),
    ("installer", Step::Installer),
];

/// Does the named steps in their order, or all that make and try the program.
pub(crate) fn windows(workspace: &Workspace, names: &[&str]) -> Result<()> {
    let steps = chosen(names)?;
    setup(workspace, Need::Windows)?;
    timed("cargo xtask windows", || {
        let cross = Cross::new(workspace);
        steps.into_iter().try_for_each(|step| work(&cross, step))
    })
}

fn chosen(names: &[&str]) -> Result<Vec<Step>> {
    for name in names {
        if !STEPS.iter().any(|(known, _)| known == name) {
            bail!("unknown step: {name}; there are: {}", STEPS.map(|(known, _)| known).join(", "));
        }
    }
    let wanted = |name: &str, step: Step| names.contains(&name) || names.is_empty() && step != Step::Lint;
    Ok(STEPS.iter().filter(|(name, step)| wanted(name, *step)).map(|(_, step)| *step).collect())
}

fn work(cross: &Cross, which: Step) -> Result<()> {
    match which {
        Step::Lint => {
            page(cross)?;
            step("clippy for Windows", cross.clippy()).map(drop)
        }
        Step::Build => {
            page(cross)?;
            build(cross)
        }
        Step::Test => {
            page(cross)?;
            tests::run(cross)
        }
        Step::Story => story::play(cross),
        Step::Installer => crate::dist::windows(cross.workspace(), &cross.programs()),
    }
}

/// The shell embeds the built page.
fn page(cross: &Cross) -> Result<()> {
    step("npm run build", program("npm", &cross.workspace().ui(), &["run", "build"])).map(drop)
}

fn build(cross: &Cross) -> Result<()> {
    let programs = ["--bin", "casefolio", "--bin", "casefolio-cli", "--bin", "casefolio-practice"];
    step("cargo build (Windows)", cross.cargo("build", &programs)).map(drop)
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn no_name_means_all_that_makes_and_tries_the_program_and_an_unknown_one_is_refused() {
        assert_eq!(chosen(&[]).expect("all"), [Step::Build, Step::Test, Step::Story, Step::Installer]);
        assert_eq!(chosen(&["story", "build"]).expect("two"), [Step::Build, Step::Story]);
        assert!(chosen(&["tests"]).is_err());
    }
}
