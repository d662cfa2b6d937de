//! What makes a message recognisable when it comes twice.

use data_encoding::HEXLOWER;

/// A name under which no host can ever be found (RFC 2606), so that nothing of this computer is told.
const DOMAIN: &str = "casefolio.invalid";

/// The `Message-ID` of a message: the same for every try to send it. Mail programs show a second copy once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId(String);

/// The text is not one that [`MessageId::as_str`] gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the message id is not one of Casefolio's")]
pub struct MessageIdProblem;

impl MessageId {
    /// Makes one from a keyed digest of what is told to whom. The digest must not be one that a stranger can compute.
    #[must_use]
    pub fn from_digest(digest: &[u8; 32]) -> Self {
        Self(format!("<{}@{DOMAIN}>", HEXLOWER.encode(digest)))
    }

    /// Reads one that was kept.
    pub fn parse(text: &str) -> Result<Self, MessageIdProblem> {
        let digest = text
            .strip_prefix('<')
            .and_then(|rest| rest.strip_suffix(&format!("@{DOMAIN}>")))
            .and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok())
            .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        digest.map(|digest| Self::from_digest(&digest)).ok_or(MessageIdProblem)
    }

    /// The id with its angle brackets.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digest in hexadecimal.
    pub(crate) fn hex(&self) -> &str {
        self.0.trim_start_matches('<').split('@').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_gives_one_id_that_can_be_kept_and_read() {
        let id = MessageId::from_digest(&[0xAB; 32]);
        assert_eq!(id.as_str(), format!("<{}@casefolio.invalid>", "ab".repeat(32)));
        assert_eq!(MessageId::parse(id.as_str()), Ok(id.clone()));
        assert_eq!(id.hex(), "ab".repeat(32));
    }

    /// catalogue 120
    #[test]
    fn nothing_else_is_read_as_an_id() {
        for text in ["", "<>", "<ab@casefolio.invalid>", "<a b@casefolio.invalid>", "x\r\nBcc: a@example.com"] {
            assert_eq!(MessageId::parse(text), Err(MessageIdProblem), "{text:?}");
        }
        let upper = format!("<{}@casefolio.invalid>", "AB".repeat(32));
        assert_eq!(MessageId::parse(&upper), Err(MessageIdProblem));
        let broken = format!("<{}@casefolio.invalid>\r\n", "ab".repeat(32));
        assert_eq!(MessageId::parse(&broken), Err(MessageIdProblem));
    }
}
