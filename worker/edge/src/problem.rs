//! Errors as RFC 9457 describes them. The types are stable: clients may compare them.

use std::borrow::Cow;

use js_sys::{JSON, Reflect};
use launch_ready_api as api;
use launch_ready_api::Fault;
use launch_ready_core::domain::DomainError;
use wasm_bindgen::JsValue;
use worker::Response;

use crate::js;

/// Why there is no answer. Boxed: it is the rare way out of nearly everything here, and a small one keeps the common way small.
#[derive(Debug, Clone)]
pub struct Problem(Box<Told>);

#[derive(Debug, Clone)]
struct Told {
    /// Its stable name, the end of its type.
    code: &'static str,
    /// What kind of problem it is, the same for every occurrence.
    title: Cow<'static, str>,
    status: u16,
    /// This occurrence, as a sentence.
    detail: String,
    /// The query parameter that is at fault.
    parameter: Option<String>,
    /// What could stand there instead.
    allowed: Vec<&'static str>,
    /// Fields of the body that are at fault.
    errors: Vec<Fault>,
    /// Header fields on top of those that every problem has.
    headers: Vec<(String, String)>,
}

impl Problem {
    #[inline(never)]
    fn new(status: u16, code: &'static str, title: &'static str, detail: String) -> Self {
        Self(Box::new(Told {
            code,
            title: title.into(),
            status,
            detail,
            parameter: None,
            allowed: Vec::new(),
            errors: Vec::new(),
            headers: Vec::new(),
        }))
    }

    fn with(mut self, change: impl FnOnce(&mut Told)) -> Self {
        change(&mut self.0);
        self
    }

    /// A query parameter that cannot be used, and what could stand in its place.
    pub fn parameter(
        code: &'static str,
        title: &'static str,
        detail: String,
        parameter: &str,
        allowed: Vec<&'static str>,
    ) -> Self {
        Self::new(400, code, title, detail).with(|told| {
            told.parameter = Some(parameter.to_owned());
            told.allowed = allowed;
        })
    }

    /// What was typed is not a domain that can be checked.
    pub fn domain(error: &DomainError) -> Self {
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
        Self::parameter(error.code(), title, error.to_string(), "domain", Vec::new())
    }

