//! What every open portfolio has, whether it is shown or not: it is watched, and told of.

use std::sync::Arc;
use std::time::Duration;

use casefolio_core::mail::Post;
use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::{Tempo, Watcher};
use casefolio_core::{Error, Portfolio};
use casefolio_practice::Running;
use tauri::{AppHandle, Manager};

use crate::notifier::DesktopNotifier;
use crate::session::Session;
use crate::shell::Shell;
use crate::upkeep::Upkeep;

/// How long an answer of the service is waited for where a person waits for the portfolio.
pub(crate) const PATIENCE: Duration = Duration::from_millis(1_500);

/// Has a portfolio watched and told of, whether it is shown or not.
pub(crate) fn attend(
    app: &AppHandle,
    portfolio: Arc<Portfolio>,
    practice: Option<Running>,
    notifier: DesktopNotifier,
) -> Result<Session, Error> {
    if practice.is_none() {
        app.state::<Shell>().log.follow(&portfolio);
    }
    let tempo = if practice.is_some() { Tempo::PRACTICE } else { Tempo::USUAL };
    let watcher = Watcher::start(Arc::clone(&portfolio), tempo);
    let dispatcher = Dispatcher::start(&portfolio, Arc::new(notifier))?;
    let words = crate::language::words;
    let post = Arc::new(Post::new(&portfolio, tauri::async_runtime::handle().inner().clone(), words));
    let letters = Dispatcher::start_mail(&portfolio, Arc::<Post>::clone(&post))?;
    let upkeep = practice.is_none().then(|| Upkeep::start(app, &portfolio));
    Ok(Session { portfolio, watcher, dispatcher, post, letters, practice, upkeep })
}

/// Has a session come to rest: what was answered is committed, and nothing more is told.
pub(crate) async fn settle(session: &Session) {
    session.watcher.stop_within(PATIENCE).await;
    if let Some(upkeep) = &session.upkeep {
        upkeep.stop().await;
    }
    session.post.stop();
    let (dispatcher, letters) = (session.dispatcher.clone(), session.letters.clone());
    // A thread that is just telling a notice holds the portfolio until it is told.
    let _ended = tauri::async_runtime::spawn_blocking(move || {
        dispatcher.flush();
        letters.flush();
    })
    .await;
}
