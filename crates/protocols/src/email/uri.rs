//! Where reports go: comma lists of URIs in DMARC and TLS-RPT records.
//! [RFC 9989, 4.6](https://www.rfc-editor.org/rfc/rfc9989#section-4.6),
//! [RFC 8460, 3](https://www.rfc-editor.org/rfc/rfc8460#section-3)

use std::fmt;

use crate::diagnostic::{Diagnostic, Span};

use super::tags::{find, trim};
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

/// A comma list of places. It is read anew whenever it is gone through: a record keeps nothing but its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportUris<'t> {
    text: &'t str,
    span: Span,
    with_size: bool,
}

impl<'t> ReportUris<'t> {
    /// No place.
    pub const NONE: Self = Self { text: "", span: Span::new(0, 0), with_size: false };

    /// The list in `text` at `span`. `with_size`: a URI may carry the obsolete size limit `!10m`.
    pub(crate) const fn new(text: &'t str, span: Span, with_size: bool) -> Self {
        Self { text, span, with_size }
    }

    /// Every place in order, also those that nobody can read.
    pub fn iter(&self) -> impl Iterator<Item = ReportUri<'t>> + use<'t> {
        let Self { text, with_size, .. } = *self;
        let items = Items::new(text, self.span).filter(|item| item.start < item.end);
        items.map(move |item| read(text, item, with_size).0)
    }

    /// The first place.
    #[must_use]
    pub fn first(&self) -> Option<ReportUri<'t>> {
        self.iter().next()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.first().is_none()
    }
}

/// What stands between the commas, without blanks around it; empty where nothing does.
struct Items<'t> {
    text: &'t str,
    at: Option<usize>,
    end: usize,
}

impl<'t> Items<'t> {
    fn new(text: &'t str, span: Span) -> Self {
        Self { text, at: Some(span.start), end: span.end }
    }
}

impl Iterator for Items<'_> {
    type Item = Span;

    fn next(&mut self) -> Option<Span> {
        let start = self.at?;
        let bytes = self.text.as_bytes();
        let comma = find(bytes.get(start..self.end).unwrap_or_default(), b',');
        self.at = comma.map(|length| start + length + 1);
        Some(trim(bytes, Span::new(start, comma.map_or(self.end, |length| start + length))))
    }
}

/// What is wrong with the comma list in `text` at `span`; see [`ReportUris::new`].
pub(crate) fn check(text: &str, span: Span, with_size: bool, issues: &mut Vec<Diagnostic>) {
    let mut start = span.start;
    let mut items = Items::new(text, span);
    while let Some(item) = items.next() {
        let next = items.at.unwrap_or(span.end);
        if item.start == item.end {
            // The comma before or behind the gap, whichever there is.
            let gap = Span::new(start.saturating_sub(1).max(span.start), next);
            issues.push(Diagnostic::warning("uri-empty", gap, "An address is missing between two commas."));
        } else if !is_plain_mailbox(item.of(text)) {
            let (uri, fault) = read(text, item, with_size);
            notice(&uri, fault, issues);
        }
        start = next;
    }
}

/// Whether there is nothing to notice about a place, as with nearly all.
fn is_plain_mailbox(written: &str) -> bool {
    let Some((scheme, rest)) = written.split_at_checked(MAILTO.len()) else { return false };
    scheme.eq_ignore_ascii_case(MAILTO) && at_sign(rest).is_some()
}

/// One place, and why nobody can read it.
fn read(text: &str, span: Span, with_size: bool) -> (ReportUri<'_>, Option<Fault>) {
    let written = span.of(text);
    let text = if with_size { split_size(written).0 } else { written };
    match destination(text) {
        Ok(destination) => (ReportUri { text, span, destination }, None),
        Err(fault) => (ReportUri { text, span, destination: Destination::Malformed }, Some(fault)),
    }
}

/// What there is to notice about one place.
#[cold]
fn notice(uri: &ReportUri<'_>, fault: Option<Fault>, issues: &mut Vec<Diagnostic>) {
    let ReportUri { text, span, destination } = *uri;
    let end = span.start + text.len();
    if end < span.end {
        let message = "The size limit is obsolete; receivers ignore it.";
        issues
            .push(Diagnostic::note("size-limit-obsolete", Span::new(end, span.end), message).replace_by(""));
    }
    if let Some(fault) = fault {
        issues.push(explain(text, Span::new(span.start, end), fault));
    }
    if let Destination::Other { scheme } = destination {
        let place = Span::new(span.start, span.start + scheme.len());
        let message = format!("Receivers need not support “{scheme}:”; use a mailto: address.");
        let issue = Diagnostic::warning("uri-scheme", place, message);
        issues.push(if is_mistyped_mailto(scheme) { issue.replace_by("mailto") } else { issue });
    }
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

/// What stands behind `mailto:`: an address and possibly a query.
fn mailbox(rest: &str) -> Result<Destination<'_>, Fault> {
    if let Some((local_part, domain)) = address(rest) {
        return Ok(Destination::Mailto { local_part, domain });
    }
    if !rest.bytes().all(is_uri_byte) {
        return Err(Fault::Character);
    }
    if rest.starts_with('/') {
        return Err(Fault::Slashes);
    }
    let without_query = rest.split('?').next().unwrap_or_default();
    let (local_part, domain) = address(without_query).ok_or(Fault::Address)?;
    Ok(Destination::Mailto { local_part, domain })
}

