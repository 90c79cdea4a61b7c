// The built page with its headers, and an API that answers as a test says: for states that the service cannot be brought
// into on demand. The streams are scans by the real checks, in the core's own words (www/tests/fixtures.rs).

import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { dist, root } from "../tools/lib/paths.mjs";

const types = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".wasm": "application/wasm", ".svg": "image/svg+xml" };

/**
 * @typedef {(response: import("node:http").ServerResponse, url: URL) => void | Promise<void>} Answer
 * @typedef {object} PageServer
 * @property {string} url
 * @property {Map<string, Answer>} answers by what is asked for as domain
 * @property {URL[]} asked every question to the API, in order
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<PageServer>} */
export async function startPageServer() {
  /** @type {Map<string, Answer>} */
  const answers = new Map();
  /** @type {URL[]} */
  const asked = [];
  const headers = assetHeaders();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/api/v1/report") {
      asked.push(url);
      const answer = answers.get(url.searchParams.get("domain") ?? "") ?? problem(500, "No such answer", "The test has none.");
      await answer(response, url);
      return;
    }
    // The service puts a summary into it, which tests/share.test.mjs looks at.
    const page = /^\/(r(\/.*)?)?$/.test(url.pathname) ? "/index.html" : url.pathname;
    const file = join(dist, normalize(extname(page) ? page : `${page}.html`));
    if (!file.startsWith(dist) || !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const type = types[/** @type {keyof typeof types} */ (extname(file))] ?? "application/octet-stream";
    response.writeHead(200, { ...headers(url.pathname), "content-type": type }).end(readFileSync(file));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    answers,
    asked,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/**
 * The headers of assets, as Cloudflare reads them from `_headers`: every rule whose path fits adds its own, and takes away
 * what it names after a "!". Without HSTS, which would outlive the test.
 * @returns {(path: string) => Record<string, string>}
 */
function assetHeaders() {
  const rules = readFileSync(join(dist, "_headers"), "utf8")
    .split(/\n\n+/)
    .map((block) => block.trim().split("\n").map((line) => line.trim()))
    .map(([path, ...lines]) => ({ prefix: path.replace(/\*$/, ""), whole: !path.endsWith("*"), lines }));
  return (path) => {
    /** @type {Map<string, string>} */
    const headers = new Map();
    for (const { prefix, whole, lines } of rules) {
      if (whole ? path !== prefix : !path.startsWith(prefix)) continue;
      for (const line of lines) {
        const [name, value] = line.split(/:\s*(.*)/s);
        if (name.startsWith("!")) headers.delete(name.slice(1).trim().toLowerCase());
        else headers.set(name.toLowerCase(), value);
      }
    }
    headers.delete("strict-transport-security");
    return Object.fromEntries(headers);
  };
}

/** The lines of a fixture. @param {string} name @returns {string[]} */
export function fixture(name) {
  const text = readFileSync(join(root, "www", "fixtures", `${name}.ndjson`), "utf8");
  return text.trimEnd().split("\n");
}

/**
 * Everything at once, or a line every so often.
 * @param {string[]} lines
 * @param {number} [everyMs]
 * @returns {Answer}
 */
export function stream(lines, everyMs = 0) {
  return async (response) => {
    begin(response);
    for (const line of lines) {
      if (everyMs) await new Promise((resolve) => setTimeout(resolve, everyMs));
      if (response.destroyed) return;
      response.write(`${line}\n`);
    }
    response.end();
  };
}

/** The beginning of an event stream. @param {import("node:http").ServerResponse} response */
export function begin(response) {
  response.writeHead(200, { "content-type": "application/x-ndjson", "cache-control": "no-store" });
  response.flushHeaders();
}

/**
 * @param {number} status
 * @param {string} title
 * @param {string} detail
 * @returns {Answer}
 */
export function problem(status, title, detail) {
  const body = { type: "/problems/test", title, status, detail, request_id: "req-0123456789" };
  return (response) => {
    response.writeHead(status, { "content-type": "application/problem+json" }).end(JSON.stringify(body));
  };
}
