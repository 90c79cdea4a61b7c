//! How many requests came, and how many waited at once: for tests and benches of whoever asks. At `/counts` of the lab
//! itself; DELETE starts afresh.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use bytes::Bytes;
use hyper::{
    Method, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderValue},
};

use crate::web::{Body, full, text};

/// Where they are read.
pub(crate) const PATH: &str = "/counts";

/// Requests for resolvers and sites, however they came. Tunnels count by what is asked inside; where it is not more than the
/// beginning of a handshake, as that.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    requests: AtomicU32,
    waiting: AtomicU32,
    peak: AtomicU32,
}

/// A request that waits for the head of its answer. A body that is still being sent is nobody's wait.
pub(crate) struct Waiting<'a>(&'a Counts);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Relaxed);
    }
}

impl Counts {
    /// What has begun was no request by itself: what follows counts.
    pub(crate) fn begins_another(&self) {
        self.requests.fetch_sub(1, Relaxed);
    }

    /// A request has come; it waits until what this returns is dropped.
    pub(crate) fn begin(&self) -> Waiting<'_> {
        self.requests.fetch_add(1, Relaxed);
        let waiting = self.waiting.fetch_add(1, Relaxed) + 1;
        self.peak.fetch_max(waiting, Relaxed);
        Waiting(self)
    }

    /// Reads them, or starts afresh.
    pub(crate) fn respond(&self, method: &Method) -> Response<Body> {
        match *method {
            Method::GET => {
                let counts = serde_json::json!({
                    "requests": self.requests.load(Relaxed),
                    "waiting": self.waiting.load(Relaxed),
                    "peak": self.peak.load(Relaxed),
                });
                let mut response = full(StatusCode::OK, Bytes::from(counts.to_string()));
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Method::DELETE => {
                self.requests.store(0, Relaxed);
                // Who waits now still does.
                self.peak.store(self.waiting.load(Relaxed), Relaxed);
                text(StatusCode::OK, "from now on\n")
            }
            _ => text(StatusCode::METHOD_NOT_ALLOWED, "GET or DELETE\n"),
        }
    }
}
