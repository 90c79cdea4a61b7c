// The built Worker in workerd, the lab as its internet: every shipped scenario gets the verdict that is true of it, for
// exactly the reasons that are, within the bounds of the free plan.
//
// The expectations are what the scenario's header comment promises. Where a scenario says less than a verdict ("never go"),
// so does the expectation.

import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { root } from "../tools/lib/paths.mjs";
import { startStack } from "../tools/stack.mjs";

/** What the free plan leaves to a scan, and what its own deadline leaves to the whole request. */
const MAX_SUBREQUESTS = 48;
const MAX_WAITING = 6;
const DEADLINE_MS = 20_000;

/**
 * @typedef {object} Expected
 * @property {"go" | "no-go" | "no-verdict"} [decision] absent where the scenario only promises "never go"
 * @property {string[]} [blockers] exactly these checks stop the launch
 * @property {Record<string, string>} [risks] all other risks: check and outcome; whatever they are where it is absent
 * @property {Record<string, string>} [outcomes] further outcomes: check and code
 * @property {Record<string, string>} [deep] what a deep scan finds on top: check and code
 */

/** A domain and what is true of it, by scenario. @type {Record<string, Record<string, Expected>>} */
const scenarios = {
  healthy: { "healthy.lab": ready() },
  stopwatch: { "stopwatch.lab": ready() },
  signed: { "signed.lab": ready() },
  wildcard: { "wildcard.lab": ready() },
  // One resolver errs; believing it alone would call a good domain broken.
  "second-resolver": { "second-resolver.lab": ready() },
  // One resolver fails, however it does: the verdict is the one of the healthy site.
  resolvers: {
    ...Object.fromEntries(
      ["first-limited", "first-unavailable", "first-reset", "first-garbage", "first-page", "first-empty", "first-lost", "second-limited", "second-garbage"].map((name) => [`${name}.lab`, ready()]),
    ),
    "no-resolver.lab": { decision: "no-verdict", blockers: [], outcomes: { mx: "not-measured" } },
  },
  nomail: {
    "nomail.lab": { ...ready(), outcomes: { mx: "takes-none", "spf-record": "sends-nothing", "spf-senders": "nobody", "dmarc-policy": "enforced", "non-sending": "closed", "dkim-keys": "not-sending", "mta-sts": "no-mail" } },
  },
  slow: { "slow.lab": { decision: "go", blockers: [], risks: { "home-response-time": "very-slow" } } },
  "no-email-records": {
    "no-email-records.lab": { decision: "go", blockers: [], risks: { "dmarc-policy": "missing", mx: "none", "sender-requirements": "unmet", "spf-record": "missing" } },
  },
  broken: {
    "broken.lab": {
      // The page is served over https as well, where its own script comes over http.
      ...blocked("https-redirect", "mx", "spf-record", "mixed-content"),
      outcomes: { "https-redirect": "serves-http", "mixed-content": "own-script", mx: "unresolvable", "spf-record": "several" },
      risks: {
        "www-address": "missing",
        "name-servers": "single",
        "entry-points": "split",
        hsts: "missing",
        "dmarc-policy": "missing",
        "sender-requirements": "unmet",
        "security-headers": "absent",
        cookies: "readable-session",
        "robots-indexing": "noindex",
        "page-basics": "no-viewport",
      },
    },
  },
  // The way from https back to http is a fault of its own.
  loop: { "loop.lab": { ...blocked("https-redirect", "redirect-loop"), outcomes: { "https-redirect": "downgrade", "redirect-loop": "loop" } } },
  "www-loop": { "www-loop.lab": { ...blocked("redirect-loop"), outcomes: { "redirect-loop": "loop" } } },
  "bad-cert": { "bad-cert.lab": badCertificate("expired") },
  "self-signed": { "self-signed.lab": badCertificate("self-signed") },
  certificates: {
    "wrong-name.lab": badCertificate("wrong-name"),
    "not-yet-valid.lab": badCertificate("not-yet-valid"),
    "incomplete-chain.lab": badCertificate("incomplete"),
    "unknown-issuer.lab": badCertificate("unknown-issuer"),
    "handshake.lab": badCertificate("no-agreement"),
    "ancient-tls.lab": badCertificate("old-protocol"),
    // Neither shows a certificate, so nothing is said about one.
    "not-tls.lab": badCertificate("not-measured"),
    "silent-tls.lab": badCertificate("not-measured"),
    "expiring.lab": { ...blocked("certificate"), outcomes: { certificate: "nearly-gone" }, risks: {} },
    "old-tls.lab": { ...ready(), outcomes: { certificate: "valid" } },
    // From TLS 1.3 on certificates are encrypted.
    "new-tls.lab": { ...ready(), outcomes: { certificate: "tls13-only" } },
    "proxied.lab": { ...ready(), outcomes: { certificate: "managed" } },
  },
  "private-address": {
    "private-address.lab": {
      ...blocked("apex-address", "www-address"),
      outcomes: { "apex-address": "private-address", "www-address": "private-address", "https-redirect": "no-site" },
    },
  },
  "dangling-www": { "dangling-www.lab": { ...blocked("www-address"), outcomes: { "www-address": "dangling" }, risks: { dangling: "gone" } } },
  // Confirmed by resolvers of different operators: the zone is broken, and nothing else can be said.
  servfail: {
    "servfail.lab": {
      ...blocked("apex-address", "www-address"),
      outcomes: { "apex-address": "broken-zone", "www-address": "broken", mx: "not-measured", "spf-record": "not-measured" },
      risks: {},
    },
  },
  // No connection can be made from here, which says nothing about the site: its mail is judged, and nothing else.
  unreachable: { "unreachable.lab": { decision: "no-verdict", blockers: [], risks: {}, outcomes: { mx: "receives", "https-redirect": "not-measured" } } },
  challenge: {
    "challenge.lab": { decision: "no-verdict", blockers: [], risks: {}, outcomes: { "https-redirect": "not-measured" } },
    // The 429 comes late, and is nobody's fault.
    "rate-limited.lab": { decision: "go", blockers: [] },
  },
  takeover: {
    // The blocker, by each of the ways in which it shows …
    "takeover-gone.lab": { ...blocked("dangling"), risks: {}, outcomes: { dangling: "claimable" } },
    "takeover-page.lab": { ...blocked("dangling"), risks: {}, outcomes: { dangling: "claimable" } },
    "takeover-wildcard.lab": { ...blocked("dangling"), risks: {}, outcomes: { dangling: "claimable", "wildcard-dns": "answers" } },
    "takeover-registrable.lab": { ...blocked("dangling"), risks: {}, outcomes: { dangling: "registrable" } },
    // … and what only looks like it.
    "takeover-claimed.lab": { ...ready(), outcomes: { dangling: "clean" } },
    "takeover-lookalike.lab": { ...ready(), outcomes: { dangling: "clean" } },
    "takeover-verified.lab": risky({ dangling: "unclaimed" }),
    "takeover-shop.lab": risky({ dangling: "unclaimed" }),
    "takeover-held.lab": risky({ dangling: "gone" }),
  },
  registry: {
    "example.shop": { ...ready(), outcomes: { registration: "current", "name-servers": "redundant" } },
    "example.xyz": risky({ registration: "expiring" }),
    "example.blog": { ...blocked("registration"), outcomes: { registration: "expired" }, risks: {} },
    "example.store": { ...blocked("registration"), outcomes: { registration: "on-hold" }, risks: {} },
    "example.online": risky({ registration: "unlocked" }),
    "example.tech": risky({ "name-servers": "registry-differs" }),
    // What a registry does not say, or will not say now, is held against nobody.
    "example.space": { ...ready(), outcomes: { registration: "undated" } },
    "example.design": { ...ready(), outcomes: { registration: "not-measured" } },
  },
  caa: {
    "caa-blocks.lab": risky({ caa: "blocks-host" }),
    "caa-forbids.lab": risky({ caa: "forbids-all" }),
    "caa-critical.lab": risky({ caa: "unknown-critical" }),
    "caa-none.lab": { ...ready(), outcomes: { caa: "open" } },
    "caa-account.lab": risky({ caa: "other-method" }),
    "caa-issuer.lab": risky({ caa: "other-issuer" }),
    "caa-named.lab": { ...ready(), outcomes: { caa: "limited" } },
    "caa-wildcards.lab": { ...ready(), outcomes: { caa: "open" } },
  },
  dnssec: {
    "dnssec-broken.lab": {
      ...blocked("apex-address", "www-address"),
      risks: { dnssec: "broken" },
      outcomes: { "apex-address": "broken-zone", mx: "not-measured", dangling: "not-measured" },
    },
    "dnssec-unchecked.lab": risky({ dnssec: "not-validated" }),
  },
  "name-servers": {
    "lame.lab": risky({ "name-servers": "lame" }),
    "ns-alias.lab": risky({ "name-servers": "alias" }),
    "ns-gone.lab": risky({ "name-servers": "unresolvable" }),
    "ns-private.lab": risky({ "name-servers": "private-address" }),
    "one-network.lab": risky({ "name-servers": "one-network" }),
  },
  aliases: {
    "alias-chain.lab": { ...ready(), outcomes: { "www-address": "resolves" } },
    "alias-loop.lab": { ...blocked("www-address"), risks: {}, outcomes: { "www-address": "broken" } },
  },
  addresses: {
    "ipv6-only.lab": risky({ "apex-address": "ipv6-only" }),
    "mixed-hosts.lab": risky({ "apex-address": "mixed-hosts" }),
    "slow-change.lab": risky({ ttl: "slow" }),
    "origin-leak.lab": risky({ "origin-leak": "likely" }),
  },
  copies: {
    "staging-open.lab": risky({ staging: "indexable" }),
    "staging-seen.lab": risky({ staging: "reachable" }),
    "inside.lab": risky({ subdomains: "private-address" }),
    "staging-closed.lab": { ...ready(), outcomes: { staging: "closed" } },
    "app-untrusted.lab": { ...blocked("subdomain-https"), outcomes: { "subdomain-https": "sign-in-broken" }, risks: {} },
    "left-form.lab": { ...blocked("test-addresses", "mixed-content"), outcomes: { "test-addresses": "own-machine", "mixed-content": "own-machine" }, risks: { "page-basics": "incomplete" } },
    "left-link.lab": risky({ "test-addresses": "linked", "page-basics": "incomplete" }),
    "left-script.lab": risky({ "test-addresses": "in-script", "page-basics": "incomplete" }),
  },
  redirects: {
    // Circles and chains.
    "cookie-circle.lab": { ...blocked("redirect-loop"), outcomes: { "redirect-loop": "loop" }, risks: { hsts: "missing" } },
    "cookie-test.lab": risky({ "redirect-loop": "needs-cookies" }),
    "too-long.lab": { ...blocked("redirect-loop"), outcomes: { "redirect-loop": "too-long" }, risks: { hsts: "missing" } },
    "three-steps.lab": risky({ "redirect-length": "long", hsts: "preload-incomplete" }),
    "refresh.lab": risky({ "redirect-method": "refresh", "page-basics": "incomplete" }),
    "script-redirect.lab": risky({ "redirect-method": "script", "page-basics": "incomplete" }),
    // Every shape of `Location`.
    "no-location.lab": { ...blocked("entry-points"), outcomes: { "entry-points": "leads-nowhere" }, risks: { hsts: "missing" } },
    "several-locations.lab": { ...blocked("entry-points"), outcomes: { "entry-points": "leads-nowhere" }, risks: { hsts: "missing" } },
    "userinfo.lab": { ...blocked("entry-points"), outcomes: { "entry-points": "leads-nowhere" }, risks: { hsts: "missing" } },
    "to-localhost.lab": { ...blocked("entry-points"), outcomes: { "entry-points": "leads-nowhere" }, risks: { hsts: "missing" } },
    // Its page is not seen.
    "other-port.lab": { decision: "no-verdict", blockers: [], risks: { "entry-points": "other-port" }, outcomes: { "home-page": "other-port" } },
    "relative-location.lab": { ...risky({ "page-basics": "incomplete" }), outcomes: { "entry-points": "one-address" } },
    "raw-location.lab": { ...risky({ "page-basics": "incomplete" }), outcomes: { "entry-points": "one-address" } },
    // Where it leads cannot be told at the edge, and nobody is blamed; natively it can (site.test.mjs).
    "latin-location.lab": { decision: "no-verdict", blockers: [], risks: {}, outcomes: { "https-redirect": "not-measured" } },
    "upper-case.lab": { ...ready(), outcomes: { "entry-points": "one-address" } },
    "bücher.lab": { ...ready(), outcomes: { "entry-points": "one-address" } },
    // Where they lead.
    "downgrade.lab": { ...blocked("https-redirect"), outcomes: { "https-redirect": "downgrade" }, risks: { "redirect-length": "long", "page-basics": "incomplete" } },
    "plain-http.lab": { ...blocked("https-redirect"), outcomes: { "https-redirect": "serves-http" }, risks: { "entry-points": "split" } },
    "elsewhere.lab": risky({ "entry-points": "elsewhere", "page-basics": "incomplete" }),
    "detour.lab": risky({ "entry-points": "detour", "redirect-length": "long", hsts: "preload-incomplete" }),
    "to-staging.lab": risky({ "entry-points": "staging", staging: "indexable", "test-addresses": "linked", "redirect-length": "long" }),
    "path-lost.lab": risky({ "redirect-path": "path-lost" }),
    "query-lost.lab": risky({ "redirect-path": "query-lost" }),
    "not-redirected.lab": risky({ "redirect-path": "not-redirected" }),
    // What each of its paths does stands in site.test.mjs.
    "named-paths.lab": ready(),
    "temporary.lab": risky({ "redirect-path": "temporary" }),
  },
  hsts: {
    "hsts-short.lab": { ...sound(), outcomes: { hsts: "short" } },
    "hsts-off.lab": { ...sound(), outcomes: { hsts: "off" } },
    "hsts-ignored.lab": { ...sound(), outcomes: { hsts: "ignored" } },
    "hsts-www.lab": { ...sound(), outcomes: { hsts: "not-on-main-host", "entry-points": "one-address" } },
  },
  // Blockers that no other scenario shows.
  blockers: {
    // Where www leads, nobody arrives either.
    "no-address.lab": { ...blocked("apex-address", "entry-points"), outcomes: { "apex-address": "missing", "www-address": "resolves" } },
    "error-page.lab": { ...blocked("entry-points"), outcomes: { "entry-points": "error-page" } },
    "mx-number.lab": { ...blocked("mx"), outcomes: { mx: "address-target" } },
    "spf-circle.lab": { ...blocked("spf-lookups"), outcomes: { "spf-lookups": "circle" } },
    "spf-gone.lab": { ...blocked("spf-lookups"), outcomes: { "spf-lookups": "broken-include" } },
    "spf-voids.lab": { ...blocked("spf-lookups"), outcomes: { "spf-lookups": "too-many-voids" } },
    "spf-typo.lab": { ...blocked("spf-record"), outcomes: { "spf-record": "invalid" } },
  },
  platform: {
    // Mail, name servers and registration are the platform's; the page is the founder's.
    "launch-ready-lab.vercel.app": {
      ...ready(),
      outcomes: { mx: "platform", "name-servers": "platform", registration: "platform", "www-address": "not-needed", "https-redirect": "redirects" },
    },
    "launch-ready-lab.netlify.app": { ...blocked("leaked-secrets"), risks: { "page-basics": "no-viewport" } },
  },
  secrets: {
    ...all(leaks(), "leaked-payment.lab", "leaked-bundle.lab", "leaked-role.lab", "leaked-database.lab", "leaked-redirected.lab"),
    "public-keys.lab": { ...sound(), outcomes: { "leaked-secrets": "public-keys" } },
    "secret-talk.lab": { ...sound(), outcomes: { "leaked-secrets": "clean" } },
  },
  // What a deep scan says of these stands in site.test.mjs; none of it stops a launch.
  cors: all(sound(), "cors-reflected.lab", "cors-null.lab", "cors-star.lab", "cors-listed.lab"),
  cookies: all(sound(), "cookie-refused.lab", "cookie-readable.lab", "cookie-cross-site.lab", "cookie-theme.lab"),
  "mixed-content": {
    ...all(sound(), "mixed-script.lab", "mixed-upgraded.lab", "mixed-link.lab"),
    "mixed-form.lab": { ...blocked("mixed-content"), outcomes: { "mixed-content": "form" } },
  },
  "left-overs": {
    ...all(sound(), "traceback.lab", "source-map.lab", "error-talk.lab"),
    "dev-server.lab": { decision: "go", blockers: [], outcomes: { "debug-page": "development-server" } },
    "listing.lab": { ...blocked("home-page"), outcomes: { "home-page": "file-list" } },
  },
  caching: {
    "cached-session.lab": { ...blocked("private-caching"), outcomes: { "private-caching": "shared-session" } },
    ...all(sound(), "cached-page.lab", "missed-page.lab", "stuck-script.lab", "hashed-script.lab", "uncompressed.lab"),
  },
  // What may stand where the home page should be.
  "home-page": {
    "parked-page.lab": noSite("parked"),
    "fresh-server.lab": noSite("default-page"),
    "unknown-name.lab": noSite("unclaimed"),
    "download.lab": noSite("not-html"),
    "blank.lab": noSite("empty"),
    "white-gone.lab": noSite("white-page"),
    "white-html.lab": noSite("white-page"),
    "soon.lab": noSite("coming-soon"),
    "soon-abroad.lab": noSite("coming-soon"),
    "soon-product.lab": { ...sound(), outcomes: { "home-page": "site" } },
    "white-import.lab": noSite("white-page"),
    "white-empty.lab": noSite("white-page"),
    "masked.lab": { ...sound(), outcomes: { "home-page": "framed" } },
    "masked-white.lab": noSite("frame-refused"),
    "broken-xml.lab": noSite("not-well-formed"),
    "prints-warnings.lab": { ...blocked("debug-page"), outcomes: { "home-page": "site", "debug-page": "diagnostics" } },
    "back-soon.lab": { decision: "no-verdict", blockers: [], outcomes: { "home-page": "maintenance", "robots-indexing": "not-measured" } },
    "speaks-of-servers.lab": { ...sound(), outcomes: { "home-page": "site" } },
    "policy-stops.lab": { ...blocked("security-headers"), outcomes: { "home-page": "site", "security-headers": "scripts-forbidden" } },
    ...all({ decision: "no-verdict", blockers: [], risks: {}, outcomes: { "home-page": "challenged", "entry-points": "not-measured" } }, "waf-robots.lab", "free-host.lab", "shield.lab"),
    "signs-in.lab": { decision: "no-verdict", blockers: [], outcomes: { "home-page": "sign-in-service", "robots-indexing": "not-measured", cookies: "not-measured" } },
    "asks-all.lab": { ...blocked("entry-points"), outcomes: { "entry-points": "asks-password" } },
    "closed-https.lab": { ...blocked("entry-points"), outcomes: { "entry-points": "https-closed", "home-page": "site" } },
    "refuses-http.lab": { ...sound(), outcomes: { "https-redirect": "http-refused", "entry-points": "one-address" } },
  },
  endpoints: all(sound(), "slow-search.lab", "broken-login.lab", "healthy-api.lab"),
  indexing: {
    ...all({ ...sound(), outcomes: { "robots-indexing": "noindex" } }, "noindex-tag.lab", "noindex-header.lab"),
    "disallowed.lab": { ...sound(), outcomes: { "robots-indexing": "disallowed" } },
    "other-bot.lab": { ...sound(), outcomes: { "robots-indexing": "indexable" } },
  },
  policies: {
    "policy-open-host.lab": { ...sound(), outcomes: { "security-headers": "open-script-host" } },
    "policy-old-nonce.lab": { ...sound(), outcomes: { "security-headers": "nonce-reused" } },
    "policy-report-only.lab": { ...sound(), outcomes: { "security-headers": "no-script-policy" } },
    "policy-two.lab": { ...sound(), outcomes: { "security-headers": "strong" } },
    ...all(sound(), "policy-feature.lab", "policy-integrity.lab"),
  },
  "mail-faults": {
    "two-spf.lab": { ...blocked("spf-record"), risks: { "sender-requirements": "unmet" }, outcomes: { "spf-record": "several", "spf-lookups": "no-record" } },
    "eleven-lookups.lab": { ...blocked("spf-lookups"), risks: { "sender-requirements": "unmet" }, outcomes: { "spf-lookups": "over-limit", "spf-record": "valid" } },
    "plus-all.lab": { ...blocked("spf-ending"), risks: {}, outcomes: { "spf-ending": "open-to-all", "spf-senders": "open-ending" } },
    "slash-zero.lab": { ...blocked("spf-senders"), risks: {}, outcomes: { "spf-senders": "everybody", "spf-ending": "strict" } },
    // Withdrawn, and nobody has said that anything still signs with it: a guess fails nothing.
    "revoked-key.lab": { decision: "go", blockers: [], risks: {}, outcomes: { "dkim-keys": "only-withdrawn", "dkim-strength": "no-key" } },
    "p-none.lab": { decision: "go", blockers: [], risks: { "dmarc-policy": "monitoring" }, outcomes: { "dmarc-reports": "reported" } },
    // Whether somebody else takes the reports is more than the default scan has requests for here, and it says so.
    "reports-elsewhere.lab": { decision: "go", blockers: [], outcomes: { "dmarc-policy": "enforced", "dmarc-reports": "not-measured" }, deep: { "dmarc-reports": "unauthorised" } },
    "sts-mismatch.lab": { decision: "go", blockers: [], risks: { "mta-sts": "mx-mismatch" }, outcomes: { mx: "receives" } },
    "wildcard-key.lab": { decision: "go", blockers: [], risks: {}, outcomes: { "dkim-keys": "wildcard", "dkim-strength": "no-key" } },
    "half-silent.lab": { decision: "go", blockers: [], risks: { "dmarc-policy": "missing", "non-sending": "partly-closed" }, outcomes: { "spf-record": "sends-nothing" } },
  },
  hostile: { "hostile.lab": { outcomes: { "www-address": "broken", "entry-points": "leads-nowhere", mx: "unresolvable" } } },
};

