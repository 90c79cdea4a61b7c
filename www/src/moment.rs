//! Times of the service in the reader's own.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// A time as the reader's browser writes it; as it came where it is none.
#[must_use]
pub fn local(rfc3339: &str) -> String {
    let date = Date::new(&JsValue::from_str(rfc3339));
    if date.get_time().is_nan() {
        return rfc3339.to_owned();
    }
    date.to_locale_string("default", &JsValue::UNDEFINED).into()
}
