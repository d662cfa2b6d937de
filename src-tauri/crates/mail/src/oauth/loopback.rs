//! Signing in with the browser on this computer, which answers to a port that only this computer reaches (RFC 8252, 7.3).

use std::fmt;
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use reqwest::Url;
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::grant::{Grant, Refusal};
use super::web::OAuth;
use crate::page::Html;
use crate::secret::Secret;

/// Browsers open connections ahead of need, and ask for icons.
const MOST_CONNECTIONS: usize = 32;
const LONGEST_HEAD: usize = 16 * 1024;
const HEAD_TIME: Duration = Duration::from_secs(10);

/// A sign-in that waits for the browser.
pub struct Loopback {
    listener: TcpListener,
    host: String,
    page: Url,
    state: Secret,
    verifier: Secret,
}

/// What the browser shows afterwards.
#[derive(Debug, Clone)]
pub struct Answers {
    /// The browser has answered; Casefolio goes on.
    pub done: Html,
    /// The person declined, or the answer belongs to another sign-in.
    pub refused: Html,
}

impl fmt::Debug for Loopback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loopback").finish_non_exhaustive()
    }
}

impl Loopback {
    /// The page to open in the person's own browser.
    #[must_use]
    pub fn page(&self) -> &str {
        self.page.as_str()
    }

    fn redirect(&self) -> String {
        format!("http://{}/", self.host)
    }

    /// Waits for the one answer.
    async fn answer(&self, answers: &Answers) -> Result<Secret, Failure> {
        let mut heads = JoinSet::new();
        for _ in 0..MOST_CONNECTIONS {
            let (mut stream, target) = self.next_request(&mut heads).await?;
            let Some(query) = target.filter(|target| target.path() == "/") else {
                say(&mut stream, "404 Not Found", "").await;
                continue;
            };
            let verdict = self.verdict(&query);
            let (status, page) =
                if verdict.is_ok() { ("200 OK", &answers.done) } else { ("400 Bad Request", &answers.refused) };
            say(&mut stream, status, page.as_str()).await;
            return verdict;
        }
        Err(Failure::Mismatch)
    }

    /// The next request whose head has come; connections that say nothing hold up no other.
    async fn next_request(
        &self,
        heads: &mut JoinSet<(TcpStream, Option<Url>)>,
    ) -> Result<(TcpStream, Option<Url>), Failure> {
        loop {
            tokio::select! {
                accepted = self.listener.accept(), if heads.len() < MOST_CONNECTIONS => {
                    let (stream, _) = accepted.map_err(|_| Failure::NoListener)?;
                    heads.spawn(head(stream, self.host.clone()));
                }
                Some(done) = heads.join_next() => {
                    if let Ok(request) = done {
                        return Ok(request);
                    }
                }
            }
        }
    }

    /// The code in an answer that belongs to this sign-in.
    fn verdict(&self, answer: &Url) -> Result<Secret, Failure> {
        let of =
            |name: &str| answer.query_pairs().find(|(found, _)| found == name).map(|(_, value)| value.into_owned());
        if of("state").as_deref() != Some(self.state.expose()) {
            return Err(Failure::Mismatch);
        }
        match (of("code"), of("error").as_deref()) {
            (Some(code), None) if !code.is_empty() => Ok(Secret::from(code)),
            (_, Some("access_denied")) => Err(Failure::Declined),
            (_, Some("unauthorized_client" | "invalid_scope" | "invalid_client" | "admin_policy_enforced")) => {
                Err(Failure::ClientRefused)
            }
            (_, _) => Err(Failure::Unreadable),
        }
    }
}

impl OAuth {
    /// Opens a free port on this computer, and makes the page to open in the browser.
    pub async fn begin_loopback(&self) -> Result<Loopback, Failure> {
        let page = self.provider.authorize.clone().ok_or(Failure::NotOffered)?;
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|_| Failure::NoListener)?;
        let port = listener.local_addr().map_err(|_| Failure::NoListener)?.port();
        let host = format!("127.0.0.1:{port}");
        let mut begun = Loopback { listener, host, page, state: random()?, verifier: random()? };
        let (redirect, challenge) = (begun.redirect(), challenge(&begun.verifier));
        begun.page.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("client_id", &self.provider.client_id),
            ("redirect_uri", &redirect),
            ("scope", &self.provider.scope),
            ("state", begun.state.expose()),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        Ok(begun)
    }

    /// Waits up to `patience` for the browser's answer, and changes it for a grant. The port is closed in any case.
    pub async fn finish_loopback(
        &self,
        begun: Loopback,
        answers: &Answers,
        patience: Duration,
    ) -> Result<Grant, Failure> {
        let code = timeout(patience, begun.answer(answers)).await.map_err(|_| Failure::Expired)??;
        let redirect = begun.redirect();
        let verifier = begun.verifier.clone();
        drop(begun);
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.expose()),
            ("redirect_uri", &redirect),
            ("code_verifier", verifier.expose()),
        ];
        self.ask_token(&form).await.map_err(|refusal| match refusal {
            Refusal::Final(failure) => failure,
            Refusal::Pending | Refusal::SlowDown => Failure::Unreadable,
        })
    }
}

/// 256 random bits in letters that need no escape.
fn random() -> Result<Secret, Failure> {
    let mut bytes = Zeroizing::new([0_u8; 32]);
    getrandom::fill(bytes.as_mut_slice()).map_err(|_| Failure::NoRandomness)?;
    Ok(Secret::from(BASE64URL_NOPAD.encode(bytes.as_slice())))
}

/// RFC 7636, 4.2.
fn challenge(verifier: &Secret) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(verifier.expose().as_bytes()))
}

/// The target of one GET request that was meant for this host; a page elsewhere cannot make a browser send that.
async fn head(mut stream: TcpStream, host: String) -> (TcpStream, Option<Url>) {
    let text = timeout(HEAD_TIME, read_head(&mut stream)).await.ok().flatten();
    let target = text.and_then(|text| {
        let mut lines = text.split("\r\n");
        let mut words = lines.next()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let named = lines
            .filter_map(|line| line.split_once(':'))
            .any(|(name, value)| name.eq_ignore_ascii_case("host") && value.trim().eq_ignore_ascii_case(&host));
        (method == "GET" && named && target.starts_with('/'))
            .then(|| Url::parse(&format!("http://{host}{target}")).ok())?
    });
    (stream, target)
}

async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
        if bytes.len() > LONGEST_HEAD || stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Answers a request; a browser that has gone is not missed.
async fn say(stream: &mut TcpStream, status: &str, page: &str) {
    let answer = format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Content-Security-Policy: default-src 'none'\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\
         Connection: close\r\n\r\n{page}",
        page.len()
    );
    let whole = async {
        stream.write_all(answer.as_bytes()).await?;
        stream.shutdown().await
    };
    let _ = timeout(HEAD_TIME, whole).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
