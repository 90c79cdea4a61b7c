//! `Permissions-Policy` (W3C, working draft of 2025): which features of the browser a page and the frames in it may ask for.
//!
//! ```
//! use launch_ready_protocols::http::permissions_policy;
//!
//! let (features, diagnostics) = permissions_policy::parse("camera=(), geolocation=*");
//! assert!(!features[0].gives_away() && features[1].gives_away());
//! assert!(diagnostics.is_empty());
//! ```

use super::structured::{Item, Value, dictionary};
use crate::diagnostic::{Diagnostic, Span};

/// What is said about one feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name: `camera`.
    pub name: String,
    /// Who may use it.
    pub allowed: Allowed,
    /// Where that stands.
    pub span: Span,
}

/// Who may use a feature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    /// `()`.
    Nobody,
    /// `*`: the page, and every frame in it.
    Everybody,
    /// The page itself, and frames of these origins.
    Some {
        /// Whether the page's own origin is among them.
        own: bool,
        /// The other ones, as written.
        origins: Vec<String>,
    },
}

/// Reads a header (sections 5.1 and 9.1): a structured dictionary whose values are allowlists. What browsers do not know in a
/// list they skip.
#[must_use]
pub fn parse(value: &str) -> (Vec<Feature>, Vec<Diagnostic>) {
    let (members, mut issues) = dictionary(value);
    if members.is_empty() && value.contains('\'') {
        // The predecessor's notation, which is what most broken headers are.
        for issue in &mut issues {
            issue.message = "This is how its predecessor Feature-Policy was written; browsers ignore the whole header. Write camera=(), microphone=(self), with commas.".into();
        }
    }
    let mut features = Vec::new();
    for member in members {
        let items = match member.value {
            Value::Item(item) => vec![item],
            Value::List(items) => items,
        };
        let mut allowed = Allowed::Nobody;
        for item in items {
            match item {
                Item::Token(word) if word == "*" => allowed = Allowed::Everybody,
                Item::Token(word) if word == "self" => allowed.add(None),
                // The frame's own address, in a frame's attribute.
                Item::Token(word) if word == "src" => {}
                Item::Text(origin) => allowed.add(Some(origin)),
                Item::Token(word) => issues.push(Diagnostic::warning(
                    "permissions-unknown-word",
                    member.span,
                    format!("Browsers skip the word {word}. Origins stand in double quotes, as (self \"https://maps.example.com\")."),
                )),
            }
        }
        if !KNOWN.contains(&member.key.as_str()) {
            issues.push(Diagnostic::note(
                "permissions-unknown-feature",
                member.span,
                "No specification that we know has this feature; browsers skip it.",
            ));
        }
        features.push(Feature { name: member.key, allowed, span: member.span });
    }
    (features, issues)
}

impl Allowed {
    fn add(&mut self, origin: Option<String>) {
        match self {
            Self::Everybody => {}
            Self::Nobody => {
                *self = Self::Some { own: origin.is_none(), origins: origin.into_iter().collect() };
            }
            Self::Some { own, origins } => {
                *own |= origin.is_none();
                origins.extend(origin);
            }
        }
    }
}

impl Feature {
    /// Whether every frame may use something of the visitor's that browsers give only to the page itself unless told otherwise.
    #[must_use]
    pub fn gives_away(&self) -> bool {
        self.allowed == Allowed::Everybody && POWERFUL.contains(&self.name.as_str())
    }
}

/// Features that reach the visitor's devices, place or money, and that browsers keep from frames of others by default ("self";
/// w3c/webappsec-permissions-policy, features.md, read 2026-11).
const POWERFUL: [&str; 11] = [
    "bluetooth",
    "camera",
    "display-capture",
    "geolocation",
    "hid",
    "local-fonts",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
];

/// Features of specifications and of browsers' trials (features.md, read 2026-11), and what Chrome still reads.
const KNOWN: [&str; 58] = [
    "accelerometer",
    "ambient-light-sensor",
    "attribution-reporting",
    "autoplay",
    "battery",
    "bluetooth",
    "browsing-topics",
    "camera",
    "captured-surface-control",
    "ch-ua",
    "ch-ua-platform",
    "clipboard-read",
    "clipboard-write",
    "compute-pressure",
    "conversion-measurement",
    "cross-origin-isolated",
    "deferred-fetch",
    "digital-credentials-get",
    "display-capture",
    "document-domain",
    "encrypted-media",
    "execution-while-not-rendered",
    "execution-while-out-of-viewport",
    "focus-without-user-activation",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "interest-cohort",
    "join-ad-interest-group",
    "keyboard-map",
    "local-fonts",
    "local-network-access",
    "magnetometer",
    "microphone",
    "midi",
    "navigation-override",
    "otp-credentials",
    "payment",
    "picture-in-picture",
    "private-state-token-issuance",
    "private-state-token-redemption",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "run-ad-auction",
    "screen-wake-lock",
    "serial",
    "speaker-selection",
    "storage-access",
    "sync-xhr",
    "unload",
    "usb",
    "web-share",
    "window-management",
    "xr-spatial-tracking",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(value: &str) -> Vec<&'static str> {
        parse(value).1.into_iter().map(|issue| issue.code).collect()
    }

    #[test]
    fn who_may_use_what() {
        let (features, issues) = parse(
            r#"camera=(), microphone=(self "https://call.example.com"), geolocation=*, fullscreen=self"#,
        );
        assert_eq!(issues, []);
        let allowed: Vec<&Allowed> = features.iter().map(|feature| &feature.allowed).collect();
        let some = |own: bool, origins: &[&str]| Allowed::Some {
            own,
            origins: origins.iter().map(|o| (*o).to_owned()).collect(),
        };
        assert_eq!(
            allowed,
            [
                &Allowed::Nobody,
                &some(true, &["https://call.example.com"]),
                &Allowed::Everybody,
                &some(true, &[])
            ]
        );
        let away: Vec<&str> = features.iter().filter(|f| f.gives_away()).map(|f| f.name.as_str()).collect();
        assert_eq!(away, ["geolocation"]);
        assert!(!parse("fullscreen=*, autoplay=*").0.iter().any(Feature::gives_away));
    }

    #[test]
    fn mistakes_are_told() {
        assert_eq!(codes("camera 'none'; microphone 'self'"), ["structured-field-syntax"]);
        assert!(parse("camera 'none'").1[0].message.contains("Feature-Policy"));
        assert_eq!(codes("camera=(https://x.com)"), ["permissions-unknown-word"]);
        assert_eq!(codes("camera=(none)"), ["permissions-unknown-word"]);
        assert_eq!(codes("webcam=()"), ["permissions-unknown-feature"]);
    }

    proptest::proptest! {
        #[test]
        fn no_value_panics_and_spans_lie_in_it(value in "[a-z=(),;\" *'é-]{0,60}") {
            let (features, issues) = parse(&value);
            for span in features.iter().map(|feature| feature.span).chain(issues.iter().map(|issue| issue.span)) {
                proptest::prop_assert!(value.get(span.start..span.end).is_some());
            }
        }
    }
}
