//! `POST /api/v1/redirects`: a pasted list of old addresses and where each should lead, looked over, tried, and written as
//! rules.

use launch_ready_core::plan::redirect_map::{
    Asked, Format, List, MAX_TRIED, RedirectRule, Tried, most_of_answer, parse_whole,
};
use serde_json::Value;
use worker::{Response, Url};

use crate::burst::{BURST_SECONDS, in_rate};
use crate::call::Call;
use crate::message::{RedirectsReply, RedirectsRequest};
use crate::rate::RateLimits;
use crate::request::body::JsonFields;
use crate::request::{client, typed};
use crate::response::json::json;
use crate::response::problem::Problem;
use crate::{config, objects};

/// Characters of a list: ten thousand lines of a hundred.
const MOST_CHARACTERS: usize = 1_000_000;

/// The sheet.
pub(crate) async fn post(call: &Call<'_>, most: usize) -> Result<Response, Problem> {
    let client = client::key(call.request, call.env).await?;
    // Beside the scans, not of them: who corrects a list has not scanned, and a list that is tried is a scan of the domain's anyway.
    if !in_rate(call.env, config::SCAN_RATE, &format!("redirects {client}")).await? {
        let detail = "You have sent many lists within a minute. Send this one again in a minute.";
        return Err(Problem::limited(detail, BURST_SECONDS, RateLimits::default()));
    }
    let mut body = JsonFields::read(call.request, most, &["domain", "map", "formats", "try"]).await?;
    let typed = body.required("domain", 2000, "Name the domain that the old addresses are on.");
    let target = typed::target(&typed);
    if let (Err(error), false) = (&target, typed.is_empty()) {
        body.fault("domain", "invalid", error.to_string());
    }
    // As it stands: a line keeps its number.
    let text = body.value("map").and_then(Value::as_str).unwrap_or_default().to_owned();
    if text.trim().is_empty() {
        body.fault(
            "map",
            "missing",
            "Paste the list: an old address and its target on each line, such as /old,/new.",
        );
    }
    if text.chars().count() > MOST_CHARACTERS {
        let detail = format!("This takes at most {MOST_CHARACTERS} characters: split the list.");
        body.fault("map", "too-long", detail);
    }
    let whole = parse_whole(&text);
    if let Err(too_many) = &whole {
        body.fault("map", "too-long", too_many.to_string());
    }
    let formats = formats(&mut body);
    let is_tried = match body.value("try").map(Value::as_bool) {
        None => false,
        Some(Some(is_tried)) => is_tried,
        Some(None) => {
            body.fault("try", "invalid", "This is true or false.");
            false
        }
    };
    let (target, whole) = body.sound((target, whole))?;
    let target = target.map_err(|error| Problem::domain(&error))?;
    let domain = target.domain.as_str();
    let site =
        Url::parse(&format!("https://{domain}/")).map_err(|error| Problem::internal(&error.to_string()))?;
    // With too many lines it was not sound.
    let List { moves, unread, read_as } = whole.unwrap_or_default();
    let asked = Asked { site, moves, unread, read_as, formats };
    let sheet = |outcomes: Option<&[(usize, Tried)]>| {
        json(&asked.laid_out(outcomes, &asked.formats).within(most_of_answer(text.len())), 200)
    };
    if !is_tried {
        return sheet(None);
    }
    let (rules, mut outcomes) = shared_out(&asked, domain);
    if rules.is_empty() {
        // Nothing to ask, and so no scan that would count.
        return sheet(Some(&outcomes));
    }
    let request = RedirectsRequest { rules, client, request_id: call.request_id.clone() };
    let RedirectsReply { outcomes: tried, limits } =
        objects::redirects(call.env, &target.domain, request).await?;
    outcomes.extend(tried);
    let response = sheet(Some(&outcomes))?;
    limits.write(&response.headers().0);
    Ok(response)
}

/// The forms that are asked for; all of them where none is.
fn formats(body: &mut JsonFields) -> Vec<Format> {
    let named = match body.value("formats") {
        None => Vec::new(),
        Some(Value::Array(named)) => named.clone(),
        Some(_) => vec![Value::Null],
    };
    let mut formats = Vec::new();
    for (at, value) in named.iter().enumerate() {
        match value.as_str().and_then(Format::from_id) {
            Some(format) if !formats.contains(&format) => formats.push(format),
            Some(_) => {}
            None => {
                let all = Format::ALL.map(Format::id).join(", ");
                body.fault_at(&format!("/formats/{at}"), "invalid", format!("This is one of {all}."));
            }
        }
    }
    if formats.is_empty() { Format::ALL.to_vec() } else { formats }
}

/// The lines that are tried, and what is to be said of those that are not. From here only the named domain is asked, and
/// what it leads to: we are nobody's way to look at the sites of others.
fn shared_out(asked: &Asked, domain: &str) -> (Vec<RedirectRule>, Vec<(usize, Tried)>) {
    let (mut sent, mut others) = (Vec::new(), Vec::new());
    for rule in asked.moves.iter().filter(|rule| rule.kind.is_move()).take(MAX_TRIED) {
        let Some((from, to)) = rule.on(&asked.site) else { continue };
        let host = from.host_str().unwrap_or_default();
        if host == domain || host.strip_suffix(domain).is_some_and(|below| below.ends_with('.')) {
            sent.push(RedirectRule { status: rule.status, ..RedirectRule::plain(rule.line, from, to) });
        } else {
            let why = format!("{host} is not below {domain}: name that domain to have it tried");
            others.push((rule.line, Tried::NotMeasured { why }));
        }
    }
    (sent, others)
}
