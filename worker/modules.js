// The way of a request to the module that answers it. The main one scans and reports; two more are loaded with the first
// request for what only they know, so that a scan neither waits for them nor carries them:
//
//   front   summary pages, badges, requests for a call, batches, redirect maps, proofs of ownership; and the queue and the clock
//   papers  `/api/v1/documents`: the papers of a domain, or of a report that the client has (worker/documents.js)
//
// In JavaScript, because it stands between modules that know nothing of each other.

import { remember } from "./near.js";

export { recall } from "./near.js";

/** What the front answers: the same addresses as in worker/front/src/lib.rs. */
const FRONT = /^\/(?:r|r\/.*|report\/.*|badge\/.*|api\/v1\/(?:intake|ownership|redirects|reports))$/;

/** A panic leaves the front's memory in pieces: the next call gets a fresh instance. */
let isFrontBroken = false;

/** Somewhere a WebAssembly instance was aborted. */
export function noteBroken() {
  isFrontBroken = true;
}

/** The front. */
export async function front() {
  const module = await import("./front.mjs");
  if (isFrontBroken) module.__wbg_reset_state();
  isFrontBroken = false;
  return module;
}

/**
 * Answers a request, by the module that knows how.
 * @param {Request} request
 * @param {(request: Request, env: any, context: any) => Promise<Response>} main the main module
 * @param {any} env
 * @param {any} context
 * @returns {Promise<Response>}
 */
export function answer(request, main, env, context) {
  const { url } = request;
  const path = url.slice(url.indexOf("/", 8)).split(/[?#]/, 1)[0];
  if (path === "/api/v1/documents") return import("./papers.mjs").then((papers) => papers.documents(request, (asked) => main(asked, env, context)));
  if (FRONT.test(path)) return front().then((module) => module.fetch(request, env, context));
  if (path !== "/api/v1/report") return main(request, env, context);
  return main(request, env, context).then((response) => remember(request, response));
}
