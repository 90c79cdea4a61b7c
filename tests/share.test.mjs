// What is passed on: the summary page without JavaScript, the picture of a link, the badge, the permanent link.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";
import { launchBrowser } from "./browser.mjs";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** @type {import("playwright-core").Browser} */
let browser;
before(async () => ([stack, browser] = await Promise.all([startStack({ limits: true }), launchBrowser()])));
after(async () => {
  await browser?.close();
  await stack?.stop();
});

/** @param {string} path @param {RequestInit} [init] */
const get = (path, init) => fetch(stack.url + path, { redirect: "manual", ...init });

/** A page in a browser that runs no scripts. @param {string} path */
async function open(path) {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(stack.url + path);
  return page;
}

/** The content of a meta element. @param {import("playwright-core").Page} page @param {string} name */
const meta = (page, name) => page.locator(`meta[property="${name}"], meta[name="${name}"]`).first().getAttribute("content");

describe("without JavaScript", () => {
  test("the form leads to a summary that says what the report says", async () => {
    const asked = await get("/r?domain=https%3A%2F%2Fwww.Broken.lab%2F&segment=&mail=");
    assert.deepEqual([asked.status, asked.headers.get("location")], [303, "/r/broken.lab"]);
    const page = await open("/r/broken.lab");
    assert.equal(await page.title(), "Not ready: broken.lab · Launch Ready");
    const report = await (await get("/api/v1/report?domain=broken.lab")).json();
    const summary = page.locator("#summary");
    // The page's order and words: the verdict, what it rests on, what to fix by urgency, what could not be checked.
    await summary.locator(".reason").getByText("You could lose sign-ups and email.", { exact: true }).waitFor();
    const titles = (/** @type {string} */ rank) => report.risks.filter((/** @type {any} */ risk) => risk.rank === rank).map((/** @type {any} */ { title }) => title);
    assert.deepEqual(await summary.locator(".reasons li").allTextContents(), titles("blocker"));
    assert.deepEqual(await summary.locator("h3").allTextContents(), ["Fix first", "Important", "Optional", "Couldn't check"]);
    assert.equal(await summary.locator(".summary-risks").first().locator(".stakes").first().textContent(), "Could cost sign-ups · a few minutes · your hosting admin");
    await summary.getByText(`Score ${report.score.value} of 100, ${report.coverage.answered} of ${report.coverage.of} checks answered.`).waitFor();
    const shown = await summary.locator("li.finding").evaluateAll((risks) => risks.map((risk) => risk.querySelector(".title")?.textContent));
    assert.deepEqual(shown, report.risks.map((/** @type {any} */ { title }) => title), "every risk, in its order");
    const spf = report.findings.find((/** @type {any} */ { check }) => check === "spf-record");
    for (const { line } of spf.fixes) await summary.locator("code").getByText(line, { exact: true }).first().waitFor();
    await summary.getByText("Replace both records with this one").first().waitFor();
    const steps = report.risks.flatMap(({ check }) => report.findings.find((/** @type {any} */ found) => found.check === check).fixes ?? []).filter((/** @type {any} */ { fix }) => fix.kind === "step");
    assert.ok(steps.length > 0);
    for (const { line } of steps) assert.equal(await summary.locator("code").getByText(line, { exact: true }).count(), 0, `a sentence is no code: ${line}`);
    assert.equal(await meta(page, "description"), report.verdict.reason);
    await page.context().close();
  });

  test("a question that is refused is answered with what to type instead, in a page", async () => {
    for (const typed of ["127.0.0.1", "", "opted-out.lab"]) {
      const response = await get(`/r?domain=${typed}`);
      assert.equal(response.status, typed === "opted-out.lab" ? 403 : 400, typed);
      assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
      const text = await response.text();
      assert.match(text, /<section id="summary"[^>]*><div class="card trouble">/);
      assert.match(text, /<form id="scan"/, "and can be asked again");
    }
  });
});

