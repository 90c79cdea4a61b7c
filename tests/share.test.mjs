// What is passed on: the summary page without JavaScript, the picture of a link, the badge, the permanent link.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";
import { launchBrowser } from "./browser.mjs";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => ([stack, browser] = await Promise.all([startStack({ limits: true }), launchBrowser()])));
after(async () => {
  await browser?.close();
  await stack?.stop();
});

/** @param {string} path @param {RequestInit} [init] */
const get = (path, init) => fetch(stack.url + path, { redirect: "manual", ...init });

/** A page in a browser that runs no scripts. @param {string} path */
async function open(path) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(stack.url + path);
  return page;
}

/** The content of a meta element. @param {import("playwright-core").Page} page @param {string} name */
const meta = (page, name) => page.locator(`meta[property="${name}"], meta[name="${name}"]`).first().getAttribute("content");

describe("without JavaScript", () => {
  test("the form leads to a summary that says what the report says", async () => {
    const asked = await get("/r?domain=https%3A%2F%2Fwww.Broken.lab%2F&segment=&mail=");
    assert.deepEqual([asked.status, asked.headers.get("location")], [303, "/r/broken.lab"]);
    const page = await open("/r/broken.lab");
    assert.equal(await page.title(), "Not yet: broken.lab · Launch Ready");
    const report = await (await get("/api/v1/report?domain=broken.lab")).json();
    const summary = page.locator("#summary");
    await summary.getByText(report.verdict.reason, { exact: true }).waitFor();
    await summary.getByText(`Score ${report.score.value} of 100, ${report.coverage.answered} of ${report.coverage.of} checks answered.`).waitFor();
    const shown = await summary.locator("li").evaluateAll((risks) => risks.map((risk) => risk.querySelector(".title")?.textContent));
    assert.deepEqual(shown, report.risks.map((/** @type {any} */ { title }) => title), "every risk, in its order");
    const spf = report.findings.find((/** @type {any} */ { check }) => check === "spf-record");
    for (const { line } of spf.fixes) await summary.locator("code").getByText(line, { exact: true }).first().waitFor();
    assert.equal(await meta(page, "description"), report.verdict.reason);
    await page.context().close();
  });

  test("a question that is refused is answered with what to type instead, in a page", async () => {
    for (const typed of ["127.0.0.1", "", "opted-out.lab"]) {
      const response = await get(`/r?domain=${typed}`);
      assert.equal(response.status, typed === "opted-out.lab" ? 403 : 400, typed);
      assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
      const text = await response.text();
      assert.match(text, /<section id="summary"[^>]*><div class="card trouble">/);
      assert.match(text, /<form id="scan"/, "and can be asked again");
    }
  });
});

