//! The documents of three scenarios, as they are: golden files, reviewed as diffs. And what must hold of every document,
//! whatever it is written from.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use std::collections::BTreeSet;
use std::path::Path;

use launch_ready_core::checks;
use launch_ready_core::checks::finding::EvidenceItem;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::facts::providers_in_use::ProvidersInUse;
use launch_ready_core::fixes::ProviderOverride;
use launch_ready_core::plan::documents;
use launch_ready_core::plan::documents::{Block, Document, DocumentContext, KINDS, Style, html, markdown};
use launch_ready_core::plan::roadmap;
use launch_ready_core::plan::roadmap::{Answers, roadmaps};
use launch_ready_core::report::dns_map;
use launch_ready_core::report::{Report, Run};
use launch_ready_core::target::Segment;
use table::Table;

/// The command that writes the golden files anew, for whoever finds them out of date.
const REGENERATE: &str = "UPDATE_GOLDEN=1 cargo test -p launch-ready-core --test documents";

/// A scenario, from what founders typed to their papers.
struct Scenario {
    report: Report,
    rows: Vec<dns_map::Row>,
    answers: Answers,
    segment: Segment,
}

impl Scenario {
    fn new(table: &str, segment: Segment, answers: Answers) -> Self {
        let mut table = Table::parse(table).expect("the fixture can be read");
        table.target.segment = Some(segment);
        table.target.deep = true;
        let limits = Limits { budget: 300, ..Limits::deep() };
        let mut scan = Scan::new(table.target.clone(), &checks::of(&table.target), limits);
        scan.settle(|probe| table.answer(probe));
        let run = Run { started: "2026-11-26T09:00:00Z".into(), vantage: "table".into(), took_ms: 0 };
        let (report, recording) = Report::finish(scan, run);
        let rows = dns_map::rows(&table.target, &recording.evidence);
        Self { report, rows, answers, segment }
    }

    fn documents(&self) -> Vec<Document> {
        let assessment = roadmap::assess(self.segment, Some(&self.report), &self.answers);
        documents::all(&DocumentContext {
            report: Some(&self.report),
            before: None,
            dns: Some(&self.rows),
            answers: &self.answers,
            assessment: Some(&assessment),
            chosen: ProviderOverride::default(),
        })
    }
}

fn healthy() -> Scenario {
    let answers = Answers::read(include_str!("fixtures/answers-v1.json")).expect("it can be read").answers;
    Scenario::new(include_str!("fixtures/healthy.txt"), Segment::Coach, answers)
}

fn broken() -> Scenario {
    Scenario::new(include_str!("fixtures/broken.txt"), Segment::CreatorPlatform, Answers::default())
}

/// A key that the secret rules know, put together here so that nobody's scanner takes this file for a leak.
fn key() -> String {
    format!("sk_live_{}", "aB3dE5fG7hJ9kL1mN3pQ5rS7")
}

/// Everything that somebody could write, said by a stranger and by the founder.
fn hostile() -> Scenario {
    let evil = "</td><script>alert(1)</script> [x](javascript:alert(1)) | **b** `c` \u{202e}\u{1b}[2J";
    let mut answers =
        Answers { domain: evil.to_owned(), redirects: format!("/{evil} -> /b\n"), ..Answers::default() };
    answers.deploy.host = evil.to_owned();
    answers.deploy.steps = vec![format!("export STRIPE={}", key()), evil.to_owned()];
    answers.monitoring.paged = evil.to_owned();
    answers.environment.push(roadmap::Variable {
        name: format!("STRIPE={}", key()),
        purpose: evil.to_owned(),
        ..Default::default()
    });
    answers.accounts.push(roadmap::Account { service: evil.to_owned(), access: key(), ..Default::default() });
    let said =
        roadmap::Said { note: format!("{evil} {}", key()), owner: evil.to_owned(), ..Default::default() };
    for item in roadmap::of(Segment::AiTool).items() {
        answers.items.insert(item.id.to_owned(), said.clone());
    }
    let table = include_str!("fixtures/hostile.txt").replace("{KEY}", &key());
    Scenario::new(&table, Segment::AiTool, answers)
}

