//! What to tell the author of a record about a term that receivers cannot read.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::diagnostic::{Diagnostic, Edit, Span};
use crate::email::typo::nearest;

use super::Qualifier;
use super::fault::{DomainFault, Fault};
use super::macros::MacroFaultKind;
use super::record::VERSION;

//------------ The version ---------------------------------------------------

/// Explains a record that does not begin with `v=spf1` and a space: what stands in the version's place, and why
/// receivers do not see an SPF record.
pub(crate) fn version(text: &str) -> (Span, Diagnostic) {
    let blanks = text.len() - text.trim_start_matches(' ').len();
    let end = text.get(blanks..).and_then(|rest| rest.find(' ')).map_or(text.len(), |length| blanks + length);
    let token = Span::new(blanks, end).of(text);
    let span = Span::new(0, end);
    let bare = token.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let lower = bare.to_ascii_lowercase();
    if !["v=", "v:", "v-", "spf", "vspf"].iter().any(|start| lower.starts_with(start)) {
        let nothing = Span::new(0, 0);
        let issue = Diagnostic::error(
            "version-missing",
            nothing,
            "An SPF record must begin with v=spf1 and a space.",
        )
        .replace_by("v=spf1 ");
        return (nothing, issue);
    }
    if blanks > 0 && lower == VERSION {
        let issue = Diagnostic::error(
            "space-before-version",
            Span::new(0, blanks),
            "A space stands before v=spf1, so receivers do not see an SPF record.",
        );
        return (span, issue.replace_by(""));
    }
    if bare.len() < token.len() && lower == VERSION {
        let lead = Span::new(0, end - bare.len());
        let issue = Diagnostic::error(
            "quote",
            lead,
            "The record begins with a quote or other sign before v=spf1; remove it.",
        );
        return (span, issue.replace_by(""));
    }
    let Some(rest) = lower.strip_prefix(VERSION) else {
        let issue = Diagnostic::error(
            "version-unknown",
            span,
            format!("“{token}” is not a version receivers know; an SPF record must begin with v=spf1."),
        );
        return (span, issue.replace_by(VERSION));
    };
    let behind = Span::new(end - rest.len(), end);
    let first = rest.chars().next().unwrap_or_default();
    let issue = if first.is_whitespace() || first == '\u{fffd}' {
        let blank = Span::new(behind.start, behind.start + first.len_utf8());
        Diagnostic::error(
            "separator-not-space",
            blank,
            "After v=spf1 stands a tab or another blank where only an ordinary space is allowed.",
        )
        .replace_by(" ")
    } else if first.is_ascii_digit() || matches!(first, ';' | ',' | '.') {
        Diagnostic::error(
            "version-unknown",
            span,
            format!("“{token}” is not the version v=spf1, so receivers do not see an SPF record."),
        )
        .replace_by(VERSION)
    } else {
        Diagnostic::error("version-without-space", behind, "A space is missing after v=spf1.")
            .replace_by(format!(" {}", behind.of(text)))
    };
    (span, issue)
}

//------------ Malformed terms -----------------------------------------------

/// Explains why the term at `span` is none. The issue may cover the next term too, where they were one.
pub(crate) fn malformed(text: &str, span: Span, fault: Fault) -> Diagnostic {
    let token = span.of(text);
    odd_characters(token, span)
        .or_else(|| split_by_space(text, span, fault))
        .or_else(|| trailing_junk(token, span, fault))
        .unwrap_or_else(|| by_fault(text, token, span, fault))
}

