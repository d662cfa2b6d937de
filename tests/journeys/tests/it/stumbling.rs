//! What becomes of the watch when the program itself stumbles.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use casefolio_core::events::PortfolioEvent;
use casefolio_core::portfolio::{Listener, Portfolio};
use casefolio_core::service::Service;
use casefolio_core::watch::{Askable, Book, Booking, Order, Outcome, Schedule, Tempo, Watcher, run_round};
use casefolio_core::{Clock, Error};
use casefolio_domain::ProblemKind;
use casefolio_domain::polling::{Planner, Prices};
use casefolio_journeys::{Setting, Story, receipts, reviewed};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// A portfolio whose clock makes a number of calls panic, or every look at what is due.
struct Clumsy {
    portfolio: Arc<Portfolio>,
    calls: AtomicU32,
    looks: AtomicU32,
}

impl Clumsy {
    fn new(story: &Story, calls: u32, looks: u32) -> Arc<Self> {
        Arc::new(Self { portfolio: Arc::clone(story.portfolio()), calls: calls.into(), looks: looks.into() })
    }

    fn inner(&self) -> &dyn Book {
        self.portfolio.as_ref()
    }
}

fn stumbles(left: &AtomicU32) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
}

impl Clock for Clumsy {
    fn now(&self) -> DateTime<Utc> {
        // The test itself is no task; the calls of a round are.
        assert!(tokio::task::try_id().is_none() || !stumbles(&self.calls), "a call stumbles, as this test wants it");
        self.inner().clock().now()
    }

    fn zone(&self) -> Tz {
        self.inner().clock().zone()
    }
}

impl Book for Clumsy {
    fn clock(&self) -> &dyn Clock {
        self
    }

    fn service(&self) -> Result<Arc<Service>, Error> {
        self.inner().service()
    }

    fn listen(&self, listener: Listener) {
        self.inner().listen(listener);
    }

    fn tell(&self, event: &PortfolioEvent) {
        self.inner().tell(event);
    }

    fn askable(&self, due_at: Option<DateTime<Utc>>) -> Result<Vec<Askable>, Error> {
        self.inner().askable(due_at)
    }

    fn next_due(&self) -> Result<Option<DateTime<Utc>>, Error> {
        assert!(!stumbles(&self.looks), "a look stumbles, as this test wants it");
        self.inner().next_due()
    }

    fn spent(&self, day: NaiveDate) -> Result<u32, Error> {
        self.inner().spent(day)
    }

    fn book_calls(&self, day: NaiveDate, booking: Booking) -> Result<(), Error> {
        self.inner().book_calls(day, booking)
    }

    fn plan(&self, now: DateTime<Utc>, known: &Prices) -> Result<Option<Arc<Planner>>, Error> {
        self.inner().plan(now, known)
    }

    fn record(&self, schedule: &Schedule, outcomes: &[Outcome]) -> Result<Vec<PortfolioEvent>, Error> {
        self.inner().record(schedule, outcomes)
    }
}

async fn story() -> Story {
    let receipts = receipts(5);
    let story = Setting::of(reviewed(&receipts)).begin().await;
    story.add(&receipts);
    story
}

/// catalogue 103
#[tokio::test]
async fn a_call_over_which_the_program_stumbles_is_a_failed_check_of_one_case_and_the_others_go_on() {
    let story = story().await;
    let report = run_round(&Clumsy::new(&story, 1, 0), &Order::Due).await.unwrap();
    assert_eq!((report.checked, report.failed), (4, 1));
    let failed: Vec<_> = story.cases().into_iter().filter(|case| case.problem.is_some()).collect();
    assert_eq!(failed.len(), 1);
    assert_eq!((failed[0].problem, failed[0].answered_at), (Some(ProblemKind::Unreadable), None));
}

/// catalogue 103
#[tokio::test]
async fn a_watcher_that_stumbles_now_and_then_goes_on_and_one_that_always_does_ends() {
    let story = story().await;
    let often = Tempo(Duration::from_millis(1));
    let ends = |watcher: Watcher| async move {
        while watcher.state().running {
            tokio::task::yield_now().await;
        }
        watcher.state().error
    };
    let always = Watcher::start(Clumsy::new(&story, 0, u32::MAX), often);
    assert_eq!(tokio::time::timeout(Duration::from_secs(60), ends(always)).await.unwrap(), Some("stopped"));
    let sometimes = Watcher::start(Clumsy::new(&story, 0, 3), often);
    let answered = async {
        while !story.cases().iter().all(|case| case.answered_at.is_some()) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), answered).await.unwrap();
    assert!(sometimes.state().running);
}
