// The plan in the built page: loaded when it is opened, ticked without a request, kept in the browser, exported, imported,
// and its papers.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, describe, test } from "node:test";

import { launchBrowser, openPage } from "./browser.mjs";
import { fixture, startPageServer, stream } from "./page-server.mjs";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** @type {import("./page-server.mjs").PageServer} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  server = await startPageServer();
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});
/** @type {import("playwright-core").BrowserContext[]} */
const contexts = [];
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  server.answers.clear();
  server.asked.length = 0;
});

/**
 * What the browser complained about. A stream that was read to its end is now and then reported as a failed request.
 * @param {string[]} errors
 */
const complaints = (errors) => errors.filter((error) => !/^request: .*\/api\/v1\/report/.test(error));

/** @param {import("playwright-core").BrowserContextOptions} [options] */
async function planOf(options) {
  server.answers.set("acme.example", stream(fixture("no-go")));
  const opened = await openPage(browser, { reducedMotion: "reduce", acceptDownloads: true, ...options });
  contexts.push(opened.page.context());
  await opened.page.addInitScript({ path: axe });
  await opened.page.goto(`${server.url}/?domain=acme.example`);
  await opened.page.locator("#verdict-title").waitFor();
  await opened.page.locator("#plan-open").click();
  await opened.page.locator(".plan").waitFor();
  return opened;
}

/** @param {import("playwright-core").Page} page @param {string} segment */
const choose = (page, segment) => page.locator(`input[name=plan-segment][value=${segment}]`).check();
/** @param {import("playwright-core").Page} page */
const reason = (page) => page.locator(".plan-standing .reason").textContent();
/** @param {import("playwright-core").Page} page @param {string} id @param {string} word */
async function answer(page, id, word) {
  const item = page.locator(`#item-${id}`);
  await page.evaluate((id) => document.getElementById(`item-${id}`)?.closest("details")?.setAttribute("open", ""), id);
  await item.locator(`[data-word="${word}"]`).click();
}

/** @param {import("playwright-core").Page} page @param {() => Promise<void>} act */
async function saved(page, act) {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
}

