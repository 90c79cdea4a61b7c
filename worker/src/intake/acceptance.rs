//! Accepting a request for a call: it and the note that somebody must be told of it are written in one transaction. The API and the
//! form come here alike.

use wasm_bindgen::JsValue;

use crate::call::Call;
use crate::intake::confirmation::Confirmation;
use crate::intake::database::{Database, column};
use crate::intake::log::LogLine;
use crate::intake::queue::{SWEEP_AFTER_MS, announce};
use crate::intake::sprint;
use crate::intake::submission::Submission;
use crate::request::client;
use crate::response::problem::Problem;
use crate::{objects, platform};

/// A request that is kept.
pub(crate) struct Kept {
    pub(crate) id: String,
    /// The id of the sprint that is suggested.
    pub(crate) sprint: String,
    /// The id of the report that goes with it.
    pub(crate) report: Option<String>,
    /// Whether it was not known before.
    pub(crate) is_new: bool,
}

/// Keeps a request under its key, and tells the queue; one that is to be confirmed waits for that first. The same key with the same
/// words is the same request, with other words it is refused.
pub(crate) async fn keep(
    call: &Call<'_>,
    submission: &Submission,
    key: &str,
    consent: &str,
    confirmation: Option<&Confirmation>,
) -> Result<Kept, Problem> {
    let env = call.env;
    let digest = client::hash(&submission.digest());
    let database = Database::of(env);
    let brief = objects::brief(env, &submission.domain, submission.report.as_deref()).await?;
    let (id, now) = (platform::random_uuid(), platform::now());
    let optional = |text: &Option<String>| text.as_deref().map_or(JsValue::NULL, JsValue::from_str);
    let lead = database.statement(
        "INSERT INTO leads (id, key, digest, created_at, name, email, company, domain, segment, goal, launch_date, message, report,
           sprint, consent, confirmation)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
        &[
            id.as_str().into(),
            key.into(),
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
            consent.into(),
            confirmation.map_or(JsValue::NULL, |confirmation| JsValue::from_str(&confirmation.hash)),
        ],
    )?;
    // Only with the request itself: where the key was known, there is nothing new to tell. And only what nobody has to confirm.
    let note = database.statement(
        "INSERT INTO outbox (lead, next_at) SELECT id, ? FROM leads WHERE id = ? AND confirmation IS NULL",
        &[(now + SWEEP_AFTER_MS).into(), id.as_str().into()],
    )?;
    let kept =
        database.statement("SELECT id, digest, sprint, report FROM leads WHERE key = ?", &[key.into()])?;
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
        if confirmation.is_none() {
            announce(call, id);
        }
    }
    Ok(Kept { id: kept, sprint: text("sprint").unwrap_or_default(), report: text("report"), is_new })
}

/// Whether a request with that key is kept already.
pub(crate) async fn is_known(call: &Call<'_>, key: &str) -> Result<bool, Problem> {
    let database = Database::of(call.env);
    Ok(!database.rows("SELECT id FROM leads WHERE key = ?", &[key.into()]).await?.is_empty())
}
