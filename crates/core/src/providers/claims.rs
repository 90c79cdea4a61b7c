//! Services at which a name that still points there can be taken by somebody else, and how that shows.
//!
//! A service is [`Proof::Claimable`] only where its own documentation, or a public and reproduced report, says that a stranger
//! can claim the name; for all others the most that is said is that nobody answers there.

use launch_ready_providers::Provider;
use launch_ready_providers::model::{Claim, ClaimSign};
use url::Url;

use crate::domain::Domain;
use crate::http::HttpReply;

pub use launch_ready_providers::model::Proof;

/// A service and one way in which an unclaimed name shows there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    provider: &'static Provider,
    claim: &'static Claim,
}

/// The services that `alias` lies at: one for each way in which an unclaimed name shows there.
pub fn services(alias: &str) -> impl Iterator<Item = Service> {
    launch_ready_providers::claims(alias).map(|(provider, claim)| Service { provider, claim })
}

impl Service {
    /// How it calls itself.
    #[must_use]
    pub fn name(self) -> &'static str {
        &self.provider.name
    }

    /// How sure it is that a stranger can claim a name there.
    #[must_use]
    pub fn proof(self) -> Proof {
        self.claim.proof
    }

    /// Where that is said, and when it was read.
    #[must_use]
    pub fn source(self) -> String {
        self.claim.source.words()
    }

    /// Whether a resource that is gone shows by its name alone, which does not exist then.
    #[must_use]
    pub fn vanishes(self) -> bool {
        self.claim.sign == ClaimSign::NoSuchName
    }

    /// Whether a resource there answers for a name only where it is called like it.
    #[must_use]
    pub fn named_like_the_host(self) -> bool {
        self.claim.named_like_the_host
    }

    /// The name of the TXT record by which a customer keeps `name` of `domain`, which leads to `alias`.
    #[must_use]
    pub fn kept_by(self, domain: &Domain, name: &str, alias: &str) -> Option<String> {
        let pattern = self.claim.kept_by.as_ref()?;
        let account = alias.strip_suffix(self.claim.suffix.as_str())?.strip_suffix('.')?;
        let filled = pattern.replace("{account}", account).replace("{name}", name);
        Some(filled.replace("{domain}", domain.as_str()))
    }

    /// Whether a reply is what the service says about names that nobody uses.
    #[must_use]
    pub fn shows_unclaimed(self, reply: &HttpReply) -> bool {
        match &self.claim.sign {
            ClaimSign::NoSuchName => false,
            ClaimSign::Page { status, text } => reply.status == *status && reply.body.text().contains(text),
            ClaimSign::RedirectTo(hosts) => {
                let to = reply.headers.first("location").and_then(|location| Url::parse(location).ok());
                let to = to.as_ref().and_then(Url::host_str).unwrap_or_default();
                (300..400).contains(&reply.status) && hosts.iter().any(|host| host == to)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Body, Headers};

    fn reply(status: u16, body: &str) -> HttpReply {
        let body = Body { bytes: body.into(), cut: None };
        HttpReply { status, headers: Headers::default(), body, headers_ms: 1, body_ms: 0 }
    }

    #[test]
    fn services_are_known_by_suffix() {
        let name = |alias: &str| services(alias).next().map(Service::name);
        assert_eq!(name("me.github.io"), Some("GitHub Pages"));
        assert_eq!(name("files.example.com.s3.amazonaws.com"), Some("Amazon S3"));
        assert_eq!(name("files.example.com.s3-website-us-east-1.amazonaws.com"), Some("Amazon S3"));
        assert_eq!(name("lb-1.eu-west-1.elb.amazonaws.com"), None);
        assert_eq!(name("notgithub.io"), None);
        assert_eq!(name("github.io"), None);
    }

    #[test]
    fn a_page_must_have_the_status_and_the_words() {
        let github = services("me.github.io").next().unwrap();
        let words = "<p>There isn't a GitHub Pages site here.</p>";
        assert!(github.shows_unclaimed(&reply(404, words)));
        // A blog post about takeovers.
        assert!(!github.shows_unclaimed(&reply(200, words)));
        assert!(!github.shows_unclaimed(&reply(404, "Not found")));
        let gone = reply(404, "<li>Code: NoSuchBucket</li>");
        assert!(services("a.s3-website.eu-central-1.amazonaws.com").any(|way| way.shows_unclaimed(&gone)));
    }

    #[test]
    fn a_redirect_to_the_services_own_page_shows_it() {
        let ghost = services("my-blog.ghost.io").next().unwrap();
        let to = |status: u16, location: &str| HttpReply {
            headers: Headers::new([("location".to_owned(), location.to_owned())]),
            ..reply(status, "")
        };
        assert!(ghost.shows_unclaimed(&to(302, "https://error.ghost.org/")));
        assert!(!ghost.shows_unclaimed(&to(302, "https://my-blog.com/")));
        assert!(!ghost.shows_unclaimed(&reply(404, "Site unavailable")));
    }

    #[test]
    fn a_customer_keeps_a_name_by_a_record() {
        let domain = Domain::from_host("example.com").unwrap();
        let kept = |alias: &str| services(alias).next().unwrap().kept_by(&domain, "dev.example.com", alias);
        assert_eq!(kept("me.github.io").as_deref(), Some("_github-pages-challenge-me.example.com"));
        assert_eq!(kept("my-api.azurewebsites.net").as_deref(), Some("asuid.dev.example.com"));
        assert_eq!(kept("my-api.azure-api.net"), None);
    }
}