describe("the summary", () => {
  test("of a domain that nobody has checked says so, and leads to the check", async () => {
    const response = await get("/r/wildcard.lab");
    assert.equal(response.status, 200);
    const text = await response.text();
    assert.match(text, /<title>Not checked yet: wildcard\.lab · Launch Ready<\/title>/);
    assert.match(text, /<a href="\/r\?domain=wildcard\.lab" rel="nofollow">/);
    assert.equal(stack.logs.filter(({ message }) => message.includes('"domain":"wildcard.lab"')).length, 0, "looking scans nothing");
  });

  test("is the page itself, and is not indexed", async () => {
    const response = await get("/r/broken.lab");
    const home = await get("/");
    for (const name of ["content-security-policy", "referrer-policy", "x-content-type-options", "strict-transport-security"]) {
      assert.equal(response.headers.get(name), home.headers.get(name), name);
    }
    assert.match(response.headers.get("x-robots-tag") ?? "", /noindex/);
    assert.equal(response.headers.get("cache-control"), "public, max-age=60");
    const scripts = (/** @type {string} */ html) => [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, address]) => address);
    const text = await response.text();
    assert.deepEqual(scripts(text), scripts(await home.text()));
    for (const mark of ["<title>", 'name="description"', 'property="og:title"', 'property="og:image"', 'id="summary"']) {
      assert.equal(text.split(mark).length, 2, `${mark} stands there once`);
    }
  });

  test("has what a preview of a link shows", async () => {
    const page = await open("/r/broken.lab");
    assert.equal(await meta(page, "og:title"), "Not ready: broken.lab · Launch Ready");
    assert.match((await meta(page, "og:description")) ?? "", /^Launch broken\.lab now, and you could lose sign-ups and email\. /);
    assert.equal(await meta(page, "og:url"), `${stack.url}/r/broken.lab`);
    const picture = new URL((await meta(page, "og:image")) ?? "");
    assert.deepEqual([picture.origin, picture.pathname], [stack.url, "/r/broken.lab/card.png"]);
    assert.match(picture.search, /^\?\d{13}$/, "another report has another address: networks keep pictures by it");
    const response = await fetch(picture);
    assert.deepEqual([response.status, response.headers.get("content-type")], [200, "image/png"]);
    const { width, height } = header(Buffer.from(await response.arrayBuffer()));
    for (const [name, value] of Object.entries({ type: "image/png", width, height, alt: "Not ready: broken.lab · Launch Ready" })) {
      assert.equal(await meta(page, `og:image:${name}`), String(value));
    }
    assert.equal(await meta(page, "twitter:card"), "summary_large_image");
    await page.context().close();
  });

  test("shows what strangers wrote as text", async () => {
    await get("/r?domain=hostile.lab");
    const report = await (await get("/api/v1/report?domain=hostile.lab")).json();
    const page = await open("/r/hostile.lab");
    const summary = page.locator("#summary");
    const elements = await summary.locator("*").evaluateAll((all) => all.map((element) => ({ name: element.localName, attributes: element.getAttributeNames().sort().join() })));
    const ours = { a: "href,rel", code: "", del: "", div: ["", "class"], h2: "id", h3: "", h4: "", li: ["", "class"], ol: "class", p: ["", "class"], span: "class", strong: "", time: "datetime", ul: "class" };
    for (const { name, attributes } of elements) assert.ok(/** @type {any} */ (ours)[name]?.includes(attributes), `${name} with ${attributes}`);
    for (const link of await summary.locator("a").all()) assert.match((await link.getAttribute("href")) ?? "", /^\/(r\?domain=hostile\.lab|call\?report=[0-9a-f]{32}-hostile\.lab)$/);

    const lines = await summary.locator("code").allTextContents();
    assert.ok(lines.includes("hostile.lab. MX 10 <script>.hostile.lab."), "its mail server is called that");
    const known = report.findings.flatMap((/** @type {any} */ { fixes = [] }) => fixes.map((/** @type {any} */ { line }) => line));
    /** What a fix takes the place of. @param {any} fix @returns {string[]} */
    const old = ({ name, record_type, replaces = [] }) => [replaces].flat().map((value) => (record_type ? `${name}. ${record_type} ${value}` : `${name}: ${value}`));
    const replaced = report.findings.flatMap((/** @type {any} */ { fixes = [] }) => fixes.flatMap((/** @type {any} */ { fix }) => old(fix)));
    const within = [...known, ...replaced].join("\n");
    for (const line of lines.flatMap((lines) => lines.split("\n"))) assert.ok(within.includes(line.replace(/\/$/, "")), `${line} is of a fix of the report, as it stands there`);
    assert.ok(lines.length > 5, `${lines.length} lines`);
    const [scripts, metas] = [await page.locator("script").count(), await page.locator("meta").count()];
    await page.goto(`${stack.url}/r/broken.lab`);
    assert.deepEqual([await page.locator("script").count(), await page.locator("meta").count()], [scripts, metas], "nothing got out of its place in the head");
    await page.context().close();
  });

  test("has one address for each domain", async () => {
    for (const [typed, path] of [["WWW.Broken.lab", "broken.lab"], ["b%C3%BCcher.lab", "xn--bcher-kva.lab"], ["broken.lab.", "broken.lab"]]) {
      const response = await get(`/r/${typed}`);
      assert.deepEqual([response.status, response.headers.get("location")], [301, `/r/${path}`], typed);
    }
    assert.equal((await get("/r/localhost")).status, 400);
    assert.equal((await get("/r/")).status, 404);
  });

  test("speaks of nothing that somebody said for a report of their own", async () => {
    await (await get("/api/v1/report?domain=nomail.lab&mail=sends&path=/secret-door")).text();
    assert.match(await (await get("/r/nomail.lab")).text(), /Not checked yet/);
    assert.match(await (await get("/badge/nomail.lab.svg")).text(), /unknown/);
  });
});

