// How long it takes to evaluate one case of the RFC 7208 suite, beside pyspf in the same run: both with the suite's zones as
// their DNS, so that nothing is measured but the evaluation. The two take turns, so that what else the machine does meets
// both; the ratio is of the two measurements of one turn.
//
// The suite stands beside the repository, in ../shared/suites. pyspf goes into a virtual environment below build/.

import { existsSync } from "node:fs";
import { basename, join } from "node:path";

import { figure } from "../lib/figures.mjs";
import { buildDir, nativeBinary, root, targetDir } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { cargo } from "../lib/rust.mjs";
import { step } from "../lib/steps.mjs";

export const title = "Evaluating one SPF case";

/** dnspython is what pyspf imports; it is never asked. */
const PACKAGES = ["pyspf==2.0.14", "dnspython==2.7.0"];

/** @param {string} why @returns {[]} */
function notMeasured(why) {
  console.error(`\nNOT MEASURED: evaluation of the RFC 7208 suite beside pyspf. ${why}`);
  return [];
}

/** @returns {Promise<string>} the Python of a virtual environment that has pyspf */
async function python() {
  const venv = join(buildDir, "pyspf");
  const inside = process.platform === "win32" ? join(venv, "Scripts", "python.exe") : join(venv, "bin", "python");
  if (!existsSync(inside)) await run(process.platform === "win32" ? "python" : "python3", ["-m", "venv", venv], { minutes: 5 });
  await run(inside, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES], { minutes: 5 });
  return inside;
}

/** @param {import("../bench.mjs").Context} context @returns {Promise<import("../lib/figures.mjs").Figure[]>} */
export async function measure({ runs }) {
  const suite = join(root, "..", "shared", "suites", "rfc7208.json");
  if (!existsSync(suite)) return notMeasured(`Absent: ${suite}`);
  /** @type {string} */
  let theirs;
  try {
    theirs = await step("pyspf in a virtual environment", python);
  } catch (error) {
    return notMeasured(`pyspf cannot be had: ${error instanceof Error ? error.message : error}`);
  }
  const manifest = join(root, "tools", "bench", "parse", "Cargo.toml");
  const target = join(targetDir(), "bench-parse");
  await step("evaluation of the suite (native, release)", (detail) =>
    cargo(["build", "--release", "--locked", "--manifest-path", manifest, "--target-dir", target, "--bin", "suite"], detail),
  );
  const ours = join(target, "release", basename(nativeBinary("suite")));
  const script = join(root, "tools", "bench", "pyspf.py");
  /** @type {{ cases: number, preferred: number, ns: number[] }[][]} */
  const turns = [];
  // The first turn warms up.
  for (let turn = 0; turn <= runs; turn++) {
    const our = JSON.parse(await run(ours, [suite, "1"], { minutes: 2 }));
    const their = JSON.parse(await run(theirs, [script, suite, "1"], { minutes: 2 }));
    if (turn > 0) turns.push([our, their]);
  }
  const [our, their] = turns[0];
  return [
    figure("RFC 7208 suite, ours", "ns", turns.map(([our]) => our.ns[0]), { note: `${our.preferred} of ${our.cases} cases as the suite prefers` }),
    figure("RFC 7208 suite, pyspf 2.0.14", "ns", turns.map(([, their]) => their.ns[0]), { note: `${their.preferred} of ${their.cases} cases as the suite prefers` }),
    figure("RFC 7208 suite, ours to pyspf", "×", turns.map(([our, their]) => our.ns[0] / their.ns[0])),
  ];
}
