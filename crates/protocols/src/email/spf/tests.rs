//! What each clause of RFC 7208 about records means, and what authors get wrong.

use crate::diagnostic::Span;
use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::Severity;
use crate::diagnostic::corrected;
use crate::email::tests::{assert_in_bounds, codes, corpus};

fn assert_valid(text: &str) {
    let (record, issues) = parse(text);
    assert!(record.is_valid(), "{text}: {issues:?}");
    assert!(issues.iter().all(|issue| issue.severity != Severity::Error), "{text}: {issues:?}");
}

fn assert_invalid(text: &str) {
    let (record, issues) = parse(text);
    assert!(!record.is_valid(), "{text}: {record:?}");
    assert!(issues.iter().any(|issue| issue.severity == Severity::Error), "{text}: {issues:?}");
}

//------------ Which records are SPF (RFC 7208, 3 and 4.5) -------------------

#[test]
fn a_record_is_spf_if_a_space_or_the_end_follows_the_version() {
    for text in ["v=spf1", "v=spf1 ", "v=spf1 -all", "V=SPF1 -ALL", "v=SpF1 a"] {
        assert_eq!(select(&[text]).only(), Some(text), "{text}");
    }
    for text in [
        "v=spf10",
        "v=spf1mx",
        "v=spf1\t-all",
        "v=spf1\u{a0}-all",
        " v=spf1 -all",
        "\"v=spf1 -all\"",
        "v=spf2",
    ] {
        let texts = [text];
        let selected = select(&texts);
        assert!(selected.records.is_empty(), "{text}");
        assert_eq!(selected.near_misses, [text], "{text}");
        assert_invalid(text);
    }
    for text in ["google-site-verification=x", "spf2.0/pra -all", "", "MS=ms123"] {
        assert_eq!(select(&[text]).records.len(), 0, "{text}");
    }
}

#[test]
fn two_records_are_two_even_if_they_are_the_same() {
    let texts = ["v=spf1 -all", "v=spf1 -all"];
    let selected = select(&texts);
    assert_eq!(selected.records.len(), 2);
    assert_eq!(selected.only(), None);
}

#[test]
fn bytes_outside_ascii_matter_in_the_record_only() {
    let texts: [&[u8]; 2] = [b"caf\xe9 \xff", b"v=spf1 -all"];
    assert_eq!(select(&texts).only(), Some("v=spf1 -all"));

    let selected = select(&[b"v=spf1 a:\xef\xbb\xbfgarbage.example.net -all"]);
    assert_invalid(selected.only().unwrap());
    let selected = select(&[b"v=spf1 a:caf\xe9.example.net -all"]);
    assert_invalid(selected.only().unwrap());
    let selected = select(&[b"v=spf1\xa0-all"]);
    assert!(matches!(selected.near_misses.as_slice(), [Cow::Owned(text)] if text == "v=spf1\u{fffd}-all"));
}

//------------ Syntax (RFC 7208, 4.6 to 7) -----------------------------------

#[test]
fn every_term_is_read_with_its_place() {
    let text = "v=spf1 +a ~mx/24//64 a:x.example//96 ip4:192.0.2.0/24 ?ip6:2001:db8::/32 include:%{d2}.y.example \
                exists:%{ir}.z.example ptr:w.example redirect=r.example exp=e.example x-tra.1=%{s}";
    let (record, issues) = parse(text);
    assert!(record.is_valid(), "{issues:?}");
    assert_eq!(record.version, Span::new(0, 6));
    let written: Vec<_> = record.terms.iter().map(|term| term.span.of(text)).collect();
    assert_eq!(written, text.split(' ').skip(1).collect::<Vec<_>>());
    assert_eq!(record.to_string(), text);

    let directives: Vec<_> = record.directives().map(|(_, directive)| directive).collect();
    assert_eq!(directives[0].qualifier, Some(Qualifier::Pass));
    assert_eq!(directives[0].mechanism, Mechanism::A { domain: None, cidr: DualCidr::default() });
    let cidr = DualCidr { ip4: Some(24), ip6: Some(64) };
    assert_eq!(directives[1].mechanism, Mechanism::Mx { domain: None, cidr });
    let Mechanism::A { domain: Some(domain), cidr } = directives[2].mechanism else { panic!() };
    assert_eq!((domain.text(), domain.span().of(text)), ("x.example", "x.example"));
    assert_eq!(cidr, DualCidr { ip4: None, ip6: Some(96) });
    assert_eq!(directives[3].qualifier, None);
    assert_eq!(directives[3].result(), Qualifier::Pass);
    let Mechanism::Include(domain) = directives[5].mechanism else { panic!() };
    assert_eq!((domain.literal(), domain.span().of(text)), (None, "%{d2}.y.example"));
    assert_eq!(record.redirect().map(DomainSpec::text), Some("r.example"));
    assert_eq!(record.explanation().map(DomainSpec::text), Some("e.example"));
}

