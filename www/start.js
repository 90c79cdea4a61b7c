// Starts the page's WebAssembly. The build puts in its address, which carries its hash.

import init from "launch-ready-page";

init({ module_or_path: PAGE_WASM }).catch((error) => {
  // What the HTML says by itself stays; the reason is for whoever looks.
  console.error("The page's WebAssembly did not start:", error);
});
