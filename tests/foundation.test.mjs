// The built Worker in workerd and the built page in Chromium: does the chain hold from the sources to the screen?

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { startStack } from "../tools/stack.mjs";
import { launchBrowser, openPage } from "./browser.mjs";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
before(async () => (stack = await startStack()));
after(() => stack?.stop());

describe("the Worker", () => {
  test("says that it is well", async () => {
    const response = await fetch(`${stack.url}/api/v1/health`);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("content-type"), "application/json");
    const health = await response.json();
    assert.equal(health.status, "ok");
    assert.match(health.version, /^\d+\.\d+\.\d+$/);
  });

  test("answers an unknown address with a problem", async () => {
    const response = await fetch(`${stack.url}/api/v1/nothing-here`);
    assert.equal(response.status, 404);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.equal((await response.json()).status, 404);
  });
});

describe("the assets", () => {
  test("carry our policy, and only hashed ones are cached for ever", async () => {
    const response = await fetch(stack.url);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-security-policy") ?? "", /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("cache-control"), "public, max-age=0, must-revalidate");

    const named = [...(await response.text()).matchAll(/"(\/assets\/[^"]+)"/g)].map(([, address]) => address);
    const types = { wasm: "application/wasm", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };
    assert.deepEqual([...new Set(named.map((name) => name.split(".").at(-1)))].sort(), Object.keys(types).sort());
    for (const address of named) {
      const asset = await fetch(stack.url + address);
      assert.equal(asset.status, 200, address);
      assert.equal(asset.headers.get("cache-control"), "public, max-age=31536000, immutable", address);
      assert.equal(asset.headers.get("content-type"), types[/** @type {keyof typeof types} */ (address.split(".").at(-1))]);
      await asset.arrayBuffer();
    }
  });
});

describe("the page", () => {
  /** @type {import("playwright-core").Browser} */
  let browser;
  before(async () => (browser = await launchBrowser()));
  after(() => browser?.close());

  test("comes alive without a complaint from the browser", async () => {
    const { page, errors } = await openPage(browser);
    await page.goto(stack.url);
    // The form is the document's own until the page's WebAssembly has taken it over.
    await page.locator("#scan[novalidate]").waitFor();
    assert.match(await page.title(), /^Launch Ready/);
    assert.deepEqual(errors, []);
    await page.context().close();
  });
});
