// The same by the client that @hey-api/openapi-ts generates; bundled, checked by the compiler, and run against the Worker.

import assert from "node:assert/strict";

import { client } from "../../build/clients/hey/client.gen";
import { deleteCalls, exportCalls, getDocuments, getHealth, getHistory, getReport, getReports, getStoredReport, proveOwnership, readRedirectMap, requestCall, writeDocuments } from "../../build/clients/hey/sdk.gen";

const [, , baseUrl, token] = process.argv;
client.setConfig({ baseUrl });
const domain = "healthy.lab";

async function main(): Promise<void> {
  const report = await getReport({ query: { domain, segment: "coach", mail: "both" } });
  assert.ok(report.data && "verdict" in report.data);
  assert.equal(report.data.verdict.decision, "go");
  const id = (report.response?.headers.get("content-location") ?? "").split("/").pop() ?? "";
  assert.equal((await getStoredReport({ path: { id } })).data?.domain, domain);
  assert.ok((await getHistory({ query: { domain, segment: "coach", mail: "both" } })).data);
  assert.equal((await getReports({ body: { domains: [domain] } })).data?.reports[0].status, 200);
  assert.equal((await getDocuments({ query: { domain, document: ["roadmap"] } })).data?.documents.length, 1);
  assert.equal((await writeDocuments({ query: { domain, document: ["roadmap"] }, body: { schema: 1, segment: "coach" } })).data?.documents.length, 1);
  assert.ok((await readRedirectMap({ body: { domain, map: "/old,/new\n" } })).data?.rules.length);
  assert.ok((await proveOwnership({ body: { domain } })).data);
  assert.ok((await requestCall({ body: { name: "Ada", email: "ada@hey.lab", domain, consent: true } })).data?.id);
  const headers = { authorization: `Bearer ${token}` };
  assert.ok((await exportCalls({ headers })).data?.length);
  assert.equal((await deleteCalls({ headers, query: { email: "ada@hey.lab" } })).data?.deleted, 1);
  assert.equal((await getHealth()).data?.status, "ok");
  console.log("every call answers as described");
}

void main();
