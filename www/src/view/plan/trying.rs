//! The moves of a redirect map tried on the site as it is: by the service, because a browser is not told where a redirect of
//! another site leads. Only what is tried is sent.

use gloo_net::http::Request;
use js_sys::{Array, JSON, Reflect};
use launch_ready_core::plan::redirect_map::{Format, MAX_TRIED, RedirectRule, Tried};
use url::Url;
use wasm_bindgen::JsValue;
use web_sys::AbortController;

use crate::decode;
use crate::problem::{Problem, Trouble};
use crate::stream::{offline, within};

/// A move by its addresses, and how it came out.
pub(super) type CameOut = (Url, Url, Tried);

/// Tries the first [`MAX_TRIED`] moves on `site`.
///
/// # Errors
/// Why nothing was tried, in a few words and in a sentence.
pub(super) async fn ask(
    domain: &str,
    site: &Url,
    moves: &[RedirectRule],
) -> Result<Vec<CameOut>, (String, String)> {
    let sent: Vec<(Url, Url)> = moves.iter().take(MAX_TRIED).filter_map(|a_move| a_move.on(site)).collect();
    let map: String = sent.iter().map(|(from, to)| format!("{from}\t{to}\n")).collect();
    // The rules are written here already; one form of them is the least that can be asked for.
    let body = format!(
        "{{\"domain\":{},\"map\":{},\"formats\":[\"{}\"],\"try\":true}}",
        quoted(domain),
        quoted(&map),
        Format::Netlify.id()
    );
    let told = |trouble: Trouble| (trouble.title(), trouble.detail(0, 0));
    let broken = || told(Trouble::Broken { offline: offline() });
    let abort = AbortController::new().map_err(|_| broken())?;
    let request = Request::post("/api/v1/redirects")
        .header("content-type", "application/json")
        .abort_signal(Some(&abort.signal()))
        .body(body)
        .map_err(|_| broken())?;
    let response = within(&abort, request.send())
        .await
        .map_err(|_| told(Trouble::Unreachable { offline: offline() }))?;
    let body = within(&abort, response.text()).await.map_err(|_| broken())?;
    let answer = JSON::parse(&body).unwrap_or_default();
    if !response.ok() {
        let mut problem = decode::problem(&body);
        // Where fields cannot be used, each has a sentence of its own.
        let faults: Vec<String> = all(&answer, "errors").filter_map(|fault| text(&fault, "detail")).collect();
        if !faults.is_empty() {
            problem = Problem { detail: faults.join(" "), ..problem };
        }
        let seconds = response.headers().get("retry-after").and_then(|seconds| seconds.parse().ok());
        let (title, detail) = told(Trouble::from_answer(response.status(), problem));
        return Err((title, format!("{detail}{}", seconds.map(later).unwrap_or_default())));
    }
    // A line that was sent keeps its number.
    let came_out = all(&answer, "rows").filter_map(|row| {
        let line = get(&row, "line").as_f64()? as usize;
        let (from, to) = sent.get(line.checked_sub(1)?)?;
        let tried = get(&row, "tried");
        let said = text(&tried, "chain").or_else(|| text(&tried, "why")).unwrap_or_default();
        Some((from.clone(), to.clone(), Tried::read(&format!("{} {said}", text(&tried, "kind")?))?))
    });
    let came_out: Vec<CameOut> = came_out.collect();
    if came_out.is_empty() { Err(broken()) } else { Ok(came_out) }
}

/// When to come back.
fn later(seconds: u32) -> String {
    match (seconds.div_ceil(60), seconds.div_ceil(3600)) {
        (..=1, _) => " Come back in a minute.".to_owned(),
        (minutes @ ..=90, _) => format!(" Come back in {minutes} minutes."),
        (_, hours) => format!(" Come back in {hours} hours."),
    }
}

/// A text in JSON.
fn quoted(text: &str) -> String {
    JSON::stringify(&text.into()).map(String::from).unwrap_or_default()
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap_or_default()
}

fn text(value: &JsValue, name: &str) -> Option<String> {
    get(value, name).as_string()
}

fn all(value: &JsValue, name: &str) -> impl Iterator<Item = JsValue> {
    let list = get(value, name);
    let list = if Array::is_array(&list) { Array::from(&list) } else { Array::new() };
    list.to_vec().into_iter()
}
