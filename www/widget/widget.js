// <launch-ready-check>: a field that checks a domain, on any page. No WebAssembly, no cookies, nothing stored, nothing
// sent before somebody asks. The result comes in a frame from the service; see README.md beside this file.

// Where this script came from is where the service is; a page that bundles it says so with the attribute `service`.
const from = document.currentScript?.src;

const sheet = `
:host{display:block;font:inherit;--g:#fffefb;--i:#15171c;--l:#8d8a80;--a:#2540d9;--o:#fff;color-scheme:light}
:host([theme=dark]){--g:#181b21;--i:#eceef2;--l:#737a88;--a:#9fb3ff;--o:#0d1233;color-scheme:dark}
@media(prefers-color-scheme:dark){:host(:not([theme=light])){--g:#181b21;--i:#eceef2;--l:#737a88;--a:#9fb3ff;--o:#0d1233;color-scheme:dark}}
div{background:var(--launch-ready-ground,var(--g));color:var(--launch-ready-ink,var(--i));padding:1rem;border:1px solid var(--l);border-radius:.75rem}
form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end;margin:0}
label{flex:1 1 14rem;min-width:0;font-weight:600}
input{box-sizing:border-box;display:block;width:100%;margin-top:.25rem;font:inherit;font-weight:400;background:none;color:inherit}
input,button{min-height:2.75rem;padding:.5rem .75rem;border-radius:.5rem;border:1px solid var(--l)}
button{font:inherit;font-weight:700;cursor:pointer;background:var(--launch-ready-accent,var(--a));border-color:transparent;color:var(--launch-ready-on-accent,var(--o))}
:focus-visible{outline:3px solid var(--launch-ready-accent,var(--a));outline-offset:2px}
iframe{display:block;width:100%;height:12rem;border:0;margin-top:1rem;color-scheme:normal}
a{display:inline-block;margin-top:.75rem;color:inherit;font-weight:600}`;

class LaunchReadyCheck extends HTMLElement {
  #frame;
  #box;
  #hear = (event) => {
    const { data } = event;
    if (!this.#frame || event.source !== this.#frame.contentWindow || event.origin !== this.#origin || data?.launchReady !== 1) return;
    if (data.event === "height" && data.height > 0) this.#frame.style.height = `${Math.min(data.height, 4000)}px`;
    if (data.event === "finished") {
      this.#say("finished", { domain: data.domain, verdict: data.verdict, score: data.score });
      this.#offer();
    }
  };

  get #origin() {
    return new URL(this.getAttribute("service") ?? from ?? location.href).origin;
  }

  connectedCallback() {
    addEventListener("message", this.#hear);
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    // A style element would need the page's permission; this needs none.
    const styles = new CSSStyleSheet();
    styles.replaceSync(sheet);
    root.adoptedStyleSheets = [styles];
    const box = document.createElement("div");
    const form = document.createElement("form");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const button = document.createElement("button");
    label.append(this.getAttribute("label") ?? "Your domain", input);
    Object.assign(input, { name: "domain", required: true, maxLength: 2000, placeholder: this.getAttribute("placeholder") ?? "example.com", autocapitalize: "none", spellcheck: false, inputMode: "url" });
    button.textContent = this.getAttribute("button") ?? "Can I go live?";
    form.append(label, button);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#check(input.value.trim());
    });
    box.append(form);
    root.append(box);
    this.#box = box;
    const accent = this.#accent;
    if (accent) {
      box.style.setProperty("--a", accent);
      // Words on it: white, unless it is too light for them.
      const [red, green, blue] = accent.match(/[^#]{2}/g).map((part) => (Number.parseInt(part, 16) / 255) ** 2.2);
      box.style.setProperty("--o", 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#000" : "#fff");
    }
  }

  /** The page's own colour. */
  get #accent() {
    return /^#[0-9a-f]{6}$/i.exec(this.getAttribute("accent"))?.[0];
  }

  disconnectedCallback() {
    removeEventListener("message", this.#hear);
  }

  #check(domain) {
    if (!domain) return;
    const opens = this.getAttribute("result") === "open";
    const query = new URLSearchParams({ domain });
    const segment = this.getAttribute("segment");
    if (segment) query.set("segment", segment);
    this.#say("started", { domain });
    if (opens) return void open(`${this.#origin}/?${query}`, "_blank", "noopener");
    // Whose page it is has a link of its own in the place of ours.
    const looks = { theme: this.getAttribute("theme"), accent: this.#accent, call: this.getAttribute("action-href") && "no" };
    for (const [name, value] of Object.entries(looks)) if (value) query.set(name, value);
    const frame = document.createElement("iframe");
    // Its own origin for its own WebAssembly; no way to navigate the page around it.
    frame.sandbox = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";
    frame.title = `Launch report for ${domain}`;
    frame.src = `${this.#origin}/embed?${query}`;
    this.#frame?.remove();
    this.shadowRoot.querySelector("a")?.remove();
    this.#box.append((this.#frame = frame));
  }

  #say(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** What the page's owner wants to follow. */
  #offer() {
    const to = this.getAttribute("action-href");
    if (!to || !/^(https?:)?\/|^#/.test(to) || this.shadowRoot.querySelector("a")) return;
    const link = document.createElement("a");
    link.href = to;
    link.textContent = this.getAttribute("action") ?? "Talk to us about it";
    this.#box.append(link);
  }
}

customElements.get("launch-ready-check") ?? customElements.define("launch-ready-check", LaunchReadyCheck);
