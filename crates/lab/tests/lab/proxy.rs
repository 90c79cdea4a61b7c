//! The forward proxy: it answers as Cloudflare's edge would.

use hickory_proto::{
    op::{Message, ResponseCode},
    rr::RecordType,
};
use hyper::{Method, StatusCode};
use launch_ready_lab::{Lab, Options};
use tokio::io::AsyncWriteExt;

use crate::support::*;

async fn sites() -> Lab {
    let records = "@ A 76.76.21.21\nwww CNAME @\ninside A 10.0.0.1\nbad A 76.76.21.21\nbroken A 76.76.21.21\n\
                   plain A 76.76.21.21\nproxied A 104.16.132.229\nempty A 76.76.21.21\nnoaddress TXT \"x\"\ngone CNAME nothing.else.lab.\nfails A 76.76.21.21";
    let text = r#"
        [site."site.lab"]
        route = [
            { scheme = "http", body = "plain {path_and_query}" },
            { scheme = "https", headers = [["Server", "nginx"]], body = "secure {path_and_query}" },
        ]
        [site."inside.site.lab"]
        [site."noaddress.site.lab"]
        [site."fails.site.lab"]
        [site."bad.site.lab"]
        cert = "expired"
        [site."broken.site.lab"]
        tls_fault = "alert"
        [site."plain.site.lab"]
        https = false
        [site."proxied.site.lab"]
        connect = false
        route = [{ body = "through the edge" }]
        [dns."fails.site.lab"]
        fault = "servfail"
    "#;
    lab(&[("site.lab.zone", &zone(records)), ("sites.toml", text)]).await
}

#[tokio::test]
async fn absolute_form_requests_are_fetched_for_http_and_https() {
    let lab = sites().await;
    let plain = fetch(&lab, "http://site.lab/a?b").await.unwrap();
    assert_eq!(plain.text(), "plain /a?b");
    let secure = fetch(&lab, "https://site.lab:443/a?b").await.unwrap();
    assert_eq!(secure.text(), "secure /a?b");
    assert_eq!(secure.header("server"), Some("cloudflare"), "the edge's, never the origin's");
    assert!(secure.header("cf-ray").is_some());
}

#[tokio::test]
async fn a_forwarded_scheme_counts_as_much_as_an_absolute_form() {
    let lab = sites().await;
    let ask =
        async |request, scheme| send(&lab, with_header(request, "x-forwarded-proto", scheme)).await.unwrap();
    assert_eq!(ask(origin_form(get("http://site.lab/a")), "https").await.text(), "secure /a");
    assert_eq!(ask(get("http://site.lab/a"), "https").await.text(), "secure /a");
    assert_eq!(ask(origin_form(get("http://site.lab/a")), "http").await.text(), "plain /a");
    assert_eq!(ask(origin_form(get("http://bad.site.lab/")), "https").await.status.as_u16(), 526);
    assert_eq!(ask(origin_form(get("http://127.0.0.1/")), "https").await.text(), "error code: 1003");
}

#[tokio::test]
async fn failures_are_answers_with_the_edges_numbers() {
    let lab = sites().await;
    for (url, status, code) in [
        ("https://bad.site.lab/", 526, "526"),
        ("https://broken.site.lab/", 525, "525"),
        ("https://plain.site.lab/", 522, "522"),
        ("http://empty.site.lab/", 522, "522"),
        ("https://www.site.lab/", 522, "522"),
        ("http://site.lab:8080/", 522, "522"),
        ("https://site.lab:80/", 522, "522"),
        ("https://missing.site.lab/", 530, "1016"),
        ("https://else.lab/", 530, "1016"),
        ("https://gone.site.lab/", 530, "1016"),
        ("https://noaddress.site.lab/", 530, "1016"),
        ("https://fails.site.lab/", 530, "1016"),
        ("https://76.76.21.21/", 403, "1003"),
        ("http://[2606:4700::1]/", 403, "1003"),
        ("http://127.0.0.1/", 403, "1003"),
        ("https://inside.site.lab/", 403, "1002"),
    ] {
        let answer = fetch(&lab, url).await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), answer.text()),
            (status, format!("error code: {code}").as_str()),
            "{url}"
        );
    }
    // A certificate is no matter for plain HTTP.
    assert_eq!(fetch(&lab, "http://bad.site.lab/").await.unwrap().status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_tunnel_leads_to_the_sites_own_tls() {
    let lab = sites().await;
    let stream = connect(&lab, "site.lab:443").await.unwrap();
    let stream = handshake(&lab, "site.lab", stream, &Tls::default()).await.unwrap();
    let answer = http1(stream, origin_form(get("https://site.lab/a"))).await.unwrap();
    assert_eq!((answer.text(), answer.header("server")), ("secure /a", Some("nginx")));

    let stream = connect(&lab, "site.lab:80").await.unwrap();
    assert_eq!(http1(stream, origin_form(get("http://site.lab/a"))).await.unwrap().text(), "plain /a");

    let stream = connect(&lab, "bad.site.lab:443").await.unwrap();
    let error = handshake(&lab, "bad.site.lab", stream, &Tls::default()).await.unwrap_err();
    assert!(error.to_string().contains("expired"), "{error}");

    let stream = connect(&lab, "dns.google:443").await.unwrap();
    let tls = Tls { alpn: b"h2", ..Tls::default() };
    let stream = handshake(&lab, "dns.google", stream, &tls).await.unwrap();
    let url = doh_get("https://dns.google/dns-query", &question("site.lab.", RecordType::A));
    assert_eq!(http2(stream, get(&url)).await.unwrap().status, StatusCode::OK);
}

#[tokio::test]
async fn a_tunnel_to_nowhere_is_not_opened() {
    let lab = sites().await;
    for target in ["missing.site.lab:443", "plain.site.lab:443", "site.lab:25", "else.lab:80"] {
        let head = connect(&lab, target).await.unwrap_err();
        assert!(head.starts_with("HTTP/1.1 502"), "{target}: {head}");
    }
    // A proxy of the edge's own network answers requests and takes no connections.
    assert_eq!(fetch(&lab, "https://proxied.site.lab/").await.unwrap().text(), "through the edge");
    let head = connect(&lab, "proxied.site.lab:443").await.unwrap_err();
    assert!(head.starts_with("HTTP/1.1 502"), "{head}");
    for target in ["127.0.0.1:80", "inside.site.lab:80"] {
        let head = connect(&lab, target).await.unwrap_err();
        assert!(head.starts_with("HTTP/1.1 403"), "{target}: {head}");
    }
}

#[tokio::test]
async fn a_tunnel_ends_with_the_lab() {
    let lab = sites().await;
    let mut stream = connect(&lab, "site.lab:80").await.unwrap();
    drop(lab);
    stream.write_all(b"GET / HTTP/1.1\r\nhost: site.lab\r\n\r\n").await.ok();
    let mut answer = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut answer).await.ok();
    assert!(answer.is_empty());
}