/// All papers as Markdown, and the handover as it is printed: tests/papers.test.mjs puts that on paper.
fn golden(name: &str, scenario: &Scenario) {
    let documents = scenario.documents();
    let text: Vec<String> = documents.iter().map(markdown).collect();
    compare(&format!("{name}.md"), &text.join("\n\n"));
    let handover = documents.iter().find(|document| document.id == "handover").expect("it is there");
    compare(&format!("{name}-handover.html"), &html(handover));
}

fn compare(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("it has one")).expect("the folder can be made");
        std::fs::write(&path, text).expect("the golden file can be written");
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == text, "tests/golden/{file} is out of date; look at the diff of: {REGENERATE}");
}

#[test]
fn the_papers_of_a_healthy_domain() {
    golden("healthy", &healthy());
}

#[test]
fn the_papers_of_a_broken_domain() {
    golden("broken", &broken());
}

#[test]
fn the_papers_of_a_hostile_domain() {
    golden("hostile", &hostile());
}

/// Every form of every document.
fn written(scenario: &Scenario) -> Vec<documents::File> {
    documents::files(&scenario.documents())
}

#[test]
fn no_document_holds_a_secret() {
    let key = key();
    for file in written(&hostile()) {
        assert!(!file.text.contains(&key), "{}", file.name);
        assert!(!file.text.contains("aB3dE5fG7hJ9"), "{}", file.name);
    }
    // The test would not see a key that never got there.
    let documents = hostile().documents();
    let masked = documents
        .iter()
        .filter(|document| {
            markdown(document).contains("sk\\_live\\_\\~") || markdown(document).contains("sk_live_~")
        })
        .count();
    assert!(masked >= 3, "{masked}");
}

#[test]
fn what_strangers_wrote_is_text_in_every_form() {
    for document in hostile().documents() {
        let page = html(&document);
        let tags: BTreeSet<&str> = page
            .split('<')
            .skip(1)
            .map(|rest| rest.split(['>', ' ', '\n']).next().unwrap_or_default().trim_start_matches('/'))
            .collect();
        let ours = [
            "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "header", "main", "h1", "h2", "h3",
            "p", "ul", "ol", "li", "span", "strong", "em", "code", "pre", "table", "thead", "tbody", "tr",
            "th", "td",
        ];
        for tag in tags {
            assert!(ours.contains(&tag), "{}: <{tag}>", document.id);
        }
        for hidden in ['\u{202e}', '\u{1b}'] {
            assert!(!page.contains(hidden) && !markdown(&document).contains(hidden), "{}", document.id);
        }
        let outside_code: String = markdown(&document)
            .split("\n```")
            .step_by(2)
            .flat_map(|text| text.split('`').step_by(2).map(str::to_owned).collect::<Vec<_>>())
            .collect();
        for (at, _) in outside_code.match_indices("<script") {
            assert!(outside_code[..at].ends_with('\\'), "{}", document.id);
        }
    }
}

/// Whether anything in the document is marked as open.
fn gaps(document: &Document) -> usize {
    let count = |text: &documents::Text| text.0.iter().filter(|span| span.style == Style::Unmeasured).count();
    document
        .blocks
        .iter()
        .map(|block| match block {
            Block::Paragraph { text } => count(text),
            Block::List { items, .. } => items.iter().map(count).sum(),
            Block::Ticks { items } => items.iter().map(|tick| count(&tick.text)).sum(),
            Block::Table { rows, .. } => rows.iter().flatten().map(count).sum(),
            Block::Heading { .. } | Block::Code { .. } | Block::NewPage => 0,
        })
        .sum()
}

#[test]
fn what_is_not_known_is_a_gap_and_nothing_is_made_up() {
    let nothing = DocumentContext {
        report: None,
        before: None,
        dns: None,
        answers: &Answers::default(),
        assessment: None,
        chosen: ProviderOverride::default(),
    };
    for document in documents::all(&nothing) {
        // The AI cases are complete by themselves.
        assert!(gaps(&document) > 0 || document.id == "ai-cases", "{}", document.id);
        let text = markdown(&document);
        for made_up in ["UptimeRobot", "Sentry", "Namecheap", "Ada"] {
            assert!(!text.contains(made_up), "{}: {made_up}", document.id);
        }
        let ticked = document
            .blocks
            .iter()
            .any(|block| matches!(block, Block::Ticks { items } if items.iter().any(|tick| tick.done)));
        assert!(!ticked, "{} ticks a box that nobody ticked", document.id);
    }
}

