//! The conversation with a mail server (RFC 5321), a step each.

use std::sync::atomic::{AtomicBool, Ordering};

use data_encoding::BASE64;
use tokio::io::{AsyncRead, AsyncWrite};
use zeroize::Zeroizing;

use crate::address::Address;
use crate::failure::Failure;
use crate::reply::{Enhanced, Reply, Said};
use crate::secret::Secret;
use crate::sign_in::{self, SignIn, Way};
use crate::wire::Wire;

/// An address literal in the place of a name: the name of this computer is nobody's business.
const HELLO: &str = "EHLO [127.0.0.1]";

/// What the server offers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offers {
    starttls: bool,
    ways: Vec<Offered>,
}

/// A way to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offered {
    Plain,
    Login,
    XOAuth2,
}

impl Offered {
    fn read(word: &str) -> Option<Self> {
        match word {
            "PLAIN" => Some(Self::Plain),
            "LOGIN" => Some(Self::Login),
            "XOAUTH2" => Some(Self::XOAuth2),
            _ => None,
        }
    }
}

impl Offers {
    fn read(reply: &Reply) -> Self {
        let mut offers = Self::default();
        for line in reply.lines().skip(1) {
            let mut words = line.split_whitespace().map(str::to_ascii_uppercase);
            match words.next().as_deref() {
                Some("STARTTLS") => offers.starttls = true,
                Some("AUTH") => offers.ways.extend(words.filter_map(|word| Offered::read(&word))),
                Some(_) | None => {}
            }
        }
        offers
    }

    fn has(&self, way: Offered) -> bool {
        self.ways.contains(&way)
    }
}

