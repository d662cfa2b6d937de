//! Sign-ins with a provider that does as it is told.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::post;
use axum::{Json, Router};
use casefolio_domain::Language;
use casefolio_mail::oauth::{Answers, Failure, Loopback, OAuth, Provider};
use casefolio_mail::{Page, Secret};
use casefolio_network::Way;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

type Fields = HashMap<String, String>;

/// What the provider will say, and what it heard.
#[derive(Default)]
struct Book {
    answers: VecDeque<(u16, Value)>,
    heard: Vec<Fields>,
}

/// A provider on loopback. It ends with the test.
struct Fake {
    base: String,
    book: Arc<Mutex<Book>>,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    async fn saying(answers: &[(u16, Value)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let book = Arc::new(Mutex::new(Book { answers: answers.iter().cloned().collect(), heard: Vec::new() }));
        let routes =
            Router::new().route("/token", post(answer)).route("/device", post(answer)).with_state(Arc::clone(&book));
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self { base, book, task }
    }

    fn client(&self) -> OAuth {
        let provider =
            Provider::custom("seeded-client", Some("seeded-secret"), "mail offline", &format!("{}/token", self.base))
                .unwrap()
                .with_device(&format!("{}/device", self.base))
                .unwrap()
                .with_browser(&format!("{}/authorize?prompt=consent", self.base))
                .unwrap();
        OAuth::new(provider, &Way::default()).unwrap()
    }

    fn heard(&self) -> Vec<Fields> {
        self.book.lock().unwrap().heard.clone()
    }
}

async fn answer(State(book): State<Arc<Mutex<Book>>>, Form(fields): Form<Fields>) -> impl IntoResponse {
    let mut book = book.lock().unwrap();
    book.heard.push(fields);
    let (status, body) = book.answers.pop_front().unwrap_or((500, json!({})));
    let elsewhere = [(header::LOCATION, "/token")];
    (StatusCode::from_u16(status).unwrap(), elsewhere, Json(body))
}

fn granted() -> Value {
    json!({"access_token": "seeded-access", "expires_in": 3599, "refresh_token": "seeded-new-refresh", "token_type": "Bearer"})
}

fn fields(pairs: &[(&str, &str)]) -> Fields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn a_refresh_token_becomes_an_access_token_and_a_new_refresh_token_is_handed_on() {
    let fake = Fake::saying(&[(200, granted()), (200, json!({"access_token": "other"}))]).await;
    let grant = fake.client().refresh(&Secret::new("old-refresh")).await.unwrap();
    assert_eq!((grant.access.expose(), grant.life), ("seeded-access", Duration::from_secs(3_599)));
    assert_eq!(grant.refresh, Some(Secret::new("seeded-new-refresh")));
    let expected = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "old-refresh"),
        ("scope", "mail offline"),
        ("client_id", "seeded-client"),
        ("client_secret", "seeded-secret"),
    ];
    assert_eq!(fake.heard(), [fields(&expected)]);
    assert_eq!(fake.client().refresh(&Secret::new("r")).await.unwrap().refresh, None, "the old one stays");
}

#[tokio::test]
async fn every_refusal_of_a_provider_has_its_kind() {
    let refused = |code: &str| json!({"error": code, "error_description": "seeded words"});
    for (status, body, expected) in [
        (400, refused("invalid_grant"), Failure::SignInAgain),
        (401, refused("invalid_client"), Failure::ClientRefused),
        (400, refused("authorization_pending"), Failure::Unreadable),
        (429, json!({}), Failure::Unavailable(429)),
        (503, json!("closed"), Failure::Unavailable(503)),
        (302, json!({}), Failure::Unreadable),
        (200, json!({"token": "x"}), Failure::Unreadable),
        (200, json!({"access_token": "x".repeat(100_000)}), Failure::Unreadable),
    ] {
        let fake = Fake::saying(&[(status, body)]).await;
        assert_eq!(fake.client().refresh(&Secret::new("r")).await, Err(expected), "{status}");
        assert_eq!(fake.heard().len(), 1, "a redirect is not followed, and nothing is asked twice");
    }
}

#[tokio::test]
async fn a_provider_that_is_away_is_no_network() {
    let fake = Fake::saying(&[]).await;
    let client = fake.client();
    fake.task.abort();
    while TcpStream::connect(fake.base.trim_start_matches("http://")).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert_eq!(client.refresh(&Secret::new("r")).await, Err(Failure::NoNetwork));
}

fn device_code() -> Value {
    json!({"device_code": "seeded-device", "user_code": "ABCD-EFGH", "verification_uri": "https://login.example.com/device",
           "expires_in": 60, "interval": 7, "message": "seeded words"})
}

