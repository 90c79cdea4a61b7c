//! `/call`: the form for a discovery call, without scripts. It is posted, answered with a redirect, and what happens next is a page that
//! can be loaded again. Nothing personal is in an address: a report's id, a request's random id, a secret from a mail.

use std::collections::BTreeMap;

use maud::html;
use serde_json::{Map, Value};
use url::form_urlencoded;
use worker::Response;

use crate::burst::{BURST_SECONDS, in_rate};
use crate::call::Call;
use crate::intake::confirmation::{self, Confirmation};
use crate::intake::database::Database;
use crate::intake::form::{CONSENT_VERSION, CallForm, SHOWN};
use crate::intake::submission::Submission;
use crate::intake::{acceptance, sprint, turnstile};
use crate::operator::Operator;
use crate::rate::RateLimits;
use crate::request::body::decoded;
use crate::request::client;
use crate::request::typed::{self, domain_of};
use crate::response::problem::Problem;
use crate::routes::intake::{MOST_KEY, NEXT};
use crate::share::markup::plain;
use crate::site::shell::{self, About};
use crate::{config, objects, platform};

const FORM_TYPE: &str = "application/x-www-form-urlencoded";

/// Where Turnstile's script and frame come from.
const TURNSTILE: &str = "https://challenges.cloudflare.com";

/// `GET /call?report=…` or `?domain=…`: the form, with what is known.
pub(crate) async fn form(call: &Call<'_>) -> Result<Response, Problem> {
    if let Some(url) = &Operator::of(call.env).call_url {
        return redirect(url, 302);
    }
    let mut form = CallForm { key: platform::random_uuid(), ..CallForm::default() };
    for (name, value) in form_urlencoded::parse(call.query.as_bytes()) {
        match &*name {
            "report" => form.report = Some(value.into_owned()).filter(|id| domain_of(id).is_some()),
            "domain" => {
                form.values.insert("domain".to_owned(), value.into_owned());
            }
            _ => {}
        }
    }
    learn(call, &mut form).await;
    show(call, form, 200).await
}

/// `POST /call`.
pub(crate) async fn submit(call: &Call<'_>, most: usize) -> Result<Response, Problem> {
    if !is_ours(call)? {
        return Err(Problem::foreign_form());
    }
    let mut fields = read(call, most).await?;
    let mut take = |name: &str| fields.remove(name).filter(|text| !text.is_empty());
    let (key, consent, token) = (take("key"), take("consent_version"), take("cf-turnstile-response"));
    let mut form = CallForm {
        // The same key again: what is put right is the same request, as nothing was kept.
        key: key.filter(|key| key.chars().count() <= MOST_KEY).unwrap_or_else(platform::random_uuid),
        has_consent: fields.get("consent").is_some_and(|ticked| !ticked.is_empty()),
        report: fields.get("report").cloned().filter(|id| domain_of(id).is_some()),
        ..CallForm::default()
    };
    form.values = fields
        .iter()
        .filter(|(name, _)| SHOWN.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    match accept(call, fields, &form, consent.as_deref(), token.as_deref()).await {
        Ok(id) => redirect(&format!("/call/received/{id}"), 303),
        Err(problem) => {
            learn(call, &mut form).await;
            for fault in problem.errors() {
                let name = fault.pointer.trim_start_matches('/').to_owned();
                let detail = match name.as_str() {
                    "consent" => "Tick the box: without your consent we may not keep the request.".to_owned(),
                    _ => fault.detail.clone(),
                };
                form.faults.entry(name).or_insert(detail);
            }
            let (title, detail, status) = problem.words();
            if form.faults.is_empty() {
                form.refusal = Some((title.to_owned(), detail.to_owned()));
            }
            show(call, form, status).await
        }
    }
}

/// Keeps what was sent; its id.
async fn accept(
    call: &Call<'_>,
    fields: BTreeMap<String, String>,
    form: &CallForm,
    consent: Option<&str>,
    token: Option<&str>,
) -> Result<String, Problem> {
    let env = call.env;
    let client = client::key(call.request, env).await?;
    if !in_rate(env, config::INTAKE_RATE, &client).await? {
        let detail =
            "You have sent many requests within a minute. Wait a minute, and press the button again.";
        return Err(Problem::limited(detail, BURST_SECONDS, RateLimits::default()));
    }
    let values: Map<String, Value> = fields
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| match name.as_str() {
            // Of another wording it is no consent to this one.
            "consent" => (name, Value::Bool(consent == Some(CONSENT_VERSION))),
            _ => (name, Value::String(text)),
        })
        .collect();
    let submission = Submission::of_form(values)?;
    if submission.is_trapped {
        // A program that fills in every field. It learns nothing from this.
        return Ok(platform::random_uuid());
    }
    let key = client::lasting_key(call.request, env, &form.key).await?;
    let is_new = !acceptance::is_known(call, &key).await?;
    let confirmation = match (turnstile::is_set_up(env) && is_new, token) {
        (true, Some(token)) => {
            turnstile::pass(env, Some(token)).await?;
            None
        }
        (true, None) => {
            confirmation::admit(env, &submission.email).await?;
            Some(Confirmation::new())
        }
        (false, _) => None,
    };
    let kept = acceptance::keep(call, &submission, &key, CONSENT_VERSION, confirmation.as_ref()).await?;
    if let Some(confirmation) = confirmation.filter(|_| kept.is_new)
        && confirmation::ask(call, &submission, &confirmation).await.is_err()
    {
        confirmation::forget(env, &kept.id).await?;
        return Err(Problem::try_later());
    }
    Ok(kept.id)
}

