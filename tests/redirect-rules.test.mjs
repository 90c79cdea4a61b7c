// The rules that a redirect list becomes, asked: nginx and Apache themselves, and Netlify, Cloudflare and Vercel by what they document.
// Each line of a list must lead where it says, with the status that it asks for, and its neighbours must stay where they are.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";

// Vercel compiles sources with this very library: @vercel/routing-utils, `sourceToRegex` (read 2026-11).
import { compile, pathToRegexp } from "path-to-regexp";

import { nativeBinary, root } from "../tools/lib/paths.mjs";
import { ensureServers, startApache, startNginx } from "../tools/lib/servers.mjs";

const site = "https://example.com/";

/** What is built: a release where there is one, as what ships. */
const program = [nativeBinary("launch-ready", "debug"), nativeBinary("launch-ready", "release")].find((path) => existsSync(path)) ?? "launch-ready";

/** @param {string | Buffer} list @param {string[]} formats @param {string} [domain] */
function sheet(list, formats, domain = "example.com") {
  const args = ["redirects", "-", "--domain", domain, "--offline", "--json", ...formats.flatMap((format) => ["--rules", format])];
  const ended = spawnSync(program, args, { input: list, encoding: "utf8", timeout: 60_000, maxBuffer: 64 << 20 });
  assert.ok([0, 1].includes(ended.status ?? -1), `${ended.status}: ${ended.stderr}`);
  return JSON.parse(ended.stdout);
}

/** @param {any} read @param {string} format */
const rulesOf = (read, format) => read.rules.find((/** @type {any} */ rules) => rules.format === format);

/**
 * Where a request is led; `undefined` where it stays.
 * @typedef {{ status: number, location: string } | undefined} Led
 * @typedef {{ ask: (path: string, host?: string) => Promise<Led>, status?: (path: string) => Promise<number>, stop?: () => Promise<void> }} Host
 */

/** @param {import("../tools/lib/servers.mjs").Server} server @returns {Host} */
const host = (server) => ({
  ask: async (path, host = "example.com") => {
    const { status, location } = await server.ask(path, { host });
    return status >= 300 && status < 400 && location ? { status, location } : undefined;
  },
  status: async (path) => (await server.ask(path, { host: "example.com" })).status,
  stop: server.stop,
});

/** Each way to serve a list. @type {Record<string, { format: string, serve: (rules: string) => Promise<Host> }>} */
const hosts = {
  nginx: {
    format: "nginx",
    serve: async (rules) => {
      const [http, server] = rules.split("# In the server block:\n");
      return host(await startNginx({ http, server: `absolute_redirect off;\n${server}\nlocation / { return 200 "here"; }` }));
    },
  },
  "Apache, .htaccess": { format: "apache", serve: async (rules) => host(await startApache({ htaccess: rules, files: { "index.html": "here" } })) },
  "Apache, virtual host": { format: "apache", serve: async (rules) => host(await startApache({ server: rules, files: { "index.html": "here" } })) },
  Netlify: { format: "netlify", serve: async (rules) => ({ ask: async (path, host) => netlify(rules, path, host) }) },
  "Cloudflare _redirects": { format: "cloudflare-redirects", serve: async (rules) => ({ ask: async (path) => cloudflare(rules, path) }) },
  "Cloudflare Bulk Redirects": { format: "cloudflare-bulk", serve: async (rules) => ({ ask: async (path, host) => bulk(rules, path, host) }) },
  Vercel: { format: "vercel", serve: async (rules) => ({ ask: async (path) => vercel(rules, path) }) },
};

/** A path as hosts compare it: decoded where that means the same. @param {string} path */
const plainPath = (path) => {
  const same = (/** @type {string} */ encoded, /** @type {string} */ hex) => {
    const c = String.fromCharCode(parseInt(hex, 16));
    return /[!-~]/.test(c) && !"%/?#".includes(c) ? c : encoded.toUpperCase();
  };
  return path.replace(/%([0-9a-f]{2})/gi, same);
};

/**
 * Netlify: docs.netlify.com, "Redirects and rewrites" and "Redirect options" (read 2026-11). The first line that matches holds; a slash at
 * the end does not matter; parameters of the query are conditions, and without any a rule matches all; a target without a query gets
 * the old one. `:name` is a segment, in the query a value; `*` is the rest. What is answered with 200 or 404 stays where it is.
 * @param {string} rules @param {string} asked @returns {Led}
 */
function netlify(rules, asked, host = "example.com") {
  const url = new URL(asked, `https://${host}/`);
  for (const line of rules.split("\n").filter((line) => line && !line.startsWith("#"))) {
    const words = line.split(/\s+/);
    const from = words.shift() ?? "";
    const query = words.splice(0, words.findIndex((word) => /^\/|^https?:/.test(word))).map((word) => word.split("="));
    const [to, status, ...conditions] = words;
    const given = (/** @type {string} */ name) => url.searchParams.get(name);
    if (conditions.length || !query.every(([name, value]) => (value.startsWith(":") ? given(name) !== null : given(name) === value))) continue;
    const own = from.startsWith("/") ? { host: url.host, pathname: from } : new URL(from);
    const found = own.host === url.host && placeholders(own.pathname, plainPath(url.pathname), true);
    if (!found) continue;
    if (!status.startsWith("3")) return undefined;
    for (const [name, value] of query) if (value.startsWith(":")) found[value.slice(1)] = given(name) ?? "";
    return { status: parseInt(status), location: withQuery(filled(to, found), url.search, query.length === 0) };
  }
}

