// Measures what has a goal: `npm run bench`. Figures stand beside their goals; nothing fails here, because how fast a
// machine is decides no test. `npm run bench -- scan cpu` runs the benches whose file names contain one of the words, `--json`
// prints one document instead of a table, `--runs N` measures so many times.
//
// Each file of tools/bench/ is one bench: it exports `title` and `measure(context)`, which gives figures.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { build } from "./build.mjs";
import { quantile } from "./lib/figures.mjs";
import { root } from "./lib/paths.mjs";
import { exitOnSignals } from "./lib/run.mjs";
import { cargo } from "./lib/rust.mjs";
import { step } from "./lib/steps.mjs";

/** What runs on this machine. */
const natives = ["launch-ready", "launch-ready-lab", "launch-ready-replay"];

/** Enough for a median that stays where it is from run to run. */
const RUNS = 15;

/**
 * @typedef {import("./lib/figures.mjs").Figure} Figure
 *
 * @typedef {object} Context
 * @property {number} runs how often to measure, after the warm-up
 * @property {string} folder for files; gone afterwards
 * @property {() => Promise<import("./stack.mjs").Stack>} stack the built Worker and the lab, started once
 *
 * @typedef {object} Bench
 * @property {string} title
 * @property {(context: Context) => Promise<Figure[]>} measure
 */

/** @param {number} value @param {string} unit */
function shown(value, unit) {
  const digits = unit === "×" ? 3 : Number.isInteger(value) ? 0 : value < 100 ? 2 : 1;
  return `${value.toFixed(digits)}${unit === "×" || unit === "" ? unit : ` ${unit}`}`;
}

/** @param {string} title @param {Figure[]} figures */
function print(title, figures) {
  console.log(`\n${title}`);
  for (const { name, unit, value, goal, samples, note } of figures) {
    const spread = samples && samples.length > 1 ? `${shown(quantile(samples, 0.1), unit)} … ${shown(quantile(samples, 0.9), unit)}` : "";
    const beside = goal === undefined ? "" : `${value <= goal ? "✓" : "✗"} goal: ≤ ${shown(goal, unit)}`;
    console.log(`  ${name.padEnd(46)}${shown(value, unit).padStart(12)}  ${spread.padEnd(24)}${beside}`.trimEnd());
    if (note) console.log(`    ${note}`);
  }
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: "boolean" }, runs: { type: "string" } } });
  const runs = Number(values.runs ?? RUNS);
  if (!Number.isInteger(runs) || runs < 1) throw new Error("--runs takes a number of measurements, such as 15.");
  const files = readdirSync(join(root, "tools", "bench")).filter((file) => file.endsWith(".mjs")).sort();
  const chosen = files.filter((file) => !positionals.length || positionals.some((word) => file.includes(word)));
  if (!chosen.length) throw new Error(`There is no such bench. There are ${files.map((file) => file.replace(".mjs", "")).join(", ")}.`);

  // The document alone goes to the standard output.
  const write = console.log;
  if (values.json) process.stdout.write = process.stderr.write.bind(process.stderr);
  await build({ replay: true });
  // What is compared with a goal is built as it is shipped; and what takes its time beside it must take little.
  await step("command line, lab and replay (native, release)", (detail) =>
    cargo(["build", "--release", ...natives.flatMap((name) => ["-p", name]), "--bins", "--examples"], detail),
  );

  const folder = mkdtempSync(join(tmpdir(), "launch-ready-bench-"));
  /** @type {Promise<import("./stack.mjs").Stack> | undefined} */
  let started;
  const stack = () => (started ??= import("./stack.mjs").then(({ startStack }) => startStack({ lab: { profile: "release" } })));
  /** @type {Record<string, { title: string, figures: Figure[] }>} */
  const results = {};
  try {
    for (const file of chosen) {
      /** @type {Bench} */
      const bench = await import(new URL(`./bench/${file}`, import.meta.url).href);
      const figures = await bench.measure({ runs, folder, stack });
      results[file.replace(".mjs", "")] = { title: bench.title, figures };
      print(bench.title, figures);
    }
    console.log("\nMedians; beside them the range of the middle 80 %. What ran first, to warm up, is not counted.");
  } finally {
    await started?.then(({ stop }) => stop()).catch(() => {});
    rmSync(folder, { recursive: true, force: true });
  }
  if (values.json) {
    delete (/** @type {any} */ (process.stdout).write);
    write(JSON.stringify({ machine: { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version }, runs, benches: results }, null, 2));
  }
}

if (process.argv[1] === join(root, "tools", "bench.mjs")) {
  exitOnSignals();
  try {
    await main();
    process.exit();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
