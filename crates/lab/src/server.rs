//! The two web ports: plain HTTP, which is a forward proxy as well, and HTTPS by server name.

use std::{collections::HashMap, convert::Infallible, future::Future, pin::Pin, sync::Arc, time::Duration};

use http_body_util::BodyExt;
use hyper::{Method, Request, Response, StatusCode, body::Incoming, header::HOST, service::service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

use crate::{
    counts::{self, Counts},
    doh,
    edge::{self, Internet, Reached},
    fault::{Breakable, Breaker, Socket},
    forward,
    scenario::{Scheme, TlsFault},
    unreached::{Unreached, as_edge},
    via,
    web::{self, Body, HANG, empty, text},
};

/// How long a handshake, or the head of a request, may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// The most that the head of a request may have.
const MAX_HEAD: usize = 64 * 1024;

/// What the lab needs to serve its web side.
pub(crate) struct Server {
    pub(crate) internet: Internet,
    /// The TLS of every site, by the name that it stands under in its scenario.
    pub(crate) tls: HashMap<String, Arc<ServerConfig>>,
    /// What sites of TLS 1.0 say, by the same name.
    pub(crate) old_tls: HashMap<String, Vec<u8>>,
    /// The TLS of the lab itself: the resolvers, and whoever asks without a name.
    pub(crate) own_tls: Arc<ServerConfig>,
    /// What has been asked.
    pub(crate) counts: Counts,
    /// Ends the tunnels, which outlive the requests that asked for them.
    pub(crate) stop: CancellationToken,
}

/// How a request came to us.
#[derive(Clone)]
struct Arrival {
    /// The scheme of the connection, where the request does not say.
    scheme: Scheme,
    /// The host that the connection was made to; on the plain port only the request knows.
    host: Option<String>,
    breaker: Breaker,
}

impl Server {
    /// Serves a connection to the plain port.
    pub(crate) async fn plain(self: Arc<Self>, stream: TcpStream) {
        let Ok((socket, stream)) = Socket::of(stream) else { return };
        let arrival = Arrival { scheme: Scheme::Http, host: None, breaker: Breaker::new(socket) };
        self.http1(stream, arrival).await;
    }

    /// Serves a connection to the TLS port: any server name is welcome.
    pub(crate) async fn secure(self: Arc<Self>, stream: TcpStream) {
        let Ok((socket, stream)) = Socket::of(stream) else { return };
        self.tls(stream, socket, None).await;
    }

    /// A handshake, and HTTP after it. A tunnel has a host already, which must be a site's.
    async fn tls<S>(self: Arc<Self>, stream: S, socket: Socket, tunnel: Option<String>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let handshake = self.counts.begin();
        let acceptor = LazyConfigAcceptor::new(rustls::server::Acceptor::default(), stream);
        let Ok(Ok(start)) = timeout(PATIENCE, acceptor).await else { return socket.close_hard() };
        let named = start.client_hello().server_name().map(str::to_ascii_lowercase);
        // The host of a tunnel is where the connection goes, whatever name the handshake says.
        let host = tunnel.or(named);

        let own = host.as_deref().is_none_or(|host| host == "localhost" || via::HOSTS.contains(&host));
        let config = match host.as_deref().and_then(|host| self.internet.world.site(host)) {
            _ if own => self.own_tls.clone(),
            Some((name, site)) if site.https => {
                if let Some(fault) = site.tls_fault {
                    let old = self.old_tls.get(name).map(Vec::as_slice).unwrap_or_default();
                    return fail(start.io, &socket, fault, old).await;
                }
                let Some(config) = self.tls.get(name) else { return socket.close_hard() };
                config.clone()
            }
            // Nobody listens there.
            _ => return socket.close_hard(),
        };
        // It waits until the server begins to speak.
        drop(handshake);
        let Ok(Ok(stream)) = timeout(PATIENCE, start.into_stream(config)).await else { return };
        self.counts.begins_another();
        let arrival = Arrival { scheme: Scheme::Https, host, breaker: Breaker::new(socket) };
        self.http_after_tls(stream, arrival).await;
    }

    async fn http_after_tls<S>(self: Arc<Self>, stream: TlsStream<S>, arrival: Arrival)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        if stream.get_ref().1.alpn_protocol() != Some(b"h2") {
            return self.http1(stream, arrival).await;
        }
        let io = TokioIo::new(Breakable::new(stream, arrival.breaker.clone()));
        let service = service_fn(move |request| self.clone().handle(request, arrival.clone()));
        // An error ends this connection, and that is all it should do.
        let _ = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .max_header_list_size(MAX_HEAD as u32)
            .serve_connection(io, service)
            .await;
    }

    async fn http1<S>(self: Arc<Self>, stream: S, arrival: Arrival)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let io = TokioIo::new(Breakable::new(stream, arrival.breaker.clone()));
        let service = service_fn(move |request| self.clone().handle(request, arrival.clone()));
        let _ = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .max_buf_size(MAX_HEAD)
            .serve_connection(io, service)
            .with_upgrades()
            .await;
    }

    /// Boxed, because a tunnel inside a request leads back here.
    fn handle(
        self: Arc<Self>,
        request: Request<Incoming>,
        arrival: Arrival,
    ) -> Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>> {
        Box::pin(async move {
            Ok(if request.method() == Method::CONNECT {
                self.tunnel(request, &arrival).await
            } else if request.uri().scheme().is_some() && arrival.host.is_none() {
                self.proxied(request, &arrival).await
            } else {
                self.hosted(request, &arrival).await
            })
        })
    }

    /// An absolute-form request: somebody wants us to fetch.
    async fn proxied(&self, request: Request<Incoming>, arrival: &Arrival) -> Response<Body> {
        let Some(host) = request.uri().host().map(str::to_ascii_lowercase) else {
            return text(StatusCode::BAD_REQUEST, "no host\n");
        };
        let host = host.trim_end_matches('.').to_owned();
        let scheme = forwarded_scheme(&request).or(match request.uri().scheme_str() {
            Some("https") => Some(Scheme::Https),
            Some("http") => Some(Scheme::Http),
            _ => None,
        });
        self.fetch(request, &host, scheme, arrival).await
    }

    /// An ordinary request: the host is in the connection or in the header.
    async fn hosted(&self, request: Request<Incoming>, arrival: &Arrival) -> Response<Body> {
        // The connection's host decides: a site does not answer for another one that shares its port.
        let named = request.uri().authority().map(|authority| authority.host().to_owned());
        let header = || {
            let value = request.headers().get(HOST)?.to_str().ok()?;
            value.parse::<hyper::http::uri::Authority>().ok().map(|authority| authority.host().to_owned())
        };
        let host = arrival.host.clone().or(named).or_else(header).map(|host| host.to_ascii_lowercase());
        let host = host.as_deref().map(|host| host.trim_end_matches('.')).unwrap_or("localhost").to_owned();

        if arrival.host.is_none()
            && let Some(scheme) = forwarded_scheme(&request)
        {
            return self.fetch(request, &host, Some(scheme), arrival).await;
        }
        if edge::literal(&host).is_some() || host == "localhost" {
            return match request.uri().path() {
                via::PATH => {
                    let _waiting = self.counts.begin();
                    doh::respond(request, &host, &self.internet.resolver, &arrival.breaker).await
                }
                counts::PATH => self.counts.respond(request.method()),
                "/" => edge::index(&self.internet.world),
                _ => text(StatusCode::NOT_FOUND, "Not found\n"),
            };
        }
        if via::HOSTS.contains(&host.as_str()) {
            let _waiting = self.counts.begin();
            return self.resolver_site(request, &host, arrival).await;
        }
        match self.internet.world.site(&host) {
            Some((_, site)) if edge::listens(site, Some(arrival.scheme)) => {
                let _waiting = self.counts.begin();
                let (parts, _) = request.into_parts();
                web::respond(site, &host, arrival.scheme, &parts, &arrival.breaker).await
            }
            _ => self.fetch(request, &host, Some(arrival.scheme), arrival).await,
        }
    }

    async fn fetch(
        &self,
        request: Request<Incoming>,
        host: &str,
        scheme: Option<Scheme>,
        arrival: &Arrival,
    ) -> Response<Body> {
        let _waiting = self.counts.begin();
        if via::HOSTS.contains(&host) && scheme == Some(Scheme::Https) {
            return as_edge(self.resolver_site(request, host, arrival).await);
        }
        let port = request.uri().port_u16();
        let expected = match scheme {
            Some(Scheme::Http) => Some(80),
            Some(Scheme::Https) => Some(443),
            None => None,
        };
        let scheme = scheme.filter(|_| port.is_none() || port == expected);
        let (parts, body) = request.into_parts();
        if let Some(response) = self.internet.fetch(host, scheme, &parts, &arrival.breaker).await {
            return response;
        }
        match (&self.internet.forward, scheme) {
            (Some(forward), Some(scheme)) => {
                let body = body.map_err(std::io::Error::other).boxed();
                let request = Request::from_parts(parts, body);
                forward.http(request, host, scheme).await.unwrap_or_else(Unreached::response)
            }
            _ => Unreached::Refused.response(),
        }
    }

    async fn resolver_site(
        &self,
        request: Request<Incoming>,
        host: &str,
        arrival: &Arrival,
    ) -> Response<Body> {
        match request.uri().path() {
            via::PATH => doh::respond(request, host, &self.internet.resolver, &arrival.breaker).await,
            _ => text(StatusCode::NOT_FOUND, "Not found\n"),
        }
    }

    /// `CONNECT host:port`.
    async fn tunnel(self: Arc<Self>, request: Request<Incoming>, arrival: &Arrival) -> Response<Body> {
        let Some(authority) = request.uri().authority() else {
            return text(StatusCode::BAD_REQUEST, "CONNECT host:port\n");
        };
        let host = authority.host().to_ascii_lowercase().trim_end_matches('.').to_owned();
        let port = authority.port_u16().unwrap_or(443);
        let scheme = match port {
            80 => Some(Scheme::Http),
            443 => Some(Scheme::Https),
            _ => None,
        };
        // What a proxy says that cannot connect.
        let refusal = |reason| {
            let status = match reason {
                Unreached::Literal | Unreached::Private => StatusCode::FORBIDDEN,
                _ => StatusCode::BAD_GATEWAY,
            };
            text(status, format!("{host}:{port} cannot be reached: {reason:?}\n"))
        };
        let outside = if via::HOSTS.contains(&host.as_str()) && scheme == Some(Scheme::Https) {
            None
        } else {
            match self.internet.reach(&host, scheme) {
                Reached::Site(site) if !site.connect => return refusal(Unreached::Refused),
                Reached::Site(_) => None,
                Reached::Not(reason) => return refusal(reason),
                Reached::Outside => match forward::connect(&host, port).await {
                    Ok(stream) => Some(stream),
                    Err(reason) => return refusal(reason),
                },
            }
        };
        let socket = arrival.breaker.socket().clone();
        let stop = self.stop.clone();
        let tunnel = async move {
            let Ok(upgraded) = hyper::upgrade::on(request).await else { return };
            let mut stream = TokioIo::new(upgraded);
            if let Some(mut outside) = outside {
                // Either side may end it at any time.
                let _ = copy_bidirectional(&mut stream, &mut outside).await;
            } else if scheme == Some(Scheme::Https) {
                self.tls(stream, socket, Some(host)).await;
            } else {
                let breaker = Breaker::new(socket);
                self.http1(stream, Arrival { scheme: Scheme::Http, host: Some(host), breaker }).await;
            }
        };
        tokio::spawn(async move { stop.run_until_cancelled(tunnel).await });
        empty(StatusCode::OK)
    }
}

