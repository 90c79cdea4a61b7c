// Domains with what is true of each, set up by others: every one of them is judged rightly. They stand beside the checkout.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { nativeBinary, root } from "../tools/lib/paths.mjs";

const program = join(root, "..", "shared", "truth", "run.py");

test("every domain of the truth set is judged rightly", { skip: existsSync(program) ? false : "the truth set is not beside the checkout" }, () => {
  const { status, stdout, stderr } = spawnSync("python3", [program, nativeBinary("launch-ready"), nativeBinary("launch-ready-lab")], {
    encoding: "utf8",
    env: { ...process.env, SCENARIOS: join(root, "crates", "lab", "scenarios") },
    timeout: 540_000,
  });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
});
