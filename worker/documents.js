// `/api/v1/documents`: the papers of a domain, or of a report that the client has, and how far the business is (`assessment`).
//
//   GET  ?domain=…&segment=…            a scan as /api/v1/report does it, and its papers
//   POST ?domain=…   answers as JSON    the same, with the founder's answers
//   POST             {"report": …, "answers": …, "segment": …, "documents": […], "before": …}     no scan
//
// `document=risk-list` in the address, several times if need be, names the ones that are wanted. They come as JSON, as
// `text/markdown`, or as `application/zip`, by the Accept field.
//
// In JavaScript, because it stands between two modules: the main one answers the report, and neither knows nor carries
// what papers are; the other one is loaded, together with this, with the first request for papers (tools/lib/worker.mjs).

const METHODS = "GET, HEAD, POST, OPTIONS";
/** Octets of a request: a report has some hundred thousand, answers at most a million. */
const MAX_BODY = 2_500_000;
/** Octets of one that is too large, up to which it is read for the client's sake. */
const MAX_DISCARDED = 4 * MAX_BODY;

/** What is written by which function, by media type. */
const FORMS = /** @type {const} */ ([
  { type: "application/json", write: "papers" },
  { type: "text/markdown", write: "papersAsMarkdown" },
  { type: "application/zip", write: "papersAsZip" },
]);

/**
 * Answers what is asked for at our address.
 * @param {Request} request
 * @param {(request: Request) => Promise<Response>} main the main module
 * @param {{ papers(asked: string): string, papersAsMarkdown(asked: string): string, papersAsZip(asked: string): Uint8Array, __wbg_reset_state(): void }} papers the module that writes them
 * @returns {Promise<Response>}
 */
export async function documents(request, main, papers) {
  const url = new URL(request.url);
  const { method } = request;
  if (method === "OPTIONS") {
    const answer = await main(instead(request, url, "/api/v1/report", method));
    const asked = answer.headers.has("access-control-allow-methods") ? { "access-control-allow-methods": METHODS } : {};
    return changed(answer, { allow: METHODS, ...asked }, null);
  }
  // Every answer has the headers, the permissions and the request id of an ordinary one.
  const ordinary = await main(instead(request, url, "/api/v1/health", "GET"));
  if (!ordinary.ok) return ordinary;
  const refused = (/** @type {[number, string, string, string, Record<string, string>?]} */ ...what) => problem(ordinary, ...what);
  if (!METHODS.split(", ").includes(method)) {
    return refused(405, "method-not-allowed", "Method not allowed", `This address does not know the method ${method}. It knows ${METHODS}.`, { allow: METHODS });
  }
  const form = preferred(request.headers.get("accept"));
  if (!form) {
    const types = FORMS.map(({ type }) => type).join(", ");
    return refused(406, "not-acceptable", "Not acceptable", `Documents come as ${types}. Ask for one of them.`);
  }
  const type = form.type === "text/markdown" ? "text/markdown; charset=utf-8" : form.type;
  const scans = url.searchParams.has("domain");
  let body = "";
  if (method === "POST") {
    if (request.headers.get("content-type")?.split(";")[0].trim().toLowerCase() !== "application/json") {
      return refused(415, "unsupported-media-type", "Unsupported media type", "Send the body as application/json.");
    }
    const sent = await text(request);
    if (sent === undefined) return refused(413, "too-large", "Too large", `At most ${MAX_BODY} bytes can be sent here.`);
    body = sent;
    if (!isObject(body)) {
      const fields = scans ? "your answers, {} where there are none" : "“report”, “answers”, “segment”, “documents” and “before”, as far as you have them";
      return refused(400, "unreadable", "The body cannot be read", `The body is not a JSON object. Send one with ${fields}.`);
    }
    if (!scans && url.search.length > 1) {
      return refused(400, "missing-parameter", "A parameter is missing", "Name the domain in the address; or, with a report in the body, put “segment” and “documents” there, too, and nothing in the address.");
    }
  }
  if (url.searchParams.has("check")) {
    return refused(400, "unknown-parameter", "Unknown parameter", "Documents are written from a whole report: leave “check” out.");
  }
  let asked = body;
  let answer = ordinary;
  if (scans || method !== "POST") {
    const wanted = url.searchParams.getAll("document");
    url.searchParams.delete("document");
    answer = await main(instead(request, url, "/api/v1/report", method === "HEAD" ? method : "GET"));
    if (answer.status !== 200) return answer;
    if (method === "HEAD") return changed(answer, { "content-type": type }, null);
    const segment = url.searchParams.get("segment");
    const parts = [`"report":${await answer.text()}`, `"documents":${JSON.stringify(wanted)}`];
    if (segment) parts.push(`"segment":${JSON.stringify(segment)}`);
    if (body) parts.push(`"answers":${body}`);
    asked = `{${parts.join(",")}}`;
  }
  try {
    return changed(answer, { "content-type": type }, papers[form.write](asked));
  } catch (error) {
    if (typeof error === "string") return problem(answer, 400, "unusable-documents-request", "The request cannot be used", error);
    // The instance is gone; the next request gets a fresh one.
    papers.__wbg_reset_state();
    console.error(`documents: ${error}`);
    return problem(answer, 500, "internal", "Internal error", "Something went wrong on our side. Try again; if it stays, tell us the request id.");
  }
}

/** Whether a text is a JSON object. @param {string} text */
function isObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
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
  // What the client has of papers is no report, and the other way round.
  for (const name of ["content-type", "content-length", "transfer-encoding", "if-none-match"]) headers.delete(name);
  return new Request(address, { method, headers, signal: request.signal, cf: request.cf });
}

/**
 * A response with the headers of another one, but for some.
 * @param {Response} like @param {Record<string, string>} fields @param {BodyInit | null} body @param {number} [status]
 */
function changed(like, fields, body, status = like.status) {
  const headers = new Headers(like.headers);
  // Those are the report's.
  for (const name of ["content-length", "content-location", "etag", "x-near"]) headers.delete(name);
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

/**
 * The body, or nothing where it is too large. One that is somewhat too large is read to its end all the same: a client that is still
 * sending when it is answered sees a broken connection instead of the answer.
 * @param {Request} request
 * @returns {Promise<string | undefined>}
 */
async function text(request) {
  if (Number(request.headers.get("content-length")) > MAX_DISCARDED) return undefined;
  /** @type {Uint8Array[]} */
  const chunks = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength;
    if (length > MAX_DISCARDED) return undefined;
    if (length <= MAX_BODY) chunks.push(chunk);
  }
  return length <= MAX_BODY ? new TextDecoder().decode(await new Blob(chunks).arrayBuffer()) : undefined;
}