/**
 * Cloudflare: developers.cloudflare.com, Pages, "Redirects" (read 2026-11). Static lines first, in their order; the query plays no part
 * and is carried on; `:name` is a segment, `*` anything, once.
 * @param {string} rules @param {string} asked @returns {Led}
 */
function cloudflare(rules, asked) {
  const url = new URL(asked, site);
  const lines = rules.split("\n").filter(Boolean).map((line) => line.split(/\s+/));
  const dynamic = (/** @type {string[]} */ [from]) => /\*|\/:[A-Za-z]/.test(from);
  assert.ok(lines.filter(dynamic).length <= 100 && lines.length <= 2_100 && lines.every((words) => words.join(" ").length <= 1_000));
  for (const [from, to, status] of [...lines.filter((line) => !dynamic(line)), ...lines.filter(dynamic)]) {
    const found = placeholders(from, plainPath(url.pathname), false);
    if (found) return { status: parseInt(status), location: withQuery(filled(to, found), url.search, true) };
  }
}

/** @param {string} from @param {string} path @param {boolean} looseSlash @returns {Record<string, string> | undefined} */
function placeholders(from, path, looseSlash) {
  const escaped = plainPath(from).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const below = looseSlash ? escaped.replace(/\/\\\*$/, "(?:/(?<splat>.*))?") : escaped;
  const source = below.replace(/\\\*/, "(?<splat>.*)").replace(/\/:([A-Za-z]\w*)/g, "/(?<$1>[^/]+)");
  const strip = (/** @type {string} */ text) => (looseSlash && text.length > 1 ? text.replace(/\/+$/, "") : text);
  const found = new RegExp(`^${strip(source)}$`).exec(strip(path));
  return found ? { ...found.groups } : undefined;
}

/** @param {string} to @param {Record<string, string>} found */
const filled = (to, found) => to.replace(/:([A-Za-z]\w*)/g, (whole, name) => (name in found ? (found[name] ?? "") : whole));

/** @param {string} to @param {string} search @param {boolean} carried */
function withQuery(to, search, carried) {
  const [page, place] = to.split("#");
  return !carried || !search || page.includes("?") ? to : `${page}${search}${place === undefined ? "" : `#${place}`}`;
}

/**
 * Cloudflare: developers.cloudflare.com, Rules, "Bulk Redirects": URL redirect parameters, supported URL components (read 2026-11). A source is
 * host and path; the query plays no part, and is carried on where the fourth column says so. With the sixth all that is below matches, and with
 * the seventh it follows the target.
 * @param {string} rules @param {string} asked @returns {Led}
 */
