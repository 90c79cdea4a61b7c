//! # Home page (`home-page`)
//!
//! ## What it checks
//! What stands where the home page should be: your site's page, or something in its place. A file to download, an empty answer, the
//! page of a registrar, a host or a fresh server, a "coming soon" page, a protection that stops robots, another company's sign-in.
//! For an app that scripts fill, also whether its scripts are there and browsers run them.
//!
//! ## Why it matters
//! If visitors find no site, nothing else in this report counts. And everything this report says about the page
//! must be about your page, not someone else's.
//!
//! ## How to fix it
//! Connect the domain to your site at your host and remove what stands in its place. For an app that stays white, deploy the whole
//! build again, and set the base path and the fallback to the index page so that scripts are served as scripts. Where a protection
//! stops us, let our user agent pass, or run the check from your own command line.
//!
//! ## Sources
//! HTML standard, "fetch a single module script"; MIME Sniffing standard; Subresource Integrity; RFC 9110 section 15 (read 2026-11). The
//! marks of hosts and protections are our own table, with the source of each (2026-11).
//!
//! ## Covers
//! D2, F9, R5
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Example</title><h1>Repairs while you wait</h1>
//! => site
//! ```
//! An app whose script is there.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=root></div><script type=module src=/assets/index-4f2a.js></script>
//! GET https://example.com/assets/index-4f2a.js
//! 200
//! content-type: text/javascript
//! | start()
//! => app
//! ```
//! It is not there.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=root></div><script type=module src=/assets/index-4f2a.js></script>
//! GET https://example.com/assets/index-4f2a.js
//! 404
//! => white-page
//! ```
//! It is the index page: a module of that type is refused.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=root></div><script type=module src=/assets/index-4f2a.js></script>
//! GET https://example.com/assets/index-4f2a.js
//! 200
//! content-type: text/html
//! | <!doctype html><div id=root></div>
//! => white-page
//! ```
//! A classic script that is the index page runs, and fails at its first character.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=app></div><script defer src=/js/app.js></script>
//! GET https://example.com/js/app.js
//! 200
//! | <!DOCTYPE html><html><div id=app></div></html>
//! => white-page
//! ```
//! It is not the file that its hash is of.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=app></div><script src=/js/app.js integrity=sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=></script>
//! GET https://example.com/js/app.js
//! 200
//! content-type: text/javascript
//! | abd
//! => white-page
//! ```
//! The app comes from a host of its own, which does not exist.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=app></div><script src=https://files.example.net/app.js></script>
//! => white-page
//! ```
//! A module that imports one that is not there does not run either.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=root></div><script type=module src=/assets/index-4f2a.js></script>
//! GET https://example.com/assets/index-4f2a.js
//! 200
//! content-type: text/javascript
//! | import{a}from"./vendor-9c1b.js";a()
//! GET https://example.com/assets/vendor-9c1b.js
//! 404
//! => white-page
//! ```
//! One that comes as the index page is refused.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=root></div><script type=module src=/assets/index-4f2a.js></script>
//! GET https://example.com/assets/index-4f2a.js
//! 200
//! content-type: text/javascript
//! | import{a}from"./vendor-9c1b.js";a()
//! GET https://example.com/assets/vendor-9c1b.js
//! 200
//! content-type: text/html
//! | <!doctype html><div id=root></div>
//! => white-page
//! ```
//! What an import map leads to has to be there.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <script type=importmap>{"imports":{"app":"/js/app.js"}}</script><div id=app></div><script type=module>import "app"</script>
//! GET https://example.com/js/app.js
//! 404
//! => white-page
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <script type=importmap>{"imports":{"app":"/js/app.js"}}</script><div id=app></div><script type=module>import "app"</script>
//! GET https://example.com/js/app.js
//! 200
//! content-type: text/javascript
//! | start()
//! => app
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=app></div><script type=module>import { createApp } from "vue"
//! | createApp({})</script>
//! => white-page
//! ```
//! A place for an app, and no script that fills it.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Chairly</title><div id="root"></div>
//! => white-page
//! ```
//! One that counts visitors fills nothing.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Chairly</title><app-root></app-root><script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
//! | <script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('config','G-1')</script>
//! => white-page
//! ```
//! A type that no browser runs.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Chairly</title><div id="app"></div><script type="text/jsx" src="/app.jsx"></script>
//! => white-page
//! ```
//! Nothing but a word to browsers without scripts.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Chairly</title><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div>
//! => white-page
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Chairly</title><noscript>You need to enable JavaScript to run this app.</noscript>
//! => empty
//! ```
//! A page that a style sheet draws is one.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Chairly</title><link rel=stylesheet href=/splash.css><div class=splash></div>
//! => site
//! ```
//! Forwarding with masking shows another address in a frame.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Example</title><frameset rows="100%,*"><frame src="https://chairly.carrd.co/"></frameset><noframes><a href="https://chairly.carrd.co/">here</a></noframes>
//! GET https://chairly.carrd.co/
//! 200
//! content-type: text/html
//! | <h1>Chairly</h1>
//! => framed
//! ```
//! It stays empty where that page lets nobody frame it.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Example</title><iframe src="https://chairly.carrd.co/" width="100%" height="100%"></iframe>
//! GET https://chairly.carrd.co/
//! 200
//! content-type: text/html
//! x-frame-options: DENY
//! | <h1>Chairly</h1>
//! => frame-refused
//! ```
//! Browsers ask of XHTML that it is well-formed, and show an error where it is not.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: application/xhtml+xml
//! | <html xmlns="http://www.w3.org/1999/xhtml"><head><title>Example</title></head><body><p>Salt & pepper</p></body></html>
//! => not-well-formed
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: application/xhtml+xml
//! | <html xmlns="http://www.w3.org/1999/xhtml"><head><title>Example</title></head><body><h1>Repairs</h1><p>Salt &amp; pepper</p></body></html>
//! => site
//! ```
//! A page that shows something without its script.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <h1>Repairs</h1><img src=a.jpg><script src=/js/menu.js></script>
//! GET https://example.com/js/menu.js
//! 404
//! => script-missing
//! ```
//! A plugin of the site that a protection does not let us have says nothing.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <div id=app></div><script src=/js/app.js></script>
//! GET https://example.com/js/app.js
//! 403
//! => app
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: application/octet-stream
//! | <!doctype html><h1>Example</h1>
//! => not-html
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! content-disposition: attachment; filename=index.html
//! | <h1>Example</h1>
//! => not-html
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: application/json
//! | {"status":"ok"}
//! => not-html
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Index of /</title><h1>Index of /</h1><a href=backup.zip>backup.zip</a>
//! => file-list
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! |
//! => empty
//! ```
//! ```evidence
//! GET https://example.com/
//! 204
//! => empty
//! ```
//! HTML that shows nothing and loads nothing is as empty.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <html><head><meta charset=utf-8></head><body></body></html>
//! => empty
//! ```
//! ```evidence
//! GET https://example.com/
//! 300
//! content-type: text/html
//! | <a href=/a>a</a> <a href=/b>b</a>
//! => no-page-status
//! ```
//! ```evidence
//! GET https://example.com/
//! 999
//! => no-page-status
//! ```
//! PHP writes its errors into the page, and leaves the status at 200.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <br /><b>Fatal error</b>:  Uncaught PDOException: could not find driver in <b>/srv/db.php</b> on line <b>12</b>
//! => crashed
//! ```
//! A registrar's page that a script of one line leads to.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <script>window.onload=function(){window.location.href="/lander"}</script>
//! => parked
//! ```
//! A page of one's own may tell of such pages, and of what protections say.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <h1>Names and parking</h1><p>“This domain is parked free”, says the registrar. If you see "Checking your browser before accessing", wait.</p>
//! => site
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>example.com</title><h1>example.com</h1><p>This domain is parked free, courtesy of Nameshop.</p>
//! => parked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Welcome to nginx!</title><h1>Welcome to nginx!</h1><p>If you see this page, nginx is working.</p>
//! => default-page
//! ```
//! A site that only speaks of nginx is a site.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Welcome to nginx! A course for beginners</title><h1>Welcome to nginx!</h1>
//! | <p>What it means that this domain is parked, and what a Traceback (most recent call last): says.</p>
//! => site
//! ```
//! ```evidence
//! GET https://example.com/
//! 404
//! content-type: text/html
//! | <title>Site not found · GitHub Pages</title><p>There isn't a GitHub Pages site here.</p>
//! => unclaimed
//! ```
//! ```evidence
//! GET https://example.com/
//! 302
//! location: /password
//! GET https://example.com/password
//! 200
//! content-type: text/html
//! powered-by: Shopify
//! | <title>Example</title><p>Opening soon</p>
//! => locked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Coming Soon</title><h1>Coming soon</h1>
//! => coming-soon
//! ```
//! It may say so in its heading alone, and in any language.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Example</title><h1>Strona w budowie</h1><p>Zapraszamy</p>
//! => coming-soon
//! ```
//! What is said further down, beside something else, is about a product.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Example</title><h1>Invoices for bakers</h1><p>Write them.</p><p>Send them.</p><p>Get paid.</p><p>Reminders</p><p>Coming soon</p>
//! => site
//! ```
//! Work that is going on, at a status that says that all is well.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Example</title><h1>We’ll be right back</h1><p>We are making things better.</p>
//! => maintenance
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>example.com</title><p>Diese Domain wurde soeben für unseren Kunden registriert.</p>
//! => parked
//! ```
//! Protections that ask at 200.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <title>Establishing a secure connection ...</title><script src="/.bunny-shield/assets/shield-challenge.js"></script>
//! => challenged
//! ```
//! ```evidence
//! GET https://example.com/
//! 429
//! content-type: text/html
//! | <title>Access denied | example.com used Cloudflare to restrict access</title><h1><span>Error</span> <span>1015</span></h1><h2>You are being rate limited</h2>
//! => challenged
//! ```
//! A protection that answers robots with 202.
//! ```evidence
//! GET https://example.com/
//! 202
//! content-type: text/html
//! x-amzn-waf-action: challenge
//! | <div id=challenge-container></div><script src=https://a.b.token.awswaf.com/challenge.js></script>
//! => challenged
//! ```
//! One that asks at 200, on a free host.
//! ```evidence
//! GET https://example.com/
//! 200
//! content-type: text/html
//! | <script src="/aes.js"></script><script>document.cookie="__test="+slowAES.decrypt(c,2,a,b);location.href="/?i=1"</script>
//! => challenged
//! ```
//! ```evidence
//! GET https://example.com/
//! 403
//! => refused
//! ```
//! ```evidence
//! GET https://example.com/
//! 503
//! retry-after: 600
//! => maintenance
//! ```
//! What another company shows is not the founder's.
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://example.eu.auth0.com/u/login?state=1
//! GET https://example.eu.auth0.com/u/login?state=1
//! 200
//! content-type: text/html
//! | <form><input type=password></form>
//! => sign-in-service
//! ```
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://example.eu.signinservice.net/realms/app/login?client_id=web
//! GET https://example.eu.signinservice.net/realms/app/login?client_id=web
//! 200
//! content-type: text/html
//! | <form action=/x><input type=password></form>
//! => sign-in-service
//! ```
//! ```evidence
//! GET https://example.com/
//! 200 broken
//! content-type: text/html
//! |
//! => unreadable
//! ```
//! ```evidence
//! GET https://example.com/
//! 200 broken
//! content-type: text/html
//! | <title>Example</title><h1>Repairs while
//! => broke-off
//! ```
//! ```evidence
//! GET https://example.com/
//! 302
//! location: https://example.com:8443/
//! => other-port
//! ```
//! Errors and circles are said by other checks.
//! ```evidence
//! GET https://example.com/
//! 500
//! => no-page
//! ```
//! ```evidence
//! GET https://example.com/
//! 401
//! => no-page
//! ```
//! Where the bare name takes no https, its `www` name shows the page.
//! ```evidence
//! GET http://example.com/
//! 301
//! location: https://www.example.com/
//! GET https://www.example.com/
//! 200
//! => site
//! ```
//! A host that sleeps is asked once more, and a page that still does not come is not called missing.
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
use crate::engine::chain::follow;
use crate::engine::evidence::Evidence;
use crate::engine::guard::guarded;
use crate::engine::user_agent::PRODUCT;
use crate::facts::home_page::app::AppScripts;
use crate::facts::home_page::kind::is_never_filled;
use crate::facts::home_page::{Confidence, Home, HomePage, PageKind, home_page, is_entry};
use crate::http::{HttpReply, csp};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "home-page",
    area: Area::Redirects,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Host),
    outcomes: &[
        &SITE,
        &APP,
        &WHITE_PAGE,
        &SCRIPT_MISSING,
        &NOT_HTML,
        &FILE_LIST,
        &EMPTY,
        &NO_PAGE_STATUS,
        &CRASHED,
        &PARKED,
        &DEFAULT_PAGE,
        &UNCLAIMED,
        &LOCKED,
        &COMING_SOON,
        &FRAMED,
        &FRAME_REFUSED,
        &NOT_WELL_FORMED,
        &CHALLENGED,
        &REFUSED,
        &MAINTENANCE,
        &SIGN_IN_SERVICE,
        &UNREADABLE,
        &BROKE_OFF,
        &OTHER_PORT,
        &NO_PAGE,
    ],
    run,
};

