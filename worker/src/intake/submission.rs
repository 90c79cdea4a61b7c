//! What is sent in: read, and checked field by field.

use launch_ready_core::domain::Domain;
use launch_ready_core::target::Segment;
use serde_json::Value;
use worker::Request;

use crate::request::body::JsonFields;
use crate::request::typed::{self, domain_of};
use crate::response::problem::Problem;

const FIELDS: &[&str] = &[
    "name",
    "email",
    "company",
    "domain",
    "segment",
    "goal",
    "launch_date",
    "message",
    "consent",
    "report",
    "website",
    "turnstile",
];

/// A request for a call.
pub(crate) struct Submission {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) company: Option<String>,
    pub(crate) domain: Domain,
    pub(crate) segment: Option<&'static str>,
    pub(crate) goal: Option<String>,
    /// `2026-12-01`.
    pub(crate) launch_date: Option<String>,
    pub(crate) message: Option<String>,
    /// The id of the report that the founder has seen.
    pub(crate) report: Option<String>,
    pub(crate) turnstile: Option<String>,
    /// The field that nobody sees was filled in.
    pub(crate) is_trapped: bool,
}

impl Submission {
    /// Reads the body.
    pub(crate) async fn read(request: &Request, most: usize) -> Result<Self, Problem> {
        Self::of(JsonFields::read(request, most, FIELDS).await?)
    }

    /// Reads the fields of a form.
    pub(crate) fn of_form(fields: serde_json::Map<String, Value>) -> Result<Self, Problem> {
        Self::of(JsonFields::of(fields, FIELDS))
    }

    fn of(mut body: JsonFields) -> Result<Self, Problem> {
        let name = body.required("name", 100, "Enter your name.");
        let email = body.required("email", 254, "Enter the email address to write to.");
        if !email.is_empty() && !is_address(&email) {
            body.fault(
                "email",
                "invalid",
                "This is not an email address. Enter one such as ada@example.com.",
            );
        }
        let typed = body.required("domain", 2000, "Enter the domain you are launching.");
        let target = typed::target(&typed);
        if let (Err(error), false) = (&target, typed.is_empty()) {
            body.fault("domain", "invalid", error.to_string());
        }
        let domain = target.as_ref().ok().map(|target| target.domain.clone());
        let segment = body.text("segment", 40).and_then(|id| {
            let known = Segment::from_id(&id);
            if known.is_none() {
                let all = Segment::ALL.map(Segment::id).join(", ");
                body.fault("segment", "invalid", format!("This is one of {all}."));
            }
            known.map(Segment::id)
        });
        let launch_date = body.text("launch_date", 40);
        if launch_date.as_deref().is_some_and(|date| !is_date(date)) {
            body.fault("launch_date", "invalid", "This is not a date. Enter one such as 2026-12-01.");
        }
        let report = body.text("report", 400);
        if let Some(id) = &report
            && domain_of(id) != domain
        {
            body.fault("report", "invalid", "This is the id of a report of that domain.");
        }
        if body.value("consent").and_then(Value::as_bool) != Some(true) {
            let detail = "We may keep this only with your consent: send true.";
            body.fault("consent", "missing", detail);
        }
        let (company, goal) = (body.text("company", 100), body.text("goal", 500));
        let (message, turnstile) = (body.text("message", 5000), body.text("turnstile", 2048));
        let is_trapped = body.text("website", 2000).is_some();
        // Where it is no domain, that is one of the faults.
        let target = body.sound(target)?.map_err(|error| Problem::domain(&error))?;
        let domain = target.domain;
        Ok(Self {
            name,
            email,
            company,
            domain,
            segment,
            goal,
            launch_date,
            message,
            report,
            turnstile,
            is_trapped,
        })
    }

    /// Everything that was said, for comparing: what is not part of the request itself is left out.
    pub(crate) fn digest(&self) -> String {
        let optional = |text: &Option<String>| text.clone().unwrap_or_default();
        [
            self.name.clone(),
            self.email.to_ascii_lowercase(),
            optional(&self.company),
            self.domain.to_string(),
            self.segment.unwrap_or_default().to_owned(),
            optional(&self.goal),
            optional(&self.launch_date),
            optional(&self.message),
        ]
        // No field holds it.
        .join("\u{1}")
    }
}

/// Whether mail could be sent there: something before the last `@`, and a public name behind it. Whether anybody reads
/// it, only a mail tells.
fn is_address(text: &str) -> bool {
    text.rsplit_once('@').is_some_and(|(local, domain)| {
        (1..=64).contains(&local.len())
            && !local.contains(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';' | ':' | '"'))
            && Domain::from_host(domain).is_some()
    })
}

/// Whether it is a day as RFC 3339 writes one.
fn is_date(text: &str) -> bool {
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else { return false };
    let number = |part: &str, length: usize| {
        (part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.bytes().fold(0u16, |sum, digit| sum * 10 + u16::from(digit - b'0')))
    };
    let (Some(_), Some(month), Some(day)) = (number(year, 4), number(month, 2), number(day, 2)) else {
        return false;
    };
    (1..=12).contains(&month) && (1..=31).contains(&day)
}
