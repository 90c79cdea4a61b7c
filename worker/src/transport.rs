//! The edge as a transport: a probe becomes one `fetch` or one connection, and whatever happens to it becomes an answer.
//!
//! `fetch` shows neither certificate nor address, and answers most failures with a response of its own (526, 530 …).
//! Those pass as they are: the core tells them apart, in one place for all hosts. Certificates are read over a socket.

mod exchange;
mod failure;
mod handshake;

use std::cell::{Cell, RefCell};
use std::time::Duration;

use js_sys::Uint8Array;
use js_sys::futures::JsFuture;
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::dns::is_message;
use launch_ready_core::dns::{MEDIA_TYPE, decode, encode};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::probe::{DnsQuestion, Probe, Resolver};
use launch_ready_core::engine::timeouts::{BODY_TIME, HEADERS_TIME, dns_time};
use launch_ready_core::engine::transport::{Started, Transport};
use launch_ready_core::engine::user_agent::ACCEPT_PAGE;
use launch_ready_core::http::HttpRequest;
use launch_ready_core::http::{Body, Cut, Headers, HttpReply};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Response;
use worker::{Delay, Env};

use self::exchange::{Exchange, Read};
use self::failure::broken;
use crate::operator::Operator;
use crate::platform;

/// A DNS message over TCP or HTTPS has at most 65,535 bytes (RFC 1035 section 4.2.2, RFC 8484 section 6).
const DNS_LIMIT: u32 = 65_535;

/// Cloudflare's network as the place to ask from.
pub(crate) struct EdgeTransport {
    /// Questions that were sent.
    sent: Cell<u32>,
    /// The location that asks, as the first resolver's `cf-ray` says.
    location: RefCell<Option<String>>,
    /// Under which name it asks.
    user_agent: String,
    /// What goes with every DNS question.
    dns_fields: web_sys::Headers,
}

impl EdgeTransport {
    /// One that asks in the name of this instance's operator.
    pub(crate) fn new(env: &Env) -> Self {
        let user_agent = Operator::of(env).user_agent();
        Self {
            sent: Cell::default(),
            location: RefCell::default(),
            dns_fields: fields(&user_agent, &[("accept", MEDIA_TYPE), ("content-type", MEDIA_TYPE)]),
            user_agent,
        }
    }

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

impl Transport for EdgeTransport {
    async fn ask(&self, probe: &Probe) -> Started {
        self.sent.set(self.sent.get() + 1);
        let start = platform::now();
        let begun = match probe {
            Probe::Dns(question) => resolve(self, question, start).await.map(Started::Done),
            Probe::Http(request) => visit(&self.user_agent, request, start).await,
            Probe::Tls(request) => Ok(Started::Done(handshake::inspect(&request.host, start).await)),
        };
        begun.unwrap_or_else(|failure| {
            Started::Done(Answer::Failed(failure.after(platform::elapsed_ms(start))))
        })
    }

