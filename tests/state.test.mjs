// What the Worker keeps between requests: reports, scans on their way, and what each client caused.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { startLab, startStack } from "../tools/stack.mjs";
import { startOutside } from "./worker-outside.mjs";

const lines = "application/x-ndjson";

/** @type {import("../tools/stack.mjs").Lab} */
let lab;
/** @type {import("./worker-outside.mjs").Outside} */
let outside;
const persist = mkdtempSync(join(tmpdir(), "launch-ready-state-"));
/** @type {import("../tools/stack.mjs").Stack[]} */
const stacks = [];

/** A Worker whose limits hold, but for what is said. @param {Record<string, string>} vars @param {object} [options] */
async function start(vars, options = {}) {
  const stack = await startStack({ lab: false, limits: true, worker: outside.worker, vars, ...options });
  stacks.push(stack);
  return stack;
}

before(async () => {
  lab = await startLab();
  outside = await startOutside(lab.http);
});
after(async () => {
  for (const stack of stacks) await stack.stop();
  outside?.stop();
  await lab?.stop();
  rmSync(persist, { recursive: true, force: true });
});
beforeEach(() => outside.reset());

let clients = 0;
/** An address that nobody has used. */
const newClient = () => `198.51.${++clients >> 8}.${clients & 255}`;

/**
 * @param {import("../tools/stack.mjs").Stack} stack
 * @param {string} query
 * @param {Record<string, string>} [headers]
 */
const ask = (stack, query, headers) => fetch(`${stack.url}/api/v1/report?domain=${query}`, { headers: { "cf-connecting-ip": newClient(), ...headers } });

/** Options of a Worker to which no burst is too many. */
const manyAtOnce = () => {
  const rate = { simple: { limit: 1000, period: 60 } };
  return { worker: { ...outside.worker, ratelimits: { SCAN_RATE: rate, INTAKE_RATE: rate } } };
};

/** Subrequests of all scans. @param {import("../tools/stack.mjs").Stack} stack */
const sent = (stack) => scans(stack).reduce((sum, { subrequests }) => sum + subrequests, 0);

/** The lines about scans. @param {import("../tools/stack.mjs").Stack} stack @returns {any[]} */
const scans = (stack) => stack.logs.filter(({ message }) => message.startsWith('{"event":"scan"')).map(({ message }) => JSON.parse(message));

/** @param {Response} response @param {string} code */
async function problem(response, code) {
  const told = await response.json();
  assert.equal(told.type, `/problems/${code}`, told.detail);
  assert.equal(response.status, told.status);
  return told;
}

