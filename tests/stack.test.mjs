// The stack that tests, benches and `npm start` run on: what it promises when things go wrong.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, test } from "node:test";

import { root } from "../tools/lib/paths.mjs";
import { startStack } from "../tools/stack.mjs";

describe("the stack", () => {
  test("leaves nothing behind when whoever started it is killed", { timeout: 60_000, skip: process.platform !== "linux" }, async () => {
    const stackModule = pathToFileURL(join(root, "tools", "stack.mjs")).href;
    const script = `
      const { startStack } = await import(${JSON.stringify(stackModule)});
      const { url, lab } = await startStack();
      console.log(JSON.stringify([new URL(url).host, lab.http, lab.dns]));
      setInterval(() => {}, 1000);`;
    // A file, as in `npm start`: flags for a script on the command line would be handed on to Miniflare's own threads.
    const folder = mkdtempSync(join(tmpdir(), "launch-ready-stack-"));
    const file = join(folder, "start.mjs");
    writeFileSync(file, script);
    const parent = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
    const [line] = await Promise.race([
      new Promise((resolve) => parent.stdout.once("data", (chunk) => resolve([String(chunk)]))),
      new Promise((_, reject) => parent.once("exit", () => reject(new Error("it did not start")))),
    ]);
    const addresses = JSON.parse(line);
    for (const address of addresses) assert.equal(await listens(address), true, `${address} before`);
    parent.kill("SIGKILL");
    for (const address of addresses) {
      // The system takes a moment to notice; the test's timeout bounds it.
      while (await listens(address)) await sleep(50);
    }
    rmSync(folder, { recursive: true, force: true });
  });

  test("says of names outside of the lab that they could not be reached, where there is no network", { timeout: 60_000 }, async () => {
    const stack = await startStack({ lab: { forward: true } });
    try {
      const report = await (await fetch(`${stack.url}/api/v1/report?domain=example.com`)).json();
      const address = report.findings.find(({ check }) => check === "apex-address");
      // With a network this is the real domain's report, without one there is none: but never a fault of the domain's.
      assert.ok(["resolves", "not-measured"].includes(address.outcome), address.outcome);
      if (address.outcome === "not-measured") {
        assert.equal(report.verdict.decision, "no-verdict");
        assert.deepEqual(report.risks, []);
        assert.match(address.detail, /the resolvers that we ask failed/);
      }
    } finally {
      await stack.stop();
    }
  });
});

/** @param {string} address @returns {Promise<boolean>} */
function listens(address) {
  const [host, port] = address.split(":");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) });
    socket.once("connect", () => resolve(true) ?? socket.destroy());
    socket.once("error", () => resolve(false));
  });
}
