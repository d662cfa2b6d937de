use casefolio_domain::{CaseId, Change};
use casefolio_store::changes::{self, ChangeId, NewChange};
use casefolio_store::outbox::{self, Channel, OutboxItem};
use casefolio_store::{Store, observations};

use super::{answer, created, minute, watch};

/// A change of a new case, noticed at the given minute.
fn noticed(store: &Store, number: u32, at: i64) -> (CaseId, ChangeId) {
    let case = watch(store, number);
    let change = Change::Text;
    let id = store
        .write(|t| {
            let observation = observations::record(t, case, &answer(number, "A"), "{}", minute(at))?;
            changes::record(t, &NewChange { case, observation, change: &change, at: minute(at) })
        })
        .unwrap();
    (case, id)
}

fn enqueue(store: &Store, change: ChangeId, not_before: i64) {
    store.write(|t| outbox::enqueue(t, change, (Channel::Desktop, None), minute(not_before))).unwrap();
}

/// Claims at a minute, leased for one more.
fn claim(store: &Store, at: i64) -> Vec<OutboxItem> {
    claim_some(store, at, usize::MAX)
}

fn claim_some(store: &Store, at: i64, most: usize) -> Vec<OutboxItem> {
    let mut open = open(store, Channel::Desktop, at);
    open.truncate(most);
    store.write(|t| outbox::claim(t, open, minute(at), minute(at + 1))).unwrap()
}

fn open(store: &Store, channel: Channel, at: i64) -> Vec<OutboxItem> {
    store.read(|c| outbox::open(c, channel, minute(at))).unwrap()
}

fn pending(store: &Store) -> u64 {
    store.read(|c| outbox::pending(c, Channel::Desktop)).unwrap()
}

#[test]
fn a_change_is_told_once_for_each_channel() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let (case, change) = noticed(&store, 1, 3);
    enqueue(&store, change, 5);
    enqueue(&store, change, 0);
    assert_eq!(pending(&store), 1);
    assert!(claim(&store, 4).is_empty(), "the first word on when counts");
    let claimed = claim(&store, 5);
    assert_eq!((claimed[0].change, claimed[0].case, claimed[0].attempts), (change, case, 0));
    assert_eq!(claimed[0].created_at, minute(3));
    store.write(|t| outbox::delivered(t, claimed[0].id, minute(5))).unwrap();
    assert_eq!(pending(&store), 0);
    assert!(claim(&store, 500).is_empty());
    enqueue(&store, change, 0);
    assert!(claim(&store, 500).is_empty(), "told is told");
    assert!(open(&store, Channel::Console, 5).is_empty(), "the other channel has its own rows");
}

#[test]
fn who_claims_second_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    enqueue(&store, noticed(&store, 1, 0).1, 0);
    let both_saw = open(&store, Channel::Desktop, 5);
    let claim = || store.write(|t| outbox::claim(t, both_saw.clone(), minute(5), minute(6))).unwrap();
    assert_eq!((claim().len(), claim().len()), (1, 0));
}

/// catalogue 67
#[test]
fn a_claim_that_died_is_claimed_again_after_its_lease() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    enqueue(&store, noticed(&store, 1, 0).1, 0);
    let first = claim(&store, 10);
    assert!(claim(&store, 10).is_empty(), "leased");
    let second = claim(&store, 11);
    assert_eq!((second[0].id, second[0].attempts), (first[0].id, 1));
}

/// catalogue 67
#[test]
fn at_the_start_every_lease_ends() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    enqueue(&store, noticed(&store, 1, 0).1, 0);
    assert_eq!(claim(&store, 10).len(), 1);
    assert_eq!(store.write(outbox::release_all).unwrap(), 1);
    assert_eq!(claim(&store, 9).len(), 1, "also with a clock that went back");
}

/// catalogue 68
#[test]
fn a_postponed_message_waits_and_stays_pending() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    enqueue(&store, noticed(&store, 1, 0).1, 0);
    let claimed = claim(&store, 10);
    store.write(|t| outbox::postponed(t, claimed[0].id, minute(20), "no_service")).unwrap();
    assert_eq!(pending(&store), 1);
    let waiting = |at| open(&store, Channel::Desktop, at).len();
    assert_eq!((waiting(19), waiting(20)), (0, 1));
    assert!(claim(&store, 19).is_empty());
    assert_eq!(claim(&store, 20)[0].attempts, 1);
}

#[test]
fn what_was_told_cannot_be_postponed() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    enqueue(&store, noticed(&store, 1, 0).1, 0);
    let claimed = claim(&store, 10);
    store.write(|t| outbox::delivered(t, claimed[0].id, minute(10))).unwrap();
    store.write(|t| outbox::postponed(t, claimed[0].id, minute(20), "late")).unwrap();
    assert!(claim(&store, 30).is_empty());
}

#[test]
fn the_oldest_come_first_and_no_more_than_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let store = created(folder.path());
    let changes: Vec<_> = (1..=3).map(|number| noticed(&store, number, 0).1).collect();
    for change in &changes {
        enqueue(&store, *change, 0);
    }
    let some = claim_some(&store, 1, 2);
    assert_eq!(some.iter().map(|item| item.change).collect::<Vec<_>>(), changes[..2]);
    assert_eq!(claim(&store, 1).iter().map(|item| item.change).collect::<Vec<_>>(), changes[2..]);
}
