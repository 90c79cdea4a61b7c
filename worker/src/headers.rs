//! The header fields of every answer: who may read it, and what a browser may do with it.

use worker::{Env, Request, Response, Result};

use crate::js;
use crate::problem::Problem;

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
    request_id: String,
    /// Which pages may read it: `*`, one origin, or none.
    readers: Option<String>,
}

impl Policy {
    /// The policy for answers to `request`. The variable `ALLOWED_ORIGINS` names the origins whose pages may read the
    /// API; without it, or with `*`, all may: it tells everybody the same, and knows no visitor.
    pub(crate) fn new(request: &Request, env: &Env, request_id: String) -> Self {
        let allowed = env.var("ALLOWED_ORIGINS").map(|var| var.to_string()).unwrap_or_default();
        let mut listed = allowed.split([',', ' ']).filter(|origin| !origin.is_empty()).peekable();
        let readers = if listed.peek().is_none() || listed.any(|origin| origin == "*") {
            Some("*".to_owned())
        } else {
            let origin = request.headers().get("origin").ok().flatten();
            origin.filter(|origin| allowed.split([',', ' ']).any(|listed| listed == origin))
        };
        Self { request_id, readers }
    }

    /// Adds the fields.
    pub(crate) fn apply(self, response: Response) -> Result<Response> {
        let headers = response.headers();
        // What is a page, or may be kept, says so itself.
        for (name, value) in ALWAYS {
            if !headers.has(name)? {
                js::set(&headers, name, value);
            }
        }
        js::set(&headers, "x-request-id", &self.request_id);
        // Who may read it by CORS may also embed it; for everyone else it stays with us.
        let public = self.readers.as_deref() == Some("*");
        if !headers.has("cross-origin-resource-policy")? {
            headers
                .set("cross-origin-resource-policy", if public { "cross-origin" } else { "same-origin" })?;
        }
        if let Some(readers) = &self.readers {
            js::set(&headers, "access-control-allow-origin", readers);
            js::set(&headers, "access-control-expose-headers", EXPOSED);
        } else {
            headers.delete("access-control-allow-methods")?;
            headers.delete("access-control-allow-headers")?;
        }
        Ok(response)
    }
}

/// The answer to OPTIONS, and to a browser that asks whether it may ask (Fetch standard, CORS-preflight fetch).
pub(crate) fn preflight(request: &Request, methods: &str) -> std::result::Result<Response, Problem> {
    let response = Response::empty()?.with_status(204);
    let headers = response.headers();
    js::set(&headers, "allow", methods);
    if request.headers().has("access-control-request-method")? {
        js::set(&headers, "access-control-allow-methods", methods);
        js::set(&headers, "access-control-allow-headers", SENT);
        js::set(&headers, "access-control-max-age", PREFLIGHT_SECONDS);
    }
    Ok(response)
}
