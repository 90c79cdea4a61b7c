// Replays recordings, in WebAssembly inside this process and natively: for tests, which compare the two, and benches.
// The module is built as the shipped ones are: same profile, same bindings step, same wasm-opt.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { buildDir, nativeBinary, nativeExample, root, wasmModule } from "./paths.mjs";
import { run } from "./run.mjs";
import { unlessUnchanged } from "./stamp.mjs";
import { bindgen, optimise, wasmStepInputs } from "./wasm.mjs";

const bindings = join(buildDir, "replay");
const optimised = join(bindings, "replay.wasm");

/** @returns {Promise<"unchanged" | "done">} */
export function buildReplay() {
  const input = wasmModule("launch_ready_replay");
  const inputs = [input, join(root, "tools", "lib", "replay.mjs"), ...wasmStepInputs];
  return unlessUnchanged("replay", { inputs, outputs: [optimised, join(bindings, "replay.js")] }, async () => {
    // A page's bindings take the module's bytes from whoever has them, so Node can load them, too.
    await bindgen("page", input, bindings, "replay");
    await optimise(join(bindings, "replay_bg.wasm"), optimised);
  });
}

/**
 * The core in WebAssembly.
 * @returns {Promise<(recording: string) => string>} makes a report of a recording, both as JSON; throws if it is none
 */
export async function loadReplay() {
  const { initSync, replay } = await import(pathToFileURL(join(bindings, "replay.js")).href);
  initSync({ module: readFileSync(optimised) });
  return replay;
}

/**
 * The core on this machine, with the same words around it.
 * @param {string} file a recording
 * @returns {Promise<string>} its report as JSON
 */
export async function replayNatively(file) {
  const printed = await run(nativeExample("launch-ready-replay"), [file], { minutes: 1 });
  return printed.replace(/\n$/, "");
}

/**
 * Checks a domain with the command line, in the lab, and writes down every answer.
 * @param {import("../stack.mjs").Lab} lab
 * @param {string} domain
 * @param {string} file where the recording goes
 * @param {object} [options]
 * @param {"debug" | "release"} [options.profile]
 * @returns {Promise<Record<string, any>>} the report
 */
export async function record(lab, domain, file, { profile } = {}) {
  const network = ["--proxy", `http://${lab.http}`, "--ca-file", lab.ca];
  const output = await runCheck([domain, "--json", "--record", file, "--force", ...network], profile);
  return JSON.parse(output);
}

/**
 * @param {string[]} args of `launch-ready check`
 * @param {"debug" | "release"} [profile]
 * @returns {Promise<string>} what it printed; "not ready" and "no verdict" are answers, and no errors
 */
export async function runCheck(args, profile) {
  try {
    return await run(nativeBinary("launch-ready", profile), ["check", ...args], { minutes: 1 });
  } catch (error) {
    if (error instanceof Error && "output" in error && /\(exit code [12]\)/.test(error.message)) return String(error.output);
    throw error;
  }
}
