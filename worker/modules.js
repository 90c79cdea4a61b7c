// The way of a request to the module that answers it. The main one scans and reports; two more are loaded with the first
// request for what only they know, so that a scan neither waits for them nor carries them:
//
//   front   summary pages, badges, requests for a call, batches, proofs of ownership; and the queue and the clock
//   papers  `/api/v1/documents`: the papers of a domain, or of a report that the client has
//
//   GET  ?domain=…&segment=…            a scan as /api/v1/report does it, and its papers
//   POST ?domain=…   answers as JSON    the same, with the founder's answers
//   POST             {"report": …, "answers": …, "segment": …, "documents": […], "before": …}     no scan
//
// `document=risk-list` in the address, several times if need be, names the ones that are wanted. They come as JSON, as
// `text/markdown`, or as `application/zip`, by the Accept field.
//
// In JavaScript, because it stands between modules that know nothing of each other.

/** What the front answers: the same addresses as in worker/front/src/lib.rs. */
const FRONT = /^\/(?:r|r\/.*|report\/.*|badge\/.*|api\/v1\/(?:intake|ownership|reports))$/;

/** A panic leaves the front's memory in pieces: the next call gets a fresh instance. */
let isFrontBroken = false;

/** Somewhere a WebAssembly instance was aborted. */
export function noteBroken() {
  isFrontBroken = true;
}

/** The front. Its handlers want the environment and the context, as the main module's do. */
export async function front() {
  const module = await import("./front.mjs");
  if (isFrontBroken) module.__wbg_reset_state();
  isFrontBroken = false;
  return module;
}

/**
 * Answers a request, by the module that knows how.
 * @param {Request} request
 * @param {(request: Request) => Promise<Response>} main the main module
 * @param {any} entrypoint its environment and its context
 * @returns {Promise<Response>}
 */
