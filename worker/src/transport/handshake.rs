//! A TLS handshake over a socket of our own, because `fetch` shows no certificate.
//!
//! TLS 1.2 shows its certificates in clear, so reading them takes no cryptography; see the core's `tls`. The runtime
//! connects to port 443 of public addresses but for those of Cloudflare's own network, where it refuses.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use js_sys::futures::JsFuture;
use js_sys::{Reflect, Uint8Array};
use launch_ready_core::answers::{Cause, Failure};
use launch_ready_core::engine::answer::Answer;
use launch_ready_core::engine::timeouts::HEADERS_TIME;
use launch_ready_core::tls::{CLOSE_NOTIFY, Reader, client_hello};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ReadableStreamDefaultReader;
use worker::Delay;

use crate::platform::{self, Socket};
use crate::transport::failure::broken;

/// How long a socket may take to close before its place is given to another.
const CLOSING: Duration = Duration::from_millis(500);

/// What `host` shows on port 443 when a client greets it.
pub(super) async fn inspect(host: &str, start: f64) -> Answer {
    let mut random = [0; 32];
    platform::fill_random(&mut random);
    let Some(hello) = client_hello(host, &random) else {
        return Answer::Failed(Failure::new(Cause::PrivateAddress).detailed("the name is not public"));
    };
    let mut reader = Reader::default();
    let open = match platform::connect(&format!("{host}:443")) {
        Ok(socket) => Open(socket),
        Err(thrown) => return Answer::Failed(broken(&thrown).after(platform::elapsed_ms(start))),
    };
    let ended = {
        let exchange = pin!(exchange(&open, &hello, &mut reader));
        match select(exchange, pin!(Delay::from(HEADERS_TIME))).await {
            Either::Left((Ok(()), _)) => None,
            Either::Left((Err(thrown), _)) => Some(broken(&thrown)),
            Either::Right(_) => Some(Failure::new(Cause::Timeout)),
        }
    };
    let elapsed_ms = platform::elapsed_ms(start);
    // It takes its place among the connections until it is closed.
    select(JsFuture::from(open.0.close()), pin!(Delay::from(CLOSING))).await;
    // The cast saturates, and dates are after 1970.
    reader.answer(ended, (platform::now() / 1000.0) as u64, elapsed_ms).into()
}

/// Sends the hello, and reads until the reader has enough or the server has closed the connection.
async fn exchange(open: &Open, hello: &[u8], reader: &mut Reader) -> Result<(), JsValue> {
    platform::ignore(open.0.opened());
    platform::ignore(open.0.closed());
    let writer = open.0.writable().get_writer()?;
    platform::ignore(writer.closed());
    JsFuture::from(writer.write_with_chunk(&Uint8Array::from(hello))).await?;
    let incoming = ReadableStreamDefaultReader::new(&open.0.readable())?;
    platform::ignore(incoming.closed());
    loop {
        let chunk = JsFuture::from(incoming.read()).await?;
        let value = Reflect::get(&chunk, &JsValue::from_str("value"))?;
        // The last one has no value.
        let Some(chunk) = value.dyn_ref::<Uint8Array>() else { return Ok(()) };
        if !reader.read(&chunk.to_vec()) {
            // Whether that arrives is no matter.
            platform::ignore(writer.write_with_chunk(&Uint8Array::from(&CLOSE_NOTIFY[..])));
            return Ok(());
        }
    }
}

/// An open socket. Closed when it is dropped, whatever happened: it takes a place among the connections.
struct Open(Socket);

impl Drop for Open {
    fn drop(&mut self) {
        platform::ignore(self.0.close());
    }
}
