//! Telling the owner: a webhook, an e-mail, or both. At least once; a request is taken by one delivery at a time, and
//! carries its id as `Idempotency-Key`, so that who receives it can tell a repetition.

use futures_util::future::join_all;
use js_sys::futures::JsFuture;
use js_sys::{Array, JSON, Object, Reflect};
use launch_ready_core::domain::Domain;
use launch_ready_core::target::Target;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, RequestInit, RequestRedirect};
use worker::Env;

use crate::intake::database::Database;
use crate::intake::log::LogLine;
use crate::intake::queue::{Queue, SWEEP_AFTER_MS};
use crate::intake::{confirmation, mail, sprint};
use crate::message::ReportRequest;
use crate::operator::Operator;
use crate::request::accept::Form;
use crate::request::question::Question;
use crate::response::problem::Problem;
use crate::{config, objects, platform};

#[wasm_bindgen]
extern "C" {
    /// What the queue hands over.
    pub type Batch;

    #[wasm_bindgen(method, getter)]
    fn queue(this: &Batch) -> String;

    #[wasm_bindgen(method, getter)]
    fn messages(this: &Batch) -> Array;

    type Message;

    #[wasm_bindgen(method, getter)]
    fn body(this: &Message) -> JsValue;

    #[wasm_bindgen(method, getter)]
    fn attempts(this: &Message) -> u32;

    #[wasm_bindgen(method)]
    fn ack(this: &Message);

    #[wasm_bindgen(method)]
    fn retry(this: &Message, options: &Object);
}

/// The queue for what could not be delivered, in wrangler.toml.
const DEAD: &str = "launch-ready-leads-dead";

/// Milliseconds for which a delivery that began keeps others away: longer than it can take.
const CLAIM_MS: f64 = 120_000.0;

/// Milliseconds after which something that could not be delivered at all is tried anew: by then a person may have put the
/// receiver right.
const REST_MS: f64 = 6.0 * 3_600_000.0;

/// Milliseconds for which a webhook may take its time.
const WEBHOOK_MS: u32 = 10_000;

/// Requests that one sweep puts back into the queue.
const SWEPT: f64 = 100.0;

/// Tries to make the report that a request came without, before the owner hears of it without one.
const REPORT_TRIES: f64 = 4.0;

/// Seconds that are waited at most, between two tries: an hour.
const MOST_SECONDS: u32 = 3600;

/// Seconds until the next try: 30, 60, 120 … up to an hour.
fn delay_seconds(attempts: u32) -> u32 {
    (30_u32 << attempts.saturating_sub(1).min(7)).min(MOST_SECONDS)
}

/// Why the owner was not told.
struct Undelivered {
    /// For the log.
    reason: String,
    /// Seconds before which there is no use in trying again.
    after_seconds: u32,
}

impl From<Problem> for Undelivered {
    fn from(problem: Problem) -> Self {
        Self { reason: problem.code().to_owned(), after_seconds: 0 }
    }
}

/// What the queue calls. All of a batch goes out at once; the runtime lets six wait for their answers.
pub(crate) async fn deliver(batch: &Batch, env: &Env) {
    let is_dead = batch.queue() == DEAD;
    let messages = batch.messages();
    join_all(messages.iter().map(|message| handle(message.unchecked_into(), env, is_dead))).await;
}

async fn handle(message: Message, env: &Env, is_dead: bool) {
    let Some(lead) = message.body().as_string() else {
        message.ack();
        return;
    };
    if is_dead {
        LogLine::undelivered(&lead).write();
        match later(env, &lead, REST_MS).await {
            Ok(()) => message.ack(),
            Err(_) => message.retry(&Object::new()),
        }
        return;
    }
    let Err(undelivered) = tell(env, &lead).await else {
        message.ack();
        return;
    };
    let seconds = delay_seconds(message.attempts()).max(undelivered.after_seconds).min(MOST_SECONDS);
    LogLine::retried(&lead, seconds, &undelivered.reason).write();
    // If this fails, too, the sweep finds it where it was.
    let _ = later(env, &lead, f64::from(seconds) * 1000.0 + SWEEP_AFTER_MS).await;
    let options = Object::new();
    let _ = Reflect::set(&options, &"delaySeconds".into(), &seconds.into());
    message.retry(&options);
}

