//! Confirming a request for a call by mail, where nothing else says that a person sent it: Turnstile is set up, and the form came without
//! its token, because a browser ran no scripts or could not reach it. The request is kept, and the owner is told once the link in the
//! mail was opened and its button pressed: programs that only follow links in mails confirm nothing.

use wasm_bindgen::JsValue;
use worker::Env;

use crate::call::Call;
use crate::intake::database::{Database, column};
use crate::intake::mail;
use crate::intake::queue::SWEEP_AFTER_MS;
use crate::intake::queue::announce;
use crate::intake::submission::Submission;
use crate::rate::RateLimits;
use crate::request::client;
use crate::response::problem::Problem;
use crate::site::shell::origin;
use crate::{config, platform};

/// Days after which a request that nobody has confirmed is deleted.
pub(crate) const DAYS: f64 = 7.0;
/// Mails to one address in a day: strangers can name any.
const DAILY_OF_ADDRESS: f64 = 2.0;
const DAY_MS: f64 = 86_400_000.0;

/// What proves that somebody reads the mail that was sent to them.
pub(crate) struct Confirmation {
    /// In the mail, and nowhere else.
    secret: String,
    /// In the database.
    pub(crate) hash: String,
}

/// A request, as far as its confirmation shows it.
pub(crate) struct Unconfirmed {
    pub(crate) id: String,
    pub(crate) domain: String,
    /// Whether it was confirmed before.
    pub(crate) is_confirmed: bool,
}

impl Confirmation {
    pub(crate) fn new() -> Self {
        let secret = platform::random_uuid();
        Self { hash: hash(&secret), secret }
    }
}

/// Whether one more request may wait for its confirmation.
///
/// # Errors
/// If not: a mail goes to whoever was named, so there are few, all together and to one address.
pub(crate) async fn admit(env: &Env, email: &str) -> Result<(), Problem> {
    if !mail::is_set_up(env) {
        return Err(Problem::no_human());
    }
    let database = Database::of(env);
    let rows = database
        .rows(
            "SELECT count(*), count(CASE WHEN email = ?1 THEN 1 END) FROM leads WHERE confirmation IS NOT NULL AND created_at > ?2",
            &[email.into(), (platform::now() - DAY_MS).into()],
        )
        .await?;
    let count = |column| rows.first().and_then(|row| row.get(column).as_f64()).unwrap_or_default();
    if count(0) < f64::from(config::DAILY_UNCONFIRMED.read(env)) && count(1) < DAILY_OF_ADDRESS {
        return Ok(());
    }
    let detail = "Too many requests wait for their confirmation by email today. Turn on JavaScript and try again, or come back tomorrow.";
    Err(Problem::limited(detail, 86_400, RateLimits::default()))
}

/// Writes to whoever was named.
pub(crate) async fn ask(
    call: &Call<'_>,
    submission: &Submission,
    confirmation: &Confirmation,
) -> Result<(), Problem> {
    let (domain, origin) = (&submission.domain, origin(call)?);
    let text = format!(
        "Someone asked for a call about {domain} and gave this email address.\n\n\
         If that was you, confirm the request here:\n{origin}/call/confirm/{}\n\n\
         If it was not you, ignore this email. The request is deleted after {DAYS} days, and nobody writes to you again.\n",
        confirmation.secret
    );
    mail::send(call.env, &submission.email, &format!("Confirm your call about {domain}"), &text).await
}

/// Forgets a request whose mail could not be sent.
pub(crate) async fn forget(env: &Env, id: &str) -> Result<(), Problem> {
    let database = Database::of(env);
    database.together(&[database.statement("DELETE FROM leads WHERE id = ?", &[id.into()])?]).await.map(drop)
}

/// The request that a link in a mail belongs to.
pub(crate) async fn find(env: &Env, secret: &str) -> Result<Option<Unconfirmed>, Problem> {
    let query = "SELECT id, domain, confirmed_at IS NOT NULL FROM leads WHERE confirmation = ?";
    let rows = Database::of(env).rows(query, &[hash(secret).as_str().into()]).await?;
    Ok(rows.first().map(|row| Unconfirmed {
        id: row.get(0).as_string().unwrap_or_default(),
        domain: row.get(1).as_string().unwrap_or_default(),
        is_confirmed: row.get(2).as_f64() == Some(1.0),
    }))
}

/// Somebody has read the mail: the owner is told of the request. Once; pressing again changes nothing.
pub(crate) async fn confirm(call: &Call<'_>, request: &Unconfirmed) -> Result<(), Problem> {
    let database = Database::of(call.env);
    let (now, id) = (JsValue::from_f64(platform::now()), JsValue::from_str(&request.id));
    let due = JsValue::from_f64(platform::now() + SWEEP_AFTER_MS);
    let update = "UPDATE leads SET confirmed_at = ? WHERE id = ? AND confirmed_at IS NULL RETURNING id";
    let note = "INSERT INTO outbox (lead, next_at) SELECT id, ? FROM leads WHERE id = ? ON CONFLICT (lead) DO NOTHING";
    let statements = [database.statement(note, &[due, id.clone()])?, database.statement(update, &[now, id])?];
    let changed = database.together(&statements).await?;
    if changed.iter().next().and_then(|row| column(&row, "id")).is_some() {
        announce(call, request.id.clone());
    }
    Ok(())
}

fn hash(secret: &str) -> String {
    client::hash(&format!("confirmation {secret}"))
}
