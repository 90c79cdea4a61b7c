//! The edge host: answers the API, and lets the static assets answer everything else.
//!
//! It has no opinion about launch readiness; that is the core's. It runs in workerd, as WebAssembly only.

use serde::Serialize;
use worker::{Context, Env, Headers, Method, Request, Response, Result, event};

/// What `GET /api/v1/health` says.
#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
}

/// An error as RFC 9457 describes it.
#[derive(Serialize)]
struct Problem {
    title: &'static str,
    status: u16,
    detail: &'static str,
}

/// Everything under `/api/`, and every path for which there is no asset.
#[event(fetch)]
async fn fetch(request: Request, _env: Env, _context: Context) -> Result<Response> {
    match (request.method(), request.path().as_str()) {
        (Method::Get | Method::Head, "/api/v1/health") => {
            let health = Health { status: "ok", version: env!("CARGO_PKG_VERSION") };
            json(&health, 200, "application/json")
        }
        _ => {
            let problem =
                Problem { title: "Not found", status: 404, detail: "There is nothing at this address." };
            json(&problem, 404, "application/problem+json")
        }
    }
}

/// A JSON answer that nobody caches and no browser guesses about.
fn json(body: &impl Serialize, status: u16, content_type: &str) -> Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", content_type)?;
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    let body = serde_json::to_vec(body)?;
    Ok(Response::from_bytes(body)?.with_status(status).with_headers(headers))
}
