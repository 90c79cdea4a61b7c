// The plan's own program: its WebAssembly and its style sheet, fetched when it is opened first.

import init, { open } from "launch-ready-plan";

/** @type {Promise<unknown> | undefined} */
let ready;
let shown = "";

/** Shows the plan for the report that the page shows, and from then on for every newer one. */
export async function openPlan() {
  ready ??= Promise.all([init({ module_or_path: PLAN_WASM }), sheet()]).catch((error) => {
    // The next click tries again.
    ready = undefined;
    throw error;
  });
  const [report] = await Promise.all([theReport(), ready]);
  shown = report;
  open(report);
  const results = document.getElementById("results");
  if (results) new MutationObserver(follow).observe(results, { childList: true, subtree: true });
}

/** The line that brought the report: the page keeps it in the tab (www/src/keep.rs). */
function kept() {
  try {
    return (sessionStorage.getItem("report") ?? "").split("\n").slice(1).join("\n");
  } catch {
    return "";
  }
}

/** Where the tab keeps nothing, the service still has it. */
async function theReport() {
  const line = kept();
  if (line) return line;
  const query = new URLSearchParams(location.search);
  // A domain's own address: /r/example.com.
  const [, domain] = /^\/r\/([^/]+)/.exec(location.pathname) ?? [];
  if (domain && !query.has("domain")) query.set("domain", decodeURIComponent(domain));
  const response = await fetch(`/api/v1/report?${query}`, { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`The report cannot be had: ${response.status}.`);
  return response.text();
}

function follow() {
  const line = kept();
  if (!line || line === shown || !document.getElementById("verdict-title")) return;
  shown = line;
  open(line);
}

function sheet() {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: PLAN_CSS });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error("The plan's style sheet did not load.")));
    document.head.append(link);
  });
}
