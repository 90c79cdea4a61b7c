// The lines of a report's fixes, given to what they are for: nginx, Apache and Caddy serve a site with them, before an app that sends
// the old values and as plain files, each fix alone, twice, with the others and as the whole file. What Cloudflare, Netlify and Vercel
// take is read by their own parser or by what they document, and DNS records by the program of a name server. Then the report is made
// again with what the servers have answered. docs/fixes.md says for each host and kind how far that goes.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";

// Vercel compiles sources with this very library: @vercel/routing-utils, `sourceToRegex` (read 2026-11).
import { pathToRegexp } from "path-to-regexp";

import { nativeBinary, root } from "../tools/lib/paths.mjs";
import { asked, ensureServers, findServer, freePort, startApache, startCaddy, startNginx } from "../tools/lib/servers.mjs";
import { startLab } from "../tools/stack.mjs";

/**
 * @typedef {{ kind: string, name: string, value: string, path?: string, replaces?: string[], from: string, to: string, record_type: string }} Fix
 * @typedef {{ check: string, verb: string, line: string, fix: Fix }} Asked a fix of a finding
 * @typedef {{ file: string, text: string }} Snippet
 * @typedef {{ domain: string, recording: any, report: any, asked: Asked[], file: string, site: string, app: Map<string, any> }} Checked a domain
 * @typedef {import("../tools/lib/servers.mjs").Answer} Answer
 * @typedef {"nginx" | "apache" | "caddy"} Server
 */

const servers = /** @type {Server[]} */ (["nginx", "apache", "caddy"]);

/** Sites of the lab, and between them every kind of fix that a host is told: each kind of header, with and without a value before, for
 *  every response, a folder and a page; http to https, one name to the other, one page to another. */
const sites = ["broken.lab", "fixes-strict.lab", "fixes-paths.lab", "cached-session.lab", "policy-feature.lab", "policy-report-only.lab", "mixed-form.lab", "hsts-short.lab", "hsts-off.lab", "hsts-www.lab", "stuck-script.lab", "raw-location.lab", "latin-location.lab", "hostile.lab"];
const redirecting = ["broken.lab", "plain-http.lab", "not-redirected.lab", "path-lost.lab", "query-lost.lab", "detour.lab"];
/** Those of them with a line of every kind. */
const read = ["broken.lab", "fixes-strict.lab", "fixes-paths.lab", "cached-session.lab", "latin-location.lab", "path-lost.lab", "not-redirected.lab", "detour.lab"];
const zones = ["broken.lab", "no-email-records.lab", "two-spf.lab", "p-none.lab", "nomail.lab", "public-keys.lab"];

/** Paths that a redirect of a whole name has to keep as they are. */
const kept = ["/", "/a%20b", "/a%23b", "/a%3Fb?c=%20d&e=%26", "/%0d%0aX-Evil:%201", "/caf%C3%A9", "/deep/path?q=1&r=a+b", "/%25"];

let folder = "";
/** @type {Map<string, Checked>} */
const checked = new Map();
/** @type {(() => unknown)[]} */
const ends = [];

const program = nativeBinary("launch-ready", "debug");

/** @param {string[]} args */
function launchReady(args) {
  const ended = spawnSync(program, ["check", ...args], { encoding: "utf8", timeout: 60_000, maxBuffer: 64 << 20 });
  assert.ok([0, 1, 2].includes(ended.status ?? -1), `${args.join(" ")}: ${ended.status}: ${ended.stderr}`);
  return ended.stdout;
}

/** @param {any} report @returns {Asked[]} */
const fixesOf = (report) => report.findings.flatMap((/** @type {any} */ finding) => (finding.fixes ?? []).map((/** @type {any} */ shown) => ({ check: finding.check, ...shown })));

before(async () => {
  await ensureServers(() => {}, [...servers, "checkzone"]);
  // Documents are written through to the disk, which takes longest of all.
  folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "fixes-"));
  chmodSync(folder, 0o755);
  const lab = await startLab({ args: [join(root, "crates/lab/scenarios"), join(root, "tests/fixtures/fixes")] });
  for (const domain of new Set([...sites, ...redirecting, ...zones, "fixes-nonce.lab"])) {
    const file = join(folder, `${domain}.json`);
    launchReady([domain, "--deep", "--json", "--record", file, "--proxy", `http://${lab.http}`, "--ca-file", lab.ca]);
    const recording = JSON.parse(readFileSync(file, "utf8"));
    const report = JSON.parse(launchReady(["--replay", file, "--json"]));
    const app = new Map();
    for (const { probe, answer } of recording.evidence) {
      if (probe.kind === "http" && answer.kind === "http" && answer.status === 200 && probe.url.startsWith("https://")) app.set(probe.url, answer);
    }
    const home = [...app.keys()].map((url) => new URL(url)).find((url) => [domain, `www.${domain}`].includes(url.hostname));
    checked.set(domain, { domain, recording, report, asked: fixesOf(report), file, site: home?.hostname ?? domain, app });
  }
  await lab.stop();
});

