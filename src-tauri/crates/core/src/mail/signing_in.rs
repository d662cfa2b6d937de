//! Signing in with a provider of mail, in the person's own browser.

use std::time::Duration;

use casefolio_domain::Language;
use casefolio_mail::Page;
use casefolio_mail::oauth::{Answers, Failure, Loopback, OAuth, Provider};
use zeroize::Zeroizing;

use super::letter::Words;
use super::settings::{MailSettings, SetMailRequest};
use crate::error::{Error, MailProblem};
use crate::portfolio::Portfolio;

/// How long a person may take in the browser.
const PATIENCE: Duration = Duration::from_secs(10 * 60);

/// A sign-in that was begun and waits for the browser.
pub struct MailSignIn {
    settings: MailSettings,
    oauth: OAuth,
    begun: Loopback,
    answers: Answers,
}

/// Why nobody is signed in. Nothing was changed.
#[derive(Debug)]
pub enum NotSignedIn {
    /// The settings cannot be used, or could not be kept.
    Portfolio(Error),
    /// The browser or the provider: a code of a failure of e-mail.
    Provider(&'static str),
}

impl From<Error> for NotSignedIn {
    fn from(error: Error) -> Self {
        Self::Portfolio(error)
    }
}

impl From<MailProblem> for NotSignedIn {
    fn from(problem: MailProblem) -> Self {
        Self::Portfolio(problem.into())
    }
}

impl From<Failure> for NotSignedIn {
    fn from(failure: Failure) -> Self {
        Self::Provider(match failure {
            Failure::Declined => "sign_in_declined",
            Failure::Expired => "sign_in_late",
            Failure::ClientRefused | Failure::NotOffered | Failure::SignInAgain => "client_refused",
            Failure::NoNetwork | Failure::TimedOut | Failure::Unavailable(_) => "provider_unavailable",
            Failure::NotTrusted => "provider_not_trusted",
            Failure::Proxy => "proxy",
            Failure::Setup => "tls_failed",
            Failure::Mismatch | Failure::NoListener | Failure::NoRandomness | Failure::Unreadable => "sign_in_odd",
        })
    }
}

impl MailSignIn {
    /// Begins to sign in with the provider of these settings.
    pub async fn begin(
        portfolio: &Portfolio,
        settings: MailSettings,
        words: (Language, Words),
    ) -> Result<Self, NotSignedIn> {
        let provider = settings.way.provider()?.ok_or(MailProblem::SecretMissing)?;
        Self::begin_with(portfolio, settings, provider, words).await
    }

    /// The same with this provider, whatever the settings say.
    pub async fn begin_with(
        portfolio: &Portfolio,
        settings: MailSettings,
        provider: Provider,
        (language, words): (Language, Words),
    ) -> Result<Self, NotSignedIn> {
        settings.check()?;
        let oauth = OAuth::new(provider, &portfolio.way()?)?;
        let begun = oauth.begin_loopback().await?;
        let page = |key: &str| {
            let said = |part| words(&format!("mail.browser.{key}.{part}"), language);
            Page::new(language, &said("title")).paragraph(&said("what")).html()
        };
        Ok(Self { settings, oauth, begun, answers: Answers { done: page("done"), refused: page("refused") } })
    }

    /// The page to open in the person's own browser.
    #[must_use]
    pub fn page(&self) -> &str {
        self.begun.page()
    }

    /// Waits for the person, and gives what is to be kept.
    pub async fn finish(self) -> Result<SignedIn, NotSignedIn> {
        let grant = self.oauth.finish_loopback(self.begun, &self.answers, PATIENCE).await?;
        // Without one, sending would end within the hour.
        let refresh = grant.refresh.ok_or(NotSignedIn::Provider("sign_in_short"))?;
        let secret = Zeroizing::new(refresh.expose().to_owned());
        Ok(SignedIn(SetMailRequest { settings: self.settings, secret: Some(secret) }))
    }
}

/// A sign-in that succeeded and is not kept yet.
pub struct SignedIn(SetMailRequest);

impl SignedIn {
    /// Keeps the settings with what the provider gave.
    pub fn keep_in(&self, portfolio: &Portfolio) -> Result<(), Error> {
        portfolio.set_mail(&self.0)
    }
}
