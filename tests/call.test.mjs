// The form for a call, end to end: in Chromium with and without scripts, and as programs would misuse it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { startLab, startStack } from "../tools/stack.mjs";
import { launchBrowser, openPage } from "./browser.mjs";
import { startOutside } from "./worker-outside.mjs";

const token = "the-owner's-token";

/** @type {import("../tools/stack.mjs").Lab} */
let lab;
/** @type {import("./worker-outside.mjs").Outside} */
let outside;
/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** @type {import("playwright-core").Browser} */
let browser;
/** Mails that were sent. @type {any[]} */
const mails = [];

before(async () => {
  [lab, browser] = await Promise.all([startLab(), launchBrowser()]);
  outside = await startOutside(lab.http);
  stack = await start();
});
after(async () => {
  await browser?.close();
  await stack?.stop();
  outside?.stop();
  await lab?.stop();
});

/** @param {Record<string, string>} [vars] @param {Record<string, unknown>} [worker] */
const start = (vars = {}, worker = {}) => startStack({ lab: false, worker: { ...outside.worker, ...worker }, vars: { OWNER_TOKEN: token, OPERATOR_NAME: "Engines", ...vars } });

/** Everything that the owner can take out. @param {import("../tools/stack.mjs").Stack} [from] @returns {Promise<any[]>} */
async function leads(from = stack) {
  return (await fetch(`${from.url}/api/v1/intake`, { headers: { authorization: `Bearer ${token}` } })).json();
}

/** @param {Record<string, string>} fields @param {Record<string, string>} [headers] @param {import("../tools/stack.mjs").Stack} [to] */
const post = (fields, headers = {}, to = stack) =>
  fetch(`${to.url}/call`, { method: "POST", redirect: "manual", headers: { origin: to.url, ...headers }, body: new URLSearchParams(fields) });

const ada = { name: "Ada", email: "ada@healthy.lab", domain: "healthy.lab", consent: "yes", consent_version: "2026-11-30" };

/** A report of a domain that is not ready, for a coach; its id. */
async function report() {
  const made = await fetch(`${stack.url}/api/v1/report?domain=broken.lab&segment=coach`);
  await made.text();
  return (made.headers.get("content-location") ?? "").split("/").at(-1) ?? "";
}

