//! Settings as they stand in the portfolio's table and as a person types them: always readable, never at a host that was not meant.
//!
//! An input is lines `key=value`: a key of the table, or one of [`TYPED`].

use std::collections::BTreeMap;

use casefolio_core::parts::{Passphrase, RecoveryCode};
use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};
use casefolio_core::testing::put_settings;
use casefolio_core::{Error, Portfolio, Problem};
use casefolio_domain::{Language, Stage};
use casefolio_uscis::Endpoint;
use reqwest::Url;
use zeroize::Zeroizing;

use crate::portfolio::OpenPortfolio;
use crate::{Check, wording};

/// What a person types.
const TYPED: [&str; 4] = ["recovery_code", "passphrase", "language", "stage"];

const SAID: &[&str] = &[
    "an address of the service cannot be used",
    "the address is not a web address",
    "the address does not begin with https",
    "the address carries a user name or password",
    "the address has a query or a fragment",
    "the address names its host by number",
    "the host of the address is not a full name",
    "a limit cannot be used",
    "the client id is missing",
    "the secret is missing",
    "the secret belongs to another host",
    "no service is set",
    "fewer than # characters",
    "more than # bytes",
    "too common",
    "wrong length",
    "wrong character",
    "the check character does not fit",
];

type Lines<'a> = BTreeMap<&'a str, &'a str>;

pub(crate) fn start() -> Check {
    let open = OpenPortfolio::make();
    Box::new(move |bytes| {
        let portfolio = &open.portfolio;
        let text = String::from_utf8_lossy(bytes);
        let lines: Lines<'_> = text.split('\n').filter_map(|line| line.split_once('=')).collect();
        typed(&lines);
        let of_table: Vec<(&str, &str)> =
            lines.iter().filter(|(key, _)| !TYPED.contains(key)).map(|(key, value)| (*key, *value)).collect();
        put_settings(portfolio, &of_table).unwrap();
        as_stored(portfolio, &lines);
        set_again(portfolio, &lines);
    })
}

/// Whatever stands in the table, settings and preferences are read; what is odd there is as if it were not.
fn as_stored(portfolio: &Portfolio, lines: &Lines<'_>) {
    let preferences = portfolio.preferences().unwrap();
    portfolio.set_preferences(preferences).unwrap();
    assert_eq!(portfolio.preferences().unwrap(), preferences, "preferences read back");
    let settings = portfolio.service_settings().unwrap();
    assert_eq!(settings.is_some(), lines.contains_key("service.token_url"));
    let Some(settings) = settings else { return };
    let text = |key: &str| lines.get(key).copied().unwrap_or_default();
    assert_eq!(settings.token_url, text("service.token_url"));
    assert_eq!(settings.client_id, text("service.client_id"));
    assert_eq!(Preset::from_code(settings.preset.code()), settings.preset);
    match Endpoint::parse(&settings.token_url, &settings.api_base) {
        Ok(endpoint) => safe(&endpoint),
        Err(problem) => wording::assert_own(&problem, SAID),
    }
}

/// What is set is what is read, or it is refused and nothing is changed; a secret goes to the hosts it was typed for.
fn set_again(portfolio: &Portfolio, lines: &Lines<'_>) {
    let Some(settings) = portfolio.service_settings().unwrap() else { return };
    let secret = lines.get("service.secret").map(|secret| Zeroizing::new((*secret).to_owned()));
    let bound = lines.get("service.secret_host").copied();
    for secret in [None, secret] {
        let typed = secret.as_ref().is_some_and(|secret| !secret.is_empty());
        match portfolio.set_service(&SetServiceRequest { settings: settings.clone(), secret }) {
            Ok(()) => {
                let hosts = settings.endpoint().unwrap().hosts();
                assert!(typed || bound == Some(hosts.as_str()), "a secret for another host");
                assert_eq!(portfolio.service_settings().unwrap(), Some(trimmed(&settings)));
                let stored = portfolio.service_settings().unwrap().unwrap();
                safe(&stored.endpoint().unwrap());
            }
            Err(error) => {
                wording::assert_own(&error, SAID);
                assert!(!matches!(error, Error::Store(_)) && !Problem::of(&error).code.is_empty());
                assert_eq!(portfolio.service_settings().unwrap().as_ref(), Some(&settings));
            }
        }
    }
}

fn trimmed(settings: &ServiceSettings) -> ServiceSettings {
    let trim = |text: &str| text.trim().to_owned();
    ServiceSettings {
        token_url: trim(&settings.token_url),
        api_base: trim(&settings.api_base),
        client_id: trim(&settings.client_id),
        ..settings.clone()
    }
}

/// TLS to a full name, or this computer; nothing in an address beside host, port and path.
fn safe(endpoint: &Endpoint) {
    for address in [endpoint.token_url(), endpoint.api_base()] {
        let url = Url::parse(address).unwrap();
        let host = url.host_str().unwrap();
        let number = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().ok();
        let here = host == "localhost" || number.is_some_and(|number| number.is_loopback());
        assert!(
            here || (url.scheme() == "https" && number.is_none() && host.contains('.') && !host.ends_with('.')),
            "{host}"
        );
        assert_eq!((url.username(), url.password(), url.query(), url.fragment()), ("", None, None, None));
        assert!(here == endpoint.is_loopback() || url.scheme() == "https");
    }
    assert_eq!(
        Endpoint::parse(endpoint.token_url(), endpoint.api_base()).as_ref().map(Endpoint::hosts),
        Ok(endpoint.hosts())
    );
    assert!(endpoint.same_host(endpoint) && !endpoint.hosts().is_empty() && endpoint.hosts().split(' ').count() <= 2);
}

fn typed(lines: &Lines<'_>) {
    if let Some(text) = lines.get("recovery_code") {
        match RecoveryCode::parse(text) {
            Ok(code) => assert_eq!(RecoveryCode::parse(&code.show()).unwrap().show(), code.show()),
            Err(problem) => wording::assert_own(&problem, SAID),
        }
    }
    if let Some(text) = lines.get("passphrase")
        && let Err(problem) = Passphrase::new(Zeroizing::new((*text).to_owned()))
    {
        wording::assert_own(&problem, SAID);
    }
    if let Some(text) = lines.get("language") {
        let language = Language::from_tag(text);
        assert_eq!(Language::from_tag(language.code()), language);
    }
    if let Some(text) = lines.get("stage") {
        assert!(Stage::from_code(text).is_none_or(|stage| stage.code() == *text));
    }
}
