// The widget's configurator: what is chosen becomes the lines to copy, and the widget beside it. The preview is the real widget, from
// the same script as on anybody's page.

/** Attributes that the form sets, in the order in which they are written. */
const attributes = ["theme", "segment", "label", "button", "action", "action-href", "result"];
const initial = { label: "Your domain", button: "Can I go live?", theme: "auto" };

/** @param {HTMLFormElement} form */
export function configure(form) {
  const code = document.getElementById("widget-code");
  const preview = document.getElementById("widget-preview");
  if (!code || !preview) return;
  const draw = () => {
    const chosen = Object.fromEntries(new FormData(form));
    const element = document.createElement("launch-ready-check");
    for (const name of attributes) {
      const value = String(chosen[name] ?? "").trim();
      if (value && value !== initial[name]) element.setAttribute(name, value);
    }
    const accent = String(chosen.accent ?? "");
    const isOwn = chosen["own-accent"] === "yes" && /^#[0-9a-f]{6}$/i.test(accent);
    if (isOwn) element.setAttribute("accent", accent);
    // Written by the browser: what was typed is quoted as an attribute must be.
    code.textContent = `<script src="${location.origin}/widget.js" async></script>\n${element.outerHTML}`;
    preview.className = `preview ${String(chosen.ground ?? "light")}`;
    preview.replaceChildren(element);
  };
  form.addEventListener("input", draw);
  form.addEventListener("submit", (event) => event.preventDefault());
  draw();
}
