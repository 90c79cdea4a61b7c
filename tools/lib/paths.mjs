// Where things are. Everything is relative to the repository, except Cargo's target directory, which is Cargo's to say.

import { spawnSync } from "node:child_process";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** What the browser gets: static assets, as uploaded. */
export const dist = join(root, "dist");

/** What is built on the way, and the Worker as uploaded. */
export const buildDir = join(root, "build");

/** The Worker as uploaded: `index.js` and its WebAssembly. wrangler.toml names it. */
export const workerDir = join(buildDir, "worker");

/** The triple of everything that runs in the Worker or in the browser. */
export const wasmTarget = "wasm32-unknown-unknown";

/** @type {string | undefined} */
let target;

/**
 * Cargo's target directory: `CARGO_TARGET_DIR`, or what Cargo's configuration says, or `./target`.
 * @returns {string}
 */
export function targetDir() {
  if (target) return target;
  if (process.env.CARGO_TARGET_DIR) {
    target = resolve(root, process.env.CARGO_TARGET_DIR);
    return target;
  }
  const cargo = spawnSync("cargo", ["metadata", "--no-deps", "--format-version=1", "--offline"], {
    cwd: root,
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 64 << 20,
  });
  target = cargo.status === 0 ? JSON.parse(cargo.stdout).target_directory : join(root, "target");
  return target;
}

/**
 * A program that `cargo build` wrote.
 * @param {string} name
 * @param {"debug" | "release"} [profile]
 * @returns {string}
 */
export function nativeBinary(name, profile = "debug") {
  return join(targetDir(), profile, process.platform === "win32" ? `${name}.exe` : name);
}

/**
 * A program that `cargo build --examples` wrote.
 * @param {string} name
 * @param {"debug" | "release"} [profile]
 * @returns {string}
 */
export function nativeExample(name, profile = "debug") {
  return join(dirname(nativeBinary(name, profile)), "examples", basename(nativeBinary(name)));
}

/**
 * A WebAssembly module that `cargo build --release` wrote. A library's has underscores, a program's its own name.
 * @param {string} name
 * @returns {string}
 */
export function wasmModule(name) {
  return join(targetDir(), wasmTarget, "release", `${name}.wasm`);
}
