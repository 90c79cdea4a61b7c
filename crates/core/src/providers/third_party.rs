//! Whose scripts a page loads.

use launch_ready_providers::by_script_host;

pub use launch_ready_providers::model::Purpose;

/// A service that pages load scripts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Who runs it.
    pub owner: &'static str,
    /// What it is for.
    pub purpose: Purpose,
    /// Whether what is there differs by browser or by the customer's settings, so that it has no one digest.
    pub made_to_order: bool,
}

/// The service that runs `host`.
#[must_use]
pub fn service(host: &str) -> Option<Service> {
    by_script_host(host).map(|(provider, scripts)| Service {
        owner: &provider.name,
        purpose: scripts.purpose,
        made_to_order: scripts.made_to_order,
    })
}

/// The services whose addresses stand in `text`, a script: only hosts behind `//` count, so that `notsentry.io` is not
/// `sentry.io`, and a property called `a.b` is no host.
pub fn named_in(text: &str) -> impl Iterator<Item = Service> {
    text.match_indices("//").filter_map(|(at, slashes)| {
        let rest = text.get(at + slashes.len()..)?;
        let end = rest
            .bytes()
            .take(MAX_HOST)
            .take_while(|b| b.is_ascii_alphanumeric() || b".-@".contains(b))
            .count();
        let authority = rest.get(..end)?;
        // The address of a Sentry project has its key in front of the host.
        service(authority.rsplit('@').next().unwrap_or(authority))
    })
}

/// Octets of an address that are looked at: a name and a key before it.
const MAX_HOST: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_by_whole_labels() {
        assert_eq!(service("o1.ingest.sentry.io").map(|s| s.owner), Some("Sentry"));
        assert_eq!(service("notsentry.io").map(|s| s.owner), None);
        assert_eq!(service("sentry.io.evil.net").map(|s| s.owner), None);
        let text = "load('https://us.i.posthog.com/static','//notmixpanel.com');x='https://ab@o1.ingest.sentry.io/2'";
        assert_eq!(named_in(text).map(|s| s.owner).collect::<Vec<_>>(), ["PostHog", "Sentry"]);
    }
}