/** Scenarios without a domain of their own, mail services that the command line's own tests go through, and one whose domain is not to
 * be scanned (state.test.mjs). */
const shared = ["commons", "mail-services", "opted-out"];

/** @returns {Expected} */
function ready() {
  return { decision: "go", blockers: [], risks: {} };
}

/** Go, with exactly this to fix. @param {Record<string, string>} risks @returns {Expected} */
function risky(risks) {
  return { decision: "go", blockers: [], risks };
}

/** Nothing stops the launch, whatever else there is. @returns {Expected} */
function sound() {
  return { decision: "go", blockers: [] };
}

/** There is no site here, as the check of the home page says. @param {string} outcome @returns {Expected} */
function noSite(outcome) {
  return { ...blocked("home-page"), outcomes: { "home-page": outcome } };
}

/** Everybody can read a key. @returns {Expected} */
function leaks() {
  return { ...blocked("leaked-secrets"), outcomes: { "leaked-secrets": "leaked" } };
}

/** The same of several domains. @param {Expected} expected @param {string[]} domains @returns {Record<string, Expected>} */
function all(expected, ...domains) {
  return Object.fromEntries(domains.map((domain) => [domain, expected]));
}

/** @param {string[]} blockers @returns {Expected} */
function blocked(...blockers) {
  return { decision: "no-go", blockers };
}

