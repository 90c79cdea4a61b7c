//! # Canonical link (`canonical-url`)
//!
//! ## What it checks
//! Whether the canonical link, the address for shared links (`og:url`), the sitemaps named in robots.txt and the pages in the
//! first of them are on the host where the home page really is, and whether HSTS covers that host.
//!
//! ## Why it matters
//! A canonical link to a staging URL or a builder's subdomain makes search engines list that one and leave your
//! domain out.
//!
//! ## How to fix it
//! Let all of them name the address that visitors end up at, with https. Most frameworks take it from one setting, the site's URL.
//!
//! ## Sources
//! RFC 6596 (canonical link relation); RFC 6797 section 8.2 (a host is covered by its own header, or by that of a name above it with
//! `includeSubDomains`; shown here, and judged by the check of HSTS); Google, "How to specify a canonical URL"; The Open Graph protocol, `og:url`; sitemaps.org protocol. Read
//! 2026-11.
//!
//! ## Covers
//! R8
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="canonical" href="/"><meta property="og:url" content="https://example.com">
//! GET https://example.com/robots.txt
//! 200
//! | Sitemap: https://example.com/sitemap.xml
//! => consistent
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! strict-transport-security: max-age=31536000
//! GET https://example.com/robots.txt
//! 200
//! | Sitemap: https://example.com/sitemap.xml
//! GET https://example.com/sitemap.xml
//! 200
//! | <urlset><url><loc>https://example.com/</loc></url><url><loc>https://my-app.vercel.app/pricing</loc></url></urlset>
//! => disagreeing
//! ```
//! A sitemap on another host is allowed: a bucket's, the help centre's.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="canonical" href="https://example.com/">
//! GET https://example.com/robots.txt
//! 200
//! | Sitemap: https://acme-sitemaps.example.net/sitemap.xml
//! | Sitemap: https://help.example.com/sitemap.xml
//! => consistent
//! ```
//! What is commented out is not in it.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! 200
//! | Sitemap: https://example.com/sitemap.xml
//! GET https://example.com/sitemap.xml
//! 200
//! | <urlset><!-- <url><loc>https://my-app.vercel.app/</loc></url> --><url><loc><![CDATA[https://example.com/]]></loc></url></urlset>
//! => consistent
//! ```
//! A page need not name its own address.
//! ```evidence
//! GET https://example.com/
//! 200
//! GET https://example.com/robots.txt
//! 404
//! => consistent
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="canonical" href="https://my-app.vercel.app/">
//! GET https://example.com/robots.txt
//! 404
//! => other-host
//! ```
//! The other form of the same name leads back here, but costs trust in the link.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="canonical" href="https://www.example.com/">
//! GET https://example.com/robots.txt
//! 404
//! => disagreeing
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="canonical" href="https://example.com/"><meta property="og:url" content="http://localhost:3000/">
//! GET https://example.com/robots.txt
//! 200
//! | Sitemap: https://my-app.vercel.app/sitemap.xml
//! => disagreeing
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <link rel="canonical" href="https://example.com/"><link rel="canonical" href="https://example.com/home">
//! GET https://example.com/robots.txt
//! 404
//! => several
//! ```
//! ```evidence
//! GET https://example.com/
//! 200 cut
//! | <title>Fresh bread</title>
//! GET https://example.com/robots.txt
//! 404
//! => unread
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! => no-page
//! ```

use url::Url;

use crate::answers::{Stop, if_measured};
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::domain::Domain;
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{Home, home_page};
use crate::facts::purpose::marks_passing;
use crate::http::HttpReply;
use crate::http::hsts;
use crate::http::hsts::Hsts;
use crate::http::robots::Robots;
use crate::http::{address, sitemap};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "canonical-url",
    area: Area::Search,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Developer),
    outcomes: &[&CONSISTENT, &DISAGREEING, &SEVERAL, &OTHER_HOST, &UNREAD, &NO_PAGE],
    run,
};

static CONSISTENT: Outcome = Outcome::pass("consistent", "The page has one canonical URL");
static DISAGREEING: Outcome = Outcome::warn("disagreeing", "The page has conflicting canonical URLs");
static SEVERAL: Outcome = Outcome::warn("several", "The page has several canonical links");
static OTHER_HOST: Outcome = Outcome::fail("other-host", "The canonical link points to another host");
static UNREAD: Outcome =
    Outcome::not_measured("unread", "The page's head is too long to find its canonical link");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to index");

