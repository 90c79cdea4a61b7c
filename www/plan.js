// The program on demand: its WebAssembly and its style sheet, fetched when somebody wants something of it.

import init, { connect as connected, open } from "launch-ready-plan";

import { copyOnClick } from "./copy.js";

/** @type {Promise<unknown> | undefined} */
let ready;

function prepare() {
  ready ??= Promise.all([init({ module_or_path: PLAN_WASM }), sheet()]).catch((error) => {
    // The next time tries again.
    ready = undefined;
    throw error;
  });
  return ready;
}

/** From here on it does what the page says at the other end. @param {MessagePort} port */
export async function connect(port) {
  await prepare();
  connected(port);
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
  prepare().then(open, (error) => {
    console.error("The plan did not open:", error);
    document.getElementById("plan-trouble").hidden = false;
  });
}
