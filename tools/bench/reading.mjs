// How long it takes to read what a site answers with: the search for keys beside memchr over the same bytes, and a page beside one of twice
// the size, natively, in turns of one run, so that what else the machine does meets both.

import { figure } from "../lib/figures.mjs";
import { nativeExample } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { cargo } from "../lib/rust.mjs";
import { step } from "../lib/steps.mjs";

export const title = "Reading bodies";

/** The search takes at most so many times as long as memchr, and twice the page so many times as long as the page. */
const GOAL_SEARCH = 4;
const GOAL_PAGE = 2.1;
const TURNS = 20;

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ runs }) {
  await step("search for keys and pages (native, release)", (detail) =>
    cargo(["build", "--release", "--locked", "-p", "launch-ready-core", "--example", "reading"], detail),
  );
  const printed = await run(nativeExample("reading", "release"), [String(runs * TURNS)], { minutes: 5 });
  /** @type {Record<"search" | "memchr" | "half" | "whole", number[]> & { bytes: number }} */
  const { bytes, search, memchr, half, whole } = JSON.parse(printed);
  const ms = (/** @type {number[]} */ ns) => ns.map((n) => n / 1e6);
  const ratio = (/** @type {number[]} */ above, /** @type {number[]} */ below) => above.map((n, turn) => n / below[turn]);
  return [
    figure("search for keys", "ms", ms(search), { note: `${bytes / 1024} KiB of a bundle` }),
    figure("memchr", "ms", ms(memchr)),
    figure("search for keys to memchr", "×", ratio(search, memchr), { goal: GOAL_SEARCH }),
    figure("twice the page", "×", ratio(whole, half), { goal: GOAL_PAGE }),
  ];
}