describe("the permanent link", () => {
  test("shows that report, whatever comes after it", async () => {
    const made = await get("/api/v1/report?domain=broken.lab");
    const link = /<([^>]+)>; rel="bookmark"/.exec(made.headers.get("link") ?? "")?.[1] ?? "";
    await made.text();
    const response = await get(link);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("x-robots-tag") ?? "", /noindex/);
    const text = await response.text();
    assert.match(text, /<title>Not ready: broken\.lab/);
    assert.ok(text.includes(`<meta property="og:url" content="${stack.url}${link}">`));
    const gone = await get(link.replace(/[0-9a-f]{8}/, "00000000"));
    assert.equal(gone.status, 404);
    assert.match(gone.headers.get("content-type") ?? "", /^text\/html/);
    assert.equal((await get("/report/nonsense")).status, 404);
    const picture = /<meta property="og:image" content="([^"]+)">/.exec(text)?.[1] ?? "";
    assert.ok(picture.startsWith(`${stack.url}${link}/card.png?`), "the picture is of that report, too");
    assert.equal((await fetch(picture)).headers.get("content-type"), "image/png");
    assert.equal((await get(link.replace(/[0-9a-f]{8}/, "00000000") + "/card.png")).status, 404);
  });
});

describe("what is told to machines", () => {
  /** @param {string} html @param {RegExp} mark @returns {string[]} */
  const all = (html, mark) => [...html.matchAll(new RegExp(mark, "g"))].map(([, value]) => value);

  test("is on each page once: title, description, canonical address; and that it is not to be indexed", async () => {
    const made = await get("/api/v1/report?domain=broken.lab");
    const link = /<([^>]+)>; rel="bookmark"/.exec(made.headers.get("link") ?? "")?.[1] ?? "";
    const { verdict } = await made.json();
    const gone = link.replace(/[0-9a-f]{8}/, "00000000");
    const opened = { status: 200, title: "Not ready: broken.lab · Launch Ready", description: verdict.reason };
    const unknown = { status: 404, cache: "no-store", canonical: [], description: /^There is no report at this address\./ };
    /** @type {Record<string, { status: number, cache: string, canonical: string[], title: string, description: string | RegExp }>} */
    const pages = {
      "/r/broken.lab": { ...opened, cache: "public, max-age=60", canonical: ["/r/broken.lab"] },
      "/r/broken.lab?from=mail": { ...opened, cache: "public, max-age=60", canonical: ["/r/broken.lab"] },
      [link]: { ...opened, cache: "private, max-age=60", canonical: [link] },
      "/r/wildcard.lab": { status: 200, cache: "public, max-age=60", canonical: ["/r/wildcard.lab"], title: "Not checked yet: wildcard.lab · Launch Ready", description: /^Can wildcard\.lab go live\?/ },
      [gone]: { ...unknown, title: "No such report: broken.lab · Launch Ready", description: /^Can broken\.lab go live\?/ },
      "/report/nonsense": { ...unknown, title: "No such report · Launch Ready" },
      [`${link}/`]: { ...unknown, title: "No such report · Launch Ready" },
      [link.toUpperCase().replace("/REPORT/", "/report/")]: { ...unknown, title: "No such report · Launch Ready" },
      "/report/": { status: 404, cache: "no-store", canonical: [], title: "Not found · Launch Ready", description: /^There is nothing at this address\./ },
      "/r/127.0.0.1": { status: 400, cache: "no-store", canonical: [], title: "An IP address is not a domain · Launch Ready", description: /^127\.0\.0\.1 is an IP address\./ },
      "/r?domain=opted-out.lab": { status: 403, cache: "no-store", canonical: [], title: "The owner has opted out · Launch Ready", description: /^The owner of opted-out\.lab/ },
    };
    for (const [path, { status, cache, canonical, title, description }] of Object.entries(pages)) {
      const response = await get(path);
      assert.deepEqual([response.status, response.headers.get("cache-control"), response.headers.get("x-robots-tag")], [status, cache, "noindex, nofollow"], path);
      const html = await response.text();
      assert.deepEqual(all(html, /<title>([^<]*)<\/title>/), [title], path);
      const [said, ...more] = all(html, /<meta name="description" content="([^"]*)">/);
      assert.deepEqual(more, [], path);
      if (description instanceof RegExp) assert.match(said, description, path);
      else assert.equal(said, description, path);
      assert.deepEqual(all(html, /<link rel="canonical" href="([^"]*)">/), canonical.map((path) => stack.url + path), path);
      assert.deepEqual(all(html, /<meta name="robots" content="([^"]*)">/), ["noindex, nofollow"], path);
      // What is not there, or was refused, has nothing to be passed on.
      assert.equal(all(html, /<meta property="(og:image)"/).length, canonical.length, path);
    }
  });
});

