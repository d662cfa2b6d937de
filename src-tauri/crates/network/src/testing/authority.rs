//! Certificates that live as long as a test.

use crate::root::ExtraRoot;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};

/// An authority of which nobody has heard.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
    key_pem: String,
}

/// A certificate with its key, both in PEM.
#[derive(Clone)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// Its key.
    pub key: String,
}

impl Authority {
    /// A new one.
    #[must_use]
    pub fn invent() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let (pem, key_pem) = (params.self_signed(&key).unwrap().pem(), key.serialize_pem());
        Self { issuer: Issuer::new(params, key), pem, key_pem }
    }

    /// One that was kept: its certificate and its key in PEM.
    #[must_use]
    pub fn kept(pem: &str, key_pem: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = Issuer::new(params, KeyPair::from_pem(key_pem).unwrap());
        Self { issuer, pem: pem.to_owned(), key_pem: key_pem.to_owned() }
    }

    /// Its key in PEM.
    #[must_use]
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }

    /// Its certificate, as a user would choose it.
    #[must_use]
    pub fn root(&self) -> ExtraRoot {
        ExtraRoot::parse(self.pem.as_bytes()).unwrap()
    }

    /// Its certificate in PEM.
    #[must_use]
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// A certificate for this name.
    #[must_use]
    pub fn identity(&self, name: &str) -> Identity {
        self.valid(name, 2020, 2090)
    }

    /// A certificate for this name, good from the first year to the other.
    #[must_use]
    pub fn valid(&self, name: &str, from: i32, to: i32) -> Identity {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().pem();
        Identity { certificate, key: key.serialize_pem() }
    }

    /// A certificate for this name that vouches for itself.
    #[must_use]
    pub fn self_signed(name: &str) -> Identity {
        let made = rcgen::generate_simple_self_signed(vec![name.to_owned()]).unwrap();
        Identity { certificate: made.cert.pem(), key: made.signing_key.serialize_pem() }
    }
}
