//! `/api/v1/documents`: the documents of a domain, or of a report that the client has, and how far the business is.
//!
//! - `GET ?domain=…&segment=…`: a report as `/api/v1/report` has it, and its documents
//! - `POST ?domain=…`, the founder's answers as JSON: the same, with the answers
//! - `POST {"report": …, "answers": …, "segment": …, "documents": […], "before": …}`: no scan
//!
//! `document=risk-list` in the address, several times if need be, names the ones that are wanted. They come as JSON, as Markdown, or
//! as an archive, by the Accept field.

use launch_ready_api::{DocumentsAnswer, DocumentsRequest};
use launch_ready_core::report::Report;
use launch_ready_core::target::Segment;
use serde_json::Value;
use url::form_urlencoded;
use worker::Response;

use crate::call::Call;
use crate::platform;
use crate::request::accept::{Form, preferred};
use crate::request::body::{decoded, expect_json, said_length};
use crate::request::question::Question;
use crate::response::json;
use crate::response::problem::Problem;
use crate::routes::report;

/// How many times the bytes that are taken are read at most, for the client's sake: one that is still sending when it is answered
/// sees a broken connection instead of the answer.
const DISCARDED: usize = 4;

const JSON: &str = "application/json";
const MARKDOWN: &str = "text/markdown";
const ZIP: &str = "application/zip";

/// The documents of a domain.
pub(crate) async fn get(call: &Call<'_>) -> Result<Response, Problem> {
    let media_type = media_type(call)?;
    of_domain(call, media_type, None).await
}

/// What GET would say. It scans nothing.
pub(crate) fn head(call: &Call<'_>) -> Result<Response, Problem> {
    let media_type = media_type(call)?;
    Asked::read(call.query)?;
    json::bodiless(200, content_type(media_type))
}

/// The documents of a domain with the founder's answers, or of what is sent.
pub(crate) async fn post(call: &Call<'_>, most: usize) -> Result<Response, Problem> {
    let media_type = media_type(call)?;
    expect_json(call.request)?;
    let sent = body(call, most).await?;
    let object = serde_json::from_str(&sent).ok().filter(Value::is_object);
    let has_domain = form_urlencoded::parse(call.query.as_bytes()).any(|(name, _)| name == "domain");
    let Some(object) = object else { return Err(Problem::no_object_for_documents(has_domain)) };
    if has_domain {
        return of_domain(call, media_type, Some(object)).await;
    }
    if !call.query.is_empty() {
        return Err(Problem::documents_without_domain());
    }
    let request = DocumentsRequest::read(&sent).map_err(Problem::unusable_documents_request)?;
    written(&request, media_type)
}

/// What the address asks for.
struct Asked {
    question: Question,
    documents: Vec<String>,
}

impl Asked {
    fn read(query: &str) -> Result<Self, Problem> {
        let pairs = || form_urlencoded::parse(query.as_bytes());
        if pairs().any(|(name, _)| name == "check") {
            return Err(Problem::documents_of_checks());
        }
        let question = Question::of(pairs().filter(|(name, _)| name != "document"))?;
        let documents =
            pairs().filter(|(name, _)| name == "document").map(|(_, id)| id.into_owned()).collect();
        Ok(Self { question, documents })
    }
}

async fn of_domain(
    call: &Call<'_>,
    media_type: &'static str,
    answers: Option<Value>,
) -> Result<Response, Problem> {
    let Asked { question, documents } = Asked::read(call.query)?;
    let segment = question.target.segment.map(Segment::id).map(str::to_owned);
    let (meta, given) = report::ask(call, question, Form::Document).await?;
    let bytes = json::bytes(given.into()).await?.to_vec();
    let report: Report = serde_json::from_slice(&bytes)?;
    drop(bytes);
    let request =
        DocumentsRequest { report: Some(report), answers, segment, documents, ..DocumentsRequest::default() };
    let response = written(&request, media_type)?;
    let headers = &response.headers().0;
    platform::set(headers, "cache-control", report::ASK_AGAIN);
    platform::set(headers, "link", &report::bookmark(&meta.id));
    report::date(headers, &meta);
    Ok(response)
}

fn written(request: &DocumentsRequest, media_type: &'static str) -> Result<Response, Problem> {
    let answer: DocumentsAnswer = request.answer().map_err(Problem::unusable_documents_request)?;
    let bytes = match media_type {
        MARKDOWN => answer.markdown().into_bytes(),
        ZIP => answer.zip().map_err(|error| Problem::internal(&error))?,
        _ => serde_json::to_vec(&answer)?,
    };
    json::typed(bytes, content_type(media_type), 200)
}

fn media_type(call: &Call<'_>) -> Result<&'static str, Problem> {
    const OURS: [&str; 3] = [JSON, MARKDOWN, ZIP];
    preferred(call.header("accept").as_deref(), &OURS).ok_or_else(|| Problem::documents_not_acceptable(&OURS))
}

fn content_type(media_type: &'static str) -> &'static str {
    if media_type == MARKDOWN { "text/markdown; charset=utf-8" } else { media_type }
}

/// The body, of at most so many bytes.
async fn body(call: &Call<'_>, most: usize) -> Result<String, Problem> {
    let too_large = || Problem::too_many_bytes(most);
    let read = most * DISCARDED;
    if said_length(call.request).is_some_and(|length| length > read) {
        return Err(too_large());
    }
    let bytes = platform::read_up_to(call.request.inner().body(), read)
        .await
        .map_err(|_| Problem::unreadable())?
        .filter(|bytes| bytes.len() <= most)
        .ok_or_else(too_large)?;
    Ok(decoded(&bytes))
}
