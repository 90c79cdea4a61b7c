/** What a check came to. */
export interface Finished {
  /** As it was typed. */
  domain: string;
  verdict: "go" | "no-go" | "no-verdict";
  /** 0 to 100; null where nothing was measured. */
  score: number | null;
}

/** `<launch-ready-check>`. Attributes: service, theme, accent, label, placeholder, button, segment, result, action, action-href. */
export interface LaunchReadyCheckElement extends HTMLElement {
  addEventListener(type: "started", listener: (event: CustomEvent<{ domain: string }>) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: "finished", listener: (event: CustomEvent<Finished>) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "launch-ready-check": LaunchReadyCheckElement;
  }
}
