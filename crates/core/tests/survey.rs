//! Which names below a domain are looked for: where they come from, which go first, and what a wildcard says about them.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::answers::Stop;
use launch_ready_core::engine::evidence::Evidence;
use launch_ready_core::facts::subdomains::subdomains;
use table::Table;

/// The names that are asked for in order and those that were found, each with what it is for.
fn surveyed(text: &str) -> (Vec<String>, Vec<(String, &'static str)>) {
    let table = Table::parse(text).expect("the table can be read");
    let mut evidence = Evidence::default();
    let mut asked: Vec<String> = Vec::new();
    loop {
        match subdomains(&table.target, &evidence) {
            Ok(subdomains) => {
                let found =
                    subdomains.found.iter().map(|found| (found.name.clone(), found.purpose)).collect();
                return (asked, found);
            }
            Err(Stop::NotMeasured(gap)) => panic!("not measured: {gap:?}"),
            Err(Stop::Pending) => {
                for probe in evidence.take_pending() {
                    let words = probe.to_string();
                    let name = words.strip_prefix("A ").and_then(|name| name.strip_suffix(".example.com"));
                    asked.extend(name.map(str::to_owned));
                    let answer = table.answer(&probe);
                    evidence.insert(probe, answer);
                }
            }
        }
    }
}

/// A site whose certificate is for these names.
fn certified(target: &str, names: &str, zone: &str) -> (Vec<String>, Vec<(String, &'static str)>) {
    surveyed(&format!(
        "target example.com{target}\n{zone}\nGET https://example.com/\n200\nTLS example.com\n1.2 newer\nnames: {names}\n"
    ))
}

const USUAL: [&str; 5] = ["app", "api", "staging", "dev", "mail"];

#[test]
fn a_default_scan_takes_the_two_most_telling_names_of_the_certificate() {
    let names =
        "example.com www.example.com app.example.com zebra.example.com qa-2.example.com blog.example.com";
    let (asked, found) = certified("", names, "blog.example.com. A 5.9.10.11\nqa-2.example.com. A 5.9.10.12");
    let asked: Vec<&str> =
        asked.iter().map(String::as_str).filter(|name| !name.starts_with("launch")).collect();
    // `app` is asked for anyway, and takes no place.
    assert_eq!(asked, [&USUAL[..], &["blog", "qa-2"]].concat());
    let found: Vec<_> = found.iter().map(|(name, purpose)| (name.as_str(), *purpose)).collect();
    assert_eq!(found, [("blog.example.com", "the blog"), ("qa-2.example.com", "named in the certificate")]);
}

#[test]
fn a_deep_scan_takes_more_of_them_and_no_end_of_them() {
    let names: Vec<String> = (0..40).map(|n| format!("tenant{n}.example.com")).collect();
    let (asked, _) = certified(" deep", &names.join(" "), "");
    let tenants = asked.iter().filter(|name| name.starts_with("tenant")).count();
    assert_eq!(tenants, 12);
}

#[test]
fn a_wildcard_in_the_certificate_is_no_name_but_what_it_lies_below_is() {
    let (asked, found) =
        certified("", "*.example.com *.eu.example.com other.example.net", "eu.example.com. A 5.9.10.11");
    assert!(asked.iter().all(|name| !name.contains('*') && !name.contains("other")), "{asked:?}");
    assert_eq!(found, [("eu.example.com".to_owned(), "named in the certificate")]);
}

#[test]
fn a_name_that_a_wildcard_in_dns_answers_for_is_not_found() {
    let zone = "*.example.com. A 5.9.10.11\nbooking.example.com. A 5.9.10.12";
    let (_, found) = certified("", "booking.example.com invented.example.com", zone);
    assert_eq!(found, [("booking.example.com".to_owned(), "named in the certificate")]);
}

#[test]
fn without_a_certificate_the_other_sources_stand() {
    let (asked, _) =
        surveyed("GET https://example.com/\n200\n| <a href=\"https://booking.example.com/\">x</a>\n");
    assert!(asked.contains(&"booking".to_owned()), "{asked:?}");
}
