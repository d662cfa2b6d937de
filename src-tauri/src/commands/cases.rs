//! Commands about cases.

use casefolio_core::Error;
use casefolio_core::cases::{AddRequest, CaseFilter};
use casefolio_domain::{CaseId, ReceiptNumber};
use tauri::{AppHandle, Manager, State};

use super::blocking;
use crate::shell::Shell;
use crate::wire::case::{CaseDetail, CaseRow, QuickCheck};
use crate::wire::problem::{Answer, Problem};
use crate::wire::receipts::{AddCasesRequest, DescribeCaseRequest, Verdict};

/// The longest text that is read as receipts, in bytes.
const LONGEST_PASTE: usize = 4 * 1024 * 1024;
/// The longest person or label that is kept, in bytes.
const LONGEST_WORDS: usize = 1024;

/// Every case, in the order they were added.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_cases(shell: State<'_, Shell>) -> Answer<Vec<CaseRow>> {
    let session = shell.session()?;
    blocking(move || Ok(session.portfolio.cases(&CaseFilter::default())?.iter().map(CaseRow::from).collect())).await
}

/// One case with its record.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_case(shell: State<'_, Shell>, id: u32) -> Answer<CaseDetail> {
    let session = shell.session()?;
    blocking(move || Ok(CaseDetail::from(&session.portfolio.record_of(case(id))?))).await
}

/// What adding a text would do, a verdict a line.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_receipts(shell: State<'_, Shell>, text: String) -> Answer<Vec<Verdict>> {
    judge(&shell, AddCasesRequest { text, person: String::new(), label: String::new() }, true).await
}

/// Adds the receipts of a text, and asks about them at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_cases(shell: State<'_, Shell>, request: AddCasesRequest) -> Answer<Vec<Verdict>> {
    let verdicts = judge(&shell, request, false).await?;
    // New cases are due; the watcher need not wait for its next look at the clock.
    shell.session()?.watcher.look_now().await?;
    Ok(verdicts)
}

async fn judge(shell: &Shell, request: AddCasesRequest, dry_run: bool) -> Answer<Vec<Verdict>> {
    let session = shell.session()?;
    if request.text.len() > LONGEST_PASTE || request.person.len().max(request.label.len()) > LONGEST_WORDS {
        return Err(Problem::of_code("list_too_large"));
    }
    blocking(move || {
        let request = AddRequest { dry_run, ..AddRequest::of_text(&request.text, &request.person, &request.label)? };
        Ok(session.portfolio.add(&request)?.iter().map(Verdict::from).collect())
    })
    .await
}

/// Says whom a case is about and how it is labelled.
#[tauri::command]
#[specta::specta]
pub(crate) async fn describe_case(shell: State<'_, Shell>, request: DescribeCaseRequest) -> Answer<()> {
    let session = shell.session()?;
    if request.person.len().max(request.label.len()) > LONGEST_WORDS {
        return Err(Problem::of_code("list_too_large"));
    }
    blocking(move || session.portfolio.describe(case(request.id), &request.person, &request.label)).await
}

/// Removes a case with its record.
#[tauri::command]
#[specta::specta]
pub(crate) async fn remove_case(shell: State<'_, Shell>, id: u32) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.remove(case(id))).await
}

/// Marks the changes of a case as read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mark_read(shell: State<'_, Shell>, id: u32) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.mark_read(case(id))).await
}

/// Marks every change as read.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mark_all_read(shell: State<'_, Shell>) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.mark_all_read()).await
}

/// Asks about these cases now; about all if none is named. The answers come by events.
#[tauri::command]
#[specta::specta]
pub(crate) async fn check_now(shell: State<'_, Shell>, ids: Vec<u32>) -> Answer<()> {
    let session = shell.session()?;
    if session.portfolio.service_settings()?.is_none() {
        return Err(Error::ServiceNotSet.into());
    }
    Ok(session.watcher.check_now(ids.into_iter().map(case).collect()).await?)
}

/// Asks about one receipt and keeps nothing.
#[tauri::command]
#[specta::specta]
pub(crate) async fn quick_check(app: AppHandle, receipt: String) -> Answer<QuickCheck> {
    let receipt = ReceiptNumber::parse(&receipt).map_err(|problem| Problem::of_receipt(&problem))?;
    let shell = app.state::<Shell>();
    let session = shell.session().map_err(|_| Error::ServiceNotSet)?;
    let answer = session.portfolio.quick_check(&receipt).await?;
    Ok(QuickCheck::of(&receipt, &answer, session.portfolio.clock().now()))
}

fn case(id: u32) -> CaseId {
    CaseId(i64::from(id))
}