/// `local-part "@" domain`.
fn address(text: &str) -> Option<(&str, &str)> {
    let at = at_sign(text)?;
    Some((text.get(..at)?, text.get(at + 1..)?))
}

/// Where the at sign of an address stands; `None` where it is none.
fn at_sign(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let at = find(bytes, b'@').filter(|at| *at > 0)?;
    let (local_part, domain) = (bytes.get(..at)?, bytes.get(at + 1..)?);
    let is_local = local_part.iter().fold(LOCAL, |all, byte| all & class(*byte)) != 0;
    // Labels are not empty, and there are two: no dot at either end or behind a dot, but one somewhere.
    let (mut all, mut any, mut doubled, mut before) = (DOMAIN, 0, 0, DOT);
    for class in domain.iter().map(|byte| class(*byte)) {
        all &= class;
        any |= class;
        doubled |= before & class;
        before = class;
    }
    let is_domain = all != 0 && (doubled | before | !any) & DOT == 0;
    (is_local && is_domain && local_part.first() != Some(&b'/')).then_some(at)
}

const fn is_uri_byte(byte: u8) -> bool {
    class(byte) & URI != 0
}

/// [`URI`], [`LOCAL`], [`DOMAIN`] and [`DOT`], as they apply.
const fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

/// Characters of a URI ([RFC 3986, 2](https://www.rfc-editor.org/rfc/rfc3986#section-2)); a comma or an
/// exclamation mark has to be percent-encoded in these lists.
const URI: u8 = 1;
/// Characters of a domain.
const DOMAIN: u8 = 1 << 1;
/// What divides it.
const DOT: u8 = 1 << 2;
/// Characters of a URI that can stand before the at sign.
const LOCAL: u8 = 1 << 3;

/// [`class`] for every byte.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => URI | LOCAL | DOMAIN,
            b'.' => URI | LOCAL | DOMAIN | DOT,
            b'?' => URI,
            b'~' | b'%' | b':' | b'/' | b'#' | b'[' | b']' | b'@' | b'$' | b'&' | b'\'' | b'(' | b')'
            | b'*' | b'+' | b'=' => URI | LOCAL,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn is_domain(domain: &str) -> bool {
    domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
}

fn explain(uri: &str, span: Span, fault: Fault) -> Diagnostic {
    let is_wrapping = |c: &char| matches!(c, '<' | '>' | '"' | '\\') || c.is_whitespace();
    let unspaced: String = uri.trim_end_matches('.').chars().filter(|c| !is_wrapping(c)).collect();
    let bare = unspaced.split_once(':').map_or(unspaced.as_str(), |(_, rest)| rest).trim_start_matches('/');
    let mended = format!("mailto:{bare}");
    let is_mended = destination(&mended).is_ok();
    let issue = match fault {
        Fault::NoScheme => Diagnostic::error(
            "mailto-missing",
            span,
            format!("“{uri}” is ignored; write mailto: before the address."),
        ),
        Fault::Slashes => Diagnostic::error("mailto-with-slashes", span, "No slashes belong behind mailto:."),
        Fault::Character => Diagnostic::error(
            "uri-character",
            span,
            format!("“{uri}” holds a character that may not stand in an address here."),
        ),
        Fault::Address => Diagnostic::error(
            "uri-malformed",
            span,
            format!("“{uri}” is not an address that reports can go to."),
        ),
    };
    if is_mended { issue.replace_by(mended) } else { issue }
}

/// A scheme nobody knows that was probably meant as `mailto`.
fn is_mistyped_mailto(scheme: &str) -> bool {
    nearest(scheme, &["mailto"]).is_some() || scheme.eq_ignore_ascii_case("mail")
}

const MAILTO: &str = "mailto:";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::corrected;
    use crate::email::tests::codes;

    fn parse(text: &str) -> (Vec<ReportUri<'_>>, Vec<Diagnostic>) {
        let mut issues = Vec::new();
        let span = Span::new(0, text.len());
        check(text, span, true, &mut issues);
        (ReportUris::new(text, span, true).iter().collect(), issues)
    }

    #[test]
    fn lists_are_divided_at_commas_and_blanks_do_not_matter() {
        let text = "mailto:a+b%2C@a.example , https://b.example:8443/x?y=z ,mailto:c@d.example?subject=e";
        let (uris, issues) = parse(text);
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
        let (uris, issues) = parse("mailto:a@b.example!10m,mailto:c@d.example!50");
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
            let (uris, issues) = parse(text);
            assert_eq!(codes(&issues), [code], "{text}");
            assert_eq!(corrected(text, &issues), fixed, "{text}");
            assert_eq!(uris.len(), 1, "{text}");
        }
    }

    #[test]
    fn gaps_are_reported() {
        let (uris, issues) = parse("mailto:a@b.example,,");
        assert_eq!((uris.len(), codes(&issues)), (1, vec!["uri-empty"; 2]));
        assert_eq!(codes(&parse("").1), ["uri-empty"]);
    }
}
