//! Offices' networks: proxies, certificates, and connections that break.

use std::sync::Arc;
use std::time::Duration;

use casefolio_domain::ProblemKind;
use casefolio_network::testing::{Authority, Front, Identity, Manner, Relay, Rule};
use casefolio_network::{ManualProxy, Proxy, Way};
use casefolio_practice::{Counts, Practice, PracticeSettings, Running, Script};
use casefolio_uscis::{Answer, Client, Credential, Endpoint, Failure, Timing};
use tokio::net::TcpListener;

use crate::{KNOWN, Standing, brief, number};

const NAME: &str = "service.example.gov";

/// A service behind TLS, which is found under its name through a proxy alone.
struct Office {
    service: Running,
    front: Front,
    authority: Authority,
    clock: Standing,
}

impl Office {
    async fn new() -> Self {
        let authority = Authority::invent();
        let identity = authority.identity(NAME);
        Self::with(authority, &identity).await
    }

    async fn with(authority: Authority, identity: &Identity) -> Self {
        let clock = Standing::default();
        let of_service = clock.clone();
        let script = Script::new().case(KNOWN).at(Duration::ZERO, "Case Was Received");
        let service =
            Practice::start(script, PracticeSettings::default(), Arc::new(move || of_service.now())).await.unwrap();
        let front = Front::before(service.port(), identity).await;
        Self { service, front, authority, clock }
    }

    /// A client that goes out by this proxy and believes this authority.
    fn client(&self, proxy: Proxy, knows_root: bool, timing: Timing) -> Client {
        let elsewhere = |url: &str| {
            let path = url.splitn(4, '/').nth(3).unwrap().to_owned();
            format!("https://{NAME}/{path}")
        };
        let endpoint = Endpoint::parse(&elsewhere(&self.service.token_url()), &elsewhere(&self.service.api_base()));
        let credential = Credential::new(&self.service.client_id(), &self.service.client_secret());
        let root = knows_root.then(|| self.authority.root());
        Client::new(endpoint.unwrap(), credential, timing, &Way { proxy, root }).unwrap()
    }

    async fn fetch(&self, client: &Client) -> Result<Answer, Failure> {
        client.fetch(&number(KNOWN), self.clock.now()).await
    }

    async fn kind(&self, proxy: Proxy) -> ProblemKind {
        self.fetch(&self.client(proxy, true, brief())).await.unwrap_err().kind
    }
}

fn through(address: &str, user: &str, password: &str) -> Proxy {
    Proxy::Manual(ManualProxy::parse(address, user, password.to_owned().into()).unwrap())
}

/// `Basic` of ana:sesame.
const SIGN_IN: &str = "Basic YW5hOnNlc2FtZQ==";

/// catalogue 98
#[tokio::test]
async fn a_manual_proxy_is_gone_through_by_name_also_with_a_sign_in() {
    let office = Office::new().await;
    for (rule, user, password) in [(Rule::Open, "", ""), (Rule::SignIn(SIGN_IN.to_owned()), "ana", "sesame")] {
        let relay = Relay::to(office.front.port(), rule).await;
        let client = office.client(through(&relay.address(), user, password), true, brief());
        office.fetch(&client).await.unwrap();
        assert!(relay.asked().iter().all(|host| *host == format!("{NAME}:443")), "{:?}", relay.asked());
        assert!(!relay.asked().is_empty());
    }
}

/// catalogue 98
#[tokio::test]
async fn a_proxy_that_wants_a_sign_in_refuses_or_is_dead_is_told_apart_from_a_missing_network() {
    let office = Office::new().await;
    let port = office.front.port();
    let wants = Relay::to(port, Rule::SignIn(SIGN_IN.to_owned())).await;
    let closed = Relay::to(port, Rule::Closed).await;
    let dead = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap().to_string()
    };
    assert_eq!(office.kind(through(&wants.address(), "", "")).await, ProblemKind::ProxySignIn);
    assert_eq!(office.kind(through(&wants.address(), "ana", "wrong")).await, ProblemKind::ProxySignIn);
    assert_eq!(office.kind(through(&closed.address(), "", "")).await, ProblemKind::ProxyRefused);
    assert_eq!(office.kind(through(&dead, "", "")).await, ProblemKind::ProxyUnreachable);
    assert_eq!(office.kind(through("no-such-proxy.invalid:8080", "", "")).await, ProblemKind::ProxyUnreachable);
}

/// catalogue 98
#[tokio::test]
async fn without_a_proxy_nobody_is_asked_for_one_and_the_service_on_this_computer_never_is_behind_one() {
    let office = Office::new().await;
    assert_eq!(office.kind(Proxy::Direct).await, ProblemKind::NoNetwork, "the name is known to the proxy alone");
    let relay = Relay::to(office.front.port(), Rule::Open).await;
    let endpoint = Endpoint::parse(&office.service.token_url(), &office.service.api_base()).unwrap();
    let credential = Credential::new(&office.service.client_id(), &office.service.client_secret());
    let way = Way { proxy: through(&relay.address(), "", ""), root: None };
    let near = Client::new(endpoint, credential, brief(), &way).unwrap();
    office.fetch(&near).await.unwrap();
    assert!(relay.asked().is_empty());
}

