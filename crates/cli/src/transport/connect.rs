//! Connections: straight to an address, through a proxy, with TLS.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use launch_ready_core::answers::{Cause, Failure};
use percent_encoding::percent_decode_str;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_util::either::Either;
use url::{Host, Url};

use super::failure::{self, Carried};

/// A connection with or without TLS.
pub(super) type Stream = Either<TlsStream<TcpStream>, TcpStream>;

/// How long one address may keep the next one waiting: "Connection Attempt Delay", RFC 8305 section 5.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);
/// What a proxy may say before the tunnel stands.
const MAX_PROXY_HEAD: usize = 16 * 1024;

/// A forward proxy.
#[derive(Debug, Clone)]
pub struct Proxy {
    host: String,
    port: u16,
    /// The value of `Proxy-Authorization`.
    pub(super) authorization: Option<String>,
}

impl Proxy {
    /// Reads `http://host:port`, with a user name and a password where the proxy asks for them.
    ///
    /// # Errors
    /// A sentence about what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("{error}; write http://host:port"))?;
        let host = match url.host() {
            Some(host) if url.scheme() == "http" => bare(&host),
            _ => return Err("a proxy is given as http://host:port".to_owned()),
        };
        let authorization = (!url.username().is_empty()).then(|| {
            let credentials = format!("{}:{}", url.username(), url.password().unwrap_or_default());
            let credentials: Vec<u8> = percent_decode_str(&credentials).collect();
            format!("Basic {}", BASE64.encode(credentials))
        });
        Ok(Self { host, port: url.port_or_known_default().unwrap_or(80), authorization })
    }

    /// A connection to the proxy itself.
    pub(super) async fn connect(&self) -> Result<TcpStream, Failure> {
        named(&self.host, self.port).await.map_err(|failure| {
            let said = format!("the proxy {}", failure.cause.words());
            Failure::new(failure.cause).detailed(&said)
        })
    }

    /// A tunnel through the proxy.
    pub(super) async fn tunnel(&self, host: &str, port: u16) -> Result<TcpStream, Failure> {
        let mut stream = self.connect().await?;
        let authorization = self.authorization.as_ref();
        let authorization =
            authorization.map(|value| format!("Proxy-Authorization: {value}\r\n")).unwrap_or_default();
        let request = format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n");
        stream.write_all(request.as_bytes()).await.map_err(|error| failure::of(&error))?;
        match proxy_status(&mut stream).await? {
            200..=299 => Ok(stream),
            407 => Err(Failure::new(Cause::Unreachable).detailed("the proxy asks for a password")),
            504 => Err(Failure::new(Cause::Timeout).detailed("the proxy got no answer")),
            status => Err(Failure::new(Cause::Unreachable).detailed(&format!("the proxy answered {status}"))),
        }
    }
}

/// The status of a proxy's answer to CONNECT. Whoever is behind the tunnel waits for us to speak first, so nothing
/// of what it says can come along with the answer.
async fn proxy_status(stream: &mut TcpStream) -> Result<u16, Failure> {
    let mut head = Vec::new();
    loop {
        let read = stream.read_buf(&mut head).await.map_err(|error| failure::of(&error))?;
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut fields);
        match response.parse(&head) {
            Ok(httparse::Status::Complete(_)) => return Ok(response.code.unwrap_or_default()),
            Ok(httparse::Status::Partial) if read > 0 && head.len() < MAX_PROXY_HEAD => {}
            _ => return Err(Failure::new(Cause::Unreachable).detailed("the proxy's answer cannot be read")),
        }
    }
}

/// A host as name resolution and TLS want it: IPv6 without brackets.
pub(super) fn bare<S: AsRef<str>>(host: &Host<S>) -> String {
    match host {
        Host::Domain(name) => name.as_ref().to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}

/// A connection to a host that the user named (a resolver, a proxy): by the system's name resolution, and to a
/// private address too.
pub(super) async fn named(host: &str, port: u16) -> Result<TcpStream, Failure> {
    let addresses: Vec<SocketAddr> = tokio::net::lookup_host((host, port))
        .await
        .map_err(|error| Failure::new(Cause::NoSuchHost).detailed(&error.kind().to_string()))?
        .collect();
    first_of(&addresses).await
}

/// A connection to whichever of a host's addresses answers first; the later ones begin a little later, or when one
/// before them has failed (RFC 8305).
pub(super) async fn to(addresses: &[IpAddr], port: u16) -> Result<TcpStream, Failure> {
    let addresses: Vec<_> = addresses.iter().map(|address| SocketAddr::new(*address, port)).collect();
    first_of(&addresses).await
}

async fn first_of(addresses: &[SocketAddr]) -> Result<TcpStream, Failure> {
    let mut waiting = addresses.iter();
    let mut attempts = FuturesUnordered::new();
    let mut failed: Option<io::Error> = None;
    loop {
        if let Some(address) = waiting.next() {
            attempts.push(TcpStream::connect(*address));
        } else if attempts.is_empty() {
            let failed = failed.map(|error| failure::of(&error));
            return Err(failed.unwrap_or_else(|| Failure::new(Cause::NoSuchHost)));
        }
        let more = waiting.len() > 0;
        tokio::select! {
            Some(attempt) = attempts.next() => match attempt {
                Ok(stream) => {
                    // Questions are small and wait for nothing.
                    let _ = stream.set_nodelay(true);
                    return Ok(stream);
                }
                Err(error) => failed = Some(error),
            },
            () = tokio::time::sleep(ATTEMPT_DELAY), if more => {}
        }
    }
}

/// TLS on top of a connection, for this host.
pub(super) async fn secure(
    stream: TcpStream,
    host: &str,
    config: &Arc<ClientConfig>,
) -> Result<TlsStream<TcpStream>, Failure> {
    handshake(stream, host, config).await.map_err(|error| failure::of_handshake(&error))
}

/// The same, with the library's own error.
pub(super) async fn handshake(
    stream: TcpStream,
    host: &str,
    config: &Arc<ClientConfig>,
) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).map_err(|_| {
        let failure = Failure::new(Cause::TlsHandshake);
        io::Error::other(Carried(failure.detailed("no certificate can be issued for this name")))
    })?;
    TlsConnector::from(Arc::clone(config)).connect(name, stream).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_a_host_and_a_port_and_may_ask_for_a_password() {
        let proxy = Proxy::parse("http://127.0.0.1:8080").unwrap();
        assert_eq!((proxy.host.as_str(), proxy.port, proxy.authorization), ("127.0.0.1", 8080, None));
        let proxy = Proxy::parse("http://me:s%40cret@proxy.example/").unwrap();
        assert_eq!((proxy.port, proxy.authorization.as_deref()), (80, Some("Basic bWU6c0BjcmV0")));
        assert!(Proxy::parse("https://proxy.example").is_err());
        assert!(Proxy::parse("proxy.example:8080").is_err());
    }

    #[tokio::test]
    async fn an_address_that_refuses_gives_way_to_the_next_one() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let open = listener.local_addr().unwrap();
        let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert_eq!(first_of(&[closed, open]).await.unwrap().peer_addr().unwrap(), open);
        assert_eq!(first_of(&[closed]).await.unwrap_err().cause, Cause::Unreachable);
    }
}