/// `GET /call/received/{id}`: what happens next. It names nobody.
pub(crate) async fn received(call: &Call<'_>, id: &str) -> Result<Response, Problem> {
    let query = "SELECT domain, sprint, report, confirmation IS NOT NULL AND confirmed_at IS NULL FROM leads WHERE id = ?";
    let rows = Database::of(call.env).rows(query, &[id.into()]).await?;
    let row = rows.first();
    let text = |column| row.and_then(|row| row.get(column).as_string());
    let waits = row.is_some_and(|row| row.get(3).as_f64() == Some(1.0));
    let (sprint, why) = sprint::words(&text(1).unwrap_or_default());
    let title = if waits { "Check your email" } else { "Request received" };
    let body = html! {
        h1 { (title) }
        @if waits {
            p class="lede" { "We sent a link to the address you gave. Open it and press \"Confirm\", and we start." }
            p { "No email after a few minutes? Look into your spam folder. The link works for 7 days." }
        } @else {
            p class="lede" { "Thank you. We have your request" @if let Some(domain) = text(0) { " about " bdi { (plain(&domain)) } } "." }
            h2 { "What happens next" }
            ol class="steps" { @for step in NEXT { li { (step) } } }
        }
        @if row.is_some() {
            h2 { "Suggested first step: " (sprint) }
            p { (why) }
        }
        p {
            @match text(2) {
                Some(report) => { a href={ "/report/" (report) } { "Back to the report" } }
                None => { a href="/" { "Check a domain" } }
            }
        }
    };
    let about = About { title, description: "What happens next with your request.", path: None, status: 200 };
    shell::page(call, &about, &body).await
}

/// `GET /call/confirm/{secret}`: a page with a button. Programs that follow the links of a mail confirm nothing.
pub(crate) async fn confirm_form(call: &Call<'_>, secret: &str) -> Result<Response, Problem> {
    let found = confirmation::find(call.env, secret).await?.ok_or_else(Problem::no_confirmation)?;
    if found.is_confirmed {
        return redirect(&format!("/call/received/{}", found.id), 303);
    }
    let title = "Confirm your request";
    let body = html! {
        h1 { (title) }
        p class="lede" { "You asked for a call about " bdi { (plain(&found.domain)) } "." }
        form action={ "/call/confirm/" (secret) } method="post" { button type="submit" { "Confirm" } }
        p { "It wasn't you? Close this page. The request is deleted after 7 days." }
    };
    shell::page(
        call,
        &About { title, description: "One click, and we start.", path: None, status: 200 },
        &body,
    )
    .await
}

