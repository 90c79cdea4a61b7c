// Requests for a discovery call: what is accepted is kept, told to the owner once, and given out to nobody else; whatever
// dies in between.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { startLab, startStack } from "../tools/stack.mjs";
import { startOutside } from "./worker-outside.mjs";

const token = "the-owner's-token";
const vars = { OWNER_TOKEN: token, WEBHOOK_URL: "http://owner.lab/hook", WEBHOOK_SECRET: "hook-secret" };

/** Requests in the count; a tenth of them is sent twice. */
const MANY = 10_000;
/** Requests on their way at once. */
const AT_ONCE = 40;

/** @type {import("../tools/stack.mjs").Lab} */
let lab;
/** @type {import("./worker-outside.mjs").Outside} */
let outside;
/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** What the owner's webhook was told. @type {any[]} */
let told = [];
/** How the webhook answers. */
let status = 200;
const folders = [mkdtempSync(join(tmpdir(), "launch-ready-intake-"))];

/** What Miniflare says about its bindings. @type {string[]} */
const notices = [];

/** @param {Record<string, unknown>} [more] variables @param {Record<string, unknown>} [worker] options of Miniflare */
const start = (more = {}, worker = {}) =>
  startStack({ lab: false, worker: { ...outside.worker, ...worker }, vars: { ...vars, ...more }, persist: folders[0], onNotice: (notice) => notices.push(notice) });

/** The same database behind another configuration. @param {Parameters<typeof start>} options */
async function restart(...options) {
  await stack.stop();
  stack = await start(...options);
}

before(async () => {
  lab = await startLab();
  outside = await startOutside(lab.http);
  stack = await start();
});
after(async () => {
  await stack?.stop();
  outside?.stop();
  await lab?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  outside.reset();
  told = [];
  status = 200;
  outside.instead(
    ({ hostname }) => hostname === "owner.lab",
    (request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += chunk));
      request.on("end", () => {
        if (status === 200) told.push({ headers: request.headers, ...JSON.parse(body) });
        response.writeHead(status).end();
      });
    },
  );
});

const ada = {
  name: "Ada",
  email: "ada@healthy.lab",
  company: "Engines",
  domain: "https://www.Healthy.lab/",
  segment: "coach",
  goal: "Sell the first ten places",
  launch_date: "2026-12-01",
  message: "Two lines\nof text.",
  consent: true,
};

/** @param {unknown} body @param {Record<string, string>} [headers] */
const submit = (body, headers) =>
  fetch(`${stack.url}/api/v1/intake`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });

/** @param {string} [path] @param {RequestInit} [init] @param {string} [bearer] */
const owner = (path = "", init = {}, bearer = token) => fetch(`${stack.url}/api/v1/intake${path}`, { ...init, headers: { authorization: `Bearer ${bearer}`, ...init.headers } });

/** Every request, as the owner takes them out: page after page. @returns {Promise<any[]>} */
async function all() {
  const rows = [];
  for (let path = ""; ; ) {
    const response = await owner(path);
    assert.equal(response.status, 200);
    rows.push(...(await response.json()));
    const next = /<\/api\/v1\/intake([^>]+)>; rel="next"/.exec(response.headers.get("link") ?? "");
    if (!next) return rows;
    path = next[1];
  }
}

/** Deletes everything. */
async function clear() {
  const database = await stack.miniflare.getD1Database("DB");
  await database.batch([database.prepare("DELETE FROM outbox"), database.prepare("DELETE FROM leads")]);
}
afterEach(clear);

/** Ten minutes go by, as far as the sweep sees; then the clock calls it. */
async function sweep() {
  const database = await stack.miniflare.getD1Database("DB");
  await database.prepare("UPDATE outbox SET next_at = 0, claimed_at = NULL WHERE delivered_at IS NULL").run();
  await clock();
}

/** The clock calls, as it does every five minutes. */
async function clock() {
  const worker = /** @type {any} */ (await stack.miniflare.getWorker("launch-ready"));
  assert.equal((await worker.scheduled({ cron: "*/5 * * * *" })).outcome, "ok");
}

/** What the outbox says of the only request in it. @returns {Promise<any>} */
async function outbox() {
  const database = await stack.miniflare.getD1Database("DB");
  return database.prepare("SELECT * FROM outbox").first();
}

/** Waits until it is so. @param {() => unknown} is @param {number} [ms] */
async function until(is, ms = 20_000) {
  const end = Date.now() + ms;
  while (!(await is()) && Date.now() < end) await sleep(50);
  return is();
}

