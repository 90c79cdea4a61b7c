//! An SPF record, as it was read.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::diagnostic::Span;

use super::macros::MacroString;

/// The most terms with a DNS lookup that one check may meet, over all records it reads.
///
/// [RFC 7208, 4.6.4](https://www.rfc-editor.org/rfc/rfc7208#section-4.6.4)
pub const MAX_LOOKUP_TERMS: usize = 10;

/// Longer records risk an answer that does not fit a UDP message of 512 octets.
///
/// [RFC 7208, 3.4](https://www.rfc-editor.org/rfc/rfc7208#section-3.4)
pub const LONG_RECORD: usize = 450;

/// `version = "v=spf1"`, followed by a space or the end.
pub(super) fn is_record(bytes: &[u8]) -> bool {
    matches!(bytes.split_at_checked(VERSION.len()), Some((version, rest))
        if version.eq_ignore_ascii_case(VERSION.as_bytes()) && matches!(rest.first(), None | Some(b' ')))
}

pub(super) const VERSION: &str = "v=spf1";

//------------ Record --------------------------------------------------------

/// One SPF record: `record = version terms *SP`.
///
/// *Display*: the record with one space between terms, names in lower case and addresses in their shortest form;
/// what receivers would refuse is printed as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'t> {
    /// The record as published.
    pub text: &'t str,
    /// Where the version stands, or what stands in its place; empty where there is nothing like it.
    pub version: Span,
    /// The terms in their order: `terms = *( 1*SP ( directive / modifier ) )`.
    pub terms: Vec<Term<'t>>,
    pub(crate) valid: bool,
}

impl<'t> Record<'t> {
    /// Whether a receiver can use this record. If not, every message gets a permanent error, also one that an
    /// earlier term would match. [RFC 7208, 4.6](https://www.rfc-editor.org/rfc/rfc7208#section-4.6)
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        self.valid
    }

    /// The directives with their places, in order.
    pub fn directives(&self) -> impl Iterator<Item = (Span, &Directive<'t>)> {
        self.terms.iter().filter_map(|term| match &term.kind {
            TermKind::Directive(directive) => Some((term.span, directive)),
            TermKind::Malformed | TermKind::Modifier(_) => None,
        })
    }

    /// The first `all`, after which no mechanism is reached.
    #[must_use]
    pub fn all(&self) -> Option<(Span, &Directive<'t>)> {
        self.directives().find(|(_, directive)| directive.mechanism == Mechanism::All)
    }

    /// The target of `redirect=`, also where an `all` makes receivers ignore it.
    #[must_use]
    pub fn redirect(&self) -> Option<&DomainSpec<'t>> {
        self.terms.iter().find_map(|term| match &term.kind {
            TermKind::Modifier(Modifier::Redirect(domain)) => Some(domain),
            _ => None,
        })
    }

    /// The domain of `exp=`, whose TXT record explains a fail.
    #[must_use]
    pub fn explanation(&self) -> Option<&DomainSpec<'t>> {
        self.terms.iter().find_map(|term| match &term.kind {
            TermKind::Modifier(Modifier::Exp(domain)) => Some(domain),
            _ => None,
        })
    }

    /// The terms by which somebody may pass: those before the first `all` that let senders through, and a `redirect=` that is
    /// in force.
    pub fn passing(&self) -> impl Iterator<Item = &Term<'t>> {
        let all = self.all().map(|(span, _)| span.start);
        self.terms.iter().filter(move |term| match &term.kind {
            TermKind::Directive(directive) => {
                directive.result() == Qualifier::Pass && all.is_none_or(|all| term.span.start <= all)
            }
            TermKind::Modifier(Modifier::Redirect(_)) => all.is_none(),
            TermKind::Modifier(_) | TermKind::Malformed => false,
        })
    }

    /// How many terms of this record alone count against [`MAX_LOOKUP_TERMS`] if all are reached.
    #[must_use]
    pub fn lookup_terms(&self) -> usize {
        let has_all = self.all().is_some();
        let mut count = 0;
        for term in &self.terms {
            match &term.kind {
                TermKind::Directive(directive) if directive.mechanism == Mechanism::All => break,
                TermKind::Directive(directive) => count += usize::from(directive.mechanism.needs_lookup()),
                TermKind::Modifier(Modifier::Redirect(_)) => count += usize::from(!has_all),
                TermKind::Modifier(_) | TermKind::Malformed => {}
            }
        }
        count
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = self.version.of(self.text);
        f.write_str(if is_record(version.as_bytes()) { VERSION } else { version })?;
        for (index, term) in self.terms.iter().enumerate() {
            if index > 0 || !version.is_empty() {
                f.write_str(" ")?;
            }
            match &term.kind {
                TermKind::Directive(directive) => directive.fmt(f)?,
                TermKind::Modifier(modifier) => modifier.fmt(f)?,
                TermKind::Malformed => f.write_str(term.span.of(self.text))?,
            }
        }
        Ok(())
    }
}

