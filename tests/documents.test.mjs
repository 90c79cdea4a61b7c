// `/api/v1/documents` of the built Worker in workerd, with the lab as its internet.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
before(async () => {
  stack = await startStack();
});
after(() => stack?.stop());

/** @param {string} path below /api/v1/ @param {RequestInit} [init] */
const api = (path, init) => fetch(`${stack.url}/api/v1/${path}`, init);

/** @param {unknown} body @param {Record<string, string>} [headers] @returns {RequestInit} */
const post = (body, headers = {}) => ({ method: "POST", headers: { "content-type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });

describe("documents", () => {
  test("come from a scan, for the kind of business that was named", async () => {
    const response = await api("documents?domain=broken.lab&segment=coach");
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    // As every answer has them.
    assert.ok(response.headers.get("x-request-id"));
    const papers = await response.json();
    assert.equal(papers.documents.length, 14);
    assert.equal(papers.assessment.segment, "coach");
    assert.equal(papers.assessment.decision, "no-go");
    assert.match(papers.documents[0].markdown, /^# Handover checklist: broken\.lab/);
  });

  test("come from a report that the client has, with its answers, without a scan", async () => {
    const report = await (await api("report?domain=healthy.lab")).json();
    const answers = { schema: 1, segment: "ai-tool", items: { "rate-limits": { answer: "no", note: "later" }, "old-one": { answer: "yes" } } };
    const response = await api("documents", post({ report, answers, documents: ["roadmap"] }));
    assert.equal(response.status, 200);
    const papers = await response.json();
    assert.deepEqual(papers.documents.map((/** @type {any} */ paper) => paper.document.id), ["roadmap"]);
    assert.match(papers.documents[0].markdown, /You answered No\..*later/);
    assert.match(papers.notes[0], /old-one/);
  });

  test("come with the roadmap as data, which the founder's answers move", async () => {
    const ask = async (/** @type {string} */ domain, /** @type {object} */ answers) => {
      const response = await api(`documents?domain=${domain}&document=roadmap`, post({ schema: 1, segment: "coach", ...answers }));
      assert.equal(response.status, 200);
      return (await response.json()).assessment;
    };
    const before = await ask("healthy.lab", {});
    assert.equal(before.segment, "coach");
    assert.notEqual(before.decision, "go");
    // What no check could tell, the founder answers: every item that is open, in every stage and among the targets.
    const items = [...before.stages.flatMap((/** @type {any} */ stage) => stage.items), ...before.targets];
    const open = items.filter((item) => item.state === "open");
    assert.ok(open.length > 0);
    const said = Object.fromEntries(open.map(({ id }) => [id, { answer: "yes", owner: "Ada" }]));
    const after = await ask("healthy.lab", { items: said });
    assert.equal(after.decision, "go", after.reason);
    assert.ok(after.progress.done > before.progress.done);
    assert.equal(after.progress.of, before.progress.of);
    assert.ok(after.stages.some((/** @type {any} */ stage, /** @type {number} */ at) => stage.stand === "done" && before.stages[at].stand !== "done"));
    const answered = after.stages.flatMap((/** @type {any} */ stage) => stage.items).find((/** @type {any} */ { id }) => id === open[0].id);
    assert.deepEqual([answered.state, answered.source, answered.said.owner], ["yes", "founder", "Ada"]);
    // What the checks saw otherwise is not believed, and both sides are told.
    const broken = await ask("broken.lab", { items: { "email-authenticated": { answer: "yes" } } });
    assert.equal(broken.decision, "no-go");
    assert.ok(broken.contradictions.includes("email-authenticated"));
    const disputed = broken.stages.flatMap((/** @type {any} */ stage) => stage.items).find((/** @type {any} */ { id }) => id === "email-authenticated");
    assert.notEqual(disputed.state, "yes");
    assert.ok(disputed.contradiction);
  });

  test("are no report: what a client has of one does not stand for the other", async () => {
    const report = await api("report?domain=healthy.lab");
    await report.text();
    const headers = { "if-none-match": report.headers.get("etag") ?? "" };
    assert.ok(headers["if-none-match"]);
    for (const init of [{ headers }, post({ schema: 1 }, headers)]) {
      const papers = await api("documents?domain=healthy.lab&document=dns-map", init);
      assert.equal(papers.status, 200);
      assert.match((await papers.json()).documents[0].markdown, /^# DNS map/);
      for (const name of ["etag", "content-location"]) assert.equal(papers.headers.get(name), null, name);
    }
    const announced = await api("documents?domain=healthy.lab", { method: "HEAD", headers: { accept: "text/markdown" } });
    assert.deepEqual([announced.status, announced.headers.get("content-type"), await announced.text()], [200, "text/markdown; charset=utf-8", ""]);
  });

  test("the DNS map is a table in Markdown, a table in the document's data, and rows in the report", async () => {
    const report = await (await api("report?domain=healthy.lab")).json();
    const { documents } = await (await api("documents", post({ report, documents: ["dns-map"] }))).json();
    const [{ document, markdown }] = documents;
    const { columns, rows } = document.blocks.find((/** @type {any} */ { kind }) => kind === "table");
    assert.deepEqual(columns, ["Name", "Type", "Points to", "Run by", "For", "TTL"]);
    const cells = rows.map((/** @type {any[]} */ row) => row.map((spans) => spans.map((/** @type {any} */ { text }) => text).join("")));
    assert.deepEqual(
      cells.map((/** @type {string[]} */ [name, type, value]) => [name, type, value]),
      report.dns.map((/** @type {any} */ row) => [row.name, row.record_type, row.value]),
    );
    assert.ok(cells.some((/** @type {string[]} */ [name, type, value, by, purpose]) => name === "healthy.lab" && type === "A" && value === "76.76.21.21" && by === "Vercel" && purpose === "the site"));

    const text = await (await api("documents?domain=healthy.lab&document=dns-map", { headers: { accept: "text/markdown" } })).text();
    for (const sheet of [markdown, text]) {
      assert.match(sheet, /^# DNS map: healthy\.lab/);
      assert.match(sheet, /^\| Name \| Type \| Points to \| Run by \| For \| TTL \|$/m);
      assert.equal(sheet.match(/^\| .* \| (A|AAAA|CNAME|MX|NS|TXT|CAA|SOA|DS) \|/gm)?.length, report.dns.length);
    }
  });

  test("come as Markdown and as an archive, with answers in the body", async () => {
    const answers = { schema: 1, deploy: { host: "Vercel" } };
    const text = await api("documents?domain=healthy.lab&document=deployment", post(answers, { accept: "text/markdown" }));
    assert.equal(text.headers.get("content-type"), "text/markdown; charset=utf-8");
    assert.match(await text.text(), /^# Deployment and rollback[^]*Instant Rollback/);
    const zip = await api("documents?domain=healthy.lab", { headers: { accept: "application/zip" } });
    assert.equal(zip.headers.get("content-type"), "application/zip");
    assert.equal(Buffer.from(await zip.arrayBuffer()).subarray(0, 4).toString("latin1"), "PK\x03\x04");
  });

  test("say what is wrong with what was asked", async () => {
    for (const [path, init, status, says] of /** @type {[string, RequestInit, number, RegExp][]} */ ([
      ["documents", {}, 400, /domain/i],
      ["documents?domain=192.168.0.1", {}, 400, /./],
      ["documents?domain=healthy.lab&segment=bakery", {}, 400, /bakery/],
      ["documents?domain=healthy.lab&document=novel", {}, 400, /novel/],
      ["documents?domain=healthy.lab&check=spf-record", {}, 400, /check/],
      ["documents", post("{nonsense"), 400, /not a JSON object/],
      ["documents?domain=healthy.lab", post([]), 400, /not a JSON object.*answers/],
      ["documents?document=roadmap", post({ segment: "coach" }), 400, /Name the domain/],
      ["documents", post({}, { "content-type": "text/plain" }), 415, /application\/json/],
      ["documents", post({ rapport: 1 }), 400, /rapport/],
      ["documents?domain=healthy.lab", post({ schema: 1, items: 3 }), 400, /The answers are not readable/],
      ["documents", { headers: { accept: "image/png" } }, 406, /application\/zip/],
      ["documents", { method: "DELETE" }, 405, /GET, HEAD, POST, OPTIONS/],
      ["documents", post("x".repeat(2_600_000)), 413, /bytes/],
    ])) {
      const response = await api(path, init);
      assert.equal(response.status, status, path);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
      assert.match((await response.json()).detail, says);
    }
    // What went wrong before has broken nothing.
    assert.equal((await api("documents", post({ documents: ["ai-cases"] }))).status, 200);
  });

  test("may be asked for from another site", async () => {
    const headers = { origin: "https://acme.example", "access-control-request-method": "POST" };
    const asked = await api("documents", { method: "OPTIONS", headers });
    assert.equal(asked.headers.get("access-control-allow-methods"), "GET, HEAD, POST, OPTIONS");
    const answered = await api("documents", post({ documents: ["ai-cases"] }, { origin: "https://acme.example" }));
    assert.ok(answered.headers.get("access-control-allow-origin"));
  });
});
