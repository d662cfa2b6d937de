//! The network of an office, set once: it holds for every call, is kept without its password in sight, and goes with the portfolio.

use casefolio_core::Error;
use casefolio_core::network::{NetworkProblem, NetworkSettings, ProxySettings, SetProxyRequest};
use casefolio_domain::ProblemKind;
use casefolio_journeys::{ONLINE, Setting, Story, reviewed, settings_of};
use casefolio_network::testing::{Authority, Front, Relay, Rule};
use casefolio_network::{Proxy, ProxyProblem, RootProblem};

use casefolio_core::service::{Preset, ServiceSettings, SetServiceRequest};

const NAME: &str = "service.example.gov";

async fn story() -> Story {
    let story = Setting::of(reviewed(&[ONLINE.to_owned()])).begin().await;
    story.add(&[ONLINE.to_owned()]);
    story
}

fn manual(address: &str, user: &str) -> ProxySettings {
    ProxySettings::Manual { address: address.to_owned(), user: user.to_owned() }
}

fn set(story: &Story, proxy: ProxySettings, password: Option<&str>) -> Result<(), Error> {
    let password = password.map(|password| password.to_owned().into());
    story.portfolio().set_proxy(&SetProxyRequest { proxy, password })
}

/// Has the story ask a service elsewhere, which is found through a proxy alone and proves itself by a root of the company.
fn ask_elsewhere(story: &Story) {
    let near = settings_of(&story.service, 1_000, 1_000);
    let elsewhere = |url: &str| url.replacen("http://", "https://", 1).replacen(&host_of(url), NAME, 1);
    let (token_url, api_base) = (elsewhere(&near.token_url), elsewhere(&near.api_base));
    let settings = ServiceSettings { preset: Preset::Production, token_url, api_base, ..near };
    let secret = Some(story.service.client_secret().into());
    story.portfolio().set_service(&SetServiceRequest { settings, secret }).unwrap();
}

fn host_of(url: &str) -> String {
    url.split('/').nth(2).unwrap_or_default().to_owned()
}

/// catalogue 98, 99
#[tokio::test]
async fn a_proxy_and_a_company_root_hold_for_the_next_call_and_until_they_are_changed() {
    let story = story().await;
    let authority = Authority::invent();
    let front = Front::before(story.service.port(), &authority.identity(NAME)).await;
    let relay = Relay::to(front.port(), Rule::SignIn("Basic YW5hOnNlc2FtZQ==".to_owned())).await;
    ask_elsewhere(&story);
    let problem = async || {
        story.ordered().await;
        story.case(ONLINE).problem
    };
    set(&story, manual(&relay.address(), "ana"), Some("wrong")).unwrap();
    assert_eq!(problem().await, Some(ProblemKind::ProxySignIn));
    set(&story, manual(&relay.address(), "ana"), Some("sesame")).unwrap();
    assert_eq!(problem().await, Some(ProblemKind::NotTrusted));
    story.portfolio().trust_company_root(authority.pem().as_bytes()).unwrap();
    assert_eq!(problem().await, None);
    assert!(story.case(ONLINE).last.is_some());
    story.portfolio().forget_company_root().unwrap();
    assert_eq!(problem().await, Some(ProblemKind::NotTrusted), "an open connection is not used any more");
    assert!(story.case(ONLINE).last.is_some(), "what was known stays");
}

#[tokio::test]
async fn the_password_is_kept_for_one_proxy_and_one_user_and_goes_nowhere_else() {
    let story = story().await;
    set(&story, manual("proxy.example.com:8080", "ana"), Some("sesame")).unwrap();
    set(&story, manual("http://proxy.example.com:8080/", "ana"), None).unwrap();
    for other in [manual("other.example.com:8080", "ana"), manual("proxy.example.com:8080", "eva")] {
        let refused = set(&story, other, None).unwrap_err();
        assert!(matches!(refused, Error::Network(NetworkProblem::PasswordMissing)), "{refused:?}");
    }
    let proxy = manual("http://proxy.example.com:8080", "ana");
    assert_eq!(story.portfolio().network_settings().unwrap(), NetworkSettings { proxy, company_roots: 0 });
    set(&story, ProxySettings::Direct, None).unwrap();
    assert_eq!(story.portfolio().way().unwrap().proxy, Proxy::Direct);
    let refused = set(&story, manual("proxy.example.com:8080", "ana"), None).unwrap_err();
    assert!(matches!(refused, Error::Network(NetworkProblem::PasswordMissing)), "it was forgotten: {refused:?}");
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_and_changes_nothing() {
    let story = story().await;
    set(&story, manual("proxy.example.com:8080", ""), None).unwrap();
    let before = story.portfolio().network_settings().unwrap();
    for (address, problem) in [
        ("proxy.example.com", ProxyProblem::Address),
        ("socks5://proxy.example.com:1", ProxyProblem::Kind),
        ("http://a:b@proxy.example.com:1", ProxyProblem::UserInfo),
    ] {
        let refused = set(&story, manual(address, ""), None).unwrap_err();
        assert!(matches!(refused, Error::Network(NetworkProblem::Proxy(why)) if why == problem), "{refused:?}");
    }
    let refused = story.portfolio().trust_company_root(b"hello").unwrap_err();
    assert!(matches!(refused, Error::Network(NetworkProblem::Root(RootProblem::NotACertificate))), "{refused:?}");
    assert_eq!(story.portfolio().network_settings().unwrap(), before);
}
