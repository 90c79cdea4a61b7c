// The Worker as uploaded: build/worker/index.js and its WebAssembly; and front.mjs and papers.mjs with theirs, which the first
// request for what they know loads.
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

/** What stands between the modules. */
const modules = join(root, "worker", "modules.js");
const near = join(root, "worker", "near.js");

/** Modules that are loaded when something of theirs is asked for: each is a crate, a `.mjs` and a `.wasm`. */
const onDemand = ["front", "papers"];

/** What is shipped with the papers, and calls them. */
const documents = join(root, "worker", "documents.js");

const shipped = ["index.js", "index_bg.wasm", ...onDemand.flatMap((name) => [`${name}.mjs`, `${name}_bg.wasm`])];

/** Handlers that workerd calls with something, the environment and the context. */
const handlers = new Set(["fetch", "scheduled", "queue", "email", "connect"]);

/** Those of them that the front has. */
const ofFront = ["queue", "scheduled"];

/** For the shim, not for workerd. */
const internal = new Set(["__wbg_reset_state", "__worker_init_state"]);

/** @returns {Promise<"unchanged" | "done">} */
export function buildWorker() {
  const input = wasmModule("launch_ready_worker");
  const later = onDemand.map((name) => ({ name, input: wasmModule(`launch_ready_${name}`) }));
  const outputs = shipped.map((name) => join(workerDir, name));
  const inputs = [input, ...later.map(({ input }) => input), shim, modules, near, documents, join(root, "tools", "lib", "worker.mjs"), ...wasmStepInputs];
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
    for (const { name, input } of later) {
      const bindings = join(buildDir, `${name}-bindings`);
      await bindgen("worker", input, bindings, name);
      importPlainly(bindings, name);
      await Promise.all([
        optimise(join(bindings, `${name}_bg.wasm`), join(next, `${name}_bg.wasm`)),
        bundle(name === "papers" ? writePapers(bindings) : join(bindings, `${name}.js`), join(next, `${name}.mjs`)),
      ]);
    }
    rmSync(workerDir, { recursive: true, force: true });
    mkdirSync(workerDir, { recursive: true });
    for (const name of shipped) writeFileSync(join(workerDir, name), readFileSync(join(next, name)));
    rmSync(next, { recursive: true, force: true });
  });
}

/** The entry of the papers: what calls them, with them in its hand. @param {string} bindings */
function writePapers(bindings) {
  const entry = join(bindings, "entry.js");
  writeFileSync(
    entry,
    `import * as papers from "./papers.js";
import { documents as answer } from ${JSON.stringify(documents)};
export const documents = (request, main) => answer(request, main, papers);
`,
  );
  return entry;
}

/** @param {string} bindings */
function writeShim(bindings) {
  const written = readFileSync(join(bindings, "index.js"), "utf8");
  const { functions, classes } = exportsOf(written);
  const unknown = functions.find((name) => !handlers.has(name));
  if (unknown) throw new Error(`The main module exports ${unknown}, which is no handler that we know.`);
  const lines = functions.map((name) =>
    name === "fetch"
      ? "worker.fetch = unlessRecalled(handler((request, env, context) => answer(request, exports.fetch, env, context)));"
      : `worker.${name} = handler(exports.${name});`,
  );
  for (const name of ofFront) {
    if (functions.includes(name)) throw new Error(`Both the main module and the front want to handle ${name}.`);
    lines.push(`worker.${name} = handler(async (argument, env, context) => (await front()).${name}(argument, env, context));`);
  }
  // Durable Objects are among them; the others hurt nobody.
  lines.push(...classes.map((name) => `export const ${name} = new Proxy(exports.${name}, guarded);`));
  const imported = `import { answer, front, noteBroken, recall } from ${JSON.stringify(modules)};`;
  writeFileSync(join(bindings, "shim.js"), `${imported}\n${readFileSync(shim, "utf8")}\n${lines.join("\n")}\n`);
  importPlainly(bindings, "index");
}

/**
 * workerd gives the compiled module for an ordinary import; it does not know imports of the source phase.
 * @param {string} bindings
 * @param {string} name
 */
function importPlainly(bindings, name) {
  const path = join(bindings, `${name}.js`);
  const written = readFileSync(path, "utf8");
  const phased = `import source wasmModule from "./${name}_bg.wasm";`;
  if (!written.includes(phased)) throw new Error(`The bindings import their WebAssembly in an unknown way: see ${path}.`);
  writeFileSync(path, written.replace(phased, phased.replace("import source", "import")));
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
    external: [...shipped.filter((name) => name !== "index.js").map((name) => `./${name}`), "cloudflare:*"],
    logLevel: "warning",
  });
}
