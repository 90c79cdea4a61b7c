//! The limits of bursts: rate-limit bindings.

use js_sys::futures::JsFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use crate::config;
use crate::response::problem::Problem;

#[wasm_bindgen]
extern "C" {
    type RateLimit;

    #[wasm_bindgen(method, catch)]
    fn limit(this: &RateLimit, options: &Object) -> Result<js_sys::Promise, JsValue>;
}

/// Seconds of a burst: `simple.period` of both bindings in wrangler.toml.
pub(crate) const BURST_SECONDS: u32 = 60;

/// Scans of a burst: `simple.limit` of `SCAN_RATE` in wrangler.toml. The binding does not tell.
pub(crate) const BURST_SCANS: u32 = 20;

/// Whether the rate-limit binding lets another one through.
pub(crate) async fn in_rate(env: &Env, binding: &str, client: &str) -> Result<bool, Problem> {
    let limiter: RateLimit = config::binding(env, binding);
    let thrown = |thrown: JsValue| Problem::thrown(&thrown);
    let options = Object::new();
    Reflect::set(&options, &"key".into(), &client.into()).map_err(thrown)?;
    let outcome = JsFuture::from(limiter.limit(&options).map_err(thrown)?).await.map_err(thrown)?;
    Ok(Reflect::get(&outcome, &"success".into()).is_ok_and(|success| success.is_truthy()))
}
