//! What each clause of RFC 9989 about records means, and what authors get wrong.

use crate::email::tags::Setting;
use proptest::prelude::*;

use super::*;
use crate::diagnostic::corrected;
use crate::email::tests::{assert_in_bounds, codes, corpus};
use crate::email::uri::{Destination, ReportUri};

//------------ Which records are DMARC (RFC 9989, 4.7 and 4.10) --------------

#[test]
fn the_version_is_first_and_exact() {
    for text in ["v=DMARC1", "v=DMARC1;", "v=DMARC1; p=none", "v\t = DMARC1 ;p=none", "V=DMARC1"] {
        assert_eq!(select(&[text]).only(), Some(text), "{text}");
        assert!(parse(text).0.is_valid(), "{text}");
    }
    for text in [
        "v=dmarc1; p=none",
        "v=Dmarc1",
        "v=DMARC10",
        "v=DMARC",
        " v=DMARC1",
        "\"v=DMARC1",
        "v=DMARC1 p=none",
        "v=DMARC1\\; p=none",
    ] {
        let texts = [text];
        let selected = select(&texts);
        assert!(selected.records.is_empty(), "{text}");
        assert_eq!(selected.near_misses, [text], "{text}");
        assert!(!parse(text).0.is_valid(), "{text}");
    }
    let texts = ["p=none; v=DMARC1", "v=spf1 -all", ""];
    assert_eq!(select(&texts), Selected::default());
    assert!(!parse("p=none; v=DMARC1").0.is_valid());
}

#[test]
fn a_record_with_its_version_elsewhere_or_without_one_was_meant_as_one() {
    for text in [
        "p=none; v=DMARC1",
        "rua=mailto:d@b.net; p=reject; v=dmarc1",
        "p=reject; rua=mailto:d@b.net",
        "rua=mailto:d@b.net",
        "v=DMARC1 p=none",
    ] {
        assert_eq!(skipped(&[text]), [text]);
    }
    // A record that receivers take, and those of others.
    for text in [
        "v=DMARC1; p=none",
        "v=TLSRPTv1; rua=mailto:d@b.net",
        "v=spf1 -all",
        "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC7",
        "v=BIMI1; l=; a=",
        "about=p",
        "",
    ] {
        assert!(skipped(&[text]).is_empty(), "{text}");
    }
}

#[test]
fn several_records_are_kept_apart() {
    let texts = ["v=DMARC1; p=none", "v=DMARC1; p=none", "other"];
    assert_eq!(select(&texts).records.len(), 2);
    assert_eq!(select(&texts).only(), None);
}

//------------ Tags (RFC 9989, 4.7) ------------------------------------------

#[test]
fn every_tag_is_read() {
    let text = "v=DMARC1; p=reject; sp=quarantine; np=none; adkim=s; aspf=r; t=y; psd=n; fo=1:d:s; \
                rua=mailto:a@x.example, mailto:b@y.example; ruf=mailto:c@z.example; later=tag";
    let (record, issues) = parse(text);
    assert_eq!(codes(&issues), ["tag-unknown"]);
    assert_eq!(record.policy.value(), Some(Policy::Reject));
    assert_eq!(record.policy.span().unwrap().of(text), "reject");
    assert_eq!(record.subdomain_policy.value(), Some(Policy::Quarantine));
    assert_eq!(record.nonexistent_policy.value(), Some(Policy::None));
    assert_eq!(record.dkim_alignment.value(), Some(Alignment::Strict));
    assert_eq!(record.spf_alignment.value(), Some(Alignment::Relaxed));
    assert_eq!(record.testing.value(), Some(true));
    assert_eq!(record.public_suffix.value(), Some(PublicSuffix::No));
    assert_eq!(record.failure_options.value(), Some(FailureOptions { any: true, dkim: true, spf: true }));
    let places: Vec<_> = record.aggregate_reports.iter().map(|uri| uri.destination).collect();
    assert_eq!(
        places,
        [
            Destination::Mailto { local_part: "a", domain: "x.example" },
            Destination::Mailto { local_part: "b", domain: "y.example" },
        ]
    );
    assert_eq!(record.failure_reports.first().unwrap().span.of(text), "mailto:c@z.example");
    assert_eq!(record.to_string(), text);
    assert_eq!(record.tags().count(), 12);
}