/// Characters that look like the right ones, or that came along with a copy.
fn odd_characters(token: &str, span: Span) -> Option<Diagnostic> {
    if token.contains(|c: char| c.is_whitespace() || c == '\u{fffd}') {
        let mut fixed = token.replace(|c: char| c.is_whitespace() || c == '\u{fffd}', " ");
        fixed.truncate(fixed.trim_end().len());
        let message =
            "A tab, a line break or another special blank stands where only an ordinary space is allowed.";
        return Some(Diagnostic::error("separator-not-space", span, message).replace_by(fixed));
    }
    if !token.is_ascii() {
        let fixed: String = token
            .chars()
            .filter_map(|c| match c {
                '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
                '\u{223c}' | '\u{02dc}' | '\u{ff5e}' => Some('~'),
                '\u{ff1a}' => Some(':'),
                '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{201c}'..='\u{201f}' | '\u{2018}'..='\u{201b}' => {
                    None
                }
                _ => Some(c),
            })
            .collect();
        let message = "Only plain ASCII is allowed in an SPF record; this term holds another character.";
        let issue = Diagnostic::error("non-ascii", span, message);
        return Some(if fixed.is_ascii() { issue.replace_by(fixed) } else { issue });
    }
    if token.contains(['"', '\\']) {
        let message = "Quotes and backslashes belong to the way the record was entered, not into it.";
        return Some(Diagnostic::error("quote", span, message).replace_by(token.replace(['"', '\\'], "")));
    }
    None
}

/// `include: host`, `~ all`, `redirect =host`, `ip4 192.0.2.1`: one term with a space in it.
fn split_by_space(text: &str, span: Span, fault: Fault) -> Option<Diagnostic> {
    let token = span.of(text);
    let rest = text.get(span.end..)?;
    let next = rest.trim_start_matches(' ');
    let next_start = text.len() - next.len();
    let next = next.split(' ').next().filter(|next| !next.is_empty())?;
    let names_a_host = next.contains('.') || next.parse::<Ipv6Addr>().is_ok() || next.contains("::");
    let is_term = next.contains('=')
        || (next.contains(':') && !next.contains("::") && next.parse::<Ipv6Addr>().is_err());
    let joined = if is_lone_sign(token) || (next.starts_with([':', '=']) && next.len() > 1) {
        format!("{token}{next}")
    } else if matches!(fault, Fault::MissingArgument | Fault::Name(_))
        && token.ends_with([':', '='])
        && names_a_host
        && !is_term
    {
        let name = token.trim_end_matches([':', '=']);
        format!("{}{next}", with_known_name(name, next).unwrap_or_else(|| token.to_owned()))
    } else if fault == Fault::MissingArgument && names_a_host && !is_term {
        format!("{token}:{next}")
    } else {
        return None;
    };
    let whole = Span::new(span.start, next_start + next.len());
    let message = format!("A space splits this term in two; write “{joined}”.");
    Some(Diagnostic::error("space-in-term", whole, message).replace_by(joined))
}

/// `-all;`, `include:example.com,`
fn trailing_junk(token: &str, span: Span, fault: Fault) -> Option<Diagnostic> {
    let is_junk = |c: char| matches!(c, ';' | ',' | '.' | '\'' | '`' | '!' | ')' | ']' | '>');
    let clean = token.trim_end_matches(is_junk);
    if clean.len() == token.len() || clean.is_empty() || matches!(fault, Fault::MissingArgument) {
        return None;
    }
    let junk = Span::new(span.start + clean.len(), span.end);
    let message =
        format!("“{}” does not belong here; terms are separated by spaces only.", token.get(clean.len()..)?);
    Some(Diagnostic::error("trailing-junk", junk, message).replace_by(""))
}

fn by_fault(text: &str, token: &str, span: Span, fault: Fault) -> Diagnostic {
    match fault {
        Fault::Address(at) => address(text, token, span, at),
        Fault::Argument(at) => argument(text, token, span, at),
        Fault::Domain(at, why) => domain(text, token, span, at, why),
        Fault::Macro(at, why) => macro_fault(text, span, at, why),
        Fault::MissingArgument => {
            let name = token.trim_end_matches([':', '=']);
            let message = format!("“{name}” needs a value behind it.");
            Diagnostic::error("argument-missing", span, message)
        }
        Fault::Name(name) => unknown_name(text, token, span, name),
        Fault::Prefix(at) => prefix(text, token, at),
        Fault::QualifiedModifier => {
            let message = "redirect=, exp= and other modifiers take no sign before them.";
            let sign = Span::new(span.start, span.start + 1);
            Diagnostic::error("qualifier-on-modifier", sign, message).replace_by("")
        }
        Fault::Shape => shape(token, span),
    }
}

