//! `GET /api/v1/report`: the report of a domain, from what is there or from a scan; and the stored ones.

use launch_ready_core::domain::Domain;
use worker::{Env, Headers, Request, Response};

use crate::accept::Form;
use crate::config::REPORT_SECONDS;
use crate::problem::Problem;
use crate::query::{self, Asked};
use crate::state::{self, client, near};
use crate::{bodiless, js};

/// What HEAD says: whether GET would scan, and what would come of it. It scans nothing.
pub(crate) fn announce(request: &Request) -> Result<Response, Problem> {
    let (_, form) = asked(request)?;
    bodiless(200, form.media_type())
}

/// What GET says.
pub(crate) async fn answer(request: &Request, env: &Env, request_id: &str) -> Result<Response, Problem> {
    let (asked, form) = asked(request)?;
    let key = asked.key();
    if form == Form::Document && !asked.fresh {
        let now = js::now();
        if let Some(kept) = near::get(&key, now) {
            let age = Some(now - kept.at);
            return match matches(request, &kept.id)? {
                true => not_modified(&kept.id),
                false => document(js::response(&kept.body)?, &kept.id, age),
            };
        }
    }
    let url = request.url()?;
    let query = url.query().unwrap_or_default();
    let headers = Headers::new();
    js::set(&headers, "accept", form.media_type());
    js::set(&headers, "x-request-id", request_id);
    js::set(&headers, "x-client", &client::key(request, env).await?);
    let path = format!("/report?{query}");
    let given = state::ask_domain(env, asked.target.domain.as_str(), &path, headers).await?;
    if given.status_code() != 200 || form == Form::Lines {
        return pass(given, form);
    }
    let source = Given::read(&given)?;
    let body = js::bytes(given.into()).await?;
    let now = js::now();
    if !asked.named.is_empty() {
        // What some checks say is nowhere to be had again.
        let response = js::response(&body)?;
        js::set(response.headers(), "content-type", Form::Document.media_type());
        js::set(response.headers(), "cache-control", "no-store");
        for (name, value) in source.limits {
            js::set(response.headers(), name, &value);
        }
        return Ok(response);
    }
    let fresh = f64::from(REPORT_SECONDS.read(env)) * 1000.0 - (now - source.at);
    near::put(&key, source.id.clone(), source.at, body.clone(), fresh, now);
    if matches(request, &source.id)? {
        return not_modified(&source.id);
    }
    let response =
        document(js::response(&body)?, &source.id, Some(now - source.at).filter(|_| source.stored))?;
    for (name, value) in source.limits {
        js::set(response.headers(), name, &value);
    }
    Ok(response)
}

/// `GET /api/v1/reports/{id}`: a stored report, for ever the same.
pub(crate) async fn stored(request: &Request, env: &Env, id: &str) -> Result<Response, Problem> {
    let domain = domain_of(id).ok_or_else(Problem::no_such_report)?;
    let given = state::ask_domain(env, domain.as_str(), &format!("/stored?{id}"), Headers::new()).await?;
    if given.status_code() != 200 {
        return Err(Problem::no_such_report());
    }
    if matches(request, id)? {
        return not_modified(id);
    }
    let response = document(js::response(&js::bytes(given.into()).await?)?, id, None)?;
    js::set(response.headers(), "cache-control", IMMUTABLE);
    Ok(response)
}

/// `GET /api/v1/history`: the last reports that answer the same question, the newest first.
pub(crate) async fn history(request: &Request, env: &Env) -> Result<Response, Problem> {
    let url = request.url()?;
    let asked = query::asked(&url)?;
    let path = format!("/history?{}", url.query().unwrap_or_default());
    let given = state::ask_domain(env, asked.target.domain.as_str(), &path, Headers::new()).await?;
    let response = Response::from_body(given.body().clone())?.with_status(given.status_code());
    js::set(response.headers(), "content-type", Form::Document.media_type());
    js::set(response.headers(), "cache-control", ASK_AGAIN);
    Ok(response)
}

/// The domain that a report's id names: `{32 hexadecimal digits}-{domain}`.
pub(crate) fn domain_of(id: &str) -> Option<Domain> {
    let (random, domain) = id.split_once('-')?;
    if random.len() != 32 || !random.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    Domain::from_host(domain).filter(|known| known.as_str() == domain)
}

/// A stored report never changes.
pub(crate) const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// A report may be newer the next time; whether it is costs a question without an answer's weight.
const ASK_AGAIN: &str = "no-cache";

/// The limits' fields, as the Durable Object passes them on.
const LIMITS: [&str; 3] = ["ratelimit-policy", "ratelimit", "retry-after"];

fn asked(request: &Request) -> Result<(Asked, Form), Problem> {
    let asked = query::asked(&request.url()?)?;
    let accept = js::header(request.headers(), "accept");
    let form = Form::preferred(accept.as_deref());
    Ok((asked, form.ok_or_else(|| Problem::not_acceptable(&Form::MEDIA_TYPES))?))
}

/// What the Durable Object says about a report beside it.
struct Given {
    id: String,
    at: f64,
    /// Whether it was there already.
    stored: bool,
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
            limits,
        })
    }
}

/// Passes on a stream or a problem.
fn pass(given: Response, form: Form) -> Result<Response, Problem> {
    let status = given.status_code();
    let source = Given::read(&given)?;
    let content_type =
        js::header(given.headers(), "content-type").unwrap_or_else(|| form.media_type().to_owned());
    let response = Response::from_body(given.body().clone())?.with_status(status);
    let headers = response.headers();
    js::set(&headers, "content-type", &content_type);
    for (name, value) in source.limits {
        js::set(&headers, name, &value);
    }
    if status == 200 {
        js::set(&headers, "content-location", &format!("/api/v1/reports/{}", source.id));
        js::set(&headers, "link", &format!("</report/{}>; rel=\"bookmark\"", source.id));
        if source.stored {
            js::set(&headers, "age", &age(js::now() - source.at));
        }
    }
    Ok(response)
}

/// Adds what a report says about itself: where it stays, how old it is, and what it is compared by.
fn document(response: Response, id: &str, age_ms: Option<f64>) -> Result<Response, Problem> {
    let headers = response.headers();
    js::set(&headers, "content-type", Form::Document.media_type());
    js::set(&headers, "cache-control", ASK_AGAIN);
    js::set(&headers, "etag", &format!("\"{id}\""));
    js::set(&headers, "content-location", &format!("/api/v1/reports/{id}"));
    js::set(&headers, "link", &format!("</report/{id}>; rel=\"bookmark\""));
    if let Some(age_ms) = age_ms {
        js::set(&headers, "age", &age(age_ms));
    }
    Ok(response)
}

fn age(ms: f64) -> String {
    ((ms / 1000.0) as u32).to_string()
}

/// Whether the client has it already (RFC 9110 section 13.1.2). Weak and strong tags compare the same here.
fn matches(request: &Request, id: &str) -> Result<bool, Problem> {
    let Some(tags) = js::header(request.headers(), "if-none-match") else { return Ok(false) };
    Ok(tags
        .split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) == Some(id)))
}

fn not_modified(id: &str) -> Result<Response, Problem> {
    let response = Response::empty()?.with_status(304);
    js::set(response.headers(), "etag", &format!("\"{id}\""));
    js::set(response.headers(), "cache-control", ASK_AGAIN);
    Ok(response)
}
