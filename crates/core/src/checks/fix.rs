//! A fix as data: the record, header, redirect or step that mends a finding.

use serde::{Deserialize, Serialize};

/// Something that puts a finding right, as data: rendered for whichever provider is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Fix {
    /// Send this header field with the responses of the site.
    Header {
        /// The field's name.
        name: String,
        /// The field's value.
        value: String,
        /// The path of the responses that it is for, with `*` at its end for all below; every response where it is absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// The values that are sent today, in their order, and that this one takes the place of; none where the header is missing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        replaces: Vec<String>,
    },
    /// Publish this DNS record.
    Record {
        /// Owner name, no trailing dot.
        name: String,
        /// `TXT`, `MX` …
        record_type: String,
        /// The data in zone-file notation.
        value: String,
        /// A record of the same name and type that it takes the place of, in zone-file notation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        replaces: Option<String>,
    },
    /// Redirect permanently.
    Redirect {
        /// What is asked for, up to the path.
        from: String,
        /// Where it leads; path and query are kept, unless it has a path of its own.
        to: String,
    },
    /// Take this DNS record away.
    RemoveRecord {
        /// Owner name, no trailing dot.
        name: String,
        /// `TXT`, `MX` …
        record_type: String,
        /// The data in zone-file notation.
        value: String,
    },
    /// Something a person does.
    Step {
        /// One instruction.
        text: String,
    },
}

impl Fix {
    /// Publish this DNS record.
    #[must_use]
    pub fn record(name: impl Into<String>, record_type: &str, value: impl Into<String>) -> Self {
        Self::Record {
            name: name.into(),
            record_type: record_type.to_owned(),
            value: value.into(),
            replaces: None,
        }
    }

    /// The same record in the place of one that is there, if there is one. None takes the place of itself.
    #[must_use]
    pub fn replacing(mut self, old: Option<String>) -> Self {
        if let Self::Record { replaces, value, .. } = &mut self {
            *replaces = old.filter(|old| old != value);
        }
        self
    }

    /// The same header in the place of the values that are sent today.
    #[must_use]
    pub fn instead_of<'v>(mut self, sent: impl IntoIterator<Item = &'v str>) -> Self {
        if let Self::Header { replaces, .. } = &mut self {
            *replaces = sent.into_iter().map(str::to_owned).collect();
        }
        self
    }

    /// Send this header with every response.
    #[must_use]
    pub fn header(name: &str, value: impl Into<String>) -> Self {
        Self::Header { name: name.to_owned(), value: value.into(), path: None, replaces: Vec::new() }
    }

    /// Send this header with the responses below a path, or with that of one path.
    #[must_use]
    pub fn header_for(path: impl Into<String>, name: &str, value: impl Into<String>) -> Self {
        Self::Header {
            name: name.to_owned(),
            value: value.into(),
            path: Some(path.into()),
            replaces: Vec::new(),
        }
    }

    /// Something a person does.
    #[must_use]
    pub fn step(text: impl Into<String>) -> Self {
        Self::Step { text: text.into() }
    }

    /// The lines to copy: a zone-file line, a header line; for a step its text.
    #[must_use]
    pub fn line(&self) -> String {
        match self {
            Self::Header { name, value, .. } => format!("{name}: {value}"),
            Self::Record { name, record_type, value, .. }
            | Self::RemoveRecord { name, record_type, value } => {
                format!("{name}. {record_type} {value}")
            }
            // A target with a path of its own is one page, and what was asked for is not added to it.
            Self::Redirect { from, to } if has_path(to) => format!("{from} → {to} (301)"),
            Self::Redirect { from, to } => format!("{from} → {to} (301, path and query kept)"),
            Self::Step { text } => text.clone(),
        }
    }

    /// What it takes the place of, as it is there today: a record's data, a header's values.
    #[must_use]
    pub fn replaced(&self) -> &[String] {
        match self {
            Self::Header { replaces, .. } => replaces,
            Self::Record { replaces, .. } => replaces.as_slice(),
            Self::Redirect { .. } | Self::RemoveRecord { .. } | Self::Step { .. } => &[],
        }
    }

    /// Whether it is a redirect of all addresses of a name, each with its path and query; one to a page is of one address.
    #[must_use]
    pub fn keeps_path(&self) -> bool {
        matches!(self, Self::Redirect { to, .. } if !has_path(to))
    }

    /// What to do with the [line](Self::line).
    #[must_use]
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Header { path: None, replaces, .. } if replaces.is_empty() => "Send this header",
            Self::Header { path: None, .. } => "Send this header in place of the one that is sent today",
            Self::Header { path: Some(_), replaces, .. } if replaces.is_empty() => {
                "Send this header for some paths only"
            }
            Self::Header { path: Some(_), .. } => {
                "Send this header, for some paths only, in place of the one that is sent there today"
            }
            Self::Record { replaces: None, .. } => "Add this DNS record",
            Self::Record { replaces: Some(_), .. } => "Replace the record with this one",
            Self::Redirect { .. } => "Add this redirect",
            Self::RemoveRecord { .. } => "Remove this DNS record",
            Self::Step { .. } => "Do this",
        }
    }
}

/// Whether an address has a path of its own behind its host.
fn has_path(address: &str) -> bool {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
}
