//! The edge as a host: a probe becomes one `fetch` or one connection, and whatever happens to it becomes an answer.
//!
//! `fetch` shows neither certificate nor address, and answers most failures with a response of its own (526, 530 …).
//! Those pass as they are: the core tells them apart, in one place for all hosts. Certificates are read over a socket.

mod handshake;

use std::cell::{Cell, RefCell};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use js_sys::futures::JsFuture;
use js_sys::{Array, Reflect, Uint8Array};
use launch_ready_core::answer::{Answer, Body, Cause, Cut, Failure, Headers, HttpReply};
use launch_ready_core::dns::{decode, encode};
use launch_ready_core::drive::{Begun, Host};
use launch_ready_core::manners::{ACCEPT_PAGE, BODY_TIME, HEADERS_TIME, USER_AGENT, dns_time};
use launch_ready_core::probe::{DnsQuestion, HttpRequest, Probe, Resolver};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    AbortController, ReadableStreamDefaultReader, Request, RequestCache, RequestInit, RequestRedirect,
    Response,
};
use worker::Delay;

use crate::state::opt_out::Permit;
use launch_ready_edge::js;

/// RFC 8484 section 6.
const DNS_MESSAGE: &str = "application/dns-message";

/// A DNS message over TCP or HTTPS has at most 65,535 bytes (RFC 1035 section 4.2.2, RFC 8484 section 6).
const DNS_LIMIT: usize = 65_535;

/// Questions that may wait for their answer beside the one to the owner: with it, they are the six that the edge allows.
const BESIDE: u32 = 5;

/// Cloudflare's network as the place to ask from.
#[derive(Default)]
pub(crate) struct Edge {
    /// Whether the site itself may be asked: its owner may have opted out.
    pub(crate) permit: Permit,
    /// Questions of a scan that wait for their answer to begin.
    waiting: Cell<u32>,
    /// Questions that were sent.
    sent: Cell<u32>,
    /// The location that asks, as the first resolver's `cf-ray` says.
    location: RefCell<Option<String>>,
}

impl Edge {
    /// Where it is asked from: the location of Cloudflare's network, where it is known.
    pub(crate) fn vantage(&self) -> String {
        match &*self.location.borrow() {
            Some(location) => format!("edge {location}"),
            None => "edge".to_owned(),
        }
    }

    /// How many questions were sent.
    pub(crate) fn sent(&self) -> u32 {
        self.sent.get()
    }

    /// Puts one question beside a scan, and waits for the whole answer.
    pub(crate) async fn answer(&self, probe: &Probe) -> Answer {
        match self.send(probe).await {
            Begun::Done(answer) => answer,
            Begun::Reading(answer) => answer.await,
        }
    }

    async fn send(&self, probe: &Probe) -> Begun {
        self.sent.set(self.sent.get() + 1);
        let start = js::now();
        let begun = match probe {
            Probe::Dns(question) => resolve(self, question, start).await,
            Probe::Http(request) => visit(request, start).await,
            Probe::Tls(request) => Ok(Begun::Done(handshake::inspect(&request.host, start).await)),
        };
        begun.unwrap_or_else(|failure| Begun::Done(Answer::Failed(failure.after(js::elapsed_ms(start)))))
    }

    /// Notes the location from a ray: `8c3f2a9d1e4b5f60-FRA`. It is that of the machine which sent the request on, which is
    /// not where the client is.
    fn note(&self, response: &Response) {
        if self.location.borrow().is_some() {
            return;
        }
        let ray = response.headers().get("cf-ray").ok().flatten();
        let location = ray.as_deref().and_then(|ray| ray.rsplit_once('-')).map(|(_, location)| location);
        if let Some(location) = location
            && location.len() == 3
            && location.bytes().all(|byte| byte.is_ascii_uppercase())
        {
            *self.location.borrow_mut() = Some(location.to_owned());
        }
    }
}

