// The built Worker in workerd, from outside: what it answers, and what it asks.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { startLab, startStack } from "../tools/stack.mjs";
import { startOutside } from "./worker-outside.mjs";

/** What a scan may take (core: drive::Limits), and the time around it. */
const DEADLINE_MS = 20_000;
const MARGIN_MS = 3_000;
/** External subrequests of one scan; the free plan's fifty, less two. */
const BUDGET = 48;
/** Requests that may wait for their headers at once. */
const WIDTH = 6;
/** What one page may take to its headers, and its body after that (worker: host.rs). */
const HEADERS_MS = 8_000;
const BODY_MS = 5_000;

/** @type {import("../tools/stack.mjs").Lab} */
let lab;
/** @type {import("./worker-outside.mjs").Outside} */
let outside;
/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** The Worker itself: Miniflare's own entry in front of it does not pass on that a client has left. */
let direct = "";

before(async () => {
  lab = await startLab();
  outside = await startOutside(lab.http);
  const unsafeDirectSockets = [{ host: "127.0.0.1", port: 0 }];
  stack = await startStack({ lab: false, worker: { ...outside.worker, unsafeDirectSockets }, vars: { PUBLIC_URL: "https://check.lab", OPERATOR_CONTACT: "hello@check.lab" } });
  direct = (await stack.miniflare.unsafeGetDirectURL("launch-ready")).origin;
});
after(async () => {
  await stack?.stop();
  outside?.stop();
  await lab?.stop();
});
beforeEach(() => {
  outside.reset();
  stack.logs.length = 0;
});

/**
 * @param {string} path below /api/v1/
 * @param {RequestInit} [init]
 */
const api = (path, init) => fetch(`${stack.url}/api/v1/${path}`, init);

