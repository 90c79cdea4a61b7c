//! # Debug pages (`debug-page`)
//!
//! ## What it checks
//! Whether the home page is a listing of files, a development server or a page of diagnostics, whether it carries a framework's
//! debug toolbar or the warnings of a program, and whether error pages show stack traces. Every scan looks at the answer to the home
//! page; a deep scan at those to the health endpoint's usual addresses, too.
//!
//! ## Why it matters
//! A debug page shows code, settings and often passwords to anyone who triggers an error. A development server was
//! never meant for the internet.
//!
//! ## How to fix it
//! Switch debug mode off in production (`DEBUG = False`, `APP_DEBUG=false`, `NODE_ENV=production`), deploy the result of the build instead
//! of the development server, and switch directory listings off.
//!
//! ## Sources
//! OWASP Web Security Testing Guide, WSTG-ERRH-01 and WSTG-CONF-04; PHP, Django, Laravel, Rails, Werkzeug, Symfony, Yii, CodeIgniter, ASP.NET, Spring,
//! Express, Phoenix, Go, Next.js, Nuxt, Astro, Vite, webpack, Expo, Apache, nginx, IIS, Tomcat, Jetty, Python, serve and S3: what each
//! writes, read 2026-11.
//!
//! ## Covers
//! S9
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Fresh bread</title>
//! => clean
//! ```
//! ```evidence
//! target example.com deep
//! GET https://example.com/
//! 200
//! | <title>Fresh bread</title>
//! GET https://example.com/health
//! 404
//! | Not found
//! GET https://example.com/api/health
//! 404
//! => clean
//! ```
//! Warnings stand in a page that is otherwise fine.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <br />
//! | <b>Warning</b>:  mysqli_connect(): (HY000/2002): Connection refused in <b>/var/www/html/db.php</b> on line <b>4</b><br />
//! | <title>Fresh bread</title><h1>Fresh bread</h1>
//! => diagnostics
//! ```
//! They come without markup, too.
//! ```evidence
//! GET https://example.com/
//! 200
//! | Warning: Undefined variable $title in /var/www/html/index.php on line 7
//! | <title>Fresh bread</title><h1>Fresh bread</h1>
//! => diagnostics
//! ```
//! A framework may print a trace and leave the status at 200.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <pre>Traceback (most recent call last):
//! |   File "/app/main.py", line 12, in &lt;module&gt;
//! | KeyError: 'DATABASE_URL'</pre><h1>Fresh bread</h1><p>At your door.</p>
//! => diagnostics
//! ```
//! Who writes about warnings shows none of their own.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>PHP errors</title><h1>What PHP says</h1><p>“Warning: Undefined variable $x in /var/www/a.php on line 7” means that a name is wrong.</p>
//! => clean
//! ```
//! Who writes about errors shows none of their own.
//! ```evidence
//! target example.com deep
//! GET https://example.com/
//! 200
//! | <title>How to read a Python error</title><pre>Traceback (most recent call last):</pre>
//! GET https://example.com/health
//! 404
//! => clean
//! ```
//! ```evidence
//! target example.com deep
//! GET https://example.com/
//! 200
//! GET https://example.com/health
//! 404
//! | <title>Page not found at /health</title><p>You're seeing this error because you have <code>DEBUG = True</code> in your Django settings file.
//! => diagnostics
//! ```
//! ```evidence
//! GET https://example.com/
//! 500
//! | Traceback (most recent call last):
//! |   File "/app/main.py", line 12, in <module>
//! => diagnostics
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script type="module" src="/@vite/client"></script>
//! => development-server
//! ```
//! PHP leaves the status at 200 when it dies.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <br />
//! | <b>Fatal error</b>:  Uncaught Error: Call to undefined function in /var/www/html/index.php:3
//! | <b>/var/www/html/index.php</b> on line <b>3</b><br />
//! => diagnostics
//! ```
//! A toolbar shows queries, settings and sessions to everybody.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Fresh bread</title><div id="djDebug" class="djdt-hidden"></div>
//! => diagnostics
//! ```
//! Source that was never built, and a bundle that reloads itself.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Fresh bread</title><div id="root"></div><script type="module" src="/src/main.tsx"></script>
//! => development-server
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>Fresh bread</title><script src="/_next/static/development/_buildManifest.js"></script>
//! => development-server
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: application/xml
//! | <?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>site</Name></ListBucketResult>
//! => listing
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <html><head><title>Index of /</title></head><body><h1>Index of /</h1><a href="backup.zip">backup.zip</a>
//! => listing
//! ```
//! ```evidence
//! GET https://example.com/
//! timeout
//! => not-measured
//! ```

use launch_ready_providers::left_overs;
use memchr::memmem;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::checks::operations::health_endpoint;
use crate::engine::edge::fetched;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{home, home_page};
use crate::http::HttpReply;
use crate::http::page::{Page, Place, place_of};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "debug-page",
    area: Area::Security,
    impact: Weight::Important,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&CLEAN, &LISTING, &DEVELOPMENT_SERVER, &DIAGNOSTICS],
    run,
};

static CLEAN: Outcome = Outcome::pass("clean", "No debug pages found");
static LISTING: Outcome = Outcome::fail("listing", "The site shows a list of its files");
static DEVELOPMENT_SERVER: Outcome =
    Outcome::fail("development-server", "The site is served by a development server");
