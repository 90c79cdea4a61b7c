//! The service's answer as it comes: one event a line.

use std::future::Future;
use std::time::Duration;

use gloo_net::http::{Request, Response};
use js_sys::futures::JsFuture;
use js_sys::{Reflect, Uint8Array};
use launch_ready_core::report::stream::StreamEvent;
use leptos::leptos_dom::helpers::set_timeout_with_handle;
use leptos::prelude::{RwSignal, Set};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, ReadableStreamDefaultReader};

use crate::asked::{Asked, REPORT};
use crate::decode;
use crate::lines::Lines;
use crate::problem::Trouble;

/// A scan ends within 20 seconds, and says something every few. A service that says nothing for longer than this
/// will not come back.
const SILENCE: Duration = Duration::from_secs(30);

/// Asks the service, and hands over every event with its line; into `link` goes where the report stays. A `fresh` one is made now, even
/// where there is one of a few minutes ago.
///
/// # Errors
/// Why there is no report. What came before it has been handed over.
pub async fn read(
    asked: &Asked,
    fresh: bool,
    abort: &AbortController,
    link: RwSignal<String>,
    mut each: impl FnMut(StreamEvent, &str),
) -> Result<(), Trouble> {
    let response =
        send(asked, fresh, abort).await.map_err(|_| Trouble::Unreachable { offline: offline() })?;
    let broken = |_: JsValue| Trouble::Broken { offline: offline() };
    if !response.ok() {
        let body = within(abort, response.text()).await.unwrap_or_default();
        return Err(Trouble::from_answer(response.status(), decode::problem(&body)));
    }
    let place = response.headers().get("content-location").unwrap_or_default();
    link.set(place.strip_prefix(REPORTS).unwrap_or_default().to_owned());
    let body = response.body().ok_or(JsValue::NULL).map_err(broken)?;
    let reader = ReadableStreamDefaultReader::new(&body).map_err(broken)?;
    let mut lines = Lines::default();
    let mut reported = false;
    loop {
        let chunk = match chunk(&reader, abort).await {
            Ok(chunk) => chunk,
            // Whatever happens to the connection once the report is here.
            Err(_) if reported => return Ok(()),
            Err(error) => return Err(broken(error)),
        };
        let ended = chunk.is_none();
        let complete = match chunk {
            Some(bytes) => lines.push(&bytes),
            None => std::mem::take(&mut lines).finish().into_iter().collect(),
        };
        for line in complete {
            // A line of a kind that this page does not know yet is not for this page.
            let line = String::from_utf8_lossy(&line);
            let Some(event) = decode::event(&line) else { continue };
            reported |= matches!(event, StreamEvent::Report(_));
            each(event, &line);
        }
        // Read to the end even so: to the service, who leaves before it is somebody who does not want the report.
        match (ended, reported) {
            (true, true) => return Ok(()),
            (true, false) => return Err(broken(JsValue::NULL)),
            (false, _) => {}
        }
    }
}

/// Where reports stay.
const REPORTS: &str = "/api/v1/reports/";

async fn send(asked: &Asked, fresh: bool, abort: &AbortController) -> Result<Response, gloo_net::Error> {
    let path = web_sys::window().and_then(|window| window.location().pathname().ok()).unwrap_or_default();
    let request = match asked.recorded(&path) {
        Some(file) => Request::get(&file),
        None => Request::get(REPORT).query(asked.fields()).query(fresh.then_some(("fresh", "true"))),
    };
    let request = request.header("accept", "application/x-ndjson").abort_signal(Some(&abort.signal()));
    within(abort, request.send()).await
}

/// The next bytes; `None` at the end.
async fn chunk(
    reader: &ReadableStreamDefaultReader,
    abort: &AbortController,
) -> Result<Option<Vec<u8>>, JsValue> {
    let read = within(abort, JsFuture::from(reader.read())).await?;
    if Reflect::get(&read, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    let value: Uint8Array = Reflect::get(&read, &"value".into())?.dyn_into()?;
    Ok(Some(value.to_vec()))
}

/// Waits for something that ends when the request is taken back, but not for ever.
pub(crate) async fn within<F: Future>(abort: &AbortController, waited_for: F) -> F::Output {
    let controller = abort.clone();
    let alarm = set_timeout_with_handle(move || controller.abort(), SILENCE);
    let result = waited_for.await;
    if let Ok(alarm) = alarm {
        alarm.clear();
    }
    result
}

/// Whether the browser itself says that it has no connection.
pub(crate) fn offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}
