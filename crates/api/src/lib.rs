//! What the API takes and says beside reports, as types: the Worker sends them, and the description of the API is made from
//! them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use launch_ready_core::plan::redirect_map::Format;
use launch_ready_core::report::Report;
use launch_ready_core::report::recheck::Recheck;
use launch_ready_core::target::Segment;

#[cfg(feature = "schema")]
pub use launch_ready_core::plan::documents::answers_schema;
pub use launch_ready_core::plan::documents::{DocumentsAnswer, DocumentsRequest, Paper};

/// A parameter of a question for a report.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it means, in a sentence or two.
    pub meaning: &'static str,
    /// What could stand there.
    pub example: &'static str,
    /// Whether it may stand there several times.
    pub repeated: bool,
}

/// Every parameter of `/api/v1/report`, the first of which must be there.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        name: "domain",
        meaning: "What is to be checked: a domain, or an address on it. `www.` is left out.",
        example: "example.com",
        repeated: false,
    },
    Parameter {
        name: "segment",
        meaning: "The kind of business, which sets the speed to be reached.",
        example: "coach",
        repeated: false,
    },
    Parameter {
        name: "mail",
        meaning: "What the domain does with e-mail.",
        example: "both",
        repeated: false,
    },
    Parameter {
        name: "fresh",
        meaning: "Whether to scan now, even where there is a report. Limited more than asking for what is there.",
        example: "true",
        repeated: false,
    },
    Parameter {
        name: "deep",
        meaning: "Whether to ask more: named paths timed, caching between two visits, and whatever else takes questions of its own.",
        example: "true",
        repeated: false,
    },
    Parameter {
        name: "selector",
        meaning: "A DKIM selector in use, up to eight: the part before `._domainkey`.",
        example: "s1",
        repeated: true,
    },
    Parameter {
        name: "path",
        meaning: "A path on the site that must work, up to eight: login, callback, checkout, health.",
        example: "/login",
        repeated: true,
    },
    Parameter {
        name: "check",
        meaning: "A check to ask again, alone or with others. The answer then has findings and no verdict, and is not kept.",
        example: "spf-record",
        repeated: true,
    },
];

/// The answer to a question for a report: the report, or, where checks were named, what they alone say.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Answer {
    /// The report.
    Report(Box<Report>),
    /// What the named checks say.
    Recheck(Box<Recheck>),
}

/// Why there is no answer (RFC 9457). The types are stable.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem<'p> {
    /// `/problems/` and its stable name.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem it is, the same for every occurrence.
    pub title: &'p str,
    /// The status of the answer.
    pub status: u16,
    /// This occurrence, as a sentence that says what to do.
    pub detail: &'p str,
    /// The answer's `X-Request-Id`, for when you tell us of it.
    pub request_id: &'p str,
    /// The query parameter that is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<&'p str>,
    /// What could stand there instead.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub allowed: &'p [Cow<'static, str>],
    /// Fields of the body that are at fault.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[cfg_attr(feature = "schema", schemars(default))]
    pub errors: &'p [Fault],
}

/// A field of a body that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// Where it is: a JSON pointer (RFC 6901).
    pub pointer: String,
    /// What is wrong, as a stable name: `missing`, `invalid`, `too-long` or `unknown`.
    pub code: Cow<'static, str>,
    /// What to send instead, as a sentence.
    pub detail: String,
}

/// Whether the service is well.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
    /// The version that answers.
    pub version: &'static str,
}

/// The last reports that answer the same question, the newest first.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct History {
    /// Up to five.
    pub reports: Vec<Report>,
}

/// Up to ten domains at once.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Batch {
    /// What is to be checked, as it was typed.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 10)))]
    pub domains: Vec<String>,
}

/// The reports of a [`Batch`], in its order.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchAnswer<'a> {
    /// One for each domain.
    pub reports: Vec<BatchEntry<'a>>,
}

/// The report of one domain, or why there is none.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BatchEntry<'a> {
    /// The domain in ASCII; as it was typed where it is none.
    pub domain: &'a str,
    /// 200, or the status of the problem.
    pub status: u16,
    /// The report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<Report>,
    /// The problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem<'a>>,
}

