// The isolate's memory of reports, by itself: which questions are one, and how much it holds.

import assert from "node:assert/strict";
import { test } from "node:test";

import { recall, remember } from "../worker/near.js";

let reports = 0;

/** @param {string} query */
const request = (query) => new Request(`https://launch.example/api/v1/report?${query}`);

/** Remembers a new report of so many bytes. @param {string} query @param {string} domain @param {number} [bytes] */
async function kept(query, domain, bytes = 10) {
  const id = `${String(++reports).padStart(32, "0")}-${domain}`;
  const headers = { "content-location": `/api/v1/reports/${id}`, "access-control-allow-origin": "*", "x-near": `15000 ${Date.now()}` };
  await (await remember(request(query), new Response(new Uint8Array(bytes), { headers }))).arrayBuffer();
  return id;
}

/** @param {string} query */
const recalled = (query) => recall(request(query))?.headers.get("content-location")?.split("/").at(-1);

test("a question is one, however it is written", async () => {
  const id = await kept("domain=a.example&segment=coach", "a.example");
  for (const query of ["domain=a.example&segment=coach", "segment=coach&domain=A.Example", "segment=coach&deep=false&domain=%61.example&fresh=false"]) {
    assert.equal(recalled(query), id, query);
  }
});

test("another question, and one that is refused, is none of them", async () => {
  await kept("domain=b.example&segment=coach&selector=x&selector=y", "b.example");
  const others = ["", "&fresh=true", "&fresh", "&deep=true", "&segment=coach", "&utm=1", "&selector=z", "&check=mx"];
  const [, ...more] = others;
  for (const query of more) assert.equal(recalled(`domain=b.example&segment=coach&selector=x&selector=y${query}`), undefined, query);
  for (const query of ["domain=b.example", "domain=b.example&segment=coach&selector=y&selector=x", "segment=coach"]) assert.equal(recalled(query), undefined, query);
  assert.equal(recall(new Request("https://launch.example/api/v1/history?domain=b.example&segment=coach&selector=x&selector=y")), undefined);
  assert.equal(recall(new Request("https://launch.example/")), undefined);
});

test("spellings that only the main module knows to be the same take no place of their own", async () => {
  const id = await kept("domain=https://www.c.example/", "c.example");
  assert.equal(recalled("domain=c.example"), id);
  const newer = await kept("domain=C.example.", "c.example");
  assert.equal(recalled("domain=c.example"), newer);
});

test("what is remembered is at most sixteen million bytes, the newest", async () => {
  const half = 500_000;
  for (let at = 0; at < 100; at++) await kept(`domain=d${at}.example`, `d${at}.example`, half);
  const left = Array.from({ length: 100 }, (_, at) => at).filter((at) => recalled(`domain=d${at}.example`));
  assert.deepEqual(left, Array.from({ length: 32 }, (_, at) => 68 + at));
  await kept("domain=e.example", "e.example", 16_000_001);
  assert.equal(recalled("domain=e.example"), undefined, "more than all of it");
  assert.ok(recalled("domain=d99.example"), "which costs nobody a place");
});
