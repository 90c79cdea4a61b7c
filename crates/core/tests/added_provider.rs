//! A host that nobody knew is added by one file, and by nothing else: it is recognised, its fixes are rendered, its redirect
//! rules are written, and its way back stands in the document.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may fail loudly, helpers included"
)]

mod table;

use std::fs;
use std::path::Path;

use launch_ready_core::checks;
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::facts::providers_in_use::ProvidersInUse;
use launch_ready_core::fixes::{ProviderOverride, shown};
use launch_ready_core::plan::documents;
use launch_ready_core::plan::documents::{DocumentContext, markdown};
use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::Answers;
use launch_ready_core::report::{Report, Run, dns_map};
use launch_ready_core::target::Segment;
use launch_ready_providers::files::read_folder;
use launch_ready_providers::{ProviderId, begin_with};
use table::Table;

/// The file, as somebody would send it.
const FILE: &str = r#"
name = "Tin Roof"
also = ["tinroof"]

[[name_servers]]
suffixes = ["ns.tinroof.test"]
source = { at = "tinroof.test/docs/dns", read = "2026-11-30" }

[[aliases]]
suffixes = ["sites.tinroof.test"]
source = { at = "tinroof.test/docs/domains", read = "2026-11-30" }

[[addresses]]
ranges = ["203.0.112.0/24"]
source = { at = "tinroof.test/docs/domains", read = "2026-11-30" }

[panel]
place = "Tin Roof → Zones → your domain"
add = "New line"
name_box = "Left"
root = "@"
value_box = "Right"
style = "plain"
priority_box = "Order"
source = { at = "tinroof.test/docs/dns", read = "2026-11-30" }

[hosting]
header = { form = "Tin Roof → Site → Headers" }
https = { general = "by-itself" }
name_redirect = { say = "Tin Roof → Site → Names: choose the main one." }
path = { file = "netlify" }
source = { at = "tinroof.test/docs/headers and redirects", read = "2026-11-30" }

[rollback]
text = "Open the last good build, and choose Nail it back."
command = "tinroof back"
beware = "The database stays as it is."
source = { at = "tinroof.test/docs/builds", read = "2026-11-30" }
"#;

/// The files of the product and the one that was added, read as the build reads them.
fn add() {
    let folder = tempfile::tempdir().unwrap();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../providers/data");
    for entry in fs::read_dir(data).unwrap().flatten() {
        fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
    }
    fs::write(folder.path().join("tin-roof.toml"), FILE).unwrap();
    let providers = read_folder(folder.path()).unwrap_or_else(|problems| panic!("{problems:?}"));
    assert!(begin_with(providers), "somebody asked before");
}

#[test]
fn a_host_is_added_by_one_file() {
    add();
    assert_eq!(ProviderId::of("tin-roof").map(ProviderId::as_str), Some("tin-roof"));
    let mut table = Table::parse(
        "example.com. A 203.0.112.7\n\
         example.com. NS one.ns.tinroof.test.\n\
         www.example.com. CNAME example.sites.tinroof.test.\n\
         example.sites.tinroof.test. A 203.0.112.7\n\
         GET https://example.com/\n\
         200\n\
         content-type: text/html\n\
         | <title>Roofs</title>\n",
    )
    .unwrap();
    table.target.segment = Some(Segment::Coach);
    let mut scan = Scan::new(table.target.clone(), &checks::of(&table.target), Limits::deep());
    scan.settle(|probe| table.answer(probe));
    let run = Run { started: "2026-11-30T09:00:00Z".into(), vantage: "table".into(), took_ms: 0 };
    let (report, recording) = Report::finish(scan, run);

    // Recognised, as a host and as a DNS provider.
    let ProvidersInUse { dns: Some(dns), host: Some(host), .. } = &report.in_use else {
        panic!("{:?}", report.in_use)
    };
    assert_eq!((dns.id.as_str(), host.id.as_str(), host.name.as_str()), ("tin-roof", "tin-roof", "Tin Roof"));
    let rows = dns_map::rows(&table.target, &recording.evidence);
    assert!(rows.iter().any(|row| row.provider == "Tin Roof"), "{rows:?}");

    // Its fixes in the words of its panel and its dashboard.
    let at = |fix: &Fix| shown(fix, &report.in_use, ProviderOverride::default()).unwrap();
    let record = at(&Fix::record("example.com", "MX", "10 mx.example.net."));
    assert_eq!(record.place, "Tin Roof → Zones → your domain → New line");
    assert_eq!((record.boxes[2].label.as_str(), record.boxes[2].value.as_str()), ("Right", "mx.example.net"));
    assert_eq!(record.boxes[3].label, "Order");
    assert_eq!(at(&Fix::header("X-Content-Type-Options", "nosniff")).place, "Tin Roof → Site → Headers");

    // Its redirect rules, and its way back.
    let answers = Answers {
        domain: "example.com".to_owned(),
        redirects: "/old -> /new\n".to_owned(),
        ..Answers::default()
    };
    let assessment = roadmap::assess(Segment::Coach, Some(&report), &answers);
    let written = documents::all(&DocumentContext {
        report: Some(&report),
        before: None,
        dns: Some(&rows),
        answers: &answers,
        assessment: Some(&assessment),
        chosen: ProviderOverride::default(),
    });
    let text = |id: &str| written.iter().find(|document| document.id == id).map(markdown).unwrap_or_default();
    assert!(text("redirect-map").contains("/old /new 301!"), "{}", text("redirect-map"));
    let deployment = text("deployment");
    for said in ["Nail it back", "tinroof back", "The database stays as it is."] {
        assert!(deployment.contains(said), "{said}: {deployment}");
    }
}
