// What a scan computes: a recording is read, every check runs as in the scan, and the report is written, natively and in
// WebAssembly. Left out is the wire: decoding of DNS messages, the event stream, the runtime's fetches. Put on top is reading
// the recording, which is larger than what comes over the wire; so the figures are on the high side of the core's share.
//
// Nothing in a replay waits, so that time is CPU time; other programs on the same core make it longer, never shorter.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { figure } from "../lib/figures.mjs";
import { nativeExample } from "../lib/paths.mjs";
import { loadReplay, record } from "../lib/replay.mjs";
import { run } from "../lib/run.mjs";

export const title = "CPU of one scan";

/** The free plan gives a request 10 ms. */
const GOAL_MS = 8;
const WARM_UP = 50;
const ITERATIONS = 300;
/** The usual case, and the worst that a stranger does to us: half a megabyte of page, two hundred headers. */
const DOMAINS = ["stopwatch.lab", "hostile.lab"];

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ folder, stack: start }) {
  const { lab } = await start();
  if (!lab) throw new Error("There is no lab.");
  const replay = await loadReplay();
  const figures = [];
  for (const domain of DOMAINS) {
    const file = join(folder, `cpu-${domain}.json`);
    await record(lab, domain, file, { profile: "release" });
    const recording = readFileSync(file, "utf8");
    const kb = `recording of ${(recording.length / 1000).toFixed(0)} KB`;

    const printed = await run(nativeExample("launch-ready-replay", "release"), ["time", String(WARM_UP + ITERATIONS), file], { minutes: 5 });
    const natively = JSON.parse(printed).slice(WARM_UP).map((/** @type {number} */ us) => us / 1000);
    figures.push(figure(`${domain}, natively`, "ms", natively, { goal: GOAL_MS, note: kb }));

    const first = performance.now();
    replay(recording);
    const cold = performance.now() - first;
    /** @type {number[]} */
    const inWebAssembly = [];
    for (let n = 0; n < WARM_UP + ITERATIONS; n++) {
      const began = performance.now();
      replay(recording);
      if (n >= WARM_UP) inWebAssembly.push(performance.now() - began);
    }
    figures.push(figure(`${domain}, in WebAssembly`, "ms", inWebAssembly, { goal: GOAL_MS, note: `the very first one took ${cold.toFixed(1)} ms` }));
  }
  return figures;
}
