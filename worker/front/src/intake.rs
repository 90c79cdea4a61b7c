//! Requests for a discovery call.
//!
//! A request and the note that somebody must be told of it are written in one transaction; only then is it accepted. From
//! there a queue brings it to the owner, and whatever falls out of the queue is found by a sweep. So nothing that was
//! accepted is lost, whatever dies in between; and the same request, sent again, is the same one.
//!
//! No line of the log holds anything personal.

mod cursor;
mod delivery;
mod owner;
mod submission;
mod turnstile;

use js_sys::futures::JsFuture;
use launch_ready_api::{Accepted, Sprint};
use launch_ready_edge::ask::ask_domain;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::{Context, Env, Headers, Request, Response};

use crate::d1::{Database, column};
use launch_ready_edge::client;
use launch_ready_edge::problem::Problem;
use launch_ready_edge::rate::{BURST_SECONDS, in_rate};
use launch_ready_edge::{config, js};

pub(crate) use delivery::{Batch, deliver, sweep};
pub(crate) use owner::{delete, export};
use submission::Submission;

#[wasm_bindgen]
extern "C" {
    type Queue;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Queue, message: &str) -> Result<js_sys::Promise, JsValue>;
}

/// Milliseconds after which the sweep looks whether a request was delivered: far more than a queue takes.
pub(crate) const SWEEP_AFTER_MS: f64 = 600_000.0;

/// Characters of an Idempotency-Key.
const MOST_KEY: usize = 255;

/// What happens after a request, in order.
const NEXT: [&str; 3] = [
    "We read your report before we write to you.",
    "Within one working day you get an e-mail with a date for the call.",
    "Until then nothing else happens: no newsletter, and nobody else gets your address.",
];

/// `POST /api/v1/intake`.
pub(crate) async fn submit(request: &mut Request, env: &Env, context: &Context) -> Result<Response, Problem> {
    let client = client::key(request, env).await?;
    if !in_rate(env, config::INTAKE_RATE, &client).await? {
        let detail = "You have sent many requests within a minute. Wait a moment; what was accepted is safe.";
        return Err(Problem::limited(detail, BURST_SECONDS, Vec::new()));
    }
    let key = idempotency_key(request);
    let submission = Submission::read(request).await?;
    if submission.is_trapped {
        // A program that fills in every field. It learns nothing from this.
        return accepted(&js::random_uuid(), "review", None, 201);
    }
    let digest = client::hash(&submission.digest()).await?;
    let key = match key {
        Some(key) if key.chars().count() > MOST_KEY => return Err(Problem::unusable_key()),
        Some(key) => client::lasting_key(request, env, &key).await?,
        None => client::hash(&format!("content {digest}")).await?,
    };
    let database = Database::of(env);
    // A token holds once. Who sends a request again, because its answer was lost, is told the same again without a new one.
    if turnstile::is_set_up(env) && !is_known(&database, &key).await? {
        turnstile::pass(env, submission.turnstile.as_deref()).await?;
    }
    let domain = submission.domain.as_str();
    let facts = Brief::of(env, domain, submission.report.as_deref()).await?;
    let (id, now) = (js::random_uuid(), js::now());
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
            domain.into(),
            submission.segment.map_or(JsValue::NULL, JsValue::from_str),
            optional(&submission.goal),
            optional(&submission.launch_date),
            optional(&submission.message),
            optional(&facts.report),
            facts.sprint().into(),
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
        worker::console_log!("{{\"event\":\"intake\",\"lead\":\"{id}\"}}");
        let queue: Queue = config::binding(env, config::LEADS);
        context.wait_until(async move {
            // What fails here is found by the sweep.
            let sent = match queue.send(&id) {
                Ok(sending) => JsFuture::from(sending).await.map(drop),
                Err(thrown) => Err(thrown),
            };
            if let Err(thrown) = sent {
                worker::console_error!("{}", js::message(&thrown));
            }
        });
    }
    accepted(&kept, &text("sprint").unwrap_or_default(), text("report"), if is_new { 201 } else { 200 })
}

/// The key by which the client knows this request again. An empty one is none: everybody who leaves it empty would have the same.
fn idempotency_key(request: &Request) -> Option<String> {
    let key = js::header(&request.headers().0, "idempotency-key")?;
    let key = key.trim();
    // In quotes it is written by draft-ietf-httpapi-idempotency-key-header-07.
    (!key.trim_matches(|c: char| c == '"' || c.is_whitespace()).is_empty()).then(|| key.to_owned())
}

async fn is_known(database: &Database, key: &str) -> Result<bool, Problem> {
    Ok(!database.rows("SELECT id FROM leads WHERE key = ?", &[key.into()]).await?.is_empty())
}

fn accepted(id: &str, sprint: &str, report: Option<String>, status: u16) -> Result<Response, Problem> {
    let (title, why) = sprint_words(sprint);
    let told = Accepted {
        id,
        sprint: Sprint { id: sprint, title, why },
        report: report.map(|report| format!("/report/{report}")),
        next: &NEXT,
    };
    js::json(serde_json::to_vec(&told)?, status)
}

/// What a report says about where to begin.
#[derive(Default)]
pub(crate) struct Brief {
    /// Its id.
    pub(crate) report: Option<String>,
    /// The verdict.
    decision: String,
    /// The area of what is worst.
    area: String,
}

impl Brief {
    /// The report of that id, or the newest of the domain; empty where there is none.
    pub(crate) async fn of(env: &Env, domain: &str, report: Option<&str>) -> Result<Self, Problem> {
        let path = format!("/brief?{}", report.unwrap_or_default());
        let given = ask_domain(env, domain, &path, Headers::new()).await?;
        let header = |name: &str| given.headers().get(name).ok().flatten();
        Ok(Self {
            report: header("x-report-id"),
            decision: header("x-decision").unwrap_or_default(),
            area: header("x-area").unwrap_or_default(),
        })
    }

    /// The sprint that fits: what stops the launch first, or the launch itself where nothing does.
    pub(crate) fn sprint(&self) -> &'static str {
        match (self.decision.as_str(), self.area.as_str()) {
            ("", _) | ("no-verdict", "") => "review",
            (_, "email") => "mail",
            (_, "domain" | "redirects" | "tls" | "search") => "domain",
            (_, "security") => "security",
            // Reports of before have the names of before.
            (_, "performance" | "operations" | "speed" | "operation") => "operation",
            _ => "launch-day",
        }
    }
}

/// A sprint's name, and why it is suggested.
pub(crate) fn sprint_words(id: &str) -> (&'static str, &'static str) {
    match id {
        "mail" => ("Mail that arrives", "The first thing your report wants fixed is e-mail on your domain."),
        "domain" => {
            ("Domain and HTTPS", "The first thing your report wants fixed is how people reach your site.")
        }
        "security" => {
            ("Security basics", "The first thing your report wants fixed is a protection that is missing.")
        }
        "operation" => (
            "Fast and watched",
            "The first thing your report wants fixed is speed, or how you notice trouble.",
        ),
        "launch-day" => {
            ("Launch day", "Nothing in your report stands in the way: what is left is the day itself.")
        }
        _ => ("Readiness review", "There is no full report of your domain yet: we look at it together."),
    }
}
