//! The edge host: answers the API, and lets the static assets answer everything else.
//!
//! It has no opinion about launch readiness; that is the core's. It runs in workerd, as WebAssembly only.

mod accept;
mod batch;
mod body;
mod config;
mod d1;
mod departure;
mod headers;
mod host;
mod intake;
mod js;
mod log;
mod ownership;
mod problem;
mod query;
mod report;
mod scan;
mod share;
mod sql;
mod state;

use js_sys::Promise;
use js_sys::futures::future_to_promise;
use launch_ready_core::api::Health;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

use crate::headers::Policy;
use crate::intake::Batch;
use crate::problem::Problem;
use crate::share::View;

/// Everything for which there is no static file.
#[event(fetch)]
async fn fetch(mut request: Request, env: Env, context: Context) -> Result<web_sys::Response> {
    let request_id = js::random_uuid();
    let policy = Policy::new(&request, &env, request_id.clone());
    let url = request.inner().url();
    let (path, query) = parts(&url);
    let is_report = path == "/api/v1/report" && request.inner().method() == "GET";
    if is_report && let Some(response) = report::remembered(&request, query) {
        policy.apply(&response.headers());
        return Ok(response);
    }
    let response = match route(&mut request, &env, &context, &request_id, (path, query)).await {
        Ok(response) => response,
        // Who reads pages is told in a page.
        Err(problem) if is_page(path) => {
            share::refused(&env, &problem).await.or_else(|problem| problem.response(&request_id))?
        }
        Err(problem) => problem.response(&request_id)?,
    };
    let response: web_sys::Response = response.into();
    policy.apply(&response.headers());
    Ok(response)
}

/// Path and query of a URL, as the runtime has written it.
fn parts(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let behind_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = behind_scheme.find('/').and_then(|at| behind_scheme.get(at..)).unwrap_or("/");
    (path, query)
}

/// Whether people are there, not programs.
fn is_page(path: &str) -> bool {
    path == "/r" || path.starts_with("/r/") || path.starts_with("/report/")
}

/// What only reads.
const READ: &str = "GET, HEAD, OPTIONS";

/// Every address and its methods. One that ends in a slash stands for everything below it.
const ADDRESSES: &[(&str, &str)] = &[
    ("/api/v1/health", READ),
    ("/api/v1/history", READ),
    ("/api/v1/intake", "GET, POST, DELETE, OPTIONS"),
    ("/api/v1/ownership", "POST, OPTIONS"),
    ("/api/v1/report", READ),
    ("/api/v1/reports", "POST, OPTIONS"),
    ("/api/v1/reports/", READ),
    ("/badge/", READ),
    ("/r", READ),
    ("/r/", READ),
    ("/report/", READ),
];

/// What is answered to which path and method.
async fn route(
    request: &mut Request,
    env: &Env,
    context: &Context,
    request_id: &str,
    (path, query): (&str, &str),
) -> std::result::Result<Response, Problem> {
    config::check(env).map_err(Problem::not_configured)?;
    let address = ADDRESSES.iter().find_map(|(address, methods)| {
        let rest = path.strip_prefix(address)?;
        (address.ends_with('/') != rest.is_empty()).then_some((*address, rest, *methods))
    });
    let Some((address, rest, methods)) = address else { return Err(Problem::not_found(path)) };
    // Not `Request::method`, for which every method that it does not know is a GET.
    let method = request.inner().method();
    if method == "OPTIONS" {
        return headers::preflight(request, methods);
    }
    match (address, method.as_str()) {
        ("/api/v1/health", "GET") => health(),
        ("/api/v1/health", "HEAD") => bodiless(200, "application/json"),
        ("/api/v1/history", "GET" | "HEAD") => report::history(request, env).await,
        ("/api/v1/intake", "POST") => intake::submit(request, env, context).await,
        ("/api/v1/intake", "GET") => intake::export(request, env).await,
        ("/api/v1/intake", "DELETE") => intake::delete(request, env).await,
        ("/api/v1/report", "GET") => report::answer(request, env, request_id, query).await,
        ("/api/v1/report", "HEAD") => report::announce(request),
        ("/api/v1/ownership", "POST") => ownership::post(request, env).await,
        ("/api/v1/reports", "POST") => batch::answer(request, env, request_id).await,
        // The runtime sends no body in answer to HEAD.
        ("/api/v1/reports/", "GET" | "HEAD") => report::stored(request, env, rest).await,
        ("/badge/", "GET" | "HEAD") => match rest.strip_suffix(".svg") {
            Some(domain) => share::of_domain(request, env, domain, View::Badge).await,
            None => Err(Problem::not_found(path)),
        },
        ("/r", "GET") => share::look(request, env, request_id).await,
        ("/r/", "GET" | "HEAD") => match rest.strip_suffix("/card.svg") {
            Some(domain) => share::of_domain(request, env, domain, View::Card).await,
            None => share::of_domain(request, env, rest, View::Page).await,
        },
        ("/report/", "GET" | "HEAD") => share::of_report(request, env, rest).await,
        _ => Err(Problem::method_not_allowed(&method, methods)),
    }
}

/// What the queue of requests for a call brings.
#[wasm_bindgen]
pub fn queue(batch: Batch, env: Env, _context: JsValue) -> Promise {
    future_to_promise(async move {
        intake::deliver(&batch, &env).await;
        Ok(JsValue::UNDEFINED)
    })
}

/// Every few minutes: what fell out of the queue, and what is too old to be kept.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(problem) = intake::sweep(&env).await {
        worker::console_error!("the sweep failed: {}", problem.code());
    }
}

fn health() -> std::result::Result<Response, Problem> {
    let health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };
    js::json(serde_json::to_vec(&health)?, 200)
}

/// The answer to HEAD: what GET would be answered with, but for the body.
fn bodiless(status: u16, content_type: &str) -> std::result::Result<Response, Problem> {
    let response = Response::empty()?.with_status(status);
    js::set(&response.headers().0, "content-type", content_type);
    Ok(response)
}