/// Sitemaps that are looked at.
const MAX_SITEMAPS: usize = 20;
/// Hosts that a sitemap's pages are on, and addresses that are written anew; whoever has more has one setting to change.
const MAX_FIXES: usize = 8;
/// What the page's own link is called.
const CANONICAL: &str = "canonical";
/// What a sitemap is called that robots.txt names.
const SITEMAP: &str = "Sitemap in robots.txt";
/// What a page that a sitemap names is called.
const IN_SITEMAP: &str = "page in the sitemap";

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let robots_url = home.url.join("/robots.txt").map_or_else(|_| home.url.to_string(), Into::into);
    let chain = follow(evidence, &robots_url)?;
    if let Some(gap) = chain.gap() {
        return Err(Stop::NotMeasured(gap));
    }
    let file = evidence.last_reply(&chain).filter(|reply| reply.status == 200);
    let sitemaps = file.map(|reply| Robots::parse(&reply.body.text()).sitemaps).unwrap_or_default();

    // Relative to the page, as browsers and crawlers take it; a `<base>` counts.
    let mut named: Vec<(&str, Url)> = Vec::new();
    for url in home.page.canonical.iter().filter_map(|href| home.resolve(href)) {
        if named.last().is_none_or(|(_, last)| *last != url) {
            named.push((CANONICAL, url));
        }
    }
    let canonicals = named.len();
    let foreign = named.iter().any(|(_, url)| bare_host(url) != bare_host(&home.url));
    named.extend(home.page.meta("og:url").and_then(address::parse).map(|url| ("og:url", url)));
    let mut listed = None;
    for url in sitemaps.iter().take(MAX_SITEMAPS).filter_map(|url| address::parse(url)) {
        if listed.is_none() && url.origin() == home.url.origin() {
            listed = Some(url.to_string());
        }
        named.push((SITEMAP, url));
    }
    if let Some(url) = listed {
        pages_in(target, evidence, &url, &mut named)?;
    }
    let differs = |url: &Url| url.host_str() != home.url.host_str() || url.scheme() != home.url.scheme();
    // A sitemap may lie wherever the build puts it (sitemaps.org, "Sitemaps & Cross Submits"), but not where nobody can fetch it.
    let may_differ = |label: &str, url: &Url| {
        let host = url.host_str().and_then(Domain::from_host);
        label == SITEMAP && host.is_some_and(|host| marks_passing(host.as_str()).is_none())
    };
    let odd: Vec<_> = named.iter().filter(|(label, url)| differs(url) && !may_differ(label, url)).collect();

    let outcome = match (canonicals, odd.len()) {
        _ if foreign => &OTHER_HOST,
        (2.., _) => &SEVERAL,
        (_, 0) if home.page.cut && !home.page.head_is_whole => &UNREAD,
        (_, 0) => &CONSISTENT,
        _ => &DISAGREEING,
    };
    let mut finding = outcome.found().with_evidence("home page", home.url.as_str());
    for (label, url) in &named {
        finding = finding.with_evidence(*label, url.as_str());
    }
    finding = finding.with_evidence("HSTS", hsts_scope(target, evidence, &home)?);
    if let Some((label, url)) = odd.first() {
        finding = finding.detail(format!("The page is at {}, but {label} says {url}.", home.url));
    }
    if foreign || canonicals > 1 || odd.iter().any(|(label, _)| *label == CANONICAL) {
        finding = finding.fix(Fix::step(format!(
            "Keep one canonical link: <link rel=\"canonical\" href=\"{}\">",
            home.url
        )));
    }
    for (label, url) in odd.iter().filter(|(label, _)| *label != CANONICAL).take(MAX_FIXES) {
        let mut right = url.clone();
        let moved =
            right.set_scheme(home.url.scheme()).is_ok() && right.set_host(home.url.host_str()).is_ok();
        // A port of the builder's own machine.
        let _ = right.set_port(None);
        if moved {
            finding = finding.fix(Fix::step(format!("{label}: write {right} instead of {url}.")));
        }
    }
    Ok(finding)
}

/// Adds the first page on each host that the sitemap at `url` names; none where it could not be had, or is packed. Other names below
/// the domain are sites of their own, and may stand there.
fn pages_in(
    target: &Target,
    evidence: &Evidence,
    url: &str,
    named: &mut Vec<(&str, Url)>,
) -> Result<(), Stop> {
    let Some(chain) = if_measured(follow(evidence, url))? else { return Ok(()) };
    let reply = evidence.last_reply(&chain).filter(|reply| reply.status == 200);
    let Some(reply) = reply else { return Ok(()) };
    let before = named.len();
    for page in sitemap::addresses(&reply.body.bytes) {
        let Some(page) = address::parse(&page) else { continue };
        let is_known = named.iter().skip(before).any(|(_, known)| known.origin() == page.origin());
        let beside = bare_host(&page) != target.domain.as_str()
            && page
                .host_str()
                .and_then(Domain::from_host)
                .is_some_and(|host| host.is_within(target.domain.as_str()));
        if !is_known && !beside && named.len() - before < MAX_FIXES {
            named.push((IN_SITEMAP, page));
        }
    }
    Ok(())
}

/// Which header keeps browsers to https on the host of the home page, in words.
fn hsts_scope(target: &Target, evidence: &Evidence, home: &Home<'_>) -> Result<String, Stop> {
    let read = |reply: &HttpReply| hsts::parse(reply.headers.first("strict-transport-security")?).0;
    let active = |hsts: &Hsts| hsts.max_age > 0;
    let host = home.url.host_str().unwrap_or_default();
    if read(home.reply).filter(active).is_some() {
        return Ok(format!("{host} sends the header itself"));
    }
    // The domain's own answer is the first of the chain that led here.
    let chain = if_measured(follow(evidence, &format!("https://{}/", target.domain)))?;
    let above = chain.and_then(|chain| evidence.reply_to(&chain, 0).and_then(read)).filter(active);
    let below = host.ends_with(&format!(".{}", target.domain));
    Ok(match above {
        Some(hsts) if below && hsts.include_subdomains => format!("{host} is covered by {}", target.domain),
        Some(_) => format!("{} sends the header, which does not cover {host}", target.domain),
        None => format!("no header covers {host}"),
    })
}

/// The host without a leading `www.`: the two forms of one name are not two sites.
fn bare_host(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_prefix("www.").unwrap_or(host)
}
