//! Certificates of the lab's sites, as the command line reads them through a proxy.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod support;

use launch_ready::transport::{Native, Network, Proxy, Roots};
use launch_ready_core::answers::Cause;
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::engine::transport::{Started, Transport};
use launch_ready_core::tls::{Certificate, TlsReply, Trust, Version};
use support::Beside;

fn ask(network: &Network, host: &str) -> Answer {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let native = Native::new(network).unwrap();
    match runtime.block_on(native.ask(&Probe::tls(host))) {
        Started::Done(answer) => answer,
        Started::Reading(_) => panic!("a handshake has no body"),
    }
}

fn shown(network: &Network, host: &str) -> (TlsReply, Vec<Certificate>) {
    match ask(network, host) {
        Answer::Tls(reply) => {
            let chain = reply.chain.iter().filter_map(|der| Certificate::parse(&der.0)).collect();
            (reply, chain)
        }
        other => panic!("{host}: {other:?}"),
    }
}

fn in_the_lab(beside: &Beside) -> Network {
    let proxy = Some(Proxy::parse(&beside.lab.proxy_url()).unwrap());
    let roots = Roots::default().with_pem(beside.lab.ca_pem.as_bytes()).unwrap();
    Network { proxy, roots, ..Network::default() }
}

#[test]
fn a_chain_is_shown_with_what_it_says_and_whether_it_is_trusted() {
    let beside = Beside::start();
    let network = in_the_lab(&beside);
    let (reply, chain) = shown(&network, "healthy.lab");
    assert_eq!((reply.version, reply.alpn.as_deref()), (Some(Version::Tls13), Some("h2")));
    assert_eq!((&reply.trust, chain.len()), (&Trust::Trusted, 2));
    assert_eq!(chain[0].names, ["healthy.lab"]);
    assert!(chain[1].issued(&chain[0]) && chain[1].is_authority);
    // The lab's certificates are for ninety days; this one began yesterday.
    assert!((89..=90).contains(&(chain[0].not_after.saturating_sub(reply.read_at) / 86_400)), "{reply:?}");
    let stranger = Network { roots: Roots::default(), ..network };
    assert!(matches!(shown(&stranger, "healthy.lab").0.trust, Trust::Untrusted(_)));
}

#[test]
fn a_certificate_that_is_not_trusted_is_shown_all_the_same_and_says_why() {
    let beside = Beside::start();
    let network = in_the_lab(&beside);
    for (host, word, sent) in [
        ("bad-cert.lab", "expired", 2),
        ("wrong-name.lab", "another name", 2),
        ("not-yet-valid.lab", "not valid yet", 2),
        ("self-signed.lab", "", 1),
        ("incomplete-chain.lab", "intermediate", 1),
    ] {
        let (reply, chain) = shown(&network, host);
        assert!(matches!(&reply.trust, Trust::Untrusted(why) if why.contains(word)), "{host}: {reply:?}");
        assert_eq!(chain.len(), sent, "{host}");
        assert_eq!(chain[0].covers(host), host != "wrong-name.lab", "{host}");
        assert_eq!(chain[0].is_self_issued(), host == "self-signed.lab", "{host}");
    }
    assert_eq!(shown(&network, "old-tls.lab").0.version, Some(Version::Tls12));
}

/// The TLS library comes to no agreement with such a server; the core's own hello does, as far as the certificate.
#[test]
fn a_server_of_tls_1_0_shows_its_version_and_its_certificate() {
    let beside = Beside::start();
    let (reply, chain) = shown(&in_the_lab(&beside), "ancient-tls.lab");
    assert_eq!(
        (reply.version, reply.is_old(), &reply.trust),
        (Some(Version::Tls10), true, &Trust::NotVerified)
    );
    assert_eq!(chain[0].names, ["ancient-tls.lab"]);
}

#[test]
fn no_handshake_is_told_from_no_connection() {
    let beside = Beside::start();
    let network = in_the_lab(&beside);
    assert!(matches!(ask(&network, "handshake.lab"), Answer::Tls(reply) if reply.alert == Some(40)));
    for (host, expected) in [
        ("unreachable.lab", Cause::Unreachable),
        ("127.0.0.1", Cause::PrivateAddress),
        ("localhost", Cause::PrivateAddress),
    ] {
        let answer = ask(&network, host);
        assert!(
            matches!(&answer, Answer::Failed(failure) if failure.cause == expected),
            "{host}: {answer:?}"
        );
    }
}
