//! Redirect chains through the table: what `Location` headers may hold, and where each ends.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::answers::Stop;
use launch_ready_core::engine::chain::{follow, follow_with_cookies};
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::http::Chain;
use table::Table;

fn walked(text: &str, walk: impl Fn(&Evidence, &str) -> Result<Chain, Stop>) -> String {
    let table = Table::parse(text).expect("the table can be read");
    let mut evidence = Evidence::default();
    loop {
        match walk(&evidence, "https://example.com/") {
            // Times have a test of their own.
            Ok(chain) => return chain.to_string().replace(" in 40 ms", ""),
            Err(Stop::NotMeasured(gap)) => return format!("not measured: {}", gap.asked),
            Err(Stop::Pending) => {
                for probe in evidence.take_pending() {
                    let answer = table.answer(&probe);
                    evidence.insert(probe, answer);
                }
            }
        }
    }
}

/// Where `https://example.com/` leads when it answers with this `Location`.
fn leads(location: &str, then: &str) -> String {
    let text = format!("GET https://example.com/\n301\nlocation: {location}\n{then}");
    walked(&text, follow).replacen("https://example.com/ → 301 → ", "", 1)
}

#[test]
fn locations_are_read_as_browsers_read_them() {
    for (location, url) in [
        ("/a", "https://example.com/a"),
        ("a?b=c", "https://example.com/a?b=c"),
        ("//www.example.com/a", "https://www.example.com/a"),
        ("?b=c", "https://example.com/?b=c"),
        ("HTTPS://WWW.EXAMPLE.COM/Path", "https://www.example.com/Path"),
        ("https://www.example.com:443/", "https://www.example.com/"),
        ("https://www.example.com/#top", "https://www.example.com/"),
        ("https://www.example.com", "https://www.example.com/"),
        ("https://bücher.example.com/ä", "https://xn--bcher-kva.example.com/%C3%A4"),
        ("https://b%C3%BCcher.example.com/", "https://xn--bcher-kva.example.com/"),
        ("/käse?größe=ü#ö", "https://example.com/k%C3%A4se?gr%C3%B6%C3%9Fe=%C3%BC"),
        // What is percent-encoded stays as it is, in whatever encoding.
        ("/k%c3%a4se/caf%E9", "https://example.com/k%c3%a4se/caf%E9"),
        ("//BÜCHER.example.com", "https://xn--bcher-kva.example.com/"),
        ("https://xn--bcher-kva.example.com/", "https://xn--bcher-kva.example.com/"),
        ("\\\\www.example.com\\a", "https://www.example.com/a"),
        ("https://www.example.com/a/../b", "https://www.example.com/b"),
    ] {
        let then = format!("GET {url}\n200\n");
        assert_eq!(leads(location, &then), format!("{url} → 200"), "{location}");
    }
}

#[test]
fn what_nothing_is_sent_to_ends_the_chain_and_says_why() {
    for (location, end) in [
        ("https://user:secret@example.com/", "carries a user name or password"),
        ("https://example.com:8443/", "names port 8443"),
        ("http://[::1]/", "names an IP address"),
        ("http://2130706433/", "names an IP address"),
        ("http://localhost:3000/", "is not on the public internet"),
        ("myapp://open", "is neither http nor https"),
        ("javascript:alert(1)", "is neither http nor https"),
        ("https://", "is not a web address"),
    ] {
        let seen = leads(location, "");
        assert!(seen.contains(end) && seen.ends_with("not followed"), "{location}: {seen}");
    }
    let seen =
        leads("https://db.example.com/", "db.example.com. A 10.1.2.3\nGET https://db.example.com/\n200\n");
    assert!(seen.contains("db.example.com is 10.1.2.3: private"), "{seen}");
}

/// The edge's runtime reads header fields as UTF-8, and puts a mark in the place of what is not: ISO 8859-1, which browsers
/// send on octet by octet.
#[test]
fn where_a_changed_location_leads_cannot_be_told() {
    let seen = leads("/caf\u{fffd}", "GET https://example.com/caf%EF%BF%BD\n404\n");
    assert_eq!(
        seen,
        "https://example.com/caf%EF%BF%BD was answered with something that could not be read (its Location holds bytes that came changed)"
    );
}

#[test]
fn several_locations_are_one_where_they_say_the_same() {
    let twice = "GET https://example.com/\n301\nlocation: /a\nlocation: /a\nGET https://example.com/a\n200\n";
    assert!(walked(twice, follow).ends_with("https://example.com/a → 200"));
    let joined = "GET https://example.com/\n301\nlocation: /a, /a\nGET https://example.com/a\n200\n";
    assert!(walked(joined, follow).ends_with("https://example.com/a → 200"), "as the edge joins them");
    let comma = "GET https://example.com/\n301\nlocation: /a,b\nGET https://example.com/a,b\n200\n";
    assert!(walked(comma, follow).ends_with("https://example.com/a,b → 200"), "a comma alone joins nothing");
    let differ = "GET https://example.com/\n301\nlocation: https://a.com/, https://b.com/\n";
    assert!(walked(differ, follow).ends_with("several places: https://a.com/ and https://b.com/"));
}

