// The program on demand: its WebAssembly and its style sheet, fetched when somebody wants the plan, the steps of a fix, or a
// check asked again.

import init, { again, know, open, steps } from "launch-ready-plan";

import { copyOnClick } from "./copy.js";

/** @type {Promise<unknown> | undefined} */
let ready;
/** The report that the program knows. @type {string | undefined} */
let known;

/**
 * Does what a button stands for.
 * @param {HTMLElement} button
 */
export async function act(button) {
  if (button.dataset.do === "whole") return document.querySelector(".verdict button")?.click();
  await prepare();
  // That it did not load, a moment ago (start.js).
  button.parentNode.querySelector(".said[role=alert]")?.remove();
  const check = button.closest(".finding")?.id.replace("check-", "");
  if (button.dataset.do === "steps") steps(check);
  else if (button.dataset.do === "again") again(check, asked());
  else {
    show();
    button.hidden = true;
  }
}

async function prepare() {
  ready ??= Promise.all([init({ module_or_path: PLAN_WASM }), sheet()]).catch((error) => {
    // The next click tries again.
    ready = undefined;
    throw error;
  });
  const [report] = await Promise.all([theReport(), ready]);
  take(report);
}

/** @param {string} report */
function take(report) {
  if (report !== known) know(report);
  known = report;
}

/** Shows the plan, and from then on for every newer report. */
function show() {
  open();
  const results = document.getElementById("results");
  if (results) new MutationObserver(follow).observe(results, { childList: true, subtree: true });
}

/** What the page keeps in the tab (www/src/keep.rs): what was asked, and the line that brought the report. */
function kept() {
  try {
    const [query, ...line] = (sessionStorage.getItem("report") ?? "").split("\n");
    return { query, line: line.join("\n") };
  } catch {
    return { query: "", line: "" };
  }
}

/** What the report is about, as a query. */
function asked() {
  const { query } = kept();
  if (query) return query;
  const fields = new URLSearchParams(location.search);
  // A domain's own address: /r/example.com.
  const [, domain] = /^\/r\/([^/]+)/.exec(location.pathname) ?? [];
  if (domain && !fields.has("domain")) fields.set("domain", decodeURIComponent(domain));
  return fields.has("domain") ? fields.toString() : "";
}

/** Where the tab keeps nothing, the service still has it; where nothing was asked there is none. */
async function theReport() {
  const { line } = kept();
  if (line || !asked()) return line;
  const response = await fetch(`/api/v1/report?${asked()}`, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`The report cannot be had: ${response.status}.`);
  return response.text();
}

function follow() {
  const { line } = kept();
  if (line && document.getElementById("verdict-title")) take(line);
}

function sheet() {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: PLAN_CSS });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error("The plan's style sheet did not load."));
    });
    document.head.append(link);
  });
}

// The plan's own page (www/plan.html) opens it by itself.
if (document.getElementById("plan-alone")) {
  copyOnClick();
  prepare().then(show, (error) => {
    console.error("The plan did not open:", error);
    document.getElementById("plan-trouble").hidden = false;
  });
}
