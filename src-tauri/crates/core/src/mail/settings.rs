//! The settings of the mail server, kept in the portfolio.

use casefolio_mail::oauth::Provider;
use casefolio_mail::{Address, DisplayName, Secret, Security, Sender, Server, Settings, SignIn};
use casefolio_store::outbox::{self, Channel};
use casefolio_store::{Connection, settings};
use zeroize::Zeroizing;

use crate::error::{Error, MailProblem};
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// Where mail is handed in, in whose name, and how to sign in there. The secret is not part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// The mail server's name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// The sender's address.
    pub address: String,
    /// The name beside it; may be empty.
    pub name: String,
    /// The user's name at the mail server.
    pub user: String,
    /// How to sign in.
    pub way: SignInWay,
}

/// How to sign in at the mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignInWay {
    /// Not at all: a relay that knows its computers.
    None,
    /// With a password.
    Password,
    /// With a refresh token of a provider.
    Oauth {
        /// Whose sign-in it is.
        provider: OauthProvider,
        /// The user's own client id there.
        client_id: String,
        /// What goes with it; empty where the provider wants none. It is in every copy of a desktop app, so it is no secret.
        client_secret: String,
    },
}

/// Who offers a sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OauthProvider {
    /// Microsoft 365 and Outlook.com.
    Microsoft,
    /// Gmail and Google Workspace.
    Google,
}

impl SignInWay {
    /// The stable code used in the settings.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Password => "password",
            Self::Oauth { provider: OauthProvider::Microsoft, .. } => "microsoft",
            Self::Oauth { provider: OauthProvider::Google, .. } => "google",
        }
    }

    /// The way with this code. A code that nobody knows is the password's.
    #[must_use]
    pub fn from_code(code: &str, client_id: &str, client_secret: &str) -> Self {
        let oauth = |provider| Self::Oauth {
            provider,
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
        };
        match code {
            "none" => Self::None,
            "microsoft" => oauth(OauthProvider::Microsoft),
            "google" => oauth(OauthProvider::Google),
            _ => Self::Password,
        }
    }

    /// The provider to sign in with; none where a person signs in otherwise.
    pub fn provider(&self) -> Result<Option<Provider>, MailProblem> {
        let Self::Oauth { provider, client_id, client_secret } = self else { return Ok(None) };
        let made = match provider {
            OauthProvider::Microsoft => Provider::microsoft(client_id),
            OauthProvider::Google => Provider::google(client_id, Some(client_secret)),
        };
        made.map(Some).map_err(MailProblem::Provider)
    }
}

/// New settings of the mail server.
pub struct SetMailRequest {
    /// The settings.
    pub settings: MailSettings,
    /// The password or the refresh token; none keeps the one that is known, if it was typed for the same server.
    pub secret: Option<Zeroizing<String>>,
}

const HOST: &str = "smtp.host";
const PORT: &str = "smtp.port";
const SECURITY: &str = "smtp.security";
const ADDRESS: &str = "smtp.address";
const NAME: &str = "smtp.name";
const USER: &str = "smtp.user";
const WAY: &str = "smtp.way";
const CLIENT_ID: &str = "smtp.client_id";
const CLIENT_SECRET: &str = "smtp.client_secret";
const SECRET: &str = "smtp.secret";
const SECRET_BOUND: &str = "smtp.secret_bound";
const ALL: [&str; 11] =
    [HOST, PORT, SECURITY, ADDRESS, NAME, USER, WAY, CLIENT_ID, CLIENT_SECRET, SECRET, SECRET_BOUND];

impl MailSettings {
    fn server(&self) -> Result<Server, MailProblem> {
        Server::parse(&self.host, self.port, self.security).map_err(MailProblem::Server)
    }

    /// Everything about the mail server but the sign-in.
    pub(super) fn parsed(&self) -> Result<Settings, MailProblem> {
        let address = Address::parse(&self.address).map_err(MailProblem::Sender)?;
        let name = self.name.trim();
        let name = (!name.is_empty()).then(|| DisplayName::parse(name)).transpose().map_err(MailProblem::Name)?;
        Ok(Settings { server: self.server()?, sender: Sender { address, name }, extra_root: None })
    }

    /// How to sign in with this secret: the password, or an access token.
    pub(super) fn sign_in(&self, secret: &Secret) -> Result<SignIn, MailProblem> {
        let user = self.user.trim();
        match &self.way {
            SignInWay::None => Ok(SignIn::none()),
            _ if user.is_empty() => Err(MailProblem::User),
            SignInWay::Password => SignIn::password(user, secret.expose()).map_err(|_| MailProblem::User),
            SignInWay::Oauth { .. } => SignIn::oauth2(user, secret).map_err(|_| MailProblem::User),
        }
    }

    /// To what the secret belongs: sent elsewhere it would be given away.
    fn bound(&self) -> Result<String, MailProblem> {
        let authority = self.server()?.authority();
        Ok(match self.way.provider()? {
            Some(provider) => format!("{authority} {}", provider.host()),
            None => authority,
        })
    }

