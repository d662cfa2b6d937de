//! Commands about what is told, and when.

use chrono::NaiveDate;
use tauri::State;

use super::blocking;
use super::cases::case;
use crate::shell::Shell;
use crate::wire::case::GroupCode;
use crate::wire::problem::{Answer, Problem};
use crate::wire::telling::TellingRules;

/// When a person wants to be told.
#[tauri::command]
#[specta::specta]
pub(crate) async fn telling_rules(shell: State<'_, Shell>) -> Answer<TellingRules> {
    let session = shell.session()?;
    blocking(move || session.portfolio.telling_rules().map(TellingRules::from)).await
}

/// Replaces them.
#[tauri::command]
#[specta::specta]
pub(crate) async fn set_telling_rules(shell: State<'_, Shell>, rules: TellingRules) -> Answer<()> {
    let session = shell.session()?;
    let kept = rules.kept().ok_or_else(|| Problem::of_code("time_invalid"))?;
    blocking(move || session.portfolio.set_telling_rules(&kept)).await
}

/// Whether nothing of a case is told.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mute_case(shell: State<'_, Shell>, id: u32, muted: bool) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.mute(case(id), muted)).await
}

/// Whether nothing is told of all cases that are about the same person as this one, or belong to the same matter.
#[tauri::command]
#[specta::specta]
pub(crate) async fn mute_all_like(shell: State<'_, Shell>, id: u32, group: GroupCode, muted: bool) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.mute_all_like(case(id), group.into(), muted)).await
}

/// Nothing of a case is told before the morning of a day, `YYYY-MM-DD`; with none it is told at once again.
#[tauri::command]
#[specta::specta]
pub(crate) async fn snooze_case(shell: State<'_, Shell>, id: u32, until: Option<String>) -> Answer<()> {
    let session = shell.session()?;
    let day = until.map(|day| day.parse::<NaiveDate>()).transpose().map_err(|_| Problem::of_code("date_invalid"))?;
    blocking(move || session.portfolio.snooze(case(id), day)).await
}

/// Whether a case is asked about more often than others.
#[tauri::command]
#[specta::specta]
pub(crate) async fn star_case(shell: State<'_, Shell>, id: u32, starred: bool) -> Answer<()> {
    let session = shell.session()?;
    blocking(move || session.portfolio.star(case(id), starred)).await
}
