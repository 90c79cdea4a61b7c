// Skips a step whose inputs are as they were: a stamp holds the hash of what went in. By content, because checking
// out a branch, or a rebuild that changes nothing, touches times and not bytes.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { buildDir, root } from "./paths.mjs";

/**
 * Does the work unless the inputs are those of the last time, and all outputs are there.
 * @param {string} name of the stamp
 * @param {{ inputs: string[], outputs: string[] }} files files or folders
 * @param {() => Promise<void> | void} work
 * @returns {Promise<"unchanged" | "done">}
 */
export async function unlessUnchanged(name, { inputs, outputs }, work) {
  const stamp = join(buildDir, "stamps", name);
  const hash = hashFiles(inputs);
  const same = existsSync(stamp) && readFileSync(stamp, "utf8") === hash;
  if (same && outputs.every((path) => existsSync(path))) return "unchanged";
  // Without this, a step that fails half-way would look done as soon as its input is put back.
  rmSync(stamp, { force: true });
  await work();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return "done";
}

/**
 * @param {string[]} paths files or folders; one that is missing counts as empty
 * @returns {string} a hash of names and contents
 */
export function hashFiles(paths) {
  const hash = createHash("sha256");
  for (const file of paths.flatMap(listFiles)) {
    const content = readFileSync(file);
    // Cargo's target directory may be anywhere; below the repository, the path counts.
    const name = relative(root, file);
    hash.update(`${name.startsWith("..") ? basename(file) : name}\0${content.length}\0`);
    hash.update(content);
  }
  return hash.digest("hex");
}

/**
 * @param {string} path
 * @returns {string[]} the file, or every file below the folder, in a stable order
 */
export function listFiles(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => listFiles(join(path, name)));
}
