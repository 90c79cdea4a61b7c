// What is sent: the same figures as the step "sizes" of `npm test`, which holds the limits.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { targetDir, wasmTarget } from "../lib/paths.mjs";
import { limits, measureSizes } from "../sizes.mjs";

export const title = "Bytes";

/** @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure() {
  const { firstLoad, worker } = measureSizes();
  const figures = (/** @type {string} */ name, /** @type {import("../sizes.mjs").Size} */ size, /** @type {Record<string, number>} */ most) =>
    ["raw", "gzip", "brotli"].map((form) => ({ name: `${name}, ${form}`, unit: "KB", value: size[/** @type {"raw"} */ (form)] / 1000, goal: most[form] }));
  return [
    ...figures("page, first load", firstLoad, { brotli: limits.firstLoadBrotli / 1000 }),
    ...figures("Worker", worker, { gzip: limits.workerGzip / 1000 }),
    ...providers(),
  ];
}

/** The table of providers as the Worker and the plan carry it: the newest that the build made. @returns {import("../lib/figures.mjs").Figure[]} */
function providers() {
  const build = join(targetDir(), wasmTarget, "release", "build");
  const tables = readdirSync(build, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("providers.bin"));
  const [newest] = tables.map((name) => join(build, name)).sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (!newest) return [];
  const table = readFileSync(newest);
  return [
    { name: "table of providers, raw", unit: "KB", value: table.length / 1000 },
    { name: "table of providers, gzip", unit: "KB", value: gzipSync(table).length / 1000 },
  ];
}
