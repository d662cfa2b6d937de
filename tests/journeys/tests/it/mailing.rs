//! How changes are sent by e-mail: to whom, how often, and what becomes of a message that is not taken.

use std::sync::{Arc, Mutex, PoisonError};

use casefolio_core::telling::{
    Dispatcher, Mail, MailFailure, Mailer, Notice, Notifier, NotifyProblem, TellingRules, Then,
};
use casefolio_core::testing::store_of;
use casefolio_domain::Language;
use casefolio_domain::notice::Detail;
use casefolio_domain::telling::{Digest, TellingTimes};
use casefolio_journeys::{PROCESSED, REVIEWED, Setting, Story, receipts, reviewed, status};
use casefolio_store::outbox::{self, Channel};
use casefolio_store::recipients::{self, Recipient, RecipientId, Scope};
use chrono::{NaiveTime, TimeDelta};

/// A mail server that keeps what it was given, and can be made to refuse it.
#[derive(Default)]
struct Kept {
    mails: Mutex<Vec<Mail>>,
    failure: Mutex<Option<MailFailure>>,
    tries: Mutex<Vec<[u8; 32]>>,
}

impl Mailer for Kept {
    fn send(&self, mail: &Mail) -> Result<(), MailFailure> {
        self.tries.lock().unwrap_or_else(PoisonError::into_inner).push(mail.identity);
        if let Some(failure) = *self.failure.lock().unwrap_or_else(PoisonError::into_inner) {
            return Err(failure);
        }
        self.mails.lock().unwrap_or_else(PoisonError::into_inner).push(mail.clone());
        Ok(())
    }
}

impl Kept {
    fn fail(&self, then: Option<Then>) {
        *self.failure.lock().unwrap() = then.map(|then| MailFailure { code: "test", then });
    }

    fn tries(&self) -> Vec<[u8; 32]> {
        self.tries.lock().unwrap().clone()
    }
}

/// What was sent by now.
fn sent(story: &Story, server: &Arc<Kept>) -> Vec<Mail> {
    let mailer: Arc<dyn Mailer> = Arc::<Kept>::clone(server);
    Dispatcher::start_mail(story.portfolio(), mailer).unwrap().flush();
    server.mails.lock().unwrap().clone()
}

fn somebody(address: &str, scope: Scope) -> Recipient {
    Recipient {
        address: address.to_owned(),
        name: String::new(),
        language: Language::English,
        detail: Detail::Generic,
        scope,
    }
}

fn write_to(story: &Story, recipient: &Recipient) -> RecipientId {
    store_of(story.portfolio()).write(|t| recipients::insert(t, recipient)).unwrap().unwrap()
}

/// So many cases that are watched, and a recipient of everything.
async fn watching(count: u32) -> (Story, Arc<Kept>) {
    let receipts = receipts(count);
    let story = Setting::of(reviewed(&receipts)).begin().await;
    story.add(&receipts);
    story.ordered().await;
    write_to(&story, &somebody("one@example.org", Scope::Everything));
    (story, Arc::default())
}

async fn change(story: &Story, count: u32, title: &str) {
    for receipt in receipts(count) {
        story.service.set(&receipt, status(title));
    }
    assert_eq!(story.ordered().await.changed, count);
}

fn waiting(story: &Story) -> u64 {
    store_of(story.portfolio()).read(|c| outbox::pending(c, Channel::Email)).unwrap()
}

