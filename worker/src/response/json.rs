//! Answers, and bodies that stay outside of our own memory.

use js_sys::futures::JsFuture;
use js_sys::{ArrayBuffer, Uint8Array};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Headers, ResponseInit};
use worker::Response;

use crate::platform;
use crate::response::problem::Problem;

/// An answer that is JSON.
pub(crate) fn json(said: &impl Serialize, status: u16) -> Result<Response, Problem> {
    typed(serde_json::to_vec(said)?, "application/json", status)
}

/// An answer of that media type.
pub(crate) fn typed(body: Vec<u8>, media_type: &str, status: u16) -> Result<Response, Problem> {
    let response = Response::from_bytes(body)?.with_status(status);
    platform::set(&response.headers().0, "content-type", media_type);
    Ok(response)
}

/// The answer to HEAD: what GET would be answered with, but for the body.
pub(crate) fn bodiless(status: u16, media_type: &str) -> Result<Response, Problem> {
    let response = Response::empty()?.with_status(status);
    platform::set(&response.headers().0, "content-type", media_type);
    Ok(response)
}

/// An answer of bytes that are not in our own memory.
pub(crate) fn foreign(
    body: Option<&Uint8Array>,
    status: u16,
    headers: &Headers,
) -> Result<web_sys::Response, Problem> {
    let init = ResponseInit::new();
    init.set_status(status);
    init.set_headers(headers);
    web_sys::Response::new_with_opt_js_u8_array_and_init(body, &init)
        .map_err(|thrown| Problem::thrown(&thrown))
}

/// The whole body of an answer, outside of our own memory.
pub(crate) async fn bytes(response: web_sys::Response) -> Result<Uint8Array, Problem> {
    let thrown = |thrown: JsValue| Problem::thrown(&thrown);
    let buffer = JsFuture::from(response.array_buffer().map_err(thrown)?).await.map_err(thrown)?;
    Ok(Uint8Array::new(buffer.unchecked_ref::<ArrayBuffer>()))
}