/// A request for a discovery call.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct Intake {
    /// Who you are.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 100)))]
    pub name: String,
    /// Where we can write to you.
    #[cfg_attr(feature = "schema", schemars(email, length(max = 254)))]
    pub email: String,
    /// Your company.
    #[cfg_attr(feature = "schema", schemars(length(max = 100)))]
    pub company: Option<String>,
    /// The domain that you launch.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 2000)))]
    pub domain: String,
    /// The kind of business.
    pub segment: Option<Segment>,
    /// What the launch is to bring.
    #[cfg_attr(feature = "schema", schemars(length(max = 500)))]
    pub goal: Option<String>,
    /// The day of the launch: `2026-12-01`.
    #[cfg_attr(
        feature = "schema",
        schemars(
            regex(pattern = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"),
            extend("format" = "date")
        )
    )]
    pub launch_date: Option<String>,
    /// Whatever else we should know.
    #[cfg_attr(feature = "schema", schemars(length(max = 5000)))]
    pub message: Option<String>,
    /// True: we may keep this and write to you.
    pub consent: bool,
    /// The id of the report that you have seen; the newest one of the domain where it is left out.
    #[cfg_attr(feature = "schema", schemars(length(max = 400)))]
    pub report: Option<String>,
    /// Stays empty: people do not see this field.
    pub website: Option<String>,
    /// Turnstile's token, where the service asks for one.
    #[cfg_attr(feature = "schema", schemars(length(max = 2048)))]
    pub turnstile: Option<String>,
}

/// A request for a call that was accepted: it is kept, and somebody is told of it.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Accepted<'a> {
    /// Its id.
    pub id: &'a str,
    /// What we would do first.
    pub sprint: Sprint<'a>,
    /// Where the report stays that goes with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// What happens next, in order.
    pub next: &'a [&'a str],
}

/// What is suggested to be done first.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sprint<'a> {
    /// Its stable name.
    pub id: &'a str,
    /// Its name for people.
    pub title: &'a str,
    /// Why it is suggested.
    pub why: &'a str,
}

/// A request for a call, as the owner takes it out. Times are milliseconds since 1970.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Lead {
    /// Its id.
    pub id: String,
    /// When it was accepted.
    pub created_at: u64,
    /// Who it is from.
    pub name: String,
    /// Where to answer.
    pub email: String,
    /// The company.
    pub company: Option<String>,
    /// The domain in ASCII.
    pub domain: String,
    /// The kind of business.
    pub segment: Option<String>,
    /// What the launch is to bring.
    pub goal: Option<String>,
    /// The day of the launch.
    pub launch_date: Option<String>,
    /// Whatever else was said.
    pub message: Option<String>,
    /// The report's id.
    pub report: Option<String>,
    /// The sprint that was suggested.
    pub sprint: String,
    /// When the owner was told; absent while nobody was.
    pub delivered_at: Option<u64>,
}

/// How many requests were deleted.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deleted {
    /// All that came from the address.
    pub deleted: u32,
}

/// A list of old addresses and where each should lead.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedirectMap {
    /// The domain that the old addresses are on, or an address on it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 2000)))]
    pub domain: String,
    /// The list as it was pasted: one old address and its target on each line, apart by a comma, a tab, blanks or an arrow. At
    /// most five thousand lines, blank ones and comments not counted; of the answer at most twenty times the list's bytes, or 128 KiB.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 1_000_000)))]
    pub map: String,
    /// In which forms rules are wanted: `cloudflare-redirects`, `cloudflare-bulk`, `netlify`, `vercel`, `nginx`, `apache`; all where
    /// none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formats: Option<Vec<Format>>,
    /// Whether the first twenty lines are tried on the site as it is. Counts as a scan of the domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#try: Option<bool>,
}

/// Whose domain it is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Ownership {
    /// A domain, or an address on it.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 2000)))]
    pub domain: String,
}

/// What proves ownership: keep the secret, and publish either of the two.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Challenge<'a> {
    /// The domain in ASCII.
    pub domain: &'a str,
    /// Yours alone. It is kept nowhere else.
    pub secret: &'a str,
    /// A TXT record.
    pub record: Published,
    /// Or a file on the site.
    pub file: Published,
}

/// Something to publish. It says nothing about the secret.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Published {
    /// The record's name, or the file's address.
    pub name: String,
    /// The record's value, or a line of the file.
    pub value: String,
}

/// Ownership is proven.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Proven {
    /// The domain in ASCII.
    pub domain: String,
    /// Until when it holds, RFC 3339 in UTC.
    #[cfg_attr(feature = "schema", schemars(extend("format" = "date-time")))]
    pub until: String,
}
