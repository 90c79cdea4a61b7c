// Our own pages, as whoever runs the service has set it up: who they are, what machines look for, that every link answers, and that the
// pages pass the checks that we put to others.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { root } from "../tools/lib/paths.mjs";
import { runCheck } from "../tools/lib/replay.mjs";
import { startLab, startStack } from "../tools/stack.mjs";
import { launchBrowser, openPage } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** An operator that there is not. */
const operator = {
  PUBLIC_URL: "https://check.lab",
  OPERATOR_NAME: "Analytical <Engines> Ltd",
  OPERATOR_ABOUT: "We launch products for founders.\n\nSince 1843.",
  OPERATOR_CONTACT: "hello@check.lab",
  OPERATOR_TERMS: "https://check.lab/our-terms",
  BRAND_COLOR: "#c81e5b",
};

/** Every kind of page that we have, beside those about a domain. */
const pages = ["/", "/plan", "/widget", "/docs", "/docs/checks", "/docs/checks/spf-record", "/docs/providers", "/docs/providers/vercel", "/docs/cli", "/docs/page-kinds", "/docs/redirect-maps", "/about", "/privacy", "/terms", "/contact", "/opt-out", "/call"];

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => ([stack, browser] = await Promise.all([startStack({ limits: true, vars: operator }), launchBrowser()])));
after(async () => {
  await browser?.close();
  await stack?.stop();
});

/** @param {string} path @param {RequestInit} [init] */
const get = (path, init) => fetch(stack.url + path, { redirect: "manual", ...init });

/** @param {string} html @param {RegExp} mark */
const all = (html, mark) => [...html.matchAll(new RegExp(mark, "g"))].map(([, value]) => value);

describe("every page", () => {
  for (const path of pages) {
    test(`${path} says once what it is and where it stands, and has the way to every other part`, async () => {
      const response = await get(path);
      assert.equal(response.status, 200);
      assert.doesNotMatch(response.headers.get("x-robots-tag") ?? "", /noindex/);
      const html = await response.text();
      const [title, ...titles] = all(html, /<title>([^<]*)<\/title>/);
      assert.match(title, /Launch Ready/);
      assert.deepEqual(titles, []);
      for (const mark of [/<meta name="description" content="[^"]{20,200}"/, /<meta property="og:title" content="[^"]+"/, /<h1[\s>]/]) assert.equal(html.match(new RegExp(mark, "g"))?.length, 1, String(mark));
      assert.deepEqual(all(html, /<link rel="canonical" href="([^"]*)"/), [`https://check.lab${path}`]);
      assert.deepEqual(all(html, /<meta property="og:image" content="([^"]*)"/), ["https://check.lab/og.png"]);
      for (const part of ["/", "/plan", "/docs", "/widget", "/about", "/privacy", "/terms", "/contact", "/opt-out", "/call"]) assert.ok(html.includes(`<a href="${part}"`), part);
      assert.ok(html.includes("Run by <a href=\"/about\">Analytical &lt;Engines&gt; Ltd</a>"), "it names its operator, as text");
      assert.doesNotMatch(html, /https:\/\/launch-ready\.|launch-ready\.dev/);
      assert.ok(html.includes('href="/brand.css?c81e5b"'));
    });
  }

  test("is kept by its hash, and changes with what the settings say", async () => {
    const first = await get("/about");
    assert.equal(first.status, 200);
    const home = await get("/");
    const tag = home.headers.get("etag") ?? "";
    assert.match(tag, /^"[0-9a-f]{16}"$/);
    assert.equal((await get("/", { headers: { "if-none-match": tag } })).status, 304);
  });

  test("without settings names nobody, and says so", async () => {
    const bare = await startStack({ lab: false });
    try {
      for (const [path, said] of [
        ["/", "has not given a name"],
        ["/about", "has not given a name"],
        ["/contact", "has not set a contact"],
        ["/terms", "has not published terms"],
        ["/privacy", "has not published a privacy notice"],
        ["/opt-out", "LaunchReady/0.1<"],
      ]) {
        const html = await (await fetch(bare.url + path)).text();
        assert.ok(html.includes(said), path);
        assert.ok(html.includes(`href="${bare.url}`), "what is absolute is at the address that was asked");
      }
      assert.equal((await fetch(`${bare.url}/.well-known/security.txt`)).status, 404, "without a contact there is none");
      assert.equal((await fetch(`${bare.url}/brand.css`)).status, 404);
    } finally {
      await bare.stop();
    }
  });

  test("a setting that cannot be used is named", async () => {
    const odd = await startStack({ lab: false, vars: { PUBLIC_URL: "check.lab" } });
    try {
      const response = await fetch(`${odd.url}/about`, { headers: { accept: "text/html" } });
      assert.equal(response.status, 503);
      assert.match((await response.json()).detail, /PUBLIC_URL/);
    } finally {
      await odd.stop();
    }
  });
});