impl Host for Edge {
    async fn ask(&self, probe: &Probe) -> Begun {
        // The owner's word takes one of the places, until it is there.
        let is_site = !matches!(probe, Probe::Dns(_));
        let crowded = self.permit.outcome().is_none() && self.waiting.get() >= BESIDE;
        let refused = self.permit.outcome() == Some(false);
        if refused || (is_site || crowded) && !self.permit.given().await {
            return Begun::Done(Answer::Failed(Failure::new(Cause::Unreachable)));
        }
        self.waiting.set(self.waiting.get() + 1);
        let begun = self.send(probe).await;
        self.waiting.set(self.waiting.get() - 1);
        begun
    }

    async fn sleep(&self, duration: Duration) {
        Delay::from(duration).await;
    }
}

/// Puts a question to its resolver. By POST, which no cache on the way answers.
async fn resolve(edge: &Edge, question: &DnsQuestion, start: f64) -> Result<Begun, Failure> {
    let message = encode(question)
        .ok_or_else(|| Failure::new(Cause::Malformed).detailed("the name is too long for DNS"))?;
    let headers = [("accept", DNS_MESSAGE), ("content-type", DNS_MESSAGE)];
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_body(&Uint8Array::from(message.as_slice()));
    let time = dns_time(question.resolver);
    let response = send(question.resolver.url(), &init, &headers, time).await?;
    if question.resolver == Resolver::First {
        edge.note(&response);
    }
    if response.status() != 200 {
        let status = response.status();
        js::cancel(&response);
        // Too many questions, or nobody there to ask: either way there was no resolver.
        let cause = if status == 429 || status >= 500 { Cause::Unreachable } else { Cause::Malformed };
        return Err(Failure::new(cause).detailed(&format!("the resolver answered with status {status}")));
    }
    let question = question.clone();
    Ok(Begun::Reading(Box::pin(async move {
        let left = time.saturating_sub(Duration::from_millis(js::elapsed_ms(start).into()));
        let body = read(&response, DNS_LIMIT, left).await;
        let elapsed_ms = js::elapsed_ms(start);
        let cause = match body.cut {
            None => return decode(&question, &body.bytes, elapsed_ms),
            Some(Cut::Time) => Cause::Timeout,
            Some(Cut::Broken) => Cause::Unreachable,
            Some(Cut::Limit) => Cause::Malformed,
        };
        Answer::Failed(Failure::new(cause).after(elapsed_ms))
    })))
}

