//! `GET /api/v1/report`: the report of a domain, from what is there or from a scan; and the stored ones.

use js_sys::Uint8Array;
use launch_ready_edge::ask::ask_domain;
use launch_ready_edge::typed::domain_of;
use worker::{Env, Headers, Request, Response};

use crate::accept::Form;
use crate::{bodiless, headers, js, query};
use launch_ready_edge::client;
use launch_ready_edge::config::{REPORT_SECONDS, UNHEARD_SECONDS};
use launch_ready_edge::problem::Problem;

/// Milliseconds for which the isolate answers from its own memory: worker/near.js, which is told by the field `x-near`.
const NEAR_MS: f64 = 15_000.0;

/// What HEAD says: whether GET would scan, and what would come of it. It scans nothing.
pub(crate) fn announce(request: &Request) -> Result<Response, Problem> {
    query::asked(&request.url()?)?;
    bodiless(200, form(request)?.media_type())
}

/// What GET says.
pub(crate) async fn answer(
    request: &Request,
    env: &Env,
    request_id: &str,
    query: &str,
) -> Result<Response, Problem> {
    let form = form(request)?;
    let asked = query::asked(&request.url()?)?;
    let headers = Headers::new();
    js::set(&headers.0, "accept", form.media_type());
    js::set(&headers.0, "x-request-id", request_id);
    js::set(&headers.0, "x-client", &client::key(request, env).await?);
    let path = format!("/report?{query}");
    let given = ask_domain(env, asked.target.domain.as_str(), &path, headers).await?;
    if given.status_code() != 200 || form == Form::Lines {
        return pass(given, form);
    }
    let source = Given::read(&given)?;
    let body = js::bytes(given.into()).await?;
    if !asked.named.is_empty() {
        // What some checks say is nowhere to be had again.
        let headers = headers::usual()?;
        js::set(&headers, "content-type", Form::Document.media_type());
        for (name, value) in source.limits {
            js::set(&headers, name, &value);
        }
        return Ok(js::response(Some(&body), 200, &headers)?.into());
    }
    let now = js::now();
    let seconds = REPORT_SECONDS.read(env);
    let seconds = if source.is_short { seconds.min(UNHEARD_SECONDS.read(env)) } else { seconds };
    let fresh = f64::from(seconds) * 1000.0 - (now - source.at);
    if matches(request, &source.id) {
        return Ok(not_modified(&source.id)?.into());
    }
    let age = Some(now - source.at).filter(|_| source.stored);
    let response: Response = document(&body, &source.id, age)?.into();
    if !asked.fresh && fresh > 0.0 {
        let near = format!("{} {}", fresh.min(NEAR_MS) as u32, source.at as u64);
        js::set(&response.headers().0, "x-near", &near);
    }
    for (name, value) in source.limits {
        js::set(&response.headers().0, name, &value);
    }
    Ok(response)
}

/// `GET /api/v1/reports/{id}`: a stored report. It never changes, but its domain's owner may take it down.
pub(crate) async fn stored(request: &Request, env: &Env, id: &str) -> Result<Response, Problem> {
    let domain = domain_of(id).ok_or_else(Problem::no_such_report)?;
    let given = ask_domain(env, domain.as_str(), &format!("/stored?{id}"), Headers::new()).await?;
    match given.status_code() {
        200 => {}
        410 => return Err(Problem::gone(domain.as_str())),
        _ => return Err(Problem::no_such_report()),
    }
    if matches(request, id) {
        return Ok(not_modified(id)?.into());
    }
    let response: Response = document(&js::bytes(given.into()).await?, id, None)?.into();
    js::set(&response.headers().0, "cache-control", &format!("public, max-age={STORED_SECONDS}"));
    Ok(response)
}

/// `GET /api/v1/history`: the last reports that answer the same question, the newest first.
pub(crate) async fn history(request: &Request, env: &Env) -> Result<Response, Problem> {
    let url = request.url()?;
    let asked = query::asked(&url)?;
    let path = format!("/history?{}", url.query().unwrap_or_default());
    let domain = asked.target.domain.as_str();
    let given = ask_domain(env, domain, &path, Headers::new()).await?;
    if given.status_code() == 410 {
        return Err(Problem::gone(domain));
    }
    let response = Response::from_body(given.body().clone())?.with_status(given.status_code());
    js::set(&response.headers().0, "content-type", Form::Document.media_type());
    js::set(&response.headers().0, "cache-control", ASK_AGAIN);
    Ok(response)
}

