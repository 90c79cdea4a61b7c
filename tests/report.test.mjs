// The report of a founder's domain as it is laid out: how soon the first fix can be copied, how long the page is, what
// lies where, how it prints, and that nothing jumps. The real page in Chromium, the real Worker, the lab.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";
import { launchBrowser, openPage } from "./browser.mjs";
import { begin, fixture, problem, startPageServer, stream } from "./page-server.mjs";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** @type {import("./page-server.mjs").PageServer} */
let server;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => ([stack, server, browser] = await Promise.all([startStack(), startPageServer(), launchBrowser()])));
after(async () => {
  await browser?.close();
  await server?.stop();
  await stack?.stop();
});
/** @type {import("playwright-core").BrowserContext[]} */
const contexts = [];
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
  server.answers.clear();
  server.asked.length = 0;
});

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(options) {
  const opened = await openPage(browser, { reducedMotion: "reduce", viewport: DESK, ...options });
  contexts.push(opened.page.context());
  return opened.page;
}

/**
 * A report of the lab, as it stands when everything that comes by itself has come: steps at the provider in use.
 * @param {string} domain
 * @param {import("playwright-core").BrowserContextOptions} [options]
 */
async function reportOf(domain, options) {
  const page = await open(options);
  await page.goto(`${stack.url}/?domain=${domain}`);
  await page.locator("#verdict-title").waitFor();
  if (domain === "broken.lab") await page.locator("#fix-first .steps-list").nth(3).waitFor();
  return page;
}

/** A report of a fixture. @param {string} name @param {import("playwright-core").BrowserContextOptions} [options] */
async function fixtureOf(name, options) {
  server.answers.set("a.example", stream(fixture(name)));
  const page = await open(options);
  await page.goto(`${server.url}/?domain=a.example`);
  await page.locator("#verdict-title").waitFor();
  return page;
}

/** @param {import("playwright-core").Page} page */
const heightOf = (page) => page.evaluate(() => document.documentElement.scrollHeight);

/** Pages of A4 that it prints. @param {import("playwright-core").Page} page */
async function printed(page) {
  const pdf = await page.pdf({ format: "A4", path: process.env.SCREENSHOTS && `${process.env.SCREENSHOTS}/report.pdf` });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
}

