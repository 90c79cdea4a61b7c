//! The committed documentation is what the code says.

use std::collections::BTreeSet;
use std::path::Path;

use launch_ready::docs::{PAGES, REGENERATE, STRINGS, files};
use launch_ready::strings;

#[test]
fn the_generated_files_are_up_to_date() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let files = files().unwrap();
    for (name, text) in &files {
        let committed = std::fs::read_to_string(docs.join(name)).unwrap_or_default();
        assert!(committed == *text, "docs/{name} is out of date; run: {REGENERATE}");
    }
    for folder in PAGES {
        let pages: BTreeSet<String> = std::fs::read_dir(docs.join(folder))
            .unwrap()
            .map(|entry| format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy()))
            .collect();
        let below = |name: &&String| name.split('/').next() == Some(folder);
        let expected: BTreeSet<String> = files.keys().filter(below).cloned().collect();
        assert_eq!(
            pages, expected,
            "docs/{folder}/ holds a page of something that is gone; run: {REGENERATE}"
        );
    }
}

#[test]
fn every_sentence_is_listed_and_the_list_is_up_to_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let page = strings::page(&root).unwrap();
    for said in [
        "Two SPF records cancel each other out",
        "Nothing blocks your launch.",
        "Check your connection, or try again in a minute. This says nothing about your domain.",
        "Can you go live?",
    ] {
        assert!(page.contains(&format!("- {said}\n")), "{said}");
    }
    let committed = std::fs::read_to_string(root.join("docs").join(STRINGS)).unwrap_or_default();
    assert!(committed == page, "docs/{STRINGS} is out of date; run: {REGENERATE}");
}

#[test]
fn the_schemas_describe_the_report_and_the_stream() {
    let files = files().unwrap();
    let schema: serde_json::Value = serde_json::from_str(&files["report.schema.json"]).unwrap();
    for field in ["schema", "verdict", "score", "coverage", "risks", "findings"] {
        assert!(schema["properties"][field].is_object(), "{field}");
    }
    assert!(files["stream-event.schema.json"].contains("\"progress\""));
}
