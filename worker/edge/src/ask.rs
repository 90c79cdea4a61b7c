//! The way to the Durable Objects, and to the static files.

use wasm_bindgen::JsValue;
use web_sys::{Request, RequestInit};
use worker::{Env, Headers, Response};

use crate::config;
use crate::js;
use crate::problem::Problem;

/// The host in addresses of our own Durable Objects; nobody looks it up.
const INSIDE: &str = "https://inside";

/// The field in which a domain's Durable Object is told which one it is.
pub const DOMAIN: &str = "x-domain";

/// Asks the Durable Object of `domain`.
pub async fn ask_domain(
    env: &Env,
    domain: &str,
    path_and_query: &str,
    headers: Headers,
) -> Result<Response, Problem> {
    js::set(&headers.0, DOMAIN, domain);
    ask(env, config::DOMAINS, domain, path_and_query, headers).await
}

/// Sends something to the Durable Object of `domain`.
///
/// # Errors
/// If it cannot be asked.
pub async fn send_domain(
    env: &Env,
    domain: &str,
    path_and_query: &str,
    headers: Headers,
    body: &str,
) -> Result<Response, Problem> {
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(body));
    js::set(&headers.0, DOMAIN, domain);
    send(env, config::DOMAINS, domain, path_and_query, headers, &init).await
}

/// Asks for a static file.
pub async fn ask_assets(env: &Env, path: &str) -> Result<Response, Problem> {
    Ok(env.assets(config::ASSETS)?.fetch(format!("{INSIDE}{path}"), None).await?)
}

/// Asks the Durable Object of that name.
///
/// # Errors
/// If it cannot be asked.
pub async fn ask(
    env: &Env,
    namespace: &str,
    name: &str,
    path_and_query: &str,
    headers: Headers,
) -> Result<Response, Problem> {
    send(env, namespace, name, path_and_query, headers, &RequestInit::new()).await
}

async fn send(
    env: &Env,
    namespace: &str,
    name: &str,
    path_and_query: &str,
    headers: Headers,
    init: &RequestInit,
) -> Result<Response, Problem> {
    let stub = env.durable_object(namespace)?.get_by_name(name)?;
    init.set_headers(&headers.0);
    let request = Request::new_with_str_and_init(&format!("{INSIDE}{path_and_query}"), init)
        .map_err(|thrown| Problem::thrown(&thrown))?;
    Ok(stub.fetch_with_request(request.into()).await?)
}
