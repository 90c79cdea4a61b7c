//! What each kind of page lets the checks of the page say: the table in docs/page-kinds.md, which is written by this test and held by it.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use std::fmt::Write;
use std::path::Path;

use launch_ready_core::checks;
use launch_ready_core::checks::check::Check;
use launch_ready_core::checks::finding::{Finding, Level};
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::facts::home_page::{Conclusion, HomePage, PageKind};
use table::Table;

/// The command that writes the table anew.
const REGENERATE: &str = "UPDATE_GOLDEN=1 cargo test -p launch-ready-core --test page_kinds";

/// A page of each kind, in a few words and as it comes.
const PAGES: [(PageKind, &str, &str); 24] = [
    (PageKind::Site, "the site's page", "200\n| <title>Example</title><h1>Repairs while you wait</h1>"),
    (PageKind::AppShell, "an app that scripts fill", "200\n| <div id=root></div><script>start()</script>"),
    (PageKind::ComingSoon, "coming soon", "200\n| <title>Coming soon</title><h1>Coming soon</h1>"),
    (
        PageKind::Framed,
        "another address in a frame",
        "200\n| <title>Example</title><iframe src=\"https://chairly.carrd.co/\"></iframe>",
    ),
    (PageKind::BrokeOff, "broke off", "200 broken\n| <title>Example</title><h1>Repairs wh"),
    (PageKind::Challenge, "a protection against robots", "202\nx-amzn-waf-action: challenge\n| <div></div>"),
    (PageKind::Refused, "refused (403, 429, 503)", "403"),
    (PageKind::Maintenance, "maintenance", "503\nretry-after: 600"),
    (
        PageKind::SignInService,
        "another company's sign-in",
        "302\nlocation: https://example.eu.auth0.com/login",
    ),
    (PageKind::Unreadable, "unreadable", "200 broken\n|"),
    (PageKind::OtherPort, "on another port", "302\nlocation: https://example.com:8443/"),
    (PageKind::AsksPassword, "asks for a password (401)", "401"),
    (PageKind::NotHtml, "a file", "200\ncontent-type: application/octet-stream\n| x"),
    (PageKind::FileList, "a list of files", "200\n| <title>Index of /</title><h1>Index of /</h1>"),
    (PageKind::Empty, "empty", "204"),
    (PageKind::NoPageStatus, "a status without a page", "304"),
    (PageKind::Crash, "a program's error", "200\n| <b>Fatal error</b>: x in <b>/a.php</b> on line <b>3</b>"),
    (PageKind::Parked, "parked", "200\n| <p>This domain is parked.</p>"),
    (PageKind::DefaultPage, "a host's default page", "200\n| <title>Welcome to nginx!</title><p>Hello</p>"),
    (
        PageKind::Unclaimed,
        "a name that the host does not know",
        "404\n| <p>There isn't a GitHub Pages site here.</p>",
    ),
    (PageKind::Locked, "locked", "302\nlocation: https://example.cloudflareaccess.com/login"),
    (
        PageKind::NotWellFormed,
        "XHTML that browsers refuse",
        "200\ncontent-type: application/xhtml+xml\n| <html><p>Salt & pepper</p></html>",
    ),
    (PageKind::Error, "an error (4xx, 5xx)", "500"),
    (PageKind::Nowhere, "no page", "302\nlocation: https://example.com/"),
];

fn answered(page: &str) -> Table {
    let elsewhere = "GET https://example.eu.auth0.com/login\n200\n| <form><input type=password></form>\nGET https://example.cloudflareaccess.com/login\n200\nGET https://chairly.carrd.co/\n200\n| <h1>Chairly</h1>\n";
    Table::parse(&format!("GET https://example.com/\n{page}\n{elsewhere}GET http://example.com/\n301\nlocation: https://example.com/\nGET https://example.com/robots.txt\n404\n"))
        .expect("the page can be read")
}

fn findings(table: &Table) -> Vec<(&'static Check, Finding)> {
    let mut scan =
        Scan::new(table.target.clone(), checks::DEFAULT, Limits { budget: 300, ..Limits::default() });
    scan.settle(|probe| table.answer(probe));
    scan.finish().2
}