after(async () => {
  for (const end of ends) await end();
  rmSync(folder, { recursive: true, force: true });
});

/** @param {string} domain */
const of = (domain) => /** @type {Checked} */ (checked.get(domain));

/**
 * What the report shows for a host: the lines of each fix, in the fixes' order, and the whole file.
 * @param {Checked} one @param {string} host @param {string} [panel]
 */
function shownFor(one, host, panel = "other") {
  const key = `${one.domain} ${host} ${panel}`;
  const known = shownBefore.get(key) ?? shownAnew(one, host, panel);
  shownBefore.set(key, known);
  return known;
}

/** @type {Map<string, ReturnType<typeof shownAnew>>} */
const shownBefore = new Map();

/** @param {Checked} one @param {string} host @param {string} panel */
function shownAnew(one, host, panel) {
  const out = join(folder, `${one.domain}-${host}-${panel}`);
  const markdown = launchReady(["--replay", one.file, "--markdown", "--host", host, "--dns-provider", panel, "--out", out, "--force"]);
  /** @type {Map<string, { snippet?: Snippet, boxes: Record<string, string> }[]>} */
  const all = new Map();
  for (const section of markdown.split(/^### /m).slice(1)) {
    const check = /^[^\n]*· `([a-z0-9-]+)`$/m.exec(section)?.[1] ?? "";
    const shown = section.split(/^Fix: /m).slice(1).filter((part) => /^[^\n]*:\n\n```/.test(part)).map((part) => {
      const fences = [...part.matchAll(/^(?:([^\n]*)\n\n)?(`{3,})text\n([\s\S]*?)^\2$/gm)];
      const lines = fences.find((fence) => /^(Add to the file|Add to the zone file|In the zone file)/.test(fence[1] ?? ""));
      const boxes = Object.fromEntries([...part.matchAll(/^- ([^\n]*?): `+ ?(.*?) ?`+$/gm)].map((found) => [found[1].replaceAll("\\", ""), found[2]]));
      return { snippet: lines && { file: lines[1].replace(/^Add to the file: /, "").replaceAll("\\", ""), text: lines[3] }, boxes };
    });
    all.set(check, shown);
  }
  const list = JSON.parse(readFileSync(join(out, "risk-list.json"), "utf8"));
  /** @type {Snippet[]} */
  const whole = [];
  for (const [at, block] of list.blocks.entries()) {
    if (block.kind === "heading" && /^All .* in one file$/.test(block.text)) {
      const text = list.blocks.slice(at).find((/** @type {any} */ next) => next.kind === "code").text;
      whole.push({ file: JSON.stringify(list.blocks[at + 1]), text: `${text}\n` });
    }
  }
  const steps = one.asked.filter(({ fix }) => fix.kind !== "step");
  const placed = steps.map((wanted) => {
    const nth = steps.filter(({ check }) => check === wanted.check).indexOf(wanted);
    return { ...wanted, ...(all.get(wanted.check)?.[nth] ?? { boxes: {} }) };
  });
  const risks = new Set(one.report.risks.map((/** @type {any} */ risk) => risk.check));
  return { placed, whole, inWhole: placed.filter(({ check }) => risks.has(check)) };
}

/** What is in a file twice is in it once. @template T @param {T[]} list */
const once = (list) => [...new Set(list)];

