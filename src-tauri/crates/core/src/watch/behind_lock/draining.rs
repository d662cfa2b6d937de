//! Taking over what came behind the lock, when the portfolio is opened.

use casefolio_domain::polling::day_of;
use casefolio_store::watch_store::{Offer, Told, WatchStore};
use casefolio_store::{Transaction, budget, settings};

use crate::client::ServiceSettings;
use crate::error::Error;
use crate::portfolio::Portfolio;
use crate::service::Preset;
use crate::strict::{Mode, Strict, WatchKeys, is_unusable};
use crate::watch::recorder::Recorder;
use crate::watch::schedule::{Schedule, chance};

/// Which watch store is this portfolio's, and which offer of it was taken last.
const TAKEN: &str = "watch_store.taken";
/// How many items are read at once.
const PORTION: u32 = 64;

/// Which offer of which watch store was taken last.
struct Taken {
    store_id: String,
    number: u64,
}

impl Taken {
    fn text(&self) -> String {
        format!("{} {}", self.store_id, self.number)
    }

    fn parse(text: &str) -> Option<Self> {
        let (store_id, number) = text.split_once(' ')?;
        Some(Self { store_id: store_id.to_owned(), number: number.parse().ok()? })
    }
}

impl Portfolio {
    /// Does what the mode wants: takes over what came behind the lock, and keeps the watch store ready for the next time. Never a reason
    /// not to open: what goes wrong is tried again at the next opening, and a watch store that cannot be used is set aside.
    pub(crate) fn take_up_mode(&self) {
        let mut strict = self.strict();
        let Ok(wanted) = self.wants_watch_behind_lock().map(|wanted| wanted && strict.mode == Mode::Strict) else {
            return;
        };
        let _again_later = self.tidy_mode(&mut strict, wanted);
        if wanted && self.take_up_watch(&mut strict).is_err() {
            strict.close();
        }
    }

    /// Tries once more to take over what came behind the lock, where the disk failed at the opening: for rounds, since what came earlier is
    /// to be recorded earlier.
    pub(crate) fn take_over_what_is_left(&self) {
        let is_left = self.strict().watch.is_none() && WatchStore::is_in(self.folder());
        if is_left {
            self.take_up_mode();
        }
    }

    /// Takes over what is still in a watch store that is about to be deleted, if it is one that can be used: it was not at the opening where
    /// the disk failed then. An error where it cannot be now.
    pub(crate) fn take_over_the_last(&self, strict: &mut Strict) -> Result<(), Error> {
        let watch = match strict.watch.take() {
            Some(watch) => Some(watch),
            None if WatchStore::is_in(self.folder()) => self.own_watch(&strict.keys)?,
            None => None,
        };
        watch.map_or(Ok(()), |watch| self.drain(watch, &strict.keys).map(drop))
    }

    fn take_up_watch(&self, strict: &mut Strict) -> Result<(), Error> {
        if strict.watch.is_none() {
            strict.watch = self.find_watch(&strict.keys)?;
        }
        if let Some(watch) = strict.watch.take() {
            strict.watch = self.drain(watch, &strict.keys)?;
        }
        strict.key_kept = strict.keys.keep_in(&self.key_store);
        if strict.watch.is_none() && strict.key_kept {
            strict.watch = Some(self.make_watch(&strict.keys)?);
        }
        strict.refresh(&self.store, self.clock.now())
    }

    /// Fails where something that was found behind the lock could not be taken over.
    pub(crate) fn assure_drained(&self) -> Result<(), Error> {
        let mut strict = self.strict();
        if strict.watch.is_none() && WatchStore::is_in(self.folder()) {
            self.take_up_watch(&mut strict)?;
        }
        Ok(())
    }

    /// The watch store that is there, if it is the one this portfolio made, and no older copy of it. Any other is set aside.
    fn find_watch(&self, keys: &WatchKeys) -> Result<Option<WatchStore>, Error> {
        if !WatchStore::is_in(self.folder()) {
            return Ok(None);
        }
        let watch = self.own_watch(keys)?;
        if watch.is_none() {
            WatchStore::set_aside(&self.store)?;
        }
        Ok(watch)
    }

