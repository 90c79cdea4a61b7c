// The isolate's own memory of reports: what is asked for again and again goes neither to WebAssembly nor to the Durable Object
// each time.
//
// Only for a moment: another isolate may have scanned anew since. The Cache API would be shared by a whole location, but it asks for
// a hop of its own, which is what this saves. How long a report may be kept is the main module's to say, in a header field that no
// client sees.

/** "{milliseconds for which it is fresh} {when its scan ended, in milliseconds since 1970}" */
const FIELD = "x-near";

/** Bytes of all reports that are remembered: an eighth of an isolate's memory. One has at most half a million. */
const MOST_BYTES = 16_000_000;

/** Where reports are asked for. */
const PATH = "/api/v1/report";

/** What takes the document, by the header fields that nearly everybody sends. Whoever says more is answered by who understands more. */
const TAKES_DOCUMENT = /^(?:\*\/\*|application\/json)?$/;

/**
 * @typedef {object} Kept
 * @property {string} id the report's
 * @property {Headers} headers
 * @property {ArrayBuffer} body
 * @property {Headers} unchanged those of the answer to whoever has it already
 * @property {number} at when its scan ended, in milliseconds since 1970
 * @property {number} until when it is forgotten
 */

/** By the question, however it is written; the oldest first. @type {Map<string, Kept>} */
const known = new Map();

/** Bytes of all of them. */
let bytes = 0;

/** @param {string} question */
function forget(question) {
  bytes -= known.get(question)?.body.byteLength ?? 0;
  known.delete(question);
}

/**
 * The question that an address asks, the same for every spelling of it; nothing for what is no such question, or for one that is
 * refused. What else is the same question is the main module's to know: it is not remembered twice either, because the domain is the
 * report's where it is remembered.
 * @param {string} url
 * @param {string} [domain] that of the report
 */
function question(url, domain) {
  const [origin] = /^https?:\/\/[^/]*/.exec(url) ?? [""];
  const [path, query] = url.slice(origin.length).split(/[?#]/, 2);
  if (path !== PATH || query === undefined) return undefined;
  /** Those that stand there once, in the order of this list. @type {Map<string, string | undefined>} */
  const once = new Map([["domain", undefined], ["segment", undefined], ["mail", undefined], ["deep", undefined], ["fresh", undefined]]);
  /** Those that may stand there several times, whose order counts. @type {Record<string, string[]>} */
  const several = { selector: [], path: [] };
  for (const [name, value] of new URLSearchParams(query)) {
    if (Object.hasOwn(several, name)) several[name].push(value);
    else if (!once.has(name) || once.get(name) !== undefined) return undefined;
    else once.set(name, value);
  }
  once.set("domain", domain ?? once.get("domain")?.trim().toLowerCase());
  for (const name of ["deep", "fresh"]) {
    // As the main module reads them: said without a value is said.
    if (once.get(name) === "false") once.set(name, undefined);
    if (once.get(name) === "") once.set(name, "true");
  }
  // Whoever wants a new one gets none from here.
  if (once.get("fresh") !== undefined) return undefined;
  return JSON.stringify([origin, ...once.values(), several]);
}

/** The answer that is remembered, if there is one. @param {Request} request @returns {Response | undefined} */
export function recall(request) {
  if (!known.size || request.method !== "GET" || !TAKES_DOCUMENT.test(request.headers.get("accept") ?? "")) return undefined;
  const asked = question(request.url);
  const kept = asked && known.get(asked);
  if (!kept) return undefined;
  const now = Date.now();
  if (kept.until <= now) {
    forget(asked);
    return undefined;
  }
  const tag = request.headers.get("if-none-match");
  if (tag !== null) {
    // Whoever has it, has the tag that we sent.
    if (tag !== `"${kept.id}"`) return undefined;
    return named(new Response(null, { status: 304, headers: kept.unchanged }));
  }
  const response = named(new Response(kept.body, { headers: kept.headers }));
  response.headers.set("age", String(Math.floor((now - kept.at) / 1000)));
  return response;
}

/** @param {Response} response */
function named(response) {
  response.headers.set("x-request-id", crypto.randomUUID());
  return response;
}

/** Remembers an answer as far as it may be, and hands it on. @param {Request} request @param {Response} response */
export async function remember(request, response) {
  const id = response.headers.get("content-location")?.split("/").at(-1);
  if (response.status !== 200 || !id) return response;
  // A report's id ends in its domain: what was remembered of that is older, or answers another question.
  const domain = id.slice(id.indexOf("-"));
  for (const [asked, kept] of known) if (kept.id !== id && kept.id.endsWith(domain)) forget(asked);
  const field = response.headers.get(FIELD);
  if (field === null) return response;
  const [fresh, at] = field.split(" ").map(Number);
  const headers = new Headers(response.headers);
  headers.delete(FIELD);
  const body = await response.arrayBuffer();
  const asked = question(request.url, domain.slice(1));
  // What may be read by some pages and not by others is decided for each.
  if (asked && body.byteLength <= MOST_BYTES && headers.get("access-control-allow-origin") === "*") {
    forget(asked);
    for (const oldest of known.keys()) {
      if (bytes + body.byteLength <= MOST_BYTES) break;
      forget(oldest);
    }
    // Limits are for who caused the scan.
    const lasting = without(headers, ["age", "ratelimit", "ratelimit-policy"]);
    const unchanged = without(lasting, ["content-type", "content-location", "link"]);
    known.set(asked, { id, headers: lasting, unchanged, body, at, until: Date.now() + fresh });
    bytes += body.byteLength;
  }
  return new Response(body, { headers });
}

/** @param {Headers} headers @param {string[]} names */
function without(headers, names) {
  const left = new Headers(headers);
  for (const name of names) left.delete(name);
  return left;
}
