//! The examples in the documentation of the checks are tests: each gives the outcome it promises, and each outcome
//! has one.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use std::collections::BTreeSet;

use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::checks;
use launch_ready_core::checks::check::{Area, Check};
use launch_ready_core::checks::docs;
use launch_ready_core::checks::finding::{Finding, Level};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::probe::Probe;
use launch_ready_core::engine::scan::Scan;
use launch_ready_core::target::Target;
use table::Table;

/// Runs one check on a table.
fn run(check: &'static Check, table: &Table) -> Finding {
    let mut scan = Scan::new(table.target.clone(), &[check], Limits::of(&table.target));
    scan.settle(|probe| table.answer(probe));
    let (_, _, findings) = scan.finish();
    findings.into_iter().next().expect("every check comes to a finding").1
}

/// The examples of a check: the fenced blocks named `evidence`.
fn examples(id: &str) -> Vec<Table> {
    let explanation = docs::of(id).unwrap_or_else(|| panic!("{id} has no file with that id in its title"));
    let mut tables = Vec::new();
    for block in explanation.examples.split("```evidence\n").skip(1) {
        let text = block.split("```").next().expect("split gives at least one part");
        tables.push(Table::parse(text).unwrap_or_else(|problem| panic!("{id}: {problem}")));
    }
    tables
}

