// How long a redirect map takes from text to answer, with the rules of every format: as many lines as are read, and half of them.
// Twice the lines should take twice the time, whatever shape the list has. Nothing in it waits, so that time is CPU time.

import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { figure } from "../lib/figures.mjs";
import { nativeExample } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";

export const title = "A redirect map, natively";

/** Twice the lines, and a tenth for what grows a little faster: looking up among more. */
const GOAL = 2.2;
/** `redirect_map::MAX_LINES`. */
const LINES = 10_000;
const WARM_UP = 3;

/** @type {Record<string, (n: number, lines: number) => string>} */
const SHAPES = {
  plain: (n) => `/old/page-${n}.html,/new/page-${n}`,
  chain: (n) => `/page-${n},/page-${n + 1}`,
  circle: (n, lines) => `/page-${n},/page-${(n + 1) % lines}`,
  star: (n) => `/page-${n},/new`,
  duplicates: () => "/old/page.html,/new/page",
  escaped: (n) => `/old/(page)-${n}&%c3%bc.html?x=${n},/new/page-${n}#a`,
  quoted: (n) => `"/old/page-${n}","/new/page-${n}","a note, with ""marks"`,
  "_redirects": (n) => (n < 50 ? `/old-${n}/* /new-${n}/:splat 301` : `/old/page-${n} /new/page-${n} 302`),
  nginx: (n) => `~^/old/page-${n}$ /new/page-${n};`,
  Apache: (n) => `RewriteRule ^old/page-${n}\\.html$ /new/page-${n} [R=301,L]`,
};

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ runs, folder }) {
  const figures = [];
  for (const [shape, line] of Object.entries(SHAPES)) {
    const [half, whole] = [LINES / 2, LINES].map((lines) => {
      const file = join(folder, `redirects-${shape}-${lines}.csv`);
      writeFileSync(file, Array.from({ length: lines }, (_, n) => `${line(n, lines)}\n`).join(""));
      return { lines, file, ms: /** @type {number[]} */ ([]) };
    });
    // The two take turns, so that what else the machine does meets both; the ratio is of the two of one turn.
    for (let turn = 0; turn < runs; turn++) {
      for (const { file, ms } of [half, whole]) {
        const printed = await run(nativeExample("launch-ready-replay", "release"), ["redirects", String(WARM_UP + 1), file], { minutes: 5 });
        ms.push(JSON.parse(printed)[WARM_UP] / 1000);
      }
    }
    for (const { lines, ms } of [half, whole]) figures.push(figure(`${shape}, ${lines.toLocaleString("en")} lines`, "ms", ms));
    const ratios = whole.ms.map((ms, turn) => ms / half.ms[turn]);
    figures.push(figure(`${shape}, twice the lines`, "×", ratios, { goal: GOAL }));
  }
  return figures;
}