#[test]
fn an_error_behind_the_matching_term_spoils_the_whole_record() {
    assert_invalid("v=spf1 +all ip4:192.0.2.1/33");
    assert_invalid("v=spf1 ip4:192.0.2.1 -all moo");
}

#[test]
fn only_spaces_separate_and_several_are_fine() {
    assert_valid("v=spf1  mx   -all  ");
    assert_valid("v=spf1");
    for separator in ["\t", "\r", "\r\n", "\n", "\u{a0}", ","] {
        let text = format!("v=spf1 mx{separator}-all");
        assert_invalid(&text);
    }
}

#[test]
fn upper_case_is_fine() {
    assert_valid(
        "V=SPF1 INCLUDE:EXAMPLE.COM Ip4:192.0.2.1 MX/24 EXISTS:%{IR}.example.com ReDiReCt=a.example",
    );
}

#[test]
fn prefix_lengths() {
    for term in
        ["a/0", "a/32", "a//0", "a//128", "a/0//0", "mx/24//64", "ip4:1.2.3.4/0", "ip6:::/0", "ip6:::1/128"]
    {
        assert_valid(&format!("v=spf1 {term} -all"));
    }
    for term in [
        "a/33",
        "a/032",
        "a/00",
        "a//129",
        "a///64",
        "a/24/64",
        "a/",
        "a//",
        "a/-1",
        "a/24//",
        "a/x",
        "mx:a.example/33",
        "mx/1234567890123456789",
        "ip4:1.2.3.4/33",
        "ip4:1.2.3.4/032",
        "ip4:1.2.3.4/",
        "ip4:1.2.3.4//32",
        "ip6:::1/129",
        "ip6:::1/0128",
        "include:a.example/24",
        "ptr/24",
        "all/8",
        "exists:a.example/24",
    ] {
        assert_invalid(&format!("v=spf1 {term} -all"));
    }
}

#[test]
fn a_slash_may_be_part_of_a_name() {
    let (record, _) = parse("v=spf1 a:foo:bar/baz.example.com/24 a:%{d/}");
    assert!(record.is_valid());
    let domains: Vec<_> = record.directives().map(|(_, d)| d.mechanism.domain().unwrap().text()).collect();
    assert_eq!(domains, ["foo:bar/baz.example.com", "%{d/}"]);
}

#[test]
fn addresses() {
    for term in ["ip4:192.0.2.1", "ip6:2001:db8::1", "ip6:::ffff:1.2.3.4", "ip6:::", "-ip4:0.0.0.0"] {
        assert_valid(&format!("v=spf1 {term} -all"));
    }
    for term in [
        "ip4",
        "ip4:",
        "ip4:1.2.3",
        "ip4:1.2.3.4.5",
        "ip4:1.2.3.256",
        "ip4:01.2.3.4",
        "ip4:1.2.3.4:8080",
        "ip4:::1",
        "ip6:1.2.3.4",
        "ip6",
        "ip6:",
        "ip6:2001:db8:::1",
        "ip6:fe80::1%eth0",
        "ip4/24",
        "ip4:a.example",
    ] {
        assert_invalid(&format!("v=spf1 {term} -all"));
    }
}

