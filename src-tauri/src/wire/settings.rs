//! Shapes of preferences and of the service's settings.

use casefolio_core::locking::LockAfter;
use casefolio_core::preferences::{Preferences as Kept, Theme, Waits};
use casefolio_core::service::{Preset, ServiceSettings as KeptService};
use casefolio_domain::Language;
use casefolio_domain::notice::Detail;
use serde::{Deserialize, Serialize};
use specta::Type;
use zeroize::Zeroizing;

use super::typed::Typed;

/// `en` or `es`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LanguageCode {
    En,
    Es,
}

impl From<Language> for LanguageCode {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::En,
            Language::Spanish => Self::Es,
        }
    }
}

impl From<LanguageCode> for Language {
    fn from(code: LanguageCode) -> Self {
        match code {
            LanguageCode::En => Self::English,
            LanguageCode::Es => Self::Spanish,
        }
    }
}

/// `system`, `light` or `dark`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ThemeCode {
    System,
    Light,
    Dark,
}

impl From<Theme> for ThemeCode {
    fn from(theme: Theme) -> Self {
        match theme {
            Theme::System => Self::System,
            Theme::Light => Self::Light,
            Theme::Dark => Self::Dark,
        }
    }
}

impl From<ThemeCode> for Theme {
    fn from(code: ThemeCode) -> Self {
        match code {
            ThemeCode::System => Self::System,
            ThemeCode::Light => Self::Light,
            ThemeCode::Dark => Self::Dark,
        }
    }
}

/// How much a notification says.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum DetailCode {
    Generic,
    Detailed,
}

impl From<Detail> for DetailCode {
    fn from(detail: Detail) -> Self {
        match detail {
            Detail::Generic => Self::Generic,
            Detail::Detailed => Self::Detailed,
        }
    }
}

impl From<DetailCode> for Detail {
    fn from(code: DetailCode) -> Self {
        match code {
            DetailCode::Generic => Self::Generic,
            DetailCode::Detailed => Self::Detailed,
        }
    }
}

/// The user's preferences.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in the settings")]
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preferences {
    pub(crate) language: LanguageCode,
    pub(crate) theme: ThemeCode,
    pub(crate) notifications: bool,
    pub(crate) notice_detail: DetailCode,
    /// Whether dates that move and a history that grows are told, too.
    pub(crate) silent_told: bool,
    pub(crate) close_to_tray: bool,
    pub(crate) lock_with_screen: bool,
    /// 1 to 60.
    pub(crate) lock_after_minutes: u8,
    /// 1 to 24.
    pub(crate) shortest_wait_hours: u8,
    /// 1 to 30.
    pub(crate) longest_wait_days: u8,
}

impl Preferences {
    /// The view of what is kept; `language` is the one in use where none was chosen.
    pub(crate) fn of(kept: Kept, language: Language) -> Self {
        Self {
            language: kept.language.unwrap_or(language).into(),
            theme: kept.theme.into(),
            notifications: kept.notifications,
            notice_detail: match kept.detail {
                Detail::Generic => DetailCode::Generic,
                Detail::Detailed => DetailCode::Detailed,
            },
            silent_told: kept.silent_told,
            close_to_tray: kept.close_to_tray,
            lock_with_screen: kept.lock_with_screen,
            lock_after_minutes: kept.lock_after.get(),
            shortest_wait_hours: kept.waits.shortest_hours(),
            longest_wait_days: kept.waits.longest_days(),
        }
    }
}

impl From<Preferences> for Kept {
    fn from(view: Preferences) -> Self {
        Self {
            language: Some(view.language.into()),
            theme: view.theme.into(),
            notifications: view.notifications,
            detail: match view.notice_detail {
                DetailCode::Generic => Detail::Generic,
                DetailCode::Detailed => Detail::Detailed,
            },
            silent_told: view.silent_told,
            close_to_tray: view.close_to_tray,
            lock_with_screen: view.lock_with_screen,
            lock_after: LockAfter::minutes(view.lock_after_minutes),
            waits: Waits::new(view.shortest_wait_hours, view.longest_wait_days),
        }
    }
}