    async fn sleep(&self, duration: Duration) {
        Delay::from(duration).await;
    }
}

/// Puts a question to its resolver. By POST, which no cache on the way answers.
async fn resolve(edge: &EdgeTransport, question: &DnsQuestion, start: f64) -> Result<Answer, Failure> {
    let message = encode(&question.name, question.record_type, question.checking_disabled)
        .ok_or_else(|| Failure::new(Cause::Malformed).detailed("the name is too long for DNS"))?;
    // Its time is for the whole answer.
    let exchange = Sending::within(dns_time(question.resolver));
    let body = Uint8Array::from(message.as_slice());
    let response = exchange.send(question.resolver.url(), "POST", &edge.dns_fields, Some(&body)).await?;
    if question.resolver == Resolver::First {
        edge.note(&response);
    }
    if response.status() != 200 {
        let status = response.status();
        // Too many questions, or nobody there to ask: either way there was no resolver.
        let cause = if status == 429 || status >= 500 { Cause::Unreachable } else { Cause::Malformed };
        return Err(Failure::new(cause).detailed(&format!("the resolver answered with status {status}")));
    }
    if !is_message(platform::header(&response.headers(), "content-type").as_deref()) {
        return Err(
            Failure::new(Cause::Unreachable).detailed("the resolver answered with something else than DNS")
        );
    }
    // So short that it is there with its headers; and what it leads to may want its place.
    let body = exchange.read(&response, DNS_LIMIT).await;
    let elapsed_ms = platform::elapsed_ms(start);
    let cause = match body.cut {
        None => return Ok(decode(&question.name, question.record_type, &body.bytes, elapsed_ms).into()),
        Some(Cut::Time) => Cause::Timeout,
        Some(Cut::Broken) => Cause::Unreachable,
        Some(Cut::Limit) => Cause::Malformed,
    };
    Err(Failure::new(cause))
}

/// Sends a request to a site.
async fn visit(user_agent: &str, request: &HttpRequest, start: f64) -> Result<Started, Failure> {
    let exchange = Sending::within(HEADERS_TIME);
    let sent = fields(user_agent, &[("accept", ACCEPT_PAGE)]);
    for (name, value) in &request.headers {
        sent.set(name, value).map_err(|thrown| broken(&thrown))?;
    }
    let response = exchange.send(&request.url, request.method.as_str(), &sent, None).await?;
    let headers_ms = platform::elapsed_ms(start);
    exchange.0.within(milliseconds(BODY_TIME));
    let status = response.status();
    let mut received = exchange::fields(&response).into_iter();
    let pairs = std::iter::from_fn(|| received.next().zip(received.next()));
    let headers = Headers::new(pairs);
    let limit = request.body_limit;
    Ok(Started::Reading(Box::pin(async move {
        let start = platform::now();
        let body = exchange.read(&response, limit).await;
        Answer::Http(HttpReply { status, headers, body, headers_ms, body_ms: platform::elapsed_ms(start) })
    })))
}

/// The header fields of a request: under which name we ask, and these.
fn fields(user_agent: &str, these: &[(&str, &str)]) -> web_sys::Headers {
    // Never thrown by a constructor without arguments.
    let headers = web_sys::Headers::new().unwrap_or_else(|_| JsValue::NULL.unchecked_into());
    platform::set(&headers, "user-agent", user_agent);
    for (name, value) in these {
        platform::set(&headers, name, value);
    }
    headers
}

fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX)
}

/// A request on its way. Dropped, it is taken back.
struct Sending(Exchange);

impl Sending {
    fn within(time: Duration) -> Self {
        Self(Exchange::new(milliseconds(time)))
    }

    /// Waits for the headers of the answer.
    async fn send(
        &self,
        url: &str,
        method: &str,
        headers: &web_sys::Headers,
        body: Option<&Uint8Array>,
    ) -> Result<Response, Failure> {
        let sent = self.0.send(url, method, headers, body).map_err(|thrown| broken(&thrown))?;
        match JsFuture::from(sent).await {
            Ok(response) => response.dyn_into().map_err(|thrown| broken(&thrown)),
            Err(_) if self.0.is_late() => Err(Failure::new(Cause::Timeout)),
            Err(thrown) => Err(broken(&thrown)),
        }
    }

    /// Reads at most `limit` bytes of the body.
    async fn read(&self, response: &Response, limit: u32) -> Body {
        let Ok(read) = JsFuture::from(self.0.read(response, limit)).await else {
            return Body { bytes: Vec::new(), cut: Some(Cut::Broken) };
        };
        let read: Read = read.unchecked_into();
        let mut bytes = Vec::new();
        for chunk in read.chunks() {
            bytes.extend_from_slice(&chunk.to_vec());
        }
        let cut = match read.cut().as_deref() {
            None => None,
            Some("limit") => Some(Cut::Limit),
            Some("time") => Some(Cut::Time),
            Some(_) => Some(Cut::Broken),
        };
        Body { bytes, cut }
    }
}

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.end();
    }
}
