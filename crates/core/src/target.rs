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
        let typed = Domain::parse(typed)?;
        let bare = typed.as_str().strip_prefix("www.").and_then(Domain::from_host);
        Ok(Self {
            domain: bare.unwrap_or(typed),
            segment: None,
            mail: None,
            selectors: Vec::new(),
            paths: Vec::new(),
            deep: false,
        })
    }

    /// The `www` name that belongs to the domain.
    #[must_use]
    pub fn www(&self) -> String {
        self.domain.child("www")
    }
}

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