#[test]
fn every_example_gives_the_outcome_it_promises() {
    let mut wrong = Vec::new();
    for check in checks::all() {
        for (n, example) in examples(check.id).iter().enumerate() {
            let expected =
                example.expected.as_deref().unwrap_or_else(|| panic!("{}: example {n} has no =>", check.id));
            let finding = run(check, example);
            if finding.outcome.code != expected {
                wrong.push(format!(
                    "{} example {n}: promised {expected}, got {}: {finding:#?}",
                    check.id, finding.outcome.code
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_outcome_has_an_example() {
    let mut missing = Vec::new();
    for check in checks::all() {
        let shown: BTreeSet<String> =
            examples(check.id).into_iter().filter_map(|example| example.expected).collect();
        for outcome in check.outcomes {
            if !shown.contains(outcome.code) {
                missing.push(format!("{}: {}", check.id, outcome.code));
            }
        }
    }
    assert!(missing.is_empty(), "outcomes without an example: {missing:?}");
}

#[test]
fn every_file_is_listed_once_and_named_after_its_check() {
    let listed: Vec<&str> = checks::all().map(|check| check.id).collect();
    let unique: BTreeSet<&str> = listed.iter().copied().collect();
    assert_eq!(unique.len(), listed.len(), "an id is listed twice");
    for explanation in docs::CHECK_DOCS {
        assert!(unique.contains(explanation.id), "{} is not listed in checks.rs", explanation.file);
        let stem = explanation.file.rsplit('/').next().and_then(|file| file.strip_suffix(".rs"));
        assert_eq!(stem, Some(explanation.id.replace('-', "_").as_str()), "{}", explanation.file);
    }
    assert_eq!(docs::CHECK_DOCS.len(), listed.len());
}

#[test]
fn nothing_of_the_layout_of_a_new_check_is_left() {
    for check in checks::all() {
        let explained = docs::of(check.id).expect("every check is explained");
        let words = [explained.what, explained.why, explained.fix, explained.sources, explained.covers];
        let titles = check.outcomes.iter().map(|outcome| outcome.title);
        for text in words.into_iter().chain(titles) {
            assert!(!text.starts_with("To be written"), "{}: {text}", check.id);
        }
    }
}

#[test]
fn codes_are_kebab_case_and_unique_within_their_check() {
    let kebab = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    for check in checks::all() {
        assert!(kebab(check.id), "{}", check.id);
        let codes: BTreeSet<&str> = check.outcomes.iter().map(|outcome| outcome.code).collect();
        assert_eq!(codes.len(), check.outcomes.len(), "{}: a code twice", check.id);
        assert!(codes.iter().all(|code| kebab(code)), "{}: {codes:?}", check.id);
        assert!(!codes.contains("not-measured"), "{}: the engine says not-measured by itself", check.id);
    }
}

#[test]
fn every_finding_shows_what_was_seen_and_every_problem_how_to_fix_it() {
    for check in checks::all() {
        for example in examples(check.id) {
            let finding = run(check, &example);
            let (code, level) = (finding.outcome.code, finding.outcome.level);
            if level != Level::NotApplicable {
                assert!(!finding.seen.is_empty(), "{} {code} shows nothing", check.id);
            }
            if matches!(level, Level::Warn | Level::Fail) {
                assert!(!finding.fixes.is_empty(), "{} {code} does not say what to do", check.id);
            }
        }
    }
}

/// Whether a question is a guess: a selector of DKIM that nobody named. One guess more or less is no gap.
fn is_guess(target: &Target, probe: &Probe) -> bool {
    let Probe::Dns(question) = probe else { return false };
    let selector = question.name.split_once("._domainkey.").map(|(selector, _)| selector.to_owned());
    selector.is_some_and(|selector| !target.selectors.contains(&selector))
}

#[test]
fn what_the_deadline_cut_off_of_mail_is_neither_passed_nor_failed() {
    let after = |n: usize| move |asked: usize| asked > n;
    let alone = |n: usize| move |asked: usize| asked == n;
    let mut wrong = Vec::new();
    for check in checks::all().filter(|check| check.area == Area::Email) {
        for (n, example) in examples(check.id).iter().enumerate() {
            let whole = run(check, example).outcome;
            let mut cut = |is_cut: &dyn Fn(usize) -> bool, how: &str| {
                let mut scan = Scan::new(example.target.clone(), &[check], Limits::of(&example.target));
                let mut asked = 0;
                scan.settle(|probe| {
                    asked += usize::from(!is_guess(&example.target, probe));
                    if is_cut(asked) && !is_guess(&example.target, probe) {
                        Answer::Failed(Failure::new(Cause::Deadline))
                    } else {
                        example.answer(probe)
                    }
                });
                let outcome =
                    scan.finish().2.into_iter().next().expect("every check comes to a finding").1.outcome;
                if outcome.code != whole.code && outcome.level != Level::NotMeasured {
                    let (id, code) = (check.id, outcome.code);
                    wrong.push(format!(
                        "{id} example {n}, {how}: {code}, and {} with all answers",
                        whole.code
                    ));
                }
                asked
            };
            let asked = cut(&|_| false, "");
            for answered in 0..=asked {
                cut(&after(answered), &format!("the time was up after {answered} answers"));
                cut(&alone(answered), &format!("question {answered} got no answer in time"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Findings whose lines alone do not put things right, and why.
const NOT_BY_LINES_ALONE: &[(&str, &str, usize, &str)] = &[
    (
        "security-headers",
        "incomplete",
        5,
        "framing is put right; which hosts a script policy names only a trial shows",
    ),
    (
        "security-headers",
        "no-script-policy",
        2,
        "a script policy is tried first as one that only reports, and so puts nothing right yet",
    ),
    (
        "security-headers",
        "no-script-policy",
        3,
        "a script policy is tried first as one that only reports, and so puts nothing right yet",
    ),
    (
        "security-headers",
        "incomplete",
        13,
        "a script policy is tried first as one that only reports, and so puts nothing right yet",
    ),
    (
        "security-headers",
        "no-script-policy",
        14,
        "a script policy is tried first as one that only reports, and so puts nothing right yet",
    ),
    (
        "mx",
        "refuses-mail",
        3,
        "which servers take the mail only the founder knows; the step beside it says so",
    ),
    (
        "spf-lookups",
        "near-limit",
        2,
        "one lookup less, and still near the limit; what else can go only the founder knows",
    ),
    (
        "dkim-keys",
        "dangling-guess",
        13,
        "the record is gone, and no other key is known: that is not measured, not a pass",
    ),
];

/// A level as far as a fix can move it: less is better.
fn badness(level: Level) -> u8 {
    match level {
        Level::Pass | Level::NotApplicable => 0,
        Level::Warn => 1,
        Level::NotMeasured => 2,
        Level::Fail => 3,
    }
}

#[test]
fn doing_what_a_fix_says_puts_it_right() {
    let mut wrong = Vec::new();
    let mut tried = BTreeSet::new();
    for check in checks::all() {
        for (n, example) in examples(check.id).into_iter().enumerate() {
            let before = run(check, &example);
            let code = before.outcome.code;
            let mut fixed = example.clone();
            let mut lines = 0;
            for fix in &before.fixes {
                match fixed.apply(fix) {
                    Ok(true) => lines += 1,
                    Ok(false) => {}
                    Err(problem) => wrong.push(format!("{} {code}, example {n}: {problem}", check.id)),
                }
            }
            if lines == 0 {
                continue;
            }
            let excused =
                NOT_BY_LINES_ALONE.iter().find(|(id, of, at, _)| (*id, *of, *at) == (check.id, code, n));
            let after = run(check, &fixed);
            let better = badness(after.outcome.level) < badness(before.outcome.level);
            if better == excused.is_some() {
                wrong.push(format!(
                    "{} {code}, example {n}: after the fix it is {} ({}); fixes {:#?}; seen {:#?}",
                    check.id, after.outcome.code, after.detail, before.fixes, after.seen
                ));
            }
            tried.insert((check.id, code));
        }
    }
    assert!(wrong.is_empty(), "{} of {} findings:\n{}", wrong.len(), tried.len(), wrong.join("\n"));
    assert!(tried.len() > 40, "only {} findings have lines to copy", tried.len());
}
