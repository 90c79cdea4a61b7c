// What is sent, beside its goal: `node tools/sizes.mjs`, and a step of `npm test`. Exit code 1 if something is too large.
//
// The first load is what the browser fetches before the page is alive: the HTML and what it names. Brotli is at its
// best level, gzip at its best; the edge may choose lower ones, so these are for comparing, with margin in the goals.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { dist, workerDir } from "./lib/paths.mjs";

/** Goals in bytes; 1 KB is 1000 bytes. */
export const goals = { firstLoadBrotli: 110_000, workerGzip: 400_000, frontGzip: 230_000, papersGzip: 300_000, planBrotli: 340_000 };

/**
 * What must not be passed. The first load holds its goal. The Worker misses its own (ARCHITECTURE.md, "The Worker's size",
 * says by how much and why): this keeps it from growing.
 */
export const limits = { firstLoadBrotli: goals.firstLoadBrotli, workerGzip: 508_000 };

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
 * @property {Size} front
 * @property {Size} papers
 * @property {string[]} over sentences about what is over its limit
 */

/** @returns {Sizes} */
export function measureSizes() {
  if (!existsSync(join(dist, "index.html")) || !existsSync(join(workerDir, "index.js"))) {
    throw new Error("Nothing is built to be measured: run `npm run build` first.");
  }
  const html = readFileSync(join(dist, "index.html"), "utf8");
  const named = [...new Set(html.match(/\/assets\/[\w.-]+/g) ?? [])].map((address) => address.slice(1));
  const page = ["index.html", ...named].map((name) => sizeOf(dist, name));
  const uploaded = readdirSync(workerDir).sort();
  // The others are loaded with the first request for what only they know, and by nothing else.
  const moduleOf = (/** @type {string} */ name) => name.split(/[._]/, 1)[0];
  const filesOf = (/** @type {string} */ module) => uploaded.filter((name) => moduleOf(name) === module).map((name) => sizeOf(workerDir, name, "worker/"));
  const [worker, frontFiles, papersFiles] = ["index", "front", "papers"].map(filesOf);
  // Loaded by the page when somebody opens the plan.
  const planFiles = readdirSync(join(dist, "assets")).filter((name) => name.startsWith("plan.")).map((name) => sizeOf(dist, `assets/${name}`));
  const firstLoad = sum("page, first load", page);
  const all = sum("Worker", worker);
  const front = sum("Worker, front on demand", frontFiles);
  const papers = sum("Worker, papers on demand", papersFiles);
  const plan = sum("page, plan on demand", planFiles);
  const over = [];
  if (firstLoad.brotli > limits.firstLoadBrotli) over.push(tooLarge(firstLoad.name, "brotli", firstLoad.brotli, limits.firstLoadBrotli));
  if (all.gzip > limits.workerGzip) over.push(tooLarge(all.name, "gzip", all.gzip, limits.workerGzip));
  if (front.gzip > goals.frontGzip) over.push(tooLarge(front.name, "gzip", front.gzip, goals.frontGzip));
  if (papers.gzip > goals.papersGzip) over.push(tooLarge(papers.name, "gzip", papers.gzip, goals.papersGzip));
  if (plan.brotli > goals.planBrotli) over.push(tooLarge(plan.name, "brotli", plan.brotli, goals.planBrotli));
  return { files: [...page, ...planFiles, ...worker, ...frontFiles, ...papersFiles], firstLoad, plan, worker: all, front, papers, over };
}

/** @param {Sizes} sizes @returns {string} */
export function sizesTable({ files, firstLoad, plan, worker, front, papers }) {
  const row = (/** @type {string[]} */ [name, ...cells]) => `  ${name.padEnd(36)}${cells.map((cell) => cell.padStart(9)).join("")}`;
  const line = (/** @type {Size} */ { name, raw, gzip, brotli }, goal = "") =>
    row([name.replace("assets/", ""), kb(raw), kb(gzip), kb(brotli)]) + goal;
  return [
    row(["KB", "raw", "gzip", "brotli"]),
    ...files.map((size) => line(size)),
    line(firstLoad, `  goal: brotli ≤ ${kb(goals.firstLoadBrotli)}`),
    line(plan, `  goal: brotli ≤ ${kb(goals.planBrotli)}`),
    line(worker, `  goal: gzip ≤ ${kb(goals.workerGzip)}, limit ≤ ${kb(limits.workerGzip)}`),
    line(front, `  goal: gzip ≤ ${kb(goals.frontGzip)}`),
    line(papers, `  goal: gzip ≤ ${kb(goals.papersGzip)}`),
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
