//! Where the names of the service lead.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Looks a name up.
pub(crate) type Lookup = fn(String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// The system's own.
pub(crate) fn system(name: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> {
    Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
}

/// Refuses addresses of this computer and of its nearest neighbours for the names of the service: a DNS answer that says so comes from
/// somebody who wants what is sent there. Other names, such as a proxy's, lead where the system says.
pub(crate) struct Guard {
    pub(crate) names: Vec<String>,
    pub(crate) lookup: Lookup,
}

/// The name leads to no address where the service could be.
#[derive(Debug)]
struct Misdirected;

impl fmt::Display for Misdirected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to this computer or to a neighbour")
    }
}

impl Error for Misdirected {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guarded = self.names.iter().any(|known| known.eq_ignore_ascii_case(name.as_str()));
        let found = (self.lookup)(name.as_str().to_owned());
        Box::pin(async move {
            let found = found.await?;
            let led_astray = guarded && found.iter().any(|address| is_near(address.ip()));
            if led_astray {
                return Err(Misdirected.into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether it is an address of this computer, of its own link, or one under which clouds tell their machines secrets.
fn is_near(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let metadata = [Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(192, 0, 0, 192)];
            ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || ip.is_broadcast()
                || ip.octets()[0] == 0
                || metadata.contains(&ip)
        }
        IpAddr::V6(ip) => {
            let metadata = Ipv6Addr::new(0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254);
            ip.is_loopback() || ip.is_unicast_link_local() || ip.is_unspecified() || ip == metadata
        }
    }
}

#[cfg(test)]
mod tests {
    use casefolio_domain::ProblemKind;
    use casefolio_network::Way;
    use futures_util::FutureExt as _;
    use tokio::net::TcpListener;

    use super::*;
    use crate::client::{Client, Timing};
    use crate::credential::Credential;
    use crate::endpoint::Endpoint;

    #[test]
    fn this_computer_its_link_and_the_addresses_of_metadata_are_near_and_others_are_not() {
        for near in [
            "127.0.0.1",
            "127.8.9.10",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.1.1",
            "255.255.255.255",
            "100.100.100.200",
            "192.0.0.192",
            "::1",
            "::",
            "fe80::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "fd00:ec2::254",
        ] {
            assert!(is_near(near.parse().unwrap()), "{near}");
        }
        // A company may well lead the name to a relay of its own.
        for far in ["8.8.8.8", "10.0.0.1", "192.168.1.1", "100.100.100.199", "2001:db8::1", "fd12:3456::1"] {
            assert!(!is_near(far.parse().unwrap()), "{far}");
        }
    }

    fn to_this_computer(_name: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> {
        Box::pin(async { Ok(vec!["203.0.113.1:0".parse().unwrap(), "127.0.0.1:0".parse().unwrap()]) })
    }

    /// catalogue 102
    #[tokio::test]
    async fn a_dns_answer_that_leads_to_this_computer_is_refused_and_nothing_is_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("https://service.example.gov:{}", listener.local_addr().unwrap().port());
        let endpoint = Endpoint::parse(&format!("{base}/token"), &base).unwrap();
        let credential = Credential { client_id: "id".to_owned(), secret: "secret".to_owned().into() };
        let client =
            Client::looking_up(endpoint, credential, Timing::default(), (&Way::default(), to_this_computer)).unwrap();
        let now = "2026-03-02T15:00:00Z".parse().unwrap();
        assert_eq!(client.test(now).await.unwrap_err().kind, ProblemKind::NoNetwork);
        assert!(listener.accept().now_or_never().is_none(), "nobody came");
    }

    /// A name server that never says anything.
    fn never(_name: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> {
        Box::pin(std::future::pending())
    }

    /// Not known, after a while, as by a name server that gave up.
    fn unknown(_name: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> {
        Box::pin(async { Err(io::Error::other("no such name")) })
    }

    fn client(port: u16, patience: std::time::Duration, lookup: Lookup) -> Client {
        let base = format!("https://service.example.gov:{port}");
        let endpoint = Endpoint::parse(&format!("{base}/token"), &base).unwrap();
        let credential = Credential { client_id: "id".to_owned(), secret: "secret".to_owned().into() };
        let timing = Timing { connect: patience, ..Timing::default() };
        let way = Way { proxy: casefolio_network::Proxy::Direct, root: None };
        Client::looking_up(endpoint, credential, timing, (&way, lookup)).unwrap()
    }

    /// catalogue 97
    #[tokio::test]
    async fn a_name_server_that_says_nothing_or_knows_nothing_holds_nobody_up() {
        let brief = std::time::Duration::from_millis(300);
        let now = "2026-03-02T15:00:00Z".parse().unwrap();
        assert_eq!(client(443, brief, never).test(now).await.unwrap_err().kind, ProblemKind::TimedOut);
        assert_eq!(client(443, brief, unknown).test(now).await.unwrap_err().kind, ProblemKind::NoNetwork);
    }

    /// catalogue 97
    #[tokio::test]
    async fn where_ipv6_leads_nowhere_the_other_address_is_taken() {
        use std::sync::atomic::{AtomicU16, Ordering};
        static PORT: AtomicU16 = AtomicU16::new(0);
        // An address for documentation, where nobody answers, and one that is no neighbour's: it leads here through the lookup of the test.
        fn broken_ipv6(_name: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>> {
            let port = PORT.load(Ordering::SeqCst);
            let nowhere: SocketAddr = "[2001:db8::1]:0".parse().unwrap();
            let own = SocketAddr::new(own_address(), port);
            Box::pin(async move { Ok(vec![nowhere, own]) })
        }
        let Ok(listener) = TcpListener::bind((own_address(), 0)).await else { return };
        PORT.store(listener.local_addr().unwrap().port(), Ordering::SeqCst);
        let client = client(PORT.load(Ordering::SeqCst), std::time::Duration::from_secs(10), broken_ipv6);
        let now = "2026-03-02T15:00:00Z".parse().unwrap();
        let came = async { listener.accept().await.map(drop) };
        let (failed, came) = tokio::join!(client.test(now), came);
        came.unwrap();
        assert!(failed.is_err(), "nobody speaks TLS there");
    }

    /// The address of this computer in its network; the loopback's is refused for the service.
    fn own_address() -> IpAddr {
        let socket = std::net::UdpSocket::bind("0.0.0.0:0").unwrap();
        // Nothing is sent: the system only says by which of its addresses it would be.
        let _ = socket.connect("192.0.2.1:9");
        socket.local_addr().unwrap().ip()
    }
}
