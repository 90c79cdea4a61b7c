// What Lighthouse says about the built page, served by workerd: its mobile preset, every category. It is installed for this
// bench alone, below build/: it is larger than everything that the project itself needs.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ensureChromium, chromiumArgs } from "../lib/chromium.mjs";
import { buildDir } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";

export const title = "The page, by Lighthouse (mobile)";

/** The last version that runs on Node 20. */
const LIGHTHOUSE = "lighthouse@12.8.2";
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ folder, stack: start }) {
  const home = join(buildDir, "bench", "lighthouse");
  const program = join(home, "node_modules", "lighthouse", "cli", "index.js");
  if (!existsSync(program)) await run("npm", ["install", "--prefix", home, "--no-save", "--ignore-scripts", LIGHTHOUSE], { minutes: 5 });
  const chromium = await ensureChromium();
  const stack = await start();
  const out = join(folder, "lighthouse.json");
  const flags = chromiumArgs.filter((flag) => flag !== "--headless").concat("--headless=new").join(" ");
  const args = [program, stack.url, "--quiet", "--output=json", `--output-path=${out}`, `--only-categories=${CATEGORIES}`, `--chrome-flags=${flags}`];
  await run(process.execPath, args, { minutes: 5, env: { CHROME_PATH: chromium } });
  const { categories, audits } = JSON.parse(readFileSync(out, "utf8"));
  const scores = CATEGORIES.map((id) => {
    const { score, auditRefs, title } = categories[id];
    const lost = auditRefs.filter((/** @type {any} */ ref) => ref.weight > 0 && audits[ref.id].score !== null && audits[ref.id].score < 0.995);
    const note = lost.map((/** @type {any} */ ref) => `${ref.id} ${audits[ref.id].displayValue ?? audits[ref.id].score}`).join("; ");
    // Goals are upper bounds here: what is missing to 100 should be nothing.
    return { name: `${title}: missing to 100`, unit: "", value: Math.round(100 - score * 100), goal: 0, note: note || undefined };
  });
  return [...scores, { name: "Cumulative layout shift", unit: "", value: audits["cumulative-layout-shift"].numericValue, goal: 0 }];
}
