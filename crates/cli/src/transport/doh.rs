//! Questions to resolvers: RFC 8484, by POST, over HTTP/2 where the resolver speaks it. Connections are kept and
//! shared.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper::header::{ACCEPT, CONTENT_TYPE, HeaderValue, PROXY_AUTHORIZATION, USER_AGENT};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper::{Method, Request, StatusCode, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::{TokioExecutor, TokioIo};
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::dns::is_message;
use launch_ready_core::dns::{MEDIA_TYPE, decode, encode};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::probe::DnsQuestion;
use launch_ready_core::engine::user_agent;
use rustls::ClientConfig;
use tokio_util::either::Either;
use url::{Host, Url};

use super::clock::milliseconds;
use super::connect::{self, Proxy, Stream};
use super::failure::{self, Carried};

/// The media type of questions and replies.
const MESSAGE: HeaderValue = HeaderValue::from_static(MEDIA_TYPE);
/// The longest message that DNS has.
const MAX_MESSAGE: usize = 65_535;

/// Questions to resolvers.
pub(super) struct Doh {
    /// The one endpoint for all questions, where one was given.
    endpoint: Option<Url>,
    proxy: Option<Arc<Proxy>>,
    client: Client<Connector, Full<Bytes>>,
}

impl Doh {
    pub(super) fn new(endpoint: Option<Url>, proxy: Option<Arc<Proxy>>, tls: Arc<ClientConfig>) -> Self {
        let client = Client::builder(TokioExecutor::new()).build(Connector { proxy: proxy.clone(), tls });
        Self { endpoint, proxy, client }
    }

    /// Puts a question. The future holds what it needs.
    pub(super) fn ask(&self, question: DnsQuestion) -> impl Future<Output = Answer> + use<> {
        let own = question.resolver.url().parse::<Url>();
        let endpoint = self.endpoint.clone().map_or(own, Ok);
        let (client, proxy) = (self.client.clone(), self.proxy.clone());
        async move {
            let started = Instant::now();
            let exchanged = match &endpoint {
                Ok(endpoint) => exchange(&client, endpoint, proxy.as_deref(), &question).await,
                Err(error) => Err(Failure::new(Cause::Malformed).detailed(&error.to_string())),
            };
            match exchanged {
                Ok(message) => {
                    decode(&question.name, question.record_type, &message, milliseconds(started.elapsed()))
                        .into()
                }
                Err(failure) => Answer::Failed(failure.after(milliseconds(started.elapsed()))),
            }
        }
    }
}

async fn exchange(
    client: &Client<Connector, Full<Bytes>>,
    endpoint: &Url,
    proxy: Option<&Proxy>,
    question: &DnsQuestion,
) -> Result<Bytes, Failure> {
    let message = encode(&question.name, question.record_type, question.checking_disabled)
        .ok_or_else(|| Failure::new(Cause::Malformed).detailed("no name that DNS can carry"))?;
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(endpoint.as_str())
        .body(Full::new(Bytes::from(message)))
        .map_err(|error| Failure::new(Cause::Malformed).detailed(&error.to_string()))?;
    // With TLS the proxy has seen its password when the tunnel was dug.
    let seen_by = proxy.filter(|_| endpoint.scheme() == "http" && !is_here(endpoint));
    let headers = request.headers_mut();
    headers.insert(CONTENT_TYPE, MESSAGE);
    headers.insert(ACCEPT, MESSAGE);
    headers.insert(USER_AGENT, HeaderValue::from_static(user_agent::COMMAND_LINE));
    let authorization = seen_by.and_then(|proxy| proxy.authorization.as_deref());
    if let Some(Ok(authorization)) = authorization.map(HeaderValue::from_str) {
        headers.insert(PROXY_AUTHORIZATION, authorization);
    }
    let response = client.request(request).await.map_err(|error| failure::of(&error))?;
    let status = response.status();
    if status != StatusCode::OK {
        // Too many questions, or nobody there to ask: either way there was no resolver.
        let nobody = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        let cause = if nobody { Cause::Unreachable } else { Cause::Malformed };
        return Err(Failure::new(cause).detailed(&format!("the resolver answered {}", status.as_u16())));
    }
    let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !is_message(content_type) {
        return Err(
            Failure::new(Cause::Unreachable).detailed("the resolver answered with something else than DNS")
        );
    }
    let body = Limited::new(response.into_body(), MAX_MESSAGE).collect().await;
    body.map(http_body_util::Collected::to_bytes).map_err(|error| failure::of(&*error))
}

/// Connections to resolvers. They are the user's own choice, so they are not guarded against private addresses; one
/// on this machine is reached without the proxy, as browsers do.
#[derive(Clone)]
struct Connector {
    proxy: Option<Arc<Proxy>>,
    tls: Arc<ClientConfig>,
}

impl Connector {
    async fn connect(self, uri: Uri) -> Result<Link, Failure> {
        let malformed = || Failure::new(Cause::Malformed).detailed("not the address of a resolver");
        let url = Url::parse(&uri.to_string()).map_err(|_| malformed())?;
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(malformed());
        };
        let host = connect::bare(&host);
        let secure = url.scheme() == "https";
        let proxy = self.proxy.as_ref().filter(|_| !is_here(&url));
        let stream = match proxy {
            None => connect::named(&host, port).await?,
            Some(proxy) if secure => proxy.tunnel(&host, port).await?,
            Some(proxy) => proxy.connect().await?,
        };
        let stream = match secure {
            true => Either::Left(connect::secure(stream, &host, &self.tls).await?),
            false => Either::Right(stream),
        };
        Ok(Link { whole_address: proxy.is_some() && !secure, stream: TokioIo::new(stream) })
    }
}

/// Whether an endpoint is on this machine.
fn is_here(endpoint: &Url) -> bool {
    match endpoint.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = Link;
    type Error = Carried;
    type Future = BoxFuture<'static, Result<Link, Carried>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Carried>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connecting = self.clone().connect(uri);
        Box::pin(async move { connecting.await.map_err(Carried) })
    }
}

/// A connection to a resolver, as the pool wants it.
struct Link {
    stream: TokioIo<Stream>,
    /// Whether requests name the whole address, because a proxy reads them.
    whole_address: bool,
}

impl Connection for Link {
    fn connected(&self) -> Connected {
        let connected = Connected::new().proxy(self.whole_address);
        let protocol = match self.stream.inner() {
            Either::Left(tls) => tls.get_ref().1.alpn_protocol(),
            Either::Right(_) => None,
        };
        if protocol == Some(b"h2") { connected.negotiated_h2() } else { connected }
    }
}

impl Read for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for Link {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
