use super::*;
use crate::report::score;
use crate::report::score::Graded;

/// A report in which the named checks came out as told, and all others as passes.
fn report(segment: Segment, told: &[(&str, &str)]) -> Report {
    let judged: Vec<FindingReport> = crate::checks::all()
        .map(|check| {
            let code = told.iter().find(|(id, _)| *id == check.id).map(|(_, code)| *code);
            let passes = || check.outcomes.iter().copied().find(|outcome| outcome.level == Level::Pass);
            let outcome = match code {
                Some(code) => check.outcomes.iter().copied().find(|outcome| outcome.code == code).unwrap(),
                None => passes().unwrap_or(check.outcomes[0]),
            };
            FindingReport::new(check, &outcome.found())
        })
        .collect();
    let graded: Vec<Graded<'_>> = judged.iter().map(FindingReport::graded).collect();
    let (decision, checks) = score::decide(&graded);
    let report = serde_json::json!({
        "schema": 1, "scoring": 1, "domain": "example.com", "domain_unicode": "example.com", "segment": segment,
        "run": { "started": "2026-11-26T00:00:00Z", "vantage": "test", "took_ms": 1 },
        "verdict": { "decision": decision, "reason": "", "checks": checks },
        "score": null, "coverage": { "answered": 1, "of": 1 }, "risks": [], "findings": judged,
    });
    serde_json::from_value(report).unwrap()
}

fn answers(said: &[(&str, Word)]) -> Answers {
    let items = said.iter().map(|(id, word)| ((*id).to_owned(), Said::from(*word))).collect();
    Answers { items, ..Answers::default() }
}

/// Yes to everything that a roadmap asks, no to every sign of failure.
fn all_well(segment: Segment) -> Answers {
    let roadmap = data::of(segment);
    let yes = roadmap.items().map(|item| (item.id.as_str(), Word::Yes));
    let signals =
        roadmap.stages.iter().flat_map(|stage| &stage.signals).map(|signal| (signal.id.as_str(), Word::No));
    answers(&yes.chain(signals).collect::<Vec<_>>())
}

fn item<'a>(assessment: &'a Assessment, id: &str) -> &'a ItemState {
    assessment
        .stages
        .iter()
        .flat_map(|stage| &stage.items)
        .chain(&assessment.targets)
        .find(|item| item.id == id)
        .unwrap()
}

fn signal<'a>(assessment: &'a Assessment, id: &str) -> &'a SignalState {
    assessment.stages.iter().flat_map(|stage| &stage.signals).find(|signal| signal.id == id).unwrap()
}

#[test]
fn evidence_answers_what_it_can_and_the_founder_the_rest() {
    let coach = Segment::Coach;
    let seen = assess(coach, Some(&report(coach, &[])), &answers(&[("rate-limits", Word::No)]));
    let state = |id| (item(&seen, id).state, item(&seen, id).source);
    assert_eq!(state("domain-resolves"), (State::Yes, Source::Evidence));
    assert_eq!(state("rate-limits"), (State::No, Source::Founder));
    assert_eq!(state("logs-without-secrets"), (State::Open, Source::Nobody));
    // The checks see a part of it only.
    assert_eq!(state("uptime-monitoring"), (State::Open, Source::Evidence));
    let said = assess(coach, Some(&report(coach, &[])), &answers(&[("uptime-monitoring", Word::Yes)]));
    assert_eq!(item(&said, "uptime-monitoring").source, Source::Both);
}

#[test]
fn what_was_measured_is_not_talked_away_and_the_contradiction_is_shown() {
    let coach = Segment::Coach;
    let report = report(coach, &[("https-redirect", "serves-http"), ("dmarc-policy", "monitoring")]);
    let seen = assess(
        coach,
        Some(&report),
        &answers(&[
            ("https-everywhere", Word::Yes),
            ("email-authenticated", Word::Yes),
            ("domain-resolves", Word::No),
        ]),
    );
    let https = item(&seen, "https-everywhere");
    assert_eq!(https.state, State::No);
    assert!(https.contradiction.as_deref().unwrap().contains("You answered Yes"), "{https:?}");
    assert_eq!(item(&seen, "email-authenticated").state, State::Partly);
    let domain = item(&seen, "domain-resolves");
    assert_eq!(domain.state, State::No, "a founder's no counts, whatever the checks see");
    assert!(domain.contradiction.is_some());
    assert_eq!(seen.contradictions, ["domain-resolves", "https-everywhere"]);
}

