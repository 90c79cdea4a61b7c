// Starts the page's WebAssembly. The build puts in its address, which carries its hash.

import init from "launch-ready-page";

import { copyOnClick } from "./copy.js";

copyOnClick();

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

// What most visitors do not need is a program of its own, fetched when somebody wants it: the plan, the steps of a fix, a
// check asked again. In a list, so that esbuild leaves the address alone.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  try {
    await (await import([PLAN_JS][0])).act(button);
  } catch (error) {
    console.error("The program on demand did not do what was asked:", error);
    const place = button.parentNode;
    place.querySelector(".said")?.remove();
    const textContent = navigator.onLine ? "This did not load. Try again." : "You are offline, and this is not loaded yet. What is shown here stays.";
    place.append(Object.assign(document.createElement("p"), { className: "said fail", role: "alert", textContent }));
  }
});