/// catalogue 99
#[tokio::test]
async fn who_cannot_prove_to_be_the_service_gets_nothing() {
    let authority = Authority::invent;
    let (one, two, three) = (authority(), authority(), authority());
    let (expired, wrong_host, unknown) =
        (one.valid(NAME, 2010, 2020), two.identity("other.example.gov"), authority().identity(NAME));
    let own = Authority::self_signed(NAME);
    for (what, root, identity) in [
        ("expired", one, expired),
        ("another name", two, wrong_host),
        ("unknown authority", three, unknown),
        ("vouches for itself", authority(), own),
    ] {
        let office = Office::with(root, &identity).await;
        let relay = Relay::to(office.front.port(), Rule::Open).await;
        assert_eq!(office.kind(through(&relay.address(), "", "")).await, ProblemKind::NotTrusted, "{what}");
        assert_eq!(office.service.counts(), Counts::default(), "{what}");
    }
}

/// catalogue 99
#[tokio::test]
async fn a_service_that_knows_tls_1_1_and_nothing_newer_gets_nothing() {
    let office = Office::new().await;
    let relay = Relay::to(office.front.port(), Rule::Open).await;
    office.front.be(Manner::Old);
    assert_eq!(office.kind(through(&relay.address(), "", "")).await, ProblemKind::NotTrusted);
    office.front.be(Manner::Passing);
    office.fetch(&office.client(through(&relay.address(), "", ""), true, brief())).await.unwrap();
}

/// The test below runs itself once more where the system trusts the authority of a company.
const AS_COMPANY: &str = "CASEFOLIO_TEST_COMPANY_ROOT";

/// catalogue 99
#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "how the second run is told apart from the first")]
async fn a_company_root_is_believed_from_a_chosen_file_and_from_the_store_of_the_system() {
    let Some(file) = std::env::var_os(AS_COMPANY) else {
        let office = Office::new().await;
        let relay = Relay::to(office.front.port(), Rule::Open).await;
        let proxy = through(&relay.address(), "", "");
        assert_eq!(
            office.fetch(&office.client(proxy.clone(), false, brief())).await.unwrap_err().kind,
            ProblemKind::NotTrusted
        );
        office.fetch(&office.client(proxy, true, brief())).await.unwrap();
        if cfg!(target_os = "linux") {
            again_as_a_company().await;
        }
        return;
    };
    // Here the authority is one of the system's: on Linux its store is the file that this names.
    let secret_file = std::path::PathBuf::from(file);
    let (pem, key) = (std::fs::read_to_string(&secret_file).unwrap(), secret_file.with_extension("key"));
    let authority = Authority::kept(&pem, &std::fs::read_to_string(key).unwrap());
    let identity = authority.identity(NAME);
    let office = Office::with(authority, &identity).await;
    let relay = Relay::to(office.front.port(), Rule::Open).await;
    office.fetch(&office.client(through(&relay.address(), "", ""), false, brief())).await.unwrap();
}

async fn again_as_a_company() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::invent();
    let file = folder.path().join("company.pem");
    std::fs::write(&file, authority.pem()).unwrap();
    std::fs::write(file.with_extension("key"), authority.key_pem()).unwrap();
    let name = "networks::a_company_root_is_believed_from_a_chosen_file_and_from_the_store_of_the_system";
    let mut second = tokio::process::Command::new(std::env::current_exe().unwrap());
    second.args(["--exact", name]).env("SSL_CERT_FILE", &file).env(AS_COMPANY, &file);
    let done = second.output().await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
}

/// catalogue 97
#[tokio::test]
async fn a_network_lost_during_a_request_ends_that_request_and_the_next_one_goes_through() {
    let office = Office::new().await;
    let relay = Relay::to(office.front.port(), Rule::Open).await;
    let client = office.client(through(&relay.address(), "", ""), true, Timing::default());
    office.front.be(Manner::Silent);
    let loses = async {
        loop {
            if !relay.asked().is_empty() {
                office.front.cut();
            }
            tokio::task::yield_now().await;
        }
    };
    let lost = tokio::select! {
        lost = office.fetch(&client) => lost,
        () = loses => unreachable!("it loses the network without end"),
    };
    assert!(matches!(lost.unwrap_err().kind, ProblemKind::NoNetwork | ProblemKind::ProxyRefused));
    office.front.be(Manner::Passing);
    office.fetch(&client).await.unwrap();
}

/// catalogue 97
#[tokio::test]
async fn another_wi_fi_breaks_the_open_connection_and_the_one_after_is_new() {
    let office = Office::new().await;
    let relay = Relay::to(office.front.port(), Rule::Open).await;
    let client = office.client(through(&relay.address(), "", ""), true, brief());
    office.fetch(&client).await.unwrap();
    for _ in 0..5 {
        let before = relay.asked().len();
        office.front.cut();
        // Whoever asks before the break is known is told of a network that failed; nobody is told so twice.
        if let Err(failure) = office.fetch(&client).await {
            assert_eq!(failure.kind, ProblemKind::NoNetwork);
            office.fetch(&client).await.unwrap();
        }
        assert_eq!(relay.asked().len(), before + 1);
    }
}
