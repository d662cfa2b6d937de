//! Watching while the portfolio is locked: the same rounds, from the watch store alone. What comes is sealed for the portfolio.

mod draining;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use casefolio_domain::polling::{Planner, PolledCase, Prices, day_of};
use casefolio_domain::{Stage, gist};
use casefolio_keys::{FingerprintKey, InboxLid, InboxPlace, KeyFile, KeyStoreProblem};
use casefolio_store::outbox::Channel;
use casefolio_store::watch_store::{
    self, Content, ItemKind, Letter, MISSING, NewItem, Told, WatchStore, Watched, mark_told,
};
use casefolio_store::{DatabaseKey, Transaction, budget, observations, settings};
use casefolio_uscis::{Answer, Failure};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::book::{Askable, Book, Booking, Outcome};
use super::schedule::{self, Schedule, Seen, chance};
use crate::clock::Clock;
use crate::core::{Core, PortfolioEntry};
use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::network::kept_way;
use crate::portfolio::Listener;
use crate::service::{Preset, Service, ServiceSettings, kept_secret, kept_settings};
use crate::sharing::Sharing;
use crate::strict::{FINGERPRINTS, LID, Mode, NOTIFICATIONS, watch_account};

/// How long ago the status of a case last changed: behind the lock nobody knows, and most have long been still.
const STILL: TimeDelta = TimeDelta::days(30);

/// The watch behind the lock of one portfolio. It knows receipt numbers and whether an answer differs from the last one, and can read
/// nothing of what it recorded.
pub struct LockedWatch {
    store: WatchStore,
    clock: Arc<dyn Clock>,
    channel: Channel,
    portfolio_id: String,
    lid: InboxLid,
    fingerprints: FingerprintKey,
    service: Mutex<Option<Arc<Service>>>,
    sharing: Sharing,
    listeners: RwLock<Vec<Listener>>,
}

impl Core {
    /// The watch behind the lock of a portfolio in strict mode, opened without its passphrase. None where there is none, or the key store
    /// holds no key for it. It holds the portfolio: it must be dropped before the portfolio is opened.
    pub fn watch_behind_lock(&self, entry: &PortfolioEntry) -> Result<Option<Arc<LockedWatch>>, Error> {
        let file = KeyFile::load(&entry.folder)?;
        if Mode::of(file.has_computer_slot()) == Mode::Computer || !WatchStore::is_in(&entry.folder) {
            return Ok(None);
        }
        let key = match self.parts.key_store.read(&watch_account(file.portfolio_id())) {
            Ok(key) => key,
            Err(KeyStoreProblem::NoEntry | KeyStoreProblem::Unusable) => return Ok(None),
            Err(problem) => return Err(casefolio_keys::Error::from(problem).into()),
        };
        let Ok(key) = <[u8; 32]>::try_from(key.as_slice()) else { return Ok(None) };
        let store = WatchStore::open(&entry.folder, &DatabaseKey::new(key), file.portfolio_id())?;
        LockedWatch::new(store, self, file.portfolio_id()).map(Arc::new).map(Some)
    }
}

impl LockedWatch {
    fn new(store: WatchStore, core: &Core, portfolio_id: &str) -> Result<Self, Error> {
        let text = |key| -> Result<String, Error> { Ok(store.read(|c| settings::text(c, key))?.unwrap_or_default()) };
        let (lid, fingerprints) = (InboxLid::from_text(&text(LID)?)?, FingerprintKey::from_text(&text(FINGERPRINTS)?)?);
        Ok(Self {
            lid,
            fingerprints,
            store,
            clock: core.clock(),
            channel: core.parts.channel,
            portfolio_id: portfolio_id.to_owned(),
            service: Mutex::new(None),
            sharing: core.sharing.clone(),
            listeners: RwLock::new(Vec::new()),
        })
    }

    /// The items that wait to be told; none where nothing is to be told by this program.
    pub(crate) fn waiting(&self) -> Result<Vec<i64>, Error> {
        Ok(if self.is_told()? { self.store.read(watch_store::waiting)? } else { Vec::new() })
    }

