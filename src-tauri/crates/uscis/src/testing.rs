//! What the client makes of an answer, for tests that have no server to ask.

use casefolio_domain::ReceiptNumber;
use chrono::{DateTime, TimeDelta, Utc};

use crate::answer::Answer;
use crate::body::{BODY_CAP, End, Reply};
use crate::client::Client;
use crate::failure::Failure;

/// An answer as it would come over the network.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Whether the content type is that of a web page.
    pub says_page: bool,
    /// The `Retry-After` header.
    pub retry_after: Option<&'a str>,
    /// The body, unpacked.
    pub body: &'a [u8],
}

impl Heard<'_> {
    fn reply(&self) -> Reply {
        let (body, end) = match self.body.get(..BODY_CAP) {
            Some(read) if self.body.len() > BODY_CAP => (read, End::TooLong),
            Some(_) | None => (self.body, End::Whole),
        };
        Reply {
            status: self.status,
            says_page: self.says_page,
            retry_after: self.retry_after.map(str::to_owned),
            body: body.to_vec(),
            end,
        }
    }
}

/// A token as the client would use it.
#[derive(Debug)]
pub struct HeardToken {
    /// How its `Authorization` header shows in `Debug`.
    pub shown: String,
    /// For how long it is believed to be good.
    pub life: TimeDelta,
}

impl Client {
    /// What an answer of the case address comes to.
    pub fn hear_case(&self, receipt: &ReceiptNumber, heard: &Heard<'_>, now: DateTime<Utc>) -> Result<Answer, Failure> {
        self.read_case(receipt, &heard.reply(), now)
    }

    /// What an answer of the token address comes to.
    pub fn hear_token(&self, heard: &Heard<'_>, now: DateTime<Utc>) -> Result<HeardToken, Failure> {
        let grant = self.read_token(&heard.reply(), now)?;
        let (header, life) = grant.parts();
        Ok(HeardToken { shown: format!("{header:?}"), life })
    }
}
