//! E-mail: the mail server, those who are written to, and the letters.

mod letter;
mod post;
mod problem;
mod recipients;
mod settings;

pub use casefolio_mail::{Security, oauth};
pub use casefolio_store::recipients::{Recipient, RecipientId, Scope};
pub use letter::Words;
pub use post::{MailState, Post};
pub use problem::MailProblem;
pub use settings::{MailSettings, OauthProvider, SetMailRequest, SignInWay};
