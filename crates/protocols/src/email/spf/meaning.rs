//! What to tell the author of a record about what receivers accept, but was probably not meant.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::diagnostic::{Diagnostic, Span};

use super::advice::{KNOWN, glued_all, is_lone_sign, with_known_name};
use super::macros::is_plain;
use super::{
    DomainSpec, DualCidr, LONG_RECORD, MAX_LOOKUP_TERMS, Mechanism, Modifier, Qualifier, Record, Term,
    TermKind,
};
use crate::dns::address::special_purpose;
use crate::dns::name::{MAX_LABEL, MAX_NAME};

/// Reports what receivers accept but the author probably did not mean, and what no term alone can show to be wrong.
pub(crate) fn meaning(record: &mut Record<'_>, issues: &mut Vec<Diagnostic>) {
    let outline = Outline::of(record);
    if outline.redirects.max(outline.explanations) > 1 {
        record.valid = false;
        repeated_modifiers(record, issues);
    }
    let mut joined = false;
    for term in &record.terms {
        // An issue that joins a lone sign to this term has said what there is to say.
        if std::mem::take(&mut joined) && term.kind != TermKind::Malformed {
            continue;
        }
        match &term.kind {
            TermKind::Directive(directive) => {
                if outline.all.is_some_and(|(all, _)| all.start < term.span.start) {
                    let message = "Nothing after “all” is ever reached; move this before it or remove it.";
                    issues.push(Diagnostic::warning("dead-term", term.span, message));
                    continue;
                }
                mechanism(term, directive.result(), &directive.mechanism, issues);
                if let Mechanism::Include(domain) = &directive.mechanism {
                    repeated_include(record, term.span, domain, issues);
                }
            }
            TermKind::Malformed => joined = is_lone_sign(term.span.of(record.text)),
            TermKind::Modifier(modifier) => {
                self::modifier(term, modifier, outline.all.is_some(), issues);
            }
        }
    }
    ending(record, &outline, issues);
    length(record, issues);
}

/// What the terms come to, counted in one pass.
#[derive(Default)]
struct Outline {
    /// The first `all`.
    all: Option<(Span, Qualifier)>,
    redirects: usize,
    explanations: usize,
    /// As [`Record::lookup_terms`] counts them.
    lookups: usize,
}

impl Outline {
    fn of(record: &Record<'_>) -> Self {
        let mut outline = Self::default();
        for term in &record.terms {
            match &term.kind {
                TermKind::Directive(_) if outline.all.is_some() => {}
                TermKind::Directive(directive) if directive.mechanism == Mechanism::All => {
                    outline.all = Some((term.span, directive.result()));
                }
                TermKind::Directive(directive) => {
                    outline.lookups += usize::from(directive.mechanism.needs_lookup());
                }
                TermKind::Modifier(Modifier::Redirect(_)) => outline.redirects += 1,
                TermKind::Modifier(Modifier::Exp(_)) => outline.explanations += 1,
                TermKind::Modifier(Modifier::Unknown { .. }) | TermKind::Malformed => {}
            }
        }
        if outline.all.is_none() {
            outline.lookups += outline.redirects;
        }
        outline
    }
}

/// Reports `redirect=` and `exp=` that stand twice, which no receiver accepts.
/// [RFC 7208, 6](https://www.rfc-editor.org/rfc/rfc7208#section-6)
fn repeated_modifiers(record: &Record<'_>, issues: &mut Vec<Diagnostic>) {
    let (mut redirects, mut explanations) = (0, 0);
    for term in &record.terms {
        let (name, count) = match &term.kind {
            TermKind::Modifier(Modifier::Redirect(_)) => ("redirect", &mut redirects),
            TermKind::Modifier(Modifier::Exp(_)) => ("exp", &mut explanations),
            _ => continue,
        };
        *count += 1;
        if *count > 1 {
            let message = format!("“{name}=” may stand only once; keep one of them.");
            issues.push(Diagnostic::error("modifier-repeated", term.span, message));
        }
    }
}