fn shape(token: &str, span: Span) -> Diagnostic {
    let doubled = token.trim_start_matches(['+', '-', '?', '~']);
    if token.len() > doubled.len() + 1 {
        let signs = Span::new(span.start, span.end - doubled.len());
        let kept = token.get(..1).unwrap_or_default();
        return Diagnostic::error("qualifier-doubled", signs, "Only one sign may stand before a mechanism.")
            .replace_by(kept);
    }
    let qualifier = token.len() - doubled.len();
    let sign = token.get(..qualifier).unwrap_or_default();
    if let Some(fixed) = bare_address(doubled) {
        let message = format!("An address needs its mechanism: “{sign}{fixed}”.");
        return Diagnostic::error("address-without-mechanism", span, message)
            .replace_by(format!("{sign}{fixed}"));
    }
    let issue = Diagnostic::error("not-a-term", span, format!("“{token}” is not an SPF term."));
    match doubled
        .split_once([';', '.', ','])
        .and_then(|(name, rest)| Some((KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name))?, rest)))
    {
        Some((name, rest)) if *name != "all" && !rest.is_empty() => {
            issue.replace_by(format!("{sign}{name}{}{rest}", joint(name)))
        }
        _ => issue,
    }
}

/// `192.0.2.1` → `ip4:192.0.2.1`
fn bare_address(text: &str) -> Option<String> {
    let address = text.split('/').next()?;
    match address.parse().ok()? {
        IpAddr::V4(_) => Some(format!("ip4:{text}")),
        IpAddr::V6(_) => Some(format!("ip6:{text}")),
    }
}

fn unknown_name(text: &str, token: &str, span: Span, name_span: Span) -> Diagnostic {
    let name = name_span.of(text);
    let sign = Span::new(span.start, name_span.start).of(text);
    let value = Span::new(name_span.end, span.end).of(text);
    if let Some(fixed) = bare_address(token) {
        let message = format!("An address needs its mechanism: “{fixed}”.");
        return Diagnostic::error("address-without-mechanism", span, message).replace_by(fixed);
    }
    if value.is_empty() && name.contains('.') {
        let host = name.trim_end_matches('.');
        if KNOWN.iter().any(|known| known.eq_ignore_ascii_case(host)) {
            return Diagnostic::error("trailing-junk", span, "A dot does not belong here.")
                .replace_by(format!("{sign}{host}"));
        }
        let message =
            format!("A bare name means nothing here; if its mail servers may send, write “include:{name}”.");
        return Diagnostic::error("name-without-mechanism", span, message)
            .replace_by(format!("{sign}include:{name}"));
    }
    let argument = value.trim_start_matches(':');
    let issue =
        Diagnostic::error("mechanism-unknown", name_span, format!("“{name}” is not an SPF mechanism."));
    let Some(mut fixed) = with_known_name(name, argument) else {
        return issue;
    };
    if matches!(fixed.as_str(), "redirect=" | "exp=") {
        fixed.push_str(argument);
    } else {
        // The joint is not wanted where nothing follows or a prefix length does.
        fixed.truncate(fixed.trim_end_matches([':', '=']).len());
        fixed = format!("{sign}{fixed}{value}");
    }
    let message = format!("“{name}” is not an SPF mechanism; probably “{fixed}” was meant.");
    let edit = Edit { span, text: fixed };
    Diagnostic { message: message.into(), edit: Some(edit), ..issue }
}

/// Whether a modifier that nobody knows was meant as a mechanism that lets somebody send.
pub(crate) fn is_mechanism(name: &str, value: &str) -> bool {
    let known = KNOWN.iter().find(|known| known.eq_ignore_ascii_case(name)).map(|known| (*known).to_owned());
    let meant = known.or_else(|| with_known_name(name, value)).unwrap_or_default();
    matches!(meant.trim_end_matches(':'), "include" | "ip4" | "ip6" | "mx" | "a" | "exists" | "ptr")
}

