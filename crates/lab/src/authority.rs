//! The lab's certificate authority: a root, an intermediate, and a certificate for every site as its scenario wants it.
//!
//! Keys live as long as the process: nobody should come to trust a lab's root for longer than a test run.

use std::{sync::Arc, time::SystemTime};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    version::{TLS12, TLS13},
};
use time::{Duration, OffsetDateTime};

use crate::{
    error::Error,
    scenario::{CertificateKind, Site, TlsVersion},
};

/// The name in the certificate of a site that has the wrong one.
const WRONG_NAME: &str = "somebody-else.lab";

pub(crate) struct Authority {
    root: Certificate,
    root_issuer: Issuer<'static, KeyPair>,
    intermediate: Certificate,
    issuer: Issuer<'static, KeyPair>,
    /// An authority that nobody is told to trust.
    stranger: Certificate,
    strange_issuer: Issuer<'static, KeyPair>,
    /// One key for all sites: making a key for each would only make the start slower.
    site_key: KeyPair,
    now: OffsetDateTime,
}

impl Authority {
    pub(crate) fn new() -> Result<Self, Error> {
        let now = OffsetDateTime::from(SystemTime::now());
        let root_key = KeyPair::generate()?;
        let root_params = authority_params("Launch Ready lab root", now);
        let root = root_params.self_signed(&root_key)?;
        let root_issuer = Issuer::new(root_params, root_key);
        let key = KeyPair::generate()?;
        let params = authority_params("Launch Ready lab intermediate", now);
        let intermediate = params.signed_by(&key, &root_issuer)?;
        let strange_key = KeyPair::generate()?;
        let strange_params = authority_params("Some office's own authority", now);
        let stranger = strange_params.self_signed(&strange_key)?;
        Ok(Self {
            root,
            root_issuer,
            intermediate,
            issuer: Issuer::new(params, key),
            stranger,
            strange_issuer: Issuer::new(strange_params, strange_key),
            site_key: KeyPair::generate()?,
            now,
        })
    }

    /// The root's certificate, for whoever should trust the lab.
    pub(crate) fn pem(&self) -> String {
        self.root.pem()
    }

    /// What the lab's own servers (DoH, the index page) speak.
    pub(crate) fn own(&self, names: &[&str]) -> Result<Arc<ServerConfig>, Error> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let chain = self.chain(names, CertificateKind::Valid, 90, None)?;
        self.config(chain, &[&TLS13, &TLS12], true)
    }

    /// What a site speaks: its certificate, its protocol versions.
    pub(crate) fn site(&self, host: &str, site: &Site) -> Result<Arc<ServerConfig>, Error> {
        let chain = self.site_chain(host, site)?;
        let versions: Vec<_> = site
            .tls
            .iter()
            .map(|version| match version {
                TlsVersion::V12 => &TLS12,
                TlsVersion::V13 => &TLS13,
            })
            .collect();
        self.config(chain, &versions, site.h2)
    }

    fn site_chain(&self, host: &str, site: &Site) -> Result<Vec<CertificateDer<'static>>, Error> {
        let names = [&[host.to_owned()][..], &site.certificate_names].concat();
        self.chain(names, site.certificate, site.certificate_days, site.certificate_issuer.as_deref())
    }

    /// What a server says that speaks TLS 1.0 and nothing newer, up to its certificate, which comes in clear (RFC 2246 section
    /// 7.4): the TLS library here knows no such version.
    pub(crate) fn old_flight(&self, host: &str, site: &Site) -> Result<Vec<u8>, Error> {
        let sized = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes()[1..], bytes].concat();
        let message = |kind: u8, content: &[u8]| [&[kind][..], &sized(content)].concat();
        // Version, random, no session, TLS_RSA_WITH_AES_128_CBC_SHA, no compression.
        let hello = [&[3, 1][..], &[7; 32], &[0, 0, 0x2f, 0]].concat();
        let chain: Vec<u8> =
            self.site_chain(host, site)?.iter().flat_map(|certificate| sized(certificate)).collect();
        let messages = [message(2, &hello), message(11, &sized(&chain)), message(14, &[])].concat();
        let length = (messages.len() as u16).to_be_bytes();
        Ok([&[22, 3, 1][..], &length, &messages].concat())
    }

    fn chain(
        &self,
        names: Vec<String>,
        kind: CertificateKind,
        days: i64,
        organisation: Option<&str>,
    ) -> Result<Vec<CertificateDer<'static>>, Error> {
        let names = if kind == CertificateKind::WrongName { vec![WRONG_NAME.to_owned()] } else { names };
        let mut params = CertificateParams::new(names.clone())?;
        if let Some(name) = names.first() {
            params.distinguished_name.push(DnType::CommonName, name.as_str());
        }
        params.use_authority_key_identifier_extension = kind != CertificateKind::SelfSigned;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        (params.not_before, params.not_after) = match kind {
            CertificateKind::Expired => (self.now - Duration::days(97), self.now - Duration::days(7)),
            CertificateKind::NotYetValid => (self.now + Duration::days(7), self.now + Duration::days(97)),
            // One of ninety days, as most are, of which so many are left; it began yesterday at the latest.
            _ => {
                let end = self.now + Duration::days(days);
                ((end - Duration::days(90)).min(self.now - Duration::days(1)), end)
            }
        };
        if kind == CertificateKind::SelfSigned {
            return Ok(vec![params.self_signed(&self.site_key)?.der().clone()]);
        }
        if kind == CertificateKind::UnknownIssuer {
            let leaf = params.signed_by(&self.site_key, &self.strange_issuer)?;
            return Ok(vec![leaf.der().clone(), self.stranger.der().clone()]);
        }
        if let Some(organisation) = organisation {
            let mut issuer = authority_params("An authority of the lab's", self.now);
            issuer.distinguished_name.push(DnType::OrganizationName, organisation);
            let intermediate = issuer.signed_by(&self.site_key, &self.root_issuer)?;
            let leaf = params.signed_by(&self.site_key, &Issuer::new(issuer, &self.site_key))?;
            return Ok(vec![leaf.der().clone(), intermediate.der().clone()]);
        }
        let leaf = params.signed_by(&self.site_key, &self.issuer)?.der().clone();
        if kind == CertificateKind::Incomplete {
            return Ok(vec![leaf]);
        }
        Ok(vec![leaf, self.intermediate.der().clone()])
    }

    fn config(
        &self,
        chain: Vec<CertificateDer<'static>>,
        versions: &[&'static rustls::SupportedProtocolVersion],
        h2: bool,
    ) -> Result<Arc<ServerConfig>, Error> {
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.site_key.serialize_der()));
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(versions)?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        config.alpn_protocols =
            if h2 { vec![b"h2".to_vec(), b"http/1.1".to_vec()] } else { vec![b"http/1.1".to_vec()] };
        Ok(Arc::new(config))
    }
}

/// The cryptography of all TLS in the lab, named rather than installed for the whole process: a program that has the
/// lab inside may have chosen another.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

fn authority_params(name: &str, now: OffsetDateTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    // Older than any site's certificate: the chain should fail for the site's dates only.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = now + Duration::days(3650);
    params
}