/// Sends a request to a site.
async fn visit(request: &HttpRequest, start: f64) -> Result<Begun, Failure> {
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    // What counts is what the site says now. Without `cf` options, which cannot be combined with this.
    init.set_cache(RequestCache::NoStore);
    let headers: Vec<(&str, &str)> = [("accept", ACCEPT_PAGE)]
        .into_iter()
        .chain(request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
        .collect();
    let response = send(&request.url, &init, &headers, HEADERS_TIME).await?;
    let headers_ms = js::elapsed_ms(start);
    let status = response.status();
    let headers = fields(&response.headers());
    let limit = usize::try_from(request.body_limit).unwrap_or(usize::MAX);
    Ok(Begun::Reading(Box::pin(async move {
        let start = js::now();
        let body = read(&response, limit, BODY_TIME).await;
        Answer::Http(HttpReply { status, headers, body, headers_ms, body_ms: js::elapsed_ms(start) })
    })))
}

/// Sends a request and waits for the headers of its answer, for at most `time`. A request that nobody waits for any
/// more is taken back: it would keep its place among the connections.
async fn send(
    url: &str,
    init: &RequestInit,
    headers: &[(&str, &str)],
    time: Duration,
) -> Result<Response, Failure> {
    let sending =
        Sending { controller: AbortController::new().map_err(|thrown| broken(&thrown))?, open: true };
    init.set_signal(Some(&sending.controller.signal()));
    init.set_redirect(RequestRedirect::Manual);
    let request = Request::new_with_str_and_init(url, init).map_err(|thrown| broken(&thrown))?;
    request.headers().set("user-agent", USER_AGENT).map_err(|thrown| broken(&thrown))?;
    for (name, value) in headers {
        request.headers().set(name, value).map_err(|thrown| broken(&thrown))?;
    }
    let answer = JsFuture::from(js::fetch(&request).map_err(|thrown| broken(&thrown))?);
    match select(answer, pin!(Delay::from(time))).await {
        Either::Left((Ok(response), _)) => {
            sending.done();
            response.dyn_into().map_err(|thrown| broken(&thrown))
        }
        Either::Left((Err(thrown), _)) => {
            sending.done();
            Err(broken(&thrown))
        }
        Either::Right(_) => Err(Failure::new(Cause::Timeout)),
    }
}

/// A request on its way. Taken back when it is dropped before it is [done](Self::done).
struct Sending {
    controller: AbortController,
    open: bool,
}

impl Sending {
    fn done(mut self) {
        self.open = false;
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        if self.open {
            self.controller.abort();
        }
    }
}

/// The failure behind an exception. Most failures of a site are responses; what is thrown is a connection that broke,
/// and what the platform itself refuses.
fn broken(thrown: &JsValue) -> Failure {
    let message = js::message(thrown);
    if message.starts_with("Too many subrequests") {
        return Failure::new(Cause::Budget);
    }
    // "internal error; reference = …": a number that nobody else can look up.
    let telling = if message.starts_with("internal error") { "" } else { &message };
    Failure::new(Cause::Unreachable).detailed(telling)
}

/// Every header field. The runtime gives names in lower case and in their order, and joins all duplicates but those of
/// `Set-Cookie`.
fn fields(headers: &web_sys::Headers) -> Headers {
    let entries = headers.entries();
    Headers::new(entries.into_iter().flatten().filter_map(|entry| {
        let entry: Array = entry.dyn_into().ok()?;
        Some((entry.get(0).as_string()?, entry.get(1).as_string()?))
    }))
}

/// Reads at most `limit` bytes of a body within `time`. What is beyond is not waited for.
async fn read(response: &Response, limit: usize, time: Duration) -> Body {
    let mut body = Body::default();
    let Some(stream) = response.body() else { return body };
    // Locked only if somebody else reads it, and nobody does.
    let Ok(reader) = ReadableStreamDefaultReader::new(&stream) else { return body };
    let mut reading = Reading { reader, open: true };
    let mut deadline = pin!(Delay::from(time));
    while body.cut.is_none() {
        let chunk = match select(JsFuture::from(reading.reader.read()), deadline.as_mut()).await {
            Either::Left((Ok(chunk), _)) => chunk,
            Either::Left((Err(_), _)) => {
                reading.open = false;
                body.cut = Some(Cut::Broken);
                break;
            }
            Either::Right(_) => {
                body.cut = Some(Cut::Time);
                break;
            }
        };
        let value = Reflect::get(&chunk, &JsValue::from_str("value")).unwrap_or_default();
        let Some(chunk) = value.dyn_ref::<Uint8Array>() else {
            // The last one has no value.
            reading.open = false;
            break;
        };
        let room = limit - body.bytes.len();
        let length = usize::try_from(chunk.length()).unwrap_or(usize::MAX);
        if length > room {
            body.cut = Some(Cut::Limit);
        }
        // Copies no more than is kept: a chunk may be far larger than what there is room for.
        let kept = u32::try_from(room.min(length)).unwrap_or(u32::MAX);
        body.bytes.extend_from_slice(&chunk.subarray(0, kept).to_vec());
    }
    body
}

/// A body on its way. What is left of it when this is dropped is not sent any more.
struct Reading {
    reader: ReadableStreamDefaultReader,
    open: bool,
}

impl Drop for Reading {
    fn drop(&mut self) {
        if self.open {
            js::ignore(self.reader.cancel());
        }
    }
}
