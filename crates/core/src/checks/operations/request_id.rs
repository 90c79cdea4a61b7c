//! # Request IDs (`request-id`)
//!
//! ## What it checks
//! Whether answers carry an id by which the same request can be found in the logs.
//!
//! ## Why it matters
//! When a customer sends a screenshot of an error, the ID leads you to the log line that explains it.
//!
//! ## How to fix it
//! Let the server give each request an id, write it into every log line, and send it back as `X-Request-Id`.
//!
//! ## Sources
//! W3C Trace Context (`traceparent`, 2021); each host's documentation of its own field, read 2026-11. `cf-ray` is not read: where we measure from it may
//! be our own.
//!
//! ## Covers
//! O5
//!
//! ## Examples
//! ```evidence
//! GET https://example.com/
//! 200
//! x-request-id: 6f1c
//! => present
//! ```
//! ```evidence
//! GET https://example.com/
//! 200
//! cf-ray: 8e1
//! => absent
//! ```

use launch_ready_providers::request_id_fields;

use crate::answers::Stop;
use crate::checks::check::{Area, Check, Weight};
use crate::checks::consequences::{BusinessImpact, Consequences, Effort, Who};
use crate::checks::finding::{Finding, Outcome};
use crate::engine::evidence::Evidence;
use crate::facts::home_page::home_page;
use crate::target::Target;

/// The check.
pub(crate) static CHECK: Check = Check {
    id: "request-id",
    area: Area::Operations,
    impact: Weight::Minor,
    stakes: Consequences::new(BusinessImpact::Downtime, Effort::Hour, Who::Developer),
    outcomes: &[&PRESENT, &ABSENT],
    run,
};

static PRESENT: Outcome = Outcome::pass("present", "Responses carry a request ID");
static ABSENT: Outcome = Outcome::not_applicable("absent", "The home page carries no request ID (optional)");

/// Fields that name one request, whoever sends it, as of 2026-11; hosts have theirs beside them.
const FIELDS: [&str; 6] =
    ["x-request-id", "request-id", "x-correlation-id", "traceparent", "traceresponse", "x-trace-id"];

fn run(target: &Target, evidence: &Evidence) -> Result<Finding, Stop> {
    let home = match home_page(target, evidence)? {
        Ok(home) => home,
        Err(why) => return Ok(ABSENT.found().detail(why)),
    };
    let mut fields = FIELDS.into_iter().chain(request_id_fields());
    let found = fields.find_map(|name| Some((name, home.reply.headers.first(name)?)));
    Ok(match found {
        Some((name, value)) => PRESENT.found().with_evidence(name, value),
        None => ABSENT.found(),
    })
}
