//! What the user prefers: language, look, notifications, locking, how often cases are asked about. Kept in the portfolio.

use casefolio_domain::Language;
use casefolio_domain::notice::{self, Detail};
use casefolio_store::settings;

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::locking::{LockAfter, LockRules};
use crate::portfolio::Portfolio;
pub use crate::waits::Waits;

/// The colours of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with this code; the system's for an unknown one.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.code() == code).unwrap_or(Self::System)
    }
}

/// A user's preferences.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the settings")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preferences {
    /// The language; none means the system's.
    pub language: Option<Language>,
    /// The colours.
    pub theme: Theme,
    /// Whether the operating system's notifications are raised.
    pub notifications: bool,
    /// How much they say.
    pub detail: Detail,
    /// Whether silent updates are told too: dates that move and a history that grows while the status stays the same.
    pub silent_told: bool,
    /// Whether closing the window leaves the watching on, in the tray.
    pub close_to_tray: bool,
    /// Whether the views are locked when the screen is, and when the computer goes to sleep.
    pub lock_with_screen: bool,
    /// After how long without a sign of a person the views are locked.
    pub lock_after: LockAfter,
    /// How long a case waits for its next check, at least and at most.
    pub waits: Waits,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: None,
            theme: Theme::System,
            notifications: true,
            detail: Detail::Generic,
            silent_told: false,
            close_to_tray: true,
            lock_with_screen: true,
            lock_after: LockAfter::DEFAULT,
            waits: Waits::default(),
        }
    }
}

impl Preferences {
    /// The part of them that the lock goes by.
    #[must_use]
    pub fn lock_rules(&self) -> LockRules {
        LockRules { after: self.lock_after, with_screen: self.lock_with_screen }
    }

    /// The part of them that the notice policy reads.
    #[must_use]
    pub fn notice(&self) -> notice::Preferences {
        notice::Preferences { enabled: self.notifications, detail: self.detail, silent_told: self.silent_told }
    }
}

const LANGUAGE: &str = "preferences.language";
const THEME: &str = "preferences.theme";
const NOTIFICATIONS: &str = "preferences.notifications";
const DETAIL: &str = "preferences.notice_detail";
const SILENT_TOLD: &str = "preferences.silent_updates_told";
const CLOSE_TO_TRAY: &str = "preferences.close_to_tray";
const LOCK_WITH_SCREEN: &str = "preferences.lock_with_screen";
const LOCK_AFTER: &str = "preferences.lock_after_minutes";

impl Portfolio {
    /// The preferences; what was never set is as in [`Preferences::default`].
    pub fn preferences(&self) -> Result<Preferences, Error> {
        let start = Preferences::default();
        Ok(self.store.read(|c| {
            let yes = |key, otherwise| -> Result<bool, casefolio_store::Error> {
                Ok(settings::text(c, key)?.map_or(otherwise, |text| text == "yes"))
            };
            Ok(Preferences {
                language: settings::text(c, LANGUAGE)?.map(|tag| Language::from_tag(&tag)),
                theme: settings::text(c, THEME)?.map_or(start.theme, |code| Theme::from_code(&code)),
                notifications: yes(NOTIFICATIONS, start.notifications)?,
                detail: settings::text(c, DETAIL)?.and_then(|code| Detail::from_code(&code)).unwrap_or(start.detail),
                silent_told: yes(SILENT_TOLD, start.silent_told)?,
                close_to_tray: yes(CLOSE_TO_TRAY, start.close_to_tray)?,
                lock_with_screen: yes(LOCK_WITH_SCREEN, start.lock_with_screen)?,
                lock_after: settings::text(c, LOCK_AFTER)?
                    .and_then(|minutes| minutes.parse().ok())
                    .map_or(start.lock_after, LockAfter::minutes),
                waits: Waits::kept(c)?,
            })
        })?)
    }

    /// Replaces the preferences.
    pub fn set_preferences(&self, preferences: Preferences) -> Result<(), Error> {
        let yes = |on| if on { "yes" } else { "no" };
        self.store.write(|t| {
            match preferences.language {
                Some(language) => settings::set_text(t, LANGUAGE, language.code())?,
                None => settings::remove(t, LANGUAGE)?,
            }
            settings::set_text(t, THEME, preferences.theme.code())?;
            settings::set_text(t, NOTIFICATIONS, yes(preferences.notifications))?;
            settings::set_text(t, DETAIL, preferences.detail.code())?;
            settings::set_text(t, SILENT_TOLD, yes(preferences.silent_told))?;
            settings::set_text(t, CLOSE_TO_TRAY, yes(preferences.close_to_tray))?;
            settings::set_text(t, LOCK_WITH_SCREEN, yes(preferences.lock_with_screen))?;
            settings::set_text(t, LOCK_AFTER, &preferences.lock_after.get().to_string())?;
            preferences.waits.keep(t)
        })?;
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }
}
