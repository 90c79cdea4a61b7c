// The page as uploaded: dist/. Everything in www/assets, the style sheet, the script and the WebAssembly get their hash
// into their name and may be cached for ever; www/*.html refers to them by plain name ("/assets/page.js") and is rewritten;
// www/public is copied as it is.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";

import { writeDocs } from "./docs.mjs";
import { headersFile } from "./headers.mjs";
import { buildDir, dist, nativeBinary, root, wasmModule } from "./paths.mjs";
import { unlessUnchanged } from "./stamp.mjs";
import { bindgen, optimise, shortenImports, wasmStepInputs } from "./wasm.mjs";

const www = join(root, "www");
const description = join(root, "docs", "openapi.json");
const documentation = join(root, "docs");
const bindings = join(buildDir, "page-bindings");
const wasm = join(buildDir, "page.wasm");
const planBindings = join(buildDir, "plan-bindings");
const planWasm = join(buildDir, "plan.wasm");

/** @returns {Promise<"unchanged" | "done">} */
export async function buildPage() {
  const input = wasmModule("launch-ready-page");
  const lib = (/** @type {string} */ name) => join(root, "tools", "lib", name);
  const module = await unlessUnchanged(
    "page-wasm",
    { inputs: [input, ...wasmStepInputs], outputs: [wasm, join(bindings, "page.js")] },
    async () => {
      await bindgen("page", input, bindings, "page");
      const short = await shortenImports(join(bindings, "page_bg.wasm"), join(bindings, "page.js"));
      await optimise(short, wasm, "-Os");
    },
  );
  // The plan is a program of its own, loaded when somebody opens it.
  const planInput = wasmModule("launch-ready-plan");
  const planModule = await unlessUnchanged(
    "plan-wasm",
    { inputs: [planInput, ...wasmStepInputs], outputs: [planWasm, join(planBindings, "plan.js")] },
    async () => {
      await bindgen("page", planInput, planBindings, "plan");
      const short = await shortenImports(join(planBindings, "plan_bg.wasm"), join(planBindings, "plan.js"));
      await optimise(short, planWasm);
    },
  );
  const sources = readdirSync(www).filter((name) => name !== "src" && name !== "Cargo.toml").map((name) => join(www, name));
  const assets = await unlessUnchanged(
    "page",
    { inputs: [wasm, bindings, planWasm, planBindings, description, documentation, ...sources, lib("page.mjs"), lib("docs.mjs"), nativeBinary("launch-ready-markdown"), lib("headers.mjs"), join(root, "package-lock.json")], outputs: [join(dist, "index.html")] },
    writeAssets,
  );
  return module === "unchanged" && planModule === "unchanged" && assets === "unchanged" ? "unchanged" : "done";
}