/// A conversation.
pub(crate) struct Session<S> {
    wire: Wire<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Session<S> {
    pub(crate) fn on(wire: Wire<S>) -> Self {
        Self { wire }
    }

    /// Waits for the server's greeting.
    pub(crate) async fn greeting(&mut self) -> Result<(), Failure> {
        let reply = self.wire.answer().await?;
        positive(&reply, Failure::TurnedAway)
    }

    /// Says who is there, and hears what is offered.
    pub(crate) async fn hello(&mut self) -> Result<Offers, Failure> {
        let reply = self.wire.ask(HELLO).await?;
        positive(&reply, Failure::TurnedAway)?;
        Ok(Offers::read(&reply))
    }

    /// Asks for encryption, and gives the stream on which it is to begin. Nothing that was offered before counts any more.
    pub(crate) async fn starttls(mut self, offers: &Offers) -> Result<S, Failure> {
        if !offers.starttls {
            return Err(Failure::NoTls);
        }
        let reply = self.wire.ask("STARTTLS").await?;
        positive(&reply, |_| Failure::NoTls)?;
        self.wire.into_stream()
    }

    /// Signs in, by the best of the ways that are offered.
    pub(crate) async fn sign_in(&mut self, offers: &Offers, sign_in: &SignIn) -> Result<(), Failure> {
        match &sign_in.0 {
            Way::Nobody => Ok(()),
            Way::Password { user, password } if offers.has(Offered::Plain) => {
                let line = Zeroizing::new(format!("AUTH PLAIN {}", sign_in::plain(user, password).as_str()));
                signed_in(&self.wire.ask(&line).await?, Failure::SignInRefused)
            }
            Way::Password { user, password } if offers.has(Offered::Login) => self.login(user, password).await,
            Way::OAuth2 { user, token } if offers.has(Offered::XOAuth2) => self.xoauth2(user, token).await,
            Way::Password { .. } | Way::OAuth2 { .. } => Err(Failure::SignInNotOffered),
        }
    }

    /// LOGIN: the server asks for the user, then for the password.
    async fn login(&mut self, user: &str, password: &Secret) -> Result<(), Failure> {
        let answers = [BASE64.encode(user.as_bytes()), BASE64.encode(password.expose().as_bytes())].map(Zeroizing::new);
        let mut reply = self.wire.ask("AUTH LOGIN").await?;
        for answer in &answers {
            if reply.said.code != 334 {
                signed_in(&reply, Failure::SignInRefused)?;
                return Err(Failure::Unreadable); // let in without having been asked who is there
            }
            reply = self.wire.ask(answer).await?;
        }
        signed_in(&reply, Failure::SignInRefused)
    }

    async fn xoauth2(&mut self, user: &str, token: &Secret) -> Result<(), Failure> {
        let line = Zeroizing::new(format!("AUTH XOAUTH2 {}", sign_in::xoauth2(user, token).as_str()));
        let mut reply = self.wire.ask(&line).await?;
        if reply.said.code == 334 {
            // Google tells the reason in a challenge first, and refuses after an empty answer.
            reply = self.wire.ask("").await?;
        }
        signed_in(
            &reply,
            |said| if is_policy(said) { Failure::SignInRefused(said) } else { Failure::SignInExpired(said) },
        )
    }

    /// Names sender and recipient.
    pub(crate) async fn envelope(&mut self, from: &Address, to: &Address) -> Result<(), Failure> {
        let reply = self.wire.ask(&format!("MAIL FROM:<{}>", from.as_str())).await?;
        positive(&reply, |said| wants_sign_in(said).unwrap_or(Failure::SenderRefused(said)))?;
        let reply = self.wire.ask(&format!("RCPT TO:<{}>", to.as_str())).await?;
        positive(&reply, |said| wants_sign_in(said).unwrap_or(Failure::RecipientRefused(said)))
    }

    /// Hands the message over. `in_doubt` is set as long as nobody knows whether the server took it.
    pub(crate) async fn message(&mut self, bytes: &[u8], in_doubt: &AtomicBool) -> Result<(), Failure> {
        let reply = self.wire.ask("DATA").await?;
        if reply.said.code != 354 {
            positive(&reply, Failure::MessageRefused)?;
            return Err(Failure::Unreadable);
        }
        in_doubt.store(true, Ordering::SeqCst);
        self.wire.hand_over(&stuffed(bytes)).await.map_err(|_| Failure::Uncertain)?;
        let reply = self.wire.answer().await.map_err(|_| Failure::Uncertain)?;
        in_doubt.store(false, Ordering::SeqCst);
        positive(&reply, Failure::MessageRefused)
    }

    /// Takes leave. What the server says to it changes nothing.
    pub(crate) async fn leave(&mut self) {
        let _ = self.wire.ask("QUIT").await;
    }
}

/// Nothing for a 2xx; a 421 is [`Failure::Busy`], another 4xx [`Failure::Temporary`], a 5xx what the step makes of it.
fn positive(reply: &Reply, permanent: impl FnOnce(Said) -> Failure) -> Result<(), Failure> {
    match reply.said.code {
        200..=299 => Ok(()),
        421 => Err(Failure::Busy(reply.said)),
        400..=499 => Err(Failure::Temporary(reply.said)),
        500..=599 => Err(permanent(reply.said)),
        _ => Err(Failure::Unreadable),
    }
}

fn signed_in(reply: &Reply, permanent: impl FnOnce(Said) -> Failure) -> Result<(), Failure> {
    if reply.is_positive() && reply.said.code != 235 {
        return Err(Failure::Unreadable);
    }
    positive(reply, permanent)
}

/// Whether no token would help: sign-in by programs is switched off (Microsoft's 5.7.139), or the way is not allowed (534).
fn is_policy(said: Said) -> bool {
    said.code == 534 || said.enhanced == Some(Enhanced { class: 5, subject: 7, detail: 139 })
}

/// 530: the server wants to know first who is there.
fn wants_sign_in(said: Said) -> Option<Failure> {
    (said.code == 530).then_some(Failure::SignInRefused(said))
}

/// The message with a second dot where a line begins with one, and the end that the protocol wants (RFC 5321, 4.5.2).
fn stuffed(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut line_begins = true;
    for byte in bytes {
        if line_begins && *byte == b'.' {
            out.push(b'.');
        }
        out.push(*byte);
        line_begins = *byte == b'\n';
    }
    if !out.ends_with(b"\r\n") {
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b".\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// catalogue 121
    #[test]
    fn a_dot_that_begins_a_line_is_doubled_and_only_that() {
        assert_eq!(stuffed(b".\r\na.b\r\n..\r\n.c"), b"..\r\na.b\r\n...\r\n..c\r\n.\r\n");
        assert_eq!(stuffed(b"a\r\n"), b"a\r\n.\r\n");
    }
}