/** @param {string} domain */
async function report(domain) {
  const response = await api(`report?domain=${domain}`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/json");
  return response.json();
}

/** @param {string} domain */
async function events(domain) {
  const response = await api(`report?domain=${domain}`, { headers: { accept: "application/x-ndjson" } });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "application/x-ndjson");
  const text = await response.text();
  assert.ok(text.endsWith("\n"));
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** The lines about scans. @returns {any[]} */
const scanLines = () => stack.logs.filter(({ message }) => message.startsWith('{"event":"scan"')).map(({ message }) => JSON.parse(message));

/** Waits until it is so. @param {() => unknown} is @param {number} ms */
async function until(is, ms) {
  const end = Date.now() + ms;
  while (!is() && Date.now() < end) await sleep(20);
  return is();
}

/** @param {URL} url */
const home = (url) => url.protocol === "https:" && url.hostname === "healthy.lab" && url.pathname === "/";

/** @param {Response} response */
function assertGuarded(response) {
  const header = (/** @type {string} */ name) => response.headers.get(name);
  assert.match(header("strict-transport-security") ?? "", /^max-age=63072000; includeSubDomains; preload$/);
  assert.match(header("content-security-policy") ?? "", /^default-src 'none'; .*frame-ancestors 'none'/);
  assert.equal(header("x-content-type-options"), "nosniff");
  assert.equal(header("x-frame-options"), "DENY");
  assert.equal(header("referrer-policy"), "no-referrer");
  assert.match(header("permissions-policy") ?? "", /camera=\(\)/);
  assert.equal(header("cross-origin-resource-policy"), "cross-origin");
  assert.equal(header("access-control-allow-origin"), "*");
  assert.match(header("cache-control") ?? "", /^no-(store|cache)$/);
  assert.equal(header("vary"), "Origin, Accept");
  assert.match(header("x-request-id") ?? "", /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
}

/**
 * @param {Response} response
 * @param {number} status
 * @param {string} code
 */
async function assertProblem(response, status, code) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assertGuarded(response);
  const problem = await response.json();
  assert.equal(problem.type, `/problems/${code}`);
  assert.equal(problem.status, status);
  assert.equal(problem.request_id, response.headers.get("x-request-id"));
  assert.match(problem.title, /^[A-Z][^.]+$/);
  assert.match(problem.detail, /^.{10,300}[.?]$/);
  return problem;
}

describe("health", () => {
  test("says that it is well", async () => {
    const response = await api("health");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    assertGuarded(response);
    const health = await response.json();
    assert.equal(health.status, "ok");
    assert.match(health.version, /^\d+\.\d+\.\d+$/);
  });

  test("HEAD says the same without a body, and every answer has an id of its own", async () => {
    const [first, second] = await Promise.all([api("health", { method: "HEAD" }), api("health", { method: "HEAD" })]);
    assert.equal(first.status, 200);
    assert.equal(first.headers.get("content-type"), "application/json");
    assert.equal(await first.text(), "");
    assertGuarded(first);
    assert.notEqual(first.headers.get("x-request-id"), second.headers.get("x-request-id"));
  });
});

describe("what is refused", () => {
  const typed = {
    "127.0.0.1": "ip-literal",
    "http://[::1]/": "ip-literal",
    "2130706433": "ip-literal",
    "0x7f.1": "ip-literal",
    "": "empty",
    "https://": "empty",
    "example.com:8443": "port",
    "https://user:secret@example.com/": "credentials",
    localhost: "single-label",
    "db.internal": "special-use-name",
    "printer.local": "special-use-name",
    "_dmarc.example.com": "underscore",
    "ftp://example.com": "unsupported-scheme",
    "exa mple.com": "invalid-name",
    "<script>alert(1)</script>.com": "invalid-name",
    [`${"a".repeat(64)}.com`]: "label-too-long",
    [`${"abc.".repeat(70)}com`]: "name-too-long",
    [`${"a".repeat(5000)}.com`]: "name-too-long",
  };
  for (const [domain, code] of Object.entries(typed)) {
    test(`“${domain.slice(0, 40)}” is ${code}`, async () => {
      const problem = await assertProblem(await api(`report?domain=${encodeURIComponent(domain)}`), 400, code);
      assert.equal(problem.parameter, "domain");
      assert.ok(!problem.detail.includes("secret"));
    });
  }

  test("no domain at all", async () => {
    const problem = await assertProblem(await api("report"), 400, "missing-parameter");
    assert.equal(problem.parameter, "domain");
  });

  test("a parameter that is misspelt, with the ones there are", async () => {
    const problem = await assertProblem(await api("report?domain=healthy.lab&segmnet=coach"), 400, "unknown-parameter");
    assert.equal(problem.parameter, "segmnet");
    assert.ok(problem.allowed.includes("segment"));
    for (const name of problem.allowed) assert.ok(problem.detail.includes(name));
  });

  test("a parameter that is there twice", async () => {
    await assertProblem(await api("report?domain=healthy.lab&domain=example.com"), 400, "repeated-parameter");
  });

  for (const [parameter, known] of [["segment", "coach"], ["mail", "neither"], ["deep", "true"]]) {
    test(`a ${parameter} that nobody knows, with the ones there are`, async () => {
      const problem = await assertProblem(await api(`report?domain=healthy.lab&${parameter}=bakery`), 400, "unknown-value");
      assert.equal(problem.parameter, parameter);
      assert.ok(problem.allowed.includes(known));
      for (const value of problem.allowed) assert.ok(problem.detail.includes(value));
    });
  }

  test("an address that is not there", async () => {
    for (const path of ["", "nothing-here", "health/", "report/healthy.lab", "reports/", "Report?domain=healthy.lab"]) {
      await assertProblem(await api(path), 404, "not-found");
    }
    await assertProblem(await fetch(`${stack.url}/nothing-here`), 404, "not-found");
  });

  test("a method that an address does not have", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"]) {
      for (const path of ["health", "report?domain=healthy.lab"]) {
        const response = await api(path, { method });
        assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS");
        await assertProblem(response, 405, "method-not-allowed");
      }
    }
  });

  test("a form that there is not", async () => {
    const problem = await assertProblem(
      await api("report?domain=healthy.lab", { headers: { accept: "text/html" } }),
      406,
      "not-acceptable",
    );
    assert.deepEqual(problem.allowed, ["application/json", "application/x-ndjson"]);
  });

  test("none of it is asked outside or logged as a scan", async () => {
    for (const query of ["", "?domain=127.0.0.1", "?domain=healthy.lab&mail=bakery"]) await (await api(`report${query}`)).text();
    await (await api("report?domain=healthy.lab", { method: "POST" })).text();
    await sleep(100);
    assert.equal(outside.asked.length, 0);
    assert.deepEqual(scanLines(), []);
  });
});