#[tokio::test]
async fn a_change_is_sent_once_to_each_recipient_whom_it_concerns() {
    let (story, server) = watching(2).await;
    let [first, second] = &story.cases()[..] else { panic!() };
    story.portfolio().describe(first.id, "Ana Ruiz", "").unwrap();
    story.portfolio().describe(second.id, "", "Ruiz v. Delay").unwrap();
    let some = |people: &[&str], matters: &[&str], cases| {
        let [people, matters] = [people, matters].map(|names| names.iter().map(|&name| name.to_owned()).collect());
        Scope::Some { people, matters, cases }
    };
    write_to(&story, &somebody("ana@example.org", some(&["Ana Ruiz"], &[], vec![])));
    write_to(&story, &somebody("second@example.org", some(&[], &[], vec![second.id])));
    write_to(&story, &somebody("nobody@example.org", some(&["", "Somebody Else"], &["", "ruiz"], vec![])));
    write_to(&story, &somebody("matter@example.org", some(&[], &["Ruiz v. Delay"], vec![])));
    change(&story, 2, PROCESSED).await;
    let mut seen: Vec<(String, String)> = sent(&story, &server)
        .iter()
        .map(|mail| (mail.recipient.address.clone(), mail.changes[0].0.receipt.as_str().to_owned()))
        .collect();
    seen.sort();
    let [one, two] = [0, 1].map(|number| receipts(2)[number].clone());
    let wanted = [
        ("ana@example.org", &one),
        ("matter@example.org", &two),
        ("one@example.org", &one),
        ("one@example.org", &two),
        ("second@example.org", &two),
    ];
    assert_eq!(seen, wanted.map(|(address, receipt)| (address.to_owned(), receipt.clone())));
    assert_eq!((sent(&story, &server).len(), waiting(&story)), (5, 0), "each once");
}

#[tokio::test]
async fn many_changes_are_one_message_to_each() {
    let (story, server) = watching(50).await;
    change(&story, 50, PROCESSED).await;
    let sent = sent(&story, &server);
    assert_eq!((sent.len(), sent[0].changes.len(), sent[0].digest), (1, 50, false));
}

#[tokio::test]
async fn a_digest_is_one_message_even_for_one_change() {
    let (story, server) = watching(1).await;
    let email =
        TellingTimes { digest: Digest::Daily(NaiveTime::from_hms_opt(17, 0, 0).unwrap()), ..TellingTimes::default() };
    story.portfolio().set_telling_rules(&TellingRules { email, ..TellingRules::default() }).unwrap();
    change(&story, 1, PROCESSED).await;
    story.pass(TimeDelta::hours(1));
    change(&story, 1, REVIEWED).await;
    assert!(sent(&story, &server).is_empty());
    story.pass(TimeDelta::hours(8));
    let sent = sent(&story, &server);
    assert_eq!((sent.len(), sent[0].changes.len(), sent[0].digest), (1, 2, true));
}

/// catalogue 77
#[tokio::test]
async fn a_message_that_may_have_arrived_is_sent_again_as_the_same() {
    let (story, server) = watching(5).await;
    server.fail(Some(Then::TryAgain));
    change(&story, 4, PROCESSED).await;
    assert!(sent(&story, &server).is_empty());
    story.service.set(&receipts(5)[4], status(PROCESSED));
    story.ordered().await;
    server.fail(None);
    story.pass(TimeDelta::minutes(2));
    let mut sent = sent(&story, &server);
    // What came later is another message, and may have gone out the moment it came.
    sent.sort_by_key(|mail| std::cmp::Reverse(mail.changes.len()));
    let tries = server.tries();
    assert_eq!(sent.iter().map(|mail| mail.changes.len()).collect::<Vec<_>>(), [4, 1]);
    assert_eq!(tries[0], sent[0].identity);
    assert!(tries.iter().all(|identity| *identity == sent[0].identity || *identity == sent[1].identity));
    assert_ne!(sent[0].identity, sent[1].identity);
}

/// catalogue 78
#[tokio::test]
async fn what_was_refused_for_now_is_tried_again_later_and_later() {
    let (story, server) = watching(1).await;
    server.fail(Some(Then::TryAgain));
    change(&story, 1, PROCESSED).await;
    for minutes in [1, 2, 4, 8] {
        let before = server.tries().len();
        sent(&story, &server);
        assert_eq!(server.tries().len(), before + 1);
        sent(&story, &server);
        assert_eq!(server.tries().len(), before + 1, "not at once");
        story.pass(TimeDelta::minutes(minutes));
    }
    server.fail(None);
    assert_eq!((sent(&story, &server).len(), waiting(&story)), (1, 0));
}