/// What the clock calls: whatever fell out of the queue goes back into it, and what is old is deleted.
pub(crate) async fn sweep(env: &Env) -> Result<(), Problem> {
    let database = Database::of(env);
    let now = platform::now();
    let due = database
        .rows(
            "UPDATE outbox SET next_at = ?1 WHERE lead IN
               (SELECT lead FROM outbox WHERE delivered_at IS NULL AND next_at <= ?2 ORDER BY next_at LIMIT ?3)
             RETURNING lead",
            &[(now + SWEEP_AFTER_MS).into(), now.into(), SWEPT.into()],
        )
        .await?;
    let queue: Queue = config::binding(env, config::LEADS);
    let thrown = |thrown: JsValue| Problem::thrown(&thrown);
    for row in &due {
        let lead = row.get(0).as_string().unwrap_or_default();
        JsFuture::from(queue.send(&lead).map_err(thrown)?).await.map_err(thrown)?;
    }
    let days = f64::from(config::LEAD_DAYS.read(env));
    let oldest = [JsValue::from_f64(now - days * 86_400_000.0)];
    database
        .together(&[
            database.statement(
                "DELETE FROM outbox WHERE lead IN (SELECT id FROM leads WHERE created_at < ?)",
                &oldest,
            )?,
            database.statement("DELETE FROM leads WHERE created_at < ?", &oldest)?,
            database.statement(
                "DELETE FROM leads WHERE confirmation IS NOT NULL AND confirmed_at IS NULL AND created_at < ?",
                &[JsValue::from_f64(now - confirmation::DAYS * 86_400_000.0)],
            )?,
        ])
        .await?;
    Ok(())
}

/// Tells the owner of one request, unless somebody has, or is at it. A report that cannot be made yet is waited for, a few
/// times; after that it is told without one, and why.
async fn tell(env: &Env, lead: &str) -> Result<(), Undelivered> {
    let webhook = config::text(env, config::WEBHOOK_URL);
    let mail_to = config::text(env, config::MAIL_TO);
    if webhook.is_none() && mail_to.is_none() {
        // Nobody is to be told. It is kept, and told when somebody is.
        return Ok(later(env, lead, REST_MS).await?);
    }
    let database = Database::of(env);
    let now = platform::now();
    let claimed = database
        .rows(
            "UPDATE outbox SET claimed_at = ?1, attempts = attempts + 1
             WHERE lead = ?2 AND delivered_at IS NULL AND (claimed_at IS NULL OR claimed_at < ?3)
             RETURNING called_at, attempts",
            &[now.into(), lead.into(), (now - CLAIM_MS).into()],
        )
        .await?;
    let Some(claim) = claimed.first() else { return Ok(()) };
    let was_called = !claim.get(0).is_null();
    let missing = attach(env, &database, lead).await?;
    let attempts = claim.get(1).as_f64().unwrap_or_default();
    if let Some(Missing { again: Some(after_seconds), .. }) = missing
        && attempts < REPORT_TRIES
    {
        return Err(Undelivered { reason: "report-missing".to_owned(), after_seconds });
    }
    let found = database
        .objects(
            "SELECT 'lead' AS type, id, created_at, name, email, company, domain, segment, goal, launch_date,
               message, '/report/' || report AS report, sprint FROM leads WHERE id = ?",
            &[lead.into()],
        )
        .await?;
    let Some(row) = found.iter().next() else { return Ok(()) };
    if let Some(Missing { why, .. }) = missing {
        let _ = Reflect::set(&row, &"report_missing".into(), &why.into());
    }
    if let Some(url) = webhook.filter(|_| !was_called) {
        call(env, &url, lead, &row).await?;
        if mail_to.is_some() {
            let values = [platform::now().into(), lead.into()];
            let query = "UPDATE outbox SET called_at = ? WHERE lead = ?";
            database.together(&[database.statement(query, &values)?]).await?;
        }
    }
    if let Some(to) = mail_to {
        write(env, &to, &row).await?;
    }
    database
        .together(&[database.statement(
            "UPDATE outbox SET delivered_at = ? WHERE lead = ?",
            &[platform::now().into(), lead.into()],
        )?])
        .await?;
    Ok(())
}

/// Why a request has no report.
struct Missing {
    /// A sentence for the owner.
    why: &'static str,
    /// Seconds after which it may be tried again; `None` where that is of no use.
    again: Option<u32>,
}

