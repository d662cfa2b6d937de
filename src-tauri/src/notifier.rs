//! Native notifications, in the user's language.

use casefolio_core::telling::{Notice, Notifier, NotifyProblem, Occasion};
use casefolio_domain::notice::Detail;
use casefolio_domain::{CaseId, Language};
use rust_i18n::t;
use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;
use tauri_specta::Event;

use crate::events::OpenCase;
use crate::masking;
use crate::shell::Shell;
use crate::windows;

/// The number of notices that belong to no single case.
const NO_CASE: i32 = 0;

/// Raises the operating system's notifications.
pub(crate) struct DesktopNotifier {
    app: AppHandle,
    /// Whether it tells of a portfolio that cannot be seen: its cases have no numbers here, and a generic notice says so.
    beside: bool,
}

impl DesktopNotifier {
    pub(crate) fn new(app: &AppHandle) -> Self {
        Self { app: app.clone(), beside: false }
    }

    /// For a portfolio beside the one that can be seen.
    pub(crate) fn beside(app: &AppHandle) -> Self {
        Self { beside: true, ..Self::new(app) }
    }

    /// Raises one that says nothing of a case, to try whether it is seen.
    pub(crate) fn test(&self) -> Result<(), NotifyProblem> {
        let language = self.app.state::<Shell>().language().code();
        let words = Words { title: "Casefolio".into(), body: t!("notice.test", locale = language).into_owned() };
        self.raise(NO_CASE, words)
    }

    /// Says that nothing is checked until a person unlocks the portfolio.
    pub(crate) fn call(&self) -> Result<(), NotifyProblem> {
        let language = self.app.state::<Shell>().language();
        let said = |key| crate::language::words(key, language);
        self.raise(NO_CASE, Words { title: said("notice.locked.title"), body: said("notice.locked.body") })
    }

    fn raise(&self, number: i32, words: Words) -> Result<(), NotifyProblem> {
        if !somebody_shows_notices() {
            return Err(NotifyProblem::Absent);
        }
        let notification = self.app.notification().builder().id(number).title(words.title).body(escaped(&words.body));
        notification.show().map_err(|_| NotifyProblem::Refused)
    }
}

impl Notifier for DesktopNotifier {
    fn notify(&self, notice: &Notice) -> Result<(), NotifyProblem> {
        let number = match notice {
            Notice::Change { case, .. } if !self.beside => number_of(case.id),
            Notice::Change { .. } | Notice::Summary { .. } | Notice::BehindLock { .. } => NO_CASE,
        };
        self.raise(
            number,
            words_of(
                notice,
                self.app.state::<Shell>().language(),
                Silence { masked: masking::is_on(&self.app), beside: self.beside },
            ),
        )
    }
}

struct Words {
    title: String,
    body: String,
}

/// What keeps a notice from saying more.
#[derive(Debug, Clone, Copy)]
struct Silence {
    /// Whether names are hidden.
    masked: bool,
    /// Whether it is of a portfolio that cannot be seen now.
    beside: bool,
}

/// What a notice says. A generic one names nobody, no receipt and no status.
/// While names are hidden, every notice is generic.
fn words_of(notice: &Notice, language: Language, silence: Silence) -> Words {
    let locale = language.code();
    let (title, body) = match notice {
        Notice::Change { detail, .. } if silence.masked || *detail == Detail::Generic => {
            let body = if silence.beside { "notice.change.beside" } else { "notice.change.body" };
            (t!("notice.change.title", locale = locale), t!(body, locale = locale).into_owned())
        }
        Notice::Change { case, change, .. } => {
            let about = if case.person.is_empty() { case.receipt.as_str() } else { case.person.as_str() };
            let status = change
                .after
                .as_ref()
                .or(case.last.as_ref().map(|last| &last.title))
                .map(|title| title.in_language(language));
            (t!("notice.change.detailed_title", locale = locale, about = about), status.unwrap_or_default().to_owned())
        }
        Notice::Summary { changes, occasion, .. } => {
            let body = match (occasion, changes) {
                (Occasion::Many, 1) => "notice.summary.body.one",
                (Occasion::Many, _) => "notice.summary.body.other",
                (Occasion::WhileAway, 1) => "notice.summary.while_away.one",
                (Occasion::WhileAway, _) => "notice.summary.while_away.other",
                (Occasion::Digest, 1) => "notice.summary.digest.one",
                (Occasion::Digest, _) => "notice.summary.digest.other",
            };
            (t!("notice.summary.title", locale = locale), t!(body, locale = locale, count = changes).into_owned())
        }
        Notice::BehindLock { changes } => {
            let body = if *changes == 1 { "notice.behind_lock.body.one" } else { "notice.behind_lock.body.other" };
            (t!("notice.summary.title", locale = locale), t!(body, locale = locale, count = changes).into_owned())
        }
    };
    Words { title: title.into_owned(), body }
}

/// On Linux a notification's body may be read as markup.
fn escaped(body: &str) -> String {
    if cfg!(target_os = "linux") {
        body.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        body.to_owned()
    }
}

/// How long a notification server may take to say that it is there. One that hangs must not hold up every notice.
#[cfg(all(unix, not(target_os = "macos")))]
const PROBE: std::time::Duration = std::time::Duration::from_secs(5);

