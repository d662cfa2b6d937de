//! Letters that reach a real mail server: what they say, to whom, and what becomes of one that is refused.

use std::sync::Arc;

use casefolio_core::Error;
use casefolio_core::mail::{MailProblem, MailSettings, Post, Recipient, Scope, Security, SetMailRequest, SignInWay};
use casefolio_core::telling::Dispatcher;
use casefolio_domain::Language;
use casefolio_domain::notice::Detail;
use casefolio_journeys::{PROCESSED, Setting, Story, receipts, reviewed, status};
use casefolio_mail::testing::MailServer;
use serde_json::Value;
use tokio::runtime::Handle;

const USER: &str = "ana@example.com";

fn settings(server: &MailServer) -> MailSettings {
    let at = server.server();
    MailSettings {
        host: at.host().to_owned(),
        port: at.port(),
        security: at.security(),
        address: USER.to_owned(),
        name: "Ana Ruiz, Abogada".to_owned(),
        user: USER.to_owned(),
        way: SignInWay::Password,
    }
}

fn set(story: &Story, settings: MailSettings, password: &str) -> Result<(), Error> {
    let secret = (!password.is_empty()).then(|| password.to_owned().into());
    story.portfolio().set_mail(&SetMailRequest { settings, secret })
}

fn somebody(address: &str, language: Language, detail: Detail) -> Recipient {
    Recipient { address: address.to_owned(), name: String::new(), language, detail, scope: Scope::Everything }
}

/// What an impatient translation gives: the key itself, so that a letter shows which words it took.
fn keys(key: &str, language: Language) -> String {
    format!("{key} {}", language.code())
}

fn post(story: &Story, server: &MailServer) -> Post {
    Post::new(story.portfolio(), Handle::current(), keys).trusting(server.root())
}

/// Sends what waits. A dispatcher has a thread of its own, which waits for the mail server; so this one may not be the runtime's.
async fn send(story: &Story, server: &MailServer) {
    let dispatcher = Dispatcher::start_mail(story.portfolio(), Arc::new(post(story, server))).unwrap();
    tokio::task::spawn_blocking(move || dispatcher.flush()).await.unwrap();
}

async fn one_change(server: &MailServer, to: &[Recipient]) -> Story {
    let receipts = receipts(1);
    let story = Setting::of(reviewed(&receipts)).begin().await;
    story.add(&receipts);
    story.ordered().await;
    set(&story, settings(server), "correct horse").unwrap();
    for recipient in to {
        story.portfolio().add_recipient(recipient).unwrap();
    }
    story.service.set(&receipts[0], status(PROCESSED));
    story.ordered().await;
    story
}

