// The page as uploaded: dist/. Everything in www/assets, the style sheet, the script and the WebAssembly get their hash
// into their name and may be cached for ever; www/*.html refers to them by plain name ("/assets/page.js") and is rewritten;
// www/public is copied as it is.

import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";

import { headersFile } from "./headers.mjs";
import { buildDir, dist, root, wasmModule } from "./paths.mjs";
import { unlessUnchanged } from "./stamp.mjs";
import { bindgen, optimise, wasmStepInputs } from "./wasm.mjs";

const www = join(root, "www");
const description = join(root, "docs", "openapi.json");
const descriptionPage = join(root, "docs", "api.html");
const bindings = join(buildDir, "page-bindings");
const wasm = join(buildDir, "page.wasm");

/** @returns {Promise<"unchanged" | "done">} */
export async function buildPage() {
  const input = wasmModule("launch-ready-page");
  const lib = (/** @type {string} */ name) => join(root, "tools", "lib", name);
  const module = await unlessUnchanged(
    "page-wasm",
    { inputs: [input, ...wasmStepInputs], outputs: [wasm, join(bindings, "page.js")] },
    async () => {
      await bindgen("page", input, bindings, "page");
      await optimise(join(bindings, "page_bg.wasm"), wasm);
    },
  );
  const sources = readdirSync(www).filter((name) => name !== "src" && name !== "Cargo.toml").map((name) => join(www, name));
  const assets = await unlessUnchanged(
    "page",
    { inputs: [wasm, bindings, description, descriptionPage, ...sources, lib("page.mjs"), lib("headers.mjs"), join(root, "package-lock.json")], outputs: [join(dist, "index.html")] },
    writeAssets,
  );
  return module === "unchanged" && assets === "unchanged" ? "unchanged" : "done";
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
  const folder = join(www, "assets");
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  for (const name of names.filter((name) => extname(name) !== ".css")) add(name, readFileSync(join(folder, name)));
  for (const name of names.filter((name) => extname(name) === ".css")) {
    const sheet = rewrite(readFileSync(join(folder, name), "utf8"), addresses, name);
    add(name, (await transform(sheet, { loader: "css", minify: true })).code);
  }
  const script = await build({
    entryPoints: [join(www, "start.js")],
    bundle: true,
    write: false,
    format: "esm",
    minify: true,
    target: "es2022",
    alias: { "launch-ready-page": join(bindings, "page.js") },
    define: { PAGE_WASM: JSON.stringify(addresses.get("/assets/page.wasm")) },
    logLevel: "warning",
  });
  add("page.js", script.outputFiles[0].contents);

  for (const name of readdirSync(www).filter((name) => extname(name) === ".html")) {
    writeFileSync(join(next, name), rewrite(readFileSync(join(www, name), "utf8"), addresses, name));
  }
  // What describes the API is made from the code, and weighs nothing in the Worker.
  mkdirSync(join(next, "api", "v1"), { recursive: true });
  cpSync(description, join(next, "api", "v1", "openapi.json"));
  writeFileSync(join(next, "docs.html"), rewrite(readFileSync(descriptionPage, "utf8"), addresses, "../docs/api.html"));
  if (existsSync(join(www, "public"))) cpSync(join(www, "public"), next, { recursive: true });
  writeFileSync(join(next, "_headers"), headersFile());

  // At once, so that a server that is running never sees half of it.
  rmSync(dist, { recursive: true, force: true });
  renameSync(next, dist);
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
