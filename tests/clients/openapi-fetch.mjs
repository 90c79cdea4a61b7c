// Every call of the API by openapi-fetch, whose types openapi-typescript makes from the description. The compiler reads this
// file against them, and it runs against the Worker: node openapi-fetch.mjs URL TOKEN.
// @ts-check

import assert from "node:assert/strict";

import createClient from "openapi-fetch";

const [, , baseUrl, token] = process.argv;
/** @type {import("openapi-fetch").Client<import("../../build/clients/schema.js").paths>} */
const client = createClient({ baseUrl });
const domain = "healthy.lab";

const report = await client.GET("/api/v1/report", { params: { query: { domain, segment: "coach", mail: "both" } } });
assert.ok(report.data && "verdict" in report.data, JSON.stringify(report.error));
assert.equal(report.data.verdict.decision, "go");
const id = (report.response.headers.get("content-location") ?? "").split("/").pop() ?? "";

const some = await client.GET("/api/v1/report", { params: { query: { domain, check: ["spf-record", "mx"] } } });
assert.ok(some.data && "recheck" in some.data);
assert.deepEqual(some.data.recheck.map((finding) => finding.check).sort(), ["mx", "spf-record"]);

const stored = await client.GET("/api/v1/reports/{id}", { params: { path: { id } } });
assert.equal(stored.data?.domain, domain);

const history = await client.GET("/api/v1/history", { params: { query: { domain, segment: "coach", mail: "both" } } });
assert.ok((history.data?.reports.length ?? 0) >= 1);

const batch = await client.POST("/api/v1/reports", { body: { domains: [domain, "nomail.lab"] } });
assert.deepEqual(batch.data?.reports.map((entry) => entry.status), [200, 200]);

const papers = await client.GET("/api/v1/documents", { params: { query: { domain, segment: "coach", document: ["roadmap"] } } });
assert.ok(typeof papers.data === "object" && papers.data.documents.length === 1);

const written = await client.POST("/api/v1/documents", { params: { query: { domain, document: ["handover"] } }, body: { schema: 1, segment: "coach", items: {} } });
assert.ok(typeof written.data === "object" && written.data.documents.length === 1, JSON.stringify(written.error));

const redirects = await client.POST("/api/v1/redirects", { body: { domain, map: "/old,/new\n", formats: ["nginx"] } });
assert.equal(redirects.data?.rules[0].format, "nginx");

const challenge = await client.POST("/api/v1/ownership", { body: { domain } });
assert.ok(challenge.data && "secret" in challenge.data);

const accepted = await client.POST("/api/v1/intake", { body: { name: "Ada", email: "ada@healthy.lab", domain, consent: true, launch_date: "2027-01-15" } });
assert.ok(accepted.data?.id, JSON.stringify(accepted.error));
const refused = await client.POST("/api/v1/intake", { body: { name: "", email: "ada", domain, consent: true } });
assert.equal(refused.error?.status, 422);

const headers = { authorization: `Bearer ${token}` };
const leads = await client.GET("/api/v1/intake", { headers });
assert.ok(Array.isArray(leads.data) && leads.data[0].email === "ada@healthy.lab");
const deleted = await client.DELETE("/api/v1/intake", { headers, params: { query: { email: "ada@healthy.lab" } } });
assert.equal(deleted.data?.deleted, 1);

const health = await client.GET("/api/v1/health");
assert.equal(health.data?.status, "ok");

const unknown = await client.GET("/api/v1/report", { params: { query: { domain: "not a domain" } } });
assert.equal(unknown.error?.status, 400);
console.log("every call answers as described");
