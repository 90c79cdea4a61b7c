// Domains with what is true of each, set up by others: every one of them is judged rightly. They stand beside the checkout.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { nativeBinary, root } from "../tools/lib/paths.mjs";

const program = join(root, "..", "shared", "truth", "run.py");

/** Where we judge otherwise, and why. */
const OTHERWISE = new Map([
  [
    "web-odd/vite-dash.lab",
    "Its only module imports /assets/vendor-C0-_k2dE.js, which is not served: browsers run neither (HTML, \"fetch the descendants of a module script\"), and the page stays white.",
  ],
]);

test("every domain of the truth set is judged rightly", { skip: existsSync(program) ? false : "the truth set is not beside the checkout" }, () => {
  const { stdout, stderr } = spawnSync("python3", [program, nativeBinary("launch-ready"), nativeBinary("launch-ready-lab")], {
    encoding: "utf8",
    env: { ...process.env, SCENARIOS: join(root, "crates", "lab", "scenarios") },
    timeout: 540_000,
  });
  const wrong = stdout.split("\n").filter((line) => line.startsWith("WRONG "));
  const otherwise = wrong.filter((line) => [...OTHERWISE.keys()].some((domain) => line.startsWith(`WRONG ${domain}:`)));
  assert.deepEqual(wrong.filter((line) => !otherwise.includes(line)), [], stderr);
  const [, right, of] = stdout.match(/(\d+) of (\d+) domains judged rightly/) ?? [];
  assert.equal(Number(of) - Number(right), otherwise.length, `${stdout}\n${stderr}`);
});
