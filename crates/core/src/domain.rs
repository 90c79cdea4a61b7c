//! What was typed → a public domain name, or a sentence that says what to type instead.

use std::fmt;
use std::net::Ipv6Addr;

use serde::{Deserialize, Deserializer, Serialize};

use crate::dns::name::{MAX_LABEL, MAX_NAME, SECOND_LEVEL, is_public_host, looks_like_ip, special_use};
use crate::idna;
use crate::providers::platforms;
use crate::providers::platforms::Platform;

/// A public host name in its ASCII form: lower case, IDNA-encoded, no trailing dot, at least two labels.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Domain(String);

impl Domain {
    /// Reads what people type or paste: a bare name, an address with scheme and path, an e-mail address, any
    /// case, surrounding blanks, a trailing dot. Of Unicode it takes what [needs no tables](crate::idna).
    ///
    /// # Errors
    /// Whatever is not a public name is refused with the reason; its `Display` says what to type instead.
    pub fn parse(typed: &str) -> Result<Self, DomainError> {
        Self::parse_with(typed, &idna::to_ascii)
    }

    /// The same with the host's own mapping of Unicode names to ASCII (UTS #46, ToASCII): `None` for what that refuses.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn parse_with(
        typed: &str,
        unicode_to_ascii: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, DomainError> {
        Self::read(typed, unicode_to_ascii).map_err(|error| meant(typed, error, unicode_to_ascii))
    }

    fn read(typed: &str, unicode_to_ascii: &dyn Fn(&str) -> Option<String>) -> Result<Self, DomainError> {
        let typed = &tidied(typed);
        let host = host_of(typed)?;
        let host = host.strip_suffix('.').unwrap_or(host);
        if host.is_empty() {
            return Err(DomainError::Empty);
        }
        if looks_like_ip(host) {
            return Err(DomainError::IpLiteral(host.to_owned()));
        }
        if host.split('.').any(|label| label.starts_with('_')) {
            return Err(DomainError::Underscore(host.to_owned()));
        }
        let ascii = to_ascii(host, unicode_to_ascii)?;
        if looks_like_ip(&ascii) {
            return Err(DomainError::IpLiteral(ascii));
        }
        if !ascii.contains('.') {
            return Err(DomainError::SingleLabel(ascii));
        }
        if let Some(special) = special_use(&ascii) {
            return Err(DomainError::SpecialUse { name: ascii, special });
        }
        Ok(Self(ascii))
    }

    /// A host name as it stands in a URL or a DNS answer. Unlike [`parse`](Self::parse) it takes nothing but a
    /// name, in ASCII, and it never consults the IDNA tables, so the page pays nothing for it.
    #[must_use]
    pub fn from_host(host: &str) -> Option<Self> {
        let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        is_public_host(&host).then_some(Self(host))
    }

    /// The name in ASCII.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The labels from left to right.
    pub fn labels(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('.')
    }

    /// The same name below `label`: `www` gives `www.example.com`. May be longer than DNS allows; a question
    /// for it is then answered as malformed, not asked.
    #[must_use]
    pub fn child(&self, label: &str) -> String {
        format!("{label}.{}", self.0)
    }

    /// The name as people write it, with Unicode where it was meant.
    #[must_use]
    pub fn to_unicode(&self) -> String {
        idna::to_unicode(&self.0)
    }

    /// The hosting platform below whose shared name this one was given out, such as `x.vercel.app`.
    #[must_use]
    pub fn platform(&self) -> Option<Platform> {
        platforms::hosting(&self.0)
    }

