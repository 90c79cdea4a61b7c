//! What is sent to us: a JSON object of a bounded size, read field by field, with every fault named by its JSON pointer
//! (RFC 6901).

use launch_ready_api::Fault;
use serde_json::{Map, Value};
use worker::Request;

use crate::platform;
use crate::response::problem::Problem;

/// A JSON object.
pub(crate) struct JsonFields {
    fields: Map<String, Value>,
    /// What cannot be used, so far.
    faults: Vec<Fault>,
}

/// Whether what is sent says that it is JSON.
///
/// # Errors
/// If it does not.
pub(crate) fn expect_json(request: &Request) -> Result<(), Problem> {
    let content_type = platform::header(&request.headers().0, "content-type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::unsupported_media_type())
}

/// The text of a body, as the Encoding Standard decodes UTF-8.
pub(crate) fn decoded(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned()
}

/// The bytes that the request says it sends.
pub(crate) fn said_length(request: &Request) -> Option<usize> {
    platform::header(&request.headers().0, "content-length").and_then(|length| length.parse().ok())
}

impl JsonFields {
    /// Reads the body of `request`, of at most so many bytes, which may have these fields.
    ///
    /// # Errors
    /// What is no JSON object, or too large.
    pub(crate) async fn read(request: &Request, most: usize, fields: &[&str]) -> Result<Self, Problem> {
        expect_json(request)?;
        if said_length(request).is_some_and(|length| length > most) {
            return Err(Problem::too_large(most));
        }
        // Who says no length, or a wrong one, is read no further than that either.
        let read =
            platform::read_up_to(request.inner().body(), most).await.map_err(|_| Problem::unreadable())?;
        let bytes = read.ok_or_else(|| Problem::too_large(most))?;
        Self::parse(&decoded(&bytes), fields).ok_or_else(Problem::unreadable)
    }

    fn parse(text: &str, fields: &[&str]) -> Option<Self> {
        Some(Self::of(serde_json::from_str(text).ok()?, fields))
    }

    /// These values, of which some may be fields that are not in the list.
    pub(crate) fn of(values: Map<String, Value>, fields: &[&str]) -> Self {
        let mut body = Self { fields: values, faults: Vec::new() };
        let unknown: Vec<String> =
            body.fields.keys().filter(|name| !fields.contains(&name.as_str())).cloned().collect();
        for name in unknown {
            let detail = format!("Unknown field. Known fields: {}.", fields.join(", "));
            body.fault(&name, "unknown", detail);
        }
        body
    }

    /// Notes a fault of a field.
    pub(crate) fn fault(&mut self, field: &str, code: &'static str, detail: impl Into<String>) {
        let pointer = format!("/{}", field.replace('~', "~0").replace('/', "~1"));
        self.fault_at(&pointer, code, detail);
    }

    /// Notes a fault at a JSON pointer.
    pub(crate) fn fault_at(&mut self, pointer: &str, code: &'static str, detail: impl Into<String>) {
        self.faults.push(Fault { pointer: pointer.to_owned(), code: code.into(), detail: detail.into() });
    }

    /// A field as it came; one that is null is not there.
    pub(crate) fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// A field that is text of at most so many characters, without blanks around it; `None` where it is empty.
    pub(crate) fn text(&mut self, field: &str, most: usize) -> Option<String> {
        let value = self.value(field)?;
        let Some(text) = value.as_str() else {
            self.fault(field, "invalid", "This is a text.");
            return None;
        };
        let text = text.trim().to_owned();
        if text.chars().count() > most {
            self.fault(field, "too-long", format!("This takes at most {most} characters."));
            return None;
        }
        if text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            self.fault(field, "invalid", "This holds characters that are no text.");
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// The same, for a field that must be there. An empty text where there is none.
    pub(crate) fn required(&mut self, field: &str, most: usize, detail: &str) -> String {
        let faults = self.faults.len();
        let text = self.text(field, most);
        if text.is_none() && self.faults.len() == faults {
            self.fault(field, "missing", detail);
        }
        text.unwrap_or_default()
    }

    /// What was found, or every fault.
    pub(crate) fn sound<T>(self, found: T) -> Result<T, Problem> {
        if self.faults.is_empty() { Ok(found) } else { Err(Problem::fields(self.faults)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(fields: JsonFields) -> Vec<(String, String)> {
        fields.faults.into_iter().map(|fault| (fault.pointer, fault.code.into_owned())).collect()
    }

    #[test]
    fn what_is_no_object_cannot_be_read() {
        for text in ["", "[]", "3", "null", "{\"a\":1", "\"text\""] {
            assert!(JsonFields::parse(text, &[]).is_none(), "{text}");
        }
    }

    #[test]
    fn every_fault_is_named_by_its_place() {
        let text =
            r#"{"name": "  Ada ", "mail": 3, "goal": null, "a/b~c": 1, "long": "xxx", "odd": "\u0000"}"#;
        let mut fields = JsonFields::parse(text, &["name", "mail", "goal", "long", "odd"]).unwrap();
        assert_eq!(fields.text("name", 10).as_deref(), Some("Ada"));
        assert_eq!(fields.text("goal", 10), None);
        for field in ["mail", "odd"] {
            assert_eq!(fields.text(field, 10), None, "{field}");
        }
        assert_eq!(fields.text("long", 2), None);
        assert_eq!(fields.required("goal", 10, "Say it."), "");
        let found = faults(fields);
        let expected = [
            ("/a~1b~0c", "unknown"),
            ("/mail", "invalid"),
            ("/odd", "invalid"),
            ("/long", "too-long"),
            ("/goal", "missing"),
        ];
        assert_eq!(found, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    }
}
