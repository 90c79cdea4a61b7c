// Paths of the machine that builds: what is shipped names none of them.
//
// The compiler writes the path of a source beside every place that may panic. With another prefix it says the same, in fewer bytes.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative, sep } from "node:path";

import { root } from "./paths.mjs";

const cargoHome = process.env.CARGO_HOME ?? join(homedir(), ".cargo");
const rustupHome = process.env.RUSTUP_HOME ?? join(homedir(), ".rustup");

/**
 * What makes the compiler leave them out, as flags of rustc. The last one that fits holds.
 * @returns {string[]}
 */
export function pathFlags() {
  const registries = join(cargoHome, "registry", "src");
  // Each registry has a folder there, with a folder for each crate.
  const sources = existsSync(registries) ? readdirSync(registries).map((name) => join(registries, name)) : [];
  return [cargoHome, rustupHome, root, ...sources].map((path) => `--remap-path-prefix=${path}=.`);
}

/**
 * The files of a folder that name such a path, each with the path.
 * @param {string} folder
 * @returns {string[]} sentences
 */
export function ownPathsIn(folder) {
  const paths = [cargoHome, rustupHome, root, homedir()].map((path) => path + sep);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.flatMap((entry) => {
    const file = join(entry.parentPath, entry.name);
    const content = readFileSync(file);
    const path = paths.find((path) => content.includes(path));
    return path === undefined ? [] : [`${relative(root, file)} names ${path}, which is of the machine that built it.`];
  });
}
