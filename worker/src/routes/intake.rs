//! `POST /api/v1/intake`: a request for a discovery call is read, kept, and put into the queue.

use js_sys::futures::JsFuture;
use launch_ready_api::{Accepted, Sprint};
use wasm_bindgen::JsValue;
use worker::Response;

use crate::burst::{BURST_SECONDS, in_rate};
use crate::call::Call;
use crate::intake::database::{Database, column};
use crate::intake::log::LogLine;
use crate::intake::queue::{Queue, SWEEP_AFTER_MS};
use crate::intake::submission::Submission;
use crate::intake::{sprint, turnstile};
use crate::rate::RateLimits;
use crate::request::client;
use crate::response::json::json;
use crate::response::problem::Problem;
use crate::{config, objects, platform};

/// Characters of an Idempotency-Key.
const MOST_KEY: usize = 255;

/// What happens after a request, in order.
const NEXT: [&str; 3] = [
    "We read your report before we write to you.",
    "Within one working day you get an e-mail with a date for the call.",
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
    let digest = client::hash(&submission.digest());
    let key = match key {
        Some(key) if key.chars().count() > MOST_KEY => return Err(Problem::unusable_key()),
        Some(key) => client::lasting_key(request, env, &key).await?,
        None => client::hash(&format!("content {digest}")),
    };
    let database = Database::of(env);
    // A token holds once. Who sends a request again, because its answer was lost, is told the same again without a new one.
    if turnstile::is_set_up(env) && !is_known(&database, &key).await? {
        turnstile::pass(env, submission.turnstile.as_deref()).await?;
    }
    let brief = objects::brief(env, &submission.domain, submission.report.as_deref()).await?;
    let (id, now) = (platform::random_uuid(), platform::now());
    let optional = |text: &Option<String>| text.as_deref().map_or(JsValue::NULL, JsValue::from_str);
    let lead = database.statement(
        "INSERT INTO leads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        &[
            id.as_str().into(),
            key.as_str().into(),
            digest.as_str().into(),
            now.into(),
            submission.name.as_str().into(),
            submission.email.as_str().into(),
            optional(&submission.company),
            submission.domain.as_str().into(),
            submission.segment.map_or(JsValue::NULL, JsValue::from_str),
            optional(&submission.goal),
            optional(&submission.launch_date),
            optional(&submission.message),
            optional(&brief.report),
            sprint::of(&brief).into(),
        ],
    )?;
    // Only with the request itself: where the key was known, there is nothing new to tell.
    let note = database.statement(
        "INSERT INTO outbox (lead, next_at) SELECT id, ? FROM leads WHERE id = ?",
        &[(now + SWEEP_AFTER_MS).into(), id.as_str().into()],
    )?;
    let kept = database
        .statement("SELECT id, digest, sprint, report FROM leads WHERE key = ?", &[key.as_str().into()])?;
    let known = database.together(&[lead, note, kept]).await?;
    let Some(row) = known.iter().next() else { return Err(Problem::internal("a request that was not kept")) };
    let text = |name: &str| column(&row, name);
    if text("digest").as_deref() != Some(&digest) {
        return Err(Problem::key_reused());
    }
    let kept = text("id").unwrap_or_default();
    let is_new = kept == id;
    if is_new {
        LogLine::accepted(&id).write();
        let queue: Queue = config::binding(env, config::LEADS);
        call.context.wait_until(async move {
            // What fails here is found by the sweep.
            let sent = match queue.send(&id) {
                Ok(sending) => JsFuture::from(sending).await.map(drop),
                Err(thrown) => Err(thrown),
            };
            if let Err(thrown) = sent {
                worker::console_error!("{}", platform::message(&thrown));
            }
        });
    }
    accepted(&kept, &text("sprint").unwrap_or_default(), text("report"), if is_new { 201 } else { 200 })
}

/// The key by which the client knows this request again. An empty one is none: everybody who leaves it empty would have the same.
fn idempotency_key(call: &Call<'_>) -> Option<String> {
    let key = call.header("idempotency-key")?;
    let key = key.trim();
    // In quotes it is written by draft-ietf-httpapi-idempotency-key-header-07.
    (!key.trim_matches(|c: char| c == '"' || c.is_whitespace()).is_empty()).then(|| key.to_owned())
}

async fn is_known(database: &Database, key: &str) -> Result<bool, Problem> {
    Ok(!database.rows("SELECT id FROM leads WHERE key = ?", &[key.into()]).await?.is_empty())
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
