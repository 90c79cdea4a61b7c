//! The edge host: answers the API, and lets the static assets answer everything else.
//!
//! It has no opinion about launch readiness; that is the core's. It runs in workerd, as WebAssembly only.

mod accept;
mod departure;
mod headers;
mod host;
mod js;
mod log;
mod problem;
mod query;
mod scan;

use serde::Serialize;
use worker::{Context, Env, Request, Response, Result, event};

use crate::headers::Policy;
use crate::problem::Problem;

/// Everything under `/api/`, and every path for which there is no asset.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    let request_id = js::random_uuid();
    let policy = Policy::new(&request, &env, request_id.clone());
    let response = match route(&request, &context, &request_id).await {
        Ok(response) => response,
        Err(problem) => problem.response(&request_id)?,
    };
    policy.apply(response)
}

/// What is answered to which path and method.
async fn route(
    request: &Request,
    context: &Context,
    request_id: &str,
) -> std::result::Result<Response, Problem> {
    // Not `Request::method`, for which every method that it does not know is a GET.
    let method = request.inner().method();
    match (request.path().as_str(), method.as_str()) {
        ("/api/v1/health", "GET") => health(),
        ("/api/v1/health", "HEAD") => bodiless(200, "application/json"),
        ("/api/v1/report", "GET") => scan::answer(request, context, request_id).await,
        ("/api/v1/report", "HEAD") => scan::announce(request),
        ("/api/v1/health" | "/api/v1/report", "OPTIONS") => headers::preflight(request),
        ("/api/v1/health" | "/api/v1/report", _) => Err(Problem::method_not_allowed(&method)),
        (path, _) => Err(Problem::not_found(path)),
    }
}

/// What `GET /api/v1/health` says.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
}

fn health() -> std::result::Result<Response, Problem> {
    let health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };
    Ok(Response::from_json(&health)?)
}

/// The answer to HEAD: what GET would be answered with, but for the body.
fn bodiless(status: u16, content_type: &str) -> std::result::Result<Response, Problem> {
    let response = Response::empty()?.with_status(status);
    response.headers().set("content-type", content_type)?;
    Ok(response)
}