#[test]
fn a_chain_is_drawn_hop_by_hop_so_that_it_can_be_taken_apart_again() {
    let table = Table::parse(
        "GET https://example.com/\n301 20ms\nlocation: /a\nGET https://example.com/a\n302 7ms\nlocation: x\u{a0}→://y → z\n",
    )
    .expect("the table can be read");
    let mut evidence = Evidence::default();
    let chain = loop {
        match follow(&evidence, "https://example.com/") {
            Ok(chain) => break chain,
            Err(Stop::NotMeasured(gap)) => panic!("{gap:?}"),
            Err(Stop::Pending) => {
                for probe in evidence.take_pending() {
                    let answer = table.answer(&probe);
                    evidence.insert(probe, answer);
                }
            }
        }
    };
    let drawn = chain.to_string();
    let parts: Vec<&str> = drawn.split(launch_ready_core::http::ARROW).collect();
    assert_eq!(parts[..4], ["https://example.com/", "301 in 20 ms", "https://example.com/a", "302 in 7 ms"]);
    assert!(!parts[4..].concat().contains('→'), "{drawn}");
}

#[test]
fn statuses_that_are_no_redirects_end_the_chain() {
    for status in [200, 201, 204, 300, 304, 305, 306, 404, 500] {
        let text = format!("GET https://example.com/\n{status}\nlocation: /elsewhere\n");
        assert_eq!(walked(&text, follow), format!("https://example.com/ → {status}"));
    }
    for status in [301, 302, 303, 307, 308] {
        let text = format!("GET https://example.com/\n{status}\n");
        assert!(walked(&text, follow).ends_with("no Location"), "{status}");
    }
}

#[test]
fn loops_end_with_and_without_cookies() {
    let test = "GET https://example.com/\n302\nlocation: /\nset-cookie: a=1; Path=/\nset-cookie: b=2\n\
                GET https://example.com/ cookie: a=1; b=2\n200\n";
    assert!(walked(test, follow).ends_with("again: a loop"));
    assert_eq!(walked(test, follow_with_cookies), "https://example.com/ → 302 → https://example.com/ → 200");
    // Cookies stay with the host that set them.
    let hosts = "GET https://example.com/\n302\nlocation: https://www.example.com/\nset-cookie: a=1\n\
                 GET https://www.example.com/\n302\nlocation: https://example.com/\n\
                 GET https://example.com/ cookie: a=1\n302\nlocation: https://www.example.com/\n";
    assert!(walked(hosts, follow_with_cookies).ends_with("https://www.example.com/ again: a loop"));
}

#[test]
fn a_redirect_map_is_tried_against_the_site() {
    use launch_ready_core::engine::limits::Limits;
    use launch_ready_core::engine::scan::Scan;
    use launch_ready_core::plan::redirect_map::{Asked, Tried, parse};
    use launch_ready_core::target::Target;

    let table = Table::parse(
        "GET https://example.com/a\n301\nlocation: /new-a\nGET https://example.com/new-a\n200\n\
         GET https://example.com/b\n302\nlocation: /new-b\nGET https://example.com/new-b\n200\n\
         GET https://example.com/c\n301\nlocation: /\nGET https://example.com/\n200\n\
         GET https://example.com/d\n404\n\
         GET https://example.com/e\ntimeout\n\
         GET https://example.com/f\n301\nlocation: http://10.0.0.1/\n\
         GET https://example.com/g\n301\nlocation: /new-g/\nGET https://example.com/new-g/\n200\n",
    )
    .expect("the table can be read");
    let (moves, unread) =
        parse("/a,/new-a\n/b,/new-b\n/c,/new-c\n/d,/new-d\n/e,/new-e\n/f,/new-f\n/g,/new-g\n");
    assert_eq!(unread, []);
    let site = "https://example.com/".parse().expect("a URL");
    let asked = Asked { site, moves, unread, read_as: None, formats: Vec::new() };
    let target = Target { mine: true, ..Target::parse("example.com").expect("a domain") };
    let mut scan = Scan::of(target, vec![asked.trial()], Limits::default());
    scan.settle(|probe| table.answer(probe));
    let (_, evidence, outcomes) = scan.end();
    let [(_, Ok(tried))] = outcomes.as_slice() else { panic!("{outcomes:?}") };
    let kinds: Vec<&str> = tried
        .iter()
        .map(|(_, tried)| match tried {
            Tried::Good => "good",
            Tried::Roundabout { .. } => "roundabout",
            Tried::Wrong { .. } => "wrong",
            Tried::NotMeasured { .. } => "not measured",
        })
        .collect();
    assert_eq!(kinds, ["good", "roundabout", "wrong", "wrong", "not measured", "wrong", "good"]);
    assert!(evidence.iter().all(|(probe, _)| !probe.to_string().contains("10.0.0.1")), "never asked");
}
