// One recording, one report: the core in WebAssembly, as the Worker and the page run it, says the same bytes as the core on
// this machine, and both say what was said when the recording was made.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { loadReplay, record, replayNatively, runCheck } from "../tools/lib/replay.mjs";
import { startLab } from "../tools/stack.mjs";

/** Everything fine, everything wrong, everything strange; failures of DNS, of TLS and of connections. */
const domains = ["healthy.lab", "broken.lab", "hostile.lab", "second-resolver.lab", "servfail.lab", "bad-cert.lab", "unreachable.lab", "www-loop.lab"];

describe("a recording", () => {
  /** @type {import("../tools/stack.mjs").Lab} */
  let lab;
  /** @type {(recording: string) => string} */
  let replayInWebAssembly;
  const folder = mkdtempSync(join(tmpdir(), "launch-ready-replay-"));
  before(async () => ([lab, replayInWebAssembly] = await Promise.all([startLab(), loadReplay()])));
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await lab?.stop();
  });

  for (const domain of domains) {
    test(`of ${domain} replays to the same bytes natively and in WebAssembly`, { timeout: 60_000 }, async () => {
      const file = join(folder, `${domain}.json`);
      const live = await record(lab, domain, file);
      const natively = await replayNatively(file);
      assert.equal(replayInWebAssembly(readFileSync(file, "utf8")), natively);
      const report = JSON.parse(natively);
      assert.equal(report.domain, domain);
      assert.deepEqual(report, live, "and to the report of the scan itself");
      assert.deepEqual(JSON.parse(await runCheck(["--replay", file, "--json"])), live, "which the command line gives again, too");
    });
  }

  test("that is none is refused in words, by both", async () => {
    assert.throws(() => replayInWebAssembly("{}"), /missing field/);
    await assert.rejects(replayNatively(join(folder, "nothing.json")), /nothing\.json: No such file/);
  });
});
