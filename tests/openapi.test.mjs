// The description of the API: is it true? Its examples are requests, and schemathesis makes many more of it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";

import { buildDir } from "../tools/lib/paths.mjs";
import { pythonPrograms } from "../tools/lib/venv.mjs";
import { startStack } from "../tools/stack.mjs";

const token = "the-owner's-token";
/** What makes requests of a description; the same everywhere. */
const SCHEMATHESIS = "schemathesis==4.32.5";

/** What bounds it, and which of its checks are left out: those that hold only where a schema says all there is to say. */
const bounds = [
  ...["--checks", "all", "--phases", "examples,coverage,fuzzing", "--generation-deterministic", "--request-timeout", "30", "--no-color"],
  // No schema can say what a domain is: most texts are none, and are refused.
  ...["--exclude-checks", "positive_data_acceptance"],
];

/** @type {import("../tools/stack.mjs").Stack} */
let stack;
/** @type {any} */
let description;
before(async () => {
  // Most of what is asked was asked before: the tests are about the description, not about scans.
  stack = await startStack({ vars: { OWNER_TOKEN: token, REPORT_SECONDS: "600" } });
  description = await (await fetch(`${stack.url}/api/v1/openapi.json`)).json();
});
after(() => stack?.stop());

/** Every operation. */
const operations = () =>
  Object.entries(description.paths).flatMap(([path, methods]) =>
    Object.entries(/** @type {Record<string, any>} */ (methods)).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

/** An example's value for the lab: the domains of the examples are the real internet's. @param {unknown} value */
const inLab = (value) => JSON.parse(JSON.stringify(value).replaceAll("example.com", "healthy.lab").replaceAll("example.org", "nomail.lab"));

describe("the description", () => {
  test("is a static file that other origins may read", async () => {
    const response = await fetch(`${stack.url}/api/v1/openapi.json`);
    assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
    assert.equal(response.headers.get("access-control-allow-origin"), "*");
    assert.ok(response.headers.get("etag"));
    assert.equal(description.openapi, "3.1.0");
  });

  test("lists exactly the parameters that the Worker knows", async () => {
    const problem = await (await fetch(`${stack.url}/api/v1/report?nonsense=1`)).json();
    assert.deepEqual(description.paths["/api/v1/report"].get.parameters.map((/** @type {any} */ { name }) => name), problem.allowed);
  });

  test("lists exactly the fields that the intake knows", async () => {
    const response = await fetch(`${stack.url}/api/v1/intake`, { method: "POST", headers: { "content-type": "application/json" }, body: '{"nonsense":1}' });
    const { errors } = await response.json();
    const fields = /Known fields: ([^.]+)\./.exec(errors.find((/** @type {any} */ { code }) => code === "unknown").detail)?.[1].split(", ");
    assert.deepEqual(Object.keys(description.components.schemas.Intake.properties).sort(), fields?.sort());
  });

  test("has examples that work", async () => {
    for (const { path, method, operation } of operations()) {
      let address = path;
      const query = new URLSearchParams();
      /** @type {Record<string, string>} */
      const headers = {};
      for (const parameter of operation.parameters ?? []) {
        const example = inLab(parameter.example);
        if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, example);
        if (parameter.in === "header") headers[parameter.name] = example;
        // With checks named, the answer is another: no report, and none is kept.
        if (parameter.in === "query" && parameter.name !== "check") for (const value of [example].flat()) query.append(parameter.name, String(value));
      }
      if (operation.security?.[0].owner) headers.authorization = `Bearer ${token}`;
      const body = operation.requestBody?.content["application/json"].example;
      if (body) headers["content-type"] = "application/json";
      if (address.includes("/reports/")) {
        const made = await fetch(`${stack.url}/api/v1/report?domain=healthy.lab`);
        await made.text();
        address = made.headers.get("content-location") ?? "";
      }
      const response = await fetch(`${stack.url}${address}?${query}`, { method, headers, body: body && JSON.stringify(inLab(body)) });
      const text = await response.text();
      const answer = operation.responses[response.status];
      assert.ok(response.ok && answer, `${method} ${path} gave ${response.status}: ${text.slice(0, 300)}`);
      const type = response.headers.get("content-type") ?? "";
      assert.ok(Object.keys(answer.content).some((known) => type.startsWith(known)), `${method} ${path}: ${type}`);
      for (const name of Object.keys(answer.headers).filter((name) => !["Age", "Link"].includes(name) && !name.startsWith("RateLimit"))) {
        assert.ok(response.headers.get(name), `${method} ${path}: ${name}`);
      }
    }
  });

  test("lists exactly the methods that each address has", async () => {
    for (const [path, methods] of Object.entries(description.paths)) {
      const response = await fetch(stack.url + path.replace("{id}", `${"0".repeat(32)}-healthy.lab`), { method: "OPTIONS" });
      const allowed = (response.headers.get("allow") ?? "").split(", ");
      // HEAD is GET without a body, and needs no description.
      assert.deepEqual(allowed.filter((name) => !["HEAD", "OPTIONS"].includes(name)).sort(), Object.keys(/** @type {any} */ (methods)).map((name) => name.toUpperCase()).sort(), path);
      assert.ok(allowed.includes("OPTIONS"), path);
    }
  });

  test("has a page for people, readable without scripts, with examples for this host", async () => {
    const response = await fetch(`${stack.url}/docs`);
    assert.equal(response.status, 200);
    const html = await response.text();
    for (const { path, operation } of operations()) assert.ok(html.includes(`<code>`) && html.includes(path) && html.includes(`id="${operation.operationId}"`), path);
    assert.ok(html.includes(`curl '${stack.url}/api/v1/report?domain=example.com'`));
    // Nothing is loaded from elsewhere, and nothing leads there.
    for (const [, address] of html.matchAll(/(?:src|href)="(https?:[^"]+)"/g)) assert.equal(new URL(address).origin, stack.url, address);
    const [, sheet] = /href="(\/assets\/page\.[0-9a-f]+\.css)"/.exec(html) ?? [];
    assert.equal((await fetch(stack.url + sheet)).status, 200);
  });
});

