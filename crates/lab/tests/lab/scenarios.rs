//! Scenario folders: mistakes are named with their place, and the shipped ones say what they promise.

use std::time::{Duration, Instant};

use hickory_proto::{op::ResponseCode, rr::RecordType};
use launch_ready_lab::{Lab, Options, shipped_scenarios};

use crate::support::*;

/// What the lab says of a `sites.toml`, without the folder in front.
async fn mistake(sites: &str) -> String {
    let error =
        try_lab(&[("site.lab.zone", &zone("@ A 76.76.21.21")), ("sites.toml", sites)]).await.unwrap_err();
    let text = error.to_string();
    text[text.find("sites.toml").expect(&text)..].to_owned()
}

#[tokio::test]
async fn unknown_keys_are_named_with_file_and_line() {
    for (sites, place, key) in [
        ("\n\ntypo = 1\n", "sites.toml:3: ", "typo"),
        ("[latency]\ndns = 1\n", "sites.toml:2: ", "dns"),
        ("[site.\"site.lab\"]\ncert = \"valid\"\ncertificate = 1\n", "sites.toml:3: ", "certificate"),
        (
            "[site.\"site.lab\"]\n\n[[site.\"site.lab\".route]]\npath = \"/\"\nstatsu = 200\n",
            "sites.toml:5: ",
            "statsu",
        ),
        ("[dns.\"site.lab\"]\nfualt = \"servfail\"\n", "sites.toml:2: ", "fualt"),
        ("[[dns.\"site.lab\"]]\nad = true\n[[dns.\"site.lab\"]]\nads = true\n", "sites.toml:4: ", "ads"),
    ] {
        let text = mistake(sites).await;
        assert!(text.starts_with(place) && text.contains(&format!("`{key}`")), "{text}");
    }
}

#[tokio::test]
async fn values_that_make_no_sense_are_mistakes_too() {
    let route = |inner: &str| format!("[site.\"site.lab\"]\n[[site.\"site.lab\".route]]\n{inner}\n");
    for (sites, place) in [
        ("[site.\"site.lab\"]\ncert = \"perfect\"\n".to_owned(), "sites.toml:2: "),
        ("[site.\"site.lab\"]\nlike = \"other.lab\"\n".to_owned(), "sites.toml:2: "),
        ("[site.\"Site.lab.\"]\n".to_owned(), "sites.toml:1: "),
        ("[dns.\"site.lab\"]\ntypes = [\"NOTYPE\"]\n".to_owned(), "sites.toml:2: "),
        ("[latency]\nweb_ms = 9999999\n".to_owned(), "sites.toml:2: "),
        ("with = [\"../nowhere\"]\n".to_owned(), "sites.toml:1: "),
        (route("status = 99"), "sites.toml:2: "),
        (route("path = \"x\""), "sites.toml:2: "),
        (route("headers = [[\"Content-Length\", \"5\"]]"), "sites.toml:2: "),
        (route("headers = [[\"a b\", \"5\"]]"), "sites.toml:2: "),
        (route("body = \"a\"\nbody_file = \"b\""), "sites.toml:2: "),
        (route("body_file = \"missing.html\""), "sites.toml:2: "),
        (route("raw = \"x\""), "sites.toml:2: "),
        (route("size = 99999999999"), "sites.toml:2: "),
    ] {
        let text = mistake(&sites).await;
        assert!(text.starts_with(place), "{sites} gives {text}");
    }
}

#[tokio::test]
async fn mistakes_in_zones_are_named_with_file_and_line() {
    for (records, place) in [
        ("@ A 76.76.21", "bad.lab.zone:5: "),
        ("\n; nothing\n@ A 76.76.21\n\nwww A 76.76.21.21", "bad.lab.zone:7: "),
        ("@ MX 10", "bad.lab.zone:5: "),
        ("www A 76.76.21.21\n\\999 A 76.76.21.21", "bad.lab.zone:6: "),
        ("@ SPOTTED x", "bad.lab.zone:5: "),
        ("other.example. A 76.76.21.21", "bad.lab.zone: other.example is not in the zone"),
        ("www CNAME @\nwww A 76.76.21.21", "bad.lab.zone: www.bad.lab has a CNAME and other records"),
        ("$INCLUDE bad.lab.zone", "bad.lab.zone: $INCLUDE goes deeper"),
    ] {
        let text = try_lab(&[("bad.lab.zone", &zone(records))]).await.unwrap_err().to_string();
        assert!(text.contains(place), "{text}");
    }
    let text = try_lab(&[("bad.lab.zone", "@ 300 IN A 76.76.21.21\n")]).await.unwrap_err().to_string();
    assert!(text.contains("no SOA record for bad.lab"), "{text}");
}

