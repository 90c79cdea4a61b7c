// The widget on somebody else's page: another origin, a strict policy of its own, no permission but the two that the
// documentation names.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { dist } from "../tools/lib/paths.mjs";
import { launchBrowser, openPage } from "./browser.mjs";
import { fixture, problem, startPageServer, stream } from "./page-server.mjs";

/** @type {import("./page-server.mjs").PageServer} */
let service;
/** @type {import("playwright-core").Browser} */
let browser;
/** A site that is not ours. @type {import("node:http").Server} */
let host;
let hostUrl = "";
/** What its page says in its body. */
let body = "";
before(async () => {
  service = await startPageServer();
  browser = await launchBrowser();
  host = createServer((request, response) => {
    if (request.url !== "/") return void response.writeHead(404).end();
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; script-src ${service.url}; frame-src ${service.url}; style-src 'sha256-none'; base-uri 'none'`,
    });
    response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><body>${body}<script src="${service.url}/widget.js" async></script>`);
  });
  await new Promise((resolve) => host.listen(0, "127.0.0.1", () => resolve(undefined)));
  // By name, so that it is another site and not only another port.
  hostUrl = `http://localhost:${/** @type {import("node:net").AddressInfo} */ (host.address()).port}/`;
});
after(async () => {
  await browser?.close();
  await service?.stop();
  host?.close();
});
/** @type {import("playwright-core").BrowserContext | undefined} */
let context;
afterEach(async () => {
  await context?.close();
  service.answers.clear();
});

/** @param {string} html */
async function open(html) {
  body = html;
  const opened = await openPage(browser, { reducedMotion: "reduce" });
  context = opened.page.context();
  await opened.page.goto(hostUrl);
  await opened.page.evaluate(() => {
    /** @type {any} */ (window).heard = [];
    for (const name of ["started", "finished"]) {
      document.addEventListener(name, (event) => /** @type {any} */ (window).heard.push([name, /** @type {CustomEvent} */ (event).detail]));
    }
  });
  return opened;
}

/** @param {import("playwright-core").Page} page @returns {Promise<[string, any][]>} */
const heard = (page) => page.evaluate(() => /** @type {any} */ (window).heard);

/**
 * @param {() => Promise<boolean>} holds
 * @param {string} what
 */
async function eventually(holds, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (await holds()) return;
  }
  assert.fail(`It did not come to this: ${what}`);
}

describe("the widget", () => {
  test("is at most 2 KB with gzip", () => {
    const bytes = gzipSync(readFileSync(join(dist, "widget.js")), { level: 9 }).length;
    assert.ok(bytes <= 2048, `${bytes} bytes`);
  });

  test("checks a domain within a page of another origin with a strict policy, and tells that page what came of it", async () => {
    service.answers.set("no-go.example", stream(fixture("no-go")));
    const report = JSON.parse(fixture("no-go").at(-1) ?? "");
    const { page, errors } = await open(`<launch-ready-check segment="coach" action="Book a call" action-href="/call"></launch-ready-check>`);
    await page.getByLabel("Your domain").fill(" no-go.example ");
    await page.getByRole("button", { name: "Can I go live?" }).click();
    const frame = page.frameLocator("iframe");
    await frame.locator("#verdict-title").getByText("Not yet").waitFor();
    await frame.getByText(report.verdict.reason).first().waitFor();
    const more = frame.getByRole("link", { name: "See everything and how to fix it" });
    assert.equal(await more.getAttribute("href"), "/?domain=no-go.example&segment=coach");
    assert.equal(await more.getAttribute("target"), "_blank");

    await eventually(async () => (await heard(page)).length === 2, "two events");
    assert.deepEqual(await heard(page), [
      ["started", { domain: "no-go.example" }],
      ["finished", { domain: "no-go.example", verdict: "no-go", score: report.score.value }],
    ]);
    assert.equal(await page.getByRole("link", { name: "Book a call" }).getAttribute("href"), "/call");
    assert.equal(service.asked.at(-1)?.searchParams.get("segment"), "coach");

    // As high as what it shows: no bars to scroll with, no gap.
    const shown = await page.locator("iframe").evaluate((element) => element.getBoundingClientRect().height);
    const wanted = await frame.locator("body").evaluate((element) => element.scrollHeight);
    assert.ok(Math.abs(shown - wanted) <= 1, `${shown} for ${wanted}`);

    const sandbox = (await page.locator("iframe").getAttribute("sandbox"))?.split(" ") ?? [];
    assert.ok(!sandbox.includes("allow-top-navigation") && !sandbox.includes("allow-forms"));
    assert.deepEqual(await context?.cookies(), [], "nobody gets a cookie");
    assert.deepEqual(errors.filter((error) => !/^request:|favicon/.test(error)), []);
  });

  test("asks nothing of the service before somebody asks it", async () => {
    const asked = /** @type {string[]} */ ([]);
    body = "<launch-ready-check></launch-ready-check>";
    const opened = await openPage(browser);
    context = opened.page.context();
    opened.page.on("request", (request) => asked.push(request.url()));
    await opened.page.goto(hostUrl);
    await opened.page.getByLabel("Your domain").waitFor();
    assert.deepEqual(asked.filter((url) => url.startsWith(service.url)), [`${service.url}/widget.js`]);
  });

  test("says within its frame why something cannot be checked", async () => {
    service.answers.set("localhost", problem(400, "The name has only one part", "Type the whole domain, such as localhost.com."));
    const { page } = await open("<launch-ready-check></launch-ready-check>");
    await page.getByLabel("Your domain").fill("localhost");
    await page.getByLabel("Your domain").press("Enter");
    await page.frameLocator("iframe").getByText("Type the whole domain, such as localhost.com.").last().waitFor();
  });

  test("stands on a page more than once, each with its own words", async () => {
    service.answers.set("go.example", stream(fixture("go")));
    const { page } = await open(
      `<launch-ready-check label="Ihre Domain" button="Los"></launch-ready-check><launch-ready-check label="Votre domaine" button="Allez"></launch-ready-check>`,
    );
    await page.getByLabel("Votre domaine").fill("go.example");
    await page.getByRole("button", { name: "Allez" }).click();
    await page.frameLocator("iframe").locator("#verdict-title").getByText("Go", { exact: true }).waitFor();
    assert.equal(await page.locator("iframe").count(), 1);
    await eventually(async () => (await heard(page)).length === 2, "the events of one of them");
  });

  test("does not turn an address into code", async () => {
    service.answers.set("go.example", stream(fixture("go")));
    const { page } = await open(`<launch-ready-check action="Click" action-href="javascript:alert(1)"></launch-ready-check>`);
    await page.getByLabel("Your domain").fill("go.example");
    await page.getByLabel("Your domain").press("Enter");
    await eventually(async () => (await heard(page)).length === 2, "it is finished");
    assert.equal(await page.getByRole("link", { name: "Click" }).count(), 0);
  });

  test("believes no message but those of its own frame", async () => {
    const { page } = await open("<launch-ready-check></launch-ready-check>");
    await page.getByLabel("Your domain").waitFor();
    await page.evaluate(() => window.postMessage({ launchReady: 1, event: "finished", verdict: "go", score: 100 }, "*"));
    await page.waitForTimeout(100);
    assert.deepEqual(await heard(page), []);
  });
});
