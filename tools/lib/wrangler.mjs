// Wrangler, as pinned, without telemetry and without questions.

import { join } from "node:path";

import { buildDir, root } from "./paths.mjs";

/** Wrangler's program, for Node. */
export const wranglerProgram = join(root, "node_modules", "wrangler", "bin", "wrangler.js");

/** What keeps it from calling home, and its log out of the home directory. */
export const wranglerEnv = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: join(buildDir, "wrangler.log"),
};
