// Feeds the parsers what nobody would write: `npm run fuzz`. Each target of fuzz/ runs for a bounded time, 20 seconds unless
// `--seconds N` says otherwise; `npm run fuzz -- spf dkim` runs the targets whose names contain one of the words. The exit
// code is not zero if any input made one fail; the input is kept, and its place printed. Not part of `npm test`.
//
// The targets are built as cargo-fuzz builds them, with the nightly compiler and the flags below, but without its address
// sanitizer: the parsers hold no unsafe code, so what can go wrong is a panic, a wrong span, or endless work. What was
// learnt stays in build/fuzz/ for the next time.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { buildDir, root, targetDir } from "./lib/paths.mjs";
import { exitOnSignals, run } from "./lib/run.mjs";
import { cargo } from "./lib/rust.mjs";
import { step } from "./lib/steps.mjs";

const SECONDS = 20;
/** Longer than any TXT record that is met, shorter than what only repeats itself. */
const MAX_LENGTH = 4096;
/** One input may not take longer, in seconds. */
const TIMEOUT = 10;
/** Records from the wild to begin with, one a line, where the folder stands beside the repository. */
const WILD = { spf: "spf.txt", dkim: "dkim.txt", dmarc: "dmarc.txt", mta_sts: "mta-sts.txt", tls_rpt: "tlsrpt.txt" };

/** Counters at every edge and comparison, which is how libFuzzer sees where an input went. */
const flags = [
  "-Cpasses=sancov-module",
  ...["level=4", "inline-8bit-counters", "pc-table", "trace-compares"].map((what) => `-Cllvm-args=-sanitizer-coverage-${what}`),
  "-Cllvm-args=-simplifycfg-branch-fold-threshold=0",
  "-Ccodegen-units=1",
  "--cfg=fuzzing",
];

/** @returns {string} the triple of this machine, as the nightly compiler names it */
function host() {
  const rustc = spawnSync("rustup", ["run", "nightly", "rustc", "-vV"], { encoding: "utf8", timeout: 60_000 });
  const triple = /^host: (.+)$/m.exec(rustc.stdout ?? "")?.[1];
  if (!triple) throw new Error("Fuzzing needs the nightly compiler: rustup toolchain install nightly --profile minimal");
  return triple;
}

/** @param {string} target @param {string} folder @returns {boolean} whether there are any */
function writeSeeds(target, folder) {
  if (target === "certificate") {
    const pems = join(root, "crates", "core", "tests", "fixtures", "certificates");
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(pems)) {
      const base64 = readFileSync(join(pems, name), "utf8").replace(/-----.*-----/g, "");
      writeFileSync(join(folder, name), Buffer.from(base64, "base64"));
    }
    return true;
  }
  const file = join(root, "..", "shared", "corpus", WILD[/** @type {keyof typeof WILD} */ (target)] ?? "");
  mkdirSync(folder, { recursive: true });
  if (!(target in WILD) || !existsSync(file)) return false;
  const records = readFileSync(file, "latin1").split("\n").filter(Boolean);
  records.forEach((record, index) => writeFileSync(join(folder, String(index)), record, "latin1"));
  return true;
}

async function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { seconds: { type: "string" } } });
  const seconds = Number(values.seconds ?? SECONDS);
  if (!Number.isInteger(seconds) || seconds < 1) throw new Error("--seconds takes a number of seconds, such as 20.");
  const manifest = join(root, "fuzz", "Cargo.toml");
  const all = [...readFileSync(manifest, "utf8").matchAll(/^\[\[bin\]\]\s+name = "(\w+)"/gm)].map(([, name]) => name);
  const chosen = all.filter((name) => !positionals.length || positionals.some((word) => name.includes(word)));
  if (!chosen.length) throw new Error(`There is no such target. There are ${all.join(", ")}.`);

  const triple = host();
  const target = join(targetDir(), "fuzz");
  await step("fuzz targets (nightly)", (detail) =>
    // Through rustup: RUSTUP_TOOLCHAIN goes before rust-toolchain.toml.
    cargo(["build", "--release", "--locked", "--manifest-path", manifest, "--target", triple, "--target-dir", target, ...chosen.flatMap((name) => ["--bin", name])], detail, {
      env: { RUSTUP_TOOLCHAIN: "nightly", CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f"), CARGO_TERM_COLOR: "never", CARGO_TERM_PROGRESS_WHEN: "never" },
    }),
  );

  /** @type {{ name: string, runs: number, failure?: string, note: string }[]} */
  const results = [];
  for (const name of chosen) {
    const [learnt, seeds, crashes] = ["learnt", "seeds", "crashes"].map((folder) => join(buildDir, "fuzz", name, folder));
    for (const folder of [learnt, crashes]) mkdirSync(folder, { recursive: true });
    const note = writeSeeds(name, seeds) || !(name in WILD) ? "" : `without records from the wild: ../shared/corpus/${WILD[/** @type {keyof typeof WILD} */ (name)]} is absent`;
    const args = [`-max_total_time=${seconds}`, `-max_len=${MAX_LENGTH}`, `-timeout=${TIMEOUT}`, `-artifact_prefix=${crashes}/`, "-print_final_stats=1", learnt, seeds];
    let output = "";
    let failure;
    await step(`fuzzing ${name}`, async (detail) => {
      // Ample: reading what was learnt does not count as time, and a busy machine is slow.
      const options = { minutes: seconds / 30 + 5, onLine: (/** @type {string} */ line) => detail(/^#\d+.*?exec\/s: \d+/.exec(line)?.[0] ?? "") };
      output = await run(join(target, triple, "release", name), args, options);
    }).catch((error) => {
      output = error.output ?? error.message;
      failure = output.split("\n").slice(-40).join("\n");
    });
    const counted = /number_of_executed_units: (\d+)/.exec(output)?.[1] ?? [...output.matchAll(/^#(\d+)\t/gm)].at(-1)?.[1];
    results.push({ name, runs: Number(counted ?? 0), failure, note });
  }

  console.log();
  for (const { name, runs, failure, note } of results) {
    console.log(`  ${name.padEnd(12)}${runs.toLocaleString("en").padStart(14)} runs  ${failure ? "✗ failed" : "✓ no failure"}${note && `  (${note})`}`);
  }
  const failed = results.filter(({ failure }) => failure);
  for (const { name, failure } of failed) {
    const inputs = readdirSync(join(buildDir, "fuzz", name, "crashes")).map((file) => join("build", "fuzz", name, "crashes", file));
    console.error(`\n${name}:\n${failure}\nInputs that failed, from this time and before: ${inputs.join(", ") || "none"}`);
  }
  return failed.length ? 1 : 0;
}

exitOnSignals();
try {
  process.exit(await main());
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