/**
 * Nobody gets in, and whatever is behind that door was not seen.
 * @param {string} certificate what the certificate itself shows
 * @returns {Expected}
 */
function badCertificate(certificate) {
  const outcomes = { "https-redirect": "https-broken", certificate, hsts: "no-https", "security-headers": "not-measured" };
  const blockers = certificate === "not-measured" ? ["https-redirect"] : ["https-redirect", "certificate"];
  return { ...blocked(...blockers), outcomes, risks: {} };
}

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
before(async () => (stack = await startStack()));
after(() => stack?.stop());

/** @param {string} domain @param {string} [accept] @param {string} [more] further parameters */
function ask(domain, accept = "application/json", more = "") {
  const address = `${stack.url}/api/v1/report?domain=${encodeURIComponent(domain)}${more}`;
  return fetch(address, { headers: { accept }, signal: AbortSignal.timeout(2 * DEADLINE_MS) });
}

/** What the lab was asked since the last call. @returns {Promise<{ requests: number, peak: number }>} */
async function counts() {
  const address = `http://${stack.lab?.http}/counts`;
  const counted = await (await fetch(address)).json();
  await fetch(address, { method: "DELETE" });
  return counted;
}

describe("the scenarios", () => {
  test("are all here", () => {
    const shipped = readdirSync(join(root, "crates", "lab", "scenarios"));
    assert.deepEqual([...Object.keys(scenarios), ...shared].sort(), shipped.sort());
  });

  for (const [scenario, domains] of Object.entries(scenarios)) {
    for (const [domain, expected] of Object.entries(domains)) {
      const why = expected.blockers?.length ? ` for ${expected.blockers.join(", ")}` : "";
      test(`${scenario}: ${domain} is ${expected.decision ?? "never go"}${why}`, async () => {
        await counts();
        const response = await ask(domain);
        assert.equal(response.status, 200);
        const report = await response.json();
        const { requests, peak } = await counts();
        holds(report, expected);
        assert.ok(report.run.took_ms <= DEADLINE_MS, `took ${report.run.took_ms} ms`);
        assert.ok(requests <= MAX_SUBREQUESTS, `${requests} subrequests`);
        assert.ok(peak <= MAX_WAITING, `${peak} waited at once`);
        if (!expected.deep) return;
        const deep = await (await ask(domain, "application/json", "&deep=true")).json();
        for (const [check, outcome] of Object.entries(expected.deep)) {
          assert.equal(deep.findings.find((finding) => finding.check === check)?.outcome, outcome, `${check}, in a deep scan`);
        }
      });
    }
  }
});