/// Makes the report that a request came without; or why there is none.
async fn attach(env: &Env, database: &Database, lead: &str) -> Result<Option<Missing>, Problem> {
    let query = "SELECT domain FROM leads WHERE id = ? AND report IS NULL";
    let rows = database.rows(query, &[lead.into()]).await?;
    let Some(domain) = rows.first().and_then(|row| row.get(0).as_string()) else { return Ok(None) };
    let failed = Missing { why: "The check failed each time it was tried.", again: Some(0) };
    let Some(domain) = Domain::from_host(&domain) else { return Ok(Some(failed)) };
    let request = ReportRequest {
        question: Question::plain(Target::new(domain.clone())),
        form: Form::Document,
        // Each request is a client: what others have had does not keep its founder from a report. How often a site is scanned
        // is bounded by its domain's hour.
        client: format!("lead {lead}"),
        request_id: String::new(),
    };
    let report = match objects::report(env, &domain, request).await {
        Ok((meta, given)) => {
            platform::cancel(&given.into());
            meta.id
        }
        Err(problem) => {
            return Ok(Some(match problem.status() {
                403 => Missing { why: "The owner of the domain has opted out of checks.", again: None },
                429 => Missing {
                    why: "The domain had reached its limit of scans an hour each time a check was tried.",
                    again: Some(problem.retry_after_seconds().unwrap_or_default()),
                },
                _ => failed,
            }));
        }
    };
    // Only now it is known where to begin; and the report stays.
    let brief = objects::brief(env, &domain, Some(&report)).await?;
    let values = [report.as_str().into(), sprint::of(&brief).into(), lead.into()];
    database
        .together(&[database.statement("UPDATE leads SET report = ?, sprint = ? WHERE id = ?", &values)?])
        .await?;
    Ok(None)
}

/// Not delivered: the sweep looks at it again after that.
async fn later(env: &Env, lead: &str, ms: f64) -> Result<(), Problem> {
    let database = Database::of(env);
    database
        .together(&[database.statement(
            "UPDATE outbox SET next_at = ?, claimed_at = NULL WHERE lead = ? AND delivered_at IS NULL",
            &[(platform::now() + ms).into(), lead.into()],
        )?])
        .await?;
    Ok(())
}

async fn call(env: &Env, url: &str, lead: &str, row: &JsValue) -> Result<(), Problem> {
    let thrown = |_: JsValue| Problem::undelivered("webhook-unreachable");
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(WEBHOOK_MS)));
    let body = JSON::stringify(row).map_err(thrown)?;
    init.set_body(&body);
    let request = web_sys::Request::new_with_str_and_init(url, &init).map_err(thrown)?;
    let secret = config::text(env, config::WEBHOOK_SECRET).unwrap_or_default();
    let fields = [
        ("content-type", "application/json"),
        ("authorization", &format!("Bearer {secret}")),
        ("idempotency-key", lead),
        ("user-agent", &Operator::of(env).user_agent()),
    ];
    for (name, value) in fields {
        request.headers().set(name, value).map_err(thrown)?;
    }
    let response = JsFuture::from(platform::fetch(&request).map_err(thrown)?).await.map_err(thrown)?;
    let response: web_sys::Response = response.unchecked_into();
    platform::cancel(&response);
    if response.ok() { Ok(()) } else { Err(Problem::undelivered("webhook-refused")) }
}

async fn write(env: &Env, to: &str, row: &JsValue) -> Result<(), Problem> {
    let text = |name: &str| Reflect::get(row, &name.into()).ok().and_then(|value| value.as_string());
    let address = Operator::of(env).public_url.clone().unwrap_or_default();
    let mut lines = String::new();
    for (label, name) in [
        ("Name", "name"),
        ("E-mail", "email"),
        ("Company", "company"),
        ("Domain", "domain"),
        ("Kind", "segment"),
        ("Goal", "goal"),
        ("Launch", "launch_date"),
    ] {
        if let Some(value) = text(name) {
            lines += &format!("{label}: {}\n", in_one_line(&value));
        }
    }
    if let Some(report) = text("report") {
        lines += &format!("Report: {address}{report}\n");
    } else if let Some(why) = text("report_missing") {
        lines += &format!("Report: none. {why}\n");
    }
    let (sprint, why) = sprint::words(&text("sprint").unwrap_or_default());
    lines += &format!("Sprint: {sprint}. {why}\n");
    if let Some(message) = text("message") {
        lines += "Message:\n";
        lines.extend(message.replace("\r\n", "\n").split(LINE_ENDS).map(|line| format!("> {line}\n")));
    }
    let subject = format!("Discovery call: {}", text("domain").unwrap_or_default());
    mail::send(env, to, &subject, &lines).await
}

/// Without line breaks: what somebody typed into one field never looks like another one, or like a line of ours.
fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a mail program may begin a line at (Unicode 17, section 5.8); the others are control characters, and refused.
const LINE_ENDS: [char; 4] = ['\n', '\r', '\u{2028}', '\u{2029}'];