describe("an address where there is nothing", () => {
  test("is a page for people, and a problem for programs", async () => {
    const page = await get("/nothing-here", { headers: { accept: "text/html,application/xhtml+xml,*/*;q=0.8" } });
    assert.equal(page.status, 404);
    assert.match(page.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(page.headers.get("x-robots-tag") ?? "", /noindex/);
    const html = await page.text();
    assert.match(html, /<h1>Not found<\/h1>/);
    assert.match(html, /<a href="\/docs">/);
    for (const [path, accept] of [["/nothing-here", "*/*"], ["/api/v1/nothing", "text/html"]]) {
      const problem = await get(path, { headers: { accept } });
      assert.deepEqual([problem.status, problem.headers.get("content-type")], [404, "application/problem+json"], path);
    }
    assert.equal((await get("/shell")).status, 404, "what pages are made of is no page");
  });
});

describe("what machines look for", () => {
  test("robots.txt, sitemap.xml, security.txt, the manifest and the icons are there, and name our own address", async () => {
    assert.match(await (await get("/robots.txt")).text(), /^User-agent: \*\nDisallow: \/api\/[\s\S]*\nSitemap: https:\/\/check\.lab\/sitemap\.xml\n$/);
    const sitemap = await (await get("/sitemap.xml")).text();
    const listed = all(sitemap, /<loc>([^<]*)<\/loc>/);
    for (const path of pages) assert.ok(listed.includes(`https://check.lab${path}`), path);
    const security = await (await get("/.well-known/security.txt")).text();
    assert.match(security, /^Contact: mailto:hello@check\.lab\nExpires: \d{4}-/);
    for (const [path, type] of [["/favicon.ico", "image/"], ["/apple-touch-icon.png", "image/png"], ["/og.png", "image/png"], ["/favicon.svg", "image/svg+xml"]]) {
      const icon = await get(path);
      assert.equal(icon.status, 200, path);
      assert.ok(icon.headers.get("content-type")?.startsWith(type), path);
    }
    const manifest = await (await get("/site.webmanifest")).json();
    for (const { src } of manifest.icons) assert.equal((await get(src)).status, 200, src);
    assert.match(await (await get("/brand.css")).text(), /^:root\{--accent:#[0-9a-f]{6}/);
  });
});

test("every link of every page answers", { timeout: 120_000 }, async () => {
  const sitemap = await (await get("/sitemap.xml")).text();
  const paths = new Set([...all(sitemap, /<loc>https:\/\/check\.lab([^<]*)<\/loc>/), "/sample/ready", "/sample/not-ready", "/nothing-here"]);
  /** @type {Map<string, string>} where a link leads, and the page that has it */
  const links = new Map();
  /** @type {Map<string, Set<string>>} */
  const anchors = new Map();
  for (const path of paths) {
    const html = await (await get(path, { headers: { accept: "text/html" } })).text();
    anchors.set(path, new Set(all(html, /\sid="([^"]+)"/)));
    for (const link of all(html, /<(?:a|link|script|img)\s[^>]*?(?:href|src)="([^"]+)"/)) {
      const address = new URL(link.replaceAll("&amp;", "&"), `https://check.lab${path}`);
      if (address.origin === "https://check.lab" && address.pathname !== "/our-terms") links.set(address.pathname + address.search + address.hash, path);
      else assert.match(address.protocol, /^(https|mailto):$/, `${path} leads to ${link}`);
    }
  }
  assert.ok(links.size > 400, `${links.size} links`);
  for (const [link, from] of links) {
    const [address, hash] = link.split("#");
    // What begins a scan is no page of ours.
    if (address.startsWith("/r?")) continue;
    if (!paths.has(address)) {
      const { status } = await get(address, { method: "HEAD" });
      assert.ok([200, 301, 302, 303].includes(status), `${from} leads to ${link}: ${status}`);
    }
    if (hash && anchors.has(address)) assert.ok(anchors.get(address)?.has(hash), `${from} leads to ${link}, and there is no such place`);
  }
});

describe("in a browser", () => {
  for (const path of [...pages, "/sample/ready", "/sample/not-ready", "/r/not-checked.lab", "/nothing-here"]) {
    test(`${path} keeps to its policy, fits a phone, and axe finds nothing, in light and in dark`, async () => {
      for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
        const { page, errors } = await openPage(browser, { colorScheme, viewport: { width: 360, height: 740 } });
        await page.goto(stack.url + path, { waitUntil: "networkidle" });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path} is wider than a phone`);
        await page.evaluate(axe);
        const found = await page.evaluate(async () => {
          const { violations } = await /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ["violations"] });
          return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.slice(0, 3).map((/** @type {any} */ node) => node.html).join(" | ")}`);
        });
        assert.deepEqual(found, [], colorScheme);
        const expected = path === "/nothing-here" ? / 404|404 \(Not Found\)/ : path.startsWith("/r/") ? /not-checked\.lab|404|400/ : /^$/;
        assert.deepEqual(errors.filter((error) => !expected.test(error)), [], colorScheme);
        await page.context().close();
      }
    });
  }

  test("a title stays what the page says of itself", async () => {
    const { page } = await openPage(browser);
    await page.goto(stack.url, { waitUntil: "networkidle" });
    assert.equal(await page.title(), "Launch Ready: can your domain go live?");
    await page.context().close();
  });

  for (const [name, verdict] of [["ready", "Ready"], ["not-ready", "Not ready"]]) {
    test(`the sample /sample/${name} opens as a report, with scripts and without, and asks nothing of the service`, async () => {
      for (const javaScriptEnabled of [true, false]) {
        const { page } = await openPage(browser, { javaScriptEnabled });
        /** @type {string[]} */
        const asked = [];
        page.on("request", (request) => request.url().includes("/api/") && asked.push(request.url()));
        await page.goto(`${stack.url}/sample/${name}`);
        await page.locator(javaScriptEnabled ? "#verdict-title" : "#summary-title").getByText(verdict).first().waitFor();
        assert.deepEqual(asked, []);
        assert.equal(new URL(page.url()).pathname, `/sample/${name}`);
        await page.context().close();
      }
    });
  }

  test("the API page copies its examples, for this host", async () => {
    const { page } = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${stack.url}/docs`);
    await page.locator('[data-copy="example-getReport"]').click();
    await page.getByText("Copied", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "curl 'https://check.lab/api/v1/report?domain=example.com'");
    await page.context().close();
  });
});

describe("our own checks", () => {
  const folder = mkdtempSync(join(tmpdir(), "launch-ready-own-"));
  after(() => rmSync(folder, { recursive: true }));

  test("pass on our own site, with all that it sends", { timeout: 120_000 }, async () => {
    await record(folder);
    const lab = await startLab({ scenario: folder });
    try {
      const report = JSON.parse(await runCheck(["check.lab", "--json", "--proxy", `http://${lab.http}`, "--ca-file", lab.ca]));
      const faults = report.findings.filter(({ level, area }) => ["warn", "fail"].includes(level) && !["domain", "email"].includes(area));
      assert.deepEqual(faults.map(({ check, outcome, detail }) => `${check} ${outcome}: ${detail ?? ""}`), []);
      assert.equal(report.verdict.decision, "go", report.verdict.reason);
    } finally {
      await lab.stop();
    }
  });

  /** Our pages with their header fields, as a site of the lab, on a domain with everything else in order. @param {string} folder */
  async function record(folder) {
    mkdirSync(folder, { recursive: true });
    const home = await get("/");
    const html = await home.clone().text();
    const assets = all(html, /(?:src|href)="(\/[^"]*\.[a-z0-9]+(?:\?[^"]*)?)"/).map((address) => address.split("?")[0]);
    const paths = ["/", ...pages.slice(1), "/robots.txt", "/sitemap.xml", "/.well-known/security.txt", ...new Set(assets)];
    let sites = `with = [${JSON.stringify(join(root, "crates", "lab", "scenarios", "commons"))}]\n\n`;
    sites += '[site."www.check.lab"]\nlike = "www.commons.lab"\n\n[site."mta-sts.check.lab"]\nlike = "mta-sts.commons.lab"\n\n[site."check.lab"]\n\n';
    sites += '[[site."check.lab".route]]\nscheme = "http"\nredirect = "https://{host}{path_and_query}"\n\n';
    for (const [at, path] of paths.entries()) {
      const response = path === "/" ? home : await get(path);
      assert.equal(response.status, 200, path);
      // What the platform does on the way to visitors, and workerd does not.
      const isText = /text|javascript|json|xml|svg|wasm/.test(response.headers.get("content-type") ?? "");
      const body = Buffer.from(await response.arrayBuffer());
      writeFileSync(join(folder, `${at}.body`), isText ? gzipSync(body) : body);
      const fields = [...response.headers].filter(([name]) => !["content-length", "transfer-encoding", "connection", "date", "content-encoding", "keep-alive"].includes(name));
      if (isText) fields.push(["content-encoding", "gzip"]);
      const headers = fields.map(([name, value]) => `    [${JSON.stringify(name)}, ${JSON.stringify(value)}],\n`).join("");
      sites += `[[site."check.lab".route]]\nscheme = "https"\npath = ${JSON.stringify(path)}\nheaders = [\n${headers}]\nbody_file = "${at}.body"\n\n`;
    }
    writeFileSync(join(folder, "sites.toml"), sites);
    const commons = join(root, "crates", "lab", "scenarios", "commons");
    writeFileSync(join(folder, "check.lab.zone"), `$INCLUDE ${commons}/web.inc\n$INCLUDE ${commons}/mail.inc\n`);
  }
});