describe("a report with blockers", () => {
  for (const [name, viewport, first, most] of /** @type {const} */ ([["a desk", DESK, 800, 5000], ["a phone", PHONE, 2 * 844, 8000]])) {
    test(`on ${name}: the first fix is copied at once, and all of it is short`, async () => {
      const page = await reportOf("broken.lab", { viewport });
      const button = await page.locator("#fix-first .finding").first().locator(".how .copy").first().boundingBox();
      assert.ok(button && button.y + button.height <= first, `the copy button ends at ${button && button.y + button.height} px`);
      const height = await heightOf(page);
      assert.ok(height <= most, `${height} px`);
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "nothing stands out");
    });
  }

  test("shows blockers open, important ones as a line each, and everything else behind one", async () => {
    const page = await reportOf("broken.lab");
    const cards = page.locator("#fix-first .finding");
    assert.equal(await cards.count(), 4);
    for (const part of [".what .seen", ".how .copy", ".steps"]) assert.equal(await cards.first().locator(part).first().isVisible(), true, part);
    const important = page.locator("#fix-important .finding");
    assert.equal(await important.first().locator("summary").isVisible(), true);
    assert.equal(await important.first().locator(".what").isVisible(), false);
    assert.equal(await page.locator("#fix-optional > summary").isVisible(), true);
    assert.equal(await page.locator("#fix-optional .finding").first().isVisible(), false);
    // One line per area, one per cause.
    assert.equal(await page.locator("#passed .finding:visible, #unknown .finding:visible, #not-applicable .finding:visible").count(), 0);
    const order = await page.locator("#report .part").evaluateAll((parts) => parts.map(({ id }) => id));
    assert.deepEqual(order, ["fix-first", "fix-important", "fix-optional", "unknown", "passed", "not-applicable"]);
  });

  test("uses one word for each state", async () => {
    const page = await reportOf("broken.lab");
    const chips = await page.locator(".finding .chip").allTextContents();
    assert.deepEqual([...new Set(chips)].sort(), ["Blocker", "Couldn't check", "Important", "Not applicable", "Optional", "Passed"]);
  });

  test("says both records beside the one that takes their place", async () => {
    const page = await reportOf("broken.lab");
    const spf = page.locator("#check-spf-record .how");
    await spf.getByText("Replace both records with this one").waitFor();
    assert.equal(await spf.locator("del").count(), 2);
    assert.equal(await spf.locator(".copy").count(), 1);
    const lines = await page.locator(".how .line code").allTextContents();
    assert.ok(lines.every((line) => !line.includes("→")), "every line can be pasted");
  });

  test("rows of one rank have one icon, and what unfolds has a caret", async () => {
    const page = await reportOf("broken.lab");
    for (const [part, icon] of [["fix-first", "#i-fail"], ["fix-important", "#i-warn"], ["fix-optional", "#i-note"]]) {
      const icons = await page.locator(`#${part} .head use`).evaluateAll((all) => all.map((use) => use.getAttribute("href")));
      assert.deepEqual([...new Set(icons)], [icon], part);
    }
    const bare = await page.locator(".report details:not(.send) > summary").evaluateAll((all) => all.filter((summary) => getComputedStyle(summary, "::before").content === "none").map((summary) => summary.textContent));
    assert.deepEqual(bare, []);
  });

  test("on a phone, chip and title lie beside each other, and what a select says is not cut", async () => {
    for (const width of [320, 390]) {
      const page = await reportOf("broken.lab", { viewport: { width, height: 844 } });
      const over = await page.locator("#fix-first > .finding").evaluateAll((cards) =>
        cards.filter((card) => {
          const chip = /** @type {Element} */ (card.querySelector(".chip")).getBoundingClientRect();
          return [...card.querySelectorAll(".head .name, .head .title")].some((part) => {
            const box = part.getBoundingClientRect();
            return box.left < chip.right && chip.left < box.right && box.top < chip.bottom && chip.top < box.bottom;
          });
        }).length,
      );
      assert.equal(over, 0, `at ${width} pixels`);
      const cut = await page.locator("#fix-first select").evaluateAll((all) => {
        const pen = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
        return all.map((one) => /** @type {HTMLSelectElement} */ (one)).filter((select) => {
          pen.font = getComputedStyle(select).font;
          return pen.measureText(select.selectedOptions[0].text).width > select.clientWidth - 30;
        }).map((select) => select.selectedOptions[0].text);
      });
      assert.deepEqual(cut, [], `at ${width} pixels`);
    }
  });

  test("prints on four pages at most", async () => {
    const page = await reportOf("broken.lab");
    const pages = await printed(page);
    assert.ok(pages && pages <= 4, `${pages} pages`);
  });
});

describe("a report without blockers", () => {
  test("is short on screen, and one page on paper", async () => {
    const page = await reportOf("healthy.lab");
    const height = await heightOf(page);
    assert.ok(height <= 2500, `${height} px`);
    await page.getByText("Nothing blocks your launch.").first().waitFor();
    assert.equal(await printed(page), 1);
  });
});

