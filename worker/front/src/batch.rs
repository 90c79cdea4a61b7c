//! `POST /api/v1/reports`: the reports of up to ten domains in one answer.

use futures_util::future::join_all;
use js_sys::Array;
use launch_ready_edge::typed;
use serde::Serialize;
use worker::{Env, Headers, Request, Response};

use launch_ready_edge::ask::ask_domain;
use launch_ready_edge::body::Body;
use launch_ready_edge::client;
use launch_ready_edge::js;
use launch_ready_edge::problem::Problem;

/// Domains in one request: each may cost a scan.
const MOST: u32 = 10;

/// One of the answers. Its end, the report or the problem, is JSON that is there already.
#[derive(Serialize)]
struct Head<'a> {
    domain: &'a str,
    status: u16,
}

/// The reports, in the order of the domains; in place of one that cannot be had stands its problem.
pub(crate) async fn answer(request: &mut Request, env: &Env, request_id: &str) -> Result<Response, Problem> {
    let mut body = Body::read(request, &["domains"]).await?;
    let typed = match body.value("domains") {
        Some(value) if Array::is_array(&value) => Array::from(&value),
        _ => Array::new(),
    };
    let mut domains = Vec::new();
    if typed.length() == 0 || typed.length() > MOST {
        body.fault("domains", "invalid", format!("This is a list of one to {MOST} domains."));
    }
    for (at, value) in typed.iter().enumerate().take(MOST as usize) {
        match value.as_string() {
            Some(domain) => domains.push(domain),
            None => body.fault_at(&format!("/domains/{at}"), "invalid", "This is a text."),
        }
    }
    let domains = body.sound(domains)?;
    let client = client::key(request, env).await?;
    let asked = domains.iter().map(|typed| one(env, typed, &client, request_id));
    let mut out = b"{\"reports\":[".to_vec();
    for (at, entry) in join_all(asked).await.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend(entry?);
    }
    out.extend(b"]}");
    js::json(out, 200)
}

async fn one(env: &Env, typed: &str, client: &str, request_id: &str) -> Result<Vec<u8>, Problem> {
    let (domain, status, what, json) = match typed::target(typed) {
        Ok(target) => {
            let domain = target.domain.as_str();
            let headers = Headers::new();
            js::set(&headers.0, "x-request-id", request_id);
            js::set(&headers.0, "x-client", client);
            let mut given = ask_domain(env, domain, &format!("/report?domain={domain}"), headers).await?;
            let status = given.status_code();
            let what = if status == 200 { "report" } else { "problem" };
            (domain.to_owned(), status, what, given.text().await?)
        }
        Err(error) => {
            let mut response = Problem::domain(&error).response(request_id)?;
            (typed.to_owned(), 400, "problem", response.text().await?)
        }
    };
    let mut entry = serde_json::to_string(&Head { domain: &domain, status })?;
    entry.pop();
    entry += &format!(",\"{what}\":{json}}}");
    Ok(entry.into_bytes())
}
