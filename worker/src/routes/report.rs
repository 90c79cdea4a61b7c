//! `/api/v1/report`, `/api/v1/reports/{id}` and `/api/v1/history`: the report of a domain, from what is there or from a scan; and the
//! stored ones.

use js_sys::Uint8Array;
use web_sys::Headers;
use worker::Response;

use crate::call::Call;
use crate::config::{REPORT_SECONDS, UNHEARD_SECONDS};
use crate::isolate_cache::{self, Cacheable};
use crate::message::{ReportMeta, ReportRequest, Source};
use crate::request::accept::Form;
use crate::request::question::Question;
use crate::request::{client, typed};
use crate::response::problem::Problem;
use crate::response::{json, policy};
use crate::{objects, platform};

/// What HEAD says: whether GET would scan, and what would come of it. It scans nothing.
pub(crate) fn head(call: &Call<'_>) -> Result<Response, Problem> {
    Question::read(call.query)?;
    json::bodiless(200, form(call)?.media_type())
}

/// What GET says.
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let form = form(call)?;
    let question = Question::read(call.query)?;
    let (is_fresh, is_whole) = (question.fresh, question.checks.is_empty());
    let domain = question.target.domain.clone();
    let (meta, given) = ask(call, question, form).await?;
    isolate_cache::supersede(&meta.id, &domain);
    if form == Form::Lines {
        return lines(&given, &meta);
    }
    let body = json::bytes(given.into()).await?;
    if !is_whole {
        // What some checks say is nowhere to be had again.
        let headers = policy::usual()?;
        platform::set(&headers, "content-type", form.media_type());
        meta.limits.write(&headers);
        return Ok(json::foreign(Some(&body), 200, &headers)?.into());
    }
    if has_already(call, &meta.id) {
        return not_modified(&meta.id);
    }
    let headers = about(&meta.id)?;
    date(&headers, &meta);
    let response = json::foreign(Some(&body), 200, &headers)?;
    let seconds = REPORT_SECONDS.read(call.env);
    let seconds = if meta.is_short { seconds.min(UNHEARD_SECONDS.read(call.env)) } else { seconds };
    let at = meta.at.unwrap_or_default() as f64;
    let fresh_ms = f64::from(seconds) * 1000.0 - (platform::now() - at);
    if !is_fresh && fresh_ms > 0.0 {
        call.cacheable.replace(Some(Cacheable { id: meta.id, domain, body, at, fresh_ms }));
    }
    Ok(response.into())
}

/// The report that answers a question, as its domain's object has it.
pub(crate) async fn ask(
    call: &Call<'_>,
    question: Question,
    form: Form,
) -> Result<(ReportMeta, Response), Problem> {
    let client = client::key(call.request, call.env).await?;
    let domain = question.target.domain.clone();
    let request = ReportRequest { question, form, client, request_id: call.request_id.clone() };
    objects::report(call.env, &domain, request).await
}

/// `GET /api/v1/reports/{id}`: a stored report. It never changes, but its domain's owner may take it down.
pub(crate) async fn stored(call: &Call<'_>, id: &str) -> Result<Response, Problem> {
    let domain = typed::domain_of(id).ok_or_else(Problem::no_such_report)?;
    let (_, given) = objects::stored_report(call.env, &domain, id).await?;
    if has_already(call, id) {
        return not_modified(id);
    }
    let headers = about(id)?;
    platform::set(&headers, "cache-control", &format!("public, max-age={STORED_SECONDS}"));
    Ok(json::foreign(Some(&json::bytes(given.into()).await?), 200, &headers)?.into())
}

/// `GET /api/v1/history`: the last reports that answer the same question, the newest first.
pub(crate) async fn history(call: &Call<'_>) -> Result<Response, Problem> {
    let given = objects::history(call.env, Question::read(call.query)?).await?;
    let response = Response::from_body(given.body().clone())?;
    let headers = &response.headers().0;
    platform::set(headers, "content-type", Form::Document.media_type());
    platform::set(headers, "cache-control", ASK_AGAIN);
    Ok(response)
}

/// For how long a stored report is kept on the way: so long after an opt-out somebody may still be shown it.
const STORED_SECONDS: u32 = 300;

/// A report may be newer the next time; whether it is costs a question without an answer's weight.
pub(crate) const ASK_AGAIN: &str = "no-cache";

fn form(call: &Call<'_>) -> Result<Form, Problem> {
    Form::preferred(call.header("accept").as_deref())
        .ok_or_else(|| Problem::not_acceptable(&Form::MEDIA_TYPES))
}

/// Passes on what is said while a scan runs; or of one that was there.
fn lines(given: &Response, meta: &ReportMeta) -> Result<Response, Problem> {
    let response = Response::from_body(given.body().clone())?;
    let headers = &response.headers().0;
    platform::set(headers, "content-type", Form::Lines.media_type());
    located(headers, &meta.id);
    date(headers, meta);
    Ok(response)
}

/// What a report says about itself: what it is, where it stays, and what it is compared by.
fn about(id: &str) -> Result<Headers, Problem> {
    let headers = policy::usual()?;
    platform::set(&headers, "content-type", Form::Document.media_type());
    platform::set(&headers, "cache-control", ASK_AGAIN);
    platform::set(&headers, "etag", &format!("\"{id}\""));
    located(&headers, id);
    Ok(headers)
}

fn located(headers: &Headers, id: &str) {
    platform::set(headers, "content-location", &format!("/api/v1/reports/{id}"));
    platform::set(headers, "link", &bookmark(id));
}

/// Where a report stays for people, as a `Link`.
pub(crate) fn bookmark(id: &str) -> String {
    format!("</report/{id}>; rel=\"bookmark\"")
}

/// How old it is, where it was there already; and the limits that it met where it was not.
pub(crate) fn date(headers: &Headers, meta: &ReportMeta) {
    if let (Source::Stored, Some(at)) = (meta.source, meta.at) {
        let seconds = ((platform::now() - at as f64) / 1000.0) as u32;
        platform::set(headers, "age", &seconds.to_string());
    }
    meta.limits.write(headers);
}

/// Whether the client has it already (RFC 9110 section 13.1.2). Weak and strong tags compare the same here.
fn has_already(call: &Call<'_>, id: &str) -> bool {
    let Some(tags) = call.header("if-none-match") else { return false };
    tags.split(',')
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == "*" || tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"')) == Some(id))
}

fn not_modified(id: &str) -> Result<Response, Problem> {
    let headers = policy::usual()?;
    platform::set(&headers, "etag", &format!("\"{id}\""));
    platform::set(&headers, "cache-control", ASK_AGAIN);
    Ok(json::foreign(None::<&Uint8Array>, 304, &headers)?.into())
}
