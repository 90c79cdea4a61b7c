// A redirect map by the API: read, looked over, tried on the site as it is, and written as rules.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
before(async () => (stack = await startStack({ limits: true })));
after(() => stack?.stop());

let clients = 0;

/** Asks as somebody who has not asked before. @param {unknown} body @param {Record<string, string>} [headers] */
const post = (body, headers) =>
  fetch(`${stack.url}/api/v1/redirects`, {
    method: "POST",
    headers: { "content-type": "application/json", "cf-connecting-ip": `198.51.100.${++clients}`, ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe("a redirect map", () => {
  test("is looked over without a request to the site", async () => {
    const map = "old,new\n/a,/b\n/b,/a\n\n/c -> /d\nwhatever this is\n/e,/f\n/f,/g";
    const response = await post({ domain: "https://www.Healthy.lab/shop", map, formats: ["netlify", "nginx"] });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("ratelimit"), null, "nothing was asked");
    const sheet = await response.json();
    assert.equal(sheet.site, "https://healthy.lab/");
    const told = Object.fromEntries(sheet.rows.map((/** @type {any} */ row) => [row.line, row.problem?.kind ?? "fine"]));
    assert.deepEqual(told, { 2: "loop", 3: "fine", 5: "fine", 7: "chain", 8: "fine" });
    assert.deepEqual(sheet.unread.map((/** @type {any} */ line) => line.line), [6]);
    assert.deepEqual(sheet.rules.map((/** @type {any} */ rules) => rules.format), ["netlify", "nginx"]);
    assert.equal(sheet.rules[0].text, "/c /d 301!\n/e /g 301!\n/f /g 301!\n", "no circle, and no two steps where one will do");
  });

  test("has rules for every host where none is named", async () => {
    const { rules } = await (await post({ domain: "healthy.lab", map: "/a,/b" })).json();
    assert.deepEqual(rules.map((/** @type {any} */ rules) => rules.format).sort(), ["apache", "cloudflare-bulk", "cloudflare-redirects", "netlify", "nginx", "vercel"]);
  });

  test("is tried on the site as it is", async () => {
    const map = [
      "http://healthy.lab/,https://healthy.lab/",
      "https://www.healthy.lab/,https://healthy.lab/",
      "/nowhere,/pricing",
      "https://broken.lab/,https://healthy.lab/",
    ].join("\n");
    const response = await post({ domain: "healthy.lab", map, try: true });
    assert.equal(response.status, 200);
    assert.ok(response.headers.get("ratelimit"), "it counts as a scan");
    const { rows, untried } = await response.json();
    const tried = rows.map((/** @type {any} */ row) => row.tried);
    assert.deepEqual(tried.slice(0, 2).map(({ kind }) => kind), ["good", "good"]);
    assert.equal(tried[2].kind, "wrong");
    assert.match(tried[2].chain, /https:\/\/healthy\.lab\/nowhere → 404 in \d+ ms/);
    assert.deepEqual(tried[3], { kind: "not-measured", why: "broken.lab is not below healthy.lab: name that domain to have it tried" });
    assert.equal(untried, 0);
  });

  test("of other domains alone asks nothing, and counts as nothing", async () => {
    const response = await post({ domain: "healthy.lab", map: "https://broken.lab/,https://healthy.lab/", try: true });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("ratelimit"), null, "it is no scan");
    const { rows } = await response.json();
    assert.equal(rows[0].tried.kind, "not-measured");
  });

  test("that is long is tried as far as one scan goes", async () => {
    const map = Array.from({ length: 30 }, (_, n) => `/old-${n},/new-${n}`).join("\n");
    const sheet = await (await post({ domain: "healthy.lab", map, try: true })).json();
    assert.equal(sheet.untried, 10);
    assert.equal(sheet.rows.filter((/** @type {any} */ row) => row.tried).length, 20);
    const { body } = await fetch(`${stack.url}/api/v1/history?domain=healthy.lab`).then(async (r) => ({ body: await r.json() }));
    assert.deepEqual(body.reports, [], "it is no report, and is not kept as one");
  });

  test("is not tried where the owner does not want it", async () => {
    const response = await post({ domain: "opted-out.lab", map: "/a,/b", try: true });
    assert.equal(response.status, 403);
    assert.match((await response.json()).detail, /The owner of opted-out\.lab has opted it out/);
    assert.equal((await post({ domain: "opted-out.lab", map: "/a,/b" })).status, 200, "without a request there is nothing to refuse");
  });

  test("that cannot be used is refused with what to send instead", async () => {
    const faults = async (/** @type {unknown} */ body) => {
      const response = await post(body);
      assert.equal(response.status, 422);
      return Object.fromEntries((await response.json()).errors.map((/** @type {any} */ { pointer, detail }) => [pointer, detail]));
    };
    const empty = await faults({});
    assert.match(empty["/domain"], /Name the domain/);
    assert.match(empty["/map"], /Paste the list/);
    const wrong = await faults({ domain: "127.0.0.1", map: "/a,/b", formats: ["iis"], try: "yes", rules: 1 });
    assert.match(wrong["/domain"], /IP address|domain/);
    assert.match(wrong["/formats/0"], /netlify/);
    assert.match(wrong["/try"], /true or false/);
    assert.match(wrong["/rules"], /Unknown field/);
    assert.match((await faults({ domain: "healthy.lab", map: "x".repeat(1_000_001) }))["/map"], /1000000 characters: split/);
    assert.equal((await post("{")).status, 400);
    assert.equal((await post({ domain: "healthy.lab", map: "x".repeat(1_100_000) })).status, 413);
  });

  for (const [shape, last] of [["circle", 0], ["chain", 1_000]]) {
    test(`that is a ${shape} of a thousand lines is answered, and others are meanwhile`, async () => {
      const map = Array.from({ length: 1_000 }, (_, n) => `/page-${n},/page-${n === 999 ? last : n + 1}`).join("\n");
      const [response, ...health] = await Promise.all([post({ domain: "healthy.lab", map }), ...Array.from({ length: 5 }, () => fetch(`${stack.url}/api/v1/health`))]);
      assert.deepEqual(health.map(({ status }) => status), [200, 200, 200, 200, 200]);
      assert.equal(response.status, 200);
      const text = await response.text();
      assert.ok(text.length <= Math.max(20 * map.length, 128 * 1024), `${text.length} bytes for ${map.length}`);
      const { rows } = JSON.parse(text);
      const { kind, through, left_out } = rows[0].problem;
      assert.equal(kind, shape === "circle" ? "loop" : "chain");
      assert.ok(through.length + left_out === 1_001 && through.length <= 6);
    });
  }

  test("of as many lines as are read is answered within its bound, whatever its shape", async () => {
    const lines = (/** @type {(n: number) => string} */ line, length = 10_000) => Array.from({ length }, (_, n) => line(n)).join("\n");
    const long = `/x,/${"ü".repeat(1_900)}\n`;
    for (const map of [lines((n) => `/${n},/${n + 1}`), lines(() => "/,/"), lines(() => "x"), long + lines((n) => `/${n},/x`, 9_999)]) {
      const response = await post({ domain: "healthy.lab", map });
      assert.equal(response.status, 200);
      const { byteLength } = await response.arrayBuffer();
      assert.ok(byteLength <= Math.max(20 * Buffer.byteLength(map), 128 * 1024), `${byteLength} bytes for ${map.length}: ${map.slice(0, 20)}`);
    }
  });

  test("that is too long is refused with its number of lines and what to do", async () => {
    const map = Array.from({ length: 10_001 }, (_, n) => `/${n},/x`).join("\n");
    const response = await post({ domain: "healthy.lab", map });
    assert.equal(response.status, 422);
    const { errors } = await response.json();
    assert.deepEqual(errors, [{ pointer: "/map", code: "too-long", detail: "The list has 10001 lines, and at most 10000 are read: split it into parts of 10000." }]);
    assert.equal((await post({ domain: "healthy.lab", map: `# moved\n\n${map.slice(0, map.lastIndexOf("\n"))}` })).status, 200);
  });

  test("is one of twenty that a client may send within a minute", async () => {
    const client = { "cf-connecting-ip": "203.0.113.20" };
    for (let n = 0; n < 20; n++) assert.equal((await post({ domain: "healthy.lab", map: "/a,/b" }, client)).status, 200);
    const refused = await post({ domain: "healthy.lab", map: "/a,/b" }, client);
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get("content-type"), "application/problem+json");
    assert.equal(refused.headers.get("retry-after"), "60");
    assert.match((await refused.json()).detail, /in a minute/);
    assert.equal((await post({ domain: "healthy.lab", map: "/a,/b" })).status, 200, "others still may");
    const report = await fetch(`${stack.url}/api/v1/report?domain=healthy.lab`, { headers: client });
    assert.equal(report.status, 200, "and scans are counted apart");
  });

  test("in which strangers wrote something is text", async () => {
    const map = '"/a,b","/<script>alert(1)</script>"\n/c\u0000d,/e\n/%0d%0aSet-Cookie:x,/y';
    const sheet = await (await post({ domain: "healthy.lab", map, formats: ["nginx", "apache"] })).json();
    for (const { text } of sheet.rules) assert.doesNotMatch(text, /[\r\u0000]|^Set-Cookie/m);
  });
});
