// Starts the page's WebAssembly. The build puts in its address, which carries its hash.

import init from "launch-ready-page";

// Without any script the form leads to a summary that the service makes. Here, the page itself will answer, and if the
// form is sent before it can, after a reload.
document.getElementById("scan")?.setAttribute("action", "/");

init({ module_or_path: PAGE_WASM }).catch((error) => {
  console.error("The page's WebAssembly did not start:", error);
  // What the HTML says by itself stays; who asked for a report is led to where it can be had without this page.
  const query = new URLSearchParams(location.search);
  if (!query.get("domain")) return;
  document.getElementById("no-wasm-link").href = `/api/v1/report?${query}`;
  document.getElementById("no-wasm").hidden = false;
});

// The plan is offered with the first report. Its program is fetched when somebody wants it, and not before.
const plan = {
  place: document.getElementById("plan"),
  button: document.getElementById("plan-open"),
  trouble: document.getElementById("plan-trouble"),
};
// In a variable, so that it is an address and no part of this bundle.
const planAddress = [PLAN_JS];
/** @type {string | undefined} */
let report;
/** @type {((report: string) => Promise<void>) | undefined} */
let openPlan;

addEventListener("launch-ready-report", (event) => {
  report = event.detail;
  if (plan.place) plan.place.hidden = false;
  openPlan?.(report);
});

plan.button?.addEventListener("click", async () => {
  plan.button.disabled = true;
  plan.trouble.hidden = true;
  try {
    const program = await import(planAddress[0]);
    await program.openPlan(report);
    openPlan = program.openPlan;
    plan.button.hidden = true;
  } catch (error) {
    console.error("The plan did not open:", error);
    plan.trouble.hidden = false;
  }
  plan.button.disabled = false;
});
