// The widget on somebody else's page: another origin, a strict policy of its own, no permission but the two that the
// documentation names. Then as frameworks and site builders put it there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import { dist, root } from "../tools/lib/paths.mjs";
import { launchBrowser, openPage } from "./browser.mjs";
import { fixture, problem, startPageServer, stream } from "./page-server.mjs";

/** @type {import("./page-server.mjs").PageServer} */
let service;
/** @type {import("playwright-core").Browser} */
let browser;
/** A site that is not ours. @type {import("node:http").Server} */
let host;
let hostUrl = "";
/** What its page says in its body. */
let body = "";
/** The page's own script, if it has one. */
let script = "";
/** Whether the page has a strict policy: a site builder's has none. */
let strict = true;
before(async () => {
  service = await startPageServer();
  browser = await launchBrowser();
  host = createServer((request, response) => {
    if (request.url === "/app.js" && script) return void response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    if (request.url !== "/") return void response.writeHead(request.url === "/favicon.ico" ? 204 : 404).end();
    const policy = `default-src 'none'; script-src ${service.url}${script && " 'self'"}; frame-src ${service.url}; style-src 'sha256-none'; base-uri 'none'`;
    response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...(strict && { "content-security-policy": policy }) });
    response.end(`<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><body>${body}`);
  });
  await new Promise((resolve) => host.listen(0, "127.0.0.1", () => resolve(undefined)));
  // By name, so that it is another site and not only another port.
  hostUrl = `http://localhost:${/** @type {import("node:net").AddressInfo} */ (host.address()).port}/`;
});
after(async () => {
  await browser?.close();
  await service?.stop();
  host?.close();
});
/** @type {import("playwright-core").BrowserContext | undefined} */
let context;
afterEach(async () => {
  await context?.close();
  service.answers.clear();
  [script, strict] = ["", true];
});

/** The line that the documentation gives. */
const tag = () => `<script src="${service.url}/widget.js" async></script>`;

/** A page with the widget's script at its end, unless it has its own way to load it. @param {string} html */
async function open(html) {
  body = html.includes("<script") ? html : html + tag();
  const opened = await openPage(browser, { reducedMotion: "reduce" });
  context = opened.page.context();
  await opened.page.goto(hostUrl);
  await opened.page.evaluate(() => {
    /** @type {any} */ (window).heard = [];
    for (const name of ["started", "finished"]) {
      document.addEventListener(name, (event) => /** @type {any} */ (window).heard.push([name, /** @type {CustomEvent} */ (event).detail]));
    }
  });
  return opened;
}

/** @param {import("playwright-core").Page} page @returns {Promise<[string, any][]>} */
const heard = (page) => page.evaluate(() => /** @type {any} */ (window).heard);

/**
 * @param {() => Promise<boolean>} holds
 * @param {string} what
 */
async function eventually(holds, what) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    if (await holds()) return;
  }
  assert.fail(`It did not come to this: ${what}`);
}

