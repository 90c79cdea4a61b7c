// Builds and deploys: `npm run deploy`. Further arguments go to `wrangler deploy`: `npm run deploy -- --dry-run`.

import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { build } from "./build.mjs";
import { root } from "./lib/paths.mjs";
import { exitOnSignals } from "./lib/run.mjs";
import { wranglerEnv, wranglerProgram } from "./lib/wrangler.mjs";

exitOnSignals();
try {
  await build();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
// Pages, mails and every check say where this instance is.
const { unstable_getMiniflareWorkerOptions: readOptions } = await import("wrangler");
const isSet = readOptions(join(root, "wrangler.toml")).workerOptions.bindings?.PUBLIC_URL || process.argv.some((argument) => argument.includes("PUBLIC_URL:"));
if (!isSet && !process.argv.includes("--dry-run")) {
  console.error('PUBLIC_URL is not set: put the address of this instance into wrangler.toml, such as "https://check.example". Nothing was deployed.');
  process.exit(1);
}
// The tables must be there before the code that uses them.
if (!process.argv.includes("--dry-run")) {
  const migrated = spawnSync(process.execPath, [wranglerProgram, "d1", "migrations", "apply", "DB", "--remote"], {
    cwd: root,
    env: { ...process.env, ...wranglerEnv },
    stdio: "inherit",
    timeout: 5 * 60_000,
  });
  if (migrated.status !== 0) {
    console.error("The database could not be brought up to date: is its id in wrangler.toml? Nothing was deployed.");
    process.exit(migrated.status ?? 1);
  }
}
// It may want to ask who we are: it gets the terminal. An upload takes seconds.
const deploy = spawnSync(process.execPath, [wranglerProgram, "deploy", ...process.argv.slice(2)], {
  cwd: root,
  env: { ...process.env, ...wranglerEnv },
  stdio: "inherit",
  timeout: 15 * 60_000,
});
if (deploy.error) console.error(`wrangler could not finish: ${deploy.error.message}`);
process.exit(deploy.status ?? 1);
