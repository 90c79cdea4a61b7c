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
    /// The address is answered with 404, 410 or 451, and leads nowhere.
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

    /// What is said of such a line; empty for a move.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Move => "",
            Self::Pattern => "Pattern: written for hosts that support it, and not tested.",
            Self::Rewrite => "Not a redirect: a rewrite serves another file under the same address (200).",
            Self::Gone => "Not a redirect: the address is answered as not found or gone.",
            Self::Conditional => "Conditional: skipped, because it applies to some visitors only.",
            Self::Disabled => "Switched off in the list, so no rule is written.",
        }
    }
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
    /// The [conditions](Kind::Conditional), as Netlify writes them: `Language=de`. Empty where they are of another kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<String>,
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
