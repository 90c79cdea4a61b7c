// Opens pages in Chromium, and remembers whatever the browser complained about.

import { chromium } from "playwright-core";

import { chromiumArgs, findChromium } from "../tools/lib/chromium.mjs";

/** A page, or a single wait on it, that takes longer than this is broken. */
const TIMEOUT_MS = 20_000;

/**
 * @returns {Promise<import("playwright-core").Browser>}
 */
export function launchBrowser() {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("Chromium is not installed: run `npm test`, or set CHROMIUM_BIN.");
  return chromium.launch({ executablePath, args: chromiumArgs, timeout: TIMEOUT_MS });
}

/**
 * A page, and the list of errors to which it adds: exceptions, console errors (violations of our policy among them),
 * requests that failed.
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @returns {Promise<{ page: import("playwright-core").Page, errors: string[] }>}
 */
export async function openPage(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  /** @type {string[]} */
  const errors = [];
  page.on("pageerror", (error) => errors.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) errors.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("requestfailed", (request) => errors.push(`request: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (response) => {
    if (response.status() >= 400) errors.push(`response: ${response.url()} ${response.status()}`);
  });
  return { page, errors };
}
