//! `service set | show | test`.

use casefolio_core::parts::Failure;
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_practice::PracticeSettings;
use clap::ArgMatches;
use serde::Serialize;

use super::{readable, text};
use crate::context::Context;
use crate::error::{Error, Exit};
use crate::language::Words;

#[derive(Serialize)]
struct SettingsWire {
    set: bool,
    preset: Option<&'static str>,
    token_url: Option<String>,
    api_base: Option<String>,
    client_id: Option<String>,
    per_second: Option<u32>,
    per_day: Option<u32>,
    secret_set: bool,
}

impl SettingsWire {
    fn of(settings: Option<&ServiceSettings>, secret_set: bool) -> Self {
        Self {
            set: settings.is_some(),
            preset: settings.map(|set| set.preset.code()),
            token_url: settings.map(|set| set.token_url.clone()),
            api_base: settings.map(|set| set.api_base.clone()),
            client_id: settings.map(|set| set.client_id.clone()),
            per_second: settings.map(|set| set.per_second),
            per_day: settings.map(|set| set.per_day),
            secret_set,
        }
    }
}

#[derive(Serialize)]
struct TestWire {
    ok: bool,
    problem: Option<&'static str>,
    message: Option<String>,
}

/// Sets the service; the secret is read from standard input. An empty one keeps the secret that is known.
pub(super) async fn set(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Error> {
    let portfolio = context.open().await?;
    let secret = context.input.client_secret()?;
    let settings = settings(matches);
    portfolio.set_service(&SetServiceRequest { settings, secret })?;
    show_settings(context, portfolio.service_settings()?.as_ref(), portfolio.service_secret_is_set()?)
}

/// Shows the settings, without the secret.
pub(super) async fn show(context: &mut Context) -> Result<Exit, Error> {
    let portfolio = context.open().await?;
    show_settings(context, portfolio.service_settings()?.as_ref(), portfolio.service_secret_is_set()?)
}

/// Asks the service for a token.
pub(super) async fn test(context: &mut Context) -> Result<Exit, Error> {
    let portfolio = context.open().await?;
    let answer = portfolio.test_service().await?;
    let failure = answer.as_ref().err();
    let wire = TestWire {
        ok: failure.is_none(),
        problem: failure.map(|failure| failure.kind.contract_code()),
        message: failure.and_then(|failure| failure.message.clone()),
    };
    let words = context.words;
    context.output.print(&wire, || test_words(failure, words))?;
    Ok(failure.map_or(Exit::Done, |failure| readable::exit_of(failure.kind)))
}

fn test_words(failure: Option<&Failure>, words: Words) -> String {
    failure.map_or_else(
        || words.say("cli.service.ok"),
        |failure| readable::failure(failure.kind, failure.message.as_deref(), words),
    )
}

/// The settings in the options; limits that are not named are those of the sandbox.
pub(super) fn settings(matches: &ArgMatches) -> ServiceSettings {
    let limit = |name: &str, otherwise| {
        let given = matches.try_get_one::<u32>(name).ok().flatten(); // `check` has no limits
        given.copied().unwrap_or(otherwise)
    };
    let mut settings = ServiceSettings {
        preset: Preset::Other,
        token_url: text(matches, "token-url").to_owned(),
        api_base: text(matches, "api-base").to_owned(),
        client_id: text(matches, "client-id").to_owned(),
        per_second: limit("per-second", ServiceSettings::DEFAULT_PER_SECOND),
        per_day: limit("per-day", ServiceSettings::DEFAULT_PER_DAY),
    };
    settings.preset = preset(&settings);
    settings
}

/// Which service the addresses speak of: the published ones are the sandbox's, this computer's with the client ID of the practice
/// service are that one's, others of uscis.gov are production's.
fn preset(settings: &ServiceSettings) -> Preset {
    let Ok(endpoint) = settings.endpoint() else { return Preset::Other };
    let sandbox = (ServiceSettings::SANDBOX_TOKEN_URL, ServiceSettings::SANDBOX_API_BASE);
    let of_uscis = |host: &str| host == "uscis.gov" || host.ends_with(".uscis.gov");
    if (endpoint.token_url(), endpoint.api_base()) == sandbox {
        Preset::Sandbox
    } else if endpoint.is_loopback() && settings.client_id.trim() == PracticeSettings::default().client_id {
        Preset::Practice
    } else if of_uscis(&endpoint.host()) && of_uscis(&endpoint.api_host()) {
        Preset::Production
    } else {
        Preset::Other
    }
}

fn show_settings(context: &Context, settings: Option<&ServiceSettings>, secret_set: bool) -> Result<Exit, Error> {
    let words = context.words;
    context.output.print(&SettingsWire::of(settings, secret_set), || match settings {
        Some(settings) => settings_words(settings, secret_set, words),
        None => words.say("cli.service.not_set"),
    })?;
    Ok(Exit::Done)
}

fn settings_words(settings: &ServiceSettings, secret_set: bool, words: Words) -> String {
    let secret = words.say(if secret_set { "cli.service.secret_set" } else { "cli.service.secret_not_set" });
    let values = [
        ("token_url", settings.token_url.as_str()),
        ("api_base", &settings.api_base),
        ("client_id", &settings.client_id),
        ("secret", &secret),
        ("per_second", &settings.per_second.to_string()),
        ("per_day", &settings.per_day.to_string()),
    ];
    words.fill("cli.service.settings", &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_tell_which_service_it_is() {
        let of = |token_url: &str, api_base: &str, client_id: &str| {
            let (token_url, api_base, client_id) = (token_url.to_owned(), api_base.to_owned(), client_id.to_owned());
            preset(&ServiceSettings {
                preset: Preset::Other,
                token_url,
                api_base,
                client_id,
                per_second: 5,
                per_day: 1000,
            })
        };
        let (token, base) = (ServiceSettings::SANDBOX_TOKEN_URL, ServiceSettings::SANDBOX_API_BASE);
        assert_eq!(of(token, &format!("{base}/"), "x"), Preset::Sandbox);
        assert_eq!(of("https://api.uscis.gov/token", "https://api.uscis.gov/case-status", "x"), Preset::Production);
        assert_eq!(of("https://api.notuscis.gov/token", base, "x"), Preset::Other);
        let here = "http://127.0.0.1:8080/case-status";
        assert_eq!(of(here, here, "practice-client"), Preset::Practice);
        assert_eq!(of(here, here, "another"), Preset::Other);
    }
}
