// Programs in Python that tests use as others do: installed below build/, once for each version.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { buildDir } from "./paths.mjs";

/** How long an installation may take. */
const MINUTES = 4;

/**
 * @param {string} name of its folder below build/
 * @param {string[]} packages with their versions
 * @returns {{ bin: (program: string) => string, missing: string | false }} and why they are not there, for the tests that then say so
 */
export function pythonPrograms(name, packages) {
  const folder = join(buildDir, name);
  const bin = (/** @type {string} */ program) => join(folder, "bin", program);
  const stamp = join(folder, packages.join(","));
  if (existsSync(stamp)) return { bin, missing: false };
  mkdirSync(buildDir, { recursive: true });
  for (const [command, args] of /** @type {[string, string[]][]} */ ([
    ["python3", ["-m", "venv", "--clear", folder]],
    [bin("pip"), ["install", "--quiet", "--disable-pip-version-check", ...packages]],
  ])) {
    const { status, error, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: MINUTES * 60_000 });
    if (status === 0) continue;
    const missing = `NOT TRIED, ${packages.join(", ")}: ${command} ${args[0]} failed: ${error?.message ?? stderr.trim().slice(-300)}`;
    console.error(missing);
    return { bin, missing };
  }
  writeFileSync(stamp, "");
  return { bin, missing: false };
}