/// Does a device sign-in with these answers to the asking, and gives the waits, too.
async fn device(answers: &[(u16, Value)]) -> (Result<(), Failure>, Vec<u64>) {
    let fake = Fake::saying(&[&[(200, device_code())], answers].concat()).await;
    let client = fake.client();
    let code = client.begin_device().await.unwrap();
    assert_eq!((code.user_code.as_str(), code.page.as_str()), ("ABCD-EFGH", "https://login.example.com/device"));
    let waits = Mutex::new(Vec::new());
    let wait = |time: Duration| {
        waits.lock().unwrap().push(time.as_secs());
        std::future::ready(())
    };
    let outcome =
        client.finish_device(&code, wait).await.map(|grant| assert_eq!(grant.access.expose(), "seeded-access"));
    let heard = fake.heard();
    assert_eq!(heard[0], fields(&[("client_id", "seeded-client"), ("scope", "mail offline")]));
    assert!(heard[1..].iter().all(|asked| asked["device_code"] == "seeded-device"));
    assert_eq!(heard.len() - 1, waits.lock().unwrap().len(), "one wait before each question");
    (outcome, waits.into_inner().unwrap())
}

fn refused(code: &str) -> (u16, Value) {
    (400, json!({"error": code}))
}

#[tokio::test]
async fn a_device_sign_in_waits_as_it_is_told_and_slows_down() {
    let answers =
        [refused("authorization_pending"), refused("slow_down"), refused("authorization_pending"), (200, granted())];
    assert_eq!(device(&answers).await, (Ok(()), vec![7, 7, 12, 12]));
    assert_eq!(device(&[(503, json!({})), (200, granted())]).await, (Ok(()), vec![7, 12]));
}

#[tokio::test]
async fn a_device_sign_in_ends_when_it_is_declined_or_its_time_is_over() {
    assert_eq!(device(&[refused("access_denied")]).await, (Err(Failure::Declined), vec![7]));
    assert_eq!(device(&[refused("authorization_declined")]).await.0, Err(Failure::Declined));
    assert_eq!(device(&[refused("expired_token")]).await.0, Err(Failure::Expired));
    let waiting = vec![refused("authorization_pending"); 20];
    assert_eq!(device(&waiting).await, (Err(Failure::Expired), vec![7; 8]), "60 seconds hold 8 waits of 7");
}

#[tokio::test]
async fn a_code_that_should_not_be_shown_is_not() {
    for (field, value) in [
        ("user_code", json!("<script>")),
        ("user_code", json!("")),
        ("user_code", json!("A".repeat(33))),
        ("verification_uri", json!("http://login.example.com/device")),
        ("verification_uri", json!("javascript:alert(1)")),
        ("expires_in", json!(null)),
    ] {
        let mut body = device_code();
        body[field] = value;
        let fake = Fake::saying(&[(200, body)]).await;
        assert_eq!(fake.client().begin_device().await.unwrap_err(), Failure::Unreadable, "{field}");
    }
    let fake = Fake::saying(&[refused("unauthorized_client")]).await;
    assert_eq!(fake.client().begin_device().await.unwrap_err(), Failure::ClientRefused);
}

fn answers() -> Answers {
    let page = |words| Page::new(Language::English, "Casefolio").paragraph(words).html();
    Answers { done: page("Go back to Casefolio."), refused: page("Nothing was changed.") }
}

/// What the page that is opened asks for.
fn asked(begun: &Loopback) -> Fields {
    let (_, query) = begun.page().split_once('?').unwrap();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs
        .map(|(name, value)| (name.to_owned(), value.replace("%3A", ":").replace("%2F", "/").replace('+', " ")))
        .collect()
}