function bulk(rules, asked, host = "example.com") {
  const url = new URL(asked, `https://${host}/`);
  for (const line of rules.split("\n").filter(Boolean)) {
    const cells = [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
    const [source, target, status, keep, ...rest] = cells;
    const [subdomains, below, suffix] = rest;
    assert.ok(rest.length === 3 && subdomains === "FALSE" && (below === "TRUE" || suffix === "FALSE"), line);
    assert.ok(!source.includes("?") && ["301", "302", "307", "308"].includes(status) && !(keep === "TRUE" && target.includes("?")), line);
    const from = new URL(`https://${source}`);
    const [path, pattern] = [plainPath(url.pathname), plainPath(from.pathname)];
    const inside = below === "TRUE" && from.host === url.host && path.startsWith(pattern.endsWith("/") ? pattern : `${pattern}/`);
    if (inside) {
      const more = suffix === "TRUE" ? `/${url.pathname.slice(from.pathname.replace(/\/$/, "").length + 1)}` : "";
      return { status: parseInt(status), location: withQuery(target + more, url.search, keep === "TRUE") };
    }
    if (from.host === url.host && pattern === path) return { status: parseInt(status), location: withQuery(target, url.search, keep === "TRUE") };
  }
}

/**
 * Vercel: vercel.com/docs, "vercel.json", `redirects` with `has` and `missing`; sources by path-to-regexp, strict, in their case and with `/`
 * between segments; the old query is carried on (read 2026-11).
 * @param {string} rules @param {string} asked @returns {Led}
 */
function vercel(rules, asked) {
  const url = new URL(asked, site);
  for (const rule of JSON.parse(rules).redirects) {
    /** @type {any[]} */
    const keys = [];
    const pattern = pathToRegexp(rule.source, keys, { strict: true, sensitive: true, delimiter: "/" });
    const found = pattern.exec(url.pathname) ?? pattern.exec(plainPath(url.pathname));
    const holds = (/** @type {any} */ { type, key, value }) => {
      assert.equal(type, "query");
      const given = url.searchParams.get(key);
      return given !== null && (value === undefined || new RegExp(`^${value}$`).test(given));
    };
    if (!found || !(rule.has ?? []).every(holds) || (rule.missing ?? []).some(holds)) continue;
    const parts = /^(https?:\/\/[^/]+)?([^?#]*)(\?[^#]*)?(#.*)?$/.exec(rule.destination) ?? [];
    const values = Object.fromEntries(keys.map(({ name, modifier }, at) => [name, modifier === "*" || modifier === "+" ? (found[at + 1] ?? "").split("/").filter(Boolean) : found[at + 1]]));
    assert.ok(!/\$\w|[{}\\]/.test(rule.destination), `${rule.destination} holds a reference`);
    const path = compiled(parts[2], values);
    const own = (parts[3] ?? "").replaceAll("\\:", ":");
    const carried = new URLSearchParams([...url.searchParams].filter(([name]) => !new URLSearchParams(own).has(name)));
    const search = own && carried.size ? `${own}&${carried}` : own || (carried.size ? `?${carried}` : "");
    return { status: rule.permanent ? 308 : 307, location: `${parts[1] ?? ""}${path}${search}${(parts[4] ?? "").replaceAll("\\:", ":")}` };
  }
}

/** A target of Vercel: compiled as a pattern, and what is none is literal (@vercel/routing-utils, `replaceSegments`). @param {string} target @param {any} values */
function compiled(target, values) {
  try {
    return compile(target, { validate: false })(values);
  } catch {
    return target.replace(/:(\w+)[*+?]?/g, (whole, name) => (name in values ? values[name] : whole));
  }
}

/** Where a list's line leads, spelt so that two spellings of one address are one. @param {string} location @param {string} [base] */
function address(location, base = site) {
  const url = new URL(location, base);
  // A dollar sign and a brace begin variables in some files, and are encoded there.
  // And Apache drops a `&` that nothing follows.
  const search = url.search.replace(/%(24|7B|7D)/gi, decodeURIComponent).replace(/&+$/, "").replace(/^\?$/, "");
  return `${url.host}${plainPath(url.pathname)}${search}${url.hash}`;
}

/** @param {number} status @param {boolean} temporary */
const isAsAsked = (status, temporary) => (temporary ? [302, 303, 307] : [301, 308]).includes(status);

/**
 * Asks for every line of a list: it leads where it should, or is named as left out; and what stands beside it does not move.
 * @param {Host} host @param {any} read @param {any} rules @param {string} what
 */
async function asked(host, read, rules, what) {
  const leftOut = new Set(rules.left_out.map((/** @type {any} */ left) => left.line));
  const rows = read.rows.filter((/** @type {any} */ row) => !row.kind);
  const listed = new Set(rows.map((/** @type {any} */ row) => address(row.from)));
  const bare = new Set(rows.map((/** @type {any} */ row) => address(row.from).replace(/[?#].*/, "").replace(/\/$/, "").toLowerCase()));
  let written = 0;
  for (const row of rows.filter((/** @type {any} */ row) => !leftOut.has(row.line))) {
    const from = new URL(row.from, site);
    const path = row.from.endsWith("?") ? `${from.pathname}?` : from.pathname + from.search;
    const led = await host.ask(path, from.host);
    const told = `${what}, line ${row.line}: ${row.from} -> ${row.to}, and it is led to ${JSON.stringify(led)}`;
    assert.ok(led, told);
    assert.ok(isAsAsked(led.status, row.permanence === "temporary"), told);
    if (row.problem?.kind !== "chain") {
      // Where only the query is carried on, it is at the end.
      const expected = address(row.to);
      assert.ok(address(led.location, from.href) === expected || carriedOn(address(led.location, from.href), expected, from.search), `${told} instead of ${expected}`);
    }
    written++;
    for (const path of neighbours(from)) {
      const neighbour = new URL(path, from);
      if (bare.has(address(neighbour.href).replace(/[?#].*/, "").replace(/\/$/, "").toLowerCase()) && listed.has(address(neighbour.href))) continue;
      if ([...bare].some((known) => known === address(neighbour.href).replace(/[?#].*/, "").replace(/\/$/, ""))) continue;
      assert.equal(await host.ask(path, from.host), undefined, `${what}: ${path} is not in the list`);
    }
  }
  return written;
}

/** Netlify and Vercel hand the old query to a target of another one. @param {string} led @param {string} expected @param {string} search */
function carriedOn(led, expected, search) {
  if (!search || search === "?") return false;
  const [page] = expected.split("#");
  return led.startsWith(page.includes("?") ? `${page}&` : `${page}?`);
}

/** What must stay where it is. @param {URL} from */
function neighbours({ pathname }) {
  const swapped = pathname.replace(/%[0-9A-Fa-f]{2}|[a-zA-Z]/g, (c) => (c.length > 1 ? c : c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
  const dotted = pathname.includes(".") ? [pathname.replace(".", "x")] : [];
  return [`${pathname.replace(/\/$/, "")}-and-more`, `/before${pathname}`, swapped, ...dotted].filter((path) => path !== pathname && path.length > 1);
}

const difficult = String.raw`/plain,/simple
/with.dots.html,/dots
/say-%22hello%22.html,/hello
"/say-""twice""",/twice
/two words,/two
/caf%c3%a9,/coffee
/über,/ueber
/100%25,/hundred
/a(b)[c]{d}+e,/brackets
/a$b^c|d,/signs
/back\slash,/slash
/it's,/its
/semi;colon,/semi
"/com,ma",/comma
/tilde~x,/tilde
/at@x:y,/at
/star*d,/star
/question%3Fmark,/question
/hash%23mark,/hash
/UPPER,/upper-page
/Mixed/Case.PHP,/mixed
/mixed/case.php,/mixed-2
/folder/,/folder-new/
/dollar,/cost$1
/percent,/half%20off
/braces,/x?y={z}&w=%7Bv%7D
/env,/x?home=DOLLAR{HOME}
/amp&ersand,/amp
/plus+sign,/plus
/equals=sign,/equals
/list.cfm?category=kitchen&colour=green&order=price&page=12&view=grid,/kitchen
/list.cfm,/all
/q?id=7,/seven
/q?id=8,/eight
/q,/none
/q?a=%22x%22&b=(1),/quoted
/delivery,/help#delivery
/tmp,/for-now,302
/tmp-2,/for-now-2,307
/abroad,https://shop.example.net/abroad?x=1
https://www.example.com/from-www,https://example.com/to-bare
https://example.com/from-bare,https://www.example.com/to-www
`.replace("DOLLAR", "$");

const formats = [...new Set(Object.values(hosts).map(({ format }) => format))];

describe("rules for a redirect list", { timeout: 600_000 }, () => {
  before(async () => ensureServers());

  for (const [name, { format, serve }] of Object.entries(hosts)) {
    test(`lead each line of a difficult list where it says: ${name}`, async () => {
      const read = sheet(difficult, [format]);
      assert.deepEqual(read.unread, []);
      const rules = rulesOf(read, format);
      const host = await serve(rules.text);
      try {
        const written = await asked(host, read, rules, name);
        const least = { nginx: 39, apache: 39, netlify: 30, vercel: 34, "cloudflare-redirects": 30, "cloudflare-bulk": 30 }[format] ?? 0;
        assert.ok(written >= least, `${written} lines are written, and left out are ${JSON.stringify(rules.left_out)}`);
      } finally {
        await host.stop?.();
      }
    });

    test(`hold for any path and any query: ${name}`, async () => {
      const read = sheet(anyList(20_261_101, 250), [format]);
      const rules = rulesOf(read, format);
      const host = await serve(rules.text);
      try {
        const written = await asked(host, read, rules, name);
        assert.ok(written > 40, `${written} of ${read.rows.length}`);
      } finally {
        await host.stop?.();
      }
    });

    test(`read back are the same moves: ${name}`, () => {
      const moves = (/** @type {any} */ read) => {
        const all = read.rows.filter((/** @type {any} */ row) => !row.kind);
        return Object.fromEntries(all.map((/** @type {any} */ row) => [address(row.from).replace(/^www\./, ""), `${address(row.to)} ${row.permanence}`]));
      };
      const read = sheet(difficult, [format]);
      const rules = rulesOf(read, format);
      const leftOut = new Set(rules.left_out.map((/** @type {any} */ left) => left.line));
      const kept = { rows: read.rows.filter((/** @type {any} */ row) => !leftOut.has(row.line)) };
      const back = sheet(rules.text, []);
      assert.deepEqual(back.unread, []);
      const [there, here] = [moves(back), moves(kept)];
      const differ = Object.keys({ ...there, ...here }).filter((from) => there[from] !== here[from]);
      assert.deepEqual(differ.map((from) => [from, here[from], there[from]]), []);
    });
  }

  for (const [name, { format, serve }] of Object.entries(hosts)) {
    test(`send nobody round in a circle, and leave out with a reason what would: ${name}`, async () => {
      const list = "/catalogue -> /catalogue?sort=newest\n/search,/search?q=\n/b,/b/\n/a,/c?x=1\n/c,/a\n/x?id=1,/x\n/%c3%bc,/y\n/y,/%C3%BC\n/in,/y\n/fine,/good\n/guides/*,/guides/v2/:splat\n/p/*,/r/*\n/r/*,/p/*\n";
      const read = sheet(list, [format]);
      const rules = rulesOf(read, format);
      const host = await serve(rules.text);
      try {
        for (const start of ["/catalogue", "/catalogue?page=2", "/search", "/b", "/b/", "/a", "/c", "/x?id=1", "/x", "/%c3%bc", "/y", "/in", "/fine", "/guides/x", "/p/1", "/r/1"]) {
          let at = start;
          for (let turn = 0; ; turn++) {
            const led = await host.ask(at);
            if (!led) break;
            assert.ok(turn < 2, `${start} goes on to ${led.location}`);
            const url = new URL(led.location, site);
            at = url.pathname + url.search;
          }
        }
        assert.equal(address((await host.ask("/fine"))?.location ?? ""), "example.com/good");
        const written = read.rows.length - new Set(rules.left_out.map((/** @type {any} */ left) => left.line)).size;
        assert.ok(written >= 2 && rules.left_out.every((/** @type {any} */ left) => left.reason.length > 10));
      } finally {
        await host.stop?.();
      }
    });

    test(`write patterns, and nothing for what is no redirect: ${name}`, async () => {
      const list = "/guides/*  /handbook/:splat  301\n/news/:year/:slug  /press/:year/:slug  302\n/*  /index.html  200\n/  /de/  302  Language=de\n/lost  /404.html  404\n/old  /new  301!\n";
      const read = sheet(list, [format]);
      const rules = rulesOf(read, format);
      const host = await serve(rules.text);
      try {
        for (const path of ["/", "/lost", "/anything", "/index.html", "/guidesx", "/news/2024", "/news/2024/a/b"]) assert.equal(await host.ask(path), undefined, path);
        assert.equal(address((await host.ask("/old"))?.location ?? ""), "example.com/new");
        if (format === "cloudflare-bulk") {
          assert.deepEqual(rules.left_out.map((/** @type {any} */ left) => left.line), [2, 3, 4, 5], "all that is below an address is its only pattern");
          assert.equal(address((await host.ask("/guides/a/b.html?x=1"))?.location ?? ""), "example.com/handbook/a/b.html?x=1");
          return;
        }
        const guides = await host.ask("/guides/a%20b/c.html?x=1");
        assert.equal(address(guides?.location ?? ""), "example.com/handbook/a%20b/c.html?x=1");
        const news = await host.ask("/news/2024/hello-world");
        assert.equal(address(news?.location ?? ""), "example.com/press/2024/hello-world");
        assert.ok(isAsAsked(guides?.status ?? 0, false) && isAsAsked(news?.status ?? 0, true));
        const back = sheet(rules.text, ["netlify"]);
        const plain = rulesOf(back, "netlify").text.split("\n").filter((/** @type {string} */ line) => line && !/Language=| 200$| 404$/.test(line));
        const named = plain.map((/** @type {string} */ line) => line.replace(/:p1\b/g, ":year").replace(/:p2\b/g, ":slug"));
        assert.deepEqual(named, ["/old /new 301!", "/guides/* /handbook/:splat 301!", "/news/:year/:slug /press/:year/:slug 302!"], rules.text);
      } finally {
        await host.stop?.();
      }
    });
  }

  test("nginx and Apache answer what is gone, any spelling of an address, and carry a query in front of the fragment", async () => {
    const list = "Redirect gone /gone\nRedirect 301 /caf%C3%A9 /coffee\nRedirect 301 /delivery /help#delivery\nRedirect 301 /say-(x) /said\n";
    const read = sheet(list, ["nginx", "apache"]);
    for (const [name, { format, serve }] of Object.entries(hosts).filter(([, { format }]) => ["nginx", "apache"].includes(format))) {
      const host = await serve(rulesOf(read, format).text);
      try {
        for (const path of ["/caf%c3%a9", "/caf%C3%A9"]) assert.equal(address((await host.ask(path))?.location ?? ""), "example.com/coffee", name);
        for (const path of ["/say-(x)", "/say-%28x%29"]) assert.equal(address((await host.ask(path))?.location ?? ""), "example.com/said", name);
        assert.equal(address((await host.ask("/delivery?utm=1"))?.location ?? ""), "example.com/help?utm=1#delivery", name);
        assert.equal(address((await host.ask("/delivery"))?.location ?? ""), "example.com/help#delivery", name);
        assert.match((await host.ask("/delivery", "www.example.com"))?.location ?? "", /^(https?:..www.example.com)?.help#delivery$/, `${name}, with www`);
      } finally {
        await host.stop?.();
      }
      assert.match(rulesOf(read, format).text, /410|\[G/);
    }
  });

  test("nginx and Apache keep the case, the query and the errors of an Apache file", async () => {
    const list = String.raw`RewriteRule ^any-case$ /one [R=301,NC,L]
RewriteRule ^Some/(.*)$ /two/$1 [R=302,NC,L]
RewriteRule ^added$ /three?x=1 [R=301,L,QSA]
RewriteRule ^dropped$ /four [R=301,L,QSD]
RewriteRule ^dropped-too$ /five? [R=301,L]
RewriteRule ^forbidden$ - [F]
RewriteRule ^gone$ - [G,NC]
Redirect 404 /missing
Redirect 451 /legal
RedirectMatch 403 ^/closed\.php$
RewriteCond %{HTTP_USER_AGENT} bot
RewriteRule ^robots-only$ - [F]
RewriteCond %{HTTP_HOST} ^a\.example$ [OR]
RewriteCond %{HTTP_HOST} ^b\.example$
RewriteRule ^either$ /six [R=301]
RewriteRule ^proxied$ https://back.example/seven [P]
RewriteRule ^first$ - [C]
RewriteRule ^second$ /eight [R=301]
`;
    const read = sheet(list, ["nginx", "apache", "netlify"]);
    assert.deepEqual(read.unread, []);
    for (const [name, { format, serve }] of Object.entries(hosts).filter(([, { format }]) => ["nginx", "apache"].includes(format))) {
      const host = await serve(rulesOf(read, format).text);
      try {
        for (const [path, to] of [["/ANY-Case", "/one"], ["/any-case?q=1", "/one?q=1"], ["/some/A", "/two/A"], ["/added?y=2", "/three?x=1&y=2"], ["/added", "/three?x=1"], ["/dropped?y=2", "/four"], ["/dropped-too?y=2", "/five"]]) {
          assert.equal(address((await host.ask(path))?.location ?? ""), `example.com${to}`, `${name}: ${path}`);
        }
        for (const [path, status] of /** @type {[string, number][]} */ ([["/forbidden", 403], ["/GONE", 410], ["/missing", 404], ["/legal", 451], ["/closed.php", 403]])) {
          assert.equal(await host.status?.(path), status, `${name}: ${path}`);
        }
        for (const path of ["/robots-only", "/either", "/proxied", "/second"]) assert.equal(await host.ask(path), undefined, `${name}: ${path}`);
      } finally {
        await host.stop?.();
      }
      const reasons = Object.fromEntries(rulesOf(read, format).left_out.map((/** @type {any} */ { line, reason }) => [line, reason]));
      assert.match(reasons[12], /HTTP_USER_AGENT/);
      assert.match(reasons[15], /a\\.example.*or.*b\\.example/);
      assert.match(reasons[16], /proxy/);
      assert.match(reasons[18], /chained/);
      const back = rulesOf(sheet(rulesOf(read, format).text, [format]), format);
      assert.equal(back.text, rulesOf(read, format).text, `${name}, read back`);
    }
    const { left_out, partly } = rulesOf(read, "netlify");
    assert.match(left_out.find((/** @type {any} */ { line }) => line === 6).reason, /403 \(forbidden\)/);
    assert.deepEqual(partly.map((/** @type {any} */ { line }) => line).sort(), [1, 2, 3, 4, 5], "Netlify knows one case, and carries the query on");
  });

  test("a file of Netlify comes back as Netlify reads it, line by line", async () => {
    const lines = [
      "/app  /index.html  200!", "/store  id=:id  /shop/:id  301", "/store  id=:id  tag=new  /shop/new/:id  302!", "https://old.example.org/*  https://example.com/archive/:splat  301!",
      "/fr  /fr/start  302  Language=fr  Country=fr,be", "/inside/*  /sign-in  302  Role=admin", "/api/*  https://api.example/:splat  200", "/lost  /404.html  404", "/old  /new  301!", "/*  /index.html  200",
    ];
    const toml = `[[redirects]]\nfrom = "/app"\nto = "/index.html"\nstatus = 200\nforce = true\n[[redirects]]\nfrom = "/store"\nto = "/shop/:id"\nquery = {id = ":id"}\n[[redirects]]\nfrom = "/fr"\nto = "/fr/start"\nstatus = 302\nconditions = {Language = ["fr"], Country = ["fr", "be"]}\n`;
    const plain = (/** @type {string} */ text) => text.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).filter(Boolean).sort();
    const read = sheet(lines.join("\n"), ["netlify", "nginx", "cloudflare-redirects", "vercel"]);
    const rules = rulesOf(read, "netlify");
    assert.deepEqual([rules.left_out, plain(rules.text)], [[], plain(lines.join("\n"))]);
    assert.equal(rulesOf(sheet(rules.text, ["netlify"]), "netlify").text, rules.text, "and once more");
    assert.equal(netlify(rules.text, "/store?id=7")?.location, "/shop/7");
    assert.equal(netlify(rules.text, "/a/b", "old.example.org")?.location, "https://example.com/archive/a/b");
    const nginx = await hosts.nginx.serve(rulesOf(read, "nginx").text);
    try {
      assert.equal((await nginx.ask("/a/b?x=1", "old.example.org"))?.location, "https://example.com/archive/a/b?x=1");
      for (const path of ["/app", "/store?id=7", "/fr", "/api/x", "/lost"]) assert.equal(await nginx.ask(path), undefined, path);
    } finally {
      await nginx.stop?.();
    }
    for (const format of ["nginx", "cloudflare-redirects", "vercel"]) {
      const named = new Set(rulesOf(read, format).left_out.map((/** @type {any} */ { line }) => line));
      for (const line of [1, 2, 3, 5, 6, 7]) assert.ok(named.has(line), `${format} names line ${line}`);
    }
    assert.deepEqual(plain(rulesOf(sheet(toml, ["netlify"]), "netlify").text), plain("/app /index.html 200!\n/store id=:id /shop/:id 301\n/fr /fr/start 302 Language=fr Country=fr,be"));
  });

  test("a Caddyfile leads where its site does", async () => {
    const list = "example.com {\n\tredir /old /new permanent\n\tredir /was /is\n\thandle_path /diary/* {\n\t\tredir /journal{uri} 301\n\t}\n\t@post path_regexp post ^/blog/(\\d+)$\n\tredir @post /posts/{re.post.1} 308\n\trespond /gone 410\n\t@bot header User-Agent *bot*\n\tredir @bot /robots\n\tfile_server\n}\nold.example.org {\n\tredir https://example.com{uri} permanent\n}\n";
    const read = sheet(list, ["nginx"]);
    const nginx = await hosts.nginx.serve(rulesOf(read, "nginx").text);
    try {
      for (const [path, status, to] of /** @type {[string, number, string][]} */ ([["/old", 301, "/new"], ["/was", 302, "/is"], ["/diary/may/1", 301, "/journal/may/1"], ["/blog/12", 308, "/posts/12"]])) {
        const led = await nginx.ask(path);
        assert.deepEqual([led?.status, address(led?.location ?? "")], [status, `example.com${to}`]);
      }
      assert.equal(await nginx.status?.("/gone"), 410);
      assert.equal((await nginx.ask("/a?b=c", "old.example.org"))?.location, "https://example.com/a?b=c");
      assert.equal(await nginx.ask("/blog/x"), undefined);
    } finally {
      await nginx.stop?.();
    }
    assert.match(rulesOf(read, "nginx").left_out[0].reason, /header User-Agent/);
  });

  test("ten thousand lines take twice what five thousand take, in rows, rules and bytes", () => {
    const list = (/** @type {number} */ lines) => sheet(Array.from({ length: lines }, (_, n) => `/old/page-${10_000 + n}.html,/new/page-${10_000 + n}\n`).join(""), formats);
    const [half, whole] = [list(5_000), list(10_000)];
    assert.deepEqual([whole.rows.length, whole.unread.length, whole.left_out ?? []], [10_000, 0, []]);
    for (const format of formats) {
      const [few, all] = [rulesOf(half, format), rulesOf(whole, format)];
      const most = { "cloudflare-redirects": 2_000, vercel: 2_048 }[format] ?? 10_000;
      assert.equal(all.left_out.length, 10_000 - most, format);
      if (most === 10_000) assert.ok(Math.abs(all.text.length - 2 * few.text.length) < 400, `${format}: ${few.text.length} and ${all.text.length}`);
    }
  });

  test("a file of a spreadsheet is read in the encoding that it was saved in", () => {
    const text = "Alte Adresse;Neue Adresse\n/über-uns;/ueber\n/café;/kaffee\n";
    const encodings = { "utf-8": Buffer.from(`\ufeff${text}`), "utf-16": Buffer.from(`\ufeff${text}`, "utf16le"), latin1: Buffer.from(text, "latin1") };
    for (const [name, bytes] of Object.entries(encodings)) {
      const { rows } = sheet(bytes, []);
      assert.deepEqual(rows.map((/** @type {any} */ { from, to }) => [from, to]), [["/über-uns", "/ueber"], ["/café", "/kaffee"]], name);
    }
  });

  test("all formats at once are what each is alone", () => {
    const read = sheet("/a,/b\n", formats);
    for (const format of formats) assert.equal(rulesOf(read, format).text, rulesOf(sheet("/a,/b\n", [format]), format).text);
  });
});

/** A list of small inputs with what is right, kept beside the checkout, where there is one. */
const truth = [process.env.REDIRECT_TRUTH, `${root}/../shared/truth/redirect-maps.json`, `${root}/../../shared/truth/redirect-maps.json`].find((path) => path && existsSync(path));

/** What is right about each, beside the moves and the lines that it names itself. @type {Record<string, (read: any, of: (format: string) => any) => void | Promise<void>>} */
const right = {
  "squarespace-status": (read, of) => {
    assert.equal(read.rows[2].kind, "pattern");
    for (const format of ["nginx", "netlify"]) assert.ok(!of(format).text.includes("[name]"));
  },
  "apache-quote-in-path": async (_, of) => {
    const host = await hosts["Apache, .htaccess"].serve(of("apache").text);
    try {
      for (const [path, to] of [["/say-%22hello%22.html", "/hello"], ["/plain", "/simple"]]) assert.deepEqual([(await host.ask(path))?.status, address((await host.ask(path))?.location ?? "")], [301, `example.com${to}`]);
    } finally {
      await host.stop?.();
    }
  },
  "nginx-long-query": async (_, of) => {
    const host = await hosts.nginx.serve(of("nginx").text);
    try {
      assert.equal(address((await host.ask("/list.cfm?category=kitchen&colour=green&order=price&page=12&view=grid"))?.location ?? ""), "example.com/kitchen");
    } finally {
      await host.stop?.();
    }
  },
  "target-adds-a-query": async (read, of) => {
    assert.deepEqual(read.rows.map((/** @type {any} */ row) => [row.problem.kind, row.problem.when]), [["same", "any-query"], ["same", "any-query"]]);
    for (const { format, serve } of Object.values(hosts).filter(({ format }) => of(format))) {
      const host = await serve(of(format).text);
      try {
        const first = await host.ask("/catalogue");
        const url = first && new URL(first.location, site);
        assert.equal(url && (await host.ask(url.pathname + url.search)), undefined, format);
      } finally {
        await host.stop?.();
      }
    }
  },
  "target-with-a-place-on-the-page": (read, of) => {
    assert.deepEqual([read.rows[2].problem.kind, read.rows[2].problem.first], ["conflict", 1]);
    for (const format of ["netlify", "nginx", "apache", "vercel", "cloudflare-bulk"]) {
      for (const target of ["help#delivery", "help#returns"]) assert.ok(new RegExp(target.replace("#", ".*#")).test(of(format).text), `${format}: ${target}`);
      assert.ok(!of(format).text.includes("#costs"), format);
    }
  },
  "netlify-file-of-its-own-kind": (read, of) => {
    assert.deepEqual(read.rows.map((/** @type {any} */ row) => row.kind ?? "move"), ["pattern", "pattern", "rewrite", "conditional", "conditional", "gone", "move"]);
    assert.ok(read.rows.every((/** @type {any} */ row) => !row.problem));
    for (const format of ["nginx", "apache", "vercel", "cloudflare-redirects"]) {
      const named = of(format).left_out.map((/** @type {any} */ left) => left.line);
      for (const line of [3, 4, 5]) assert.ok(named.includes(line), `${format} names line ${line}`);
      assert.ok(!/:splat[^*]*$/.test(of(format).text) || /\/\* .*:splat/.test(of(format).text), format);
    }
    for (const path of ["/", "/lost", "/x"]) assert.equal(netlify(of("netlify").text, path), undefined, "nobody is redirected by a rewrite, a page that is not there, or a condition");
    assert.equal(netlify(of("netlify").text, "/old")?.location, "/new");
  },
  "nginx-map": (read, of) => {
    assert.deepEqual(read.rows.filter((/** @type {any} */ row) => row.kind).map((/** @type {any} */ row) => [row.line, row.kind]), [[5, "pattern"]]);
    assert.ok(read.rows.every((/** @type {any} */ row) => !row.to.endsWith(";")) && of("nginx"));
  },
  "temporary-ones": (_, of) => {
    const { redirects } = JSON.parse(of("vercel").text);
    assert.deepEqual(redirects.map((/** @type {any} */ one) => one.permanent), [false, false, true]);
    for (const format of ["nginx", "apache", "netlify", "cloudflare-redirects", "cloudflare-bulk"]) {
      const line = (/** @type {string} */ path) => of(format).text.split("\n").find((/** @type {string} */ line) => line.includes(path)) ?? "";
      assert.match(line("market"), /302/, format);
      assert.match(line("summer"), /30[27]/, format);
      assert.match(line("drinks"), /301/, format);
    }
  },
  "a-line-that-leads-into-a-circle": (read, of) => {
    assert.deepEqual(read.rows.map((/** @type {any} */ row) => row.problem?.kind), ["loop", undefined, "into-loop", undefined]);
    assert.deepEqual([of("netlify").left_out.length, of("netlify").text], [3, "/pots /kitchen 301!\n"]);
  },
  "two-columns-for-the-old-address": () => {},
};

describe("small lists with what is right", { timeout: 300_000, skip: truth ? false : "no truth/redirect-maps.json beside the checkout; name it with REDIRECT_TRUTH" }, () => {
  before(async () => ensureServers());
  for (const { name, input, args, expect } of truth ? JSON.parse(readFileSync(truth, "utf8")) : []) {
    test(name, async () => {
      const wanted = args.filter((/** @type {string} */ _, /** @type {number} */ at) => args[at - 1] === "--rules");
      const read = sheet(input, wanted);
      const moves = Object.fromEntries(read.rows.map((/** @type {any} */ row) => [row.line, [row.from, row.to, row.permanence]]));
      for (const [line, move] of Object.entries(expect.moves ?? {})) assert.deepEqual(moves[line].slice(0, /** @type {any} */ (move).length), move);
      if (expect.unread_lines) assert.deepEqual(read.unread, expect.unread_lines);
      assert.ok(right[name], `what is right about ${name} is not written here yet`);
      await right[name](read, (format) => rulesOf(read, format) ?? (format === "cloudflare-bulk" ? rulesOf(read, "cloudflare") : undefined));
    });
  }
});

after(() => {});

/** A list of paths and queries that nobody would think of; the same for the same seed. @param {number} seed @param {number} lines */
function anyList(seed, lines) {
  const random = (/** @type {number} */ most) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >> 8) % most;
  };
  const characters = [..."abcXYZ019-._~!$&'()*+,;=:@|[]^{}\"<>` %/ü漢", "%22", "%20", "%2B", "%c3%bc", "%25", "%7e"];
  const text = (/** @type {number} */ most, /** @type {string[]} */ of) => Array.from({ length: 1 + random(most) }, () => of[random(of.length)]).join("");
  const query = characters.filter((c) => !["<", ">", "`"].includes(c));
  const cell = (/** @type {string} */ address) => `"${address.replaceAll('"', '""')}"`;
  const line = (/** @type {number} */ n) => {
    const from = `/${n}${text(10, characters)}${random(3) ? "" : `?${text(8, query)}`}`;
    const to = `/to-${n}${text(6, characters)}${random(4) ? "" : `?${text(5, query)}`}`;
    return `${cell(from)},${cell(to)}${random(4) ? "" : ",302"}`;
  };
  return `old,new,code\n${Array.from({ length: lines }, (_, n) => line(n)).join("\n")}\n`;
}