/// The scheme of a request that a proxy before us already unpacked.
fn forwarded_scheme(request: &Request<Incoming>) -> Option<Scheme> {
    match request.headers().get("x-forwarded-proto")?.as_bytes() {
        b"https" => Some(Scheme::Https),
        b"http" => Some(Scheme::Http),
        _ => None,
    }
}

/// Ends a handshake in its way; at the latest when the client goes. `old` is what a server of TLS 1.0 says.
async fn fail<S: AsyncRead + AsyncWrite + Unpin>(
    mut stream: S,
    socket: &Socket,
    fault: TlsFault,
    old: &[u8],
) {
    match fault {
        // TLS 1.2 record, alert, fatal, handshake_failure.
        TlsFault::Alert => {
            let _ = stream.write_all(&[0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]).await;
            let _ = stream.shutdown().await;
        }
        TlsFault::Garbage => {
            let _ = stream.write_all(b"220 mail.lab ESMTP ready\r\n").await;
            let _ = stream.shutdown().await;
        }
        TlsFault::Hang => {
            let mut ignored = [0; 1024];
            let gone = async { while stream.read(&mut ignored).await.is_ok_and(|read| read > 0) {} };
            let _ = timeout(HANG, gone).await;
            socket.close_hard();
        }
        TlsFault::Old => {
            let _ = stream.write_all(old).await;
            let mut ignored = [0; 1024];
            let gone = async { while stream.read(&mut ignored).await.is_ok_and(|read| read > 0) {} };
            let _ = timeout(HANG, gone).await;
        }
        TlsFault::Reset => socket.close_hard(),
    }
}
