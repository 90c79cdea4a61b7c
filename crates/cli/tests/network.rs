//! The native host against servers that do what servers do.

#![allow(clippy::panic, clippy::unwrap_used, reason = "tests may fail loudly")]

mod support;

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use launch_ready::transport::{Native, Network, Proxy, Roots};
use launch_ready_core::answers::Cause;
use launch_ready_core::dns::RecordType;
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::engine::transport::{Started, Transport};
use launch_ready_core::http::{Cut, HttpReply};
use launch_ready_core::http::{HttpRequest, Method};
use support::{Beside, Scripted};

/// Asks a host on this network one thing after the other.
fn ask_all(network: &Network, probes: &[Probe]) -> Vec<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let host = Native::new(network).unwrap();
    runtime.block_on(async {
        let mut answers = Vec::new();
        for probe in probes {
            answers.push(match host.ask(probe).await {
                Started::Done(answer) => answer,
                Started::Reading(body) => body.await,
            });
        }
        answers
    })
}

fn ask(network: &Network, probe: Probe) -> Answer {
    ask_all(network, &[probe]).remove(0)
}

fn through(server: &Scripted) -> Network {
    Network { proxy: Some(Proxy::parse(&server.url()).unwrap()), ..Network::default() }
}

/// What a site gets and gives over plain http; the server plays the proxy, so that no name has to be resolved.
fn fetch(server: &Scripted, request: HttpRequest) -> HttpReply {
    match ask(&through(server), Probe::Http(request)) {
        Answer::Http(reply) => reply,
        other => panic!("no reply: {other:?}"),
    }
}

fn cause(answer: &Answer) -> Cause {
    match answer {
        Answer::Failed(failure) => failure.cause,
        other => panic!("no failure: {other:?}"),
    }
}

fn home() -> HttpRequest {
    HttpRequest::get("http://acme.lab/")
}

#[test]
fn header_fields_keep_their_order_and_their_duplicates() {
    let server = Scripted::saying(
        "HTTP/1.1 200 Fine\r\nX-B: 1\r\nSet-Cookie: a=1\r\nX-A: 2\r\nset-cookie: b=2\r\nX-Name: caf\u{e9}\r\nContent-Length: 0\r\n\r\n",
    );
    let reply = fetch(&server, home());
    let expected = [
        ("X-B", "1"),
        ("Set-Cookie", "a=1"),
        ("X-A", "2"),
        ("set-cookie", "b=2"),
        ("X-Name", "café"),
        ("Content-Length", "0"),
    ];
    assert_eq!(reply.headers.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let server = Scripted::saying(
        "HTTP/1.1 301 Moved\r\nLocation: http://elsewhere.lab/\r\nContent-Length: 0\r\n\r\n",
    );
    let reply = fetch(&server, home());
    assert_eq!((reply.status, reply.headers.first("location")), (301, Some("http://elsewhere.lab/")));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_server_is_told_who_asks_and_what_is_understood() {
    let server = Scripted::saying("HTTP/1.1 204 Nothing\r\n\r\n");
    let headers =
        vec![("Origin".to_owned(), "https://a.lab".to_owned()), ("accept".to_owned(), "*/*".to_owned())];
    fetch(
        &server,
        HttpRequest { method: Method::Options, headers, ..HttpRequest::get("http://acme.lab/a?b=c") },
    );
    let asked = server.asked().remove(0).to_lowercase();
    assert!(asked.starts_with("options http://acme.lab/a?b=c http/1.1\r\n"), "{asked}");
    for line in [
        "host: acme.lab",
        "user-agent: launchready/0.1 (command line)",
        "accept-encoding: gzip, deflate, br, zstd",
        "origin: https://a.lab",
        "accept: */*",
    ] {
        assert!(asked.contains(&format!("\r\n{line}\r\n")), "{line}\n{asked}");
    }
    assert_eq!(asked.matches("\r\naccept:").count(), 1, "what a probe says takes the place of the usual");
}

#[test]
fn a_body_is_read_up_to_the_limit_of_its_request() {
    let server = Scripted::doing(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b'a'; 1000]).is_ok() {}
    });
    let reply = fetch(&server, HttpRequest { body_limit: 5000, ..home() });
    assert_eq!((reply.body.bytes.len(), reply.body.cut), (5000, Some(Cut::Limit)));
    let nothing = fetch(&server, HttpRequest { body_limit: 0, ..home() });
    assert_eq!((nothing.body.bytes.len(), nothing.body.cut), (0, Some(Cut::Limit)));
}

#[test]
fn a_body_that_breaks_off_says_so_and_keeps_what_came() {
    let server = Scripted::saying("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<h1>Laun");
    let reply = fetch(&server, home());
    assert_eq!((reply.body.text().as_ref(), reply.body.cut), ("<h1>Laun", Some(Cut::Broken)));
}

