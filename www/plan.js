// The plan's own program: its WebAssembly and its style sheet, fetched when it is opened first.

import init, { open } from "launch-ready-plan";

/** @type {Promise<unknown> | undefined} */
let ready;

/** Shows the plan for a report. @param {string} report */
export async function openPlan(report) {
  ready ??= Promise.all([init({ module_or_path: PLAN_WASM }), sheet()]).catch((error) => {
    // The next click tries again.
    ready = undefined;
    throw error;
  });
  await ready;
  open(report);
}

function sheet() {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: PLAN_CSS });
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => reject(new Error("The plan's style sheet did not load.")));
    document.head.append(link);
  });
}