describe("a report", () => {
  /** @type {import("../tools/stack.mjs").Stack} */
  let stack;
  before(async () => (stack = await start({ FRESH_SECONDS: "1", DOMAIN_HOURLY: "1000" }, { persist })));
  beforeEach(() => (stack.logs.length = 0));

  test("for a hundred who ask at once is one scan, whichever form they want", async () => {
    const asked = Array.from({ length: 100 }, (_, at) => ask(stack, "healthy.lab", at % 2 ? { accept: lines } : {}));
    const answers = await Promise.all(asked.map(async (asked) => {
      const response = await asked;
      return { status: response.status, location: response.headers.get("content-location"), text: await response.text() };
    }));
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
    assert.equal(new Set(answers.map(({ location }) => location)).size, 1, "it is one report");
    const [document] = answers.map(({ text }) => text);
    assert.equal(JSON.parse(document).verdict.decision, "go");
    for (const [at, { text }] of answers.entries()) {
      if (at % 2 === 0) assert.equal(text, document);
      else assert.deepEqual({ event: "report", ...JSON.parse(document) }, JSON.parse(text.trimEnd().split("\n").at(-1) ?? ""));
    }
    assert.equal(scans(stack).length, 1);
    const questions = outside.asked.map(({ method, url, headers }) => `${method} ${url} ${headers["content-length"] ?? ""}`);
    assert.ok(questions.length <= 48, `${questions.length} requests`);
  });

  test("that is there answers the next one who asks: free, with its age, and nothing where it is known", async () => {
    const first = await ask(stack, "nomail.lab");
    const text = await first.text();
    assert.equal(first.headers.get("cache-control"), "no-cache");
    assert.match(first.headers.get("ratelimit-policy") ?? "", /^"scans";q=200;w=86400, "domains";q=50;w=86400$/);
    const second = await ask(stack, "https://www.NOMAIL.lab/");
    assert.equal(await second.text(), text);
    for (const name of ["etag", "content-location", "link"]) assert.equal(second.headers.get(name), first.headers.get(name), name);
    assert.match(second.headers.get("age") ?? "", /^\d$/);
    assert.equal(second.headers.get("ratelimit"), null, "it cost nothing");
    const etag = first.headers.get("etag") ?? "";
    for (const tags of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const known = await ask(stack, "nomail.lab", { "if-none-match": tags });
      assert.deepEqual([known.status, await known.text(), known.headers.get("etag")], [304, "", etag]);
    }
    assert.equal((await ask(stack, "nomail.lab", { "if-none-match": '"other"' })).status, 200);
    const streamed = await ask(stack, "nomail.lab", { accept: lines });
    const events = (await streamed.text()).trimEnd().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(events.map(({ event }) => event), ["started", "report"]);
    assert.deepEqual(events[1], { event: "report", ...JSON.parse(text) });
    assert.equal(scans(stack).length, 1);
  });

  test("that lacks answers because the resolvers failed answers nobody else for long", async () => {
    const stack = await start({ UNHEARD_SECONDS: "0", DOMAIN_HOURLY: "1000" });
    const twice = async (/** @type {string} */ domain) => {
      const first = await ask(stack, domain);
      const { coverage } = await first.json();
      const second = await ask(stack, domain);
      await second.text();
      return { unheard: coverage.unheard ?? 0, same: first.headers.get("content-location") === second.headers.get("content-location") };
    };
    const { unheard, same } = await twice("no-resolver.lab");
    assert.ok(unheard > 0, "it says how many");
    assert.equal(same, false, "the next one who asks gets a scan of his own");
    assert.deepEqual(await twice("healthy.lab"), { unheard: 0, same: true }, "where nothing is missing, it is kept as always");
  });

  test("is made anew where it is asked for so, and for another question", async () => {
    const ids = [];
    const id = async (/** @type {string} */ query) => {
      const response = await ask(stack, query);
      await response.text();
      ids.push(response.headers.get("content-location"));
      return ids.at(-1);
    };
    const first = await id("nomail.lab&mail=neither");
    assert.equal(await id("nomail.lab&mail=neither&fresh=true"), first, "not twice within FRESH_SECONDS");
    await sleep(1100);
    const fresh = await id("nomail.lab&mail=neither&fresh=true");
    assert.notEqual(fresh, first);
    assert.equal(await id("nomail.lab&mail=neither"), fresh, "from then on it is the newest one");
    assert.notEqual(await id("nomail.lab&mail=neither&segment=coach"), fresh);
    assert.equal(scans(stack).length, 3);
    await problem(await ask(stack, "nomail.lab&fresh=maybe"), "unknown-value");
  });

  test("is the same however its question is written; nothing else is taken for that question", async () => {
    const first = await ask(stack, "healthy.lab&segment=coach");
    const [id, text] = [first.headers.get("content-location"), await first.text()];
    /** @param {string} query */
    const asked = (query) => fetch(`${stack.url}/api/v1/report?${query}`, { headers: { "cf-connecting-ip": newClient() } });
    const spellings = [
      "domain=healthy.lab&segment=coach",
      "segment=coach&domain=healthy.lab",
      "segment=coach&domain=HEALTHY.lab&deep=false",
      "domain=%68ealthy.lab&segment=coach&fresh=false",
      "domain=https://www.healthy.lab/&segment=coach",
    ];
    for (const query of [...spellings, ...spellings]) {
      const response = await asked(query);
      assert.deepEqual([response.headers.get("content-location"), await response.text()], [id, text], query);
    }
    await problem(await asked("domain=healthy.lab&segment=coach&utm=1"), "unknown-parameter");
    await problem(await asked("domain=healthy.lab&segment=coach&segment=coach"), "repeated-parameter");
    await problem(await asked("domain=healthy.lab&segment=COACH"), "unknown-value");
    const other = await asked("domain=healthy.lab");
    assert.notEqual(other.headers.get("content-location"), id, "another question");
    await other.text();
    await sleep(1100);
    const fresh = await asked("segment=coach&domain=healthy.lab&fresh=");
    assert.notEqual(fresh.headers.get("content-location"), id);
    await fresh.text();
    for (const query of spellings) {
      const response = await asked(query);
      assert.equal(response.headers.get("content-location"), fresh.headers.get("content-location"), `${query}: the newest one`);
      await response.text();
    }
  });

  test("of a site that says without end is kept like any other, and says what it leaves out", async () => {
    const cookies = Array.from({ length: 20 }, (_, at) => `session${at}${"\u0061".repeat(1000)}="${"\\".repeat(1000)}"; Domain=lab`);
    outside.instead(
      ({ hostname }) => hostname.endsWith("nomail.lab"),
      (request, response) => {
        const { url = "" } = request;
        /** @type {Record<string, string | string[]>} */
        const fields = { "set-cookie": cookies, "content-security-policy": `script-src ${"https://example.com ".repeat(500)}` };
        if (url.length < 12_000) fields.location = `${url.replace(/\/$/, "")}/${"very-long/".repeat(300)}`;
        response.writeHead(fields.location ? 302 : 200, fields).end("<!doctype html><title>Long</title>");
      },
    );
    const streamed = await ask(stack, "nomail.lab&segment=ai-tool", { accept: lines });
    assert.equal(streamed.status, 200);
    const said = (await streamed.text()).trimEnd().split("\n");
    const report = said.at(-1) ?? "";
    assert.equal(JSON.parse(report).event, "report");
    assert.ok(report.length > 50_000 && Buffer.byteLength(report) <= 500_100, `${Buffer.byteLength(report)} bytes`);
    assert.match(report, /… \([\d,]+ more characters\)/);
    for (const line of said.slice(0, -1)) assert.ok(Buffer.byteLength(line) <= 40_000, `${Buffer.byteLength(line)} bytes of ${line.slice(0, 80)}`);
    const address = streamed.headers.get("content-location") ?? "";
    const kept = await fetch(stack.url + address);
    assert.equal(kept.status, 200, "its link");
    assert.deepEqual({ event: "report", ...(await kept.json()) }, JSON.parse(report));
    const page = await fetch(stack.url + address.replace("/api/v1/reports/", "/report/"));
    assert.equal(page.status, 200, "the page to share");
    const html = await page.text();
    assert.ok(html.length < 500_000, `${html.length} bytes of the page to share`);
    const history = await (await fetch(`${stack.url}/api/v1/history?domain=nomail.lab&segment=ai-tool`)).json();
    assert.equal(history.reports.length, 1);
    for (const accept of ["application/json", "text/markdown", "application/zip"]) {
      const papers = await fetch(`${stack.url}/api/v1/documents?domain=nomail.lab&segment=ai-tool`, { headers: { accept, "cf-connecting-ip": newClient() } });
      assert.equal(papers.status, 200, accept);
      const { byteLength } = await papers.arrayBuffer();
      assert.ok(byteLength < 4_000_000, `${byteLength} bytes of ${accept}`);
    }
  });

  test("stays at its own address, the same to the byte, and whoever restarts the Worker finds it there", async () => {
    const made = await ask(stack, "broken.lab");
    const text = await made.text();
    const address = made.headers.get("content-location") ?? "";
    assert.match(address, /^\/api\/v1\/reports\/[0-9a-f]{32}-broken\.lab$/);
    assert.equal(made.headers.get("link"), `<${address.replace("/api/v1/reports/", "/report/")}>; rel="bookmark"`);
    stacks.splice(stacks.indexOf(stack), 1);
    await stack.stop();
    stack = await start({ FRESH_SECONDS: "1", DOMAIN_HOURLY: "1000" }, { persist });
    const kept = await fetch(stack.url + address);
    assert.equal(await kept.text(), text);
    assert.equal(kept.headers.get("cache-control"), "public, max-age=300", "an opt-out takes it down");
    assert.equal(kept.headers.get("etag"), made.headers.get("etag"));
    const again = await ask(stack, "broken.lab");
    assert.equal(await again.text(), text, "it is still fresh");
    assert.equal(scans(stack).length, 0);
    for (const id of ["", "x", `${"0".repeat(32)}-broken.lab`, `${"0".repeat(32)}-127.0.0.1`, "../health"]) {
      const response = await fetch(`${stack.url}/api/v1/reports/${encodeURIComponent(id)}`);
      assert.equal(response.status, 404, id);
    }
  });

  test("is remembered for a moment by the isolate, and forgotten when there is a newer one", async () => {
    const made = await ask(stack, "healthy.lab");
    const [text, etag] = [await made.text(), made.headers.get("etag") ?? ""];
    const again = await ask(stack, "healthy.lab");
    assert.equal(await again.text(), text);
    assert.match(again.headers.get("age") ?? "", /^\d+$/);
    for (const name of ["etag", "content-location", "link", "cache-control", "content-security-policy", "access-control-allow-origin"]) {
      assert.equal(again.headers.get(name), made.headers.get(name), name);
    }
    assert.notEqual(again.headers.get("x-request-id"), made.headers.get("x-request-id"));
    const unchanged = await ask(stack, "healthy.lab", { "if-none-match": etag });
    assert.deepEqual([unchanged.status, await unchanged.text(), unchanged.headers.get("etag")], [304, "", etag]);
    await sleep(1100);
    const newer = (await ask(stack, "healthy.lab&fresh=true")).headers.get("etag");
    assert.notEqual(newer, etag);
    assert.equal((await ask(stack, "healthy.lab")).headers.get("etag"), newer);
  });

  test("is not made of a domain whose owner has opted out, and nothing is sent to its site", async () => {
    for (const accept of ["application/json", lines]) {
      const told = await problem(await ask(stack, "opted-out.lab", { accept }), "opted-out");
      assert.equal(told.status, 403);
      assert.match(told.detail, /_launch-ready\.opted-out\.lab/);
    }
    assert.ok(outside.asked.length > 0);
    assert.deepEqual(outside.asked.filter(({ dns }) => !dns), []);
  });
});