/**
 * What may fail where the verdict is "ready": it costs customers within weeks, and on launch day visitors can use the site, mail is
 * neither lost nor refused, nothing is exposed and the name stays. What else fails in a domain that is ready is ranked wrongly.
 */
const FAILS_IN_READY = [
  "dkim-keys/revoked",
  "dmarc-policy/missing",
  "home-response-time/very-slow",
  "hsts/ignored",
  "mixed-content/active",
  "mta-sts/mx-mismatch",
  "name-servers/private-address",
  "name-servers/unresolvable",
  "robots-indexing/disallowed",
  "robots-indexing/noindex",
  "security-headers/absent",
  "sender-requirements/unmet",
  "cookies/rejected",
  "page-basics/no-title",
  "page-basics/no-viewport",
  "script-integrity/refused",
  "debug-page/development-server",
  "home-page/framed",
];

/** @param {Record<string, any>} report @param {Expected} expected */
function holds(report, { decision, blockers, risks, outcomes = {} }) {
  if (report.verdict.decision === "go") {
    const failed = report.findings.filter(({ level }) => level === "fail").map(({ check, outcome }) => `${check}/${outcome}`);
    assert.deepEqual(failed.filter((code) => !FAILS_IN_READY.includes(code)), [], "ready, and something like a blocker fails");
  }
  /** @param {(finding: Record<string, any>) => boolean} which */
  const coded = (which) => Object.fromEntries(report.findings.filter(which).map((finding) => [finding.check, finding.outcome]));
  if (decision) assert.equal(report.verdict.decision, decision, report.verdict.reason);
  else assert.notEqual(report.verdict.decision, "go");
  if (blockers) {
    assert.deepEqual(Object.keys(coded((finding) => finding.rank === "blocker")), blockers);
    const inOrder = report.risks.filter(({ rank }) => rank === "blocker").map(({ check }) => check);
    if (decision === "no-go") assert.deepEqual(report.verdict.checks, inOrder, "the blockers, in the order in which to fix them");
  }
  if (risks) assert.deepEqual(coded((finding) => finding.rank && finding.rank !== "blocker"), risks);
  for (const [check, outcome] of Object.entries(outcomes)) {
    assert.equal(report.findings.find((finding) => finding.check === check)?.outcome, outcome, check);
  }
  assert.deepEqual(
    report.risks.map(({ check }) => check).sort(),
    report.findings.filter(({ rank }) => rank).map(({ check }) => check).sort(),
    "every risk is a finding, and the other way round",
  );
  for (const { check, loses, effort, who } of report.risks) assert.ok(loses && effort && who, check);
  const ranks = report.risks.map(({ rank }) => ["blocker", "important", "optional"].indexOf(rank));
  assert.deepEqual(ranks, [...ranks].sort(), "the worst stands first");
}

