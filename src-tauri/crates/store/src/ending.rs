//! The end of the program. The engine and its ciphers take themselves apart then, keys first, also under threads that are at work: what is
//! committed in that moment would be written with a wiped key, and nobody could open the journal any more. So whoever works with the
//! engine says so; the end waits for them and lets nobody begin any more.

use std::cell::Cell;
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use casefolio_system::ending::{at_the_end, end_now};

/// How long the end waits. What is at work still is cut off as by a kill, which loses nothing that was committed.
const PATIENCE: Duration = Duration::from_secs(5);

static GATE: Gate = Gate::open();

thread_local! {
    /// How often this thread is at work: one piece of work calls another.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Work with the engine is under way until this is dropped.
pub(crate) struct AtWork(());

impl AtWork {
    /// Begins. Where the program is ending it never returns.
    pub(crate) fn begin() -> Self {
        enter();
        Self(())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        leave();
    }
}

/// Stands before the connections of a struct, so that closing them is work as well; [`Closed`] stands behind them.
pub(crate) struct Closing;

/// The connections are closed.
pub(crate) struct Closed;

impl Drop for Closing {
    fn drop(&mut self) {
        enter();
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        leave();
    }
}

fn enter() {
    if DEPTH.replace(DEPTH.get() + 1) == 0 {
        GATE.enter();
    }
}

fn leave() {
    if DEPTH.replace(DEPTH.get() - 1) == 1 {
        GATE.leave();
    }
}

/// Sees to it that the end waits. To be called after the engine was set up: what is set up last is asked first.
pub(crate) fn wait_for_work() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| at_the_end(end));
}

extern "C" fn end() {
    if !GATE.shut(DEPTH.get() > 0, PATIENCE) {
        end_now();
    }
}

struct Gate {
    work: Mutex<Work>,
    changed: Condvar,
}

struct Work {
    under_way: usize,
    /// The thread that ends the program, once it does.
    ended_by: Option<ThreadId>,
}

impl Gate {
    const fn open() -> Self {
        Self { work: Mutex::new(Work { under_way: 0, ended_by: None }), changed: Condvar::new() }
    }

    fn work(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self) {
        let may_not = |work: &mut Work| work.ended_by.is_some_and(|thread| thread != thread::current().id());
        let work = self.changed.wait_while(self.work(), may_not);
        work.unwrap_or_else(PoisonError::into_inner).under_way += 1;
    }

    fn leave(&self) {
        self.work().under_way -= 1;
        self.changed.notify_all();
    }

    /// Lets nobody begin any more. Whether all work came to its end in time; `within`: this thread is itself at work, and is not waited for.
    fn shut(&self, within: bool, patience: Duration) -> bool {
        let mut work = self.work();
        work.ended_by = Some(thread::current().id());
        let others = |work: &mut Work| work.under_way > usize::from(within);
        let waited = self.changed.wait_timeout_while(work, patience, others);
        !waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::mpsc::{TryRecvError, channel};

    use super::*;

    #[test]
    fn the_end_waits_for_work_under_way_and_lets_none_begin() {
        let gate = Arc::new(Gate::open());
        let (ending, (ended, end)) = (Arc::clone(&gate), channel());
        gate.enter();
        let thread = thread::spawn(move || ended.send(ending.shut(false, Duration::from_secs(60))).unwrap());
        while gate.work().ended_by.is_none() {
            thread::yield_now();
        }
        assert_eq!(end.try_recv(), Err(TryRecvError::Empty));
        gate.leave();
        assert!(end.recv().unwrap());
        thread.join().unwrap();

        let (late, (first, never)) = (Arc::clone(&gate), channel());
        thread::spawn(move || {
            late.enter();
            first.send(()).unwrap();
        });
        assert!(never.recv_timeout(Duration::from_millis(50)).is_err(), "it begins never");
    }

    #[test]
    fn work_that_goes_on_and_on_is_not_waited_for_for_ever_and_ones_own_not_at_all() {
        let gate = Gate::open();
        gate.enter();
        assert!(!gate.shut(false, Duration::ZERO));
        assert!(gate.shut(true, Duration::ZERO));
        gate.enter();
        gate.leave();
    }
}
