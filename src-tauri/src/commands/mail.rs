//! Commands about e-mail.

use tauri::State;

use super::blocking;
use crate::shell::Shell;
use crate::wire::mail::{MailTest, MailView, RecipientFields, SetMailRequest, recipient};
use crate::wire::problem::Answer;

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
