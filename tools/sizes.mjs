// What is sent, beside its goal: `node tools/sizes.mjs`, and a step of `npm test`. Exit code 1 if something is too large.
//
// The first load is what the browser fetches before the page is alive: the HTML and what it names. Brotli is at its
// best level, gzip at its best; the edge may choose lower ones, so these are for comparing, with margin in the goals.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { dist, workerDir } from "./lib/paths.mjs";

/** What must not be passed, in bytes; 1 KB is 1000 bytes. */
export const goals = { firstLoadBrotli: 110_000, workerGzip: 400_000 };

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
 * @property {Size} worker
 * @property {string[]} over sentences about what is over its goal
 */

/** @returns {Sizes} */
export function measureSizes() {
  if (!existsSync(join(dist, "index.html")) || !existsSync(join(workerDir, "index.js"))) {
    throw new Error("Nothing is built to be measured: run `npm run build` first.");
  }
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...new Set(html.match(/\/assets\/[\w.-]+/g) ?? [])].map((address) => address.slice(1));
  const page = ["index.html", ...named].map((name) => sizeOf(dist, name));
  const worker = readdirSync(workerDir).sort().map((name) => sizeOf(workerDir, name, "worker/"));
  const firstLoad = sum("page, first load", page);
  const all = sum("Worker", worker);
  const over = [];
  if (firstLoad.brotli > goals.firstLoadBrotli) over.push(tooLarge(firstLoad.name, "brotli", firstLoad.brotli, goals.firstLoadBrotli));
  if (all.gzip > goals.workerGzip) over.push(tooLarge(all.name, "gzip", all.gzip, goals.workerGzip));
  return { files: [...page, ...worker], firstLoad, worker: all, over };
}

/** @param {Sizes} sizes @returns {string} */
export function sizesTable({ files, firstLoad, worker }) {
  const row = (/** @type {string[]} */ [name, ...cells]) => `  ${name.padEnd(36)}${cells.map((cell) => cell.padStart(9)).join("")}`;
  const line = (/** @type {Size} */ { name, raw, gzip, brotli }, goal = "") =>
    row([name.replace("assets/", ""), kb(raw), kb(gzip), kb(brotli)]) + goal;
  return [
    row(["KB", "raw", "gzip", "brotli"]),
    ...files.map((size) => line(size)),
    line(firstLoad, `  goal: brotli ≤ ${kb(goals.firstLoadBrotli)}`),
    line(worker, `  goal: gzip ≤ ${kb(goals.workerGzip)}`),
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

/** @param {string} name @param {string} how @param {number} bytes @param {number} goal */
function tooLarge(name, how, bytes, goal) {
  return `The ${name} is ${bytes} bytes with ${how}, ${bytes - goal} over its goal of ${goal}.`;
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