/** Ends workerd as a power cut would. */
async function cutPower() {
  const children = readdirSync("/proc").filter((pid) => {
    try {
      const [, parent] = /^\d+ \(.*\) \w (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      return parent === String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("workerd");
    } catch {
      return false;
    }
  });
  assert.equal(children.length, 1, "there is one workerd");
  process.kill(Number(children[0]), "SIGKILL");
  await stack.miniflare.dispose().catch(() => {});
}

describe("a request for a call", () => {
  test("is kept, told to the owner with the report, and the founder hears what happens next", async () => {
    const report = await fetch(`${stack.url}/api/v1/report?domain=healthy.lab`);
    const id = report.headers.get("content-location")?.split("/").at(-1);
    await report.text();
    const response = await submit(ada);
    assert.equal(response.status, 201);
    const accepted = await response.json();
    assert.match(accepted.id, /^[0-9a-f-]{36}$/);
    assert.deepEqual([accepted.sprint.id, accepted.report, accepted.next.length], ["launch-day", `/report/${id}`, 3]);
    assert.ok(await until(() => told.length));
    const [{ headers, created_at, ...lead }] = told;
    const { consent, ...said } = ada;
    assert.deepEqual(lead, { ...said, type: "lead", id: accepted.id, domain: "healthy.lab", report: `/report/${id}`, sprint: "launch-day" });
    assert.deepEqual([headers.authorization, headers["idempotency-key"]], ["Bearer hook-secret", accepted.id]);
    assert.ok(await until(async () => (await all())[0]?.delivered_at));
    assert.equal(told.length, 1);
  });

  test("without a report gets one before the owner hears of it", async () => {
    const accepted = await (await submit({ ...ada, domain: "broken.lab" })).json();
    assert.deepEqual([accepted.sprint.id, accepted.report], ["review", undefined]);
    assert.ok(await until(() => told.length));
    assert.match(told[0].report, /^\/report\/[0-9a-f]{32}-broken\.lab$/);
    assert.notEqual(told[0].sprint, "review");
    const page = await fetch(stack.url + told[0].report);
    assert.equal(page.status, 200);
  });

  test("sent again is the same one; with other words under the same key it is refused", async () => {
    const key = { "idempotency-key": "a-key" };
    const first = await submit(ada, key);
    const second = await submit(ada, key);
    assert.deepEqual([first.status, second.status], [201, 200]);
    const accepted = await first.json();
    assert.deepEqual(await second.json(), accepted);
    const other = await submit({ ...ada, message: "Other words" }, key);
    assert.equal(other.status, 422);
    assert.equal((await other.json()).type, "/problems/key-reused");
    const without = await Promise.all(Array.from({ length: 5 }, () => submit({ ...ada, goal: "Without a key" })));
    assert.deepEqual(without.map(({ status }) => status).sort(), [200, 200, 200, 200, 201]);
    assert.equal(new Set(await Promise.all(without.map(async (response) => (await response.json()).id))).size, 1);
    assert.equal((await all()).length, 2);
    assert.equal((await submit(ada, { "idempotency-key": "k".repeat(256) })).status, 400);
  });

  test("under a key that another client uses, too, is another one", async () => {
    const from = (/** @type {string} */ address) => ({ "idempotency-key": "1", "cf-connecting-ip": address });
    const bob = { ...ada, name: "Bob", email: "bob@healthy.lab" };
    /** @type {[unknown, string, number][]} */
    const sent = [
      [ada, "203.0.113.1", 201],
      [bob, "203.0.113.2", 201],
      [ada, "203.0.113.2", 422],
      [ada, "203.0.113.1", 200],
      [bob, "203.0.113.2", 200],
      [ada, "203.0.113.3", 201],
      // A household of IPv6 has one network and many addresses.
      [ada, "2001:db8:1:2::3", 201],
      [ada, "2001:db8:1:2:3::4", 200],
    ];
    for (const [body, address, expected] of sent) {
      const response = await submit(body, from(address));
      assert.equal(response.status, expected, address);
    }
    assert.deepEqual((await all()).map(({ name }) => name).sort(), ["Ada", "Ada", "Ada", "Bob"]);
  });

  test("sent again is the same one where the day has changed in between", async () => {
    const headers = { "idempotency-key": "before-midnight", "cf-connecting-ip": "203.0.113.9" };
    const first = await submit(ada, headers);
    await restart();
    // The day's salt is destroyed with the day. This one may be as old as it likes: nothing of it is in use.
    const visitors = await stack.miniflare.getDurableObjectNamespace("VISITORS");
    const today = Math.floor(Date.now() / 86_400_000);
    const salt = async (/** @type {string} */ name, /** @type {string} */ message) => {
      const answer = await visitors.get(visitors.idFromName(name)).fetch("https://inside/", { method: "POST", body: JSON.stringify(message) });
      return /** @type {any} */ (await answer.json()).Ok;
    };
    assert.notEqual(await salt(`salt of day ${today}`, "Salt"), await salt(`salt of day ${today + 1}`, "Salt"));
    const lasting = await salt("salt of idempotency keys", "LastingSalt");
    assert.match(lasting, /^[0-9a-f-]{72}$/);
    assert.equal(lasting, await salt("salt of idempotency keys", "LastingSalt"));
    const again = await submit(ada, headers);
    assert.deepEqual([again.status, (await again.json()).id], [200, (await first.json()).id]);
    const database = await stack.miniflare.getD1Database("DB");
    const { key } = /** @type {any} */ (await database.prepare("SELECT key FROM leads").first());
    assert.equal(key, createHash("sha256").update(`${lasting} 203.0.113.9 before-midnight`).digest("hex"), "no salt of a day is part of it, and no address in clear");
  });

  test("with an empty key has none", async () => {
    for (const [at, key] of ["", "  ", '""', '" "'].entries()) {
      const response = await submit({ ...ada, name: `Founder ${at}` }, { "idempotency-key": key });
      assert.equal(response.status, 201, JSON.stringify(key));
      assert.equal((await submit({ ...ada, name: `Founder ${at}` })).status, 200, "the same content is the same request");
    }
    assert.equal((await submit(ada, { "idempotency-key": "\u00e9".repeat(255) })).status, 201, "characters are counted, not bytes");
  });

  test("that cannot be used says which fields, each by its pointer", async () => {
    const wrong = { name: " ", email: "ada at example", domain: "localhost", segment: "bakery", launch_date: "soon", message: "x".repeat(5001), goal: 7, consent: false, "a/b~c": 1 };
    const response = await submit(wrong);
    assert.equal(response.status, 422);
    const { type, errors } = await response.json();
    assert.equal(type, "/problems/invalid-fields");
    const codes = Object.fromEntries(errors.map((/** @type {any} */ { pointer, code }) => [pointer, code]));
    assert.deepEqual(codes, {
      "/a~1b~0c": "unknown",
      "/name": "missing",
      "/email": "invalid",
      "/domain": "invalid",
      "/segment": "invalid",
      "/launch_date": "invalid",
      "/consent": "missing",
      "/goal": "invalid",
      "/message": "too-long",
    });
    for (const { detail } of errors) assert.match(detail, /^[A-Z“].+\.$/);
    for (const [body, headers, code] of /** @type {const} */ ([
      ["{", {}, 400],
      ["[]", {}, 400],
      ["null", {}, 400],
      [JSON.stringify(ada), { "content-type": "text/plain" }, 415],
      [JSON.stringify({ ...ada, message: "x".repeat(70_000) }), {}, 413],
    ])) {
      assert.equal((await submit(body, headers)).status, code);
    }
    assert.deepEqual(await all(), []);
  });

  test("of a program that fills in every field looks accepted, and is not", async () => {
    const response = await submit({ ...ada, website: "https://spam.example" });
    assert.equal(response.status, 201);
    assert.match((await response.json()).id, /^[0-9a-f-]{36}$/);
    assert.deepEqual(await all(), []);
  });

  test("leaves nothing personal in the log", async () => {
    stack.logs.length = 0;
    status = 500;
    await submit({ ...ada, name: "Zebedee", email: "zebedee@healthy.lab", message: "Secret words" });
    await submit({ ...ada, email: "not an address of Zebedee" });
    assert.ok(await until(() => stack.logs.some(({ message }) => message.includes("lead-delivery"))));
    assert.doesNotMatch(JSON.stringify(stack.logs), /zebedee|secret words|engines/i);
  });
});

describe("the owner", () => {
  test("takes all of it out, as JSON and as CSV that no spreadsheet runs; nobody else does", async () => {
    const trick = { ...ada, name: '=HYPERLINK("https://evil.example")', company: "+1", goal: "-1+1", message: '@SUM(1)\n"quoted"' };
    await submit(trick);
    await submit({ ...ada, email: "bob@healthy.lab", message: undefined });
    const [first, second] = await all();
    assert.equal(first.name, trick.name, "JSON is as it was typed");
    assert.deepEqual([first.email, second.email, second.message], ["ada@healthy.lab", "bob@healthy.lab", null]);
    const csv = await owner("", { headers: { accept: "text/csv" } });
    assert.match(csv.headers.get("content-type") ?? "", /^text\/csv/);
    const text = await csv.text();
    assert.match(text, /^"id","created_at","name","email",/);
    assert.ok(text.includes(`"'=HYPERLINK(""https://evil.example"")","ada@healthy.lab","'+1"`), text);
    assert.ok(text.includes(`"'-1+1"`) && text.includes(`"'@SUM(1)\n""quoted"""`), text);
    for (const bearer of ["", "wrong", `${token} `, token.slice(1), token.toUpperCase()].filter((bearer) => bearer.trim() !== token)) {
      const refused = await owner("", {}, bearer);
      assert.deepEqual([refused.status, refused.headers.get("www-authenticate")], [401, "Bearer"]);
    }
    assert.equal((await fetch(`${stack.url}/api/v1/intake`)).status, 401);
    assert.equal((await fetch(`${stack.url}/api/v1/intake?email=ada@healthy.lab`, { method: "DELETE" })).status, 401);
  });

  test("takes out what comes behind a request that is gone by then", async () => {
    const database = await stack.miniflare.getD1Database("DB");
    // Two of one moment stand at the end of the first page, and one of theirs behind it.
    const id = (/** @type {number} */ number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
    const numbers = Array.from({ length: 503 }, (_, number) => number);
    const rows = numbers.flatMap((number) => [
      database
        .prepare("INSERT INTO leads (id, key, digest, created_at, name, email, company, domain, segment, goal, launch_date, message, report, sprint) VALUES (?1, ?1, '', ?2, 'Ada', ?3, NULL, 'healthy.lab', NULL, NULL, NULL, ';=1+1', NULL, 'review')")
        .bind(id(number), Math.min(number, 498), `${number}@healthy.lab`),
      database.prepare("INSERT INTO outbox (lead, next_at, delivered_at) VALUES (?, 0, 1)").bind(id(number)),
    ]);
    await database.batch(rows);
    for (const accept of ["application/json", "text/csv"]) {
      const first = await owner("", { headers: { accept } });
      const [, next] = /<\/api\/v1\/intake([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "") ?? [];
      await first.text();
      const last = accept === "text/csv" ? 500 : 499;
      assert.equal((await owner(`?email=${last}@healthy.lab`, { method: "DELETE" })).status, 200);
      const rest = await (await owner(next, { headers: { accept } })).text();
      const ids = [...new Set(rest.match(/0{8}-[0-9a-f-]+/g))];
      const expected = numbers.slice(last + 1).map(id);
      assert.deepEqual(ids, expected, accept);
      assert.equal(rest.includes(";'=1+1"), accept === "text/csv");
    }
  });

  test("goes on behind the last request by its id, and is told where there is none", async () => {
    const { id } = await (await submit(ada)).json();
    const { id: second } = await (await submit({ ...ada, email: "bob@healthy.lab" })).json();
    assert.deepEqual((await (await owner(`?after=${id}`)).json()).map((/** @type {any} */ row) => row.id), [second]);
    await owner(`?email=${ada.email}`, { method: "DELETE" });
    for (const after of [id, "nonsense", ".", "1e3.x", `${"9".repeat(16)}.${id}`]) {
      const response = await owner(`?after=${after}`);
      const { type, parameter, detail } = await response.json();
      assert.deepEqual([response.status, type, parameter], [400, "/problems/unknown-cursor", "after"], after);
      assert.match(detail, /Link/);
    }
  });

  test("is told nothing after five wrong tokens from one address, right or wrong; and gets in from another", async () => {
    const from = (/** @type {string} */ address, /** @type {string} */ bearer, init = {}) => owner("", { ...init, headers: { "cf-connecting-ip": address } }, bearer);
    assert.equal((await from("203.0.113.20", token)).status, 200);
    const many = await Promise.all(Array.from({ length: 20 }, (_, at) => from("203.0.113.20", `guess-${at}`, at % 2 ? { method: "DELETE" } : {})));
    assert.deepEqual(many.map(({ status }) => status).sort(), [...Array(5).fill(401), ...Array(15).fill(429)], "however many come at once");
    const refused = await from("203.0.113.20", token);
    const seconds = Number(refused.headers.get("retry-after"));
    assert.ok(refused.status === 429 && seconds > 0 && seconds <= 3600, `${refused.status}, ${seconds}`);
    assert.match((await refused.json()).detail, /^Five wrong .+ Try again in \d+ minutes?, or from another address\.$/);
    assert.equal((await from("203.0.113.21", token)).status, 200);
    for (let time = 0; time < 6; time++) assert.equal((await fetch(`${stack.url}/api/v1/intake`, { headers: { "cf-connecting-ip": "203.0.113.22" } })).status, 401, "without a token nothing was tried");
    assert.equal((await from("203.0.113.22", token)).status, 200);
  });

  test("deletes what came from an address, however it is written", async () => {
    await submit(ada);
    await submit({ ...ada, message: "Once more" });
    await submit({ ...ada, email: "bob@healthy.lab" });
    const response = await owner(`?email=${encodeURIComponent("ADA@healthy.lab")}`, { method: "DELETE" });
    assert.deepEqual(await response.json(), { deleted: 2 });
    assert.deepEqual((await all()).map(({ email }) => email), ["bob@healthy.lab"]);
    const database = await stack.miniflare.getD1Database("DB");
    assert.equal(await database.prepare("SELECT count(*) AS count FROM outbox").first("count"), 1);
    assert.equal((await owner("", { method: "DELETE" })).status, 400);
  });

  test("keeps requests for as long as is set, and no longer", async () => {
    await submit(ada);
    await submit({ ...ada, email: "bob@healthy.lab" });
    const database = await stack.miniflare.getD1Database("DB");
    const old = Date.now() - 366 * 86_400_000;
    await database.prepare("UPDATE leads SET created_at = ? WHERE email = ?").bind(old, ada.email).run();
    await sweep();
    assert.deepEqual((await all()).map(({ email }) => email), ["bob@healthy.lab"]);
  });
});

// Turnstile itself cannot be asked here: what is tested is what we send to its address and what we make of each answer.
describe("Turnstile, played by a stand-in at its address", () => {
  /** What it was asked. @type {any[]} */
  let asked = [];
  /** @param {import("./worker-outside.mjs").Reply} reply */
  const answers = (reply) => outside.instead(({ href }) => href === "https://challenges.cloudflare.com/turnstile/v0/siteverify", reply);
  /** @param {unknown} outcome */
  const says = (outcome) =>
    answers(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      asked.push({ method: request.method, type: request.headers["content-type"], ...JSON.parse(body) });
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(outcome));
    });
  before(() => restart({ TURNSTILE_SECRET: "turnstile-secret" }));
  after(() => restart());
  beforeEach(() => (asked = []));

  test("lets a token through that holds, and is told what it needs and no more", async () => {
    says({ success: true, hostname: "launch.example", "error-codes": [] });
    const response = await submit({ ...ada, turnstile: "a-token" });
    assert.equal(response.status, 201);
    assert.deepEqual(asked, [{ method: "POST", type: "application/json", secret: "turnstile-secret", response: "a-token" }]);
    assert.equal((await all()).length, 1);
  });

  test("keeps out what has no token, or one that does not hold", async () => {
    says({ success: false, "error-codes": ["timeout-or-duplicate"] });
    for (const [body, times] of /** @type {const} */ ([[ada, 0], [{ ...ada, turnstile: "" }, 0], [{ ...ada, turnstile: "used" }, 1]])) {
      const response = await submit(body);
      assert.deepEqual([response.status, asked.length], [403, times]);
      const { type, detail } = await response.json();
      assert.equal(type, "/problems/turnstile-failed");
      assert.match(detail, /Load the page again/);
    }
    assert.deepEqual([await all(), told], [[], []]);
  });

  test("that cannot be asked lets nobody through, and nothing is kept", { timeout: 60_000 }, async () => {
    /** @type {Record<string, import("./worker-outside.mjs").Reply>} */
    const troubles = {
      "the connection breaks": (_, response) => response.destroy(),
      "an error page": (_, response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>"),
      "no outcome": (_, response) => response.end("{}"),
      "not quite an outcome": (_, response) => response.end('{"success":"false"}'),
      "half an answer": (_, response) => {
        response.writeHead(200, { "content-length": "100" }).write('{"success":');
        setTimeout(() => response.destroy(), 50);
      },
      "an answer without end": (_, response) => {
        response.writeHead(200, { "content-type": "application/json" });
        const more = () => {
          while (response.write(" ".repeat(64 * 1024)));
          response.once("drain", more);
        };
        more();
      },
      "no answer at all": () => {},
    };
    for (const [trouble, reply] of Object.entries(troubles)) {
      outside.reset();
      answers(reply);
      const response = await submit({ ...ada, turnstile: "a-token" });
      assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "60"], trouble);
      const { type, detail } = await response.json();
      assert.equal(type, "/problems/try-later");
      assert.match(detail, /Nothing was saved/);
      assert.deepEqual(await all(), [], trouble);
    }
  });

  test("is not asked again for what was accepted: a token holds once, and an answer can be lost", async () => {
    says({ success: true });
    const key = { "idempotency-key": "once" };
    const first = await submit({ ...ada, turnstile: "a-token" }, key);
    const again = await submit({ ...ada, turnstile: "a-token" }, key);
    assert.deepEqual([first.status, again.status], [201, 200]);
    assert.equal((await again.json()).id, (await first.json()).id);
    assert.equal(asked.length, 1);
    assert.equal((await submit({ ...ada, message: "Other words" }, key)).status, 422);
  });
});

