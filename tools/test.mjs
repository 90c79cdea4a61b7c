// Runs everything: `npm test`. Every step runs even if one before it failed, as long as what it needs is there; the exit
// code is not zero if any failed. The tests run against the release artefacts, which are what ships.
//
// `npm test -- sizes e2e` runs the steps whose names contain one of the words.

import { rmSync } from "node:fs";
import { join } from "node:path";

import { build, nativeCrates, wasmCrates } from "./build.mjs";
import { ensureChromium } from "./lib/chromium.mjs";
import { staleLocks } from "./lib/locks.mjs";
import { packageProtocols } from "./lib/package.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { buildDir, root, wasmTarget } from "./lib/paths.mjs";
import { exitOnSignals, run } from "./lib/run.mjs";
import { cargo, ensureRust } from "./lib/rust.mjs";
import { ensureServers } from "./lib/servers.mjs";
import { seconds, step } from "./lib/steps.mjs";
import { measureSizes, sizesTable } from "./sizes.mjs";
import { wranglerEnv, wranglerProgram } from "./lib/wrangler.mjs";

const locked = process.env.CI ? ["--locked"] : [];
const denyWarnings = ["--", "-D", "warnings"];

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {(detail: import("./lib/steps.mjs").Detail) => Promise<unknown> | unknown} work
 * @property {boolean} [plain] it prints by itself: not one line, but its own
 * @property {string} [needs] the step without which it means nothing
 */

/** @type {Step[]} */
const steps = [
  { name: "format", work: () => cargo(["fmt", "--all", "--check"]) },
  {
    name: "locks of fuzz targets and benches",
    work: () => {
      const stale = staleLocks();
      if (stale.length) throw new Error(stale.join("\n"));
    },
  },
  {
    name: "clippy, native",
    work: (detail) => cargo(["clippy", ...locked, ...nativeCrates, "--all-targets", ...denyWarnings], detail),
  },
  {
    name: "tests, native",
    work: async (detail) => {
      const output = await cargo(["test", ...locked, ...nativeCrates], detail);
      const passed = [...output.matchAll(/^test result: ok\. (\d+) passed/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
      return `${passed} tests`;
    },
  },
  { name: "package of the protocols", work: packageProtocols },
  { name: "build", plain: true, work: () => build({ native: "all", replay: true }) },
  {
    name: "clippy, WebAssembly",
    // With the build's profile: the compiler plug-ins that it has built are used again, which saves half of the time.
    work: (detail) =>
      cargo(["clippy", ...locked, "--release", "--target", wasmTarget, ...wasmCrates.flatMap((name) => ["-p", name]), ...denyWarnings], detail),
  },
  {
    name: "sizes",
    needs: "build",
    plain: true,
    work: () => {
      const sizes = measureSizes();
      console.log(sizesTable(sizes));
      if (sizes.over.length) throw new Error(sizes.over.join("\n"));
    },
  },
  {
    name: "deploy, dry run",
    needs: "build",
    work: async () => {
      const outdir = join(buildDir, "deploy");
      rmSync(outdir, { recursive: true, force: true });
      const args = [wranglerProgram, "deploy", "--dry-run", "--outdir", outdir];
      await run(process.execPath, args, { minutes: 3, env: { ...wranglerEnv, CI: "true" } });
    },
  },
  { name: "Chromium", work: async (detail) => void (await ensureChromium(detail)) },
  { name: "nginx, Apache, Caddy and a name server's tools", work: (detail) => ensureServers(detail, ["nginx", "apache", "caddy", "checkzone"]) },
  {
    name: "tests from outside (e2e)",
    needs: "build",
    plain: true,
    work: async () => {
      // One file at a time: there are two cores, and a browser and workerd are already two.
      const args = ["--test", "--test-concurrency=1", "--test-timeout=600000", "--test-reporter=spec"];
      const { listFiles } = await import("./lib/stamp.mjs");
      const files = listFiles(join(root, "tests")).filter((file) => file.endsWith(".test.mjs"));
      if (files.length === 0) throw new Error("There are no tests/*.test.mjs.");
      await run(process.execPath, [...args, ...files], { minutes: 60, onLine: (line) => console.log(`  ${line}`) });
    },
  },
];

/** @param {string[]} words */
async function test(words) {
  await ensurePackages();
  await step("compiler", ensureRust);
  /** @type {{ name: string, failed: boolean, took: string, note: string }[]} */
  const results = [];
  for (const { name, work, plain, needs } of steps) {
    if (words.length && !words.some((word) => name.includes(word))) continue;
    const started = performance.now();
    const result = { name, failed: false, took: "", note: "" };
    results.push(result);
    try {
      if (needs && results.some((before) => before.name === needs && before.failed)) {
        throw new Error(`Left out: ${needs} failed.`);
      }
      if (plain) console.log(`  ${name}:`);
      const note = plain ? await work(() => {}) : await step(name, work);
      if (typeof note === "string" && note.length < 40) result.note = note;
    } catch (error) {
      result.failed = true;
      const message = error instanceof Error ? error.message : String(error);
      console.error(`\n✗ ${name}\n${plain && message.length > 4000 ? message.slice(0, message.indexOf("\n")) : message}\n`);
    }
    result.took = seconds(started);
  }

  console.log("\nSummary");
  for (const { name, failed, took, note } of results) console.log(`  ${failed ? "✗" : "✓"} ${name.padEnd(42)} ${took}  ${note}`);
  const failed = results.filter((result) => result.failed).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
  return failed;
}

exitOnSignals();
try {
  process.exit((await test(process.argv.slice(2))) ? 1 : 0);
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
