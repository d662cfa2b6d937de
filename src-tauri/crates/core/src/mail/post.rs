//! Hands letters to the mail server.

use std::sync::{Arc, Weak};

use casefolio_domain::Language;
use casefolio_mail::oauth::{self, OAuth};
use casefolio_mail::{Address, Client, Course, Failure, Letter, MessageId, Secret, Subject, Timing};
use casefolio_network::{ExtraRoot, Way};
use casefolio_store::outbox::{self, Channel};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, watch};

use super::letter::{self, Said, Words};
use super::settings::MailSettings;
use crate::error::{Error, MailProblem};
use crate::portfolio::Portfolio;
use crate::telling::{Mail, MailFailure, Mailer, Then};

/// So long before its end an access token is renewed.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// The mailer of a portfolio: its mail server, by the settings as they are when a letter goes out.
pub struct Post {
    portfolio: Weak<Portfolio>,
    runtime: Handle,
    words: Words,
    timing: Timing,
    extra_root: Option<ExtraRoot>,
    /// Whether nothing is sent any more: the portfolio is being closed.
    stopped: watch::Sender<bool>,
    /// In memory alone. Held while a new one is got, so that a refresh token is never used twice at once.
    access: Mutex<Option<Access>>,
}

struct Access {
    of: MailSettings,
    token: Secret,
    until: DateTime<Utc>,
}

/// How e-mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailState {
    /// When a letter was last taken by the mail server.
    pub last_sent_at: Option<DateTime<Utc>>,
    /// How many tellings wait.
    pub waiting: u64,
    /// Why they were not sent when they were tried; a code of a failure of e-mail.
    pub trouble: Option<String>,
    /// How many tellings were given up, because the mail server refused them for good.
    pub given_up: u64,
    /// Why the last of those was refused.
    pub refused: Option<String>,
}

impl Portfolio {
    /// How e-mail goes.
    pub fn mail_state(&self) -> Result<MailState, Error> {
        Ok(self.store.read(|c| {
            let (given_up, refused) = outbox::given_up(c, Channel::Email)?;
            Ok(MailState {
                last_sent_at: outbox::last_delivered(c, Channel::Email)?,
                waiting: outbox::pending(c, Channel::Email)?,
                trouble: outbox::trouble(c, Channel::Email)?,
                given_up,
                refused,
            })
        })?)
    }
}

/// What went wrong on the way to the mail server: a code and what is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Trouble {
    code: &'static str,
    course: Course,
}

/// The portfolio cannot be read, or is closed: what waits goes out later.
const PORTFOLIO: Trouble = Trouble { code: "portfolio", course: Course::Retry };

impl From<&Failure> for Trouble {
    fn from(failure: &Failure) -> Self {
        Self { code: failure.code(), course: failure.course() }
    }
}

impl From<oauth::Failure> for Trouble {
    fn from(failure: oauth::Failure) -> Self {
        use oauth::Failure as Of;
        let (code, course) = match failure {
            Of::NoNetwork => ("no_network", Course::Retry),
            Of::TimedOut => ("timed_out", Course::Retry),
            Of::NotTrusted => ("provider_not_trusted", Course::Retry),
            Of::Proxy => ("proxy", Course::Retry),
            Of::Unavailable(_) | Of::Unreadable => ("provider_unavailable", Course::Retry),
            Of::ClientRefused | Of::NotOffered => ("client_refused", Course::Settings),
            Of::Setup => ("tls_failed", Course::Settings),
            Of::Declined | Of::Expired | Of::SignInAgain | Of::Mismatch | Of::NoListener | Of::NoRandomness => {
                ("sign_in_expired", Course::Settings)
            }
        };
        Self { code, course }
    }
}

impl Trouble {
    const fn settings(code: &'static str) -> Self {
        Self { code, course: Course::Settings }
    }

    fn of(error: &Error) -> Self {
        if let Error::Mail(problem) = error { Self::settings(problem.code()) } else { PORTFOLIO }
    }
}

impl Post {
    /// Ready to send; nothing is looked up before the first letter.
    #[must_use]
    pub fn new(portfolio: &Arc<Portfolio>, runtime: Handle, words: Words) -> Self {
        let portfolio = Arc::downgrade(portfolio);
        let (stopped, _) = watch::channel(false);
        let access = Mutex::default();
        Self { portfolio, runtime, words, timing: Timing::default(), extra_root: None, stopped, access }
    }

    /// Gives up what is being sent and sends nothing more: the portfolio is to be closed now. What was under way is sent again, as the
    /// same message, when the portfolio is open again.
    pub fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// The same, which trusts this root in place of a company's.
    #[must_use]
    pub fn trusting(self, root: ExtraRoot) -> Self {
        Self { extra_root: Some(root), ..self }
    }

