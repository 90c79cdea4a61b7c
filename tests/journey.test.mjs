// Somebody types a domain: the real page in Chromium, the real Worker in workerd, the lab as the internet behind it.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";
import { launchBrowser, openPage } from "./browser.mjs";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => ([stack, browser] = await Promise.all([startStack(), launchBrowser()])));
after(async () => {
  await browser?.close();
  await stack?.stop();
});

/** @type {import("playwright-core").BrowserContext | undefined} */
let context;
afterEach(() => context?.close());

/** Opens the page, types, and sends the form. @param {string} typed */
async function check(typed) {
  const opened = await openPage(browser, { reducedMotion: "reduce" });
  context = opened.page.context();
  opened.page.on("dialog", (dialog) => {
    opened.errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await opened.page.goto(stack.url);
  // From here on the page asks in place.
  await opened.page.locator("#scan[novalidate]").waitFor();
  await opened.page.getByLabel("Your domain").fill(typed);
  await opened.page.getByRole("button", { name: "Check" }).click();
  return opened;
}

/**
 * What the browser complained about. A stream that was read to its end is now and then reported as a failed request.
 * @param {string[]} errors
 */
const complaints = (errors) => errors.filter((error) => !error.startsWith("request: "));

/** @param {import("playwright-core").Page} page @param {string} words */
const verdict = (page, words) => page.locator("#verdict-title").getByText(words, { exact: true });

/** The checks behind what is to be fixed, as they stand on the page. @param {import("playwright-core").Page} page */
const risks = (page) =>
  page.locator(":is(#fix-first, #fix-important, #fix-optional) .finding").evaluateAll((all) =>
    all.map((finding) => ({ check: finding.id.replace("check-", ""), blocker: finding.querySelector(".chip.blocker") !== null })),
  );

describe("somebody who types a domain", () => {
  test("that is ready sees Ready, and nothing to fix", async () => {
    const { page, errors } = await check("https://Healthy.lab/pricing");
    await verdict(page, "Ready").waitFor();
    assert.match((await page.locator("#results .reason").textContent()) ?? "", /^Nothing blocks your launch/);
    // No registry answers for a domain of the lab.
    await page.getByText("Nothing to fix in what we could check.", { exact: true }).waitFor();
    assert.equal(await page.title(), "Ready: healthy.lab · Launch Ready");
    assert.deepEqual(complaints(errors), []);
  });

  test("that is not sees what stops the launch first, with what was seen and the line that fixes it", async () => {
    const { page, errors } = await check("broken.lab");
    await verdict(page, "Not ready").waitFor();
    const all = await risks(page);
    const blockers = all.slice(0, 4);
    assert.deepEqual(blockers.map(({ check }) => check).sort(), ["https-redirect", "mixed-content", "mx", "spf-record"]);
    assert.deepEqual(all.map(({ blocker }) => blocker), [...all.keys()].map((at) => at < 4));

    const spf = page.locator("#check-spf-record");
    await spf.getByText("v=spf1 ip4:142.250.27.0/24 ?all").first().waitFor();
    assert.ok((await spf.locator(".line").count()) > 0, "there is a line to copy");
    assert.deepEqual(complaints(errors), []);
  });

  test("finds the steps at what is in use, has one check asked again, and has a link that stays", async () => {
    const { page, errors } = await check("broken.lab");
    await verdict(page, "Not ready").waitFor();
    const dmarc = page.locator("#check-dmarc-policy");
    await dmarc.locator("summary").first().click();
    await dmarc.getByRole("button", { name: /^Steps/ }).click();
    await dmarc.locator(".steps-where").first().waitFor();
    assert.ok((await dmarc.locator(".steps dd code").allTextContents()).includes("_dmarc"), "the name below the zone, as panels want it");
    await dmarc.getByLabel("Your DNS is at").selectOption("amazon-route-53");
    await dmarc.locator(".steps-where").getByText("Route 53 console → Hosted zones → your domain → Create record").waitFor();

    await dmarc.getByRole("button", { name: /^Check again/ }).click();
    await dmarc.locator(".said").getByText("No change.").waitFor();
    assert.equal(await dmarc.locator(".steps").count(), 1, "the steps stay");

    await page.getByText("Send to my developer", { exact: true }).click();
    const link = (await page.locator(".send code").textContent()) ?? "";
    assert.match(link, /\/report\/[0-9a-f]{32}-broken\.lab$/);
    assert.equal((await fetch(link)).status, 200);
    assert.deepEqual(complaints(errors), []);
  });

  test("and wants only the plan has it without a check", async () => {
    const opened = await openPage(browser, { reducedMotion: "reduce" });
    context = opened.page.context();
    await opened.page.goto(`${stack.url}/plan`);
    await opened.page.locator("input[name=plan-segment][value=coach]").check();
    await opened.page.locator(".plan-standing").waitFor();
    assert.deepEqual(complaints(opened.errors), []);
  });

  test("that cannot be checked is told what to type instead", async () => {
    const { page } = await check("192.168.1.10");
    await page.locator("#domain-error").getByText("192.168.1.10 is an IP address. Type the domain name that people will visit, such as example.com.").waitFor();
    assert.equal(await page.getByLabel("Your domain").getAttribute("aria-invalid"), "true");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "domain", "the field is ready for another try");
    assert.equal(await page.locator("#verdict-title").count(), 0);
  });

  test("that means harm sees its words, and runs none of them", async () => {
    const { page, errors } = await check("hostile.lab");
    await verdict(page, "Not ready").waitFor();
    await page.locator("#check-mx").getByText("<script>.hostile.lab").first().waitFor();
    assert.equal(await page.locator("#results script, #results img, #results iframe, #results base").count(), 0);
    const addresses = await page.locator("#results a").evaluateAll((links) => links.map((link) => /** @type {HTMLAnchorElement} */ (link).href));
    // But for the email that somebody may write, to nobody in particular.
    const [mail, ...others] = addresses.sort((a) => (a.startsWith("mailto:?") ? -1 : 1));
    assert.match(mail, /^mailto:\?subject=[^&]+&body=[^&]+$/);
    for (const address of others) assert.equal(new URL(address).origin, stack.url, "every link stays here");
    assert.deepEqual(complaints(errors), []);
  });
});