#[test]
fn the_answers_stand_where_they_belong() {
    let documents = healthy().documents();
    let text = |id: &str| markdown(documents.iter().find(|document| document.id == id).expect("it is there"));
    for (id, says) in [
        ("accounts", "Namecheap"),
        ("environment", "`DATABASE_URL`"),
        ("deployment", "Instant Rollback"),
        ("deployment", "2026-11-21"),
        ("monitoring", "Ada 555-0100"),
        ("runbooks", "Ada 555-0100"),
        ("latency", "820 ms"),
        ("latency", "-62 %"),
        ("redirect-map", "`/talks`"),
        ("redirect-map", "straight to the last URL"),
        ("demo-path", "Outlook: spam folder"),
        ("handover", "Vercel"),
        ("roadmap", "sign-up form only"),
        ("roadmap", "history scanned with a scanner"),
    ] {
        assert!(text(id).contains(says), "{id}: {says}\n{}", text(id));
    }
    // 2024/talk → talks → speaking is written as one redirect.
    assert!(text("redirect-map").contains("/speaking"));
}

#[test]
fn every_document_that_a_roadmap_promises_is_written() {
    for roadmap in roadmaps() {
        for deliverable in roadmap.stages.iter().flat_map(|stage| &stage.deliverables) {
            if let Some(document) = &deliverable.document {
                assert!(documents::Kind::of(document).is_some(), "{document}");
            }
        }
    }
    let ids: BTreeSet<&str> = KINDS.iter().map(|kind| kind.id).collect();
    assert_eq!(ids.len(), KINDS.len());
}

#[test]
fn the_registrar_is_told_by_the_registry_where_nobody_said_it() {
    let mut scenario = broken();
    // A question that failed is no account.
    let runbooks = |scenario: &Scenario| {
        let documents = scenario.documents();
        markdown(documents.iter().find(|document| document.id == "runbooks").expect("it is there"))
    };
    assert!(runbooks(&scenario).contains("Account: **[open: registrar and owner]**"));
    let finding = scenario.report.findings.iter_mut().find(|finding| finding.check == "registration");
    let seen = EvidenceItem {
        label: "registrar".into(),
        text: "Name Shop Inc.".into(),
        marks: Vec::new(),
        picture: None,
    };
    finding.expect("it is there").seen = vec![seen];
    assert!(runbooks(&scenario).contains("Account: Name Shop Inc. (told by the registry)"));
    let handover = scenario.documents().into_iter().find(|document| document.id == "handover");
    assert!(markdown(&handover.expect("it is there")).contains("| **Domain** | Name Shop Inc. |"));
}

#[test]
fn the_mail_runbook_says_which_records_go_and_which_come_each_once() {
    let documents = broken().documents();
    let text = markdown(documents.iter().find(|document| document.id == "runbooks").expect("it is there"));
    let (away, publish) = text.split_once("ask to publish:").expect("both lists are there");
    let old = "example.com. TXT \"v=spf1 include:amazonses.com ~all\"";
    assert_eq!((away.matches(old).count(), publish.matches(old).count()), (1, 0), "{text}");
    let new = "include:_spf.google.com include:amazonses.com";
    assert_eq!((away.matches(new).count(), publish.matches(new).count()), (0, 1), "{text}");
}

#[test]
fn the_risk_list_says_where_each_line_goes_at_what_is_in_use() {
    let documents = broken().documents();
    let text = markdown(documents.iter().find(|document| document.id == "risk-list").expect("it is there"));
    // Namecheap keeps the zone, and Vercel the site.
    let dmarc = "Place: Namecheap → Domain List → Manage, the domain's DNS records → add a record. Type: `TXT`; Host: `_dmarc`; Value: `v=DMARC1; p=none`";
    assert!(text.contains(dmarc), "{text}");
    assert!(
        text.contains("As lines for vercel.json") && text.contains("\"key\": \"X-Frame-Options\""),
        "{text}"
    );
    let mut scenario = broken();
    scenario.report.in_use = ProvidersInUse::default();
    let text = markdown(
        scenario.documents().iter().find(|document| document.id == "risk-list").expect("it is there"),
    );
    assert!(text.contains("Place: Where the site runs."), "{text}");
}

