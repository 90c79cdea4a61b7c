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
    server.answers.set("acme.example", stream(fixture("go")));
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
    assert.match((await page.locator(".progress-words").textContent()) ?? "", /contradicts the checks/);
  });

  test("keeps answers in the browser, and carries them as a file", async () => {
    const { page } = await planOf();
    await choose(page, "coach");
    await answer(page, "rate-limits", "no");
    const file = await saved(page, () => page.getByRole("button", { name: "Export answers" }).click());
    assert.equal(JSON.parse(file.content.toString()).items["rate-limits"].answer, "no");
    await page.reload();
    await page.locator("#plan-open").click();
    await page.locator(".plan-standing").waitFor();
    assert.equal(await page.locator('#item-rate-limits [data-word="no"]').getAttribute("aria-pressed"), "true");
    // An older file, with an answer to what nobody asks any more.
    const old = { name: "old.json", mimeType: "application/json", buffer: Buffer.from('{"rate-limits": "yes", "long-gone": "no"}') };
    await page.locator(".plan-file input").setInputFiles(old);
    await page.locator(".plan-keep .plan-evidence", { hasText: "long-gone" }).waitFor();
    const again = await saved(page, () => page.getByRole("button", { name: "Export answers" }).click());
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
    await paper.getByRole("button", { name: /Preview/ }).click();
    await paper.locator(".plan-sheet", { hasText: "github.com/acme/app <script>" }).waitFor();
    assert.equal(await paper.locator("script").count(), 0);
    for (const [form, begins] of [["md", "# Handover checklist"], ["html", "<!DOCTYPE html>"], ["json", "{"]]) {
      await paper.locator(".plan-download").evaluate((details) => details.setAttribute("open", ""));
      const file = await saved(page, () => paper.locator(`[data-form=${form}]`).click());
      assert.equal(file.name, `handover.${form}`);
      assert.ok(file.content.toString().startsWith(begins));
    }
    const zip = await saved(page, () => page.locator("#plan-zip").click());
    assert.match(zip.name, /^launch-documents-.*\.zip$/);
    assert.equal(zip.content.subarray(0, 4).toString("latin1"), "PK\x03\x04");
    assert.deepEqual(complaints(errors), []);
  });

  test("prints one document and nothing else", async () => {
    const { page } = await planOf();
    await choose(page, "coach");
    await page.evaluate(() => {
      // What a browser's dialog would show, kept until it is looked at.
      window.print = () => void document.querySelector("[data-print]")?.setAttribute("data-shown", "");
    });
    await page.locator("#paper-handover").getByRole("button", { name: /Print/ }).click();
    await page.locator("#paper-handover[data-shown] .plan-sheet").waitFor();
    await page.locator("#paper-handover").evaluate((item) => item.setAttribute("data-print", ""));
    await page.emulateMedia({ media: "print" });
    const shown = await page.evaluate(() => [...document.querySelectorAll("h2, h3, h4, button, .card")].filter((one) => one.checkVisibility()).map((one) => one.textContent));
    assert.equal(shown.length, 1, `${shown}`);
    assert.match(shown[0] ?? "", /^Handover checklist/);
  });

  test("is opened from the report's first screen, and the focus goes there", async () => {
    server.answers.set("acme.example", stream(fixture("no-go")));
    const { page } = await openPage(browser, { reducedMotion: "reduce", viewport: { width: 1280, height: 800 } });
    contexts.push(page.context());
    await page.goto(`${server.url}/?domain=acme.example`);
    const entry = page.locator(".actions").getByRole("button", { name: "Launch plan and documents" });
    await entry.waitFor();
    const box = await entry.boundingBox();
    assert.ok(box && box.y + box.height <= 800, "on the first screen");
    await entry.click();
    await page.locator(".plan-kinds").waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "plan-title");
    const title = await page.locator("#plan-title").boundingBox();
    assert.ok(title && title.y >= 0 && title.y < 800);
  });

  test("shows one stage at a time, what its verdict rests on, and who says how an item stands", async () => {
    const { page } = await planOf();
    await choose(page, "coach");
    assert.equal(await page.locator(".plan-stage[open]").count(), 1, "the first that is not done");
    await page.locator(".plan-stage:not([open]) > summary").last().click();
    assert.equal(await page.locator(".plan-stage[open]").count(), 1);
    assert.ok((await page.locator(".plan-standing .reasons li").count()) > 1);
    await answer(page, "rate-limits", "yes");
    await page.locator("#item-rate-limits .plan-stand").getByText("Confirmed by you", { exact: true }).waitFor();
    const stands = await page.locator(".plan-stand").allTextContents();
    for (const words of ["Checks fail", "Checks pass, please confirm"]) assert.ok(stands.includes(words), `${words}: ${[...new Set(stands)]}`);
  });

  test("takes accounts and variables as forms, for what the papers ask", async () => {
    const { page, errors } = await planOf();
    await page.locator("#plan-facts > summary").click();
    await page.getByRole("button", { name: "Add an account" }).click();
    const account = page.locator("#plan-accounts fieldset").first();
    const said = { Service: "Cloudflare", "For what": "DNS", Owner: "Ada", "Registered with": "ops@acme.example", "Who pays, and how": "company card", "Recovery and second factor": "two keys in the safe", "Key rotation": "each January" };
    for (const [label, words] of Object.entries(said)) await account.getByLabel(label, { exact: true }).fill(words);
    await account.getByLabel("Who else may do what").fill("Grace, read only");
    await account.getByLabel("Who else may do what").blur();
    // Named by what it is about.
    await page.getByRole("group", { name: "Cloudflare" }).waitFor();
    const names = page.getByLabel(/Names of environment variables/);
    await names.fill("DATABASE_URL=postgres://user:secret@host\nexport API_KEY=abc\n# a comment\nDATABASE_URL");
    await names.blur();
    assert.equal(await names.inputValue(), "", "nothing of the values stays");
    const variables = page.locator("#plan-variables fieldset");
    assert.equal(await variables.count(), 2);
    await variables.first().getByLabel("Is it a secret?").selectOption("yes");

    const file = JSON.parse((await saved(page, () => page.getByRole("button", { name: "Export answers" }).click())).content.toString());
    assert.deepEqual(file.accounts, [{ service: "Cloudflare", purpose: "DNS", owner: "Ada", login: "ops@acme.example", access: "Grace, read only", billing: "company card", recovery: "two keys in the safe", rotation: "each January" }]);
    assert.deepEqual(file.environment.map((/** @type {any} */ { name, secret }) => [name, secret]), [["DATABASE_URL", true], ["API_KEY", undefined]]);
    const paper = page.locator("#paper-accounts");
    await paper.getByRole("button", { name: /Preview/ }).click();
    for (const words of ["company card", "two keys in the safe", "each January"]) await paper.getByText(words, { exact: true }).waitFor();

    await variables.nth(1).getByRole("button", { name: /Remove/ }).click();
    assert.equal(await variables.count(), 1);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Add a variable", "the focus is not lost");
    assert.deepEqual(complaints(errors), []);
  });

  test("takes what was tried by hand: the demo path and the AI cases", async () => {
    const { page } = await planOf();
    await page.locator("#plan-demo-path > summary").click();
    await page.locator("#plan-demo-path li").first().getByRole("button", { name: "Passed" }).click();
    await page.locator("#plan-demo-path > summary").getByText(/^1 of \d+ passed$/).waitFor();
    await page.locator("#plan-ai-cases > summary").click();
    await page.locator("#plan-ai-cases li").first().getByRole("button", { name: "Failed" }).click();
    const file = JSON.parse((await saved(page, () => page.getByRole("button", { name: "Export answers" }).click())).content.toString());
    const answers = Object.entries(file.items).map(([id, { answer }]) => [id.split("/")[0], answer]);
    assert.deepEqual(answers.sort(), [["ai-cases", "no"], ["demo-path", "yes"]]);
    await page.locator("#paper-ai-cases").getByRole("button", { name: /Preview/ }).click();
    await page.locator("#paper-ai-cases").getByText("Failed.").waitFor();
  });

  test("looks a redirect map over and writes it as rules, without asking anybody", async () => {
    const { page, errors } = await planOf();
    /** @type {string[]} */
    const fetched = [];
    page.on("request", (request) => fetched.push(request.url()));
    await page.getByLabel("Old and new URLs").fill("Old URL,New URL\n/a,/b\n/b,/c\n/x,/y\n/y,/x\nonly-one <b>x</b>\n/pricing.html,/pricing");
    await page.getByText("5 lines read, 2 with a problem, 1 not readable.").waitFor();
    await page.locator(".plan-unread").getByText("Line 6 is not readable: there is only one address on this line.").waitFor();
    assert.equal(await page.locator(".plan-map b").count(), 0, "what was pasted is text");
    const rows = await page.locator(".plan-table tbody tr").evaluateAll((rows) => rows.map((row) => [...row.children].map((cell) => cell.textContent)));
    assert.deepEqual(rows.slice(0, 2), [["2", "/a", "/b", "Takes 2 redirects: redirect straight to the last URL."], ["4", "/x", "/y", "Redirect loop: visitors would get an error."]]);
    const rules = page.locator(".plan-map .line code");
    // What serves the site was recognised.
    assert.equal(await page.locator(".plan-moves select").inputValue(), "vercel");
    assert.deepEqual(JSON.parse((await rules.textContent()) ?? "").redirects.map((/** @type {any} */ { source, destination }) => [source, destination]), [["/a", "/c"], ["/b", "/c"], ["/pricing\\.html", "/pricing"]]);
    for (const [format, line] of [["netlify", "/a /c 301!"], ["nginx", "return 301 $moved_to;"], ["apache", "RewriteEngine On"], ["cloudflare-bulk", "example.com/a,https://example.com/c,301"], ["cloudflare-redirects", "/pricing.html /pricing 301"]]) {
      await page.locator(".plan-moves select").selectOption(format);
      await rules.getByText(line).waitFor();
    }
    await page.locator("#paper-redirect-map").getByRole("button", { name: /Preview/ }).click();
    await page.locator("#paper-redirect-map").getByText("/pricing.html").first().waitFor();
    assert.deepEqual(fetched, []);
    assert.deepEqual(complaints(errors), []);
  });

  /** What the service says of a list. @param {import("playwright-core").Page} page @param {(body: any) => Parameters<import("playwright-core").Route["fulfill"]>[0] | undefined} answer */
  const tried = (page, answer) => page.route("**/api/v1/redirects", (route) => {
    const fulfilled = answer(route.request().postDataJSON());
    return fulfilled ? route.fulfill(fulfilled) : route.abort("internetdisconnected");
  });
  const again = { name: /^Test them on the site$/ };
  const trouble = (/** @type {number} */ status, /** @type {object} */ body, headers = {}) => ({ status, headers, contentType: "application/problem+json", body: JSON.stringify(body) });

  test("tries the first lines of a redirect map on the site, and says how each came out", async () => {
    const { page, errors } = await planOf();
    /** @type {any} */
    let asked;
    let times = 0;
    /** @type {() => void} */
    let go = () => {};
    const may = new Promise((resolve) => (go = () => resolve(undefined)));
    const chain = "https://example.com/c → 302 in 12 ms → https://example.com/d → 200 in 9 ms";
    const outcomes = [{ kind: "good" }, { kind: "roundabout", chain }, { kind: "wrong", chain: "https://example.com/e → 404 in 3 ms" }, { kind: "not-measured", why: "GET https://example.com/g took too long" }];
    await page.route("**/api/v1/redirects", async (route) => {
      asked = route.request().postDataJSON();
      times++;
      await may;
      const rows = asked.map.trimEnd().split("\n").map((/** @type {string} */ line, /** @type {number} */ at) => ({ line: at + 1, from: line.split("\t")[0], to: line.split("\t")[1], tried: outcomes[at] ?? { kind: "good" } }));
      await route.fulfill({ json: { site: "https://example.com/", rows, unread: [], untried: 0, rules: [] } });
    });
    assert.equal(await page.getByRole("button", again).count(), 0, "without a list there is nothing to try");
    const list = page.getByLabel("Old and new URLs");
    const lines = ["/a,/b", "/c,/d", "/e,/f", "/g,/h", ...Array.from({ length: 18 }, (_, n) => `/old-${n},/new-${n}`)];
    await list.fill(lines.join("\n"));
    const button = page.getByRole("button", again);
    await button.focus();
    await page.keyboard.press("Enter");
    await page.locator(".plan-try[aria-busy=true] .said").getByText("Testing…").waitFor();
    await page.getByRole("status").getByText("Testing…").waitFor({ state: "attached" });
    // Once more while it runs asks nothing.
    await page.keyboard.press("Enter");
    go();
    const words = "17 of 20 tested arrive in one permanent redirect. End somewhere else: 1. Take extra steps: 1. Couldn't check: 1. Not tested: 2.";
    await page.locator(".plan-try .said.fail").getByText(words.slice(0, 40)).waitFor();
    await page.getByRole("status").getByText(words).waitFor({ state: "attached" });
    assert.equal(await page.locator(".plan-try .said").textContent(), words);
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Test them on the site", "the focus stays");
    assert.equal(times, 1);
    assert.deepEqual({ ...asked, map: asked.map.split("\n").length - 1 }, { domain: "example.com", try: true, formats: ["netlify"], map: 20 }, "no more than what is tried is sent");

    const rows = () => page.locator(".plan-table tbody tr").evaluateAll((rows) => rows.map((row) => [row.children[0].textContent, row.children[4]?.textContent]));
    const shown = await rows();
    assert.deepEqual(shown.slice(0, 4), [
      ["2", `Arrives, but not in one permanent redirect:${chain}`.replace("ms → https", "mshttps")],
      ["3", "Ends somewhere else:https://example.com/e → 404 in 3 ms"],
      ["1", "Arrives in one permanent redirect."],
      ["4", "Couldn't check: GET https://example.com/g took too long."],
    ]);
    assert.deepEqual(shown.at(-1), ["22", "Not tested."]);
    assert.equal(await page.locator(".plan-way").first().locator("li").count(), 2, "a line for each address on the way");
    // What came out stays with its addresses, not with a line's number; the count is of the list that was sent.
    await list.fill("/new-line,/x\n/e,/f\n/c,/elsewhere");
    await page.locator(".plan-try .said").waitFor({ state: "detached" });
    assert.deepEqual(await rows(), [["2", "Ends somewhere else:https://example.com/e → 404 in 3 ms"], ["1", "Not tested."], ["3", "Not tested."]]);
    assert.deepEqual(complaints(errors), []);
  });

  test("says why moves could not be tried, and keeps what is there", async () => {
    const { page } = await planOf();
    await page.getByLabel("Old and new URLs").fill("/a,/b");
    /** @type {[Parameters<typeof tried>[1], string][]} */
    const answers = [
      [() => trouble(429, { title: "A limit is reached", detail: "You have had many scans today." }, { "retry-after": "7100" }), "A limit is reached. You have had many scans today. Come back in 2 hours. The table stays as it is."],
      [() => trouble(429, { title: "A limit is reached", detail: "Very often." }, { "retry-after": "61" }), "A limit is reached. Very often. Come back in 2 minutes. The table stays as it is."],
      [() => trouble(403, { title: "The owner has opted out", detail: "The owner of example.com does not want it to be checked." }), "The owner has opted out. The owner of example.com does not want it to be checked. The table stays as it is."],
      [() => trouble(422, { title: "Fields cannot be used", detail: "See errors.", errors: [{ pointer: "/domain", detail: "Type the domain." }] }), "This can't be checked. Type the domain. The table stays as it is."],
      [() => ({ status: 200, contentType: "text/html", body: "<h1>Hotel network</h1>" }), "The connection was lost. The answer broke off before its end. This says nothing about your domain. The table stays as it is."],
      [() => undefined, "We couldn't connect. Check your connection, or try again in a minute. This says nothing about your domain. The table stays as it is."],
    ];
    for (const [answer, words] of answers) {
      await page.unroute("**/api/v1/redirects");
      await tried(page, answer);
      await page.getByRole("button", again).click();
      await page.getByRole("status").getByText(words).waitFor({ state: "attached" });
      assert.equal(await page.locator(".plan-try .said.fail").textContent(), words);
    }
    await page.unroute("**/api/v1/redirects");
    await page.context().setOffline(true);
    await page.getByRole("button", again).click();
    await page.locator(".plan-try .said.fail").getByText("You are offline.").waitFor();
    assert.equal(await page.locator(".plan-table tbody tr").count(), 1);
  });

  test("tries nothing where no domain is named, and says why", async () => {
    const { page } = await openPage(browser, { reducedMotion: "reduce" });
    contexts.push(page.context());
    await page.goto(`${server.url}/plan`);
    await page.getByLabel("Old and new URLs").fill("/a,/b");
    await page.getByText("paths belong to a site").waitFor();
    assert.equal(await page.getByRole("button", again).count(), 0);
    await page.locator("#plan-facts > summary").click();
    await page.getByLabel("Domain", { exact: true }).fill("acme.example");
    await page.getByLabel("Domain", { exact: true }).blur();
    await page.getByRole("button", again).waitFor();
  });

  test("opens at an address of its own, without a check, and what is said there goes along", async () => {
    const { page, errors } = await openPage(browser, { reducedMotion: "reduce", acceptDownloads: true });
    contexts.push(page.context());
    await page.goto(`${server.url}/plan`);
    await page.getByText("Not checked yet.").waitFor();
    await choose(page, "coach");
    await answer(page, "rate-limits", "no");
    await page.locator("#paper-handover").getByRole("button", { name: /Preview/ }).click();
    assert.ok((await page.locator("#paper-handover .gap").count()) > 3, "what nobody knows is marked");
    const zip = await saved(page, () => page.locator("#plan-zip").click());
    assert.equal(zip.name, "launch-documents.zip");
    await page.reload();
    await page.locator(".plan-standing").waitFor();
    assert.equal(await page.locator('#item-rate-limits [data-word="no"]').getAttribute("aria-pressed"), "true", "kept");
    assert.equal(server.asked.length, 0);

    server.answers.set("acme.example", stream(fixture("no-go")));
    await page.getByRole("link", { name: "Check your domain" }).first().click();
    await page.locator("#scan[novalidate]").waitFor();
    await page.getByLabel("Your domain").fill("acme.example");
    await page.getByLabel("Your domain").press("Enter");
    await page.locator("#verdict-title").waitFor();
    await page.locator("#plan-open").click();
    await page.locator(".plan-standing").waitFor();
    assert.equal(await page.locator('#item-rate-limits [data-word="no"]').getAttribute("aria-pressed"), "true", "and taken along");
    assert.equal(await page.getByText("Not checked yet.").count(), 0);
    assert.deepEqual(complaints(errors), []);
  });

  for (const [width, scheme] of /** @type {[number, "light" | "dark"][]} */ ([[390, "light"], [1280, "dark"]])) {
    test(`fits ${width} pixels in ${scheme}, and axe finds nothing`, async () => {
      const { page } = await planOf({ viewport: { width, height: 900 }, colorScheme: scheme });
      await choose(page, "coach");
      await page.locator("#stage-edge > summary").click();
      for (const part of ["#plan-facts", "#plan-demo-path", "#plan-ai-cases"]) await page.locator(`${part} > summary`).click();
      await page.getByRole("button", { name: "Add an account" }).click();
      await page.getByRole("button", { name: "Add a variable" }).click();
      await page.getByLabel("Old and new URLs").fill(`/a,/b\n/b,/a\nnonsense\n${"/long".repeat(60)},/short\n`);
      await page.locator(".plan-table").waitFor();
      await page.locator("#paper-handover").getByRole("button", { name: /Preview/ }).click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true);
      const found = await page.evaluate(async () => {
        const { violations } = await /** @type {any} */ (globalThis).axe.run("#plan");
        return violations.map((/** @type {any} */ violation) => `${violation.id}: ${violation.nodes[0]?.html}`);
      });
      assert.deepEqual(found, []);
      if (process.env.SCREENSHOTS) await page.locator("#plan").screenshot({ path: `${process.env.SCREENSHOTS}/plan-${width}.png` });
    });
  }

  for (const scheme of /** @type {("light" | "dark")[]} */ (["light", "dark"])) {
    test(`has a page of its own that fits 320 pixels in ${scheme}, and axe finds nothing`, async () => {
      const { page, errors } = await openPage(browser, { reducedMotion: "reduce", colorScheme: scheme, viewport: { width: 320, height: 640 } });
      contexts.push(page.context());
      await page.addInitScript({ path: axe });
      const sound = async (/** @type {string} */ state) => {
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, `nothing stands out: ${state}`);
        const violations = await page.evaluate(async () => {
          const { violations } = await /** @type {any} */ (globalThis).axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
          return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.slice(0, 3).map((/** @type {any} */ node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join(" | ")}`);
        });
        assert.deepEqual(violations, [], state);
      };
      await page.goto(`${server.url}/plan`);
      await page.locator(".plan").waitFor();
      await sound("as it opens");
      await choose(page, "ai-tool");
      await page.locator("details").evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
      await page.getByRole("button", { name: "Add an account" }).click();
      await page.getByRole("button", { name: "Add a variable" }).click();
      await page.getByLabel("Old and new URLs").fill("/a,/b");
      await page.getByText("paths belong to a site").waitFor();
      await sound("everything unfolded");
      await page.getByLabel("Domain", { exact: true }).fill("acme.example");
      await page.getByLabel("Domain", { exact: true }).blur();
      const outcomes = [{ kind: "good" }, { kind: "roundabout", chain: `https://acme.example/${"c".repeat(90)} → 302 in 1 ms → https://acme.example/d → 200 in 1 ms` }, { kind: "wrong", chain: "https://acme.example/e → 404 in 3 ms" }, { kind: "not-measured", why: "it took too long" }];
      await tried(page, () => ({ json: { rows: outcomes.map((tried, at) => ({ line: at + 1, tried })) } }));
      await page.getByLabel("Old and new URLs").fill(`/a,/b\n/${"c".repeat(90)},/d\n/e,/f\n/g,/h\n/x,/x\nnonsense`);
      await page.getByRole("button", again).click();
      await page.locator(".plan-way").first().waitFor();
      await sound("moves tried");
      for (const paper of ["handover", "redirect-map", "risk-list"]) await page.locator(`#paper-${paper}`).getByRole("button", { name: /Preview/ }).click();
      await sound("papers");
      if (process.env.SCREENSHOTS) await page.screenshot({ fullPage: true, path: `${process.env.SCREENSHOTS}/plan-alone-${scheme}.png` });
      assert.deepEqual(complaints(errors), []);
    });
  }
});
