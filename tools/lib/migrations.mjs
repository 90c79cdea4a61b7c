// Brings a local D1 database up to date, as `wrangler d1 migrations apply` does with the deployed one: every file of
// worker/migrations that was not run yet, in order, each noted in the table that wrangler uses.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./paths.mjs";

const folder = join(root, "worker", "migrations");

/** @param {any} database as Miniflare's `getD1Database` gives it */
export async function migrate(database) {
  await database.prepare("CREATE TABLE IF NOT EXISTS d1_migrations(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)").run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
  const known = new Set(results.map((/** @type {{ name: string }} */ { name }) => name));
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".sql") && !known.has(name)).sort()) {
    const statements = readFileSync(join(folder, name), "utf8")
      .replace(/^\s*--.*$/gm, "")
      .split(/;\s*$/m)
      .filter((statement) => statement.trim());
    const prepared = statements.map((statement) => database.prepare(statement));
    await database.batch([...prepared, database.prepare("INSERT INTO d1_migrations(name) VALUES (?)").bind(name)]);
  }
}
