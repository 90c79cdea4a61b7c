//! What is kept between requests.
//!
//! One Durable Object for each domain keeps its reports, and is where its scans run: whoever asks while one runs waits
//! for the same ([`flight`]). One for each client and day counts what that client caused ([`visitor`]). In front of both
//! stands a small memory of each isolate ([`near`]).

pub(crate) mod admission;
pub(crate) mod client;
pub(crate) mod domain;
pub(crate) mod flight;
pub(crate) mod near;
pub(crate) mod opt_out;
pub(crate) mod owners;
pub(crate) mod reports;
pub(crate) mod visitor;

use web_sys::{Request, RequestInit};
use worker::{Env, Headers, Response};

use crate::config;
use crate::problem::Problem;

/// The host in addresses of our own Durable Objects; nobody looks it up.
const INSIDE: &str = "https://inside";

/// Asks the Durable Object of `domain`.
pub(crate) async fn ask_domain(
    env: &Env,
    domain: &str,
    path_and_query: &str,
    headers: Headers,
) -> Result<Response, Problem> {
    ask(env, config::DOMAINS, domain, path_and_query, headers).await
}

/// Asks for a static file.
pub(crate) async fn ask_assets(env: &Env, path: &str) -> Result<Response, Problem> {
    Ok(env.assets(config::ASSETS)?.fetch(format!("{INSIDE}{path}"), None).await?)
}

async fn ask(
    env: &Env,
    namespace: &str,
    name: &str,
    path_and_query: &str,
    headers: Headers,
) -> Result<Response, Problem> {
    let stub = env.durable_object(namespace)?.get_by_name(name)?;
    let init = RequestInit::new();
    init.set_headers(&headers.0);
    let request = Request::new_with_str_and_init(&format!("{INSIDE}{path_and_query}"), &init)
        .map_err(|thrown| Problem::thrown(&thrown))?;
    Ok(stub.fetch_with_request(request.into()).await?)
}