/// The name that was probably meant by `name`, with the colon or equals sign behind it.
pub(crate) fn with_known_name(name: &str, argument: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let known = match lower.as_str() {
        "ip" | "ipv" | "ip-address" | "ipaddress" => {
            let address = argument.split('/').next().unwrap_or_default();
            if address.parse::<Ipv6Addr>().is_ok() { "ip6" } else { "ip4" }
        }
        "ipv4" | "ip4v" | "i4" | "4" | "ip-4" => "ip4",
        "ipv6" | "ip6v" | "i6" | "6" | "ip-6" => "ip6",
        "al" | "ll" | "alll" | "aall" => "all",
        _ => nearest(name, &KNOWN)?,
    };
    Some(format!("{known}{}", joint(known)))
}

fn joint(known: &str) -> &'static str {
    if matches!(known, "redirect" | "exp") { "=" } else { ":" }
}

fn address(text: &str, token: &str, span: Span, at: Span) -> Diagnostic {
    let written = at.of(text);
    let whole = Span::new(at.start, span.end).of(text);
    let is_ip4 = token.to_ascii_lowercase().contains("ip4:");
    let name = Span::new(span.start, at.start);
    let sign = if token.starts_with(['+', '-', '?', '~']) { token.get(..1).unwrap_or_default() } else { "" };
    if let Some((host, port)) = written.rsplit_once(':')
        && host.parse::<Ipv4Addr>().is_ok()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        let port = Span::new(at.start + host.len(), at.end);
        return Diagnostic::error("address-with-port", port, "An address in SPF takes no port.")
            .replace_by("");
    }
    match written.parse() {
        Ok(IpAddr::V6(_)) if is_ip4 => {
            return Diagnostic::error(
                "address-family",
                name,
                "This is an IPv6 address; write ip6: before it.",
            )
            .replace_by(format!("{sign}ip6:"));
        }
        Ok(IpAddr::V4(_)) if !is_ip4 => {
            return Diagnostic::error(
                "address-family",
                name,
                "This is an IPv4 address; write ip4: before it.",
            )
            .replace_by(format!("{sign}ip4:"));
        }
        _ => {}
    }
    let issue = Diagnostic::error("address-malformed", at, format!("“{written}” is not an IP address."));
    let is_name = written.contains('.')
        && written.bytes().any(|byte| byte.is_ascii_alphabetic())
        && written.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if is_name && is_ip4 {
        let message = format!("“{written}” is a name, not an IP address; write “a:{written}”.");
        let edit = Edit { span, text: format!("{sign}a:{whole}") };
        return Diagnostic { message: message.into(), edit: Some(edit), ..issue };
    }
    if let Some(fixed) = without_leading_zeros(written) {
        return issue.replace_by(fixed);
    }
    issue
}

/// `192.000.02.1` → `192.0.2.1`
fn without_leading_zeros(written: &str) -> Option<String> {
    let parts: Option<Vec<String>> =
        written.split('.').map(|part| part.parse::<u8>().ok().map(|part| part.to_string())).collect();
    let parts = parts.filter(|parts| parts.len() == 4)?;
    Some(parts.join("."))
}

fn prefix(text: &str, token: &str, at: Span) -> Diagnostic {
    let written = at.of(text);
    let digits = written.trim_start_matches('0');
    let issue = Diagnostic::error("prefix-length", at, format!("“{written}” is not a prefix length."));
    let lower = token.to_ascii_lowercase();
    let limit = if lower.contains("ip6:") || lower.contains("//") { Ipv6Addr::BITS } else { Ipv4Addr::BITS };
    match digits.parse::<u32>() {
        Ok(length) if length <= limit && digits.len() < written.len() => {
            let message = format!("A prefix length has no leading zeros; write “{length}”.");
            Diagnostic { message: message.into(), ..issue }.replace_by(length.to_string())
        }
        Ok(length) if length > limit => {
            let message = format!("A prefix length of {length} is too long; at most {limit} is possible.");
            Diagnostic { message: message.into(), ..issue }
        }
        _ => issue,
    }
}