    /// These items were told.
    pub(crate) fn told(&self, items: &[i64]) -> Result<(), Error> {
        Ok(self.store.write(|t| mark_told(t, items))?)
    }

    /// The console is told of everything; the desktop only if the user wants it.
    fn is_told(&self) -> Result<bool, Error> {
        Ok(match self.channel {
            Channel::Console => true,
            Channel::Desktop | Channel::Email => {
                self.store.read(|c| settings::text(c, NOTIFICATIONS))?.as_deref() != Some("no")
            }
        })
    }

    /// Records one outcome; nothing of a case that is not watched, but the call it cost.
    fn enter(&self, t: &Transaction<'_>, outcome: &Outcome, due: Due) -> Result<Option<PortfolioEvent>, Error> {
        let kind = outcome.result.as_ref().map_or_else(|failure| failure.kind.code(), |_| "found");
        budget::book(t, outcome.day, kind)?;
        if let Some((day, kind)) = outcome.first_try {
            budget::book(t, day, kind.code())?;
        }
        let Some(case) = watch_store::by_id(t, outcome.case.id())? else { return Ok(None) };
        match &outcome.result {
            Ok(answer) => self.enter_answer(t, case, answer, (outcome.at, due)).map(Some),
            Err(failure) => self.enter_failure(t, case, failure, (outcome.at, due)).map(Some),
        }
    }

    fn enter_answer(
        &self,
        t: &Transaction<'_>,
        case: Watched,
        answer: &Answer,
        (at, due): (DateTime<Utc>, Due),
    ) -> Result<PortfolioEvent, Error> {
        let found = &answer.observation;
        let fingerprint = Some(self.fingerprints.mark(&observations::fingerprint(found)?));
        let new_gist = Some(self.fingerprints.mark(gist(found).as_bytes()));
        let differs = case.fingerprint != fingerprint;
        let told = match case.fingerprint {
            // The first sight is no change.
            None => false,
            Some(MISSING) => true,
            Some(_) => differs && case.gist != new_gist,
        };
        let since_change = if differs { TimeDelta::zero() } else { STILL };
        let due_at = schedule::after_answer(at, &Seen { found, since_change }, due.preset, due.chance);
        let (id, receipt) = (case.id, case.receipt.clone());
        watch_store::noted(t, &Watched { fingerprint, gist: new_gist, due_at, failures: 0, ..case })?;
        let content = if differs {
            Content::Answer { observation: Box::new(found.clone()), raw: answer.raw.clone() }
        } else {
            Content::Same
        };
        let new = NewItem {
            case: id,
            kind: if differs { ItemKind::Answer } else { ItemKind::Same },
            told: if told { Told::Waiting } else { Told::Nothing },
        };
        self.put(t, new, Letter { receipt: receipt.clone(), at, times: 1, content })?;
        Ok(PortfolioEvent::Checked { case: id, receipt, changes: Vec::new(), told, at })
    }

    fn enter_failure(
        &self,
        t: &Transaction<'_>,
        case: Watched,
        failure: &Failure,
        (at, due): (DateTime<Utc>, Due),
    ) -> Result<PortfolioEvent, Error> {
        let before = (case.due_at, case.failures);
        let (due_at, failures) = schedule::after_failure(at, before, failure.kind, due.preset, due.chance);
        let (id, receipt, kind) = (case.id, case.receipt.clone(), failure.kind);
        watch_store::noted(t, &Watched { due_at, failures, ..case })?;
        let content = Content::Failed { kind, failures };
        let new = NewItem { case: id, kind: ItemKind::Failed, told: Told::Nothing };
        self.put(t, new, Letter { receipt: receipt.clone(), at, times: 1, content })?;
        Ok(PortfolioEvent::Failed { case: id, receipt, kind, message: failure.message.clone(), at })
    }