fn mechanism(term: &Term<'_>, result: Qualifier, mechanism: &Mechanism<'_>, issues: &mut Vec<Diagnostic>) {
    let span = term.span;
    match mechanism {
        Mechanism::All if result == Qualifier::Pass => {
            let message = "This lets everyone on the Internet send as this domain; write ~all or -all.";
            issues.push(Diagnostic::warning("pass-all", span, message).replace_by("~all"));
        }
        Mechanism::Ptr { .. } => {
            let message =
                "ptr is slow and unreliable, and some receivers ignore it; name the addresses instead.";
            issues.push(Diagnostic::warning("ptr-discouraged", span, message));
        }
        Mechanism::All | Mechanism::Exists(_) | Mechanism::Include(_) => {}
        Mechanism::Ip4 { network, prefix } => {
            let masked = prefix.filter(|prefix| *prefix > 0).map(|prefix| {
                Ipv4Addr::from_bits(network.to_bits() & (u32::MAX << (Ipv4Addr::BITS - u32::from(prefix))))
            });
            host_bits(span, masked.filter(|masked| masked != network), issues);
            private(span, (*network).into(), prefix.is_none_or(|prefix| prefix > 0), issues);
        }
        Mechanism::Ip6 { network, prefix } => {
            let masked = prefix.filter(|prefix| *prefix > 0).map(|prefix| {
                Ipv6Addr::from_bits(network.to_bits() & (u128::MAX << (Ipv6Addr::BITS - u32::from(prefix))))
            });
            host_bits(span, masked.filter(|masked| masked != network), issues);
            private(span, (*network).into(), prefix.is_none_or(|prefix| prefix > 0), issues);
        }
        Mechanism::A { .. } | Mechanism::Mx { .. } => {}
    }
    if *mechanism != Mechanism::All && mechanism.matches_any_address() && result == Qualifier::Pass {
        let message =
            "A prefix length of 0 matches every address: this lets the whole Internet send as this domain.";
        issues.push(Diagnostic::warning("prefix-zero", span, message));
    }
    if let Some(domain) = mechanism.domain() {
        name(domain, issues);
    }
}

/// No message arrives from an address that is not on the public internet.
fn private(span: Span, address: IpAddr, is_network: bool, issues: &mut Vec<Diagnostic>) {
    let may_be = match address {
        IpAddr::V4(v4) => matches!(v4.octets(), [0 | 10 | 100 | 127 | 169 | 172 | 192 | 224.., ..]),
        IpAddr::V6(v6) => v6.segments().first().is_some_and(|first| first & 0xe000 != 0x2000),
    };
    if let Some(range) =
        special_purpose(address).filter(|_| may_be && is_network && !is_documentation(address))
    {
        let message = format!(
            "No mail comes from {address} on the internet: {range}. Name the address that your mail leaves from."
        );
        issues.push(Diagnostic::warning("address-private", span, message));
    }
}

/// Addresses for examples: whoever writes them knows.
fn is_documentation(address: IpAddr) -> bool {
    special_purpose(address).is_some_and(|range| range.starts_with("documentation"))
}

fn host_bits(span: Span, masked: Option<impl std::fmt::Display>, issues: &mut Vec<Diagnostic>) {
    if let Some(masked) = masked {
        let message = format!(
            "The address is inside the network, not its beginning {masked}; receivers read it as that."
        );
        issues.push(Diagnostic::note("host-bits", span, message));
    }
}

fn modifier(term: &Term<'_>, modifier: &Modifier<'_>, has_all: bool, issues: &mut Vec<Diagnostic>) {
    match modifier {
        Modifier::Redirect(domain) => {
            if has_all {
                let message = "redirect= is ignored where the record has an “all”; keep one of the two.";
                issues.push(Diagnostic::warning("redirect-ignored", term.span, message));
            }
            name(domain, issues);
        }
        Modifier::Exp(domain) => name(domain, issues),
        Modifier::Unknown { name, value } => unknown_modifier(term, name, value.text(), issues),
    }
}

fn unknown_modifier(term: &Term<'_>, name: &str, value: &str, issues: &mut Vec<Diagnostic>) {
    if name.eq_ignore_ascii_case("v") {
        let message =
            "A second record begins inside this one; merge the two and keep one v=spf1 and one “all”.";
        issues.push(Diagnostic::warning("version-repeated", term.span, message).replace_by(""));
        return;
    }
    let sign = Span::new(term.span.start, term.span.start + name.len() + 1);
    if let Some(known) = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        let message = format!("Written with an equals sign “{known}” does nothing; write “{known}:{value}”.");
        issues.push(
            Diagnostic::warning("mechanism-with-equals", sign, message).replace_by(format!("{known}:")),
        );
        return;
    }
    match with_known_name(name, value) {
        Some(fixed) => {
            let message = format!("Receivers ignore “{name}=”; probably “{fixed}{value}” was meant.");
            issues.push(Diagnostic::warning("modifier-unknown", sign, message).replace_by(fixed));
        }
        None => {
            let message = format!("Receivers ignore “{name}=”.");
            issues.push(Diagnostic::note("modifier-unknown", sign, message));
        }
    }
}

/// Names that fit the grammar but cannot be host names.
fn name(domain: &DomainSpec<'_>, issues: &mut Vec<Diagnostic>) {
    if !domain.is_host && !domain.value.has_macros() {
        implausible(domain, issues);
    }
}

/// Whether a name can be found in DNS: it varies with the message, or has labels as names have them.
pub(crate) fn is_plausible(domain: &DomainSpec<'_>) -> bool {
    domain.is_host && glued_all(domain.text()).is_none()
        || domain.value.has_macros()
        || is_name(domain.text())
}

fn is_name(text: &str) -> bool {
    let bare = text.strip_suffix('.').unwrap_or(text);
    glued_all(text).is_none() && text.bytes().all(is_plain) && bare.len() <= MAX_NAME && has_good_labels(bare)
}