    /// The watch store that is there, opened; none where it is another or cannot be used.
    fn own_watch(&self, keys: &WatchKeys) -> Result<Option<WatchStore>, Error> {
        let open = || WatchStore::open_beside(&self.store, &keys.database(), &keys.portfolio_id);
        // The engine takes a page that the disk did not give for a damaged one: nothing is given up after one look.
        match open().or_else(|error| if is_unusable(&error) { open() } else { Err(error) }) {
            Ok(watch) => Ok(if self.is_own(&watch)? { Some(watch) } else { None }),
            Err(error) if is_unusable(&error) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn is_own(&self, watch: &WatchStore) -> Result<bool, Error> {
        let drains = watch.drains()?;
        Ok(self.taken()?.is_some_and(|taken| taken.store_id == watch.store_id() && taken.number <= drains))
    }

    fn make_watch(&self, keys: &WatchKeys) -> Result<WatchStore, Error> {
        let taken = Taken { store_id: crate::core::new_portfolio_id()?, number: 0 };
        // Noted first: one that is not noted is taken for another's.
        self.store.write(|t| settings::set_text(t, TAKEN, &taken.text()))?;
        Ok(WatchStore::make_beside(&self.store, &keys.database(), &keys.portfolio_id, &taken.store_id)?)
    }

    fn taken(&self) -> Result<Option<Taken>, Error> {
        Ok(self.store.read(|c| settings::text(c, TAKEN))?.as_deref().and_then(Taken::parse))
    }

    /// Takes over what is in the inbox, in one commit here, which also notes that it was taken. Gives the watch store back; one with an item
    /// that cannot be opened is set aside afterwards.
    fn drain(&self, watch: WatchStore, keys: &WatchKeys) -> Result<Option<WatchStore>, Error> {
        let taken = self.taken()?.map_or(0, |taken| taken.number);
        let Some(offer) = watch.offer(taken)? else { return Ok(Some(watch)) };
        let whole = self.take(&watch, keys, &offer)?;
        let day = day_of(self.clock.now(), ServiceSettings::RESET);
        watch.taken(day, self.store.read(|c| budget::spent(c, day))?)?;
        if whole {
            return Ok(Some(watch));
        }
        drop(watch);
        WatchStore::set_aside(&self.store)?;
        Ok(None)
    }

    /// Whether every item could be opened.
    fn take(&self, watch: &WatchStore, keys: &WatchKeys, offer: &Offer) -> Result<bool, Error> {
        let preset = self.service_settings()?.map_or(Preset::Other, |settings| settings.preset);
        let recorder =
            Recorder { portfolio: self, preferences: self.preferences()?, schedule: Schedule { preset, plan: None } };
        let chance = chance()?;
        Ok(self.store.write(|t| {
            let whole = take_items(t, &recorder, (watch, offer, keys), chance)?;
            offer.calls.iter().try_for_each(|own| budget::spend(t, own.day, &own.kind, own.calls))?;
            let taken = Taken { store_id: watch.store_id().to_owned(), number: offer.number };
            settings::set_text(t, TAKEN, &taken.text())?;
            Ok(whole)
        })?)
    }
}

fn take_items(
    t: &Transaction<'_>,
    recorder: &Recorder<'_>,
    (watch, offer, keys): (&WatchStore, &Offer, &WatchKeys),
    chance: f64,
) -> Result<bool, casefolio_store::Error> {
    let (mut after, mut whole) = (0, true);
    loop {
        let items = watch.items(offer, after, PORTION)?;
        let Some(last) = items.last() else { return Ok(whole) };
        after = last.seq;
        for item in &items {
            match keys.letter(item.seq, &item.sealed) {
                Some(letter) => recorder.record_letter(t, letter, item.told == Told::Told, chance)?,
                None => whole = false,
            }
        }
    }
}
