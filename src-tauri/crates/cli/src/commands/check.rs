//! `check RECEIPT...`: ask once, keep nothing.

use casefolio_core::check::quick_check;
use casefolio_core::parts::{Failure, Way};
use casefolio_core::service::Service;
use casefolio_core::{Portfolio, SystemClock};
use casefolio_domain::{Observation, ReceiptNumber, ReceiptProblem};
use clap::ArgMatches;

use super::{readable, service, texts};
use crate::context::Context;
use crate::error::{Error, Exit, refused_words};
use crate::wire::{CheckWire, RefusedWire, StatusWire};

/// Who is asked.
enum Source {
    /// A service without a portfolio.
    Service(Box<Service>),
    /// The service of a portfolio, within its budget.
    Portfolio(Box<Portfolio>),
}

/// Asks about receipts, one after the other. Only receipts that could be one are asked for.
pub(super) async fn check(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let inputs = texts(matches, "receipt");
    let mut source = None;
    let mut exit = Exit::Done;
    for input in &inputs {
        let outcome = match ReceiptNumber::parse(input) {
            Ok(receipt) => {
                let source = match &source {
                    Some(source) => source,
                    None => source.insert(choose(context, matches).await?),
                };
                let answer = source.ask(&receipt).await?;
                tell(context, &receipt, &answer)?
            }
            Err(problem) => refuse(context, input, &problem)?,
        };
        exit = graver(exit, outcome);
    }
    Ok(exit)
}

/// The exit code that stands for both: a service that does not answer, then a receipt that is no good, then other failures.
fn graver(one: Exit, other: Exit) -> Exit {
    one.max(other)
}

async fn choose(context: &mut Context, matches: &ArgMatches) -> Result<Source, Error> {
    if context.practises() {
        return Ok(Source::Service(Box::new(context.practice_service().await?)));
    }
    if matches.contains_id("token-url") {
        let settings = service::settings(matches);
        let secret = context.input.client_secret()?.ok_or(casefolio_core::Error::SecretMissing)?;
        return Ok(Source::Service(Box::new(Service::new(settings, secret, &Way::default())?)));
    }
    match context.open().await {
        Ok(portfolio) => Ok(Source::Portfolio(Box::new(portfolio))),
        Err(Error::Core(casefolio_core::Error::NoPortfolio)) => Err(casefolio_core::Error::ServiceNotSet.into()),
        Err(error) => Err(error),
    }
}

impl Source {
    async fn ask(&self, receipt: &ReceiptNumber) -> Result<Result<Observation, Failure>, Error> {
        match self {
            Self::Service(service) => Ok(quick_check(service, receipt, &SystemClock).await),
            Self::Portfolio(portfolio) => Ok(portfolio.quick_check(receipt).await?),
        }
    }
}

fn tell(context: &Context, receipt: &ReceiptNumber, answer: &Result<Observation, Failure>) -> Result<Exit, Error> {
    let words = context.words;
    let failure = answer.as_ref().err();
    let wire = CheckWire {
        receipt: receipt.as_str().to_owned(),
        status: answer.as_ref().map_or_else(|_| StatusWire::none(), |found| StatusWire::of(found, words.0)),
        problem: failure.map(|failure| failure.kind.contract_code()),
        message: failure.and_then(|failure| failure.message.clone()),
    };
    context.output.print(&wire, || {
        let rest = match answer {
            Ok(found) => readable::status(found, words),
            Err(failure) => readable::failure(failure.kind, failure.message.as_deref(), words),
        };
        format!("{}: {rest}", receipt.as_str())
    })?;
    Ok(failure.map_or(Exit::Done, |failure| readable::exit_of(failure.kind)))
}

fn refuse(context: &Context, input: &str, problem: &ReceiptProblem) -> Result<Exit, Error> {
    let message = refused_words(problem, context.words);
    let wire = RefusedWire {
        input,
        receipt: None,
        verdict: "refused",
        reason: problem.code(),
        message: message.clone(),
        proposal: problem.proposal().map(ReceiptNumber::as_str),
    };
    context.output.print(&wire, || format!("{input}: {message}"))?;
    Ok(Exit::Receipts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_does_not_answer_counts_before_a_bad_receipt() {
        assert_eq!(graver(Exit::Receipts, Exit::Done), Exit::Receipts);
        assert_eq!(graver(Exit::Receipts, Exit::Service), Exit::Service);
        assert_eq!(graver(Exit::Receipts, Exit::Failed), Exit::Receipts);
    }
}
