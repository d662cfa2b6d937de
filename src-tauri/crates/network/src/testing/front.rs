//! TLS before a service that speaks none.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::authority::Identity;

/// How it treats who comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Hands everything on.
    Passing,
    /// Knows TLS 1.1 and nothing newer.
    Old,
    /// Takes the call and never says anything.
    Silent,
}

/// A server that speaks TLS and hands on what it hears. It ends with the test.
#[derive(Debug)]
pub struct Front {
    port: u16,
    /// How often its connections were cut.
    cuts: watch::Sender<u32>,
    manner: watch::Sender<Manner>,
    task: JoinHandle<()>,
}

impl Front {
    /// Starts one on loopback before the service on this port.
    pub async fn before(port: u16, identity: &Identity) -> Self {
        let acceptor = acceptor(identity);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let (cuts, _) = watch::channel(0);
        let (manner, _) = watch::channel(Manner::Passing);
        let (heard, treated) = (cuts.clone(), manner.clone());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, mut cut, manner) = (acceptor.clone(), heard.subscribe(), *treated.borrow());
                cut.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        () = serve(stream, acceptor, port, manner) => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { port: own, cuts, manner, task }
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Treats whoever comes from now on so.
    pub fn be(&self, manner: Manner) {
        self.manner.send_replace(manner);
    }

    /// Breaks all its connections.
    pub fn cut(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor(identity: &Identity) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = CertificateDer::pem_slice_iter(identity.certificate.as_bytes()).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap();
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap()))
}

async fn serve(mut stream: TcpStream, acceptor: TlsAcceptor, port: u16, manner: Manner) {
    match manner {
        Manner::Silent => std::future::pending().await,
        Manner::Old => {
            let mut hello = [0; 1024];
            let _ = stream.read(&mut hello).await;
            let _ = stream.write_all(&old_hello()).await;
            let _ = stream.read(&mut hello).await;
        }
        Manner::Passing => {
            let Ok(mut inside) = acceptor.accept(stream).await else { return };
            let Ok(mut service) = TcpStream::connect(("127.0.0.1", port)).await else { return };
            let _ = copy_bidirectional(&mut inside, &mut service).await;
        }
    }
}

/// What a server says that knows TLS 1.1 at most: a `ServerHello` of version 3.2 (RFC 4346, 7.4.1.3).
fn old_hello() -> Vec<u8> {
    let mut body = vec![3, 2];
    body.extend([7; 32]); // random
    body.extend([0, 0, 0x2f, 0]); // no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression
    let length = |length: usize| u8::try_from(length).unwrap();
    let mut record = vec![22, 3, 2, 0, length(body.len() + 4), 2, 0, 0, length(body.len())];
    record.append(&mut body);
    record
}
