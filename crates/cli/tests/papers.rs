//! Documents and answers on the command line, with the lab as its internet.

mod support;

use std::collections::BTreeSet;

use launch_ready_core::plan::documents::KINDS;
use launch_ready_core::plan::roadmap::{Answers, Word};
use launch_ready_core::target::Segment;
use support::{Beside, launch_ready};

#[test]
fn a_scan_and_its_replay_write_the_same_papers() {
    let beside = Beside::start();
    let path = |name: &str| beside.file(name).display().to_string();
    let blank = launch_ready(&["answers", "coach"]);
    assert_eq!((blank.code, blank.stderr.as_str()), (0, ""));
    let mut answers = Answers::read(&blank.stdout).unwrap().answers;
    answers.items.get_mut("rate-limits").unwrap().answer = Some(Word::No);
    answers.deploy.host = "Vercel".into();
    std::fs::write(beside.file("answers.json"), answers.write()).unwrap();

    let (record, given) = (path("scan.json"), path("answers.json"));
    let (first, zip) = (path("first"), path("all.zip"));
    let ended = beside.check(
        "broken.lab",
        &["--json", "--record", &record, "--answers", &given, "--out", &first, "--zip", &zip],
    );
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    // The kind of business came with the answers.
    assert!(ended.stdout.contains("\"segment\": \"coach\""), "{}", ended.stdout);
    let names: BTreeSet<String> = std::fs::read_dir(&first)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let expected: BTreeSet<String> = KINDS
        .iter()
        .flat_map(|kind| ["md", "html", "json"].map(|extension| format!("{}.{extension}", kind.id)))
        .collect();
    assert_eq!(names, expected);
    assert!(std::fs::read(&zip).unwrap().starts_with(b"PK\x03\x04"));

    let second = path("second");
    let replayed =
        launch_ready(&["check", "--replay", &record, "--answers", &given, "--out", &second, "--json"]);
    assert_eq!(replayed.code, 1, "{}", replayed.stderr);
    assert_eq!(replayed.stdout, ended.stdout);
    for name in names {
        let read = |folder: &str| std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
        assert!(read(&first) == read(&second), "{name}");
    }
    // Another kind of business is another roadmap, with the same answers.
    let other = path("other");
    let ended = launch_ready(&[
        "check",
        "--replay",
        &record,
        "--answers",
        &given,
        "--segment",
        "ai-tool",
        "--out",
        &other,
    ]);
    assert_eq!(ended.code, 1, "{}", ended.stderr);
    let roadmap = std::fs::read_to_string(format!("{other}/roadmap.md")).unwrap();
    assert!(roadmap.contains("AI tool") && roadmap.contains("You answered No."), "{roadmap}");
}

#[test]
fn answers_that_cannot_be_read_are_refused_and_odd_ones_are_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("answers.json");
    let given = file.display().to_string();
    let recording = folder.path().join("scan.json");
    let bare = serde_json::json!({
        "schema": 1, "target": { "domain": "acme.dev" }, "evidence": [],
        "run": { "started": "2026-11-26T00:00:00Z", "vantage": "test", "took_ms": 0 },
    });
    std::fs::write(&recording, bare.to_string()).unwrap();
    let replay = recording.display().to_string();
    std::fs::write(&file, "{\"schema\": 1, \"items\": {\"rate-limits\": {\"answer\": \"maybe\"}}}").unwrap();
    let ended = launch_ready(&["check", "--replay", &replay, "--answers", &given]);
    assert_eq!((ended.code, ended.stdout.as_str()), (74, ""));
    assert!(ended.stderr.contains("maybe") && ended.stderr.contains("answers.json"), "{}", ended.stderr);
    std::fs::write(&file, "{\"schema\": 1, \"items\": {\"no-such-question\": {\"answer\": \"yes\"}}}")
        .unwrap();
    let ended = launch_ready(&["check", "--replay", &replay, "--answers", &given, "--json"]);
    assert_eq!(ended.code, 2, "{}", ended.stderr);
    assert!(ended.stderr.contains("no-such-question"), "{}", ended.stderr);
    let ended = launch_ready(&["answers", "bakery"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (64, ""));
}

#[test]
fn every_kind_of_business_has_a_blank_file() {
    for segment in Segment::ALL {
        let ended = launch_ready(&["answers", segment.id()]);
        let reading = Answers::read(&ended.stdout).unwrap();
        assert_eq!(
            (ended.code, reading.notes, reading.answers.known_segment()),
            (0, Vec::new(), Some(segment))
        );
    }
}