describe("the form", () => {
  const json = "application/json";
  const lines = "application/x-ndjson";
  const accepts = {
    "*/*": json,
    "application/*": json,
    [json]: json,
    [lines]: lines,
    "APPLICATION/X-NDJSON": lines,
    [`${lines}, */*`]: lines,
    [`${lines}, ${json}`]: lines,
    [`${json}, ${lines}`]: json,
    [`${lines};q=0.5, ${json}`]: json,
    [`${json};q=0.5, ${lines}; q=0.9`]: lines,
    [`${lines};q=0, */*`]: json,
    [`${json};q=0, */*;q=0.1`]: lines,
    "text/html,application/xhtml+xml,*/*;q=0.8": json,
    [`${lines};q=lots`]: lines,
  };
  for (const [accept, form] of Object.entries(accepts)) {
    test(`for “${accept}” it is ${form}`, async () => {
      const response = await api("report?domain=healthy.lab", { method: "HEAD", headers: { accept } });
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), form);
      assertGuarded(response);
    });
  }

  test("HEAD refuses what GET refuses, and scans nothing", async () => {
    assert.equal((await api("report?domain=localhost", { method: "HEAD" })).status, 400);
    assert.equal(outside.asked.length, 0);
  });
});

describe("pages of others", () => {
  const preflight = {
    method: "OPTIONS",
    headers: { origin: "https://embedder.example", "access-control-request-method": "GET" },
  };

  test("may ask, and are told so for a day", async () => {
    const response = await api("report?domain=healthy.lab", preflight);
    assert.equal(response.status, 204);
    assert.equal(response.headers.get("access-control-allow-methods"), "GET, HEAD, OPTIONS");
    assert.equal(response.headers.get("access-control-max-age"), "86400");
    assert.equal(response.headers.get("access-control-expose-headers"), "age, content-location, etag, link, ratelimit, ratelimit-policy, retry-after, x-request-id");
    assert.equal(response.headers.get("access-control-allow-headers"), "authorization, content-type, idempotency-key, if-none-match");
    assertGuarded(response);
    assert.equal(await response.text(), "");
  });

  test("OPTIONS without an origin names the methods", async () => {
    const response = await api("health", { method: "OPTIONS" });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS");
    assert.equal(response.headers.get("access-control-allow-methods"), null);
  });

  test("may not where ALLOWED_ORIGINS names others", async () => {
    const ours = "https://launch-ready.example";
    const restricted = await startStack({ lab: false, vars: { ALLOWED_ORIGINS: `${ours}, https://www.launch-ready.example` } });
    try {
      const ask = (/** @type {string} */ origin, method = "GET") =>
        fetch(`${restricted.url}/api/v1/health`, { method, headers: { ...preflight.headers, origin } });
      for (const method of ["GET", "OPTIONS"]) {
        const known = await ask(ours, method);
        assert.equal(known.headers.get("access-control-allow-origin"), ours);
        assert.equal(known.headers.get("cross-origin-resource-policy"), "same-origin");
        assert.match(known.headers.get("vary") ?? "", /Origin/);
        const stranger = await ask("https://embedder.example", method);
        assert.equal(stranger.headers.get("access-control-allow-origin"), null);
        assert.equal(stranger.headers.get("access-control-allow-methods"), null);
      }
    } finally {
      await restricted.stop();
    }
  });
});

