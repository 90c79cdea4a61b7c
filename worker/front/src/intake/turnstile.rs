//! Turnstile, where the owner has set it up: the secret `TURNSTILE_SECRET`.

use js_sys::futures::JsFuture;
use js_sys::{JSON, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::RequestInit;
use worker::Env;

use launch_ready_edge::problem::Problem;
use launch_ready_edge::{config, js};

/// Cloudflare's documentation, "Validate the token", 2026-11.
const VERIFY: &str = "https://challenges.cloudflare.com/turnstile/v0/siteverify";

/// Lets a request through whose token holds; and every request where no secret is set.
pub(crate) async fn pass(env: &Env, token: Option<&str>) -> Result<(), Problem> {
    let Some(secret) = config::text(env, config::TURNSTILE_SECRET) else { return Ok(()) };
    let Some(token) = token else { return Err(Problem::no_human()) };
    let init = RequestInit::new();
    init.set_method("POST");
    let told = Sent { secret: &secret, response: token };
    init.set_body(&JsValue::from_str(&serde_json::to_string(&told)?));
    let thrown = |thrown: JsValue| Problem::thrown(&thrown);
    let request = web_sys::Request::new_with_str_and_init(VERIFY, &init).map_err(thrown)?;
    request.headers().set("content-type", "application/json").map_err(thrown)?;
    let Ok(response) = JsFuture::from(js::fetch(&request).map_err(thrown)?).await else {
        return Err(Problem::try_later());
    };
    let response: web_sys::Response = response.unchecked_into();
    let text = JsFuture::from(response.text().map_err(thrown)?).await.map_err(thrown)?;
    let Ok(outcome) = JSON::parse(&text.as_string().unwrap_or_default()) else {
        return Err(Problem::try_later());
    };
    match Reflect::get(&outcome, &"success".into()).is_ok_and(|success| success.is_truthy()) {
        true => Ok(()),
        false => Err(Problem::no_human()),
    }
}

#[derive(serde::Serialize)]
struct Sent<'a> {
    secret: &'a str,
    response: &'a str,
}
