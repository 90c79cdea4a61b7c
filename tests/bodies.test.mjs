// What is sent to the Worker without saying how long it is: no address reads further than it says it takes. The addresses are those
// of the API's description, so a new one is among them.

import assert from "node:assert/strict";
import { request as send } from "node:http";
import { after, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";

const token = "the-owner's-token";

/** Bytes that are written at once. */
const CHUNK = 64 * 1024;

/** Bytes that each address takes, at most (ARCHITECTURE.md, "Bounds"). */
const takes = {
  "POST /api/v1/documents": 2_500_000,
  "POST /api/v1/intake": 64 * 1024,
  "POST /api/v1/ownership": 64 * 1024,
  "POST /api/v1/redirects": 1024 * 1024,
  "POST /api/v1/reports": 64 * 1024,
};

/** Bytes that are read nevertheless, and thrown away, so that a client that is still sending gets its answer. */
const readAllTheSame = { "POST /api/v1/documents": 4 * takes["POST /api/v1/documents"] };

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** The Worker itself, without Miniflare's own entry in front of it. */
let direct = "";
/** Every operation that takes a body, by the description. @type {{ name: string, path: string, method: string }[]} */
let operations = [];
before(async () => {
  stack = await startStack({ vars: { OWNER_TOKEN: token }, worker: { unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }] } });
  direct = (await stack.miniflare.unsafeGetDirectURL("launch-ready")).origin;
  const { paths } = await (await fetch(`${stack.url}/api/v1/openapi.json`)).json();
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, { requestBody }]) => requestBody)
      .map(([method]) => ({ name: `${method.toUpperCase()} ${path}`, path, method: method.toUpperCase() })),
  );
});
after(() => stack?.stop());

/**
 * Sends a body without its length.
 *
 * Where it is to be left open, nothing follows after `bytes`, not even its end: whoever waits for more before he answers never does.
 * (Whoever goes on writing while he is refused may get a reset connection instead of the answer: that is TCP, and says nothing
 * about the Worker.)
 * @param {string} path
 * @param {string} method
 * @param {Buffer | string} body
 * @param {{ leaveOpen: boolean }} how
 * @returns {Promise<{ status: number, type: string, text: string }>}
 */
function pour(path, method, body, { leaveOpen }) {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}`, "transfer-encoding": "chunked" };
    const request = send(`${direct}${path}`, { method, headers, agent: false });
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => {
        request.destroy();
        resolve({ status: response.statusCode ?? 0, type: response.headers["content-type"] ?? "", text });
      });
      response.on("error", reject);
    });
    request.on("error", reject);
    for (let from = 0; from < body.length; from += CHUNK) request.write(body.slice(from, from + CHUNK));
    if (!leaveOpen) request.end();
  });
}

describe("a body of which nobody says how long it is", () => {
  test("is taken by the addresses of which we know how much they take", () => {
    assert.deepEqual(operations.map(({ name }) => name).sort(), Object.keys(takes).sort());
  });

  test("is refused as soon as it is too long, wherever it is sent, though there is no end to it", { timeout: 120_000 }, async () => {
    for (const { name, path, method } of operations) {
      const most = takes[/** @type {keyof typeof takes} */ (name)];
      const read = readAllTheSame[/** @type {keyof typeof readAllTheSame} */ (name)] ?? most;
      const { status, type, text } = await pour(path, method, Buffer.alloc(read + 1, "x"), { leaveOpen: true });
      assert.equal(status, 413, `${name}: ${text}`);
      assert.equal(type, "application/problem+json", name);
      const problem = JSON.parse(text);
      assert.equal(problem.type, "/problems/too-large", name);
      const number = most % 1024 ? String(most) : `${most / 1024} KiB`;
      assert.ok(problem.detail.includes(number), `${name} says how much it takes: ${problem.detail}`);
    }
  });

  test("is read where it is short enough", { timeout: 60_000 }, async () => {
    for (const { name, path, method } of operations) {
      const { status, text } = await pour(path, method, '{"nonsense":true}', { leaveOpen: false });
      assert.ok([400, 422].includes(status), `${name}: ${status} ${text}`);
      assert.notEqual(JSON.parse(text).type, "/problems/too-large", name);
    }
  });
});
