//! The real internet, for names that no scenario has.
//!
//! Only used with `--forward`. It goes where the edge would go: to public addresses, with the roots that browsers trust,
//! never following redirects. What it cannot reach it says so; it makes nothing up.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty, Limited};
use hyper::{
    Request, Response, StatusCode,
    client::conn::http1,
    header::{ACCEPT, CONNECTION, HOST, HeaderName, HeaderValue, PROXY_AUTHORIZATION, UPGRADE},
};
use hyper_util::rt::TokioIo;
use rustls::{ClientConfig, RootCertStore, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{
    authority::provider,
    error::Error,
    scenario::Scheme,
    unreached::{Unreached, is_public},
    via::{HOSTS, PATH, Via},
    web::Body,
};

/// How long a name, a connection or a handshake may take.
const CONNECT: Duration = Duration::from_secs(8);
/// How long the head of an answer may take.
const ANSWER: Duration = Duration::from_secs(30);
/// The most a DNS answer can have.
const MAX_MESSAGE: usize = 65_535;
/// Headers that are between the asker and us.
const HOP: [HeaderName; 5] = [
    CONNECTION,
    UPGRADE,
    PROXY_AUTHORIZATION,
    HeaderName::from_static("proxy-connection"),
    HeaderName::from_static("keep-alive"),
];

pub(crate) struct Forward {
    tls: TlsConnector,
}

impl Forward {
    pub(crate) fn new() -> Result<Self, Error> {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let config = ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Asks the real resolver that the question was for. A resolver that cannot be reached is not one that says
    /// SERVFAIL: that would be a word about the zone.
    pub(crate) async fn dns(&self, question: &[u8], via: Via<'_>) -> Result<Vec<u8>, Unreached> {
        let host = match via {
            Via::Doh(asked) => HOSTS.into_iter().find(|host| *host == asked).unwrap_or(HOSTS[0]),
            _ => HOSTS[0],
        };
        let uri = format!("{}?dns={}", PATH, URL_SAFE_NO_PAD.encode(question));
        let body = Empty::new().map_err(|never| match never {}).boxed();
        let mut request = Request::new(body);
        *request.uri_mut() = uri.parse().map_err(|_| Unreached::Broken)?;
        request.headers_mut().insert(HOST, HeaderValue::from_static(host));
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static("application/dns-message"));
        let response = self.send(request, host, Scheme::Https).await?;
        if response.status() != StatusCode::OK {
            return Err(Unreached::Broken);
        }
        let body = timeout(ANSWER, Limited::new(response.into_body(), MAX_MESSAGE).collect()).await;
        match body {
            Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
            _ => Err(Unreached::Broken),
        }
    }

    /// Passes a request on to the real host.
    pub(crate) async fn http(
        &self,
        request: Request<Body>,
        host: &str,
        scheme: Scheme,
    ) -> Result<Response<Body>, Unreached> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = path.parse().map_err(|_| Unreached::Broken)?;
        for name in &HOP {
            parts.headers.remove(name);
        }
        parts.headers.insert(HOST, HeaderValue::from_str(host).map_err(|_| Unreached::NoName)?);
        self.send(Request::from_parts(parts, body), host, scheme).await
    }

    async fn send(
        &self,
        request: Request<Body>,
        host: &str,
        scheme: Scheme,
    ) -> Result<Response<Body>, Unreached> {
        let port = match scheme {
            Scheme::Http => 80,
            Scheme::Https => 443,
        };
        let stream = connect(host, port).await?;
        if scheme == Scheme::Http {
            return exchange(stream, request).await;
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Unreached::NoName)?;
        let handshake = timeout(CONNECT, self.tls.connect(name, stream));
        let stream =
            handshake.await.map_err(|_| Unreached::Handshake)?.map_err(|error| tls_failure(&error))?;
        exchange(stream, request).await
    }
}

/// Connects to the real host, if it is a public one.
pub(crate) async fn connect(host: &str, port: u16) -> Result<TcpStream, Unreached> {
    let found = timeout(CONNECT, tokio::net::lookup_host((host, port))).await;
    let addresses: Vec<SocketAddr> = match found {
        Ok(Ok(addresses)) => addresses.collect(),
        _ => return Err(Unreached::NoName),
    };
    let public: Vec<SocketAddr> =
        addresses.iter().copied().filter(|address| is_public(address.ip())).collect();
    match (addresses.is_empty(), public.is_empty()) {
        (true, _) => Err(Unreached::NoName),
        (_, true) => Err(Unreached::Private),
        _ => match timeout(CONNECT, TcpStream::connect(public.as_slice())).await {
            Ok(Ok(stream)) => Ok(stream),
            _ => Err(Unreached::Refused),
        },
    }
}

fn tls_failure(error: &io::Error) -> Unreached {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            Unreached::Certificate
        }
        _ => Unreached::Handshake,
    }
}

async fn exchange<S>(stream: S, request: Request<Body>) -> Result<Response<Body>, Unreached>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|_| Unreached::Broken)?;
    // Ends with the answer's body, or when the asker goes.
    tokio::spawn(connection);
    let answer = timeout(ANSWER, sender.send_request(request)).await;
    let response = answer.map_err(|_| Unreached::Refused)?.map_err(|_| Unreached::Broken)?;
    let (mut parts, body) = response.into_parts();
    for name in &HOP {
        parts.headers.remove(name);
    }
    let body = body.map_err(io::Error::other).map_frame(|frame| frame.map_data(Bytes::from)).boxed();
    Ok(Response::from_parts(parts, body))
}
