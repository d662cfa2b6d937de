//! The thorough check of an open portfolio from time to time, and what it found.

use casefolio_store::{Finding, settings};
use chrono::{DateTime, TimeDelta, Utc};

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// The setting that holds when the portfolio was last looked through.
const CHECKED: &str = "health.checked_at";
/// The setting that holds what was found then: a line for each finding; removed by a check that finds nothing.
const FOUND: &str = "health.found";
/// How long a check that found nothing holds.
const HOLDS: TimeDelta = TimeDelta::days(7);
/// How long one that found something holds: it may have been mended, or have grown.
const HOLDS_DAMAGED: TimeDelta = TimeDelta::days(1);

/// A check of every page and every table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThoroughCheck {
    /// When.
    pub at: DateTime<Utc>,
    /// What is wrong. Empty: everything is in order.
    pub findings: Vec<Finding>,
}

impl Portfolio {
    /// Looks at every page and every table where the last check is a week ago, found something a day ago, or damage was met since the
    /// portfolio was opened. What it finds is kept until a later check finds nothing. None: it was not due. Takes seconds for a large
    /// portfolio, while others read and write: not for a UI thread.
    pub fn check_thoroughly_if_due(&self) -> Result<Option<ThoroughCheck>, Error> {
        let at = self.clock.now();
        // A check that cannot be read was none.
        let last = self.last_thorough_check().ok().flatten();
        let met_unknown = self.store.met_damage() && last.as_ref().is_none_or(|last| last.findings.is_empty());
        if !met_unknown && last.as_ref().is_some_and(|last| last.holds(at)) {
            return Ok(None);
        }
        let check = ThoroughCheck { at, findings: self.store.check_thoroughly()? };
        // Damage may lie just there: then the next check is due at once.
        let kept = self.keep(&check);
        if last.map(|last| last.findings).unwrap_or_default() != check.findings {
            self.tell(&PortfolioEvent::HealthChanged);
        }
        if check.findings.is_empty() { kept.map(|()| Some(check)) } else { Ok(Some(check)) }
    }

    /// The last thorough check that was kept.
    pub fn last_thorough_check(&self) -> Result<Option<ThoroughCheck>, Error> {
        let read = |key| self.store.read(|c| settings::text(c, key));
        let at = read(CHECKED)?.and_then(|text| DateTime::parse_from_rfc3339(&text).ok());
        let Some(at) = at else { return Ok(None) };
        let findings = read(FOUND)?.unwrap_or_default().lines().map(finding).collect();
        Ok(Some(ThoroughCheck { at: at.to_utc(), findings }))
    }

    fn keep(&self, check: &ThoroughCheck) -> Result<(), Error> {
        let found = check.findings.iter().map(text).collect::<Vec<_>>().join("\n");
        Ok(self.store.write(|t| {
            settings::set_text(t, CHECKED, &check.at.to_rfc3339())?;
            if found.is_empty() { settings::remove(t, FOUND) } else { settings::set_text(t, FOUND, &found) }
        })?)
    }
}

impl ThoroughCheck {
    /// One of a time still to come does not hold: the clock that told it was wrong, then or now.
    fn holds(&self, now: DateTime<Utc>) -> bool {
        let span = if self.findings.is_empty() { HOLDS } else { HOLDS_DAMAGED };
        self.at <= now && now - self.at < span
    }
}

const DAMAGED_PAGES: &str = "damaged_pages ";
const DISORDERED: &str = "disordered";

/// How a finding is kept. Of an open database there are two kinds.
fn text(finding: &Finding) -> String {
    if let Finding::DamagedPages { pages } = finding {
        format!("{DAMAGED_PAGES}{pages}")
    } else {
        DISORDERED.to_owned()
    }
}

