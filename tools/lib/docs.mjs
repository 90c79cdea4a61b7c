// The documentation on the site: what `launch-ready docs` wrote into docs/, between the site's header and footer. Markdown becomes
// HTML in tools/markdown; the page about the API is HTML already.

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { buildDir, nativeBinary, root } from "./paths.mjs";
import { run } from "./run.mjs";

const docs = join(root, "docs");
const fragments = join(buildDir, "docs-html");

/** The generated files that are pages, beside those of checks and providers: their address and what they are about. */
const single = {
  "CLI.html": ["/docs/cli", "The command line: every command and option."],
  "page-kinds.html": ["/docs/page-kinds", "How a parked domain, a challenge or an error page is told from a home page."],
  "redirect-maps.html": ["/docs/redirect-maps", "The formats in which a list of old and new URLs can come."],
};

/**
 * Writes every page of the documentation.
 * @param {string} dist the folder of the site
 * @param {(text: string, file: string) => string} finish puts in what pages share
 * @returns {Promise<string[]>} their addresses
 */
export async function writeDocs(dist, finish) {
  rmSync(fragments, { recursive: true, force: true });
  await run(nativeBinary("launch-ready-markdown"), [docs, fragments], { minutes: 1 });
  // First the shell: what the documentation says of addresses is text.
  const shell = finish(readFileSync(join(root, "www", "shell.html"), "utf8"), "shell.html");
  /** @type {string[]} */
  const written = [];
  /** @param {string} path @param {string} body @param {string} about */
  const write = (path, body, about) => {
    const [, heading = "Docs"] = /<h1>(.*?)<\/h1>/s.exec(body) ?? [];
    const title = `${heading.replace(/<[^>]*>/g, "").replace(/ \(([^)]*)\)$/, "")} · Launch Ready`;
    const file = join(dist, `${path}.html`);
    mkdirSync(dirname(file), { recursive: true });
    const regions = scrolling(body);
    const page = shell
      .replace("<title>Launch Ready</title>", () => `<title>${title}</title>`)
      .replace('name="description" content=""', () => `name="description" content="${attribute(about)}"`)
      .replace("</head>", () => `${head(path, title, about)}</head>`)
      .replace("<!-- body -->", () => regions);
    writeFileSync(file, page);
    written.push(path);
  };
  write("/docs", readFileSync(join(docs, "api.html"), "utf8"), "The API with examples to copy, every check and its source, and what is known about providers.");
  for (const folder of ["checks", "providers"]) {
    for (const name of readdirSync(join(fragments, folder)).sort()) {
      // Which rows of the requirements it covers is for those who build it.
      const body = readFileSync(join(fragments, folder, name), "utf8").replace(/<h2>Covers<\/h2>.*?(?=<h2>|$)/s, "");
      const isIndex = name === "README.html";
      const path = isIndex ? `/docs/${folder}` : `/docs/${folder}/${name.replace(/\.html$/, "")}`;
      write(path, `<div class="docs"><p><a href="/docs">Docs</a></p>${absolute(body, folder)}</div>`, firstSentence(body));
    }
  }
  for (const [name, [path, about]] of Object.entries(single)) {
    write(path, `<div class="docs"><p><a href="/docs">Docs</a></p>${absolute(readFileSync(join(fragments, name), "utf8"), "")}</div>`, about);
  }
  return written;
}

/**
 * A folder's own page has the folder's name, so what is beside its files is not beside it: links say where they lead from the root.
 * @param {string} body
 * @param {string} folder
 */
function absolute(body, folder) {
  return body.replace(/href="([^"]*)"/g, (whole, link) => {
    if (/^(#|\/|[a-z]+:)/.test(link)) return whole;
    const { pathname, hash } = new URL(link, `https://inside/docs/${folder ? `${folder}/` : ""}`);
    const path = pathname.replace(/\/$/, "");
    return `href="${path === "/docs/CLI" ? "/docs/cli" : path}${hash}"`;
  });
}

/** What may be wider than a phone scrolls by itself, and by keyboard; each has a name of its own. @param {string} body */
function scrolling(body) {
  let [tables, examples] = [0, 0];
  return body.replace(/aria-label="Table"|<pre>/g, (found) => (found === "<pre>" ? `<pre tabindex="0" role="region" aria-label="Example ${++examples}">` : `aria-label="Table ${++tables}"`));
}

/** What a page of a check or a provider is about: its first paragraph that is a sentence. @param {string} body */
function firstSentence(body) {
  const paragraphs = [...body.matchAll(/<p>(.*?)<\/p>/gs)].map(([, text]) => text.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim());
  const [found = ""] = paragraphs.filter((text) => /[.:?]$/.test(text));
  return found.length > 160 ? `${found.slice(0, 157).replace(/\s+\S*$/, "")}…` : found || "How Launch Ready checks it.";
}

/** Text that is HTML already, in an attribute. @param {string} text */
const attribute = (text) => text.replaceAll('"', "&quot;");

/** @param {string} path @param {string} title @param {string} about */
function head(path, title, about) {
  const address = `https://launch-ready.example${path}`;
  const meta = { type: "website", site_name: "Launch Ready", title, description: about, url: address, image: "https://launch-ready.example/og.png" };
  const lines = Object.entries(meta).map(([name, value]) => `    <meta property="og:${name}" content="${attribute(value)}">\n`);
  return `    <link rel="canonical" href="${address}">\n${lines.join("")}    <meta name="twitter:card" content="summary_large_image">\n`;
}
