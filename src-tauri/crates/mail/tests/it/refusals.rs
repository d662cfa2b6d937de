//! What a server says when it does not take a letter, and what becomes of a letter in doubt.

use std::fmt::Write as _;
use std::time::Duration;

use casefolio_mail::{Client, Course, Failure, Secret, Security, Server, Settings, SignIn, Timing};
use tokio::net::TcpListener;

use crate::scripted::{End, Script, Scripted};
use crate::written::{FROM, TO, any_letter, brief, sender};

const PASSWORD: &str = "seeded-password";

fn password() -> SignIn {
    SignIn::password("seeded-user", PASSWORD).unwrap()
}

fn token() -> SignIn {
    SignIn::oauth2("seeded-user", &Secret::new("seeded-token")).unwrap()
}

async fn failure(script: Script, sign_in: &SignIn) -> Failure {
    Scripted::start(script).await.client().send(&any_letter(), sign_in).await.unwrap_err()
}

/// Everything that a server can refuse, in words that repeat what they were told.
fn refusing() -> Vec<(Script, &'static str, &'static str, Course)> {
    let usual = Script::default;
    vec![
        (Script { greeting: "421 4.3.2 seeded-host\r\n", ..usual() }, "busy", "421 4.3.2", Course::BackOff),
        (Script { greeting: "554 5.7.1 seeded-host\r\n", ..usual() }, "turned_away", "554 5.7.1", Course::Settings),
        (Script { hello: "550 [127.0.0.1]?\r\n", ..usual() }, "turned_away", "550", Course::Settings),
        (Script { auth: &["454 4.7.0 seeded-user\r\n"], ..usual() }, "temporary", "454 4.7.0", Course::Retry),
        (Script { auth: &["535 5.7.8 seeded-user\r\n"], ..usual() }, "sign_in_refused", "535 5.7.8", Course::Settings),
        (
            Script { auth: &["535-5.7.139 a\r\n535 b\r\n"], ..usual() },
            "sign_in_refused",
            "535 5.7.139",
            Course::Settings,
        ),
        (Script { mail: "530 5.7.0 first\r\n", ..usual() }, "sign_in_refused", "530 5.7.0", Course::Settings),
        (Script { mail: "553 5.7.1 ana@example.com\r\n", ..usual() }, "sender_refused", "553 5.7.1", Course::Settings),
        (Script { mail: "452 4.3.1 full\r\n", ..usual() }, "temporary", "452 4.3.1", Course::Retry),
        (
            Script { rcpt: "550 5.1.1 <seeded-recipient@example.org>\r\n", ..usual() },
            "recipient_refused",
            "550 5.1.1",
            Course::Stop,
        ),
        (Script { rcpt: "451 4.7.1 greylisted\r\n", ..usual() }, "temporary", "451 4.7.1", Course::Retry),
        (Script { rcpt: "421 4.7.28 seeded-recipient\r\n", ..usual() }, "busy", "421 4.7.28", Course::BackOff),
        (Script { data: "554 no\r\n", ..usual() }, "message_refused", "554", Course::Stop),
        (Script { end: End::Says("552 5.2.3 too big\r\n"), ..usual() }, "message_refused", "552 5.2.3", Course::Stop),
        (Script { end: End::Says("451 4.3.0 later\r\n"), ..usual() }, "temporary", "451 4.3.0", Course::Retry),
        (Script { end: End::Says("421 4.4.2 later\r\n"), ..usual() }, "busy", "421 4.4.2", Course::BackOff),
    ]
}

