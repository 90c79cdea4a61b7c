//! Mail, through the binding `MAIL`.

use js_sys::futures::JsFuture;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use worker::Env;

use crate::config;
use crate::response::problem::Problem;

#[wasm_bindgen]
extern "C" {
    type Mail;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Mail, message: &Object) -> Result<js_sys::Promise, JsValue>;
}

/// Whether mail can be sent at all.
pub(crate) fn is_set_up(env: &Env) -> bool {
    config::text(env, config::MAIL_FROM).is_some() && config::has(env, config::MAIL)
}

/// Sends a mail of plain text.
pub(crate) async fn send(env: &Env, to: &str, subject: &str, text: &str) -> Result<(), Problem> {
    let thrown = |_: JsValue| Problem::undelivered("mail-refused");
    let from = config::text(env, config::MAIL_FROM).unwrap_or_default();
    let message = Object::new();
    for (name, value) in [("from", from.as_str()), ("to", to), ("subject", subject), ("text", text)] {
        Reflect::set(&message, &name.into(), &value.into()).map_err(thrown)?;
    }
    let mail: Mail = config::binding(env, config::MAIL);
    JsFuture::from(mail.send(&message).map_err(thrown)?).await.map_err(thrown)?;
    Ok(())
}
