//! What only a raw server can send.

use std::io::Write as _;
use std::time::Duration;

use casefolio_domain::ProblemKind;
use casefolio_network::Way;
use casefolio_uscis::{Client, Credential, Endpoint, Failure, Timing};
use chrono::{DateTime, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::{KNOWN, brief, number};

const TOKEN: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 23\r\nConnection: close\r\n\r\n{\"access_token\":\"tttt\"}\n";

/// How the case address answers.
#[derive(Clone)]
enum Manner {
    /// These bytes, then the connection closes.
    Bytes(Vec<u8>),
    /// The head of an answer, then one byte each time, for ever.
    Dripping(Duration),
    /// Nothing, for ever.
    Silent,
}

/// A server of one manner, until the test ends.
struct Raw {
    address: String,
    task: JoinHandle<()>,
}

impl Drop for Raw {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(manner: Manner) -> Raw {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, manner.clone()));
        }
    });
    Raw { address, task }
}

/// An error means that the client has gone, which is what these tests want.
async fn answer(mut stream: TcpStream, manner: Manner) -> std::io::Result<()> {
    let mut request = [0_u8; 4096];
    let read = stream.read(&mut request).await?;
    if request[..read].starts_with(b"POST") {
        return stream.write_all(TOKEN).await;
    }
    match manner {
        Manner::Bytes(bytes) => stream.write_all(&bytes).await,
        Manner::Dripping(pause) => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").await?;
            loop {
                stream.write_all(b" ").await?;
                tokio::time::sleep(pause).await; // the server itself is what is slow here
            }
        }
        Manner::Silent => std::future::pending().await,
    }
}

async fn fetch(manner: Manner, timing: Timing) -> Failure {
    let server = serve(manner).await;
    let endpoint = Endpoint::parse(&format!("{}/t", server.address), &format!("{}/c", server.address)).unwrap();
    let client = Client::new(endpoint, Credential::new("id", "secret"), timing, &Way::default()).unwrap();
    client.fetch(&number(KNOWN), DateTime::<Utc>::UNIX_EPOCH).await.unwrap_err()
}

async fn kind(bytes: &[u8]) -> ProblemKind {
    fetch(Manner::Bytes(bytes.to_vec()), brief()).await.kind
}

fn with_head(head: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{head}Connection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// catalogue 89
#[tokio::test]
async fn a_body_that_swells_is_cut_at_the_cap() {
    let bomb = packed(&vec![b' '; 64 * 1024 * 1024]);
    assert!(bomb.len() < 128 * 1024);
    assert_eq!(kind(&with_head("Content-Encoding: gzip\r\n", &bomb)).await, ProblemKind::Unreadable);
}

#[tokio::test]
async fn a_packed_status_is_unpacked_and_a_broken_one_is_unreadable() {
    let packed = packed(include_bytes!("../../../../../tests/fixtures/uscis/found_with_history.json"));
    let whole = with_head("Content-Encoding: gzip\r\n", &packed);
    assert_eq!(kind(&whole).await, ProblemKind::WrongReceipt, "it was read: it is the status of another receipt");
    assert_eq!(
        kind(&with_head("Content-Encoding: gzip\r\n", b"no gzip at all, but long enough")).await,
        ProblemKind::Unreadable
    );
    let cut = whole.len() - 200;
    assert!(matches!(kind(&whole[..cut]).await, ProblemKind::Unreadable | ProblemKind::NoNetwork));
}

/// catalogue 89
#[tokio::test]
async fn a_body_of_one_byte_at_a_time_ends_with_the_total_time() {
    let timing = Timing { total: Duration::from_millis(400), ..brief() };
    let failure = fetch(Manner::Dripping(Duration::from_millis(20)), timing).await;
    assert_eq!((failure.kind, failure.http_status), (ProblemKind::TimedOut, Some(200)));
}

#[tokio::test]
async fn a_server_that_says_nothing_is_a_time_out() {
    let timing = Timing { read: Duration::from_millis(200), ..brief() };
    assert_eq!(fetch(Manner::Silent, timing).await.kind, ProblemKind::TimedOut);
}

#[tokio::test]
async fn what_is_not_http_or_breaks_off_is_no_network() {
    for bytes in [
        b"" as &[u8],
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"case_status\":{",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"cas",
    ] {
        assert_eq!(kind(bytes).await, ProblemKind::NoNetwork, "{}", String::from_utf8_lossy(bytes));
    }
}

#[tokio::test]
async fn a_body_in_broken_pieces_is_unreadable() {
    let pieces = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n";
    assert_eq!(kind(pieces).await, ProblemKind::Unreadable);
}

#[tokio::test]
async fn a_body_without_a_length_that_ends_early_is_unreadable() {
    let whole = include_bytes!("../../../../../tests/fixtures/uscis/found_without_history.json");
    assert_eq!(kind(&with_head("", &whole[..300])).await, ProblemKind::Unreadable);
    assert_eq!(kind(&with_head("", b"")).await, ProblemKind::Unreadable);
    assert_eq!(kind(&with_head("", b"\xFF\xFE\x00 not text")).await, ProblemKind::Unreadable);
}

#[tokio::test]
async fn a_page_is_a_page_whatever_its_type_says() {
    assert_eq!(
        kind(&with_head("", b"\n <!DOCTYPE html><p>It was reported to us that your IP address")).await,
        ProblemKind::NotData
    );
    let lock_out = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\nIt was reported to us";
    assert_eq!(kind(lock_out).await, ProblemKind::NotData);
}

/// catalogue 91
#[tokio::test]
async fn the_date_header_of_the_server_counts_for_nothing() {
    let body = b"HTTP/1.1 429 Too Many Requests\r\nDate: Mon, 01 Jan 2080 00:00:00 GMT\r\nRetry-After: Thu, 01 Jan 1970 00:01:00 GMT\r\nContent-Length: 0\r\n\r\n";
    let failure = fetch(Manner::Bytes(body.to_vec()), brief()).await;
    assert_eq!((failure.kind, failure.retry_after), (ProblemKind::Limited, Some(Duration::from_secs(60))));
}

#[tokio::test]
async fn an_empty_closed_or_missing_answer_has_its_kind() {
    for (status, expected) in [
        ("204 No Content", ProblemKind::Unreadable),
        ("304 Not Modified", ProblemKind::NotData),
        ("307 Temporary Redirect", ProblemKind::NotData),
        ("404 Not Found", ProblemKind::NotData),
        ("407 Proxy Authentication Required", ProblemKind::ProxySignIn),
        ("408 Request Timeout", ProblemKind::Closed),
        ("418 I'm a teapot", ProblemKind::NotData),
        ("504 Gateway Timeout", ProblemKind::Closed),
    ] {
        let bytes = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        assert_eq!(kind(bytes.as_bytes()).await, expected, "{status}");
    }
}

/// catalogue 99
#[tokio::test]
async fn a_server_without_a_trusted_certificate_is_not_trusted() {
    let server = serve(Manner::Bytes(b"HTTP/1.1 200 OK\r\n\r\n".to_vec())).await;
    let address = server.address.replace("http:", "https:");
    let endpoint = Endpoint::parse(&address, &address).unwrap();
    // A computer without any trust store refuses earlier, which is as good.
    if let Ok(client) = Client::new(endpoint, Credential::new("id", "secret"), brief(), &Way::default()) {
        let failure = client.fetch(&number(KNOWN), DateTime::<Utc>::UNIX_EPOCH).await.unwrap_err();
        assert_eq!(failure.kind, ProblemKind::NotTrusted);
    }
}