/// Whatever cannot be read says at least that something is wrong.
fn finding(text: &str) -> Finding {
    let pages = text.strip_prefix(DAMAGED_PAGES).and_then(|pages| pages.parse().ok());
    pages.map_or(Finding::Disordered, |pages| Finding::DamagedPages { pages })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Arc;

    use casefolio_keys::{KdfStrength, NoKeyStore, Passphrase};
    use casefolio_store::outbox::Channel;

    use super::*;
    use crate::core::{Core, Parts};
    use crate::home::Home;
    use crate::portfolio::CreateRequest;
    use crate::testing::{FakeClock, put_settings};

    struct Open {
        _home: tempfile::TempDir,
        clock: Arc<FakeClock>,
        portfolio: Portfolio,
    }

    fn open() -> Open {
        let home = tempfile::tempdir().unwrap();
        let clock = Arc::new(FakeClock::at("2026-03-02T15:00:00Z".parse().unwrap()));
        let parts = Parts {
            clock: Arc::<FakeClock>::clone(&clock),
            key_store: Arc::new(NoKeyStore),
            strength: KdfStrength::SMALLEST_ACCEPTED,
            channel: Channel::Console,
        };
        let request = CreateRequest {
            user_id: "ana".into(),
            passphrase: Passphrase::new("eleven lanterns over the harbour".to_owned().into()).unwrap(),
            computer_slot: false,
            watch_behind_lock: false,
        };
        let portfolio = Core::new(Home::at(home.path().join("home")), parts).create(&request).unwrap().portfolio;
        Open { _home: home, clock, portfolio }
    }

    impl Open {
        fn check(&self) -> Option<Vec<Finding>> {
            self.portfolio.check_thoroughly_if_due().unwrap().map(|check| check.findings)
        }

        fn kept(&self) -> Option<Vec<Finding>> {
            self.portfolio.last_thorough_check().unwrap().map(|check| check.findings)
        }

        /// Damages pages at the end of the file, which hold nothing that is read meanwhile.
        fn damage(&self, flip: u8) {
            let path = self.portfolio.folder().join("portfolio.db");
            let mut bytes = fs::read(&path).unwrap();
            let last = bytes.len() - 1;
            bytes[last] ^= flip;
            fs::write(path, bytes).unwrap();
        }

        fn counts_health_events(&self) -> Arc<std::sync::atomic::AtomicU32> {
            let told = Arc::new(std::sync::atomic::AtomicU32::new(0));
            let count = Arc::clone(&told);
            self.portfolio.listen(Box::new(move |event| {
                if *event == PortfolioEvent::HealthChanged {
                    count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                }
            }));
            told
        }
    }

    #[test]
    fn a_portfolio_is_looked_through_once_a_week_and_soon_after_a_clock_that_was_wrong() {
        let open = open();
        assert_eq!((open.kept(), open.check(), open.kept()), (None, Some(vec![]), Some(vec![])));
        open.clock.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
        assert_eq!(open.check(), None);
        open.clock.advance(TimeDelta::seconds(1));
        assert_eq!(open.check(), Some(vec![]));
        open.clock.advance(TimeDelta::days(-3_650));
        assert_eq!(open.check(), Some(vec![]), "the last one was made in a time to come");
        assert_eq!(open.check(), None);
    }

    #[test]
    fn what_was_found_is_kept_and_told_until_a_later_check_finds_nothing() {
        let open = open();
        assert_eq!(open.check(), Some(vec![]));
        let told = open.counts_health_events();
        let times = || told.load(std::sync::atomic::Ordering::Relaxed);
        open.damage(1);
        assert_eq!(open.check(), None, "not due");
        open.clock.advance(TimeDelta::days(7));
        let found = Some(vec![Finding::DamagedPages { pages: 1 }]);
        assert_eq!((open.check(), open.kept(), times()), (found.clone(), found.clone(), 1));
        open.clock.advance(TimeDelta::hours(23));
        assert_eq!((open.check(), times()), (None, 1));
        open.clock.advance(TimeDelta::hours(1));
        assert_eq!((open.check(), times()), (found, 1), "looked at again, and nothing new to tell");
        open.damage(1);
        open.clock.advance(TimeDelta::days(1));
        assert_eq!((open.check(), open.kept(), times()), (Some(vec![]), Some(vec![]), 2));
    }

    #[test]
    fn what_is_kept_and_cannot_be_read_is_checked_again_or_taken_for_damage() {
        let open = open();
        let now = "2026-03-02T15:00:00Z";
        put_settings(&open.portfolio, &[(CHECKED, "yesterday")]).unwrap();
        assert_eq!((open.kept(), open.check()), (None, Some(vec![])));
        for odd in ["damaged_pages many", "something new"] {
            put_settings(&open.portfolio, &[(CHECKED, now), (FOUND, odd)]).unwrap();
            assert_eq!(open.kept(), Some(vec![Finding::Disordered]), "{odd}");
        }
    }
}
