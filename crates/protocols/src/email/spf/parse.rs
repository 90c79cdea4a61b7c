//! Reading a record term by term.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::diagnostic::{Diagnostic, Span};
use crate::email::tags::find;

use super::fault::{DomainFault, Fault};
use super::macros::MacroString;
use super::macros::{DIGIT, DOT, LETTER, SIGN, class, is_plain};
use super::record::is_record;
use super::{
    Directive, DomainSpec, DualCidr, Mechanism, Modifier, Qualifier, Record, Term, TermKind, advice, meaning,
};
use crate::dns::name::{MAX_LABEL, MAX_NAME};

/// Reads one record.
pub(crate) fn parse(text: &str) -> (Record<'_>, Vec<Diagnostic>) {
    let mut issues = Vec::new();
    let (version, body) = version(text, &mut issues);
    let mut valid = issues.is_empty();

    let bytes = text.as_bytes();
    let capacity = bytes.iter().filter(|&&byte| byte == b' ').count().min(MAX_CAPACITY);
    let mut terms = Vec::with_capacity(capacity);
    let mut at = body;
    // What an issue on an earlier term has explained already.
    let mut explained = 0;
    loop {
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        if at >= bytes.len() {
            break;
        }
        if let Some((kind, end)) = usual(text, at) {
            terms.push(Term { span: Span::new(at, end), kind });
            at = end;
            continue;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let end = find(rest, b' ').map_or(bytes.len(), |length| at + length);
        let span = Span::new(at, end);
        let kind = match term(text, span) {
            Ok(kind) => kind,
            Err(fault) => {
                valid = false;
                if at >= explained {
                    let issue = advice::malformed(text, span, fault);
                    explained = issue.span.end;
                    issues.push(issue);
                }
                TermKind::Malformed
            }
        };
        terms.push(Term { span, kind });
        at = end;
    }

    let mut record = Record { text, version, terms, valid };
    meaning::meaning(&mut record, &mut issues);
    (record, issues)
}

/// Where the version stands, and where the terms begin.
fn version(text: &str, issues: &mut Vec<Diagnostic>) -> (Span, usize) {
    if is_record(text.as_bytes()) {
        return (Span::new(0, super::record::VERSION.len()), super::record::VERSION.len());
    }
    let (span, issue) = advice::version(text);
    issues.push(issue);
    (span, span.end)
}

/// `directive / modifier`
fn term(text: &str, span: Span) -> Result<TermKind<'_>, Fault> {
    let token = span.of(text);
    let bytes = token.as_bytes();
    let qualifier = bytes.first().copied().and_then(Qualifier::from_byte);
    let name_start = usize::from(qualifier.is_some());
    let name_end = name_end(bytes, name_start).ok_or(Fault::Shape)?;
    let name = token.get(name_start..name_end).ok_or(Fault::Shape)?;
    let argument = Argument { text, start: span.start + name_end, end: span.end };
    match bytes.get(name_end) {
        Some(b'=') if qualifier.is_some() => Err(Fault::QualifiedModifier),
        Some(b'=') => modifier(name, argument.skip(1)).map(TermKind::Modifier),
        None | Some(b':' | b'/') => {
            let name_span = Span::new(span.start + name_start, span.start + name_end);
            let mechanism = mechanism(name, name_span, argument)?;
            Ok(TermKind::Directive(Directive { qualifier, mechanism }))
        }
        Some(_) => Err(Fault::Shape),
    }
}

/// `name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )`
fn name_end(bytes: &[u8], start: usize) -> Option<usize> {
    bytes.get(start).filter(|byte| byte.is_ascii_alphabetic())?;
    let rest = bytes.get(start + 1..)?;
    let end = start + 1 + rest.iter().take_while(|byte| is_plain(**byte)).count();
    Some(end)
}

