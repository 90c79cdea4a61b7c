//! Replies that are not the site's: at Cloudflare's edge a failed connection arrives as a response. Told apart here
//! and nowhere else. The same statuses mean the same to the command line, where they come from a proxy in front of
//! the site.

use crate::answers::{Cause, Failure};
use crate::answers::{Stop, Unmeasured};
use crate::engine::answer::Answer;
use crate::engine::evidence::Evidence;
use crate::engine::probe::Probe;
use crate::http::HttpReply;

/// The site's own reply to `probe`.
///
/// # Errors
/// Pending until it is there; not measured where something else came in its place.
pub fn fetched(evidence: &Evidence, probe: Probe) -> Result<&HttpReply, Stop> {
    let asked = probe.to_string();
    let failure = match evidence.ask(probe)? {
        Answer::Http(reply) => match failure_behind(reply) {
            None => return Ok(reply),
            Some(failure) => failure,
        },
        Answer::Failed(failure) => failure.clone(),
        Answer::Dns(_) | Answer::Tls(_) => Failure::new(Cause::Malformed),
    };
    Err(Stop::NotMeasured(Unmeasured { asked, failure }))
}

/// The failure that a reply stands for, if it is not the site's own.
///
/// Statuses 520 to 530 and the `error code:` bodies: Cloudflare, "Cloudflare 5xx errors" and "1xxx errors";
/// `cf-mitigated: challenge`: Cloudflare, "Detect a challenge page response". Read 2026-11.
#[must_use]
pub fn failure_behind(reply: &HttpReply) -> Option<Failure> {
    let cause = match reply.status {
        520 => Cause::Malformed,
        521..=523 => Cause::Unreachable,
        524 => Cause::Timeout,
        525 => Cause::TlsHandshake,
        526 => Cause::TlsUntrusted,
        530 if error_code(reply) == Some(1016) => Cause::NoSuchHost,
        530 => Cause::Unreachable,
        403 if matches!(error_code(reply), Some(1002 | 1003)) => Cause::PrivateAddress,
        403 | 429 | 503 if reply.headers.first("cf-mitigated").is_some() => Cause::Challenged,
        _ => return None,
    };
    let detail = match error_code(reply) {
        Some(code) => format!("status {}, error code {code}", reply.status),
        None => format!("status {}", reply.status),
    };
    Some(Failure::new(cause).detailed(&detail).after(reply.headers_ms))
}

/// The number in a body that is nothing but `error code: 1016`.
fn error_code(reply: &HttpReply) -> Option<u16> {
    let body = reply.body.bytes.get(..reply.body.bytes.len().min(32))?;
    std::str::from_utf8(body).ok()?.trim().strip_prefix("error code: ")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Body, Headers};

    fn cause(status: u16, headers: &[(&str, &str)], body: &str) -> Option<Cause> {
        let headers = Headers::new(headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let body = Body { bytes: body.into(), cut: None };
        failure_behind(&HttpReply { status, headers, body, headers_ms: 1, body_ms: 0 })
            .map(|failure| failure.cause)
    }

    #[test]
    fn what_the_edge_answers_in_the_sites_place_is_a_failure() {
        assert_eq!(cause(526, &[], ""), Some(Cause::TlsUntrusted));
        assert_eq!(cause(525, &[], ""), Some(Cause::TlsHandshake));
        assert_eq!(cause(522, &[], ""), Some(Cause::Unreachable));
        assert_eq!(cause(530, &[], "error code: 1016"), Some(Cause::NoSuchHost));
        assert_eq!(cause(530, &[], "error code: 1033"), Some(Cause::Unreachable));
        assert_eq!(cause(403, &[], "error code: 1003\n"), Some(Cause::PrivateAddress));
        assert_eq!(cause(403, &[], "error code: 1002"), Some(Cause::PrivateAddress));
        assert_eq!(cause(503, &[("CF-Mitigated", "challenge")], ""), Some(Cause::Challenged));
    }

    #[test]
    fn what_the_site_answers_is_not() {
        assert_eq!(cause(200, &[("server", "cloudflare"), ("cf-ray", "1")], "error code: 1016"), None);
        assert_eq!(cause(403, &[], "Forbidden"), None);
        assert_eq!(cause(403, &[], "How to fix error code: 1003"), None);
        assert_eq!(cause(503, &[], "maintenance"), None);
        assert_eq!(cause(500, &[], ""), None);
    }
}
