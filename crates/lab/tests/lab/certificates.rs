//! Every kind of certificate is what it says.

use rustls::{
    CertificateError,
    version::{TLS12, TLS13},
};

use crate::support::*;

/// What a client that trusts the lab finds wrong with a site's certificate.
async fn verdict(cert: &str) -> Result<(), CertificateError> {
    let lab = site(&format!("[site.\"site.lab\"]\n{cert}\n")).await;
    let Err(error) = https(&lab, "site.lab", &Tls::default()).await else { return Ok(()) };
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(error)) => Err(error.clone()),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn valid() {
    assert_eq!(verdict("cert = \"valid\"").await, Ok(()));
    assert_eq!(verdict("cert_days = 1").await, Ok(()));
}

#[tokio::test]
async fn expired() {
    let found = verdict("cert = \"expired\"").await;
    assert!(matches!(found, Err(CertificateError::ExpiredContext { .. })), "{found:?}");
}

#[tokio::test]
async fn not_yet_valid() {
    let found = verdict("cert = \"not-yet-valid\"").await;
    assert!(matches!(found, Err(CertificateError::NotValidYetContext { .. })), "{found:?}");
}

#[tokio::test]
async fn wrong_name() {
    let found = verdict("cert = \"wrong-name\"").await;
    assert!(matches!(found, Err(CertificateError::NotValidForNameContext { .. })), "{found:?}");
}

#[tokio::test]
async fn self_signed_incomplete_and_of_a_strange_issuer_have_no_way_to_the_root() {
    for cert in ["self-signed", "incomplete", "unknown-issuer"] {
        let lab = site(&format!("[site.\"site.lab\"]\ncert = \"{cert}\"\n")).await;
        let error = https(&lab, "site.lab", &Tls::default()).await.unwrap_err();
        assert!(error.to_string().contains("UnknownIssuer"), "{cert}: {error}");
    }
}

#[tokio::test]
async fn a_chain_has_the_intermediate_but_not_the_root() {
    let lab = site("[site.\"site.lab\"]\n").await;
    let stream = https(&lab, "site.lab", &Tls::default()).await.unwrap();
    assert_eq!(stream.get_ref().1.peer_certificates().unwrap().len(), 2);
}

#[tokio::test]
async fn a_site_speaks_the_versions_that_it_says() {
    let lab = site("[site.\"site.lab\"]\ntls = [\"1.2\"]\n").await;
    let only_12 = Tls { versions: &[&TLS12], ..Tls::default() };
    let only_13 = Tls { versions: &[&TLS13], ..Tls::default() };
    let stream = https(&lab, "site.lab", &only_12).await.unwrap();
    assert_eq!(stream.get_ref().1.protocol_version(), Some(rustls::ProtocolVersion::TLSv1_2));
    assert!(https(&lab, "site.lab", &only_13).await.is_err());
}

#[tokio::test]
async fn a_site_may_be_without_http_2() {
    let lab = site("[site.\"site.lab\"]\nh2 = false\n").await;
    assert!(https(&lab, "site.lab", &Tls { alpn: b"h2", ..Tls::default() }).await.is_err());
    assert!(https(&lab, "site.lab", &Tls::default()).await.is_ok());
}

#[tokio::test]
async fn handshakes_fail_in_every_way() {
    for (fault, words) in [("alert", "HandshakeFailure"), ("garbage", "corrupt"), ("reset", "reset")] {
        let lab = site(&format!("[site.\"site.lab\"]\ntls_fault = \"{fault}\"\n")).await;
        let error = https(&lab, "site.lab", &Tls::default()).await.unwrap_err();
        assert!(error.to_string().contains(words), "{fault}: {error}");
    }
}

#[tokio::test]
async fn nobody_listens_for_a_name_without_https() {
    let lab = site("[site.\"site.lab\"]\nhttps = false\n").await;
    for host in ["site.lab", "other.lab"] {
        let error = https(&lab, host, &Tls::default()).await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{host}: {error}");
    }
}
