//! Turnstile, where the owner has set it up: the secret `TURNSTILE_SECRET`.

use js_sys::futures::JsFuture;
use js_sys::{JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestInit};
use worker::Env;

use launch_ready_edge::problem::Problem;
use launch_ready_edge::{config, js};

/// Cloudflare's documentation, "Validate the token", 2026-11.
const VERIFY: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// Milliseconds for which somebody who sends a request waits for Turnstile.
const VERIFY_MS: u32 = 5_000;

/// Bytes of what Turnstile says: it says some hundred.
const MOST_BYTES: usize = 16 * 1024;

/// Whether anybody is asked for a token.
pub(crate) fn is_set_up(env: &Env) -> bool {
    config::text(env, config::TURNSTILE_SECRET).is_some()
}

/// Lets a request through whose token holds; and every request where no secret is set.
pub(crate) async fn pass(env: &Env, token: Option<&str>) -> Result<(), Problem> {
    let Some(secret) = config::text(env, config::TURNSTILE_SECRET) else { return Ok(()) };
    let Some(token) = token else { return Err(Problem::no_human()) };
    let told = serde_json::to_string(&Sent { secret: &secret, response: token })?;
    let Ok(outcome) = verified(&told).await else { return Err(Problem::try_later()) };
    match Reflect::get(&outcome, &"success".into()).ok().and_then(|success| success.as_bool()) {
        Some(true) => Ok(()),
        Some(false) => Err(Problem::no_human()),
        None => Err(Problem::try_later()),
    }
}

/// What Turnstile says, as the object that its JSON is.
async fn verified(told: &str) -> Result<JsValue, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_signal(Some(&AbortSignal::timeout_with_u32(VERIFY_MS)));
    init.set_body(&JsValue::from_str(told));
    let request = web_sys::Request::new_with_str_and_init(VERIFY, &init)?;
    request.headers().set("content-type", "application/json")?;
    let response: web_sys::Response = JsFuture::from(js::fetch(&request)?).await?.unchecked_into();
    let told = js::read_up_to(response.body(), MOST_BYTES).await?.unwrap_or_default();
    JSON::parse(&String::from_utf8_lossy(&told))
}

#[derive(serde::Serialize)]
struct Sent<'a> {
    secret: &'a str,
    response: &'a str,
}
