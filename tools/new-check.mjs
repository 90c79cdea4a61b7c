// Lays out the file of a new check and lists it: `npm run new-check -- NAME --area AREA`. CONTRIBUTING.md says how to
// go on from there. What it writes compiles, and its examples fail until they are about the check.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { root } from "./lib/paths.mjs";

const USAGE = 'usage: npm run new-check -- NAME --area AREA [--title "Name for people"]';

/** Lower-case words with hyphens: ids are part of the API. */
const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Writes the file of a check and lists it in checks.rs.
 * @param {object} check
 * @param {string} check.name its id: a noun for what is judged, such as "dmarc-policy"
 * @param {string} [check.area] a folder of crates/core/src/checks
 * @param {string} [check.title] its name for people; made from the id unless told
 * @param {string} [repository] where to write; this repository unless told
 * @returns {string} the new file, relative to the repository
 * @throws {Error} with a sentence that says what to type instead
 */
export function newCheck({ name, area, title = titleOf(name) }, repository = root) {
  const src = join("crates", "core", "src");
  const list = join(repository, src, "checks.rs");
  const listed = readFileSync(list, "utf8");
  const areas = [...listed.matchAll(/^mod (\w+) \{$/gm)].map(([, found]) => found);
  if (!NAME.test(name)) throw new Error(`“${name}” is no id of a check. Use lower-case words with hyphens, such as dmarc-policy.`);
  if (!area || !areas.includes(area)) throw new Error(`Say the area with --area, one of: ${areas.join(", ")}.`);
  if (/[`\n]/.test(title) || title.includes(" (")) throw new Error(`“${title}” cannot stand in a heading. Leave out backticks and brackets.`);
  const module = name.replaceAll("-", "_");
  const taken = areas.find((other) => readFiles(join(repository, src, "checks", other)).includes(`${module}.rs`));
  if (taken) throw new Error(`There is a check ${name} already, in ${taken}.`);

  const file = join(src, "checks", area, `${module}.rs`);
  const changed = withModule(withEntry(listed, area, module), area, module);
  mkdirSync(join(repository, src, "checks", area), { recursive: true });
  // Last what other files depend on: a failure half-way leaves nothing that does not build.
  writeFileSync(join(repository, file), skeleton(name, area, title), { flag: "wx" });
  writeFileSync(list, changed);
  return file;
}

/** @param {string} folder @returns {string[]} */
function readFiles(folder) {
  return existsSync(folder) ? readdirSync(folder).map((path) => basename(path)) : [];
}

/** @param {string} name @returns {string} */
function titleOf(name) {
  const words = name.replaceAll("-", " ");
  return words[0].toUpperCase() + words.slice(1);
}

/**
 * The list of modules, which is in the order of the alphabet.
 * @param {string} source @param {string} area @param {string} module @returns {string}
 */
function withModule(source, area, module) {
  return source.replace(new RegExp(`^mod ${area} \\{\\n([^}]*)\\}$`, "m"), (_, inside) => {
    const lines = [...inside.split("\n").filter(Boolean), `    pub(super) mod ${module};`].sort();
    return `mod ${area} {\n${lines.join("\n")}\n}`;
  });
}

/**
 * The list of checks, which is in the order of reading: after the others of the area.
 * @param {string} source @param {string} area @param {string} module @returns {string}
 */
function withEntry(source, area, module) {
  const entry = `    &${area}::${module}::CHECK,\n`;
  const last = source.lastIndexOf(`    &${area}::`);
  const at = last < 0 ? source.lastIndexOf("];") : source.indexOf("\n", last) + 1;
  return source.slice(0, at) + entry + source.slice(at);
}

/** @param {string} name @param {string} area @param {string} title @returns {string} */
function skeleton(name, area, title) {
  return `//! # ${title} (\`${name}\`)
//!
//! ## What it checks
//! To be written: whether …, in one or two sentences.
//!
//! ## Why it matters
//! To be written: what a founder loses without it. Visitors, mail, money or trust; no jargon.
//!
//! ## How to fix it
//! To be written: what to do, and where.
//!
//! ## Sources
//! To be written: the section of the standard, or the page and the date on which it was read.
//!
//! ## Covers
//! To be written: the rows of the requirements.
//!
//! ## Examples
//! \`\`\`evidence
//! example.com. TXT "to be written: what is as it should be"
//! => present
//! \`\`\`
//! \`\`\`evidence
//! example.com. TXT "to be written: what is not"
//! => missing
//! \`\`\`
//! \`\`\`evidence
//! example.com. TXT TIMEOUT
//! => not-measured
//! \`\`\`

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::dns::RecordType;
use crate::engine::evidence::Evidence;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "${name}",
    area: Area::${area[0].toUpperCase()}${area.slice(1)},
    impact: Weight::Minor,
    // To be decided: what the business loses, how long the fix takes, who can do it.
    stakes: Consequences::new(BusinessImpact::SignUps, Effort::Hour, Who::Developer),
    outcomes: &[&PRESENT, &MISSING],
    run,
};

static PRESENT: Outcome = Outcome::pass("present", "To be written: it is there");
static MISSING: Outcome = Outcome::warn("missing", "To be written: it is not there");

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    // Everything that can be asked for is asked for before the first \`?\`, so that the questions go out together.
    let lookup = evidence.lookup(target.domain.as_str(), RecordType::Txt)?;
    // To be written: the judgement. Every problem comes with its exact fix.
    Ok(PRESENT.found().with_evidence(format!("TXT {}", lookup.owner()), lookup.words()))
}
`;
}

/** @param {string} file @returns {string} */
function nextSteps(file) {
  return `
${file} is laid out and listed in crates/core/src/checks.rs.

 1. Write its documentation, then its examples: one for every outcome, and for what other tools get wrong.
 2. Declare the outcomes and write \`run\`. In checks.rs, move the check to where a person should read it.
 3. cargo test -p launch-ready-core        fails until nothing of the layout is left
 4. cargo run -p launch-ready -- docs --out docs
 5. A line in CHANGELOG.md.
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { area: { type: "string" }, title: { type: "string" } } });
    if (positionals.length !== 1) throw new Error(USAGE);
    console.log(nextSteps(newCheck({ name: positionals[0], ...values })));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 64;
  }
}
