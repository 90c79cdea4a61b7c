// npm packages: installed when missing or not those of the lock file, so that a fresh clone needs no command first.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
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
  const lock = createHash("sha256").update(readFileSync(join(root, "package-lock.json"))).digest("hex");
  const stamp = join(root, "node_modules", ".launch-ready-lock");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  await step("npm packages", () =>
    run(process.platform === "win32" ? "npm.cmd" : "npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { minutes: 10 }),
  );
  writeFileSync(stamp, lock);
}