#[test]
fn blanks_around_signs_and_letter_case_of_values_do_not_matter() {
    let (record, issues) = parse("v = DMARC1\t;p=\tREJECT ;SP=none; aspf = S;;");
    assert_eq!(record.policy.value(), Some(Policy::Reject));
    assert_eq!(record.spf_alignment.value(), Some(Alignment::Strict));
    assert_eq!(record.subdomain_policy, Setting::Absent, "names are case-sensitive");
    assert_eq!(codes(&issues), ["tag-unknown", "tag-empty"]);
}

#[test]
fn the_order_behind_the_version_is_free_and_older_receivers_want_the_policy_second() {
    let (record, issues) = parse("v=DMARC1; rua=mailto:a@b.example; p=reject");
    assert_eq!(record.policy.value(), Some(Policy::Reject));
    assert_eq!(codes(&issues), ["policy-not-second"]);
}

#[test]
fn bad_values_fall_back_to_defaults() {
    let (record, issues) = parse("v=DMARC1; p=none; adkim=x; aspf=; t=1; psd=maybe; fo=2");
    assert!(record.is_valid());
    assert_eq!(record.dkim_alignment.value().unwrap_or_default(), Alignment::Relaxed);
    assert_eq!(record.spf_alignment.value().unwrap_or_default(), Alignment::Relaxed);
    assert_eq!(record.testing.value(), None);
    assert_eq!(record.public_suffix.value().unwrap_or_default(), PublicSuffix::Unknown);
    assert_eq!(record.failure_options.value().unwrap_or_default(), FailureOptions::default());
    assert_eq!(codes(&issues)[..5], ["value-unknown"; 5]);
}

#[test]
fn a_domain_says_whether_others_register_below_it() {
    for (value, expected) in [
        ("y", Some(PublicSuffix::Yes)),
        ("n", Some(PublicSuffix::No)),
        ("u", Some(PublicSuffix::Unknown)),
        ("N", Some(PublicSuffix::No)),
        ("yes", None),
    ] {
        let text = format!("v=DMARC1; p=none; psd={value}");
        assert_eq!(parse(&text).0.public_suffix.value(), expected, "{value}");
    }
}

#[test]
fn failure_options_stand_once_each() {
    for (value, expected) in [
        ("0", Some(FailureOptions::default())),
        ("1", Some(FailureOptions { any: true, ..FailureOptions::default() })),
        ("d:s:1", Some(FailureOptions { any: true, dkim: true, spf: true })),
        ("s : d", Some(FailureOptions { any: false, dkim: true, spf: true })),
        ("0:1", Some(FailureOptions { any: true, ..FailureOptions::default() })),
        ("0:1:d:s", Some(FailureOptions { any: true, dkim: true, spf: true })),
        ("1:1", None),
        ("d:d", None),
        ("", None),
        ("01", None),
    ] {
        let text = format!("v=DMARC1; p=none; fo={value}; ruf=mailto:a@b.example");
        assert_eq!(parse(&text).0.failure_options.value(), expected, "{value}");
    }
    assert!(codes(&parse("v=DMARC1; p=none; fo=1").1).contains(&"fo-without-ruf"));
}

#[test]
fn historic_tags_are_named() {
    let (record, issues) = parse("v=DMARC1; p=reject; pct=50; ri=3600; rf=afrf");
    assert_eq!(record.percentage.value(), Some(50));
    assert_eq!(record.report_interval.value(), Some(3600));
    assert_eq!(codes(&issues), ["tag-historic"; 3]);
    assert_eq!(issues[0].severity, crate::diagnostic::Severity::Warning);
    assert_eq!(parse("v=DMARC1; p=none; pct=101").0.percentage.value(), None);
    assert_eq!(parse("v=DMARC1; p=none; pct=100").1[0].severity, crate::diagnostic::Severity::Note);
}

