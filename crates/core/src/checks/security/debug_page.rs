//! # Development left-overs (`debug-page`)
//!
//! ## What it checks
//! Whether the home page is a listing of files, a development server or a page of diagnostics, and whether error pages show
//! stack traces: the answers to the home page and to the health endpoint's usual addresses are looked at.
//!
//! ## Why it matters
//! A debug page shows code, settings and often passwords to anybody who makes an error happen. A development server was
//! never meant for the internet.
//!
//! ## How to fix it
//! Switch debug mode off in production (`DEBUG = False`, `APP_DEBUG=false`, `NODE_ENV=production`), deploy the result of the build instead
//! of the development server, and switch directory listings off.
//!
//! ## Sources
//! OWASP Web Security Testing Guide, WSTG-ERRH-01 and WSTG-CONF-04; Django, Laravel, Rails, Werkzeug, Symfony, Express, Vite, webpack, Apache and nginx: what each writes, read
//! 2026-11.
//!
//! ## Covers
//! S9
//!
//! ## Examples
//! ```evidence
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
//! Who writes about errors shows none of their own.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <title>How to read a Python error</title><pre>Traceback (most recent call last):</pre>
//! GET https://example.com/health
//! 404
//! => clean
//! ```
//! ```evidence
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
use crate::http::page::Page;
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

static CLEAN: Outcome = Outcome::pass("clean", "No left-overs of development were seen");
static LISTING: Outcome = Outcome::fail("listing", "The site shows a list of its files");
static DEVELOPMENT_SERVER: Outcome =
    Outcome::fail("development-server", "The site is served by a development server");
static DIAGNOSTICS: Outcome = Outcome::fail("diagnostics", "Error pages show the inside of the app").blocks();

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let Some((url, probe)) = home(target, evidence)? else {
        return Ok(CLEAN.found().with_evidence(format!("https://{}/", target.domain), "leads to no page"));
    };
    let reply = fetched(evidence, probe.clone())?;
    let page = evidence.page(&probe).unwrap_or_default();
    let mut found = judged(reply, &page).map(|judged| (url.to_string(), judged));
    let mut looked_at = vec![url.to_string()];
    if found.is_none()
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
                "listing" => "Switch listings off (nginx: autoindex off; Apache: Options -Indexes), and move files that nobody should see out of the folder.",
                "development-server" => "Build the app and deploy the result, instead of running its development server.",
                _ => "Switch debug mode off in production, and restart. If settings were shown, replace the keys in them.",
            }))
        }
    })
}

/// What a reply gives away, and the sign of it.
fn judged(reply: &HttpReply, page: &Page) -> Option<(&'static Outcome, &'static str)> {
    let title = page.title.as_deref().unwrap_or_default();
    if reply.status == 200 && (title == "Index of /" || title.starts_with("Directory listing for /")) {
        return Some((&LISTING, "a list of files"));
    }
    if title.starts_with("phpinfo()") || title.ends_with("- phpinfo()") {
        return Some((&DIAGNOSTICS, "phpinfo()"));
    }
    let sources: Vec<&str> = page.scripts.iter().filter_map(|script| script.src.as_deref()).collect();
    if let Some(sign) = DEVELOPMENT.iter().find(|sign| sources.iter().any(|src| src.ends_with(**sign))) {
        return Some((&DEVELOPMENT_SERVER, sign));
    }
    // On a page that is fine these are words like any others.
    if reply.status < 400 {
        return None;
    }
    let text = reply.body.bytes.get(..MAX_ERROR_PAGE).unwrap_or(&reply.body.bytes);
    let text = String::from_utf8_lossy(text);
    TRACES.iter().find(|sign| text.contains(**sign)).map(|sign| (&DIAGNOSTICS, *sign))
}

/// Scripts that only development servers send: Vite's and webpack's.
const DEVELOPMENT: [&str; 3] = ["/@vite/client", "/@react-refresh", "/webpack-dev-server.js"];
/// What error pages say in debug mode and at no other time.
const TRACES: [&str; 9] = [
    "because you have <code>DEBUG = True</code>",
    "Traceback (most recent call last):",
    "<title>Action Controller: Exception caught</title>",
    "Werkzeug Debugger",
    "Illuminate\\Foundation\\",
    "Symfony\\Component\\HttpKernel\\Exception",
    "/node_modules/express/lib/router/",
    "Server Error in '/' Application.",
    "<b>Fatal error</b>:  Uncaught",
];
/// Bytes of an error page that are searched.
const MAX_ERROR_PAGE: usize = 64 * 1024;