#[test]
fn what_could_not_be_measured_is_the_founders_to_say() {
    let coach = Segment::Coach;
    let report = report(coach, &[("dkim-keys", "selector-unknown")]);
    let open = assess(coach, Some(&report), &Answers::default());
    assert_eq!(item(&open, "email-authenticated").state, State::Open);
    let said = assess(coach, Some(&report), &answers(&[("email-authenticated", Word::Yes)]));
    assert_eq!(
        (item(&said, "email-authenticated").state, item(&said, "email-authenticated").source),
        (State::Yes, Source::Founder)
    );
}

#[test]
fn a_sign_of_failure_is_shown_by_evidence_by_a_no_or_by_word() {
    let coach = Segment::Coach;
    let seen = assess(coach, Some(&report(coach, &[("redirect-loop", "loop")])), &Answers::default());
    assert!(signal(&seen, "redirect-mess").present);
    assert!(signal(&seen, "redirect-mess").because.contains("loop"), "{seen:?}");
    let refused = assess(coach, None, &answers(&[("logs-without-secrets", Word::No)]));
    assert!(signal(&refused, "logs-with-secrets").present);
    let said = assess(coach, None, &answers(&[("slow-after-refreshes", Word::Yes)]));
    assert!(signal(&said, "slow-after-refreshes").present);
    let denied = assess(
        coach,
        Some(&report(coach, &[("redirect-loop", "loop")])),
        &answers(&[("redirect-mess", Word::No)]),
    );
    assert!(
        signal(&denied, "redirect-mess").present && signal(&denied, "redirect-mess").contradiction.is_some()
    );
}

#[test]
fn a_segment_is_go_when_every_must_have_is_met_and_not_before() {
    for segment in Segment::ALL {
        let well = all_well(segment);
        let clean = report(segment, &[]);
        let go = assess(segment, Some(&clean), &well);
        assert_eq!(go.decision, Decision::Go, "{}", go.reason);
        // The domain alone says nothing about what only the founder knows.
        assert_eq!(assess(segment, Some(&clean), &Answers::default()).decision, Decision::NoVerdict);
        assert_eq!(assess(segment, None, &well).decision, Decision::NoVerdict);
        for must in data::of(segment).items().filter(|item| item.must) {
            let mut missing = well.clone();
            missing.items.insert(must.id.to_owned(), Word::No.into());
            let no_go = assess(segment, Some(&clean), &missing);
            assert_eq!(no_go.decision, Decision::NoGo, "{}", must.id);
            let mut open = well.clone();
            open.items.remove(must.id.as_str());
            let open = assess(segment, Some(&clean), &open);
            let settled = must.by == By::Evidence;
            assert_eq!(open.decision == Decision::Go, settled, "{}", must.id);
        }
        let broken = assess(segment, Some(&report(segment, &[("apex-address", "missing")])), &well);
        assert_eq!(broken.decision, Decision::NoGo);
    }
}

#[test]
fn a_time_judged_by_another_kinds_target_is_not_taken_over() {
    let slow = report(
        Segment::CreatorPlatform,
        &[("home-response-time", "slow"), ("endpoint-response-time", "none-named")],
    );
    let same = assess(Segment::CreatorPlatform, Some(&slow), &Answers::default());
    assert_eq!(item(&same, "p95-reads").state, State::Partly);
    let other = assess(Segment::Coach, Some(&slow), &Answers::default());
    assert_eq!(item(&other, "p95-critical-400").state, State::Open);
    assert!(item(&other, "p95-critical-400").evidence[0].title.contains("another target"));
}

