//! Turnstile, where the owner has set it up: the secret `TURNSTILE_SECRET`.

use js_sys::futures::JsFuture;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestInit};
use worker::Env;

use crate::config;
use crate::platform;
use crate::response::problem::Problem;

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
    let verdict = verified(&told).await.ok();
    match verdict.and_then(|said| serde_json::from_slice::<Verdict>(&said).ok()) {
        Some(Verdict { success: true }) => Ok(()),
        Some(Verdict { success: false }) => Err(Problem::no_human()),
        None => Err(Problem::try_later()),
    }
}

/// What Turnstile says, as it came.
async fn verified(told: &str) -> Result<Vec<u8>, JsValue> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_signal(Some(&AbortSignal::timeout_with_u32(VERIFY_MS)));
    init.set_body(&JsValue::from_str(told));
    let request = web_sys::Request::new_with_str_and_init(VERIFY, &init)?;
    request.headers().set("content-type", "application/json")?;
    let response: web_sys::Response = JsFuture::from(platform::fetch(&request)?).await?.unchecked_into();
    Ok(platform::read_up_to(response.body(), MOST_BYTES).await?.unwrap_or_default())
}

#[derive(serde::Deserialize)]
struct Verdict {
    success: bool,
}

#[derive(serde::Serialize)]
struct Sent<'a> {
    secret: &'a str,
    response: &'a str,
}