/// catalogue 78
#[tokio::test]
async fn what_was_refused_for_good_is_given_up_and_the_others_are_sent() {
    let (story, server) = watching(2).await;
    server.fail(Some(Then::GiveUp));
    change(&story, 1, PROCESSED).await;
    assert!(sent(&story, &server).is_empty());
    server.fail(None);
    story.pass(TimeDelta::days(1));
    assert!(sent(&story, &server).is_empty(), "never again");
    let given_up = store_of(story.portfolio()).read(|c| outbox::given_up(c, Channel::Email)).unwrap();
    assert_eq!((given_up, waiting(&story)), ((1, Some("test".to_owned())), 0), "and that can be seen");
    story.service.set(&receipts(2)[1], status(PROCESSED));
    story.ordered().await;
    assert_eq!(sent(&story, &server).len(), 1);
}

/// catalogue 78
#[tokio::test]
async fn a_busy_server_and_wrong_settings_hold_up_everything_for_a_while() {
    for (then, minutes) in [(Then::Wait, 15), (Then::Halt, 60)] {
        let (story, server) = watching(3).await;
        server.fail(Some(then));
        change(&story, 3, PROCESSED).await;
        assert!(sent(&story, &server).is_empty());
        assert_eq!(server.tries().len(), 1, "one message finds out");
        server.fail(None);
        story.pass(TimeDelta::minutes(minutes - 1));
        assert!(sent(&story, &server).is_empty());
        story.pass(TimeDelta::minutes(2));
        assert_eq!(sent(&story, &server).len(), 3);
    }
}

/// catalogue 69
#[tokio::test]
async fn mail_that_waits_holds_up_no_notification() {
    let (mut story, server) = watching(1).await;
    server.fail(Some(Then::TryAgain));
    change(&story, 1, PROCESSED).await;
    sent(&story, &server);
    assert_eq!((story.told().len(), waiting(&story)), (1, 1));
}

#[tokio::test]
async fn a_removed_recipient_is_sent_nothing_more() {
    let (story, server) = watching(1).await;
    let other = write_to(&story, &somebody("two@example.org", Scope::Everything));
    server.fail(Some(Then::TryAgain));
    change(&story, 1, PROCESSED).await;
    sent(&story, &server);
    store_of(story.portfolio()).write(|t| recipients::remove(t, other)).unwrap();
    server.fail(None);
    story.pass(TimeDelta::minutes(2));
    let sent = sent(&story, &server);
    assert_eq!((sent.len(), sent[0].recipient.address.as_str()), (1, "one@example.org"));
    let again = write_to(&story, &somebody("two@example.org", Scope::Everything));
    assert_ne!(again, other);
}

#[tokio::test]
async fn an_address_is_there_once() {
    let (story, _) = watching(1).await;
    let kept = store_of(story.portfolio());
    let twice = kept.write(|t| recipients::insert(t, &somebody("one@example.org", Scope::Everything))).unwrap();
    assert_eq!(twice, None);
    let other = write_to(&story, &somebody("two@example.org", Scope::Everything));
    let taken = kept.write(|t| recipients::update(t, other, &somebody("one@example.org", Scope::Everything))).unwrap();
    assert!(!taken);
    let spanish = Recipient { language: Language::Spanish, ..somebody("dos@example.org", Scope::Everything) };
    assert!(kept.write(|t| recipients::update(t, other, &spanish)).unwrap());
    let listed = kept.read(recipients::list).unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&(other, spanish)));
}

/// A notification service that does not answer until the other end is gone.
struct Hanging(Mutex<std::sync::mpsc::Receiver<()>>);

impl Notifier for Hanging {
    fn notify(&self, _notice: &Notice) -> Result<(), NotifyProblem> {
        let _gone = self.0.lock().unwrap().recv();
        Err(NotifyProblem::Refused)
    }
}

/// catalogue 69
#[tokio::test]
async fn a_notification_service_that_hangs_holds_up_no_letter() {
    let (story, server) = watching(1).await;
    let (end, hangs) = std::sync::mpsc::channel();
    let notices = Dispatcher::start(story.portfolio(), Arc::new(Hanging(Mutex::new(hangs)))).unwrap();
    change(&story, 1, PROCESSED).await;
    notices.look();
    assert_eq!(sent(&story, &server).len(), 1);
    drop(end);
    notices.flush();
    let waits = store_of(story.portfolio()).read(|c| outbox::pending(c, Channel::Desktop)).unwrap();
    assert_eq!(waits, 1, "the notice is tried again");
}
