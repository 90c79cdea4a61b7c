// How long it takes to read one SPF, DMARC or DKIM record from the wild, spans and issues included, beside mail-auth in the
// same run and built the same way. The two take turns, so that what else the machine does meets both; the ratio is of the
// two measurements of one turn.
//
// The records stand beside the repository, in ../shared/corpus: one record a line.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import { figure } from "../lib/figures.mjs";
import { nativeBinary, root, targetDir } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { cargo } from "../lib/rust.mjs";
import { step } from "../lib/steps.mjs";

export const title = "Reading one record";

/** What mail-auth takes; more would be slower. */
const GOAL = 1;
/** A turn takes milliseconds, so that there can be many. */
const TURNS = 20;
const KINDS = ["spf", "dmarc", "dkim"];

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ runs }) {
  const folder = join(root, "..", "shared", "corpus");
  const absent = KINDS.map((kind) => join(folder, `${kind}.txt`)).filter((file) => !existsSync(file));
  if (absent.length) {
    console.error(`\nNOT MEASURED: how long it takes to read one record. Absent: ${absent.join(", ")}`);
    return [];
  }
  const manifest = join(root, "tools", "bench", "parse", "Cargo.toml");
  const target = join(targetDir(), "bench-parse");
  await step("parsers beside mail-auth (native, release)", (detail) =>
    cargo(["build", "--release", "--locked", "--manifest-path", manifest, "--target-dir", target], detail),
  );
  const printed = await run(join(target, "release", basename(nativeBinary("launch-ready-bench-parse"))), [folder, String(runs * TURNS)], { minutes: 5 });
  /** @type {Record<string, { records: number, ours: number[], theirs: number[] }>} */
  const results = JSON.parse(printed);
  return KINDS.flatMap((kind) => {
    const { records, ours, theirs } = results[kind];
    const name = kind.toUpperCase();
    const ratios = ours.map((ns, turn) => ns / theirs[turn]);
    return [
      figure(`${name}, ours`, "ns", ours, { note: `${records} records` }),
      figure(`${name}, mail-auth 0.13`, "ns", theirs),
      figure(`${name}, ours to mail-auth`, "×", ratios, { goal: GOAL }),
    ];
  });
}