static SITE: Outcome = Outcome::pass("site", "The home page is your site");
static APP: Outcome = Outcome::pass("app", "The home page is your app, rendered by JavaScript");
static WHITE_PAGE: Outcome =
    Outcome::fail("white-page", "Visitors see a blank page: the app's script does not load")
        .costs(Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Developer))
        .blocks();
static SCRIPT_MISSING: Outcome = Outcome::warn("script-missing", "A script on the page does not run")
    .costs(Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer))
    .important();
static NOT_HTML: Outcome =
    Outcome::fail("not-html", "There is no site here: the home page is a file, not a web page").blocks();
static FILE_LIST: Outcome =
    Outcome::fail("file-list", "There is no site here: the server shows a list of files").blocks();
static EMPTY: Outcome = Outcome::fail("empty", "There is no site here: the home page is empty").blocks();
static NO_PAGE_STATUS: Outcome =
    Outcome::fail("no-page-status", "There is no site here: the response has no page").blocks();
static CRASHED: Outcome = Outcome::fail("crashed", "The home page shows an application error")
    .costs(Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Developer))
    .blocks();
static PARKED: Outcome =
    Outcome::fail("parked", "There is no site here: a parking page answers for the domain").blocks();
static DEFAULT_PAGE: Outcome =
    Outcome::fail("default-page", "There is no site here: the host's own page answers for the domain")
        .blocks();
