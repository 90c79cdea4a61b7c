//! Where reports go: comma lists of URIs in DMARC and TLS-RPT records.
//! [RFC 9989, 4.6](https://www.rfc-editor.org/rfc/rfc9989#section-4.6),
//! [RFC 8460, 3](https://www.rfc-editor.org/rfc/rfc8460#section-3)

use std::fmt;

use crate::issue::{Issue, Span};

use super::tags::trim;
use super::typo::nearest;

/// One place that reports are sent to.
///
/// *Display*: the URI as written, without the size limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportUri<'t> {
    /// The URI as written, without the size limit.
    pub text: &'t str,
    /// Where it stands, with the size limit.
    pub span: Span,
    /// What it is.
    pub destination: Destination<'t>,
}

impl ReportUri<'_> {
    /// Whether receivers can read it; they may still not support it.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        !matches!(self.destination, Destination::Malformed)
    }
}

impl fmt::Display for ReportUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// The kinds of places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination<'t> {
    /// A web server.
    Https {
        /// The host and, where there is one, the port.
        host: &'t str,
    },
    /// A mailbox. Percent-encoded characters stand as written.
    Mailto {
        /// What is before the at sign.
        local_part: &'t str,
        /// What is behind it.
        domain: &'t str,
    },
    /// Nothing a receiver could read.
    Malformed,
    /// A URI of another scheme.
    Other {
        /// The scheme as written.
        scheme: &'t str,
    },
}

impl<'t> Destination<'t> {
    /// The name of the host that gets the reports.
    #[must_use]
    pub fn host(&self) -> Option<&'t str> {
        match self {
            Self::Https { host } => host.split(':').next(),
            Self::Mailto { domain, .. } => Some(domain),
            Self::Malformed | Self::Other { .. } => None,
        }
    }
}

/// Reads the comma list in `text` at `span`. `with_size`: a URI may carry the obsolete size limit `!10m`.
pub(super) fn list<'t>(
    text: &'t str,
    span: Span,
    with_size: bool,
    issues: &mut Vec<Issue>,
) -> Vec<ReportUri<'t>> {
    let bytes = text.as_bytes();
    let value = bytes.get(span.start..span.end).unwrap_or_default();
    let commas = value.iter().filter(|&&byte| byte == b',').count();
    let mut uris = Vec::with_capacity(commas.min(MAX_CAPACITY) + 1);
    let mut start = span.start;
    loop {
        let rest = bytes.get(start..span.end).unwrap_or_default();
        let end = rest.iter().position(|&byte| byte == b',').map_or(span.end, |length| start + length);
        let item = trim(bytes, Span::new(start, end));
        if item.start == item.end {
            // The comma before or behind the gap, whichever there is.
            let gap = Span::new(start.saturating_sub(1).max(span.start), (end + 1).min(span.end));
            issues.push(Issue::warning("uri-empty", gap, "An address is missing between two commas."));
        } else {
            uris.push(uri(text, item, with_size, issues));
        }
        if end >= span.end {
            return uris;
        }
        start = end + 1;
    }
}

fn uri<'t>(text: &'t str, span: Span, with_size: bool, issues: &mut Vec<Issue>) -> ReportUri<'t> {
    let written = span.of(text);
    let (uri, size) = if with_size { split_size(written) } else { (written, None) };
    if let Some(size) = size {
        let place = Span::new(span.end - size.len(), span.end);
        let message = "The size limit is obsolete; receivers ignore it.";
        issues.push(Issue::note("size-limit-obsolete", place, message).replace_by(""));
    }
    let destination = destination(uri).unwrap_or_else(|fault| {
        issues.push(explain(uri, Span::new(span.start, span.start + uri.len()), fault));
        Destination::Malformed
    });
    if let Destination::Other { scheme } = destination {
        let place = Span::new(span.start, span.start + scheme.len());
        let message = format!("Receivers need not support “{scheme}:”; use a mailto: address.");
        let issue = Issue::warning("uri-scheme", place, message);
        issues.push(if is_mistyped_mailto(scheme) { issue.replace_by("mailto") } else { issue });
    }
    ReportUri { text: uri, span, destination }
}

