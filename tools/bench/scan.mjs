// How much longer a scan takes than it must, where every answer has a known price: the `stopwatch` scenario.
//
// The floor is the larger of two bounds, neither of which any host can go below: the longest row of probes that depend on
// one another, each at its configured price; and all prices together, shared out among the six that may wait at once. The
// row is found by replaying the scan's own recording with a clock that jumps from answer to answer
// (tests/replay/examples/launch-ready-replay/floor.rs). What is above the floor is ours: computing, the runtime, sockets, and places
// taken in an unlucky order.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";

import { figure } from "../lib/figures.mjs";
import { nativeExample, root } from "../lib/paths.mjs";
import { record } from "../lib/replay.mjs";
import { run } from "../lib/run.mjs";

export const title = "A scan of stopwatch.lab, wall time";

const GOAL_OVER_FLOOR = 1.15;
const GOAL_SUBREQUESTS = 48;
const GOAL_WAITING = 6;
const DOMAIN = "stopwatch.lab";
const WARM_UP = 3;

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ runs, folder, stack: start }) {
  const stack = await start();
  const lab = stack.lab;
  if (!lab) throw new Error("There is no lab.");
  const file = join(folder, "stopwatch.json");
  await record(lab, DOMAIN, file, { profile: "release" });
  const floor = await floorOf(file, folder);

  const counts = `http://${lab.http}/counts`;
  const worker = { wall: /** @type {number[]} */ ([]), requests: /** @type {number[]} */ ([]), peak: /** @type {number[]} */ ([]) };
  for (let n = 0; n < WARM_UP + runs; n++) {
    await fetch(counts, { method: "DELETE" });
    const began = performance.now();
    const response = await fetch(`${stack.url}/api/v1/report?domain=${DOMAIN}`, { signal: AbortSignal.timeout(60_000) });
    const report = await response.json();
    const took = performance.now() - began;
    if (report.verdict?.decision !== "go") throw new Error(`${DOMAIN} is not healthy: ${JSON.stringify(report.verdict ?? report)}`);
    if (n < WARM_UP) continue;
    const counted = await (await fetch(counts)).json();
    worker.wall.push(took);
    worker.requests.push(counted.requests);
    worker.peak.push(counted.peak);
  }
  /** @type {number[]} */
  const native = [];
  for (let n = 0; n < WARM_UP + runs; n++) {
    const report = await record(lab, DOMAIN, file, { profile: "release" });
    if (n >= WARM_UP) native.push(report.run.took_ms);
  }
  const bare = [];
  for (let n = 0; n < WARM_UP + runs; n++) {
    const took = await askBare(lab);
    if (n >= WARM_UP) bare.push(took);
  }
  const over = (/** @type {number[]} */ samples) => samples.map((ms) => ms / floor.floor_ms);
  const probes = `${floor.probes} probes in ${floor.rounds} rounds; the longest row takes ${floor.longest_row_ms} ms, all shared out ${floor.shared_out_ms.toFixed(1)} ms`;
  return [
    { name: "latency floor", unit: "ms", value: floor.floor_ms, note: probes },
    figure("lab: one web answer, asked by nobody's scan", "ms", bare, { note: "what it takes on top of its price, every round of a scan takes, too" }),
    { name: "÷ floor: the engine's order, nothing added", unit: "×", value: floor.engine_ms / floor.floor_ms },
    figure("Worker: request to whole report", "ms", worker.wall),
    figure("Worker ÷ floor", "×", over(worker.wall), { goal: GOAL_OVER_FLOOR }),
    figure("Worker: external subrequests", "", worker.requests, { value: Math.max(...worker.requests), goal: GOAL_SUBREQUESTS, note: "the most of all runs, counted by the lab" }),
    figure("Worker: waiting at once", "", worker.peak, { value: Math.max(...worker.peak), goal: GOAL_WAITING, note: "the most of all runs, counted by the lab" }),
    figure("command line: the scan", "ms", native),
    figure("command line ÷ floor", "×", over(native), { goal: GOAL_OVER_FLOOR }),
  ];
}

const agent = new Agent({ keepAlive: true });

/** One request for the home page, over a connection that is open already. @param {import("../stack.mjs").Lab} lab @returns {Promise<number>} milliseconds */
function askBare(lab) {
  const [host, port] = lab.http.split(":");
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const request = get({ agent, host, port, path: `https://${DOMAIN}/`, headers: { host: DOMAIN }, timeout: 10_000 }, (response) => {
      const took = performance.now() - began;
      response.resume().once("end", () => resolve(took));
    });
    request.once("error", reject);
    request.once("timeout", () => request.destroy(new Error("the lab does not answer")));
  });
}

/**
 * @typedef {object} Floor
 * @property {number} floor_ms
 * @property {number} longest_row_ms
 * @property {number} shared_out_ms
 * @property {number} engine_ms
 * @property {number} probes
 * @property {number} rounds
 */

/** @param {string} recording @param {string} folder @returns {Promise<Floor>} */
async function floorOf(recording, folder) {
  // The prices are the scenario's own, so that the floor follows when they change.
  const scenario = join(root, "crates", "lab", "scenarios", "stopwatch");
  const sites = readFileSync(join(scenario, "sites.toml"), "utf8");
  const price = (/** @type {string} */ key) => {
    const [, value] = new RegExp(`^${key} = (\\d+)$`, "m").exec(sites) ?? [];
    if (!value) throw new Error(`The stopwatch scenario names no ${key}.`);
    return Number(value);
  };
  const zones = readdirSync(scenario).filter((name) => name.endsWith(".zone")).map((name) => name.replace(/\.zone$/, ""));
  const prices = join(folder, "prices.json");
  writeFileSync(prices, JSON.stringify({ dns_ms: price("dns_ms"), web_ms: price("web_ms"), zones }));
  return JSON.parse(await run(nativeExample("launch-ready-replay", "release"), ["floor", prices, recording], { minutes: 1 }));
}