#[test]
fn the_last_label_of_a_name_is_not_numeric_and_has_a_dot_before_it() {
    for name in
        ["example.com", "example.com.", "a.1-2", "%{d}", "a.%{d2r}", "_a._b.example", "x.%%", "1.2.3.4a"]
    {
        assert_valid(&format!("v=spf1 a:{name} -all"));
        assert_valid(&format!("v=spf1 redirect={name}"));
    }
    for name in [
        "1.2.3.4",
        "museum",
        "museum.",
        "example.-com",
        "example.com-",
        "example.",
        ".",
        "a..",
        "%{d}com",
        "%{d}.",
        "",
    ] {
        assert_invalid(&format!("v=spf1 a:{name} -all"));
        assert_invalid(&format!("v=spf1 include:{name} -all"));
        assert_invalid(&format!("v=spf1 exists:{name} -all"));
        assert_invalid(&format!("v=spf1 ptr:{name} -all"));
        assert_invalid(&format!("v=spf1 -all redirect={name}"));
        assert_invalid(&format!("v=spf1 -all exp={name}"));
    }
}

#[test]
fn malformed_macros_are_errors_wherever_they_stand() {
    for text in ["%", "%a", "%{d", "%{x}", "%{d0}", "%(ir).example", "%{c}", "%{t}", "%{R}"] {
        assert_invalid(&format!("v=spf1 exists:{text}.example.com -all"));
        assert_invalid(&format!("v=spf1 -all exp={text}.example.com"));
    }
    assert_invalid("v=spf1 -all unknown=%");
    assert_valid("v=spf1 -all unknown=%{c} other=");
}

#[test]
fn unknown_modifiers_are_ignored_and_unknown_mechanisms_are_not() {
    assert_valid("v=spf1 include=example.com moo=cow.example:x/y -all");
    for term in [
        "ipv4:1.2.3.4",
        "ip:1.2.3.4",
        "redirect:example.com",
        "moo",
        "moo.cow-far_out",
        "exp:a.example",
        "-moo=x",
        "=x",
        "1a=x",
    ] {
        assert_invalid(&format!("v=spf1 {term} -all"));
    }
    assert_invalid("v=spf1 include: example.com -all");
}

#[test]
fn redirect_and_exp_may_stand_once() {
    for name in ["redirect", "exp", "REDIRECT"] {
        let text = format!("v=spf1 {name}=a.example {name}=b.example");
        assert_invalid(&text);
        assert!(codes(&parse(&text).1).contains(&"modifier-repeated"));
    }
    assert_valid("v=spf1 foo=a foo=b -all");
}

#[test]
fn mechanisms_that_take_no_or_need_an_argument() {
    for term in
        ["all:x", "all.", "include", "include:", "exists", "mx:", "a:/24", "ptr:", "redirect=", "exp="]
    {
        assert_invalid(&format!("v=spf1 {term}"));
    }
}

//------------ Advice --------------------------------------------------------

