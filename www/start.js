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

// The plan is a program of its own, fetched when somebody wants it. In a list, so that esbuild leaves the address alone.
const planButton = document.getElementById("plan-open");
planButton?.addEventListener("click", async () => {
  try {
    await (await import([PLAN_JS][0])).openPlan();
    planButton.hidden = true;
  } catch (error) {
    console.error("The plan did not open:", error);
    planButton.textContent = "It did not load: try again";
  }
});
