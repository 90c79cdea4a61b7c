// The built page in Chromium, against an API that does what a test needs: every state, by keyboard, with hostile strings,
// at 320 pixels, in light and dark.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { after, afterEach, before, describe, test } from "node:test";

import { launchBrowser, openPage } from "./browser.mjs";
import { begin, fixture, problem, startPageServer, stream } from "./page-server.mjs";

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

/** @param {import("playwright-core").BrowserContextOptions} [options] */
async function open(options) {
  const opened = await openPage(browser, { reducedMotion: "reduce", ...options });
  contexts.push(opened.page.context());
  return opened;
}

/**
 * What the browser complained about, without what it says about answers that are meant to fail; a stream that was read
 * to its end is now and then reported as a failed request.
 * @param {string[]} errors
 */
const complaints = (errors) => errors.filter((error) => !/^(request|response):|Failed to load resource/.test(error));

/** @param {import("playwright-core").Page} page @param {string} domain */
async function look(page, domain) {
  await page.goto(`${server.url}/?domain=${encodeURIComponent(domain)}`);
}

/** @param {import("playwright-core").Page} page */
const verdict = (page) => page.locator("#verdict-title");
/** @param {import("playwright-core").Page} page @param {string} check */
const finding = (page, check) => page.locator(`#check-${check}`);

/** Waits for the report, and opens everything in it. @param {import("playwright-core").Page} page */
async function unfolded(page) {
  await verdict(page).waitFor();
  await unfold(page);
}

/** Opens everything that is folded away. @param {import("playwright-core").Page} page */
const unfold = (page) => page.locator("details").evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));

/**
 * Waits until something holds.
 * @param {() => Promise<unknown>} holds
 * @param {string} what
 */
async function eventually(holds, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 25))) {
    if (await holds()) return;
  }
  assert.fail(`It did not come to this: ${what}`);
}

/** A stream that a test writes line by line. @param {string} domain */
function handWritten(domain) {
  /** @type {(response: import("node:http").ServerResponse) => void} */
  let opened;
  /** @type {Promise<import("node:http").ServerResponse>} */
  const response = new Promise((resolve) => (opened = resolve));
  server.answers.set(domain, (answer) => {
    begin(answer);
    opened(answer);
  });
  return {
    response,
    /** @param {string[]} lines */
    async send(...lines) {
      (await response).write(lines.map((line) => `${line}\n`).join(""));
    },
    async end() {
      (await response).end();
    },
  };
}

describe("the form", () => {
  test("asks by keyboard alone, and leads to the results", async () => {
    server.answers.set("go.example", stream(fixture("go")));
    const { page, errors } = await open();
    await page.goto(server.url);
    await page.locator("#scan[novalidate]").waitFor();
    // Past the links of the header.
    for (let links = 0; links < 8 && (await page.evaluate(() => document.activeElement?.id)) !== "domain"; links++) await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "domain");
    await page.keyboard.type("  go.example ");
    await page.keyboard.press("Enter");
    await verdict(page).getByText("Ready", { exact: true }).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "results-title");
    assert.equal(new URL(page.url()).search, "?domain=go.example");
    assert.equal(await page.title(), "Ready: example.com · Launch Ready");
    assert.deepEqual(complaints(errors), []);
  });

  test("works before the WebAssembly has come", async () => {
    server.answers.set("go.example", stream(fixture("go")));
    const { page } = await open();
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto(server.url);
    await page.getByLabel("Your domain").fill("go.example");
    await page.getByText("Add details").click();
    await page.getByLabel("What are you launching?").selectOption("AI tool");
    await page.getByRole("button", { name: "Check" }).click();
    // Where it never comes, the service's own summary is what there is.
    await page.waitForURL("**/r?domain=go.example&segment=ai-tool&mail=");
    await page.locator("#no-wasm").waitFor();
    const json = await page.locator("#no-wasm-link").getAttribute("href");
    assert.equal(json, "/api/v1/report?domain=go.example&segment=ai-tool&mail=");

    await page.unroute("**/*.wasm");
    await page.goto(`${server.url}/?domain=go.example&segment=ai-tool&mail=`);
    await verdict(page).waitFor();
    assert.equal(await page.getByLabel("Your domain").inputValue(), "go.example");
    assert.equal(await page.locator("#segment").inputValue(), "ai-tool");
    assert.equal(server.asked.at(-1)?.searchParams.get("segment"), "ai-tool");
  });

  test("leads to the service's own summary where there is no JavaScript", async () => {
    const { page } = await open({ javaScriptEnabled: false });
    await page.goto(server.url);
    await page.getByLabel("Your domain").fill("go.example");
    await Promise.all([page.waitForURL("**/r?domain=go.example&segment=&mail="), page.getByRole("button", { name: "Check" }).click()]);
  });

  test("asks about the domain whose page it is", async () => {
    server.answers.set("go.example", stream(fixture("go")));
    const { page } = await open();
    await page.goto(`${server.url}/r/go.example`);
    await verdict(page).getByText("Ready", { exact: true }).waitFor();
    assert.equal(await page.getByLabel("Your domain").inputValue(), "go.example");
  });

  test("passes on what else was said, and survives a reload", async () => {
    server.answers.set("go.example", stream(fixture("go")));
    const { page } = await open();
    await page.goto(server.url);
    await page.locator("#scan[novalidate]").waitFor();
    await page.getByText("Add details").click();
    await page.getByLabel("What are you launching?").selectOption("Coach or consultant");
    await page.getByLabel("Email on this domain").selectOption("Only sends");
    await page.getByLabel("Your domain").fill("go.example");
    await page.getByRole("button", { name: "Check" }).click();
    await verdict(page).waitFor();
    assert.equal(server.asked[0].search, "?domain=go.example&segment=coach&mail=sends");
    await page.reload();
    await verdict(page).waitFor();
    assert.equal(await page.getByLabel("Your domain").inputValue(), "go.example");
    assert.equal(server.asked[1].search, "?domain=go.example&segment=coach&mail=sends");
  });

  test("says at the field why something is refused", async () => {
    const sentence = "“localhost” is only one part of a name. Type the whole domain, such as localhost.com.";
    server.answers.set("localhost", problem(400, "The name has only one part", sentence));
    const { page, errors } = await open();
    await page.goto(server.url);
    await page.locator("#scan[novalidate]").waitFor();
    const field = page.getByLabel("Your domain");
    await field.press("Enter");
    await page.getByText("Type the domain you are about to launch, such as example.com.", { exact: true }).first().waitFor();
    assert.equal(server.asked.length, 0);
    await field.fill("localhost");
    await field.press("Enter");
    await page.locator("#domain-error").getByText(sentence).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
    assert.equal(await field.getAttribute("aria-describedby"), "domain-error");
    await eventually(() => field.evaluate((element) => element === document.activeElement), "the focus is in the field");
    assert.equal(await page.locator("#results").isVisible(), false);
    assert.deepEqual(complaints(errors), []);
  });
});