fn implausible(domain: &DomainSpec<'_>, issues: &mut Vec<Diagnostic>) {
    let span = domain.span();
    let text = domain.text();
    if let Some(missing) = glued_all(text) {
        let place = Span::new(span.start + missing, span.end);
        let message = "A space is probably missing before “all”.";
        issues.push(
            Diagnostic::warning("space-missing", place, message)
                .replace_by(format!(" {}", text.get(missing..).unwrap_or_default())),
        );
        return;
    }
    if let Some(at) = text.bytes().position(|byte| !is_plain(byte)) {
        let message = format!("“{text}” is not a host name, so it will never be found.");
        let mut issue = Diagnostic::warning("domain-implausible", span, message);
        let behind_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
        let host = behind_scheme.split(['/', '?', '#']).next().unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default().trim_start_matches(['*', '.']);
        if host.len() < text.len() && host.contains('.') && is_name(host) {
            issue = issue.replace_by(host);
        } else if text.as_bytes().get(at) == Some(&b',') {
            issue = issue.replace_by(text.replace(',', " "));
        }
        issues.push(issue);
        return;
    }
    let bare = text.strip_suffix('.').unwrap_or(text);
    if bare.len() > MAX_NAME || !has_good_labels(bare) {
        let message = format!("“{text}” has an empty or too long label, so it can not be found.");
        issues.push(Diagnostic::warning("domain-implausible", span, message));
    }
}

fn has_good_labels(name: &str) -> bool {
    let mut length = 0;
    let mut good = true;
    for byte in name.bytes() {
        if byte == b'.' {
            good &= (1..=MAX_LABEL).contains(&length);
            length = 0;
        } else {
            length += 1;
        }
    }
    good && (1..=MAX_LABEL).contains(&length)
}

/// The same include a second time: one lookup wasted.
fn repeated_include(record: &Record<'_>, span: Span, domain: &DomainSpec<'_>, issues: &mut Vec<Diagnostic>) {
    let stands_before = record.directives().take_while(|(other, _)| other.start < span.start)
.take(MAX_COMPARED).any(|(_, other)| {
        matches!(&other.mechanism, Mechanism::Include(other) if other.text().eq_ignore_ascii_case(domain.text()))
    });
    if stands_before {
        let message = format!("“{domain}” is included twice; the second one only costs lookups.");
        issues.push(Diagnostic::warning("include-repeated", span, message).replace_by(""));
    }
}

fn ending(record: &Record<'_>, outline: &Outline, issues: &mut Vec<Diagnostic>) {
    if outline.all.is_none() && outline.redirects == 0 && record.is_valid() {
        let end = Span::new(record.text.len(), record.text.len());
        // `-a` at the end is half of `-all`; it refuses the domain's own address.
        if let Some(term) = record.terms.last()
            && matches!(&term.kind, TermKind::Directive(last)
                if matches!(last.mechanism, Mechanism::A { domain: None, cidr } if cidr == DualCidr::default()) && last.result() != Qualifier::Pass)
        {
            let written = term.span.of(record.text);
            let message =
                format!("“{written}” names the domain's own address; probably “{written}ll” was meant.");
            issues.push(
                Diagnostic::warning("all-cut-short", term.span, message).replace_by(format!("{written}ll")),
            );
        }
        let message = "The record does not say what happens to other senders; end it with ~all or -all.";
        let issue = Diagnostic::warning("ending-missing", end, message);
        // Another edit may be the one that brings the ending back.
        let is_alone = issues.iter().all(|issue| issue.edit.is_none());
        issues.push(if is_alone { issue.replace_by(" ~all") } else { issue });
    }
    let lookups = outline.lookups;
    if lookups > MAX_LOOKUP_TERMS {
        let message =
            format!("{lookups} terms need a DNS lookup; receivers give up after {MAX_LOOKUP_TERMS}.");
        issues.push(Diagnostic::warning("too-many-lookups", Span::new(0, record.text.len()), message));
    }
}

fn length(record: &Record<'_>, issues: &mut Vec<Diagnostic>) {
    let length = record.text.len();
    if length > LONG_RECORD {
        let message = format!(
            "The record has {length} characters; above {LONG_RECORD} the answer may not fit a UDP message, and some \
             receivers then fail to read it."
        );
        issues.push(Diagnostic::warning("record-long", Span::new(0, length), message));
    } else if length > MAX_STRING {
        let message = format!(
            "The record has {length} characters and must be entered as several strings of at most {MAX_STRING}."
        );
        issues.push(Diagnostic::note("record-needs-strings", Span::new(0, length), message));
    }
}

/// Terms looked at for a repeated include; keeps a hostile record from costing quadratic time.
const MAX_COMPARED: usize = 100;
/// [RFC 1035, 3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3)
const MAX_STRING: usize = 255;
