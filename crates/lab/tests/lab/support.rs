//! A lab from a few lines of scenario, and clients to try it with.

use std::{fs, io, net::SocketAddr, sync::Arc};

use bytes::Bytes;
use hickory_proto::{
    op::{Edns, Message, MessageType, OpCode, Query},
    rr::{Name, RData, RecordType},
};
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request, StatusCode, Uri};
use hyper_util::rt::{TokioExecutor, TokioIo};
use launch_ready_lab::{Error, Lab, Options};
use rustls::{
    ClientConfig, RootCertStore, SupportedProtocolVersion,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpStream, UdpSocket},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// A zone with an address, to which tests add what they are about.
pub(crate) fn zone(records: &str) -> String {
    format!("$TTL 300\n@ SOA ns1 hostmaster 1 7200 3600 1209600 60\n@ NS ns1\nns1 A 76.76.21.1\n{records}\n")
}

/// A scenario folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A lab that serves one folder with these files.
pub(crate) async fn lab(files: &[(&str, &str)]) -> Lab {
    try_lab(files).await.unwrap()
}

pub(crate) async fn try_lab(files: &[(&str, &str)]) -> Result<Lab, Error> {
    let folder = folder(files);
    Lab::start(Options::new(vec![folder.path().to_owned()])).await
}

/// A lab with one site, `site.lab`, and what its `sites.toml` says of it.
pub(crate) async fn site(sites: &str) -> Lab {
    lab(&[("site.lab.zone", &zone("@ A 76.76.21.21")), ("sites.toml", sites)]).await
}

// DNS

pub(crate) fn question(name: &str, rtype: RecordType) -> Message {
    let mut message = Message::new(4711, MessageType::Query, OpCode::Query);
    message.metadata.recursion_desired = true;
    message.add_query(Query::query(Name::from_ascii(name).unwrap(), rtype));
    message
}

pub(crate) fn with_edns(mut message: Message, payload: u16, dnssec_ok: bool) -> Message {
    let mut edns = Edns::new();
    edns.set_max_payload(payload);
    edns.set_dnssec_ok(dnssec_ok);
    message.set_edns(edns);
    message
}

pub(crate) async fn udp(lab: &Lab, message: &Message) -> Message {
    Message::from_vec(&udp_bytes(lab, &message.to_vec().unwrap()).await).unwrap()
}

pub(crate) async fn udp_bytes(lab: &Lab, bytes: &[u8]) -> Vec<u8> {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    socket.send_to(bytes, lab.dns).await.unwrap();
    let mut buffer = vec![0; 65_535];
    let length = socket.recv(&mut buffer).await.unwrap();
    buffer.truncate(length);
    buffer
}

pub(crate) async fn tcp(lab: &Lab, message: &Message) -> Message {
    let mut stream = TcpStream::connect(lab.dns).await.unwrap();
    let bytes = message.to_vec().unwrap();
    stream.write_u16(bytes.len().try_into().unwrap()).await.unwrap();
    stream.write_all(&bytes).await.unwrap();
    let mut answer = vec![0; stream.read_u16().await.unwrap().into()];
    stream.read_exact(&mut answer).await.unwrap();
    Message::from_vec(&answer).unwrap()
}

/// Asks over plain HTTP on the bind address, as somebody with no opinion about resolvers.
pub(crate) async fn ask(lab: &Lab, name: &str, rtype: RecordType) -> Message {
    tcp(lab, &question(name, rtype)).await
}

/// Asks one of the public resolvers, through the proxy.
pub(crate) async fn ask_resolver(lab: &Lab, host: &str, name: &str, rtype: RecordType) -> Message {
    let url = doh_get(&format!("https://{host}/dns-query"), &question(name, rtype));
    let answer = fetch(lab, &url).await.unwrap();
    Message::from_vec(&answer.body).unwrap()
}

pub(crate) fn doh_get(url: &str, message: &Message) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    format!("{url}?dns={}", URL_SAFE_NO_PAD.encode(message.to_vec().unwrap()))
}

/// The records of an answer as `name TYPE data`.
pub(crate) fn records(message: &Message) -> Vec<String> {
    let text = |record: &hickory_proto::rr::Record| {
        format!("{} {} {}", record.name, record.record_type(), record.data)
    };
    message.answers.iter().map(text).collect()
}

