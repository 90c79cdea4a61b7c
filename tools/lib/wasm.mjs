// From Cargo's WebAssembly to what is shipped: bindings by our own bindgen (tools/bindgen), then wasm-opt.

import { readFileSync, rmSync, writeFileSync } from "node:fs";
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
  // Code that is said twice compresses better than code that is said once and called: 0.6 % of the page.
  const skipped = level === "-Os" ? ["local-cse", "code-folding"] : [];
  const passes = [level, ...["memory-packing", ...skipped].map((pass) => `--skip-pass=${pass}`), "--strip-debug", "--strip-producers"];
  await wasmOpt([...passes, input, "-o", output]);
}

/** @param {string[]} args */
async function wasmOpt(args) {
  const program = join(root, "node_modules", "binaryen", "bin", "wasm-opt");
  const enabled = features.map((feature) => `--enable-${feature}`);
  await run(process.execPath, [program, ...enabled, ...args], { minutes: 5 });
}

/** What bindgen calls what the module imports: a word, and sixteen digits that no compression makes shorter. */
const importName = /\b__wbg_[A-Za-z0-9_]+_[0-9a-f]{16}\b/g;

/**
 * Gives what a module imports short names, in it and in its script: nobody reads them, and they are 4 % of the first load (docs/adr/0002).
 * @param {string} module in WebAssembly; as text afterwards, which `optimise` reads
 * @param {string} script rewritten in place
 * @returns {Promise<string>} the module's path
 */
export async function shortenImports(module, script) {
  const text = module.replace(/\.wasm$/, ".wat");
  await wasmOpt(["-g", module, "-S", "-o", text]);
  const bound = readFileSync(script, "utf8");
  const names = [...new Set(bound.match(importName))].sort();
  const short = new Map(names.map((name, index) => [name, `_${index.toString(36)}`]));
  const renamed = (/** @type {string} */ name) => short.get(name) ?? name;
  writeFileSync(script, bound.replace(importName, renamed));
  const imported = /(\(import "[^"]*" )"([^"]*)"/g;
  writeFileSync(text, readFileSync(text, "utf8").replace(imported, (_, before, name) => `${before}"${renamed(name)}"`));
  return text;
}
