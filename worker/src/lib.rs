//! The edge host: answers the API's questions about domains, and is where scans run. Static files answer for themselves, and
//! what needs no scan is the business of a module of its own (`front`).
//!
//! It has no opinion about launch readiness; that is the core's. It runs in workerd, as WebAssembly only.

mod accept;
mod departure;
mod host;
mod log;
mod query;
mod report;
mod scan;
mod sql;
mod state;

use launch_ready_api::Health;
use launch_ready_edge::address::{self, Address};
use launch_ready_edge::headers::{self, Policy};
use launch_ready_edge::problem::Problem;
use launch_ready_edge::{config, js};
use worker::{Context, Env, Request, Response, Result, event};

/// Everything for which there is neither a static file nor another module.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<web_sys::Response> {
    let request_id = js::random_uuid();
    let policy = Policy::new(&request, &env, request_id.clone());
    let url = request.inner().url();
    let (path, query) = address::parts(&url);
    let response = match route(&request, &env, &request_id, (path, query)).await {
        Ok(response) => response,
        Err(problem) => problem.response(&request_id)?,
    };
    let response: web_sys::Response = response.into();
    policy.apply(&response.headers());
    Ok(response)
}

/// What only reads.
const READ: &str = "GET, HEAD, OPTIONS";

/// Every address of this module.
const ADDRESSES: &[Address] = &[
    ("/api/v1/health", READ),
    ("/api/v1/history", READ),
    ("/api/v1/report", READ),
    ("/api/v1/reports/", READ),
];

/// What is answered to which path and method.
async fn route(
    request: &Request,
    env: &Env,
    request_id: &str,
    (path, query): (&str, &str),
) -> std::result::Result<Response, Problem> {
    config::check(env).map_err(Problem::not_configured)?;
    let Some((address, rest, methods)) = address::find(ADDRESSES, path) else {
        return Err(Problem::not_found(path));
    };
    // Not `Request::method`, for which every method that it does not know is a GET.
    let method = request.inner().method();
    if method == "OPTIONS" {
        return headers::preflight(request, methods);
    }
    match (address, method.as_str()) {
        ("/api/v1/health", "GET") => health(),
        ("/api/v1/health", "HEAD") => bodiless(200, "application/json"),
        ("/api/v1/history", "GET" | "HEAD") => report::history(request, env).await,
        ("/api/v1/report", "GET") => report::answer(request, env, request_id, query).await,
        ("/api/v1/report", "HEAD") => report::announce(request),
        // The runtime sends no body in answer to HEAD.
        ("/api/v1/reports/", "GET" | "HEAD") => report::stored(request, env, rest).await,
        _ => Err(Problem::method_not_allowed(&method, methods)),
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
