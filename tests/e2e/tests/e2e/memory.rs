//! What the window's program still knows after locking.

use anyhow::{Context, Result, anyhow, ensure};
use casefolio_core::Core;
use casefolio_e2e::{Page, Session, Window, english, program, until};
use casefolio_faults::memory::{Secret, scan};
use casefolio_keys::KeyFile;
use data_encoding::{HEXLOWER, HEXUPPER};

use crate::journey::MOVING;
use crate::locking::{passphrase, strict_portfolio};
use crate::person::PASSPHRASE;

/// Typed on the keyboard: what the driver types would go through the program as a text.
///
/// catalogue 13
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_locking_neither_key_nor_passphrase_is_in_the_memory_of_the_windows_program() -> Result<()> {
    let session = Session::start().await?;
    let secrets = secrets(&strict_portfolio(&session)?)?;
    let (window, en) = (Window::open(&session, &program("casefolio")?, &[]).await?, english()?);
    window.turn_to(Page::Unlock).await?;
    window.find("textbox", &en.of("ui.gate.passphrase")?).await?;
    session.types(&format!("{PASSPHRASE}\n"))?;
    window.turn_to(Page::Main).await?;
    window.row(&[MOVING]).await?;
    let found = scan(session.process("casefolio")?, &secrets)?;
    ensure!(found.iter().any(|found| found.contains("half of the key")), "the scan finds nothing: {found:?}");
    window.press(&en.of("ui.nav.lock")?).await?;
    window.turn_to(Page::Unlock).await?;
    let process = session.process("casefolio")?;
    let wiped = async || Ok(scan(process, &secrets)?.is_empty().then_some(()));
    until("memory without secrets", 20, wiped).await.with_context(|| format!("{:#?}", scan(process, &secrets)))
}

fn secrets(core: &Core) -> Result<Vec<Secret>> {
    let file = KeyFile::load(&core.choose(None)?.folder)?;
    let key = file.unlock_with_passphrase(&passphrase()?).map_err(|_| anyhow!("the passphrase opens nothing"))?;
    let (front, back) = key.expose().split_at(16);
    Ok(vec![
        Secret { name: "first half of the key", bytes: front.to_vec() },
        Secret { name: "second half of the key", bytes: back.to_vec() },
        Secret { name: "key in digits", bytes: HEXLOWER.encode(front).into_bytes() },
        Secret { name: "key in capital digits", bytes: HEXUPPER.encode(front).into_bytes() },
        Secret { name: "passphrase", bytes: PASSPHRASE.as_bytes().to_vec() },
        Secret { name: "passphrase of wide characters", bytes: wide(PASSPHRASE) },
    ])
}

/// As the page's engine keeps a text in which some character is not Latin.
fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}