describe("the widget", () => {
  test("is at most 2 KB with gzip", () => {
    const bytes = gzipSync(readFileSync(join(dist, "widget.js")), { level: 9 }).length;
    assert.ok(bytes <= 2048, `${bytes} bytes`);
  });

  test("checks a domain within a page of another origin with a strict policy, and tells that page what came of it", async () => {
    service.answers.set("no-go.example", stream(fixture("no-go")));
    const report = JSON.parse(fixture("no-go").at(-1) ?? "");
    const { page, errors } = await open(`<launch-ready-check segment="coach" action="Book a call" action-href="/call"></launch-ready-check>`);
    await page.getByLabel("Your domain").fill(" no-go.example ");
    await page.getByRole("button", { name: "Can I go live?" }).click();
    const frame = page.frameLocator("iframe");
    await frame.locator("#verdict-title").getByText("Not ready").waitFor();
    await frame.getByText("You could lose sign-ups and email.").first().waitFor();
    const more = frame.getByRole("link", { name: "See everything and how to fix it" });
    assert.equal(await more.getAttribute("href"), "/?domain=no-go.example&segment=coach");
    assert.equal(await more.getAttribute("target"), "_blank");

    await eventually(async () => (await heard(page)).length === 2, "two events");
    assert.deepEqual(await heard(page), [
      ["started", { domain: "no-go.example" }],
      ["finished", { domain: "no-go.example", verdict: "no-go", score: report.score.value }],
    ]);
    assert.equal(await page.getByRole("link", { name: "Book a call" }).getAttribute("href"), "/call");
    assert.equal(service.asked.at(-1)?.searchParams.get("segment"), "coach");

    // As high as what it shows: no bars to scroll with, no gap.
    const shown = await page.locator("iframe").evaluate((element) => element.getBoundingClientRect().height);
    const wanted = await frame.locator("body").evaluate((element) => element.scrollHeight);
    assert.ok(Math.abs(shown - wanted) <= 1, `${shown} for ${wanted}`);

    const sandbox = (await page.locator("iframe").getAttribute("sandbox"))?.split(" ") ?? [];
    assert.ok(!sandbox.includes("allow-top-navigation") && !sandbox.includes("allow-forms"));
    assert.deepEqual(await context?.cookies(), [], "nobody gets a cookie");
    assert.deepEqual(errors.filter((error) => !/^request:|favicon/.test(error)), []);
  });

  test("asks nothing of the service before somebody asks it", async () => {
    const asked = /** @type {string[]} */ ([]);
    body = `<launch-ready-check></launch-ready-check>${tag()}`;
    const opened = await openPage(browser);
    context = opened.page.context();
    opened.page.on("request", (request) => asked.push(request.url()));
    await opened.page.goto(hostUrl);
    await opened.page.getByLabel("Your domain").waitFor();
    assert.deepEqual(asked.filter((url) => url.startsWith(service.url)), [`${service.url}/widget.js`]);
  });

  test("says within its frame why something cannot be checked", async () => {
    service.answers.set("localhost", problem(400, "The name has only one part", "Type the whole domain, such as localhost.com."));
    const { page } = await open("<launch-ready-check></launch-ready-check>");
    await page.getByLabel("Your domain").fill("localhost");
    await page.getByLabel("Your domain").press("Enter");
    await page.frameLocator("iframe").getByText("Type the whole domain, such as localhost.com.").last().waitFor();
  });

  test("stands on a page more than once, each with its own words", async () => {
    service.answers.set("go.example", stream(fixture("go")));
    const { page } = await open(
      `<launch-ready-check label="Ihre Domain" button="Los"></launch-ready-check><launch-ready-check label="Votre domaine" button="Allez"></launch-ready-check>`,
    );
    await page.getByLabel("Votre domaine").fill("go.example");
    await page.getByRole("button", { name: "Allez" }).click();
    await page.frameLocator("iframe").locator("#verdict-title").getByText("Ready", { exact: true }).waitFor();
    assert.equal(await page.locator("iframe").count(), 1);
    await eventually(async () => (await heard(page)).length === 2, "the events of one of them");
  });

  test("does not turn an address into code", async () => {
    service.answers.set("go.example", stream(fixture("go")));
    const { page } = await open(`<launch-ready-check action="Click" action-href="javascript:alert(1)"></launch-ready-check>`);
    await page.getByLabel("Your domain").fill("go.example");
    await page.getByLabel("Your domain").press("Enter");
    await eventually(async () => (await heard(page)).length === 2, "it is finished");
    assert.equal(await page.getByRole("link", { name: "Click" }).count(), 0);
  });

  test("believes no message but those of its own frame", async () => {
    const { page } = await open("<launch-ready-check></launch-ready-check>");
    await page.getByLabel("Your domain").waitFor();
    await page.evaluate(() => window.postMessage({ launchReady: 1, event: "finished", verdict: "go", score: 100 }, "*"));
    await page.waitForTimeout(100);
    assert.deepEqual(await heard(page), []);
  });
});

