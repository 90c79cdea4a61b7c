//! DNS over HTTPS (RFC 8484).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    header::{ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_TYPE},
};

use crate::{
    fault::Breaker,
    resolver::{Reply, Resolver},
    scenario::DnsFault,
    via::Via,
    web::{Body, HANG, full, text},
};

const MEDIA_TYPE: &str = "application/dns-message";
/// Questions are small.
const MAX_QUESTION: usize = 4096;

/// Answers a DoH request to the resolver of this name.
pub(crate) async fn respond<B>(
    request: Request<B>,
    host: &str,
    resolver: &Resolver,
    breaker: &Breaker,
) -> Response<Body>
where
    B: hyper::body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let question = match *request.method() {
        Method::GET => match parameter(request.uri()) {
            Some(question) => question,
            None => {
                return text(StatusCode::BAD_REQUEST, "?dns= is missing, or not base64url without padding\n");
            }
        },
        Method::POST => {
            let media_type = request.headers().get(CONTENT_TYPE).map(hyper::header::HeaderValue::as_bytes);
            if media_type != Some(MEDIA_TYPE.as_bytes()) {
                return text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send application/dns-message\n");
            }
            match Limited::new(request.into_body(), MAX_QUESTION).collect().await {
                Ok(body) => body.to_bytes(),
                Err(_) => return text(StatusCode::PAYLOAD_TOO_LARGE, "that is no question\n"),
            }
        }
        _ => {
            let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "GET or POST\n");
            response.headers_mut().insert(ALLOW, hyper::header::HeaderValue::from_static("GET, POST"));
            return response;
        }
    };
    match resolver.reply(&question, Via::Doh(host)).await {
        Reply::Message(message, ttl) => {
            let mut response = said(Bytes::from(message));
            let headers = response.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, hyper::header::HeaderValue::from_static("*"));
            if let Ok(age) = format!("max-age={ttl}").parse() {
                headers.insert(CACHE_CONTROL, age);
            }
            response
        }
        Reply::Lost => {
            tokio::time::sleep(HANG).await;
            text(StatusCode::GATEWAY_TIMEOUT, "")
        }
        Reply::Unreached(reason) => reason.response(),
        Reply::Failing(DnsFault::TooMany) => text(StatusCode::TOO_MANY_REQUESTS, "slow down\n"),
        Reply::Failing(DnsFault::Reset) => {
            breaker.reset();
            said(Bytes::new())
        }
        Reply::Failing(DnsFault::Garbage) => said(Bytes::from_static(b"{\"Status\":0,\"Answer\":[]}")),
        Reply::Failing(DnsFault::Page) => text(StatusCode::OK, "<h1>Welcome to our network</h1>\n"),
        Reply::Failing(DnsFault::Empty) => said(Bytes::new()),
        Reply::Failing(_) => text(StatusCode::INTERNAL_SERVER_ERROR, ""),
        Reply::Unreadable => text(StatusCode::BAD_REQUEST, "that is no question\n"),
    }
}

/// A body that is called a DNS message.
fn said(body: Bytes) -> Response<Body> {
    let mut response = full(StatusCode::OK, body);
    response.headers_mut().insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(MEDIA_TYPE));
    response
}

fn parameter(uri: &Uri) -> Option<Bytes> {
    let pairs = uri.query()?.split('&');
    let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == "dns")?.1;
    if value.len() > MAX_QUESTION {
        return None;
    }
    URL_SAFE_NO_PAD.decode(value).ok().map(Bytes::from)
}
