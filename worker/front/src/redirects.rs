//! `POST /api/v1/redirects`: a pasted list of old addresses and where each should lead, looked over, tried, and written as
//! rules.

use js_sys::{Array, JSON, Reflect};
use launch_ready_core::plan::redirect_map::most_of_answer;
use launch_ready_core::plan::redirect_map::parse_whole;
use launch_ready_core::plan::redirect_map::{Asked, Format, List, MAX_TRIED, RedirectRule, Tried};
use launch_ready_edge::ask::send_domain;
use launch_ready_edge::body::Body;
use launch_ready_edge::problem::Problem;
use launch_ready_edge::rate::{BURST_SECONDS, in_rate};
use launch_ready_edge::{client, config, js, typed};
use wasm_bindgen::JsValue;
use worker::{Env, Headers, Request, Response, Url};

/// Characters of a list: five thousand lines of a hundred.
const MOST_CHARACTERS: usize = 500_000;

/// Bytes of what is sent with it.
const MOST_BYTES: usize = 512 * 1024;

/// The limits' fields, as the Durable Object passes them on.
const LIMITS: [&str; 2] = ["ratelimit-policy", "ratelimit"];

/// The sheet.
pub(crate) async fn answer(request: &mut Request, env: &Env, request_id: &str) -> Result<Response, Problem> {
    let client = client::key(request, env).await?;
    // Beside the scans, not of them: who corrects a list has not scanned, and a list that is tried is a scan of the domain's anyway.
    if !in_rate(env, config::SCAN_RATE, &format!("redirects {client}")).await? {
        let detail = "You have sent many lists within a minute. Send this one again in a minute.";
        return Err(Problem::limited(detail, BURST_SECONDS, Vec::new()));
    }
    let mut body = Body::read_up_to(MOST_BYTES, request, &["domain", "map", "formats", "try"]).await?;
    let typed = body.required("domain", 2000, "Name the domain that the old addresses are on.");
    let target = typed::target(&typed);
    if let (Err(error), false) = (&target, typed.is_empty()) {
        body.fault("domain", "invalid", error.to_string());
    }
    // As it stands: a line keeps its number.
    let text = body.value("map").and_then(|map| map.as_string()).unwrap_or_default();
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
    let is_tried = match body.value("try") {
        None => false,
        Some(value) => value.as_bool().unwrap_or_else(|| {
            body.fault("try", "invalid", "This is true or false.");
            false
        }),
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
        let sheet = asked.laid_out(outcomes, &asked.formats).within(most_of_answer(text.len()));
        js::json(serde_json::to_vec(&sheet)?, 200)
    };
    if !is_tried {
        return sheet(None);
    }
    let (sent, mut outcomes) = shared_out(&asked, domain);
    if sent.is_empty() {
        // Nothing to ask, and so no scan that would count.
        return sheet(Some(&outcomes));
    }
    let headers = Headers::new();
    js::set(&headers.0, "x-request-id", request_id);
    js::set(&headers.0, "x-client", &client);
    let lines: Vec<String> = sent.iter().map(|(_, from, to)| format!("{from}\t{to}\n")).collect();
    let path = format!("/report?domain={domain}");
    let mut given = send_domain(env, domain, &path, headers, &lines.concat()).await?;
    if given.status_code() != 200 {
        return Err(Problem::passed_on(given).await);
    }
    // What was sent is numbered anew.
    outcomes.extend(seen(&given.text().await?).into_iter().filter_map(|(label, text)| {
        let at = label.parse::<usize>().ok()?.checked_sub(1)?;
        Some((sent.get(at)?.0, Tried::read(&text)?))
    }));
    let response = sheet(Some(&outcomes))?;
    for name in LIMITS {
        if let Some(value) = js::header(&given.headers().0, name) {
            js::set(&response.headers().0, name, &value);
        }
    }
    Ok(response)
}

/// What the finding of a recheck has seen, label and text.
fn seen(recheck: &str) -> Vec<(String, String)> {
    let of = |value: &JsValue, name: &str| Reflect::get(value, &name.into()).unwrap_or_default();
    let told = JSON::parse(recheck).unwrap_or_default();
    let finding = Array::from(&of(&told, "recheck")).get(0);
    let seen = Array::from(&of(&finding, "seen"));
    let text = |seen: &JsValue, name: &str| of(seen, name).as_string();
    seen.iter().filter_map(|seen| Some((text(&seen, "label")?, text(&seen, "text")?))).collect()
}

/// The forms that are asked for; all of them where none is.
fn formats(body: &mut Body) -> Vec<Format> {
    let named = match body.value("formats") {
        None => return Format::ALL.to_vec(),
        Some(value) if Array::is_array(&value) => Array::from(&value),
        Some(_) => Array::of1(&JsValue::NULL),
    };
    let mut formats = Vec::new();
    for (at, value) in named.iter().enumerate() {
        match value.as_string().and_then(|id| Format::from_id(&id)) {
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

/// A line of the list, the old address and the target.
type Sent = (usize, String, String);

/// The lines that are tried, and what is to be said of those that are not. From here only the named domain is asked, and
/// what it leads to: we are nobody's way to look at the sites of others.
fn shared_out(asked: &Asked, domain: &str) -> (Vec<Sent>, Vec<(usize, Tried)>) {
    let (mut sent, mut others) = (Vec::new(), Vec::new());
    for a_move in asked.moves.iter().take(MAX_TRIED) {
        let RedirectRule { line, .. } = a_move;
        let Some((from, to)) = a_move.on(&asked.site) else { continue };
        let host = from.host_str().unwrap_or_default();
        if host == domain || host.strip_suffix(domain).is_some_and(|below| below.ends_with('.')) {
            sent.push((*line, from.to_string(), to.to_string()));
        } else {
            let why = format!("{host} is not below {domain}: name that domain to have it tried");
            others.push((*line, Tried::NotMeasured { why }));
        }
    }
    (sent, others)
}
