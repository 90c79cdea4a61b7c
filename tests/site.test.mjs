// The command line against the lab: what a deep scan says of a site's pages, speed, caching and policies, one scenario for each
// fault and one for each of its look-alikes. Through the Worker the same domains are in scenarios.test.mjs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { runCheck } from "../tools/lib/replay.mjs";
import { startLab } from "../tools/stack.mjs";

/** A domain, what is asked on top, and the outcome of each check that it is about. */
const domains = [
  ["leaked-payment.lab", [], { "leaked-secrets": "leaked" }],
  ["leaked-bundle.lab", [], { "leaked-secrets": "leaked" }],
  ["leaked-role.lab", [], { "leaked-secrets": "leaked" }],
  ["leaked-database.lab", [], { "leaked-secrets": "leaked" }],
  ["leaked-redirected.lab", [], { "leaked-secrets": "leaked", "redirect-method": "refresh", "page-basics": "complete" }],
  ["public-keys.lab", [], { "leaked-secrets": "public-keys" }],
  ["secret-talk.lab", [], { "leaked-secrets": "clean" }],

  ["cors-reflected.lab", [], { cors: "any-site-reads" }],
  ["cors-null.lab", [], { cors: "any-site-reads" }],
  ["cors-star.lab", [], { cors: "public" }],
  ["cors-listed.lab", [], { cors: "closed" }],

  ["cookie-refused.lab", [], { cookies: "rejected" }],
  ["cookie-readable.lab", [], { cookies: "readable-session" }],
  ["cookie-cross-site.lab", [], { cookies: "cross-site-session" }],
  ["cookie-theme.lab", [], { cookies: "good" }],
  // No cookies are no worse than good ones.
  ["healthy.lab", [], { cookies: "none", "mixed-content": "secure", "debug-page": "clean", "permissions-policy": "set", "cross-origin-policy": "set", "page-weight": "light", "leaked-secrets": "clean" }],

  ["mixed-script.lab", [], { "mixed-content": "active" }],
  ["mixed-form.lab", [], { "mixed-content": "form" }],
  ["mixed-upgraded.lab", [], { "mixed-content": "upgraded" }],
  ["mixed-link.lab", [], { "mixed-content": "secure" }],

  ["listing.lab", [], { "debug-page": "listing" }],
  ["traceback.lab", [], { "debug-page": "diagnostics", "health-endpoint": "not-found" }],
  ["dev-server.lab", [], { "debug-page": "development-server" }],
  ["source-map.lab", [], { "source-maps": "inside", "debug-page": "clean" }],
  ["error-talk.lab", [], { "debug-page": "clean" }],

  ["cached-session.lab", [], { "private-caching": "shared-session" }],
  ["cached-page.lab", [], { "cache-pages": "cached", "private-caching": "safe" }],
  ["missed-page.lab", [], { "cache-pages": "missed" }],
  ["stuck-script.lab", [], { "cache-assets": "stuck" }],
  ["hashed-script.lab", [], { "cache-assets": "long-lived" }],
  ["uncompressed.lab", [], { compression: "uncompressed" }],

  ["noindex-tag.lab", [], { "robots-indexing": "noindex" }],
  ["noindex-header.lab", [], { "robots-indexing": "noindex" }],
  ["disallowed.lab", [], { "robots-indexing": "disallowed" }],
  ["other-bot.lab", [], { "robots-indexing": "indexable" }],

  ["policy-open-host.lab", [], { "security-headers": "open-script-host" }],
  ["policy-old-nonce.lab", [], { "security-headers": "nonce-reused" }],
  ["policy-report-only.lab", [], { "security-headers": "no-script-policy" }],
  ["policy-two.lab", [], { "security-headers": "strong" }],
  ["policy-feature.lab", [], { "permissions-policy": "ignored" }],
  ["policy-integrity.lab", [], { "script-integrity": "refused" }],

  ["raw-location.lab", [], { "entry-points": "one-address", "page-basics": "incomplete" }],
  ["latin-location.lab", [], { "entry-points": "one-address", "page-basics": "incomplete" }],

  ["named-paths.lab", ["--path", "/login"], { "named-paths": "loop" }],
  ["named-paths.lab", ["--path", "/checkout"], { "named-paths": "downgrade" }],
  ["named-paths.lab", ["--path", "/invite"], { "named-paths": "staging" }],
  ["named-paths.lab", ["--path", "/shop"], { "named-paths": "elsewhere" }],
  ["named-paths.lab", ["--path", "/nothing-here"], { "named-paths": "missing" }],
  ["named-paths.lab", ["--path", "/pricing"], { "named-paths": "fine" }],

  ["slow-search.lab", ["--path", "/search", "--path", "/login"], { "endpoint-response-time": "very-slow" }],
  ["broken-login.lab", ["--path", "/login"], { "endpoint-response-time": "broken", "health-endpoint": "unhealthy" }],
  ["healthy-api.lab", [], { "health-endpoint": "found", "endpoint-response-time": "none-named" }],
];

/** What nobody should launch with, of what these domains show. */
const BLOCKS = [
  "cors any-site-reads",
  "debug-page diagnostics",
  "leaked-secrets leaked",
  "mixed-content form",
  "private-caching shared-session",
  "named-paths loop",
  "named-paths staging",
  "named-paths missing",
  "endpoint-response-time broken",
];

/**
 * What else keeps one of them from launching, beside what the test is about.
 * @type {Record<string, string[]>}
 */
const BESIDE = { "broken-login.lab": ["named-paths missing"], "listing.lab": ["home-page file-list"] };

describe("a deep scan", () => {
  /** @type {import("../tools/stack.mjs").Lab} */
  let lab;
  before(async () => (lab = await startLab()));
  after(() => lab?.stop());

  for (const [domain, options, expected] of /** @type {[string, string[], Record<string, string>][]} */ (domains)) {
    const says = Object.entries(expected).map(([check, outcome]) => `${check} ${outcome}`).join(", ");
    test(`of ${domain} says ${says}`, { timeout: 60_000 }, async () => {
      const network = ["--proxy", `http://${lab.http}`, "--ca-file", lab.ca];
      const report = JSON.parse(await runCheck([domain, "--deep", "--json", ...options, ...network]));
      const seen = Object.fromEntries(report.findings.map((finding) => [finding.check, finding.outcome]));
      for (const [check, outcome] of Object.entries(expected)) {
        assert.equal(seen[check], outcome, JSON.stringify(report.findings.find((finding) => finding.check === check), null, 1));
      }
      const blockers = report.findings.filter(({ rank }) => rank === "blocker").map(({ check, outcome }) => `${check} ${outcome}`);
      const expects = Object.entries(expected).map(([check, outcome]) => `${check} ${outcome}`);
      assert.deepEqual(blockers, [...(BESIDE[domain] ?? []), ...expects.filter((one) => BLOCKS.includes(one))]);
      assert.deepEqual(report.verdict.decision, blockers.length ? "no-go" : "go", report.verdict.reason);
    });
  }
});
