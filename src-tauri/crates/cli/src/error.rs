//! What can go wrong in a command, the exit code of each, and the words for it.

use std::io;

use casefolio_core::problem::{Nature, Problem};
use casefolio_domain::ReceiptProblem;
use casefolio_practice::ScriptProblem;

use crate::language::Words;

/// The exit codes of the program: a contract with scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done.
    Done = 0,
    /// Something failed.
    Failed = 1,
    /// Wrong usage.
    Usage = 2,
    /// A wrong password, or the portfolio is locked.
    Locked = 3,
    /// Some receipt was refused or is not recognised.
    Receipts = 4,
    /// The service is not set, not reachable or closed.
    Service = 5,
    /// The data is damaged.
    Damaged = 6,
}

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A use case failed.
    #[error("a use case failed")]
    Core(#[from] casefolio_core::Error),
    /// The arguments were refused; the words are ready.
    #[error("the arguments were refused")]
    Arguments {
        /// What is wrong, in the user's language.
        words: String,
    },
    /// Standard output or standard error was closed.
    #[error("the output was closed")]
    Output(#[from] io::Error),
    /// Standard input or the terminal could not be read.
    #[error("the input could not be read")]
    Input(#[source] io::Error),
    /// A password was needed and none was given.
    #[error("no password was given")]
    PasswordMissing,
    /// The new password was typed differently the second time.
    #[error("the two passwords differ")]
    PasswordsDiffer,
    /// A recovery code was needed and none was given.
    #[error("no recovery code was given")]
    RecoveryCodeMissing,
    /// A receipt number was refused.
    #[error("a receipt number was refused")]
    Receipt(#[source] ReceiptProblem),
    /// The user has no home folder and named no data folder.
    #[error("there is no data folder")]
    NoHome,
    /// A portfolio whose own service is set was to be watched against the practice service.
    #[error("a real portfolio is not for practice")]
    PracticeOfRealPortfolio,
    /// The practice service could not start.
    #[error("the practice service could not start")]
    Practice(#[from] casefolio_practice::Error),
    /// The script of the practice service could not be read.
    #[error("the script could not be read")]
    ScriptFile(#[source] io::Error),
    /// The script of the practice service holds a mistake.
    #[error("the script holds a mistake")]
    Script(#[from] ScriptProblem),
    /// The parts that wait for the network could not start.
    #[error("the runtime could not start")]
    Runtime(#[source] io::Error),
}

impl Error {
    /// The exit code.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Core(error) => match Problem::of(error).nature {
                Nature::Failed => Exit::Failed,
                Nature::Usage => Exit::Usage,
                Nature::Locked => Exit::Locked,
                Nature::Service => Exit::Service,
                Nature::Damaged => Exit::Damaged,
            },
            Self::Arguments { .. }
            | Self::PasswordsDiffer
            | Self::NoHome
            | Self::PracticeOfRealPortfolio
            | Self::ScriptFile(_)
            | Self::Script(_)
            | Self::Practice(casefolio_practice::Error::Speed) => Exit::Usage,
            Self::PasswordMissing | Self::RecoveryCodeMissing => Exit::Locked,
            Self::Receipt(_) => Exit::Receipts,
            Self::Output(_) | Self::Input(_) | Self::Practice(_) | Self::Runtime(_) => Exit::Failed,
        }
    }

    /// The words for it; none where nobody is left to read them.
    pub(crate) fn words(&self, words: Words) -> Option<String> {
        Some(match self {
            Self::Core(error) => problem_words(&Problem::of(error), words),
            Self::Arguments { words } => words.clone(),
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => return None,
            Self::Output(_) => words.say("cli.problem.output"),
            Self::Input(_) => words.say("cli.problem.input"),
            Self::PasswordMissing => words.say("cli.problem.password_missing"),
            Self::PasswordsDiffer => words.say("cli.problem.passwords_differ"),
            Self::RecoveryCodeMissing => words.say("cli.problem.recovery_code_missing"),
            Self::Receipt(problem) => refused_words(problem, words),
            Self::NoHome => words.say("cli.problem.no_home"),
            Self::PracticeOfRealPortfolio => words.say("cli.problem.practice_of_real_portfolio"),
            Self::Practice(casefolio_practice::Error::Speed) => words.say("cli.problem.speed"),
            Self::Practice(casefolio_practice::Error::Port(_)) => words.say("cli.problem.port"),
            Self::ScriptFile(_) => words.say("problem.file_unreadable"),
            Self::Script(problem) => script_words(problem, words),
            Self::Runtime(_) => words.say("problem.stopped"),
        })
    }
}

/// The words for a problem of a use case.
pub(crate) fn problem_words(problem: &Problem, words: Words) -> String {
    let values: Vec<(&str, &str)> = problem.params.iter().map(|(name, value)| (*name, value.as_str())).collect();
    words.fill(&format!("problem.{}", problem.code), &values)
}

/// The words for a refused receipt number.
pub(crate) fn refused_words(problem: &ReceiptProblem, words: Words) -> String {
    let proposal = problem.proposal().map_or("", |proposal| proposal.as_str());
    words.fill(&format!("receipt.refused.{}", problem.code()), &[("proposal", proposal)])
}

fn script_words(problem: &ScriptProblem, words: Words) -> String {
    let number = |count: &usize| count.to_string();
    match problem {
        ScriptProblem::Form { line, column, .. } => {
            words.fill("cli.script.form", &[("line", &number(line)), ("column", &number(column))])
        }
        ScriptProblem::Receipt { case } => words.fill("cli.script.receipt", &[("case", &number(case))]),
        ScriptProblem::Twice { case } => words.fill("cli.script.twice", &[("case", &number(case))]),
        ScriptProblem::NoSteps { case } => words.fill("cli.script.no_steps", &[("case", &number(case))]),
        ScriptProblem::NoTitle { case, step } => {
            words.fill("cli.script.no_title", &[("case", &number(case)), ("step", &number(step))])
        }
    }
}
