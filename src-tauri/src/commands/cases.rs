//! Commands about cases.

use casefolio_core::Error;
use casefolio_core::cases::{AddRequest, CaseFilter};
use casefolio_core::parts::Way;
use casefolio_core::service::Service;
use casefolio_domain::{CaseId, ReceiptNumber};
use tauri::{AppHandle, Manager, State};

use super::blocking;
use crate::masking;
use crate::shell::Shell;
use crate::wire::case::{CaseDetail, CaseRow, QuickCheck};
use crate::wire::problem::{Answer, Problem};
use crate::wire::receipts::{AddCasesRequest, DescribeCaseRequest, Verdict};
use crate::wire::settings::AccessRequest;

/// The longest text that is read as receipts, in bytes.
const LONGEST_PASTE: usize = 16 * 1024 * 1024;
/// The longest person or label that is kept, in characters.
const LONGEST_WORDS: usize = 256;

/// Every case, in the order they were added.
#[tauri::command]
#[specta::specta]
pub(crate) async fn list_cases(app: AppHandle, shell: State<'_, Shell>) -> Answer<Vec<CaseRow>> {
    let (session, mask) = (shell.session()?, masking::mask(&app));
    blocking(move || {
        let (cases, muted) = (session.portfolio.cases(&CaseFilter::default())?, session.portfolio.muted()?);
        Ok(cases.iter().map(|case| CaseRow::of(case, &muted, mask)).collect())
    })
    .await
}

/// One case with its record.
#[tauri::command]
#[specta::specta]
pub(crate) async fn show_case(app: AppHandle, shell: State<'_, Shell>, id: u32) -> Answer<CaseDetail> {
    let (session, mask) = (shell.session()?, masking::mask(&app));
    blocking(move || {
        let (record, muted) = (session.portfolio.record_of(case(id))?, session.portfolio.muted()?);
        Ok(CaseDetail::of(&record, &muted, mask))
    })
    .await
}

/// What adding a text would do, a verdict a line.
#[tauri::command]
#[specta::specta]
pub(crate) async fn read_receipts(app: AppHandle, text: String) -> Answer<Vec<Verdict>> {
    judge(&app, AddCasesRequest { text, person: String::new(), label: String::new() }, true).await
}

/// Adds the receipts of a text, and asks about them at once.
#[tauri::command]
#[specta::specta]
pub(crate) async fn add_cases(app: AppHandle, request: AddCasesRequest) -> Answer<Vec<Verdict>> {
    let verdicts = judge(&app, request, false).await?;
    // New cases are due; the watcher need not wait for its next look at the clock.
    app.state::<Shell>().session()?.watcher.look_now().await?;
    Ok(verdicts)
}

async fn judge(app: &AppHandle, request: AddCasesRequest, dry_run: bool) -> Answer<Vec<Verdict>> {
    let (session, mask) = (app.state::<Shell>().session()?, masking::mask(app));
    if request.text.len() > LONGEST_PASTE {
        return Err(Problem::of_code("list_too_large"));
    }
    words_fit(&request.person, &request.label)?;
    if mask.is_on() && !(request.person.is_empty() && request.label.is_empty()) {
        return Err(Problem::of_code("masked"));
    }
    blocking(move || {
        let request = AddRequest { dry_run, ..AddRequest::of_text(&request.text, &request.person, &request.label)? };
        Ok(session.portfolio.add(&request)?.iter().map(|judged| Verdict::of(judged, mask)).collect())
    })
    .await
}

/// Says whom a case is about and how it is labelled. Not while names are hidden: the window does not know what it would replace.
#[tauri::command]
#[specta::specta]
pub(crate) async fn describe_case(app: AppHandle, shell: State<'_, Shell>, request: DescribeCaseRequest) -> Answer<()> {
    let session = shell.session()?;
    if masking::is_on(&app) {
        return Err(Problem::of_code("masked"));
    }
    words_fit(&request.person, &request.label)?;
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

/// Asks about one receipt and keeps nothing: the service that is named, or that of the portfolio being watched.
#[tauri::command]
#[specta::specta]
pub(crate) async fn quick_check(app: AppHandle, receipt: String, service: Option<AccessRequest>) -> Answer<QuickCheck> {
    let mask = masking::mask(&app);
    let receipt = ReceiptNumber::parse(&receipt).map_err(|problem| Problem::of_receipt(&problem, mask))?;
    let shell = app.state::<Shell>();
    let clock = shell.core.clock();
    let answer = if let Some(service) = service {
        let (settings, secret) = service.into_parts();
        // Where a portfolio is open, its network is the way out.
        let way = shell.running().map_or_else(|| Ok(Way::default()), |session| session.portfolio.way())?;
        let service = Service::new(settings, secret, &way)?;
        casefolio_core::check::quick_check(&service, &receipt, clock.as_ref()).await
    } else {
        let session = shell.running().ok_or(Error::ServiceNotSet)?;
        session.portfolio.quick_check(&receipt).await?
    };
    Ok(QuickCheck::of(&receipt, &answer, clock.now(), mask))
}

fn words_fit(person: &str, label: &str) -> Answer<()> {
    if person.chars().count().max(label.chars().count()) > LONGEST_WORDS {
        Err(Problem::of_code("words_too_long"))
    } else {
        Ok(())
    }
}

/// The case of a number that came from the window.
pub(super) fn case(id: u32) -> CaseId {
    CaseId(i64::from(id))
}