fn argument(text: &str, token: &str, span: Span, at: Span) -> Diagnostic {
    let written = at.of(text);
    let name = Span::new(span.start, at.start).of(text).trim_start_matches(['+', '-', '?', '~']);
    if name.eq_ignore_ascii_case("all") {
        let issue =
            Diagnostic::error("argument-unexpected", at, "“all” takes no value; it means every sender.");
        return issue.replace_by("");
    }
    let message = format!("“{written}” cannot follow “{name}”.");
    let issue = Diagnostic::error("argument-unexpected", at, message);
    match written.strip_prefix('/') {
        Some(host) if host.contains('.') => {
            let sign = token.get(..token.len() - name.len() - written.len()).unwrap_or_default();
            let text = format!("{sign}{name}:{host}");
            Diagnostic { edit: Some(Edit { span, text }), ..issue }
        }
        _ => issue,
    }
}

fn domain(text: &str, token: &str, span: Span, at: Span, why: DomainFault) -> Diagnostic {
    let written = at.of(text);
    if let Some(missing) = glued_all(written) {
        let place = Span::new(at.start + missing, at.end);
        let issue = Diagnostic::error("space-missing", place, "A space is missing before “all”.");
        return issue.replace_by(format!(" {}", place.of(text)));
    }
    let sign = if token.starts_with(['+', '-', '?', '~']) { token.get(..1).unwrap_or_default() } else { "" };
    if let Some(fixed) = bare_address(written) {
        // The prefix length stands behind what was read as a name.
        let length = Span::new(at.end, span.end).of(text).replace("//", "/");
        let fixed = fixed + &length;
        let message = format!("“{written}” is an address, not a name; write “{fixed}”.");
        let mut issue = Diagnostic::error("address-as-name", at, message);
        issue.edit = Some(Edit { span, text: format!("{sign}{fixed}") });
        return issue;
    }
    if let Some((host, length)) = written.split_once('/')
        && !length.is_empty()
        && length.bytes().all(|byte| byte.is_ascii_digit())
    {
        let place = Span::new(at.start + host.len(), at.end);
        return Diagnostic::error("prefix-not-allowed", place, "No prefix length can stand here.")
            .replace_by("");
    }
    match why {
        DomainFault::NumericEnd => {
            let message = format!("“{written}” ends in a number; the last label of a name has a letter.");
            Diagnostic::error("domain-numeric", at, message)
        }
        DomainFault::SingleLabel => {
            let message = format!("“{written}” has no dot; a full domain name is needed.");
            Diagnostic::error("domain-single-label", at, message)
        }
        DomainFault::TopLabel => {
            Diagnostic::error("domain-malformed", at, format!("“{written}” does not end like a domain name."))
        }
    }
}

/// Where in `example.com~all` the sign stands.
pub(crate) fn glued_all(written: &str) -> Option<usize> {
    let end = written.len().checked_sub("~all".len())?;
    let tail = written.get(end..)?;
    let is_all = tail.starts_with(['+', '-', '?', '~']) && tail.get(1..)?.eq_ignore_ascii_case("all");
    (is_all && end > 0).then_some(end)
}

fn macro_fault(text: &str, span: Span, at: usize, why: MacroFaultKind) -> Diagnostic {
    let end = match why {
        MacroFaultKind::Character => {
            at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8)
        }
        MacroFaultKind::Percent => at + 1,
        _ => Span::new(at, span.end).of(text).find('}').map_or(span.end, |length| at + length + 1),
    };
    let place = Span::new(at, end);
    let message = match why {
        MacroFaultKind::Character => "This character may not stand in a name.",
        MacroFaultKind::Letter => "This macro letter means nothing; s, l, o, d, i, p, v and h exist.",
        MacroFaultKind::LetterOnlyInExplanation => {
            "The macros c, r and t may stand in the text of an explanation only."
        }
        MacroFaultKind::Percent => "A percent sign must begin a macro such as %{d}, or be written %%.",
        MacroFaultKind::Unclosed => "This macro is not well formed; it ends with a closing brace.",
        MacroFaultKind::ZeroParts => "A macro cannot keep zero parts.",
    };
    Diagnostic::error("macro-malformed", place, message)
}

pub(crate) const KNOWN: [&str; 10] =
    ["include", "all", "ip4", "ip6", "mx", "a", "exists", "redirect", "ptr", "exp"];

/// `~` of `~ all`
pub(crate) fn is_lone_sign(token: &str) -> bool {
    matches!(token.as_bytes(), [byte] if Qualifier::from_byte(*byte).is_some())
}
