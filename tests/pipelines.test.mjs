// Reports in other people's pipelines: each format is read by a reader that is not ours.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { buildDir, nativeBinary, root } from "../tools/lib/paths.mjs";
import { pythonPrograms } from "../tools/lib/venv.mjs";
import { startLab } from "../tools/stack.mjs";

const folder = join(buildDir, "pipelines");
const readers = pythonPrograms("venv-pipelines", ["sarif-tools==3.0.5", "junitparser==5.0.3"]);

/** @type {import("../tools/stack.mjs").Lab} */
let lab;
before(async () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  lab = await startLab();
});
after(() => lab?.stop());

/**
 * `launch-ready check DOMAIN` in the lab.
 * @param {string} domain
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function check(domain, args, env = {}) {
  const { status, stdout, stderr } = spawnSync(nativeBinary("launch-ready"), ["check", domain, "--proxy", `http://${lab.http}`, "--ca-file", lab.ca, ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

/** @param {string} program @param {string[]} args */
function read(program, args) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, encoding: "utf8", timeout: 120_000 });
  return { status, said: `${stdout}\n${stderr}` };
}

describe("SARIF", () => {
  test("is what the types made from its schema say, in all of its fields", () => {
    const { stdout } = check("broken.lab", ["--format", "sarif"]);
    const file = join(folder, "log.ts");
    writeFileSync(file, `import type { Log } from "sarif";\nexport const log: Log = ${stdout};\n`);
    const { status, said } = read(join(root, "node_modules", ".bin", "tsc"), ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "sarif", file]);
    assert.equal(status, 0, said);
  });

  test("keeps what code scanning asks for: paths without a scheme, rules that are there, fingerprints that stay", () => {
    const log = JSON.parse(check("broken.lab", ["--format", "sarif"]).stdout);
    const [{ results, tool }] = log.runs;
    const report = JSON.parse(check("broken.lab", ["--format", "json"]).stdout);
    assert.equal(results.length, report.risks.length);
    assert.equal(new Set(results.map((/** @type {any} */ one) => one.partialFingerprints.primaryLocationLineHash)).size, results.length);
    for (const result of results) {
      const [{ physicalLocation }] = result.locations;
      assert.equal(physicalLocation.artifactLocation.uri, `broken.lab/${result.ruleId}`);
      assert.ok(physicalLocation.region.startLine >= 1);
      assert.equal(tool.driver.rules[result.ruleIndex].id, result.ruleId);
    }
    const again = JSON.parse(check("broken.lab", ["--format", "sarif"]).stdout);
    assert.deepEqual(again.runs[0].results.map((/** @type {any} */ one) => one.partialFingerprints), results.map((/** @type {any} */ one) => one.partialFingerprints));
  });

  test("is read by sarif-tools", { skip: readers.missing }, () => {
    const file = join(folder, "broken.sarif");
    writeFileSync(file, check("broken.lab", ["--format", "sarif"]).stdout);
    const { status, said } = read(readers.bin("sarif"), ["summary", file]);
    assert.equal(status, 0, said);
    const report = JSON.parse(check("broken.lab", ["--json"]).stdout);
    const blockers = report.risks.filter((/** @type {any} */ risk) => risk.rank === "blocker").length;
    assert.match(said, new RegExp(`error: ${blockers}\\b`));
  });
});

describe("JUnit", () => {
  test("is read by junitparser, with a failure for each problem that counts", { skip: readers.missing }, () => {
    const report = JSON.parse(check("broken.lab", ["--json"]).stdout);
    const ranked = (/** @type {string[]} */ ...ranks) => report.risks.filter((/** @type {any} */ risk) => ranks.includes(risk.rank)).length;
    for (const [rank, count] of /** @type {const} */ ([["blocker", ranked("blocker")], ["optional", report.risks.length]])) {
      const file = join(folder, `${rank}.xml`);
      writeFileSync(file, check("broken.lab", ["--format", "junit", "--fail-on", rank]).stdout);
      const program = "import sys, junitparser as j; x = j.JUnitXml.fromfile(sys.argv[1]); print(x.tests, x.failures, sum(1 for s in x for c in s))";
      const { status, said } = read(readers.bin("python"), ["-c", program, file]);
      assert.equal(status, 0, said);
      assert.equal(said.trim(), `${report.findings.length} ${count} ${report.findings.length}`);
    }
  });
});

describe("GitHub Actions", () => {
  test("annotates each problem by its rank, and writes the summary", () => {
    const summary = join(folder, "summary.md");
    const { stdout, status } = check("broken.lab", ["--format", "github"], { GITHUB_STEP_SUMMARY: summary });
    assert.equal(status, 1);
    const report = JSON.parse(check("broken.lab", ["--json"]).stdout);
    const lines = stdout.split("\n").filter((line) => line.startsWith("::"));
    assert.equal(lines.length, report.risks.length);
    assert.equal(lines.filter((line) => line.startsWith("::error ")).length, report.risks.filter((/** @type {any} */ risk) => risk.rank === "blocker").length);
    for (const line of lines) assert.match(line, /^::(error|warning|notice) title=[^:,]+::[^\n]+$/);
    assert.match(readFileSync(summary, "utf8"), /broken\.lab/);
  });

  test("says nothing where there is nothing to say, and ends with 0", () => {
    const { stdout, status } = check("healthy.lab", ["--format", "github"], { GITHUB_STEP_SUMMARY: "" });
    assert.equal(status, 0);
    assert.doesNotMatch(stdout, /^::error/m);
  });
});

describe("--fail-on", () => {
  test("ends with 1 from that rank on, whatever the verdict", () => {
    // broken.lab has all ranks; a blocker always counts.
    for (const rank of ["blocker", "important", "optional"]) assert.equal(check("broken.lab", ["--json", "--fail-on", rank]).status, 1, rank);
    const healthy = JSON.parse(check("healthy.lab", ["--json"]).stdout);
    const worst = healthy.risks[0]?.rank;
    assert.equal(check("healthy.lab", ["--json", "--fail-on", "optional"]).status, worst ? 1 : 0);
    assert.equal(check("healthy.lab", ["--json", "--fail-on", "blocker"]).status, 0);
    assert.equal(check("unreachable.lab", ["--json"]).status, 2);
  });

  test("a rank that there is not is refused with those that there are", () => {
    const { status, stderr } = check("healthy.lab", ["--fail-on", "everything"]);
    assert.equal(status, 64);
    assert.match(stderr, /blocker, important, optional/);
  });
});