/// `obs-dmarc-report-size = "!" 1*DIGIT [ "k" / "m" / "g" / "t" ]`
fn split_size(written: &str) -> (&str, Option<&str>) {
    let bytes = written.as_bytes();
    let units =
        usize::from(matches!(bytes.last().map(u8::to_ascii_lowercase), Some(b'k' | b'm' | b'g' | b't')));
    let number = bytes.get(..bytes.len() - units).unwrap_or_default();
    let digits = number.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    match number.get(..number.len() - digits) {
        Some([uri @ .., b'!']) if digits > 0 => {
            let (uri, size) = written.split_at(uri.len());
            (uri, Some(size))
        }
        _ => (written, None),
    }
}

/// Why a text is no URI that reports could go to.
#[derive(Clone, Copy)]
enum Fault {
    Address,
    Character,
    NoScheme,
    Slashes,
}

fn destination(uri: &str) -> Result<Destination<'_>, Fault> {
    if let Some((scheme, rest)) = uri.split_at_checked(MAILTO.len())
        && scheme.eq_ignore_ascii_case(MAILTO)
    {
        return mailbox(rest);
    }
    let (scheme, rest) = uri.split_once(':').ok_or(Fault::NoScheme)?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme {
        return Err(Fault::NoScheme);
    }
    if !rest.bytes().all(is_uri_byte) {
        return Err(Fault::Character);
    }
    if scheme.eq_ignore_ascii_case("https") {
        let host = rest.strip_prefix("//").and_then(|rest| rest.split(['/', '?', '#']).next());
        let host = host.filter(|host| is_domain(host.split(':').next().unwrap_or_default()));
        return host.map(|host| Destination::Https { host }).ok_or(Fault::Address);
    }
    Ok(Destination::Other { scheme })
}

/// What stands behind `mailto:`, read in one pass: an address and possibly a query.
fn mailbox(rest: &str) -> Result<Destination<'_>, Fault> {
    let mut at = None;
    let mut end = rest.len();
    // Of the domain: the length of the label and how many are complete.
    let (mut label, mut labels, mut is_domain) = (0, 0, true);
    for (index, byte) in rest.bytes().enumerate() {
        if !is_uri_byte(byte) {
            return Err(Fault::Character);
        }
        if end < rest.len() {
            continue;
        }
        match (byte, at) {
            (b'?', _) => end = index,
            (b'@', None) => at = Some(index),
            (_, None) => {}
            (b'.', Some(_)) => {
                is_domain &= label > 0;
                (label, labels) = (0, labels + 1);
            }
            (byte, Some(_)) => {
                is_domain &= byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
                label += 1;
            }
        }
    }
    if rest.starts_with('/') {
        return Err(Fault::Slashes);
    }
    let at = at.filter(|at| *at > 0 && is_domain && label > 0 && labels > 0).ok_or(Fault::Address)?;
    let local_part = rest.get(..at).ok_or(Fault::Address)?;
    let domain = rest.get(at + 1..end).ok_or(Fault::Address)?;
    Ok(Destination::Mailto { local_part, domain })
}

/// Characters of a URI ([RFC 3986, 2](https://www.rfc-editor.org/rfc/rfc3986#section-2)); a comma or an
/// exclamation mark has to be percent-encoded in these lists.
const fn is_uri_byte(byte: u8) -> bool {
    matches!(byte,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'%'
        | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b'=')
}

