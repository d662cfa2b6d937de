//! The clipboard: what is copied stays out of histories and clouds, and is wiped after half a minute if it still lies there.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use arboard::{Clipboard, Set};
use casefolio_core::Clock;
use chrono::{DateTime, TimeDelta, Utc};
use tauri::{AppHandle, Manager};
use zeroize::Zeroizing;

use crate::shell::Shell;

/// How long a copy lies there.
const STAY: TimeDelta = TimeDelta::seconds(30);

/// The clipboard with what was copied last. Managed by Tauri. On Linux what is copied lives as long as the one who offers it.
#[derive(Default)]
pub(crate) struct Clip(Mutex<Held>);

#[derive(Default)]
struct Held {
    board: Option<Clipboard>,
    copied: Option<Copied>,
}

/// What was copied, and when.
struct Copied {
    text: Zeroizing<String>,
    at: DateTime<Utc>,
}

/// What is to be done with a copy.
#[derive(Debug, PartialEq, Eq)]
enum Decision {
    /// It may stay for so long.
    Wait(TimeDelta),
    /// It is wiped.
    Wipe,
    /// Somebody copied something else since: that is left alone.
    Leave,
}

impl Copied {
    /// What to do at `now`, with `lying` on the clipboard. A clock that was set back lets nothing lie longer than from anew.
    fn decide(&self, lying: Option<&str>, now: DateTime<Utc>) -> Decision {
        let left = STAY - (now - self.at);
        match lying {
            Some(text) if text == self.text.as_str() => {
                if left > TimeDelta::zero() {
                    Decision::Wait(left.min(STAY))
                } else {
                    Decision::Wipe
                }
            }
            Some(_) | None => Decision::Leave,
        }
    }
}

/// Copies `text`; it is wiped by itself. Answers whether there is a clipboard that took it. Blocks.
pub(crate) fn copy(app: &AppHandle, text: Zeroizing<String>) -> bool {
    let clock = app.state::<Shell>().core.clock();
    let state = app.state::<Clip>();
    let mut held = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    if held.put(text, clock.as_ref()).is_err() {
        // One that went away with its display is looked for anew the next time.
        held.board = None;
        return false;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move { keep_time(&app).await });
    true
}

/// Wipes what was copied, if it still lies there: the program ends, or its time is over. Blocks.
pub(crate) fn wipe(app: &AppHandle) {
    let state = app.state::<Clip>();
    let mut held = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(copied) = held.copied.take()
        && held.lying().is_some_and(|lying| *lying == *copied.text)
        && let Some(board) = &mut held.board
    {
        // A clipboard that cannot be wiped any more is gone.
        let _gone = board.clear();
    }
}

async fn keep_time(app: &AppHandle) {
    loop {
        let handle = app.clone();
        let decided = tauri::async_runtime::spawn_blocking(move || decide(&handle)).await;
        match decided {
            Ok(Some(Decision::Wait(left))) => {
                tokio::time::sleep(left.to_std().unwrap_or(Duration::from_secs(1))).await;
            }
            Ok(Some(Decision::Wipe)) => {
                let handle = app.clone();
                let _ended = tauri::async_runtime::spawn_blocking(move || wipe(&handle)).await;
                return;
            }
            Ok(Some(Decision::Leave) | None) | Err(_) => return,
        }
    }
}

fn decide(app: &AppHandle) -> Option<Decision> {
    let now = app.state::<Shell>().core.clock().now();
    let state = app.state::<Clip>();
    let mut held = state.0.lock().unwrap_or_else(PoisonError::into_inner);
    let lying = held.lying();
    held.copied.as_ref().map(|copied| copied.decide(lying.as_deref().map(String::as_str), now))
}

impl Held {
    fn put(&mut self, text: Zeroizing<String>, clock: &dyn Clock) -> Result<(), arboard::Error> {
        let board = match self.board.take() {
            Some(board) => board,
            None => Clipboard::new()?,
        };
        let board = self.board.insert(board);
        hidden(board.set()).text(text.as_str())?;
        self.copied = Some(Copied { text, at: clock.now() });
        Ok(())
    }

    fn lying(&mut self) -> Option<Zeroizing<String>> {
        self.board.as_mut()?.get_text().ok().map(Zeroizing::new)
    }
}

/// Out of the desktop's history of the clipboard.
#[cfg(all(unix, not(target_os = "macos")))]
fn hidden(set: Set<'_>) -> Set<'_> {
    use arboard::SetExtLinux as _;
    set.exclude_from_history()
}

/// Out of Windows' history of the clipboard, its cloud, and what watches it.
#[cfg(windows)]
fn hidden(set: Set<'_>) -> Set<'_> {
    use arboard::SetExtWindows as _;
    set.exclude_from_monitoring().exclude_from_cloud().exclude_from_history()
}

/// Marked as concealed, which managers of the clipboard heed.
#[cfg(target_os = "macos")]
fn hidden(set: Set<'_>) -> Set<'_> {
    use arboard::SetExtApple as _;
    set.exclude_from_history()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied() -> Copied {
        Copied { text: Zeroizing::new("IOE0912345678".into()), at: DateTime::UNIX_EPOCH }
    }

    fn after(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    /// catalogue 20
    #[test]
    fn a_copy_is_wiped_after_half_a_minute_if_it_still_lies_there() {
        let ours = Some("IOE0912345678");
        assert_eq!(copied().decide(ours, after(0)), Decision::Wait(STAY));
        assert_eq!(copied().decide(ours, after(29)), Decision::Wait(TimeDelta::seconds(1)));
        assert_eq!(copied().decide(ours, after(30)), Decision::Wipe);
        assert_eq!(copied().decide(ours, after(-3600)), Decision::Wait(STAY));
    }

    /// catalogue 20
    #[test]
    fn what_somebody_else_copied_is_left_alone() {
        for lying in [Some("an address"), Some(""), None] {
            assert_eq!(copied().decide(lying, after(30)), Decision::Leave);
        }
    }
}
