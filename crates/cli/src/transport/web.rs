//! One request, one connection, no redirect: what a first visitor of the site gets.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, HOST, HeaderName, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT,
};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use launch_ready_core::answers::Refusal;
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::guard::guarded;
use launch_ready_core::engine::transport::Started;
use launch_ready_core::engine::user_agent;
use launch_ready_core::http::address;
use launch_ready_core::http::{Headers, HttpReply};
use launch_ready_core::http::{HttpRequest, Method};
use rustls::ClientConfig;
use tokio_util::either::Either;
use tokio_util::task::AbortOnDropHandle;
use url::{Position, Url};

use super::clock::milliseconds;
use super::connect::{self, Proxy, Stream};
use super::handshake::own_hello;
use super::head::{self, Tape, Taped};
use super::{body, failure};
use crate::typed;

/// Requests to sites.
pub(super) struct Web {
    proxy: Option<Arc<Proxy>>,
    tls: Arc<ClientConfig>,
}

/// The host to connect to.
pub(super) fn host_of(url: &str) -> Result<String, Failure> {
    let url = passed(url)?;
    url.host().map(|host| connect::bare(&host)).ok_or_else(|| Failure::new(Cause::Malformed))
}

/// The URL, if something may be sent to it. Checks ask for guarded URLs; a host believes nobody.
fn passed(url: &str) -> Result<Url, Failure> {
    guarded(url).map_err(|refusal| {
        let cause = match refusal {
            Refusal::IpLiteral | Refusal::NotPublic => Cause::PrivateAddress,
            _ => Cause::Malformed,
        };
        Failure::new(cause).detailed(&format!("the address {refusal}"))
    })
}

impl Web {
    pub(super) fn new(proxy: Option<Arc<Proxy>>, tls: Arc<ClientConfig>) -> Self {
        Self { proxy, tls }
    }

    pub(super) fn is_proxied(&self) -> bool {
        self.proxy.is_some()
    }

    /// The answer to a request, begun when its headers are there.
    pub(super) async fn fetch(
        &self,
        request: &HttpRequest,
        addresses: &[IpAddr],
        started: Instant,
    ) -> Result<Started, Failure> {
        let url = passed(&request.url)?;
        let stream = self.connect(&url, addresses).await?;
        // A proxy is told the whole address of what it cannot see inside of.
        let proxy = self.proxy.as_deref().filter(|_| matches!(stream, Either::Right(_)));
        let outgoing = outgoing(request, &url, proxy)?;
        let (stream, tape) = Taped::new(stream);
        let (mut sender, connection) =
            head::lenient().handshake(TokioIo::new(stream)).await.map_err(|error| failure::of(&error))?;
        // The connection ends with whoever reads from it.
        let connection = AbortOnDropHandle::new(tokio::spawn(connection));
        let response = sender.send_request(outgoing).await.map_err(|error| failure::of(&error))?;
        let headers_ms = milliseconds(started.elapsed());
        let limit = usize::try_from(request.body_limit).unwrap_or(usize::MAX);
        Ok(Started::Reading(Box::pin(async move {
            let answer = reply(response, &tape, limit, headers_ms).await;
            drop((sender, connection));
            answer
        })))
    }

    async fn connect(&self, url: &Url, addresses: &[IpAddr]) -> Result<Stream, Failure> {
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Failure::new(Cause::Malformed));
        };
        let host = connect::bare(&host);
        let secure = url.scheme() == "https";
        let stream = match &self.proxy {
            None => connect::to(addresses, port).await?,
            Some(proxy) if secure => proxy.tunnel(&host, port).await?,
            Some(proxy) => proxy.connect().await?,
        };
        if secure {
            let failure = match connect::secure(stream, &host, &self.tls).await {
                Ok(stream) => return Ok(Either::Left(stream)),
                Err(failure) => failure,
            };
            return Err(self.excused(failure, &host, port, addresses).await);
        }
        Ok(Either::Right(stream))
    }
}

impl Web {
    /// The failure of a handshake, or, where the server agrees to what browsers offer and this client does not, one that says so: that
    /// is not the server's fault.
    async fn excused(&self, failure: Failure, host: &str, port: u16, addresses: &[IpAddr]) -> Failure {
        if failure.cause != Cause::TlsHandshake {
            return failure;
        }
        let stream = match &self.proxy {
            None => connect::to(addresses, port).await,
            Some(proxy) => proxy.tunnel(host, port).await,
        };
        let Ok(stream) = stream else { return failure };
        match own_hello(stream, host, self.tls.crypto_provider(), 0).await {
            Some(shown) if !shown.is_old() => Failure::new(Cause::Malformed).detailed(
                "the server agrees to cipher suites only that browsers speak and this client does not",
            ),
            _ => failure,
        }
    }
}

fn outgoing(
    request: &HttpRequest,
    url: &Url,
    proxy: Option<&Proxy>,
) -> Result<Request<Empty<Bytes>>, Failure> {
    let method = match request.method {
        Method::Get => hyper::Method::GET,
        Method::Head => hyper::Method::HEAD,
        Method::Options => hyper::Method::OPTIONS,
    };
    let target = match proxy {
        Some(_) => url.as_str(),
        None => &url[Position::BeforePath..Position::AfterQuery],
    };
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let unsendable = |_| Failure::new(Cause::Malformed).detailed("the address cannot be sent");
    let mut outgoing =
        Request::builder().method(method).uri(target).body(Empty::new()).map_err(unsendable)?;
    let headers = outgoing.headers_mut();
    headers.insert(HOST, HeaderValue::from_str(host).map_err(|_| Failure::new(Cause::Malformed))?);
    headers.insert(USER_AGENT, HeaderValue::from_static(user_agent::COMMAND_LINE));
    headers.insert(ACCEPT, HeaderValue::from_static(user_agent::ACCEPT_PAGE));
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(body::CODINGS));
    if let Some(authorization) = proxy.and_then(|proxy| proxy.authorization.as_deref())
        && let Ok(authorization) = HeaderValue::from_str(authorization)
    {
        headers.insert(PROXY_AUTHORIZATION, authorization);
    }
    for (name, value) in &request.headers {
        let name = HeaderName::try_from(name.as_str());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    Ok(outgoing)
}

async fn reply(response: Response<Incoming>, tape: &Tape, limit: usize, headers_ms: u32) -> Answer {
    let began = Instant::now();
    let (parts, incoming) = response.into_parts();
    let fields = tape.fields().unwrap_or_else(|| {
        let field = |(name, value): (&HeaderName, &HeaderValue)| {
            (name.as_str().to_owned(), head::text(name.as_str(), value.as_bytes()))
        };
        parts.headers.iter().map(field).collect()
    });
    // The core maps no hosts; see its `idna`.
    let mapped = fields.into_iter().map(|(name, value): (String, String)| {
        let is_unread = name.eq_ignore_ascii_case("location") && address::needs_mapping(&value);
        let read = if is_unread { address::with_mapped_host(&value, &typed::to_ascii) } else { None };
        (name, read.unwrap_or(value))
    });
    let headers = Headers::new(mapped);
    let codings: Vec<String> = headers
        .all("content-encoding")
        .flat_map(|value| value.split(','))
        .map(|coding| coding.trim().to_ascii_lowercase())
        .filter(|coding| !coding.is_empty() && coding != "identity")
        .collect();
    let body = body::read(incoming, &codings, limit).await;
    let body_ms = milliseconds(began.elapsed());
    Answer::Http(HttpReply { status: parts.status.as_u16(), headers, body, headers_ms, body_ms })
}
