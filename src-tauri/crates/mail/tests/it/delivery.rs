//! What a real mail server takes, and what its own parser reads.

use casefolio_domain::Language;
use casefolio_mail::testing::MailServer;
use casefolio_mail::{Client, Failure, Secret, Security, Settings, SignIn, Timing};
use serde_json::Value;

use crate::scripted::{Script, Scripted};
use crate::written::{FROM, TO, any_letter, letter, sender};

/// A client that trusts this server.
fn client(to: &MailServer) -> Client {
    let settings = Settings { server: to.server(), sender: sender(), extra_root: Some(to.root()) };
    Client::new(settings, Timing::default()).unwrap()
}

fn password() -> SignIn {
    SignIn::password(FROM, "correct horse").unwrap()
}

fn header<'a>(message: &'a Value, name: &str) -> &'a str {
    let headers = message["headers"].as_array().unwrap();
    let mut found = headers.iter().filter(|pair| pair[0] == name);
    let value = found.next().unwrap()[1].as_str().unwrap();
    assert!(found.next().is_none(), "{name} once");
    value
}

fn words(message: &Value, form: &str) -> String {
    message[form].as_str().unwrap().replace("\r\n", "\n")
}

#[tokio::test]
async fn a_letter_arrives_by_both_kinds_of_encryption() {
    for security in Security::ALL {
        let mut server = MailServer::start(security);
        client(&server).send(&any_letter(), &password()).await.unwrap();
        let message = server.message();
        assert_eq!((message["sender"].as_str(), &message["recipients"]), (Some(FROM), &serde_json::json!([TO])));
        assert_eq!(message["hello"], "[127.0.0.1]", "the name of this computer is nobody's business");
        assert_eq!((message["encrypted"].as_bool(), message["way"].as_str()), (Some(true), Some("PLAIN")));
        assert_eq!(server.end(), Vec::<Value>::new(), "one message");
    }
}

#[tokio::test]
async fn the_message_is_read_as_it_was_written_in_both_languages() {
    let mut server = MailServer::start(Security::Tls);
    let client = client(&server);
    for (language, subject, text) in [
        (Language::English, "Case Was Approved", "On November 23, 2026, we approved your Form I-130."),
        (
            Language::Spanish,
            "Caso aprobado: ¿qué sigue? Año nuevo, acción",
            "El 23 de noviembre aprobamos su petición — ñandú, ¡sí!",
        ),
    ] {
        let letter = letter(subject, text, language);
        client.send(&letter, &password()).await.unwrap();
        let message = server.message();
        assert_eq!(message["defects"], serde_json::json!([]));
        assert_eq!(message["kinds"], serde_json::json!(["multipart/alternative", "text/plain", "text/html"]));
        assert_eq!(message["encodings"], serde_json::json!(["quoted-printable", "quoted-printable"]));
        assert_eq!((header(&message, "Subject"), header(&message, "To")), (subject, TO));
        assert_eq!(header(&message, "From"), "\"Ana Núñez, \\\"Law\\\" & Söhne\" <ana@example.com>");
        assert_eq!(header(&message, "Message-ID"), letter.message_id.as_str());
        assert_eq!(header(&message, "Content-Language"), language.code());
        assert_eq!(words(&message, "plain"), text);
        assert_eq!(words(&message, "html"), letter.html.as_str());
    }
}

/// What servers and clients of mail have stumbled over.
const STUMBLING: &str = ".\r\n.\n.\r.\r\n..\r\n.a\rbare CR\nbare LF\n\r\n.\r\nMAIL FROM:<x@example.com>\r\n=2E = =3D trailing \nFrom here\n";

fn stumbling() -> (String, String) {
    let text = format!("{STUMBLING}{} {}\n.\n", "long ".repeat(500), "ñ".repeat(1_200));
    let read = text.replace("\r\n", "\n").replace('\r', "\n");
    (text, read)
}

/// catalogue 121
#[tokio::test]
async fn bare_line_ends_and_lone_dots_make_one_message_on_a_strict_server() {
    let mut server = MailServer::start(Security::Tls);
    let (text, read) = stumbling();
    client(&server).send(&letter("Dots", &text, Language::English), &password()).await.unwrap();
    let message = server.message();
    assert_eq!(words(&message, "plain"), read);
    assert_eq!(message["defects"], serde_json::json!([]));
    assert_eq!(server.end(), Vec::<Value>::new(), "one message");
}

/// catalogue 121
#[tokio::test]
async fn bare_line_ends_and_lone_dots_make_one_message_on_a_lax_server() {
    let server = Scripted::start(Script { lax: true, ..Script::default() }).await;
    let (text, _) = stumbling();
    let letter = letter("Dots", &text, Language::English);
    server.client().send(&letter, &password()).await.unwrap();
    let heard = server.heard();
    assert_eq!(heard.messages.len(), 1);
    assert!(
        heard.messages[0].contains("\r\n..")
            && heard.messages[0].trim_end().ends_with(&format!("{}--", "07".repeat(32)))
    );
    assert_eq!(heard.lines.iter().filter(|line| line.starts_with("MAIL")).count(), 1);
    assert_eq!(heard.lines.last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn an_access_token_is_shown_in_the_form_of_the_providers() {
    let mut server = MailServer::start(Security::StartTls);
    let good = SignIn::oauth2(FROM, &Secret::new("good-token")).unwrap();
    client(&server).send(&any_letter(), &good).await.unwrap();
    assert_eq!(server.message()["way"], "XOAUTH2");
    let old = SignIn::oauth2(FROM, &Secret::new("old-token")).unwrap();
    let failure = client(&server).send(&any_letter(), &old).await.unwrap_err();
    assert!(matches!(failure, Failure::SignInExpired(said) if said.to_string() == "535 5.7.8"), "{failure}");
    assert_eq!(server.end(), Vec::<Value>::new());
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_a_right_one_tries_the_settings_without_a_message() {
    let server = MailServer::start(Security::Tls);
    let wrong = SignIn::password(FROM, "wrong horse").unwrap();
    assert!(matches!(client(&server).test(&wrong).await, Err(Failure::SignInRefused(said)) if said.code == 535));
    assert!(matches!(client(&server).send(&any_letter(), &wrong).await, Err(Failure::SignInRefused(_))));
    assert!(
        matches!(client(&server).send(&any_letter(), &SignIn::none()).await, Err(Failure::SignInRefused(said)) if said.code == 530)
    );
    assert_eq!(client(&server).test(&password()).await, Ok(()));
    assert_eq!(server.end(), Vec::<Value>::new());
}

/// catalogue 120
#[tokio::test]
async fn a_subject_that_looks_encoded_is_shown_as_it_was_typed() {
    let mut server = MailServer::start(Security::Tls);
    for subject in [
        "=?utf-8?q?Bcc:=20x@example.com?=",
        "ñ =?utf-8?b?QmNj?= end",
        "a =?utf-8?q?=0D=0ABcc:=20x?= b",
        "long ñ ".repeat(30).trim(),
    ] {
        client(&server).send(&letter(subject, "x", Language::English), &password()).await.unwrap();
        let message = server.message();
        assert_eq!(header(&message, "Subject"), subject);
        assert_eq!(message["headers"].as_array().unwrap().len(), 9);
    }
}
