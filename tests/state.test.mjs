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
    assert.equal(kept.headers.get("cache-control"), "public, max-age=31536000, immutable");
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
    for (const response of [made, again, unchanged]) assert.equal(response.headers.get("x-near"), null, "how long is ours to know");
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
    assert.match(told.detail, /domains/);
    const wait = Number(third.headers.get("retry-after"));
    assert.ok(wait > 0 && wait <= 86_400, String(wait));
    assert.match(third.headers.get("ratelimit") ?? "", /"domains";r=0;t=\d+/);
    assert.equal(await remaining("nomail.lab"), undefined, "it is there");
    assert.equal(await remaining("nomail.lab&fresh=true"), '"scans";r=0;t, "fresh";r=59;t');
    assert.match((await problem(await ask(stack, "nomail.lab&fresh=true", client), "limit-reached")).detail, /scans/);
    assert.equal((await ask(stack, "wildcard.lab")).status, 200, "somebody else may");
  });

  test("of a day hold for one network of IPv6, and fresh reports have one of their own", async () => {
    const stack = await start({ DAILY_FRESH: "1", FRESH_SECONDS: "0" });
    const of = (/** @type {string} */ address) => ask(stack, "nomail.lab&fresh=true", { "cf-connecting-ip": address });
    await (await ask(stack, "nomail.lab")).text();
    await (await of("2001:db8:1:2::1")).text();
    assert.match((await problem(await of("2001:db8:1:2:ffff::7"), "limit-reached")).detail, /fresh/);
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
    assert.match((await problem(often, "limit-reached")).detail, /This domain/);
    assert.ok(Number(often.headers.get("retry-after")) > 3000);
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