    /// Whether this name itself, or a name it lies below, is `other`.
    #[must_use]
    pub fn is_within(&self, other: &str) -> bool {
        self.0.strip_suffix(other).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// Whether the name's shape alone says that somebody registered exactly this name: `example.com`,
    /// `example.co.uk`. `false` is "the shape does not tell", never "it is not".
    ///
    /// A full public suffix list costs 240 KB gzip of WebAssembly, nearly half of what the Worker's main
    /// module weighs. The zone cut in DNS answers the same question for the cases where it matters.
    #[must_use]
    pub fn is_plainly_registered(&self) -> bool {
        let labels: Vec<&str> = self.labels().collect();
        match labels.as_slice() {
            [name, tld] => !(tld.len() == 2 && SECOND_LEVEL.contains(name)),
            [_, second, tld] => tld.len() == 2 && SECOND_LEVEL.contains(second),
            _ => false,
        }
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Domain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::from_host(&text).ok_or_else(|| serde::de::Error::custom("not a public domain name"))
    }
}

/// Why what was typed cannot be checked. `Display` is a sentence for the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DomainError {
    /// A label that says it is Punycode (`xn--`) and is not.
    BadPunycode(String),
    /// A user name or password stands in the address.
    Credentials,
    /// Nothing was typed, or only a scheme.
    Empty,
    /// A character that cannot stand in a host name, or a name IDNA refuses.
    Invalid(String),
    /// An IPv4 or IPv6 address, in any spelling.
    IpLiteral(String),
    /// A label of more than 63 octets.
    LabelTooLong(String),
    /// Something that is no name, and one that was probably meant.
    Mistyped {
        /// What was typed.
        typed: String,
        /// What was probably meant.
        meant: String,
    },
    /// More than 253 octets.
    NameTooLong,
    /// A port stands in the address.
    Port {
        /// The host without the port.
        host: String,
    },
    /// More names than one.
    Several {
        /// The first of them.
        first: String,
    },
    /// A single label: `localhost`, `mycompany`.
    SingleLabel(String),
    /// A name that is set aside and never resolves in public DNS.
    SpecialUse {
        /// What was typed.
        name: String,
        /// The suffix that is set aside.
        special: &'static str,
    },
    /// A label that begins with an underscore: a place for records, not for a site.
    Underscore(String),
    /// A scheme other than http and https.
    UnsupportedScheme(String),
}

impl DomainError {
    /// Stable name for the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            // The API's name from before there was a sentence of its own.
            Self::BadPunycode(_) | Self::Invalid(_) | Self::Mistyped { .. } | Self::Several { .. } => {
                "invalid-name"
            }
            Self::Credentials => "credentials",
            Self::Empty => "empty",
            Self::IpLiteral(_) => "ip-literal",
            Self::LabelTooLong(_) => "label-too-long",
            Self::NameTooLong => "name-too-long",
            Self::Port { .. } => "port",
            Self::SingleLabel(_) => "single-label",
            Self::SpecialUse { .. } => "special-use-name",
            Self::Underscore(_) => "underscore",
            Self::UnsupportedScheme(_) => "unsupported-scheme",
        }
    }
}

impl fmt::Display for DomainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadPunycode(label) => write!(
                f,
                "“{}” begins like a name in another script but is not one. Type the name as people read it, such as bücher.de.",
                shortened(label)
            ),
            Self::Credentials => f.write_str(
                "The address contains a user name or password. Type the domain alone, such as example.com.",
            ),
            Self::Empty => f.write_str("Type the domain you are about to launch, such as example.com."),
            Self::Invalid(name) => write!(
                f,
                "“{}” is not a domain name. Use letters, digits, hyphens and dots, such as example.com.",
                shortened(name)
            ),
            Self::IpLiteral(ip) => write!(
                f,
                "{} is an IP address. Type the domain name that people will visit, such as example.com.",
                shortened(ip)
            ),
            Self::LabelTooLong(label) => write!(
                f,
                "“{}” is {} characters long; a part of a domain name has at most {MAX_LABEL}. Check for a missing dot.",
                shortened(label),
                label.len()
            ),
            Self::Mistyped { typed, meant } => {
                write!(f, "“{}” is not a domain name. Did you mean {}?", shortened(typed), shortened(meant))
            }
            Self::Several { first } => {
                write!(f, "Check one domain at a time: start with {}.", shortened(first))
            }
            Self::NameTooLong => write!(
                f,
                "This name is longer than the {MAX_NAME} characters a domain name can have. Type the domain alone, such as example.com."
            ),
            Self::Port { host } => {
                write!(f, "Leave out the port: type {}.", shortened(host))
            }
            Self::SingleLabel(label) => write!(
                f,
                "“{0}” is only one part of a name. Type the whole domain, such as {0}.com.",
                shortened(label)
            ),
            Self::SpecialUse { name, special } => write!(
                f,
                "{} cannot be reached from the internet: names ending in “{special}” are set aside. Type your public domain, such as example.com.",
                shortened(name)
            ),
            Self::Underscore(name) => write!(
                f,
                "{} is a place for DNS records, not for a site. Type the domain it belongs to, such as {}.",
                shortened(name),
                shortened(&without_underscores(name))
            ),
            Self::UnsupportedScheme(scheme) => write!(
                f,
                "Only websites can be checked, not “{}:” addresses. Type the domain alone, such as example.com.",
                shortened(scheme)
            ),
        }
    }
}

