// Cargo: found, given its WebAssembly target, and run with visible progress.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { root, wasmTarget } from "./paths.mjs";
import { run } from "./run.mjs";

/**
 * Makes sure that the pinned compiler and its WebAssembly target are there. rustup fetches what rust-toolchain.toml
 * names when its `cargo` first runs; a compiler without rustup must bring the target itself.
 * @param {import("./steps.mjs").Detail} [detail]
 * @returns {Promise<void>}
 */
export async function ensureRust(detail = () => {}) {
  if (hasWasmTarget()) return;
  if (spawnSync("rustup", ["--version"], { cwd: root, timeout: 60_000 }).status !== 0) {
    const why = spawnSync("cargo", ["--version"], { timeout: 60_000 }).status === 0 ? `The compiler has no ${wasmTarget} target.` : "Rust is not installed, or not on the PATH.";
    throw new Error(`${why} Install Rust with rustup (see rustup.rs), open a new terminal, and start again.`);
  }
  detail("installing the compiler that rust-toolchain.toml names");
  // Since 1.28, rustup has a command for this; before, it did so by itself at the first use.
  await run("rustup", ["toolchain", "install"], { minutes: 15 }).catch(() => run("rustup", ["show"], { minutes: 15 }));
  if (!hasWasmTarget()) await run("rustup", ["target", "add", wasmTarget], { minutes: 15 });
}

/** @returns {boolean} */
function hasWasmTarget() {
  const rustc = spawnSync("rustc", ["--print", "target-libdir", "--target", wasmTarget], {
    cwd: root,
    encoding: "utf8",
    timeout: 15 * 60_000,
  });
  return rustc.status === 0 && existsSync(rustc.stdout.trim());
}

/**
 * Runs Cargo, and says meanwhile which crate it has come to.
 * @param {string[]} args
 * @param {import("./steps.mjs").Detail} [detail]
 * @param {import("./run.mjs").RunOptions} [options]
 * @returns {Promise<string>}
 */
export function cargo(args, detail = () => {}, options = {}) {
  let crates = 0;
  return run("cargo", args, {
    minutes: 30,
    env: { CARGO_TERM_COLOR: "never", CARGO_TERM_PROGRESS_WHEN: "never" },
    onLine: (line) => {
      const [, doing, crate] = /^\s*(Compiling|Checking|Downloading|Downloaded|Running|Updating) (\S+)/.exec(line) ?? [];
      if (!doing) return;
      if (doing === "Compiling" || doing === "Checking") crates += 1;
      detail(`${crates} crates, ${doing.toLowerCase()} ${crate}`);
    },
    ...options,
  });
}
