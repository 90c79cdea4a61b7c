//! Services at which a name that still points there can be taken by somebody else, and how that shows.
//!
//! The table is our own. A service stands under [`Proof::Claimable`] only where its own documentation, or a public and
//! reproduced report, says that a stranger can claim the name; for all others the most that is said is that nobody
//! answers there.

use crate::http::HttpReply;

/// How sure it is that a stranger can claim a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Documented: whoever creates the resource gets the name.
    Claimable,
    /// Nobody uses the name there; whether a stranger could is not documented, or the service asks for proof.
    Unclaimed,
}

/// What shows that a resource is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// The name that the alias leads to does not exist.
    NoSuchName,
    /// The service answers with this status and a page that holds this text.
    Page {
        /// The status.
        status: u16,
        /// What only its page for unknown names says.
        text: &'static str,
    },
}

/// A service and how an unclaimed name shows there.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// How it calls itself.
    pub name: &'static str,
    /// Where its names lie.
    pub suffix: &'static str,
    /// How a resource that is gone shows.
    pub sign: Sign,
    /// How sure it is that a stranger can claim it.
    pub proof: Proof,
    /// Where that is said.
    pub source: &'static str,
}

/// The service that `alias` lies at.
#[must_use]
pub fn service(alias: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| {
        let below =
            alias.strip_suffix(service.suffix).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'));
        // Buckets are one label in many names; Amazon's other services have none like it.
        below && (service.suffix != "amazonaws.com" || alias.split('.').any(is_s3))
    })
}

fn is_s3(label: &str) -> bool {
    label == "s3" || label.starts_with("s3-")
}

impl Service {
    /// Whether a reply is the service's page for names that nobody uses.
    #[must_use]
    pub fn shows_unclaimed(&self, reply: &HttpReply) -> bool {
        match self.sign {
            Sign::NoSuchName => false,
            Sign::Page { status, text } => reply.status == status && reply.body.text().contains(text),
        }
    }
}

const MICROSOFT: &str =
    "Microsoft Learn, \"Prevent dangling DNS entries and avoid subdomain takeover\", read 2026-11";
const LIST: &str = "can-i-take-over-xyz, status \"vulnerable\", read 2026-11";
const EDGE: &str = "can-i-take-over-xyz, status \"edge case\" or \"not vulnerable\", read 2026-11";

const fn gone(name: &'static str, suffix: &'static str, source: &'static str) -> Service {
    Service { name, suffix, sign: Sign::NoSuchName, proof: Proof::Claimable, source }
}

const fn page(
    name: &'static str,
    suffix: &'static str,
    status: u16,
    text: &'static str,
    proof: Proof,
    source: &'static str,
) -> Service {
    Service { name, suffix, sign: Sign::Page { status, text }, proof, source }
}

/// As of 2026-11.
static SERVICES: &[Service] = &[
    gone("Azure API Management", "azure-api.net", MICROSOFT),
    gone("Azure App Service", "azurewebsites.net", MICROSOFT),
    gone("Azure Blob Storage", "blob.core.windows.net", MICROSOFT),
    gone("Azure Container Instances", "azurecontainer.io", MICROSOFT),
    gone("Azure Traffic Manager", "trafficmanager.net", MICROSOFT),
    gone("Azure virtual machines", "cloudapp.azure.com", MICROSOFT),
    gone("AWS Elastic Beanstalk", "elasticbeanstalk.com", LIST),
    page("Amazon S3", "amazonaws.com", 404, "<Code>NoSuchBucket</Code>", Proof::Claimable, LIST),
    page("Amazon S3 website", "amazonaws.com", 404, "Code: NoSuchBucket", Proof::Claimable, LIST),
    page("Bitbucket", "bitbucket.io", 404, "Repository not found", Proof::Claimable, LIST),
    page("Fastly", "fastly.net", 500, "Fastly error: unknown domain", Proof::Unclaimed, EDGE),
    page("Ghost", "ghost.io", 404, "Site unavailable", Proof::Unclaimed, LIST),
    page(
        "GitHub Pages",
        "github.io",
        404,
        "There isn't a GitHub Pages site here.",
        Proof::Claimable,
        "GitHub Docs, \"Verifying your custom domain for GitHub Pages\", read 2026-11",
    ),
    page("Heroku", "herokuapp.com", 404, "No such app", Proof::Unclaimed, EDGE),
    page("Heroku", "herokudns.com", 404, "No such app", Proof::Unclaimed, EDGE),
    page("Netlify", "netlify.app", 404, "Not Found - Request ID", Proof::Unclaimed, EDGE),
    page("Pantheon", "pantheonsite.io", 404, "404 error unknown site!", Proof::Unclaimed, LIST),
    page(
        "ReadMe",
        "readme.io",
        404,
        "The creators of this project are still working",
        Proof::Unclaimed,
        LIST,
    ),
    page(
        "Shopify",
        "myshopify.com",
        404,
        "Sorry, this shop is currently unavailable.",
        Proof::Unclaimed,
        EDGE,
    ),
    page("Surge", "surge.sh", 404, "project not found", Proof::Claimable, LIST),
    page("Vercel", "vercel-dns.com", 404, "DEPLOYMENT_NOT_FOUND", Proof::Unclaimed, EDGE),
    page("WordPress.com", "wordpress.com", 404, "Do you want to register", Proof::Unclaimed, LIST),
];

/// Every entry for the suffix of `service`: one service may show a missing resource in several ways.
pub fn siblings(service: &'static Service) -> impl Iterator<Item = &'static Service> {
    SERVICES.iter().filter(move |other| other.suffix == service.suffix)
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
        let name = |alias: &str| service(alias).map(|service| service.name);
        assert_eq!(name("me.github.io"), Some("GitHub Pages"));
        assert_eq!(name("files.example.com.s3.amazonaws.com"), Some("Amazon S3"));
        assert_eq!(name("files.example.com.s3-website-us-east-1.amazonaws.com"), Some("Amazon S3"));
        assert_eq!(name("lb-1.eu-west-1.elb.amazonaws.com"), None);
        assert_eq!(name("notgithub.io"), None);
        assert_eq!(name("github.io"), None);
    }

    #[test]
    fn a_page_must_have_the_status_and_the_words() {
        let github = service("me.github.io").unwrap();
        let words = "<p>There isn't a GitHub Pages site here.</p>";
        assert!(github.shows_unclaimed(&reply(404, words)));
        // A blog post about takeovers.
        assert!(!github.shows_unclaimed(&reply(200, words)));
        assert!(!github.shows_unclaimed(&reply(404, "Not found")));
        let s3 = service("a.s3-website.eu-central-1.amazonaws.com").unwrap();
        assert!(siblings(s3).any(|way| way.shows_unclaimed(&reply(404, "<li>Code: NoSuchBucket</li>"))));
    }
}
