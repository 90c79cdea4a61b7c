//! The description of the API (OpenAPI 3.1), made from its types, and the page that shows it. What is said about each
//! address stands here; what goes over the wire stands in `launch_ready_api` and `report`.

mod schemas;

use std::fmt::Write;

use launch_ready_api::{
    Accepted, Batch, BatchAnswer, Challenge, Deleted, DocumentsAnswer, DocumentsRequest, Health, History,
    Intake, Lead, Ownership, PARAMETERS, Parameter, Problem, Proven, RedirectMap, answers_schema,
};
use launch_ready_core::checks;
use launch_ready_core::plan::documents::KINDS;
use launch_ready_core::plan::redirect_map::RedirectReport;
use launch_ready_core::report::Report;
use launch_ready_core::report::stream::StreamEvent;
use launch_ready_core::target::{MailUse, Segment};
use launch_ready_providers::Format;
use pulldown_cmark::{Event, Parser, html};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// The description.
#[must_use]
pub fn document() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for operation in operations() {
        let described = operation.describe(&mut generator);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = described;
    }
    let schemas = schemas::rewrite(generator.take_definitions(true).into_iter().collect());
    let mut paths = Value::Object(paths);
    schemas::plain(&mut paths);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Launch Ready",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "Can a domain go live?",
            "description": "A domain goes in, a report comes out: whether it can go live, what would break first, and the lines that fix it. \
                No key is needed. Reports that are there are free; scans are limited for each client and each domain, \
                and a `429` says which limit is reached and when to come back. A scan counts for the requests that it sends: 48 are one scan, \
                so a check asked again counts for a fraction, and a deep scan for a little over three at most. \
                Every answer carries an `X-Request-Id`. Errors are `application/problem+json` (RFC 9457), and their types are stable.",
            "contact": { "name": "Whoever runs this service" },
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The service that this description comes from." }],
        "tags": TAGS.iter().map(|(name, meaning)| json!({ "name": name, "description": meaning })).collect::<Vec<_>>(),
        "security": [],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "owner": { "type": "http", "scheme": "bearer", "description": "The secret OWNER_TOKEN of this service." },
                "secret": { "type": "http", "scheme": "bearer", "description": "The secret that a challenge came with." },
            },
        },
    })
}

/// What operations are about, in the order in which a person should read them.
const TAGS: [(&str, &str); 6] = [
    ("Reports", "Whether a domain can go live, and what would break first."),
    ("Documents", "Papers written from a report and the founder's answers."),
    ("Redirects", "Redirect maps: looked over, tried, and written as rules."),
    ("Calls", "Requests for a discovery call, and what the owner of the service does with them."),
    ("Ownership", "Proof that a domain is yours."),
    ("Service", "The service itself."),
];

/// What the operations of an address are about.
fn tag(path: &str) -> &'static str {
    match path {
        "/api/v1/documents" => "Documents",
        "/api/v1/redirects" => "Redirects",
        "/api/v1/intake" => "Calls",
        "/api/v1/ownership" => "Ownership",
        "/api/v1/health" | "/api/v1/checks" => "Service",
        _ => "Reports",
    }
}

/// One method of one address.
struct Operation {
    path: &'static str,
    method: &'static str,
    id: &'static str,
    summary: &'static str,
    description: &'static str,
    parameters: Vec<Value>,
    body: Option<(Schema, Value)>,
    answers: Vec<Answer>,
    security: Value,
}

struct Answer {
    status: u16,
    meaning: &'static str,
    content: Vec<(&'static str, Schema)>,
    headers: &'static [&'static str],
}

/// Makes a schema, or a reference to it.
type Schema = fn(&mut SchemaGenerator) -> Value;

fn schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

fn text(_: &mut SchemaGenerator) -> Value {
    json!({ "type": "string" })
}

/// What is no text.
fn octets(_: &mut SchemaGenerator) -> Value {
    json!({ "type": "string", "format": "binary", "description": "An archive with every form of each document." })
}

