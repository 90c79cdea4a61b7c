// The isolate's own memory of reports: what is asked for again and again goes neither to WebAssembly nor to the Durable Object
// each time.
//
// Only for a moment: another isolate may have scanned anew since. The Cache API would be shared by a whole location, but it asks for
// a hop of its own, which is what this saves. How long a report may be kept is the main module's to say, in a header field that no
// client sees.

/** "{milliseconds for which it is fresh} {when its scan ended, in milliseconds since 1970}" */
const FIELD = "x-near";

/** Reports that are remembered; at a hundred kilobytes each, a twentieth of an isolate's memory. */
const MOST = 64;

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

/** By the address as it is written, so that it need not even be understood. @type {Map<string, Kept>} */
const known = new Map();

/** The answer that is remembered, if there is one. @param {Request} request @returns {Response | undefined} */
export function recall(request) {
  const kept = known.get(request.url);
  if (!kept || request.method !== "GET" || !TAKES_DOCUMENT.test(request.headers.get("accept") ?? "")) return undefined;
  const now = Date.now();
  if (kept.until <= now) {
    known.delete(request.url);
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
  for (const [url, kept] of known) if (kept.id !== id && kept.id.endsWith(domain)) known.delete(url);
  const field = response.headers.get(FIELD);
  if (field === null) return response;
  const [fresh, at] = field.split(" ").map(Number);
  const headers = new Headers(response.headers);
  headers.delete(FIELD);
  const body = await response.arrayBuffer();
  // What may be read by some pages and not by others is decided for each.
  if (headers.get("access-control-allow-origin") === "*") {
    if (known.size >= MOST) for (const url of known.keys()) { known.delete(url); break; }
    // Limits are for who caused the scan.
    const lasting = without(headers, ["age", "ratelimit", "ratelimit-policy"]);
    const unchanged = without(lasting, ["content-type", "content-location", "link"]);
    known.set(request.url, { id, headers: lasting, unchanged, body, at, until: Date.now() + fresh });
  }
  return new Response(body, { headers });
}

/** @param {Headers} headers @param {string[]} names */
function without(headers, names) {
  const left = new Headers(headers);
  for (const name of names) left.delete(name);
  return left;
}
