// Clients that others generate from the description: the linters have nothing to say, the generators warn of nothing, and
// what they make does every call against the Worker.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";

import { buildDir, root } from "../tools/lib/paths.mjs";
import { pythonPrograms } from "../tools/lib/venv.mjs";
import { startStack } from "../tools/stack.mjs";

const token = "the-owner's-token";
const description = join(root, "docs", "openapi.json");
const folder = join(buildDir, "clients");
/** The generator for Python. */
const PYTHON_GENERATOR = "openapi-python-client==0.29.1";

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
before(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  stack = await startStack({ vars: { OWNER_TOKEN: token, REPORT_SECONDS: "600" } });
});
after(() => stack?.stop());

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function run(program, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, encoding: "utf8", timeout: 180_000, env: { ...process.env, NO_COLOR: "1", ...env } });
  assert.ok(!error, String(error));
  return { status, stdout, said: `${stdout}\n${stderr}` };
}

/** @param {string} name */
const bin = (name) => join(root, "node_modules", ".bin", name);

describe("the description's linters", () => {
  test("redocly has neither errors nor warnings", () => {
    const { stdout, said } = run(bin("redocly"), ["lint", description, "--format=json"], { REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", REDOCLY_TELEMETRY: "off" });
    const { totals } = JSON.parse(stdout.slice(stdout.indexOf("{")));
    assert.deepEqual([totals.errors, totals.warnings], [0, 0], said.slice(-4000));
  });

  test("spectral has nothing to say", () => {
    const rules = join(folder, "spectral.yaml");
    writeFileSync(rules, 'extends: ["spectral:oas"]\n');
    const { status, said } = run(bin("spectral"), ["lint", description, "--ruleset", rules, "--fail-severity", "hint"]);
    assert.equal(status, 0, said.slice(-4000));
  });

  test("no name is there twice, and no enum is a choice among constants", () => {
    const { components } = JSON.parse(readFileSync(description, "utf8"));
    assert.deepEqual(Object.keys(components.schemas).filter((name) => /\d$/.test(name)), []);
    const constants = /** @type {any[]} */ (Object.values(components.schemas)).filter(({ oneOf }) => oneOf?.some((/** @type {any} */ member) => "const" in member));
    assert.deepEqual(constants, []);
  });
});

describe("generated clients", () => {
  test("openapi-typescript and openapi-fetch", () => {
    const types = join(folder, "schema.d.ts");
    const made = run(bin("openapi-typescript"), [description, "-o", types]);
    assert.equal(made.status, 0, made.said);
    assert.doesNotMatch(made.said, /warn/i);
    const client = join("tests", "clients", "openapi-fetch.mjs");
    const flags = ["--noEmit", "--strict", "--checkJs", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "node"];
    const checked = run(bin("tsc"), [...flags, client]);
    assert.equal(checked.status, 0, checked.said);
    const { status, said } = run(process.execPath, [client, stack.url, token]);
    assert.equal(status, 0, said);
  });

  test("@hey-api/openapi-ts", async () => {
    const made = run(bin("openapi-ts"), ["-i", description, "-o", join(folder, "hey"), "--no-log-file"]);
    assert.equal(made.status, 0, made.said);
    assert.doesNotMatch(made.said, /warn/i);
    const client = join("tests", "clients", "hey-api.ts");
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--types", "node", "--lib", "es2023,dom,dom.iterable"];
    const checked = run(bin("tsc"), [...flags, client]);
    assert.equal(checked.status, 0, checked.said);
    const outfile = join(folder, "hey.mjs");
    await build({ entryPoints: [join(root, client)], bundle: true, platform: "node", format: "esm", outfile, logLevel: "error" });
    const { status, said } = run(process.execPath, [outfile, stack.url, token]);
    assert.equal(status, 0, said);
  });

  const python = pythonPrograms("venv-clients", [PYTHON_GENERATOR]);
  test("openapi-python-client", { skip: python.missing }, () => {
    const into = join(folder, "python");
    const config = join(folder, "python.yaml");
    // What it would tidy up afterwards with is no part of the client.
    writeFileSync(config, "post_hooks: []\n");
    const made = run(python.bin("openapi-python-client"), ["generate", "--path", description, "--output-path", into, "--config", config, "--fail-on-warning"]);
    assert.equal(made.status, 0, made.said);
    const { status, said } = run(python.bin("python"), [join("tests", "clients", "python_client.py"), stack.url, token], { PYTHONPATH: into });
    assert.equal(status, 0, said);
  });
});
