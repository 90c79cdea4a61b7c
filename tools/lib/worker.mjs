// The Worker as uploaded: build/worker/index.js and its WebAssembly.
//
// This does what worker-build does, in its four steps: bindgen with `--target module`, a shim with the handlers, esbuild,
// wasm-opt. Calling worker-build itself would cost 99 s more on a fresh machine and need three tools by
// environment variable, as it downloads its own; and it keeps function names, which wasm-opt would have to be run
// again to drop.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildDir, root, wasmModule, workerDir } from "./paths.mjs";
import { unlessUnchanged } from "./stamp.mjs";
import { bindgen, optimise, wasmStepInputs } from "./wasm.mjs";

const shim = join(root, "tools", "worker-shim.js");

const shipped = ["index.js", "index_bg.wasm"];

/** Handlers that workerd calls with something, the environment and the context. */
const handlers = new Set(["fetch", "scheduled", "queue", "email", "connect"]);

/** For the shim, not for workerd. */
const internal = new Set(["__wbg_reset_state", "__worker_init_state"]);

/** @returns {Promise<"unchanged" | "done">} */
export function buildWorker() {
  const input = wasmModule("launch_ready_worker");
  const outputs = shipped.map((name) => join(workerDir, name));
  const inputs = [input, shim, join(root, "tools", "lib", "worker.mjs"), ...wasmStepInputs];
  return unlessUnchanged("worker", { inputs, outputs }, async () => {
    const bindings = join(buildDir, "worker-bindings");
    await bindgen("worker", input, bindings, "index");
    writeShim(bindings);
    const next = join(buildDir, "worker-next");
    rmSync(next, { recursive: true, force: true });
    mkdirSync(next, { recursive: true });
    await Promise.all([
      optimise(join(bindings, "index_bg.wasm"), join(next, "index_bg.wasm")),
      bundle(join(bindings, "shim.js"), join(next, "index.js")),
    ]);
    rmSync(workerDir, { recursive: true, force: true });
    mkdirSync(workerDir, { recursive: true });
    for (const name of shipped) writeFileSync(join(workerDir, name), readFileSync(join(next, name)));
    rmSync(next, { recursive: true, force: true });
  });
}

/** @param {string} bindings */
function writeShim(bindings) {
  const written = readFileSync(join(bindings, "index.js"), "utf8");
  const { functions, classes } = exportsOf(written);
  const unknown = functions.find((name) => !handlers.has(name));
  if (unknown) throw new Error(`The module exports ${unknown}, which is no handler that we know.`);
  const lines = [
    ...functions.map((name) => `worker.${name} = handler(exports.${name});`),
    // Durable Objects are among them; the others hurt nobody.
    ...classes.map((name) => `export const ${name} = new Proxy(exports.${name}, guarded);`),
  ];
  writeFileSync(join(bindings, "shim.js"), `${readFileSync(shim, "utf8")}\n${lines.join("\n")}\n`);
  // workerd gives the compiled module for an ordinary import; it does not know imports of the source phase.
  const phased = 'import source wasmModule from "./index_bg.wasm";';
  if (!written.includes(phased)) throw new Error("The bindings import their WebAssembly in an unknown way: see build/worker-bindings/index.js.");
  writeFileSync(join(bindings, "index.js"), written.replace(phased, phased.replace("import source", "import")));
}

/**
 * What the bindings export. A form that we do not know is an error: a handler that is left out would only be missed
 * in production.
 * @param {string} source
 * @returns {{ functions: string[], classes: string[] }}
 */
function exportsOf(source) {
  /** @type {string[]} */
  const functions = [];
  /** @type {string[]} */
  const classes = [];
  for (const line of source.split("\n").filter((line) => line.startsWith("export "))) {
    const [, name] = /^export (?:async )?function\*? ?([\w$]+)/.exec(line) ?? /^export \{ ?[\w$]+ as ([\w$]+) ?\}/.exec(line) ?? [];
    const [, type] = /^export class ([\w$]+)/.exec(line) ?? [];
    if (type) classes.push(type);
    else if (name && !internal.has(name)) functions.push(name);
    else if (!name) throw new Error(`The bindings export in an unknown form, which tools/lib/worker.mjs must learn: ${line}`);
  }
  return { functions, classes };
}

/**
 * @param {string} entry
 * @param {string} outfile
 */
async function bundle(entry, outfile) {
  const { build } = await import("esbuild");
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: "esm",
    minify: true,
    target: "es2022",
    external: ["./index_bg.wasm", "cloudflare:*"],
    logLevel: "warning",
  });
}
