// npm packages: installed when missing or not those of the lock file, so that a fresh clone needs no command first.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./paths.mjs";
import { run } from "./run.mjs";
import { step } from "./steps.mjs";

/** Wrangler, Miniflare and Playwright of the versions that we pin need this one. */
const OLDEST_NODE = [20, 3];

/**
 * Makes sure that `node_modules` holds what the lock file says. Only modules of Node itself may be loaded before.
 * @returns {Promise<void>}
 */
export async function ensurePackages() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    throw new Error(`Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join(".")} or newer.`);
  }
  if (installed()) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await step("npm packages", () => run(npm, ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { minutes: 10 }));
}

/** @returns {boolean} whether what npm wrote down when it last finished has everything of the lock file */
function installed() {
  const wanted = packagesOf("package-lock.json");
  const found = packagesOf(join("node_modules", ".package-lock.json"));
  if (!wanted || !found) return false;
  // Packages for other systems are optional, and rightly missing.
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || found[path]?.version === version || (optional && !found[path]),
  );
}

/**
 * @param {string} file
 * @returns {Record<string, { version: string, optional?: boolean }> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}
