// What the Worker costs beside a Worker that does nothing: requests a second for a report that is there and for the page,
// and the time until the first answer of a fresh workerd. The other Worker runs in the same workerd, the figures are taken in
// turns, and what is compared with a goal is their ratio.
//
// The other Worker has the same static files. Whoever has some stands, on this machine, behind two Workers of the local runtime that
// play the edge's router, and they take three quarters of the time that an answer of a few bytes takes: beside a Worker without
// files, every Worker with them would look five times as slow, whatever it does.

import { connect } from "node:net";
import { join } from "node:path";
import { unstable_getMiniflareWorkerOptions as readOptions } from "wrangler";

import { quantile } from "../lib/figures.mjs";
import { root } from "../lib/paths.mjs";
import { startStack } from "../stack.mjs";

export const title = "Serving, beside a Worker that says hello";

/** Connections that ask all the time, and for how long in a turn. */
const CONNECTIONS = 12;
const TURN_MS = 400;

/** Starts of each. */
const STARTS = 5;

const sockets = [{ host: "127.0.0.1", port: 0 }];
const { assets } = readOptions(join(root, "wrangler.toml")).workerOptions;
const hello = {
  name: "hello",
  modules: true,
  script: 'export default { fetch: () => Response.json({ hello: "world" }) };',
  compatibilityDate: "2026-04-21",
  assets,
  unsafeDirectSockets: sockets,
};

/** Says again what it was told, header fields and body, and does nothing else: what such an answer takes at least. */
const echo = {
  ...hello,
  name: "echo",
  script: `let told;
    export default {
      async fetch(request) {
        if (request.method === "GET") return new Response(told.body, { headers: told.headers });
        told = { headers: new Headers(JSON.parse(request.headers.get("x-headers"))), body: await request.arrayBuffer() };
        return new Response();
      },
    };`,
};

/** @param {{ runs: number }} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ runs }) {
  const stack = await startStack({ limits: true, lab: { profile: "release" }, beside: [hello, echo], worker: { unsafeDirectSockets: sockets } });
  /** @type {Record<"hello" | "echo" | "report" | "unchanged" | "page" | "file", number[]>} */
  const rates = { hello: [], echo: [], report: [], unchanged: [], page: [], file: [] };
  try {
    const ours = (await stack.miniflare.unsafeGetDirectURL("launch-ready")).origin;
    const other = (await stack.miniflare.unsafeGetDirectURL("hello")).origin;
    const report = `${ours}/api/v1/report?domain=healthy.lab`;
    const made = await fetch(report);
    await made.text();
    const again = await fetch(report, { headers: { "accept-encoding": "identity" } });
    const same = `${(await stack.miniflare.unsafeGetDirectURL("echo")).origin}/api/v1/echo`;
    const fields = [...again.headers].filter(([name]) => !["content-encoding", "content-length", "transfer-encoding"].includes(name));
    await fetch(same, { method: "POST", headers: { "x-headers": JSON.stringify(fields) }, body: await again.arrayBuffer() });
    const etag = made.headers.get("etag") ?? "";
    const turns = /** @type {const} */ ([
      ["hello", `${other}/api/v1/hello`, {}],
      ["echo", same, {}],
      ["report", report, {}],
      ["unchanged", report, { "if-none-match": etag }],
      ["page", `${ours}/`, {}],
      ["file", `${other}/`, {}],
    ]);
    for (let run = -1; run < runs; run++) {
      for (const [name, url, headers] of turns) {
        const rate = await requestsPerSecond(url, headers);
        if (run >= 0) rates[name].push(rate);
      }
    }
  } finally {
    await stack.stop();
  }
  const ratio = (/** @type {"report" | "unchanged" | "page"} */ name, /** @type {"hello" | "echo" | "file"} */ beside = "hello") => rates[name].map((rate, at) => rates[beside][at] / rate);
  const starts = await startUp();
  /** @param {string} name @param {number[]} samples @param {string} unit @param {number} [goal] @param {string} [note] */
  const figure = (name, samples, unit, goal, note) => ({ name, unit, value: quantile(samples, 0.5), samples, ...(goal && { goal }), ...(note && { note }) });
  return [
    figure("hello: requests a second", rates.hello, "/s"),
    figure("cached report: requests a second", rates.report, "/s"),
    figure("cached report, unchanged (304)", rates.unchanged, "/s"),
    figure("page: requests a second", rates.page, "/s"),
    figure("the same file of hello: requests a second", rates.file, "/s"),
    figure("hello ÷ cached report", ratio("report"), "×", 1.25, "the goal is 0.8 of hello's requests a second; the report's body is three thousand times as long"),
    figure("the same answer, from a Worker that only says it, ÷ cached report", ratio("report", "echo"), "×", undefined, "what is ours of that: the rest is how long the answer is"),
    figure("hello ÷ cached report, unchanged", ratio("unchanged"), "×", 1.25),
    figure("hello's file ÷ page", ratio("page", "file"), "×", 1.25, "static files are the runtime's: our Worker is not asked"),
    figure("start until the first answer, hello in our place", starts.hello, "ms"),
    figure("start until the first answer, ours", starts.ours, "ms"),
    figure("start, ours ÷ hello", starts.ours.map((ms, at) => ms / starts.hello[at]), "×", 2),
  ];
}