describe("the owner's word", () => {
  /** @type {import("../tools/stack.mjs").Stack} */
  let stack;
  before(async () => (stack = await start({ REPORT_SECONDS: "0", FRESH_SECONDS: "0", OWNER_SECONDS: "0", DOMAIN_HOURLY: "1000" })));

  /** Hosts that were sent a request, or begun a handshake with; resolvers aside. */
  const visited = () => [...new Set(outside.asked.filter(({ dns }) => !dns).map(({ url }) => url.hostname))].sort();
  const of = (/** @type {string} */ domain) => visited().filter((host) => host === domain || host.endsWith(`.${domain}`));
  const post = (/** @type {string} */ path, /** @type {unknown} */ body, /** @type {Record<string, string>} */ headers = {}) =>
    fetch(stack.url + path, { method: "POST", headers: { "content-type": "application/json", "cf-connecting-ip": newClient(), ...headers }, body: JSON.stringify(body) });
  /** @param {string} query */
  async function report(query) {
    const response = await ask(stack, query);
    assert.equal(response.status, 200, query);
    return response.json();
  }
  /** @param {any} report @param {string} check */
  const found = (report, check) => report.findings.find((/** @type {any} */ finding) => finding.check === check);

  test("holds for the names below a domain", async () => {
    assert.match((await problem(await ask(stack, "shop.opted-out.lab"), "opted-out")).detail, /shop\.opted-out\.lab/);
    assert.deepEqual(visited(), []);
  });

  test("holds where another site leads to", async () => {
    const told = await report("leads-to-opted-out.lab");
    assert.ok(of("leads-to-opted-out.lab").length > 0);
    assert.deepEqual(of("opted-out.lab"), []);
    const entry = found(told, "entry-points");
    assert.equal(entry.level, "not-measured");
    assert.match(entry.detail, /the owner has opted this host out of checks/);
    assert.equal(told.verdict.decision, "no-verdict");
  });

  test("holds for a name below the domain that is scanned", async () => {
    outside.owners((name) => (name === "www.healthy.lab" ? "opt-out" : undefined));
    const told = await report("healthy.lab");
    assert.ok(visited().includes("healthy.lab"));
    assert.deepEqual(of("www.healthy.lab"), []);
    assert.equal(found(told, "https-redirect").level, "not-measured");
  });

  test("is asked of a second resolver where the first one fails, and held", async () => {
    outside.owners((name, resolver) => (name !== "healthy.lab" ? undefined : resolver === "cloudflare-dns.com" ? "fails" : "opt-out"));
    await problem(await ask(stack, "healthy.lab"), "opted-out");
    assert.deepEqual(of("healthy.lab"), []);
  });

  test("that cannot be had leaves the site alone, and the report says why", async () => {
    outside.owners((name) => (name === "healthy.lab" ? "fails" : undefined));
    const told = await report("healthy.lab");
    assert.deepEqual(of("healthy.lab"), []);
    assert.equal(told.verdict.decision, "no-verdict");
    assert.match(found(told, "hsts").detail, /could not find out whether the owner allows checks/);
    assert.equal(found(told, "mx").level, "pass", "DNS was asked");
  });

  test("holds for a check that is asked again, a batch, a list of redirects and a proof of ownership", async () => {
    await problem(await ask(stack, "opted-out.lab&check=hsts"), "opted-out");
    const batch = await (await post("/api/v1/reports", { domains: ["opted-out.lab", "shop.opted-out.lab"] })).json();
    assert.deepEqual(batch.reports.map((/** @type {any} */ { status }) => status), [403, 403]);
    for (const domain of ["opted-out.lab", "shop.opted-out.lab"]) {
      assert.equal((await post("/api/v1/redirects", { domain, map: "/a,/b", try: true })).status, 403);
      const proven = await post("/api/v1/ownership", { domain }, { authorization: "Bearer whatever" });
      assert.match((await problem(proven, "opted-out")).detail, /Publish the proof as a record/);
    }
    assert.deepEqual(visited(), []);
    const tried = await post("/api/v1/redirects", { domain: "leads-to-opted-out.lab", map: "/a,https://shop.opted-out.lab/a", try: true });
    assert.match((await tried.json()).rows[0].tried.why, /the owner has opted this host out of checks/);
    assert.deepEqual(of("opted-out.lab"), []);
  });

  test("that cannot be had leaves a file of ownership unasked", async () => {
    outside.owners((name) => (name === "healthy.lab" ? "fails" : undefined));
    await problem(await post("/api/v1/ownership", { domain: "healthy.lab" }, { authorization: "Bearer whatever" }), "not-proven");
    assert.deepEqual(of("healthy.lab"), []);
  });

  test("takes down what is stored", async () => {
    const made = await ask(stack, "nomail.lab");
    await made.text();
    const address = made.headers.get("content-location") ?? "";
    const link = address.replace("/api/v1/reports/", "/report/");
    const all = [address, link, `${link}/card.png`, "/r/nomail.lab", "/r/nomail.lab/card.svg", "/badge/nomail.lab.svg", "/api/v1/history?domain=nomail.lab"];
    const statuses = async () => Promise.all(all.map(async (path) => (await fetch(stack.url + path)).status));
    for (const path of all) {
      const response = await fetch(stack.url + path);
      assert.equal(response.status, 200, path);
      assert.doesNotMatch(response.headers.get("cache-control") ?? "", /immutable|max-age=\d{4,}/, path);
    }
    outside.owners((name) => (name === "nomail.lab" ? "fails" : undefined));
    assert.deepEqual(await statuses(), all.map(() => 200), "what cannot be asked changes nothing");
    outside.owners((name) => (name === "nomail.lab" ? "opt-out" : undefined));
    const gone = await fetch(stack.url + address);
    assert.match((await problem(gone, "report-gone")).detail, /has opted it out of checks .* Its reports are deleted/);
    assert.equal(gone.status, 410);
    outside.owners(() => undefined);
    assert.equal((await fetch(stack.url + address)).status, 404, "and it does not come back");
    assert.equal((await fetch(stack.url + link)).status, 404);
  });

  test("is not asked again within the hour, however many ask for what is stored, and says so while it holds", async () => {
    const usual = await start({ REPORT_SECONDS: "0", FRESH_SECONDS: "0" });
    const made = await ask(usual, "nomail.lab");
    await made.text();
    outside.reset();
    outside.owners(() => "opt-out");
    const address = usual.url + (made.headers.get("content-location") ?? "");
    for (let n = 0; n < 3; n++) assert.equal((await fetch(address)).status, 200);
    assert.deepEqual(outside.asked, [], "the scan has heard it");
    await problem(await ask(usual, "nomail.lab"), "opted-out");
    outside.reset();
    for (let n = 0; n < 3; n++) assert.equal((await fetch(address)).status, 410);
    await problem(await ask(usual, "nomail.lab"), "opted-out");
    assert.deepEqual(outside.asked, []);
  });
});