fn is_domain(domain: &str) -> bool {
    domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

fn explain(uri: &str, span: Span, fault: Fault) -> Issue {
    let is_wrapping = |c: &char| matches!(c, '<' | '>' | '"' | '\\') || c.is_whitespace();
    let unspaced: String = uri.trim_end_matches('.').chars().filter(|c| !is_wrapping(c)).collect();
    let bare = unspaced.split_once(':').map_or(unspaced.as_str(), |(_, rest)| rest).trim_start_matches('/');
    let mended = format!("mailto:{bare}");
    let is_mended = destination(&mended).is_ok();
    let issue = match fault {
        Fault::NoScheme => Issue::error(
            "mailto-missing",
            span,
            format!("“{uri}” is ignored; write mailto: before the address."),
        ),
        Fault::Slashes => Issue::error("mailto-with-slashes", span, "No slashes belong behind mailto:."),
        Fault::Character => Issue::error(
            "uri-character",
            span,
            format!("“{uri}” holds a character that may not stand in an address here."),
        ),
        Fault::Address => {
            Issue::error("uri-malformed", span, format!("“{uri}” is not an address that reports can go to."))
        }
    };
    if is_mended { issue.replace_by(mended) } else { issue }
}

/// A scheme nobody knows that was probably meant as `mailto`.
fn is_mistyped_mailto(scheme: &str) -> bool {
    nearest(scheme, &["mailto"]).is_some() || scheme.eq_ignore_ascii_case("mail")
}

const MAILTO: &str = "mailto:";

/// Room is made for this many at once.
const MAX_CAPACITY: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::email::tests::{apply_edits, codes};

    fn read(text: &str) -> (Vec<ReportUri<'_>>, Vec<Issue>) {
        let mut issues = Vec::new();
        let uris = list(text, Span::new(0, text.len()), true, &mut issues);
        (uris, issues)
    }

    #[test]
    fn lists_are_divided_at_commas_and_blanks_do_not_matter() {
        let text = "mailto:a+b%2C@a.example , https://b.example:8443/x?y=z ,mailto:c@d.example?subject=e";
        let (uris, issues) = read(text);
        assert_eq!(codes(&issues), [""; 0]);
        let destinations: Vec<_> = uris.iter().map(|uri| uri.destination).collect();
        assert_eq!(
            destinations,
            [
                Destination::Mailto { local_part: "a+b%2C", domain: "a.example" },
                Destination::Https { host: "b.example:8443" },
                Destination::Mailto { local_part: "c", domain: "d.example" },
            ]
        );
        assert!(uris.iter().all(|uri| uri.span.of(text) == uri.text));
        assert_eq!(uris[1].destination.host(), Some("b.example"));
    }

    #[test]
    fn a_size_limit_is_taken_off() {
        let (uris, issues) = read("mailto:a@b.example!10m,mailto:c@d.example!50");
        assert_eq!(codes(&issues), ["size-limit-obsolete"; 2]);
        assert_eq!(
            uris.iter().map(|uri| uri.text).collect::<Vec<_>>(),
            ["mailto:a@b.example", "mailto:c@d.example"]
        );
        assert!(uris.iter().all(ReportUri::is_valid));
    }

    #[test]
    fn mistakes_get_a_code_and_an_edit() {
        for (text, code, fixed) in [
            ("a@b.example", "mailto-missing", "mailto:a@b.example"),
            ("mailto://a@b.example", "mailto-with-slashes", "mailto:a@b.example"),
            ("mailto: a@b.example", "uri-character", "mailto:a@b.example"),
            ("mailto:<a@b.example>", "uri-character", "mailto:a@b.example"),
            ("<mailto:a@b.example>", "mailto-missing", "mailto:a@b.example"),
            ("mailto:a@b.example.", "uri-malformed", "mailto:a@b.example"),
            ("mailto:a.b.example", "uri-malformed", "mailto:a.b.example"),
            ("mailto:a@localhost", "uri-malformed", "mailto:a@localhost"),
            ("mailto:a!b@c.example", "uri-character", "mailto:a!b@c.example"),
            ("b.example", "mailto-missing", "b.example"),
            ("https:/b.example", "uri-malformed", "https:/b.example"),
            ("mialto:a@b.example", "uri-scheme", "mailto:a@b.example"),
            ("mail:a@b.example", "uri-scheme", "mailto:a@b.example"),
            ("ftp://b.example/", "uri-scheme", "ftp://b.example/"),
        ] {
            let (uris, issues) = read(text);
            assert_eq!(codes(&issues), [code], "{text}");
            assert_eq!(apply_edits(text, &issues), fixed, "{text}");
            assert_eq!(uris.len(), 1, "{text}");
        }
    }

    #[test]
    fn gaps_are_reported() {
        let (uris, issues) = read("mailto:a@b.example,,");
        assert_eq!((uris.len(), codes(&issues)), (1, vec!["uri-empty"; 2]));
        assert_eq!(codes(&read("").1), ["uri-empty"]);
    }
}
