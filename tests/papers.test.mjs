// The papers on paper: the handover is one page on A4 and on Letter, whoever fills it in with how much. The files are the golden
// ones of crates/core/tests/documents.rs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { root } from "../tools/lib/paths.mjs";
import { launchBrowser, openPage } from "./browser.mjs";

const golden = join(root, "crates", "core", "tests", "golden");
const handovers = readdirSync(golden).filter((name) => name.endsWith("-handover.html"));

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launchBrowser();
});
after(() => browser?.close());

/** How many pages a PDF has: each is an object of its own. @param {Buffer} pdf */
const pages = (pdf) => (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) ?? []).length;

describe("the handover", () => {
  test("exists for an empty hand and a full one", () => assert.ok(handovers.length >= 4, `${handovers}`));

  for (const name of handovers) {
    for (const format of ["A4", "Letter"]) {
      test(`${name} is one page of ${format}`, async () => {
        const { page, errors } = await openPage(browser);
        await page.setContent(readFileSync(join(golden, name), "utf8"), { waitUntil: "load" });
        assert.equal(pages(await page.pdf({ format })), 1);
        assert.deepEqual(errors, []);
        await page.context().close();
      });
    }
  }
});
