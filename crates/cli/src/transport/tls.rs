//! Which certificates are trusted, and the TLS configuration made of it.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// The certificates that are trusted: Mozilla's, as in browsers, and those that were added.
#[derive(Debug, Clone)]
pub struct Roots(pub(super) RootCertStore);

impl Default for Roots {
    fn default() -> Self {
        Self(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }
}

impl Roots {
    /// The same with the certificates of a PEM file.
    ///
    /// # Errors
    /// A sentence about what is wrong with the file.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, String> {
        let mut found = false;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|error| format!("is not a PEM file: {error}"))?;
            self.0
                .add(certificate)
                .map_err(|error| format!("holds a certificate that cannot be used: {error}"))?;
            found = true;
        }
        if found { Ok(self) } else { Err("holds no certificate".to_owned()) }
    }
}

/// A client that offers these application protocols.
pub(super) fn client(roots: &Roots, protocols: &[&[u8]]) -> Result<Arc<ClientConfig>, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots.0.clone())
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(Arc::new(config))
}