    /// A parameter that there is not.
    pub fn unknown_parameter(name: &str, known: &[&'static str]) -> Self {
        let name = shortened(name);
        let detail = format!("There is no parameter “{name}”. There are {}.", listed(known));
        Self::parameter("unknown-parameter", "Unknown parameter", detail, &name, known.to_vec())
    }

    /// A parameter that must be there.
    pub fn missing_parameter(name: &str, detail: &str) -> Self {
        let title = "A parameter is missing";
        Self::parameter("missing-parameter", title, detail.to_owned(), name, Vec::new())
    }

    /// Nothing is at this address.
    pub fn not_found(path: &str) -> Self {
        let detail = match path.starts_with("/api/") {
            true => "There is nothing at this address. /api/v1/openapi.json lists what the API has.",
            false => "There is nothing at this address. Everything begins at /.",
        };
        Self::new(404, "not-found", "Not found", detail.to_owned())
    }

    /// The address knows no such method.
    pub fn method_not_allowed(method: &str, methods: &str) -> Self {
        let detail = format!("This address does not know the method {method}. It knows {methods}.");
        let headers = vec![("allow".to_owned(), methods.to_owned())];
        Self::new(405, "method-not-allowed", "Method not allowed", detail).with(|told| told.headers = headers)
    }

    /// Nothing of what the client takes can be had.
    pub fn not_acceptable(allowed: &[&'static str]) -> Self {
        let detail = format!("The report comes as {}. Ask for one of them.", allowed.join(" or as "));
        let allowed = allowed.to_vec();
        Self::new(406, "not-acceptable", "Not acceptable", detail).with(|told| told.allowed = allowed)
    }

    /// The client has reached a limit, and may try again after so many `seconds`. The detail says which number that is, and
    /// when it is reset.
    pub fn limited(detail: &str, seconds: u32, mut headers: Vec<(String, String)>) -> Self {
        headers.push(("retry-after".to_owned(), seconds.to_string()));
        Self::new(429, "limit-reached", "A limit is reached", detail.to_owned())
            .with(|told| told.headers = headers)
    }

    /// The domain's owner does not want it to be scanned.
    pub fn opted_out(domain: &str) -> Self {
        let detail = format!(
            "The owner of {domain} does not want it to be checked: the DNS record {} says so.",
            record_of(domain)
        );
        Self::new(403, "opted-out", "The owner has opted out", detail)
    }

    /// The proof is no record, and the domain's owner does not want its site to be asked for a file.
    pub fn opted_out_of_file(domain: &str) -> Self {
        let detail = format!(
            "The DNS record {} opts out, so the site is not asked for the file. Publish the proof as a record instead.",
            record_of(domain)
        );
        Self::new(403, "opted-out", "The owner has opted out", detail)
    }

    /// The domain's owner does not want it to be scanned any more, so what was stored is gone.
    pub fn gone(domain: &str) -> Self {
        let detail = format!(
            "The owner of {domain} does not want it to be checked any more: the DNS record {} says so. Its reports are deleted.",
            record_of(domain)
        );
        Self::new(410, "report-gone", "The report is gone", detail)
    }

    /// There is no report of that id.
    pub fn no_such_report() -> Self {
        let detail = "There is no report at this address. Reports that nobody opens for long are not kept.";
        Self::new(404, "no-such-report", "No such report", detail.to_owned())
    }

    /// A setting is missing or cannot be used.
    pub fn not_configured(detail: String) -> Self {
        worker::console_error!("{detail}");
        Self::new(503, "not-configured", "The service is not set up", detail)
    }

    /// The runtime threw something.
    pub fn thrown(thrown: &JsValue) -> Self {
        Self::internal(&js::message(thrown))
    }

    /// One that a Durable Object answered with.
    pub async fn passed_on(mut given: Response) -> Self {
        let status = given.status_code();
        let passed = ["retry-after", "ratelimit", "ratelimit-policy"];
        let field = |name: &str| Some((name.to_owned(), js::header(&given.headers().0, name)?));
        let headers = passed.into_iter().filter_map(field).collect();
        let told = given.text().await.ok().and_then(|text| JSON::parse(&text).ok()).unwrap_or_default();
        let text = |name: &str| Reflect::get(&told, &name.into()).ok().and_then(|text| text.as_string());
        let (Some(title), Some(detail)) = (text("title"), text("detail")) else {
            return Self::internal("no problem that can be read");
        };
        Self::new(status, "refused", "", detail).with(|told| {
            told.headers = headers;
            told.title = title.into();
        })
    }

    /// The title and the detail, for a page.
    pub fn words(&self) -> (&str, &str, u16) {
        (&self.0.title, &self.0.detail, self.0.status)
    }

    /// Fields of what was sent cannot be used.
    pub fn fields(errors: Vec<Fault>) -> Self {
        let detail = "Some fields cannot be used: see errors, one for each of them.".to_owned();
        Self::new(422, "invalid-fields", "Fields cannot be used", detail).with(|told| told.errors = errors)
    }

    /// The body is no JSON.
    pub fn unsupported_media_type() -> Self {
        let detail = "This takes JSON: send it with Content-Type: application/json.".to_owned();
        Self::new(415, "unsupported-media-type", "Unsupported media type", detail)
    }

    /// The body is too large.
    pub fn too_large(most: usize) -> Self {
        let detail = format!("This takes at most {} KiB.", most / 1024);
        Self::new(413, "too-large", "Too large", detail)
    }

    /// The body is not what it says.
    pub fn unreadable() -> Self {
        let detail = "The body is not a JSON object.".to_owned();
        Self::new(400, "unreadable", "The body cannot be read", detail)
    }

    /// An Idempotency-Key that is no key.
    pub fn unusable_key() -> Self {
        let detail = "An Idempotency-Key has at most 255 characters, such as a UUID.".to_owned();
        Self::new(400, "unusable-key", "Unusable Idempotency-Key", detail)
    }

    /// An Idempotency-Key that stands for other words already.
    pub fn key_reused() -> Self {
        let detail = "This Idempotency-Key was used with another content. Take a new one.".to_owned();
        Self::new(422, "key-reused", "The Idempotency-Key was used already", detail)
    }

    /// Turnstile does not believe that a person sent this.
    pub fn no_human() -> Self {
        let detail =
            "The check that you are a person did not pass. Load the page again and retry.".to_owned();
        Self::new(403, "turnstile-failed", "The check for people did not pass", detail)
    }

    /// Somebody that we need does not answer.
    pub fn try_later() -> Self {
        let detail =
            "A service that we need does not answer. Nothing was kept: try again in a minute.".to_owned();
        let headers = vec![("retry-after".to_owned(), "60".to_owned())];
        Self::new(503, "try-later", "Try again later", detail).with(|told| told.headers = headers)
    }

    /// A request for a call that could not be told to the owner; it stays where it is.
    pub fn undelivered(code: &'static str) -> Self {
        Self::new(502, code, "Not delivered", String::new())
    }

    /// Not the owner.
    pub fn unauthorized() -> Self {
        let detail = "This is for the owner: send Authorization: Bearer and the owner's token.".to_owned();
        let headers = vec![("www-authenticate".to_owned(), "Bearer".to_owned())];
        Self::new(401, "unauthorized", "Not authorized", detail).with(|told| told.headers = headers)
    }

    /// The proof of ownership is not there.
    pub fn not_proven(domain: &str) -> Self {
        let detail = format!(
            "No proof for this secret is published for {domain}. A new record may take some minutes to be seen."
        );
        Self::new(403, "not-proven", "Ownership is not proven", detail)
    }

    /// The stable name.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// It is our fault. The reason stays in the log.
    pub fn internal(reason: &str) -> Self {
        worker::console_error!("{reason}");
        let detail = "Something went wrong on our side. Try again; if it stays, tell us the request id.";
        Self::new(500, "internal", "Internal error", detail.to_owned())
    }

    /// As it is sent.
    pub fn response(&self, request_id: &str) -> worker::Result<Response> {
        let document = api::Problem {
            kind: format!("/problems/{}", self.0.code),
            title: &self.0.title,
            status: self.0.status,
            detail: &self.0.detail,
            request_id,
            parameter: self.0.parameter.as_deref(),
            allowed: &self.0.allowed,
            errors: &self.0.errors,
        };
        let response = Response::from_bytes(serde_json::to_vec(&document)?)?.with_status(self.0.status);
        js::set(&response.headers().0, "content-type", "application/problem+json");
        for (name, value) in &self.0.headers {
            js::set(&response.headers().0, name, value);
        }
        Ok(response)
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
pub fn listed(values: &[&str]) -> String {
    match values {
        [rest @ .., before, last] => {
            let rest: String = rest.iter().flat_map(|value| [value, ", "]).collect();
            format!("{rest}{before} and {last}")
        }
        _ => values.concat(),
    }
}

/// An error never echoes a book.
pub fn shortened(text: &str) -> String {
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