static UNCLAIMED: Outcome =
    Outcome::fail("unclaimed", "There is no site here: the host does not know this domain").blocks();
static LOCKED: Outcome = Outcome::fail("locked", "The site is locked: visitors need a password").blocks();
static COMING_SOON: Outcome = Outcome::fail("coming-soon", "The home page is a “coming soon” page").blocks();
static FRAMED: Outcome = Outcome::fail("framed", "The domain shows another address in a frame")
    .costs(Consequences::new(BusinessImpact::SearchTraffic, Effort::Hour, Who::Host))
    .important();
static FRAME_REFUSED: Outcome =
    Outcome::fail("frame-refused", "Visitors see a blank page: the framed page does not load").blocks();
static NOT_WELL_FORMED: Outcome =
    Outcome::fail("not-well-formed", "Visitors see an error: the page is XHTML that browsers refuse")
        .blocks();
static CHALLENGED: Outcome = Outcome::not_measured("challenged", "Bot protection blocked our check");
static REFUSED: Outcome = Outcome::not_measured("refused", "The site blocked our request");
static MAINTENANCE: Outcome = Outcome::not_measured("maintenance", "The site is down for maintenance");
static SIGN_IN_SERVICE: Outcome =
    Outcome::not_measured("sign-in-service", "The domain redirects to another company's sign-in page");