describe("the form", () => {
  for (const javaScriptEnabled of [false, true]) {
    test(`takes a request from a report to its confirmation, ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
      const id = await report();
      const { page, errors } = await openPage(browser, { javaScriptEnabled, viewport: { width: 390, height: 844 } });
      await page.goto(`${stack.url}/call?report=${id}`);
      assert.equal(await page.getByLabel("Domain you are launching").inputValue(), "broken.lab");
      assert.equal(await page.getByLabel("What are you launching?").inputValue(), "coach");
      const beside = page.getByRole("complementary");
      await beside.getByText("Not ready").waitFor();
      await beside.getByText(/^Score \d+ of 100, \d+ of \d+ checks answered$/).waitFor();
      assert.equal(await beside.locator("ul li").count(), 3, "the top risks");
      await beside.getByText(/^Suggested first step: /).waitFor();
      const email = `ada${javaScriptEnabled}@healthy.lab`;
      await page.getByLabel("Your name").fill("Ada <Lovelace>");
      await page.getByLabel("Your email").fill(email);
      await page.getByLabel("Launch date").fill("2026-12-24");
      await page.getByLabel("Anything else").fill("First line\nsecond line");
      await page.getByRole("checkbox").check();
      await page.getByRole("button", { name: "Request the call" }).click();
      await page.getByRole("heading", { name: "Request received" }).waitFor();
      await page.getByText("What happens next").waitFor();
      assert.match(new URL(page.url()).pathname, /^\/call\/received\/[0-9a-f-]{36}$/);
      assert.doesNotMatch(page.url(), /ada|Lovelace/i, "nothing personal is in the address");
      await page.reload();
      await page.getByRole("heading", { name: "Request received" }).waitFor();
      const [kept, ...more] = (await leads()).filter((lead) => lead.email === email);
      assert.deepEqual(more, []);
      const { name, domain, segment, launch_date: date, report: about } = kept;
      assert.deepEqual([name, domain, segment, date, about], ["Ada <Lovelace>", "broken.lab", "coach", "2026-12-24", id]);
      assert.deepEqual(errors, []);
      await page.context().close();
    });
  }

  test("says what is wrong beside each field, and keeps what was typed", async () => {
    // What a browser would refuse itself is sent by others.
    const answer = await post({ ...ada, name: "", email: "ada", domain: "localhost", message: "<b>kept</b>", consent: "", key: "k" });
    assert.equal(answer.status, 422);
    assert.equal(answer.headers.get("cache-control"), "no-store");
    const html = await answer.text();
    for (const field of ["name", "email", "domain"]) {
      assert.ok(html.includes(`id="call-${field}-fault"`), field);
      assert.ok(html.includes(`<a href="#call-${field}">`), field);
    }
    assert.ok(html.includes("&lt;b&gt;kept&lt;/b&gt;</textarea>"));
    assert.match(html, /name="key" value="k"/);
    const noConsent = await (await post({ ...ada, consent: "", key: "k2" })).text();
    assert.ok(noConsent.includes('id="call-consent-fault"'), noConsent.slice(-3000));
  });

  test("sent twice is one request", async () => {
    const sent = { ...ada, email: "twice@healthy.lab", key: "a-key-of-the-form" };
    const [first, second] = [await post(sent), await post(sent)];
    assert.deepEqual([first.status, second.status], [303, 303]);
    assert.equal(first.headers.get("location"), second.headers.get("location"));
    assert.equal((await leads()).filter(({ email }) => email === sent.email).length, 1);
  });

  test("keeps the version of the text that was agreed to, and takes no other one for it", async () => {
    await post({ ...ada, email: "consent@healthy.lab", key: "consent" });
    const database = await stack.miniflare.getD1Database("DB");
    const row = await database.prepare("SELECT consent FROM leads WHERE email = 'consent@healthy.lab'").first();
    assert.equal(/** @type {any} */ (row).consent, "2026-11-30");
    assert.equal((await post({ ...ada, key: "old", consent_version: "2020-01-01" })).status, 422);
  });

  test("from another site is refused", async () => {
    for (const origin of ["https://evil.example", "null"]) assert.equal((await post(ada, { origin })).status, 403, origin);
    const silent = await fetch(`${stack.url}/call`, { method: "POST", body: new URLSearchParams(ada) });
    assert.equal(silent.status, 403, "nor from who does not say where from");
  });

  test("filled in by a program is thanked, and not kept", async () => {
    const answer = await post({ ...ada, email: "bot@healthy.lab", website: "https://spam.example" });
    assert.equal(answer.status, 303);
    const page = await fetch(stack.url + answer.headers.get("location"));
    assert.match(await page.text(), /Request received/);
    assert.equal((await leads()).filter(({ email }) => email === "bot@healthy.lab").length, 0);
  });

  test("is left out where calls are booked elsewhere", async () => {
    const elsewhere = await start({ CALL_URL: "https://calendar.lab/ada" });
    try {
      const answer = await fetch(`${elsewhere.url}/call?domain=healthy.lab`, { redirect: "manual" });
      assert.deepEqual([answer.status, answer.headers.get("location")], [302, "https://calendar.lab/ada"]);
    } finally {
      await elsewhere.stop();
    }
  });
});

describe("with Turnstile", () => {
  /** @type {import("../tools/stack.mjs").Stack} */
  let guarded;
  before(async () => {
    const sender = `export default { async fetch() { return new Response() } };
      import { WorkerEntrypoint } from "cloudflare:workers";
      export class Mail extends WorkerEntrypoint { async send(mail) { await fetch("http://mail.lab/", { method: "POST", body: JSON.stringify(mail) }); } }`;
    outside.instead(
      ({ hostname }) => hostname === "mail.lab",
      (request, response) => {
        let body = "";
        request.on("data", (chunk) => (body += chunk));
        request.on("end", () => {
          mails.push(JSON.parse(body));
          response.writeHead(200).end();
        });
      },
    );
    guarded = await startStack({
      lab: false,
      worker: { ...outside.worker, serviceBindings: { MAIL: { name: "mail", entrypoint: "Mail" } } },
      beside: [{ name: "mail", modules: true, script: sender, compatibilityDate: "2026-04-21", ...outside.worker }],
      vars: { OWNER_TOKEN: token, TURNSTILE_SECRET: "secret", TURNSTILE_SITE_KEY: "site-key", MAIL_FROM: "hello@check.lab", DAILY_UNCONFIRMED: "3" },
    });
  });
  after(() => guarded?.stop());

  test("the form shows it, and the page's policy lets it and nothing else in", async () => {
    const page = await fetch(`${guarded.url}/call`);
    const policy = page.headers.get("content-security-policy") ?? "";
    assert.match(policy, /frame-src https:\/\/challenges\.cloudflare\.com; script-src https:\/\/challenges\.cloudflare\.com 'self'/);
    assert.match(await page.text(), /data-sitekey="site-key"/);
    const about = await fetch(`${guarded.url}/about`);
    assert.doesNotMatch(about.headers.get("content-security-policy") ?? "", /cloudflare/);
  });

  test("a form without its token is kept as unconfirmed, and told to the owner once its mail is confirmed by a button", async () => {
    const sent = await post({ ...ada, email: "quiet@healthy.lab", key: "quiet" }, {}, guarded);
    assert.equal(sent.status, 303);
    const received = await (await fetch(guarded.url + sent.headers.get("location"))).text();
    assert.match(received, /Check your email/);
    assert.deepEqual(await leads(guarded), [], "nobody is told yet");
    const mail = mails.at(-1);
    assert.deepEqual([mail.to, mail.from], ["quiet@healthy.lab", "hello@check.lab"]);
    const [link] = /http\S+\/call\/confirm\/\S+/.exec(mail.text) ?? [];
    assert.ok(link);
    for (let visit = 0; visit < 2; visit++) assert.match(await (await fetch(link)).text(), /<form action="\/call\/confirm\/[^"]+" method="post">/);
    assert.deepEqual(await leads(guarded), [], "opening the link confirms nothing");
    assert.equal((await fetch(link, { method: "POST", headers: { origin: "https://evil.example" } })).status, 403);
    for (let press = 0; press < 2; press++) {
      const confirmed = await fetch(link, { method: "POST", redirect: "manual", headers: { origin: guarded.url } });
      assert.equal(confirmed.status, 303);
    }
    assert.deepEqual((await leads(guarded)).map(({ email }) => email), ["quiet@healthy.lab"]);
    assert.equal((await fetch(`${guarded.url}/call/confirm/nonsense`, { headers: { accept: "text/html" } })).status, 404);
  });

  test("few of them wait, to one address and all together", async () => {
    const statuses = [];
    for (const [at, email] of ["one@healthy.lab", "one@healthy.lab", "one@healthy.lab", "two@healthy.lab", "three@healthy.lab"].entries()) {
      statuses.push((await post({ ...ada, email, key: `wait-${at}` }, {}, guarded)).status);
    }
    assert.deepEqual(statuses, [303, 303, 429, 429, 429]);
  });

  test("without mail they are refused, and what was typed stays", async () => {
    const silent = await start({ TURNSTILE_SECRET: "secret" });
    try {
      const answer = await post({ ...ada, message: "still here" }, {}, silent);
      assert.equal(answer.status, 403);
      assert.match(await answer.text(), /still here/);
    } finally {
      await silent.stop();
    }
  });
});