/// The checks that look at the home page itself: those that miss it where a protection stands in its place.
fn checks_of_the_page() -> Vec<&'static str> {
    let (_, _, page) = PAGES.iter().find(|(kind, ..)| *kind == PageKind::Challenge).expect("it is there");
    let misses = |finding: &Finding| {
        finding.missed.as_ref().is_some_and(|gap| gap.asked == "GET https://example.com/")
    };
    let about_the_way = ["https-redirect", "redirect-", "entry-points", "hsts"];
    let found = findings(&answered(page)).into_iter();
    found
        .filter(|(check, finding)| {
            misses(finding) && !about_the_way.iter().any(|way| check.id.starts_with(way))
        })
        .map(|(check, _)| check.id)
        .collect()
}

#[test]
fn every_kind_has_a_page_that_is_told_to_be_one() {
    for kind in PageKind::ALL {
        let (_, _, page) =
            PAGES.iter().find(|(known, ..)| *known == kind).unwrap_or_else(|| panic!("{kind:?}"));
        let table = answered(page);
        let mut scan =
            Scan::new(table.target.clone(), checks::DEFAULT, Limits { budget: 300, ..Limits::default() });
        scan.settle(|probe| table.answer(probe));
        let found = HomePage::of(&table.target, scan.evidence()).expect("everything was answered");
        assert_eq!(found.judgement.kind, kind, "{page}: {}", found.judgement.reason);
    }
}

#[test]
fn checks_of_the_page_say_no_more_than_its_kind_allows() {
    let checks = checks_of_the_page();
    assert!(checks.len() > 20, "{checks:?}");
    let mut out = String::from(
        "<!-- Generated by the tests of the core. Do not edit: the source is the code. -->\n\n# Kinds of pages\n\nBefore a check judges the home page, it is known what came. Each kind says what checks of the page may conclude. A dash stands\nfor \"not applicable\", a question mark for \"not measured\", \"judged\" for whatever the page shows.\n\n",
    );
    let heads: Vec<&str> = PAGES.iter().map(|(_, words, _)| *words).collect();
    let _ = writeln!(out, "| Check | {} |\n| --- |{}", heads.join(" | "), " --- |".repeat(heads.len()));
    let rows: Vec<Vec<(&'static Check, Finding)>> =
        PAGES.iter().map(|(_, _, page)| findings(&answered(page))).collect();
    let mut wrong = Vec::new();
    for check in checks {
        let _ = write!(out, "| [{check}](checks/{check}.md) |");
        for ((kind, ..), findings) in PAGES.iter().zip(&rows) {
            let (_, finding) = findings.iter().find(|(known, _)| known.id == check).expect("it ran");
            let level = finding.outcome.level;
            let judged = matches!(level, Level::Pass | Level::Warn | Level::Fail);
            // The check of the home page says what each of them is.
            let fits = check == "home-page"
                || match kind.conclusion() {
                    Conclusion::All => true,
                    // What is there may be judged; what is not there is not missing.
                    Conclusion::Present => !finding.outcome.code.starts_with("no-") || level != Level::Fail,
                    Conclusion::NotMeasured => level == Level::NotMeasured,
                    Conclusion::NoPage => level == Level::NotApplicable,
                };
            if !fits {
                wrong.push(format!("{check} says {} of {kind:?}", finding.outcome.code));
            }
            let word = match level {
                _ if judged && check != "home-page" => "judged",
                Level::Pass => "pass",
                Level::Warn => "warning",
                Level::Fail => "fail",
                Level::NotMeasured => "?",
                Level::NotApplicable => "–",
            };
            let _ = write!(out, " {word} |");
        }
        out.push('\n');
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/page-kinds.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &out).expect("the table can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == out, "docs/page-kinds.md is out of date; look at the diff of: {REGENERATE}");
}

#[test]
fn only_what_fails_blocks_and_a_must_have_that_fails_says_its_rank() {
    use launch_ready_core::checks::check::Weight;
    use launch_ready_core::checks::rank::Rank;
    for check in checks::all() {
        for outcome in check.outcomes {
            let (id, code) = (check.id, outcome.code);
            if outcome.rank() == Some(Rank::Blocker) {
                assert_eq!(outcome.level, Level::Fail, "{id} {code} blocks and does not fail");
            }
            let must = check.impact == Weight::Critical && outcome.level == Level::Fail;
            assert!(
                !must || outcome.says_its_rank(),
                "{id} {code} fails in a must-have and does not say its rank"
            );
        }
    }
}