static UNREADABLE: Outcome = Outcome::not_measured("unreadable", "The home page cannot be read");
static BROKE_OFF: Outcome = Outcome::not_measured("broke-off", "The home page ended before it was complete");
static OTHER_PORT: Outcome = Outcome::not_measured("other-port", "The home page is on a non-standard port");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No page: see where the home page URLs lead");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let found = HomePage::of(target, evidence)?;
    match outcome(found.judgement.kind) {
        Some(outcome) if *outcome == FRAMED => framed(&found, target, evidence),
        Some(outcome) => Ok(explained(&found, outcome.found(), target)),
        None => scripts(target, evidence),
    }
}

/// The outcome for what is not the site's page, or was not seen whole.
fn outcome(kind: PageKind) -> Option<&'static Outcome> {
    Some(match kind {
        PageKind::Site | PageKind::AppShell => return None,
        PageKind::BrokeOff => &BROKE_OFF,
        PageKind::Challenge => &CHALLENGED,
        PageKind::Refused => &REFUSED,
        PageKind::Maintenance => &MAINTENANCE,
        PageKind::SignInService => &SIGN_IN_SERVICE,
        PageKind::Unreadable => &UNREADABLE,
        PageKind::OtherPort => &OTHER_PORT,
        PageKind::NotHtml => &NOT_HTML,
        PageKind::FileList => &FILE_LIST,
        PageKind::Empty => &EMPTY,
        PageKind::NoPageStatus => &NO_PAGE_STATUS,
        PageKind::Crash => &CRASHED,
        PageKind::Parked => &PARKED,
        PageKind::DefaultPage => &DEFAULT_PAGE,
        PageKind::Unclaimed => &UNCLAIMED,
        PageKind::Locked => &LOCKED,
        PageKind::ComingSoon => &COMING_SOON,
        PageKind::Framed => &FRAMED,
        PageKind::NotWellFormed => &NOT_WELL_FORMED,
        PageKind::AsksPassword | PageKind::Error | PageKind::Nowhere => &NO_PAGE,
    })
}