/// `POST /call/confirm/{secret}`.
pub(crate) async fn confirm(call: &Call<'_>, secret: &str) -> Result<Response, Problem> {
    if !is_ours(call)? {
        return Err(Problem::foreign_form());
    }
    let found = confirmation::find(call.env, secret).await?.ok_or_else(Problem::no_confirmation)?;
    confirmation::confirm(call, &found).await?;
    redirect(&format!("/call/received/{}", found.id), 303)
}

/// Whether the form was sent from a page of ours (Fetch standard, `Origin`; Fetch Metadata, `Sec-Fetch-Site`, where a browser leaves
/// the former out).
fn is_ours(call: &Call<'_>) -> Result<bool, Problem> {
    let asked_at = call.request.url()?.origin().ascii_serialization();
    let public_url = Operator::of(call.env).public_url.clone();
    Ok(match call.header("origin") {
        Some(origin) => origin == asked_at || Some(origin) == public_url,
        None => call.header("sec-fetch-site").as_deref() == Some("same-origin"),
    })
}

/// The fields of a form; of two with one name, the first.
async fn read(call: &Call<'_>, most: usize) -> Result<BTreeMap<String, String>, Problem> {
    let content_type = call.header("content-type").unwrap_or_default();
    if !content_type.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM_TYPE) {
        return Err(Problem::unsupported_form());
    }
    let read = platform::read_up_to(call.request.inner().body(), most).await;
    let bytes = read.map_err(|_| Problem::unreadable())?.ok_or_else(|| Problem::too_large(most))?;
    let mut fields = BTreeMap::new();
    for (name, value) in form_urlencoded::parse(decoded(&bytes).as_bytes()) {
        fields.entry(name.into_owned()).or_insert_with(|| value.into_owned());
    }
    Ok(fields)
}

/// What the report says that the form is about, or the newest one of the domain. Without it the form is there all the same.
async fn learn(call: &Call<'_>, form: &mut CallForm) {
    let typed = form.values.get("domain").and_then(|domain| typed::target(domain).ok());
    let domain = form.report.as_deref().and_then(domain_of).or(typed.map(|target| target.domain));
    let Some(domain) = domain else { return };
    let report = form.report.as_deref();
    let (Ok(Some(summary)), Ok(brief)) =
        (objects::summary(call.env, &domain, report).await, objects::brief(call.env, &domain, report).await)
    else {
        return;
    };
    form.values.entry("domain".to_owned()).or_insert_with(|| domain.to_string());
    if let Some(segment) = &brief.segment {
        form.values.entry("segment".to_owned()).or_insert_with(|| segment.clone());
    }
    form.known = Some((brief, summary));
}

async fn show(call: &Call<'_>, mut form: CallForm, status: u16) -> Result<Response, Problem> {
    let site_key =
        config::text(call.env, config::TURNSTILE_SITE_KEY).filter(|_| turnstile::is_set_up(call.env));
    form.turnstile.clone_from(&site_key);
    let description =
        "Talk to a person about your launch: we read your report first, and reply within one working day.";
    // A form with somebody's words in it is theirs alone; and its key is for one request.
    let about = About { title: "Book a call", description, path: Some("/call"), status };
    let body = html! {
        (form.markup())
        @if site_key.is_some() { script src={ (TURNSTILE) "/turnstile/v0/api.js" } async defer {} }
    };
    let response = shell::page(call, &about, &body).await?;
    let headers = &response.headers().0;
    platform::set(headers, "cache-control", "no-store");
    if site_key.is_some()
        && let Some(policy) = platform::header(headers, "content-security-policy")
    {
        let policy = policy.replace("script-src", &format!("frame-src {TURNSTILE}; script-src {TURNSTILE}"));
        platform::set(headers, "content-security-policy", &policy);
    }
    Ok(response)
}

fn redirect(location: &str, status: u16) -> Result<Response, Problem> {
    let response = Response::empty()?.with_status(status);
    platform::set(&response.headers().0, "location", location);
    Ok(response)
}