/// Reads the term at `at` if it is one of those that most records are made of, and gives its end. For speed only:
/// [`term`] reads them all, and these the same.
fn usual(text: &str, at: usize) -> Option<(TermKind<'_>, usize)> {
    let bytes = text.as_bytes();
    let qualifier = bytes.get(at).copied().and_then(Qualifier::from_byte);
    let mut at = at + usize::from(qualifier.is_some());
    let mut name = 0u64;
    while let Some(&byte) = bytes.get(at).filter(|byte| class(**byte) & (LETTER | DIGIT) != 0) {
        // Of letters this makes small ones; digits have the bit already.
        name = name << 8 | u64::from(byte | 0x20);
        if name > MAX_WORD {
            return None;
        }
        at += 1;
    }
    let is_end = |at: usize| matches!(bytes.get(at), None | Some(b' '));
    let cidr = DualCidr::default();
    let (mechanism, end) = if is_end(at) {
        let mechanism = match name {
            ALL => Mechanism::All,
            A => Mechanism::A { domain: None, cidr },
            MX => Mechanism::Mx { domain: None, cidr },
            _ => return None,
        };
        (mechanism, at)
    } else if bytes.get(at) != Some(&b':') {
        return None;
    } else if name == IP4 {
        let (network, length) = leading_ip4(bytes.get(at + 1..)?)?;
        let end = at + 1 + length;
        if bytes.get(end) == Some(&b'/') {
            let (prefix, digits) = number(bytes.get(end + 1..)?)?;
            let prefix = u8::try_from(prefix).ok().filter(|prefix| u32::from(*prefix) <= Ipv4Addr::BITS)?;
            (Mechanism::Ip4 { network, prefix: Some(prefix) }, end + 1 + digits)
        } else {
            (Mechanism::Ip4 { network, prefix: None }, end)
        }
    } else {
        let (domain, end) = host(text, at + 1)?;
        let mechanism = match name {
            INCLUDE => Mechanism::Include(domain),
            A => Mechanism::A { domain: Some(domain), cidr },
            _ => return None,
        };
        (mechanism, end)
    };
    is_end(end).then_some((TermKind::Directive(Directive { qualifier, mechanism }), end))
}

/// The letters of a name as one number, which compares faster than text.
const fn word(name: &[u8]) -> u64 {
    let (mut word, mut at) = (0, 0);
    while at < name.len() {
        word = word << 8 | name[at] as u64;
        at += 1;
    }
    word
}

const A: u64 = word(b"a");
const ALL: u64 = word(b"all");
const INCLUDE: u64 = word(b"include");
const IP4: u64 = word(b"ip4");
const MX: u64 = word(b"mx");
/// The highest number of a name as long as the longest of these.
const MAX_WORD: u64 = (1 << (8 * b"include".len())) - 1;

/// The rest of a term behind its name.
#[derive(Clone, Copy)]
struct Argument<'t> {
    text: &'t str,
    start: usize,
    end: usize,
}

impl<'t> Argument<'t> {
    const fn span(self) -> Span {
        Span::new(self.start, self.end)
    }

    fn as_str(self) -> &'t str {
        self.span().of(self.text)
    }

    fn skip(self, count: usize) -> Self {
        Self { start: (self.start + count).min(self.end), ..self }
    }

    /// What follows the colon.
    fn after_colon(self) -> Option<Self> {
        self.as_str().starts_with(':').then(|| self.skip(1))
    }
}

fn modifier<'t>(name: &'t str, argument: Argument<'t>) -> Result<Modifier<'t>, Fault> {
    if name.eq_ignore_ascii_case("redirect") {
        return domain_spec(argument).map(Modifier::Redirect);
    }
    if name.eq_ignore_ascii_case("exp") {
        return domain_spec(argument).map(Modifier::Exp);
    }
    let value = MacroString::value(argument.as_str())
        .map_err(|fault| Fault::Macro(argument.start + fault.at, fault.why))?;
    Ok(Modifier::Unknown { name, value })
}

fn mechanism<'t>(name: &str, name_span: Span, argument: Argument<'t>) -> Result<Mechanism<'t>, Fault> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    match name.len() {
        1 if is("a") => {
            let (domain, cidr) = domain_and_cidr(argument)?;
            Ok(Mechanism::A { domain, cidr })
        }
        2 if is("mx") => {
            let (domain, cidr) = domain_and_cidr(argument)?;
            Ok(Mechanism::Mx { domain, cidr })
        }
        3 if is("ip4") => {
            let (network, prefix) = network(argument, Ipv4Addr::BITS, ip4)?;
            Ok(Mechanism::Ip4 { network, prefix })
        }
        3 if is("all") => {
            if argument.start < argument.end {
                return Err(Fault::Argument(argument.span()));
            }
            Ok(Mechanism::All)
        }
        3 if is("ip6") => {
            let (network, prefix) = network(argument, Ipv6Addr::BITS, |text| text.parse().ok())?;
            Ok(Mechanism::Ip6 { network, prefix })
        }
        3 if is("ptr") => {
            if argument.start == argument.end {
                return Ok(Mechanism::Ptr { domain: None });
            }
            let domain = argument.after_colon().ok_or(Fault::Argument(argument.span()))?;
            Ok(Mechanism::Ptr { domain: Some(domain_spec(domain)?) })
        }
        6 if is("exists") => domain_argument(argument).map(Mechanism::Exists),
        7 if is("include") => domain_argument(argument).map(Mechanism::Include),
        _ => Err(Fault::Name(name_span)),
    }
}