/// The finding with what was seen and what to do about it.
fn explained(found: &HomePage, finding: Finding, target: &Target) -> Finding {
    let judgement = &found.judgement;
    let url = found.url.as_ref().map_or_else(|| format!("https://{}/", target.domain), ToString::to_string);
    let by = judgement.provider.map(|provider| format!("{provider}, ")).unwrap_or_default();
    let sure = if judgement.confidence == Confidence::Likely { " (told by its words)" } else { "" };
    let finding =
        finding.with_evidence(format!("GET {url}"), format!("{by}told by {}{sure}", judgement.reason));
    let who = judgement.provider.unwrap_or(match judgement.kind {
        PageKind::Challenge => "the protection in front of the site",
        PageKind::Parked => "a registrar or a seller of names",
        PageKind::Crash => "the app",
        _ => "the host",
    });
    let (detail, step) = match judgement.kind {
        PageKind::Challenge => (
            format!("{who} answered in the place of {url}. What visitors see was not seen, so nothing is said about it."),
            format!("Allow requests whose user agent begins with \"{PRODUCT}\" in the settings of {who}, or run `launch-ready check {}` on your own computer.", target.domain),
        ),
        PageKind::Refused => (
            format!("{url}: {}. Visitors may see something else.", judgement.reason),
            format!("Allow requests whose user agent begins with \"{PRODUCT}\", or run `launch-ready check {}` on your own computer.", target.domain),
        ),
        PageKind::Maintenance => (
            format!("{url} says that there is work going on."),
            if judgement.confidence == Confidence::Likely {
                "End the maintenance, and check again. While it lasts, send this page with status 503 and Retry-After: otherwise search engines take it for your page."
            } else {
                "End the maintenance, and check again."
            }
            .to_owned(),
        ),
        PageKind::SignInService => (
            format!("Visitors of {} arrive at {url}. That page is not yours, so we did not check it.", target.domain),
            "Show signed-out visitors a page of your own that says what the product is.".to_owned(),
        ),
        PageKind::Unreadable | PageKind::BrokeOff => (
            format!("{url}: {}.", judgement.reason),
            "Check again. If it happens again, look in the server's logs why it ends answers early.".to_owned(),
        ),
        PageKind::OtherPort => (
            format!("It redirects to {}.", judgement.reason),
            "Serve the site on the standard port.".to_owned(),
        ),
        PageKind::NotHtml => (
            format!("{url} is sent with {}.", judgement.reason),
            "Send the home page with Content-Type: text/html; charset=utf-8, and without Content-Disposition. In a storage bucket, set the type of index.html.".to_owned(),
        ),
        PageKind::FileList => (
            format!("{url} shows the files of a folder instead of a page."),
            "Upload the site with an index.html into the folder that the domain points to, and switch listings off.".to_owned(),
        ),
        PageKind::Empty | PageKind::NoPageStatus => (
            format!("{url}: {}.", judgement.reason),
            "Deploy the site to the host that the domain points to, and open it in a private window.".to_owned(),
        ),
        PageKind::Crash => (
            format!("{url} shows an error of {who}."),
            "Look for this error in the server's logs and repair what it names; switch the display of errors off.".to_owned(),
        ),
        PageKind::Parked => (
            format!("{url} shows a page of {who}."),
            format!("Connect {} to your host: set the records that it asks for, and remove those of the parking page.", target.domain),
        ),
        PageKind::DefaultPage => (
            format!("{url} shows a page of {who}, as it does before there is a site, or when an account is closed."),
            format!("Upload the site, and connect {} to it in the settings of your host.", target.domain),
        ),
        PageKind::Unclaimed => (
            format!("{who} answers for {url}, and knows no site of that name."),
            format!("Add {} as a custom domain to your site at {who}, and see that the site is published and paid for.", target.domain),
        ),
        PageKind::Locked => (
            format!("{who} asks for a password at {url}."),
            format!("Take the password off in the settings of {who} when you launch."),
        ),
        PageKind::Framed => (
            format!("{url} shows {}. Search engines and phones get an empty page around it, and signing in often fails inside a frame.", judgement.reason),
            format!("Switch the registrar's forwarding \"with masking\" off, and add {} as a custom domain at the host of the page that is shown.", target.domain),
        ),
        PageKind::NotWellFormed => (
            format!("{url}: {}. Browsers show this error instead of the page.", judgement.reason),
            "Send the page as Content-Type: text/html; charset=utf-8, or repair the place that is named.".to_owned(),
        ),
        PageKind::ComingSoon => (
            format!("{url} announces a site."),
            "Replace this page with your site.".to_owned(),
        ),
        _ => (format!("https://{}/: {}.", target.domain, judgement.reason), String::new()),
    };
    let mut finding = finding.detail(detail);
    finding.missed = found.unmeasured(target);
    if step.is_empty() { finding } else { finding.fix(Fix::step(step)) }
}