describe("schemathesis", () => {
  const tool = pythonPrograms("venv", [SCHEMATHESIS]);

  // From an address of its own each: wrong tokens of one are no reason to refuse the owner, who is tested from another.
  for (const [at, [what, args]] of /** @type {const} */ ([
    ["what anybody may ask", ["--exclude-path", "/api/v1/intake", "--max-examples", "20"]],
    ["the intake, without credentials", ["--include-path", "/api/v1/intake", "--max-examples", "40"]],
    ["the intake, as its owner", ["--include-operation-id", "exportCalls", "--include-operation-id", "deleteCalls", "--max-examples", "40", "-H", `Authorization: Bearer ${token}`]],
  ]).entries()) {
    test(`finds nothing in ${what}`, { skip: tool.missing, timeout: 400_000 }, async ({ signal }) => {
      const child = spawn(tool.bin("schemathesis"), ["run", `${stack.url}/api/v1/openapi.json`, "--url", stack.url, ...bounds, ...args, "-H", `CF-Connecting-IP: 203.0.113.${at}`], { cwd: buildDir, stdio: ["ignore", "pipe", "pipe"] });
      // Who gives this up leaves nobody behind who asks on, beside the next one.
      signal.addEventListener("abort", () => child.kill());
      let said = "";
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk) => (said += chunk));
      const code = await new Promise((resolve) => child.once("exit", resolve));
      assert.equal(code, 0, `\n${said.slice(-8000)}`);
      const [, generated] = /(\d+) generated, \1 passed/.exec(said) ?? [];
      assert.ok(Number(generated) > 50, `it asked ${generated} times`);
    });
  }
});