/// With a domain in the address the founder's answers; without one, what papers are to be written from.
fn papers_from(generator: &mut SchemaGenerator) -> Value {
    let answers = answers_schema(generator).to_value();
    json!({ "type": "object", "anyOf": [schema::<DocumentsRequest>(generator), answers] })
}

impl Operation {
    fn describe(&self, generator: &mut SchemaGenerator) -> Value {
        let mut responses = Map::new();
        for answer in &self.answers {
            responses.insert(answer.status.to_string(), answer.describe(generator));
        }
        let mut described = json!({
            "operationId": self.id,
            "tags": [tag(self.path)],
            "summary": self.summary,
            "description": self.description,
            "responses": responses,
        });
        if !self.parameters.is_empty() {
            described["parameters"] = json!(self.parameters);
        }
        if let Some((body, example)) = &self.body {
            described["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": body(generator), "example": example } },
            });
        }
        if !self.security.is_null() {
            described["security"] = self.security.clone();
        }
        described
    }
}

impl Answer {
    fn describe(&self, generator: &mut SchemaGenerator) -> Value {
        let mut headers =
            json!({ "X-Request-Id": header("The id of this answer, for when you tell us of it.") });
        for name in self.headers {
            headers[*name] = header(header_meaning(name));
        }
        let mut described = json!({ "description": self.meaning, "headers": headers });
        let content: Map<String, Value> = self
            .content
            .iter()
            .map(|(media_type, schema)| ((*media_type).to_owned(), json!({ "schema": schema(generator) })))
            .collect();
        if !content.is_empty() {
            described["content"] = Value::Object(content);
        }
        described
    }
}

fn header(meaning: &str) -> Value {
    json!({ "description": meaning, "schema": { "type": "string" } })
}

fn header_meaning(name: &str) -> &'static str {
    match name {
        "Age" => "Seconds since the scan, where the report was there already.",
        "Allow" => "The methods that this address knows.",
        "Content-Location" => "Where this very report stays.",
        "ETag" => "What the report is compared by: send it as If-None-Match.",
        "Link" => "The report's permanent page; or the next part of what is taken out.",
        "RateLimit" => {
            "What is left of the limits, in whole scans (draft-ietf-httpapi-ratelimit-headers): `scans`, `fresh` and `domains` of the client's day; \
             where that is what refuses, `domain` or the client's `share` of the domain's hour, or `burst`."
        }
        "RateLimit-Policy" => "The limits that this scan counted for, or the one that refuses it.",
        "Retry-After" => "Seconds after which it may be tried again.",
        _ => "Which credentials are needed.",
    }
}

