//! Answering as a web site of a scenario would.

use std::{io, sync::atomic::Ordering, time::Duration};

use bytes::Bytes;
use futures_util::stream;
use http_body_util::{BodyExt, Empty, Full, StreamBody, combinators::BoxBody};
use hyper::{
    HeaderMap, Method, Response, StatusCode,
    body::Frame,
    header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, HeaderValue, ORIGIN},
    http::request::Parts,
};

use crate::{
    fault::Breaker,
    latency,
    scenario::{CountedRoute, Route, Scheme, Site, WebFault},
};

/// The body of every response of the lab.
pub(crate) type Body = BoxBody<Bytes, io::Error>;

/// How long something that never answers stays silent, if the other side does not give up first.
pub(crate) const HANG: Duration = Duration::from_secs(120);

/// How large `oversized` is where the scenario does not say.
const OVERSIZED: u64 = 20 * 1024 * 1024;
/// Made-up bodies are sent in pieces of this size.
const PIECE: usize = 64 * 1024;
/// What a made-up body consists of where the scenario does not say.
const FILLING: &[u8] = b"All work and no play makes Jack a dull boy. ";
/// Not HTTP, and still something that a careless reader might take for it.
const NOT_HTTP: &[u8] = b"HTTP/1.1 OK 200\r\nno colon here\r\n: no name\r\n\x00\xff\r\n\r\n<html>";

/// Answers a request to a site.
pub(crate) async fn respond(
    site: &Site,
    host: &str,
    scheme: Scheme,
    request: &Parts,
    breaker: &Breaker,
) -> Response<Body> {
    latency::wait(site.latency).await;
    let found = site.routes.iter().find(|counted| {
        // Counted only if this route would answer.
        matches(&counted.route, scheme, request)
            && counted.seen.fetch_add(1, Ordering::Relaxed) >= counted.route.after
    });
    let Some(CountedRoute { route, .. }) = found else {
        return text(StatusCode::NOT_FOUND, "Not found\n");
    };
    latency::wait(route.delay).await;
    match route.fault {
        Some(WebFault::Reset) => {
            breaker.reset();
            closing(empty(StatusCode::OK))
        }
        Some(WebFault::Malformed) => {
            breaker.replace(route.raw.clone().unwrap_or(Bytes::from_static(NOT_HTTP)));
            closing(empty(StatusCode::OK))
        }
        Some(WebFault::Hang) => {
            tokio::time::sleep(HANG).await;
            breaker.reset();
            closing(empty(StatusCode::OK))
        }
        fault => answer(route, fault, host, request),
    }
}

/// Whether one of the site's routes takes the request.
pub(crate) fn has_route(site: &Site, scheme: Scheme, request: &Parts) -> bool {
    site.routes.iter().any(|counted| matches(&counted.route, scheme, request))
}

fn matches(route: &Route, scheme: Scheme, request: &Parts) -> bool {
    let path = request.uri.path();
    let path_fits = match route.path.strip_suffix('*') {
        Some(prefix) => path.starts_with(prefix),
        None => path == route.path,
    };
    let method_fits = route.method.as_ref().is_none_or(|method| {
        // What answers GET answers HEAD, without the body.
        method == request.method || (method == Method::GET && request.method == Method::HEAD)
    });
    path_fits
        && method_fits
        && route.scheme.is_none_or(|wanted| wanted == scheme)
        && route.when_cookie.as_deref().is_none_or(|wanted| has_cookie(&request.headers, wanted))
        && route.when_header.as_deref().is_none_or(|wanted| has_header(&request.headers, wanted))
}

/// `name` or `name=value`.
fn has_cookie(headers: &HeaderMap, wanted: &str) -> bool {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .map(str::trim)
        .any(|cookie| cookie == wanted || cookie.split_once('=').is_some_and(|(name, _)| name == wanted))
}

/// `Name` or `Name: value`.
fn has_header(headers: &HeaderMap, wanted: &str) -> bool {
    match wanted.split_once(':') {
        None => headers.contains_key(wanted),
        Some((name, value)) => headers.get_all(name.trim()).into_iter().any(|found| found == value.trim()),
    }
}

