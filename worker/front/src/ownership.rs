//! Proof of ownership, for probes that only an owner may ask for.
//!
//! Nothing is kept before it is proven: the client gets a secret, and publishes a digest of the secret and the domain. Who
//! shows the secret later is the one who published it.

use launch_ready_api::{Challenge, Published};
use launch_ready_core::owner_record::{FILE, LABEL};
use launch_ready_core::target::Target;
use launch_ready_edge::ask::ask_domain;
use launch_ready_edge::typed;
use worker::{Env, Headers, Request, Response};

use launch_ready_edge::body::Body;
use launch_ready_edge::client;
use launch_ready_edge::problem::Problem;
use launch_ready_edge::rate::{BURST_SECONDS, in_rate};
use launch_ready_edge::{config, js};

/// `POST /api/v1/ownership`: a secret, and what to publish. With the secret of one before, as bearer token: whether it is
/// published.
pub(crate) async fn post(request: &mut Request, env: &Env) -> Result<Response, Problem> {
    let secret = bearer(request)?;
    let target = read(request).await?;
    let domain = target.domain.as_str();
    let Some(secret) = secret else {
        let secret = js::random_uuid() + &js::random_uuid();
        let value = format!("launch-ready-proof={}", proof(&secret, domain).await?);
        let challenge = Challenge {
            domain,
            secret: &secret,
            record: Published { name: format!("{LABEL}.{domain}"), value: value.clone() },
            file: Published { name: format!("https://{domain}{FILE}"), value },
        };
        return js::json(serde_json::to_vec(&challenge)?, 201);
    };
    let client = client::key(request, env).await?;
    if !in_rate(env, config::SCAN_RATE, &client).await? {
        let detail =
            "You have asked very often within a minute. Records take a while to be seen: wait a moment.";
        return Err(Problem::limited(detail, BURST_SECONDS, Vec::new()));
    }
    let headers = Headers::new();
    js::set(&headers.0, "x-proof", &proof(&secret, domain).await?);
    js::set(&headers.0, "x-client", &client);
    let given = ask_domain(env, domain, &format!("/prove?domain={domain}"), headers).await?;
    match given.status_code() {
        200 => {}
        403 => return Err(Problem::opted_out_of_file(domain)),
        _ => return Err(Problem::passed_on(given).await),
    }
    match js::header(&given.headers().0, "x-until") {
        Some(until) => {
            js::json(format!("{{\"domain\":\"{domain}\",\"until\":\"{until}\"}}").into_bytes(), 200)
        }
        None => Err(Problem::not_proven(domain)),
    }
}

/// What is published for a secret: it says nothing about it.
pub(crate) async fn proof(secret: &str, domain: &str) -> Result<String, Problem> {
    client::hash(&format!("launch-ready {domain} {secret}")).await
}

async fn read(request: &mut Request) -> Result<Target, Problem> {
    let mut body = Body::read(request, &["domain"]).await?;
    let typed = body.required("domain", 2000, "Name the domain that is yours.");
    let target = typed::target(&typed);
    if let (Err(error), false) = (&target, typed.is_empty()) {
        body.fault("domain", "invalid", error.to_string());
    }
    let target = body.sound(target)?;
    target.map_err(|error| Problem::domain(&error))
}

fn bearer(request: &Request) -> Result<Option<String>, Problem> {
    let given = js::header(&request.headers().0, "authorization");
    Ok(given.and_then(|given| {
        let (scheme, secret) = given.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned())
    }))
}
