//! # Leftover localhost and staging URLs (`test-addresses`)
//!
//! ## What it checks
//! Whether the home page, or one of the site's own scripts, names an address that is not production: the developer's own
//! machine, a private network, a copy for testing, or a preview.
//!
//! ## Why it matters
//! It works on the developer's machine and nowhere else: a form that sends orders to `localhost`, a sign-in that
//! opens the test system, data in the wrong database. Your first customers find out.
//!
//! ## How to fix it
//! Set the public address in the environment of the production build (`NEXT_PUBLIC_…`, `VITE_…` and the like), build again,
//! and look whether the old address is gone.
//!
//! ## Sources
//! RFC 6761 sections 6.3 and 6.2 (`localhost`, `test`), RFC 6762 (`local`), RFC 9476 and the ICANN board's resolution 2024.07.29.06
//! (`internal`), RFC 1918. Names that mark a copy, and those of tunnels and previews, are our own list (2026-11). A name
//! is all that was seen, so a link to it warns; only what the page itself loads from, or sends a form to, a machine that no visitor
//! can reach fails. Libraries carry addresses of their own for development; without a port, or with a port that is known to be
//! a library's (list in the check), they are not counted. Up to three scripts are read, as for leaked secrets.
//!
//! ## Covers
//! D6
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <a href="https://app.example.com/">Open</a><img src="/logo.png"><script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! | fetch("https://api.example.com/v1")
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <form action="http://localhost:3000/order"><button>Buy</button></form>
//! => own-machine
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="http://192.168.1.20:8080/app.js"></script>
//! => own-machine
//! ```
//! Of an image that nobody can load a page does not die.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <img src="http://192.168.1.20:8080/hero.jpg">
//! => linked
//! ```
//! A page about software may link to the reader's own machine.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <p>Then open <a href="http://localhost:3000/">http://localhost:3000/</a>.</p>
//! => linked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <a href="https://staging.example.com/login">Sign in</a>
//! => linked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <a href="https://my-app-git-main-team.vercel.app/">Try it</a>
//! => linked
//! ```
//! Another company's test system is its own business, and a name such as `latest` marks nothing.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <a href="https://sandbox.payments.com/">Demo</a><a href="https://latest.example.com/">News</a>
//! => none
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200
//! | const api = "http:\/\/127.0.0.1:8000\/api"
//! => in-script
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>window.env = { api: "wss://dev-api.example.com/socket" }</script>
//! => in-script
//! ```
//! What libraries bring along.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>new URL(path, "http://localhost"); const GOTRUE_URL = "http://localhost:9999"; spotlight("http://localhost:8969/stream")</script>
//! => none
//! ```
//! A copy for testing that is looked at itself names itself.
//! ```evidence
//! target staging.example.com
//! GET https://staging.example.com/
//! 200
//! | <a href="https://staging.example.com/login">Sign in</a>
//! => none
//! ```
//! A script that cannot be read may name anything.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! timeout
//! => not-measured
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200 cut
//! | const a = 1
//! => unread
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```

use std::net::IpAddr;

use url::Url;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::dns::address::special_purpose;
use crate::domain::Domain;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{Home, home_page};
use crate::facts::purpose::{marks_passing, marks_staging};
use crate::facts::scripts::own_scripts;
use crate::http::page::srcset_urls;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "test-addresses",
    area: Area::Domain,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer),
    outcomes: &[&NONE, &OWN_MACHINE, &LINKED, &IN_SCRIPT, &UNREAD, &NO_PAGE],
    run,
};

static NONE: Outcome = Outcome::pass("none", "The page contains only production URLs");
static OWN_MACHINE: Outcome =
    Outcome::fail("own-machine", "The page depends on a machine that visitors cannot reach").blocks();
static LINKED: Outcome = Outcome::warn("linked", "The page contains a non-production URL");
static IN_SCRIPT: Outcome = Outcome::warn("in-script", "A script contains a non-production URL");
static UNREAD: Outcome =
    Outcome::not_measured("unread", "Not all of the page and its scripts could be searched");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to search");

/// Ports at `localhost` that libraries name without their users' doing: Supabase's auth client (9999, `GOTRUE_URL`), Sentry's
/// Spotlight (8969), React DevTools (8097), the chains of viem and wagmi (8545). From their source code. As of 2026-11.
static OF_LIBRARIES: [u16; 4] = [8097, 8545, 8969, 9999];
/// Addresses that are shown.
const MAX_SHOWN: usize = 8;

/// What an address in a page is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// The page does not work without it: loaded, or where a form is sent to.
    Needed,
    /// Shown on it: an image, a film, a picture in a style.
    Shown,
    /// A link, or a note for other programs.
    Named,
    /// A text in a script.
    Script,
}

/// An address that is not production.
struct Left {
    outcome: &'static Outcome,
    place: String,
    address: String,
    why: &'static str,
}

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let scripts = own_scripts(&home, target, evidence)?;
    let mut left: Vec<Left> = Vec::new();
    for (used, address) in named(&home) {
        note(&mut left, target, used, home.url.as_str(), address);
    }
    let inline = home.page.scripts.iter().map(|script| (home.url.as_str(), script.text.as_str().into()));
    let files = scripts.read.iter().map(|script| (script.url.as_str(), script.reply.body.text()));
    for (place, text) in inline.chain(files) {
        for address in addresses(&text) {
            note(&mut left, target, Use::Script, place, &address);
        }
    }
    // The outcomes stand in the order of their weight.
    left.sort_by_key(|left| CHECK.outcomes.iter().position(|known| *known == left.outcome));
    let Some(worst) = left.first() else {
        if let Some((_, gap)) = scripts.gaps.into_iter().next() {
            return Err(Stop::NotMeasured(gap));
        }
        home.whole()?;
        let cut =
            scripts.read.iter().filter(|script| script.reply.body.cut.is_some()).map(|script| &script.url);
        let unread: Vec<&str> = cut.chain(&scripts.left_out).map(Url::as_str).take(MAX_SHOWN).collect();
        if home.page.cut || !unread.is_empty() {
            let unread = if unread.is_empty() { vec![home.url.as_str()] } else { unread };
            return Ok(UNREAD.found().with_evidence("not read to its end", unread.join(", ")));
        }
        let searched = scripts.read.len();
        return Ok(NONE.found().with_evidence(
            home.url.as_str(),
            format!("searched, with {searched} of the site's own scripts"),
        ));
    };
    let mut finding = worst
        .outcome
        .found()
        .detail(format!("{} is {}.", worst.address, worst.why))
        .fix(Fix::step(format!("Look for {} in the settings of the production build, put the public address there, and build again.", worst.address)));
    for Left { place, address, .. } in left.into_iter().take(MAX_SHOWN) {
        finding = finding.with_evidence(place, address);
    }
    Ok(finding)
}

/// The addresses in the page's markup that name a host of their own.
fn named<'h>(home: &'h Home<'_>) -> impl Iterator<Item = (Use, &'h str)> {
    let page = &*home.page;
    let needed = page
        .scripts
        .iter()
        .filter_map(|script| script.src.as_deref())
        .chain(page.styles.iter().map(|style| style.href.as_str()))
        .chain(page.forms.iter().filter_map(|form| form.action.as_deref()))
        .chain(page.frames.iter().map(String::as_str))
        .chain(page.base.as_deref());
    let shown = page
        .images
        .iter()
        .map(|image| image.src.as_str())
        .chain(page.images.iter().filter_map(|image| image.srcset.as_deref()).flat_map(srcset_urls))
        .chain(page.media.iter().map(String::as_str))
        .chain(page.css_urls.iter().map(|(_, url)| url.as_str()));
    let noted = page
        .links
        .iter()
        .map(String::as_str)
        .chain(page.canonical.iter().map(String::as_str))
        .chain(page.metas.iter().map(|(_, content)| content.as_str()))
        .chain(page.hints.iter().map(|hint| hint.href.as_str()));
    let seen = needed.map(|address| (Use::Needed, address)).chain(shown.map(|address| (Use::Shown, address)));
    seen.chain(noted.map(|address| (Use::Named, address)))
}

/// Notes `address` where it is not production, once for each place.
fn note(left: &mut Vec<Left>, target: &Target, used: Use, place: &str, address: &str) {
    let Some((url, why)) = judged(target, used, address) else { return };
    let address = url.origin().ascii_serialization();
    let outcome = match used {
        Use::Needed if why == OWN => &OWN_MACHINE,
        Use::Needed | Use::Shown | Use::Named => &LINKED,
        Use::Script => &IN_SCRIPT,
    };
    let known =
        left.iter().any(|known| known.outcome == outcome && known.place == place && known.address == address);
    if !known && left.len() < MAX_NOTED {
        left.push(Left { outcome, place: place.to_owned(), address, why });
    }
}

/// Addresses that are noted before they are sorted.
const MAX_NOTED: usize = 100;
/// Why a machine of a developer's is not production.
const OWN: &str = "an address that no visitor can reach";

/// Why an address is not production, where it is not.
fn judged(target: &Target, used: Use, address: &str) -> Option<(Url, &'static str)> {
    let address = address.trim();
    let absolute = address.starts_with("//").then(|| format!("https:{address}"));
    let url = Url::parse(absolute.as_deref().unwrap_or(address)).ok()?;
    if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
        return None;
    }
    let host = url.host_str()?;
    if is_own_machine(host) {
        let counts = used != Use::Script || url.port().is_some_and(|port| !OF_LIBRARIES.contains(&port));
        return counts.then_some((url, OWN));
    }
    let host = Domain::from_host(host)?;
    // A target that is a copy itself, or lies below one, names itself.
    if target.domain.is_within(host.as_str()) {
        return None;
    }
    if host.is_within(target.domain.as_str()) && marks_staging(host.as_str()).is_some() {
        return Some((url, "one of your staging hosts"));
    }
    marks_passing(host.as_str())
        .is_some()
        .then_some((url, "a tunnel or a preview that is there for a while only"))
}

/// Whether a host is one that only a machine itself, or its own network, can reach. Addresses of documentation are examples
/// and not counted.
fn is_own_machine(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    if matches!(last, "localhost" | "local" | "internal" | "test") {
        return true;
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    // Browsers connect to the IPv4 address that an IPv4-mapped one carries.
    let address = bare.parse::<IpAddr>().map(|address| address.to_canonical());
    let range = address.ok().and_then(special_purpose).unwrap_or_default();
    ["loopback", "private", "this host", "this network", "unspecified", "unique local", "link-local"]
        .iter()
        .any(|kind| range.starts_with(kind))
}

/// The web addresses in a script, up to their path, whether or not their slashes stand behind backslashes as JSON allows.
fn addresses(script: &str) -> impl Iterator<Item = String> {
    let marks = script.match_indices("://").chain(script.match_indices(":\\/\\/"));
    marks.filter_map(|(at, mark)| {
        let before = script.get(..at)?;
        let scheme = ["https", "http", "wss", "ws"].into_iter().find(|scheme| before.ends_with(scheme))?;
        let rest = script.get(at + mark.len()..)?;
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']')));
        let host = rest
            .get(..end.unwrap_or(rest.len()))
            .filter(|host| !host.is_empty() && host.len() <= MAX_HOST)?;
        Some(format!("{scheme}://{}/", host.trim_end_matches(['.', ':'])))
    })
}

/// Octets of a host with its port.
const MAX_HOST: usize = 260;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_scripts() {
        let found = |script: &str| addresses(script).collect::<Vec<_>>();
        assert_eq!(
            found(
                r#"a("http://localhost:3000/x");b='wss:\/\/dev.example.com';c=`https://[::1]:80/`;d="http://${host}/";// see http://a.b."#
            ),
            ["http://localhost:3000/", "https://[::1]:80/", "http://a.b/", "wss://dev.example.com/"]
        );
    }

    #[test]
    fn machines_that_nobody_reaches_are_known() {
        for host in [
            "localhost",
            "app.localhost",
            "127.0.0.1",
            "0.0.0.0",
            "10.1.2.3",
            "[::1]",
            "[::ffff:10.1.2.3]",
            "printer.local",
            "shop.test",
        ] {
            assert!(is_own_machine(host), "{host}");
        }
        for host in ["example.com", "192.0.2.1", "8.8.8.8", "localhost.com", "test.com", "mylocal"] {
            assert!(!is_own_machine(host), "{host}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_script_panics(script in "(https?:(//|\\\\/\\\\/)|localhost|[:.é\\[\\]0-9]|\\PC){0,24}") {
            let target = Target::parse("example.com").unwrap();
            for address in addresses(&script) {
                let _ = judged(&target, Use::Script, &address);
            }
        }
    }
}