#[test]
fn a_tag_that_stands_twice_counts_once_and_is_an_error() {
    let (record, issues) = parse("v=DMARC1; p=none; p=reject");
    assert_eq!(record.policy.value(), Some(Policy::None));
    assert_eq!(codes(&issues), ["tag-repeated"]);
    assert_eq!(codes(&parse("v=DMARC1; p=none; x=1; x=2").1), ["tag-unknown"; 2]);
}

//------------ The policy in force (RFC 9989, 4.7 and 4.10.1) ----------------

#[test]
fn a_policy_falls_back_from_np_to_sp_to_p() {
    for (text, domain, subdomain, nonexistent) in [
        ("p=reject", Policy::Reject, Policy::Reject, Policy::Reject),
        ("p=reject; sp=none", Policy::Reject, Policy::None, Policy::None),
        ("p=none; np=reject", Policy::None, Policy::None, Policy::Reject),
        ("p=none; sp=quarantine; np=reject", Policy::None, Policy::Quarantine, Policy::Reject),
    ] {
        let text = format!("v=DMARC1; {text}");
        let record = parse(&text).0;
        let policies = [Subject::Domain, Subject::Subdomain, Subject::NonExistentSubdomain]
            .map(|subject| record.requested_policy(subject).discovered.unwrap());
        assert_eq!(policies, [domain, subdomain, nonexistent], "{text}");
    }
}

#[test]
fn a_missing_policy_is_none_or_nothing_depending_on_where_one_reads() {
    let with_rua = EffectivePolicy { defined: Policy::None, discovered: Some(Policy::None) };
    let without = EffectivePolicy { defined: Policy::None, discovered: None };
    for (text, expected) in [
        ("v=DMARC1", without),
        ("v=DMARC1; rua=mailto:a@b.example", with_rua),
        ("v=DMARC1; rua=a@b.example", without),
        ("v=DMARC1; p=monitor", without),
        ("v=DMARC1; p=monitor; rua=mailto:a@b.example", with_rua),
    ] {
        assert_eq!(parse(text).0.requested_policy(Subject::Domain), expected, "{text}");
    }
}

#[test]
fn an_invalid_sp_or_np_is_read_like_a_missing_p() {
    for tag in ["sp=x", "np=x"] {
        let text = format!("v=DMARC1; p=reject; {tag}");
        let policy = parse(&text).0.requested_policy(Subject::Domain);
        assert_eq!(policy, EffectivePolicy { defined: Policy::Reject, discovered: None }, "{text}");
        let text = format!("{text}; rua=mailto:a@b.example");
        assert_eq!(parse(&text).0.requested_policy(Subject::Domain).discovered, Some(Policy::None), "{text}");
    }
}

#[test]
fn test_mode_lowers_by_one_level() {
    for (policy, lowered) in
        [("reject", Policy::Quarantine), ("quarantine", Policy::None), ("none", Policy::None)]
    {
        let text = format!("v=DMARC1; p={policy}; t=y");
        assert_eq!(parse(&text).0.applied_policy(Subject::Domain).discovered, Some(lowered), "{text}");
        let text = format!("v=DMARC1; p={policy}; t=n");
        let record = parse(&text).0;
        assert_eq!(record.applied_policy(Subject::Domain), record.requested_policy(Subject::Domain));
    }
}

//------------ Advice --------------------------------------------------------