/// What becomes of the page that is shown in a frame.
fn framed(found: &HomePage, target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let shown = home.page.frames.iter().filter_map(|src| home.resolve(src));
    let Some(url) = shown.filter_map(|url| guarded(url.as_str()).ok()).next() else {
        return Ok(explained(found, FRAMED.found(), target));
    };
    let chain = follow(evidence, url.as_str())?;
    let why = match (chain.gap(), evidence.last_reply(&chain)) {
        (Some(_), _) => None,
        (None, Some(reply)) => frame_refusal(reply),
        (None, None) => chain.ending().map(|end| format!("leads nowhere: {end}")),
    };
    Ok(match why {
        None => explained(found, FRAMED.found(), target),
        Some(why) => FRAME_REFUSED
            .found()
            .detail(format!("{} shows nothing but a frame with {url}, which {why}.", home.url))
            .with_evidence(format!("GET {url}"), why)
            .fix(Fix::step(format!(
                "Switch the registrar's forwarding \"with masking\" off, and add {} as a custom domain at the host of that page.",
                target.domain
            ))),
    })
}

/// Why browsers do not show a reply in a frame of another site (RFC 7034; Content Security Policy, "frame-ancestors").
fn frame_refusal(reply: &HttpReply) -> Option<String> {
    if !(200..300).contains(&reply.status) && !matches!(reply.status, 401 | 403 | 407 | 429 | 503) {
        return Some(format!("answers with status {}", reply.status));
    }
    let policies = reply.headers.all("content-security-policy");
    let limited = policies.flat_map(|value| csp::parse(value).0).any(|policy| policy.limits_framing());
    // A policy's frame-ancestors outrank the older field.
    let older = reply
        .headers
        .first("x-frame-options")
        .filter(|value| ["deny", "sameorigin"].iter().any(|word| value.trim().eq_ignore_ascii_case(word)));
    if limited {
        return Some(
            "does not let other sites frame it (Content-Security-Policy: frame-ancestors)".to_owned(),
        );
    }
    older.map(|value| format!("does not let other sites frame it (X-Frame-Options: {value})"))
}