#[test]
fn a_body_that_drips_for_ever_is_cut_by_time_and_its_headers_were_there_at_once() {
    let server = Scripted::doing(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(b".").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let started = Instant::now();
    let reply = fetch(&server, home());
    assert_eq!(reply.body.cut, Some(Cut::Time));
    assert!(!reply.body.bytes.is_empty());
    assert!(
        reply.headers_ms < 2000 && reply.body_ms >= 4900,
        "{} and {} ms",
        reply.headers_ms,
        reply.body_ms
    );
    assert!(started.elapsed() < Duration::from_secs(9));
}

#[test]
fn what_is_no_answer_is_told_apart() {
    let nothing = Scripted::saying("");
    assert_eq!(cause(&ask(&through(&nothing), Probe::get("http://acme.lab/"))), Cause::Malformed);
    let garbage = Scripted::saying("220 mail.acme.lab ESMTP\r\n\r\n");
    assert_eq!(cause(&ask(&through(&garbage), Probe::get("http://acme.lab/"))), Cause::Malformed);
    let long = Scripted::doing(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
        for n in 0..100_000 {
            if write!(stream, "X-{n}: {n}\r\n").is_err() {
                return;
            }
        }
    });
    assert_eq!(cause(&ask(&through(&long), Probe::get("http://acme.lab/"))), Cause::Malformed);
    let closed = Network { proxy: Some(Proxy::parse("http://127.0.0.1:1").unwrap()), ..Network::default() };
    assert_eq!(cause(&ask(&closed, Probe::get("http://acme.lab/"))), Cause::Unreachable);
}

#[test]
fn a_proxy_that_digs_no_tunnel_is_not_mistaken_for_the_site() {
    let refusing = Scripted::saying("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n");
    let answer = ask(&through(&refusing), Probe::get("https://acme.lab/"));
    assert_eq!(cause(&answer), Cause::Unreachable);
    assert!(refusing.asked()[0].starts_with("CONNECT acme.lab:443 HTTP/1.1\r\n"));
}

#[test]
fn tls_faults_are_told_apart_and_an_authority_can_be_added() {
    let beside = Beside::start();
    let proxy = Some(Proxy::parse(&beside.lab.proxy_url()).unwrap());
    let roots = Roots::default().with_pem(beside.lab.ca_pem.as_bytes()).unwrap();
    let knowing = Network { proxy, roots, ..Network::default() };
    let fetched = |network: &Network, host: &str| ask(network, Probe::get(&format!("https://{host}/")));
    assert!(matches!(fetched(&knowing, "healthy.lab"), Answer::Http(reply) if reply.status == 200));
    assert!(matches!(fetched(&knowing, "old-tls.lab"), Answer::Http(reply) if reply.status == 200));
    for (host, expected, word) in [
        ("bad-cert.lab", Cause::TlsUntrusted, "expired"),
        ("wrong-name.lab", Cause::TlsUntrusted, "another name"),
        ("not-yet-valid.lab", Cause::TlsUntrusted, "not valid yet"),
        ("self-signed.lab", Cause::TlsUntrusted, ""),
        ("incomplete-chain.lab", Cause::TlsUntrusted, "intermediate"),
        ("handshake.lab", Cause::TlsHandshake, ""),
        ("unreachable.lab", Cause::Unreachable, ""),
    ] {
        let answer = fetched(&knowing, host);
        assert_eq!(cause(&answer), expected, "{host}: {answer:?}");
        assert!(matches!(&answer, Answer::Failed(failure) if failure.detail.contains(word)), "{answer:?}");
    }
    let stranger = Network { roots: Roots::default(), ..knowing };
    assert_eq!(cause(&fetched(&stranger, "healthy.lab")), Cause::TlsUntrusted);
}

#[test]
fn nothing_is_sent_to_a_private_address_whatever_leads_there() {
    let beside = Beside::start();
    let doh = Some(beside.lab.doh_url().parse().unwrap());
    let straight = Network { doh, ..Network::default() };
    for (url, expected) in [
        ("http://private-address.lab/", Cause::PrivateAddress),
        ("https://private-address.lab/", Cause::PrivateAddress),
        ("http://127.0.0.1/", Cause::PrivateAddress),
        ("http://[::ffff:10.0.0.1]/", Cause::PrivateAddress),
        ("http://localhost/", Cause::PrivateAddress),
        ("http://no-such-name.lab/", Cause::NoSuchHost),
        ("http://servfail.lab/", Cause::NoSuchHost),
    ] {
        assert_eq!(cause(&ask(&straight, Probe::get(url))), expected, "{url}");
    }
}

#[test]
fn a_question_to_a_resolver_is_asked_once() {
    let resolver = Scripted::saying("HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n");
    let doh = Some(format!("{}/dns-query", resolver.url()).parse().unwrap());
    let network = Network { doh, ..Network::default() };
    let question = Probe::dns("acme.lab", RecordType::A);
    let answers = ask_all(&network, &[question.clone(), question]);
    assert_eq!(answers.iter().map(cause).collect::<Vec<_>>(), [Cause::Unreachable; 2]);
    assert_eq!(resolver.asked().len(), 1);
    assert!(resolver.asked()[0].starts_with("POST /dns-query HTTP/1.1\r\n"));
}

#[test]
fn resolvers_are_asked_by_name_through_the_proxy() {
    let beside = Beside::start();
    let proxy = Some(Proxy::parse(&beside.lab.proxy_url()).unwrap());
    let roots = Roots::default().with_pem(beside.lab.ca_pem.as_bytes()).unwrap();
    let network = Network { proxy, roots, ..Network::default() };
    let answer = ask(&network, Probe::dns("healthy.lab", RecordType::A));
    assert!(matches!(&answer, Answer::Dns(reply) if reply.answers.len() == 1), "{answer:?}");
}
