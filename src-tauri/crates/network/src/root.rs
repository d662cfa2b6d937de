//! Whom to believe: the system's roots, and one more that the user chose.

use std::fmt;
use std::sync::Arc;

use data_encoding::BASE64_MIME;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

/// The longest file that is looked at.
const LONGEST: usize = 256 * 1024;

/// A root certificate beside those of the system, from a file that the user chose: for companies with a root of their own.
#[derive(Clone)]
pub struct ExtraRoot(Vec<CertificateDer<'static>>);

/// Why a file was not taken as a root certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RootProblem {
    /// It holds no certificate, in PEM or DER.
    #[error("the file holds no certificate")]
    NotACertificate,
    /// It is longer than any such file.
    #[error("the file is too long for a certificate")]
    TooLong,
}

impl RootProblem {
    /// The stable code used in locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotACertificate => "not_a_certificate",
            Self::TooLong => "too_long",
        }
    }
}

impl ExtraRoot {
    /// Reads a file of one certificate (DER) or several (PEM). Each must be one of an authority, not of a server.
    pub fn parse(file: &[u8]) -> Result<Self, RootProblem> {
        if file.len() > LONGEST {
            return Err(RootProblem::TooLong);
        }
        let several: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(file).collect();
        let mut certificates = several.map_err(|_| RootProblem::NotACertificate)?;
        if certificates.is_empty() {
            certificates.push(CertificateDer::from(file.to_vec()));
        }
        let mut store = RootCertStore::empty();
        for certificate in &certificates {
            store.add(certificate.clone()).map_err(|_| RootProblem::NotACertificate)?;
        }
        Ok(Self(certificates))
    }

    /// The certificates in PEM, to be kept.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let mut pem = String::new();
        for certificate in &self.0 {
            let body = BASE64_MIME.encode(certificate).trim_end().replace('\r', "");
            pem += &["-----BEGIN CERTIFICATE-----", &body, "-----END CERTIFICATE-----", ""].join("\n");
        }
        pem
    }

    /// Each certificate in DER.
    #[must_use]
    pub fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

impl fmt::Debug for ExtraRoot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ExtraRoot").field(&self.0.len()).finish()
    }
}

/// The rules of a connection that speaks TLS itself: 1.2 or newer, the system's own judgement of certificates, the extra root beside it.
pub fn rules(extra: Option<&ExtraRoot>) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let roots = extra.map(|extra| extra.certificates().to_vec()).unwrap_or_default();
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous() // rustls calls every judge but its own so; this one is the system's
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Authority;

    #[test]
    fn what_is_no_certificate_is_refused() {
        for file in [
            b"" as &[u8],
            b"hello",
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            b"-----BEGIN CERTIFICATE-----\n\xFF",
        ] {
            assert_eq!(ExtraRoot::parse(file).unwrap_err(), RootProblem::NotACertificate, "{file:?}");
        }
        assert_eq!(ExtraRoot::parse(&vec![b'-'; LONGEST + 1]).unwrap_err(), RootProblem::TooLong);
    }

    #[test]
    fn what_is_kept_of_a_root_is_the_same_root() {
        let file = format!("{}{}", Authority::invent().pem(), Authority::invent().pem());
        let root = ExtraRoot::parse(file.as_bytes()).unwrap();
        let kept = ExtraRoot::parse(root.to_pem().as_bytes()).unwrap();
        assert_eq!((kept.certificates(), kept.certificates().len()), (root.certificates(), 2));
        assert_eq!(
            ExtraRoot::parse(&root.certificates()[0]).unwrap().certificates(),
            &root.certificates()[..1],
            "DER, too"
        );
    }
}