export async function answer(request, main, entrypoint) {
  const { url } = request;
  const path = url.slice(url.indexOf("/", 8)).split(/[?#]/, 1)[0];
  if (path === ADDRESS) return documents(request, main);
  if (FRONT.test(path)) return (await front()).fetch.call(entrypoint, request, entrypoint.env, entrypoint.ctx);
  return main(request);
}

const ADDRESS = "/api/v1/documents";
const METHODS = "GET, POST, OPTIONS";
/** Octets of a request: a report has some hundred thousand, answers at most a million. */
const MAX_BODY = 2_500_000;

/** What is written by which function, by media type. */
const FORMS = [
  { type: "application/json", write: "papers" },
  { type: "text/markdown", write: "papersAsMarkdown" },
  { type: "application/zip", write: "papersAsZip" },
];

/**
 * Answers what is asked for at the address of documents.
 * @param {Request} request
 * @param {(request: Request) => Promise<Response>} main
 * @returns {Promise<Response>}
 */
async function documents(request, main) {
  const url = new URL(request.url);
  if (request.method === "OPTIONS") {
    const answer = await main(instead(request, url, "/api/v1/report", "OPTIONS"));
    const asked = answer.headers.has("access-control-allow-methods") ? { "access-control-allow-methods": METHODS } : {};
    return changed(answer, { allow: METHODS, ...asked }, null);
  }
  // Every answer has the headers, the permissions and the request id of an ordinary one.
  const ordinary = () => main(instead(request, url, "/api/v1/health", "GET"));
  if (request.method !== "GET" && request.method !== "POST") {
    return problem(await ordinary(), 405, "method-not-allowed", "Method not allowed", `This address does not know the method ${request.method}. It knows ${METHODS}.`, { allow: METHODS });
  }
  const form = preferred(request.headers.get("accept"));
  if (!form) {
    const types = FORMS.map(({ type }) => type).join(", ");
    return problem(await ordinary(), 406, "not-acceptable", "Not acceptable", `Documents come as ${types}. Ask for one of them.`);
  }
  const body = request.method === "POST" ? await text(request) : "";
  if (body === undefined) {
    return problem(await ordinary(), 413, "too-large", "Too large", `At most ${MAX_BODY} bytes can be sent here.`);
  }
  const named = url.searchParams.getAll("document");
  url.searchParams.delete("document");
  let asked = body;
  let answer;
  if (url.searchParams.has("domain") || request.method === "GET") {
    answer = await main(instead(request, url, "/api/v1/report", "GET"));
    if (answer.status !== 200) return answer;
    const segment = url.searchParams.get("segment");
    // What is no JSON is told by the one that reads it.
    const parts = [`"report":${await answer.text()}`, `"documents":${JSON.stringify(named)}`];
    if (segment) parts.push(`"segment":${JSON.stringify(segment)}`);
    if (body.trim()) parts.push(`"answers":${body}`);
    asked = `{${parts.join(",")}}`;
  } else {
    answer = await ordinary();
  }
  const papers = await import("./papers.mjs");
  try {
    const written = papers[form.write](asked);
    return changed(answer, { "content-type": form.type === "text/markdown" ? "text/markdown; charset=utf-8" : form.type }, written);
  } catch (error) {
    if (typeof error === "string") return problem(answer, 400, "unusable-documents-request", "The request cannot be used", error);
    // The instance is gone; the next request gets a fresh one.
    papers.__wbg_reset_state();
    console.error(`documents: ${error}`);
    return problem(answer, 500, "internal", "Internal error", "Something went wrong on our side. Try again; if it stays, tell us the request id.");
  }
}

/**
 * The same client's request for something else.
 * @param {Request} request @param {URL} url @param {string} pathname @param {string} method
 */
function instead(request, url, pathname, method) {
  const address = new URL(url);
  address.pathname = pathname;
  if (pathname !== "/api/v1/report") address.search = "";
  const headers = new Headers(request.headers);
  headers.set("accept", "application/json");
  for (const name of ["content-type", "content-length", "transfer-encoding"]) headers.delete(name);
  return new Request(address, { method, headers, signal: request.signal, cf: request.cf });
}

/**
 * A response with the headers of another one, but for some.
 * @param {Response} like @param {Record<string, string>} fields @param {BodyInit | null} body @param {number} [status]
 */
function changed(like, fields, body, status = like.status) {
  const headers = new Headers(like.headers);
  headers.delete("content-length");
  for (const [name, value] of Object.entries(fields)) headers.set(name, value);
  return new Response(body, { status, headers });
}

/**
 * RFC 9457.
 * @param {Response} like @param {number} status @param {string} code @param {string} title @param {string} detail @param {Record<string, string>} [fields]
 */
function problem(like, status, code, title, detail, fields = {}) {
  const document = { type: `/problems/${code}`, title, status, detail, request_id: like.headers.get("x-request-id") ?? "" };
  return changed(like, { "content-type": "application/problem+json", ...fields }, JSON.stringify(document), status);
}

/** The first form that the client names, JSON where it names none of them but takes anything. @param {string | null} accept */
function preferred(accept) {
  if (!accept?.trim()) return FORMS[0];
  const ranges = accept.split(",").map((range) => {
    const [type, ...parameters] = range.split(";").map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith("q="));
    return { type, weight: weight ? Number(weight.slice(2)) || 0 : 1 };
  });
  const weigh = (/** @type {string} */ type) =>
    (ranges.find((range) => range.type === type) ?? ranges.find((range) => range.type === `${type.split("/")[0]}/*`) ?? ranges.find((range) => range.type === "*/*"))?.weight ?? 0;
  const best = FORMS.map((form) => ({ form, weight: weigh(form.type) })).sort((a, b) => b.weight - a.weight)[0];
  return best.weight > 0 ? best.form : undefined;
}

/** The body, or nothing where it is too large. @param {Request} request @returns {Promise<string | undefined>} */
async function text(request) {
  if (Number(request.headers.get("content-length")) > MAX_BODY) return undefined;
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return new TextDecoder().decode(await new Blob(chunks).arrayBuffer());
}
