//! What is shown and taken in without a scan of its own: summary pages and badges, requests for a call, batches, proofs of
//! ownership. A module of its own, which the first request for one of them loads; scans and reports are the main module's,
//! and are asked for where it keeps them, in the Durable Objects.

mod batch;
mod d1;
mod intake;
mod ownership;
mod redirects;
mod share;

use js_sys::Promise;
use js_sys::futures::future_to_promise;
use launch_ready_edge::address::{self, Address};
use launch_ready_edge::headers::{self, Policy};
use launch_ready_edge::problem::Problem;
use launch_ready_edge::{config, js};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

use crate::intake::Batch;
use crate::share::View;

/// What only reads.
const READ: &str = "GET, HEAD, OPTIONS";

/// Every address; worker/front.js knows them, too.
const ADDRESSES: &[Address] = &[
    ("/api/v1/intake", "GET, POST, DELETE, OPTIONS"),
    ("/api/v1/ownership", "POST, OPTIONS"),
    ("/api/v1/redirects", "POST, OPTIONS"),
    ("/api/v1/reports", "POST, OPTIONS"),
    ("/badge/", READ),
    ("/r", READ),
    ("/r/", READ),
    ("/report/", READ),
];

/// Everything at one of these addresses.
#[event(fetch)]
async fn fetch(mut request: Request, env: Env, context: Context) -> Result<web_sys::Response> {
    let request_id = js::random_uuid();
    let policy = Policy::new(&request, &env, request_id.clone());
    let url = request.inner().url();
    let (path, _) = address::parts(&url);
    let response = match route(&mut request, &env, &context, &request_id, path).await {
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

/// Whether people are there, not programs.
fn is_page(path: &str) -> bool {
    path == "/r" || path.starts_with("/r/") || path.starts_with("/report/")
}

/// What is answered to which path and method.
async fn route(
    request: &mut Request,
    env: &Env,
    context: &Context,
    request_id: &str,
    path: &str,
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
        ("/api/v1/intake", "POST") => intake::submit(request, env, context).await,
        ("/api/v1/intake", "GET") => intake::export(request, env).await,
        ("/api/v1/intake", "DELETE") => intake::delete(request, env).await,
        ("/api/v1/ownership", "POST") => ownership::post(request, env).await,
        ("/api/v1/redirects", "POST") => redirects::answer(request, env, request_id).await,
        ("/api/v1/reports", "POST") => batch::answer(request, env, request_id).await,
        // The runtime sends no body in answer to HEAD.
        ("/badge/", "GET" | "HEAD") => match rest.strip_suffix(".svg") {
            Some(domain) => share::of_domain(request, env, domain, View::Badge).await,
            None => Err(Problem::not_found(path)),
        },
        ("/r", "GET") => share::look(request, env, request_id).await,
        ("/r/", "GET" | "HEAD") => {
            let (domain, view) = View::asked(rest);
            share::of_domain(request, env, domain, view).await
        }
        ("/report/", "GET" | "HEAD") => {
            let (id, view) = View::asked(rest);
            share::of_report(request, env, id, view).await
        }
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
