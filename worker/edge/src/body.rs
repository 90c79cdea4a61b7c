//! What is sent to us: a JSON object of a bounded size, read field by field, with every fault named by its JSON pointer
//! (RFC 6901).

use js_sys::{Array, JSON, Object, Reflect};
use launch_ready_api::Fault;
use wasm_bindgen::{JsCast, JsValue};
use worker::Request;

use crate::js;
use crate::problem::Problem;

/// Bytes that are read where nobody says otherwise: far more than anybody types.
const MOST_BYTES: usize = 64 * 1024;

/// A JSON object.
pub struct Body {
    object: Object,
    /// What cannot be used, so far.
    pub faults: Vec<Fault>,
}

impl Body {
    /// Reads the body of `request`, which may have these fields.
    ///
    /// # Errors
    /// What is no JSON object with no other fields, or too large.
    pub async fn read(request: &mut Request, fields: &[&str]) -> Result<Self, Problem> {
        Self::read_up_to(MOST_BYTES, request, fields).await
    }

    /// The same for a body of so many bytes.
    ///
    /// # Errors
    /// As there.
    pub async fn read_up_to(most: usize, request: &mut Request, fields: &[&str]) -> Result<Self, Problem> {
        let content_type = js::header(&request.headers().0, "content-type").unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/json") {
            return Err(Problem::unsupported_media_type());
        }
        let length =
            js::header(&request.headers().0, "content-length").and_then(|length| length.parse().ok());
        if length.is_some_and(|length: usize| length > most) {
            return Err(Problem::too_large(most));
        }
        // Who says no length, or a wrong one, is read no further than that either.
        let read = js::read_up_to(request.inner().body(), most).await.map_err(|_| Problem::unreadable())?;
        let bytes = read.ok_or_else(|| Problem::too_large(most))?;
        // As the Encoding Standard decodes UTF-8, which `Request.text()` would do.
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes));
        let parsed = JSON::parse(&text).map_err(|_| Problem::unreadable())?;
        if !parsed.is_object() || Array::is_array(&parsed) {
            return Err(Problem::unreadable());
        }
        let mut body = Self { object: parsed.unchecked_into(), faults: Vec::new() };
        for name in Object::keys(&body.object).iter().filter_map(|name| name.as_string()) {
            if !fields.contains(&name.as_str()) {
                let detail = format!("There is no such field. There are {}.", fields.join(", "));
                body.fault(&name, "unknown", detail);
            }
        }
        Ok(body)
    }

    /// Notes a fault of a field.
    pub fn fault(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        let pointer = format!("/{}", field.replace('~', "~0").replace('/', "~1"));
        self.fault_at(&pointer, code, detail);
    }

    /// Notes a fault at a JSON pointer.
    pub fn fault_at(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        self.faults.push(Fault { pointer: pointer.to_owned(), code, detail: detail.into() });
    }

    /// A field as it came; undefined and null are the same.
    pub fn value(&self, field: &str) -> Option<JsValue> {
        let value = Reflect::get(&self.object, &field.into()).unwrap_or_default();
        (!value.is_undefined() && !value.is_null()).then_some(value)
    }

    /// A field that is text of at most so many characters, without blanks around it; `None` where it is empty.
    pub fn text(&mut self, field: &str, most: usize) -> Option<String> {
        let value = self.value(field)?;
        let Some(text) = value.as_string() else {
            self.fault(field, "invalid", "This is a text.");
            return None;
        };
        let text = text.trim();
        if text.chars().count() > most {
            self.fault(field, "too-long", format!("This takes at most {most} characters."));
            return None;
        }
        if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fault(field, "invalid", "This holds characters that are no text.");
            return None;
        }
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The same, for a field that must be there. An empty text where there is none.
    pub fn required(&mut self, field: &str, most: usize, detail: &str) -> String {
        let faults = self.faults.len();
        let text = self.text(field, most);
        if text.is_none() && self.faults.len() == faults {
            self.fault(field, "missing", detail);
        }
        text.unwrap_or_default()
    }

    /// What was found, or every fault.
    pub fn sound<T>(self, found: T) -> Result<T, Problem> {
        if self.faults.is_empty() { Ok(found) } else { Err(Problem::fields(self.faults)) }
    }
}