    pub(super) fn check(&self) -> Result<String, MailProblem> {
        self.parsed()?;
        self.sign_in(&Secret::new("a"))?;
        self.bound()
    }
}

impl Portfolio {
    /// The settings of the mail server; none before they were first set.
    pub fn mail_settings(&self) -> Result<Option<MailSettings>, Error> {
        Ok(self.store.read(kept)?)
    }

    /// Whether a password or a refresh token is kept for the mail server that is set.
    pub fn mail_secret_is_set(&self) -> Result<bool, Error> {
        let Some(settings) = self.mail_settings()? else { return Ok(false) };
        Ok(settings.bound().is_ok_and(|bound| self.kept_mail_secret(&bound).is_ok()))
    }

    /// Replaces the settings of the mail server. What waits is tried again at once.
    pub fn set_mail(&self, request: &SetMailRequest) -> Result<(), Error> {
        let new = &request.settings;
        let bound = new.check()?;
        let secret = request.secret.as_ref().filter(|secret| !secret.is_empty());
        if secret.is_none() && new.way != SignInWay::None {
            self.kept_mail_secret(&bound)?;
        }
        let (client_id, client_secret) = match &new.way {
            SignInWay::Oauth { client_id, client_secret, .. } => (client_id.trim(), client_secret.trim()),
            SignInWay::None | SignInWay::Password => ("", ""),
        };
        self.store.write(|t| {
            settings::set_text(t, HOST, new.host.trim())?;
            settings::set_text(t, PORT, &new.port.to_string())?;
            settings::set_text(t, SECURITY, new.security.code())?;
            settings::set_text(t, ADDRESS, new.address.trim())?;
            settings::set_text(t, NAME, new.name.trim())?;
            settings::set_text(t, USER, new.user.trim())?;
            settings::set_text(t, WAY, new.way.code())?;
            settings::set_text(t, CLIENT_ID, client_id)?;
            settings::set_text(t, CLIENT_SECRET, client_secret)?;
            if let Some(secret) = secret {
                settings::set_text(t, SECRET, secret)?;
                settings::set_text(t, SECRET_BOUND, &bound)?;
            }
            outbox::hurry(t, Channel::Email)
        })?;
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }

    /// Forgets the mail server, its secret and what waits to be sent. Those who are written to stay in the list.
    pub fn forget_mail(&self) -> Result<(), Error> {
        self.store.write(|t| {
            ALL.iter().try_for_each(|key| settings::remove(t, key))?;
            outbox::forget(t, Channel::Email)
        })?;
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }

    /// The secret for the mail server that is set.
    pub(super) fn mail_secret(&self, of: &MailSettings) -> Result<Secret, Error> {
        if of.way == SignInWay::None {
            return Ok(Secret::new(""));
        }
        Ok(Secret::new(&self.kept_mail_secret(&of.bound()?)?))
    }

    /// Keeps the refresh token that took the place of `before`; nothing where a person set something else meanwhile.
    pub(super) fn renew_mail_secret(&self, of: &MailSettings, before: &Secret, new: &Secret) -> Result<(), Error> {
        let bound = of.bound()?;
        Ok(self.store.write(|t| {
            let kept = settings::text(t, SECRET)?.map(Zeroizing::new);
            let same = kept.is_some_and(|kept| *kept == before.expose());
            if same && settings::text(t, SECRET_BOUND)?.as_deref() == Some(&bound) {
                settings::set_text(t, SECRET, new.expose())?;
            }
            Ok(())
        })?)
    }

    fn kept_mail_secret(&self, bound: &str) -> Result<Zeroizing<String>, Error> {
        let (secret, kept_for) = self
            .store
            .read(|c| Ok((settings::text(c, SECRET)?.map(Zeroizing::new), settings::text(c, SECRET_BOUND)?)))?;
        let secret = secret.ok_or(MailProblem::SecretMissing)?;
        if kept_for.as_deref() == Some(bound) { Ok(secret) } else { Err(MailProblem::SecretBound.into()) }
    }
}

fn kept(c: &Connection) -> Result<Option<MailSettings>, casefolio_store::Error> {
    let Some(host) = settings::text(c, HOST)? else { return Ok(None) };
    let text = |key| -> Result<String, casefolio_store::Error> { Ok(settings::text(c, key)?.unwrap_or_default()) };
    let security = Security::from_code(&text(SECURITY)?).unwrap_or(Security::Tls);
    Ok(Some(MailSettings {
        host,
        port: text(PORT)?.parse().unwrap_or(security.usual_port()),
        security,
        address: text(ADDRESS)?,
        name: text(NAME)?,
        user: text(USER)?,
        way: SignInWay::from_code(&text(WAY)?, &text(CLIENT_ID)?, &text(CLIENT_SECRET)?),
    }))
}