fn answer(route: &Route, fault: Option<WebFault>, host: &str, request: &Parts) -> Response<Body> {
    let filled = Filling { host, request };
    let content = filled.body(&route.body);
    let size = route.size.or((fault == Some(WebFault::Oversized)).then_some(OVERSIZED));

    let (body, length) = match (fault, size) {
        (Some(WebFault::Drip), size) => {
            let length = size.unwrap_or(content.len() as u64);
            (dripping(content, length, route.drip), Some(length))
        }
        (Some(WebFault::Truncate), size) => {
            let length = size.unwrap_or(content.len() as u64).max(2);
            (cut_short(content, length / 2), Some(length))
        }
        (Some(WebFault::Oversized), size) => (repeated(content, size.unwrap_or(OVERSIZED)), None),
        (_, Some(size)) => (repeated(content, size), Some(size)),
        (_, None) => {
            let length = content.len() as u64;
            (Full::new(content).map_err(|never| match never {}).boxed(), Some(length))
        }
    };
    let mut response = Response::new(body);
    *response.status_mut() = route.status;
    let headers = response.headers_mut();
    if let Some(length) = length
        && route.status != StatusCode::NO_CONTENT
        && route.status != StatusCode::NOT_MODIFIED
    {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in &route.headers {
        if let Some(value) = filled.header(value, route.latin1) {
            headers.append(name, value);
        }
    }
    response
}

/// Puts what is known of the request in place of `{host}`, `{apex}`, `{path_and_query}` and `{origin}`.
struct Filling<'a> {
    host: &'a str,
    request: &'a Parts,
}

impl Filling<'_> {
    /// Nothing where `{origin}` is wanted and the request has none: such a header is left out.
    fn header(&self, template: &str, latin1: bool) -> Option<HeaderValue> {
        let mut value = self.common(template);
        if value.contains("{origin}") {
            value = value.replace("{origin}", self.request.headers.get(ORIGIN)?.to_str().ok()?);
        }
        if latin1 {
            let octets: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(c).ok()).collect();
            return HeaderValue::from_bytes(&octets?).ok();
        }
        HeaderValue::from_bytes(value.as_bytes()).ok()
    }

    fn body(&self, template: &Bytes) -> Bytes {
        match std::str::from_utf8(template) {
            Ok(text) if text.contains('{') => Bytes::from(self.common(text)),
            _ => template.clone(),
        }
    }

    fn common(&self, template: &str) -> String {
        let path = self.request.uri.path_and_query().map_or("/", |path| path.as_str());
        let apex = self.host.strip_prefix("www.").unwrap_or(self.host);
        template.replace("{host}", self.host).replace("{apex}", apex).replace("{path_and_query}", path)
    }
}

/// Exactly `size` bytes of the content, over and over.
fn repeated(content: Bytes, size: u64) -> Body {
    let unit = if content.is_empty() { FILLING } else { &content };
    let piece: Vec<u8> = unit.iter().copied().cycle().take(PIECE - PIECE % unit.len().min(PIECE)).collect();
    let piece = Bytes::from(piece);
    let pieces = stream::unfold(size, move |left| {
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(piece.len());
        let next = piece.slice(..length);
        async move { (length > 0).then(|| (Ok(Frame::data(next)), left - length as u64)) }
    });
    BodyExt::boxed(StreamBody::new(pieces))
}

fn dripping(content: Bytes, size: u64, pause: Duration) -> Body {
    let unit = if content.is_empty() { Bytes::from_static(FILLING) } else { content };
    let drops = stream::unfold(0_u64, move |sent| {
        let position = usize::try_from(sent).unwrap_or_default() % unit.len();
        let next = unit.slice(position..=position);
        async move {
            if sent >= size {
                return None;
            }
            tokio::time::sleep(pause).await;
            Some((Ok(Frame::data(next)), sent + 1))
        }
    });
    BodyExt::boxed(StreamBody::new(drops))
}

fn cut_short(content: Bytes, size: u64) -> Body {
    let unit = if content.is_empty() { FILLING } else { &content };
    let length = usize::try_from(size).unwrap_or(PIECE).min(PIECE);
    let start: Vec<u8> = unit.iter().copied().cycle().take(length).collect();
    let parts = stream::unfold(Some(Bytes::from(start)), |start| async move {
        match start {
            Some(start) => Some((Ok(Frame::data(start)), None)),
            None => {
                // What was sent should arrive before the end does.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Some((Err(io::ErrorKind::UnexpectedEof.into()), None))
            }
        }
    });
    BodyExt::boxed(StreamBody::new(parts))
}

pub(crate) fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response
}

pub(crate) fn full(status: StatusCode, bytes: Bytes) -> Response<Body> {
    let mut response = Response::new(Full::new(bytes).map_err(|never| match never {}).boxed());
    *response.status_mut() = status;
    response
}

pub(crate) fn text(status: StatusCode, words: impl Into<Bytes>) -> Response<Body> {
    let mut response = full(status, words.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// The connection must not be used again.
fn closing(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}
