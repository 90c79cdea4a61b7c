//! # Secrets in the page (`leaked-secrets`)
//!
//! ## What it checks
//! Whether the home page, or the site's own scripts, contain keys that must stay secret: payment, AI, mail, database,
//! hosting, chat bots, private keys. Every script that the page loads from the site is read, those first that hold the site's own
//! code, and what these import, one step deep: 12 files, 40 in a deep scan. What could not be read to its end is named. Keys that
//! are made for browsers, such as Stripe's publishable key or Supabase's anon key, are told apart and are no fault.
//!
//! ## Why it matters
//! Anyone can read what a browser downloads, and bots search new sites for keys within hours. A leaked AI key is a
//! bill; a leaked payment or database key is your customers' data.
//!
//! ## How to fix it
//! Replace the key at the provider first: it counts as stolen, and deleting it from the code does not take it back. Then
//! move the call that needs it to a server or a function, and keep the new key in that server's environment. Variables that
//! begin with `VITE_`, `NEXT_PUBLIC_`, `REACT_APP_` or `PUBLIC_` end up in the page.
//!
//! ## Sources
//! Each provider's documentation of its keys, as of 2026-11; GitHub, "Behind GitHub's new authentication token formats" (2021), for the
//! checksum that GitHub's and npm's tokens carry.
//!
//! ## Covers
//! S1
//!
//! ## Examples
//! A tilde stands for each character of a secret: that is how they are kept here, too.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>const stripe = new Stripe("sk_live_~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/jquery.min.js"></script><script src="/assets/index-4f3a9c1b.js"></script>
//! GET https://example.com/jquery.min.js
//! 200
//! GET https://example.com/assets/index-4f3a9c1b.js
//! 200
//! | const ai = new Anthropic({ apiKey: "sk-ant-api03-~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~" })
//! => leaked
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>const db = "postgres://app:~~~~~~~~~~~~@db.host.net:5432/app"</script>
//! => leaked
//! ```
//! A Supabase key tells its role: this one is the service role's.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>createClient(url, "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJzZXJ2aWNlX3JvbGUifQ.~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! And this one is made for browsers.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>createClient(url, "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzdXBhYmFzZSIsInJvbGUiOiJhbm9uIn0.c2lnbmF0dXJlIG9mIHRoZSBhbm9uIGtleSBpbiB0ZXN0")</script>
//! => public-keys
//! ```
//! Placeholders, and libraries that know how a key begins, are no leak.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <code>STRIPE_KEY=sk_live_your_secret_key_goes_here</code><script>if (pem.startsWith("-----BEGIN PRIVATE KEY-----")) {}</script>
//! => clean
//! ```
//! Who hosts Supabase himself is its issuer; the role is what opens everything.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>createClient(url, "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIiwiaXNzIjoiYWNtZSJ9.~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! A server's key in test mode is a server's key: the live one would stand in the same place.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>const stripe = new Stripe("sk_test_~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! The key for browsers, in test mode: nobody can pay. With the live one beside it, the page chooses.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>loadStripe("pk_test_51Hq7WzL2kRtYpXcVbNmQ8sD")</script>
//! => payments-in-test-mode
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>loadStripe(live ? "pk_live_51Hq7WzL2kRtYpXcVbNmQ8sD" : "pk_test_51Hq7WzL2kRtYpXcVbNmQ8sD")</script>
//! => public-keys
//! ```
//! What people read, and no code uses, may be an example in a manual.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Quick start</h1><pre>export STRIPE_KEY=sk_live_~~~~~~~~~~~~~~~~~~~~~~~~</pre>
//! => in-text
//! ```
//! Data for a script that repeats the text makes it no code; data alone is what a server gave away.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <pre>sk_live_~~~~~~~~~~~~~~~~~~~~~~~~</pre><script>self.__next_f.push([1,"sk_live_~~~~~~~~~~~~~~~~~~~~~~~~"])</script>
//! => in-text
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Parcelpal</h1><script id="__NEXT_DATA__" type="application/json">{"key":"sk_live_~~~~~~~~~~~~~~~~~~~~~~~~"}</script>
//! => leaked
//! ```
//! Modules that are preloaded or stand in an import map, those of islands, and what a script imports are read, too.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <h1>Parcelpal</h1><link rel="modulepreload" href="/a.js"><astro-island component-url="/_astro/Form.B1.js" renderer-url="/_astro/client.C2.js"></astro-island>
//! GET https://example.com/a.js
//! 200
//! | import{k}from"./keys.js";
//! GET https://example.com/_astro/Form.B1.js
//! 200
//! GET https://example.com/_astro/client.C2.js
//! 200
//! GET https://example.com/keys.js
//! 200
//! | export const k="sk_live_~~~~~~~~~~~~~~~~~~~~~~~~"
//! => leaked
//! ```
//! What was not read to its end may hold anything.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="/app.js"></script>
//! GET https://example.com/app.js
//! 200 cut
//! | const a=1
//! => unread
//! ```
//! Where a page only sends visitors on, the one behind it is searched.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script>location.replace("/app")</script>
//! GET https://example.com/app
//! 200
//! | <script>const stripe = new Stripe("sk_live_~~~~~~~~~~~~~~~~~~~~~~~~")</script>
//! => leaked
//! ```
//! Scripts of others are others' business.
//! ```evidence
//! GET https://example.com/
//! 200
//! | <script src="https://cdn.other.net/app.js"></script>
//! => clean
//! ```
//! A script that cannot be read may hold anything.
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
//! 404
//! => no-page
//! ```

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::checks::fix::Fix;
use crate::engine::evidence::Evidence;
use crate::facts::home_page::{Home, home_page};
use crate::facts::scripts::{MAX_SCRIPTS, Scripts, own_scripts};
use crate::http::page::{Place, place_of};
use crate::secrets::{Found, Kind};
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "leaked-secrets",
    area: Area::Security,
    impact: Weight::Critical,
    stakes: Consequences::new(BusinessImpact::Exposure, Effort::Hour, Who::Developer),
    outcomes: &[&CLEAN, &PUBLIC_KEYS, &LEAKED, &IN_TEXT, &PAYMENTS_IN_TEST_MODE, &UNREAD, &NO_PAGE],
    run,
};