/// Names below `.invalid` exist nowhere, so this holds with a network and without one.
#[tokio::test]
async fn passing_on_makes_nothing_up() {
    let folder = folder(&[("site.lab.zone", &zone("@ A 76.76.21.21"))]);
    let options = Options { forward: true, ..Options::new(vec![folder.path().to_owned()]) };
    let lab = Lab::start(options).await.unwrap();
    let answer = fetch(&lab, "https://launch-ready.invalid/").await.unwrap();
    assert_eq!((answer.status.as_u16(), answer.text()), (530, "error code: 1016"));
    let inside = fetch(&lab, "http://localhost/").await.unwrap();
    assert_eq!((inside.status.as_u16(), inside.text()), (403, "error code: 1002"));
    let head = connect(&lab, "launch-ready.invalid:443").await.unwrap_err();
    assert!(head.starts_with("HTTP/1.1 502"), "{head}");
    let name = question("launch-ready.invalid.", RecordType::A);
    let asked = fetch(&lab, &doh_get("https://cloudflare-dns.com/dns-query", &name)).await.unwrap();
    if asked.status == StatusCode::OK {
        // There is a network: the real resolver's own word.
        assert_eq!(Message::from_vec(&asked.body).unwrap().response_code, ResponseCode::NXDomain);
    } else {
        // There is none: the resolver was not reached, which says nothing about the name.
        assert!([520, 522, 525, 526, 530].contains(&asked.status.as_u16()), "{}", asked.status);
        assert!(asked.text().starts_with("error code: "), "{}", asked.text());
    }
    let ours = ask(&lab, "missing.site.lab.", RecordType::A).await;
    assert_eq!(ours.response_code, ResponseCode::NXDomain, "names of a scenario stay in the lab");
}

#[tokio::test]
async fn the_lab_itself_has_a_page() {
    let lab = sites().await;
    let page = send(&lab, with_header(get("/"), "host", "localhost:1234")).await.unwrap();
    assert!(page.text().contains("bad.site.lab"));
}

#[tokio::test]
async fn the_lab_counts_what_waits_at_once() {
    let records = "@ A 76.76.21.21";
    let sites = "[site.\"site.lab\"]\nlatency_ms = 200\n[[site.\"site.lab\".route]]\nbody = \"slowly\"\n";
    let lab = lab(&[("site.lab.zone", &zone(records)), ("sites.toml", sites)]).await;
    let counts = async |method| {
        let request = with_method(origin_form(get(&format!("http://{}/counts", lab.http))), method);
        send(&lab, request).await.unwrap()
    };
    let read = async || serde_json::from_slice::<serde_json::Value>(&counts(Method::GET).await.body).unwrap();
    assert_eq!(read().await, serde_json::json!({ "requests": 0, "waiting": 0, "peak": 0 }));

    let (one, two) = tokio::join!(fetch(&lab, "http://site.lab/"), fetch(&lab, "https://site.lab/"));
    assert_eq!((one.unwrap().text(), two.unwrap().text()), ("slowly", "slowly"));
    ask_resolver(&lab, "dns.google", "site.lab.", RecordType::A).await;
    assert_eq!(read().await, serde_json::json!({ "requests": 3, "waiting": 0, "peak": 2 }));

    // A handshake that its client gives up is a request by itself; one that a request follows is none.
    let stream = connect(&lab, "site.lab:443").await.unwrap();
    handshake(&lab, "another.lab", stream, &Tls::default()).await.unwrap_err();
    while read().await["waiting"] != 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(read().await["requests"], 4);

    counts(Method::DELETE).await;
    assert_eq!(read().await, serde_json::json!({ "requests": 0, "waiting": 0, "peak": 0 }));
}
