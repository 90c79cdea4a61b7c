// Chromium for the browser tests: the one of the system, as the browsers that test tools download come from elsewhere.

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { run } from "./run.mjs";

const places = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** No sandbox, as containers have none to give; and nothing that talks to its maker or the network by itself. */
export const chromiumArgs = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * @returns {string | undefined} the program; `CHROMIUM_BIN` overrules
 */
export function findChromium() {
  if (process.env.CHROMIUM_BIN) return process.env.CHROMIUM_BIN;
  return places.find((path) => existsSync(path));
}

/**
 * Finds Chromium, and installs Debian's package where there is none and we may.
 * @param {import("./steps.mjs").Detail} [detail]
 * @returns {Promise<string>}
 */
export async function ensureChromium(detail = () => {}) {
  const found = findChromium();
  if (found) return found;
  const apt = spawnSync("apt-get", ["--version"], { timeout: 30_000 }).status === 0;
  if (!apt || process.getuid?.() !== 0) {
    throw new Error(
      "Chromium is not installed. Install it (on Debian and Ubuntu: `sudo apt-get install chromium`), or set CHROMIUM_BIN to a Chromium or Chrome.",
    );
  }
  detail("installing Debian's package");
  const options = { minutes: 15, env: { DEBIAN_FRONTEND: "noninteractive" } };
  await run("apt-get", ["update"], options);
  await run("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
  const installed = findChromium();
  if (!installed) throw new Error("Debian's package is installed, and there is still no /usr/bin/chromium. Set CHROMIUM_BIN.");
  return installed;
}
