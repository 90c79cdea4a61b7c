// The GitHub Action, as far as a shell can show it: its steps with the variables that the runner sets.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { parse } from "yaml";

import { buildDir, nativeBinary, root } from "../tools/lib/paths.mjs";
import { startLab } from "../tools/stack.mjs";

const action = parse(readFileSync(join(root, "action.yml"), "utf8"));
const folder = join(buildDir, "action");

/** @type {import("../tools/stack.mjs").Lab} */
let lab;
before(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  lab = await startLab();
});
after(() => lab?.stop());

/**
 * The step that checks, with these inputs.
 * @param {Record<string, string>} inputs
 */
function run(inputs) {
  const step = action.runs.steps.find((/** @type {any} */ { id }) => id === "check");
  const given = Object.fromEntries(Object.entries(action.inputs).map(([name, { default: usual = "" }]) => [name, inputs[name] ?? usual]));
  const env = Object.fromEntries(Object.entries(step.env).map(([name, value]) => [name, given[/inputs\.([a-z-]+)/.exec(String(value))?.[1] ?? ""]]));
  const output = join(folder, "output");
  rmSync(output, { force: true });
  const { status, stdout, stderr } = spawnSync("bash", ["-c", step.run], {
    encoding: "utf8",
    env: {
      PATH: process.env.PATH ?? "",
      ...env,
      PROGRAM: nativeBinary("launch-ready"),
      GITHUB_ACTION_PATH: root,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
      LAUNCH_READY_PROXY: `http://${lab.http}`,
      LAUNCH_READY_CA_FILE: lab.ca,
    },
    timeout: 60_000,
  });
  let outputs = "";
  try {
    outputs = readFileSync(output, "utf8");
  } catch {
    // A step that was refused has none.
  }
  return { status, stdout, stderr, outputs };
}

describe("the action", () => {
  test("fails the job for a domain with blockers, and says the verdict in its outputs", () => {
    const { status, stdout, outputs } = run({ domain: "broken.lab", sarif: join(folder, "out.sarif"), junit: join(folder, "out.xml") });
    assert.equal(status, 1);
    assert.match(stdout, /^::error title=broken\.lab/m);
    assert.match(outputs, /^decision=no-go\nblockers=[1-9]\d*\nscore=\d+\n$/);
    assert.equal(JSON.parse(readFileSync(join(folder, "out.sarif"), "utf8")).version, "2.1.0");
    assert.match(readFileSync(join(folder, "out.xml"), "utf8"), /<testsuites/);
  });

  test("passes for a domain that is ready, with its paths and kind of business", () => {
    const { status, outputs, stderr } = run({ domain: "healthy.lab", segment: "coach", paths: "/" });
    assert.equal(status, 0, stderr);
    assert.match(outputs, /^decision=go\nblockers=0\n/);
  });

  test("takes what is typed for text: nothing in an input is run", () => {
    const { status, stderr } = run({ domain: "$(touch hacked); --json", paths: "$(touch hacked) `touch hacked`" });
    assert.equal(status, 64, stderr);
  });

  test("its outputs and inputs are documented, and no input stands in a command", () => {
    for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs })) assert.ok(description, name);
    for (const { run } of action.runs.steps) assert.doesNotMatch(run, /\$\{\{/);
  });
});
