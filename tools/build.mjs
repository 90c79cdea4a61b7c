// Builds everything that is shipped: `npm run build`. dist/ is the page, build/worker/ the Worker.
//
// One profile, release, for start, test and deploy: it is what ships, and building twice would cost two minutes on
// a fresh machine. Native tools are built for speed of building instead.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { pathFlags } from "./lib/own-paths.mjs";
import { ensurePackages } from "./lib/packages.mjs";
import { root, wasmTarget } from "./lib/paths.mjs";
import { exitOnSignals } from "./lib/run.mjs";
import { cargo, ensureRust } from "./lib/rust.mjs";
import { step } from "./lib/steps.mjs";

/** What is shipped, as WebAssembly. */
export const wasmCrates = ["launch-ready-worker", "launch-ready-page"];

/** Runs recordings in WebAssembly, for tests and benches; not shipped. */
const replayCrate = "launch-ready-replay";

/** Cargo's words for everything that also runs on this machine: of the page and the Worker, what needs no runtime. */
export const nativeCrates = ["--workspace"];

/**
 * Builds the page and the Worker, as far as their inputs have changed.
 * @param {object} [options]
 * @param {"bindgen" | "lab" | "all"} [options.native] what to build for this machine: what the build itself needs; the lab,
 *   too; or everything, tests included
 * @param {boolean} [options.replay] whether to build what replays recordings in WebAssembly, too
 * @returns {Promise<void>}
 */
export async function build({ native = "bindgen", replay = false } = {}) {
  await ensurePackages();
  await step("compiler", ensureRust);
  // In CI the lock file is the word; at the desk, a dependency that was just added may still enter it.
  const locked = process.env.CI ? ["--locked"] : [];
  const tools = ["launch-ready-bindgen", "launch-ready-markdown", ...(native === "lab" && hasLab() ? ["launch-ready-lab"] : [])];
  // After `cargo test`, everything is there already, with the features that the tests ask for; asking for less would
  // compile some of it again with fewer.
  const wanted = native === "all" ? [...nativeCrates, "--all-targets"] : tools.flatMap((name) => ["-p", name]);
  const label = native === "all" ? "everything" : tools.map((name) => name.replace("launch-ready-", "")).join(" and ");
  await step(`${label} (native)`, (detail) => cargo(["build", ...locked, ...wanted], detail));
  // Both in one go: they share most of their crates, and each one's link-time optimisation keeps only one core busy.
  const modules = [...wasmCrates, ...(replay ? [replayCrate] : [])].flatMap((name) => ["-p", name]);
  const wasmFlags = `target.${wasmTarget}.rustflags=${JSON.stringify(pathFlags())}`;
  await step("page and Worker (WebAssembly)", (detail) =>
    cargo(["build", ...locked, "--config", wasmFlags, "--release", "--target", wasmTarget, ...modules], detail),
  );
  // Imported late: these load npm packages.
  const [{ buildPage }, { buildWorker }, { buildReplay }] = await Promise.all([
    import("./lib/page.mjs"),
    import("./lib/worker.mjs"),
    import("./lib/replay.mjs"),
  ]);
  await step("bindings, optimising, bundling", async () => {
    const done = await Promise.all([buildPage(), buildWorker(), ...(replay ? [buildReplay()] : [])]);
    return done.every((result) => result === "unchanged") ? "unchanged" : "done";
  });
}

/** @returns {boolean} */
export function hasLab() {
  return existsSync(join(root, "crates", "lab", "Cargo.toml"));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  exitOnSignals();
  try {
    await build();
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