describe("a scan", () => {
  test("lists every check at once and fills it in", async () => {
    const lines = fixture("no-go");
    const hand = handWritten("slow.example");
    const { page, errors } = await open();
    await look(page, "slow.example");
    await page.getByText("Asking the first questions").waitFor();

    await hand.send(lines[0]);
    const listed = JSON.parse(lines[0]).checks;
    await page.locator("#results .listed.wait").nth(listed.length - 1).waitFor();
    assert.deepEqual(await page.locator("#results .listed bdi").allTextContents(), listed.map((/** @type {any} */ check) => check.name));

    const half = lines.findIndex((line, at) => at > 30 && JSON.parse(line).event === "progress" && !JSON.parse(line).done);
    // Cut in the middle of a line: a chunk is not a line.
    const text = `${lines.slice(1, half + 1).join("\n")}\n`;
    const response = await hand.response;
    response.write(text.slice(0, 1000));
    await page.waitForTimeout(50);
    response.write(text.slice(1000));
    const now = JSON.parse(lines[half]);
    await page.getByText(`${now.answered} of ${now.known} questions answered`).waitFor();
    await page.locator(".asking").getByText(now.probe, { exact: true }).waitFor();
    const settled = lines.slice(0, half).filter((line) => JSON.parse(line).event === "finding").length;
    assert.equal(await page.locator("#results .listed:not(.wait)").count(), settled);
    assert.equal(await verdict(page).count(), 0);

    await hand.send(...lines.slice(half + 1));
    await hand.end();
    await verdict(page).getByText("Not ready").waitFor();
    assert.equal(await page.locator("#results .listed").count(), 0);
    assert.equal(await page.locator("#results .finding").count(), listed.length, "each has its place in the report");
    assert.deepEqual(complaints(errors), []);
  });

  test("says what is in the way, the worst first, and leads there", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const report = JSON.parse(fixture("no-go").at(-1) ?? "");
    const { page } = await open();
    await look(page, "no-go.example");
    await page.getByText("You could lose sign-ups and email.").first().waitFor();
    await page.locator(".score").getByText(`${report.score.value} of 100`).waitFor();
    await page.getByText(`${report.coverage.answered} of ${report.coverage.of} checks answered`, { exact: true }).waitFor();
    const ids = await page.locator(":is(#fix-first, #fix-important, #fix-optional) .finding").evaluateAll((all) => all.map(({ id }) => id));
    assert.deepEqual(ids, report.risks.map((/** @type {any} */ risk) => `check-${risk.check}`));
    const blockers = report.risks.filter((/** @type {any} */ risk) => risk.rank === "blocker");
    assert.deepEqual(await page.locator("#fix-first .head .title").allTextContents(), blockers.map((/** @type {any} */ risk) => risk.title));
    // The reasons are a list, and lead to the cards.
    const reasons = page.locator(".reasons li");
    assert.deepEqual(await reasons.allTextContents(), blockers.map((/** @type {any} */ risk) => risk.title));
    await reasons.last().getByRole("link").focus();
    await page.keyboard.press("Enter");
    await eventually(() => page.evaluate((id) => document.activeElement?.id === id, `check-${blockers.at(-1).check}`), "the focus is at the finding");
  });

  test("shows what could not be measured as that", async () => {
    server.answers.set("nobody.example", stream(fixture("no-verdict")));
    const { page } = await open();
    await look(page, "nobody.example");
    await verdict(page).getByText("Not enough data").waitFor();
    await page.getByText("No score", { exact: true }).waitFor();
    // Checks that nobody asked for do not apply; everything else is grouped by why there is no answer.
    const { gaps } = JSON.parse(fixture("no-verdict").at(-1) ?? "");
    for (const { cause, advice } of gaps) {
      const group = page.locator("#unknown .group", { hasText: cause.replace(/\.$/, "") });
      await group.locator("summary h4").first().waitFor();
      assert.equal(await group.locator(".advice").first().textContent(), `What to do: ${advice.replaceAll("`", "")}`);
    }
    assert.equal(await page.locator("#passed").count(), 0);
    // Causes that are behind several of the must-haves, the others by name.
    const { checks } = JSON.parse(fixture("no-verdict").at(-1) ?? "").verdict;
    await page.locator(".reason").getByText(`${checks.length} must-have checks got no answer.`).waitFor();
    const reasons = await page.locator(".reasons a").allTextContents();
    assert.ok(reasons.length > 0 && reasons.length <= 5);
    assert.equal(reasons[0], gaps[0].cause);
    assert.equal(await page.locator("#results .finding.fail").count(), 0);
  });

  test("prints why the score is capped", async () => {
    server.answers.set("hostile.example", stream(fixture("hostile")));
    const { page } = await open();
    await look(page, "hostile.example");
    const { score } = JSON.parse(fixture("hostile").at(-1) ?? "");
    await page.locator(".cap").getByText(`Capped while blockers remain. With them fixed: ${score.unblocked}.`).waitFor();
  });

  test("says that it is not yet as soon as one blocker is certain", async () => {
    const lines = fixture("no-go");
    const at = lines.findIndex((line) => JSON.parse(line).rank === "blocker");
    const hand = handWritten("slow.example");
    const { page } = await open();
    await look(page, "slow.example");
    await hand.send(...lines.slice(0, at));
    await page.locator("#status-title").getByText("Checking").waitFor();
    await hand.send(lines[at]);
    await page.locator("#status-title").getByText("Not ready").waitFor();
    await page.locator(".certainty").getByText(JSON.parse(lines[at]).title, { exact: true }).waitFor();
    assert.equal(await verdict(page).count(), 0, "the verdict itself comes with the report");
    await hand.send(...lines.slice(at + 1));
    await hand.end();
    await verdict(page).getByText("Not ready").waitFor();
  });

  test("leads whoever was sent a link to one finding there", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open();
    await look(page, "no-go.example");
    await verdict(page).waitFor();
    const link = await page.getByRole("link", { name: "Link to SPF record", exact: true }).evaluate((element) => /** @type {HTMLAnchorElement} */ (element).href);
    assert.equal(link, `${server.url}/?domain=no-go.example#check-spf-record`);
    const another = await open();
    await another.page.goto(link);
    await verdict(another.page).waitFor();
    await eventually(() => another.page.evaluate(() => document.activeElement?.id === "check-spf-record"), "the focus is at the finding");
  });

  test("draws what people would rather look at", async () => {
    server.answers.set("go.example", stream(fixture("go")));
    const { page } = await open();
    await look(page, "go.example");
    await verdict(page).waitFor();
    const chain = finding(page, "entry-points").locator(".chain").first();
    await unfold(page);
    assert.deepEqual(await chain.locator(".status").allTextContents(), ["301", "200"]);
    assert.deepEqual(await chain.locator("bdi").allTextContents(), ["http://example.com/", "https://example.com/"]);
    assert.equal(await finding(page, "home-response-time").locator(".times li").count(), 4, "three samples and the target");
    assert.equal(await finding(page, "spf-lookups").locator(".places i").count(), 10, "as many places as SPF has lookups");
  });

  test("ends when another begins", async () => {
    const lines = fixture("no-go");
    const hand = handWritten("slow.example");
    server.answers.set("go.example", stream(fixture("go")));
    const { page } = await open();
    await look(page, "slow.example");
    await hand.send(...lines.slice(0, 20));
    await page.locator("#results .listed:not(.wait)").first().waitFor();
    const left = once(await hand.response, "close");
    await page.getByLabel("Your domain").fill("go.example");
    await page.getByLabel("Your domain").press("Enter");
    await left;
    await verdict(page).getByText("Ready", { exact: true }).waitFor();
    assert.equal(await page.locator("#results .finding.fail").count(), 0);
  });

  test("is announced without flooding", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go"), 45));
    const { page } = await open();
    await page.addInitScript(() => {
      const said = /** @type {string[]} */ ([]);
      Object.assign(globalThis, { said });
      document.addEventListener("DOMContentLoaded", () => {
        const announcer = /** @type {HTMLElement} */ (document.getElementById("announcer"));
        new MutationObserver(() => said.push(announcer.textContent ?? "")).observe(announcer, { childList: true, subtree: true, characterData: true });
      });
    });
    await look(page, "no-go.example");
    await verdict(page).waitFor();
    await page.getByRole("status").getByText("Not ready.").waitFor({ state: "attached" });
    const said = await page.evaluate(() => /** @type {any} */ (globalThis).said.filter((/** @type {string} */ words) => words));
    assert.equal(said.length, 3, said.join("\n"));
    const { coverage, score } = JSON.parse(fixture("no-go").at(-1) ?? "");
    // All of them are asked; what does not apply is told from what counts by the report alone.
    const { length } = JSON.parse(fixture("no-go")[0]).checks;
    assert.equal(said[0], `Checking example.com: ${length} checks.`);
    assert.match(said[1], new RegExp(`of ${length} checks are done`));
    assert.equal(said[2], `Not ready. You could lose sign-ups and email. Score ${score.value} of 100, ${coverage.answered} of ${coverage.of} checks answered.`);
  });
});

