//! The thread that sends what waits for recipients of e-mail.

use std::sync::{Arc, Weak};

use casefolio_domain::Case;
use casefolio_domain::notice::NOTICES_A_MINUTE;
use casefolio_domain::polling::Backoff;
use casefolio_store::changes::RecordedChange;
use casefolio_store::outbox::{self, Channel, OutboxId, OutboxItem};
use casefolio_store::recipients::{self, Recipient, RecipientId};
use casefolio_store::{cases, changes};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest as _, Sha256};

use super::Dispatcher;
use super::dispatcher::{Restraint, Teller};
use super::waiting::Waiting;
use crate::error::Error;
use crate::portfolio::Portfolio;

/// How long a message that is being sent is nobody else's.
const LEASE: TimeDelta = TimeDelta::minutes(5);
/// How long a message waits after a failure that may pass: a minute, doubled up to six hours.
const RETRY: Backoff = Backoff { base_seconds: 60, cap_seconds: 6 * 3_600 };
/// How long nothing is sent after a server asked to be left alone.
const BUSY: TimeDelta = TimeDelta::minutes(15);
/// How long nothing is sent after a failure that the settings are to blame for.
const HALTED: TimeDelta = TimeDelta::hours(1);

/// A message to one recipient.
#[derive(Clone)]
pub struct Mail {
    /// To whom.
    pub recipient: Recipient,
    /// What changed: each case as it is now, and its change. One at least.
    pub changes: Vec<(Case, RecordedChange)>,
    /// Whether it tells of what was gathered for this time.
    pub digest: bool,
    /// What its `Message-ID` is made of: the same at every attempt, and no other message's.
    pub identity: [u8; 32],
    /// When the first of the changes was seen: its date, which is the same at every attempt, too.
    pub date: DateTime<Utc>,
}

/// Why a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MailFailure {
    /// A stable code, shown to the user in words.
    pub code: &'static str,
    /// What is to be done.
    pub then: Then,
}

/// What is to be done after a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It is tried again later; also where it may have arrived.
    TryAgain,
    /// Nothing is sent for a while: the server is busy.
    Wait,
    /// This one is never sent: its recipient or itself was refused for good.
    GiveUp,
    /// Nothing can be sent until the settings are changed: the sign-in was refused, say.
    Halt,
}

/// Sends e-mail. Returns only when the server took the message; may block for a minute.
pub trait Mailer: Send + Sync {
    /// Sends it.
    fn send(&self, mail: &Mail) -> Result<(), MailFailure>;
}

impl Dispatcher {
    /// Starts sending what waits for recipients of e-mail, and what comes, on a thread of its own: a mail server that hangs holds up
    /// nothing else.
    pub fn start_mail(portfolio: &Arc<Portfolio>, mailer: Arc<dyn Mailer>) -> Result<Self, Error> {
        let (dispatcher, received) = Self::new();
        let in_round = dispatcher.hear(|listener| portfolio.listen(listener));
        let portfolio = Arc::downgrade(portfolio);
        dispatcher.spawn(Mailing { portfolio, mailer, restraint: Restraint::new(in_round) }, received)
    }
}

struct Mailing {
    portfolio: Weak<Portfolio>,
    mailer: Arc<dyn Mailer>,
    restraint: Restraint,
}

impl Teller for Mailing {
    fn look(&mut self) -> bool {
        let Some(portfolio) = self.portfolio.upgrade() else { return false };
        // What cannot be sent now waits in the outbox; the next look tries again.
        drop(self.send_all(&portfolio));
        true
    }
}

/// What becomes one message.
struct Parcel {
    recipient: RecipientId,
    /// The first of all that ever were in it.
    first: OutboxId,
    items: Vec<OutboxItem>,
    digest: bool,
}

impl Parcel {
    fn of(recipient: RecipientId, first: &OutboxItem, digest: bool) -> Self {
        Self { recipient, first: first.together.unwrap_or(first.id), items: Vec::new(), digest }
    }

    fn with(mut self, items: impl IntoIterator<Item = OutboxItem>) -> Self {
        self.items.extend(items);
        self
    }
}

impl Mailing {
    fn send_all(&mut self, portfolio: &Portfolio) -> Result<(), Error> {
        let times = portfolio.telling_rules()?.email;
        loop {
            let now = portfolio.clock.now();
            let waiting = Waiting::of(portfolio, Channel::Email, &times, now)?;
            if waiting.is_empty() || self.restraint.holds_back(now) {
                return Ok(());
            }
            for parcel in parcels(waiting) {
                if !self.send(portfolio, parcel)? {
                    return Ok(());
                }
            }
        }
    }