fn header<'a>(message: &'a Value, name: &str) -> &'a str {
    let headers = message["headers"].as_array().unwrap();
    headers.iter().find(|pair| pair[0] == name).unwrap()[1].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_reaches_each_recipient_once_and_in_their_language() {
    let mut server = MailServer::start(Security::Tls);
    let english = somebody("clerk@example.org", Language::English, Detail::Detailed);
    let spanish = somebody("cliente@example.org", Language::Spanish, Detail::Generic);
    let story = one_change(&server, &[english, spanish]).await;
    send(&story, &server).await;
    send(&story, &server).await;
    let (first, second) = (server.message(), server.message());
    assert_eq!((header(&first, "To"), header(&first, "Content-Language")), ("clerk@example.org", "en"));
    assert_eq!(header(&first, "Subject"), format!("Zoila Quispe: {PROCESSED}"));
    for words in ["IOE0912000000", PROCESSED, "family", "mail.letter.row.before en"] {
        assert!(first["plain"].as_str().unwrap().contains(words), "{words}");
        assert!(first["html"].as_str().unwrap().contains(words), "{words}");
    }
    assert_eq!((header(&second, "To"), header(&second, "Content-Language")), ("cliente@example.org", "es"));
    assert_eq!(header(&second, "Subject"), "mail.letter.subject.one es");
    assert!(server.end().is_empty(), "each once");
    let state = story.portfolio().mail_state().unwrap();
    assert_eq!((state.waiting, state.trouble, state.given_up), (0, None, 0));
    assert_eq!(state.last_sent_at, Some(story.now()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_generic_letter_names_nobody_no_receipt_and_no_status() {
    let mut server = MailServer::start(Security::StartTls);
    let story = one_change(&server, &[somebody("clerk@example.org", Language::English, Detail::Generic)]).await;
    send(&story, &server).await;
    let raw = server.message()["raw"].as_str().unwrap().to_owned();
    for secret in ["Zoila", "Quispe", "IOE", "0912000000", "family", "Processed", "Journey"] {
        assert!(!raw.contains(secret), "{secret}");
    }
}

/// catalogue 78
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_refused_is_given_up_and_shown_while_the_others_get_theirs() {
    let mut server = MailServer::start(Security::Tls);
    let nobody = somebody("nobody@example.org", Language::English, Detail::Generic);
    let story = one_change(&server, &[nobody, somebody("clerk@example.org", Language::English, Detail::Generic)]).await;
    send(&story, &server).await;
    assert_eq!(header(&server.message(), "To"), "clerk@example.org");
    let state = story.portfolio().mail_state().unwrap();
    assert_eq!((state.waiting, state.given_up, state.refused.as_deref()), (0, 1, Some("recipient_refused")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_sign_in_stops_every_letter_until_the_password_is_typed_again() {
    let mut server = MailServer::start(Security::Tls);
    let story = one_change(&server, &[somebody("clerk@example.org", Language::English, Detail::Generic)]).await;
    set(&story, settings(&server), "wrong horse").unwrap();
    send(&story, &server).await;
    let state = story.portfolio().mail_state().unwrap();
    assert_eq!((state.waiting, state.trouble.as_deref(), state.given_up), (1, Some("sign_in_refused"), 0));
    assert_eq!(post(&story, &server).test(Language::English).await, Err("sign_in_refused"));
    set(&story, settings(&server), "correct horse").unwrap();
    send(&story, &server).await;
    assert_eq!(header(&server.message(), "To"), "clerk@example.org");
    assert_eq!(post(&story, &server).test(Language::Spanish).await, Ok(()));
    let test = server.message();
    assert_eq!((header(&test, "To"), header(&test, "Subject")), (USER, "mail.letter.test.subject es"));
}

#[tokio::test]
async fn a_password_is_bound_to_its_mail_server_and_settings_that_cannot_work_are_refused() {
    let story = Story::of_one_case().await;
    let portfolio = story.portfolio();
    let somebody = somebody("clerk@example.org", Language::English, Detail::Generic);
    let problem = |result: Result<(), Error>| match result {
        Err(Error::Mail(problem)) => problem,
        other => panic!("{other:?}"),
    };
    assert_eq!(problem(portfolio.add_recipient(&somebody).map(drop)), MailProblem::NotSet);
    let good = MailSettings {
        host: "smtp.example.com".to_owned(),
        port: 465,
        security: Security::Tls,
        address: USER.to_owned(),
        name: String::new(),
        user: USER.to_owned(),
        way: SignInWay::Password,
    };
    assert_eq!(problem(set(&story, good.clone(), "")), MailProblem::SecretMissing);
    set(&story, good.clone(), "correct horse").unwrap();
    set(&story, MailSettings { name: "Ana".to_owned(), ..good.clone() }, "").unwrap();
    for elsewhere in
        [MailSettings { port: 587, ..good.clone() }, MailSettings { host: "evil.example".to_owned(), ..good.clone() }]
    {
        assert_eq!(problem(set(&story, elsewhere, "")), MailProblem::SecretBound);
    }
    assert_eq!(portfolio.mail_settings().unwrap().unwrap().name, "Ana", "nothing was changed");
    for (bad, code) in [
        (MailSettings { host: "a b".to_owned(), ..good.clone() }, "mail_host"),
        (MailSettings { port: 0, ..good.clone() }, "mail_port"),
        (MailSettings { address: "ana".to_owned(), ..good.clone() }, "mail_sender"),
        (MailSettings { name: "Ana\r\nBcc: x@example.org".to_owned(), ..good.clone() }, "mail_name"),
        (MailSettings { user: String::new(), ..good.clone() }, "mail_user"),
        (MailSettings { way: SignInWay::from_code("google", "", ""), ..good.clone() }, "mail_client_id"),
    ] {
        assert_eq!(problem(set(&story, bad, "correct horse")).code(), code);
    }
    let id = portfolio.add_recipient(&somebody).unwrap();
    assert_eq!(problem(portfolio.add_recipient(&somebody).map(drop)), MailProblem::Taken);
    let bad = Recipient { address: "clerk@example.org\r\nBcc: x@example.org".to_owned(), ..somebody.clone() };
    assert_eq!(problem(portfolio.change_recipient(id, &bad)).code(), "mail_address");
    portfolio.remove_recipient(id).unwrap();
    assert_eq!(problem(portfolio.change_recipient(id, &somebody)), MailProblem::NoSuchRecipient);
    portfolio.forget_mail().unwrap();
    assert!(portfolio.mail_settings().unwrap().is_none() && !portfolio.mail_secret_is_set().unwrap());
}