#[tokio::test]
async fn folders_are_served_together_unless_they_say_the_same_twice() {
    let one = folder(&[("one.lab.zone", &zone("")), ("sites.toml", "[site.\"one.lab\"]\n")]);
    let two = folder(&[("two.lab.zone", &zone(""))]);
    let both = vec![one.path().to_owned(), two.path().to_owned(), one.path().to_owned()];
    let lab = Lab::start(Options::new(both)).await.unwrap();
    assert_eq!(lab.scenarios.len(), 2, "a folder that is named twice is read once");
    for name in ["ns1.one.lab.", "ns1.two.lab."] {
        assert_eq!(ask(&lab, name, RecordType::A).await.answers.len(), 1);
    }
    for files in [[("one.lab.zone", zone(""))], [("sites.toml", "[site.\"one.lab\"]\n".to_owned())]] {
        let files: Vec<_> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let again = folder(&files);
        let twice = vec![one.path().to_owned(), again.path().to_owned()];
        let error = Lab::start(Options::new(twice)).await.unwrap_err().to_string();
        assert!(
            error.contains("one.lab is already in") && error.contains(one.path().to_str().unwrap()),
            "{error}"
        );
    }
    let nothing = tempfile::tempdir().unwrap();
    assert!(Lab::start(Options::new(vec![nothing.path().to_owned()])).await.is_err());
}

/// The example in the README has every key, and is one that the lab takes.
#[tokio::test]
async fn the_documented_example_is_served() {
    let readme = include_str!("../../README.md");
    let block = |language: &str| {
        let (_, after) = readme.split_once(&format!("```{language}\n")).unwrap();
        after.split_once("```").unwrap().0
    };
    let commons = shipped_scenarios().join("commons");
    let sites = block("toml").replace("../commons", commons.to_str().unwrap());
    let lab = lab(&[
        ("acme.lab.zone", block("zone")),
        ("more.inc", "more A 76.76.21.21\nbroken A 76.76.21.21\n"),
        ("sites.toml", &sites),
        ("home.html", "<title>Acme</title>"),
    ])
    .await;
    let www = fetch(&lab, "http://www.acme.lab/a?b").await.unwrap();
    assert_eq!((www.status.as_u16(), www.header("location")), (308, Some("https://acme.lab/a?b")));
    assert_eq!(fetch(&lab, "https://acme.lab/home").await.unwrap().text(), "<title>Acme</title>");
    assert_eq!(fetch(&lab, "https://broken.acme.lab/").await.unwrap().status.as_u16(), 525);
    assert_eq!(ask(&lab, "more.acme.lab.", RecordType::A).await.answers.len(), 1);
}

#[tokio::test]
async fn every_shipped_scenario_stands_alone_and_says_its_verdict() {
    for entry in std::fs::read_dir(shipped_scenarios()).unwrap() {
        let folder = entry.unwrap().path();
        Lab::start(Options::new(vec![folder.clone()])).await.unwrap();
        let sites = std::fs::read_to_string(folder.join("sites.toml")).unwrap();
        let header: Vec<_> = sites.lines().take_while(|line| line.starts_with('#')).collect();
        let text = header.join(" ");
        assert!(text.contains("Verdict: ") || text.contains("No verdict"), "{}", folder.display());
    }
}

#[tokio::test]
async fn the_healthy_scenario_is_healthy() {
    let lab = Lab::start(Options::shipped()).await.unwrap();
    let home = fetch(&lab, "https://healthy.lab/").await.unwrap();
    assert_eq!(home.status.as_u16(), 200);
    assert!(home.text().contains("<link rel=\"canonical\" href=\"https://healthy.lab/\">"));
    assert_eq!(
        home.header("strict-transport-security"),
        Some("max-age=63072000; includeSubDomains; preload")
    );
    for (from, to) in [
        ("http://healthy.lab/a?b=c", "https://healthy.lab/a?b=c"),
        ("http://www.healthy.lab/a?b=c", "https://healthy.lab/a?b=c"),
        ("https://www.healthy.lab/a?b=c", "https://healthy.lab/a?b=c"),
    ] {
        assert_eq!(fetch(&lab, from).await.unwrap().header("location"), Some(to));
    }
    for path in ["/robots.txt", "/sitemap.xml", "/favicon.svg", "/card.png", "/.well-known/security.txt"] {
        assert_eq!(
            fetch(&lab, &format!("https://healthy.lab{path}")).await.unwrap().status.as_u16(),
            200,
            "{path}"
        );
    }
    let policy = fetch(&lab, "https://mta-sts.healthy.lab/.well-known/mta-sts.txt").await.unwrap();
    assert!(policy.text().starts_with("version: STSv1\r\n"));

    let some = async |name: &str, rtype| !ask(&lab, name, rtype).await.answers.is_empty();
    for (name, rtype) in [
        ("healthy.lab.", RecordType::A),
        ("healthy.lab.", RecordType::AAAA),
        ("healthy.lab.", RecordType::MX),
        ("www.healthy.lab.", RecordType::A),
        ("mx1.mailhost.lab.", RecordType::A),
        ("ns1.dns-one.lab.", RecordType::A),
        ("ns2.dns-two.lab.", RecordType::A),
        ("_spf.mailhost.lab.", RecordType::TXT),
        ("_dmarc.healthy.lab.", RecordType::TXT),
        ("default._domainkey.healthy.lab.", RecordType::TXT),
        ("healthy.lab._report._dmarc.mailhost.lab.", RecordType::TXT),
    ] {
        assert!(some(name, rtype).await, "{name} {rtype}");
    }
    let spf = texts(&ask(&lab, "healthy.lab.", RecordType::TXT).await);
    assert_eq!(spf, [b"v=spf1 include:_spf.mailhost.lab -all".to_vec()]);
}