/// `":" domain-spec`, where it must be there.
fn domain_argument(argument: Argument<'_>) -> Result<DomainSpec<'_>, Fault> {
    match argument.after_colon() {
        Some(domain) => domain_spec(domain),
        None if argument.start == argument.end => Err(Fault::MissingArgument),
        None => Err(Fault::Argument(argument.span())),
    }
}

/// `[ ":" domain-spec ] [ dual-cidr-length ]`
///
/// A slash may also be part of the name, so prefix lengths are taken off the end.
fn domain_and_cidr(argument: Argument<'_>) -> Result<(Option<DomainSpec<'_>>, DualCidr), Fault> {
    if argument.start == argument.end {
        return Ok((None, DualCidr::default()));
    }
    let (cidr, rest) = take_dual_cidr(argument)?;
    match argument.after_colon() {
        Some(domain) => Ok((Some(domain_spec(Argument { end: rest, ..domain })?), cidr)),
        None if rest == argument.start => Ok((None, cidr)),
        None => Err(Fault::Prefix(argument.span())),
    }
}

/// `dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]`, taken off the end of `argument`.
fn take_dual_cidr(argument: Argument<'_>) -> Result<(DualCidr, usize), Fault> {
    let bytes = argument.as_str().as_bytes();
    let mut cidr = DualCidr::default();
    let mut rest = bytes;
    let mut slashes = 2;
    while let Some((head, digits)) = split_digits(rest) {
        let span = Span::new(argument.start + head.len(), argument.start + rest.len());
        match head {
            [before @ .., b'/', b'/'] if slashes == 2 => {
                cidr.ip6 = Some(prefix_length(digits, Ipv6Addr::BITS).ok_or(Fault::Prefix(span))?);
                rest = before;
                slashes = 1;
            }
            [before @ .., b'/'] if before.last() != Some(&b'/') => {
                cidr.ip4 = Some(prefix_length(digits, Ipv4Addr::BITS).ok_or(Fault::Prefix(span))?);
                rest = before;
                break;
            }
            _ => break,
        }
    }
    Ok((cidr, argument.start + rest.len()))
}

/// Divides trailing digits from what is before them, where there are any.
fn split_digits(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let digits = bytes.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 { None } else { bytes.split_at_checked(bytes.len() - digits) }
}

/// `ip4-cidr-length = "/" ( "0" / %x31-39 0*1DIGIT )`, `ip6-cidr-length = "/" ( "0" / %x31-39 0*2DIGIT )`; no
/// leading zeros, at most `bits`.
fn prefix_length(digits: &[u8], bits: u32) -> Option<u8> {
    let (length, end) = number(digits)?;
    u8::try_from(length).ok().filter(|_| end == digits.len() && u32::from(length) <= bits)
}

/// `":" ip4-network [ ip4-cidr-length ]` and the same for `ip6`.
fn network<A>(
    argument: Argument<'_>,
    bits: u32,
    read: impl Fn(&str) -> Option<A>,
) -> Result<(A, Option<u8>), Fault> {
    let Some(argument) = argument.after_colon() else {
        return Err(if argument.start == argument.end {
            Fault::MissingArgument
        } else {
            Fault::Argument(argument.span())
        });
    };
    let text = argument.as_str();
    if text.is_empty() {
        return Err(Fault::MissingArgument);
    }
    let (address, prefix) = match text.split_once('/') {
        Some((address, digits)) => {
            let span = Span::new(argument.start + address.len() + 1, argument.end);
            (address, Some(prefix_length(digits.as_bytes(), bits).ok_or(Fault::Prefix(span))?))
        }
        None => (text, None),
    };
    let span = Span::new(argument.start, argument.start + address.len());
    Ok((read(address).ok_or(Fault::Address(span))?, prefix))
}

/// `ip4-network = qnum "." qnum "." qnum "." qnum`, without leading zeros.
fn ip4(text: &str) -> Option<Ipv4Addr> {
    leading_ip4(text.as_bytes()).and_then(|(address, end)| (end == text.len()).then_some(address))
}

/// The address that `bytes` begin with, and where it ends.
fn leading_ip4(bytes: &[u8]) -> Option<(Ipv4Addr, usize)> {
    let mut octets = [0u8; 4];
    let mut at = 0;
    for (index, octet) in octets.iter_mut().enumerate() {
        if index > 0 {
            if bytes.get(at) != Some(&b'.') {
                return None;
            }
            at += 1;
        }
        let (value, digits) = number(bytes.get(at..)?)?;
        *octet = u8::try_from(value).ok()?;
        at += digits;
    }
    Some((Ipv4Addr::from(octets), at))
}

/// The number of at most three digits, without leading zeros, that `bytes` begin with, and how many digits it has.
fn number(bytes: &[u8]) -> Option<(u16, usize)> {
    let mut value = 0;
    let mut digits = 0;
    while let Some(digit) = bytes.get(digits).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
    {
        if digits == 3 || (digits > 0 && value == 0) {
            return None;
        }
        value = value * 10 + u16::from(digit);
        digits += 1;
    }
    (digits > 0).then_some((value, digits))
}

/// `domain-spec = macro-string domain-end`, `domain-end = ( "." toplabel [ "." ] ) / macro-expand`
fn domain_spec(argument: Argument<'_>) -> Result<DomainSpec<'_>, Fault> {
    let text = argument.as_str();
    if text.is_empty() {
        return Err(Fault::MissingArgument);
    }
    if let Some((domain, end)) = host(argument.text, argument.start)
        && end == argument.end
    {
        return Ok(domain);
    }
    let (value, macro_end) =
        MacroString::domain(text).map_err(|fault| Fault::Macro(argument.start + fault.at, fault.why))?;
    if macro_end < text.len() {
        let name = text.strip_suffix('.').unwrap_or(text);
        let fault = |why| Fault::Domain(argument.span(), why);
        let Some((_, label)) = name.rsplit_once('.') else {
            return Err(fault(DomainFault::SingleLabel));
        };
        top_label(label.as_bytes()).map_err(fault)?;
    }
    Ok(DomainSpec { value, start: argument.start, is_host: false })
}

/// Reads what all but a few names are, a host name without macros, in one pass; gives it and its end.
///
/// The labels have 1 to 63 letters, digits, hyphens and underscores, the last one no signs and at least one letter.
fn host(text: &str, start: usize) -> Option<(DomainSpec<'_>, usize)> {
    let bytes = text.as_bytes().get(start..)?;
    let (mut length, mut label, mut kinds, mut is_host) = (0, 0, 0u8, true);
    while let Some(class) = bytes.get(length).map(|byte| class(*byte)).filter(|class| *class != 0) {
        if class == DOT {
            is_host &= (1..=MAX_LABEL).contains(&(length - label));
            (label, kinds) = (length + 1, 0);
        }
        kinds |= class;
        length += 1;
    }
    // The dot before the last label is among its kinds.
    is_host &= (1..=MAX_LABEL).contains(&(length - label)) && length <= MAX_NAME;
    if !is_host || kinds & (DOT | LETTER | SIGN) != DOT | LETTER {
        return None;
    }
    let value = MacroString::literal(text.get(start..start + length)?);
    Some((DomainSpec { value, start, is_host }, start + length))
}

/// `toplabel = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )`
fn top_label(label: &[u8]) -> Result<(), DomainFault> {
    let ends = [label.first(), label.last()];
    let fits = ends.into_iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    if !fits {
        return Err(DomainFault::TopLabel);
    }
    if label.iter().all(u8::is_ascii_digit) {
        return Err(DomainFault::NumericEnd);
    }
    Ok(())
}

/// Room is made for this many terms at once; records that fit a UDP answer have fewer.
const MAX_CAPACITY: usize = 64;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::email::tests::corpus;

    fn assert_same(text: &str) {
        if let Some((kind, end)) = usual(text, 0) {
            assert_eq!(text.find(' ').unwrap_or(text.len()), end, "{text:?}");
            assert_eq!(Ok(kind), term(text, Span::new(0, end)), "{text:?}");
        }
    }

    #[test]
    fn the_short_way_reads_most_terms_and_the_same() {
        for text in
            ["-ALL", "all x", "a", "~Mx", "a:b.c", "include:_x.b-c.example", "ip4:1.2.3.4", "?iP4:1.2.3.0/24"]
        {
            assert!(usual(text, 0).is_some(), "{text}");
        }
        for text in
            ["", "al", "all:", "a:", "a:b", "a:b.1", "a:b.c.", "a:b..c", "a:b.c-d", "a/24", "ip4:1.2.3.4/33"]
        {
            assert!(usual(text, 0).is_none(), "{text}");
        }
        let corpus = corpus("spf.txt");
        corpus.iter().flat_map(|record| record.split(' ')).for_each(assert_same);
    }

    proptest! {
        #[test]
        fn the_short_way_is_the_long_way(
            text in "[-+~?]?([aA]|all|mx|include|ip4|ip6)([:/=][-a-z0-9_./%:~]{0,12}(\\.[a-z0-9]{1,4})?)? ?"
        ) {
            assert_same(&text);
        }

        #[test]
        fn addresses_are_what_the_standard_library_says(
            text in "([0-9]{1,3}|25[0-9]|0[0-9])(\\.([0-9]{1,3}|2[0-9]{2})){2,4}[./x]?"
        ) {
            assert_eq!(ip4(&text), text.parse().ok(), "{text}");
            assert_same(&format!("ip4:{text}"));
        }

        #[test]
        fn prefix_lengths_have_no_leading_zeros(text in "[0-9x]{0,4}") {
            let expected = text.parse::<u8>().ok().filter(|length| *length <= 128 && length.to_string() == text);
            assert_eq!(prefix_length(text.as_bytes(), Ipv6Addr::BITS), expected, "{text}");
        }
    }
}
