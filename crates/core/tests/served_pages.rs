//! Pages, header fields and scripts as sites serve them, each with what a check has to say of it.

#![allow(clippy::expect_used, clippy::panic, reason = "tests may fail loudly, helpers included")]

mod table;

use launch_ready_core::checks;
use launch_ready_core::checks::finding::Finding;
use launch_ready_core::engine::limits::Limits;
use launch_ready_core::engine::scan::Scan;
use table::Table;

/// What one check says of a table.
fn run(id: &str, text: &str) -> Finding {
    let table = Table::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    let check = checks::all().find(|check| check.id == id).expect("the check is listed");
    let mut scan = Scan::new(table.target.clone(), &[check], Limits::of(&table.target));
    scan.settle(|probe| table.answer(probe));
    let (_, _, findings) = scan.finish();
    findings.into_iter().next().expect("every check comes to a finding").1
}

/// Each text with the outcome that it has to come to.
fn hold(id: &str, cases: impl IntoIterator<Item = (String, &'static str)>) {
    let wrong: Vec<String> = cases
        .into_iter()
        .filter_map(|(text, wanted)| {
            let code = run(id, &text).outcome.code;
            (code != wanted).then(|| format!("wanted {wanted}, got {code}:\n{text}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}

/// The home page with these header fields.
fn with(fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\n")).collect();
    format!("GET https://example.com/\n200\n{fields}")
}

/// The home page with this in it.
fn page(body: &str) -> String {
    format!("GET https://example.com/\n200\n| <h1>Parcelpal</h1>{body}\n")
}

/// The home page with one script, and the header fields that the script comes with.
fn script(address: &str, fields: &[&str]) -> String {
    let fields: String = fields.iter().map(|field| format!("{field}\n")).collect();
    format!(
        "{}GET https://example.com{address}\n200\n{fields}",
        page(&format!("<script src=\"{address}\"></script>"))
    )
}

/// A page with one script of the site's own that says this.
fn says(code: &str) -> String {
    format!("{}GET https://example.com/app.js\n200\n| {code}\n", page("<script src=\"/app.js\"></script>"))
}

#[test]
fn cookies_are_taken_as_browsers_take_them() {
    let set = |cookie: &str| with(&[&format!("set-cookie: {cookie}")]);
    let at =
        |host: &str, cookie: &str| format!("target {host}\nGET https://{host}/\n200\nset-cookie: {cookie}\n");
    hold(
        "cookies",
        [
            (set("cart=1; Secure; HttpOnly; Domain=.example.com"), "good"),
            (set("cart=1; Secure; Domain=EXAMPLE.COM"), "good"),
            (set("cart=1; Secure; Domain=com"), "rejected"),
            (set("cart=1; Secure; Domain=app.example.com"), "rejected"),
            (at("shop.com.au", "cart=1; Secure; Domain=com.au"), "rejected"),
            (at("acme.github.io", "cart=1; Secure; Domain=github.io"), "rejected"),
            (at("acme.netlify.app", "cart=1; Secure; Domain=.netlify.app"), "rejected"),
            (at("acme.pages.dev", "cart=1; Secure; Domain=acme.pages.dev"), "good"),
            (set("theme=1; Secure; SameSite=none"), "good"),
            (set("theme=1; SameSite=None"), "rejected"),
            (set("theme=1; Secure; Partitioned; SameSite=None"), "good"),
            (set("theme=1; Partitioned"), "rejected"),
            (set("__Secure-a=1; Secure"), "good"),
            (set("__Secure-a=1"), "rejected"),
            (set("__HOST-a=1; Secure; Path=/app"), "rejected"),
            (set("session=x; Secure; HttpOnly; Max-Age=3600; Expires=Thu, 01 Jan 1970 00:00:00 GMT"), "good"),
            (set("session=; Expires=Wed, 21 Oct 2015 07:28:00 GMT"), "none"),
            (set("session=; Expires=Sunday, 06-Nov-94 08:49:37 GMT"), "none"),
            (set("session=; Max-Age=-1"), "none"),
            (set("session=; Expires=Sun Nov  6 08:49:37 1994"), "none"),
            (set("AWSALBCORS=x; Path=/; SameSite=None; Secure"), "none"),
            (set("SERVERID=web1; path=/"), "none"),
            (set("heroku-session-affinity=x; Version=1; HttpOnly"), "none"),
            (set("wordpress_logged_in_ab12=x; Secure; Path=/"), "readable-session"),
            (set("PHPSESSID=x; path=/; HttpOnly"), "not-secure"),
            (set("PHPSESSID=x; path=/"), "readable-session"),
            (set("laravel_session=x; Secure; HttpOnly; SameSite=None"), "cross-site-session"),
            (set("sb-abcd-auth-token=x; Secure; Path=/"), "readable-session"),
        ],
    );
}

#[test]
fn policies_hold_what_they_say_and_no_more() {
    let csp = |policy: &str| {
        with(&["x-content-type-options: nosniff", &format!("content-security-policy: {policy}")])
    };
    let hash = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
    hold(
        "security-headers",
        [
            (csp("default-src 'self'; frame-ancestors 'none'"), "strong"),
            (csp("default-src 'self'; frame-ancestors https://*:443"), "incomplete"),
            (csp("default-src 'self'; frame-ancestors *:*"), "incomplete"),
            (csp("default-src 'self'; frame-ancestors https:"), "incomplete"),
            (csp("default-src 'self' frame-ancestors 'none'"), "incomplete"),
            (csp("default-src 'self'; frame-ancestor 'none'"), "incomplete"),
            (csp("frame-ancestors 'self'"), "no-script-policy"),
            (csp("script-src https://*:443; frame-ancestors 'self'"), "no-script-policy"),
            (csp("script-src *:*; frame-ancestors 'self'"), "no-script-policy"),
            (csp("script-src https:; frame-ancestors 'self'"), "no-script-policy"),
            (csp("script-scr 'self'; frame-ancestors 'self'"), "no-script-policy"),
            (csp("script-src 'self' data:; frame-ancestors 'self'"), "no-script-policy"),
            (
                csp("script-src 'self' 'unsafe-inline' 'nonce-{{nonce}}'; frame-ancestors 'self'"),
                "no-script-policy",
            ),
            (
                csp("script-src 'self' 'unsafe-inline' 'nonce-%NONCE%'; frame-ancestors 'self'"),
                "no-script-policy",
            ),
            (csp("script-src 'self' 'unsafe-inline' 'nonce-'; frame-ancestors 'self'"), "no-script-policy"),
            (
                csp("script-src 'self' 'unsafe-inline' 'nonce-${nonce}'; frame-ancestors 'self'"),
                "no-script-policy",
            ),
            (csp("script-src 'self' 'unsafe-inline' 'sha256-'; frame-ancestors 'self'"), "no-script-policy"),
            (
                csp("script-src 'self' 'unsafe-inline' 'sha512-{hash}'; frame-ancestors 'self'"),
                "no-script-policy",
            ),
            (csp(&format!("script-src {hash} 'strict-dynamic'; frame-ancestors 'self'")), "policy-bypassed"),
            (
                csp(&format!("script-src {hash} 'strict-dynamic'; base-uri *:*; frame-ancestors 'self'")),
                "policy-bypassed",
            ),
            (
                csp(&format!(
                    "script-src {hash} 'strict-dynamic'; base-uri https://*:443; frame-ancestors 'self'"
                )),
                "policy-bypassed",
            ),
            (
                csp(&format!("script-src {hash} https:; base-uri 'none'; frame-ancestors 'self'")),
                "no-script-policy",
            ),
            (
                csp(
                    "script-src 'self' https://www.google.com/recaptcha/ https://www.gstatic.com/recaptcha/; frame-ancestors 'self'",
                ),
                "strong",
            ),
            (
                csp("script-src 'self' https://accounts.google.com/gsi/client; frame-ancestors 'self'"),
                "strong",
            ),
            (
                csp("script-src 'self' https://accounts.google.com; frame-ancestors 'self'"),
                "open-script-host",
            ),
            (csp("script-src 'self' https://*.r2.dev; frame-ancestors 'self'"), "open-script-host"),
            (
                csp("script-src 'self' https://cdn.jsdelivr.net/npm/; frame-ancestors 'self'"),
                "open-script-host",
            ),
            (
                with(&["content-security-policy-report-only: default-src 'self'; frame-ancestors 'none'"]),
                "absent",
            ),
            (with(&["x-content-type-options: nosniff", "x-frame-options: ALLOWALL"]), "incomplete"),
            (
                with(&["x-content-type-options: nosniff", "x-frame-options: SAMEORIGIN, DENY"]),
                "no-script-policy",
            ),
        ],
    );
}

#[test]
fn referrers_are_judged_by_the_last_word_that_browsers_know() {
    let policy = "content-security-policy: default-src 'self'; frame-ancestors 'none'";
    let told = |value: &str| {
        with(&["x-content-type-options: nosniff", policy, &format!("referrer-policy: {value}")])
    };
    let meta = |value: &str| {
        format!(
            "{}| <meta name=\"referrer\" content=\"{value}\"><h1>Parcelpal</h1>\n",
            with(&["x-content-type-options: nosniff", policy])
        )
    };
    hold(
        "security-headers",
        [
            (told("no-referrer-when-downgrade"), "addresses-told"),
            (told("unsafe-url"), "addresses-told"),
            (told("strict-origin, unsafe-url"), "addresses-told"),
            (told("no-referrer, strict-origin-when-cross-origin"), "strong"),
            (told("unsafe-url, made-up"), "addresses-told"),
            (told("same-origin"), "strong"),
            (meta("unsafe-url"), "addresses-told"),
            (meta("always"), "addresses-told"),
            (meta("no-referrer-when-downgrade"), "addresses-told"),
            (meta("origin-when-cross-origin"), "strong"),
            (meta("never"), "strong"),
        ],
    );
}

#[test]
fn transport_security_is_kept_as_browsers_keep_it() {
    let told = |value: &str| {
        format!(
            "{}GET http://example.com/\n301\nlocation: https://example.com/\n",
            with(&[&format!("strict-transport-security: {value}")])
        )
    };
    hold(
        "hsts",
        [
            (told("max-age=31536000; includeSubDomains"), "long"),
            (told("max-age=\"31536000\""), "long"),
            (told("MAX-AGE = 31536000 ; includesubdomains ;"), "long"),
            (told("max-age=63072000; foo; foo=bar"), "long"),
            (told("max-age=31536000 includeSubDomains"), "ignored"),
            (told("max-age=31536000; max-age=31536000"), "ignored"),
            (told("max-age=31536000; includeSubDomains; includeSubDomains"), "ignored"),
            (told("max-age=31536000, includeSubDomains"), "ignored"),
            (told("max-age=1y"), "ignored"),
            (told("includeSubDomains"), "ignored"),
            (told("max-age=0"), "off"),
            (told("max-age=300"), "short"),
            (told("max-age=99999999999999999999"), "long"),
        ],
    );
}

#[test]
fn what_a_page_and_its_scripts_ask_for_in_the_open_is_seen() {
    hold(
        "mixed-content",
        [
            (page("<form><input type=submit formaction=\"http://example.com/pay\"></form>"), "form"),
            (
                page("<form><input type=image formaction=\"http://example.com/pay\" src=\"/go.png\"></form>"),
                "form",
            ),
            (
                page("<form action=\"/pay\"><button formaction=\"//example.com/pay\">Pay</button></form>"),
                "secure",
            ),
            (page("<object data=\"http://cdn.example.net/a.svg\"></object>"), "active"),
            (page("<embed src=\"http://cdn.example.net/a.pdf\">"), "active"),
            (page("<video poster=\"http://cdn.example.net/a.jpg\"></video>"), "passive"),
            (page("<link rel=canonical href=\"http://example.com/\">"), "secure"),
            (
                page("<script type=\"application/ld+json\">{\"@context\":\"http://schema.org\"}</script>"),
                "secure",
            ),
            (page("<template><script src=\"http://a.example.net/b.js\"></script></template>"), "secure"),
            (page("<noscript><img src=\"http://a.example.net/b.gif\"></noscript>"), "secure"),
            (
                page("<!--[if IE]><link rel=stylesheet href=\"http://a.example.net/ie.css\"><![endif]-->"),
                "secure",
            ),
            (says("fetch(\"http://api.example.com/v1/items\")"), "active"),
            (says("new EventSource('http://api.example.com/events')"), "active"),
            (says("const s=new WebSocket(`ws://live.example.com/`)"), "active"),
            (says("// see http://example.net/manual\n| const a=1"), "secure"),
            (says("e.createElementNS(\"http://www.w3.org/1999/xhtml\",\"a\")"), "secure"),
            (says("if(location.protocol===\"http:\"){const u=\"https://api.example.com\"}"), "secure"),
            (says("const link={href:\"http://example.net/terms\"}"), "secure"),
        ],
    );
}

#[test]
fn search_engines_are_kept_out_by_every_way_to_say_so() {
    let told = |value: &str| {
        format!(
            "{}GET https://example.com/robots.txt\n404\n",
            with(&["date: Mon, 30 Nov 2026 12:00:00 GMT", &format!("x-robots-tag: {value}")])
        )
    };
    hold(
        "robots-indexing",
        [
            (told("none"), "noindex"),
            (told("NoIndex"), "noindex"),
            (told("nofollow, noindex"), "noindex"),
            (told("googlebot: nofollow, otherbot: noindex"), "indexable"),
            (told("otherbot: noindex, googlebot: nofollow"), "indexable"),
            (told("max-snippet:20, max-image-preview:large"), "indexable"),
            (told("unavailable_after: 2026-06-25"), "noindex"),
            (told("unavailable_after: 25-Jun-2010 15:00:00 PST"), "noindex"),
            (told("googlebot: unavailable_after: 25 Jun 2026 15:00:00 GMT"), "noindex"),
            (told("unavailable_after: Saturday, 25-Jun-44 15:00:00 GMT"), "indexable"),
            (told("noarchive"), "indexable"),
        ],
    );
}

#[test]
fn a_security_contact_is_read_by_its_grammar() {
    let told = |lines: &[&str]| {
        let lines: String = lines.iter().map(|line| format!("| {line}\n")).collect();
        format!(
            "{}GET https://example.com/.well-known/security.txt\n200\ncontent-type: text/plain\ndate: Sun, 22 Nov 2026 10:00:00 GMT\n{lines}",
            with(&[])
        )
    };
    let until = "Expires: 2027-06-30T00:00:00Z";
    hold(
        "security-txt",
        [
            (told(&["Contact: tel:+1-201-555-0123", until]), "valid"),
            (told(&["contact: https://example.com/security", until]), "valid"),
            (told(&["# us", "Contact: mailto:a@example.com", "", "Expires: 2027-06-30t00:00:00z"]), "valid"),
            (told(&["Contact: mailto:a@example.com", "Expires: 2027-06-30T00:00:00.5+02:00"]), "valid"),
            (told(&["Contact: http://example.com/security", until]), "faulty"),
            (told(&["Contact: mailto:a@example.com", "Expires: Thu, 31 Dec 2026 18:37:07 -0800"]), "faulty"),
            (told(&["Contact: mailto:a@example.com", "Expires: 2027-02-31T00:00:00Z"]), "faulty"),
            (told(&["Contact: mailto:a@example.com", "Expires: 2027-06-30"]), "faulty"),
            (told(&["Contact: mailto:a@example.com", until, until]), "faulty"),
            (told(&["Contact: mailto:a@example.com"]), "faulty"),
            (told(&["Contact: mailto:a@example.com", "Expires: 2026-11-22T09:59:59Z"]), "expired"),
        ],
    );
}

#[test]
fn names_with_a_hash_are_known_whoever_builds_them() {
    let year = "cache-control: public, max-age=31536000, immutable";
    let hashed = [
        // Vite and Rollup, with and without digits; Nuxt, SvelteKit, Astro, Remix.
        "/assets/index-DiwrgTda.js",
        "/assets/index-B_x-9aQ2.js",
        "/assets/index--3kQz_1a.js",
        "/_nuxt/CBeN5ow9.js",
        "/_app/immutable/entry/start.BxYz12Qw.js",
        "/_app/immutable/chunks/0.DkQ2n1pX.js",
        "/_astro/hoisted.DfZ8Aq1x.js",
        "/assets/root-BQ5eLmXz.js",
        // webpack, Create React App, Next.js, Gatsby, Docusaurus, Turbopack.
        "/static/js/main.4f3a9c1b.js",
        "/static/js/2.0d1c9a7e.chunk.js",
        "/_next/static/chunks/app/page-0f3b1c2d3e4f5a6b.js",
        "/_next/static/chunks/4bd1b696-1a2b3c4d5e6f7a8b.js",
        "/app-4f3a9c1b2d5e6f7a8b9c.js",
        "/_next/static/chunks/turbopack-0a1b2c3d4e5f6a7b.js",
        "/_next/static/chunks/%5Broot-of-the-server%5D__4f3a9c1b._.js",
        // Angular and esbuild, Parcel, Rails, Phoenix, Django, Trunk.
        "/main-5QX3YJ2K.js",
        "/polyfills-FFHMD2TL.js",
        "/index.7a9d1c2e.js",
        "/assets/application-8b441ae0.js",
        "/assets/app-9f86d081884c7d659a2feaa0c55ad015.js?vsn=d",
        "/static/main.5af66c1c9f2b.js",
        "/parcelpal-1a2b3c4d5e6f7a8b.js",
    ];
    let fixed =
        ["/main.js", "/app.bundle.js", "/js/scripts.min.js", "/assets/index.js", "/static/vendor-bundle.js"];
    let short = "cache-control: public, max-age=0, must-revalidate";
    hold("cache-assets", hashed.map(|name| (script(name, &[year]), "long-lived")));
    hold("cache-assets", hashed.map(|name| (script(name, &[short, "etag: \"1\""]), "short-lived")));
    hold("cache-assets", fixed.map(|name| (script(name, &[year]), "stuck")));
}

#[test]
fn a_day_of_expiry_counts_in_all_three_forms() {
    let date = "date: Sun, 22 Nov 2026 10:00:00 GMT";
    let until = |value: &str| {
        script("/assets/index-DiwrgTda.js", &[date, &format!("expires: {value}"), "etag: \"1\""])
    };
    hold(
        "cache-assets",
        [
            (until("Mon, 22 Nov 2027 10:00:00 GMT"), "long-lived"),
            (until("Monday, 22-Nov-27 10:00:00 GMT"), "long-lived"),
            (until("Mon Nov 22 10:00:00 2027"), "long-lived"),
            (until("0"), "short-lived"),
            (until("-1"), "short-lived"),
            (until("Sat, 21 Nov 2026 10:00:00 GMT"), "short-lived"),
        ],
    );
}

#[test]
fn visitors_follow_redirects_as_browsers_do() {
    let to = |fields: &[&str], body: &str| {
        let fields: String = fields.iter().map(|field| format!("{field}\n")).collect();
        format!("GET https://example.com/\n200\n{fields}| {body}\nGET https://example.com/start\n200\n")
    };
    hold(
        "redirect-loop",
        [
            (to(&["refresh: 0; url=/start"], "<title>a</title>"), "none"),
            (to(&[], "<meta http-equiv=refresh content=\"0;URL='/start'\">"), "none"),
            ("GET https://example.com/\n302\nlocation: /\n".to_owned(), "loop"),
            ("GET https://example.com/\n302\nlocation: ///example.com/\n".to_owned(), "loop"),
            ("GET https://example.com/\n302\nlocation: \\\\example.com\\\n".to_owned(), "loop"),
            // A bounce over the host that keeps the session.
            (
                "GET https://example.com/\n302\nlocation: https://accounts.example.com/check\nGET https://accounts.example.com/check\n302\nset-cookie: seen=1; Domain=example.com; Path=/; Secure\nlocation: https://example.com/\nGET https://example.com/ cookie: seen=1\n200\n".to_owned(),
                "needs-cookies",
            ),
            // The same without a cookie never ends.
            (
                "GET https://example.com/\n302\nlocation: https://accounts.example.com/check\nGET https://accounts.example.com/check\n302\nlocation: https://example.com/\n".to_owned(),
                "loop",
            ),
        ],
    );
}

#[test]
fn keys_in_pages_and_scripts_are_leaks_and_manuals_are_questions() {
    let mask = |n: usize| "~".repeat(n);
    let cases = [
        (says(&format!("new Resend(\"re_Ab1Cd2Ef_{}\")", mask(24))), "leaked"),
        (says(&format!("twilio(\"AC0f1e2d3c4b5a69788796a5b4c3d2e1f0\",\"{}\")", mask(32))), "leaked"),
        (says(&format!("fetch(u,{{headers:{{\"xi-api-key\":\"{}\"}}}})", mask(32))), "leaked"),
        (says(&format!("fetch(u,{{headers:{{Authorization:\"Bearer sk-{}\"}}}})", mask(32))), "leaked"),
        (says(&format!("Paddle.Initialize({{apiKey:\"pdl_live_apikey_{}\"}})", mask(53))), "leaked"),
        (says(&format!("new Polar({{accessToken:\"polar_oat_{}\"}})", mask(43))), "leaked"),
        (says(&format!("fetch(u,{{headers:{{\"X-Postmark-Server-Token\":\"{}\"}}}})", mask(36))), "leaked"),
        (says("initializeApp({apiKey:\"AIzaSyB1x9Kq7TzL2mWcV4nR8pJ6hD3gF5sAeQw\"})"), "public-keys"),
        (page(&format!("<pre>export RESEND_API_KEY=re_Ab1Cd2Ef_{}</pre>", mask(24))), "in-text"),
        (page("<pre>export RESEND_API_KEY=re_xxxxxxxx_xxxxxxxxxxxxxxxxxxxxxxxx</pre>"), "clean"),
        (page("<img src=\"/img/sk_0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978.png\">"), "clean"),
        (page("<script>Razorpay({key:\"rzp_test_Ab1Cd2Ef3Gh4Ij\"})</script>"), "payments-in-test-mode"),
        (
            page(
                "<script>Razorpay({key:x?\"rzp_live_Zb1Cd2Ef3Gh4Ij\":\"rzp_test_Ab1Cd2Ef3Gh4Ij\"})</script>",
            ),
            "public-keys",
        ),
    ];
    hold("leaked-secrets", cases);
}

#[test]
fn a_leaked_key_comes_with_the_place_where_it_is_taken_back() {
    let finding = run("leaked-secrets", &says(&format!("new Resend(\"re_Ab1Cd2Ef_{}\")", "~".repeat(24))));
    let fixes = format!("{:?}", finding.fixes);
    assert!(fixes.contains("https://resend.com/api-keys"), "{fixes}");
}