/// The strings of all TXT records, as bytes.
pub(crate) fn texts(message: &Message) -> Vec<Vec<u8>> {
    let texts = message.answers.iter().filter_map(|record| match &record.data {
        RData::TXT(text) => Some(text.txt_data.concat()),
        _ => None,
    });
    texts.collect()
}

// HTTP

/// An answer with its whole body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(crate) fn get(url: &str) -> Request<Full<Bytes>> {
    Request::get(url.parse::<Uri>().unwrap()).body(Full::default()).unwrap()
}

/// Has the lab fetch a URL: an absolute-form request to its proxy, as a Worker's `fetch` arrives.
pub(crate) async fn fetch(lab: &Lab, url: &str) -> Result<Answer, Failure> {
    send(lab, get(url)).await
}

/// Sends a request to the plain port as it stands.
pub(crate) async fn send(lab: &Lab, request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
    http1(TcpStream::connect(lab.http).await?, request).await
}

pub(crate) async fn http1<S>(stream: S, mut request: Request<Full<Bytes>>) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    if !request.headers().contains_key("host") {
        let host = request.uri().authority().map_or("", |authority| authority.as_str()).parse()?;
        request.headers_mut().insert("host", host);
    }
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    complete(sender.send_request(request).await?).await
}

pub(crate) async fn http2<S>(stream: S, request: Request<Full<Bytes>>) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let io = TokioIo::new(stream);
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await?;
    tokio::spawn(connection);
    complete(sender.send_request(request).await?).await
}

async fn complete(response: hyper::Response<hyper::body::Incoming>) -> Result<Answer, Failure> {
    let (parts, body) = response.into_parts();
    Ok(Answer { status: parts.status, headers: parts.headers, body: body.collect().await?.to_bytes() })
}

/// Opens a tunnel through the proxy.
pub(crate) async fn connect(lab: &Lab, target: &str) -> Result<TcpStream, String> {
    let mut stream = TcpStream::connect(lab.http).await.unwrap();
    stream
        .write_all(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.map_err(|error| error.to_string())?);
    }
    let head = String::from_utf8(head).unwrap();
    if head.starts_with("HTTP/1.1 200 ") { Ok(stream) } else { Err(head) }
}

// TLS

/// How a client of a test speaks TLS.
pub(crate) struct Tls<'a> {
    pub(crate) alpn: &'a [u8],
    pub(crate) versions: &'a [&'static SupportedProtocolVersion],
}

impl Default for Tls<'_> {
    fn default() -> Self {
        Self { alpn: b"http/1.1", versions: rustls::ALL_VERSIONS }
    }
}

/// A handshake that trusts the lab's authority and nobody else.
pub(crate) async fn handshake<S: AsyncRead + AsyncWrite + Unpin>(
    lab: &Lab,
    host: &str,
    stream: S,
    tls: &Tls<'_>,
) -> io::Result<TlsStream<S>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(lab.ca_pem.as_bytes()).unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(tls.versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![tls.alpn.to_vec()];
    let name = ServerName::try_from(host.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

/// A handshake with the HTTPS port.
pub(crate) async fn https(lab: &Lab, host: &str, tls: &Tls<'_>) -> io::Result<TlsStream<TcpStream>> {
    handshake(lab, host, TcpStream::connect(lab.https).await?, tls).await
}

pub(crate) async fn https_get(lab: &Lab, url: &str) -> Result<Answer, Failure> {
    let request = get(url);
    let host = request.uri().host().unwrap().to_owned();
    let stream = https(lab, &host, &Tls::default()).await?;
    http1(stream, origin_form(request)).await
}

/// A request as a server gets it: only path and query, and the host in a header.
pub(crate) fn origin_form(mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    let host = request.uri().authority().unwrap().as_str().parse().unwrap();
    request.headers_mut().insert("host", host);
    *request.uri_mut() = request.uri().path_and_query().unwrap().as_str().parse().unwrap();
    request
}

pub(crate) fn with_header(
    mut request: Request<Full<Bytes>>,
    name: &'static str,
    value: &str,
) -> Request<Full<Bytes>> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

pub(crate) fn with_method(mut request: Request<Full<Bytes>>, method: Method) -> Request<Full<Bytes>> {
    *request.method_mut() = method;
    request
}

/// Writes these bytes and reads until the other side is done.
pub(crate) async fn raw(address: SocketAddr, bytes: &str) -> io::Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(bytes.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(answer)
}
