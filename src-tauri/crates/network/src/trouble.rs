//! Why a call did not come through.

use std::error::Error;
use std::io;

/// What stood between a call and its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// No complete answer in time.
    TimedOut,
    /// Whoever answered could not prove to be the one who was asked: a certificate that has ended, is for another name or of an unknown
    /// authority, or encryption that is too weak.
    NotTrusted,
    /// The proxy was not reached.
    ProxyUnreachable,
    /// The proxy wants a sign-in, or refuses the one that it got.
    ProxySignIn,
    /// The proxy does not let the call through.
    ProxyRefused,
    /// The bytes came but could not be unpacked.
    Garbled,
    /// Anything else: no network, no such name, nobody there, a connection that broke.
    NoNetwork,
}

impl Trouble {
    /// What an error of a call means. Its text holds the address and is not to be kept.
    #[must_use]
    pub fn of(error: &reqwest::Error) -> Self {
        let causes = || Causes(Some(error));
        if causes().any(is_untrusted) {
            return Self::NotTrusted;
        }
        if let Some(trouble) = causes().find_map(of_tunnel) {
            return if error.is_timeout() { Self::TimedOut } else { trouble };
        }
        if error.is_timeout() {
            Self::TimedOut
        } else if (error.is_decode() || error.is_body()) && causes().any(is_bad_encoding) {
            Self::Garbled
        } else {
            Self::NoNetwork
        }
    }
}

/// An error and what it comes from. An [`io::Error`] hides the error that it wraps from its `source`: here it is shown.
struct Causes<'a>(Option<&'a (dyn Error + 'static)>);

impl<'a> Iterator for Causes<'a> {
    type Item = &'a (dyn Error + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        let this = self.0?;
        let wrapped = this.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        self.0 = match wrapped {
            Some(wrapped) => Some(wrapped),
            None => this.source(),
        };
        Some(this)
    }
}

/// TLS failed, and not for want of a connection.
fn is_untrusted(cause: &(dyn Error + 'static)) -> bool {
    cause.is::<rustls::Error>()
}

fn is_bad_encoding(cause: &(dyn Error + 'static)) -> bool {
    let kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput))
}

/// The tunnel through a proxy could not be made. Its error has no public type; the words are those of hyper-util's `TunnelError`, and the
/// tests of this crate hold them against real proxies.
fn of_tunnel(cause: &(dyn Error + 'static)) -> Option<Trouble> {
    let words = cause.to_string();
    match words.strip_prefix("tunnel error: ")? {
        "proxy authorization required" => Some(Trouble::ProxySignIn),
        "failed to create underlying connection" => Some(Trouble::ProxyUnreachable),
        _ => Some(Trouble::ProxyRefused),
    }
}
