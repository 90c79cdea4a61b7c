//! The edge host: answers questions about domains, runs their scans, shows their reports to others, and takes requests for a call.
//! Static files answer for themselves.
//!
//! It has no opinion about launch readiness; that is the core's. It runs in workerd, as one WebAssembly module. What of it needs no
//! runtime (the table of routes, messages, forms, questions) has native tests.

mod assets;
mod burst;
mod call;
mod config;
mod day;
mod intake;
mod isolate_cache;
mod message;
mod objects;
mod operator;
mod platform;
mod rate;
mod request;
mod response;
mod routes;
mod scan;
mod share;
mod site;
mod state;
mod transport;

use js_sys::Promise;
use js_sys::futures::future_to_promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env, Request, Result, ScheduleContext, ScheduledEvent, event};

use crate::call::Call;
use crate::intake::delivery::{self, Batch};
use crate::response::policy::Policy;

/// Everything for which there is no static file.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<web_sys::Response> {
    let url = request.inner().url();
    if let Some(known) = isolate_cache::recall(request.inner(), &url) {
        return Ok(known);
    }
    let call = Call::new(&request, &url, &env, &context);
    let policy = Policy::new(&request, &env);
    let response: web_sys::Response = routes::answer(&call).await?.into();
    policy.apply(&response.headers(), &call.request_id);
    if let Some(report) = call.cacheable.take() {
        isolate_cache::remember(&url, report, &response.headers());
    }
    Ok(response)
}

/// What the queue of requests for a call brings.
#[wasm_bindgen]
pub fn queue(batch: Batch, env: Env, _context: JsValue) -> Promise {
    future_to_promise(async move {
        delivery::deliver(&batch, &env).await;
        Ok(JsValue::UNDEFINED)
    })
}

/// Every few minutes: what fell out of the queue, and what is too old to be kept.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(problem) = delivery::sweep(&env).await {
        worker::console_error!("the sweep failed: {}", problem.code());
    }
}