/// catalogue 78
#[tokio::test]
async fn every_refusal_has_its_kind_its_code_and_its_course() {
    for (script, code, said, course) in refusing() {
        let failure = failure(script, &password()).await;
        assert_eq!((failure.code(), failure.course()), (code, course));
        assert_eq!(failure.said().map(|said| said.to_string()).as_deref(), Some(said), "{code}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_taken_has_expired_unless_no_token_would_help() {
    for (auth, code) in [
        (&["535 5.7.3 seeded-token\r\n"] as &[&str], "sign_in_expired"),
        (&["334 eyJzdGF0dXMiOiI0MDAifQ==\r\n", "535 5.7.8 no\r\n"], "sign_in_expired"),
        (&["535 5.7.139 disabled\r\n"], "sign_in_refused"),
        (&["534 5.7.9 no\r\n"], "sign_in_refused"),
        (&["454 4.7.0 later\r\n"], "temporary"),
    ] {
        let failure = failure(Script { auth, ..Script::default() }, &token()).await;
        assert_eq!(failure.code(), code, "{auth:?}");
    }
    assert_eq!(failure(Script { auth: &["535 x\r\n"], ..Script::default() }, &token()).await.course(), Course::Renew);
}

#[tokio::test]
async fn the_older_way_to_sign_in_is_taken_where_there_is_no_other() {
    let auth = &["334 VXNlcm5hbWU6\r\n", "334 UGFzc3dvcmQ6\r\n", "235 in\r\n"];
    let hello = "250-mail.test\r\n250 auth login\r\n";
    let server = Scripted::start(Script { hello, auth, ..Script::default() }).await;
    server.client().send(&any_letter(), &password()).await.unwrap();
    assert_eq!(server.heard().lines[2..5], ["AUTH LOGIN", "c2VlZGVkLXVzZXI=", "c2VlZGVkLXBhc3N3b3Jk"]);
    let server = Scripted::start(Script { hello, ..Script::default() }).await;
    assert_eq!(server.client().send(&any_letter(), &token()).await, Err(Failure::SignInNotOffered));
    assert_eq!(server.heard().lines, ["TLS", "EHLO [127.0.0.1]"], "nothing was shown");
}

/// catalogue 77
#[tokio::test]
async fn a_connection_that_dies_after_the_message_leaves_it_uncertain_and_the_next_try_has_the_same_id() {
    let server = Scripted::start(Script { end: End::Dies, ..Script::default() }).await;
    for _ in 0..2 {
        let failure = server.client().send(&any_letter(), &password()).await.unwrap_err();
        assert_eq!((failure, failure.course()), (Failure::Uncertain, Course::Retry));
    }
    let messages = server.heard().messages;
    assert_eq!(messages.len(), 2);
    assert_eq!(messages[0], messages[1]);
    assert!(messages[0].contains(&format!("Message-ID: <{}@casefolio.invalid>\r\n", "07".repeat(32))));
}

/// catalogue 77
#[tokio::test]
async fn silence_after_the_message_is_uncertain_and_silence_before_it_is_not() {
    let silent = Script { end: End::Silent, ..Script::default() };
    let whole = Timing { read: Duration::from_secs(60), total: Duration::from_secs(6), ..brief() };
    let outcomes = tokio::join!(
        waiting(silent.clone(), brief()),
        waiting(silent, whole), // also when the time for all of it is over
        waiting(Script { rcpt: "", ..Script::default() }, brief()),
        waiting(Script { greeting: "", ..Script::default() }, brief()),
    );
    let (uncertain, late) = (Err(Failure::Uncertain), Err(Failure::TimedOut));
    assert_eq!(outcomes, (uncertain, uncertain, late, late));
}

async fn waiting(script: Script, timing: Timing) -> Result<(), Failure> {
    Scripted::start(script).await.client_with(timing).send(&any_letter(), &password()).await
}

#[tokio::test]
async fn what_is_not_the_language_of_mail_is_unreadable() {
    for script in [
        Script { greeting: "HTTP/1.1 400 Bad Request\r\n", ..Script::default() },
        Script { hello: "250-a\r\n251 b\r\n", ..Script::default() },
        Script { data: "250 already\r\n", ..Script::default() },
        Script { auth: &["250 in?\r\n"], ..Script::default() },
        Script { mail: "354 early\r\n", ..Script::default() },
    ] {
        assert_eq!(failure(script, &password()).await, Failure::Unreadable);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_no_network_and_a_name_that_leads_nowhere_is_not_found() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let send_to = async |host: &str| {
        let server = Server::parse(host, port, Security::Tls).unwrap();
        let settings = Settings { server, sender: sender(), extra_root: None };
        Client::new(settings, Timing::default()).unwrap().send(&any_letter(), &password()).await
    };
    assert_eq!(send_to("127.0.0.1").await, Err(Failure::NoNetwork));
    let nowhere = send_to("seeded.invalid").await;
    assert!(matches!(nowhere, Err(Failure::HostNotFound | Failure::TimedOut)), "{nowhere:?}"); // some networks never say so
}

/// catalogue 124
#[tokio::test]
async fn no_error_shows_an_address_a_host_a_user_or_a_secret() {
    let mut shown = String::new();
    for (script, ..) in refusing() {
        let server = Scripted::start(script).await;
        let client = server.client();
        for sign_in in [password(), token()] {
            let failure = client.send(&any_letter(), &sign_in).await.unwrap_err();
            writeln!(
                shown,
                "{failure} {failure:?} {:?} {:?}",
                failure.said(),
                std::error::Error::source(&failure).is_none()
            )
            .unwrap();
            writeln!(shown, "{client:?} {:?} {sign_in:?} {:?}", server.settings(), any_letter()).unwrap();
        }
    }
    for seeded in [FROM, TO, "seeded", "Ana", "localhost", "127.0.0.1", "A change", "has changed", "greylisted"] {
        assert!(!shown.contains(seeded), "{seeded} in {shown}");
    }
}