/**
 * By bare sockets: a client that understands more takes longer for an answer than the Workers do.
 * @param {string} url
 * @param {Record<string, string>} headers
 * @returns {Promise<number>}
 */
async function requestsPerSecond(url, headers) {
  const { host, hostname, port, pathname, search } = new URL(url);
  const fields = Object.entries({ host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${pathname}${search} HTTP/1.1\r\n${fields.join("")}\r\n`;
  let answered = 0;
  const began = performance.now();
  const end = began + TURN_MS;
  const client = () =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write(request));
      socket.setNoDelay(true);
      /** What is known of the answer that is coming. @type {Buffer[]} */
      let head = [];
      /** Bytes of it that are still to come; unknown while its head is incomplete. @type {number | undefined} */
      let left;
      socket.on("error", reject);
      socket.on("close", resolve);
      socket.on("data", (chunk) => {
        if (left === undefined) {
          head.push(chunk);
          const come = head.length > 1 ? Buffer.concat(head) : chunk;
          const length = lengthOf(come);
          if (length === undefined) return;
          left = length - come.length;
          head = [];
        } else {
          left -= chunk.length;
        }
        if (left > 0) return;
        left = undefined;
        answered += 1;
        if (performance.now() < end) socket.write(request);
        else socket.destroy();
      });
    });
  await Promise.all(Array.from({ length: CONNECTIONS }, client));
  return answered / ((performance.now() - began) / 1000);
}

/** How long an answer is as a whole, as far as that can be told yet. @param {Buffer} come @returns {number | undefined} */
function lengthOf(come) {
  const end = come.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const head = come.toString("latin1", 0, end);
  if (/^HTTP\/1\.1 304/.test(head)) return end + 4;
  const [, length] = /^content-length: *(\d+)$/im.exec(head) ?? [];
  if (length) return end + 4 + Number(length);
  const last = come.indexOf("\r\n0\r\n\r\n", end + 2);
  return last < 0 ? undefined : last + 7;
}

/** Hello in our place: the same bindings, assets and database, and nothing else of ours. */
const inOurPlace = {
  modules: [{ type: "ESModule", path: "hello.js", contents: `import { DurableObject } from "cloudflare:workers";
    export class DomainObject extends DurableObject {}
    export class VisitorObject extends DurableObject {}
    export default { fetch: () => Response.json({ hello: "world" }), queue() {}, scheduled() {} };` }],
  modulesRoot: "/",
};

/** Milliseconds from starting the stack to the first answer, ours and hello's, in turns. */
async function startUp() {
  /** @type {{ hello: number[], ours: number[] }} */
  const times = { hello: [], ours: [] };
  for (let start = 0; start <= STARTS; start++) {
    for (const [name, worker] of /** @type {const} */ ([["hello", inOurPlace], ["ours", {}]])) {
      const began = performance.now();
      const stack = await startStack({ lab: false, worker });
      await (await fetch(`${stack.url}/api/v1/health`)).text();
      // The first of each loads what the others find.
      if (start > 0) times[name].push(performance.now() - began);
      await stack.stop();
    }
  }
  return times;
}
