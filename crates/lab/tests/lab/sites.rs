//! Sites: which route answers, and what it says.

use std::time::{Duration, Instant};

use hyper::{Method, StatusCode};

use crate::support::*;

#[tokio::test]
async fn a_site_answers_by_its_name_on_both_ports() {
    let lab = site(
        r#"
        [site."site.lab"]
        [[site."site.lab".route]]
        scheme = "http"
        redirect = "https://{host}{path_and_query}"
        [[site."site.lab".route]]
        path = "/hello"
        headers = [["X-First", "1"], ["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"]]
        body = "Hello from {host}, {apex}"
        "#,
    )
    .await;
    let plain = send(&lab, origin_form(get("http://Site.Lab:8080/hello?a=b&c"))).await.unwrap();
    assert_eq!(plain.status, StatusCode::MOVED_PERMANENTLY);
    assert_eq!(plain.header("location"), Some("https://site.lab/hello?a=b&c"));
    assert_eq!(plain.header("server"), None, "only the edge says that it is one");

    let secure = https_get(&lab, "https://site.lab/hello").await.unwrap();
    assert_eq!(secure.text(), "Hello from site.lab, site.lab");
    let cookies: Vec<_> = secure.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
    assert_eq!(https_get(&lab, "https://site.lab/other").await.unwrap().status, StatusCode::NOT_FOUND);

    let tls = Tls { alpn: b"h2", ..Tls::default() };
    let stream = https(&lab, "site.lab", &tls).await.unwrap();
    assert_eq!(http2(stream, get("https://site.lab/hello")).await.unwrap().body, secure.body);
}

#[tokio::test]
async fn the_first_route_that_fits_answers() {
    let lab = site(
        r#"
        [site."site.lab"]
        route = [
            { path = "/assets/*", body = "asset" },
            { method = "OPTIONS", status = 204, headers = [["Access-Control-Allow-Origin", "{origin}"], ["Vary", "Origin"]] },
            { when_cookie = "session", body = "cookie" },
            { when_cookie = "plan=pro", body = "cookie with value" },
            { when_header = "Authorization", body = "header" },
            { when_header = "Accept: text/markdown", body = "header with value" },
            { method = "GET", body = "get" },
        ]
        "#,
    )
    .await;
    let answer = async |request| send(&lab, request).await.unwrap();
    let url = "http://site.lab/";
    assert_eq!(answer(get("http://site.lab/assets/a.js")).await.text(), "asset");
    assert_eq!(answer(with_header(get(url), "cookie", "a=b; session=1")).await.text(), "cookie");
    assert_eq!(answer(with_header(get(url), "cookie", "plan=pro")).await.text(), "cookie with value");
    assert_eq!(answer(with_header(get(url), "cookie", "plan=free")).await.text(), "get");
    assert_eq!(answer(with_header(get(url), "authorization", "x")).await.text(), "header");
    assert_eq!(answer(with_header(get(url), "accept", "text/markdown")).await.text(), "header with value");
    assert_eq!(answer(get(url)).await.text(), "get");
    let head = answer(with_method(get(url), Method::HEAD)).await;
    assert_eq!((head.status, head.header("content-length"), head.text()), (StatusCode::OK, Some("3"), ""));
    assert_eq!(answer(with_method(get(url), Method::DELETE)).await.status, StatusCode::NOT_FOUND);

    let preflight = |origin| with_header(with_method(get(url), Method::OPTIONS), "origin", origin);
    let reflected = answer(preflight("https://evil.example")).await;
    assert_eq!(reflected.header("access-control-allow-origin"), Some("https://evil.example"));
    let without = answer(with_method(get(url), Method::OPTIONS)).await;
    assert_eq!(
        (without.header("access-control-allow-origin"), without.header("vary")),
        (None, Some("Origin"))
    );
}

#[tokio::test]
async fn after_n_requests_another_answer() {
    let lab = site(
        r#"
        [site."site.lab"]
        route = [{ path = "/", status = 429, after = 3 }, { body = "welcome" }]
        [site."www.site.lab"]
        like = "site.lab"
        "#,
    )
    .await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(fetch(&lab, "http://site.lab/").await.unwrap().status.as_u16());
    }
    assert_eq!(seen, [200, 200, 200, 429, 429]);
    assert_eq!(fetch(&lab, "http://site.lab/other").await.unwrap().text(), "welcome");
    let www = send(&lab, origin_form(get("http://www.site.lab/"))).await.unwrap();
    assert_eq!(www.status, StatusCode::OK, "a site that is like another counts for itself");
}

#[tokio::test]
async fn bodies_come_from_files_and_in_any_size() {
    let sites = r#"
        [site."site.lab"]
        route = [
            { path = "/file", body_file = "pages/index.html" },
            { path = "/exactly", body = "0123456789", size = 200_003 },
        ]
    "#;
    let lab = lab(&[
        ("site.lab.zone", &zone("@ A 76.76.21.21")),
        ("sites.toml", sites),
        ("pages/index.html", "<title>{host}</title>"),
    ])
    .await;
    assert_eq!(fetch(&lab, "http://site.lab/file").await.unwrap().text(), "<title>site.lab</title>");
    let exactly = fetch(&lab, "http://site.lab/exactly").await.unwrap();
    assert_eq!((exactly.header("content-length"), exactly.body.len()), (Some("200003"), 200_003));
    assert!(exactly.body.chunks(10).all(|chunk| b"0123456789".starts_with(chunk)));
}

#[tokio::test]
async fn a_wildcard_site_answers_for_one_more_label() {
    let sites = "[site.\"*.site.lab\"]\nroute = [{ body = \"{host}\" }]\n";
    let lab = lab(&[("site.lab.zone", &zone("* A 76.76.21.21")), ("sites.toml", sites)]).await;
    assert_eq!(https_get(&lab, "https://any.site.lab/").await.unwrap().text(), "any.site.lab");
    assert!(https_get(&lab, "https://a.b.site.lab/").await.is_err());
}

#[tokio::test]
async fn latency_and_delays_are_kept() {
    let lab = site(
        r#"
        latency = { dns_ms = 60, web_ms = 120 }
        [site."site.lab"]
        route = [{ path = "/slow", delay_ms = 150 }, { body = "hello" }]
        [site."fast.lab"]
        latency_ms = 0
        route = [{ body = "hello" }]
        "#,
    )
    .await;
    let clock = async |url: &'static str| {
        let start = Instant::now();
        send(&lab, origin_form(get(url))).await.unwrap();
        start.elapsed()
    };
    assert!(clock("http://site.lab/").await >= Duration::from_millis(120));
    assert!(clock("http://site.lab/slow").await >= Duration::from_millis(270));
    assert!(clock("http://fast.lab/").await < Duration::from_millis(120));
    let start = Instant::now();
    ask(&lab, "site.lab.", hickory_proto::rr::RecordType::A).await;
    assert!(start.elapsed() >= Duration::from_millis(60));
}
