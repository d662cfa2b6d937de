//! Telling, while the portfolio is locked, that something changed: never what.

use std::sync::{Arc, Weak};

use super::dispatcher::{Restraint, Teller};
use super::{Dispatcher, Notice, Notifier};
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::watch::Book;
use crate::watch::behind_lock::LockedWatch;

impl Dispatcher {
    /// Starts telling of what is seen behind the lock. Each change is told once; a crash between telling it and noting that repeats it
    /// once at most. What was told here is not told again after unlocking.
    pub fn start_behind_lock(watch: &Arc<LockedWatch>, notifier: Arc<dyn Notifier>) -> Result<Self, Error> {
        let (dispatcher, received) = Self::new();
        let in_round = dispatcher.hear(|listener| watch.listen(listener));
        let watch = Arc::downgrade(watch);
        dispatcher.spawn(Telling { watch, notifier, restraint: Restraint::new(in_round) }, received)
    }
}

struct Telling {
    watch: Weak<LockedWatch>,
    notifier: Arc<dyn Notifier>,
    restraint: Restraint,
}

impl Teller for Telling {
    fn look(&mut self) -> bool {
        let Some(watch) = self.watch.upgrade() else { return false };
        // What cannot be told now waits in the inbox; the next look tries again.
        drop(self.tell(&watch));
        true
    }
}

impl Telling {
    fn tell(&mut self, watch: &LockedWatch) -> Result<(), Error> {
        let (at, items) = (watch.clock().now(), watch.waiting()?);
        if items.is_empty() || self.restraint.holds_back(at) {
            return Ok(());
        }
        let changes = u32::try_from(items.len()).unwrap_or(u32::MAX);
        if self.notifier.notify(&Notice::BehindLock { changes }).is_ok() {
            self.restraint.summed_up(at);
            watch.told(&items)?;
            watch.tell(&PortfolioEvent::Notified { receipt: None, changes, at });
        }
        Ok(())
    }
}