describe("the summary", () => {
  test("of a domain that nobody has checked says so, and leads to the check", async () => {
    const response = await get("/r/wildcard.lab");
    assert.equal(response.status, 200);
    const text = await response.text();
    assert.match(text, /<title>Not checked yet: wildcard\.lab · Launch Ready<\/title>/);
    assert.match(text, /<a href="\/r\?domain=wildcard\.lab" rel="nofollow">/);
    assert.equal(stack.logs.filter(({ message }) => message.includes('"domain":"wildcard.lab"')).length, 0, "looking scans nothing");
  });

  test("is the page itself, and is not indexed", async () => {
    const response = await get("/r/broken.lab");
    const home = await get("/");
    for (const name of ["content-security-policy", "referrer-policy", "x-content-type-options", "strict-transport-security"]) {
      assert.equal(response.headers.get(name), home.headers.get(name), name);
    }
    assert.match(response.headers.get("x-robots-tag") ?? "", /noindex/);
    assert.equal(response.headers.get("cache-control"), "public, max-age=60");
    const scripts = (/** @type {string} */ html) => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, address]) => address);
    const text = await response.text();
    assert.deepEqual(scripts(text), scripts(await home.text()));
    for (const mark of ["<title>", 'name="description"', 'property="og:title"', 'property="og:image"', 'id="summary"']) {
      assert.equal(text.split(mark).length, 2, `${mark} stands there once`);
    }
  });

  test("has what a preview of a link shows", async () => {
    const page = await open("/r/broken.lab");
    assert.equal(await meta(page, "og:title"), "Not yet: broken.lab · Launch Ready");
    assert.match((await meta(page, "og:description")) ?? "", /^broken\.lab should not go live yet/);
    assert.equal(await meta(page, "og:url"), `${stack.url}/r/broken.lab`);
    const picture = (await meta(page, "og:image")) ?? "";
    assert.equal((await fetch(picture)).status, 200);
    await page.context().close();
  });

  test("shows what strangers wrote as text", async () => {
    await get("/r?domain=hostile.lab");
    const page = await open("/r/hostile.lab");
    const summary = page.locator("#summary");
    assert.match((await summary.textContent()) ?? "", /hostile\.lab/);
    assert.equal(await summary.locator("script, img, iframe, base, style, [onerror], [onload]").count(), 0);
    for (const link of await summary.locator("a").all()) assert.match((await link.getAttribute("href")) ?? "", /^\/r\?domain=hostile\.lab$/);
    await page.context().close();
  });

  test("has one address for each domain", async () => {
    for (const [typed, path] of [["WWW.Broken.lab", "broken.lab"], ["b%C3%BCcher.lab", "xn--bcher-kva.lab"], ["broken.lab.", "broken.lab"]]) {
      const response = await get(`/r/${typed}`);
      assert.deepEqual([response.status, response.headers.get("location")], [301, `/r/${path}`], typed);
    }
    assert.equal((await get("/r/localhost")).status, 400);
    assert.equal((await get("/r/")).status, 404);
  });

  test("speaks of nothing that somebody said for a report of their own", async () => {
    await (await get("/api/v1/report?domain=nomail.lab&mail=sends&path=/secret-door")).text();
    assert.match(await (await get("/r/nomail.lab")).text(), /Not checked yet/);
    assert.match(await (await get("/badge/nomail.lab.svg")).text(), /unknown/);
  });
});

describe("the permanent link", () => {
  test("shows that report, whatever comes after it", async () => {
    const made = await get("/api/v1/report?domain=broken.lab");
    const link = /<([^>]+)>; rel="bookmark"/.exec(made.headers.get("link") ?? "")?.[1] ?? "";
    await made.text();
    const response = await get(link);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("x-robots-tag") ?? "", /noindex/);
    const text = await response.text();
    assert.match(text, /<title>Not yet: broken\.lab/);
    assert.ok(text.includes(`<meta property="og:url" content="${stack.url}${link}">`));
    const gone = await get(link.replace(/[0-9a-f]{8}/, "00000000"));
    assert.equal(gone.status, 404);
    assert.match(gone.headers.get("content-type") ?? "", /^text\/html/);
    assert.equal((await get("/report/nonsense")).status, 404);
  });
});

describe("the badge", () => {
  test("says what the last report says, and nothing where there is none", async () => {
    await get("/r?domain=healthy.lab");
    await get("/r?domain=unreachable.lab");
    const words = { "healthy.lab": "go", "broken.lab": "not yet", "unreachable.lab": "partly checked", "loop.lab": "unknown" };
    for (const [domain, said] of Object.entries(words)) {
      const response = await get(`/badge/${domain}.svg`);
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, "image/svg+xml; charset=utf-8"]);
      assert.equal(response.headers.get("cache-control"), "public, max-age=300");
      assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
      const svg = await response.text();
      assert.match(svg, new RegExp(`<title>launch ready: ${said}\\. `));
      assert.match(svg, new RegExp(`>${said}</text>`));
    }
    assert.equal((await get("/badge/healthy.lab")).status, 404);
    assert.equal((await get("/badge/127.0.0.1.svg")).status, 400);
  });
});

describe("the pictures", () => {
  test("are drawn by a browser, and fit into their frame", async () => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 630 } });
    const page = await context.newPage();
    for (const path of ["/r/broken.lab/card.svg", "/r/healthy.lab/card.svg", "/r/loop.lab/card.svg", "/badge/unreachable.lab.svg", `/r/${"long-name-".repeat(6)}x.lab/card.svg`]) {
      const response = await page.goto(stack.url + path);
      assert.equal(response?.status(), 200);
      const outside = await page.evaluate(() => {
        const { width, height } = /** @type {any} */ (document.documentElement).viewBox.baseVal;
        return [...document.querySelectorAll("text")].filter((text) => {
          const box = text.getBBox();
          return box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height;
        }).map((text) => text.textContent);
      });
      assert.deepEqual(outside, [], path);
    }
    await context.close();
  });
});
