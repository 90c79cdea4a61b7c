//! What a scan is about: a domain, and what the founder said about it.

use serde::{Deserialize, Serialize};

use crate::domain::{Domain, DomainError};

/// A domain and what the founder said about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The site's name, without `www.`: a founder who types `www.example.com` launches `example.com`.
    pub domain: Domain,
    /// The kind of business, which sets the speed to be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// What the domain does with mail, where the founder said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailUse>,
    /// DKIM selectors that the founder named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub selectors: Vec<String>,
    /// Paths on the site that the founder named, with their leading slash: login, callback, checkout, health.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
    /// Whether the owner is who asks: then no opt-out of the domain's own holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub mine: bool,
    /// Whether checks may ask more than the default scan's budget has room for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deep: bool,
}

impl Target {
    /// Reads what was typed; see [`Domain::parse`].
    ///
    /// # Errors
    /// What [`Domain::parse`] refuses.
    pub fn parse(typed: &str) -> Result<Self, DomainError> {
        Domain::parse(typed).map(Self::new)
    }

    /// A scan of the site at `typed`, of which the founder has said nothing more.
    #[must_use]
    pub fn new(typed: Domain) -> Self {
        let bare = typed.as_str().strip_prefix("www.").and_then(Domain::from_host);
        Self {
            domain: bare.unwrap_or(typed),
            segment: None,
            mail: None,
            selectors: Vec::new(),
            paths: Vec::new(),
            mine: false,
            deep: false,
        }
    }

    /// Adds a DKIM selector: one or more labels (RFC 6376 section 3.1).
    ///
    /// # Errors
    /// A sentence that says what to type instead.
    pub fn add_selector(&mut self, typed: &str) -> Result<(), String> {
        let selector = typed.trim().trim_matches('.').to_ascii_lowercase();
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if selector.len() > MAX_SELECTOR || !selector.split('.').all(label) {
            return Err(
                "A DKIM selector is the part before “._domainkey”, such as s1 or k2: letters, digits and hyphens."
                    .to_owned(),
            );
        }
        add(&mut self.selectors, selector, "selectors")
    }

    /// Adds a path on the site.
    ///
    /// # Errors
    /// A sentence that says what to type instead.
    pub fn add_path(&mut self, typed: &str) -> Result<(), String> {
        let path = typed.trim();
        let plain =
            |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '#' | '\\' | '"' | '<' | '>');
        // Two slashes at the beginning would name another host.
        if !path.starts_with('/')
            || path.starts_with("//")
            || path.len() > MAX_PATH
            || !path.chars().all(plain)
        {
            return Err("A path begins with one slash and has no blanks, such as /login.".to_owned());
        }
        add(&mut self.paths, path.to_owned(), "paths")
    }

    /// The `www` name that belongs to the domain.
    #[must_use]
    pub fn www(&self) -> String {
        self.domain.child("www")
    }
}

fn add(list: &mut Vec<String>, item: String, what: &str) -> Result<(), String> {
    if list.contains(&item) {
        return Ok(());
    }
    if list.len() >= MAX_NAMED {
        return Err(format!("At most {MAX_NAMED} {what} can be checked in one go."));
    }
    list.push(item);
    Ok(())
}

/// Selectors, and paths, that one scan takes: each costs a request at least.
const MAX_NAMED: usize = 8;
/// Octets of a selector; with `_domainkey` and a domain it must still be a DNS name.
const MAX_SELECTOR: usize = 100;
/// Octets of a path: nobody launches with a longer one.
const MAX_PATH: usize = 300;

/// The five kinds of business that have a roadmap of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Segment {
    /// An AI tool.
    AiTool,
    /// A coach or consultant business.
    Coach,
    /// A creator platform.
    CreatorPlatform,
    /// An internal operations tool.
    InternalTool,
    /// A mobile-first app.
    MobileApp,
}

impl Segment {
    /// Every segment, in the order in which a person should be offered them.
    pub const ALL: [Self; 5] =
        [Self::CreatorPlatform, Self::MobileApp, Self::InternalTool, Self::AiTool, Self::Coach];

    /// The name used in the API and on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::AiTool => "ai-tool",
            Self::Coach => "coach",
            Self::CreatorPlatform => "creator-platform",
            Self::InternalTool => "internal-tool",
            Self::MobileApp => "mobile-app",
        }
    }

    /// The name for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::AiTool => "AI tool",
            Self::Coach => "Coach or consultant",
            Self::CreatorPlatform => "Creator platform",
            Self::InternalTool => "Internal operations tool",
            Self::MobileApp => "Mobile-first app",
        }
    }

    /// The segment of that [id](Self::id).
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|segment| segment.id() == id)
    }
}

/// What a domain does with mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum MailUse {
    /// Sends and receives.
    Both,
    /// Neither sends nor receives.
    Neither,
    /// Receives only.
    Receives,
    /// Sends only.
    Sends,
}

impl MailUse {
    /// Every way to use mail.
    pub const ALL: [Self; 4] = [Self::Both, Self::Sends, Self::Receives, Self::Neither];

    /// The name used in the API and on the command line.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Neither => "neither",
            Self::Receives => "receives",
            Self::Sends => "sends",
        }
    }

    /// The use of that [id](Self::id).
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mail| mail.id() == id)
    }

    /// Whether mail is sent from the domain.
    #[must_use]
    pub fn sends(self) -> bool {
        matches!(self, Self::Both | Self::Sends)
    }

    /// Whether mail is received at the domain.
    #[must_use]
    pub fn receives(self) -> bool {
        matches!(self, Self::Both | Self::Receives)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn www_is_understood_as_the_site_it_belongs_to() {
        assert_eq!(Target::parse("https://www.example.com/").unwrap().domain.as_str(), "example.com");
        assert_eq!(Target::parse("www.example.com").unwrap().www(), "www.example.com");
        assert_eq!(Target::parse("www.com").unwrap().domain.as_str(), "www.com");
    }

    #[test]
    fn selectors_and_paths_are_what_they_say_and_bounded() {
        let mut target = Target::parse("example.com").unwrap();
        for selector in ["google", " S1.Mail ", "s1.mail", "k2_a"] {
            assert_eq!(target.add_selector(selector), Ok(()), "{selector}");
        }
        assert_eq!(target.selectors, ["google", "s1.mail", "k2_a"]);
        for selector in ["", "a b", "a..b", "<b>", "é", &"a".repeat(64)] {
            assert!(target.add_selector(selector).is_err(), "{selector}");
        }
        assert_eq!(target.add_path("/login?next=/app"), Ok(()));
        for path in
            ["", "login", "//evil.com/", "/a b", "/a\nb", "/#x", "https://example.com/", &"/a".repeat(200)]
        {
            assert!(target.add_path(path).is_err(), "{path}");
        }
        for n in 0..20 {
            let _ = target.add_path(&format!("/{n}"));
        }
        assert_eq!(target.paths.len(), 8);
    }

    #[test]
    fn ids_read_back() {
        for segment in Segment::ALL {
            assert_eq!(Segment::from_id(segment.id()), Some(segment));
            assert_eq!(serde_json::to_value(segment).unwrap(), segment.id());
        }
        for mail in MailUse::ALL {
            assert_eq!(MailUse::from_id(mail.id()), Some(mail));
            assert_eq!(serde_json::to_value(mail).unwrap(), mail.id());
        }
    }
}