    /// Whether others may be sent after it.
    fn send(&self, portfolio: &Portfolio, parcel: Parcel) -> Result<bool, Error> {
        let now = portfolio.clock.now();
        let Parcel { recipient, first, items, digest } = parcel;
        let items = portfolio.store.write(|t| {
            let items = outbox::claim(t, items, now, now + LEASE)?;
            outbox::bind(t, &items, first)?;
            Ok(items)
        })?;
        let parcel = Parcel { recipient, first, items, digest };
        let sent = mail(portfolio, &parcel)?.map_or(Ok(()), |mail| self.mailer.send(&mail));
        let at = portfolio.clock.now();
        portfolio.store.write(|t| {
            parcel.items.iter().try_for_each(|item| match sent {
                Ok(()) => outbox::delivered(t, item.id, at),
                Err(MailFailure { code, then }) => match not_before(then, item, at) {
                    Some(not_before) => outbox::postponed(t, item.id, not_before, code),
                    None => outbox::gave_up(t, item.id, code),
                },
            })
        })?;
        let goes_on = sent.err().is_none_or(|failure| matches!(failure.then, Then::TryAgain | Then::GiveUp));
        if let Err(failure) = sent
            && !goes_on
        {
            Self::hold_the_others(portfolio, failure, at)?;
        }
        Ok(goes_on)
    }

    /// What waits besides waits as long.
    fn hold_the_others(portfolio: &Portfolio, failure: MailFailure, at: DateTime<Utc>) -> Result<(), Error> {
        let others = portfolio.store.read(|c| outbox::open(c, Channel::Email, at))?;
        let until = at + if failure.then == Then::Halt { HALTED } else { BUSY };
        Ok(portfolio
            .store
            .write(|t| others.iter().try_for_each(|item| outbox::postponed(t, item.id, until, failure.code)))?)
    }
}

/// When a message that was not sent is tried again; none if never.
fn not_before(then: Then, item: &OutboxItem, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    match then {
        Then::TryAgain => Some(at + RETRY.longest(item.attempts.saturating_add(1))),
        Then::Wait => Some(at + BUSY),
        Then::Halt => Some(at + HALTED),
        Then::GiveUp => None,
    }
}

/// One message for each change, or one for many; those that were once told together stay together.
fn parcels(waiting: Waiting) -> Vec<Parcel> {
    let mut parcels: Vec<Parcel> = Vec::new();
    let digest = waiting.gathered;
    let (begun, new): (Vec<_>, Vec<_>) = waiting.items.into_iter().partition(|item| item.together.is_some());
    for item in begun {
        let Some(recipient) = item.recipient else { continue };
        match parcels.iter_mut().find(|parcel| Some(parcel.first) == item.together) {
            Some(parcel) => parcel.items.push(item),
            None => parcels.push(Parcel::of(recipient, &item, digest).with([item])),
        }
    }
    let many = usize::try_from(NOTICES_A_MINUTE).unwrap_or(usize::MAX);
    let mut by_recipient: Vec<(RecipientId, Vec<OutboxItem>)> = Vec::new();
    for item in new {
        let Some(recipient) = item.recipient else { continue };
        match by_recipient.iter_mut().find(|(known, _)| *known == recipient) {
            Some((_, items)) => items.push(item),
            None => by_recipient.push((recipient, vec![item])),
        }
    }
    for (recipient, items) in by_recipient {
        if digest || items.len() > many {
            let parcel = items.first().map(|first| Parcel::of(recipient, first, digest));
            parcels.extend(parcel.map(|parcel| parcel.with(items)));
        } else {
            parcels.extend(items.into_iter().map(|item| Parcel::of(recipient, &item, digest).with([item])));
        }
    }
    parcels
}

/// The message of a parcel; none where recipient or cases are gone, and there is nothing to tell any more.
fn mail(portfolio: &Portfolio, parcel: &Parcel) -> Result<Option<Mail>, Error> {
    let (recipient, changes) = portfolio.store.read(|c| {
        let mut told = Vec::new();
        for item in &parcel.items {
            if let (Some(case), Some(change)) = (cases::by_id(c, item.case)?, changes::by_id(c, item.change)?) {
                told.push((case, change));
            }
        }
        Ok((recipients::by_id(c, parcel.recipient)?, told))
    })?;
    let (Some(recipient), Some(date)) = (recipient, changes.iter().map(|(_, change)| change.at).min()) else {
        return Ok(None);
    };
    Ok(Some(Mail { recipient, changes, digest: parcel.digest, identity: identity(portfolio, parcel), date }))
}

/// Says nothing of the portfolio, for its id is random.
fn identity(portfolio: &Portfolio, parcel: &Parcel) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"casefolio mail 1");
    hash.update(portfolio.id.as_bytes());
    hash.update(parcel.first.0.to_be_bytes());
    hash.update(parcel.recipient.0.to_be_bytes());
    hash.finalize().into()
}
