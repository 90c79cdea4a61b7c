// What is sent, beside its limit: `node tools/sizes.mjs`, and a step of `npm test`. Exit code 1 if something is too large.
//
// The first load is what the browser fetches before the page is alive: the HTML and what it names. Brotli is at its
// best level, gzip at its best; the edge may choose lower ones, so these are for comparing, with margin in the limits.
//
// And nothing that is sent names a path of the machine that built it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { ownPathsIn } from "./lib/own-paths.mjs";
import { dist, workerDir } from "./lib/paths.mjs";

/**
 * What must not be passed, in bytes; 1 KB is 1000 bytes. The first load is what visitors wait for, and the plan what they wait for at a click.
 * The Worker no visitor downloads, and the platform takes 64 MiB of it, uncompressed: it had a goal, which kept checks' words short rather than
 * anybody's wait. So its limit is far above what it weighs: nothing heavy comes in unseen, that is all.
 */
export const limits = { firstLoadBrotli: 110_000, planBrotli: 520_000, workerGzip: 1_500_000 };

/**
 * @typedef {object} Size
 * @property {string} name
 * @property {number} raw
 * @property {number} gzip
 * @property {number} brotli
 */

/**
 * @typedef {object} Sizes
 * @property {Size[]} files
 * @property {Size} firstLoad
 * @property {Size} plan
 * @property {Size} worker
 * @property {string[]} over sentences about what is over its limit, or should not be in there
 */

/** @returns {Sizes} */
export function measureSizes() {
  if (!existsSync(join(dist, "index.html")) || !existsSync(join(workerDir, "index.js"))) {
    throw new Error("Nothing is built to be measured: run `npm run build` first.");
  }
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...new Set(html.match(/\/assets\/[\w.-]+/g) ?? [])].map((address) => address.slice(1));
  const page = ["index.html", ...named].map((name) => sizeOf(dist, name));
  const workerFiles = readdirSync(workerDir).sort().map((name) => sizeOf(workerDir, name, "worker/"));
  // Loaded by the page when somebody opens the plan.
  const planFiles = readdirSync(join(dist, "assets")).filter((name) => name.startsWith("plan.")).map((name) => sizeOf(dist, `assets/${name}`));
  const firstLoad = sum("page, first load", page);
  const worker = sum("Worker", workerFiles);
  const plan = sum("page, plan on demand", planFiles);
  const over = [dist, workerDir].flatMap(ownPathsIn);
  if (firstLoad.brotli > limits.firstLoadBrotli) over.push(tooLarge(firstLoad.name, "brotli", firstLoad.brotli, limits.firstLoadBrotli));
  if (plan.brotli > limits.planBrotli) over.push(tooLarge(plan.name, "brotli", plan.brotli, limits.planBrotli));
  if (worker.gzip > limits.workerGzip) over.push(tooLarge(worker.name, "gzip", worker.gzip, limits.workerGzip));
  return { files: [...page, ...planFiles, ...workerFiles], firstLoad, plan, worker, over };
}

/** @param {Sizes} sizes @returns {string} */
export function sizesTable({ files, firstLoad, plan, worker }) {
  const row = (/** @type {string[]} */ [name, ...cells]) => `  ${name.padEnd(36)}${cells.map((cell) => cell.padStart(9)).join("")}`;
  const line = (/** @type {Size} */ { name, raw, gzip, brotli }, limit = "") =>
    row([name.replace("assets/", ""), kb(raw), kb(gzip), kb(brotli)]) + limit;
  return [
    row(["KB", "raw", "gzip", "brotli"]),
    ...files.map((size) => line(size)),
    line(firstLoad, `  limit: brotli ≤ ${kb(limits.firstLoadBrotli)}`),
    line(plan, `  limit: brotli ≤ ${kb(limits.planBrotli)}`),
    line(worker, `  limit: gzip ≤ ${kb(limits.workerGzip)}`),
  ].join("\n");
}

/** @param {string} folder @param {string} name @param {string} [prefix] @returns {Size} */
function sizeOf(folder, name, prefix = "") {
  const content = readFileSync(join(folder, name));
  return {
    name: prefix + name,
    raw: content.length,
    gzip: gzipSync(content, { level: 9 }).length,
    brotli: brotliCompressSync(content).length,
  };
}

/** @param {string} name @param {Size[]} sizes @returns {Size} */
function sum(name, sizes) {
  const total = (/** @type {"raw" | "gzip" | "brotli"} */ key) => sizes.reduce((bytes, size) => bytes + size[key], 0);
  return { name, raw: total("raw"), gzip: total("gzip"), brotli: total("brotli") };
}

/** @param {number} bytes */
function kb(bytes) {
  return (bytes / 1000).toFixed(1);
}

/** @param {string} name @param {string} how @param {number} bytes @param {number} limit */
function tooLarge(name, how, bytes, limit) {
  return `The ${name} is ${bytes} bytes with ${how}, ${bytes - limit} over its limit of ${limit}.`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const sizes = measureSizes();
    console.log(sizesTable(sizes));
    for (const sentence of sizes.over) console.error(sentence);
    process.exitCode = sizes.over.length ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