describe("what strangers wrote", () => {
  for (const width of [320, 1280]) {
    test(`is text, and stays in its place at ${width} pixels`, async () => {
      const long = "a".repeat(60) + `.${"b".repeat(63)}`.repeat(2) + ".example";
      server.answers.set(long, stream(fixture("hostile").map((line) => line.replaceAll('"domain":"example.com"', `"domain":"${long}"`).replaceAll('"domain_unicode":"example.com"', '"domain_unicode":"\u202emoc.elpmaxe<b>x</b>"'))));
      const { page, errors } = await open({ viewport: { width, height: 700 } });
      page.on("dialog", () => assert.fail("a script ran"));
      await look(page, long);
      await verdict(page).waitFor();
      await page.locator("#results details").evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
      const made = await page.locator("#results").evaluate((results) => results.querySelectorAll("img, script, b, iframe, style, [onerror]").length);
      assert.equal(made, 0);
      await finding(page, "spf-record").getByText("U+202E", { exact: true }).first().waitFor();
      await finding(page, "spf-record").locator("pre").getByText("<img/src=x/onerror=alert(1").waitFor();
      await page.locator("h2").getByText("<b>x</b>").waitFor();
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width);
      assert.deepEqual(complaints(errors), []);
    });
  }

  test("is underlined where the service says, counted in bytes", async () => {
    const text = "v=spf1 é +all";
    const marks = [{ start: 10, end: 14, code: "all", severity: "error", note: "Anyone may send." }];
    const lines = fixture("no-go").map((line) => {
      const event = JSON.parse(line);
      const findings = event.event === "report" ? event.findings : [event];
      for (const found of findings) if (found.check === "spf-record" && found.seen) found.seen = [{ label: "TXT", text, marks }];
      return JSON.stringify(event);
    });
    server.answers.set("marks.example", stream(lines));
    const { page } = await open();
    await look(page, "marks.example");
    const mark = finding(page, "spf-record").locator("pre mark.error");
    assert.equal(await mark.textContent(), "+all");
    assert.equal(await mark.getAttribute("data-note"), "1");
    await finding(page, "spf-record").locator(".notes").getByText("Anyone may send.").waitFor();
  });
});