describe("the badge", () => {
  test("stays whatever strangers ask about the domain, and so does its history", { timeout: 120_000 }, async () => {
    const rate = { simple: { limit: 1000, period: 60 } };
    const vars = { DOMAIN_HOURLY: "1000" };
    const other = await startStack({ limits: true, vars, worker: { ratelimits: { SCAN_RATE: rate, INTAKE_RATE: rate } } });
    try {
      const ask = async (/** @type {string} */ path, ip = "198.51.100.1") => {
        const response = await fetch(other.url + path, { headers: { "cf-connecting-ip": ip } });
        const text = await response.text();
        assert.equal(response.status, 200, text);
        return text;
      };
      await ask("/api/v1/report?domain=no-such-name.lab");
      const badge = await ask("/badge/no-such-name.lab.svg");
      assert.doesNotMatch(badge, /unknown/);
      const history = await ask("/api/v1/history?domain=no-such-name.lab");
      for (let number = 0; number < 55; number++) await ask(`/api/v1/report?domain=no-such-name.lab&path=/${number}`, `198.51.100.${2 + number}`);
      assert.equal(await ask("/badge/no-such-name.lab.svg"), badge);
      assert.equal(await ask("/api/v1/history?domain=no-such-name.lab"), history);
    } finally {
      await other.stop();
    }
  });

  test("says what the last report says, and nothing where there is none", async () => {
    await get("/r?domain=healthy.lab");
    await get("/r?domain=unreachable.lab");
    const words = { "healthy.lab": "ready", "broken.lab": "not ready", "unreachable.lab": "not enough data", "loop.lab": "unknown" };
    for (const [domain, said] of Object.entries(words)) {
      const response = await get(`/badge/${domain}.svg`);
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, "image/svg+xml; charset=utf-8"]);
      assert.equal(response.headers.get("cache-control"), "public, max-age=300");
      assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
      const svg = await response.text();
      assert.match(svg, new RegExp(`<title>launch ready: ${said}\\. `));
      assert.match(svg, new RegExp(`>${said}</text>`));
    }
    assert.equal((await get("/badge/healthy.lab")).status, 404);
    assert.equal((await get("/badge/127.0.0.1.svg")).status, 400);
  });
});

