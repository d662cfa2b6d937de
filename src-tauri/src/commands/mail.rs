//! Commands about e-mail.

use std::sync::{Arc, Mutex, PoisonError};

use casefolio_core::mail::{MailSignIn, NotSignedIn};
use tauri::State;
use tokio::sync::Notify;

use super::blocking;
use crate::shell::Shell;
use crate::wire::mail::{MailSettings, MailTest, MailView, RecipientFields, SetMailRequest, recipient};
use crate::wire::problem::Answer;
use crate::{language, links};

/// The mail server, those who are written to, and how it goes; without the secret.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mail(shell: State<'_, Shell>) -> Answer<MailView> {
    let session = shell.session()?;
    blocking(move || {
        let portfolio = &session.portfolio;
        let (settings, secret_set) = (portfolio.mail_settings()?, portfolio.mail_secret_is_set()?);
        Ok(MailView::of(settings, secret_set, portfolio.recipients()?, portfolio.mail_state()?))
    })
    .await
}

/// Replaces the settings of the mail server.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_mail(shell: State<'_, Shell>, request: SetMailRequest) -> Answer<()> {
    let session = shell.session()?;
    let (request, letters) = (request.into(), session.letters.clone());
    blocking(move || session.portfolio.set_mail(&request)).await?;
    letters.look();
    Ok(())
}

/// Forgets the mail server and what waits to be sent.
#[tauri::command]
#[specta::specta]
pub(crate) async fn forget_mail(shell: State<'_, Shell>) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.forget_mail()).await
}

/// Sends a letter that tells of nothing to the sender's own address.
#[tauri::command]
#[specta::specta]
pub(crate) async fn test_mail(shell: State<'_, Shell>) -> Answer<MailTest> {
    let (session, language) = (shell.session()?, shell.language());
    Ok(MailTest { problem: session.post.test(language).await.err().map(str::to_owned) })
}

/// Adds somebody to write to, or replaces what is known of somebody.
#[tauri::command]
#[specta::specta]
pub(crate) async fn write_to(shell: State<'_, Shell>, id: Option<u32>, fields: RecipientFields) -> Answer<()> {
    let session = shell.session()?;
    let new = fields.into();
    blocking(move || match id {
        Some(id) => session.portfolio.change_recipient(recipient(id), &new),
        None => session.portfolio.add_recipient(&new).map(drop),
    })
    .await
}

/// Writes to somebody no more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_writing_to(shell: State<'_, Shell>, id: u32) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.remove_recipient(recipient(id))).await
}

/// The sign-in that waits for the browser, to be given up. Managed by Tauri.
#[derive(Default)]
pub(crate) struct SigningIn(Mutex<Option<Arc<Notify>>>);

impl SigningIn {
    /// Gives up the sign-in that waits, if one does, and puts another one in its place.
    fn replace(&self, next: Option<Arc<Notify>>) {
        let before = std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), next);
        if let Some(before) = before {
            before.notify_one();
        }
    }
}

/// Signs in with the provider of these settings in the person's own browser, and keeps them with what the provider gave.
#[tauri::command]
#[specta::specta]
pub(crate) async fn sign_in_mail(
    shell: State<'_, Shell>,
    signing_in: State<'_, SigningIn>,
    settings: MailSettings,
) -> Answer<MailTest> {
    let session = shell.session()?;
    let given_up = Arc::new(Notify::new());
    signing_in.replace(Some(Arc::clone(&given_up)));
    let words = (shell.language(), language::words as casefolio_core::mail::Words);
    let begun = match MailSignIn::begin(&session.portfolio, settings.into(), words).await {
        Ok(begun) => begun,
        Err(not) => return MailTest::of(not),
    };
    // Whoever locks or quits meanwhile does not wait for the browser.
    let (portfolio, letters) = (Arc::downgrade(&session.portfolio), session.letters.clone());
    drop(session);
    if !links::open_sign_in(begun.page()) {
        return Ok(MailTest { problem: Some("no_browser".to_owned()) });
    }
    let finished = tokio::select! {
        finished = begun.finish() => finished,
        () = given_up.notified() => return Ok(MailTest { problem: Some("sign_in_given_up".to_owned()) }),
    };
    let signed_in = match finished {
        Ok(signed_in) => signed_in,
        Err(not) => return MailTest::of(not),
    };
    let portfolio = portfolio.upgrade().ok_or(casefolio_core::Error::Locked)?;
    blocking(move || signed_in.keep_in(&portfolio)).await?;
    letters.look();
    Ok(MailTest { problem: None })
}

/// Waits for the browser no more.
#[tauri::command]
#[specta::specta]
pub(crate) async fn stop_signing_in(shell: State<'_, Shell>, signing_in: State<'_, SigningIn>) -> Answer<()> {
    let _open = shell.session()?;
    signing_in.replace(None);
    Ok(())
}

impl MailTest {
    fn of(not: NotSignedIn) -> Answer<Self> {
        match not {
            NotSignedIn::Portfolio(error) => Err(error.into()),
            NotSignedIn::Provider(code) => Ok(Self { problem: Some(code.to_owned()) }),
        }
    }
}