    fn put(&self, t: &Transaction<'_>, new: NewItem, letter: Letter) -> Result<(), Error> {
        watch_store::put(t, new, |item, times| {
            let place = InboxPlace { portfolio_id: &self.portfolio_id, item };
            Ok(self.lid.seal(&Letter { times, ..letter }.to_bytes()?, &place)?)
        })
    }
}

/// What decides when a case is due next.
#[derive(Clone, Copy)]
struct Due {
    preset: Preset,
    /// A random number from 0 to 1.
    chance: f64,
}

impl Book for LockedWatch {
    fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    fn service(&self) -> Result<Arc<Service>, Error> {
        let mut cell = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(service) = cell.as_ref() {
            return Ok(Arc::clone(service));
        }
        let settings = self.store.read(kept_settings)?.ok_or(Error::ServiceNotSet)?;
        let host = settings.endpoint()?.hosts();
        let secret = self.store.read(|c| Ok(kept_secret(c, &host)))??;
        let day = day_of(self.clock.now(), ServiceSettings::RESET);
        let seat = self.sharing.seat(&self.portfolio_id, settings.asking(), (day, self.spent(day)?));
        let service = Arc::new(Service::new(settings, secret, &self.store.read(kept_way)?)?.at(seat));
        *cell = Some(Arc::clone(&service));
        Ok(service)
    }

    fn listen(&self, listener: Listener) {
        self.listeners.write().unwrap_or_else(PoisonError::into_inner).push(listener);
    }

    fn tell(&self, event: &PortfolioEvent) {
        for listener in self.listeners.read().unwrap_or_else(PoisonError::into_inner).iter() {
            listener(event);
        }
    }

    fn askable(&self, due_at: Option<DateTime<Utc>>) -> Result<Vec<Askable>, Error> {
        let cases = self.store.read(|c| due_at.map_or_else(|| watch_store::list(c), |now| watch_store::due(c, now)))?;
        let askable = |case: Watched| Askable {
            // Which stage it is nobody knows here.
            polled: PolledCase { id: case.id, due_at: case.due_at, stage: case.fingerprint.map(|_| Stage::Unknown) },
            watched: None,
            receipt: case.receipt,
        };
        Ok(cases.into_iter().map(askable).collect())
    }

    fn next_due(&self) -> Result<Option<DateTime<Utc>>, Error> {
        Ok(self.store.read(watch_store::next_due)?)
    }

    fn spent(&self, day: NaiveDate) -> Result<u32, Error> {
        Ok(self.store.read(|c| budget::spent(c, day))?)
    }

    fn book_calls(&self, day: NaiveDate, booking: Booking) -> Result<(), Error> {
        Ok(self.store.write(|t| booking.write(t, day))?)
    }

    /// What its plan would go by stands in the portfolio: each case is due after an interval of its own.
    fn plan(&self, _now: DateTime<Utc>, _known: &Prices) -> Result<Option<Arc<Planner>>, Error> {
        Ok(None)
    }

    fn record(&self, schedule: &Schedule, outcomes: &[Outcome]) -> Result<Vec<PortfolioEvent>, Error> {
        let mut chances = Vec::with_capacity(outcomes.len());
        for _ in outcomes {
            chances.push(chance()?);
        }
        // An outcome that cannot be sealed ends the transaction, and is what is returned.
        let mut failed = None;
        let events = self.store.write(|t| {
            let mut events = Vec::with_capacity(outcomes.len());
            for (outcome, chance) in outcomes.iter().zip(chances) {
                match self.enter(t, outcome, Due { preset: schedule.preset, chance }) {
                    Ok(event) => events.extend(event),
                    Err(Error::Store(error)) => return Err(error),
                    Err(error) => {
                        failed = Some(error);
                        return Err(casefolio_store::Error::Unreadable("inbox"));
                    }
                }
            }
            Ok(events)
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(events?),
        }
    }
}

impl std::fmt::Debug for LockedWatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LockedWatch")
    }
}
