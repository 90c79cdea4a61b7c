use proptest::prelude::*;

use super::*;
use crate::checks::finding::Outcome;
use crate::report::FindingReport;
use crate::shortened::CUT;

static FOUND: Outcome = Outcome::fail("found", "Something is found");

fn shown(finding: &Finding) -> Finding {
    super::finding(finding, ROOMS[0]).0
}

#[test]
fn a_short_text_stays_as_it_is_and_a_long_one_says_how_much_more_there_was() {
    assert_eq!(text("v=spf1 -all", 100), "v=spf1 -all");
    assert_eq!(text(&"a".repeat(100), 100), "a".repeat(100));
    assert_eq!(text(&"a".repeat(12_445), 148), format!("{}… (12,345 more characters)", "a".repeat(100)));
    assert_eq!(
        text(&"é".repeat(75), 148),
        format!("{}… (25 more characters)", "é".repeat(50)),
        "between characters"
    );
    assert_eq!(text(&"\u{1}".repeat(100), 60), "\u{1}\u{1}… (98 more characters)", "six bytes of JSON each");
    assert_eq!(text("much too long for this", 10), "… (22 more characters)");
}

#[test]
fn notes_about_what_is_cut_point_at_where_it_says_so() {
    let issues = [(0, 6), (4_000, 5_000), (9_000, 9_004)].map(|(start, end)| {
        crate::diagnostic::Diagnostic::error("odd", Span::new(start, end), "This is odd.")
    });
    let finding = shown(&FOUND.found().with_marked_evidence("TXT example.com", "x".repeat(10_000), &issues));
    let seen = &finding.seen[0];
    let pointed: Vec<&str> = seen.marks.iter().map(|mark| mark.span.of(&seen.text)).collect();
    assert_eq!(pointed[0], "xxxxxx");
    assert_eq!(pointed[1], "x".repeat(MAX_TEXT - CUT - 4_000), "up to the cut");
    assert_eq!(pointed[2], "… (5,952 more characters)");
}

#[test]
fn more_notes_than_there_is_room_for_are_counted() {
    let issue = crate::diagnostic::Diagnostic::error("odd", Span::new(0, 1), "This is odd.");
    let finding = shown(&FOUND.found().with_marked_evidence("TXT example.com", "x", &vec![issue; 100]));
    let marks = &finding.seen[0].marks;
    assert!(marks.len() <= MAX_MARKS);
    let last = marks.last().unwrap();
    let left_out = 101 - marks.len();
    assert_eq!(last.note, format!("{left_out} more notes not shown here"));
}

#[test]
fn a_line_that_is_too_long_is_never_a_line_to_copy() {
    let long = "x".repeat(20_000);
    let old = Some(long.clone());
    let fixes = [
        (Fix::header("Content-Security-Policy", long.as_str()), "Set the header Content-Security-Policy as"),
        (Fix::record("example.com", "TXT", long.as_str()), "Add the TXT record of example.com as"),
        (
            Fix::record("example.com", "TXT", "v=spf1 -all").replacing(old),
            "Change the TXT record of example.com as",
        ),
        (
            Fix::Redirect { from: "http://example.com".into(), to: long.clone() },
            "Redirect http://example.com permanently",
        ),
        (
            Fix::RemoveRecord { name: "example.com".into(), record_type: "TXT".into(), value: long.clone() },
            "Remove the TXT record of example.com that",
        ),
        (Fix::step(format!("Put this file there:\n{long}")), "Put this file there: What to copy is too long"),
        (Fix::step(format!("Say {long}")), "Say xxx"),
    ];
    for (fix, begins) in fixes {
        let finding = shown(&FOUND.found().fix(fix));
        let [Fix::Step { text }] = finding.fixes.as_slice() else { panic!("{:?}", finding.fixes) };
        assert!(text.starts_with(begins), "{text}");
        assert!(!text.contains('\n') && length(text) <= MAX_NAME, "{text}");
        assert!(text.contains("characters"), "it says how long it is: {text}");
    }
}

#[test]
fn a_fix_of_usual_length_stays_whole() {
    let key = format!("\"v=DKIM1; k=rsa; p={}\"", "A".repeat(736));
    let fix = Fix::record("mail._domainkey.example.com", "TXT", key);
    assert_eq!(shown(&FOUND.found().fix(fix.clone())).fixes, [fix]);
}

#[test]
fn what_has_no_room_is_counted() {
    let mut finding = FOUND.found();
    for at in 0..1_000_u32 {
        finding = finding
            .with_evidence(format!("GET https://example.com/{at}"), "x".repeat(300))
            .measure(format!("response time of https://example.com/{at}"), at, "ms")
            .fix(Fix::record(format!("{at}.example.com"), "TXT", "x".repeat(300)));
    }
    let finding = shown(&finding);
    let last = finding.seen.last().unwrap();
    let left_out = grouped(1_001 - finding.seen.len() as u128);
    assert_eq!(last.text, format!("{left_out} more are not shown here"));
    let last = finding.measures.last().unwrap();
    assert_eq!((last.value, last.unit.as_str()), (1_001 - finding.measures.len() as u32, "measures"));
    let Some(Fix::Step { text }) = finding.fixes.last() else { panic!("{:?}", finding.fixes) };
    let left_out = grouped(1_001 - finding.fixes.len() as u128);
    assert_eq!(
        text,
        &format!("{left_out} more changes not shown here. Apply the ones shown, then check again.")
    );
}