describe("the limits", () => {
  test("of a day count scans and domains; a report that is there stays free", async () => {
    const stack = await start({ DAILY_DOMAINS: "2", DAILY_SCANS: "3", FRESH_SECONDS: "0" });
    const client = { "cf-connecting-ip": newClient() };
    const remaining = async (/** @type {string} */ query) => {
      const response = await ask(stack, query, client);
      assert.equal(response.status, 200);
      await response.text();
      return response.headers.get("ratelimit")?.replace(/t=\d+/g, "t");
    };
    assert.equal(await remaining("nomail.lab"), '"scans";r=2;t, "domains";r=1;t');
    assert.equal(await remaining("unreachable.lab&mail=both"), '"scans";r=1;t, "domains";r=0;t');
    const third = await ask(stack, "wildcard.lab", client);
    const told = await problem(third, "limit-reached");
    assert.equal(told.status, 429);
    assert.equal(told.detail, "You've reached today's limit of 2 domains. It resets at 00:00 UTC. Existing reports stay free.");
    const wait = Number(third.headers.get("retry-after"));
    assert.ok(wait > 0 && wait <= 86_400, String(wait));
    assert.match(third.headers.get("ratelimit") ?? "", /"domains";r=0;t=\d+/);
    assert.equal(await remaining("nomail.lab"), undefined, "it is there");
    assert.equal(await remaining("nomail.lab&fresh=true"), '"scans";r=0;t, "fresh";r=59;t');
    assert.match((await problem(await ask(stack, "nomail.lab&fresh=true", client), "limit-reached")).detail, /^You've reached today's limit of 3 scans\. It resets at 00:00 UTC\./);
    assert.equal((await ask(stack, "wildcard.lab")).status, 200, "somebody else may");
  });

  test("of a day hold for one network of IPv6, and fresh reports have one of their own", async () => {
    const stack = await start({ DAILY_FRESH: "1", FRESH_SECONDS: "0" });
    const of = (/** @type {string} */ address) => ask(stack, "nomail.lab&fresh=true", { "cf-connecting-ip": address });
    await (await ask(stack, "nomail.lab")).text();
    await (await of("2001:db8:1:2::1")).text();
    assert.match((await problem(await of("2001:db8:1:2:ffff::7"), "limit-reached")).detail, /^You've reached today's limit of 1 fresh report\. It resets at 00:00 UTC\./);
    assert.equal((await of("2001:db8:1:3::1")).status, 200);
  });

  test("of a burst hold for a client, and those of an hour for a domain", async () => {
    const stack = await start({ DOMAIN_HOURLY: "2", REPORT_SECONDS: "0", FRESH_SECONDS: "0" }, { worker: { ...outside.worker, ratelimits: { SCAN_RATE: { simple: { limit: 2, period: 60 } }, INTAKE_RATE: { simple: { limit: 5, period: 60 } } } } });
    const client = { "cf-connecting-ip": newClient() };
    for (const domain of ["nomail.lab", "wildcard.lab"]) assert.equal((await ask(stack, domain, client)).status, 200);
    const burst = await ask(stack, "healthy.lab", client);
    assert.equal(burst.headers.get("retry-after"), "60");
    assert.match((await problem(burst, "limit-reached")).detail, /within a minute/);
    assert.equal((await ask(stack, "nomail.lab")).status, 200);
    const often = await ask(stack, "nomail.lab");
    const { detail } = await problem(often, "limit-reached");
    assert.match(detail, /^This domain has reached its limit of 2 scans an hour, by everyone together\. You can try again at \d\d:\d\d UTC\. Its last report stays available at \/r\/nomail\.lab\.$/);
    const wait = Number(often.headers.get("retry-after"));
    assert.ok(wait > 3000 && wait <= 3600, String(wait));
    assert.equal(often.headers.get("ratelimit-policy"), '"domain";q=2;w=3600');
    assert.equal(often.headers.get("ratelimit"), `"domain";r=0;t=${wait}`);
    const never = await ask(await start({ DOMAIN_HOURLY: "0" }), "nomail.lab");
    assert.doesNotMatch((await problem(never, "limit-reached")).detail, /last report/, "there is none");
  });

  test("of a burst say how many there may be, as wrangler.toml has it", async () => {
    const stack = await start({});
    const client = { "cf-connecting-ip": newClient() };
    for (let number = 0; number < 20; number++) assert.equal((await ask(stack, "nomail.lab&check=ttl&fresh=true", client)).status, 200);
    const refused = await ask(stack, "nomail.lab&check=ttl", client);
    assert.match((await problem(refused, "limit-reached")).detail, /limit of 20 scans within a minute\. You can try again in 60 seconds\./);
    assert.deepEqual([refused.headers.get("ratelimit-policy"), refused.headers.get("ratelimit")], ['"burst";q=20;w=60', '"burst";r=0;t=60']);
  });

  test("of an hour count a check that is asked again for what it sends", async () => {
    const stack = await start({ FRESH_SECONDS: "0" }, manyAtOnce());
    const stranger = { "cf-connecting-ip": newClient() };
    for (let number = 0; number < 60; number++) {
      const response = await ask(stack, "nomail.lab&check=ttl", stranger);
      assert.equal(response.status, 200, `${number}: ${await response.text()}`);
    }
    assert.ok(sent(stack) < 15 * 48, `${sent(stack)} requests`);
    assert.equal((await ask(stack, "nomail.lab")).status, 200);
    const again = await ask(stack, "nomail.lab&check=ttl", stranger);
    const left = Number(/"scans";r=(\d+)/.exec(again.headers.get("ratelimit") ?? "")?.[1]);
    assert.ok(left >= 200 - 15, `${left} of the day are left`);
  });

  test("of an hour count a scan that nobody waits for, for what it sent until then", async () => {
    const stack = await start({ FRESH_SECONDS: "0" }, manyAtOnce());
    for (let number = 0; number < 60; number++) {
      const leaving = new AbortController();
      const headers = { "cf-connecting-ip": `203.0.113.${number % 5}`, accept: lines };
      const response = await fetch(`${stack.url}/api/v1/report?domain=slow.lab&path=/${number}`, { headers, signal: leaving.signal });
      assert.equal(response.status, 200);
      leaving.abort();
      const end = Date.now() + 5_000;
      while (scans(stack).length <= number && Date.now() < end) await sleep(5);
    }
    assert.deepEqual([...new Set(scans(stack).map(({ outcome }) => outcome))], ["client-left"]);
    assert.ok(sent(stack) < 59 * 48, `${sent(stack)} requests`);
    const founder = await ask(stack, "slow.lab");
    assert.equal(founder.status, 200, await founder.text());
  });

  test("of an hour give one client a share, which is less the fewer are left; and a domain is never asked more than all of them", async () => {
    const hourly = 8;
    const stack = await start({ DOMAIN_HOURLY: String(hourly), FRESH_SECONDS: "0", REPORT_SECONDS: "0" }, manyAtOnce());
    /** Scans that one client gets, and how it is refused. */
    const allOf = async () => {
      const client = { "cf-connecting-ip": newClient() };
      for (let had = 0; had <= hourly * 2; had++) {
        const response = await ask(stack, "nomail.lab", client);
        if (response.status !== 200) return { had, response };
        await response.text();
      }
      assert.fail("nobody is ever refused");
    };
    const first = await allOf();
    assert.ok(first.had >= 1 && first.had <= hourly / 2, `${first.had} scans`);
    const { detail } = await problem(first.response, "limit-reached");
    assert.match(detail, /^You've reached your share of this domain's 8 scans an hour, which is 2 now\. You can try again at \d\d:\d\d UTC\. Its last report stays available at \/r\/nomail\.lab\.$/);
    const wait = Number(first.response.headers.get("retry-after"));
    assert.ok(wait > 3000 && wait <= 3600, String(wait));
    assert.deepEqual([first.response.headers.get("ratelimit-policy"), first.response.headers.get("ratelimit")], ['"share";q=2;w=3600', `"share";r=0;t=${wait}`]);
    let last = await allOf();
    let clients = 2;
    for (; last.had > 0; clients++) last = await allOf();
    assert.match((await problem(last.response, "limit-reached")).detail, /^This domain has reached its limit of 8 scans an hour/);
    assert.ok(clients >= 6, `${clients} clients`);
    assert.ok(sent(stack) <= hourly * 48, `${sent(stack)} requests`);
  });

  test("count a deep scan for what it may send, in the domain's hour and in the client's day", async () => {
    const stack = await start({ DOMAIN_HOURLY: "3", DAILY_SCANS: "10" });
    const deep = await ask(stack, "slow.lab&deep=true", { accept: lines });
    assert.match(deep.headers.get("ratelimit") ?? "", /^"scans";r=6;/, "150 of 480 requests");
    const beside = await ask(stack, "slow.lab");
    assert.match((await problem(beside, "limit-reached")).detail, /limit of 3 scans an hour/);
    await deep.text();
  });

  test("know a client by its IPv4 address in whatever form, and otherwise by its network of IPv6", async () => {
    const stack = await start({}, manyAtOnce());
    /** @type {[string, string, "one" | "two"][]} */
    const pairs = [
      ["::ffff:192.0.2.1", "::ffff:192.0.2.2", "two"],
      ["::ffff:192.0.2.3", "192.0.2.3", "one"],
      ["::FFFF:c000:204", "192.0.2.4", "one"],
      ["::ffff:0:192.0.2.5", "::ffff:0:192.0.2.6", "two"],
      ["::192.0.2.7", "::192.0.2.8", "two"],
      ["64:ff9b::192.0.2.9", "64:ff9b::192.0.2.10", "two"],
      ["64:ff9b::192.0.2.11", "192.0.2.11", "one"],
      ["2002:c000:20c:1::1", "2002:c000:20c:2::1", "one"],
      ["2002:c000:20d::1", "2002:c000:20e::1", "two"],
      ["2001:0:53aa:64c:0:fbff:3fff:fdf0", "2001:0:53aa:64c:0:fbff:3fff:fdee", "two"],
      ["2001:0:53aa:64c:0:fbff:3fff:fded", "192.0.2.18", "one"],
      ["2001:db8:7:1::1", "2001:db8:7:1:ffff::1", "one"],
      ["2001:db8:7:2::1", "2001:db8:7:3::1", "two"],
      ["2001:db8:0:0:0:ffff:c000:213", "2001:db8::ffff:c000:214", "one"],
    ];
    for (const [one, other, are] of pairs) {
      await (await ask(stack, "nomail.lab&check=ttl", { "cf-connecting-ip": one })).text();
      const second = await ask(stack, "nomail.lab&check=ttl", { "cf-connecting-ip": other });
      // Whoever has had the domain scanned before is not counted another one.
      assert.equal(/"domains"/.test(second.headers.get("ratelimit") ?? ""), are === "two", `${one} and ${other} are ${are}`);
    }
  });

  test("of an hour count a scan from its beginning, not from its end", async () => {
    const stack = await start({ DOMAIN_HOURLY: "1" });
    const both = await Promise.all(["slow.lab", "slow.lab&mail=both"].map((query) => ask(stack, query)));
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 429]);
    await Promise.all(both.map((response) => response.text()));
  });

  test("leave no address behind: not in the log, and not in what is stored", async () => {
    const stack = await start({});
    await (await ask(stack, "nomail.lab", { "cf-connecting-ip": "203.0.113.77" })).text();
    assert.ok(!JSON.stringify(stack.logs).includes("203.0.113.77"));
  });
});

describe("a setting", () => {
  test("that is missing or no value is said by its name, whatever is asked", async () => {
    const noQueue = await start({}, { worker: { ...outside.worker, queueProducers: {} } });
    const noNumber = await start({ DAILY_SCANS: "many" });
    const noSecret = await start({ WEBHOOK_URL: "https://owner.lab/hook" });
    for (const [stack, name] of /** @type {const} */ ([[noQueue, "LEADS"], [noNumber, "DAILY_SCANS"], [noSecret, "WEBHOOK_SECRET"]])) {
      for (const path of ["/api/v1/health", "/api/v1/report?domain=healthy.lab", "/r/healthy.lab"]) {
        const response = await fetch(stack.url + path);
        assert.equal(response.status, 503, path);
        assert.match(await response.text(), new RegExp(`\\b${name}\\b`));
      }
      assert.ok(stack.logs.some(({ level, message }) => level === "error" && message.includes(name)));
    }
  });
});
