//! TLS handshakes that end when the certificate is there: nothing is sent inside.
//!
//! The chain is kept whatever becomes of it, and trust is judged apart from that, by the same verifier and the same roots
//! as for requests. So an expired certificate can be shown, and is never taken for a good one.
//!
//! The TLS library speaks 1.2 and 1.3. Where it comes to no agreement with a server, a hello of the core's own, which is read and never
//! completed, tells whether that speaks older versions alone.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::tls::{
    CLOSE_NOTIFY, Der, MAX_CERTIFICATES, Reader, TlsReply, Trust, Version, client_hello,
};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::connect::{self, Proxy};
use super::failure;
use super::tls::Roots;

/// Handshakes with servers.
pub(super) struct Handshakes {
    proxy: Option<Arc<Proxy>>,
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
}

impl Handshakes {
    pub(super) fn new(proxy: Option<Arc<Proxy>>, roots: &Roots) -> Result<Self, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = Arc::new(roots.0.clone());
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider))
            .build()
            .map_err(|error| Error::General(error.to_string()))?;
        Ok(Self { proxy, provider, verifier })
    }

    /// What the server of `host` shows.
    pub(super) async fn inspect(&self, host: &str, addresses: &[IpAddr]) -> Result<TlsReply, Failure> {
        let stream = self.connect(host, addresses).await?;
        let witness = Arc::new(Witness { verifier: Arc::clone(&self.verifier), seen: Mutex::default() });
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Failure::new(Cause::TlsHandshake).detailed(&error.to_string()))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&witness) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let connected = connect::handshake(stream, host, &Arc::new(config)).await;

        let (chain, trust) =
            std::mem::take(&mut *witness.seen.lock().unwrap_or_else(PoisonError::into_inner));
        let read_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let cut = chain.len() > MAX_CERTIFICATES;
        let chain: Vec<Der> = chain.into_iter().take(MAX_CERTIFICATES).collect();
        let reply = TlsReply { read_at, cut, trust, chain, ..TlsReply::default() };
        match connected {
            Ok(stream) => {
                let (_, session) = stream.get_ref();
                let alpn = session.alpn_protocol();
                Ok(TlsReply {
                    version: session.protocol_version().and_then(|v| Version::from_code(v.into())),
                    cipher: session.negotiated_cipher_suite().map(|suite| suite.suite().into()),
                    alpn: alpn.map(|name| String::from_utf8_lossy(name).into_owned()),
                    ..reply
                })
            }
            // A key that cannot be used, a signature that does not fit: the certificate was shown all the same.
            Err(_) if !reply.chain.is_empty() => Ok(reply),
            Err(error) => match (self.own_hello(host, addresses, read_at).await, failure::alert(&error)) {
                (Some(shown), _) => Ok(shown),
                (None, Some(alert)) => Ok(TlsReply { alert: Some(alert), ..reply }),
                (None, None) => Err(failure::of_handshake(&error)),
            },
        }
    }

    /// What a server shows that speaks nothing the TLS library does: on a connection of its own, with a hello that takes old
    /// versions as well, read up to the certificate and not verified. `None` where it is no such server.
    async fn own_hello(&self, host: &str, addresses: &[IpAddr], read_at: u64) -> Option<TlsReply> {
        let stream = self.connect(host, addresses).await.ok()?;
        own_hello(stream, host, &self.provider, read_at).await
    }

    async fn connect(&self, host: &str, addresses: &[IpAddr]) -> Result<TcpStream, Failure> {
        match &self.proxy {
            None => connect::to(addresses, PORT).await,
            Some(proxy) => proxy.tunnel(host, PORT).await,
        }
    }
}

/// What a server shows to a hello of the core's own, where it agrees to that: versions that the library does not speak, or cipher
/// suites of TLS 1.2 that browsers take and the library does not.
pub(super) async fn own_hello(
    mut stream: TcpStream,
    host: &str,
    provider: &CryptoProvider,
    read_at: u64,
) -> Option<TlsReply> {
    let mut random = [0; 32];
    provider.secure_random.fill(&mut random).ok()?;
    let hello = client_hello(host, &random)?;
    stream.write_all(&hello).await.ok()?;
    let mut reader = Reader::default();
    let mut bytes = [0; 4096];
    loop {
        match stream.read(&mut bytes).await {
            Ok(read) if read > 0 && reader.read(bytes.get(..read)?) => {}
            _ => break,
        }
    }
    let _ = stream.write_all(&CLOSE_NOTIFY).await;
    let reply = reader.answer(None, read_at, 0).ok()?;
    let agreed = reply.version == Some(Version::Tls12) && !reply.chain.is_empty();
    (reply.is_old() || agreed).then_some(reply)
}

/// The port of https.
const PORT: u16 = 443;

/// Notes the chain of one connection and whether it is trusted, and then lets the handshake go on to its end. The server
/// must still prove that it has the key of its certificate.
#[derive(Debug)]
struct Witness {
    verifier: Arc<WebPkiServerVerifier>,
    seen: Mutex<(Vec<Der>, Trust)>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified =
            self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let trust = match verified {
            Ok(_) => Trust::Trusted,
            Err(Error::InvalidCertificate(reason)) => Trust::Untrusted(failure::why_untrusted(&reason)),
            Err(other) => Trust::Untrusted(other.to_string()),
        };
        let chain = [end_entity].into_iter().chain(intermediates);
        let chain = chain.map(|certificate| Der(certificate.to_vec())).collect();
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = (chain, trust);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}