/// What becomes of the page's own scripts.
fn scripts(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let is_app = home.kind == PageKind::AppShell;
    if is_app && is_never_filled(target, &home.url, home.reply, &home.page) {
        return Ok(unfilled(&home));
    }
    let scripts = AppScripts::of(&home, target, evidence)?;
    let refused: Vec<_> = scripts.refused().collect();
    let all = scripts.gaps.is_empty() && refused.len() == scripts.judged.len();
    let first = refused.iter().find(|(script, _)| is_entry(&script.url)).or(refused.first());
    let Some((script, why)) = first else {
        let outcome = if is_app { &APP } else { &SITE };
        return Ok(outcome
            .found()
            .with_evidence(format!("GET {}", home.url), format!("status {}, HTML", home.reply.status)));
    };
    let in_page = script.url == home.url;
    let outcome =
        if is_app && (all || in_page || is_entry(&script.url)) { &WHITE_PAGE } else { &SCRIPT_MISSING };
    let mut finding = outcome.found().detail(format!("{} {why}.", script.url));
    for (script, why) in &refused {
        finding = finding.with_evidence(script.url.as_str(), *why);
    }
    if outcome == &WHITE_PAGE {
        finding = finding
            .with_evidence(home.url.as_str(), "HTML that shows next to nothing before its scripts have run");
    }
    Ok(finding.fix(Fix::step(format!(
        "Deploy the whole build again, and open {} in a browser: it has to show the script. If it shows a page, exclude files from the fallback to the index page; if it is missing, set the base path of the build to the one that the site is served at.",
        script.url
    ))))
}

/// A place for an app that no script fills.
fn unfilled(home: &Home<'_>) -> Finding {
    let place = home.page.mount.as_deref().unwrap_or("body");
    let mut finding = WHITE_PAGE
        .found()
        .detail(format!(
            "{} has an empty element for an app ({place}), and no script that fills it.",
            home.url
        ))
        .with_evidence(
            format!("GET {}", home.url),
            "HTML that shows next to nothing, and no script of an app",
        );
    for (kind, src) in home.page.inert_scripts.iter().take(MAX_INERT) {
        finding = finding.with_evidence(src.clone(), format!("type \"{kind}\", which browsers do not run"));
    }
    let step = if home.page.inert_scripts.is_empty() {
        "Deploy what the build wrote (often the folder dist or build), whose index.html loads the app's script, and not the index.html of the source."
    } else {
        "Build the app, and load the result with <script type=\"module\" src=…>: browsers run JavaScript, and no other type."
    };
    finding.fix(Fix::step(step))
}

/// Scripts that do not run which are shown.
const MAX_INERT: usize = 3;