/** What a PNG says of itself at its beginning (W3C PNG, 5.2 and 11.2.1). @param {Buffer} png */
function header(png) {
  assert.equal(png.subarray(0, 8).toString("latin1"), "\x89PNG\r\n\x1a\n");
  assert.equal(png.subarray(12, 16).toString("latin1"), "IHDR");
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

/**
 * A picture as a browser draws it: the colour of its ground, and the rows of it that hold something else, as the first and the
 * last column where that is.
 * @param {import("playwright-core").Page} page
 * @param {string} path
 * @returns {Promise<{ ground: string, rows: ([number, number] | null)[] }>}
 */
async function drawn(page, path) {
  const response = await get(path);
  assert.equal(response.status, 200, path);
  const source = `data:${response.headers.get("content-type")?.replace(/;.*/, "")};base64,${Buffer.from(await response.arrayBuffer()).toString("base64")}`;
  return page.evaluate(async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
    context.drawImage(image, 0, 0);
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    const colour = (/** @type {number} */ at) => `#${[...data.subarray(at, at + 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
    const ground = colour(0);
    const rows = Array.from({ length: height }, (_, row) => {
      const other = Array.from({ length: width }, (_, column) => column).filter((column) => colour((row * width + column) * 4) !== ground);
      return other.length ? /** @type {[number, number]} */ ([other[0], other[other.length - 1]]) : null;
    });
    return { ground, rows };
  }, source);
}

/** The lines of a picture, from the empty rows between them: where each begins and ends. @param {([number, number] | null)[]} rows */
function lines(rows) {
  /** @type {[number, number][]} */
  const found = [];
  rows.forEach((row, number) => {
    if (!row) return;
    const line = rows[number - 1] ? found.pop() : undefined;
    found.push([Math.min(row[0], line?.[0] ?? row[0]), Math.max(row[1], line?.[1] ?? row[1])]);
  });
  return found;
}

describe("the picture of a link, as PNG", () => {
  /** @type {import("playwright-core").Page} */
  let page;
  before(async () => (page = await browser.newPage()));
  after(() => page.close());

  test("has the size that networks want, and may be shown and kept by everybody", async () => {
    for (const domain of ["broken.lab", "loop.lab"]) {
      const response = await get(`/r/${domain}/card.png`);
      assert.deepEqual([response.status, response.headers.get("content-type")], [200, "image/png"]);
      const png = Buffer.from(await response.arrayBuffer());
      assert.deepEqual(header(png), { width: 1200, height: 630 });
      assert.ok(png.length < 60_000, `${png.length} bytes`);
      const head = await get(`/r/${domain}/card.png`, { method: "HEAD" });
      const svg = await get(`/r/${domain}/card.svg`);
      for (const name of ["cache-control", "cross-origin-resource-policy", "x-content-type-options"]) {
        assert.ok(response.headers.get(name), name);
        assert.deepEqual([head.headers.get(name), svg.headers.get(name)], [response.headers.get(name), response.headers.get(name)], name);
      }
      assert.deepEqual([head.status, head.headers.get("content-type"), await head.text()], [200, "image/png", ""]);
    }
    assert.equal((await get("/r/broken.lab/card.png", { method: "POST" })).status, 405);
    assert.equal((await get("/r/127.0.0.1/card.png")).status, 400);
    const typed = await get("/r/WWW.Broken.lab/card.png");
    assert.deepEqual([typed.status, typed.headers.get("location")], [301, "/r/broken.lab/card.png"]);
  });

  test("shows what the drawing shows: the colour of the verdict, and the same lines", async () => {
    await get("/r?domain=healthy.lab");
    await get("/r?domain=unreachable.lab");
    await get("/r?domain=alias-loop.lab");
    const grounds = { "healthy.lab": "#1b6e44", "broken.lab": "#a3271f", "alias-loop.lab": "#a3271f", "unreachable.lab": "#2c313b", "loop.lab": "#2c313b" };
    for (const [domain, ground] of Object.entries(grounds)) {
      const [png, svg] = [await drawn(page, `/r/${domain}/card.png`), await drawn(page, `/r/${domain}/card.svg`)];
      assert.deepEqual([png.ground, svg.ground], [ground, ground], domain);
      const [those, these] = [lines(png.rows), lines(svg.rows)];
      assert.equal(those.length, these.length, domain);
      // Both are fitted into the same widths, in whatever typeface the browser has.
      those.forEach((line, number) => line.forEach((edge, side) => assert.ok(Math.abs(edge - these[number][side]) <= 16, `${domain}: ${those} and ${these}`)));
    }
    assert.match(await (await get("/r/alias-loop.lab/card.svg")).text(), />First: Resolvers get no valid<\/text>.*>answer for the www subdomain<\/text>/, "what is long takes two lines");
  });

  test("keeps its margins whatever a domain is called", async () => {
    const names = [
      `${"w".repeat(63)}.${"m".repeat(63)}.${"w".repeat(63)}.lab`,
      `${"1.".repeat(100)}lab`,
      `${"i".repeat(63)}.lab`,
      "xn--bcher-kva.lab",
      "xn--e1afmkfd.xn--p1ai",
      "xn--vuq861bvij35ps9cv0u8ub.lab",
      "x--y.lab",
    ];
    for (const name of names) {
      const { rows } = await drawn(page, `/r/${name}/card.png`);
      const [first, last] = [rows.findIndex(Boolean), rows.findLastIndex(Boolean)];
      assert.ok(first >= 40 && last < 630 - 40, `${name}: rows ${first} to ${last}`);
      for (const row of rows) if (row) assert.ok(row[0] >= 60 && row[1] < 1200 - 60, `${name}: columns ${row}`);
    }
    for (const name of ["%3Csvg%20onload%3Dalert(1)%3E.lab", "%00.lab", "%F0%9F%92%A9%E2%80%AE.lab", "a%2Fb.lab"]) {
      assert.equal((await get(`/r/${name}/card.png`)).status, 400, name);
    }
  });

  test("writes a name in its own letters where they are Latin, and as DNS has it otherwise", async () => {
    const title = async (/** @type {string} */ domain) => /<title>Launch Ready: ([^:]+):/.exec(await (await get(`/r/${domain}/card.svg`)).text())?.[1];
    assert.equal(await title("xn--bcher-kva.lab"), "bücher.lab");
    // Cyrillic "раураl", which looks like another name.
    assert.equal(await title("xn--l-7sba6dbr.lab"), "xn--l-7sba6dbr.lab");
    const [own, plain] = [await drawn(page, "/r/xn--bcher-kva.lab/card.png"), await drawn(page, "/r/bucher.lab/card.png")];
    assert.notDeepEqual(own, plain, "and draws its marks");
    assert.deepEqual(lines(own.rows).slice(1), lines(plain.rows).slice(1));
  });
});

describe("the pictures", () => {
  test("are drawn by a browser, and fit into their frame", async () => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 630 } });
    const page = await context.newPage();
    for (const path of ["/r/broken.lab/card.svg", "/r/healthy.lab/card.svg", "/r/loop.lab/card.svg", "/badge/unreachable.lab.svg", `/r/${"long-name-".repeat(6)}x.lab/card.svg`]) {
      const response = await page.goto(stack.url + path);
      assert.equal(response?.status(), 200);
      const outside = await page.evaluate(() => {
        const { width, height } = /** @type {any} */ (document.documentElement).viewBox.baseVal;
        return [...document.querySelectorAll("text")].filter((text) => {
          const box = text.getBBox();
          return box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height;
        }).map((text) => text.textContent);
      });
      assert.deepEqual(outside, [], path);
    }
    await context.close();
  });
});