fn problem(status: u16, meaning: &'static str) -> Answer {
    let headers: &[&str] = match status {
        401 => &["WWW-Authenticate"],
        405 => &["Allow"],
        429 => &["Retry-After", "RateLimit", "RateLimit-Policy"],
        503 => &["Retry-After"],
        _ => &[],
    };
    Answer {
        status,
        meaning,
        content: vec![("application/problem+json", schema::<Problem<'static>>)],
        headers,
    }
}

fn ok(status: u16, meaning: &'static str, of: Schema) -> Answer {
    Answer { status, meaning, content: vec![("application/json", of)], headers: &[] }
}

/// What any address may answer with.
fn with_usual(mut answers: Vec<Answer>) -> Vec<Answer> {
    answers.push(problem(405, "This address does not know the method."));
    answers.push(problem(500, "It is our fault."));
    answers.push(problem(503, "The service is not set up, or a service that it needs does not answer."));
    answers
}

fn query(parameter: &Parameter) -> Value {
    let mut schema = match parameter.name {
        "segment" => json!({ "type": "string", "enum": Segment::ALL.map(Segment::id) }),
        "mail" => json!({ "type": "string", "enum": MailUse::ALL.map(MailUse::id) }),
        "fresh" | "deep" => json!({ "type": "boolean" }),
        "check" => {
            json!({ "type": "string", "enum": checks::all().map(|check| check.id).collect::<Vec<_>>() })
        }
        _ => json!({ "type": "string" }),
    };
    let mut example = match parameter.name {
        "fresh" | "deep" => json!(true),
        _ => json!(parameter.example),
    };
    if parameter.repeated {
        schema = json!({ "type": "array", "maxItems": 8, "items": schema });
        example = json!([example]);
    }
    json!({
        "name": parameter.name,
        "in": "query",
        "required": parameter.name == "domain",
        "description": parameter.meaning,
        "schema": schema,
        "example": example,
    })
}

fn in_path(name: &str, meaning: &str, example: &str) -> Value {
    json!({
        "name": name, "in": "path", "required": true, "description": meaning,
        "schema": { "type": "string" }, "example": example,
    })
}

fn in_query(name: &str, meaning: &str, required: bool, example: &str) -> Value {
    json!({
        "name": name, "in": "query", "required": required, "description": meaning,
        "schema": { "type": "string" }, "example": example,
    })
}

/// Every operation, in the order in which a person should read them.
#[allow(clippy::too_many_lines, reason = "a list")]
fn operations() -> Vec<Operation> {
    let questions: Vec<Value> = PARAMETERS.iter().map(query).collect();
    let refused = || {
        vec![
            problem(400, "A parameter is missing, unknown, or cannot be used."),
            problem(403, "The domain's owner has opted out: the DNS record `_launch-ready` says so."),
            problem(429, "A limit is reached."),
        ]
    };
    let report_headers: &[&str] =
        &["Age", "Content-Location", "ETag", "Link", "RateLimit", "RateLimit-Policy"];
    let mut report_answers = vec![
        Answer {
            status: 200,
            meaning: "The report; or, as lines, what happens while it is made, with the report as the last one.",
            content: vec![
                ("application/json", schema::<launch_ready_api::Answer>),
                ("application/x-ndjson", schema::<StreamEvent>),
            ],
            headers: report_headers,
        },
        Answer { status: 304, meaning: "You have it already.", content: vec![], headers: &["ETag"] },
        problem(406, "The report comes neither as what you take."),
    ];
    report_answers.extend(refused());
    let id = "0f3a9c1e5b7d4a2f8e6c0b9d7a5f3e1c-example.com";
    vec![
        Operation {
            path: "/api/v1/report",
            method: "get",
            id: "getReport",
            summary: "The report of a domain",
            description: "From what is there, or from a scan, which takes up to twenty seconds. Whoever asks the same while a scan runs waits for \
                the same report. With `Accept: application/x-ndjson` everything is told as it happens, one JSON object a line.",
            parameters: questions.clone(),
            body: None,
            answers: with_usual(report_answers),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/reports/{id}",
            method: "get",
            id: "getStoredReport",
            summary: "A stored report",
            description: "It never changes; an opt-out of the domain's owner takes it down. Its id is in the `Content-Location` of the answer it first came with, and cannot be guessed. \
                A domain's last fifty reports are kept, and all that were opened once by their id.",
            parameters: vec![in_path("id", "The report's id.", id)],
            body: None,
            answers: with_usual(vec![
                Answer {
                    status: 200,
                    meaning: "The report.",
                    content: vec![("application/json", schema::<Report>)],
                    headers: &["Content-Location", "ETag", "Link"],
                },
                Answer { status: 304, meaning: "You have it already.", content: vec![], headers: &["ETag"] },
                problem(404, "There is no such report."),
                problem(410, "The domain's owner has opted out since, and its reports are deleted."),
            ]),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/reports",
            method: "post",
            id: "getReports",
            summary: "The reports of up to ten domains",
            description: "In the order of the domains. In place of a report that cannot be had stands its problem. Each scan counts for the limits.",
            parameters: vec![],
            body: Some((schema::<Batch>, json!({ "domains": ["example.com", "example.org"] }))),
            answers: with_usual(
                vec![ok(200, "The reports.", schema::<BatchAnswer<'static>>)]
                    .into_iter()
                    .chain(body_faults("The body is longer than 64 KiB."))
                    .collect(),
            ),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/history",
            method: "get",
            id: "getHistory",
            summary: "The last reports of a domain",
            description: "Up to five reports that answer the same question, the newest first. Nothing is scanned.",
            parameters: questions.iter().filter(|question| question["name"] != "fresh").cloned().collect(),
            body: None,
            answers: with_usual(vec![
                ok(200, "The reports.", schema::<History>),
                problem(400, "A parameter is missing, unknown, or cannot be used."),
                problem(410, "The domain's owner has opted out since, and its reports are deleted."),
            ]),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/documents",
            method: "get",
            id: "getDocuments",
            summary: "The papers of a domain",
            description: "Risk list, roadmap, backlog, runbooks, handover and the others, written from the domain's report, which is had as \
                `/api/v1/report` has it. With a kind of business, `assessment` tells as data how far it is: go or no-go, every stage \
                with its items, targets and contradictions. What is not known is marked as open.",
            parameters: papers_parameters(&questions, true),
            body: None,
            answers: with_usual(papers_answers(refused())),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/documents",
            method: "post",
            id: "writeDocuments",
            summary: "Papers with the founder's answers",
            description: "With `domain` in the address the body is the answers, and the domain's report is had as `/api/v1/report` has it. \
                Without it nothing is scanned: the body is an object with the report that you have, and with `answers`, `segment`, \
                `documents` and `before`, as far as you have them; nothing else then stands in the address. Answers go into \
                `assessment`, which tells stages, items and go or no-go as data, and into the papers. They are not kept.",
            parameters: papers_parameters(&questions, false),
            body: Some((
                papers_from,
                json!({
                    "schema": 1, "segment": "coach",
                    "items": {
                        "rate-limits": { "answer": "yes", "note": "ten a minute, at the edge", "owner": "Ada" },
                        "email-authenticated": { "answer": "yes" },
                    },
                }),
            )),
            answers: with_usual(papers_answers(
                refused()
                    .into_iter()
                    .chain([
                        problem(413, "The body is longer than 2,500,000 bytes."),
                        problem(415, "The body does not come as JSON."),
                    ])
                    .collect(),
            )),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/redirects",
            method: "post",
            id: "readRedirectMap",
            summary: "A redirect map looked over, tried and written as rules",
            description: "A pasted list of old addresses and where each should lead: what could not be read, what leads round in a circle or takes \
                two steps, and the rules to copy for the host in use. With `try` the first twenty lines are tried \
                on the domain as it is; addresses of other domains are not. A list has at most 10,000 lines, blank ones and comments not counted; a \
                longer one is refused: split it. Of a chain or a circle the first five steps and the last are listed, and `left_out` counts the \
                others. The answer has at most twenty times as many bytes as the list, or 128 KiB where that is more, and never more than 10 MB; what it had no room for, \
                such as the rules of a format, is named in `left_out`. Each client may send twenty lists within a minute.",
            parameters: vec![],
            body: Some((
                schema::<RedirectMap>,
                json!({
                    "domain": "example.com",
                    "map": "/old-prices,/pricing\n/blog/hello -> https://example.com/posts/hello\n",
                    "formats": Format::ALL.map(Format::id),
                }),
            )),
            answers: with_usual(
                vec![
                    Answer {
                        status: 200,
                        meaning: "The sheet.",
                        content: vec![("application/json", schema::<RedirectReport>)],
                        headers: &["RateLimit", "RateLimit-Policy"],
                    },
                    problem(403, "The domain's owner has opted out: the DNS record `_launch-ready` says so."),
                    problem(429, "A limit is reached."),
                ]
                .into_iter()
                .chain(body_faults("The body is longer than 512 KiB."))
                .collect(),
            ),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/intake",
            method: "post",
            id: "requestCall",
            summary: "Ask for a discovery call",
            description: "What is accepted is kept. Send an `Idempotency-Key`, and sending again is safe: the same key with the same content gives the \
                same answer. A key counts for the address that it is sent from. Without one, or with an empty one, the same content is the same \
                request.",
            parameters: vec![json!({
                "name": "Idempotency-Key", "in": "header", "required": false,
                "description": "Any text of up to 255 characters that you use for this request alone.",
                "schema": { "type": "string", "maxLength": 255 }, "example": "0b5f6d2e-7f0f-4c57-9a53-2d3c8f4f1e11",
            })],
            body: Some((
                schema::<Intake>,
                json!({
                    "name": "Ada Lovelace", "email": "ada@example.com", "company": "Analytical Engines", "domain": "example.com",
                    "segment": "coach", "goal": "Sell the first ten places", "launch_date": "2026-12-01",
                    "message": "We launch on a Tuesday.", "consent": true,
                }),
            )),
            answers: with_usual(
                vec![
                    ok(201, "Accepted.", schema::<Accepted<'static>>),
                    ok(200, "It was accepted before.", schema::<Accepted<'static>>),
                    problem(403, "The check for people did not pass."),
                    problem(429, "A limit is reached."),
                ]
                .into_iter()
                .chain(body_faults("The body is longer than 64 KiB."))
                .collect(),
            ),
            security: Value::Null,
        },
        Operation {
            path: "/api/v1/intake",
            method: "get",
            id: "exportCalls",
            summary: "Take the requests out (owner)",
            description: "The oldest first, five hundred at a time; `Link` leads to the rest. With `Accept: text/csv` as CSV, in which nothing is a formula.",
            parameters: vec![in_query(
                "after",
                "Where the list goes on, as `Link` says; or the id of the last one that you have, as long as that one is kept.",
                false,
                "1764500000000.0b5f6d2e-7f0f-4c57-9a53-2d3c8f4f1e11",
            )],
            body: None,
            answers: with_usual(vec![
                Answer {
                    status: 200,
                    meaning: "The requests.",
                    content: vec![("application/json", schema::<Vec<Lead>>), ("text/csv", text)],
                    headers: &["Link"],
                },
                problem(400, "There is no such parameter, or no request at the place that `after` names."),
                problem(401, "You are not the owner."),
                problem(
                    429,
                    "Wrong tokens came from your address: five within an hour, and it is told nothing more until that has passed.",
                ),
            ]),
            security: json!([{ "owner": [] }]),
        },
        Operation {
            path: "/api/v1/intake",
            method: "delete",
            id: "deleteCalls",
            summary: "Delete what came from an e-mail address (owner)",
            description: "Every request from that address, at once and for good.",
            parameters: vec![in_query("email", "The address.", true, "ada@example.com")],
            body: None,
            answers: with_usual(vec![
                ok(200, "They are gone.", schema::<Deleted>),
                problem(400, "No address was given, or there is no such parameter."),
                problem(401, "You are not the owner."),
                problem(
                    429,
                    "Wrong tokens came from your address: five within an hour, and it is told nothing more until that has passed.",
                ),
            ]),
            security: json!([{ "owner": [] }]),
        },
        Operation {
            path: "/api/v1/ownership",
            method: "post",
            id: "proveOwnership",
            summary: "Prove that a domain is yours",
            description: "Without credentials you get a secret, and what to publish: a TXT record or a file. With that secret as bearer token you \
                are told until when the proof holds, once it is published.",
            parameters: vec![],
            body: Some((schema::<Ownership>, json!({ "domain": "example.com" }))),
            answers: with_usual(
                vec![
                    ok(201, "What to publish.", schema::<Challenge<'static>>),
                    ok(200, "It is yours.", schema::<Proven>),
                    problem(
                        403,
                        "The proof is not published, or cannot be seen yet; or the domain's owner has opted out, and the proof is no DNS record.",
                    ),
                    problem(429, "A limit is reached."),
                ]
                .into_iter()
                .chain(body_faults("The body is longer than 64 KiB."))
                .collect(),
            ),
            security: json!([{}, { "secret": [] }]),
        },
        Operation {
            path: "/api/v1/health",
            method: "get",
            id: "getHealth",
            summary: "Whether the service is well",
            description: "Asks nobody.",
            parameters: vec![],
            body: None,
            answers: with_usual(vec![ok(200, "It is.", schema::<Health>)]),
            security: Value::Null,
        },
    ]
}

/// The question for a report, without single checks, and which papers are wanted.
fn papers_parameters(questions: &[Value], domain_required: bool) -> Vec<Value> {
    let mut parameters: Vec<Value> =
        questions.iter().filter(|question| question["name"] != "check").cloned().collect();
    for parameter in parameters.iter_mut().filter(|parameter| parameter["name"] == "domain") {
        parameter["required"] = json!(domain_required);
    }
    let ids: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
    parameters.push(json!({
        "name": "document",
        "in": "query",
        "required": false,
        "description": "A document that is wanted, several times if need be; all where none is named.",
        "schema": { "type": "array", "items": { "type": "string", "enum": ids } },
        "example": ["roadmap", "risk-list"],
    }));
    parameters
}

fn papers_answers(others: Vec<Answer>) -> Vec<Answer> {
    let papers = Answer {
        status: 200,
        meaning: "The papers.",
        content: vec![
            ("application/json", schema::<DocumentsAnswer>),
            ("text/markdown", text),
            ("application/zip", octets),
        ],
        headers: &["Age", "Link", "RateLimit", "RateLimit-Policy"],
    };
    let kinds = problem(406, "Papers come neither as what you take.");
    [papers, kinds].into_iter().chain(others).collect()
}

/// Bodies are refused as soon as more of them has come than an address takes.
fn body_faults(too_large: &'static str) -> [Answer; 4] {
    [
        problem(400, "The body is not a JSON object."),
        problem(413, too_large),
        problem(415, "The body does not come as JSON."),
        problem(422, "Some fields cannot be used: `errors` names each."),
    ]
}

/// What the site's page about the API says: plain HTML that needs no scripts but for its buttons. `tools/lib/docs.mjs` puts it between
/// the site's header and footer.
#[must_use]
pub fn page(document: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut out = String::from(
        "<div class=\"docs\">\n<h1>Docs</h1>\n<ul class=\"cards\">\n\
         <li><a href=\"/docs/checks\">Checks</a><p>What each check looks at, why it matters, and its source.</p></li>\n\
         <li><a href=\"/docs/providers\">Providers</a><p>What is known about hosts, DNS and mail services.</p></li>\n\
         <li><a href=\"/docs/page-kinds\">Page kinds</a><p>How a parked domain, a challenge or an error page is recognized.</p></li>\n\
         <li><a href=\"/docs/cli\">Command line</a><p>The same checks on your own computer and in CI.</p></li>\n\
         <li><a href=\"/docs/redirect-maps\">Redirect maps</a><p>The formats of lists with old and new URLs.</p></li>\n\
         <li><a href=\"/widget\">Widget</a><p>A launch check on your own site.</p></li>\n\
         </ul>\n<h2 id=\"api\">The API</h2>\n",
    );
    out.push_str(&markdown(&text(&document["info"]["description"])));
    let _ = writeln!(
        out,
        "<p>The same for programs: <a href=\"/api/v1/openapi.json\">openapi.json</a> (OpenAPI {}).</p>",
        escaped(&text(&document["openapi"]))
    );
    out.push_str("<nav aria-labelledby=\"contents\">\n<h2 id=\"contents\">Contents</h2>\n<ul>\n");
    for operation in operations() {
        let summary = &document["paths"][operation.path][operation.method]["summary"];
        let _ = writeln!(out, "<li><a href=\"#{}\">{}</a></li>", operation.id, escaped(&text(summary)));
    }
    out.push_str("<li><a href=\"#shapes\">Shapes</a></li>\n</ul>\n</nav>\n");
    for operation in operations() {
        section(&mut out, document, &operation);
    }
    out.push_str("<section aria-labelledby=\"shapes\">\n<h2 id=\"shapes\">Shapes</h2>\n");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let shown = serde_json::to_string_pretty(schema).unwrap_or_default();
        let _ = writeln!(
            out,
            "<details id=\"{name}\"><summary>{name}</summary>{}<pre tabindex=\"0\" role=\"region\" aria-label=\"Schema of {name}\"><code>{}</code></pre></details>",
            markdown(&text(&schema["description"])),
            escaped(&shown)
        );
    }
    out.push_str("</section>\n</div>\n");
    out
}

/// What can be done at one address.
fn section(out: &mut String, document: &Value, operation: &Operation) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let described = &document["paths"][operation.path][operation.method];
    let method = operation.method.to_uppercase();
    let id = operation.id;
    let _ = writeln!(
        out,
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{}</h2>\n<p class=\"method\"><strong>{method}</strong> {}</p>\n{}",
        escaped(&text(&described["summary"])),
        escaped(operation.path),
        markdown(&text(&described["description"]))
    );
    let _ = writeln!(
        out,
        "<div class=\"line\"><pre tabindex=\"0\" role=\"region\" aria-label=\"Example: {id}\"><code id=\"example-{id}\">{}</code></pre>\
         <button type=\"button\" data-copy=\"example-{id}\">Copy</button></div>",
        escaped(&curl(operation, &method))
    );
    let parameters = described["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !parameters.is_empty() {
        out.push_str("<h3>Parameters</h3>\n<dl>\n");
        for parameter in parameters {
            let must = if parameter["required"] == true { " (required)" } else { "" };
            let _ = writeln!(
                out,
                "<dt><code>{}</code>{must}</dt><dd>{}</dd>",
                escaped(&text(&parameter["name"])),
                markdown(&text(&parameter["description"]))
            );
        }
        out.push_str("</dl>\n");
    }
    out.push_str("<h3>Answers</h3>\n<dl>\n");
    for (status, answer) in described["responses"].as_object().into_iter().flatten() {
        let types: Vec<String> = answer["content"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(media, body)| {
                let shape = body["schema"]["$ref"].as_str().and_then(|path| path.rsplit('/').next());
                match shape {
                    Some(shape) => {
                        format!("<code>{}</code>: <a href=\"#{shape}\">{shape}</a>", escaped(media))
                    }
                    None => format!("<code>{}</code>", escaped(media)),
                }
            })
            .collect();
        let types = if types.is_empty() { String::new() } else { format!("<p>{}</p>", types.join(", ")) };
        let _ = writeln!(out, "<dt>{status}</dt><dd>{}{types}</dd>", markdown(&text(&answer["description"])));
    }
    out.push_str("</dl>\n</section>\n");
}

/// Stands for where the service is: the Worker puts its own address in its place (worker/src/site/shell.rs).
const HERE: &str = "https://launch-ready.example";

/// The example as a line to copy.
fn curl(operation: &Operation, method: &str) -> String {
    let mut path = operation.path.to_owned();
    let mut line = String::from("curl");
    if method != "GET" {
        let _ = write!(line, " -X {method}");
    }
    let mut separator = '?';
    for parameter in &operation.parameters {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let (name, example) = (text(&parameter["name"]), text(&parameter["example"]));
        match parameter["in"].as_str() {
            Some("path") => path = path.replace(&format!("{{{name}}}"), &example),
            Some("query") if parameter["required"] == true || name == "domain" => {
                let _ = write!(path, "{separator}{name}={example}");
                separator = '&';
            }
            _ => {}
        }
    }
    if operation.security == json!([{ "owner": [] }]) {
        line.push_str(" -H 'Authorization: Bearer OWNER_TOKEN'");
    }
    if let Some((_, example)) = &operation.body {
        let _ = write!(line, " -H 'Content-Type: application/json' -d '{example}'");
    }
    let _ = write!(line, " '{HERE}{path}'");
    line
}

/// A description, which is Markdown. Markup in it is text.
fn markdown(text: &str) -> String {
    let events = Parser::new(text).map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        event => event,
    });
    let mut out = String::new();
    html::push_html(&mut out, events);
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
