//! Signing in with a provider of mail: the browser answers to this computer, and what the provider gives is kept.

use casefolio_core::mail::oauth::Provider;
use casefolio_core::mail::{MailSettings, MailSignIn, NotSignedIn, OauthProvider, Security, SignInWay};
use casefolio_domain::Language;
use casefolio_journeys::{ONLINE, Setting, Story, reviewed};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

async fn story() -> Story {
    Setting::of(reviewed(&[ONLINE.to_owned()])).begin().await
}

fn settings(host: &str) -> MailSettings {
    MailSettings {
        host: host.to_owned(),
        port: 587,
        security: Security::StartTls,
        address: "ana@example.com".to_owned(),
        name: String::new(),
        user: "ana@example.com".to_owned(),
        way: SignInWay::Oauth {
            provider: OauthProvider::Microsoft,
            client_id: "an-id".to_owned(),
            client_secret: String::new(),
        },
    }
}

fn words(key: &str, language: Language) -> String {
    format!("{key} {language:?}")
}

/// A provider whose token address answers once with this.
async fn provider(answer: &'static str) -> (Provider, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let asked = whole(&mut stream, "client_id").await;
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{answer}",
            answer.len()
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        asked
    });
    let made = Provider::custom("an-id", None, "mail", &format!("{base}/token")).unwrap();
    (made.with_browser("https://login.example.com/authorize").unwrap(), served)
}

/// What comes until this was in it.
async fn whole(stream: &mut TcpStream, wanted: &str) -> String {
    let mut bytes = Vec::new();
    while !String::from_utf8_lossy(&bytes).contains(wanted) && stream.read_buf(&mut bytes).await.unwrap() > 0 {}
    String::from_utf8(bytes).unwrap()
}

/// Answers as the browser does after the person did this; gives the page that it shows.
async fn browse(page: &str, answer: &str) -> String {
    let query = |name: &str| {
        let found = page.split(['?', '&']).find_map(|pair| pair.strip_prefix(&format!("{name}=")));
        found.unwrap().replace("%3A", ":").replace("%2F", "/")
    };
    let (redirect, state) = (query("redirect_uri"), query("state"));
    let host = redirect.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let head = format!("GET /?{answer}&state={state} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut shown = String::new();
    stream.read_to_string(&mut shown).await.unwrap();
    shown
}

async fn begin(story: &Story, provider: Provider) -> MailSignIn {
    let wanted = settings("smtp.office365.com");
    MailSignIn::begin_with(story.portfolio(), wanted, provider, (Language::Spanish, words)).await.ok().unwrap()
}

#[tokio::test]
async fn what_the_provider_gives_is_kept_with_the_settings_and_the_browser_says_so_in_the_persons_language() {
    let story = story().await;
    let (provider, asked) =
        provider(r#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"refresh_token":"seeded-refresh"}"#)
            .await;
    let begun = begin(&story, provider).await;
    assert!(begun.page().starts_with("https://login.example.com/authorize?response_type=code&client_id=an-id&"));
    let page = begun.page().to_owned();
    let (signed_in, shown) = tokio::join!(begun.finish(), browse(&page, "code=the-code"));
    assert!(shown.contains("mail.browser.done.what Spanish"), "{shown}");
    assert!(story.portfolio().mail_settings().unwrap().is_none(), "nothing is kept before it is known to be good");
    signed_in.ok().unwrap().keep_in(story.portfolio()).unwrap();
    assert_eq!(story.portfolio().mail_settings().unwrap(), Some(settings("smtp.office365.com")));
    assert!(story.portfolio().mail_secret_is_set().unwrap());
    assert!(asked.await.unwrap().contains("code=the-code"));
}

#[tokio::test]
async fn who_says_no_in_the_browser_leaves_everything_as_it_was() {
    let story = story().await;
    let (provider, _asked) = provider("{}").await;
    let begun = begin(&story, provider).await;
    let page = begun.page().to_owned();
    let (refused, shown) = tokio::join!(begun.finish(), browse(&page, "error=access_denied"));
    assert!(matches!(refused, Err(NotSignedIn::Provider("sign_in_declined"))));
    assert!(shown.contains("mail.browser.refused.what Spanish"), "{shown}");
    assert!(story.portfolio().mail_settings().unwrap().is_none());
}

#[tokio::test]
async fn a_sign_in_that_would_end_within_the_hour_is_not_kept() {
    let story = story().await;
    let (provider, _asked) = provider(r#"{"access_token":"a","token_type":"Bearer","expires_in":3600}"#).await;
    let begun = begin(&story, provider).await;
    let page = begun.page().to_owned();
    let (short, _) = tokio::join!(begun.finish(), browse(&page, "code=the-code"));
    assert!(matches!(short, Err(NotSignedIn::Provider("sign_in_short"))));
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_refused_before_any_browser_opens() {
    let story = story().await;
    let begun = MailSignIn::begin(story.portfolio(), settings(""), (Language::English, words)).await;
    assert!(matches!(begun, Err(NotSignedIn::Portfolio(_))));
}
