//! Errors as RFC 9457 describes them. The types are stable: clients may compare them.

use std::borrow::Cow;

use launch_ready_api as api;
use launch_ready_api::Fault;
use launch_ready_core::domain::DomainError;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::Response;

use crate::platform;
use crate::rate::RateLimits;

/// Why there is no answer. Boxed, because an error that is much larger than what comes back is copied with it everywhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Problem(Box<ProblemDetails>);

/// Everything that is said about a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct ProblemDetails {
    /// Its stable name, the end of its type.
    code: Cow<'static, str>,
    /// What kind of problem it is, the same for every occurrence.
    title: Cow<'static, str>,
    status: u16,
    /// This occurrence, as a sentence.
    detail: String,
    /// The query parameter that is at fault.
    parameter: Option<String>,
    /// What could stand there instead.
    allowed: Vec<Cow<'static, str>>,
    /// Fields of the body that are at fault.
    errors: Vec<Fault>,
    /// Seconds after which it may be otherwise.
    retry_after_seconds: Option<u32>,
    /// The limits that were met.
    limits: RateLimits,
    /// The methods that the address has.
    allow: Option<String>,
    /// Whether the owner's token is asked for.
    wants_token: bool,
}

impl Problem {
    fn new(status: u16, code: &'static str, title: &'static str, detail: impl Into<String>) -> Self {
        Self(Box::new(ProblemDetails {
            code: code.into(),
            title: title.into(),
            status,
            detail: detail.into(),
            parameter: None,
            allowed: Vec::new(),
            errors: Vec::new(),
            retry_after_seconds: None,
            limits: RateLimits::default(),
            allow: None,
            wants_token: false,
        }))
    }

