// What a scan computes, by the size of the home page: the recording of a healthy domain, with other pages put into it. Natively and in
// WebAssembly, as in the bench of whole scans; the whole scan is timed, because that is what the goal is about.
//
// Twice the page may take 2.1 times as long. What is compared is the page's own share: what a scan with it takes longer than one with an
// empty page. A page of 2 MB is cut where a host stops reading, and the report says so.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { figure, quantile } from "../lib/figures.mjs";
import { nativeExample } from "../lib/paths.mjs";
import { loadReplay, record } from "../lib/replay.mjs";
import { run } from "../lib/run.mjs";

export const title = "CPU by page size";

const DOMAIN = "stopwatch.lab";
const GOAL_MS = 8;
const GOAL_RATIO = 2.1;
const WARM_UP = 20;
const ITERATIONS = 100;
const KB = 1024;
/** What is read of a page's markup (`http::page::emitter::PAGE_WORK`), in KiB: behind it nothing grows but what is skipped. */
const READ = 128;
/** Where a host stops reading on a free plan (`engine::limits::FREE_BODIES`). */
const LIMIT = 512 * KB;
const SIZES = [0, READ / 4, READ / 2, READ, 2048];

/** A page as builders make them, one that is nothing but tags, and one that is nothing but data for a script. */
const KINDS = {
  cards: {
    before: "",
    unit: `<div class="card flex flex-col rounded-lg shadow-md p-4 hover:bg-gray-100" data-id="a17"><a href="/product/blue-shoes-42" class="link"><picture><source type="image/avif" srcset="/img/42.avif 1x, /img/42@2x.avif 2x"><img src="/img/42.jpg" alt="Blue shoes" width="400" height="300" loading="lazy" class="w-full h-auto"></picture><h3 class="text-lg font-bold mt-2">Blue shoes</h3></a><p style="color:#333">Fresh shoes made by hand in Porto, sent within two days. &euro;89</p><button type="button" class="btn btn-primary" aria-label="Add to cart">Add</button></div>\n`,
  },
  tags: { before: "", unit: "<a href=/a>b</a>" },
  data: { before: "<script>self.__next_f.push([1,'", unit: `{\\"id\\":\\"a8Xk29\\",\\"title\\":\\"Blue shoes\\",\\"price\\":8900,\\"images\\":[\\"https://cdn.example.com/42.jpg\\"]},` },
};

/** @param {{ before: string, unit: string }} kind @param {number} bytes */
function html({ before, unit }, bytes) {
  const head = '<!doctype html><html lang="en"><head><title>Shoes</title></head><body>' + before;
  return (head + unit.repeat(Math.ceil(bytes / unit.length))).slice(0, Math.max(bytes, 1));
}

/** The recording with another home page, cut as a host cuts it. @param {any} recording @param {string} page */
function withPage(recording, page) {
  const copy = structuredClone(recording);
  const home = copy.evidence.find(({ probe }) => probe.url === `https://${DOMAIN}/` && !probe.repeat && !probe.headers?.length);
  home.answer.body = page.length > LIMIT ? { bytes: page.slice(0, LIMIT), cut: "limit" } : { bytes: page };
  return JSON.stringify(copy);
}

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ folder, stack: start }) {
  const { lab } = await start();
  if (!lab) throw new Error("There is no lab.");
  const replay = await loadReplay();
  const file = join(folder, "pages.json");
  await record(lab, DOMAIN, file, { profile: "release" });
  const recording = JSON.parse(readFileSync(file, "utf8"));

  const figures = [];
  for (const [name, kind] of Object.entries(KINDS)) {
    /** @type {Record<string, Map<number, number[]>>} */
    const samples = { natively: new Map(), "in WebAssembly": new Map() };
    for (const size of SIZES) {
      const text = withPage(recording, html(kind, size * KB));
      writeFileSync(file, text);
      const printed = await run(nativeExample("launch-ready-replay", "release"), ["time", String(WARM_UP + ITERATIONS), file], { minutes: 5 });
      samples.natively.set(size, JSON.parse(printed).slice(WARM_UP).map((/** @type {number} */ us) => us / 1000));
      /** @type {number[]} */
      const inWebAssembly = [];
      for (let n = 0; n < WARM_UP + ITERATIONS; n++) {
        const began = performance.now();
        replay(text);
        if (n >= WARM_UP) inWebAssembly.push(performance.now() - began);
      }
      samples["in WebAssembly"].set(size, inWebAssembly);
    }
    for (const [where, bySize] of Object.entries(samples)) {
      for (const size of SIZES.slice(1)) {
        const note = size > READ ? `of which ${LIMIT / KB} KiB are read` : undefined;
        figures.push(figure(`${name}, ${size} KiB, ${where}`, "ms", bySize.get(size) ?? [], { goal: GOAL_MS, note }));
      }
      const share = (/** @type {number} */ size) => quantile(bySize.get(size) ?? [], 0.5) - quantile(bySize.get(0) ?? [], 0.5);
      const note = `${share(READ / 2).toFixed(2)} ms, then ${share(READ).toFixed(2)} ms`;
      figures.push(figure(`${name}, ${READ} KiB ÷ ${READ / 2} KiB, ${where}`, "×", [share(READ) / share(READ / 2)], { goal: GOAL_RATIO, note }));
    }
  }
  return figures;
}