async function writeAssets() {
  const { build, transform } = await import("esbuild");
  const next = join(buildDir, "dist-next");
  rmSync(next, { recursive: true, force: true });
  mkdirSync(join(next, "assets"), { recursive: true });

  /** Plain address → address with the hash. @type {Map<string, string>} */
  const addresses = new Map();
  /** @param {string} name @param {Uint8Array | string} content */
  const add = (name, content) => {
    const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
    const hashed = `/assets/${basename(name, extname(name))}.${hash}${extname(name)}`;
    writeFileSync(join(next, hashed), content);
    addresses.set(`/assets/${name}`, hashed);
  };

  // What refers to nothing comes first, so that everything can be referred to by its final address.
  add("page.wasm", readFileSync(wasm));
  add("plan.wasm", readFileSync(planWasm));
  const folder = join(www, "assets");
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const name of names.filter((name) => extname(name) !== ".css")) add(name, readFileSync(join(folder, name)));
  for (const name of names.filter((name) => extname(name) === ".css")) {
    const sheet = rewrite(readFileSync(join(folder, name), "utf8"), addresses, name);
    add(name, (await transform(sheet, { loader: "css", minify: true })).code);
  }
  const plan = await build({
    entryPoints: [join(www, "plan.js")],
    bundle: true,
    write: false,
    format: "esm",
    minify: true,
    target: "es2022",
    alias: { "launch-ready-plan": join(planBindings, "plan.js") },
    define: { PLAN_WASM: JSON.stringify(addresses.get("/assets/plan.wasm")), PLAN_CSS: JSON.stringify(addresses.get("/assets/plan.css")) },
    logLevel: "warning",
  });
  add("plan.js", plan.outputFiles[0].contents);
  const script = await build({
    entryPoints: [join(www, "start.js")],
    bundle: true,
    write: false,
    format: "esm",
    minify: true,
    target: "es2022",
    alias: { "launch-ready-page": join(bindings, "page.js") },
    define: { PAGE_WASM: JSON.stringify(addresses.get("/assets/page.wasm")), PLAN_JS: JSON.stringify(addresses.get("/assets/plan.js")) },
    logLevel: "warning",
  });
  add("page.js", script.outputFiles[0].contents);

  const site = await build({ entryPoints: [join(www, "site.js")], bundle: true, write: false, format: "esm", minify: true, target: "es2022", logLevel: "warning" });
  add("site.js", site.outputFiles[0].contents);

  // Other sites write its address into their pages: it keeps its name.
  const widget = readFileSync(join(www, "widget", "widget.js"), "utf8");
  writeFileSync(join(next, "widget.js"), (await transform(widget, { loader: "js", minify: true, target: "es2022" })).code);

  for (const name of readdirSync(www).filter((name) => extname(name) === ".html")) {
    writeFileSync(join(next, name), rewrite(whole(readFileSync(join(www, name), "utf8"), name), addresses, name));
  }
  // What describes the API is made from the code, and weighs nothing in the Worker.
  mkdirSync(join(next, "api", "v1"), { recursive: true });
  cpSync(description, join(next, "api", "v1", "openapi.json"));
  // Reports that were recorded, to be opened before anything is asked.
  mkdirSync(join(next, "samples"));
  for (const [name, recorded] of [["ready", "go"], ["not-ready", "no-go"]]) cpSync(join(www, "fixtures", `${recorded}.ndjson`), join(next, "samples", `${name}.ndjson`));
  const written = await writeDocs(next, (text, file) => rewrite(whole(text, file), addresses, file));
  writeFileSync(join(next, "sitemap.xml"), sitemap(["/", "/plan", "/widget", ...written, "/about", "/call", "/privacy", "/terms", "/contact", "/opt-out"]));
  if (existsSync(join(www, "public"))) cpSync(join(www, "public"), next, { recursive: true });
  writeFileSync(join(next, "_headers"), headersFile());

  // At once, so that a server that is running never sees half of it.
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
}

/**
 * The pages that search engines may list. The Worker puts in where they are (worker/src/site/shell.rs).
 * @param {string[]} paths
 * @returns {string}
 */
function sitemap(paths) {
  const entries = paths.map((path) => `  <url><loc>https://launch-ready.example${path}</loc></url>\n`).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${entries}</urlset>\n`;
}

/**
 * Puts in what several pages share: `<!-- include NAME -->` stands for www/parts/NAME.
 * @param {string} text
 * @param {string} file for the message
 * @returns {string}
 */
function whole(text, file) {
  return text.replace(/^ *<!-- include ([\w.-]+) -->\n/gm, (_, name) => {
    const part = join(www, "parts", name);
    if (!existsSync(part)) throw new Error(`www/${file} includes ${name}, and there is no such file in www/parts.`);
    return readFileSync(part, "utf8");
  });
}

/**
 * Puts final addresses for plain ones.
 * @param {string} text
 * @param {Map<string, string>} addresses
 * @param {string} file for the message
 * @returns {string}
 */
function rewrite(text, addresses, file) {
  return text.replace(/\/assets\/[\w.-]+/g, (plain) => {
    const hashed = addresses.get(plain);
    if (!hashed) throw new Error(`www/${file} refers to ${plain}, and there is no such file in www/assets.`);
    return hashed;
  });
}
