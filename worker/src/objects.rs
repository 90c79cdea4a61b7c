//! The way to the Durable Objects, and theirs back.
//!
//! A message is the body of a POST, its answer the body of a response with status 200: an object answers a message, it does not speak
//! HTTP to clients. Bytes are the body itself, so that the runtime can pass them on without us; what is said about them then stands in
//! the one header field that we have among ourselves.

use launch_ready_core::domain::Domain;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use web_sys::RequestInit;
use worker::{Env, Request, Response};

use crate::config;
use crate::message::{
    Admission, BriefReply, DomainMessage, DomainRequest, RedirectsReply, RedirectsRequest, ReportMeta,
    ReportRequest, ReportSummary, Silence, Spending, VisitorRequest,
};
use crate::platform;
use crate::request::question::Question;
use crate::response::problem::Problem;

/// The address of a Durable Object; nobody looks it up.
const INSIDE: &str = "https://inside/";

/// What is said about bytes, as JSON in ASCII.
const META: &str = "x-meta";

/// A domain's report, for one who asks.
pub(crate) async fn report(
    env: &Env,
    domain: &Domain,
    request: ReportRequest,
) -> Result<(ReportMeta, Response), Problem> {
    bytes(ask_domain(env, domain, DomainRequest::Report(request)).await?).await
}

/// The report of an id.
pub(crate) async fn stored_report(
    env: &Env,
    domain: &Domain,
    id: &str,
) -> Result<(ReportMeta, Response), Problem> {
    bytes(ask_domain(env, domain, DomainRequest::Stored { id: id.to_owned() }).await?).await
}

/// The last answers to a question.
pub(crate) async fn history(env: &Env, question: Question) -> Result<Response, Problem> {
    let domain = question.target.domain.clone();
    let answer = ask_domain(env, &domain, DomainRequest::History { question }).await?;
    Ok(bytes::<()>(answer).await?.1)
}

/// How redirects come out.
pub(crate) async fn redirects(
    env: &Env,
    domain: &Domain,
    request: RedirectsRequest,
) -> Result<RedirectsReply, Problem> {
    read(ask_domain(env, domain, DomainRequest::Redirects(request)).await?).await
}

/// What is shown of a domain's newest report, or of that of an id.
pub(crate) async fn summary(
    env: &Env,
    domain: &Domain,
    report: Option<&str>,
) -> Result<Option<ReportSummary>, Problem> {
    let report = report.map(str::to_owned);
    read(ask_domain(env, domain, DomainRequest::Summary { report }).await?).await
}

/// Where to begin.
pub(crate) async fn brief(env: &Env, domain: &Domain, report: Option<&str>) -> Result<BriefReply, Problem> {
    let report = report.map(str::to_owned);
    read(ask_domain(env, domain, DomainRequest::Brief { report }).await?).await
}

/// Until when a proof holds.
pub(crate) async fn prove(
    env: &Env,
    domain: &Domain,
    proof: String,
    client: String,
) -> Result<Option<u64>, Problem> {
    read(ask_domain(env, domain, DomainRequest::Prove { proof, client }).await?).await
}

/// Counts a scan for a client.
pub(crate) async fn spend(env: &Env, client: &str, spending: Spending) -> Result<Admission, Problem> {
    ask_visitor(env, client, VisitorRequest::Spend(spending)).await
}

/// Gives back what a scan did not use.
pub(crate) async fn settle(env: &Env, client: &str, spending: Spending) -> Result<(), Problem> {
    ask_visitor(env, client, VisitorRequest::Settle(spending)).await
}

/// The salt of a day.
pub(crate) async fn salt(env: &Env, day: u32) -> Result<String, Problem> {
    ask_visitor(env, &format!("salt of day {day}"), VisitorRequest::Salt).await
}

/// The salt that stays.
pub(crate) async fn lasting_salt(env: &Env) -> Result<String, Problem> {
    ask_visitor(env, "salt of idempotency keys", VisitorRequest::LastingSalt).await
}

/// Notes that a client wants to be the owner.
pub(crate) async fn owner_token(env: &Env, client: &str, is_wrong: bool) -> Result<Silence, Problem> {
    ask_visitor(env, client, VisitorRequest::OwnerToken { is_wrong }).await
}

async fn ask_domain(env: &Env, domain: &Domain, request: DomainRequest) -> Result<Response, Problem> {
    let message = DomainMessage { domain: domain.clone(), request };
    send(env, config::DOMAINS, domain.as_str(), &message).await
}

async fn ask_visitor<R: DeserializeOwned>(
    env: &Env,
    name: &str,
    request: VisitorRequest,
) -> Result<R, Problem> {
    read(send(env, config::VISITORS, name, &request).await?).await
}

async fn send(env: &Env, namespace: &str, name: &str, message: &impl Serialize) -> Result<Response, Problem> {
    let stub = env.durable_object(namespace)?.get_by_name(name)?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&JsValue::from_str(&serde_json::to_string(message)?));
    let request =
        web_sys::Request::new_with_str_and_init(INSIDE, &init).map_err(|thrown| Problem::thrown(&thrown))?;
    Ok(stub.fetch_with_request(request.into()).await?)
}

/// What was answered. An object of another version may say something else.
async fn read<R: DeserializeOwned>(mut answer: Response) -> Result<R, Problem> {
    let text = answer.text().await?;
    serde_json::from_str::<Result<R, Problem>>(&text).unwrap_or_else(|_| Err(Problem::try_later()))
}

/// What is said about bytes, and the answer whose body they are.
async fn bytes<M: DeserializeOwned>(answer: Response) -> Result<(M, Response), Problem> {
    let Some(meta) = platform::header(&answer.headers().0, META) else {
        return match read::<()>(answer).await {
            Ok(()) => Err(Problem::try_later()),
            Err(problem) => Err(problem),
        };
    };
    Ok((serde_json::from_str(&meta).map_err(|_| Problem::try_later())?, answer))
}

/// In an object: what it is asked; `None` where that is said by another version of us.
pub(crate) async fn received<M: DeserializeOwned>(request: &mut Request) -> Option<M> {
    let text = request.text().await.ok()?;
    serde_json::from_str(&text).ok()
}

/// In an object: the answer to what it does not understand, for old and new ones who ask.
pub(crate) fn not_understood() -> worker::Result<Response> {
    Problem::try_later().response("")
}

/// In an object: its answer.
pub(crate) fn reply(answer: &Result<impl Serialize, Problem>) -> worker::Result<Response> {
    Response::from_bytes(serde_json::to_vec(answer)?)
}

/// In an object: an answer of bytes, or why there are none.
pub(crate) fn reply_bytes(answer: Result<Response, Problem>) -> worker::Result<Response> {
    match answer {
        Ok(response) => Ok(response),
        Err(problem) => reply(&Err::<(), _>(problem)),
    }
}

/// In an object: bytes, and what is said about them.
pub(crate) fn described(response: Response, meta: &impl Serialize) -> Result<Response, Problem> {
    platform::set(&response.headers().0, META, &serde_json::to_string(meta)?);
    Ok(response)
}