/// For how long a stored report is kept on the way: so long after an opt-out somebody may still be shown it.
const STORED_SECONDS: u32 = 300;

/// A report may be newer the next time; whether it is costs a question without an answer's weight.
const ASK_AGAIN: &str = "no-cache";

/// The limits' fields, as the Durable Object passes them on.
const LIMITS: [&str; 3] = ["ratelimit-policy", "ratelimit", "retry-after"];

fn form(request: &Request) -> Result<Form, Problem> {
    let accept = js::header(&request.headers().0, "accept");
    Form::preferred(accept.as_deref()).ok_or_else(|| Problem::not_acceptable(&Form::MEDIA_TYPES))
}

/// What the Durable Object says about a report beside it.
struct Given {
    id: String,
    at: f64,
    /// Whether it was there already.
    stored: bool,
    /// Whether it is not to be kept for as long as others.
    is_short: bool,
    limits: Vec<(&'static str, String)>,
}

impl Given {
    fn read(response: &Response) -> Result<Self, Problem> {
        let header = |name: &str| response.headers().get(name);
        let mut limits = Vec::new();
        for name in LIMITS {
            if let Some(value) = header(name)? {
                limits.push((name, value));
            }
        }
        Ok(Self {
            id: header("x-report-id")?.unwrap_or_default(),
            // The platform's own parser: Rust's numbers cost kilobytes.
            at: header("x-report-at")?.map(|at| js::number(&at)).unwrap_or_default(),
            stored: header("x-report-source")?.as_deref() == Some("stored"),
            is_short: header("x-report-short")?.is_some(),
            limits,
        })
    }
}

/// Passes on a stream or a problem.
fn pass(given: Response, form: Form) -> Result<Response, Problem> {
    let status = given.status_code();
    let source = Given::read(&given)?;
    let content_type =
        js::header(&given.headers().0, "content-type").unwrap_or_else(|| form.media_type().to_owned());
    let response = Response::from_body(given.body().clone())?.with_status(status);
    let headers = response.headers();
    js::set(&headers.0, "content-type", &content_type);
    for (name, value) in source.limits {
        js::set(&headers.0, name, &value);
    }
    if status == 200 {
        js::set(&headers.0, "content-location", &format!("/api/v1/reports/{}", source.id));
        js::set(&headers.0, "link", &format!("</report/{}>; rel=\"bookmark\"", source.id));
        if source.stored {
            js::set(&headers.0, "age", &age(js::now() - source.at));
        }
    }
    Ok(response)
}

/// Adds what a report says about itself: where it stays, how old it is, and what it is compared by.
fn document(body: &Uint8Array, id: &str, age_ms: Option<f64>) -> Result<web_sys::Response, Problem> {
    let headers = headers::usual()?;
    js::set(&headers, "content-type", Form::Document.media_type());
    js::set(&headers, "cache-control", ASK_AGAIN);
    js::set(&headers, "etag", &format!("\"{id}\""));
    js::set(&headers, "content-location", &format!("/api/v1/reports/{id}"));
    js::set(&headers, "link", &format!("</report/{id}>; rel=\"bookmark\""));
    if let Some(age_ms) = age_ms {
        js::set(&headers, "age", &age(age_ms));
    }
    js::response(Some(body), 200, &headers)
}

fn age(ms: f64) -> String {
    ((ms / 1000.0) as u32).to_string()
}

/// Whether the client has it already (RFC 9110 section 13.1.2). Weak and strong tags compare the same here.
fn matches(request: &Request, id: &str) -> bool {
    let Some(tags) = js::header(&request.headers().0, "if-none-match") else { return false };
    tags.split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) == Some(id))
}

fn not_modified(id: &str) -> Result<web_sys::Response, Problem> {
    let headers = headers::usual()?;
    js::set(&headers, "etag", &format!("\"{id}\""));
    js::set(&headers, "cache-control", ASK_AGAIN);
    js::response(None, 304, &headers)
}
