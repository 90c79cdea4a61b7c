// Starts the page's WebAssembly. The build puts in its address, which carries its hash.

import init, { act, loaded, port, start } from "launch-ready-page";

import { copyOnClick, shareOnClick } from "./copy.js";

copyOnClick();
shareOnClick();

// Without any script the form leads to a summary that the service makes. Here, the page itself will answer, and if the
// form is sent before it can, after a reload.
document.getElementById("scan")?.setAttribute("action", "/");

/** @type {Promise<void> | undefined} */
let loading;

/**
 * What most visitors do not need is a program of its own, fetched when something of it is wanted: the plan, the steps of a
 * fix, a check asked again, what changed. In a list, so that esbuild leaves the address alone.
 */
function load() {
  loading ??= import([PLAN_JS][0])
    .then(({ connect }) => connect(port()))
    .then(loaded)
    .catch((error) => {
      // The next click tries again.
      loading = undefined;
      throw error;
    });
  return loading;
}

init({ module_or_path: PAGE_WASM })
  .then(() => start(() => load().catch((error) => console.error("The program on demand did not load:", error))))
  .catch((error) => {
    console.error("The page's WebAssembly did not start:", error);
    // What the HTML says by itself is to be seen; who asked for a report is led to the summary that the service makes.
    document.documentElement.className = "";
    const query = new URLSearchParams(location.search);
    if (!query.get("domain")) return;
    if (location.pathname === "/") return location.replace(`/r?${query}`);
    document.getElementById("no-wasm-link").href = `/api/v1/report?${query}`;
    document.getElementById("no-wasm").hidden = false;
  });

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-do]");
  if (!button) return;
  const place = button.parentNode;
  const before = () => place.querySelector(".said[role=alert]")?.remove();
  try {
    await load();
    before();
    act(button.dataset.do, button.closest(".finding")?.id.replace("check-", "") ?? "");
  } catch (error) {
    console.error("The program on demand did not do what was asked:", error);
    before();
    const textContent = navigator.onLine ? "This did not load. Try again." : "You are offline, and this is not loaded yet. The report stays as it is.";
    place.append(Object.assign(document.createElement("p"), { className: "said fail", role: "alert", textContent }));
  }
});