#[test]
fn mistakes_get_a_code_and_the_edit_that_puts_them_right() {
    for (text, code, fixed) in [
        ("v=dmarc1; p=none", "version-case", "v=DMARC1; p=none"),
        ("v=DMARC; p=none", "version-unknown", "v=DMARC1; p=none"),
        ("v=DMARC2; p=none", "version-unknown", "v=DMARC1; p=none"),
        ("v=DMARC1 p=none", "semicolon-missing", "v=DMARC1; p=none"),
        ("v=DMARC1, p=none", "comma-for-semicolon", "v=DMARC1; p=none"),
        ("v=DMARC1\\; p=none", "trailing-junk", "v=DMARC1; p=none"),
        (" v=DMARC1; p=none", "space-before-version", "v=DMARC1; p=none"),
        ("\"v=DMARC1; p=none", "quote", "v=DMARC1; p=none"),
        ("p=none", "version-missing", "v=DMARC1; p=none"),
        ("v=DMARC1; p=none; sp-none", "equals-missing", "v=DMARC1; p=none; sp=none"),
        ("v=DMARC1; p=none; pct100", "equals-missing", "v=DMARC1; p=none; pct=100"),
        ("v=DMARC1; p=none; fo:0", "equals-missing", "v=DMARC1; p=none; fo=0"),
        ("v=DMARC1; p=none; rf:afrf", "equals-missing", "v=DMARC1; p=none; rf=afrf"),
        ("v=DMARC1; p reject", "equals-missing", "v=DMARC1; p=reject"),
        ("v=DMARC1; preject", "equals-missing", "v=DMARC1; p=reject"),
        ("v=DMARC1; p=quarentine", "value-unknown", "v=DMARC1; p=quarantine"),
        ("v=DMARC1; p=\"reject\"", "value-unknown", "v=DMARC1; p=reject"),
        ("v=DMARC1; p=none, sp=none", "comma-for-semicolon", "v=DMARC1; p=none; sp=none"),
        ("v=DMARC1; p=none sp=none", "semicolon-missing", "v=DMARC1; p=none; sp=none"),
        ("v=DMARC1; P=none", "tag-unknown", "v=DMARC1; p=none"),
        ("v=DMARC1; p=none; adkm=r", "tag-unknown", "v=DMARC1; p=none; adkim=r"),
        ("v=DMARC1; p=none; rua=a@b.example", "mailto-missing", "v=DMARC1; p=none; rua=mailto:a@b.example"),
        (
            "v=DMARC1; p=none; rua=mailto://a@b.example",
            "mailto-with-slashes",
            "v=DMARC1; p=none; rua=mailto:a@b.example",
        ),
        (
            "v=DMARC1; p=none; rua=mailto:a@b.example!10m",
            "size-limit-obsolete",
            "v=DMARC1; p=none; rua=mailto:a@b.example",
        ),
        (
            "v=DMARC1; p=none; rua=mailto:a@b.example, ruf=mailto:c@d.example",
            "comma-for-semicolon",
            "v=DMARC1; p=none; rua=mailto:a@b.example; ruf=mailto:c@d.example",
        ),
        (
            "v=DMARC1; p=none; rua=mailto:a@b.example, ruf=mailto:c@d.example, fo=1",
            "comma-for-semicolon",
            "v=DMARC1; p=none; rua=mailto:a@b.example; ruf=mailto:c@d.example; fo=1",
        ),
        (
            "v=DMARC1; p=none; ruf=mailto:a@b.example; fo=1,d",
            "value-unknown",
            "v=DMARC1; p=none; ruf=mailto:a@b.example; fo=1:d",
        ),
        ("v=DMARC1; rua=mailto:a@b.example", "policy-missing", "v=DMARC1; p=none; rua=mailto:a@b.example"),
        ("v=DMARC1", "policy-missing", "v=DMARC1; p=none"),
    ] {
        let (_, issues) = parse(text);
        assert_eq!(issues.first().map(|issue| issue.code), Some(code), "{text}: {issues:#?}");
        assert_eq!(corrected(text, &issues), fixed, "{text}: {issues:#?}");
        let (record, left) = parse(fixed);
        assert!(record.is_valid(), "{fixed}");
        assert!(left.iter().all(|issue| issue.code != code), "{fixed}: {left:?}");
    }
}