static CLEAN: Outcome = Outcome::pass("clean", "No secret keys in the page or its scripts");
static PUBLIC_KEYS: Outcome =
    Outcome::pass("public-keys", "The page contains only keys that are meant to be public");
static LEAKED: Outcome = Outcome::fail("leaked", "The page exposes a secret key").blocks();
static IN_TEXT: Outcome =
    Outcome::warn("in-text", "The page's text contains a secret key: is it only an example?");
static PAYMENTS_IN_TEST_MODE: Outcome =
    Outcome::warn("payments-in-test-mode", "Payments are in test mode: no one can pay")
        .costs(Consequences::new(BusinessImpact::SignUps, Effort::Minutes, Who::Developer))
        .important();
static UNREAD: Outcome = Outcome::not_measured("unread", "Not all of the site's scripts could be searched");
static NO_PAGE: Outcome = Outcome::not_applicable("no-page", "No home page to search");

/// Findings that are shown; whoever has more starts with these.
const MAX_SHOWN: usize = 8;

/// Files that are named which could not be searched.
const MAX_NAMED: usize = 8;

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(NO_PAGE.found().detail(why)),
    };
    let scripts = own_scripts(&home, target, evidence)?;
    let search = Search::of(&home, &scripts, evidence);
    if search.is_without_finding()
        && let Some((_, gap)) = scripts.gaps.first()
    {
        return Err(Stop::NotMeasured(gap.clone()));
    }
    let finding = search.judged();
    Ok(search.fixes(search.shown(finding)))
}

/// A key as it was found first, and where it was found.
struct Key<'e> {
    url: String,
    line: usize,
    found: &'e Found<'static>,
    is_in_code: bool,
    is_in_text: bool,
}

impl Key<'_> {
    fn is_secret(&self) -> bool {
        self.found.rule.kind == Kind::Secret
    }

    /// Whether no code holds it, and people are shown it: data that goes along with the text says the same again.
    fn is_only_read(&self) -> bool {
        self.is_in_text && !self.is_in_code
    }

    fn is_leaked(&self) -> bool {
        self.is_secret() && !self.is_only_read()
    }
}

/// What a search of the page and its scripts came to.
struct Search<'e> {
    keys: Vec<Key<'e>>,
    /// What was searched.
    files: Vec<String>,
    /// What was not, or not to its end, and why.
    unread: Vec<(String, String)>,
}

impl<'e> Search<'e> {
    fn of(home: &Home<'_>, scripts: &Scripts<'_>, evidence: &'e Evidence) -> Self {
        let mut search = Self { keys: Vec::new(), files: Vec::new(), unread: Vec::new() };
        let page = (home.url.to_string(), &home.probe, home.reply, true);
        let files = scripts.read.iter().map(|s| (s.url.to_string(), &s.probe, s.reply, false));
        for (url, probe, reply, is_html) in std::iter::once(page).chain(files) {
            for found in evidence.keys(probe) {
                let bytes = &reply.body.bytes;
                let place = if is_html { place_of(bytes, found.span.start) } else { Place::Code };
                search.add(&url, found, bytes, place);
            }
            if reply.body.cut.is_some() {
                search.unread.push((url.clone(), format!("read up to {} KB", reply.body.bytes.len() / 1024)));
            }
            search.files.push(url);
        }
        let gaps = scripts.gaps.iter().map(|(url, gap)| (url.to_string(), gap.failure.to_string()));
        search.unread.extend(gaps);
        let why = format!("not read: {} scripts are, {} in a deep scan", MAX_SCRIPTS.0, MAX_SCRIPTS.1);
        search.unread.extend(scripts.left_out.iter().map(|url| (url.to_string(), why.clone())));
        // Leaks first, then what is a question, then what is only noted.
        search.keys.sort_by_key(|key| (key.found.rule.kind, !key.is_leaked()));
        search
    }

