//! `watch --once [--all] | --for SECONDS`.

use std::sync::Arc;
use std::time::Duration;

use casefolio_core::log::{Deed, Log, LogEvent, Program, note_faults};
use casefolio_core::service::Preset;
use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::{Order, Tempo, Watcher, run_round};
use casefolio_core::{Portfolio, PortfolioEvent, Problem};
use clap::ArgMatches;

use super::events::Lines;
use super::interrupt::interrupted;
use super::upkeep;
use crate::context::Context;
use crate::error::{Error, Exit};

/// Asks the service, once or for a while, and prints what happens. The log of the data folder has it too.
pub(super) async fn watch(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let core = context.core()?;
    let log = Log::of(core.home(), Program::CommandLine, core.clock());
    log.begin();
    note_faults(Some(Arc::clone(&log)));
    let outcome = watch_noted(context, matches, &log).await;
    if let Err(Error::Core(error)) = &outcome {
        log.note(&LogEvent::Refused { what: Deed::Watch, code: (&Problem::of(error)).into() });
    }
    log.note(&LogEvent::Ended);
    outcome
}

async fn watch_noted(context: &mut Context, matches: &ArgMatches, log: &Arc<Log>) -> Result<Exit, Error> {
    let portfolio = Arc::new(context.open().await?);
    log.follow(&portfolio);
    let settings = portfolio.service_settings()?;
    if settings.is_none() && !context.practises() {
        return Err(casefolio_core::Error::ServiceNotSet.into());
    }
    let of_practice = settings.as_ref().is_some_and(|settings| settings.preset == Preset::Practice);
    if context.practises() && settings.is_some() && !of_practice {
        // Invented answers would stand among real ones.
        return Err(Error::PracticeOfRealPortfolio);
    }
    let practice = context.practises() || of_practice;
    let lines = Arc::new(Lines::new(Arc::clone(&context.output), context.words));
    let dispatcher = print_events(&portfolio, &lines)?;
    if let Some(time) = matches.get_one::<Duration>("for") {
        let backups = async {
            if practice {
                std::future::pending().await
            } else {
                upkeep::keep_after_rounds(&portfolio, context.words).await;
            }
        };
        let tempo = if practice { Tempo::PRACTICE } else { Tempo::USUAL };
        tokio::select! {
            () = watch_for(&portfolio, *time, tempo, &lines) => {}
            () = backups => {}
        }
        dispatcher.flush();
        return lines.outcome();
    }
    let order = if matches.get_flag("all") { Order::All } else { Order::Due };
    let end = run_round(&portfolio, &order).await;
    dispatcher.flush();
    if !practice {
        upkeep::keep(&portfolio, context.words).await;
    }
    end?;
    lines.outcome()
}

/// Prints what is committed from now on. Of a check, `checked` comes before `changed`; all of a round comes before `round`.
fn print_events(portfolio: &Arc<Portfolio>, lines: &Arc<Lines>) -> Result<Dispatcher, Error> {
    // Before the dispatcher begins to listen, so that its thread is woken after the line is out.
    let events = Arc::clone(lines);
    portfolio.listen(Box::new(move |event| events.event(event)));
    let dispatcher = Dispatcher::start(portfolio, Arc::clone(lines) as _)?;
    let (telling, rounds) = (dispatcher.clone(), Arc::clone(lines));
    portfolio.listen(Box::new(move |event| {
        if let PortfolioEvent::RoundEnded(report) = event {
            telling.flush();
            rounds.round(report);
        }
    }));
    Ok(dispatcher)
}

/// Watches until the time is over, the program is asked to end or nobody reads any more; the round in progress is ended properly.
async fn watch_for(portfolio: &Arc<Portfolio>, time: Duration, tempo: Tempo, lines: &Lines) {
    let watcher = Watcher::start(Arc::clone(portfolio), tempo);
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        () = interrupted() => {}
        () = lines.closed() => {}
    }
    watcher.stop().await;
}