//------------ Term ----------------------------------------------------------

/// One term and its place in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term<'t> {
    /// Where the term stands.
    pub span: Span,
    /// What it is.
    pub kind: TermKind<'t>,
}

/// `( directive / modifier )`, or what stands in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermKind<'t> {
    /// A mechanism with its qualifier.
    Directive(Directive<'t>),
    /// Neither; an issue says why. The whole record is unusable.
    Malformed,
    /// A name, an equals sign and a value.
    Modifier(Modifier<'t>),
}

/// `directive = [ qualifier ] mechanism`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive<'t> {
    /// The qualifier as written; see [`Directive::result`] for the one in force.
    pub qualifier: Option<Qualifier>,
    /// What it is tested against.
    pub mechanism: Mechanism<'t>,
}

impl Directive<'_> {
    /// The result for a sender that matches. A missing qualifier means pass: a bare `all` lets everyone in.
    #[must_use]
    pub fn result(&self) -> Qualifier {
        self.qualifier.unwrap_or(Qualifier::Pass)
    }
}

impl fmt::Display for Directive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(qualifier) = self.qualifier {
            qualifier.fmt(f)?;
        }
        self.mechanism.fmt(f)
    }
}

/// `qualifier = "+" / "-" / "?" / "~"`
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Qualifier {
    /// `-`
    Fail,
    /// `?`
    Neutral,
    /// `+`
    Pass,
    /// `~`
    SoftFail,
}

impl Qualifier {
    /// The qualifier that `byte` stands for.
    #[must_use]
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            b'+' => Self::Pass,
            b'-' => Self::Fail,
            b'?' => Self::Neutral,
            b'~' => Self::SoftFail,
            _ => return None,
        })
    }
}

impl fmt::Display for Qualifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fail => "-",
            Self::Neutral => "?",
            Self::Pass => "+",
            Self::SoftFail => "~",
        })
    }
}

/// `mechanism = ( all / include / a / mx / ptr / ip4 / ip6 / exists )`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mechanism<'t> {
    /// `a = "a" [ ":" domain-spec ] [ dual-cidr-length ]`
    A {
        /// The name to look up; the current domain where absent.
        domain: Option<DomainSpec<'t>>,
        /// How much of the address must agree.
        cidr: DualCidr,
    },
    /// `all = "all"`
    All,
    /// `exists = "exists" ":" domain-spec`
    Exists(DomainSpec<'t>),
    /// `include = "include" ":" domain-spec`
    Include(DomainSpec<'t>),
    /// `ip4 = "ip4" ":" ip4-network [ ip4-cidr-length ]`
    Ip4 {
        /// The address.
        network: Ipv4Addr,
        /// The prefix length as written; 32 where absent.
        prefix: Option<u8>,
    },
    /// `ip6 = "ip6" ":" ip6-network [ ip6-cidr-length ]`
    Ip6 {
        /// The address.
        network: Ipv6Addr,
        /// The prefix length as written; 128 where absent.
        prefix: Option<u8>,
    },
    /// `mx = "mx" [ ":" domain-spec ] [ dual-cidr-length ]`
    Mx {
        /// The name to look up; the current domain where absent.
        domain: Option<DomainSpec<'t>>,
        /// How much of the address must agree.
        cidr: DualCidr,
    },
    /// `ptr = "ptr" [ ":" domain-spec ]`
    Ptr {
        /// The domain the sender's host name must lie under; the current domain where absent.
        domain: Option<DomainSpec<'t>>,
    },
}

impl<'t> Mechanism<'t> {
    /// Whether it counts against [`MAX_LOOKUP_TERMS`].
    #[must_use]
    pub const fn needs_lookup(&self) -> bool {
        match self {
            Self::A { .. } | Self::Exists(_) | Self::Include(_) | Self::Mx { .. } | Self::Ptr { .. } => true,
            Self::All | Self::Ip4 { .. } | Self::Ip6 { .. } => false,
        }
    }

    /// The domain it names, where it names one.
    #[must_use]
    pub const fn domain(&self) -> Option<&DomainSpec<'t>> {
        match self {
            Self::Exists(domain) | Self::Include(domain) => Some(domain),
            Self::A { domain, .. } | Self::Mx { domain, .. } | Self::Ptr { domain } => domain.as_ref(),
            Self::All | Self::Ip4 { .. } | Self::Ip6 { .. } => None,
        }
    }

    /// Whether an `a` or `mx` means the network around each address, not the address alone.
    #[must_use]
    pub fn has_prefix_length(&self) -> bool {
        matches!(self, Self::A { cidr, .. } | Self::Mx { cidr, .. } if cidr.ip4.is_some() || cidr.ip6.is_some())
    }

    /// Whether the prefix length is zero, so that any address of that family matches.
    #[must_use]
    pub const fn matches_any_address(&self) -> bool {
        match self {
            Self::A { cidr, .. } | Self::Mx { cidr, .. } => {
                matches!(cidr.ip4, Some(0)) || matches!(cidr.ip6, Some(0))
            }
            Self::Ip4 { prefix, .. } | Self::Ip6 { prefix, .. } => matches!(prefix, Some(0)),
            Self::All => true,
            Self::Exists(_) | Self::Include(_) | Self::Ptr { .. } => false,
        }
    }
}