/// What this computer does for Casefolio: settings that are not the portfolio's.
#[derive(Debug, Clone, Copy, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Computer {
    /// Whether it starts Casefolio when this user signs in; none when that cannot be read.
    pub(crate) starts_at_sign_in: Option<bool>,
    /// Whether it tells of the screen lock and of sleep.
    pub(crate) tells_of_locks: bool,
}

/// Which service.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PresetCode {
    Practice,
    Sandbox,
    Production,
    Other,
}

impl From<Preset> for PresetCode {
    fn from(preset: Preset) -> Self {
        match preset {
            Preset::Practice => Self::Practice,
            Preset::Sandbox => Self::Sandbox,
            Preset::Production => Self::Production,
            Preset::Other => Self::Other,
        }
    }
}

impl From<PresetCode> for Preset {
    fn from(code: PresetCode) -> Self {
        match code {
            PresetCode::Practice => Self::Practice,
            PresetCode::Sandbox => Self::Sandbox,
            PresetCode::Production => Self::Production,
            PresetCode::Other => Self::Other,
        }
    }
}

/// The service's settings; the secret itself never leaves the portfolio.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServiceSettings {
    preset: PresetCode,
    token_url: String,
    api_base: String,
    client_id: String,
    secret_set: bool,
    per_second: u32,
    per_day: u32,
}

impl ServiceSettings {
    /// The view of what is kept; before anything was set, the sandbox as it is published.
    pub(crate) fn of(kept: Option<KeptService>, secret_set: bool) -> Self {
        let kept = kept.unwrap_or_else(|| KeptService {
            preset: Preset::Sandbox,
            token_url: KeptService::SANDBOX_TOKEN_URL.into(),
            api_base: KeptService::SANDBOX_API_BASE.into(),
            client_id: String::new(),
            per_second: KeptService::DEFAULT_PER_SECOND,
            per_day: KeptService::DEFAULT_PER_DAY,
        });
        Self {
            preset: kept.preset.into(),
            token_url: kept.token_url,
            api_base: kept.api_base,
            client_id: kept.client_id,
            secret_set,
            per_second: kept.per_second,
            per_day: kept.per_day,
        }
    }
}

/// New settings of the service.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SetServiceRequest {
    preset: PresetCode,
    token_url: String,
    api_base: String,
    client_id: String,
    /// None keeps the secret that is known.
    client_secret: Option<Typed>,
    per_second: u32,
    per_day: u32,
}

impl From<SetServiceRequest> for casefolio_core::service::SetServiceRequest {
    fn from(request: SetServiceRequest) -> Self {
        let settings = KeptService {
            preset: request.preset.into(),
            token_url: request.token_url,
            api_base: request.api_base,
            client_id: request.client_id,
            per_second: request.per_second,
            per_day: request.per_day,
        };
        let secret: Option<Zeroizing<String>> = request.client_secret.map(Typed::into_inner);
        Self { settings, secret }
    }
}

/// What the service answered to a try of the credentials.
#[derive(Debug, Clone, Serialize, Type)]
pub(crate) struct ServiceTest {
    pub(crate) ok: bool,
    /// The kind of problem.
    pub(crate) problem: Option<String>,
    /// The service's own words.
    pub(crate) message: Option<String>,
}

/// A service to be asked once by a quick check, kept nowhere.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessRequest {
    token_url: String,
    api_base: String,
    client_id: String,
    client_secret: Typed,
}

impl AccessRequest {
    /// Its settings and its secret.
    pub(crate) fn into_parts(self) -> (KeptService, Zeroizing<String>) {
        let settings = KeptService {
            preset: Preset::Other,
            token_url: self.token_url,
            api_base: self.api_base,
            client_id: self.client_id,
            per_second: KeptService::DEFAULT_PER_SECOND,
            per_day: KeptService::DEFAULT_PER_DAY,
        };
        (settings, self.client_secret.into_inner())
    }
}

/// A number of the USCIS Contact Center.
#[derive(Debug, Clone, Copy, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PhoneCode {
    Voice,
    Tty,
}

impl PhoneCode {
    /// As the window shows it. Source: uscis.gov/contactcenter.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::Voice => "1-800-375-5283",
            Self::Tty => "1-800-767-1833",
        }
    }
}