describe("what is done with a report", () => {
  test("all fixes are copied as text", async () => {
    const page = await fixtureOf("no-go", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Copy all fixes" }).click();
    await page.getByText("Copied", { exact: true }).waitFor();
    const text = await page.evaluate(() => navigator.clipboard.readText());
    const { risks } = JSON.parse(fixture("no-go").at(-1) ?? "");
    for (const { title } of risks) assert.ok(text.includes(title), title);
    assert.match(text, /^Launch report for example\.com: Not ready\./);
  });

  test("a developer gets a link and the text", async () => {
    const page = await reportOf("broken.lab");
    await page.getByText("Send to my developer", { exact: true }).click();
    const link = (await page.locator(".panel code").textContent()) ?? "";
    assert.match(link, /\/report\/[0-9a-f]{32}-broken\.lab$/);
    assert.equal((await fetch(link)).status, 200);
    assert.ok((await page.locator("#all-fixes").textContent())?.includes(link));
    const mail = await page.getByRole("link", { name: "Write an email" }).getAttribute("href");
    assert.ok(decodeURIComponent(mail ?? "").startsWith("mailto:?subject=Launch fixes for broken.lab&body=Launch report for broken.lab: Not ready."));
  });

  test("what is ticked as done stays in the browser, and is counted", async () => {
    const page = await fixtureOf("no-go");
    await page.locator("#fix-first .tally").getByText("0 of 3 done").waitFor();
    await page.locator("#check-mx").getByLabel("Done").check();
    await page.locator("#fix-first .tally").getByText("1 of 3 done").waitFor();
    await page.reload();
    await page.locator("#fix-first .tally").getByText("1 of 3 done").waitFor();
    assert.equal(await page.locator("#check-mx").getByLabel("Done").isChecked(), true);
    // A newer check that finds it again says so.
    server.answers.set("a.example", stream(fixture("no-go").map((line) => line.replace("2026-11-22T09:30:00Z", "2026-11-23T09:30:00Z"))));
    await page.reload();
    await page.locator("#check-mx").getByText("It is still there.").waitFor();
    assert.equal(await page.locator("#check-mx").getByLabel("Done").isChecked(), false);
  });

  test("run again, it says what changed", async () => {
    const page = await fixtureOf("no-go");
    server.answers.set("a.example", stream(fixture("go")));
    await page.getByRole("button", { name: "Run again" }).click();
    await page.locator("#verdict-title").getByText("Ready", { exact: true }).waitFor();
    await page.locator("#changes").getByText(/^\d+ fixed.* Score 49 before, 100 now\. Not ready before, ready now\.$/).waitFor();
    const { risks } = JSON.parse(fixture("no-go").at(-1) ?? "");
    await page.locator("#changes li").getByText(risks[0].title).waitFor();
  });

  test("its history shows the last reports and what changed between them", async () => {
    const page = await reportOf("broken.lab");
    await page.getByRole("button", { name: "Run again" }).click();
    await page.locator("#changes").getByText("Nothing changed.").first().waitFor();
    await page.getByRole("button", { name: "History" }).click();
    await page.locator(".history-list li").nth(1).waitFor();
    await page.locator(".history-list").getByText("49 of 100").first().waitFor();
  });

  test("a check asked again is drawn again, not added to", async () => {
    const page = await reportOf("broken.lab");
    const chains = page.locator("#check-https-redirect .chain");
    const before = await chains.locator("li").count();
    await page.getByRole("button", { name: "Check again: HTTPS everywhere" }).click();
    await page.locator("#check-https-redirect .said").getByText("No change.").waitFor();
    assert.equal(await chains.locator("li").count(), before);
  });

  test("asks what the domain does with email where that decides, in the words of the form", async () => {
    server.answers.set("a.example", stream(fixture("no-go").map((line) => line.replaceAll('"outcome":"unresolvable"', '"outcome":"none"'))));
    const page = await open();
    await page.goto(`${server.url}/?domain=a.example`);
    const field = page.locator("#check-mx").getByLabel("Email on this domain");
    assert.deepEqual(await field.locator("option").allTextContents(), ["Not specified", "Sends and receives", "Only sends", "Only receives", "Neither"]);
    await field.selectOption("neither");
    await page.locator("#check-mx .asking button").click();
    await page.waitForURL("**/?domain=a.example&mail=neither");
    assert.equal(server.asked.at(-1)?.searchParams.get("mail"), "neither");
    assert.equal(await page.locator("#mail").inputValue(), "neither", "the form says it, too");
  });

  test("asks for a DKIM selector where it is missing", async () => {
    const page = await fixtureOf("no-go");
    await page.locator("#check-dkim-keys").evaluate((article) => article.querySelectorAll("details").forEach((details) => (details.open = true)));
    await page.locator("#unknown .group", { has: page.locator("#check-dkim-keys") }).evaluate((group) => group.setAttribute("open", ""));
    await page.getByLabel("Your DKIM selector").fill("s1024");
    await page.getByLabel("Your DKIM selector").press("Enter");
    await page.waitForURL("**/?domain=a.example&selector=s1024");
    assert.equal(server.asked.at(-1)?.searchParams.get("selector"), "s1024");
  });
});

describe("the address and what is typed", () => {
  test("holds the domain alone, never an email address or a password", async () => {
    for (const typed of ["me@a.example", "https://user:secret@a.example/path?x=1"]) {
      server.answers.set(typed, stream(fixture("go")));
      const page = await open();
      await page.goto(`${server.url}/?domain=${encodeURIComponent(typed)}`);
      await page.locator("#verdict-title").waitFor();
      assert.equal(new URL(page.url()).search, "?domain=example.com");
      assert.ok(!(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).includes(typed));
    }
  });

  test("what is refused is seen, stays in the field, and what could be meant is offered", async () => {
    server.answers.set("a.example:443", problem(400, "The address contains a port", "Leave out the port."));
    server.answers.set("a.example", stream(fixture("go")));
    const page = await open({ viewport: PHONE });
    await page.goto(server.url);
    await page.locator("#scan[novalidate]").waitFor();
    await page.getByLabel("Your domain").fill("a.example:443");
    await page.getByLabel("Your domain").press("Enter");
    const error = page.locator("#domain-error");
    await error.getByText("Leave out the port.").waitFor();
    await page.waitForTimeout(200);
    const box = await error.boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= PHONE.height, "within the window");
    assert.equal(await page.getByLabel("Your domain").inputValue(), "a.example:443");
    await page.getByRole("button", { name: "Check a.example" }).click();
    await page.locator("#verdict-title").waitFor();
    assert.equal(new URL(page.url()).search, "?domain=a.example");
  });

  test("back and forward lead through what was checked", async () => {
    server.answers.set("a.example", stream(fixture("go")));
    server.answers.set("b.example", stream(fixture("no-go")));
    const page = await open();
    await page.goto(server.url);
    await page.locator("#scan[novalidate]").waitFor();
    for (const [domain, words] of [["a.example", "Ready"], ["b.example", "Not ready"]]) {
      await page.getByLabel("Your domain").fill(domain);
      await page.getByLabel("Your domain").press("Enter");
      await page.locator("#verdict-title").getByText(words, { exact: true }).waitFor();
    }
    await page.goBack();
    await page.locator("#verdict-title").getByText("Ready", { exact: true }).waitFor();
    assert.equal(await page.getByLabel("Your domain").inputValue(), "a.example");
    await page.goBack();
    await page.locator("#introduction").waitFor();
    assert.equal(await page.locator("#results").isVisible(), false);
    await page.goForward();
    await page.locator("#verdict-title").getByText("Ready", { exact: true }).waitFor();
  });

  test("a check can be stopped, and what has come stays", async () => {
    server.answers.set("slow.example", (response) => (begin(response), void response.write(`${fixture("no-go").slice(0, 60).join("\n")}\n`)));
    const page = await open();
    await page.goto(`${server.url}/?domain=slow.example`);
    await page.locator(".listed:not(.wait)").first().waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("heading", { name: "Check stopped" }).waitFor();
    assert.ok((await page.locator("#report .finding").count()) > 0);
    const counts = await page.locator("#report .tally").allTextContents();
    assert.ok(counts.every((count) => !/\b0\b/.test(count)), counts.join(", "));
  });

  test("a name in the letters of another script is pointed out beside the verdict", async () => {
    server.answers.set("a.example", stream(fixture("go").map((line) => line.replaceAll('"domain_unicode":"example.com"', '"domain_unicode":"раypal.com"').replaceAll('"domain":"example.com"', '"domain":"xn--ypal-43d9g.com"'))));
    const page = await open();
    await page.goto(`${server.url}/?domain=a.example`);
    await page.locator(".notice.warned").getByText("This name is not paypal.com.").waitFor();
    await page.locator(".notice.warned").getByText("xn--ypal-43d9g.com").waitFor();
  });
});