    /// Sends a letter that tells of nothing to the sender's own address. Err holds a code of a failure of e-mail.
    pub async fn test(&self, language: Language) -> Result<(), &'static str> {
        self.unless_stopped(self.send_test(language)).await.map_err(|trouble| trouble.code)
    }

    async fn unless_stopped(&self, work: impl Future<Output = Result<(), Trouble>>) -> Result<(), Trouble> {
        let mut stopped = self.stopped.subscribe();
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => Err(PORTFOLIO),
            done = work => done,
        }
    }

    async fn send_test(&self, language: Language) -> Result<(), Trouble> {
        let portfolio = self.portfolio()?;
        let settings = Self::settings(&portfolio)?;
        let digest = {
            let mut digest = [0; 32];
            getrandom::fill(&mut digest).map_err(|_| PORTFOLIO)?;
            digest
        };
        let said = letter::of_test(language, self.words);
        let letter = letter_of(&said, &settings.address, (&digest, portfolio.clock.now(), language))?;
        self.hand_in(&portfolio, &settings, &letter).await
    }

    async fn send_mail(&self, mail: &Mail) -> Result<(), Trouble> {
        let portfolio = self.portfolio()?;
        let settings = Self::settings(&portfolio)?;
        let said = letter::of_changes(mail, self.words, portfolio.clock.zone());
        let letter = letter_of(&said, &mail.recipient.address, (&mail.identity, mail.date, mail.recipient.language))?;
        self.hand_in(&portfolio, &settings, &letter).await
    }

    fn portfolio(&self) -> Result<Arc<Portfolio>, Trouble> {
        self.portfolio.upgrade().ok_or(PORTFOLIO)
    }

    fn settings(portfolio: &Portfolio) -> Result<MailSettings, Trouble> {
        let settings = portfolio.mail_settings().map_err(|error| Trouble::of(&error))?;
        settings.ok_or(Trouble::settings(MailProblem::NotSet.code()))
    }

    /// How the portfolio's calls go out; with the root of a test, if it has one.
    fn way(&self, portfolio: &Portfolio) -> Result<Way, Trouble> {
        let way = portfolio.way().map_err(|error| Trouble::of(&error))?;
        Ok(Way { root: self.extra_root.clone().or(way.root), ..way })
    }

    async fn hand_in(&self, portfolio: &Portfolio, settings: &MailSettings, letter: &Letter) -> Result<(), Trouble> {
        let parsed = settings.parsed().map_err(|problem| Trouble::settings(problem.code()))?;
        let parsed = casefolio_mail::Settings { extra_root: self.way(portfolio)?.root, ..parsed };
        let client = Client::new(parsed, self.timing).map_err(|_| Trouble::settings("tls_failed"))?;
        let first = self.try_once(portfolio, settings, &client, letter).await;
        match first {
            Err(Trouble { course: Course::Renew, .. }) => {
                // The access token has ended before its time: one more, with a new one.
                *self.access.lock().await = None;
                let second = self.try_once(portfolio, settings, &client, letter).await;
                second.map_err(|trouble| match trouble.course {
                    Course::Renew => Trouble::settings(trouble.code),
                    Course::Retry | Course::BackOff | Course::Settings | Course::Stop => trouble,
                })
            }
            other => other,
        }
    }

    async fn try_once(
        &self,
        portfolio: &Portfolio,
        settings: &MailSettings,
        client: &Client,
        letter: &Letter,
    ) -> Result<(), Trouble> {
        let secret = self.secret(portfolio, settings).await?;
        let sign_in = settings.sign_in(&secret).map_err(|problem| Trouble::settings(problem.code()))?;
        client.send(letter, &sign_in).await.map_err(|failure| Trouble::from(&failure))
    }

    /// The password, or an access token that is still good.
    async fn secret(&self, portfolio: &Portfolio, settings: &MailSettings) -> Result<Secret, Trouble> {
        let provider = settings.way.provider().map_err(|problem| Trouble::settings(problem.code()))?;
        let Some(provider) = provider else {
            return portfolio.mail_secret(settings).map_err(|error| Trouble::of(&error));
        };
        let mut access = self.access.lock().await;
        let now = portfolio.clock.now();
        if let Some(good) = access.as_ref().filter(|access| access.of == *settings && access.until > now) {
            return Ok(good.token.clone());
        }
        let kept = portfolio.mail_secret(settings).map_err(|error| Trouble::of(&error))?;
        let oauth = OAuth::new(provider, &self.way(portfolio)?).map_err(Trouble::from)?;
        let grant = oauth.refresh(&kept).await.map_err(Trouble::from)?;
        if let Some(refresh) = &grant.refresh {
            portfolio.renew_mail_secret(settings, &kept, refresh).map_err(|error| Trouble::of(&error))?;
        }
        let life = TimeDelta::from_std(grant.life).unwrap_or_default();
        let until = portfolio.clock.now() + life - MARGIN;
        *access = Some(Access { of: settings.clone(), token: grant.access.clone(), until });
        Ok(grant.access)
    }
}

impl Mailer for Post {
    fn send(&self, mail: &Mail) -> Result<(), MailFailure> {
        let sent = self.runtime.block_on(self.unless_stopped(self.send_mail(mail)));
        sent.map_err(|trouble| {
            let then = match trouble.course {
                Course::Retry | Course::Renew => Then::TryAgain,
                Course::BackOff => Then::Wait,
                Course::Settings => Then::Halt,
                Course::Stop => Then::GiveUp,
            };
            MailFailure { code: trouble.code, then }
        })
    }
}

fn letter_of(
    said: &Said,
    to: &str,
    (digest, date, language): (&[u8; 32], DateTime<Utc>, Language),
) -> Result<Letter, Trouble> {
    let stop = |code| Trouble { code, course: Course::Stop };
    Ok(Letter {
        message_id: MessageId::from_digest(digest),
        to: Address::parse(to).map_err(|_| stop("recipient_refused"))?,
        subject: Subject::parse(&shortened(&said.subject)).map_err(|_| stop("letter"))?,
        plain: said.page.plain(),
        html: said.page.html(),
        date,
        language,
    })
}

/// A subject that a mail program takes: one line, not too long.
fn shortened(subject: &str) -> String {
    let breaks = |letter: char| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}');
    let line: String = subject.chars().map(|letter| if breaks(letter) { ' ' } else { letter }).collect();
    line.chars().take(Subject::LONGEST / 2).collect()
}