static DIAGNOSTICS: Outcome = Outcome::fail("diagnostics", "Error pages show internals of the app").blocks();

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Some((url, probe)) = home(target, evidence)? else {
        return Ok(CLEAN.found().with_evidence(format!("https://{}/", target.domain), "returns no page"));
    };
    let reply = fetched(evidence, probe.clone())?;
    let page = evidence.page(&probe).unwrap_or_default();
    let mut found = judged(reply, &page).map(|judged| (url.to_string(), judged));
    let mut looked_at = vec![url.to_string()];
    if found.is_none()
        && target.deep
        && let Ok(home) = home_page(target, evidence)?
    {
        for (url, reply) in health_endpoint::replies(target, evidence, &home)? {
            if found.is_none() && reply.status >= 400 {
                let page = Page::parse(&reply.body);
                found = judged(reply, &page).map(|judged| (url.clone(), judged));
            }
            looked_at.push(url);
        }
    }
    Ok(match found {
        None => CLEAN.found().with_evidence("looked at", looked_at.join(", ")),
        Some((url, (outcome, sign))) => {
            let finding = outcome
                .found()
                .detail(format!("{url} shows: {sign}."))
                .with_evidence(format!("GET {url}"), sign);
            finding.fix(Fix::step(match outcome.code {
                "listing" => format!(
                    "Turn listings off ({}), and move private files out of the folder.",
                    listings_off()
                ),
                "development-server" => {
                    "Build the app and deploy the result, instead of running its development server.".to_owned()
                }
                _ => "Switch debug mode off in production, and restart. If settings were shown, replace the keys in them."
                    .to_owned(),
            }))
        }
    })
}

/// What a reply gives away, and the sign of it.
fn judged(reply: &HttpReply, page: &Page) -> Option<(&'static Outcome, &'static str)> {
    let title = page.title.as_deref().unwrap_or_default();
    let body = &reply.body.bytes;
    if reply.status == 200 && lists_files(title, body) {
        return Some((&LISTING, "a list of files"));
    }
    if title.starts_with("phpinfo()") || title.ends_with("- phpinfo()") {
        return Some((&DIAGNOSTICS, "phpinfo()"));
    }
    let mut sources = page.scripts.iter().filter_map(|script| script.src.as_deref());
    if let Some(sign) = sources.find_map(development_script) {
        return Some((&DEVELOPMENT_SERVER, sign));
    }
    // On a page that is fine the words of an error are words like any others; these stand in its markup.
    let mut markup = left_overs().flat_map(|(_, block)| &block.markup);
    if let Some(sign) = markup.find(|sign| stands_in_markup(body, sign)) {
        return Some((&DIAGNOSTICS, sign));
    }
    if let Some(sign) = printed_first(page) {
        return Some((&DIAGNOSTICS, sign));
    }
    if reply.status < 400 {
        return None;
    }
    let text = body.get(..MAX_ERROR_PAGE).unwrap_or(body);
    let mut traces = left_overs().flat_map(|(_, block)| &block.traces);
    traces
        .find(|sign| memmem::find(text, sign.as_bytes()).is_some())
        .map(|sign| (&DIAGNOSTICS, sign.as_str()))
}

/// How lists of files are switched off, server by server.
fn listings_off() -> String {
    let ways = left_overs()
        .filter_map(|(server, block)| Some(format!("{}: {}", server.name, block.listings_off.as_ref()?)));
    ways.collect::<Vec<_>>().join("; ")
}

/// The sign of an error that was printed before the page, in plain text: what stands further down may be an article about errors.
fn printed_first(page: &Page) -> Option<&'static str> {
    let first = page.text.lines().next().unwrap_or_default();
    let mut printed = left_overs().flat_map(|(_, block)| &block.printed);
    let begins = printed.find(|sign| first.starts_with(sign.as_str()))?;
    let has_place = first.contains(" on line ") && first.contains(" in ")
        || first.contains(", line ") && first.contains("File \"")
        || first.contains("goroutine ");
    has_place.then_some(begins.as_str())
}

/// Whether a page lists the files of a folder, by its title or by the name of a bucket's XML.
fn lists_files(title: &str, body: &[u8]) -> bool {
    let start = body.get(..MAX_PROLOGUE).unwrap_or(body);
    let buckets = ["<ListBucketResult", "<EnumerationResults"];
    LISTINGS.iter().any(|begin| title.starts_with(begin))
        || title.ends_with(" - /") && memmem::find(body, b"[To Parent Directory]").is_some()
        || buckets.iter().any(|name| memmem::find(start, name.as_bytes()).is_some())
}

/// Whether a sign stands in the page outside of scripts: a manual prints it with its angle brackets escaped.
fn stands_in_markup(body: &[u8], sign: &str) -> bool {
    memmem::find_iter(body, sign.as_bytes())
        .take(MAX_SIGNS)
        .any(|at| !matches!(place_of(body, at), Place::Code | Place::Data))
}

/// The sign by which a script is known that only development servers send.
fn development_script(src: &str) -> Option<&'static str> {
    let path = src.split(['?', '#']).next().unwrap_or_default();
    let mut ends = left_overs().flat_map(|(_, block)| &block.scripts);
    let mut parts = left_overs().flat_map(|(_, block)| &block.script_parts);
    let by_path = ends.find(|sign| path.ends_with(sign.as_str()));
    by_path.or_else(|| parts.find(|sign| src.contains(sign.as_str()))).map(String::as_str)
}

/// What titles of listings begin with: Apache, nginx and lighttpd, Python, `serve`, serve-index, Tomcat, Jetty.
const LISTINGS: [&str; 6] = [
    "Index of /",
    "Directory listing for /",
    "Files within ",
    "listing directory /",
    "Directory Listing For [/",
    "Directory: /",
];
/// Bytes of an error page that are searched.
const MAX_ERROR_PAGE: usize = 64 * 1024;
/// Bytes in which the root of an XML document is looked for.
const MAX_PROLOGUE: usize = 300;
/// Places of one sign that are looked at.
const MAX_SIGNS: usize = 8;
