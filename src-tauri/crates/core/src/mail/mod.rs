//! E-mail: the mail server, those who are written to, and the letters.

mod letter;
mod post;
mod recipients;
mod settings;
mod signing_in;

pub use crate::error::MailProblem;
pub use casefolio_mail::{Security, oauth};
pub use casefolio_store::recipients::{Recipient, RecipientId, Scope};
pub use letter::Words;
pub use post::{MailState, Post};
pub use settings::{MailSettings, OauthProvider, SetMailRequest, SignInWay};
pub use signing_in::{MailSignIn, NotSignedIn, SignedIn};