describe("how it looks", () => {
  /** The colours of words and of what they stand on. @param {import("playwright-core").Locator} place */
  const colours = (place) =>
    place.evaluate((element) => {
      const { color, backgroundColor } = getComputedStyle(element);
      return [color, backgroundColor].map((colour) => (colour.match(/\d+/g) ?? []).slice(0, 3).map(Number));
    });
  /** WCAG 2.2. @param {number[][]} pair */
  const contrast = (pair) => {
    const [light, dark] = pair
      .map((colour) => colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)))
      .map(([red, green, blue]) => 0.2126 * red + 0.7152 * green + 0.0722 * blue)
      .sort((one, other) => other - one);
    return (light + 0.05) / (dark + 0.05);
  };

  for (const theme of ["light", "dark"]) {
    for (const accent of ["#ffee00", "#00137a"]) {
      test(`theme ${theme} with the brand color ${accent}: words can be read, on any page, and the report has the same theme`, async () => {
        service.answers.set("no-go.example", stream(fixture("no-go")));
        const { page } = await open(`<div style="background:#b00;color:#b00"><launch-ready-check theme="${theme}" accent="${accent}"></launch-ready-check></div>`);
        await page.getByLabel("Your domain").fill("no-go.example");
        await page.getByRole("button", { name: "Can I go live?" }).click();
        const [, ground] = await colours(page.locator("launch-ready-check div"));
        const [words] = await colours(page.locator("launch-ready-check label"));
        assert.ok(contrast([words, ground]) >= 7, `${words} on ${ground}`);
        assert.ok(contrast(await colours(page.getByRole("button", { name: "Can I go live?" }))) >= 4.5);
        const frame = page.frameLocator("iframe");
        await frame.locator("#verdict-title").waitFor();
        assert.equal(await frame.locator("html").getAttribute("data-theme"), theme);
        assert.ok(contrast(await colours(frame.locator("#more-link"))) >= 4.5);
        assert.equal((await frame.locator("#more-link").getAttribute("href")) ?? "", "/?domain=no-go.example", "how it looks stays in the frame");
      });
    }
  }

  test("a refusal is shown whole, as high as it is", async () => {
    service.answers.set("localhost", problem(400, "The name has only one part", "Type the whole domain, such as localhost.com."));
    const { page } = await open("<launch-ready-check></launch-ready-check>");
    await page.getByLabel("Your domain").fill("localhost");
    await page.getByLabel("Your domain").press("Enter");
    const frame = page.frameLocator("iframe");
    await frame.getByText("Type the whole domain, such as localhost.com.").last().waitFor();
    await eventually(async () => {
      const shown = await page.locator("iframe").evaluate((element) => element.getBoundingClientRect().height);
      const wanted = await frame.locator("body").evaluate((element) => element.scrollHeight);
      return Math.abs(shown - wanted) <= 1 && shown < 400;
    }, "no gap, and nothing cut");
  });
});

describe("the configurator", () => {
  test("writes what is chosen, quoted as HTML, and shows it", async () => {
    const opened = await openPage(browser);
    context = opened.page.context();
    const { page, errors } = opened;
    await page.goto(`${service.url}/widget`);
    await page.getByLabel("Theme").selectOption("dark");
    await page.getByLabel("Button").fill('Check "now" <b>');
    await page.getByLabel("Use my brand color").check();
    const code = await page.locator("#widget-code").textContent();
    assert.equal(code, `<script src="${service.url}/widget.js" async></script>\n<launch-ready-check theme="dark" button="Check &quot;now&quot; &lt;b&gt;" accent="#0b7a5c"></launch-ready-check>`);
    await page.locator("#widget-preview").getByRole("button", { name: 'Check "now" <b>' }).waitFor();
    assert.equal(await page.locator("#widget-preview b").count(), 0);
    service.answers.set("go.example", stream(fixture("go")));
    await page.locator("#widget-preview input").fill("go.example");
    await page.locator("#widget-preview").getByRole("button").click();
    await page.frameLocator("iframe").locator("#verdict-title").getByText("Ready", { exact: true }).waitFor();
    // On our own page the frame is of the page's own origin, which Chromium remarks on; on every other one it is not.
    assert.deepEqual(errors.filter((error) => !/^request:|both allow-scripts and allow-same-origin/.test(error)), []);
  });
});