/** A part of a file: a block with its lines, or a line. @param {string} text @returns {string[]} */
function partsOf(text) {
  const parts = /** @type {string[]} */ ([]);
  let depth = 0;
  for (const line of text.split("\n").filter((line) => line.trim() && !/^\s*#/.test(line))) {
    if (depth) parts.push(`${parts.pop()}\n${line}`);
    else parts.push(line);
    depth += (/\{\s*$/.test(line) ? 1 : 0) - (/^\s*\}/.test(line) ? 1 : 0);
  }
  return parts;
}

/**
 * Pastes snippets for nginx one after the other, as the words beside them say: in place of lines about the same header, a map's lines
 * into the map that is there, the same “if” once.
 * @param {Snippet[]} snippets
 */
function pastedNginx(snippets) {
  const http = new Map();
  let server = /** @type {string[]} */ ([]);
  const blocks = /** @type {string[]} */ ([]);
  for (const { file, text } of snippets) {
    let where = /as a server block of its own/.test(file) ? "own" : "server";
    for (const section of text.split(/^(?=# (?:In the|As a) )/m)) {
      if (/^# In the http block/.test(section)) where = "http";
      else if (/^# In the server block/.test(section)) where = "server";
      else if (/^# As a server block/.test(section)) where = "own";
      for (const part of partsOf(section)) {
        if (where === "own") blocks.push(part);
        else if (where === "http") {
          const [head, ...lines] = part.split("\n");
          http.set(head, once([...(http.get(head) ?? []), ...lines.filter((line) => line.trim() !== "}")]));
        } else {
          const header = /^(add_header|proxy_hide_header|fastcgi_hide_header) ([\w-]+)/i.exec(part);
          const same = (/** @type {string} */ line) => (header ? /^[^;]*?[\w-]+ [\w-]+/.exec(line)?.[0].toLowerCase() === header[0].toLowerCase() : line === part);
          server = [...server.filter((line) => !same(line)), part];
        }
      }
    }
  }
  return { http: [...http].map(([head, lines]) => [head, ...lines, "}"].join("\n")).join("\n"), server: server.join("\n"), blocks: once(blocks) };
}

/** Pastes snippets for Caddy: in place of other lines about the header, a named path once. @param {Snippet[]} snippets */
function pastedCaddy(snippets) {
  let site = /** @type {string[]} */ ([]);
  const blocks = /** @type {string[]} */ ([]);
  for (const { file, text } of snippets) {
    let own = /as a block of its own/.test(file);
    for (const section of text.split(/^(?=# (?:In the|As a) )/m)) {
      if (/^# In the block/.test(section)) own = false;
      if (/^# As a block/.test(section)) own = true;
      for (const part of partsOf(section)) {
        if (own) blocks.push(part);
        else site = [...site.filter((line) => line !== part), part];
      }
    }
  }
  return { site: site.sort((a, b) => Number(b.startsWith("@")) - Number(a.startsWith("@"))).join("\n"), blocks: once(blocks) };
}

/**
 * A site with snippets on a port of its own, or on two: that of http and that of https.
 * @typedef {object} Case
 * @property {string} id
 * @property {Checked} one
 * @property {"files" | "app"} kind
 * @property {Snippet[]} snippets
 * @property {number} [port]
 * @property {number} [plain] the port of http, where that is another one
 */

/** The answers of an app: what the lab's site has answered, and errors that send other values of every header. @param {string[]} names */
async function startApp(names) {
  const app = createServer((asked, answer) => {
    const one = of(String(asked.headers["x-site"]));
    const url = new URL(`https://${asked.headers.host}${asked.url}`);
    const known = one.app.get(url.href) ?? one.app.get(`https://${one.site}${asked.url}`);
    if (known) {
      const hop = ["content-length", "transfer-encoding", "connection", "date", "server"];
      const fields = known.headers.filter(([name, value]) => !hop.includes(name) && !(name === "content-encoding" && value !== "identity"));
      const latin = (/** @type {string} */ text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
      answer.writeHead(200, fields.flatMap(([name, value]) => [name, latin(value)]));
      return answer.end(known.body?.bytes ?? "");
    }
    const broken = asked.url?.startsWith("/broken");
    const old = names.flatMap((name) => [name, /cache-control/i.test(name) ? "no-store, no-transform" : "from-the-app"]);
    answer.writeHead(broken ? 500 : 404, ["content-type", "text/plain", ...old]);
    answer.end(broken ? "broken" : "not found");
  });
  await new Promise((resolve) => app.listen(0, "127.0.0.1", () => resolve(undefined)));
  ends.push(() => app.close());
  return /** @type {import("node:net").AddressInfo} */ (app.address()).port;
}

/** The folder of a site of plain files. @param {Checked} one @param {string} [name] */
function filesOf(one, name = one.domain) {
  const site = join(folder, `site-${name}`);
  if (existsSync(site)) return site;
  mkdirSync(site);
  writeFileSync(join(site, "404.html"), "nothing here");
  writeFileSync(join(site, "index.html"), "<title>Home</title>");
  writeFileSync(join(site, "other.html"), "<title>Other</title>");
  const wanted = one.asked.flatMap(({ fix }) => (fix.path?.endsWith("*") ? [`${fix.path.slice(0, -1)}some.js`] : [fix.path ?? "/other.html"]));
  for (const path of [...wanted, ...[...one.app.keys()].map((url) => new URL(url).pathname)]) {
    const name = Buffer.from(unescapeBytes(path), "latin1");
    if (path.endsWith("/") || name.includes(0)) continue;
    mkdirSync(Buffer.concat([Buffer.from(`${site}`), Buffer.from(dirname(unescapeBytes(path)), "latin1")]), { recursive: true });
    writeFileSync(Buffer.concat([Buffer.from(site), name]), "file");
  }
  return site;
}

/** @param {string} path */
const unescapeBytes = (path) => path.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));

/** Serves all cases by one process. @param {Server} server @param {Case[]} cases @param {number} app */
async function serve(server, cases, app) {
  const ports = await Promise.all(cases.flatMap(() => [freePort(), freePort()]));
  cases.forEach((one, at) => ((one.port = ports[2 * at]), (one.plain = ports[2 * at + 1])));
  let end;
  if (server === "nginx") {
    const config = cases.map(({ id, one, kind, snippets, port, plain }) => {
      const own = (/** @type {string} */ text) => text.replace(/\$(send_\w+|moved_to|dollar)\b/g, `$$$1_${id}`).replace(/\$\{dollar\}/g, `\${dollar_${id}}`);
      const { http, server, blocks } = pastedNginx(snippets);
      const place = kind === "files" ? "index index.html;\nerror_page 404 /404.html;\nlocation / { try_files $uri $uri/ =404; }" : `location / { proxy_pass http://127.0.0.1:${app}; proxy_set_header Host $host; proxy_set_header X-Site ${one.domain}; }`;
      const listen = blocks.map((block) => block.replace(/ +listen 80;\n +listen \[::\]:80;/, `listen 127.0.0.1:${plain};`).replace(/ +listen 443 ssl;\n +listen \[::\]:443 ssl;/, `listen 127.0.0.1:${port};`));
      return own(`${http}\nserver {\nlisten 127.0.0.1:${port} default_server;\nlisten 127.0.0.1:${plain} default_server;\nserver_name _;\nabsolute_redirect off;\nroot ${filesOf(one)};\n${server}\n${place}\n}\n${listen.join("\n")}`);
    });
    end = await startNginx({ http: `default_type text/html;\nproxy_buffer_size 128k;\nproxy_buffers 4 128k;\nproxy_busy_buffers_size 256k;\nserver_names_hash_bucket_size 128;\nvariables_hash_max_size 8192;\nmap_hash_bucket_size 256;\n${config.join("\n")}` });
  } else if (server === "apache") {
    const config = cases.map(({ id, one, kind, snippets, port, plain }) => {
      const text = snippets.map(({ text }) => text).join("");
      let place = `ProxyPreserveHost On\nAllowEncodedSlashes NoDecode\nRequestHeader set X-Site ${one.domain}\nProxyPass "/" "http://127.0.0.1:${app}/" nocanon\n${text}`;
      if (kind === "files") {
        const site = filesOf(one, id);
        writeFileSync(join(site, ".htaccess"), text);
        place = `DocumentRoot ${site}\nErrorDocument 404 /404.html\nDirectoryIndex index.html\n<Directory ${site}>\nAllowOverride All\nRequire all granted\n</Directory>`;
      }
      return `Listen 127.0.0.1:${port}\nListen 127.0.0.1:${plain}\n<VirtualHost *:${port} *:${plain}>\nServerName ${id}.example\n${place}\n</VirtualHost>`;
    });
    end = await startApache({ modules: ["proxy", "proxy_http", "autoindex"], hosts: config.join("\n") });
  } else {
    const config = cases.map(({ one, kind, snippets, port, plain }) => {
      const { site, blocks } = pastedCaddy(snippets);
      const place = kind === "files" ? `root * ${filesOf(one)}\nfile_server\nhandle_errors {\nrewrite * /404.html\nfile_server\n}` : `reverse_proxy 127.0.0.1:${app} {\nheader_up X-Site ${one.domain}\n}`;
      const own = blocks.map((block) => block.replace(/^(https?):\/\/(\S+) \{/, (_, scheme, name) => `http://${name}:${scheme === "http" ? plain : port} {\nbind 127.0.0.1`));
      return `http://:${port}, http://:${plain} {\nbind 127.0.0.1\n${site}\n${place}\n}\n${own.join("\n")}`;
    });
    end = await startCaddy({ sites: config.join("\n") });
  }
  ends.push(end.stop);
  // Caddy opens its ports one after the other.
  for (const port of ports) {
    for (let turn = 0; !(await asked(port, "/", "neighbour.example", {}).then(() => true, () => false)); turn++) {
      assert.ok(turn < 200, `${server} does not answer on ${port}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

/** @param {Answer} answer @param {string} name */
const sent = (answer, name) => answer.fields.filter(([field]) => field.toLowerCase() === name.toLowerCase()).map(([, value]) => Buffer.from(value, "latin1").toString("latin1"));

/** What does not hang on a configuration. */
const passing = ["date", "connection", "keep-alive", "server", "via", "etag", "last-modified", "content-length", "transfer-encoding"];

/** @param {Fix} fix @param {string} asked @param {number} status whether a header is for the answer to a path */
function isFor(fix, asked, status) {
  const path = asked.split("?")[0];
  const bytes = unescapeBytes(path);
  const fits = !fix.path || (fix.path.endsWith("*") ? bytes.startsWith(unescapeBytes(fix.path.slice(0, -1))) : bytes === unescapeBytes(fix.path));
  // What a cache may keep for all is said of no error.
  return fits && !(/cache-control$/i.test(fix.name) && /\bpublic\b/.test(fix.value) && status >= 400);
}

/** Paths that a case is asked for. @param {Checked} one @param {"files" | "app"} kind */
function pathsOf(one, kind) {
  const fixed = one.asked.flatMap(({ fix }) => (!fix.path ? [] : fix.path.endsWith("*") ? [`${fix.path.slice(0, -1)}some.js`, `${fix.path.slice(0, -1)}missing.js`] : [fix.path, `${fix.path}x`, `${fix.path}?v=1`]));
  const known = [...one.app.keys()].map((url) => new URL(url)).filter((url) => url.hostname === one.site && !url.search).map((url) => url.pathname);
  const encoded = fixed.filter((path) => path.includes("[")).map((path) => path.replaceAll("[", "%5B").replaceAll("]", "%5D"));
  return once(["/", "/other.html", "/missing", ...(kind === "app" ? ["/broken"] : []), ...known, ...fixed, ...encoded]).slice(0, 24);
}

describe("the lines of a report's fixes", { timeout: 600_000 }, () => {
  for (const server of servers) {
    test(`headers hold where they are pasted: ${server}`, async () => {
      /** @type {(Case & { wanted: Fix[] })[]} */
      const cases = [];
      const names = new Set();
      for (const domain of sites) {
        const one = of(domain);
        const { placed, whole, inWhole } = shownFor(one, server);
        const headers = placed.filter(({ fix }) => fix.kind === "header");
        assert.ok(headers.length, `${domain} wants a header`);
        headers.forEach(({ fix }) => names.add(fix.name.toLowerCase()));
        const id = (/** @type {string} */ what) => `${domain.replaceAll(/\W/g, "")}${what}`;
        const snippet = (/** @type {any} */ shown) => /** @type {Snippet} */ (shown.snippet ?? assert.fail(`${domain}: no lines for ${shown.line}`));
        headers.forEach((shown, at) => {
          for (const kind of /** @type {const} */ (["files", "app"])) cases.push({ id: id(`${at}${kind}`), one, kind, snippets: [snippet(shown)], wanted: [shown.fix] });
          cases.push({ id: id(`${at}twice`), one, kind: "app", snippets: [snippet(shown), snippet(shown)], wanted: [shown.fix] });
        });
        // One after the other, those that contradict each other left out.
        const differs = (/** @type {Fix} */ a, /** @type {Fix} */ b) => a.name.toLowerCase() === b.name.toLowerCase() && a.path === b.path && a.value !== b.value;
        const together = headers.filter(({ fix }, at) => !headers.slice(0, at).some((other) => differs(other.fix, fix)));
        if (together.length > 1) cases.push({ id: id("all"), one, kind: "app", snippets: together.map(snippet), wanted: together.map(({ fix }) => fix) });
        if (whole.length) {
          const wanted = inWhole.filter(({ fix }) => fix.kind === "header").map(({ fix }) => fix);
          for (const kind of /** @type {const} */ (["files", "app"])) cases.push({ id: id(`whole${kind}`), one, kind, snippets: whole, wanted });
        }
        for (const kind of /** @type {const} */ (["files", "app"])) cases.push({ id: id(`base${kind}`), one, kind, snippets: [], wanted: [] });
      }
      await serve(server, cases, await startApp([...names]));
      const faults = /** @type {string[]} */ ([]);
      let looked = 0;
      for (const { id, one, kind, wanted, port } of cases.filter(({ wanted }) => wanted.length)) {
        const base = /** @type {Case} */ (cases.find((other) => other.one === one && other.kind === kind && !other.wanted.length));
        const all = pathsOf(one, kind).map(async (path) => {
          // The TLS of the site is somebody else's here.
          const options = { "x-forwarded-proto": "https" };
          const [now, was] = await Promise.all([port, base.port].map((at) => asked(Number(at), path, one.site, options)));
          const told = (/** @type {string} */ what) => faults.push(`${id} ${kind} ${path} (${now.status}): ${what}`);
          if (now.status !== was.status || now.body !== was.body) told(`the answer is another one: ${was.status}`);
          const about = once(wanted.map(({ name }) => name.toLowerCase()));
          for (const name of about) {
            const fix = wanted.findLast((fix) => fix.name.toLowerCase() === name && isFor(fix, path, now.status));
            // Apache writes the list of variants without blanks.
            const list = (/** @type {string[]} */ values) => (name === "vary" ? values.map((value) => value.replace(/,\s*/g, ", ")) : values);
            const [values, before] = [list(sent(now, name)), list(sent(was, name))];
            looked++;
            // Caddy cannot tell an app's error from its success, and the words beside the lines say so.
            if (!fix && server === "caddy" && kind === "app" && now.status >= 400 && wanted.some((fix) => isFor(fix, path, 200) && fix.name.toLowerCase() === name)) continue;
            if (fix && (values.length !== 1 || values[0] !== fix.value)) told(`${name} is ${JSON.stringify(values)} instead of ${fix.value}`);
            if (!fix && JSON.stringify(values) !== JSON.stringify(before)) told(`${name} is ${JSON.stringify(values)} and was ${JSON.stringify(before)}`);
          }
          const rest = (/** @type {Answer} */ answer) => answer.fields.map(([name, value]) => [name.toLowerCase(), value]).filter(([name]) => !about.includes(name) && !passing.includes(name)).sort().join("\n");
          if (rest(now) !== rest(was)) told(`something else has changed:\n${rest(now)}\ninstead of\n${rest(was)}`);
        });
        await Promise.all(all);
      }
      assert.deepEqual(faults.slice(0, 20), [], `${faults.length} of ${looked}`);
      assert.ok(looked > 500, `${looked}`);
      for (const domain of sites) await checkedAgain(of(domain), cases.filter(({ id }) => id === `${domain.replaceAll(/\W/g, "")}wholeapp`)[0]);
    });

    test(`redirects keep path and query, and lead round in no circle: ${server}`, async () => {
      /** @type {(Case & { wanted: Fix[] })[]} */
      const cases = [];
      for (const domain of redirecting) {
        const one = of(domain);
        const { placed, whole } = shownFor(one, server);
        const moves = placed.filter(({ fix }) => fix.kind === "redirect");
        assert.ok(moves.length, `${domain} wants a redirect`);
        const id = domain.replaceAll(/\W/g, "");
        const snippets = moves.map((shown) => /** @type {Snippet} */ (shown.snippet ?? assert.fail(`${domain}: no lines for ${shown.line}`)));
        moves.forEach(({ fix }, at) => {
          cases.push({ id: `${id}${at}`, one, kind: "files", snippets: [snippets[at]], wanted: [fix] });
          cases.push({ id: `${id}${at}twice`, one, kind: "app", snippets: [snippets[at], snippets[at]], wanted: [fix] });
        });
        if (moves.length > 1) cases.push({ id: `${id}all`, one, kind: "app", snippets, wanted: moves.map(({ fix }) => fix) });
        if (whole.length) cases.push({ id: `${id}whole`, one, kind: "app", snippets: whole, wanted: moves.map(({ fix }) => fix) });
      }
      await serve(server, cases, await startApp([]));
      const faults = /** @type {string[]} */ ([]);
      for (const { id, wanted, port, plain } of cases) {
        const ask = (/** @type {URL} */ url, /** @type {string} */ path) => asked(Number(url.protocol === "http:" ? plain : port), path, url.hostname, url.protocol === "http:" ? {} : { "x-forwarded-proto": "https" });
        for (const { from, to } of wanted) {
          const [start, end] = [new URL(from), new URL(to)];
          const whole = end.pathname === "/" && start.origin !== end.origin && start.pathname === "/";
          for (const path of whole ? kept : [start.pathname + start.search]) {
            const led = await ask(start, path);
            const target = whole ? `${end.origin}${path}` : end.href;
            if (led.status !== 301 || new URL(led.location ?? "/", start).href !== new URL(target).href || sent(led, "x-evil").length) faults.push(`${id}: ${start.origin}${path} leads to ${led.location} (${led.status}) and not to ${target}`);
          }
          // The end of the way shows something, or leads on by another of these redirects.
          const arrived = await ask(end, end.pathname + end.search);
          const on = arrived.status >= 300 && arrived.status < 400 && !wanted.some((next) => next.from.replace(/\/$/, "") === end.href.replace(/\/$/, ""));
          if (on) faults.push(`${id}: ${end} leads on to ${arrived.location}`);
          const other = await ask(new URL("https://neighbour.example"), "/old-and-not-moved");
          if (other.status >= 300 && other.status < 400) faults.push(`${id}: another name is led to ${other.location}`);
        }
      }
      assert.deepEqual(faults.slice(0, 20), [], `${faults.length}`);
    });
  }

  /** The report is made again with what the server answers now: it asks for none of these headers any more, and nothing is worse. @param {Checked} one @param {(Case & { wanted: Fix[] }) | undefined} served */
  async function checkedAgain(one, served) {
    if (!served) return;
    const recording = structuredClone(one.recording);
    for (const { probe, answer } of recording.evidence) {
      if (!one.app.has(probe.url) || answer.status !== 200) continue;
      const url = new URL(probe.url);
      if (url.hostname !== one.site) continue;
      const now = await asked(Number(served.port), url.pathname + url.search, url.hostname, { "x-forwarded-proto": "https" });
      assert.equal(now.status, 200, probe.url);
      // What a server says of itself is this one's, and not the site's.
      const its = ["connection", "keep-alive", "transfer-encoding", "content-length", "server", "via"];
      answer.headers = now.fields.map(([name, value]) => [name.toLowerCase(), value]).filter(([name]) => !its.includes(name));
    }
    const file = join(folder, `again-${served.id}.json`);
    writeFileSync(file, JSON.stringify(recording));
    const report = JSON.parse(launchReady(["--replay", file, "--json"]));
    const levels = ["fail", "warn", "not-measured", "not-applicable", "pass"];
    const level = (/** @type {any} */ of, /** @type {string} */ check) => of.findings.find((/** @type {any} */ finding) => finding.check === check);
    const still = fixesOf(report).filter(({ fix }) => fix.kind === "header" && served.wanted.some(({ name, path }) => name === fix.name && path === fix.path));
    assert.deepEqual(still.map(({ line }) => line), [], `${served.id} is asked for what it has`);
    for (const { check } of one.report.findings) {
      const [was, now] = [level(one.report, check), level(report, check)];
      const better = levels.indexOf(now.level) - levels.indexOf(was.level);
      assert.ok(better >= 0, `${served.id}: ${check} was ${was.outcome} and is ${now.outcome}: ${now.detail}`);
      const all = was.rank && was.fixes?.length && was.fixes.every((/** @type {any} */ { fix }) => fix.kind === "header" && served.wanted.some(({ name, value }) => name === fix.name && value === fix.value));
      // The header of another host of the domain is not on this server.
      if (all && check !== "hsts") assert.ok(better > 0 || was.outcome !== now.outcome, `${served.id}: ${check} is no better: ${now.outcome}`);
    }
  }

  test("a policy with a nonce is changed where the app writes it, and nowhere else", () => {
    const { placed } = shownFor(of("fixes-nonce.lab"), "nginx");
    assert.deepEqual(placed.filter(({ fix }) => /content-security-policy/i.test(fix.name ?? "")), []);
    const steps = of("fixes-nonce.lab").asked.filter(({ line }) => /nonce/.test(line)).map(({ check }) => check);
    assert.deepEqual(once(steps), ["security-headers", "mixed-content"]);
    assert.ok(!of("fixes-nonce.lab").asked.some(({ check }) => check === "cache-pages"), "nobody is told to keep a nonce for everybody");
  });

  test("Cloudflare's own parser takes every line of _headers and _redirects", () => {
    const { parseHeaders, parseRedirects } = cloudflareParsers();
    for (const domain of read) {
      const { placed, whole } = shownFor(of(domain), "cloudflare-pages");
      const snippets = [...placed.flatMap(({ snippet }) => snippet ?? []), ...whole];
      for (const { file, text } of snippets) {
        if (/_redirects/.test(file)) {
          const { rules, invalid } = parseRedirects(text);
          assert.deepEqual(invalid, [], text);
          assert.ok(rules.length, text);
          continue;
        }
        const { rules, invalid } = parseHeaders(text);
        assert.deepEqual(invalid, [], text);
        const paths = rules.map((/** @type {any} */ rule) => rule.path);
        assert.deepEqual(once(paths), paths, `one block for each path: ${text}`);
        const said = rules.flatMap((/** @type {any} */ rule) => Object.entries(rule.headers).map(([name, value]) => `${rule.path} ${name.toLowerCase()}: ${value}`));
        const fixes = placed.filter(({ fix }) => fix.kind === "header").map(({ fix }) => `${fix.path ?? "/*"} ${fix.name.toLowerCase()}: ${fix.value}`);
        for (const line of said) assert.ok(fixes.includes(line), `${line} of\n${text}`);
      }
    }
  });

  test("Cloudflare's rules keep the path: what the star stands for is in the target", () => {
    for (const domain of redirecting) {
      for (const { fix, boxes } of shownFor(of(domain), "cloudflare").placed.filter(({ fix }) => fix.kind === "redirect")) {
        const pattern = boxes["Wildcard pattern, Request URL"];
        if (!pattern) continue;
        const at = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "(.*)")}$`);
        const found = at.exec(`${fix.from.replace(/\/$/, "")}/a/b%20c`) ?? assert.fail(`${pattern} is not for ${fix.from}`);
        assert.equal(boxes["Target URL"].replace("${1}", found[1]), `${new URL(fix.to).origin}/a/b%20c`);
      }
    }
  });

  test("Netlify's and Vercel's files say the same by what those document", () => {
    for (const domain of read) {
      // docs.netlify.com/manage/routing/headers: a path at the beginning of a line, fields indented below it (read 2026-11).
      for (const { placed, whole } of [shownFor(of(domain), "netlify")]) {
        for (const { file, text } of [...placed.flatMap(({ snippet }) => snippet ?? []), ...whole]) {
          if (/_redirects/.test(file)) for (const line of text.trim().split("\n")) assert.match(line, /^(https?:\/\/[^\s/]+)?\/\S* (\S+=\S* )*\S+ 30[12]!$/);
          else for (const line of text.trimEnd().split("\n")) assert.match(line, /^(\/\S*|  [\w-]+: \S.*)$/);
        }
      }
      const { placed, whole } = shownFor(of(domain), "vercel");
      for (const { text } of [...placed.flatMap(({ snippet }) => snippet ?? []), ...whole]) {
        const file = JSON.parse(text);
        for (const { source, headers } of file.headers ?? []) {
          const expression = new RegExp(pathToRegexp(source, [], { strict: true, sensitive: true }).source);
          for (const { key, value } of headers) {
            const pathOf = (/** @type {Fix} */ fix) => (fix.path ?? "/any/page").replace("*", "some.js");
            const fix = placed.find(({ fix }) => fix.name === key && fix.value === value && expression.test(pathOf(fix)))?.fix;
            assert.ok(fix, `${domain}: ${source} is for ${key}: ${value}`);
            if (fix.path) assert.doesNotMatch(`/before${pathOf(fix)}`, expression);
          }
        }
      }
    }
  });

  test("a name server takes every record, as a line of a zone file and as the panels that want quotes get it", () => {
    for (const panel of ["zone-file", "amazon-route-53", "google-cloud-dns"]) {
      let records = 0;
      for (const domain of zones) {
        const one = of(domain);
        const wanted = shownFor(one, "other", panel).placed.filter(({ fix }) => fix.kind === "record");
        for (const { fix, snippet, boxes } of wanted) {
          const name = boxes["DNS name"] ?? boxes["Record name"];
          const owner = panel === "zone-file" ? "" : name === "(leave it empty)" ? `${domain}.` : `${name}.${domain}.`;
          const value = Object.entries(boxes).filter(([label]) => /^Value/.test(label)).at(-1)?.[1];
          const line = panel === "zone-file" ? snippet?.text : `${owner} 3600 IN ${fix.record_type} ${value}`;
          const file = join(folder, "zone");
          // The panel of Route 53 takes names without the dot at their end.
          writeFileSync(file, `$ORIGIN ${panel === "amazon-route-53" ? "." : `${domain}.`}\n$TTL 300\n${domain}. IN SOA ns1.dns.example. h.dns.example. 1 7200 3600 1209600 300\n${domain}. IN NS ns1.dns.example.\n${line}\n`);
          const zone = spawnSync(String(findServer("checkzone")), ["-i", "none", "-k", "ignore", "-D", "-o", "-", domain, file], { encoding: "utf8" });
          assert.equal(zone.status, 0, `${panel}: ${line}\n${zone.stdout}${zone.stderr}`);
          const joined = (/** @type {string} */ text) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]).join("");
          if (fix.record_type === "TXT") assert.ok(zone.stdout.split("\n").some((line) => joined(line) === joined(fix.value)), `${panel}: ${fix.value}\n${zone.stdout}`);
          records++;
        }
      }
      assert.ok(records >= 5, `${panel}: ${records}`);
    }
  });

  test("nothing takes the place of itself, and no record is replaced and removed", () => {
    for (const one of checked.values()) {
      const records = one.asked.map(({ fix }) => /** @type {any} */ (fix));
      const key = (/** @type {any} */ fix, /** @type {string} */ value) => `${fix.name} ${fix.record_type} ${value}`;
      const replaced = records.filter(({ kind, replaces }) => kind === "record" && replaces).map((fix) => key(fix, fix.replaces));
      const added = records.filter(({ kind }) => kind === "record").map((fix) => key(fix, fix.value));
      const removed = records.filter(({ kind }) => kind === "remove-record").map((fix) => key(fix, fix.value));
      for (const record of removed) assert.ok(!replaced.includes(record) && !added.includes(record), `${one.domain}: ${record}`);
      for (const record of replaced) assert.ok(!added.includes(record), `${one.domain}: ${record}`);
      for (const { kind, value, replaces } of records) assert.ok(kind !== "header" || replaces?.length !== 1 || replaces[0] !== value, `${one.domain}: ${value}`);
    }
  });

  test("docs/fixes.md says measured of what is measured here, and of nothing else", () => {
    const page = readFileSync(join(root, "docs/fixes.md"), "utf8");
    const measured = once([...page.matchAll(/measured on (\w+)/g)].map(([, name]) => name.toLowerCase()));
    assert.deepEqual(measured.sort(), [...servers].sort());
    for (const server of servers) {
      const row = page.split("\n").find((line) => line.includes(`](providers/${server}.md)`)) ?? "";
      assert.equal(row.split("measured on").length - 1, 4, `${server}: ${row}`);
    }
  });

  test("what is said of the host and the panel holds for the documents, too", () => {
    const { whole } = shownFor(of("broken.lab"), "nginx", "amazon-route-53");
    assert.match(whole[0].text, /add_header/);
    const list = readFileSync(join(folder, "broken.lab-nginx-amazon-route-53", "risk-list.md"), "utf8");
    assert.match(list, /Route 53 console/);
    assert.doesNotMatch(list, /vercel\.json/);
  });
});

/** wrangler's parsers of `_headers` and `_redirects`, out of its bundle: it exports neither. */
function cloudflareParsers() {
  const bundle = readFileSync(join(root, "node_modules/wrangler/wrangler-dist/cli.js"), "utf8");
  const [start, end] = ["constants", "types"].map((name) => bundle.indexOf(`// ../workers-shared/utils/configuration/${name}.ts`));
  assert.ok(start > 0 && end > start, "wrangler's bundle is laid out in another way: look for parseHeaders in it");
  const source = bundle.slice(start, end);
  const inits = once([...source.matchAll(/\binit_\w+/g)].map(([name]) => name));
  const defined = inits.filter((name) => new RegExp(`var ${name} =`).test(source));
  const helpers = "const __name = (of) => of; const __esm = (of) => { let todo = of; return () => { const all = todo; todo = {}; Object.values(all).forEach((run) => run()); }; };";
  const given = inits.filter((name) => !defined.includes(name)).map((name) => `const ${name} = () => {};`).join("");
  return new Function(`${helpers}${given}${source}\n${defined.map((name) => `${name}();`).join("")}return { parseHeaders, parseRedirects };`)();
}
