//! One line of a redirect map: an old address, where it should lead, and what kind of rule it is.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::http::address;
use crate::redirect_pattern::Pattern;

/// What a line of a map asks a server for. Only a move sends one address to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One address leads to another.
    #[default]
    Move,
    /// Many addresses: placeholders, a splat or a regular expression.
    Pattern,
    /// Another file is served under the same address (status 200).
    Rewrite,
    /// The address is answered with an error, such as 403, 404, 410 or nginx's 444, and leads nowhere.
    Gone,
    /// It holds for some visitors alone: a language, a country, a cookie, a header.
    Conditional,
    /// It is switched off.
    Disabled,
}

impl Kind {
    /// Whether it is a plain move.
    #[must_use]
    pub fn is_move(&self) -> bool {
        *self == Self::Move
    }
}

/// What becomes of the query that a visitor brings, where the list says it. Where it does not, the query is carried on when neither
/// address has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldQuery {
    /// It is dropped (Apache's `QSD`, or a question mark at the end of a target).
    Dropped,
    /// It is added to the query of the target (Apache's `QSA`).
    Added,
}

/// How a line wants its old address compared and its query treated. Not every host can do so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Manner {
    /// The path matches in upper and lower case (Apache's `NC`, nginx's `~*`).
    pub any_case: bool,
    /// What becomes of the old query.
    pub query: Option<OldQuery>,
    /// It is about the subdomains of its host, too (Cloudflare's Bulk Redirects).
    pub subdomains: bool,
}

/// Whether browsers and search engines may keep a redirect for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Permanence {
    /// For good (301, 308).
    #[default]
    Permanent,
    /// For now (302, 303, 307).
    Temporary,
}

/// One line of the map.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RedirectRule {
    /// The line of the pasted text, from 1.
    pub line: usize,
    /// The old address: absolute, or a path on the site.
    pub from: String,
    /// Where it should lead: absolute, or a path on the site. Empty where it leads nowhere.
    pub to: String,
    /// What the line asks for.
    #[serde(default, skip_serializing_if = "Kind::is_move")]
    pub kind: Kind,
    /// The status that the list names; where it names none, a move is permanent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// A [pattern](Kind::Pattern), where it can be read as one that other hosts have, too.
    #[serde(skip)]
    pub pattern: Option<Pattern>,
    /// How it compares addresses and treats queries.
    #[serde(skip)]
    pub manner: Manner,
    /// What the line says beside its move, and what no rule of ours sets: a cookie, a variable.
    #[serde(skip)]
    pub beside: Vec<&'static str>,
    /// Why it is no plain move, as the reason for which it is left out: `only where %{HTTPS} is off`.
    #[serde(skip)]
    pub because: Option<String>,
    /// A line of `_redirects` that is no move, as Netlify reads it.
    #[serde(skip)]
    pub netlify: Option<String>,
}

impl RedirectRule {
    /// A permanent move.
    #[must_use]
    pub fn plain(line: usize, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { line, from: from.into(), to: to.into(), ..Self::default() }
    }

    /// Whether the list asks for a redirect that may be kept.
    #[must_use]
    pub fn permanence(&self) -> Permanence {
        match self.status {
            Some(302 | 303 | 307) => Permanence::Temporary,
            _ => Permanence::Permanent,
        }
    }

    /// What is said of a line that is no move; empty for a move.
    #[must_use]
    pub fn words(&self) -> String {
        let because = |otherwise: &str| self.because.clone().unwrap_or_else(|| otherwise.to_owned());
        match self.kind {
            Kind::Move => String::new(),
            Kind::Pattern => {
                format!("Pattern: {}.", because("written for hosts that support it, and not tested"))
            }
            Kind::Rewrite => format!("Not a redirect: {}.", because(REWRITE)),
            Kind::Gone => format!("Not a redirect: {}.", self.answer()),
            Kind::Conditional => format!("Conditional: {}.", because("it applies to some visitors only")),
            Kind::Disabled => "Switched off in the list, so no rule is written.".to_owned(),
        }
    }

    /// How an address that [leads nowhere](Kind::Gone) is answered.
    #[must_use]
    pub fn answer(&self) -> String {
        let status = self.status.unwrap_or(410);
        match status {
            403 => "the address is answered with 403 (forbidden)".to_owned(),
            404 => "the address is answered with 404 (not found)".to_owned(),
            410 => "the address is answered with 410 (gone)".to_owned(),
            444 => "the connection is closed without an answer (444)".to_owned(),
            451 => "the address is answered with 451 (unavailable for legal reasons)".to_owned(),
            _ => format!("the address is answered with the error {status}"),
        }
    }

    /// The status of the redirect.
    #[must_use]
    pub fn redirect_status(&self) -> u16 {
        self.status.filter(|status| is_redirect(*status)).unwrap_or(301)
    }

    /// Both addresses of a move on `site`, the old one without its fragment, which no server sees. `None` where it is not a
    /// [move](Kind::Move), or where one of them is no web address there.
    #[must_use]
    pub fn on(&self, site: &Url) -> Option<(Url, Url)> {
        if !self.kind.is_move() {
            return None;
        }
        let read = |address: &str| {
            address::join(site, address).filter(|url| matches!(url.scheme(), "http" | "https"))
        };
        let mut from = read(&self.from)?;
        from.set_fragment(None);
        Some((from, read(&self.to)?))
    }

    /// Whether the old address names a place on a page.
    #[must_use]
    pub fn has_fragment(&self) -> bool {
        self.from.contains('#')
    }
}

/// What a [rewrite](Kind::Rewrite) is.
pub const REWRITE: &str = "a rewrite (200) serves another file under the same address";

/// Whether a status is an answer that leads nowhere: the errors that servers are told to give, and nginx's 444.
#[must_use]
pub fn is_error(status: u16) -> bool {
    matches!(status, 400..=410 | 418 | 421..=423 | 425 | 426 | 429 | 444 | 451 | 500..=504)
}

/// Whether a status leads somewhere else.
#[must_use]
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// A path or query in the one spelling that servers compare: hexadecimal digits in upper case, and characters that need no
/// percent-encoding without it. In a query more of them mean something, so fewer are decoded.
#[must_use]
pub fn canonical(text: &str, is_query: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let digits = after.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(digits) = digits else {
            out.push('%');
            rest = after;
            continue;
        };
        let byte = u8::from_str_radix(digits, 16).unwrap_or_default();
        let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let plain = if is_query { unreserved } else { byte.is_ascii_graphic() && !b"%/?#".contains(&byte) };
        if plain {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push_str(&digits.to_ascii_uppercase());
        }
        rest = &after[2..];
    }
    out.push_str(rest);
    out
}