impl std::error::Error for DomainError {}

/// What was typed without what says nothing: blanks around dots and behind the scheme, brackets around dots that keep an address from
/// being clicked, and a scheme as fingers write it.
fn tidied(typed: &str) -> String {
    let mut text = typed.trim().replace("[.]", ".").replace("(.)", ".");
    // What is longer is no name, and is refused as it stands.
    if text.len() > MAX_TYPED {
        return text;
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() > 1 {
        let mut joined = String::new();
        for word in words {
            let glues = joined.is_empty() || word.starts_with('.') || joined.ends_with(['.', '/', ':']);
            if !glues {
                joined.push(' ');
            }
            joined.push_str(word);
        }
        text = joined;
    }
    // `https;//`, `https.//`, `htps://`: what stands before two slashes and is nearly a scheme is one.
    let slashes = text.find("//").filter(|at| *at <= MAX_SCHEME);
    if let Some(at) = slashes {
        let before = text.get(..at).unwrap_or_default();
        let word = before.trim_end_matches([':', ';', '.', ',', ' ']).to_ascii_lowercase();
        if NEARLY_HTTP.contains(&word.as_str()) {
            let scheme = if word.ends_with('s') || word.ends_with("sp") { "https:" } else { "http:" };
            text.replace_range(..at, scheme);
        }
    }
    text
}

/// A better word than that something is no name: several names, or the one that was probably meant.
fn meant(typed: &str, error: DomainError, unicode_to_ascii: &dyn Fn(&str) -> Option<String>) -> DomainError {
    let DomainError::Invalid(name) = &error else { return error };
    if typed.len() > MAX_TYPED {
        return error;
    }
    let is_name = |text: &str| {
        matches!(Domain::read(text, unicode_to_ascii), Ok(_) | Err(DomainError::SpecialUse { .. }))
    };
    let apart = typed.split([',', ';', ' ', '\t', '\n', '\r', '|']).map(str::trim);
    let mut names = apart.filter(|part| part.contains('.') && is_name(part));
    if let (Some(first), Some(_)) = (names.next(), names.next()) {
        return DomainError::Several { first: first.to_owned() };
    }
    let spelled = name.to_lowercase().replace(" dot ", ".").replace("(dot)", ".").replace("[dot]", ".");
    let dotted: String = spelled.chars().map(|c| if ",;:·•".contains(c) { '.' } else { c }).collect();
    let joined: String = dotted.chars().filter(|c| !c.is_whitespace()).collect();
    let kept: String = joined.chars().filter(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).collect();
    let hyphened = dotted.split_whitespace().collect::<Vec<_>>().join("-");
    [&dotted, &joined, &kept, &hyphened]
        .into_iter()
        .map(|text| {
            let labels =
                text.split('.').map(|label| label.trim_matches('-')).filter(|label| !label.is_empty());
            labels.collect::<Vec<_>>().join(".")
        })
        .find(|text| text != name && is_name(text))
        .map_or(error.clone(), |meant| DomainError::Mistyped { typed: name.clone(), meant })
}

/// Octets of what is typed in which faults are mended: more than any address that is pasted for its name.
const MAX_TYPED: usize = 2000;
/// Octets before the two slashes of an address that are taken for its scheme.
const MAX_SCHEME: usize = 10;
/// Schemes as fingers write them, and as those write them who keep addresses from being clicked.
const NEARLY_HTTP: [&str; 24] = [
    "hhttp", "hhttps", "hhtp", "hhtps", "hptts", "hptt", "hrrp", "hrrps", "htp", "htps", "htpp", "htpps",
    "http", "https", "httpd", "httpss", "htttp", "htttps", "hxxp", "hxxps", "ttp", "ttps", "httsp", "hts",
];

/// The host part of what was typed, still in the form it was typed in.
fn host_of(typed: &str) -> Result<&str, DomainError> {
    let text = link_target(typed.trim());
    let text = text.trim_matches(['"', '\'', '<', '>', '`', '“', '”', '(', ')', ',', ';']).trim();
    let (scheme, rest) = without_scheme(text)?;
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = match authority.rsplit_once('@') {
        // `name@example.com` is how people write an e-mail address; a scheme or a password makes it a login.
        Some((local, host)) if !scheme && !local.contains(':') => host,
        Some(_) => return Err(DomainError::Credentials),
        None => authority,
    };
    if host.starts_with('[') || host.parse::<Ipv6Addr>().is_ok() {
        return Err(DomainError::IpLiteral(host.trim_matches(['[', ']']).to_owned()));
    }
    match host.split_once(':') {
        Some((name, _)) if looks_like_ip(name) => Err(DomainError::IpLiteral(name.to_owned())),
        // The ports of the web itself say nothing that is not said.
        Some((name, "" | "80" | "443")) => Ok(name),
        Some((name, _)) => Err(DomainError::Port { host: name.to_owned() }),
        None => Ok(host),
    }
}

/// The address of a link in Markdown, `[Example](https://example.com)`; anything else as it is.
fn link_target(text: &str) -> &str {
    let target = text.strip_prefix('[').and_then(|rest| rest.split_once("]("));
    target.map_or(text, |(_, target)| target.split([')', ' ']).next().unwrap_or(target))
}

/// What stands behind the scheme, and whether there was one that is sent to: `https://`, also as fingers write it (`https:/`, `https//`,
/// `http:`), and twice, as a paste into a field that had one leaves it.
fn without_scheme(text: &str) -> Result<(bool, &str), DomainError> {
    let (mut rest, mut has_scheme) = (text, false);
    for _ in 0..MAX_SCHEMES {
        let begins =
            |word: &str| rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        let Some(word) = ["https", "http"].into_iter().find(|word| begins(word)) else { break };
        let behind = rest.get(word.len()..).unwrap_or_default();
        let slashes = behind.strip_prefix(':').unwrap_or(behind).trim_start_matches(['/', '\\']);
        let marks = behind.len() - slashes.len();
        // `https.example.com` and `httpbin.org` are names; `http:8080` is a name with a port.
        let is_scheme = behind.starts_with("//")
            || behind.starts_with(':') && (marks > 1 || !slashes.starts_with(|c: char| c.is_ascii_digit()));
        if !is_scheme {
            break;
        }
        (rest, has_scheme) = (slashes, true);
    }
    if has_scheme {
        return Ok((true, rest));
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(DomainError::UnsupportedScheme(scheme.to_owned()));
    }
    Ok(match text.get(..7) {
        Some(start) if start.eq_ignore_ascii_case("mailto:") => (false, &text[7..]),
        _ => (false, text.trim_start_matches(['/', '\\'])),
    })
}

/// Schemes that are taken away, one behind the other.
const MAX_SCHEMES: usize = 3;

fn to_ascii(host: &str, unicode_to_ascii: &dyn Fn(&str) -> Option<String>) -> Result<String, DomainError> {
    // Far beyond what any name can be: no need to map it.
    if host.len() > 4 * MAX_NAME {
        return Err(DomainError::NameTooLong);
    }
    let invalid = || DomainError::Invalid(host.to_owned());
    let ascii = if host.is_ascii() {
        host.to_ascii_lowercase()
    } else {
        unicode_to_ascii(host).ok_or_else(invalid)?
    };
    // STD 3 (RFC 1123 section 2.1), and Punycode where a label claims to be that.
    let sound = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if let Some(label) = ascii.split('.').find(|label| label.starts_with("xn--") && !idna::is_encoded(label))
    {
        return Err(DomainError::BadPunycode(label.to_owned()));
    }
    if !ascii.split('.').all(sound) {
        return Err(invalid());
    }
    if let Some(label) = ascii.split('.').find(|label| label.len() > MAX_LABEL) {
        return Err(DomainError::LabelTooLong(label.to_owned()));
    }
    if ascii.len() > MAX_NAME {
        return Err(DomainError::NameTooLong);
    }
    Ok(ascii)
}

fn without_underscores(name: &str) -> String {
    let rest: Vec<&str> = name.split('.').skip_while(|label| label.starts_with('_')).collect();
    if rest.len() > 1 { rest.join(".") } else { "example.com".to_owned() }
}

/// At most forty characters of what was typed: an error never echoes a book.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> String {
        Domain::parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}")).to_string()
    }

    fn refused(typed: &str) -> &'static str {
        Domain::parse(typed).expect_err(typed).code()
    }

    #[test]
    fn reads_what_people_paste() {
        for typed in [
            "example.com",
            "  example.com\n",
            "EXAMPLE.com.",
            "https://example.com",
            "HTTP://Example.com/pricing?utm=1#top",
            "//example.com/",
            "example.com/path:with:colons",
            "founder@example.com",
            "mailto:founder@example.com",
            "<https://example.com>",
            "https:/example.com",
            "https:example.com",
            "https//example.com",
            "http//example.com/a",
            "https:///example.com",
            "https:\\\\example.com",
            "https://https://example.com",
            "http://https://example.com/",
            "https://http//example.com",
            "[Example](https://example.com/a)",
            "[example.com](http://example.com \"title\")",
            "(example.com)",
            "example.com:443",
            "https://example.com:443/",
            "http://example.com:80",
            "example.com,",
            "“example.com”",
            "example\u{3002}com",
            "https;//example.com",
            "https.//example.com",
            "https: //example.com",
            "https:// example.com/a",
            "htps://example.com",
            "ttps://example.com",
            "hxxps://example[.]com/a",
            "example .com",
            "example. com",
        ] {
            assert_eq!(read(typed), "example.com", "{typed}");
        }
        assert_eq!(read("httpbin.org"), "httpbin.org");
        assert_eq!(read("https.example.com"), "https.example.com");
        assert_eq!(read("bücher.de"), "xn--bcher-kva.de");
        assert_eq!(read("BÜCHER.de"), "xn--bcher-kva.de");
        assert_eq!(read("r3---sn.example.com"), "r3---sn.example.com");
    }

    #[test]
    fn a_hosts_own_mapping_is_judged_like_what_was_typed() {
        let says = |ascii: &'static str| move |_: &str| Some(ascii.to_owned());
        let parse = |ascii| Domain::parse_with("https://ⓔxample.com/", &says(ascii));
        assert_eq!(parse("example.com").unwrap().as_str(), "example.com");
        assert_eq!(parse("127.0.0.1").unwrap_err().code(), "ip-literal");
        assert_eq!(parse("a b.com").unwrap_err().code(), "invalid-name");
        assert_eq!(Domain::parse_with("ⓔ.com", &|_| None).unwrap_err().code(), "invalid-name");
    }

    #[test]
    fn refuses_what_is_not_a_public_name() {
        for (typed, code) in [
            ("", "empty"),
            ("   ", "empty"),
            ("https://", "empty"),
            (".", "empty"),
            ("localhost", "single-label"),
            ("mycompany", "single-label"),
            ("127.0.0.1", "ip-literal"),
            ("127.1", "ip-literal"),
            ("0x7f.1", "ip-literal"),
            ("2130706433", "ip-literal"),
            ("http://[::1]:8080/", "ip-literal"),
            ("::1", "ip-literal"),
            ("10.0.0.1:80", "ip-literal"),
            ("example.com:8443", "port"),
            ("https://user:secret@example.com", "credentials"),
            ("user:secret@example.com", "credentials"),
            ("https://user@example.com", "credentials"),
            ("ftp://example.com", "unsupported-scheme"),
            ("printer.local", "special-use-name"),
            ("my.test", "special-use-name"),
            ("db.internal", "special-use-name"),
            ("1.0.0.10.in-addr.arpa", "special-use-name"),
            ("_dmarc.example.com", "underscore"),
            ("exa mple.com", "invalid-name"),
            ("example..com", "invalid-name"),
            ("-example.com", "invalid-name"),
            ("xn--99999999999.com", "invalid-name"),
            ("１２７.0.0.1", "ip-literal"),
            ("exa$mple.com", "invalid-name"),
            ("example,com", "invalid-name"),
            ("example.com, example.org", "invalid-name"),
            ("https;//x", "single-label"),
        ] {
            assert_eq!(refused(typed), code, "{typed}");
        }
        assert_eq!(refused(&format!("{}.com", "a".repeat(64))), "label-too-long");
        assert_eq!(refused(&vec!["abcdefgh"; 40].join(".")), "name-too-long");
        assert_eq!(refused(&"ü.".repeat(5000)), "name-too-long");
    }

    #[test]
    fn an_error_says_what_to_type_instead() {
        let says = |typed: &str| Domain::parse(typed).expect_err(typed).to_string();
        assert_eq!(
            says("mycompany"),
            "“mycompany” is only one part of a name. Type the whole domain, such as mycompany.com."
        );
        assert_eq!(says("example.com:8443"), "Leave out the port: type example.com.");
        for (typed, meant) in [
            ("acme,example", "acme.example"),
            ("acme,com", "acme.com"),
            ("www,acme,com", "www.acme.com"),
            ("acme;com", "acme.com"),
            ("acme..com", "acme.com"),
            ("acme dot com", "acme.com"),
            ("my acme.com", "myacme.com"),
            ("acme.com!", "acme.com"),
            ("-acme.com", "acme.com"),
            ("https://acme,com/pricing", "acme.com"),
        ] {
            assert!(says(typed).ends_with(&format!("Did you mean {meant}?")), "{typed}: {}", says(typed));
        }
        assert_eq!(says("acme.com, acme.org"), "Check one domain at a time: start with acme.com.");
        assert_eq!(says("acme.com acme.org"), "Check one domain at a time: start with acme.com.");
        assert!(says("acme .example").contains("“example” are set aside"), "{}", says("acme .example"));
        assert!(says("_dmarc.example.org").ends_with("such as example.org."));
        assert!(says(&format!("{}!.com", "x".repeat(5000))).len() < 200);
    }

    #[test]
    fn shape_tells_registered_names_without_a_list() {
        for registered in ["example.com", "example.co.uk", "example.com.au", "t.co", "example.io"] {
            assert!(Domain::parse(registered).unwrap().is_plainly_registered(), "{registered}");
        }
        for unknown in ["app.example.com", "co.uk", "a.b.co.uk", "www.example.io"] {
            assert!(!Domain::parse(unknown).unwrap().is_plainly_registered(), "{unknown}");
        }
    }

    #[test]
    fn a_stored_name_is_checked_again_when_it_is_read() {
        assert!(serde_json::from_str::<Domain>("\"example.com\"").is_ok());
        for stored in ["\"localhost\"", "\"127.0.0.1\"", "\"a b.com\"", "\"<b>.com\"", "\"\""] {
            assert!(serde_json::from_str::<Domain>(stored).is_err(), "{stored}");
        }
    }

    #[test]
    fn within_is_by_label() {
        let name = Domain::parse("notexample.com").unwrap();
        assert!(!name.is_within("example.com"));
        assert!(Domain::parse("a.example.com").unwrap().is_within("example.com"));
        assert!(Domain::parse("example.com").unwrap().is_within("example.com"));
    }

    proptest::proptest! {
        #[test]
        fn no_input_panics_and_what_is_read_reads_again(typed in "\\PC{0,80}") {
            if let Ok(domain) = Domain::parse(&typed) {
                proptest::prop_assert_eq!(Domain::parse(domain.as_str()), Ok(domain.clone()));
                proptest::prop_assert_eq!(Domain::from_host(domain.as_str()), Some(domain));
            }
        }
    }
}
