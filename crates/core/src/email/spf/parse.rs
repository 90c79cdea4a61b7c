//! Reading a record term by term.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::issue::{Issue, Span};

use super::macros::{MacroFaultKind, is_plain};
use super::{
    Directive, DomainSpec, DualCidr, MacroString, Mechanism, Modifier, Qualifier, Record, Term, TermKind,
    advice, is_record,
};

/// Reads one record.
pub(super) fn parse(text: &str) -> (Record<'_>, Vec<Issue>) {
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
        let end = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|&byte| byte == b' '))
            .map_or(bytes.len(), |length| at + length);
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
    record.valid &= advice::repeated_modifiers(&record, &mut issues);
    advice::meaning(&record, &mut issues);
    (record, issues)
}

/// Where the version stands, and where the terms begin.
fn version(text: &str, issues: &mut Vec<Issue>) -> (Span, usize) {
    if is_record(text.as_bytes()) {
        return (Span::new(0, super::VERSION.len()), super::VERSION.len());
    }
    let (span, issue) = advice::version(text);
    issues.push(issue);
    (span, span.end)
}

/// Why a term is none. Offsets are into the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// An address that is none.
    Address(Span),
    /// A mechanism that takes no argument has one.
    Argument(Span),
    /// A name that cannot be a domain name.
    Domain(Span, DomainFault),
    /// A macro that is none.
    Macro(usize, MacroFaultKind),
    /// A mechanism that needs an argument has none.
    MissingArgument,
    /// A mechanism nobody knows.
    Name(Span),
    /// A prefix length that is none.
    Prefix(Span),
    /// A qualifier before a modifier.
    QualifiedModifier,
    /// No name, or a name followed by something else.
    Shape,
}

/// Why a name is no domain-spec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DomainFault {
    /// The last label has only digits.
    NumericEnd,
    /// No dot and no macro at the end.
    SingleLabel,
    /// The last label holds what no top-level label may.
    TopLabel,
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
    if digits.is_empty() || digits.len() > 3 || (digits.len() > 1 && digits.first() == Some(&b'0')) {
        return None;
    }
    let mut length = 0u32;
    for digit in digits {
        length = length * 10 + u32::from(digit.checked_sub(b'0').filter(|digit| *digit < 10)?);
    }
    u8::try_from(length).ok().filter(|_| length <= bits)
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
    let mut octets = [0u8; 4];
    let (mut index, mut value, mut digits) = (0, 0u16, 0);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' if digits == 0 || (value > 0 && digits < 3) => {
                value = value * 10 + u16::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 && index < 3 => {
                *octets.get_mut(index)? = u8::try_from(value).ok()?;
                (index, value, digits) = (index + 1, 0, 0);
            }
            _ => return None,
        }
    }
    *octets.get_mut(index)? = u8::try_from(value).ok()?;
    (index == 3 && digits > 0).then(|| Ipv4Addr::from(octets))
}

/// `domain-spec = macro-string domain-end`, `domain-end = ( "." toplabel [ "." ] ) / macro-expand`
fn domain_spec(argument: Argument<'_>) -> Result<DomainSpec<'_>, Fault> {
    let text = argument.as_str();
    if text.is_empty() {
        return Err(Fault::MissingArgument);
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
    Ok(DomainSpec { value, start: argument.start })
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