describe("the plan", () => {
  test("is fetched when it is opened, and not before", async () => {
    server.answers.set("acme.example", stream(fixture("no-go")));
    const { page, errors } = await openPage(browser);
    contexts.push(page.context());
    /** @type {string[]} */
    const fetched = [];
    page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
    await page.goto(`${server.url}/?domain=acme.example`);
    await page.locator("#verdict-title").waitFor();
    assert.deepEqual(fetched.filter((path) => path.includes("plan")), []);
    await page.locator("#plan-open").click();
    await page.locator(".plan").waitFor();
    assert.equal(fetched.filter((path) => path.includes("/plan.")).length, 3, `${fetched}`);
    assert.deepEqual(complaints(errors), []);
  });

  test("scores anew at every tick and for every kind of business, and asks nobody", async () => {
    const { page, errors } = await planOf();
    const before = server.asked.length;
    /** @type {string[]} */
    const fetched = [];
    page.on("request", (request) => fetched.push(request.url()));
    await choose(page, "coach");
    assert.match((await reason(page)) ?? "", /coach or consultant/);
    const settled = async () => Number(((await page.locator(".progress-words").textContent()) ?? "").match(/^(\d+) of/)?.[1]);
    const first = await settled();
    await answer(page, "logs-without-secrets", "yes");
    assert.equal(await settled(), first + 1);
    await answer(page, "logs-without-secrets", "yes");
    assert.equal(await settled(), first, "chosen once more, it is taken back");
    await answer(page, "rate-limits", "no");
    await choose(page, "ai-tool");
    assert.match((await reason(page)) ?? "", /AI tool|ai tool/i);
    // The answer went along.
    assert.equal(await page.locator('#item-rate-limits [data-word="no"]').getAttribute("aria-pressed"), "true");
    assert.equal(server.asked.length, before);
    assert.deepEqual(fetched, []);
    assert.deepEqual(complaints(errors), []);
  });

  test("shows where you and the checks say different things", async () => {
    const { page } = await planOf();
    await choose(page, "coach");
    // What this report fails, whatever the founder says.
    const failing = await page.evaluate(() => document.querySelector(".plan-items .plan-evidence.fail")?.closest("li")?.id.replace("item-", ""));
    assert.ok(failing);
    await answer(page, failing, "yes");
    await page.locator(`#item-${failing} .plan-differs`).waitFor();
    assert.match((await page.locator(".progress-words").textContent()) ?? "", /different things/);
  });

  test("keeps answers in the browser, and carries them as a file", async () => {
    const { page } = await planOf();
    await choose(page, "coach");
    await answer(page, "rate-limits", "no");
    const file = await saved(page, () => page.getByRole("button", { name: "Save answers" }).click());
    assert.equal(JSON.parse(file.content.toString()).items["rate-limits"].answer, "no");
    await page.reload();
    await page.locator("#plan-open").click();
    await page.locator(".plan-standing").waitFor();
    assert.equal(await page.locator('#item-rate-limits [data-word="no"]').getAttribute("aria-pressed"), "true");
    // An older file, with an answer to what nobody asks any more.
    const old = { name: "old.json", mimeType: "application/json", buffer: Buffer.from('{"rate-limits": "yes", "long-gone": "no"}') };
    await page.locator(".plan-file input").setInputFiles(old);
    await page.locator(".plan-keep .plan-evidence", { hasText: "long-gone" }).waitFor();
    const again = await saved(page, () => page.getByRole("button", { name: "Save answers" }).click());
    const items = JSON.parse(again.content.toString()).items;
    assert.equal(items["rate-limits"].answer, "yes");
    assert.equal(items["long-gone"].answer, "no", "nothing is lost");
    await page.locator(".plan-file input").setInputFiles({ ...old, buffer: Buffer.from("{nonsense") });
    await page.locator(".plan-keep [role=alert]").waitFor();
  });

  test("shows papers and saves them in every form, and all at once", async () => {
    const { page, errors } = await planOf();
    await choose(page, "coach");
    await page.locator("#plan-facts summary").click();
    await page.getByRole("textbox", { name: "Repository" }).fill("github.com/acme/app <script>alert(1)</script>");
    await page.getByRole("textbox", { name: "Repository" }).blur();
    const paper = page.locator("#paper-handover");
    await paper.getByRole("button", { name: /Look/ }).click();
    await paper.locator(".plan-sheet", { hasText: "github.com/acme/app <script>" }).waitFor();
    assert.equal(await paper.locator("script").count(), 0);
    for (const [form, begins] of [["md", "# Handover checklist"], ["html", "<!doctype html>"], ["json", "{"]]) {
      const file = await saved(page, () => paper.locator(`[data-form=${form}]`).click());
      assert.equal(file.name, `handover.${form}`);
      assert.ok(file.content.toString().startsWith(begins));
    }
    const zip = await saved(page, () => page.locator("#plan-zip").click());
    assert.match(zip.name, /^launch-papers-.*\.zip$/);
    assert.equal(zip.content.subarray(0, 4).toString("latin1"), "PK\x03\x04");
    assert.deepEqual(complaints(errors), []);
  });

  for (const [width, scheme] of /** @type {[number, "light" | "dark"][]} */ ([[390, "light"], [1280, "dark"]])) {
    test(`fits ${width} pixels in ${scheme}, and axe finds nothing`, async () => {
      const { page } = await planOf({ viewport: { width, height: 900 }, colorScheme: scheme });
      await choose(page, "coach");
      await page.locator("#stage-edge > summary").click();
      await page.locator("#paper-handover").getByRole("button", { name: /Look/ }).click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true);
      const found = await page.evaluate(async () => {
        const { violations } = await /** @type {any} */ (globalThis).axe.run("#plan");
        return violations.map((/** @type {any} */ violation) => `${violation.id}: ${violation.nodes[0]?.html}`);
      });
      assert.deepEqual(found, []);
      if (process.env.SCREENSHOTS) await page.locator("#plan").screenshot({ path: `${process.env.SCREENSHOTS}/plan-${width}.png` });
    });
  }
});
