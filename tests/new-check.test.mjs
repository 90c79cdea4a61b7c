// `npm run new-check` in a copy of the checks: what it writes is what the build and the tests of the core ask for.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";

import { root } from "../tools/lib/paths.mjs";
import { newCheck } from "../tools/new-check.mjs";

const checks = join("crates", "core", "src", "checks");
/** The headings, as the build script of the core asks for them. */
const headings = [...readFileSync(join(root, "crates/core/build.rs"), "utf8").matchAll(/^ {4}\("(## [^"]+)", "\w+"\),$/gm)].map(([, heading]) => heading);

describe("a new check", () => {
  /** @type {string} */
  let copy;
  const read = (/** @type {string} */ path) => readFileSync(join(copy, path), "utf8");
  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), "launch-ready-new-check-"));
    for (const path of [checks, `${checks}.rs`]) cpSync(join(root, path), join(copy, path), { recursive: true });
  });
  afterEach(() => rmSync(copy, { recursive: true, force: true }));

  test("is a file with every heading that the build asks for, in order, and something below each", () => {
    const file = newCheck({ name: "security-contact", area: "security" }, copy);
    assert.equal(file, join(checks, "security", "security_contact.rs"));
    const docs = read(file).split("\n").filter((line) => line.startsWith("//!")).map((line) => line.slice(4));
    assert.equal(docs[0], "# Security contact (`security-contact`)");
    assert.ok(headings.length >= 6, "the headings are read from crates/core/build.rs");
    assert.deepEqual(docs.filter((line) => line.startsWith("## ")), headings);
    for (const heading of headings) assert.match(docs[docs.indexOf(heading) + 1], /\S/, heading);
  });

  test("has an example for every outcome, and one that fails until it is filled in", () => {
    const source = read(newCheck({ name: "security-contact", area: "security" }, copy));
    const promised = [...source.matchAll(/^\/\/! => (\S+)$/gm)].map(([, code]) => code);
    const declared = [...source.matchAll(/Outcome::\w+\("([a-z-]+)"/g)].map(([, code]) => code);
    assert.deepEqual(promised.filter((code) => code !== "not-measured"), declared);
    const given = [...source.matchAll(/\b([A-Z_]+)\.found\(\)/g)].map(([, outcome]) => outcome.toLowerCase());
    assert.ok(declared.some((code) => !given.includes(code)), "some promised outcome is not given yet");
    assert.match(source, /^ {4}area: Area::Security,$/m);
  });

  test("is listed in checks.rs: its module in the order of the alphabet, itself after the others of its area", () => {
    const before = read(`${checks}.rs`).split("\n");
    newCheck({ name: "mail-host", area: "email" }, copy);
    const lines = read(`${checks}.rs`).split("\n");
    const added = ["    pub(super) mod mail_host;", "    &email::mail_host::CHECK,"];
    assert.deepEqual(lines.filter((line) => !added.includes(line)), before, "nothing else changes");
    assert.equal(lines.length, before.length + 2);

    const at = (/** @type {string} */ line) => lines.indexOf(line);
    const modules = lines.slice(at("mod email {") + 1, lines.indexOf("}", at("mod email {")));
    assert.deepEqual(modules, [...modules].sort());
    assert.ok(modules.includes(added[0]));
    const ofArea = lines.filter((line) => line.startsWith("    &email::"));
    assert.equal(ofArea.at(-1), added[1]);
  });

  test("is refused with what to type instead", () => {
    const listed = read(`${checks}.rs`);
    const refused = (/** @type {Parameters<typeof newCheck>[0]} */ check, /** @type {RegExp} */ words) => assert.throws(() => newCheck(check, copy), words);
    refused({ name: "Security Contact", area: "security" }, /lower-case words with hyphens/);
    refused({ name: "../escape", area: "security" }, /lower-case words with hyphens/);
    refused({ name: "security-contact" }, /--area, one of: .*\bemail\b.*\bsecurity\b/);
    refused({ name: "security-contact", area: "nowhere" }, /--area, one of: /);
    refused({ name: "hsts", area: "security" }, /already, in tls/);
    assert.equal(read(`${checks}.rs`), listed);
  });
});