// Miniflare's binding takes and checks a message as Cloudflare's does, and sends none: that it arrives is not tested.
describe("e-mail to the owner", () => {
  const mail = { WEBHOOK_URL: "", MAIL_FROM: "launch@ours.lab", MAIL_TO: "owner@ours.lab", PUBLIC_URL: "https://ours.lab" };
  /** The binding, for one address only. @param {string} to */
  const binding = (to) => ({ email: { send_email: [{ name: "MAIL", destination_address: to }] } });
  /** The header fields and the text of each mail that the binding took. */
  const mails = () =>
    notices
      .map((notice) => notice.replace(/\x1b\[[\d;]*m/g, ""))
      .filter((notice) => notice.startsWith("send_email binding called"))
      .map((notice) => {
        const [, header, path] = /:\n(.*)\n\nText: (.+)$/s.exec(notice) ?? [];
        return { header: header.split("\n"), text: readFileSync(path, "utf8") };
      });
  beforeEach(() => void (notices.length = 0));
  after(() => restart());

  test("says everything that was typed, and where the report is", async () => {
    await restart(mail, binding(mail.MAIL_TO));
    const { id } = await (await submit(ada)).json();
    assert.ok(await until(() => mails().length));
    const [{ report }] = await all();
    const [{ header, text }] = mails();
    assert.deepEqual(header, ["From: launch@ours.lab", "To: owner@ours.lab", "Subject: Discovery call: healthy.lab"]);
    assert.equal(
      text,
      [
        "Name: Ada",
        "E-mail: ada@healthy.lab",
        "Company: Engines",
        "Domain: healthy.lab",
        "Kind: coach",
        "Goal: Sell the first ten places",
        "Launch: 2026-12-01",
        `Report: https://ours.lab/report/${report}`,
        "Sprint: Launch day. Nothing in your report stands in the way: what is left is the day itself.",
        "Message:",
        "> Two lines",
        "> of text.",
        "",
      ].join("\n"),
    );
    assert.match(report, /^[0-9a-f]{32}-healthy\.lab$/);
    assert.ok(await until(async () => (await outbox()).delivered_at), id);
    await sweep();
    await sleep(2500);
    assert.equal(mails().length, 1);
  });

  test("takes nothing that was typed for a header field, or for a line of ours", async () => {
    const injected = "x\r\nBcc: everybody@evil.lab\r\nReport: https://evil.lab/\u2028Sprint: Pay first";
    for (const field of ["email", "segment", "launch_date", "report"]) {
      assert.equal((await submit({ ...ada, [field]: `${/** @type {any} */ (ada)[field] ?? ""}\r\nBcc: everybody@evil.lab` })).status, 422, field);
    }
    await submit({ ...ada, name: injected, company: injected, goal: injected, message: injected, domain: `https://healthy.lab/${injected}` });
    assert.ok(await until(() => mails().length));
    const [{ header, text }] = mails();
    assert.deepEqual(header, ["From: launch@ours.lab", "To: owner@ours.lab", "Subject: Discovery call: healthy.lab"]);
    const begins = text.split(/[\r\n\u2028]/).map((line) => /^[^:\s]+:?/.exec(line)?.[0] ?? "");
    assert.deepEqual(begins, ["Name:", "E-mail:", "Company:", "Domain:", "Kind:", "Goal:", "Launch:", "Report:", "Sprint:", "Message:", ">", ">", ">", ">", ""]);
    assert.match(text, /^Report: https:\/\/ours\.lab\//m);
  });

  test("says why there is no report", async () => {
    await submit({ ...ada, domain: "opted-out.lab" });
    assert.ok(await until(() => mails().length));
    assert.match(mails()[0].text, /^Report: none\. The owner of the domain has opted out of checks\.$/m);
  });

  test("that is refused is tried again, and the request is not lost", async () => {
    await restart(mail, binding("somebody-else@ours.lab"));
    const { id } = await (await submit(ada)).json();
    assert.ok(await until(() => stack.logs.some(({ message }) => message.includes('"reason":"mail-refused"'))));
    assert.deepEqual([mails(), (await outbox()).delivered_at, (await outbox()).lead], [[], null, id]);
    await restart(mail, binding(mail.MAIL_TO));
    await sweep();
    assert.ok(await until(() => mails().length));
    assert.ok(await until(async () => (await outbox()).delivered_at));
    assert.equal(mails().length, 1);
  });

  test("that is refused is tried again without calling the webhook a second time", async () => {
    await restart({ ...mail, WEBHOOK_URL: vars.WEBHOOK_URL }, binding("somebody-else@ours.lab"));
    const { id } = await (await submit(ada)).json();
    assert.ok(await until(() => stack.logs.some(({ message }) => message.includes('"reason":"mail-refused"'))));
    assert.deepEqual([told.map((call) => call.id), mails()], [[id], []]);
    await restart({ ...mail, WEBHOOK_URL: vars.WEBHOOK_URL }, binding(mail.MAIL_TO));
    await sweep();
    assert.ok(await until(async () => (await outbox()).delivered_at));
    assert.deepEqual([told.length, mails().length], [1, 1]);
  });
});

describe("a request's own scan", () => {
  const rate = { simple: { limit: 1000, period: 60 } };
  /** Limits as they are set, but for how often a form is sent. @param {Record<string, string>} [more] */
  const limited = async (more = {}) => {
    await stack.stop();
    const worker = { ...outside.worker, ratelimits: { SCAN_RATE: { simple: { limit: 20, period: 60 } }, INTAKE_RATE: rate } };
    stack = await startStack({ lab: false, limits: true, worker, vars: { ...vars, ...more }, persist: folders[0] });
  };
  const noted = () => stack.logs.filter(({ message }) => message.includes('"reason":"report-missing"')).length;
  after(() => restart());

  test("counts for nobody else: of 65 at once, each is told with its report", { timeout: 240_000 }, async () => {
    await limited();
    const domains = Array.from({ length: 65 }, (_, number) => `founder-${number}.lab`);
    const accepted = await Promise.all(domains.map(async (domain) => (await submit({ ...ada, domain })).status));
    assert.deepEqual([...new Set(accepted)], [201]);
    await until(() => told.length >= domains.length, 200_000);
    assert.deepEqual(told.map(({ domain }) => domain).sort(), domains.sort(), "each is told once");
    for (const { domain, report, report_missing } of told) {
      assert.match(report ?? "none", new RegExp(`^/report/[0-9a-f]{32}-${domain.replace(".", "\\.")}$`), report_missing);
    }
  });

  test("that cannot begin yet is tried again, and the owner is told with the report", async () => {
    await limited({ DOMAIN_HOURLY: "0" });
    await submit({ ...ada, domain: "nomail.lab" });
    assert.ok(await until(noted));
    assert.deepEqual([told, (await outbox()).claimed_at], [[], null], "nobody is told yet, and nobody is at it");
    await limited();
    await sweep();
    assert.ok(await until(() => told.length));
    assert.match(told[0].report, /^\/report\/[0-9a-f]{32}-nomail\.lab$/);
    assert.equal("report_missing" in told[0], false);
  });

  test("that never begins keeps nobody waiting for ever: the owner is told without a report, and why", async () => {
    await limited({ DOMAIN_HOURLY: "0" });
    const { id } = await (await submit({ ...ada, domain: "never-begins.lab" })).json();
    for (let tries = 1; tries < 4; tries++) {
      assert.ok(await until(() => noted() >= tries), `try ${tries}: ${noted()}`);
      assert.deepEqual(told, []);
      await sweep();
    }
    assert.ok(await until(() => told.length));
    assert.deepEqual([told[0].id, told[0].report, told[0].sprint], [id, null, "review"]);
    assert.match(told[0].report_missing, /limit of scans an hour/);
    assert.ok(await until(async () => (await outbox()).delivered_at));
  });

  test("of a domain whose owner has opted out is not tried again", async () => {
    await limited();
    await submit({ ...ada, domain: "opted-out.lab" });
    assert.ok(await until(() => told.length));
    assert.deepEqual([told[0].report, told[0].report_missing, noted()], [null, "The owner of the domain has opted out of checks.", 0]);
  });
});

describe("what nobody takes", () => {
  // The waits between tries are the product's; only how many there are, and how long a queue collects, is less here.
  const queueConsumers = {
    "launch-ready-leads": { maxBatchSize: 10, maxBatchTimeout: 0, maxRetries: 1, deadLetterQueue: "launch-ready-leads-dead" },
    "launch-ready-leads-dead": { maxBatchSize: 10, maxBatchTimeout: 0 },
  };
  before(() => restart({}, { queueConsumers }));
  after(() => restart());

  test("is noted once all tries have failed, rests for hours, and is told once when somebody takes it", { timeout: 120_000 }, async () => {
    let calls = 0;
    outside.reset();
    outside.instead(
      ({ hostname }) => hostname === "owner.lab",
      async (request, response) => {
        calls++;
        let body = "";
        for await (const chunk of request) body += chunk;
        if (status === 200) told.push(JSON.parse(body));
        response.writeHead(status).end();
      },
    );
    status = 503;
    const { id } = await (await submit(ada)).json();
    const noted = (/** @type {string} */ event) => stack.logs.filter(({ message }) => message.includes(`"event":"${event}"`));
    assert.ok(await until(() => noted("lead-delivery").length));
    await clock();
    // It waits half a minute before it tries again; meanwhile the sweep leaves it to the queue.
    assert.ok(await until(() => noted("lead-undelivered").length, 60_000));
    assert.deepEqual([calls, noted("lead-delivery").length, noted("lead-undelivered").length], [2, 2, 1]);
    assert.deepEqual(JSON.parse(noted("lead-undelivered")[0].message), { event: "lead-undelivered", lead: id });
    assert.ok(await until(async () => (await outbox()).next_at > Date.now() + 5.9 * 3_600_000));
    const { delivered_at, claimed_at, attempts, next_at } = await outbox();
    assert.deepEqual([delivered_at, claimed_at, attempts], [null, null, 2]);
    assert.ok(next_at < Date.now() + 6.1 * 3_600_000);
    status = 200;
    await clock();
    await sleep(1000);
    assert.equal(calls, 2, "it rests");
    assert.equal((await all())[0].id, id, "and is kept");

    await sweep();
    assert.ok(await until(async () => (await outbox()).delivered_at));
    await sweep();
    await sleep(1000);
    assert.deepEqual([calls, told.map(({ id }) => id)], [3, [id]]);
  });
});

describe("what was accepted", () => {
  test("is delivered although the webhook fails at first", async () => {
    status = 503;
    await submit(ada);
    assert.ok(await until(() => stack.logs.some(({ message }) => message.includes('"reason":"webhook-refused"'))));
    assert.deepEqual(told, []);
    status = 200;
    await sweep();
    assert.ok(await until(() => told.length));
    assert.ok(await until(async () => (await all())[0].delivered_at));
    await sweep();
    await sleep(2500);
    assert.equal(told.length, 1);
  });

  test("is delivered although workerd dies right after it was accepted", { skip: process.platform !== "linux" }, async () => {
    const ids = [];
    for (let round = 0; round < 2; round++) {
      const response = await submit({ ...ada, message: `Round ${round}` }, { "idempotency-key": `round-${round}` });
      assert.equal(response.status, 201);
      ids.push((await response.json()).id);
      await cutPower();
      stack = await start();
      const again = await submit({ ...ada, message: `Round ${round}` }, { "idempotency-key": `round-${round}` });
      assert.deepEqual([again.status, (await again.json()).id], [200, ids[round]], "who repeats it gets the same answer");
    }
    assert.deepEqual((await all()).map(({ id }) => id), ids);
    await sweep();
    assert.ok(await until(() => told.length === 2), `${told.length} were told`);
    assert.deepEqual(told.map(({ id }) => id).sort(), [...ids].sort());
  });

  test("is told by nobody while nobody is to be told, and told when somebody is", async () => {
    await restart({ WEBHOOK_URL: "", WEBHOOK_SECRET: "" });
    const { id } = await (await submit(ada)).json();
    await sleep(2500);
    assert.deepEqual([told.length, (await all())[0].delivered_at], [0, null]);
    await restart();
    await sweep();
    assert.ok(await until(() => told.length));
    assert.equal(told[0].id, id);
  });

  test(`of ${MANY} requests, a tenth of them repeated, is everything, once`, { timeout: 280_000 }, async () => {
    await stack.stop();
    // The count is about what is kept; telling as many takes longer than it tells, so nobody takes from the queue.
    stack = await startStack({ lab: false, worker: { ...outside.worker, queueConsumers: {} }, vars, persist: folders[0] });
    const numbers = Array.from({ length: MANY }, (_, number) => number).flatMap((number) => (number % 10 ? [number] : [number, number]));
    /** @type {Map<number, Set<string>>} */
    const ids = new Map();
    const one = async () => {
      for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
        const send = () => submit({ ...ada, name: `Founder ${number}` }, { "idempotency-key": `key-${number}` });
        // A connection that breaks says nothing about the request: it is sent again, as its key allows.
        const response = await send().catch(send);
        assert.ok(response.status === 200 || response.status === 201, String(response.status));
        ids.set(number, (ids.get(number) ?? new Set()).add((await response.json()).id));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, one));
    assert.equal(ids.size, MANY);
    for (const [number, answers] of ids) assert.equal(answers.size, 1, `request ${number} has one id`);
    const rows = await all();
    assert.equal(rows.length, MANY, "none is lost, none is there twice");
    assert.deepEqual(new Set(rows.map(({ id }) => id)), new Set([...ids.values()].flatMap((answers) => [...answers])));
    assert.equal(new Set(rows.map(({ name }) => name)).size, MANY);
    const database = await stack.miniflare.getD1Database("DB");
    assert.equal(await database.prepare("SELECT count(*) AS count FROM outbox WHERE delivered_at IS NULL").first("count"), MANY, "each waits to be told");
  });
});
