//! What a watch does for the backups of its portfolio, beside the watching and never in its way.

use std::sync::Arc;

use casefolio_core::problem::Problem;
use casefolio_core::{Portfolio, PortfolioEvent};
use tokio::sync::Notify;

use crate::error::problem_words;
use crate::language::Words;
use crate::output::remark;

/// Makes the daily backup if it is due, and verifies a stored one if it is its turn. Says on standard error what is amiss.
pub(super) async fn keep(portfolio: &Arc<Portfolio>, words: Words) {
    let kept = Arc::clone(portfolio);
    let outcome = tokio::task::spawn_blocking(move || kept.keep_backups()).await;
    match outcome.unwrap_or(Err(casefolio_core::Error::Stopped)) {
        Ok(upkeep) => {
            if let Some(damaged) = upkeep.verified.filter(|entry| entry.damaged) {
                let file = damaged.file.to_string_lossy();
                remark(&words.fill("cli.remark.backup_set_aside", &[("file", &file)]));
            }
        }
        Err(error) => {
            let problem = problem_words(&Problem::of(&error), words);
            remark(&words.fill("cli.remark.backup_failed", &[("problem", &problem)]));
        }
    }
}

/// Does so after each round, for as long as it is polled.
pub(super) async fn keep_after_rounds(portfolio: &Arc<Portfolio>, words: Words) {
    let ended = Arc::new(Notify::new());
    let round = Arc::clone(&ended);
    portfolio.listen(Box::new(move |event| {
        if matches!(event, PortfolioEvent::RoundEnded(_)) {
            round.notify_one();
        }
    }));
    loop {
        ended.notified().await;
        keep(portfolio, words).await;
    }
}
