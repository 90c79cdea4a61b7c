//! Who asks, as far as the limits must know: a hash of the address that means nothing tomorrow.
//!
//! The salt is random, changes with the day (UTC), is kept in one Durable Object and destroyed with it. Without it nobody
//! can tell which address a hash was made of, not even by trying all.

use std::cell::RefCell;
use std::fmt::Write;
use std::net::Ipv6Addr;

use js_sys::futures::JsFuture;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast;
use worker::{Env, Headers, Request};

use crate::ask::ask;
use crate::problem::Problem;
use crate::{config, js};

thread_local! {
    /// The day and its salt, as this isolate knows them.
    static SALT: RefCell<Option<(u32, String)>> = const { RefCell::new(None) };
}

/// The hash of the address that `request` came from.
pub async fn key(request: &Request, env: &Env) -> Result<String, Problem> {
    let address = js::header(&request.headers().0, "cf-connecting-ip").unwrap_or_default();
    let salt = salt(env).await?;
    hash(&format!("{salt} {}", network(&address))).await
}

/// SHA-256, in hexadecimal.
pub async fn hash(text: &str) -> Result<String, Problem> {
    let digest = js::sha256("SHA-256", text.as_bytes());
    let digest = JsFuture::from(digest).await.map_err(|thrown| Problem::internal(&js::message(&thrown)))?;
    let bytes = Uint8Array::new(digest.unchecked_ref::<ArrayBuffer>()).to_vec();
    Ok(bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    }))
}

/// What counts as one client: an IPv4 address, or the network of an IPv6 address. A household has 2⁶⁴ of the latter.
fn network(address: &str) -> String {
    match address.parse::<Ipv6Addr>() {
        Ok(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
        Err(_) => address.to_owned(),
    }
}

async fn salt(env: &Env) -> Result<String, Problem> {
    let today = today();
    let known = SALT
        .with_borrow(|known| known.as_ref().filter(|(day, _)| *day == today).map(|(_, salt)| salt.clone()));
    if let Some(salt) = known {
        return Ok(salt);
    }
    let mut response =
        ask(env, config::VISITORS, &format!("salt of day {today}"), "/salt", Headers::new()).await?;
    let salt = response.text().await?;
    SALT.set(Some((today, salt.clone())));
    Ok(salt)
}

/// Days since 1970.
pub fn today() -> u32 {
    (js::now() / f64::from(DAY_MS)) as u32
}

/// Milliseconds of a day.
pub const DAY_MS: u32 = 86_400_000;
