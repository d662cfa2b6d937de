//! Nothing is said before encryption, and nothing to a server that nobody vouches for.

use casefolio_mail::oauth::{self, OAuth, Provider};
use casefolio_mail::{CertificateProblem, Client, Failure, Secret, Security, Server, Settings, SignIn, Timing};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::scripted::{Script, Scripted, acceptor};
use crate::written::{FROM, any_letter, brief, sender};
use casefolio_network::Way;
use casefolio_network::testing::{Authority, Identity};

fn password() -> SignIn {
    SignIn::password(FROM, "seeded-password").unwrap()
}

fn starttls() -> Script {
    Script { security: Security::StartTls, ..Script::default() }
}

/// catalogue 122
#[tokio::test]
async fn a_server_without_encryption_hears_no_name_and_no_secret() {
    for (plain_hello, answer) in [
        ("250-mail.test\r\n250 AUTH PLAIN LOGIN\r\n", "220 go\r\n"),
        ("250-mail.test\r\n250-XXXXXXXX\r\n250 AUTH PLAIN\r\n", "220 go\r\n"),
        ("250 mail.test\r\n", "220 go\r\n"),
        ("250-mail.test\r\n250 STARTTLS\r\n", "502 5.5.1 not here\r\n"),
        ("250-mail.test\r\n250 STARTTLS\r\n", "554 no\r\n"),
    ] {
        let server = Scripted::start(Script { plain_hello, starttls: answer, ..starttls() }).await;
        assert_eq!(server.client().send(&any_letter(), &password()).await, Err(Failure::NoTls));
        let heard = server.heard();
        assert!(
            heard.lines.iter().all(|line| ["EHLO [127.0.0.1]", "STARTTLS"].contains(&line.as_str())),
            "{:?}",
            heard.lines
        );
        assert!(heard.messages.is_empty());
    }
}

/// catalogue 122
#[tokio::test]
async fn words_slipped_in_before_encryption_are_not_heard_as_the_server() {
    let slipped = "220 go\r\n250-mail.test\r\n250 AUTH PLAIN\r\n235 in\r\n";
    let server = Scripted::start(Script { starttls: slipped, ..starttls() }).await;
    let failure = server.client().send(&any_letter(), &password()).await.unwrap_err();
    assert!(matches!(failure, Failure::Unreadable | Failure::TlsFailed), "{failure}");
    assert!(!server.heard().lines.iter().any(|line| line.starts_with("AUTH")));
}

#[tokio::test]
async fn after_encryption_the_server_is_asked_anew_what_it_offers() {
    let server =
        Scripted::start(Script { plain_hello: "250-x\r\n250-AUTH XOAUTH2\r\n250 STARTTLS\r\n", ..starttls() }).await;
    server.client().send(&any_letter(), &password()).await.unwrap();
    let lines = server.heard().lines;
    assert_eq!(lines[..4], ["EHLO [127.0.0.1]", "STARTTLS", "TLS", "EHLO [127.0.0.1]"]);
    assert!(lines[4].starts_with("AUTH PLAIN "));
}

/// catalogue 99
#[tokio::test]
async fn a_certificate_that_is_not_in_order_is_refused_before_anything_is_said() {
    for security in Security::ALL {
        for (name, from, to, problem) in [
            ("localhost", 2020, 2021, CertificateProblem::Expired),
            ("localhost", 2089, 2090, CertificateProblem::NotYetValid),
            ("mail.example.com", 2020, 2090, CertificateProblem::WrongName),
            ("127.0.0.1", 2020, 2090, CertificateProblem::WrongName),
        ] {
            let authority = Authority::invent();
            let identity = authority.valid(name, from, to);
            let server = Scripted::with(Script { security, ..Script::default() }, authority, &identity).await;
            let sent = server.client().send(&any_letter(), &password()).await;
            assert_eq!(sent, Err(Failure::Certificate(problem)), "{name} {from} {to}");
            assert!(!server.heard().lines.iter().any(|line| line.starts_with("AUTH") || line == "TLS"));
        }
    }
}

/// catalogue 99
#[tokio::test]
async fn a_certificate_of_an_authority_that_nobody_knows_is_refused() {
    let server = Scripted::start(Script::default()).await;
    for extra_root in [None, Some(Authority::invent().root())] {
        let settings = Settings { extra_root, ..server.settings() };
        let sent = Client::new(settings, Timing::default()).unwrap().send(&any_letter(), &password()).await;
        assert_eq!(sent, Err(Failure::Certificate(CertificateProblem::Untrusted)));
    }
    assert_eq!(server.client().send(&any_letter(), &password()).await, Ok(()), "and with its own root it is trusted");
    let own = Scripted::with(Script::default(), Authority::invent(), &Authority::self_signed("localhost")).await;
    let sent = own.client().send(&any_letter(), &password()).await;
    assert_eq!(sent, Err(Failure::Certificate(CertificateProblem::Untrusted)), "nobody vouches for himself");
}

#[tokio::test]
async fn a_server_that_speaks_in_the_clear_where_encryption_is_due_is_refused() {
    let server = Scripted::start(starttls()).await;
    let settings = server.settings();
    let early = Server::parse("localhost", server.port, Security::Tls).unwrap();
    let sent = Client::new(Settings { server: early, ..settings }, Timing::default())
        .unwrap()
        .send(&any_letter(), &password())
        .await;
    assert_eq!(sent, Err(Failure::TlsFailed));
}

#[tokio::test]
async fn a_server_that_never_shows_a_certificate_is_a_time_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server::parse("127.0.0.1", listener.local_addr().unwrap().port(), Security::Tls).unwrap();
    let settings = Settings { server, sender: sender(), extra_root: None };
    let sent = Client::new(settings, brief()).unwrap().send(&any_letter(), &password()).await;
    assert_eq!(sent, Err(Failure::TimedOut));
}

/// The core sends from tasks of its own.
#[tokio::test]
async fn sending_can_move_between_threads() {
    let server = Scripted::start(Script::default()).await;
    let client = server.client();
    let sent = tokio::spawn(async move { client.send(&any_letter(), &password()).await });
    assert_eq!(sent.await.unwrap(), Ok(()));
}

/// A provider behind TLS that gives a token to whoever asks.
async fn provider(identity: &Identity) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}/token", listener.local_addr().unwrap().port());
    let acceptor = acceptor(identity);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut request = [0_u8; 4096];
            let _ = stream.read(&mut request).await;
            let body = "{\"access_token\":\"given\"}";
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    address
}

#[tokio::test]
async fn a_refresh_token_goes_to_a_provider_for_whom_somebody_vouches_and_to_no_other() {
    let authority = Authority::invent();
    let refresh = Secret::new("seeded-refresh");
    for (name, root, expected) in [
        ("localhost", Some(authority.root()), Ok("given")),
        ("localhost", None, Err(oauth::Failure::NotTrusted)),
        ("login.example.com", Some(authority.root()), Err(oauth::Failure::NotTrusted)),
    ] {
        let address = provider(&authority.identity(name)).await;
        let client =
            OAuth::new(Provider::custom("id", None, "mail", &address).unwrap(), &Way { root, ..Way::default() })
                .unwrap();
        let outcome = client.refresh(&refresh).await.map(|grant| grant.access);
        assert_eq!(outcome.as_ref().map(Secret::expose).map_err(|failure| *failure), expected, "{name}");
    }
}
