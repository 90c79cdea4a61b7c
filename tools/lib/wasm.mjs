// From Cargo's WebAssembly to what is shipped: bindings by our own bindgen (tools/bindgen), then wasm-opt.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { nameInOrder } from "./order.mjs";
import { nativeBinary, root } from "./paths.mjs";
import { run } from "./run.mjs";

/**
 * What decides how modules are turned into what is shipped. Of bindgen it is the sources and the lock file, not the
 * program: `npm start` and `npm test` build that with other features of the same crates, and its bytes differ.
 */
export const wasmStepInputs = ["tools/bindgen", "tools/lib/wasm.mjs", "tools/lib/order.mjs", "Cargo.lock", "package-lock.json"].map((path) => join(root, path));

/**
 * What the compiler of rust-toolchain.toml and bindgen emit. Named one by one, so that a newer wasm-opt never writes an
 * encoding that workerd or a browser does not know yet.
 */
const features = [
  "bulk-memory",
  "exception-handling",
  "multivalue",
  "mutable-globals",
  "nontrapping-float-to-int",
  "reference-types",
  "sign-ext",
];

/**
 * Writes `NAME.js`, `NAME_bg.wasm` and snippets.
 * @param {"page" | "worker"} kind
 * @param {string} input
 * @param {string} directory emptied first
 * @param {string} name
 * @returns {Promise<void>}
 */
export async function bindgen(kind, input, directory, name) {
  rmSync(directory, { recursive: true, force: true });
  await run(nativeBinary("launch-ready-bindgen"), [kind, input, directory, name], { minutes: 2 });
}

/**
 * Makes a module small as it is sent: about 15 %. A smaller module is not always one that compresses better. What does is the
 * code as the compiler repeats it (-O1 instead of -Oz), one piece of data (not cut where it is zero), and functions that look
 * alike beside each other: 5 % with gzip, 1 % with brotli. npm's binaryen runs on Node; Debian's is too old for these features.
 * @param {string} input
 * @param {string} output
 * @returns {Promise<void>}
 */
export async function optimise(input, output) {
  await wasmOpt(["-O1", "--skip-pass=memory-packing"], input, output);
  await likeBesideLike(output);
}

/** Functions that look alike beside each other: 2 % with brotli, more with gzip. @param {string} module */
async function likeBesideLike(module) {
  writeFileSync(module, nameInOrder(readFileSync(module)));
  await wasmOpt(["--reorder-functions-by-name"], module, module);
}

/** @param {string[]} passes @param {string} input @param {string} output */
async function wasmOpt(passes, input, output) {
  const program = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
  const enabled = features.map((feature) => `--enable-${feature}`);
  await run(process.execPath, [program, ...passes, "--strip-debug", ...enabled, input, "-o", output], { minutes: 5 });
}