/// Somebody who writes a book into every field, about a domain with which everything is wrong.
fn longest() -> Scenario {
    let mut scenario = broken();
    let long = "Very long words ".repeat(200);
    for n in 0..200 {
        let service = format!("{n} {long}");
        scenario.answers.accounts.push(roadmap::Account {
            service,
            purpose: long.clone(),
            ..Default::default()
        });
    }
    scenario.answers.deploy.host.clone_from(&long);
    scenario.answers.deploy.repository.clone_from(&long);
    let monitoring = &mut scenario.answers.monitoring;
    for field in
        [&mut monitoring.tools, &mut monitoring.paged, &mut monitoring.logs, &mut monitoring.status_page]
    {
        field.clone_from(&long);
    }
    for item in roadmap::of(scenario.segment).items() {
        let said = roadmap::Said {
            answer: Some(roadmap::Word::No),
            note: long.clone(),
            owner: long.clone(),
            ..Default::default()
        };
        scenario.answers.items.insert(item.id.to_owned(), said);
    }
    scenario
}

#[test]
fn the_handover_stays_short_whatever_is_answered() {
    let scenario = longest();
    let handover =
        scenario.documents().into_iter().find(|document| document.id == "handover").expect("it is there");
    assert!(handover.one_page);
    compare("longest-handover.html", &html(&handover));
}

#[test]
fn the_archive_holds_every_file() {
    let files = written(&healthy());
    assert_eq!(files.len(), KINDS.len() * 3);
    let archive = documents::zip("example.com", &files).expect("it can be written");
    let read = rawzip::ZipArchive::from_slice(&archive).expect("it can be read");
    let mut entries = read.entries();
    let mut found = 0;
    while let Some(entry) = entries.next_entry().expect("an entry") {
        let path = entry.file_path().try_normalize().expect("a plain path").as_ref().to_owned();
        let file =
            files.iter().find(|file| path == format!("example.com/{}", file.name)).expect("a file of ours");
        let stored = read.get_entry(entry.wayfinder()).expect("the data");
        assert!(stored.data() == file.text.as_bytes(), "{path}");
        found += 1;
    }
    assert_eq!(found, files.len());
}

#[test]
fn answers_of_every_older_version_still_load() {
    let old = Answers::read(include_str!("fixtures/answers-v0.json")).expect("version 0 loads");
    assert_eq!(old.answers.word("rollback-path"), Some(roadmap::Word::Yes));
    assert_eq!(old.answers.word("rollback-tested"), Some(roadmap::Word::No));
    assert_eq!(old.answers.unknown(), ["a-question-long-gone"]);
    let text = include_str!("fixtures/answers-v1.json");
    let first = Answers::read(text).expect("version 1 loads");
    let written: serde_json::Value = serde_json::from_str(&first.answers.write()).expect("it is JSON");
    let committed: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
    // Everything of the file is still there; the writer may add what was left out.
    assert_within(&committed, &written, "");
    assert!(first.notes.iter().any(|note| note.contains("an-earlier-question")), "{:?}", first.notes);
}

fn assert_within(part: &serde_json::Value, whole: &serde_json::Value, at: &str) {
    match (part, whole) {
        (serde_json::Value::Object(part), serde_json::Value::Object(whole)) => {
            for (name, value) in part {
                let at = format!("{at}/{name}");
                assert_within(value, whole.get(name).unwrap_or(&serde_json::Value::Null), &at);
            }
        }
        (serde_json::Value::Array(part), serde_json::Value::Array(whole)) => {
            assert_eq!(part.len(), whole.len(), "{at}");
            part.iter().zip(whole).for_each(|(part, whole)| assert_within(part, whole, at));
        }
        _ => assert_eq!(part, whole, "{at}"),
    }
}

#[test]
fn the_same_material_gives_the_same_papers() {
    assert_eq!(written(&broken()), written(&broken()));
}