impl fmt::Display for Mechanism<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::A { domain, cidr } => {
                f.write_str("a")?;
                write_optional(f, domain.as_ref())?;
                cidr.fmt(f)
            }
            Self::All => f.write_str("all"),
            Self::Exists(domain) => write!(f, "exists:{domain}"),
            Self::Include(domain) => write!(f, "include:{domain}"),
            Self::Ip4 { network, prefix } => {
                write!(f, "ip4:{network}")?;
                prefix.map_or(Ok(()), |prefix| write!(f, "/{prefix}"))
            }
            Self::Ip6 { network, prefix } => {
                write!(f, "ip6:{network}")?;
                prefix.map_or(Ok(()), |prefix| write!(f, "/{prefix}"))
            }
            Self::Mx { domain, cidr } => {
                f.write_str("mx")?;
                write_optional(f, domain.as_ref())?;
                cidr.fmt(f)
            }
            Self::Ptr { domain } => {
                f.write_str("ptr")?;
                write_optional(f, domain.as_ref())
            }
        }
    }
}

pub(super) fn write_optional(f: &mut fmt::Formatter<'_>, domain: Option<&DomainSpec<'_>>) -> fmt::Result {
    domain.map_or(Ok(()), |domain| write!(f, ":{domain}"))
}

/// `dual-cidr-length = [ ip4-cidr-length ] [ "/" ip6-cidr-length ]`
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct DualCidr {
    /// For senders with an IPv4 address; 32 where absent.
    pub ip4: Option<u8>,
    /// For senders with an IPv6 address; 128 where absent.
    pub ip6: Option<u8>,
}

impl fmt::Display for DualCidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(prefix) = self.ip4 {
            write!(f, "/{prefix}")?;
        }
        if let Some(prefix) = self.ip6 {
            write!(f, "//{prefix}")?;
        }
        Ok(())
    }
}

/// `modifier = redirect / explanation / unknown-modifier`
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modifier<'t> {
    /// `explanation = "exp" "=" domain-spec`
    Exp(DomainSpec<'t>),
    /// `redirect = "redirect" "=" domain-spec`
    Redirect(DomainSpec<'t>),
    /// `unknown-modifier = name "=" macro-string`; receivers ignore it.
    Unknown {
        /// The name as written.
        name: &'t str,
        /// The value.
        value: MacroString<'t>,
    },
}

impl fmt::Display for Modifier<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exp(domain) => write!(f, "exp={domain}"),
            Self::Redirect(domain) => write!(f, "redirect={domain}"),
            Self::Unknown { name, value } => write!(f, "{name}={value}"),
        }
    }
}

/// A name that may contain macros: `domain-spec = macro-string domain-end`.
///
/// Macros are part of the name's syntax but are expanded only when a message is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainSpec<'t> {
    /// The name as written.
    pub value: MacroString<'t>,
    pub(crate) start: usize,
    /// Known to be a name as hosts have them. Not known of others, which may still be.
    pub(crate) is_host: bool,
}

impl<'t> DomainSpec<'t> {
    /// Where the name stands in the record.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span::new(self.start, self.start + self.value.text().len())
    }

    /// The name as written, macros and all.
    #[must_use]
    pub const fn text(&self) -> &'t str {
        self.value.text()
    }

    /// The name, where it holds no macros and so is the same for every message.
    #[must_use]
    pub const fn literal(&self) -> Option<&'t str> {
        if self.value.has_macros() { None } else { Some(self.value.text()) }
    }
}

impl fmt::Display for DomainSpec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