/// Sends a request as a browser would, and gives the whole answer.
async fn browse(host: &str, request: String) -> String {
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn get(host: &str, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\n\r\n")
}

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn a_sign_in_by_browser_proves_that_the_asker_is_the_one_who_began() {
    let fake = Fake::saying(&[(200, granted())]).await;
    let client = fake.client();
    let begun = client.begin_loopback().await.unwrap();
    let wanted = asked(&begun);
    assert!(begun.page().starts_with(&format!("{}/authorize?prompt=consent&response_type=code&", fake.base)));
    assert_eq!((wanted["client_id"].as_str(), wanted["scope"].as_str()), ("seeded-client", "mail offline"));
    assert_eq!(wanted["code_challenge_method"], "S256");
    let redirect = wanted["redirect_uri"].clone();
    let host = redirect.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let visit = tokio::spawn({
        let (host, target) = (host.clone(), format!("/?state={}&code=seeded-code", wanted["state"]));
        async move {
            let _silent = TcpStream::connect(&host).await.unwrap(); // browsers connect ahead of need
            let icon = browse(&host, get(&host, "/favicon.ico")).await;
            let rebound = browse(&host, get("evil.example", &target)).await;
            (icon, rebound, browse(&host, get(&host, &target)).await)
        }
    });
    let grant = client.finish_loopback(begun, &answers(), PATIENCE).await.unwrap();
    assert_eq!(grant.refresh, Some(Secret::new("seeded-new-refresh")));
    let (icon, rebound, page) = visit.await.unwrap();
    assert!(icon.starts_with("HTTP/1.1 404") && rebound.starts_with("HTTP/1.1 404"));
    assert!(
        page.starts_with("HTTP/1.1 200 OK")
            && page.contains("Go back to Casefolio.")
            && page.contains("default-src 'none'")
    );
    let heard = fake.heard();
    assert_eq!((heard[0]["code"].as_str(), heard[0]["redirect_uri"].as_str()), ("seeded-code", redirect.as_str()));
    assert_eq!((heard[0]["grant_type"].as_str(), heard[0]["code_verifier"].len()), ("authorization_code", 43));
    assert_ne!(heard[0]["code_verifier"], wanted["code_challenge"]);
    assert!(TcpStream::connect(&host).await.is_err(), "the port is closed");
}

#[tokio::test]
async fn an_answer_to_another_sign_in_and_a_refusal_end_it_without_asking_for_a_token() {
    for (query, with_state, expected) in [
        ("code=x", false, Failure::Mismatch),
        ("code=x&state=", false, Failure::Mismatch),
        ("error=access_denied", true, Failure::Declined),
        ("error=invalid_scope", true, Failure::ClientRefused),
        ("code=", true, Failure::Unreadable),
        ("code=x&error=server_error", true, Failure::Unreadable),
    ] {
        let fake = Fake::saying(&[]).await;
        let client = fake.client();
        let begun = client.begin_loopback().await.unwrap();
        let wanted = asked(&begun);
        let host = wanted["redirect_uri"].trim_start_matches("http://").trim_end_matches('/').to_owned();
        let state = if with_state { format!("&state={}", wanted["state"]) } else { String::new() };
        let target = format!("/?{query}{state}");
        let visit = tokio::spawn(async move { browse(&host, get(&host, &target)).await });
        assert_eq!(client.finish_loopback(begun, &answers(), PATIENCE).await, Err(expected), "{query}");
        assert!(visit.await.unwrap().contains("Nothing was changed."));
        assert_eq!(fake.heard().len(), 0);
    }
}

#[tokio::test]
async fn a_browser_that_never_answers_is_waited_for_no_longer_than_said() {
    let client = Fake::saying(&[]).await.client();
    let begun = client.begin_loopback().await.unwrap();
    let waited = client.finish_loopback(begun, &answers(), Duration::from_millis(50)).await;
    assert_eq!(waited, Err(Failure::Expired));
}

#[tokio::test]
async fn two_sign_ins_have_nothing_in_common() {
    let client = Fake::saying(&[]).await.client();
    let (one, other) = (asked(&client.begin_loopback().await.unwrap()), asked(&client.begin_loopback().await.unwrap()));
    for field in ["state", "code_challenge"] {
        assert_eq!(one[field].len(), 43);
        assert_ne!(one[field], other[field]);
    }
}

#[tokio::test]
async fn a_way_that_the_provider_lacks_is_said_to_be_lacking() {
    let provider = Provider::custom("id", None, "mail", "http://127.0.0.1:1/token").unwrap();
    let client = OAuth::new(provider, &Way::default()).unwrap();
    assert_eq!(client.begin_device().await.unwrap_err(), Failure::NotOffered);
    assert_eq!(client.begin_loopback().await.unwrap_err(), Failure::NotOffered);
}

/// The shell signs in from tasks of its own.
#[tokio::test]
async fn signing_in_can_move_between_threads() {
    let fake = Fake::saying(&[(200, device_code()), (200, granted())]).await;
    let client = fake.client();
    let both = tokio::spawn(async move {
        let code = client.begin_device().await?;
        client.finish_device(&code, |_| std::future::ready(())).await?;
        let begun = client.begin_loopback().await?;
        client.finish_loopback(begun, &answers(), Duration::ZERO).await
    });
    assert_eq!(both.await.unwrap(), Err(Failure::Expired));
}

/// catalogue 124
#[tokio::test]
async fn no_error_of_a_sign_in_shows_an_address_a_code_or_a_token() {
    let mut shown = String::new();
    for (status, body) in [
        (200, granted()),
        (200, json!("seeded")),
        (400, json!({"error": "invalid_grant", "error_description": "seeded"})),
        (500, json!({"error": "seeded"})),
    ] {
        let fake = Fake::saying(&[(status, body), (200, device_code())]).await;
        let client = fake.client();
        let outcome = client.refresh(&Secret::new("seeded-refresh")).await;
        let words = outcome.as_ref().err().map(ToString::to_string);
        let begun = (client.begin_device().await.unwrap(), client.begin_loopback().await.unwrap());
        writeln!(shown, "{outcome:?} {words:?} {client:?} {begun:?}").unwrap();
        fake.task.abort();
    }
    for seeded in ["seeded", "127.0.0.1", "http", "/token", "ABCD", "login.example.com"] {
        assert!(!shown.contains(seeded), "{seeded} in {shown}");
    }
}