/// Whether a notification server answers. The plugin returns before it was asked, and drops its errors.
#[cfg(all(unix, not(target_os = "macos")))]
fn somebody_shows_notices() -> bool {
    let (answer, wait) = std::sync::mpsc::channel();
    let asked = std::thread::Builder::new().name("notice-probe".into()).spawn(move || {
        // Nobody waits any more for an answer that came too late.
        let _late = answer.send(notify_rust::get_server_information().is_ok());
    });
    asked.is_ok() && wait.recv_timeout(PROBE) == Ok(true)
}

/// Windows and macOS always have one.
#[cfg(any(windows, target_os = "macos"))]
fn somebody_shows_notices() -> bool {
    true
}

fn number_of(case: CaseId) -> i32 {
    i32::try_from(case.0).unwrap_or(NO_CASE)
}

/// A click on a notification brings the window to the front, on that case.
pub(crate) fn open_on_click(app: &AppHandle) {
    let clicked = app.clone();
    // On desktops registering never fails.
    let _never = app.notification().on_action(move |performed| {
        let notification = performed.notification();
        let case = notification.and_then(|notification| u32::try_from(notification.id()).ok()).filter(|id| *id != 0);
        show_case(&clicked, case);
    });
}

/// Brings the window to the front, on a case if one is named. Where the portfolio is locked, the case is shown once it is unlocked.
pub(crate) fn show_case(app: &AppHandle, case: Option<u32>) {
    windows::on_main_thread(app, move |app| {
        app.state::<Shell>().open_next(case);
        windows::raise(app);
        // A window that is open asks now which case to show; one that is only now opening asks by itself.
        let _nobody = OpenCase {}.emit(app);
    });
}

/// Takes back the notifications that are still shown: their numbers mean nothing to another portfolio.
pub(crate) fn take_back(app: &AppHandle) {
    let _refused = app.notification().remove_all_active();
}

#[cfg(test)]
mod tests {
    use casefolio_core::parts::RecordedChange;
    use casefolio_domain::{Bilingual, Case, ChangeKind, ReceiptNumber, Wishes};
    use chrono::DateTime;

    use super::*;

    fn notice(detail: Detail) -> Notice {
        let at = DateTime::UNIX_EPOCH;
        let case = Case {
            id: CaseId(7),
            receipt: ReceiptNumber::parse("IOE0912345678").unwrap(),
            person: "Amara <b>Okafor</b>".into(),
            label: String::new(),
            added_at: at,
            last: None,
            changed_at: None,
            checked_at: None,
            answered_at: None,
            problem: None,
            due_at: at,
            due_why: None,
            failures: 0,
            unread: true,
            doubtful_since: None,
            wishes: Wishes::default(),
        };
        let title = Bilingual::new("Case Was Approved", "Caso Fue Aprobado");
        let change = RecordedChange {
            id: casefolio_core::parts::ChangeId(1),
            case: case.id,
            at,
            kind: ChangeKind::Title,
            before: None,
            after: Some(title),
            added: Vec::new(),
        };
        Notice::Change { case: Box::new(case), change: Box::new(change), detail }
    }

    const SHOWN: Silence = Silence { masked: false, beside: false };

    #[test]
    fn a_generic_notice_of_a_portfolio_that_is_not_shown_says_so_and_names_nobody() {
        let words = words_of(&notice(Detail::Generic), Language::English, Silence { beside: true, ..SHOWN });
        assert_eq!(words.body, "A change in another of your portfolios. Open Casefolio to see what changed.");
    }

    /// catalogue 76
    #[test]
    fn a_generic_notice_holds_no_name_no_receipt_and_no_status() {
        for (language, title, body) in [
            (Language::English, "A case changed", "Open Casefolio to see what changed."),
            (Language::Spanish, "Un caso cambió", "Abra Casefolio para ver qué cambió."),
        ] {
            let words = words_of(&notice(Detail::Generic), language, SHOWN);
            assert_eq!((words.title.as_str(), words.body.as_str()), (title, body));
        }
    }

    #[test]
    fn one_change_is_told_in_the_singular_and_several_with_their_number() {
        let body = |changes| {
            words_of(
                &Notice::Summary { changes, cases: Vec::new(), occasion: Occasion::WhileAway },
                Language::English,
                SHOWN,
            )
            .body
        };
        assert_eq!(body(1), "While you were away: 1 change. Open Casefolio to see it.");
        assert_eq!(body(12), "While you were away: 12 changes. Open Casefolio to see them.");
    }

    #[test]
    fn a_detailed_notice_says_who_and_what_in_the_users_language() {
        let words = words_of(&notice(Detail::Detailed), Language::Spanish, SHOWN);
        assert!(words.title.contains("Amara"), "{}", words.title);
        assert_eq!(words.body, "Caso Fue Aprobado");
    }

    #[test]
    fn while_names_are_hidden_a_detailed_notice_is_generic() {
        let words = words_of(&notice(Detail::Detailed), Language::English, Silence { masked: true, beside: false });
        assert_eq!(
            (words.title.as_str(), words.body.as_str()),
            ("A case changed", "Open Casefolio to see what changed.")
        );
    }

    #[test]
    fn markup_in_a_notice_is_only_text() {
        if cfg!(target_os = "linux") {
            assert_eq!(escaped("<img src=x> & co"), "&lt;img src=x&gt; &amp; co");
        }
    }
}
