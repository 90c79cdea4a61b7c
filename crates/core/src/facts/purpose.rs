//! What a subdomain is for, told from its label: the usual names, and the marks of a copy that is not production.

use launch_ready_providers::temporary;

/// A usual name and what it is usually for.
#[derive(Debug, PartialEq, Eq)]
pub struct Usual {
    /// The label below the domain.
    pub label: &'static str,
    /// What people use it for.
    pub purpose: &'static str,
}

/// The usual names, the most telling first: those that a launch breaks on or leaks through. A default scan asks for
/// the first [`ASKED`] of them, a deep one for all. The order is our own judgement; the names are those that the
/// roadmaps of the five segments name, and the most frequent ones in public certificate logs. As of 2026-11.
pub static USUAL: &[Usual] = &[
    usual("app", "the product behind the login"),
    usual("api", "the interface that apps and pages call"),
    usual("staging", "a copy for testing"),
    usual("dev", "a copy for development"),
    usual("mail", "mail"),
    usual("admin", "administration"),
    usual("blog", "the blog"),
    usual("shop", "the shop"),
    usual("docs", "documentation"),
    usual("status", "the status page"),
    usual("help", "help for customers"),
    usual("support", "help for customers"),
    usual("login", "sign-in"),
    usual("auth", "sign-in"),
    usual("members", "what members see"),
    usual("account", "accounts and billing"),
    usual("dashboard", "the product behind the login"),
    usual("test", "a copy for testing"),
    usual("beta", "a preview for some customers"),
    usual("preview", "a copy for testing"),
    usual("cdn", "images and scripts"),
    usual("assets", "images and scripts"),
    usual("media", "images and scripts"),
    usual("portal", "what customers see behind the login"),
    usual("courses", "courses"),
    usual("learn", "courses"),
    usual("community", "the community"),
    usual("go", "short links"),
    usual("links", "tracked links in mail"),
    usual("webmail", "mail in the browser"),
    usual("ftp", "file transfer"),
    usual("direct", "a way round the proxy"),
    usual("origin", "a way round the proxy"),
    usual("cpanel", "the host's control panel"),
    usual("vpn", "the way into the company network"),
    usual("git", "source code"),
];

/// How many of the [`USUAL`] names a default scan asks for: one question each.
pub const ASKED: usize = 5;

const fn usual(label: &'static str, purpose: &'static str) -> Usual {
    Usual { label, purpose }
}

/// What the subdomain with this first label is usually for.
#[must_use]
pub fn purpose(label: &str) -> Option<&'static str> {
    USUAL.iter().find(|usual| usual.label == label).map(|usual| usual.purpose)
}

/// Whether people open a name with this purpose in a browser.
#[must_use]
pub fn shows_pages(purpose: &str) -> bool {
    !matches!(purpose, "mail" | "sending mail" | "file transfer" | "the way into the company network")
}

/// Whether people sign in at a name with this purpose, or use there what they signed in for.
#[must_use]
pub fn is_behind_sign_in(purpose: &str) -> bool {
    matches!(
        purpose,
        "accounts and billing"
            | "sign-in"
            | "the interface that apps and pages call"
            | "the product behind the login"
            | "what customers see behind the login"
            | "what members see"
    )
}

/// The part of a host's first label that marks a copy that is not production: `staging` in `staging-app.example.com`.
/// Whole words only: `latest` and `devices` mark nothing.
#[must_use]
pub fn marks_staging(host: &str) -> Option<&'static str> {
    let first = host.split('.').next()?;
    if let Some(passing) = marks_passing(host) {
        return Some(passing);
    }
    // A registered name such as `test.com` is a name, not a mark.
    if host.split('.').count() < 3 && host != "localhost" {
        return None;
    }
    first.split(['-', '_']).find_map(|word| {
        let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
        STAGING.iter().copied().find(|mark| *mark == bare)
    })
}

/// What shows that a host is there for a while only, whoever it belongs to: a tunnel to one machine, or the preview of a branch.
#[must_use]
pub fn marks_passing(host: &str) -> Option<&'static str> {
    let temporary = temporary(host).next()?;
    match temporary.mark {
        Some(_) => Some("preview"),
        None => {
            let below =
                |suffix: &&String| host.strip_suffix(suffix.as_str()).is_some_and(|rest| rest.ends_with('.'));
            temporary.suffixes.iter().find(below).map(String::as_str)
        }
    }
}

/// Words that mark a copy.
static STAGING: &[&str] = &[
    "dev",
    "development",
    "localhost",
    "preprod",
    "preview",
    "qa",
    "sandbox",
    "stage",
    "staging",
    "stg",
    "test",
    "testing",
    "uat",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn staging_is_told_by_whole_words() {
        for host in
            ["staging.example.com", "app-staging.example.com", "dev2.example.com", "uat.app.example.com"]
        {
            assert!(marks_staging(host).is_some(), "{host}");
        }
        for host in ["example.com", "test.com", "latest.example.com", "devices.example.com", "app.staging.io"]
        {
            assert_eq!(marks_staging(host), None, "{host}");
        }
    }
}