#[test]
fn mistakes_without_an_obvious_edit_get_a_code() {
    for (text, code) in [
        ("p=none; v=DMARC1", "version-not-first"),
        ("v=DMARC1; p=none; v=DMARC1; p=reject", "tag-repeated"),
        ("v=DMARC1; p=discard", "value-unknown"),
        ("v=DMARC1; p=", "value-unknown"),
        ("v=DMARC1; p=none; ???", "equals-missing"),
        ("v=DMARC1; p=none; rua=https://b.example/x", ""),
        ("v=DMARC1; p=none; rua=mailto:a@b.example,", "uri-empty"),
        ("v=DMARC1; p=none; x=caf\u{e9}", "non-ascii"),
    ] {
        let (_, issues) = parse(text);
        assert!(
            code.is_empty() && issues.is_empty() || codes(&issues).contains(&code),
            "{text}: {issues:#?}"
        );
    }
}

#[test]
fn a_swallowed_tag_is_one_issue_and_is_not_read() {
    let (record, issues) = parse("v=DMARC1; p=none; rua=mailto:a@b.example, ruf=mailto:c@d.example");
    assert_eq!(codes(&issues), ["comma-for-semicolon"]);
    assert_eq!(record.aggregate_reports.iter().filter(ReportUri::is_valid).count(), 1);
    assert!(record.failure_reports.is_empty());
}

#[test]
fn printing_does_not_mend_the_version() {
    for text in [" v=DMARC1; p=none", "v=DMARC1\n; p=none", "v=\rDMARC1; p=none", "v=DMARC1\r\n"] {
        let (record, _) = parse(text);
        assert!(!record.is_valid(), "{text:?}");
        assert!(!parse(&record.to_string()).0.is_valid(), "{text:?}");
    }
}

//------------ Printing and hostile input ------------------------------------

fn assert_sound(text: &str) {
    let (record, issues) = parse(text);
    assert_in_bounds(text, &issues);
    for tag in record.tags() {
        assert_eq!(tag.value_span.of(text), tag.value(), "{text:?}");
        assert!(text.get(tag.span.start..tag.span.end).is_some(), "{text:?}");
    }
    for uri in record.aggregate_reports.iter().chain(record.failure_reports.iter()) {
        assert!(uri.span.of(text).starts_with(uri.text), "{text:?}");
    }
    let printed = record.to_string();
    let (again, _) = parse(&printed);
    assert_eq!(again.to_string(), printed, "from {text:?}");
    assert_eq!(again.is_valid(), record.is_valid(), "{printed:?} from {text:?}");
    for subject in [Subject::Domain, Subject::Subdomain, Subject::NonExistentSubdomain] {
        assert_eq!(
            again.applied_policy(subject),
            record.applied_policy(subject),
            "{printed:?} from {text:?}"
        );
    }
}

proptest! {
    #[test]
    fn any_text_is_read_soundly(text in any::<String>()) {
        assert_sound(&text);
        assert_sound(&format!("v=DMARC1; {text}"));
    }

    #[test]
    fn anything_like_a_record_is_read_soundly(tags in prop::collection::vec(
        ("[ \t]?", "(v|p|sp|np|adkim|aspf|t|psd|fo|rua|ruf|pct|ri|rf|[a-zA-Z]{0,5})", "[ ]?(=|:|-)?[ ]?",
         "(none|reject|quarantine|DMARC1|y|[01ds:]{0,4}|mailto:[a-z@.!0-9,]{0,12}|\\PC{0,4})", "[;, ]{0,2}"), 0..7)) {
        let mut text = String::from("v=DMARC1;");
        for (a, b, c, d, e) in tags {
            text.extend([a, b, c, d, e]);
        }
        assert_sound(&text);
    }
}

#[test]
fn records_from_the_wild_are_read_soundly() {
    let lines = corpus("dmarc.txt");
    for line in &lines {
        assert_sound(line);
    }
    let valid = lines.iter().filter(|line| parse(line).0.is_valid()).count();
    assert!(valid * 100 >= lines.len() * 90, "{valid} of {}", lines.len());
}
