// Tells the page around the frame how high this one is and what came of the check. It says nothing about anybody: a
// domain, a verdict, a number.

const around = window.parent;

/** @param {Record<string, unknown>} message */
const tell = (message) => around.postMessage({ launchReady: 1, ...message }, "*");

new ResizeObserver(() => tell({ event: "height", height: Math.ceil(document.body.scrollHeight) })).observe(document.body);

const asked = new URLSearchParams(location.search);
// How it looks is the frame's business, and not that of the page that it leads to.
const question = new URLSearchParams(asked);
for (const name of ["theme", "accent", "call"]) question.delete(name);
document.getElementById("more-link")?.setAttribute("href", `/?${question}`);
const call = document.getElementById("call-link");
if (asked.get("call") === "no") call?.remove();
else call?.setAttribute("href", `/call?${new URLSearchParams({ domain: asked.get("domain") ?? "" })}`);

let said = "";
const results = document.getElementById("results");
const look = () => {
  const verdict = results?.querySelector("[data-verdict]");
  if (!(verdict instanceof HTMLElement)) return;
  const { verdict: decision, score } = verdict.dataset;
  const now = `${decision} ${score}`;
  if (now === said) return;
  said = now;
  document.getElementById("more")?.removeAttribute("hidden");
  tell({ event: "finished", domain: asked.get("domain"), verdict: decision, score: score === undefined ? null : Number(score) });
};
if (results) new MutationObserver(look).observe(results, { childList: true, subtree: true });
// This script may come last.
look();
