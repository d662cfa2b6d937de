//! An open portfolio with its watcher.

use std::sync::Arc;

use casefolio_core::Portfolio;
use casefolio_core::mail::Post;
use casefolio_core::telling::Dispatcher;
use casefolio_core::watch::Watcher;
use casefolio_practice::Running;

use crate::upkeep::Upkeep;

/// A portfolio being watched.
pub(crate) struct Session {
    pub(crate) portfolio: Arc<Portfolio>,
    pub(crate) watcher: Watcher,
    pub(crate) dispatcher: Dispatcher,
    pub(crate) post: Arc<Post>,
    pub(crate) letters: Dispatcher,
    /// The practice service, in practice mode.
    pub(crate) practice: Option<Running>,
    /// None in practice mode, whose portfolio is thrown away.
    pub(crate) upkeep: Option<Upkeep>,
}