    /// Whether nothing was found that has to be said whatever else could not be read.
    fn is_without_finding(&self) -> bool {
        !self.keys.iter().any(|key| key.is_secret() || key.found.rule.is_test)
    }

    fn add(&mut self, url: &str, found: &'e Found<'static>, bytes: &[u8], place: Place) {
        let known = self
            .keys
            .iter()
            .position(|key| key.found.rule.id == found.rule.id && key.found.redacted == found.redacted);
        let at = known.unwrap_or_else(|| {
            let before = bytes.get(..found.span.start).unwrap_or_default();
            let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
            let url = url.to_owned();
            self.keys.push(Key { url, line, found, is_in_code: false, is_in_text: false });
            self.keys.len() - 1
        });
        if let Some(key) = self.keys.get_mut(at) {
            match place {
                Place::Text => key.is_in_text = true,
                Place::Data => {}
                Place::Code | Place::Markup => key.is_in_code = true,
            }
        }
    }

    fn judged(&self) -> Finding {
        let leak = self.keys.iter().find(|key| key.is_leaked());
        let question = self.keys.iter().find(|key| key.is_secret());
        // With the live key beside it, the page chooses.
        let has = |id: &String| self.keys.iter().any(|key| key.found.rule.id == *id);
        let is_test =
            |key: &&Key<'_>| key.found.rule.is_test && !key.found.rule.live.as_ref().is_some_and(has);
        let test = self.keys.iter().find(is_test);
        let said = |key: &Key<'_>| format!("{} in {}. {}", key.found.rule.name, key.url, key.found.rule.note);
        let unread = match self.unread.len() {
            0 => String::new(),
            1 => " 1 file was not searched to its end.".to_owned(),
            n => format!(" {n} files were not searched to their end."),
        };
        let searched = match self.files.len() {
            1 => "1 file was searched.".to_owned(),
            n => format!("{n} files were searched."),
        };
        match (leak, question, test) {
            (Some(leak), ..) => LEAKED.found().detail(said(leak) + &unread),
            (None, Some(question), _) => {
                IN_TEXT.found().detail(format!("{} If it is a real one, replace it.{unread}", said(question)))
            }
            (None, None, Some(test)) => PAYMENTS_IN_TEST_MODE.found().detail(said(test) + &unread),
            (None, None, None) if !self.unread.is_empty() => UNREAD.found().detail(searched + &unread),
            _ if self.keys.is_empty() => CLEAN.found().detail(searched),
            _ => PUBLIC_KEYS.found().detail(searched),
        }
    }

    fn shown(&self, finding: Finding) -> Finding {
        let finding = self.keys.iter().take(MAX_SHOWN).fold(finding, |finding, key| {
            let label = format!("{} in {}, line {}", key.found.rule.name, key.url, key.line);
            finding.with_evidence(label, format!("{}: {}", key.found.redacted, key.found.rule.note))
        });
        let finding = if self.keys.is_empty() {
            finding.with_evidence("searched", self.files.join(", "))
        } else {
            finding
        };
        let named = self.unread.iter().take(MAX_NAMED);
        named.fold(finding, |finding, (url, why)| finding.with_evidence(url, why))
    }

    fn fixes(&self, finding: Finding) -> Finding {
        let mut finding = finding;
        let mut told = Vec::new();
        for key in self.keys.iter().filter(|key| key.is_leaked()) {
            let rule = key.found.rule;
            if !told.contains(&rule.id.as_str()) {
                told.push(&rule.id);
                let place = if rule.revoke.is_empty() { "where it comes from" } else { rule.revoke.as_str() };
                finding = finding.fix(Fix::step(format!(
                    "{}: make a new one ({place}), delete this one there, and use the new one only on a server.",
                    rule.name
                )));
            }
        }
        match finding.outcome.code {
            "in-text" => finding.fix(Fix::step(
                "If this key works, replace it at the provider. If it is an example, use one that is clearly fake, such as sk_live_your_key.",
            )),
            "payments-in-test-mode" => finding.fix(Fix::step(
                "Put the live publishable key into the settings of the production build, and the live secret key into the server's, and build again.",
            )),
            _ => finding,
        }
    }
}