#[test]
fn a_stage_stands_by_its_items_and_signs() {
    let coach = Segment::Coach;
    let stand = |answers: &Answers| assess(coach, None, answers).stages[2].stand;
    assert_eq!(stand(&Answers::default()), StageStand::NotBegun);
    assert_eq!(stand(&answers(&[("cors-limited", Word::Yes)])), StageStand::Underway);
    assert_eq!(stand(&all_well(coach)), StageStand::Done);
    assert_eq!(stand(&answers(&[("logs-with-secrets", Word::Yes)])), StageStand::Failing);
    assert_eq!(stand(&answers(&[("secrets-in-store", Word::No)])), StageStand::Failing);
}

#[test]
fn answers_stay_when_the_segment_changes() {
    let said = answers(&[("rate-limits", Word::Yes), ("gone-one", Word::No)]);
    for segment in [Segment::Coach, Segment::AiTool, Segment::MobileApp, Segment::InternalTool] {
        let seen = assess(segment, None, &said);
        assert_eq!(item(&seen, "rate-limits").state, State::Yes, "{segment:?}");
        assert_eq!(seen.unknown, ["gone-one"]);
    }
}

proptest::proptest! {
    /// Saying yes to one more thing never makes the decision worse, and a no never makes it better.
    #[test]
    fn yes_never_hurts_and_no_never_helps(segment in 0usize..5, words in proptest::collection::vec(0u8..4, 60), at in 0usize..60) {
        let segment = Segment::ALL[segment];
        let ids: Vec<&str> = data::of(segment).items().map(|item| item.id.as_str()).collect();
        let said: Vec<(&str, Word)> = ids.iter().zip(&words).filter_map(|(id, word)| {
            Some((*id, [Word::Yes, Word::No, Word::NotApplicable].get(usize::from(*word)).copied()?))
        }).collect();
        let rank = |decision| match decision { Decision::NoGo => 0, Decision::NoVerdict => 1, Decision::Go => 2 };
        let clean = report(segment, &[]);
        let now = rank(assess(segment, Some(&clean), &answers(&said)).decision);
        let id = ids[at % ids.len()];
        let with = |word| {
            let mut said = answers(&said);
            said.items.insert(id.to_owned(), Said::from(word));
            rank(assess(segment, Some(&clean), &said).decision)
        };
        proptest::prop_assert!(with(Word::Yes) >= now);
        proptest::prop_assert!(with(Word::No) <= now);
    }
}

#[test]
fn a_founders_no_stands_against_whatever_the_checks_see() {
    let states = [None, Some(State::Yes), Some(State::Partly), Some(State::No), Some(State::NotApplicable)];
    for by in [By::Evidence, By::Both, By::Founder] {
        for seen in states {
            assert_eq!(weigh(by, seen, Some(Word::No)).0, State::No, "{by:?} {seen:?}");
        }
    }
}

#[test]
fn what_can_only_refute_an_item_answers_it_where_it_fails_and_nowhere_else() {
    let state = |told: &[(&str, &str)]| {
        let report = report(Segment::Coach, told);
        let assessment = assess(Segment::Coach, Some(&report), &Answers::default());
        let mut items = assessment.stages.into_iter().flat_map(|stage| stage.items);
        items.find(|item| item.id == "https-everywhere").unwrap().state
    };
    assert_eq!(state(&[]), State::Yes);
    assert_eq!(state(&[("certificate", "expired")]), State::No, "no certificate that browsers trust");
    assert_eq!(state(&[("certificate", "expires-soon")]), State::Partly);
    assert_eq!(state(&[("certificate", "tls13-only")]), State::Yes, "the request over https was trusted");
}

#[test]
fn every_check_feeds_an_item_a_sign_or_a_target() {
    let mut unused: Vec<&str> = crate::checks::all().map(|check| check.id).collect();
    for segment in Segment::ALL {
        let roadmap = data::of(segment);
        let stages = roadmap.stages.iter();
        let seen = stages.flat_map(|stage| &stage.signals).flat_map(|signal| &signal.seen);
        let items = roadmap.items().chain(&roadmap.targets);
        let named = items.flat_map(|item| item.evidence.iter().chain(&item.refutes)).chain(seen);
        for name in named {
            unused.retain(|check| name.split('/').next() != Some(check));
        }
    }
    assert!(unused.is_empty(), "{unused:?}");
}