describe("a line to copy", () => {
  test("goes to the clipboard, and it is said", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await look(page, "no-go.example");
    await unfolded(page);
    const line = finding(page, "dmarc-policy").locator(".how .line");
    await line.getByRole("button", { name: "Copy: Add this DNS record, DMARC policy" }).click();
    await line.getByText("Copied").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await line.locator("code").textContent());
    await page.getByRole("status").getByText("Copied.").waitFor({ state: "attached" });
  });

  test("is selected where the browser has no clipboard", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open();
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "clipboard", { value: undefined }));
    await look(page, "no-go.example");
    await unfolded(page);
    const line = finding(page, "dmarc-policy").locator(".how .line");
    await line.getByRole("button").click();
    await line.getByText("Selected").waitFor();
    assert.equal(await page.evaluate(() => getSelection()?.toString()), await line.locator("code").textContent());
  });
});

/** A finding of a fixture's report. @param {string} name @param {string} check */
const found = (name, check) => JSON.parse(fixture(name).at(-1) ?? "").findings.find((/** @type {any} */ one) => one.check === check);

/**
 * Answers a whole report, and to the question about one check that finding alone, as the service does.
 * @param {string} name
 * @param {(check: string) => any} again
 * @returns {import("./page-server.mjs").Answer}
 */
const withRecheck = (name, again) => async (response, url) => {
  const check = url.searchParams.get("check");
  if (!check) return stream(fixture(name))(response, url);
  const { schema, scoring, domain, run } = JSON.parse(fixture(name).at(-1) ?? "");
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ schema, scoring, domain, run, in_use: {}, recheck: [again(check)] }));
};