    fn allowing(mut self, allowed: &[&'static str]) -> Self {
        self.0.allowed = allowed.iter().map(|value| Cow::Borrowed(*value)).collect();
        self
    }

    fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// A query parameter that cannot be used, and what could stand in its place.
    pub(crate) fn parameter(
        code: &'static str,
        title: &'static str,
        detail: impl Into<String>,
        parameter: &str,
        allowed: &[&'static str],
    ) -> Self {
        let mut problem = Self::new(400, code, title, detail).allowing(allowed);
        problem.0.parameter = Some(parameter.to_owned());
        problem
    }

    /// What was typed is not a domain that can be checked.
    pub(crate) fn domain(error: &DomainError) -> Self {
        let title = match error.code() {
            "credentials" => "The address contains credentials",
            "empty" => "No domain was given",
            "ip-literal" => "An IP address is not a domain",
            "label-too-long" => "A part of the name is too long",
            "name-too-long" => "The name is too long",
            "port" => "The address contains a port",
            "single-label" => "The name has only one part",
            "special-use-name" => "The name is not a public one",
            "underscore" => "The name is for DNS records",
            "unsupported-scheme" => "Not the address of a website",
            _ => "Not a domain name",
        };
        Self::parameter(error.code(), title, error.to_string(), "domain", &[])
    }

    /// A parameter that there is not.
    pub(crate) fn unknown_parameter(name: &str, known: &[&'static str]) -> Self {
        let name = shortened(name);
        let detail = format!("Unknown parameter “{name}”. Known parameters: {}.", listed(known));
        Self::parameter("unknown-parameter", "Unknown parameter", detail, &name, known)
    }

    /// A parameter that must be there.
    pub(crate) fn missing_parameter(name: &str, detail: &str) -> Self {
        let title = "A parameter is missing";
        Self::parameter("missing-parameter", title, detail, name, &[])
    }

    /// Nothing is at this address.
    pub(crate) fn not_found(path: &str) -> Self {
        let detail = match path.starts_with("/api/") {
            true => "There is nothing at this address. /api/v1/openapi.json lists what the API has.",
            false => "There is nothing at this address. Start at /.",
        };
        Self::new(404, "not-found", "Not found", detail.to_owned())
    }

    /// The address knows no such method.
    pub(crate) fn method_not_allowed(method: &str, methods: &str) -> Self {
        let detail = format!("{method} is not allowed here. Use {methods}.");
        let mut problem = Self::new(405, "method-not-allowed", "Method not allowed", detail);
        problem.0.allow = Some(methods.to_owned());
        problem
    }

    /// A report comes in no form that the client takes.
    pub(crate) fn not_acceptable(allowed: &[&'static str]) -> Self {
        let detail = format!("The report comes as {}. Ask for one of them.", allowed.join(" or as "));
        Self::new(406, "not-acceptable", "Not acceptable", detail).allowing(allowed)
    }

    /// Documents come in no form that the client takes.
    pub(crate) fn documents_not_acceptable(allowed: &[&'static str]) -> Self {
        let detail = format!("Documents come as {}. Ask for one of them.", allowed.join(", "));
        Self::new(406, "not-acceptable", "Not acceptable", detail).allowing(allowed)
    }

    /// The client has reached a limit, and may try again after so many `seconds`. The detail says which number that is, and
    /// when it is reset.
    pub(crate) fn limited(detail: &str, seconds: u32, limits: RateLimits) -> Self {
        let mut problem = Self::new(429, "limit-reached", "A limit is reached", detail).retry_after(seconds);
        problem.0.limits = limits;
        problem
    }

    /// The domain's owner does not want it to be scanned.
    pub(crate) fn opted_out(domain: &str) -> Self {
        let detail = format!(
            "The owner of {domain} has opted it out of checks with the DNS record {}.",
            record_of(domain)
        );
        Self::new(403, "opted-out", "The owner has opted out", detail)
    }

    /// The proof is no record, and the domain's owner does not want its site to be asked for a file.
    pub(crate) fn opted_out_of_file(domain: &str) -> Self {
        let detail = format!(
            "The DNS record {} opts out, so the site is not asked for the file. Publish the proof as a record instead.",
            record_of(domain)
        );
        Self::new(403, "opted-out", "The owner has opted out", detail)
    }

    /// The domain's owner does not want it to be scanned any more, so what was stored is gone.
    pub(crate) fn gone(domain: &str) -> Self {
        let detail = format!(
            "The owner of {domain} has opted it out of checks with the DNS record {}. Its reports are deleted.",
            record_of(domain)
        );
        Self::new(410, "report-gone", "The report is gone", detail)
    }

    /// There is no report of that id.
    pub(crate) fn no_such_report() -> Self {
        let detail =
            "There is no report at this address. Reports that are not opened for a long time are deleted.";
        Self::new(404, "no-such-report", "No such report", detail.to_owned())
    }

    /// A setting is missing or cannot be used.
    pub(crate) fn not_configured(detail: String) -> Self {
        worker::console_error!("{detail}");
        Self::new(503, "not-configured", "The service is not set up", detail)
    }

    /// The runtime threw something.
    pub(crate) fn thrown(thrown: &JsValue) -> Self {
        Self::internal(&platform::message(thrown))
    }

    /// The title, the detail and the status, for a page.
    pub(crate) fn words(&self) -> (&str, &str, u16) {
        (&self.0.title, &self.0.detail, self.0.status)
    }

    /// The fields that are at fault.
    pub(crate) fn errors(&self) -> &[Fault] {
        &self.0.errors
    }

    /// A form that was not sent from our own page.
    pub(crate) fn foreign_form() -> Self {
        let detail = "This form was sent from another site. Open it here, and send it again.";
        Self::new(403, "foreign-form", "The form came from elsewhere", detail)
    }

    /// Nothing is to be confirmed behind this link.
    pub(crate) fn no_confirmation() -> Self {
        let detail = "This link is not valid any more. Requests that are not confirmed within 7 days are deleted: send a new one.";
        Self::new(404, "no-confirmation", "The link has expired", detail)
    }

    /// Seconds after which it may be otherwise.
    pub(crate) fn retry_after_seconds(&self) -> Option<u32> {
        self.0.retry_after_seconds
    }

    /// Fields of what was sent cannot be used.
    pub(crate) fn fields(errors: Vec<Fault>) -> Self {
        let detail = "Some fields cannot be used: see errors, one for each of them.";
        let mut problem = Self::new(422, "invalid-fields", "Fields cannot be used", detail);
        problem.0.errors = errors;
        problem
    }

    /// Documents are wanted of something that is no JSON object.
    pub(crate) fn no_object_for_documents(has_domain: bool) -> Self {
        let fields = match has_domain {
            true => "your answers, {} where there are none",
            false => "“report”, “answers”, “segment”, “documents” and “before”, as far as you have them",
        };
        let detail = format!("The body is not a JSON object. Send one with {fields}.");
        Self::new(400, "unreadable", "The body is not readable", detail)
    }

    /// Something is asked for in the address, and no domain is named there.
    pub(crate) fn documents_without_domain() -> Self {
        let detail = "Name the domain in the address; or, with a report in the body, put “segment” and “documents” there, too, and nothing in the address.";
        Self::new(400, "missing-parameter", "A parameter is missing", detail)
    }

    /// Documents are asked for with checks alone.
    pub(crate) fn documents_of_checks() -> Self {
        let detail = "Documents are written from a whole report: leave “check” out.";
        Self::new(400, "unknown-parameter", "Unknown parameter", detail)
    }

    /// Documents cannot be written from what was sent.
    pub(crate) fn unusable_documents_request(detail: String) -> Self {
        Self::new(400, "unusable-documents-request", "The request cannot be used", detail)
    }

    /// The body is no JSON.
    pub(crate) fn unsupported_media_type() -> Self {
        let detail = "This takes JSON: send it with Content-Type: application/json.".to_owned();
        Self::new(415, "unsupported-media-type", "Unsupported media type", detail)
    }

    /// The body is no form.
    pub(crate) fn unsupported_form() -> Self {
        let detail =
            "This takes a form: send it with Content-Type: application/x-www-form-urlencoded.".to_owned();
        Self::new(415, "unsupported-media-type", "Unsupported media type", detail)
    }

    /// The body is too large.
    pub(crate) fn too_large(most: usize) -> Self {
        let detail = format!("This takes at most {} KiB.", most / 1024);
        Self::new(413, "too-large", "Too large", detail)
    }

    /// The body of a request for documents is too large.
    pub(crate) fn too_many_bytes(most: usize) -> Self {
        Self::new(413, "too-large", "Too large", format!("At most {most} bytes can be sent here."))
    }

    /// The body is not what it says.
    pub(crate) fn unreadable() -> Self {
        let detail = "The body is not a JSON object.".to_owned();
        Self::new(400, "unreadable", "The body is not readable", detail)
    }

    /// An Idempotency-Key that is no key.
    pub(crate) fn unusable_key() -> Self {
        let detail = "An Idempotency-Key has at most 255 characters, such as a UUID.".to_owned();
        Self::new(400, "unusable-key", "Unusable Idempotency-Key", detail)
    }

    /// An Idempotency-Key that stands for other words already.
    pub(crate) fn key_reused() -> Self {
        let detail = "This Idempotency-Key was used with other content. Use a new one.".to_owned();
        Self::new(422, "key-reused", "The Idempotency-Key was used already", detail)
    }

    /// Turnstile does not believe that a person sent this.
    pub(crate) fn no_human() -> Self {
        let detail =
            "The check that you are a person did not pass. Load the page again and retry.".to_owned();
        Self::new(403, "turnstile-failed", "The check for people did not pass", detail)
    }

    /// Somebody that we need does not answer.
    pub(crate) fn try_later() -> Self {
        let detail = "A service that we depend on does not answer. Nothing was saved: try again in a minute."
            .to_owned();
        Self::new(503, "try-later", "Try again later", detail).retry_after(60)
    }

    /// A request for a call that could not be told to the owner; it stays where it is.
    pub(crate) fn undelivered(code: &'static str) -> Self {
        Self::new(502, code, "Not delivered", String::new())
    }

    /// Not the owner.
    pub(crate) fn unauthorized() -> Self {
        let detail = "This is for the owner: send Authorization: Bearer and the owner's token.".to_owned();
        let mut problem = Self::new(401, "unauthorized", "Not authorized", detail);
        problem.0.wants_token = true;
        problem
    }

    /// The proof of ownership is not there.
    pub(crate) fn not_proven(domain: &str) -> Self {
        let detail = format!(
            "No proof for this secret is published for {domain}. A new record can take a few minutes to show."
        );
        Self::new(403, "not-proven", "Ownership is not proven", detail)
    }

    /// The stable name.
    pub(crate) fn code(&self) -> &str {
        &self.0.code
    }

    /// It is our fault. The reason stays in the log.
    pub(crate) fn internal(reason: &str) -> Self {
        worker::console_error!("{reason}");
        let detail =
            "Something went wrong on our side. Try again. If it happens again, send us the request ID.";
        Self::new(500, "internal", "Internal error", detail.to_owned())
    }

    /// As it is sent.
    pub(crate) fn response(&self, request_id: &str) -> worker::Result<Response> {
        let document = self.document(request_id);
        let response = Response::from_bytes(serde_json::to_vec(&document)?)?.with_status(self.0.status);
        let headers = &response.headers().0;
        platform::set(headers, "content-type", "application/problem+json");
        self.0.limits.write(headers);
        if let Some(seconds) = self.0.retry_after_seconds {
            platform::set(headers, "retry-after", &seconds.to_string());
        }
        if let Some(methods) = &self.0.allow {
            platform::set(headers, "allow", methods);
        }
        if self.0.wants_token {
            platform::set(headers, "www-authenticate", "Bearer");
        }
        Ok(response)
    }

    /// The same as the document that is sent, for an answer in which it is one of several.
    pub(crate) fn document<'p>(&'p self, request_id: &'p str) -> api::Problem<'p> {
        api::Problem {
            kind: format!("/problems/{}", self.0.code),
            title: &self.0.title,
            status: self.0.status,
            detail: &self.0.detail,
            request_id,
            parameter: self.0.parameter.as_deref(),
            allowed: &self.0.allowed,
            errors: &self.0.errors,
        }
    }

    /// The status.
    pub(crate) fn status(&self) -> u16 {
        self.0.status
    }
}

/// Where the owner's record stands.
fn record_of(domain: &str) -> String {
    let above = match domain.split('.').count() {
        ..=2 => "",
        _ => " or one above it",
    };
    format!("_launch-ready.{domain}{above}")
}

/// Names in a sentence.
pub(crate) fn listed(values: &[&str]) -> String {
    match values {
        [rest @ .., before, last] => {
            let rest: String = rest.iter().flat_map(|value| [value, ", "]).collect();
            format!("{rest}{before} and {last}")
        }
        _ => values.concat(),
    }
}

/// An error never echoes a book.
pub(crate) fn shortened(text: &str) -> String {
    let mut characters = text.chars();
    let short: String = characters.by_ref().take(40).collect();
    if characters.next().is_some() { short + "…" } else { short }
}

impl From<worker::Error> for Problem {
    fn from(error: worker::Error) -> Self {
        Self::internal(&error.to_string())
    }
}

impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(&error.to_string())
    }
}
