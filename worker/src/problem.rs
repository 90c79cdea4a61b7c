//! Errors as RFC 9457 describes them. The types are stable: clients may compare them.

use launch_ready_core::domain::DomainError;
use serde::Serialize;
use worker::Response;

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Its stable name, the end of its type.
    code: &'static str,
    /// What kind of problem it is, the same for every occurrence.
    title: &'static str,
    status: u16,
    /// This occurrence, as a sentence.
    detail: String,
    /// The query parameter that is at fault.
    parameter: Option<String>,
    /// What could stand there instead.
    allowed: Vec<&'static str>,
}

/// The document.
#[derive(Serialize)]
struct Document<'p> {
    r#type: String,
    title: &'p str,
    status: u16,
    detail: &'p str,
    request_id: &'p str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'p str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    allowed: &'p [&'static str],
}

/// The methods of every address of the API.
pub(crate) const METHODS: &str = "GET, HEAD, OPTIONS";

impl Problem {
    fn new(status: u16, code: &'static str, title: &'static str, detail: String) -> Self {
        Self { code, title, status, detail, parameter: None, allowed: Vec::new() }
    }

    /// A query parameter that cannot be used, and what could stand in its place.
    pub(crate) fn parameter(
        code: &'static str,
        title: &'static str,
        detail: String,
        parameter: &str,
        allowed: Vec<&'static str>,
    ) -> Self {
        Self { parameter: Some(parameter.to_owned()), allowed, ..Self::new(400, code, title, detail) }
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
        Self::parameter(error.code(), title, error.to_string(), "domain", Vec::new())
    }

    /// Nothing is at this address.
    pub(crate) fn not_found(path: &str) -> Self {
        let detail = match path.starts_with("/api/") {
            true => "There is nothing at this address. The API has /api/v1/report and /api/v1/health.",
            false => "There is nothing at this address. Everything begins at /.",
        };
        Self::new(404, "not-found", "Not found", detail.to_owned())
    }

    /// The address knows no such method.
    pub(crate) fn method_not_allowed(method: &str) -> Self {
        let detail = format!("This address does not know the method {method}. It knows {METHODS}.");
        Self::new(405, "method-not-allowed", "Method not allowed", detail)
    }

    /// Nothing of what the client takes can be had.
    pub(crate) fn not_acceptable(allowed: &[&'static str]) -> Self {
        let detail = format!("The report comes as {}. Ask for one of them.", allowed.join(" or as "));
        let allowed = allowed.to_vec();
        Self { allowed, ..Self::new(406, "not-acceptable", "Not acceptable", detail) }
    }

    /// It is our fault. The reason stays in the log.
    pub(crate) fn internal(reason: &str) -> Self {
        worker::console_error!("{reason}");
        let detail = "Something went wrong on our side. Try again; if it stays, tell us the request id.";
        Self::new(500, "internal", "Internal error", detail.to_owned())
    }

    /// As it is sent.
    pub(crate) fn response(&self, request_id: &str) -> worker::Result<Response> {
        let document = Document {
            r#type: format!("/problems/{}", self.code),
            title: self.title,
            status: self.status,
            detail: &self.detail,
            request_id,
            parameter: self.parameter.as_deref(),
            allowed: &self.allowed,
        };
        let response = Response::from_bytes(serde_json::to_vec(&document)?)?.with_status(self.status);
        response.headers().set("content-type", "application/problem+json")?;
        if self.status == 405 {
            response.headers().set("allow", METHODS)?;
        }
        Ok(response)
    }
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