describe("the steps of a fix", () => {
  test("are those of the DNS panel that was recognised, box by box, and come with one click", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page, errors } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await look(page, "no-go.example");
    await unfolded(page);
    const dmarc = finding(page, "dmarc-policy");
    const button = dmarc.getByRole("button", { name: "Steps at Namecheap: DMARC policy" });
    await button.focus();
    await page.keyboard.press("Enter");
    await dmarc.locator(".steps-where").getByText(/^Namecheap → Domain List → Manage/).waitFor();
    assert.equal(await button.getAttribute("aria-expanded"), "true");
    assert.deepEqual(await dmarc.locator(".steps dt").allTextContents(), ["Type", "Host", "Value", "TTL"]);
    assert.deepEqual(await dmarc.locator(".steps dd code").allTextContents(), ["TXT", "_dmarc", "v=DMARC1; p=none"]);
    await dmarc.getByRole("button", { name: "Copy: Host" }).click();
    await page.getByRole("status").getByText("Copied.").waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "_dmarc");
    await button.press("Enter");
    await eventually(async () => (await dmarc.locator(".steps").count()) === 0, "they are put away");
    assert.equal(await button.getAttribute("aria-expanded"), "false");
    assert.deepEqual(complaints(errors), []);
  });

  test("are written anew for what is used instead, for every finding, and nobody is asked", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open();
    await look(page, "no-go.example");
    await unfolded(page);
    const headers = finding(page, "security-headers");
    await headers.getByRole("button", { name: "Steps at Vercel" }).click();
    await headers.locator(".steps-file").getByText("vercel.json").first().waitFor();
    /** @type {string[]} */
    const fetched = [];
    page.on("request", (request) => fetched.push(request.url()));
    await headers.getByLabel("Your site runs on").selectOption("nginx");
    await headers.locator(".steps-list code").getByText("add_header X-Frame-Options").waitFor();
    assert.equal(await headers.getByText("vercel.json").count(), 0);
    const hsts = finding(page, "hsts");
    await hsts.getByRole("button", { name: /^Steps/ }).click();
    await hsts.locator(".steps-list code").getByText("add_header Strict-Transport-Security").waitFor();
    assert.deepEqual(fetched, []);
  });

  test("of all findings that want lines in one file of the host are that file, in one text", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page, errors } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await look(page, "no-go.example");
    await unfolded(page);
    const headers = finding(page, "security-headers");
    await headers.getByRole("button", { name: "Steps at Vercel" }).click();
    const whole = headers.locator(".steps-all");
    await whole.getByText("All headers in one file").click();
    await whole.getByText("vercel.json at the top of the project").waitFor();
    const wanted = JSON.parse(fixture("no-go").at(-1) ?? "").findings.flatMap((/** @type {any} */ finding) => finding.fixes ?? []).filter((/** @type {any} */ { fix }) => fix.kind === "header").map((/** @type {any} */ { fix }) => fix.name);
    const file = JSON.parse((await whole.locator("code").textContent()) ?? "");
    const there = file.headers.flatMap((/** @type {any} */ rule) => rule.headers.map((/** @type {any} */ { key }) => key));
    assert.ok(wanted.includes("Strict-Transport-Security"), "of another finding");
    assert.deepEqual(there.sort(), [...new Set(wanted)].sort(), "each once");
    await whole.getByRole("button", { name: "Copy: All headers in one file" }).click();
    await page.getByRole("status").getByText("Copied.").waitFor({ state: "attached" });
    assert.deepEqual(JSON.parse(await page.evaluate(() => navigator.clipboard.readText())), file);

    // Another host has another file; one that is told by a form has none.
    await headers.getByLabel("Your site runs on").selectOption("netlify");
    await whole.locator("code").getByText("Strict-Transport-Security: max-age").waitFor({ state: "attached" });
    assert.equal(await whole.count(), 1);
    await headers.getByLabel("Your site runs on").selectOption("webflow");
    await whole.waitFor({ state: "detached" });
    assert.deepEqual(complaints(errors), []);
  });

  test("are for what was scanned last", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    server.answers.set("other.example", stream(fixture("no-go").map((line) => line.replaceAll("example.com", "other.example").replaceAll("v=DMARC1; p=none", "v=DMARC1; p=none; rua=mailto:reports@other.example").replaceAll("Namecheap", "Cloudflare").replaceAll('"namecheap"', '"cloudflare"'))));
    const { page } = await open();
    await look(page, "no-go.example");
    await unfolded(page);
    await finding(page, "dmarc-policy").getByRole("button", { name: /^Steps/ }).click();
    await finding(page, "dmarc-policy").locator(".steps").waitFor();
    await page.getByLabel("Your domain").fill("other.example");
    await page.getByLabel("Your domain").press("Enter");
    await page.locator("h2").getByText("other.example").waitFor();
    await unfolded(page);
    await finding(page, "dmarc-policy").getByRole("button", { name: "Steps at Cloudflare" }).click();
    await finding(page, "dmarc-policy").locator(".steps dd code").getByText("mailto:reports@other.example").waitFor();
    assert.equal(await finding(page, "dmarc-policy").locator(".steps").count(), 1);
  });

  test("say so when they cannot be had, keep the line, and can be asked for again", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open();
    await page.route("**/assets/plan.*", (route) => route.abort());
    await look(page, "no-go.example");
    await unfolded(page);
    const dmarc = finding(page, "dmarc-policy");
    await dmarc.getByRole("button", { name: /^Steps/ }).click();
    await dmarc.getByRole("alert").getByText("This did not load. Try again.").waitFor();
    assert.equal(await dmarc.locator(".line code").first().isVisible(), true);
    await page.unroute("**/assets/plan.*");
    await dmarc.getByRole("button", { name: /^Steps/ }).click();
    await dmarc.locator(".steps-where").waitFor();
    assert.equal(await dmarc.getByRole("alert").count(), 0);
    // What was wanted for the blockers comes with it.
    await page.locator("#fix-first .steps").first().waitFor();
  });
});

