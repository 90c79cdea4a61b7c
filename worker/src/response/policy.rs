//! The header fields of every answer: who may read it, and what a browser may do with it.

use std::cell::OnceCell;

use web_sys::Headers;
use worker::{Env, Request, Response};

use crate::response::problem::Problem;
use crate::{config, platform};

/// What every answer says, whatever it is about. A document that is data needs nothing: no scripts, no frames, no
/// sniffing, no referrer, no device.
const ALWAYS: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=63072000; includeSubDomains; preload"),
    ("vary", "Origin, Accept"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("x-robots-tag", "noindex"),
];

/// Seconds for which a browser need not ask again whether it may ask: a day, beyond which no browser goes.
const PREFLIGHT_SECONDS: &str = "86400";

/// What pages of others may read beside the body.
const EXPOSED: &str =
    "age, content-location, etag, link, ratelimit, ratelimit-policy, retry-after, x-request-id";

/// What pages of others may send on top of what they may send anyway.
const SENT: &str = "authorization, content-type, idempotency-key, if-none-match";

/// What this answer says on top of that.
pub(crate) struct Policy {
    /// Which pages may read it: `*`, one origin, or none.
    readers: Option<String>,
}

thread_local! {
    /// `ALLOWED_ORIGINS`, as this isolate knows it.
    static ALLOWED: OnceCell<String> = const { OnceCell::new() };
    /// What every answer says, as header fields: copying them is one call, setting each is many.
    static USUAL: OnceCell<Headers> = const { OnceCell::new() };
}

/// The header fields of an answer that is data, to which it adds its own.
pub(crate) fn usual() -> std::result::Result<Headers, Problem> {
    let usual = USUAL.with(|usual| {
        if let Some(known) = usual.get() {
            return Headers::new_with_headers(known);
        }
        let headers = Headers::new()?;
        for (name, value) in ALWAYS {
            platform::set(&headers, name, value);
        }
        let copy = Headers::new_with_headers(&headers);
        let _ = usual.set(headers);
        copy
    });
    usual.map_err(|thrown| Problem::thrown(&thrown))
}

impl Policy {
    /// The policy for answers to `request`. The variable `ALLOWED_ORIGINS` names the origins whose pages may read the
    /// API; without it, or with `*`, all may: it tells everybody the same, and knows no visitor.
    pub(crate) fn new(request: &Request, env: &Env) -> Self {
        let readers = ALLOWED.with(|allowed| {
            let allowed = allowed.get_or_init(|| config::text(env, "ALLOWED_ORIGINS").unwrap_or_default());
            let mut listed = allowed.split([',', ' ']).filter(|origin| !origin.is_empty()).peekable();
            if listed.peek().is_none() || listed.any(|origin| origin == "*") {
                return Some("*".to_owned());
            }
            let origin = platform::header(&request.headers().0, "origin");
            origin.filter(|origin| allowed.split([',', ' ']).any(|listed| listed == origin))
        });
        Self { readers }
    }

    /// Adds the fields.
    pub(crate) fn apply(self, headers: &Headers, request_id: &str) {
        let has = |name: &str| headers.has(name).unwrap_or_default();
        // What came with the usual ones has them all; what is a page, or may be kept, says so itself.
        if !has("x-content-type-options") {
            for (name, value) in ALWAYS {
                if !has(name) {
                    platform::set(headers, name, value);
                }
            }
        }
        platform::set(headers, "x-request-id", request_id);
        // Who may read it by CORS may also embed it; for everyone else it stays with us.
        let public = self.readers.as_deref() == Some("*");
        if !has("cross-origin-resource-policy") {
            platform::set(
                headers,
                "cross-origin-resource-policy",
                if public { "cross-origin" } else { "same-origin" },
            );
        }
        if let Some(readers) = &self.readers {
            platform::set(headers, "access-control-allow-origin", readers);
            platform::set(headers, "access-control-expose-headers", EXPOSED);
        } else {
            let _ = headers.delete("access-control-allow-methods");
            let _ = headers.delete("access-control-allow-headers");
        }
    }
}

/// The answer to OPTIONS, and to a browser that asks whether it may ask (Fetch standard, CORS-preflight fetch).
pub(crate) fn preflight(request: &Request, methods: &str) -> std::result::Result<Response, Problem> {
    let response = Response::empty()?.with_status(204);
    let headers = &response.headers().0;
    platform::set(headers, "allow", methods);
    if platform::header(&request.headers().0, "access-control-request-method").is_some() {
        platform::set(headers, "access-control-allow-methods", methods);
        platform::set(headers, "access-control-allow-headers", SENT);
        platform::set(headers, "access-control-max-age", PREFLIGHT_SECONDS);
    }
    Ok(response)
}