test("a withdrawn key at the selector that the founder named is a fault", async () => {
  const report = await (await ask("revoked-key.lab", "application/json", "&selector=default")).json();
  holds(report, { decision: "go", blockers: [], risks: { "dkim-keys": "revoked" } });
});

test("a name that only the certificate tells of is looked for", async () => {
  const report = await (await ask("inside.lab")).json();
  const { seen } = report.findings.find(({ check }) => check === "subdomains");
  assert.match(seen.find(({ label }) => label === "booking.inside.lab")?.text ?? "", /^76\.76\.21\.21.*named in the certificate/);
});

test("what the founder says of mail decides whether its absence stops the launch", async () => {
  for (const [domain, blockers] of /** @type {[string, Record<string, string>][]} */ ([
    ["nomail.lab", { mx: "refuses-mail", "spf-record": "nobody-may-send" }],
    ["no-email-records.lab", { mx: "missing", "spf-record": "missing-for-sender" }],
  ])) {
    const report = await (await ask(domain, "application/json", "&mail=both")).json();
    assert.equal(report.verdict.decision, "no-go", domain);
    holds(report, { decision: "no-go", blockers: Object.keys(blockers), outcomes: blockers });
  }
});

describe("a hostile domain", () => {
  test("sends us nowhere private, and what it says stays text", async () => {
    const response = await ask("hostile.lab", "application/x-ndjson");
    assert.equal(response.headers.get("content-type"), "application/x-ndjson");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    const text = await response.text();
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u007f]/, "no control character comes through as one");
    const events = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.equal(events.at(-1).event, "report");

    const fetched = events.filter(({ event }) => event === "progress").map(({ probe }) => /^(?:GET|HEAD|OPTIONS) (.*)$/.exec(probe)?.[1]).filter(Boolean);
    assert.ok(fetched.length > 0);
    for (const address of fetched) {
      const { hostname, port, username } = new URL(address);
      assert.match(hostname, /^([a-z0-9-]+\.)*hostile\.lab$/, `${address} was asked for`);
      assert.doesNotMatch(hostname, /^(inside|metadata|six|mapped)\./, `${address} was asked for`);
      assert.deepEqual([port, username], ["", ""], address);
    }
    const mx = events.at(-1).findings.find(({ check }) => check === "mx");
    assert.match(JSON.stringify(mx.seen), /<script>\.hostile\.lab/, "shown as it is written");
  });
});

describe("a domain that cannot be checked", () => {
  for (const [typed, code] of [
    ["", "empty"],
    ["127.0.0.1", "ip-literal"],
    ["http://[::1]/", "ip-literal"],
    ["localhost", "single-label"],
    ["shop.test", "special-use-name"],
    ["healthy.lab:8080", "port"],
    ["https://admin:secret@healthy.lab/", "credentials"],
    ["ftp://healthy.lab/", "unsupported-scheme"],
    [`${"a".repeat(64)}.lab`, "label-too-long"],
  ]) {
    test(`such as “${typed.slice(0, 40)}” is refused with a sentence that says what to type instead`, async () => {
      await counts();
      const response = await ask(typed);
      assert.equal(response.status, 400);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      const problem = await response.json();
      assert.equal(problem.type, `/problems/${code}`);
      assert.equal(problem.status, 400);
      assert.match(problem.detail, /\b(type|leave|check)\b.*\.$/i);
      assert.doesNotMatch(JSON.stringify(problem), /secret/, "a password is not repeated");
      assert.equal((await counts()).requests, 0, "nobody was asked anything");
    });
  }
});