describe("one check asked again", () => {
  test("takes the place of the finding, says that it is better, and leaves the verdict to a whole check", async () => {
    server.answers.set("no-go.example", withRecheck("no-go", (check) => found("go", check)));
    const { page, errors } = await open();
    await look(page, "no-go.example");
    await unfolded(page);
    const spf = finding(page, "spf-record");
    const button = spf.getByRole("button", { name: "Check again: SPF record" });
    await button.focus();
    await page.keyboard.press("Enter");
    await spf.locator(".said.pass").getByText("Fixed.").waitFor();
    assert.equal(server.asked.at(-1)?.search, "?domain=no-go.example&check=spf-record");
    await eventually(() => spf.evaluate((article) => article.classList.contains("pass")), "the finding is the new one");
    await spf.getByText(found("go", "spf-record").title, { exact: true }).first().waitFor();
    assert.equal(await button.evaluate((element) => element === document.activeElement), true, "the focus stays");
    await page.getByRole("status").getByText("Fixed.").waitFor({ state: "attached" });
    assert.equal(await verdict(page).textContent(), "Not ready");
    await page.locator(".kept").getByText("Verdict, score and order are from the full check").waitFor();

    server.answers.set("no-go.example", stream(fixture("go")));
    await spf.getByRole("button", { name: "Run the full check again" }).click();
    await verdict(page).getByText("Ready", { exact: true }).waitFor();
    assert.equal(server.asked.at(-1)?.searchParams.get("fresh"), "true", "not the report of a few minutes ago");
    assert.equal(await page.locator(".said").count(), 0);
    assert.deepEqual(complaints(errors), []);
  });

  /** What came before, what comes now, and what is said about that. @type {[string, string, any, string][]} */
  const comparisons = [
    ["no-go", "dmarc-policy", {}, "No change."],
    ["go", "spf-record", found("no-go", "spf-record"), "Worse: this passed before."],
    ["no-go", "dmarc-policy", { ...found("go", "dmarc-policy"), level: "warn", rank: "important", outcome: "monitoring" }, "Better, but not fixed yet."],
    ["no-go", "dmarc-policy", { ...found("no-verdict", "dmarc-policy") }, "Couldn't check this time. This says nothing about what you changed."],
    ["no-go", "spf-record", { outcome: "invalid" }, "Still a problem, for another reason than before."],
  ];
  for (const [name, check, now, words] of comparisons) {
    test(`says in words how it compares: ${words}`, async () => {
      server.answers.set("a.example", withRecheck(name, () => ({ ...found(name, check), ...now })));
      const { page } = await open();
      await look(page, "a.example");
      await unfolded(page);
      await finding(page, check).getByRole("button", { name: /^Check again/ }).click();
      await finding(page, check).locator(".said").getByText(words).waitFor();
    });
  }

  test("has its steps written for what is wrong now", async () => {
    const changed = found("no-go", "dmarc-policy");
    changed.fixes[0].fix.value = '"v=DMARC1; p=quarantine"';
    server.answers.set("no-go.example", withRecheck("no-go", () => changed));
    const { page } = await open();
    await look(page, "no-go.example");
    await unfolded(page);
    const dmarc = finding(page, "dmarc-policy");
    await dmarc.getByRole("button", { name: /^Steps/ }).click();
    await dmarc.locator(".steps code").getByText("p=none").waitFor();
    await dmarc.getByRole("button", { name: /^Check again/ }).click();
    await dmarc.locator(".steps code").getByText("p=quarantine").waitFor();
    assert.equal(await dmarc.locator(".steps").count(), 1);
  });

  test("that comes to nothing says why, and everything stays", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open();
    await look(page, "no-go.example");
    await unfolded(page);
    await verdict(page).waitFor();
    server.answers.set("no-go.example", problem(429, "Too many checks", "Try again in a minute."));
    const dmarc = finding(page, "dmarc-policy");
    const button = dmarc.getByRole("button", { name: /^Check again/ });
    await button.click();
    await dmarc.locator(".said").getByText("Too many checks. Try again in a minute. The report stays as it is.").waitFor();
    await page.context().setOffline(true);
    await button.click();
    await dmarc.locator(".said").getByText("You are offline.").waitFor();
    await dmarc.getByText(found("no-go", "dmarc-policy").title, { exact: true }).waitFor();
    assert.equal(await page.locator(".kept:visible").count(), 0);
  });
});

