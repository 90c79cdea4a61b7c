//! From a line of the service's JSON to the core's types.
//!
//! The browser parses; this picks the fields. The readers that serde writes for the same types weigh 30 KB with
//! brotli, more than a quarter of what the whole page may: here a field costs a call. Every field is still named by
//! the compiler, since the core's types are built whole, and their words are still serde's.

use js_sys::{Array, JSON, Reflect};
use launch_ready_core::checks::chart::{Chart, ChartRow};
use launch_ready_core::checks::finding::{EvidenceItem, Mark};
use launch_ready_core::checks::fix::Fix;
use launch_ready_core::diagnostic::Span;
use launch_ready_core::facts::providers_in_use::{ProvidersInUse, Service};
use launch_ready_core::report::gaps::Gap;
use launch_ready_core::report::score::Score;
use launch_ready_core::report::stream::{Listed, StreamEvent};
use launch_ready_core::report::{Coverage, FindingReport, FixShown, Report, Risk, Run, Verdict};
use serde::Deserialize;
use serde::de::value::{Error, StrDeserializer};
use wasm_bindgen::{JsCast, JsValue};

use crate::problem::Problem;

/// The event on a line; `None` for what is not one that this page knows.
#[must_use]
pub fn event(line: &str) -> Option<StreamEvent> {
    let line = Json::parse(line)?;
    Some(match line.text("event").as_str() {
        "started" => {
            StreamEvent::Started { domain: line.text("domain"), checks: line.all("checks", listed)? }
        }
        "progress" => StreamEvent::Progress {
            probe: line.text("probe"),
            done: line.get("done").0.is_truthy(),
            answered: line.number("answered"),
            known: line.number("known"),
        },
        "finding" => StreamEvent::Finding(Box::new(judged(&line)?)),
        "report" => StreamEvent::Report(Box::new(report(&line)?)),
        _ => return None,
    })
}

/// The problem that an answer describes; empty where it describes none.
#[must_use]
pub fn problem(body: &str) -> Problem {
    let Some(body) = Json::parse(body) else { return Problem::default() };
    Problem { title: body.text("title"), detail: body.text("detail"), request_id: body.text("request_id") }
}

/// A JSON value. Fields that are missing read as nothing: an empty text, zero, an empty list.
struct Json(JsValue);

impl Json {
    fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    fn get(&self, name: &str) -> Self {
        Self(Reflect::get(&self.0, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED))
    }

    fn has(&self, name: &str) -> bool {
        let value = self.get(name).0;
        !value.is_undefined() && !value.is_null()
    }

    fn text(&self, name: &str) -> String {
        self.get(name).0.as_string().unwrap_or_default()
    }

    fn number(&self, name: &str) -> u32 {
        // Floats convert by saturation: whatever comes is a number in the end.
        self.get(name).0.as_f64().unwrap_or_default() as u32
    }

    fn small(&self, name: &str) -> u8 {
        u8::try_from(self.number(name)).unwrap_or(u8::MAX)
    }

    /// One of the words of an enumeration.
    fn word<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Option<T> {
        T::deserialize(StrDeserializer::<Error>::new(&self.text(name))).ok()
    }

    fn all<T>(&self, name: &str, read: impl Fn(&Self) -> Option<T>) -> Option<Vec<T>> {
        match self.get(name).0.dyn_into::<Array>() {
            Ok(array) => array.iter().map(|value| read(&Self(value))).collect(),
            Err(_) => Some(Vec::new()),
        }
    }
}

fn listed(json: &Json) -> Option<Listed> {
    Some(Listed {
        check: json.text("check"),
        name: json.text("name"),
        area: json.word("area")?,
        impact: json.word("impact")?,
    })
}

