// Recordings of every scenario, and the reports that were made of them when they were made: they replay to the same reports, but for
// what is called otherwise since (tests/fixtures/renamed-keys.json).
//
// Where a judgement changes on purpose, look at the difference and write the reports anew:
// `UPDATE_REPORTS=1 node --test tests/recordings.test.mjs`. The recordings themselves stay.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";

import { nativeBinary, root } from "../tools/lib/paths.mjs";
import { cargo } from "../tools/lib/rust.mjs";

const run = promisify(execFile);
const file = join(root, "tests", "fixtures", "reports.json.gz");
const { values, areas } = JSON.parse(readFileSync(join(root, "tests", "fixtures", "renamed-keys.json"), "utf8"));
/** @type {Record<string, { recording: unknown, report: any }>} */
const kept = JSON.parse(gunzipSync(readFileSync(file)).toString());
const program = nativeBinary("launch-ready");
const folder = mkdtempSync(join(tmpdir(), "launch-ready-recordings-"));

before(async () => {
  if (!existsSync(program)) await cargo(["build", "-p", "launch-ready"]);
});
after(() => rmSync(folder, { recursive: true }));

/** A report of before in the names of now. @param {any} value @returns {any} */
function renamed(value) {
  if (Array.isArray(value)) return value.map(renamed);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, values[key]?.[/** @type {string} */ (inner)] ?? renamed(inner)]);
  const object = Object.fromEntries(entries);
  if ("area" in object && object.check in areas) object.area = areas[object.check];
  return object;
}

/** What is different, as short as it can be said. @param {any} before @param {any} now */
function difference(before, now) {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]));
  const checks = before.findings.filter((/** @type {any} */ finding, /** @type {number} */ at) => JSON.stringify(finding) !== JSON.stringify(now.findings[at]));
  return `${keys.join(", ")}: ${checks.map((/** @type {any} */ finding) => finding.check).join(", ")}`;
}

test("every recording replays to the report of before", { timeout: 300_000 }, async () => {
  const different = [];
  for (const [domain, { recording, report }] of Object.entries(kept)) {
    const path = join(folder, `${domain}.json`);
    writeFileSync(path, JSON.stringify(recording));
    // Its exit code is the verdict's.
    const { stdout } = await run(program, ["check", "--replay", path, "--json"], { maxBuffer: 10_000_000 }).catch((error) => error);
    const now = JSON.parse(stdout);
    const then = renamed(report);
    if (JSON.stringify(then) !== JSON.stringify(now)) different.push(`${domain}: ${difference(then, now)}`);
    if (process.env.UPDATE_REPORTS) kept[domain].report = now;
  }
  if (process.env.UPDATE_REPORTS) writeFileSync(file, gzipSync(JSON.stringify(kept), { level: 9 }));
  else assert.deepEqual(different, []);
  assert.ok(Object.keys(kept).length > 150);
});