describe("a scan", () => {
  test("of a healthy domain is go", async () => {
    const { domain, verdict, coverage, run, schema } = await report("https://www.HEALTHY.lab/pricing");
    assert.equal(domain, "healthy.lab");
    assert.equal(schema, 1);
    assert.deepEqual([verdict.decision, verdict.checks], ["go", []]);
    // No registry answers for .lab.
    assert.equal(coverage.answered, coverage.of - 1);
    assert.match(run.vantage, /^edge/);
    assert.match(run.started, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  test("of one check alone asks what it needs, and is never mistaken for a verdict", async () => {
    const response = await api("report?domain=broken.lab&check=spf-record&check=mx");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("cache-control"), "no-store");
    const recheck = await response.json();
    assert.deepEqual(Object.keys(recheck).filter((key) => ["verdict", "score", "risks", "findings"].includes(key)), []);
    assert.deepEqual(recheck.recheck.map((/** @type {any} */ { check }) => check), ["mx", "spf-record"]);
    const lines = await (await api("report?domain=broken.lab&check=spf-record", { headers: { accept: "application/x-ndjson" } })).text();
    const events = lines.trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(events[0].checks.map((/** @type {any} */ { check }) => check), ["spf-record"]);
    assert.equal(events.at(-1).event, "recheck");
    const unknown = await (await api("report?domain=broken.lab&check=nonsense")).json();
    assert.deepEqual([unknown.status, unknown.parameter], [400, "check"]);
  });

  test("repeats what the founder said", async () => {
    const response = await api("report?domain=healthy.lab&segment=coach&mail=both");
    const { segment, mail } = await response.json();
    assert.deepEqual([segment, mail], ["coach", "both"]);
  });

  test("of a broken first launch is no-go for exactly its blockers", async () => {
    const { verdict, risks } = await report("broken.lab");
    assert.equal(verdict.decision, "no-go");
    assert.deepEqual(verdict.checks, ["https-redirect", "mixed-content", "mx", "spf-record"]);
    const blockers = risks.filter((/** @type {any} */ { rank }) => rank === "blocker");
    assert.deepEqual(blockers.map((/** @type {any} */ { check }) => check).sort(), [...verdict.checks].sort());
  });

  test("of a hostile domain ends within its deadline and sends nothing inside", async () => {
    const started = Date.now();
    const { verdict } = await report("hostile.lab");
    assert.ok(Date.now() - started < DEADLINE_MS + MARGIN_MS);
    assert.notEqual(verdict.decision, "go");
    for (const { url } of outside.asked) assert.match(url.hostname, /\.lab$|^(cloudflare-dns\.com|dns\.google|dns\.quad9\.net)$/);
    assert.ok(!outside.asked.some(({ url }) => /^(inside|metadata|six|mapped)\./.test(url.hostname)));
  });

  test("of a site that cannot be reached gives no verdict, and calls nothing missing", async () => {
    const { verdict, findings } = await report("unreachable.lab");
    assert.equal(verdict.decision, "no-verdict");
    assert.deepEqual(findings.filter((/** @type {any} */ { level }) => level === "fail"), []);
  });

  test("of a resolver that fails goes on with the others", async () => {
    const { verdict } = await report("servfail.lab");
    assert.notEqual(verdict.decision, "go");
    const asked = new Set(outside.asked.filter(({ dns }) => dns).map(({ url }) => url.hostname));
    assert.ok(asked.has("dns.google"), [...asked].join());
  });

  test("keeps to its budget and to six at once, and says who asks", async () => {
    for (const domain of ["healthy.lab", "stopwatch.lab", "broken.lab", "hostile.lab", "servfail.lab"]) {
      // What the scan before has taken back is still being closed.
      assert.ok(await until(() => outside.waiting() === 0, 2000));
      outside.reset();
      stack.logs.length = 0;
      await report(domain);
      assert.ok(outside.asked.length <= BUDGET, `${domain}: ${outside.asked.length} requests`);
      assert.ok(outside.peak() <= WIDTH, `${domain}: ${outside.peak()} at once`);
      assert.ok(await until(() => scanLines().length, 1000));
      assert.equal(scanLines()[0].subrequests, outside.asked.length);
      for (const { headers, dns, method } of outside.asked) {
        // In a connection of our own nothing is sent but the beginning of a handshake.
        if (method === "CONNECT") continue;
        assert.equal(headers["user-agent"], "LaunchReady/0.1 (+https://check.lab/opt-out; hello@check.lab)");
        assert.equal(headers.cookie, undefined);
        if (dns) assert.deepEqual([method, headers["content-type"]], ["POST", "application/dns-message"]);
        else assert.match(headers.accept ?? "", /^text\/html,/);
      }
    }
  });

  test("asks more, and checks more, where it is to scan deeply", async () => {
    const report = async (/** @type {string} */ query) => (await api(`report?domain=healthy.lab${query}`)).json();
    const [plain, deep] = [await report("&deep=false"), await report("&deep=true")];
    assert.ok(await until(() => scanLines().length > 1, 1000));
    const lines = scanLines();
    assert.deepEqual(lines.map(({ checks }) => checks), [plain.findings.length, deep.findings.length]);
    const named = (/** @type {{ findings: { check: string }[] }} */ { findings }) => findings.map(({ check }) => check);
    assert.ok(!named(plain).includes("security-txt") && named(deep).includes("security-txt"));
    assert.ok(lines[1].subrequests > lines[0].subrequests);
    assert.equal(deep.verdict.decision, "go");
  });

  test("reads names outside ASCII in whatever form they are typed", async () => {
    for (const typed of ["b\u00fccher.example", "BU\u0308CHER.example", "\uff42\u00fccher\uff0eexample"]) {
      // Set aside, so that nothing is asked; what it says shows how the name was read.
      const problem = await assertProblem(await api(`report?domain=${encodeURIComponent(typed)}`), 400, "special-use-name");
      assert.match(problem.detail, /^xn--bcher-kva\.example /);
    }
  });

  test("writes one line that names no visitor", async () => {
    const response = await api("report?domain=healthy.lab", { headers: { "cf-connecting-ip": "203.0.113.7", cookie: "a=b" } });
    const { findings, run } = await response.json();
    const answered = findings.filter((/** @type {any} */ { level }) => level !== "not-measured").length;
    assert.ok(await until(() => scanLines().length, 1000));
    const [line, ...more] = scanLines();
    assert.deepEqual(more, []);
    const { request_id, duration_ms, subrequests, rounds, vantage, ...rest } = line;
    assert.deepEqual(rest, { event: "scan", domain: "healthy.lab", answered, checks: findings.length, outcome: "go" });
    assert.equal(request_id, response.headers.get("x-request-id"));
    assert.equal(vantage, run.vantage);
    assert.equal(duration_ms, run.took_ms);
    assert.ok(subrequests > 0 && rounds > 1);
  });

  test("runs beside others", async () => {
    const domains = ["healthy.lab", "broken.lab", "nomail.lab", "loop.lab", "healthy.lab", "stopwatch.lab", "self-signed.lab", "healthy.lab"];
    const together = await Promise.all(domains.map(report));
    assert.deepEqual(together.map(({ domain }) => domain), domains);
    const decisions = together.map(({ verdict }) => verdict.decision);
    assert.deepEqual(decisions, ["go", "no-go", "go", "no-go", "go", "go", "no-go", "go"]);
  });
});

describe("the lines", () => {
  test("begin with what will be checked and end with the report; every check has its finding between", async () => {
    const [started, ...rest] = await events("healthy.lab");
    const last = rest.pop();
    assert.equal(started.event, "started");
    assert.equal(started.domain, "healthy.lab");
    assert.equal(last.event, "report");
    assert.equal(last.verdict.decision, "go");
    const ids = (/** @type {any[]} */ list) => list.map(({ check }) => check);
    const found = rest.filter(({ event }) => event === "finding");
    assert.deepEqual(ids(found).sort(), ids(started.checks).sort());
    assert.deepEqual(ids(last.findings), ids(started.checks));
    for (const { event, ...finding } of found) {
      assert.deepEqual(finding, last.findings.find((/** @type {any} */ { check }) => check === finding.check));
    }

    const progress = rest.filter(({ event }) => event === "progress");
    assert.equal(progress.length + found.length, rest.length);
    for (const [before, now] of progress.slice(1).map((now, index) => [progress[index], now])) {
      assert.ok(now.answered >= before.answered && now.known >= before.known && now.answered <= now.known);
    }
    const asked = progress.filter(({ done }) => !done);
    const answered = progress.filter(({ done }) => done);
    assert.deepEqual(answered.map(({ probe }) => probe).sort(), asked.map(({ probe }) => probe).sort());
    assert.equal(asked.length, outside.asked.length);
  });

  test("carry the headers of every answer", async () => {
    const response = await api("report?domain=nomail.lab", { headers: { accept: "application/x-ndjson" } });
    assertGuarded(response);
    await response.text();
  });

  test("come while it happens", async () => {
    outside.instead(home, (_, answer) => setTimeout(() => answer.writeHead(503).end(), 1000));
    const started = Date.now();
    const response = await api("report?domain=healthy.lab", { headers: { accept: "application/x-ndjson" } });
    let first = 0;
    let text = "";
    for await (const chunk of /** @type {any} */ (response.body)) {
      text += Buffer.from(chunk);
      if (!first && text.includes('"event":"finding"')) first = Date.now() - started;
    }
    assert.ok(first < 1000, `the first finding after ${first} ms`);
    assert.ok(Date.now() - started >= 1000);
  });

  test("stop when the client leaves, and so does the scan", async () => {
    outside.instead(home, (_, answer) => setTimeout(() => answer.writeHead(200).end("<title>slow</title>"), 700));
    const leaving = new AbortController();
    const url = `${direct}/api/v1/report?domain=healthy.lab`;
    const response = await fetch(url, { headers: { accept: "application/x-ndjson" }, signal: leaving.signal });
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    assert.match(Buffer.from((await reader.read()).value ?? []).toString(), /^\{"event":"started"/);
    // While the site takes its time, somebody waits for it.
    assert.ok(await until(() => outside.asked.some(({ dns }) => !dns), 4000), "the site was not asked");
    leaving.abort();
    // It is noticed at the next line that is sent, or the one after it.
    assert.ok(await until(() => scanLines().length, 4000), "no line was written");
    assert.equal(scanLines()[0].outcome, "client-left");
    const asked = outside.asked.length;
    // What was on its way when it was taken back was sent, and may not have arrived.
    const { subrequests } = scanLines()[0];
    assert.ok(subrequests >= asked && subrequests <= asked + WIDTH, `${subrequests} subrequests, ${asked} arrived`);
    await sleep(1000);
    assert.equal(outside.asked.length, asked);
    assert.ok(outside.asked.some(({ gone }) => gone), "nothing was taken back");
  });
});

describe("a site that", () => {
  /** @param {any} report @param {string} check */
  const finding = (report, check) => report.findings.find((/** @type {any} */ finding) => finding.check === check);

  test("never answers is given up, and the connection closed", async () => {
    outside.instead((url) => url.hostname.endsWith("healthy.lab"), () => {});
    const started = Date.now();
    const result = await report("healthy.lab");
    const took = Date.now() - started;
    assert.ok(took >= HEADERS_MS && took < DEADLINE_MS + MARGIN_MS, `${took} ms`);
    assert.equal(result.verdict.decision, "no-verdict");
    assert.match(finding(result, "https-redirect").detail, /got no answer in time/);
    assert.ok(await until(() => outside.asked.every(({ dns, gone }) => dns || gone), 1000));
  });

  test("closes the connection is not reachable", async () => {
    outside.instead((url) => url.hostname.endsWith("healthy.lab"), (request) => request.socket.destroy());
    const result = await report("healthy.lab");
    assert.equal(result.verdict.decision, "no-verdict");
    assert.match(finding(result, "https-redirect").detail, /got no connection from the server/);
  });

  test("shows its certificate is asked for it once, and the connection closed", async () => {
    const certificate = finding(await report("healthy.lab"), "certificate");
    assert.equal(certificate.outcome, "valid");
    const seen = (/** @type {string} */ label) => certificate.seen.find((/** @type {any} */ one) => one.label === label)?.text;
    assert.equal(seen("certificate of healthy.lab"), "healthy.lab");
    assert.match(seen("protocol"), /^TLS 1\.2; .* newer version/);
    assert.match(seen("trust"), /^an https request was trusted; this connection only read, and verified nothing$/);
    const raw = outside.asked.filter(({ method }) => method === "CONNECT");
    assert.deepEqual(raw.map(({ url }) => url.host), ["healthy.lab"]);
    assert.ok(await until(() => raw.every(({ gone }) => gone), 1000));
  });

  test("lets a handshake hang is given up, and the connection closed", async () => {
    const result = await report("silent-tls.lab");
    assert.match(finding(result, "certificate").detail, /^TLS silent-tls\.lab got no answer in time/);
    const raw = outside.asked.filter(({ method }) => method === "CONNECT");
    assert.ok(raw.length > 0);
    assert.ok(await until(() => raw.every(({ gone }) => gone), 1000));
  });

  test("sends a body without end is read for a while, and holds up nothing", async () => {
    /** @type {Set<NodeJS.Timeout>} */
    const timers = new Set();
    outside.instead(home, (_, answer) => {
      answer.writeHead(200, { "content-type": "text/html" });
      const timer = setInterval(() => answer.write("<p>more</p>"), 100);
      timers.add(timer);
      answer.on("close", () => clearInterval(timer));
    });
    const started = Date.now();
    const result = await report("healthy.lab");
    const took = Date.now() - started;
    for (const timer of timers) clearInterval(timer);
    assert.ok(took >= BODY_MS && took < DEADLINE_MS + MARGIN_MS, `${took} ms`);
    assert.equal(finding(result, "redirect-loop").level, "pass");
    assert.ok(await until(() => outside.asked.every(({ url, gone }) => !home(url) || gone), 1000));
  });

  test("sends a body that is too large is not read to its end", async () => {
    let sent = 0;
    const chunk = Buffer.alloc(64 * 1024, "<!-- -->");
    outside.instead(home, (_, answer) => {
      answer.writeHead(200, { "content-type": "text/html" });
      const fill = () => {
        while (!answer.destroyed && sent < 200 * 1024 * 1024) {
          sent += chunk.length;
          if (!answer.write(chunk)) return void answer.once("drain", fill);
        }
        answer.end();
      };
      fill();
    });
    await report("healthy.lab");
    assert.ok(sent < 100 * 1024 * 1024, `${sent} bytes were taken`);
  });

  test("leads on and on, and takes its time, is left at the deadline", async () => {
    outside.instead(
      ({ hostname }) => hostname === "healthy.lab",
      ({ url }, answer) => {
        const next = `https://healthy.lab/${Number(new URL(url ?? "").pathname.slice(1)) + 1}`;
        setTimeout(() => answer.writeHead(302, { location: next }).end(), 6000);
      },
    );
    const started = Date.now();
    const result = await report("healthy.lab");
    const took = Date.now() - started;
    assert.ok(took >= DEADLINE_MS && took < DEADLINE_MS + MARGIN_MS, `${took} ms`);
    assert.match(finding(result, "redirect-loop").detail, /when the scan's time was up/);
    assert.equal(finding(result, "mx").level, "pass");
  });
});
