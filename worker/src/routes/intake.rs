//! `POST /api/v1/intake`: a request for a discovery call is read, kept, and put into the queue.

use launch_ready_api::{Accepted, Sprint};
use worker::Response;

use crate::burst::{BURST_SECONDS, in_rate};
use crate::call::Call;
use crate::intake::submission::Submission;
use crate::intake::{acceptance, sprint, turnstile};
use crate::rate::RateLimits;
use crate::request::client;
use crate::response::json::json;
use crate::response::problem::Problem;
use crate::{config, platform};

/// Characters of an Idempotency-Key.
pub(crate) const MOST_KEY: usize = 255;

/// What happens after a request, in order.
pub(crate) const NEXT: [&str; 3] = [
    "We read your report before we write to you.",
    "Within one working day you get an email with a date for the call.",
    "Until then nothing else happens: no newsletter, and nobody else gets your address.",
];

/// Takes a request for a call.
pub(crate) async fn submit(call: &Call<'_>, most: usize) -> Result<Response, Problem> {
    let (request, env) = (call.request, call.env);
    let client = client::key(request, env).await?;
    if !in_rate(env, config::INTAKE_RATE, &client).await? {
        let detail = "You have sent many requests within a minute. Wait a moment; what was accepted is safe.";
        return Err(Problem::limited(detail, BURST_SECONDS, RateLimits::default()));
    }
    let key = idempotency_key(call);
    let submission = Submission::read(request, most).await?;
    if submission.is_trapped {
        // A program that fills in every field. It learns nothing from this.
        return accepted(&platform::random_uuid(), "review", None, 201);
    }
    let key = match key {
        Some(key) if key.chars().count() > MOST_KEY => return Err(Problem::unusable_key()),
        Some(key) => client::lasting_key(request, env, &key).await?,
        None => client::hash(&format!("content {}", client::hash(&submission.digest()))),
    };
    // A token holds once. Who sends a request again, because its answer was lost, is told the same again without a new one.
    if turnstile::is_set_up(env) && !acceptance::is_known(call, &key).await? {
        turnstile::pass(env, submission.turnstile.as_deref()).await?;
    }
    let kept = acceptance::keep(call, &submission, &key, "api", None).await?;
    accepted(&kept.id, &kept.sprint, kept.report, if kept.is_new { 201 } else { 200 })
}

/// The key by which the client knows this request again. An empty one is none: everybody who leaves it empty would have the same.
fn idempotency_key(call: &Call<'_>) -> Option<String> {
    let key = call.header("idempotency-key")?;
    let key = key.trim();
    // In quotes it is written by draft-ietf-httpapi-idempotency-key-header-07.
    (!key.trim_matches(|c: char| c == '"' || c.is_whitespace()).is_empty()).then(|| key.to_owned())
}

fn accepted(id: &str, sprint_id: &str, report: Option<String>, status: u16) -> Result<Response, Problem> {
    let (title, why) = sprint::words(sprint_id);
    let told = Accepted {
        id,
        sprint: Sprint { id: sprint_id, title, why },
        report: report.map(|report| format!("/report/{report}")),
        next: &NEXT,
    };
    json(&told, status)
}