describe("the layout", () => {
  for (const viewport of [PHONE, DESK]) {
    test(`shifts less than 0.05 from the first line to the verdict and its steps, at ${viewport.width} pixels`, async () => {
      server.answers.set("slow.example", stream(fixture("no-go"), 8));
      const page = await open({ viewport });
      await page.addInitScript(() => {
        Object.assign(globalThis, { shifted: 0, moved: [] });
        new PerformanceObserver((list) => {
          for (const entry of /** @type {any[]} */ (list.getEntries())) {
            if (entry.hadRecentInput) continue;
            /** @type {any} */ (globalThis).shifted += entry.value;
            /** @type {any} */ (globalThis).moved.push(`${entry.value.toFixed(3)} ${entry.sources.map((/** @type {any} */ { node }) => node?.id || node?.className || node?.nodeName).join(" ")}`);
          }
        }).observe({ type: "layout-shift", buffered: true });
      });
      await page.goto(`${server.url}/?domain=slow.example`);
      await page.locator("#verdict-title").waitFor();
      await page.locator(".steps-list").first().waitFor();
      await page.waitForTimeout(300);
      const { shifted, moved } = await page.evaluate(() => /** @type {any} */ ({ shifted: /** @type {any} */ (globalThis).shifted, moved: /** @type {any} */ (globalThis).moved }));
      assert.ok(shifted < 0.05, `${shifted}: ${moved.join(" | ")}`);
    });
  }
});
