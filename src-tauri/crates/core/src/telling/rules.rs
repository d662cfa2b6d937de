//! When each way of telling may tell. Kept in the portfolio.

use casefolio_domain::telling::{Digest, QuietHours, TellingTimes, Weekdays};
use casefolio_store::settings;
use casefolio_store::{Connection, Transaction};

use crate::error::Error;
use crate::events::PortfolioEvent;
use crate::portfolio::Portfolio;

/// When a person wants to be told, by notification and by e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TellingRules {
    /// By notifications of the operating system.
    pub desktop: TellingTimes,
    /// By e-mail.
    pub email: TellingTimes,
}

const DESKTOP: &str = "telling.desktop";
const EMAIL: &str = "telling.email";

impl Portfolio {
    /// When a person wants to be told; at any time where nothing was ever set.
    pub fn telling_rules(&self) -> Result<TellingRules, Error> {
        Ok(self.store.read(|c| Ok(TellingRules { desktop: read(c, DESKTOP)?, email: read(c, EMAIL)? }))?)
    }

    /// Replaces them. What waits is told by the new ones.
    pub fn set_telling_rules(&self, rules: &TellingRules) -> Result<(), Error> {
        self.store.write(|t| {
            write(t, DESKTOP, &rules.desktop)?;
            write(t, EMAIL, &rules.email)
        })?;
        self.tell(&PortfolioEvent::SettingsEdited);
        Ok(())
    }
}

/// A code that nobody knows is passed over: one is told too early rather than never.
fn read(c: &Connection, channel: &str) -> Result<TellingTimes, casefolio_store::Error> {
    let text = |name: &str| settings::text(c, &format!("{channel}.{name}"));
    Ok(TellingTimes {
        quiet_hours: text("quiet_hours")?.and_then(|code| QuietHours::from_code(&code)),
        quiet_days: text("quiet_days")?.map_or(Weekdays::NONE, |code| Weekdays::from_code(&code)),
        digest: text("digest")?.and_then(|code| Digest::from_code(&code)).unwrap_or_default(),
        urgent_at_once: text("urgent_at_once")?.is_some_and(|text| text == "yes"),
    })
}

fn write(t: &Transaction<'_>, channel: &str, times: &TellingTimes) -> Result<(), casefolio_store::Error> {
    let key = |name: &str| format!("{channel}.{name}");
    match times.quiet_hours {
        Some(hours) => settings::set_text(t, &key("quiet_hours"), &hours.code())?,
        None => settings::remove(t, &key("quiet_hours"))?,
    }
    settings::set_text(t, &key("quiet_days"), &times.quiet_days.code())?;
    settings::set_text(t, &key("digest"), &times.digest.code())?;
    settings::set_text(t, &key("urgent_at_once"), if times.urgent_at_once { "yes" } else { "no" })
}