describe("beside the verdict", () => {
  test("stands the permanent link, where the service says it, and who can read it", async () => {
    const id = `${"0".repeat(31)}7-example.com`;
    server.answers.set("go.example", (response) => {
      response.writeHead(200, { "content-type": "application/x-ndjson", "content-location": `/api/v1/reports/${id}` }).end(`${fixture("go").join("\n")}\n`);
    });
    const { page } = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    await look(page, "go.example");
    await page.getByText("Share", { exact: true }).click();
    await page.getByText("Anyone who has it can read the report.").waitFor();
    await page.getByRole("button", { name: "Copy: link to this report" }).click();
    await page.getByRole("status").getByText("Copied.").waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${server.url}/report/${id}`);
    server.answers.set("other.example", stream(fixture("go")));
    await look(page, "other.example");
    await verdict(page).waitFor();
    await page.getByText("Share", { exact: true }).click();
    assert.equal(await page.getByRole("button", { name: "Copy: link to this report" }).count(), 0, "a link that nobody knows is not made up");
  });

  test("stands what every risk costs, how long its fix takes, who can do it, and where that leads", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const report = JSON.parse(fixture("no-go").at(-1) ?? "");
    const { page } = await open();
    await look(page, "no-go.example");
    await page.getByText(`With them fixed: ${report.score.unblocked}.`).waitFor();
    assert.equal(report.risks.find((/** @type {any} */ risk) => risk.check === "mx").loses, "mail");
    assert.equal(await finding(page, "mx").locator(".stakes").textContent(), "Could cost email · a few minutes · your DNS panel");
    assert.equal(await page.locator(".finding .stakes").count(), report.risks.length);
  });

  test("the certificate is a card: names, issuer, chain, days left, and whether anybody verified it", async () => {
    server.answers.set("go.example", stream(fixture("go")));
    const { page } = await open();
    await look(page, "go.example");
    await unfolded(page);
    const card = finding(page, "certificate");
    await card.locator(".times").waitFor();
    const bar = card.locator(".times progress");
    // 2026-10-15 to 2027-01-13, read on 2026-11-25.
    assert.deepEqual([await bar.getAttribute("max"), await bar.getAttribute("value")], ["90", "49"]);
    await card.getByText("49 days left", { exact: true }).waitFor();
    for (const { label, text } of found("go", "certificate").seen) {
      await card.getByText(label, { exact: true }).waitFor();
      await card.locator("pre").getByText(text, { exact: true }).waitFor();
    }
    await card.getByText("this connection only read, and verified nothing").waitFor();
  });
});

describe("when it does not work", () => {
  test("a reload while the service is away does not lose the report", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open();
    await look(page, "no-go.example");
    await verdict(page).getByText("Not ready").waitFor();
    server.answers.set("no-go.example", (response) => response.destroy());
    await page.reload();
    await verdict(page).getByText("Not ready").waitFor();
    await page.locator(".kept").getByText("This is the last report in this tab.").waitFor();
    server.answers.set("no-go.example", stream(fixture("no-go")));
    await page.getByRole("button", { name: "Run again" }).click();
    await eventually(async () => (await page.locator(".kept:visible").count()) === 0, "what is new says nothing of before");
    // Of another domain, this tab knows nothing.
    server.answers.set("other.example", (response) => response.destroy());
    await look(page, "other.example");
    await page.getByText("We couldn't connect").first().waitFor();
    assert.equal(await verdict(page).count(), 0);
  });

  test("a whole check that is refused leaves the report where it is, and says why", async () => {
    server.answers.set("no-go.example", stream(fixture("no-go")));
    const { page } = await open();
    await look(page, "no-go.example");
    await verdict(page).waitFor();
    server.answers.set("no-go.example", problem(429, "Too many checks", "Try again in a minute."));
    await page.getByRole("button", { name: "Run again" }).click();
    await page.locator(".kept").getByText("Too many checks. Try again in a minute. This is the last report in this tab.").waitFor();
    assert.equal(await verdict(page).textContent(), "Not ready");
    await unfold(page);
    await finding(page, "dmarc-policy").getByRole("button", { name: /^Steps/ }).click();
    await finding(page, "dmarc-policy").locator(".steps").waitFor();
  });

  test("an error of the service is said in words, and can be tried again", async () => {
    server.answers.set("go.example", problem(429, "Too many checks", "Try again in a minute."));
    const { page, errors } = await open();
    await look(page, "go.example");
    await page.getByRole("heading", { name: "Too many checks" }).waitFor();
    await page.getByText("Try again in a minute.", { exact: true }).waitFor();
    await page.getByText("req-0123456789").waitFor();
    server.answers.set("go.example", stream(fixture("go")));
    await page.getByRole("button", { name: "Try again" }).click();
    await verdict(page).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.id), "results-title");
    assert.deepEqual(complaints(errors), []);
  });

  test("an answer that is not ours has words, too", async () => {
    server.answers.set("go.example", (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>"));
    const { page } = await open();
    await look(page, "go.example");
    await page.getByRole("heading", { name: "The check couldn't run" }).waitFor();
    await page.getByText("status 502").first().waitFor();
  });

  test("a service that cannot be reached is said to be that", async () => {
    server.answers.set("go.example", (response) => void response.destroy());
    const { page } = await open();
    await look(page, "go.example");
    await page.getByRole("heading", { name: "We couldn't connect" }).waitFor();
  });

  test("a device without connection is told so", async () => {
    const { page } = await open();
    await page.goto(server.url);
    await page.locator("#scan[novalidate]").waitFor();
    await page.context().setOffline(true);
    await page.getByLabel("Your domain").fill("go.example");
    await page.getByLabel("Your domain").press("Enter");
    await page.getByRole("heading", { name: "You are offline" }).waitFor();
  });

  test("a stream that breaks off keeps what has come", async () => {
    const lines = fixture("no-go");
    const cut = lines.slice(0, 40);
    const settled = cut.filter((line) => JSON.parse(line).event === "finding").length;
    const hand = handWritten("lost.example");
    const { page, errors } = await open();
    await look(page, "lost.example");
    (await hand.response).write(`${cut.join("\n")}\n${lines[40].slice(0, 20)}`);
    await page.locator("#results .listed:not(.wait)").nth(settled - 1).waitFor();
    (await hand.response).destroy();
    await page.getByRole("heading", { name: "The connection was lost" }).waitFor();
    const { length } = JSON.parse(lines[0]).checks;
    await page.getByText(`${settled} of ${length} checks were answered and are shown below.`).first().waitFor();
    assert.equal(await page.locator("#results .finding").count(), settled);
    server.answers.set("lost.example", stream(lines));
    await page.getByRole("button", { name: "Try again" }).click();
    await verdict(page).getByText("Not ready").waitFor();
    assert.deepEqual(complaints(errors), []);
  });

  test("a stream that ends without a report is no report", async () => {
    server.answers.set("short.example", stream([...fixture("go").slice(0, -1), '{"event":"of-tomorrow"}', "not json"]));
    const { page } = await open();
    await look(page, "short.example");
    await page.getByRole("heading", { name: "The connection was lost" }).waitFor();
    await page.getByText("only the verdict is missing").first().waitFor();
  });
});

describe("the layout", () => {
  test("does not shift while the page comes alive", async () => {
    const { page } = await open({ viewport: { width: 390, height: 844 } });
    await page.addInitScript(() => {
      Object.assign(globalThis, { shifted: 0 });
      const add = (/** @type {PerformanceObserverEntryList} */ list) => list.getEntries().forEach((entry) => (/** @type {any} */ (globalThis).shifted += /** @type {any} */ (entry).value));
      new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(server.url);
    await page.locator("#scan[novalidate]").waitFor();
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => /** @type {any} */ (globalThis).shifted), 0);
  });
});

describe("accessibility", () => {
  /** @type {Record<string, { answer?: import("./page-server.mjs").Answer, path?: string, click?: string, choose?: string, until: string }>} */
  const states = {
    empty: { until: "#scan[novalidate]" },
    running: { until: "#results .listed:not(.wait)", answer: (response) => (begin(response), void response.write(`${fixture("no-go").slice(0, 40).join("\n")}\n`)) },
    go: { until: "#results .verdict.go", answer: stream(fixture("go")) },
    "no-go": { until: "#results .verdict.no-go", answer: stream(fixture("no-go")) },
    "no-verdict": { until: "#results .verdict.no-verdict", answer: stream(fixture("no-verdict")) },
    hostile: { until: "#results mark", answer: stream(fixture("hostile")) },
    refused: { until: "#domain-error:not([hidden])", answer: problem(400, "Refused", "Leave out the port: type example.com.") },
    lost: { until: ".trouble", answer: stream(fixture("no-go").slice(0, 40)) },
    steps: { until: "#results .steps", click: "#check-dmarc-policy [data-do=steps]", answer: stream(fixture("no-go")) },
    "steps at a host": { until: "#results .steps", click: "#check-security-headers [data-do=steps]", answer: stream(fixture("no-go")) },
    again: { until: "#results .said.pass", click: "#check-spf-record [data-do=again]", answer: withRecheck("no-go", (check) => found("go", check)) },
    "plan within a report": { until: "#plan .plan-stage", click: ".actions [data-do=plan]", choose: "coach", answer: stream(fixture("no-go")) },
    "within another page": { until: "#results .verdict.no-go", path: "/embed", answer: stream(fixture("no-go")) },
    "again, in vain": { until: "#results .said.fail", click: "#check-spf-record [data-do=again]", answer: withRecheck("no-go", () => ({})) },
  };
  for (const [name, { answer, path = "/", click, choose, until }] of Object.entries(states)) {
    for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
      test(`axe finds nothing: ${name}, ${colorScheme}`, async () => {
        const { page } = await open({ colorScheme, viewport: colorScheme === "dark" ? { width: 320, height: 640 } : { width: 1280, height: 900 } });
        await page.addInitScript({ path: axe });
        if (answer) server.answers.set("a.example", answer);
        await page.goto(answer ? `${server.url}${path}?domain=a.example` : server.url);
        if (click) {
          await unfolded(page);
          await page.locator(click).click();
        }
        if (choose) await page.locator(`input[name=plan-segment][value=${choose}]`).check();
        await page.locator(until).first().waitFor();
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)) <= 0, "nothing stands out");
        await page.locator("details").evaluateAll((all) => all.forEach((details) => details.setAttribute("open", "")));
        const violations = await page.evaluate(async () => {
          const { violations } = await /** @type {any} */ (globalThis).axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] });
          return violations.map((/** @type {any} */ { id, nodes }) => `${id}: ${nodes.slice(0, 3).map((/** @type {any} */ node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join(" | ")}`);
        });
        assert.deepEqual(violations, []);
      });
    }
  }
});