test("the npm package has what it says, and can be bundled", async () => {
  const folder = mkdtempSync(join(tmpdir(), "launch-ready-widget-"));
  try {
    execFileSync("npm", ["pack", "--pack-destination", folder, "--ignore-scripts", "--offline"], { cwd: join(root, "www", "widget"), stdio: "pipe" });
    const [packed] = readdirSync(folder);
    execFileSync("tar", ["-xzf", join(folder, packed), "-C", folder]);
    assert.deepEqual(readdirSync(join(folder, "package")).sort(), ["README.md", "package.json", "widget.d.ts", "widget.js"]);
    const { outputFiles } = await build({
      stdin: { contents: 'import "launch-ready-check"', resolveDir: folder },
      alias: { "launch-ready-check": join(folder, "package", "widget.js") },
      bundle: true,
      write: false,
      format: "esm",
    });
    assert.match(outputFiles[0].text, /customElements\.define\("launch-ready-check"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

describe("in React", () => {
  /** An application, as somebody would write it. */
  const app = `
    import { useEffect, useRef, useState } from "react";
    export function App({ service, label, bundled }) {
      const check = useRef(null);
      const [heard, hear] = useState([]);
      const [shown, show] = useState(true);
      const [times, count] = useState(0);
      useEffect(() => {
        if (bundled) import("launch-ready-check");
      }, []);
      useEffect(() => {
        const element = check.current;
        const started = ({ detail }) => hear((heard) => [...heard, "started " + detail.domain]);
        element?.addEventListener("started", started);
        return () => element?.removeEventListener("started", started);
      }, [shown]);
      return (
        <main>
          {shown && (
            <launch-ready-check ref={check} service={service} segment="coach" label={label} action="Book a call" action-href="/call"
              onfinished={({ detail }) => hear((heard) => [...heard, detail.verdict + " " + detail.score])} />
          )}
          <output>{heard.join(", ")}</output>
          <button onClick={() => count(times + 1)}>{"Counted " + times}</button>
          <button onClick={() => show(!shown)}>{shown ? "Away" : "Back"}</button>
        </main>
      );
    }`;

  /** @param {string} entry @param {import("esbuild").BuildOptions} [options] */
  async function bundled(entry, options) {
    const built = await build({
      stdin: { contents: app + entry, loader: "jsx", resolveDir: root },
      jsx: "automatic",
      bundle: true,
      write: false,
      // Development says what it does not like, and mounts everything twice.
      define: { "process.env.NODE_ENV": '"development"' },
      alias: { "launch-ready-check": join(root, "www", "widget", "widget.js") },
      ...options,
    });
    return built.outputFiles[0].text;
  }

  /** Checks a domain, and looks at everything an application would do with it. @param {string} label */
  async function works(label) {
    service.answers.set("no-go.example", stream(fixture("no-go")));
    const report = JSON.parse(fixture("no-go").at(-1) ?? "");
    const { page, errors } = await open(body);
    await page.getByLabel(label).fill("no-go.example");
    await page.getByRole("button", { name: "Can I go live?" }).click();
    await page.frameLocator("iframe").locator("#verdict-title").getByText("Not ready").waitFor();
    const heard = `started no-go.example, no-go ${report.score.value}`;
    await page.locator("output").getByText(heard, { exact: true }).waitFor();
    assert.equal(service.asked.at(-1)?.searchParams.get("segment"), "coach");
    assert.equal(await page.getByRole("link", { name: "Book a call" }).getAttribute("href"), "/call");

    // By keyboard: the frame may still grow, and buttons below it move.
    await page.getByRole("button", { name: "Counted 0" }).press("Enter");
    await page.getByRole("button", { name: "Counted 1" }).waitFor();
    assert.equal(await page.locator("iframe").count(), 1, "what React draws again keeps its result");

    await page.getByRole("button", { name: "Away" }).press("Enter");
    await page.getByRole("button", { name: "Back" }).press("Enter");
    assert.equal(await page.locator("iframe").count(), 0);
    await page.getByLabel(label).fill("no-go.example");
    await page.getByLabel(label).press("Enter");
    await page.locator("output").getByText(`${heard}, ${heard}`, { exact: true }).waitFor();
    assert.deepEqual(errors.filter((error) => !/^request:|favicon/.test(error)), []);
  }

  test("bundled from npm: attributes reach it, events come back, and it comes and goes with what is around it", async () => {
    script = await bundled(`
      import { StrictMode } from "react";
      import { createRoot } from "react-dom/client";
      createRoot(document.getElementById("root")).render(
        <StrictMode><App bundled service=${JSON.stringify(service.url)} label="Ihre Domain" /></StrictMode>
      );`);
    body = `<div id="root"></div><script src="/app.js"></script>`;
    await works("Ihre Domain");
  });

  test("rendered on a server, with the script from the service: the page is taken over without a word", async () => {
    const options = { format: /** @type {const} */ ("esm"), platform: /** @type {const} */ ("node"), conditions: ["edge-light"] };
    const server = await bundled(`import { renderToString } from "react-dom/server.edge"; export const html = renderToString(<App label="Your name" />);`, options);
    const { html } = await import(`data:text/javascript;base64,${Buffer.from(server).toString("base64")}`);
    assert.match(html, /^<main><launch-ready-check segment="coach" label="Your name" action="Book a call" action-href="\/call"><\/launch-ready-check>/);
    script = await bundled(`
      import { hydrateRoot } from "react-dom/client";
      hydrateRoot(document.getElementById("root"), <App label="Your name" />);`);
    body = `${tag()}<div id="root">${html}</div><script src="/app.js" defer></script>`;
    await works("Your name");
  });
});

// The builders themselves are not here. What is tested is the markup that their blocks put into a page.
describe("in a site builder", () => {
  const lines = (/** @type {string} */ attributes = "") => `${tag()}\n<launch-ready-check segment="coach"${attributes}></launch-ready-check>`;
  /** @type {Record<string, () => string>} */
  const blocks = {
    "Webflow's embed": () => `
      <style>.w-embed:before,.w-embed:after{content:" ";grid-area:1/1/2/2;display:table}.w-embed:after{clear:both}.section{display:flex;flex-direction:column;align-items:center}</style>
      <section class="section"><div class="w-layout-blockcontainer w-container"><div class="w-embed w-script">${lines()}</div></div></section>`,
    "WordPress' custom HTML": () => `<div class="entry-content wp-block-post-content is-layout-constrained">\n${lines()}\n</div>`,
    "WordPress' classic editor, which makes paragraphs of lines": () => `<div class="entry-content"><p>${lines().replace("\n", "<br />\n")}</p>\n</div>`,
    "a form of the builder's own around it": () => `<form action="/subscribe" method="post">${lines()}<input name="email"></form>`,
  };
  for (const [block, html] of Object.entries(blocks)) {
    test(`${block}: it works, and the page around it hears of it`, async () => {
      strict = false;
      service.answers.set("go.example", stream(fixture("go")));
      const { page, errors } = await open(html());
      await page.getByLabel("Your domain").fill("go.example");
      await page.getByLabel("Your domain").press("Enter");
      await page.frameLocator("iframe").locator("#verdict-title").getByText("Ready", { exact: true }).waitFor();
      await eventually(async () => (await heard(page)).length === 2, "two events");
      assert.equal(page.url(), hostUrl, "the page stays where it is");
      const { width, around } = await page.locator("iframe").evaluate((frame) => ({
        width: frame.getBoundingClientRect().width,
        around: /** @type {Element} */ (/** @type {ShadowRoot} */ (frame.getRootNode()).host.parentElement).getBoundingClientRect().width,
      }));
      assert.ok(width >= 280 && width <= around + 1, `${width} of ${around}`);
      assert.deepEqual(errors.filter((error) => !/^request:|favicon/.test(error)), []);
    });
  }
});
