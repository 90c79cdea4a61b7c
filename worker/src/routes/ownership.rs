//! Proof of ownership, for probes that only an owner may ask for.
//!
//! Nothing is kept before it is proven: the client gets a secret, and publishes a digest of the secret and the domain. Who
//! shows the secret later is the one who published it.

use launch_ready_api::{Challenge, Proven, Published};
use launch_ready_core::owner_record::{FILE, LABEL};
use launch_ready_core::target::Target;
use worker::Response;

use crate::burst::{BURST_SECONDS, in_rate};
use crate::call::Call;
use crate::rate::RateLimits;
use crate::request::body::JsonFields;
use crate::request::{client, typed};
use crate::response::json::json;
use crate::response::problem::Problem;
use crate::{config, objects, platform};

/// `POST /api/v1/ownership`: a secret, and what to publish. With the secret of one before, as bearer token: whether it is
/// published.
pub(crate) async fn post(call: &Call<'_>, most: usize) -> Result<Response, Problem> {
    let secret = bearer(call);
    let target = read(call, most).await?;
    let domain = target.domain.as_str();
    let Some(secret) = secret else {
        let secret = platform::random_uuid() + &platform::random_uuid();
        let value = format!("launch-ready-proof={}", proof(&secret, domain));
        let challenge = Challenge {
            domain,
            secret: &secret,
            record: Published { name: format!("{LABEL}.{domain}"), value: value.clone() },
            file: Published { name: format!("https://{domain}{FILE}"), value },
        };
        return json(&challenge, 201);
    };
    let client = client::key(call.request, call.env).await?;
    if !in_rate(call.env, config::SCAN_RATE, &client).await? {
        let detail =
            "You have asked very often within a minute. Records take a while to be seen: wait a moment.";
        return Err(Problem::limited(detail, BURST_SECONDS, RateLimits::default()));
    }
    let proof = proof(&secret, domain);
    match objects::prove(call.env, &target.domain, proof, client).await? {
        Some(until) => json(&Proven { domain: domain.to_owned(), until: platform::iso(until as f64) }, 200),
        None => Err(Problem::not_proven(domain)),
    }
}

/// What is published for a secret: it says nothing about it.
fn proof(secret: &str, domain: &str) -> String {
    client::hash(&format!("launch-ready {domain} {secret}"))
}

async fn read(call: &Call<'_>, most: usize) -> Result<Target, Problem> {
    let mut body = JsonFields::read(call.request, most, &["domain"]).await?;
    let typed = body.required("domain", 2000, "Name the domain that is yours.");
    let target = typed::target(&typed);
    if let (Err(error), false) = (&target, typed.is_empty()) {
        body.fault("domain", "invalid", error.to_string());
    }
    let target = body.sound(target)?;
    target.map_err(|error| Problem::domain(&error))
}

fn bearer(call: &Call<'_>) -> Option<String> {
    let given = call.header("authorization")?;
    let (scheme, secret) = given.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| secret.trim().to_owned())
}
