//! `POST /api/v1/reports`: the reports of up to ten domains in one answer.

use futures_util::future::join_all;
use launch_ready_api as api;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use worker::Response;

use crate::call::Call;
use crate::message::ReportRequest;
use crate::objects;
use crate::request::accept::Form;
use crate::request::body::JsonFields;
use crate::request::question::Question;
use crate::request::{client, typed};
use crate::response::json::json;
use crate::response::problem::Problem;

/// Domains in one request: each may cost a scan.
const MOST: usize = 10;

/// [`api::BatchAnswer`], with reports that are JSON already.
#[derive(Serialize)]
struct Answer<'a> {
    reports: Vec<Entry<'a>>,
}

/// [`api::BatchEntry`].
#[derive(Serialize)]
struct Entry<'a> {
    domain: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<api::Problem<'a>>,
}

/// The reports, in the order of the domains; in place of one that cannot be had stands its problem.
pub(crate) async fn post(call: &Call<'_>, most: usize) -> Result<Response, Problem> {
    let mut body = JsonFields::read(call.request, most, &["domains"]).await?;
    let given = match body.value("domains") {
        Some(Value::Array(given)) => given.clone(),
        _ => Vec::new(),
    };
    if given.is_empty() || given.len() > MOST {
        body.fault("domains", "invalid", format!("This is a list of one to {MOST} domains."));
    }
    let mut domains = Vec::new();
    for (at, value) in given.iter().enumerate().take(MOST) {
        match value.as_str() {
            Some(domain) => domains.push(domain),
            None => body.fault_at(&format!("/domains/{at}"), "invalid", "This is a text."),
        }
    }
    let domains = body.sound(domains)?;
    let client = client::key(call.request, call.env).await?;
    let answers = join_all(domains.iter().map(|typed| one(call, typed, &client))).await;
    let mut reports = Vec::new();
    for (domain, outcome) in &answers {
        reports.push(match outcome {
            Ok(report) => {
                let report = Some(serde_json::from_str(report)?);
                Entry { domain, status: 200, report, problem: None }
            }
            Err(problem) => {
                let document = problem.document(&call.request_id);
                Entry { domain, status: problem.status(), report: None, problem: Some(document) }
            }
        });
    }
    json(&Answer { reports }, 200)
}

/// The domain, as it was typed where it is none, and its report.
async fn one(call: &Call<'_>, typed: &str, client: &str) -> (String, Result<String, Problem>) {
    match typed::target(typed) {
        Ok(target) => (target.domain.to_string(), report(call, Question::plain(target), client).await),
        Err(error) => (typed.to_owned(), Err(Problem::domain(&error))),
    }
}

async fn report(call: &Call<'_>, question: Question, client: &str) -> Result<String, Problem> {
    let domain = question.target.domain.clone();
    let (client, request_id) = (client.to_owned(), call.request_id.clone());
    let request = ReportRequest { question, form: Form::Document, client, request_id };
    let (_, mut given) = objects::report(call.env, &domain, request).await?;
    Ok(given.text().await?)
}