/// What was written, the code of the first issue, and the record with all suggested edits.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("v=spf1 include: spf.example.com -all", "space-in-term", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 include :spf.example.com -all", "space-in-term", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 redirect= spf.example.com", "space-in-term", "v=spf1 redirect=spf.example.com"),
    ("v=spf1 ip4: 192.0.2.1 -all", "space-in-term", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip6: 2001:db8::1 -all", "space-in-term", "v=spf1 ip6:2001:db8::1 -all"),
    ("v=spf1 ip4 192.0.2.1 -all", "space-in-term", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 mx ~ all", "space-in-term", "v=spf1 mx ~all"),
    ("v=spf1 ipv4:192.0.2.1 -all", "mechanism-unknown", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip:192.0.2.1 -all", "mechanism-unknown", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip:2001:db8::1/32 -all", "mechanism-unknown", "v=spf1 ip6:2001:db8::1/32 -all"),
    ("v=spf1 ipv6:2001:db8:: -all", "mechanism-unknown", "v=spf1 ip6:2001:db8:: -all"),
    ("v=spf1 include=spf.example.com -all", "mechanism-with-equals", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 redirect:spf.example.com", "mechanism-unknown", "v=spf1 redirect=spf.example.com"),
    ("v=spf1 nclude:spf.example.com -all", "mechanism-unknown", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 inlcude:spf.example.com -all", "mechanism-unknown", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 includes:spf.example.com -all", "mechanism-unknown", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 ?exist:%{i}.example.com -all", "mechanism-unknown", "v=spf1 ?exists:%{i}.example.com -all"),
    ("v=spf1 mx ~al", "mechanism-unknown", "v=spf1 mx ~all"),
    ("v=spf1 mx -alll", "mechanism-unknown", "v=spf1 mx -all"),
    ("v=spf10 mx -all", "version-unknown", "v=spf1 mx -all"),
    ("v=spf1; mx -all", "version-unknown", "v=spf1 mx -all"),
    ("v=spf2 mx -all", "version-unknown", "v=spf1 mx -all"),
    ("v=spf1mx -all", "version-without-space", "v=spf1 mx -all"),
    ("v=spf1\tmx -all", "separator-not-space", "v=spf1 mx -all"),
    ("v=spf1\u{a0}mx -all", "separator-not-space", "v=spf1 mx -all"),
    (" v=spf1 mx -all", "space-before-version", "v=spf1 mx -all"),
    ("\"v=spf1 mx -all\"", "quote", "v=spf1 mx -all"),
    ("mx -all", "version-missing", "v=spf1 mx -all"),
    ("v=spf1 mx\t-all", "separator-not-space", "v=spf1 mx -all"),
    ("v=spf1 mx\u{a0}-all", "separator-not-space", "v=spf1 mx -all"),
    ("v=spf1 mx \u{2013}all", "non-ascii", "v=spf1 mx -all"),
    ("v=spf1 a:\u{feff}mail.example.net -all", "non-ascii", "v=spf1 a:mail.example.net -all"),
    ("v=spf1 mx -all\u{201d}", "non-ascii", "v=spf1 mx -all"),
    ("v=spf1 ip4:192.0.2.0/024 -all", "prefix-length", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 a/032 -all", "prefix-length", "v=spf1 a/32 -all"),
    ("v=spf1 ip4:192.0.2.1:8080 -all", "address-with-port", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 ip4:2001:db8::1 -all", "address-family", "v=spf1 ip6:2001:db8::1 -all"),
    ("v=spf1 ~ip6:192.0.2.1 -all", "address-family", "v=spf1 ~ip4:192.0.2.1 -all"),
    ("v=spf1 ip4:mail.example.com -all", "address-malformed", "v=spf1 a:mail.example.com -all"),
    ("v=spf1 ip4:192.000.002.001 -all", "address-malformed", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 a:192.0.2.1 -all", "address-as-name", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 include:192.0.2.0/24 -all", "address-as-name", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 a:192.0.2.0/24 -all", "address-as-name", "v=spf1 ip4:192.0.2.0/24 -all"),
    ("v=spf1 192.0.2.1 -all", "address-without-mechanism", "v=spf1 ip4:192.0.2.1 -all"),
    ("v=spf1 2001:db8::1 -all", "address-without-mechanism", "v=spf1 ip6:2001:db8::1 -all"),
    ("v=spf1 spf.example.com -all", "name-without-mechanism", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 include:spf.example.com/24 -all", "prefix-not-allowed", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 include:spf.example.com~all", "space-missing", "v=spf1 include:spf.example.com ~all"),
    ("v=spf1 include:spf.example.com-all", "space-missing", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 include:spf.example.com, -all", "trailing-junk", "v=spf1 include:spf.example.com -all"),
    ("v=spf1 mx -all;", "trailing-junk", "v=spf1 mx -all"),
    ("v=spf1 mx -all.", "trailing-junk", "v=spf1 mx -all"),
    ("v=spf1 mx --all", "qualifier-doubled", "v=spf1 mx -all"),
    ("v=spf1 mx -redirect=a.example", "qualifier-on-modifier", "v=spf1 mx redirect=a.example"),
    ("v=spf1 mx -all:", "argument-unexpected", "v=spf1 mx -all"),
    ("v=spf1 a;mail.example.com -all", "not-a-term", "v=spf1 a:mail.example.com -all"),
    ("v=spf1 mx \"include:spf.example.com\" -all", "quote", "v=spf1 mx include:spf.example.com -all"),
    ("v=spf1 +all", "pass-all", "v=spf1 ~all"),
    ("v=spf1 mx all", "pass-all", "v=spf1 mx ~all"),
    ("v=spf1 mx", "ending-missing", "v=spf1 mx ~all"),
    ("v=spf1 mx -a", "all-cut-short", "v=spf1 mx -all"),
    ("v=spf1 mx ~all]", "trailing-junk", "v=spf1 mx ~all"),
    (
        "v=spf1 include:a.example,b.example -all",
        "domain-implausible",
        "v=spf1 include:a.example b.example -all",
    ),
    ("v=spf1 include:https://a.example -all", "domain-implausible", "v=spf1 include:a.example -all"),
    (
        "v=spf1 include:a.example mx include:A.example -all",
        "include-repeated",
        "v=spf1 include:a.example mx  -all",
    ),
    ("v=spf1 redirct=a.example", "modifier-unknown", "v=spf1 redirect=a.example"),
];

#[test]
fn mistakes_get_a_code_and_the_edit_that_puts_them_right() {
    for &(text, code, fixed) in MISTAKES {
        let (_, issues) = parse(text);
        assert_eq!(issues.first().map(|issue| issue.code), Some(code), "{text}: {issues:#?}");
        assert_eq!(corrected(text, &issues), fixed, "{text}: {issues:#?}");
        if !matches!(code, "domain-implausible") {
            let (record, left) = parse(fixed);
            assert!(record.is_valid(), "{fixed}");
            assert!(left.iter().all(|issue| issue.code != code), "{fixed}: {left:?}");
        }
    }
}

#[test]
fn mistakes_without_an_obvious_edit_get_a_code() {
    for (text, code) in [
        ("v=spf1 ip4:192.0.2.1/33 -all", "prefix-length"),
        ("v=spf1 a:museum -all", "domain-single-label"),
        ("v=spf1 a:example.123 -all", "domain-numeric"),
        ("v=spf1 a:example.c_m -all", "domain-malformed"),
        ("v=spf1 exists:%{x}.example.com -all", "macro-malformed"),
        ("v=spf1 include: -all", "argument-missing"),
        ("v=spf1 frobnicate -all", "mechanism-unknown"),
        ("v=spf1 a:caf\u{e9}.example -all", "non-ascii"),
        ("v=spf1 ptr -all", "ptr-discouraged"),
        ("v=spf1 ip4:0.0.0.0/0 -all", "prefix-zero"),
        ("v=spf1 a/0 -all", "prefix-zero"),
        ("v=spf1 mx//0 -all", "prefix-zero"),
        ("v=spf1 ip4:192.0.2.77/24 -all", "host-bits"),
        ("v=spf1 -all redirect=a.example", "redirect-ignored"),
        ("v=spf1 redirect=a.example -all", "redirect-ignored"),
        ("v=spf1 -all mx include:a.example", "dead-term"),
        ("v=spf1 include:a.example ~all v=spf1 mx -all", "version-repeated"),
        ("v=spf1 a:x..example.com -all", "domain-implausible"),
        ("v=spf1 a a a a a a a a a a a -all", "too-many-lookups"),
    ] {
        let (_, issues) = parse(text);
        assert!(codes(&issues).contains(&code), "{text}: {issues:#?}");
    }
}

#[test]
fn a_term_split_by_a_space_is_one_issue() {
    let (record, issues) = parse("v=spf1 include: spf.example.com -all");
    assert_eq!(codes(&issues), ["space-in-term"]);
    assert_eq!(issues[0].span, Span::new(7, 31));
    assert_eq!(record.terms.len(), 3);
}

#[test]
fn terms_behind_all_are_dead_and_modifiers_are_not() {
    let (_, issues) = parse("v=spf1 -all mx a exp=e.example");
    assert_eq!(codes(&issues), ["dead-term", "dead-term"]);
}

#[test]
fn a_zero_prefix_that_does_not_pass_lets_nobody_in() {
    let (_, issues) = parse("v=spf1 -ip4:0.0.0.0/0 ~all");
    assert_eq!(codes(&issues), [""; 0]);
}

#[test]
fn long_records_get_a_warning_and_stay_valid() {
    let text = |count| format!("v=spf1 {}-all", "ip4:192.0.2.1 ".repeat(count));
    assert_eq!(codes(&parse(&text(5)).1), [""; 0]);
    assert_eq!(codes(&parse(&text(20)).1), ["record-needs-strings"]);
    let (record, issues) = {
        let text: &'static str = text(32).leak();
        parse(text)
    };
    assert!(record.is_valid());
    assert_eq!(codes(&issues), ["record-long"]);
}

#[test]
fn lookup_terms_are_counted_as_far_as_they_are_reached() {
    for (text, count) in [
        ("v=spf1 a mx ptr include:a.example exists:b.example redirect=c.example", 6),
        ("v=spf1 a -all mx redirect=c.example", 1),
        ("v=spf1 ip4:192.0.2.1 ip6:::1 exp=e.example -all", 0),
    ] {
        assert_eq!(parse(text).0.lookup_terms(), count, "{text}");
    }
}

//------------ Printing and hostile input ------------------------------------

#[test]
fn printing_normalises() {
    for (text, printed) in [
        ("V=SPF1   MX  -ALL  ", "v=spf1 mx -all"),
        (
            "v=spf1 IP6:2001:0DB8:0:0:0:0:0:1/64 Include:Example.COM",
            "v=spf1 ip6:2001:db8::1/64 include:Example.COM",
        ),
        ("v=spf1 moo Foo=%{D}", "v=spf1 moo Foo=%{D}"),
        ("v=spf1mx  -all", "v=spf1mx -all"),
        ("mx", "mx"),
        ("", ""),
    ] {
        assert_eq!(parse(text).0.to_string(), printed, "{text}");
    }
}

fn assert_sound(text: &str) {
    let (record, issues) = parse(text);
    assert_in_bounds(text, &issues);
    let spans = std::iter::once(record.version).chain(record.terms.iter().map(|term| term.span));
    let mut end = 0;
    for span in spans {
        assert!(text.get(span.start..span.end).is_some() && span.start >= end, "{span:?} in {text:?}");
        end = span.end;
    }
    let has_error = issues.iter().any(|issue| issue.severity == Severity::Error);
    assert_eq!(record.is_valid(), !has_error, "{text:?}: {issues:?}");

    let printed = record.to_string();
    let (again, _) = parse(&printed);
    assert_eq!(again.to_string(), printed, "from {text:?}");
    assert_eq!(again.is_valid(), record.is_valid(), "{printed:?} from {text:?}");
    assert_eq!(again.terms.len(), record.terms.len(), "{printed:?} from {text:?}");
}

proptest! {
    #[test]
    fn any_text_is_read_soundly(text in any::<String>()) {
        assert_sound(&text);
        assert_sound(&format!("v=spf1 {text}"));
    }

    #[test]
    fn an_ip4_network_is_what_the_standard_library_reads(address in "([0-9]{0,3}\\.){2,4}[0-9]{0,4}") {
        let text = format!("v=spf1 ip4:{address} -all");
        let network = parse(&text).0.directives().find_map(|(_, directive)| match directive.mechanism {
            Mechanism::Ip4 { network, .. } => Some(network),
            _ => None,
        });
        prop_assert_eq!(network, address.parse().ok());
    }

    #[test]
    fn anything_like_a_record_is_read_soundly(terms in prop::collection::vec(
        ("[-+?~]{0,2}", "(all|a|mx|ptr|ip4|ip6|include|exists|redirect|exp|[a-z4.]{0,4})", "[:= /]{0,2}",
         "([a-z0-9.-]{0,8}|%\\{[a-z][0-9r]{0,2}\\}|\\PC{0,3})", "(//?[0-9]{0,3})?", "[ \t\"]{0,2}"), 0..6)) {
        let mut text = String::from("v=spf1 ");
        for (a, b, c, d, e, f) in terms {
            text.extend([a, b, c, d, e, f]);
        }
        assert_sound(&text);
    }
}

#[test]
fn records_from_the_wild_are_read_soundly() {
    let lines = corpus("spf.txt");
    for line in &lines {
        assert_sound(line);
    }
    let valid = lines.iter().filter(|line| parse(line).0.is_valid()).count();
    assert!(valid * 100 >= lines.len() * 90, "{valid} of {}", lines.len());
}