/// What the bench divides by: no question of a scan may be cheaper than the scenario says.
#[tokio::test]
async fn every_question_of_the_stopwatch_has_its_price() {
    let lab = Lab::start(Options::shipped()).await.unwrap();
    for (name, rtype) in [
        ("stopwatch.lab.", RecordType::A),
        ("_dmarc.stopwatch.lab.", RecordType::TXT),
        ("missing.stopwatch.lab.", RecordType::A),
        ("mx1.clockmail.lab.", RecordType::A),
        ("_spf.clockmail.lab.", RecordType::TXT),
        ("ns2.clock-two.lab.", RecordType::A),
    ] {
        let start = Instant::now();
        ask_resolver(&lab, "cloudflare-dns.com", name, rtype).await;
        assert!(start.elapsed() >= Duration::from_millis(20), "{name}");
    }
    for url in ["http://stopwatch.lab/", "https://www.stopwatch.lab/", "https://stopwatch.lab/missing"] {
        let start = Instant::now();
        fetch(&lab, url).await.unwrap();
        assert!(start.elapsed() >= Duration::from_millis(50), "{url}");
    }
}

#[tokio::test]
async fn the_other_scenarios_have_what_they_are_named_after() {
    let lab = Lab::start(Options::shipped()).await.unwrap();
    let code = async |name: &str, rtype| ask(&lab, name, rtype).await.response_code;
    let status = async |url: &str| fetch(&lab, url).await.unwrap().status.as_u16();

    assert_eq!(code("www.broken.lab.", RecordType::A).await, ResponseCode::NXDomain);
    assert_eq!(code("mx9.mailhost.lab.", RecordType::A).await, ResponseCode::NXDomain);
    assert_eq!(texts(&ask(&lab, "broken.lab.", RecordType::TXT).await).len(), 2);
    assert_eq!(code("www.dangling-www.lab.", RecordType::A).await, ResponseCode::NXDomain);
    assert_eq!(code("_dmarc.servfail.lab.", RecordType::TXT).await, ResponseCode::ServFail);
    assert_eq!(code("www.hostile.lab.", RecordType::A).await, ResponseCode::ServFail);
    assert_eq!(code("typo.wildcard.lab.", RecordType::A).await, ResponseCode::NoError);

    for (url, expected) in [
        ("https://bad-cert.lab/", 526),
        ("https://self-signed.lab/", 526),
        ("https://wrong-name.lab/", 526),
        ("https://incomplete-chain.lab/", 526),
        ("https://not-yet-valid.lab/", 526),
        ("https://handshake.lab/", 525),
        ("https://expiring.lab/", 200),
        ("https://old-tls.lab/", 200),
        ("https://unreachable.lab/", 522),
        ("https://private-address.lab/", 403),
        ("https://servfail.lab/", 530),
        ("https://nomail.lab/", 200),
        ("https://slow.lab/", 200),
        ("http://broken.lab/", 200),
        ("https://challenge.lab/", 403),
    ] {
        assert_eq!(status(url).await, expected, "{url}");
    }
    let mut at = "https://loop.lab/".to_owned();
    for _ in 0..4 {
        at = fetch(&lab, &at).await.unwrap().header("location").unwrap().to_owned();
    }
    assert_eq!(at, "https://loop.lab/");

    let mut at = "https://chain.hostile.lab/".to_owned();
    let mut hops = 0;
    while let Some(next) = fetch(&lab, &at).await.unwrap().header("location") {
        at = next.to_owned();
        hops += 1;
    }
    assert_eq!((hops, at.as_str()), (30, "https://chain.hostile.lab/30"));
}
