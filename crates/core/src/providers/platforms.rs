//! Hosting platforms that hand out names below one of their own: `x.vercel.app`, `x.github.io`.
//!
//! A founder who launches on such a name controls the site, not the zone: mail, name servers and registration are
//! the platform's. What is known of them names what founders launch on, and does not try to be the public suffix list.

use launch_ready_providers::{Provider, by_platform};

/// A platform that hands out names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Platform {
    /// What is handed out lies below this name.
    pub suffix: &'static str,
    /// How the platform calls itself.
    pub name: &'static str,
    /// All that is known of it.
    pub provider: &'static Provider,
}

/// The platform that handed `name` out; `None` for the platform's own name.
#[must_use]
pub fn hosting(name: &str) -> Option<Platform> {
    by_platform(name).map(|(provider, suffix)| Platform { suffix, name: &provider.name, provider })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_below_a_platform_is_the_platforms() {
        assert_eq!(hosting("my-app.vercel.app").map(|p| p.name), Some("Vercel"));
        assert_eq!(hosting("a.b.pages.dev").map(|p| p.name), Some("Cloudflare Pages"));
        assert_eq!(hosting("me.my.canva.site").map(|p| p.name), Some("Canva"));
        assert_eq!(hosting("vercel.app").map(|p| p.name), None);
        assert_eq!(hosting("notvercel.app").map(|p| p.name), None);
    }
}
