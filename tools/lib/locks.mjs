// The fuzz targets and one bench are workspaces of their own, with locks of their own, and are built when somebody asks for
// them. So that they build then, and with what is shipped, their locks are compared with the workspace's whenever the tests
// run. Cargo could say the same only where their packages have been fetched before.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./paths.mjs";

/** Their folders. */
const APART = ["fuzz", "tools/bench/parse"];
const CORE = "launch-ready-core";

/** @returns {string[]} what is wrong, one sentence each */
export function staleLocks() {
  const shipped = dependencies(readFileSync(join(root, "Cargo.lock"), "utf8"));
  const wanted = built(readFileSync(join(root, "crates", "core", "Cargo.toml"), "utf8"));
  return APART.flatMap((folder) => {
    const locked = dependencies(readFileSync(join(root, folder, "Cargo.lock"), "utf8"));
    const wrong = [...new Set([...wanted, ...locked.keys()])].filter((name) => !wanted.has(name) || locked.get(name) !== shipped.get(name));
    const manifest = `${folder}/Cargo.toml`;
    const versions = wrong.map((name) => `${name} ${locked.get(name) ?? "absent"} instead of ${wanted.has(name) ? shipped.get(name) : "absent"}`);
    return wrong.length ? [`${folder}/Cargo.lock has ${versions.join(", ")}: cargo update --workspace --manifest-path ${manifest}, and -p NAME --precise VERSION.`] : [];
  });
}

/**
 * What the core depends on, with the versions.
 * @param {string} lock
 * @returns {Map<string, string>}
 */
function dependencies(lock) {
  const packages = lock.split("[[package]]").map((block) => ({
    name: /^name = "(.+)"/m.exec(block)?.[1] ?? "",
    version: /^version = "(.+)"/m.exec(block)?.[1] ?? "",
    needs: [...(/^dependencies = \[\n([^\]]*)\]/m.exec(block)?.[1] ?? "").matchAll(/^ "([^ "]+)(?: ([^ "]+))?/gm)],
  }));
  const core = packages.find(({ name }) => name === CORE);
  // The version stands there only where the lock has several.
  return new Map(core?.needs.map(([, name, version]) => [name, version ?? packages.find((other) => other.name === name)?.version ?? ""]));
}

/**
 * What is always built with the core: not what its own tests need, and nothing optional.
 * @param {string} manifest
 * @returns {Set<string>}
 */
function built(manifest) {
  const names = new Set();
  for (const section of manifest.split(/^(?=\[)/m)) {
    if (!/^\[(build-)?dependencies\]/.test(section)) continue;
    for (const [, name, rest] of section.matchAll(/^([\w-]+)(?:\.| =)(.*)$/gm)) {
      if (!/\boptional = true/.test(rest)) names.add(name);
    }
  }
  return names;
}
