//! Every fault is one that a client can see.

use std::{io, time::Duration};

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::RecordType,
};
use tokio::time::timeout;

use crate::support::*;

/// Long enough for an answer on loopback, short enough to wait for none.
const SILENCE: Duration = Duration::from_millis(300);

const GET: &str = "GET http://site.lab/ HTTP/1.1\r\nHost: site.lab\r\nConnection: close\r\n\r\n";

async fn with_fault(route: &str) -> launch_ready_lab::Lab {
    site(&format!("[site.\"site.lab\"]\nroute = [{{ {route} }}]\n")).await
}

#[tokio::test]
async fn reset() {
    let lab = with_fault("fault = \"reset\"").await;
    let error = raw(lab.http, GET).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    assert!(https_get(&lab, "https://site.lab/").await.is_err());
    let stream = connect(&lab, "site.lab:443").await.unwrap();
    let stream = handshake(&lab, "site.lab", stream, &Tls::default()).await.unwrap();
    assert!(http1(stream, origin_form(get("https://site.lab/"))).await.is_err());
}

#[tokio::test]
async fn drip() {
    let lab = with_fault("fault = \"drip\", drip_ms = 20, body = \"slowly\"").await;
    let start = std::time::Instant::now();
    let answer = fetch(&lab, "http://site.lab/").await.unwrap();
    assert_eq!((answer.header("content-length"), answer.text()), (Some("6"), "slowly"));
    assert!(start.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn truncate() {
    let lab = with_fault("fault = \"truncate\", body = \"0123456789\"").await;
    let answer = String::from_utf8(raw(lab.http, GET).await.unwrap()).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("content-length: 10"), "{head}");
    assert_eq!(body, "01234");
    assert!(fetch(&lab, "http://site.lab/").await.is_err());
}

#[tokio::test]
async fn malformed() {
    let lab = with_fault("fault = \"malformed\"").await;
    assert!(fetch(&lab, "http://site.lab/").await.is_err());
    assert!(https_get(&lab, "https://site.lab/").await.is_err());
    let lab = with_fault(r#"fault = "malformed", raw = "HTTP/9.9 yes\r\n\r\n""#).await;
    assert_eq!(raw(lab.http, GET).await.unwrap(), b"HTTP/9.9 yes\r\n\r\n");
}

#[tokio::test]
async fn hang() {
    let lab = with_fault("fault = \"hang\"").await;
    assert!(timeout(SILENCE, fetch(&lab, "http://site.lab/")).await.is_err());
}

#[tokio::test]
async fn oversized() {
    let lab = with_fault("fault = \"oversized\"").await;
    let answer = fetch(&lab, "http://site.lab/").await.unwrap();
    assert_eq!((answer.header("content-length"), answer.body.len()), (None, 20 * 1024 * 1024));
}

async fn with_dns_fault(rule: &str) -> launch_ready_lab::Lab {
    let rules = format!("[dns.\"site.lab\"]\n{rule}\n");
    lab(&[
        ("site.lab.zone", &zone("@ A 76.76.21.21\nalias CNAME @\nbelow A 76.76.21.21")),
        ("sites.toml", &rules),
    ])
    .await
}

#[tokio::test]
async fn dns_error_codes() {
    for (fault, code) in [
        ("servfail", ResponseCode::ServFail),
        ("refused", ResponseCode::Refused),
        ("nxdomain", ResponseCode::NXDomain),
        ("nodata", ResponseCode::NoError),
    ] {
        let lab = with_dns_fault(&format!("fault = \"{fault}\"")).await;
        let answer = ask(&lab, "site.lab.", RecordType::A).await;
        assert_eq!((answer.response_code, answer.answers.len()), (code, 0));
        assert_eq!(ask(&lab, "below.site.lab.", RecordType::A).await.answers.len(), 1, "not below");
    }
}

#[tokio::test]
async fn dns_fault_below_and_behind_an_alias() {
    let lab = with_dns_fault("fault = \"servfail\"\nbelow = true").await;
    assert_eq!(ask(&lab, "below.site.lab.", RecordType::A).await.response_code, ResponseCode::ServFail);
    let lab = with_dns_fault("fault = \"servfail\"").await;
    assert_eq!(ask(&lab, "alias.site.lab.", RecordType::A).await.response_code, ResponseCode::ServFail);
}

#[tokio::test]
async fn dns_fault_of_some_types() {
    let lab = with_dns_fault("types = [\"MX\", \"TXT\"]\nfault = \"servfail\"").await;
    assert_eq!(ask(&lab, "site.lab.", RecordType::TXT).await.response_code, ResponseCode::ServFail);
    assert_eq!(ask(&lab, "site.lab.", RecordType::A).await.answers.len(), 1);
}

#[tokio::test]
async fn dns_fault_of_one_resolver() {
    let lab = with_dns_fault("resolver = \"dns.google\"\nfault = \"nxdomain\"").await;
    let code = async |host| ask_resolver(&lab, host, "site.lab.", RecordType::A).await.response_code;
    assert_eq!(code("dns.google").await, ResponseCode::NXDomain);
    assert_eq!(code("cloudflare-dns.com").await, ResponseCode::NoError);
}

#[tokio::test]
async fn dns_question_lost() {
    let lab = with_dns_fault("fault = \"lost\"").await;
    let asked = question("site.lab.", RecordType::A);
    assert!(timeout(SILENCE, udp(&lab, &asked)).await.is_err());
    assert!(timeout(SILENCE, tcp(&lab, &asked)).await.is_err());
    let url = doh_get("https://dns.google/dns-query", &asked);
    assert!(timeout(SILENCE, fetch(&lab, &url)).await.is_err());
}

#[tokio::test]
async fn dns_truncated() {
    let lab = with_dns_fault("fault = \"truncated\"").await;
    let asked = question("site.lab.", RecordType::A);
    let short = udp(&lab, &asked).await;
    assert!(short.truncation && short.answers.is_empty());
    assert_eq!(tcp(&lab, &asked).await.answers.len(), 1);
    assert!(ask_resolver(&lab, "dns.google", "site.lab.", RecordType::A).await.truncation);
}

#[tokio::test]
async fn dns_malformed() {
    let lab = with_dns_fault("fault = \"malformed\"").await;
    let asked = question("site.lab.", RecordType::A).to_vec().unwrap();
    let answer = udp_bytes(&lab, &asked).await;
    assert_eq!(answer[..2], asked[..2], "it is taken for the answer");
    assert!(Message::from_vec(&answer).is_err());
}

#[tokio::test]
async fn dns_delay() {
    let lab = with_dns_fault("delay_ms = 80").await;
    let start = std::time::Instant::now();
    assert_eq!(ask(&lab, "site.lab.", RecordType::A).await.answers.len(), 1);
    assert!(start.elapsed() >= Duration::from_millis(80));
}