fn report(json: &Json) -> Option<Report> {
    let (run, verdict) = (json.get("run"), json.get("verdict"));
    let (score, coverage) = (json.get("score"), json.get("coverage"));
    Some(Report {
        schema: json.number("schema"),
        scoring: json.number("scoring"),
        domain: json.text("domain"),
        domain_unicode: json.text("domain_unicode"),
        // The page knows what it asked.
        segment: None,
        mail: None,
        run: Run {
            started: run.text("started"),
            vantage: run.text("vantage"),
            took_ms: run.number("took_ms"),
        },
        in_use: in_use(&json.get("in_use")),
        verdict: Verdict {
            decision: verdict.word("decision")?,
            reason: verdict.text("reason"),
            checks: verdict.all("checks", |check| check.0.as_string())?,
        },
        score: json.has("score").then(|| Score {
            value: score.small("value"),
            uncapped: score.small("uncapped"),
            unblocked: score.small("unblocked"),
        }),
        cap: json.has("cap").then(|| json.text("cap")),
        coverage: Coverage {
            answered: coverage.number("answered"),
            of: coverage.number("of"),
            not_applicable: coverage.number("not_applicable"),
            // The findings say it, each for itself.
            unheard: 0,
        },
        risks: json.all("risks", risk)?,
        findings: json.all("findings", judged)?,
        gaps: json.all("gaps", gap)?,
        // The page does not show the DNS map.
        dns: Vec::new(),
    })
}

fn gap(json: &Json) -> Option<Gap> {
    Some(Gap {
        cause: json.text("cause"),
        advice: json.text("advice"),
        checks: json.all("checks", |check| check.0.as_string())?,
    })
}

fn in_use(json: &Json) -> ProvidersInUse {
    let zone = json.has("zone").then(|| json.text("zone"));
    ProvidersInUse { zone, dns: service(&json.get("dns")), host: service(&json.get("host")) }
}

fn service(json: &Json) -> Option<Service> {
    let service = Service { id: json.text("id"), name: json.text("name"), told_by: json.text("told_by") };
    json.has("id").then_some(service)
}

fn risk(json: &Json) -> Option<Risk> {
    Some(Risk {
        rank: json.word("rank")?,
        check: json.text("check"),
        title: json.text("title"),
        loses: json.word("loses")?,
        effort: json.word("effort")?,
        who: json.word("who")?,
        gain: json.small("gain"),
    })
}

fn judged(json: &Json) -> Option<FindingReport> {
    Some(FindingReport {
        check: json.text("check"),
        name: json.text("name"),
        area: json.word("area")?,
        impact: json.word("impact")?,
        outcome: json.text("outcome"),
        level: json.word("level")?,
        rank: json.word("rank"),
        loses: json.word("loses"),
        title: json.text("title"),
        detail: json.text("detail"),
        seen: json.all("seen", seen)?,
        // The page shows what was counted where it was seen.
        measures: Vec::new(),
        why: json.text("why"),
        fixes: json.all("fixes", fix_shown)?,
    })
}

fn seen(json: &Json) -> Option<EvidenceItem> {
    Some(EvidenceItem {
        label: json.text("label"),
        text: json.text("text"),
        marks: json.all("marks", mark)?,
        picture: picture(&json.get("picture")),
    })
}

/// A kind that this page does not know is left to the text beside it.
fn picture(json: &Json) -> Option<Chart> {
    let row = |row: &Json| {
        Some(ChartRow { text: row.text("text"), value: row.number("value"), status: row.number("status") })
    };
    Some(Chart { kind: json.word("kind")?, rows: json.all("rows", row)?, limit: json.number("limit") })
}

fn mark(json: &Json) -> Option<Mark> {
    Some(Mark {
        span: Span::new(json.number("start") as usize, json.number("end") as usize),
        code: json.text("code"),
        severity: json.word("severity")?,
        note: json.text("note"),
    })
}

fn fix_shown(json: &Json) -> Option<FixShown> {
    Some(FixShown { verb: json.text("verb"), line: json.text("line"), fix: fix(&json.get("fix"))? })
}

fn fix(json: &Json) -> Option<Fix> {
    let (name, value, record_type) = (json.text("name"), json.text("value"), json.text("record_type"));
    Some(match json.text("kind").as_str() {
        "header" => {
            let path = json.has("path").then(|| json.text("path"));
            let replaces = json.all("replaces", |old| old.0.as_string())?;
            Fix::Header { name, value, path, replaces }
        }
        "record" => {
            let replaces = json.has("replaces").then(|| json.text("replaces"));
            Fix::Record { name, record_type, value, replaces }
        }
        "redirect" => Fix::Redirect { from: json.text("from"), to: json.text("to") },
        "remove-record" => Fix::RemoveRecord { name, record_type, value },
        "step" => Fix::Step { text: json.text("text") },
        _ => return None,
    })
}
