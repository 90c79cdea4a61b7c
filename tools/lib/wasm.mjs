// From Cargo's WebAssembly to what is shipped: bindings by our own bindgen (tools/bindgen), then wasm-opt.

import { rmSync } from "node:fs";
import { join } from "node:path";

import { nativeBinary, root } from "./paths.mjs";
import { run } from "./run.mjs";

/**
 * What decides how modules are turned into what is shipped. Of bindgen it is the sources and the lock file, not the
 * program: `npm start` and `npm test` build that with other features of the same crates, and its bytes differ.
 */
export const wasmStepInputs = ["tools/bindgen", "tools/lib/wasm.mjs", "Cargo.lock", "package-lock.json"].map((path) => join(root, path));

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
 * Makes a module small as it is sent. A smaller module is not always one that compresses better: the code as the compiler repeats it
 * (-O1) gives 6 % fewer bytes of the Worker with gzip, and is done in a third of the time; -Os gives 0.8 % fewer of the page with
 * brotli, which is what its visitors wait for. One piece of data that is not cut where it is zero compresses better in both. npm's
 * binaryen runs on Node; Debian's is too old for these features.
 * @param {string} input
 * @param {string} output
 * @param {"-O1" | "-Os"} [level]
 * @returns {Promise<void>}
 */
export async function optimise(input, output, level = "-O1") {
  const program = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
  const enabled = features.map((feature) => `--enable-${feature}`);
  const passes = [level, "--skip-pass=memory-packing", "--strip-debug", ...enabled];
  await run(process.execPath, [program, ...passes, input, "-o", output], { minutes: 5 });
}