#[test]
fn what_is_left_out_of_a_picture_is_counted_and_added_up() {
    let row = ChartRow { text: "include:example.com".into(), value: 2, status: 0 };
    let drawn = |kind| Chart { kind, rows: vec![row.clone(); 100], limit: 10 };
    let finding = shown(&FOUND.found().with_charted_evidence("lookups", "", drawn(ChartKind::Shares)));
    let shares = finding.seen[0].picture.as_ref().map_or(picture(&drawn(ChartKind::Shares)), Clone::clone);
    assert_eq!(shares.rows.last(), Some(&ChartRow { text: "60 more".into(), value: 120, status: 0 }));
    assert_eq!(picture(&drawn(ChartKind::Chain)).rows.last().map(|row| row.value), Some(0));
}

#[test]
fn a_dns_map_says_how_many_records_have_no_room() {
    let row = |at: u32| Row {
        name: format!("{at}.example.com"),
        record_type: "TXT".into(),
        value: "x".repeat(256),
        ttl: 300,
        provider: String::new(),
        purpose: "a note for a service, or left over".into(),
    };
    let few: Vec<Row> = (0..20).map(row).collect();
    assert_eq!(rows("example.com", few.clone()), few);
    let many = rows("example.com", (0..5_000).map(row).collect());
    assert!(serde_json::to_vec(&many).unwrap().len() <= MAX_DNS_MAP);
    let last = many.last().unwrap();
    assert_eq!(last.value, format!("{} more records", grouped(5_001 - many.len() as u128)));
}

/// Anything that strangers may write: short, long, and what JSON writes in six bytes.
fn written() -> impl Strategy<Value = String> {
    let end = prop_oneof![Just(0_usize), 0..40_usize, 0..20_000_usize];
    let character =
        prop_oneof![Just("a"), Just("\""), Just("\u{1}"), Just("é"), Just("\u{1f680}"), Just("a\n")];
    (character, end).prop_map(|(character, times)| character.repeat(times))
}

fn marked() -> impl Strategy<Value = EvidenceItem> {
    let mark = (0..30_000_usize, 0..500_usize, written());
    (
        written(),
        written(),
        prop::collection::vec(mark, 0..40),
        prop::option::of(prop::collection::vec(written(), 0..60)),
    )
        .prop_map(|(label, text, marks, rows)| {
            let place =
                |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            let marks = marks
                .into_iter()
                .map(|(start, length, note)| Mark {
                    span: Span::new(place(start), place(start + length)),
                    code: "odd".into(),
                    severity: Severity::Error,
                    note,
                })
                .collect();
            let picture = rows.map(|rows| Chart {
                kind: ChartKind::Chain,
                rows: rows.into_iter().map(|text| ChartRow { text, value: 1, status: 301 }).collect(),
                limit: 0,
            });
            EvidenceItem { label, text, marks, picture }
        })
}

fn anything() -> impl Strategy<Value = Finding> {
    let fix = (written(), written(), prop::option::of(written()))
        .prop_map(|(name, value, replaces)| Fix::Record { name, record_type: "TXT".into(), value, replaces });
    let measure = written().prop_map(|label| Measure { label, value: 1, unit: "ms".into() });
    (
        written(),
        prop::collection::vec(marked(), 0..60),
        prop::collection::vec(measure, 0..60),
        prop::collection::vec(fix, 0..60),
    )
        .prop_map(|(detail, seen, measures, fixes)| Finding {
            missed: None,
            outcome: &FOUND,
            detail,
            seen,
            measures,
            fixes,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_finding_fits_its_room_and_tells_the_truth_about_its_length(found in anything()) {
        let check = *crate::checks::DEFAULT.first().unwrap();
        for room in ROOMS {
            let (finding, used) = super::finding(&found, room);
            // What is said at least, however small the room.
            prop_assert!(used <= room + 2 * NOTICE, "{} in {}", used, room);
            let mut judged = FindingReport::new(check, &finding);
            let json = |judged: &FindingReport| serde_json::to_vec(judged).unwrap().len();
            let whole = json(&judged);
            (judged.detail, judged.seen, judged.measures, judged.fixes) = Default::default();
            prop_assert!(whole - json(&judged) <= used, "{} of {}", whole - json(&judged), used);
            for seen in &finding.seen {
                for mark in &seen.marks {
                    let Span { start, end } = mark.span;
                    prop_assert!(seen.text.get(start..end).is_some(), "{:?} in {} bytes", mark.span, seen.text.len());
                }
            }
            for fix in finding.fixes.iter().filter(|fix| !matches!(fix, Fix::Step { .. })) {
                prop_assert!(found.fixes.contains(fix), "a line to copy is whole");
            }
        }
    }

    #[test]
    fn what_fits_is_not_touched(label in "[ -~]{0,80}", seen in "[ -~]{0,80}", detail in "[ -~]{0,80}") {
        let found = FOUND.found().detail(detail).with_evidence(label.clone(), seen).measure(label, 7, "ms");
        prop_assert_eq!(shown(&found), found);
    }
}
